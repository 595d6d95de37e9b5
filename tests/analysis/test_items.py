"""One call for every figure of an item: each that of its own function, or undefined with the reason."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import appropriateness, consensus, dispersion, intervals, items, summaries
from analysis.consensus import Rule, parse_rule, verdicts
from analysis.items import ItemFigures, Methods, item_figures
from analysis.scales import Scale
from analysis.tallies import Tally, stacked
from analysis.uncertainty import posterior_probability, probability_same_panel_again
from tests.analysis.examples import NINE, tallies, tally_of

FIVE = Scale.parse("1-5", "1-2,3,4-5")
COMET = parse_rule("share >= 70 high, share < 15 low")
UNABLE_COUNT = parse_rule("share > 75 high; denominator rated+unable")
RULES: tuple[Rule | None, ...] = (
    None,
    COMET,
    UNABLE_COUNT,
    parse_rule("median >= 7, iqr <= 2; quantiles 6; minimum 1"),
    parse_rule("rand/ucla, disagreement by ipras"),
)


@settings(deadline=None, max_examples=50)
@given(tally=tallies(NINE), rule=st.sampled_from(RULES), definition=st.sampled_from([2, 6, 7]))
def test_every_figure_is_that_of_its_own_function(tally: Tally, rule: Rule | None, definition: int) -> None:
    found = item_figures(tally, Methods(rule, quantiles=definition))
    among = "rated+unable" if rule is UNABLE_COUNT else "rated"
    share, wilson = (
        summaries.shares(tally, among),
        intervals.wilson(tally.in_band("high"), tally.denominator(among)),
    )
    alone = {
        "counts": tally.counts,
        "n": tally.rated,
        "unable": tally.unable,
        "blank": tally.blank,
        "median": summaries.median(tally),
        "q1": summaries.quantile(tally, 0.25, definition),
        "q3": summaries.quantile(tally, 0.75, definition),
        "iqr": summaries.iqr(tally, definition),
        "mad": summaries.mad(tally),
        "mean": summaries.mean(tally),
        "sd": summaries.sd(tally),
        "cv": summaries.cv(tally),
        "p30": summaries.quantile(tally, 0.3, definition),
        "p70": summaries.quantile(tally, 0.7, definition),
        "ipr": summaries.ipr(tally, definition),
        "ipras": appropriateness.ipras(tally, definition),
        "disagreement_index": appropriateness.disagreement_index(tally, definition),
        "share_low": share.low,
        "share_middle": share.middle,
        "share_high": share.high,
        "share_high_lower": wilson.lower,
        "share_high_upper": wilson.upper,
    }
    within = dispersion.describe_agreement(tally)
    alone |= {field.name: getattr(within, field.name) for field in fields(within) if field.name != "reasons"}
    for name, expected in alone.items():
        np.testing.assert_array_equal(getattr(found, name), expected, err_msg=name)
    if rule is not None:
        given_verdicts = verdicts(rule, tally)
        posterior, again = posterior_probability(rule, tally), probability_same_panel_again(rule, tally)
        assert found.verdict == given_verdicts
        np.testing.assert_array_equal(found.posterior_probability, posterior.of(given_verdicts))
        np.testing.assert_array_equal(found.repeat_probability, again.of(given_verdicts))
        np.testing.assert_array_equal(
            found.depends_on_quantiles, consensus.depends_on_quantile_definition(rule, tally)
        )
        np.testing.assert_array_equal(found.extrapolated, consensus.extrapolated(rule, tally))
        assert (found.posterior_definition, found.repeat_definition) == (
            posterior.definition,
            again.definition,
        )


@settings(deadline=None, max_examples=60)
@given(tally=..., rule=st.sampled_from(RULES[:3]))
def test_what_is_undefined_is_none_with_a_reason_and_nothing_else_has_one(
    tally: Tally, rule: Rule | None
) -> None:
    found = item_figures(tally, Methods(rule))
    for item in range(tally.items):
        row = found.row(item)
        undefined = {
            name for name, value in row.items() if value is None and not name.endswith("_definition")
        }
        assert undefined == row["reasons"].keys()
        assert all(sentence.endswith(".") for sentence in row["reasons"].values())


def test_an_item_that_nobody_rated() -> None:
    """Numbers of people are 0, and nothing else is."""
    row = item_figures(Tally.from_counts(NINE, [0] * 9, unable=4, blank=1), Methods(COMET)).row(0)
    assert (row["n"], row["unable"], row["blank"], row["verdict"]) == (0, 4, 1, "too few")
    assert {name for name, value in row.items() if value == 0 and not isinstance(value, bool)} == {"n"}
    assert row["reasons"]["median"] == row["reasons"]["cns"] == items.NOBODY_RATED
    assert row["reasons"]["share_high"] == row["reasons"]["share_high_lower"] == items.NO_DENOMINATOR
    assert row["reasons"]["posterior_probability"] == row["reasons"]["repeat_probability"] == items.TOO_FEW


def test_nobody_rated_and_the_unable_count() -> None:
    """Then the shares have a denominator and are 0 of 4, and there is no verdict all the same."""
    row = item_figures(Tally.from_counts(NINE, [0] * 9, unable=4), Methods(UNABLE_COUNT)).row(0)
    assert (row["share_high"], row["share_low"], row["verdict"]) == (0, 0, "too few")
    assert "share_high" not in row["reasons"]


def test_one_rating_and_a_mean_of_nought() -> None:
    ten = Scale.parse("0-10", "0-3,4-6,7-10")
    one, noughts = item_figures(tally_of([7])), item_figures(tally_of([0] * 6, ten))
    assert one.row(0)["reasons"]["sd"] == one.row(0)["reasons"]["cv"] == items.ONE_RATED
    assert one.row(0)["reasons"]["rwg"] == dispersion.ONLY_ONE_RATED
    assert (noughts.row(0)["sd"], noughts.row(0)["reasons"]["cv"]) == (0, items.NO_MEAN)


def test_without_a_rule_there_is_no_verdict() -> None:
    row = item_figures(tally_of([7, 8, 9, 9, 9])).row(0)
    assert row["verdict"] is None
    assert row["posterior_definition"] is row["repeat_definition"] is None
    assert {row["reasons"][name] for name in ("verdict", "posterior_probability", "repeat_probability")} == {
        items.NO_RULE
    }


def test_a_scale_without_bands_has_no_shares_but_all_else() -> None:
    bare = item_figures(tally_of([3, 4, 4, 5, 5], Scale(1, 5)), Methods(parse_rule("median >= 4")))
    row = bare.row(0)
    shares = {name for name in row if name.startswith("share_")}
    assert shares == {name for name, why in row["reasons"].items() if why == items.NO_BANDS}
    assert (row["median"], row["verdict"]) == (4, "in")
    with pytest.raises(ValueError, match="needs bands"):
        item_figures(tally_of([3, 4], Scale(1, 5)), Methods(COMET))


def test_a_scale_of_two_bands_has_no_middle_share() -> None:
    four = Scale.parse("1-4", "1-2,3-4")
    row = item_figures(tally_of([1, 3, 4, 4], four)).row(0)
    assert (row["share_low"], row["share_high"]) == (0.25, 0.75)
    assert row["reasons"]["share_middle"] == items.NO_MIDDLE


def test_shares_are_of_what_the_rule_says() -> None:
    tally = Tally.from_counts(NINE, [0, 0, 0, 0, 0, 0, 0, 0, 12], unable=4)
    of_rule = item_figures(tally, Methods(UNABLE_COUNT))
    assert (of_rule.share_high, of_rule.share_high_upper < 1) == ([0.75], [True])
    assert item_figures(tally, Methods(denominator="rated+unable")).share_high == [0.75]
    assert item_figures(tally, Methods(COMET, denominator="rated+unable")).share_high == [1]
    assert item_figures(tally, Methods(parse_rule("rand/ucla"), "rated+unable")).share_high == [0.75]


def test_the_rule_on_medians_keeps_its_own_quantiles_and_the_table_those_of_the_methods() -> None:
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    found = item_figures(twelve, Methods(parse_rule("median >= 7, iqr <= 2.25; quantiles 6"), quantiles=7))
    assert (found.q1, found.verdict) == ([5.75], (consensus.Verdict.NO_CONSENSUS,))


def test_other_methods_are_refused() -> None:
    for wrong, sentence in (
        (Methods(quantiles=10), "numbered 1 to 9, not 10"),
        (Methods(denominator="all"), "'rated' or 'rated\\+unable', not 'all'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            item_figures(tally_of([7]), wrong)


def to_twelve_digits(row: dict[str, object]) -> dict[str, object]:
    """Where in an array a number stands can change its last bit: processors take several at a time."""
    return {
        name: float(f"{value:.12g}") if isinstance(value, float) else value for name, value in row.items()
    }


@settings(deadline=None, max_examples=25)
@given(several=st.lists(tallies(FIVE), min_size=1, max_size=3), rule=st.sampled_from([None, COMET]))
def test_a_part_is_what_a_tally_of_it_alone_gives(several: list[Tally], rule: Rule | None) -> None:
    together, start = item_figures(stacked(several), Methods(rule)), 0
    for tally in several:
        part, alone = together.part(start, start + tally.items), item_figures(tally, Methods(rule))
        assert [to_twelve_digits(part.row(item)) for item in range(tally.items)] == [
            to_twelve_digits(alone.row(item)) for item in range(tally.items)
        ]
        start += tally.items


def test_no_items_have_no_rows() -> None:
    found = item_figures(Tally.from_counts(NINE, []), Methods(COMET))
    assert (found.n.shape, found.verdict, found.reasons) == ((0,), (), ())
    assert len(found.frame()) == 0


def test_a_table_prints_and_a_frame_has_all() -> None:
    tally = Tally.from_counts(NINE, [[0, 0, 0, 0, 0, 1, 3, 4, 4], [0] * 9])
    found = item_figures(tally, Methods(COMET))
    lines = str(found).splitlines()
    assert len(lines) == 3
    assert lines[0].split()[:3] == ["counts", "n", "unable"]
    assert "–" in lines[2]
    frame = found.frame()
    assert list(frame.columns) == [field.name for field in fields(ItemFigures)]
    assert (frame["share_high"][0], frame["median"].isna().tolist()) == (11 / 12, [False, True])


def test_a_row_holds_plain_values_alone() -> None:
    row = item_figures(tally_of([7, 8, 9, 9, 9, 2]), Methods(COMET)).row(0)
    assert {type(value) for value in row.values()} <= {int, float, bool, str, list, dict, type(None)}
    assert sum(row["counts"]) == row["n"] == 6
