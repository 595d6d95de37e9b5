"""One call for a whole study: each part is that of its own function, on the people and items it is about."""

from dataclasses import fields
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.apmo import apmo
from analysis.attrition import leavers_by_item
from analysis.concordance import kendalls_w
from analysis.consensus import Finding, Rule, finding, parse_rule, verdicts
from analysis.intraclass import intraclass_correlations_of
from analysis.items import Methods, item_figures
from analysis.matrices import RatingMatrix, transitions
from analysis.panels import compare_panels
from analysis.rank_tests import Method
from analysis.reliability import agreement_over_items
from analysis.report import Place, StudyReport, report
from analysis.results import Result
from analysis.scales import Scale
from analysis.sensitivity import tipping_numbers, verdict_bounds
from analysis.stability import stability_of
from analysis.tallies import BLANK, UNABLE, IntArray
from tests.analysis.examples import NINE

COMET = parse_rule("share >= 70 high, share < 15 low; minimum 3")
UNABLE_COUNT = parse_rule("share > 75 high; denominator rated+unable; minimum 3")
BARE = Scale(1, 9)


def codes_of(seed: int, raters: int, items: int, scale: Scale) -> IntArray:
    rng = np.random.default_rng(seed)
    width = rng.integers(1, scale.size + 1, items)
    codes = scale.low + rng.integers(0, width, (raters, items))
    missing = rng.random(codes.shape)
    codes[missing < 0.15] = BLANK
    codes[missing < 0.07] = UNABLE
    return codes


def matrix(seed: int, people: list[str], items: list[str], scale: Scale = NINE) -> RatingMatrix:
    return RatingMatrix(scale, codes_of(seed, len(people), len(items), scale), tuple(people), tuple(items))


def study(scale: Scale = NINE, seed: int = 0) -> dict[Place, RatingMatrix]:
    """Two panels, two rounds, two criteria: items that came and went, people who left and one who came."""
    asked = {1: ["a", "b", "c", "d"], 2: ["d", "b", "e", "a"]}
    people = {
        ("nurses", 1): [f"n{number}" for number in range(14)],
        ("nurses", 2): [f"n{number}" for number in range(13, 2, -1)] + ["new"],
        ("patients", 1): [f"p{number}" for number in range(9)],
        ("patients", 2): [f"p{number}" for number in range(7)],
    }
    places = product(("use", "ease"), ("nurses", "patients"), (1, 2))
    return {
        Place(criterion, panel, number): matrix(seed + place, people[panel, number], asked[number], scale)
        for place, (criterion, panel, number) in enumerate(places)
    }


def assert_equal(one: Any, two: Any) -> None:
    """The same in all that they hold, NaN being NaN."""
    if isinstance(one, Result):
        for field in fields(one):  # type: ignore[arg-type]
            assert_equal(getattr(one, field.name), getattr(two, field.name))
    elif isinstance(one, np.ndarray | float):
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-12)
    else:
        assert one == two


@pytest.mark.parametrize("rule", [None, COMET, UNABLE_COUNT, parse_rule("median >= 7, iqr <= 2; minimum 2")])
@pytest.mark.parametrize("exact", [False, True])
def test_every_part_is_that_of_its_own_function(rule: Rule | None, exact: bool) -> None:
    known, by = study(), Methods(rule)
    found = report(known, by, exact=exact)
    assert found.matrices == known
    assert found.items.keys() == found.sets.keys() == known.keys()
    for place, ratings in known.items():
        tally = ratings.tally()
        assert_equal(found.items[place], item_figures(tally, by))
        figures = found.sets[place]
        assert_equal(figures.agreement, agreement_over_items(tally))
        assert_equal(figures.concordance, kendalls_w(NINE, ratings.codes))
        assert_equal(figures.intraclass, intraclass_correlations_of(NINE, ratings.codes))
        assert figures.apmo is not None
        assert_equal(figures.apmo, apmo(tally))
    panels_are_their_own(found, rule, exact)
    rounds_are_their_own(found, rule, exact)


def panels_are_their_own(found: StudyReport, rule: Rule | None, exact: bool) -> None:
    assert list(found.panels) == [(criterion, number) for criterion in ("use", "ease") for number in (1, 2)]
    for (criterion, number), figures in found.panels.items():
        of_panels = [found.matrices[Place(criterion, panel, number)] for panel in ("nurses", "patients")]
        tallies = [ratings.tally() for ratings in of_panels]
        assert figures.panels == ("nurses", "patients")
        assert figures.items == of_panels[0].items
        contrasts = compare_panels(tallies, exact=exact)
        assert_equal(figures.contrasts, contrasts)
        assert (Method.EXACT in figures.contrasts.method) == exact
        by_panel = [] if rule is None else [verdicts(rule, tally) for tally in tallies]
        assert figures.findings == tuple(
            finding(given, contrasts.intervals(item))
            for item, given in enumerate(zip(*by_panel, strict=True))
        )


def rounds_are_their_own(found: StudyReport, rule: Rule | None, exact: bool) -> None:
    assert {(place.criterion, place.panel, place.round, after) for place, after in found.rounds} == {
        (criterion, panel, 1, 2) for criterion in ("use", "ease") for panel in ("nurses", "patients")
    }
    for (before, _), figures in found.rounds.items():
        later = found.matrices[Place(before.criterion, before.panel, 2)]
        moved = transitions(found.matrices[before], later, items=["a", "b", "d"])
        assert figures.items == ("a", "b", "d")
        given = None if rule is None else verdicts(rule, moved.after)
        method = "exact" if exact else "asymptotic"
        assert_equal(figures.stability, stability_of(moved, given, method=method))  # type: ignore[arg-type]
        assert_equal(figures.leavers, leavers_by_item(moved))
        if rule is None or rule is UNABLE_COUNT:
            assert figures.bounds is figures.tipping is None
        else:
            assert_equal(figures.bounds, verdict_bounds(rule, moved))
            assert_equal(figures.tipping, tipping_numbers(rule, moved))


def test_panels_are_compared_on_the_items_that_all_were_asked() -> None:
    """In the order of the first panel, each item with its own answers."""
    one, two = matrix(1, list("xyz"), ["a", "b", "c"]), matrix(2, list("uvw"), ["c", "d", "a"])
    three = matrix(3, list("rst"), ["c", "b", "a", "d"])
    found = report({Place("use", name): of for name, of in (("1", one), ("2", two), ("3", three))})
    figures = found.panels["use", 1]
    assert (figures.panels, figures.items) == (("1", "2", "3"), ("a", "c"))
    tallies = [
        RatingMatrix(
            NINE, of.codes[:, [of.items.index("a"), of.items.index("c")]], of.panellists, ("a", "c")
        ).tally()
        for of in (one, two, three)
    ]
    assert_equal(figures.contrasts, compare_panels(tallies))
    assert len(figures.contrasts.delta) == 2 * len(list(combinations(range(3), 2)))


def test_an_item_asked_in_one_round_only_has_its_figures_and_no_stability() -> None:
    found = report(study(), Methods(COMET))
    first = Place("use", "nurses", 1)
    assert "c" in found.matrices[first].items
    assert all("c" not in figures.items and "e" not in figures.items for figures in found.rounds.values())
    assert found.items[first].n[2] == found.matrices[first].tally().rated[2]


def test_rounds_are_compared_with_the_next_one_whatever_their_order_and_gaps() -> None:
    known = {Place("use", "", number): matrix(number, list("xyz"), ["a"]) for number in (4, 1, 2)}
    found = report(known)
    assert [(place.round, after) for place, after in found.rounds] == [(1, 2), (2, 4)]


def test_one_panel_in_one_round_has_nothing_to_be_compared_with() -> None:
    found = report({Place("use"): matrix(1, list("xyz"), ["a", "b"])}, Methods(COMET))
    assert (found.panels, found.rounds) == ({}, {})
    assert list(found.items) == [Place("use")]


def test_panels_and_rounds_without_a_common_item_are_not_compared() -> None:
    one, two = matrix(1, list("xyz"), ["a"]), matrix(2, list("xyz"), ["b"])
    found = report({Place("use", "", 1): one, Place("use", "", 2): two, Place("use", "other", 1): two})
    assert (found.panels, found.rounds) == ({}, {})


def test_criteria_are_never_mixed() -> None:
    known = study()
    both, alone = (
        report(known, Methods(COMET)),
        report({place: of for place, of in known.items() if place.criterion == "ease"}, Methods(COMET)),
    )
    assert_equal(both.panels["ease", 2].contrasts, alone.panels["ease", 2].contrasts)
    key = next(key for key in alone.rounds)
    assert_equal(both.rounds[key].stability, alone.rounds[key].stability)


def test_without_a_rule_there_are_no_findings_bounds_or_verdicts() -> None:
    found = report(study())
    assert all(figures.findings == () for figures in found.panels.values())
    assert all(figures.bounds is figures.tipping is None for figures in found.rounds.values())
    assert all(set(figures.verdict) == {None} for figures in found.items.values())


def test_a_scale_without_bands_has_no_average_of_majorities_and_says_why_it_has_no_shares() -> None:
    found = report(study(BARE), Methods(parse_rule("median >= 7; minimum 3")))
    assert all(figures.apmo is None for figures in found.sets.values())
    for figures in found.panels.values():
        assert np.isnan(figures.contrasts.share_difference).all()
        assert all("no bands" in (reason or "") for reason in figures.contrasts.reasons)
        assert set(figures.findings) <= set(Finding)
    for of_rounds in found.rounds.values():
        assert set(of_rounds.stability.mcnemar.reasons) == {"The scale has no bands."}
    with pytest.raises(ValueError, match="needs bands"):
        report(study(BARE), Methods(COMET))


def test_two_scales_in_one_study_are_refused_with_their_places() -> None:
    known = {Place("use"): matrix(1, ["x"], ["a"]), Place("ease", "nurses", 2): matrix(1, ["x"], ["a"], BARE)}
    with pytest.raises(
        ValueError, match=r"1-9 of Place\(criterion='use'.*and 1-9 of .*'ease', panel='nurses', round=2"
    ):
        report(known)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), blank=st.sampled_from([0.0, 0.7, 1.0]))
def test_every_undefined_figure_of_a_thin_study_has_its_reason(seed: int, blank: float) -> None:
    """Single raters, silent panels, rounds that nobody came back to."""
    rng = np.random.default_rng(seed)
    known = {}
    for panel, number in product(("one", "two"), (1, 2)):
        codes = rng.integers(7, 10, (int(rng.integers(1, 4)), 2))
        codes[rng.random(codes.shape) < blank] = BLANK
        ids = tuple(f"{panel}{n}" for n in range(len(codes)))
        known[Place("use", panel, number)] = RatingMatrix(NINE, codes, ids, ("a", "b"))
    found = report(known, Methods(COMET), exact=True)
    tables: list[Any] = [figures.contrasts for figures in found.panels.values()]
    tables += [figures.leavers for figures in found.rounds.values()]
    tables += [
        getattr(f.stability, name) for f in found.rounds.values() for name in ("pratt", "spearman", "cv")
    ]
    tables += [figures.agreement for figures in found.sets.values()]
    tables += [figures.intraclass for figures in found.sets.values()]
    for table in tables:
        columns = table.columns()
        reasons = columns.pop("reasons")
        for name, column in columns.items():
            for value, reason in zip(column, reasons, strict=True):
                assert not (isinstance(value, float) and np.isnan(value)) or reason, (type(table), name)
    for figures in found.sets.values():
        assert not np.isnan(figures.concordance.w) or figures.concordance.reason


def test_who_comes_first_makes_no_difference_to_the_study() -> None:
    known = study()
    turned = {
        place: RatingMatrix(of.scale, of.codes[::-1], of.panellists[::-1], of.items)
        for place, of in known.items()
    }
    one, two = report(known, Methods(COMET)), report(turned, Methods(COMET))
    for key, figures in one.rounds.items():
        assert_equal(figures.stability, two.rounds[key].stability)
        assert_equal(figures.bounds, two.rounds[key].bounds)
    for place, sets in one.sets.items():
        assert_equal(sets.concordance, two.sets[place].concordance)
        assert_equal(sets.intraclass, two.sets[place].intraclass)
    for pair, of_panels in one.panels.items():
        assert of_panels.findings == two.panels[pair].findings


def test_no_ratings_are_an_empty_study() -> None:
    found = report({})
    assert (found.items, found.sets, found.panels, found.rounds, str(found)) == ({}, {}, {}, {}, "")


def test_nobody_and_no_items_are_a_study_too() -> None:
    nobody = RatingMatrix(NINE, np.zeros((0, 2), dtype=int), (), ("a", "b"))
    nothing = RatingMatrix(NINE, np.zeros((2, 0), dtype=int), ("x", "y"), ())
    found = report({Place("use"): nobody, Place("ease"): nothing}, Methods(COMET))
    assert [str(verdict) for verdict in found.items[Place("use")].verdict] == ["too few", "too few"]
    assert found.items[Place("ease")].verdict == ()
    assert found.sets[Place("use")].concordance.reason is not None


def test_a_study_prints_a_table_a_place_and_gives_frames() -> None:
    found = report(study(), Methods(COMET))
    heads = [block.splitlines()[0] for block in str(found).split("\n\n")]
    assert heads[:3] == ["use, nurses, round 1", "use, nurses, round 2", "use, patients, round 1"]
    assert str(report({Place("use"): matrix(1, ["x"], ["a"])})).startswith("use, all, round 1\n")
    assert len(found.panels["use", 1].contrasts.frame()) == 4
    rounds = found.rounds[Place("use", "nurses", 1), 2]
    assert len(rounds.stability.frame()) == len(rounds.leavers.frame()) == 3
    assert rounds.bounds is not None
    assert rounds.bounds.frame().columns[0] == "observed"
