"""Counting ratings, and refusing what is none."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, Denominator, Tally
from tests.analysis.examples import NINE

THREE = Scale(1, 3)


def test_a_long_list_is_counted_with_unable_and_blank_beside() -> None:
    tally = Tally.from_ratings(THREE, 3, item=[0, 0, 0, 1, 1, 0], rating=[3, 3, 1, UNABLE, BLANK, UNABLE])
    assert tally.counts.tolist() == [[1, 0, 2], [0, 0, 0], [0, 0, 0]]
    assert tally.unable.tolist() == [1, 1, 0]
    assert tally.blank.tolist() == [0, 1, 0]
    assert tally.rated.tolist() == [3, 0, 0]
    assert tally.denominator("rated").tolist() == [3, 0, 0]
    assert tally.denominator("rated+unable").tolist() == [4, 1, 0]


def test_grouped_rows_count_as_often_as_they_say() -> None:
    grouped = Tally.from_ratings(THREE, 1, item=[0, 0, 0], rating=[2, 3, UNABLE], times=[4, 1, 2])
    single = Tally.from_ratings(THREE, 1, item=[0] * 7, rating=[2, 2, 2, 2, 3, UNABLE, UNABLE])
    assert grouped == single


def test_a_matrix_has_a_row_for_each_rater() -> None:
    tally = Tally.from_matrix(THREE, [[1, UNABLE], [1, BLANK], [3, 2]])
    assert tally == Tally.from_counts(THREE, [[2, 0, 1], [0, 1, 0]], unable=[0, 1], blank=[0, 1])


def test_no_ratings_are_a_tally_too() -> None:
    assert Tally.from_ratings(THREE, 2, item=[], rating=[]) == Tally.from_counts(THREE, np.zeros((2, 3), int))
    assert Tally.from_counts(THREE, []).items == 0
    assert Tally.from_matrix(THREE, np.zeros((0, 2), int)).rated.tolist() == [0, 0]


def test_bands_are_counted() -> None:
    tally = Tally.from_counts(NINE, [[1, 2, 3, 4, 5, 6, 7, 8, 9]])
    assert [tally.in_band(name).tolist() for name in ("low", "middle", "high")] == [[6], [15], [24]]
    assert Tally.from_counts(Scale.parse("1-4", "1-2,3-4"), [1, 1, 1, 1]).in_band("middle").tolist() == [0]
    with pytest.raises(ValueError, match="has no bands"):
        Tally.from_counts(THREE, [1, 1, 1]).in_band("high")
    with pytest.raises(ValueError, match="low, middle or high, not 'top'"):
        tally.in_band("top")


@pytest.mark.parametrize(
    ("rating", "complaint"),
    [
        ([1, 2, 4], "rating 4 at position 2 is not on the scale 1-3"),
        ([0, 1, 1], "rating 0 at position 0"),
        ([1, 2.5, 1], r"rating 2.5 at position 1 is not a whole number"),
        ([1, math.nan, 1], "rating nan at position 1"),
        ([1, math.inf, 1], "rating inf at position 1"),
        ([1, None, 1], "rating None at position 1"),
        ([1, 10**30, 1], "rating 1000000000000000000000000000000 at position 1"),
        ([1, 1e300, 1], "at position 1"),
        ([1, 1], "3 item indexes and 2 ratings"),
        (["1", "2", "unable"], "rating '1' at position 0 is not a whole number"),
        ([True, False, True], "rating True at position 0"),
    ],
)
def test_the_first_wrong_rating_is_named_with_its_place(rating: list[object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Tally.from_ratings(THREE, 1, item=[0, 0, 0], rating=rating)  # type: ignore[arg-type]


def test_whole_numbers_may_come_as_floats() -> None:
    assert Tally.from_matrix(THREE, [[1.0], [3.0]]).counts.tolist() == [[1, 0, 1]]


@pytest.mark.parametrize("item", [[-1], [2]])
def test_an_index_beyond_the_items_is_named(item: list[int]) -> None:
    with pytest.raises(ValueError, match="at position 0 is not one of 2 items"):
        Tally.from_ratings(THREE, 2, item=item, rating=[1])


def test_shapes_and_signs_are_checked() -> None:
    with pytest.raises(ValueError, match="have 3 columns"):
        Tally.from_counts(THREE, [[1, 2]])
    with pytest.raises(ValueError, match="negative"):
        Tally.from_counts(THREE, [[1, 2, -1]])
    with pytest.raises(ValueError, match="negative"):
        Tally.from_counts(THREE, [[1, 2, 1]], unable=-1)
    with pytest.raises(ValueError, match=r"unable has the shape \(2,\)"):
        Tally(THREE, np.zeros((1, 3), np.int64), np.zeros(2, np.int64), np.zeros(1, np.int64))
    with pytest.raises(ValueError, match=r"There are 1 items, but blank has the shape \(2,\)"):
        Tally.from_counts(THREE, [1, 2, 1], blank=[1, 2])
    with pytest.raises(ValueError, match=r"not the shape \(2, 0\)"):
        Tally.from_counts(THREE, [[], []])
    with pytest.raises(ValueError, match="raters by items"):
        Tally.from_matrix(THREE, [1, 2, 3])


def test_a_tally_does_not_change_with_the_array_it_came_from() -> None:
    counts = np.array([[1, 2, 3]])
    tally = Tally.from_counts(THREE, counts)
    counts[0, 0] = 9
    assert tally.counts.tolist() == [[1, 2, 3]]
    with pytest.raises(ValueError, match="read-only"):
        tally.counts[0, 0] = 9


def test_other_scales_and_other_items_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="scales differ"):
        Tally.from_counts(THREE, [1, 1, 1]) + Tally.from_counts(Scale(0, 2), [1, 1, 1])
    with pytest.raises(ValueError, match="items differ: 1 in one tally, 2"):
        Tally.from_counts(THREE, [1, 1, 1]) + Tally.from_counts(THREE, [[1, 1, 1], [1, 1, 1]])
    with pytest.raises(TypeError):
        Tally.from_counts(THREE, [1, 1, 1]) + 1  # type: ignore[operator]


def test_tallies_are_equal_by_what_they_hold() -> None:
    one = Tally.from_counts(THREE, [1, 1, 1])
    assert one == Tally.from_counts(THREE, [1, 1, 1])
    assert one != Tally.from_counts(THREE, [1, 1, 1], unable=1)
    assert one != "a tally"


def test_a_denominator_has_two_names() -> None:
    assert Denominator("rated+unable") is Denominator.RATED_AND_UNABLE
    with pytest.raises(ValueError, match="'rated' or 'rated\\+unable', not 'invited'"):
        Tally.from_counts(THREE, [1, 1, 1]).denominator("invited")


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1, 2, 3, UNABLE, BLANK]))), st.randoms())
def test_the_order_of_ratings_does_not_matter_and_parts_add_up(
    ratings: list[tuple[int, int]], random: Random
) -> None:
    def tally(part: list[tuple[int, int]]) -> Tally:
        return Tally.from_ratings(THREE, 3, [item for item, _ in part], [rating for _, rating in part])

    shuffled = random.sample(ratings, len(ratings))
    half = len(ratings) // 2
    assert tally(shuffled) == tally(ratings) == tally(shuffled[:half]) + tally(shuffled[half:])


@given(st.lists(st.lists(st.sampled_from([1, 2, 3, UNABLE, BLANK]), min_size=2, max_size=2), min_size=1))
def test_the_naive_loop_counts_the_same(matrix: list[list[int]]) -> None:
    tally = Tally.from_matrix(THREE, matrix)
    for item, column in enumerate(zip(*matrix, strict=True)):
        assert tally.counts[item].tolist() == [column.count(category) for category in (1, 2, 3)]
        assert (tally.unable[item], tally.blank[item]) == (column.count(UNABLE), column.count(BLANK))
