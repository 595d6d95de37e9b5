"""Positions on a grid, and the order of its key."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.priority import Position, order, positions
from analysis.scales import Scale
from analysis.summaries import median
from analysis.tallies import Tally
from tests.analysis.examples import NINE, panels, tally_of


def stack(*of_items: list[int], scale: Scale = NINE) -> Tally:
    """The tally of several items, each a list of ratings."""
    items = [index for index, ratings in enumerate(of_items) for _ in ratings]
    return Tally.from_ratings(
        scale, len(of_items), items, [rating for ratings in of_items for rating in ratings]
    )


def test_a_position_is_the_median_on_each_criterion() -> None:
    useful, feasible = stack([7, 8, 9], [1, 2]), stack([4, 4, 5], [9, 9])
    assert positions([useful], [feasible]) == (Position(8, 4), Position(1.5, 9))


def test_an_item_rated_on_one_criterion_only_has_no_position() -> None:
    assert positions([stack([7], [])], [stack([], [7])]) == (None, None)


def test_panels_weigh_the_same_however_large() -> None:
    large, small = stack([9] * 40), stack([1] * 14)
    assert positions([large, small], [large, large]) == (Position(5, 9),)
    assert positions([large, small], [large, large], weights=[2, 1]) == (Position(9, 9),)
    assert positions([large, stack([])], [large, large]) == (None,)
    assert positions([large, stack([])], [large, large], weights=[1, 0]) == (Position(9, 9),)


def test_the_order_of_the_key() -> None:
    useful = stack(
        [8, 8, 8, 8],  # 0: the highest median
        [7, 7, 7, 9],  # 1: median 7, all in the high band
        [6, 7, 7, 9],  # 2: median 7, three quarters in the high band; feasible 5
        [6, 7, 7, 8],  # 3: the same; feasible 6
        [6, 7, 7, 7],  # 4: the same; feasible 6, more of it in the high band
        [],  # 5: nobody
        [6, 7, 7, 7],  # 6: as 4
    )
    feasible = stack([1, 1], [1, 1], [5, 5], [6, 6], [5, 7], [9, 9], [5, 7])
    assert order([useful], [feasible]) == (0, 1, 4, 6, 3, 2, 5)


def test_the_order_without_bands_is_by_medians_alone() -> None:
    four = Scale(1, 4)
    useful, feasible = stack([3, 3], [2, 4], [4, 4], scale=four), stack([1, 1], [2, 2], [1, 1], scale=four)
    assert order([useful], [feasible]) == (2, 1, 0)


def test_shares_of_weighted_panels_settle_equal_medians() -> None:
    """The first item's high band has (1 + 0)/2, the second's (1 + 1/2)/2; both weighted medians are 7."""
    large = stack([7, 7, 9, 9], [7, 7, 7, 9])
    small = stack([6, 6], [6, 7])
    weights = [3, 1]
    across = [large, small]
    assert [p.x for p in positions(across, across, weights) if p] == [7, 7]
    assert order(across, across, weights) == (1, 0)


def test_panels_have_to_match() -> None:
    one = tally_of([7])
    with pytest.raises(ValueError, match="2 panels on one criterion and 1 on the other"):
        positions([one, one], [one])
    with pytest.raises(ValueError, match="no panel"):
        order([], [])
    with pytest.raises(ValueError, match="items differ"):
        positions([one], [stack([7], [7])])


def test_no_items_have_no_order() -> None:
    empty = Tally.from_counts(NINE, [])
    assert positions([empty], [empty]) == order([empty], [empty]) == ()


@given(panels(2))
def test_the_order_has_every_item_once_and_falls(drawn: list[Tally]) -> None:
    across, up = drawn
    found = order([across], [up])
    assert sorted(found) == list(range(across.items))
    placed = [positions([across], [up])[item] for item in found]
    known = [position.x for position in placed if position]
    assert known == sorted(known, reverse=True)
    assert placed[: len(known)] == [position for position in placed if position]


@given(panels(2), st.integers(1, 5))
def test_one_panel_stands_where_its_medians_are(drawn: list[Tally], weight: int) -> None:
    across, up = drawn
    for position, x, y in zip(positions([across], [up], [weight]), median(across), median(up), strict=True):
        assert (position is None) == bool(math.isnan(x) or math.isnan(y))
        assert position is None or position == Position(x, y)
