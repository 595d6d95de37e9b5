"""Matrices of ratings from long frames, and the tables that come from them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.crossings import Crossing, Transitions
from analysis.matrices import RatingMatrix, crossing, transitions
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, Tally
from tests.analysis.examples import NINE
from tests.analysis.rounds import random_rounds

FIVE = Scale(1, 5)
ROWS = [("ann", "a", "3"), ("ann", "b", "unable"), ("ben", "b", ""), ("ben", "a", "5"), ("cem", "b", "1")]


def long(rows: list[tuple[object, object, object]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(list(column), dtype=object)
            for name, column in zip(NAMES, zip(*rows, strict=True), strict=True)
        }
    )


NAMES = ("panellist", "item", "rating")


def matrix(codes: list[list[int]], panellists: str, items: str, scale: Scale = FIVE) -> RatingMatrix:
    return RatingMatrix(scale, np.array(codes), tuple(panellists), tuple(items))


def test_unable_blank_and_no_row_are_told_apart_from_ratings() -> None:
    found = RatingMatrix.from_frame(FIVE, long(ROWS))
    assert (found.panellists, found.items) == (("ann", "ben", "cem"), ("a", "b"))
    assert found.codes.tolist() == [[3, UNABLE], [5, BLANK], [BLANK, 1]]
    assert found.tally() == Tally.from_counts(
        FIVE, [[0, 0, 1, 0, 1], [1, 0, 0, 0, 0]], unable=[0, 1], blank=[1, 1]
    )


def test_the_columns_have_the_names_given() -> None:
    frame = long(ROWS).rename(columns={"panellist": "who", "item": "what", "rating": "importance"})
    found = RatingMatrix.from_frame(FIVE, frame, panellist="who", item="what", rating="importance")
    assert found == RatingMatrix.from_frame(FIVE, long(ROWS))


def test_items_without_a_row_are_blank_for_everybody() -> None:
    found = RatingMatrix.from_frame(FIVE, long(ROWS), items=("c", "b", "a"))
    assert found.items == ("c", "b", "a")
    assert found.tally().blank.tolist() == [3, 1, 1]


@pytest.mark.parametrize("values", [[1, 2, 5], [1.0, 2.0, 5.0], ["1", "2", "5"], list(np.array([1, 2, 5]))])
def test_numbers_and_their_text_are_ratings(values: list[object]) -> None:
    frame = pd.DataFrame({"panellist": ["x", "y", "z"], "item": ["i"] * 3, "rating": values})
    assert RatingMatrix.from_frame(FIVE, frame).codes.tolist() == [[1], [2], [5]]


def test_negative_categories_are_read_from_text() -> None:
    frame = long([("ann", "a", "-3"), ("ben", "a", "0")])
    assert RatingMatrix.from_frame(Scale(-3, 3), frame).codes.tolist() == [[-3], [0]]


@pytest.mark.parametrize(
    "value",
    [
        6,
        0,
        "6",
        2.5,
        "2.5",
        "seven",
        "Unable",
        " 3",
        "٣",
        True,
        None,
        float("nan"),
        float("inf"),
        pd.NA,
        [3],
        -998,
        "-998",
    ],
)
def test_another_value_is_refused_with_its_place(value: object) -> None:
    rows = [*ROWS, ("dan", "b", value)]
    with pytest.raises(ValueError, match=r"The rating .* in row 5, by 'dan' of the item 'b', is none"):
        RatingMatrix.from_frame(FIVE, long(rows))


def test_true_is_no_rating_beside_a_one() -> None:
    with pytest.raises(ValueError, match="The rating True in row 1"):
        RatingMatrix.from_frame(FIVE, long([("ann", "a", 1), ("ben", "a", True)]))


@pytest.mark.parametrize("wrong", [7, None, float("nan"), ""])
def test_ids_are_text(wrong: object) -> None:
    with pytest.raises(ValueError, match=f"The panellist {wrong!r} in row 5 is not an id"):
        RatingMatrix.from_frame(FIVE, long([*ROWS, (wrong, "a", "1")]))
    with pytest.raises(ValueError, match=f"The item {wrong!r} in row 5 is not an id"):
        RatingMatrix.from_frame(FIVE, long([*ROWS, ("dan", wrong, "1")]))


def test_ids_with_leading_zeros_stay_apart() -> None:
    found = RatingMatrix.from_frame(FIVE, long([("007", "a", "1"), ("7", "a", "2")]))
    assert found.panellists == ("007", "7")


def test_a_second_rating_is_refused_even_where_it_is_the_same() -> None:
    with pytest.raises(ValueError, match="Row 5 is a second rating of the item 'a' by 'ben'"):
        RatingMatrix.from_frame(FIVE, long([*ROWS, ("ben", "a", "5")]))


def test_unknown_items_and_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="There is no item 'b' among the items"):
        RatingMatrix.from_frame(FIVE, long(ROWS), items=["a"])
    with pytest.raises(ValueError, match="The item 'a' is there more than once"):
        RatingMatrix.from_frame(FIVE, long(ROWS), items=["a", "b", "a"])
    with pytest.raises(ValueError, match="no columns named 'score'"):
        RatingMatrix.from_frame(FIVE, long(ROWS), rating="score")
    twice = pd.concat([long(ROWS), long(ROWS)[["rating"]]], axis=1)
    with pytest.raises(ValueError, match="2 columns named 'rating'"):
        RatingMatrix.from_frame(FIVE, twice)


def test_a_frame_without_rows_has_nobody() -> None:
    empty = RatingMatrix.from_frame(FIVE, pd.DataFrame(columns=list(NAMES)), items=["a"])
    assert empty.codes.shape == (0, 1)
    assert empty.tally().rated.tolist() == [0]
    assert RatingMatrix.from_frame(FIVE, pd.DataFrame(columns=list(NAMES))).codes.shape == (0, 0)


@pytest.mark.parametrize(
    ("codes", "panellists", "items", "message"),
    [
        ([[1, 9]], "x", "ab", "The rating 9 of panellist 'x' for item 'b' is not on the scale 1-5"),
        ([[1]], "xy", "a", r"2 panellists and 1 items need a matrix of that shape, not \(1, 1\)"),
        ([[1], [2]], "xx", "a", "The panellist 'x' is there more than once"),
        ([[1, 2]], "x", "aa", "The item 'a' is there more than once"),
        ([[1.5]], "x", "a", "The rating 1.5 at position 0"),
        ([[1]], [3], "a", "The panellist 3 at position 0 is not an id"),
    ],
)
def test_a_matrix_that_does_not_fit_is_refused(
    codes: object, panellists: str, items: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RatingMatrix(FIVE, codes, tuple(panellists), tuple(items))  # type: ignore[arg-type]


def test_a_matrix_keeps_its_codes_to_itself() -> None:
    codes = np.array([[1, 2]])
    found = RatingMatrix(FIVE, codes, ("x",), ("a", "b"))
    codes[0, 0] = 5
    assert found.codes.tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="read-only"):
        found.codes[0, 0] = 3
    assert found != matrix([[1, 3]], "x", "ab")
    assert found != 3


def test_rounds_are_matched_by_ids_and_not_by_place() -> None:
    """Ann is away in the second round, dan in the first; the others and the items stand in another order."""
    before = matrix([[1, 2], [3, 4], [5, 5]], "abc", "xy")
    after = matrix([[4, 5], [2, UNABLE], [4, 3]], "dcb", "yx")
    found = transitions(before, after)
    codes_before = [[1, 2], [3, 4], [5, 5], [BLANK, BLANK]]
    codes_after = [[BLANK, BLANK], [3, 4], [UNABLE, 2], [5, 4]]
    assert found == Transitions.from_matrices(FIVE, codes_before, codes_after)
    assert found.pairs.tolist() == [1, 2]
    assert found.leavers.rated.tolist() == [2, 1]
    assert found.joiners.rated.tolist() == [1, 1]


def test_rounds_with_different_items_are_refused_and_named() -> None:
    before, after = matrix([[1, 2, 3]], "a", "xyz"), matrix([[1, 2]], "a", "xw")
    message = (
        "rounds with different items: 'y' only in the first, 'z' only in the first, 'w' only in the second"
    )
    with pytest.raises(ValueError, match=message):
        transitions(before, after)
    chosen = transitions(before, after, items=["x"])
    assert chosen == Transitions.from_matrices(FIVE, [[1]], [[1]])
    with pytest.raises(ValueError, match="There is no item 'y' among the items"):
        transitions(before, after, items=["x", "y"])
    with pytest.raises(ValueError, match="The item 'x' is there more than once"):
        transitions(before, after, items=["x", "x"])


def test_criteria_cross_by_ids_too() -> None:
    importance, feasibility = matrix([[1, 5], [2, 4]], "ab", "xy"), matrix([[3, 3], [1, 2]], "bc", "yx")
    found = crossing(importance, feasibility)
    assert found == Crossing.from_matrices(FIVE, [[2, 4]], [[3, 3]])
    with pytest.raises(ValueError, match="criteria with different items: 'y' only in the first"):
        crossing(importance, matrix([[1]], "a", "x"))


def test_other_scales_do_not_match() -> None:
    with pytest.raises(ValueError, match="The scales differ: 1-5 and 1-9"):
        transitions(matrix([[1]], "a", "x"), matrix([[1]], "a", "x", NINE))


@given(
    st.integers(0, 2**32 - 1), st.permutations(range(6)), st.permutations(range(6)), st.permutations(range(4))
)
def test_the_order_of_rows_is_irrelevant(seed: int, one: list[int], two: list[int], items: list[int]) -> None:
    before, after = random_rounds(seed, 6, 4)
    rows = [
        pd.DataFrame(
            [(f"p{r}", f"i{i}", written(codes[r, i])) for r in order for i in columns], columns=list(NAMES)
        )
        for codes, order, columns in ((before, one, range(4)), (after, two, items))
    ]
    matrices = [RatingMatrix.from_frame(NINE, frame) for frame in rows]
    assert transitions(*matrices) == Transitions.from_matrices(NINE, before, after)


def written(code: int) -> str:
    return {UNABLE: "unable", BLANK: ""}.get(int(code), str(code))
