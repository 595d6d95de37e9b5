"""Other ways to look at a grid: means, weights, cuts, filters, orders; how sure it is, and what moved."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis import cell_chances, cuts
from analysis.crossings import Crossing
from surveys import grid_ranks, grids, lenses, looks, pairs, ratings, results
from surveys import protocol as protocols
from surveys.errors import InvalidInput, NotFound
from surveys.exchange import grid_files
from surveys.grids import Grid
from surveys.looks import By, CutBy, Look
from surveys.pairs import PanelPairs
from surveys.panels import Panellist
from surveys.ratings import Answer, Unable
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Viewer
from tests.surveys import grid_examples

PRACTITIONERS, LIVED = "practitioners", "lived_experience"
Query = Mapping[str, Sequence[str]]


def ask(
    session: Session, study: Study, round_: Round, query: Query, viewer: Viewer = Viewer.RESEARCHER
) -> Grid:
    look = replace(looks.read(study, query), asks_how_sure=True)
    audience = lenses.audiences(study)[0]
    return grids.build(session, study, audience, look, through=round_, viewer=viewer)


def places(grid: Grid) -> dict[str, tuple[float, float]]:
    return {item.key: (item.x, item.y) for item in grid.placed}


def cells(grid: Grid) -> dict[str, str]:
    return {item.key: item.cell for item in grid.placed}


@pytest.fixture
def closed(session: Session, study: Study, now: datetime) -> Round:
    """Twenty practitioners and ten people with lived experience, who do not agree among each other."""
    return grid_examples.close(
        session,
        study,
        {
            PRACTITIONERS: [
                (((8, 12), (7, 8)), ((7, 12), (4, 8))),
                (((8, 20),), ((3, 20),)),
                (((2, 11), (7, 9)), ((5, 20),)),
            ],
            LIVED: [
                (((6, 5), (9, 5)), ((7, 6), (2, 4))),
                (((9, 10),), ((5, 10),)),
                (((2, 6), (8, 4)), ((5, 10),)),
            ],
        },
        now=now,
    )


def test_an_item_stands_at_its_panels_mean(session: Session, study: Study, closed: Round) -> None:
    grid = ask(session, study, closed, {"panel": [PRACTITIONERS], "by": ["mean"]})
    assert places(grid)["one"] == (pytest.approx((8 * 12 + 7 * 8) / 20), pytest.approx(5.8))
    assert grid.by == "means"


def test_pooled_every_answer_weighs_the_same(session: Session, study: Study, closed: Round) -> None:
    grid = ask(session, study, closed, {"panel": ["pooled"], "by": ["mean"]})
    assert places(grid)["two"] == (pytest.approx((8 * 20 + 9 * 10) / 30), pytest.approx(110 / 30))
    assert "larger panel decides more" in grid.price


def test_weights_of_ones_own_are_used_and_priced(session: Session, study: Study, closed: Round) -> None:
    asked = {
        "panel": ["weighted"],
        "by": ["mean"],
        f"weight-{PRACTITIONERS}": ["3"],
        f"weight-{LIVED}": ["1"],
    }
    grid = ask(session, study, closed, asked)
    assert places(grid)["two"][0] == pytest.approx((3 * 8 + 9) / 4)
    assert "what you asked for" in grid.price


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"panel": ["weighted"], f"weight-{LIVED}": ["0"]}, "at least one is above 0"),
        ({"panel": ["weighted"], f"weight-{LIVED}": ["-1"]}, "not a number of 0 or more"),
        ({"panel": ["weighted"], f"weight-{LIVED}": ["1e9"]}, "not a number"),
        ({"cut": ["own"], "at-usefulness": ["5"]}, "a line for each criterion"),
        ({"cut": ["own"], "at-usefulness": ["5"], "at-feasibility": ["12"]}, "not a number from 1 to 9"),
        ({"cut": ["thirds"]}, "cannot be shown by"),
        ({"by": ["mode"]}, "cannot be shown by"),
        ({"order": ["101"]}, "not a number from 0 to 100"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_field(study: Study, query: Query, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refused:
        looks.read(study, query)
    assert refused.value.field


def test_an_unknown_panel_is_not_found(study: Study) -> None:
    with pytest.raises(NotFound, match="no panel"):
        looks.read(study, {"panel": ["weighted"], "weight-gps": ["1"]})


@pytest.mark.parametrize(
    "query",
    [
        {},
        {
            "panel": ["pooled"],
            "by": ["mean"],
            "cut": ["medians"],
            "order": ["62.5"],
            "show": ["chance", "change"],
        },
        {"panel": ["weighted"], f"weight-{PRACTITIONERS}": ["0.25"], f"weight-{LIVED}": ["0.75"]},
        {"cut": ["own"], "at-usefulness": ["3.43"], "at-feasibility": ["3,30"]},
    ],
)
def test_an_address_says_a_look_again(study: Study, query: Query) -> None:
    look = looks.read(study, query)
    again: dict[str, list[str]] = {}
    for name, value in look.query:
        again.setdefault(name, []).append(value)
    assert looks.read(study, again) == look


def test_cells_can_be_parted_elsewhere(session: Session, study: Study, closed: Round) -> None:
    def by(**query: str) -> dict[str, str]:
        asked = {name.replace("_", "-"): [value] for name, value in query.items()}
        return cells(ask(session, study, closed, {"panel": [PRACTITIONERS], **asked}))

    assert by(cut="midpoint")["three"] == "less useful, easier to do"
    assert by(cut="own", at_usefulness="8.5", at_feasibility="1")["one"] == "less useful, easier to do"
    assert by(cut="means")["two"] == "more useful, harder to do"
    verdicts = by(cut="verdicts")
    assert verdicts["one"] == "usefulness in, feasibility not in"


def test_only_the_useful_are_shown_and_split_again(session: Session, study: Study, closed: Round) -> None:
    grid = ask(session, study, closed, {"panel": [PRACTITIONERS], "cut": ["useful"]})
    assert set(places(grid)) == {"one", "two"}
    assert [(item.key, item.reason) for item in grid.unplaced] == [
        ("three", "It is not placed in the band “useful”, and only what is stands in this grid.")
    ]


def test_a_chance_is_that_of_the_exact_law_of_the_pairs(
    session: Session, study: Study, closed: Round
) -> None:
    grid = ask(session, study, closed, {"panel": [PRACTITIONERS]})
    scale = protocols.scale_of(study.protocol)
    rated = [(8, 7)] * 8 + [(8, 7)] * 4 + [(7, 4)] * 8  # as grid_examples gives them, one after another
    crossing = Crossing.from_matrices(scale, [[a] for a, _ in rated], [[b] for _, b in rated])
    expected = cell_chances.cells_same_panel_again([crossing], cuts.bands_cut(scale)).chances[0]
    first = next(item for item in grid.placed if item.key == "one")
    assert np.array(first.sure.parts) == pytest.approx(expected)
    assert first.sure.cell == pytest.approx(expected[2][2])
    assert first.sure.x is not None
    assert first.sure.x[0] <= first.x <= first.sure.x[1]
    assert grid.sure_by


def test_several_panels_have_the_same_chance_whatever_else_is_shown(
    session: Session, study: Study, closed: Round
) -> None:
    def found(**query: str) -> dict[str, tuple[tuple[float, ...], ...]]:
        asked = {name: [value] for name, value in query.items()}
        grid = ask(session, study, closed, {"panel": ["all"], **asked})
        return {item.key: item.sure.parts for item in grid.placed}

    chances = found()
    assert found(cut="midpoint") != chances
    assert found() == chances
    assert all(sum(map(sum, parts)) == pytest.approx(1) for parts in chances.values())
    study.vocabularies = {"level": {"label": "Level", "terms": {"person": "Person"}}}
    study.items[1].tags = {"level": ["person"]}
    session.flush()
    assert found(**{"tag-level": "person"}) == {"two": chances["two"]}


def test_a_mean_has_an_ellipse(session: Session, study: Study, closed: Round) -> None:
    grid = ask(session, study, closed, {"panel": [LIVED], "by": ["mean"]})
    sure = {item.key: item.sure for item in grid.placed}
    assert sure["one"].ellipse is not None
    assert sure["two"].ellipse is None  # all of one mind


def test_results_frozen_before_pairs_were_kept_have_no_chances(
    session: Session, study: Study, closed: Round
) -> None:
    frozen = session.get_one(results.FrozenResults, closed.id)
    old = msgspec.json.decode(frozen.payload)
    del old["pairs"]
    frozen.payload = msgspec.json.encode(old)
    session.flush()
    grid = ask(session, study, closed, {"panel": [PRACTITIONERS]})
    assert [item.sure.cell for item in grid.placed] == [None] * 3
    assert grid.sure_by == ""


def test_pairs_are_counted_and_leave_out_who_was_unable_on_either(
    session: Session, study: Study, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    useful, feasible = (criterion.id for criterion in study.criteria)
    one, two = (item.id for item in study.items[:2])
    for who, answers in (
        (bob, {(one, useful): Answer(8), (one, feasible): Answer(3), (two, useful): Answer(2)}),
        (grace, {(one, useful): Answer(8), (one, feasible): Answer(unable=Unable.NOT_KNOWN)}),
    ):
        ratings.save(session, open_round, who, answers, now=now)
    counted = pairs.count(session, open_round, "usefulness", "feasibility")
    assert counted == (PanelPairs(one, bob.panel.key, ((8, 3, 1),)),)
    assert pairs.read(pairs.packed(session, open_round, "usefulness", "feasibility")) == {
        (one, bob.panel.key): counted[0]
    }


@pytest.mark.parametrize(
    "query", [{"by": ["mean"]}, {"panel": ["pooled"]}, {"panel": ["weighted"], f"weight-{LIVED}": ["1"]}]
)
def test_small_panels_are_seen_by_the_public_through_the_protocols_medians_alone(
    session: Session, study: Study, now: datetime, query: Query
) -> None:
    few = grid_examples.close(
        session,
        study,
        {PRACTITIONERS: [((8, 20), (7, 20))] * 3, LIVED: [((8, 7), (7, 7))] * 3},
        now=now,
    )
    usual = ask(session, study, few, {"panel": ["all"]}, Viewer.PUBLIC)
    assert len(usual.placed) == 3
    assert {item.sure.cell for item in usual.placed} == {None}
    assert {item.sure.x for item in usual.placed} == {None}
    asked = ask(session, study, few, {"panel": ["all"], **query}, Viewer.PUBLIC)
    assert asked.placed == ()
    assert "Fewer than 10 people" in asked.unplaced[0].reason
    assert len(ask(session, study, few, {"panel": ["all"], **query}).placed) == 3


def test_where_panels_differ_is_said(session: Session, study: Study, closed: Round) -> None:
    grid = ask(session, study, closed, {"panel": ["all"]})
    two = next(item for item in grid.placed if item.key == "two")
    assert two.panels_differ
    assert dict(two.cells_by_panel)["Practitioners"] == "useful, harder to do"
    assert not any(item.panels_differ for item in ask(session, study, closed, {"panel": [LIVED]}).placed)


def test_where_an_item_stood_in_the_round_before_is_kept(
    session: Session, study: Study, closed: Round, now: datetime
) -> None:
    second = grid_examples.close(
        session,
        study,
        {PRACTITIONERS: [((5, 12), (5, 12))], LIVED: [((5, 11), (5, 11))]},
        now=now,
        keys=["one"],
    )
    grid = ask(session, study, second, {"panel": [PRACTITIONERS]})
    before = {item.key: item.before for item in grid.placed}
    assert (before["one"] and (before["one"].x, before["one"].y, before["one"].round_number)) == (8, 7, 1)
    assert before["two"] is None


def test_a_filter_keeps_what_has_one_of_its_terms_and_refuses_nothing_left(
    session: Session, study: Study, closed: Round
) -> None:
    study.vocabularies = {"level": {"label": "Level", "terms": {"person": "Person", "place": "Place"}}}
    study.items[0].tags = {"level": ["person"]}
    session.flush()
    assert set(places(ask(session, study, closed, {"tag-level": ["person"]}))) == {"one"}
    with pytest.raises(InvalidInput, match="No item here has all of that"):
        ask(session, study, closed, {"tag-level": ["place"]})
    with pytest.raises(InvalidInput, match="no “planet” to filter by"):
        looks.read(study, {"tag-level": ["planet"]})


def test_an_order_by_weight_says_over_which_weights_it_holds(
    session: Session, study: Study, closed: Round
) -> None:
    grid = ask(session, study, closed, {"panel": [PRACTITIONERS], "order": ["0"]})
    assert [(item.key, item.rank) for item in grid.placed] == [("one", 1), ("three", 2), ("two", 3)]
    held = grid_ranks.holds(grid)
    assert held is not None
    assert held[0] == 0
    ranks = {one.number: one for one in grid_ranks.find(grid)}
    assert ranks[1].is_on_front
    assert sum(share for _, share in ranks[3].shares) == pytest.approx(1)
    assert ranks[3].at(Fraction(0)).rank == 2


def test_a_look_that_says_more_than_medians_needs_all_counts() -> None:
    lens = lenses.Lens("all", "All", (("a", "A"), ("b", "B")), 0)
    assert not Look(lens=lens, cut=CutBy.MEDIANS).needs_all_counts
    assert Look(lens=lens, by=By.MEAN).needs_all_counts


def test_an_order_tells_the_public_no_shares_of_a_small_panel(
    session: Session, study: Study, now: datetime
) -> None:
    ratings = [(((7, 6), (6, 1)), (7, 7)), (((7, 7),), (7, 7)), ((2, 7), (2, 7))]
    few = grid_examples.close(session, study, {PRACTITIONERS: ratings, LIVED: ratings}, now=now)
    public = ask(session, study, few, {"panel": [LIVED]}, Viewer.PUBLIC)
    assert [item.key for item in public.placed] == ["one", "two", "three"]
    assert not public.orders_by_shares
    own = ask(session, study, few, {"panel": [LIVED]})
    assert [item.key for item in own.placed] == ["two", "one", "three"]


def test_a_line_of_ones_own_has_to_lie_above_what_is_not_shown(
    session: Session, study: Study, closed: Round
) -> None:
    with pytest.raises(InvalidInput, match="Only what is above 6") as refused:
        ask(session, study, closed, {"cut": ["useful"], "at-usefulness": ["2"]})
    assert refused.value.field == "at-usefulness"


def test_weights_come_back_from_an_address_as_they_were(study: Study) -> None:
    asked = {"panel": ["weighted"], f"weight-{PRACTITIONERS}": ["1"], f"weight-{LIVED}": ["2"]}
    look = looks.read(study, asked)
    assert look.query == (("panel", "weighted"), (f"weight-{PRACTITIONERS}", "1"), (f"weight-{LIVED}", "2"))
    assert look.lens.name == "Both panels, weighted 1 : 2"
    far = looks.read(study, asked | {f"weight-{PRACTITIONERS}": ["0.000001"], f"weight-{LIVED}": ["999999"]})
    again = {name: [value] for name, value in far.query}
    assert looks.read(study, again).lens.weights == far.lens.weights


def test_few_who_rated_both_have_no_chance_and_no_ellipse(
    session: Session, study: Study, now: datetime
) -> None:
    """Ten rate each criterion, and only two of them both: these would otherwise be told one by one."""
    ratings = [((8, 10), (9, 10))] * 3
    few = grid_examples.close(session, study, {PRACTITIONERS: ratings, LIVED: ratings}, now=now)
    frozen = session.get_one(results.FrozenResults, few.id)
    kept = msgspec.json.decode(frozen.payload)
    kept["pairs"] = [[item, panel, [[8, 9, 2]]] for item, panel, _ in kept["pairs"]]
    frozen.payload = msgspec.json.encode(kept)
    session.flush()
    for query in ({"panel": [PRACTITIONERS]}, {"panel": [PRACTITIONERS], "by": ["mean"]}):
        for viewer in (Viewer.PUBLIC, Viewer.RESEARCHER):
            grid = ask(session, study, few, query, viewer)
            assert len(grid.placed) == 3
            assert {(item.sure.cell, item.sure.ellipse) for item in grid.placed} == {(None, None)}


def test_verdicts_of_a_small_panel_are_not_public(session: Session, study: Study, now: datetime) -> None:
    ratings = [((8, 7), (7, 7))] * 3
    few = grid_examples.close(session, study, {PRACTITIONERS: ratings, LIVED: ratings}, now=now)
    asked = {"panel": [LIVED], "cut": ["verdicts"]}
    assert ask(session, study, few, asked, Viewer.PUBLIC).placed == ()
    assert len(ask(session, study, few, asked).placed) == 3


def test_means_are_ordered_exactly(session: Session, study: Study, now: datetime) -> None:
    """(20/3, 7/3) and (19/3, 8/3) are equal at the weight of one half, which floats miss."""
    ratings = [
        (((6, 4), (7, 8)), ((2, 8), (3, 4))),
        (((6, 8), (7, 4)), ((2, 4), (3, 8))),
        ((1, 12), (1, 12)),
    ]
    round_ = grid_examples.close(session, study, {PRACTITIONERS: ratings, LIVED: ratings}, now=now)
    grid = ask(session, study, round_, {"panel": [PRACTITIONERS], "by": ["mean"], "order": ["50"]})
    assert [item.rank for item in grid.placed] == [1, 1, 3]
    assert grid_ranks.holds(grid) == (0.5, 0.5)


def test_a_filtered_grid_says_so_in_its_table(session: Session, study: Study, closed: Round) -> None:
    study.vocabularies = {"level": {"label": "Level", "terms": {"person": "Person"}}}
    study.items[0].tags = {"level": ["person"]}
    session.flush()
    asked = {"panel": [PRACTITIONERS], "tag-level": ["person"], "cut": ["midpoint"]}
    grid = ask(session, study, closed, asked)
    assert grid.only == "level: Person"
    [row] = csv.DictReader(io.StringIO(grid_files.write(grid).decode("utf-8-sig")))
    assert (row["only"], row["cells_by"]) == ("level: Person", "midpoint")
