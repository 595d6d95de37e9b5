"""Pareto front, and every order of the items for every weight between two criteria."""

import math
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cuts import NO_POSITION
from analysis.ranking import NEVER_FIRST, order_at, pareto_front, weight_sweep

A, B = (8, 7, 6, 3), (3, 5, 6, 8)
HALVES = st.integers(2, 18).map(lambda twice: Fraction(twice, 2))
PLACED = st.lists(st.tuples(HALVES, HALVES), min_size=1, max_size=7)
Placed: TypeAlias = list[tuple[Fraction, Fraction]]
WEIGHTS = st.fractions(0, 1, max_denominator=50)


def values(placed: Placed, w: Fraction) -> list[Fraction]:
    return [w * a + (1 - w) * b for a, b in placed]


def naive_ranks(placed: Placed, w: Fraction) -> list[int]:
    found = values(placed, w)
    return [1 + sum(other > own for other in found) for own in found]


def naive_breakpoints(placed: Placed, start: Fraction, stop: Fraction) -> list[Fraction]:
    crossings = set()
    for (a, b), (c, d) in combinations(placed, 2):
        if a - b != c - d:
            crossings.add((d - b) / (a - b - c + d))
    return sorted(w for w in crossings if start < w < stop)


def test_the_acceptabilities_of_statistics_md() -> None:
    """STATISTICS.md, section 9: a=(8,7,6,3), b=(3,5,6,8), w ~ U(0,1)."""
    found = weight_sweep(A, B).acceptability
    expected = [
        [0.333333, 0.166667, 0.100000, 0.400000],
        [0.066667, 0.404762, 0.500000, 0.028571],
        [0.1, 0.428571, 0.4, 0.071429],
        [0.5, 0, 0, 0.5],
    ]
    np.testing.assert_allclose(found.T, expected, atol=5e-7)


def test_the_breakpoints_of_the_same_are_six() -> None:
    """Two lines each: 2/5 (items 3, 4), 3/7 (2, 4), 1/2 (1, 4 and 2, 3), 3/5 (1, 3), 2/3 (1, 2)."""
    sweep = weight_sweep(A, B)
    assert sweep.breakpoints == (
        Fraction(2, 5),
        Fraction(3, 7),
        Fraction(1, 2),
        Fraction(3, 5),
        Fraction(2, 3),
    )
    assert len(sweep.intervals) == 6
    assert sweep.interval_of("0.45") == (Fraction(3, 7), Fraction(1, 2))
    assert sweep.interval_of(0) == (0, Fraction(2, 5))
    assert sweep.interval_of(1) == (Fraction(2, 3), 1)


def test_acceptabilities_agree_with_drawn_weights() -> None:
    generator = np.random.default_rng(3)
    drawn = generator.random((200_000, 1))
    found = drawn * np.array(A) + (1 - drawn) * np.array(B)
    ranks = (-found).argsort(axis=1).argsort(axis=1)
    often = np.array([(ranks == rank).mean(axis=0) for rank in range(4)]).T
    np.testing.assert_allclose(weight_sweep(A, B).acceptability, often, atol=5 * math.sqrt(0.25 / 200_000))


@given(PLACED, WEIGHTS, WEIGHTS)
def test_the_sweep_is_the_naive_one(placed: Placed, one: Fraction, two: Fraction) -> None:
    start, stop = sorted((one, two))
    a, b = zip(*placed, strict=True)
    sweep = weight_sweep(a, b, start, stop)
    breaks = naive_breakpoints(placed, start, stop)
    assert list(sweep.breakpoints) == breaks
    if start == stop:
        expected = np.zeros((len(placed),) * 2)
        for item, rank in enumerate(naive_ranks(placed, start)):
            expected[item, rank - 1] = 1
        np.testing.assert_array_equal(sweep.acceptability, expected)
        return
    expected = np.zeros((len(placed),) * 2)
    for low, high in pairwise([start, *breaks, stop]):
        for item, rank in enumerate(naive_ranks(placed, (low + high) / 2)):
            expected[item, rank - 1] += float((high - low) / (stop - start))
    np.testing.assert_allclose(sweep.acceptability, expected, atol=1e-12)
    held = expected > 1e-12
    assert sweep.best.tolist() == [float(1 + row.argmax()) for row in held]
    assert sweep.worst.tolist() == [float(len(row) - row[::-1].argmax()) for row in held]


@given(PLACED, WEIGHTS)
def test_the_order_at_a_weight_is_the_naive_one(placed: Placed, w: Fraction) -> None:
    a, b = zip(*placed, strict=True)
    found = order_at(a, b, w)
    assert found.rank.tolist() == naive_ranks(placed, w)
    assert found.value.tolist() == pytest.approx([float(v) for v in values(placed, w)], abs=1e-12)
    assert [found.rank[item] for item in found.order] == sorted(found.rank)
    ends = [Fraction(0), *naive_breakpoints(placed, Fraction(0), Fraction(1)), Fraction(1)]
    if w in ends[1:-1]:
        assert found.interval == (w, w)
    elif 0 < w < 1:
        below, above = max(e for e in ends if e < w), min(e for e in ends if e > w)
        assert found.interval == (below, above)


@given(PLACED)
def test_the_places_of_an_item_cover_the_range_and_hold_in_between(
    placed: Placed,
) -> None:
    a, b = zip(*placed, strict=True)
    sweep = weight_sweep(a, b, "0.1", "0.9")
    for item in range(len(placed)):
        places = sweep.places(item)
        assert (places[0].start, places[-1].stop) == (Fraction(1, 10), Fraction(9, 10))
        assert all(one.stop == two.start and one.rank != two.rank for one, two in pairwise(places))
        for rank, start, stop in places:
            inside = naive_breakpoints(placed, start, stop)
            for low, high in pairwise([start, *inside, stop]):
                assert naive_ranks(placed, (low + high) / 2)[item] == rank


@given(PLACED)
def test_exchanging_the_criteria_turns_the_weight_round(placed: Placed) -> None:
    a, b = zip(*placed, strict=True)
    one, other = weight_sweep(a, b, 0, "0.75"), weight_sweep(b, a, "0.25", 1)
    np.testing.assert_allclose(one.acceptability, other.acceptability, atol=1e-12)
    assert [1 - w for w in reversed(one.breakpoints)] == list(other.breakpoints)


@given(PLACED)
def test_the_front_is_the_naive_one(placed: Placed) -> None:
    found = pareto_front(*zip(*placed, strict=True))
    for item, (a, b) in enumerate(placed):
        above = sum(c >= a and d >= b and (c, d) != (a, b) for c, d in placed)
        below = sum(c <= a and d <= b and (c, d) != (a, b) for c, d in placed)
        assert (found.dominated_by[item], found.dominates[item]) == (above, below)
        assert found.on_front[item] == (above == 0)


@given(PLACED)
def test_whoever_is_first_at_some_weight_inside_is_on_the_front(
    placed: Placed,
) -> None:
    a, b = zip(*placed, strict=True)
    sweep, front = weight_sweep(a, b), pareto_front(a, b)
    assert all(front.on_front[item] for item in np.flatnonzero(sweep.acceptability[:, 0] > 0))


def test_items_at_one_place_share_their_ranks() -> None:
    sweep = weight_sweep([8, 8, 3], [4, 4, 9])
    np.testing.assert_allclose(sweep.acceptability, [[0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, 0, 0.5]])
    assert order_at([8, 8, 3], [4, 4, 9], 1).rank.tolist() == [1, 1, 3]
    assert pareto_front([8, 8], [4, 4]).dominates.tolist() == [0, 0]


def test_a_range_of_weights_of_its_own() -> None:
    """A local team that gives the first criterion between 60 and 80 %: item 1 is first above 2/3."""
    sweep = weight_sweep(A, B, "0.6", "0.8")
    assert sweep.acceptability[:, 0] == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert sweep.central_weight[0] == pytest.approx((2 / 3 + 0.8) / 2)
    assert sweep.reasons == (None, None, NEVER_FIRST, NEVER_FIRST)


def test_an_item_without_a_position_has_no_rank() -> None:
    sweep = weight_sweep([8, None, 3], [4, 5, float("nan")])
    assert sweep.reasons == (None, NO_POSITION, NO_POSITION)
    assert sweep.acceptability[0].tolist() == [1, 0, 0]
    assert np.isnan(sweep.acceptability[1:]).all()
    assert sweep.places(1) == ()
    found = order_at([8, None, 3], [4, 5, 6], "0.9")
    assert (found.order, found.rank[0], math.isnan(found.rank[1])) == ((0, 2), 1, True)
    front = pareto_front([8, None], [4, 5])
    assert (front.on_front, front.reasons) == ((True, None), (None, NO_POSITION))


def test_no_items_have_no_order() -> None:
    sweep = weight_sweep([], [])
    assert (sweep.acceptability.shape, sweep.breakpoints) == ((0, 0), ())
    assert order_at([], [], "0.3").interval == (0, 1)
    assert pareto_front([], []).on_front == ()
    assert weight_sweep([None], [3]).acceptability.shape == (1, 1)


def test_crossings_that_round_to_one_float_stay_apart() -> None:
    """Fractions that differ in the twentieth digit: the breakpoints are sorted and exact."""
    tiny = Fraction(1, 10**20)
    placed = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (Fraction(1, 2) + tiny, Fraction(1, 2))]
    a, b = zip(*placed, strict=True)
    sweep = weight_sweep(a, b)
    assert list(sweep.breakpoints) == naive_breakpoints(placed, Fraction(0), Fraction(1))
    assert len({float(w) for w in sweep.breakpoints}) < len(sweep.breakpoints)


def test_means_of_many_denominators_are_exact() -> None:
    generator = np.random.default_rng(1)
    placed = [
        tuple(Fraction(int(s), int(n)) for s, n in pair) for pair in generator.integers(11, 200, (60, 2, 2))
    ]
    sweep = weight_sweep(*zip(*placed, strict=True))
    assert list(sweep.breakpoints) == naive_breakpoints(placed, Fraction(0), Fraction(1))  # type: ignore[arg-type]
    np.testing.assert_allclose(sweep.acceptability.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(sweep.acceptability.sum(axis=0), 1, atol=1e-12)


def test_a_sweep_prints_and_gives_a_frame() -> None:
    sweep = weight_sweep(A, B)
    assert sweep.frame().shape == (4, 8)
    assert "rank_1" in str(sweep)
    assert order_at(A, B, "0.45").frame()["from"].tolist() == ["3/7"] * 4


@pytest.mark.parametrize("weight", [-0.1, 1.1, None, float("nan")])
def test_a_weight_lies_in_the_range(weight: float | None) -> None:
    with pytest.raises(ValueError, match="The weight lies between 0 and 1"):
        order_at(A, B, weight)
    with pytest.raises(ValueError, match="The weight lies between 0 and 1"):
        weight_sweep(A, B).interval_of(weight)


def test_what_does_not_fit_is_refused() -> None:
    for function in (pareto_front, weight_sweep):
        with pytest.raises(ValueError, match="2 items on one criterion and 1"):
            function([1, 2], [1])
        with pytest.raises(ValueError, match="is a number, not 'x'"):
            function(["x"], [1])
    for least, most in ((0.6, 0.4), (-0.1, 1), (0, 1.1)):
        with pytest.raises(ValueError, match="range upwards within 0 to 1"):
            weight_sweep(A, B, least, most)
