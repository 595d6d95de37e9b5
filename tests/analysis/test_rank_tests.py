"""Mann-Whitney, its exact form with ties, and Kruskal-Wallis."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.rank_tests import (
    ALL_EQUAL,
    MOST_PAIRS,
    NOBODY_RATED,
    Method,
    kruskal_wallis,
    mann_whitney,
    permutation_test,
)
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, Tally
from tests.analysis.examples import NINE, panels, ratings_of, tally_of, turned_round

# Hogarty and Kromrey 1999, in tens.
TEN = tally_of([1, 1, 2, 2, 2, 3, 3, 3, 4, 5], Scale(1, 5))
SIX = tally_of([1, 2, 3, 4, 4, 5], Scale(1, 5))
# Ozone by month in R's airquality, without the days that have none.
MAY = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37]
JUNE = [29, 71, 39, 23, 21, 37, 20, 12, 13]
JULY = [135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50]
JULY += [64, 59]
AUGUST = [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118]
AUGUST += [84, 85]
SEPTEMBER = [96, 78, 73, 91, 47, 32, 20, 23, 21, 24, 44, 21, 28, 9, 13, 46, 18, 13, 24, 16, 13, 23, 36, 7]
SEPTEMBER += [14, 30, 14, 18, 20]


def on_one_scale(*groups: list[int]) -> list[Tally]:
    """Groups of any numbers, each as a tally of the ranks of the distinct ones."""
    values = sorted({value for group in groups for value in group})
    scale = Scale(1, len(values))
    return [tally_of([values.index(value) + 1 for value in group], scale) for group in groups]


def random_panels(number: int, items: int, seed: int) -> list[Tally]:
    """Panels of 1 to 25 on 1-9, with ratings missing, some items of one mind, some rated by nobody."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(number):
        ratings = rng.integers(1, 10, (25, items)) // rng.choice([1, 1, 2, 4, 9], items)
        ratings = np.clip(ratings, 1, 9)
        ratings[rng.random(ratings.shape) < rng.choice([0.03, 0.3, 0.9], items)] = BLANK
        ratings[rng.random(ratings.shape) < 0.05] = UNABLE
        drawn.append(Tally.from_matrix(NINE, ratings))
    return drawn


def test_hogarty_and_kromrey() -> None:
    """P by wilcox.test of R, without and with correction, and by exactRankTests."""
    found = mann_whitney(TEN, SIX)
    assert found.u == [22.5]
    assert found.p == pytest.approx([0.4057414909], abs=5e-11)
    assert found.p_corrected == pytest.approx([0.4377586730], abs=5e-11)
    exact = permutation_test(TEN, SIX)
    assert exact.p == pytest.approx([0.4516733267], abs=5e-11)
    assert exact.method == (Method.EXACT,)


def test_kruskal_and_wallis_of_hogarty_and_kromrey() -> None:
    """reference_values.json, KW 2 groups: with two panels H is the square of z."""
    assert kruskal_wallis([TEN, SIX]).h == pytest.approx([0.6912442396313385], abs=1e-9)
    assert mann_whitney(TEN, SIX).z ** 2 == pytest.approx([0.6912442396313385], abs=1e-9)


def test_may_against_august() -> None:
    """wilcox.test(Ozone ~ Month, airquality, subset = Month %in% c(5, 8)) of R's own manual."""
    found = mann_whitney(*on_one_scale(MAY, AUGUST))
    assert found.u == [127.5]
    assert found.p_corrected == pytest.approx([0.0001208078], abs=5e-11)


def test_ozone_by_month() -> None:
    """kruskal.test(Ozone ~ Month, airquality) of R's own manual; epsilon squared is H / 115."""
    found = kruskal_wallis(on_one_scale(MAY, JUNE, JULY, AUGUST, SEPTEMBER))
    assert found.df == 4
    assert found.h == pytest.approx([29.2665763061], abs=5e-11)
    assert found.p == pytest.approx([6.900714e-06], abs=5e-13)
    assert found.epsilon_squared == pytest.approx([29.2665763061 / 115])


def test_two_unlike_panels() -> None:
    """Section 6 of the statistics: U 145, p .0474127 with correction."""
    first = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
    second = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])
    found = mann_whitney(first, second)
    assert found.u == [145]
    assert found.p_corrected == pytest.approx([0.0474127], abs=5e-8)


def test_scipy_finds_the_same_mann_whitney() -> None:
    """1,000 items at once."""
    first, second = random_panels(2, 1000, seed=62)
    found = mann_whitney(first, second)
    for item, reason in enumerate(found.reasons):
        x, y = ratings_of(first, item), ratings_of(second, item)
        if not x or not y:
            assert reason == NOBODY_RATED
            assert np.isnan(found.u[item])
        elif len({*x, *y}) == 1:
            assert reason == ALL_EQUAL
            assert np.isnan([found.z[item], found.p[item], found.p_corrected[item]]).all()
        else:
            assert reason is None
            for p, corrected in ((found.p, False), (found.p_corrected, True)):
                theirs = stats.mannwhitneyu(x, y, use_continuity=corrected, method="asymptotic")
                assert (found.u[item], p[item]) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)


def test_scipy_finds_the_same_kruskal_wallis() -> None:
    """1,000 items at once, four panels."""
    tallies = random_panels(4, 1000, seed=63)
    found = kruskal_wallis(tallies)
    for item, reason in enumerate(found.reasons):
        groups = [ratings_of(tally, item) for tally in tallies]
        if reason is None:
            theirs = stats.kruskal(*groups)
            assert (found.h[item], found.p[item]) == pytest.approx(tuple(theirs), abs=1e-9)
            assert 0 <= found.epsilon_squared[item] <= 1 + 1e-12
        else:
            assert reason == (NOBODY_RATED if not all(groups) else ALL_EQUAL)
            assert np.isnan([found.h[item], found.p[item], found.epsilon_squared[item]]).all()


def naive_p(x: list[int], y: list[int]) -> float:
    """All ways to choose the first panel from the ratings, one by one."""
    ranks = 2 * stats.rankdata(x + y)
    centre = len(x) * (len(x) + len(y) + 1)
    observed = abs(ranks[: len(x)].sum() - centre)
    sums = np.array([sum(chosen) for chosen in combinations(ranks, len(x))])
    return float((np.abs(sums - centre) >= observed).mean())


@settings(deadline=None, max_examples=60)
@given(panels(2, most=2))
def test_the_exact_p_is_that_of_all_ways_one_by_one(drawn: list[Tally]) -> None:
    first, second = drawn
    found = permutation_test(first, second)
    for item in range(first.items):
        x, y = ratings_of(first, item), ratings_of(second, item)
        if not x or not y:
            assert (found.method[item], found.reasons[item]) == (None, NOBODY_RATED)
            assert np.isnan(found.p[item])
        elif comb(len(x) + len(y), len(x)) < 10_000:
            assert found.p[item] == pytest.approx(naive_p(x, y), abs=1e-12)


def test_a_thousand_exact_p_are_those_of_all_ways() -> None:
    rng = np.random.default_rng(64)
    scale = Scale(1, 4)
    first, second = (Tally.from_matrix(scale, rng.integers(1, 5, (n, 1000))) for n in (5, 4))
    found = permutation_test(first, second)
    naive = [naive_p(ratings_of(first, item), ratings_of(second, item)) for item in range(1000)]
    assert found.p == pytest.approx(naive, abs=1e-12)


def test_without_ties_the_exact_p_is_scipys() -> None:
    rng = np.random.default_rng(65)
    for n1 in (1, 7, 20, 39):
        places = rng.permutation(40)
        x, y = (sorted(part.tolist()) for part in np.split(places, [n1]))
        found = permutation_test(*(tally_of(part, Scale(0, 39)) for part in (x, y)))
        assert found.p == pytest.approx([stats.mannwhitneyu(x, y, method="exact").pvalue], abs=1e-12)


def test_panels_of_thirty_counted_in_whole_numbers() -> None:
    """A dictionary of states in Python's own integers gives the same, however small p is."""
    rng = np.random.default_rng(66)
    for shift in (0, 2):
        first = np.bincount(rng.integers(0, 5, 30), minlength=7)
        second = np.bincount(np.clip(rng.integers(0, 5, 25) + shift, 0, 6), minlength=7)
        found = permutation_test(*(Tally.from_counts(Scale(1, 7), counts) for counts in (first, second)))
        exact = counted_p(first.tolist(), second.tolist())
        assert found.p == pytest.approx([exact], rel=1e-10)


def counted_p(first: list[int], second: list[int]) -> float:
    n1, total = sum(first), sum(first) + sum(second)
    ways, below = {(0, 0): 1}, 0
    midranks = []
    for tied in map(sum, zip(first, second, strict=True)):
        midranks.append(2 * below + tied + 1)
        after: dict[tuple[int, int], int] = {}
        for (chosen, score), number in ways.items():
            for more in range(min(tied, n1 - chosen) + 1):
                state = (chosen + more, score + more * midranks[-1])
                after[state] = after.get(state, 0) + number * comb(tied, more)
        ways, below = after, below + tied
    centre = n1 * (total + 1)
    observed = abs(sum(a * rank for a, rank in zip(first, midranks, strict=True)) - centre)
    beyond = sum(w for (m, s), w in ways.items() if m == n1 and abs(s - centre) >= observed)
    return beyond / comb(total, n1)


def test_beyond_ten_thousand_pairs_the_p_is_asymptotic_and_says_so() -> None:
    counts = [[10, 10, 20, 30, 30], [20, 20, 20, 20, 20]]
    hundred, other = (Tally.from_counts(Scale(1, 5), of) for of in counts)
    assert MOST_PAIRS == 100 * 100
    found = permutation_test(hundred, other)
    assert found.method == (Method.EXACT,)
    assert found.p == pytest.approx(mann_whitney(hundred, other).p_corrected, abs=1e-3)
    one_more = other + tally_of([3], Scale(1, 5))
    found = permutation_test(hundred, one_more)
    assert found.method == (Method.ASYMPTOTIC,)
    assert found.p == mann_whitney(hundred, one_more).p_corrected
    assert not np.isnan(found.p).any()


def test_one_mind_has_no_ranks_but_an_exact_p_of_one() -> None:
    equal, large = tally_of([7] * 10), Tally.from_counts(NINE, [0] * 6 + [2000] + [0] * 2)
    assert mann_whitney(equal, equal).reasons == (ALL_EQUAL,)
    assert mann_whitney(equal, equal).u == [50]
    assert (permutation_test(equal, equal).p, permutation_test(equal, equal).reasons) == ([1], (None,))
    found = permutation_test(equal, large)
    assert (found.method, found.reasons) == ((None,), (ALL_EQUAL,))
    assert kruskal_wallis([equal, equal, large]).reasons == (ALL_EQUAL,)


def test_panels_at_opposite_ends_have_the_smallest_p_and_all_the_effect() -> None:
    low, high = tally_of([1] * 5), tally_of([9] * 5)
    assert permutation_test(low, high).p == pytest.approx([2 / comb(10, 5)])
    assert kruskal_wallis([low, high]).epsilon_squared == pytest.approx([1])


def test_a_panel_of_one_is_compared() -> None:
    found = permutation_test(tally_of([9]), tally_of([1, 2, 3, 4]))
    assert found.p == pytest.approx([2 / 5])


def test_a_silent_panel_leaves_nothing_to_say_of_the_others() -> None:
    assert kruskal_wallis([tally_of([1, 2]), tally_of([8, 9]), tally_of([])]).reasons == (NOBODY_RATED,)


def test_millions_of_raters_overflow_nothing() -> None:
    """Z grows with the square root of the panel, H with the panel."""
    a, b = [0, 0, 1, 1, 2, 3, 6, 5, 2], [2, 1, 1, 1, 1, 1, 1, 1, 1]
    few = [Tally.from_counts(NINE, counts) for counts in (a, b)]
    many = [Tally.from_counts(NINE, [count * 500_000 for count in counts]) for counts in (a, b)]
    ratio = mann_whitney(*many).z / mann_whitney(*few).z
    assert ratio == pytest.approx([np.sqrt((30 * 500_000 - 1) / 29)], rel=1e-9)
    effects = [kruskal_wallis(tallies).epsilon_squared for tallies in (few, many)]
    assert effects[0] == pytest.approx(effects[1], rel=1e-12)


@settings(deadline=None)
@given(panels(2, most=4))
def test_exchanging_panels_or_turning_the_scale_leaves_p(drawn: list[Tally]) -> None:
    first, second = drawn
    found, exact = mann_whitney(first, second), permutation_test(first, second)
    turned = (turned_round(first), turned_round(second))
    for pair in ((second, first), turned):
        other = mann_whitney(*pair)
        np.testing.assert_allclose(other.z, -found.z, atol=1e-12)
        np.testing.assert_allclose(other.p_corrected, found.p_corrected, atol=1e-12)
        np.testing.assert_allclose(permutation_test(*pair).p, exact.p, atol=1e-12)
        assert other.reasons == found.reasons


@given(panels(3), st.permutations(range(3)))
def test_the_order_of_panels_is_irrelevant_to_kruskal_wallis(drawn: list[Tally], order: list[int]) -> None:
    found, other = kruskal_wallis(drawn), kruskal_wallis([drawn[place] for place in order])
    np.testing.assert_allclose(other.h, found.h, atol=1e-9)
    assert other.reasons == found.reasons


def test_other_panels_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two panels, not 1"):
        kruskal_wallis([TEN])
    for test in (mann_whitney, permutation_test):
        with pytest.raises(ValueError, match="scales differ"):
            test(TEN, tally_of([1]))
        with pytest.raises(ValueError, match="items differ"):
            test(TEN, Tally.from_counts(Scale(1, 5), []))


def test_no_items_have_no_tests() -> None:
    empty = Tally.from_counts(NINE, [])
    assert mann_whitney(empty, empty).reasons == ()
    assert permutation_test(empty, empty).method == ()
    assert kruskal_wallis([empty, empty]).p.shape == (0,)
