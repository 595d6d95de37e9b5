"""Transition tables between rounds, and cross tables of two criteria."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.crossings import Crossing, Transitions
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally
from tests.analysis.examples import NINE, SCALES
from tests.analysis.rounds import random_rounds

THREE = Scale(1, 3)
# Five panellists, two items: one leaves, one joins, one is unable in the later round.
BEFORE = [[1, 3], [2, 3], [3, BLANK], [BLANK, 2], [1, 1]]
AFTER = [[2, 3], [2, UNABLE], [BLANK, BLANK], [3, 2], [UNABLE, 1]]


def naive(scale: Scale, before: IntArray, after: IntArray) -> IntArray:
    table = np.zeros((before.shape[1], scale.size + 1, scale.size + 1), dtype=np.int64)
    for one, two in zip(before.tolist(), after.tolist(), strict=True):
        for item, codes in enumerate(zip(one, two, strict=True)):
            first, second = (scale.size if code in (UNABLE, BLANK) else code - scale.low for code in codes)
            table[item, first, second] += 1
    return table


def test_five_panellists_in_two_rounds() -> None:
    table = Transitions.from_matrices(THREE, BEFORE, AFTER)
    assert table.counts[0].tolist() == [[0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    assert table.counts[1].tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
    assert table.pairs.tolist() == [2, 3]
    assert table.leavers.counts.tolist() == [[1, 0, 1], [0, 0, 1]]
    assert table.joiners.counts.tolist() == [[0, 0, 1], [0, 0, 0]]


def test_both_rounds_are_stayers_with_leavers_or_joiners() -> None:
    table = Transitions.from_matrices(THREE, BEFORE, AFTER)
    for half, matrix in ((table.before, BEFORE), (table.after, AFTER)):
        assert half.counts.tolist() == Tally.from_matrix(THREE, matrix).counts.tolist()
    assert table.stayers_before.counts.tolist() == table.margin_before.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert table.stayers_after.counts.tolist() == table.margin_after.tolist() == [[0, 2, 0], [1, 1, 1]]


@given(st.integers(0, 2**32 - 1), st.sampled_from(SCALES))
def test_counting_is_the_loop_over_panellists(seed: int, scale: Scale) -> None:
    before, after = random_rounds(seed, 7, 4, scale)
    table = Transitions.from_matrices(scale, before, after)
    assert np.array_equal(table.counts, naive(scale, before, after))
    assert np.array_equal(Crossing.from_matrices(scale, before, after).counts, table.paired)


def test_a_large_panel_is_counted_in_parts() -> None:
    before, after = random_rounds(31, 700, 120)
    assert np.array_equal(Transitions.from_matrices(NINE, before, after).counts, naive(NINE, before, after))


@given(st.integers(0, 2**32 - 1))
def test_changes_count_the_steps_of_each_pair(seed: int) -> None:
    table = Transitions.from_matrices(NINE, *random_rounds(seed, 9, 3))
    for item, pairs in enumerate(table.paired):
        expected = [int(np.trace(pairs, offset=step)) for step in range(-8, 9)]
        assert table.changes[item].tolist() == expected


@given(st.integers(0, 2**32 - 1), st.permutations(range(8)))
def test_the_order_of_panellists_is_irrelevant_and_groups_add_up(seed: int, order: list[int]) -> None:
    before, after = random_rounds(seed, 8, 3)
    for kind in (Transitions, Crossing):
        whole = kind.from_matrices(NINE, before, after)
        assert kind.from_matrices(NINE, before[order], after[order]) == whole
        parts = [kind.from_matrices(NINE, before[part], after[part]) for part in (slice(5), slice(5, None))]
        assert parts[0] + parts[1] == whole  # type: ignore[operator]


def test_pairs_alone_have_no_leavers() -> None:
    one, several = (
        Transitions.from_pairs(THREE, np.eye(3, dtype=int)),
        Transitions.from_pairs(THREE, [np.eye(3)] * 2),
    )
    assert (one.items, several.items) == (1, 2)
    assert one.leavers.rated.tolist() == [0]
    assert several.pairs.tolist() == [3, 3]


def test_those_who_rated_on_one_criterion_only_do_not_enter_a_crossing() -> None:
    table = Crossing.from_matrices(THREE, BEFORE, AFTER)
    assert table.rated.tolist() == [2, 3]
    assert (table.items, table.counts.shape) == (2, (2, 3, 3))


def test_nobody_and_nothing_are_empty_tables() -> None:
    for raters, items in ((0, 3), (4, 0), (0, 0)):
        nothing = np.zeros((raters, items), dtype=np.int64)
        table = Transitions.from_matrices(THREE, nothing, nothing)
        assert table.counts.shape == (items, 4, 4)
        assert table.changes.shape == (items, 5)
        assert table.before.rated.tolist() == table.pairs.tolist() == [0] * items


def test_tables_are_read_only() -> None:
    table = Transitions.from_matrices(THREE, BEFORE, AFTER)
    for array in (
        table.counts,
        table.paired,
        table.pairs,
        table.margin_before,
        table.margin_after,
        table.changes,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_matrices_given_stay_as_they_were() -> None:
    before, after = np.array(BEFORE), np.array(AFTER)
    Transitions.from_matrices(THREE, before, after)
    assert (before.tolist(), after.tolist()) == (BEFORE, AFTER)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ([[1, 4]], [[1, 1]], "The rating 4 of panellist 0 for item 1 is not on the scale 1-3"),
        ([[1], [2]], [[1], [0]], "The rating 0 of panellist 1 for item 0"),
        ([[1]], [[-997]], "The rating -997 of panellist 0"),
        ([[1, 2]], [[1]], r"their shapes are \(1, 2\) and \(1, 1\)"),
        ([1, 2], [1, 2], r"panellists by items; this one has the shape \(2,\)"),
        ([[1.5]], [[1]], "The rating 1.5 at position 0"),
        ([[None]], [[1]], "The rating None at position 0"),
        ([["3"]], [[1]], "The rating '3' at position 0"),
        ([[float("nan")]], [[1]], "The rating nan at position 0"),
    ],
)
@pytest.mark.parametrize("kind", [Transitions, Crossing])
def test_other_matrices_are_refused(
    kind: type[Transitions | Crossing], before: object, after: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        kind.from_matrices(THREE, before, after)  # type: ignore[arg-type]


def test_a_rating_far_down_a_long_matrix_is_named_where_it_stands() -> None:
    ratings = np.ones((40_000, 2), dtype=np.int64)
    ratings[39_000, 1] = 5
    with pytest.raises(ValueError, match="The rating 5 of panellist 39000 for item 1"):
        Transitions.from_matrices(THREE, ratings, np.ones_like(ratings))


@pytest.mark.parametrize(
    ("kind", "shape", "wanted"), [(Transitions, (1, 3, 3), "4 by 4"), (Crossing, (1, 4, 4), "3 by 3")]
)
def test_other_shapes_are_refused(
    kind: type[Transitions | Crossing], shape: tuple[int, ...], wanted: str
) -> None:
    with pytest.raises(ValueError, match=wanted):
        kind(THREE, np.zeros(shape, dtype=np.int64))
    with pytest.raises(ValueError, match="cannot be negative"):
        kind(THREE, np.full(shape, -1))


@pytest.mark.parametrize("kind", [Transitions, Crossing])
def test_only_like_tables_add_up(kind: type[Transitions | Crossing]) -> None:
    one = kind.from_matrices(THREE, [[1, 2]], [[1, 2]])
    with pytest.raises(ValueError, match="scales differ: 1-3 and 1-4"):
        one + kind.from_matrices(Scale(1, 4), [[1, 2]], [[1, 2]])  # type: ignore[operator]
    with pytest.raises(ValueError, match="items differ: 2 in one table, 1 in another"):
        one + kind.from_matrices(THREE, [[1]], [[1]])  # type: ignore[operator]
    with pytest.raises(TypeError):
        one + 1  # type: ignore[operator]
    assert one != 1
    assert one != kind.from_matrices(THREE, [[1, 1]], [[1, 2]])
