"""Where a grid is cut: bands, midpoint, the items' own middle, stated lines, verdicts, FAIRSTEPS."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import cuts
from analysis.consensus import Verdict
from analysis.cuts import (
    CutKind,
    Lines,
    bands_cut,
    cells,
    fairsteps,
    items_cut,
    midpoint_cut,
    stated_cut,
    verdict_cells,
)
from analysis.exact_values import exactly
from analysis.positions import position
from analysis.scales import Scale
from tests.analysis import eric
from tests.analysis.examples import NINE, SCALES, tally_of

HALVES = st.integers(2, 18).map(lambda twice: Fraction(twice, 2))


def cell(found: cuts.Cells) -> list[str | None]:
    column: list[str | None] = found.columns()["cell"]
    return column


def test_the_published_quadrants_of_eric() -> None:
    """Waltz and others 2015, table 1: all 24, by the printed cuts, as strings and as floats."""
    expected = [eric.CELL_OF[one.quadrant] for one in eric.STRATEGIES]
    for kind in (str, float, Decimal):
        x = [kind(one.importance) for one in eric.STRATEGIES]
        y = [kind(one.feasibility) for one in eric.STRATEGIES]
        assert cell(cells(x, y, stated_cut(*map(kind, eric.CUTS)))) == expected


@given(st.sampled_from(SCALES), st.data())
def test_bands_are_those_of_the_scale(scale: Scale, data: st.DataObject) -> None:
    halves = st.integers(2 * scale.low, 2 * scale.high).map(lambda twice: twice / 2)
    x, y = data.draw(halves), data.draw(halves)
    found = cells([x], [y], bands_cut(scale))
    assert (found.across[0], found.up[0]) == (scale.band_of(x), scale.band_of(y))


def test_a_half_between_two_bands_is_the_higher_ones() -> None:
    assert cell(cells([3, 3.5, 6, 6.5], [6.5, 6, 3.5, 3], bands_cut(NINE))) == [
        "low-high",
        "middle-middle",
        "middle-middle",
        "high-low",
    ]


def test_at_the_line_is_high() -> None:
    assert cell(cells([5, 4.5], [5, 5], midpoint_cut(NINE))) == ["high-high", "low-high"]
    assert cell(cells([2.5, 2], [2.5, 3], midpoint_cut(Scale(1, 4)))) == ["high-high", "low-high"]


def test_positions_are_compared_as_they_are_written() -> None:
    """In floating point 0.1 + 0.2 is above 0.3, and 2.675 is a little below itself."""
    assert cell(cells([0.3, 2.675], ["1/3", "0.3"], stated_cut("0.3", "1/3"))) == ["high-high", "high-low"]
    assert cell(cells(["2.675"], [Decimal("2.675")], stated_cut(2.675, 2.675))) == ["high-high"]


@given(
    points=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500))),
    lines=st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
def test_hundredths_are_cut_as_whole_numbers_are(
    points: list[tuple[int, int]], lines: tuple[int, int]
) -> None:
    x, y = [point[0] / 100 for point in points], [point[1] / 100 for point in points]
    found = cells(x, y, stated_cut(*(Fraction(line, 100) for line in lines)))
    assert found.across == tuple("high" if one >= lines[0] else "low" for one, _ in points)
    assert found.up == tuple("high" if two >= lines[1] else "low" for _, two in points)


def test_a_mean_is_compared_exactly() -> None:
    """Ten ratings whose mean is 3.3 reach a line at 3.3; as floats 33/10 and .1 * 33 are not the same."""
    tally = tally_of([3] * 7 + [4] * 3)
    exact = position([tally], measure="mean").exact
    assert cell(cells(exact, exact, stated_cut(3.3, "3.30"))) == ["high-high"]
    assert cell(cells([0.1 * 33], [3.3], stated_cut(3.3, 3.3))) == ["high-high"]
    assert cell(cells([3 * 1.1 - 1e-15], [3.3], stated_cut(3.3, 3.3))) == ["low-high"]


def test_the_items_own_medians_are_relative() -> None:
    cut = items_cut([8, 8, 9, 7.5], [3, 4, 5, None])
    assert (cut.kind, cut.relative) == (CutKind.MEDIANS, True)
    assert cut.across is not None
    assert cut.up is not None
    assert (cut.across.at, cut.up.at) == ((Fraction(8),), (Fraction(4),))
    assert "relative to the items shown" in str(cut)
    by_mean = items_cut([1, 2, 6], [1, 1, 1], by="mean")
    assert by_mean.across == Lines((Fraction(3),))
    assert cell(cells([1, 2, 6], [1, 1, 1], by_mean)) == ["low-high", "low-high", "high-high"]


def test_fixed_cuts_are_not_relative() -> None:
    assert not any(cut.relative for cut in (bands_cut(NINE), midpoint_cut(NINE), stated_cut(1, 2)))


@given(st.lists(st.tuples(HALVES, HALVES), min_size=1, max_size=9))
def test_at_least_half_of_the_items_reach_their_own_median(placed: list[tuple[Fraction, Fraction]]) -> None:
    x, y = zip(*placed, strict=True)
    found = cells(x, y, items_cut(x, y))
    assert 2 * found.across.count("high") >= len(placed)
    assert 2 * found.up.count("high") >= len(placed)


def test_verdicts_are_in_or_not_in() -> None:
    into, out, none, few = Verdict.IN, Verdict.OUT, Verdict.NO_CONSENSUS, Verdict.TOO_FEW
    found = verdict_cells([into, into, none, few], [into, none, out, into])
    assert cell(found) == ["in-in", "in-not in", "not in-not in", None]
    assert found.reasons[3] == cuts.TOO_FEW_FOR_A_VERDICT
    assert str(found.cut) == "verdicts"


def test_fairsteps_shows_what_is_at_least_useful() -> None:
    x = [9, 8, 7, 6.5, 6, None]
    y = [2, 7, 5, 8, 9, 9]
    found = fairsteps(x, y, NINE)
    assert found.across == ("more useful", "more useful", "useful", "useful", None, None)
    hard, easy = cuts.EASIER
    assert found.up == (hard, easy, hard, easy, None, None)
    assert found.reasons == (None, None, None, None, cuts.NOT_USEFUL, cuts.NO_POSITION)
    assert str(found.cut) == "FAIRSTEPS: 7.5 across, 6 up (relative to the items shown)"
    assert "with support" in hard
    assert "with support" in easy


def test_fairsteps_with_stated_lines_is_not_relative() -> None:
    found = fairsteps([9, 7], [5, 7], NINE, more_useful=8, easier="6.5")
    assert found.across == ("more useful", "useful")
    assert found.up == cuts.EASIER
    assert not found.cut.relative
    assert fairsteps([9, 7], [5, 7], NINE, more_useful=8).cut.relative


def test_fairsteps_without_a_useful_item_shows_none() -> None:
    found = fairsteps([3, 4], [5, 7], NINE)
    assert found.across == (None, None)
    assert found.reasons == (cuts.NOT_USEFUL,) * 2
    assert not found.cut.relative


@given(st.lists(st.tuples(HALVES, HALVES), max_size=9))
def test_every_item_has_a_cell_or_a_reason(placed: list[tuple[Fraction, Fraction]]) -> None:
    x, y = [one for one, _ in placed], [two for _, two in placed]
    for found in (cells(x, y, bands_cut(NINE)), fairsteps(x, y, NINE)):
        assert [one is None for one in found.across] == [reason is not None for reason in found.reasons]
        assert [one is None for one in found.up] == [one is None for one in found.across]


@given(st.lists(st.tuples(HALVES, HALVES), min_size=1, max_size=9))
def test_exchanging_the_criteria_exchanges_the_cells(placed: list[tuple[Fraction, Fraction]]) -> None:
    x, y = zip(*placed, strict=True)
    one, other = cells(x, y, items_cut(x, y)), cells(y, x, items_cut(y, x))
    assert (one.across, one.up) == (other.up, other.across)


def test_numbers_are_read_as_they_are_written() -> None:
    assert exactly(3.43) == exactly("3.43") == exactly(Decimal("3.430")) == Fraction(343, 100)
    assert exactly(float("nan")) is exactly(None) is exactly(Decimal("NaN")) is None
    for wrong in ("three", float("inf"), "1/0", Decimal("Infinity")):
        with pytest.raises(ValueError, match="is a number, not"):
            exactly(wrong)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 items on one criterion and 1"):
        cells([1, 2], [1], midpoint_cut(NINE))
    with pytest.raises(ValueError, match="has no bands"):
        bands_cut(Scale(1, 5))
    with pytest.raises(ValueError, match="has no bands"):
        fairsteps([1], [1], Scale(1, 5))
    with pytest.raises(ValueError, match="nothing to cut"):
        items_cut([None], [4])
    with pytest.raises(ValueError, match="median or mean, not 'mode'"):
        items_cut([1], [4], by="mode")
    with pytest.raises(ValueError, match="stated on both"):
        stated_cut(3, None)
    with pytest.raises(ValueError, match="Verdicts have no lines"):
        cells([1], [1], verdict_cells([Verdict.IN], [Verdict.IN]).cut)
    with pytest.raises(ValueError, match="ascend"):
        Lines((Fraction(2), Fraction(2)), ("a", "b", "c"))
    with pytest.raises(ValueError, match="1 lines part 2 names"):
        Lines((Fraction(2),), ("a",))
