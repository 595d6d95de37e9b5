"""Mann-Whitney's U, Cliff's delta and its interval, and whether two panels agree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.consensus import Finding, Verdict, finding
from analysis.contrasts import (
    NOBODY_RATED,
    ONLY_ONE_RATED,
    Equivalence,
    cliffs_delta,
    equivalence,
    mann_whitney_u,
)
from analysis.scales import Scale
from analysis.tallies import BLANK, Tally
from tests.analysis.examples import NINE, panels, ratings_of, tally_of, turned_round

# Hogarty and Kromrey 1999, in tens.
TEN = tally_of([1, 1, 2, 2, 2, 3, 3, 3, 4, 5], Scale(1, 5))
SIX = tally_of([1, 2, 3, 4, 4, 5], Scale(1, 5))


def test_hogarty_and_kromrey() -> None:
    """cliff.delta of the R package effsize, with its defaults: unbiased variance and Student's t."""
    found = cliffs_delta(TEN, SIX)
    assert mann_whitney_u(TEN, SIX) == [22.5]
    assert found.delta == [-0.25]
    assert found.intervals[0] == pytest.approx((-0.726585, 0.389006), abs=5e-7)
    assert found.reasons == (None,)


def test_two_unlike_panels() -> None:
    """U by scipy; delta by hand."""
    a = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
    b = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])
    assert mann_whitney_u(a, b) == [145]
    assert cliffs_delta(a, b).delta == pytest.approx([2 * 145 / (20 * 10) - 1])


def test_may_against_august() -> None:
    """Ozone in R's airquality, W 127.5, on ranks of its distinct values."""
    may = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37]
    august = [
        39,
        9,
        16,
        78,
        35,
        66,
        122,
        89,
        110,
        44,
        28,
        65,
        22,
        59,
        23,
        31,
        44,
        21,
        9,
        45,
        168,
        73,
        76,
        118,
        84,
        85,
    ]
    values = sorted({*may, *august})
    scale = Scale(1, len(values))
    ranked = [tally_of([values.index(value) + 1 for value in month], scale) for month in (may, august)]
    assert mann_whitney_u(ranked[0], ranked[1]) == [127.5]


def test_panels_that_do_not_overlap_have_an_interval_up_to_one() -> None:
    found = cliffs_delta(tally_of([9] * 10), tally_of([1] * 10))
    assert found.delta == [1]
    assert found.upper == [1]
    assert 0 < found.lower[0] < 1
    other = cliffs_delta(tally_of([1] * 10), tally_of([9] * 10))
    assert (other.delta, other.lower) == ([-1], [-1])
    assert other.upper == pytest.approx(-found.lower)


def test_panels_of_one_opinion_do_not_differ_and_the_interval_has_a_width() -> None:
    """The floor of the variance is (1 - 0) / (10 * 10 - 1)."""
    found = cliffs_delta(tally_of([7] * 10), tally_of([7] * 10))
    assert found.delta == [0]
    assert found.upper == -found.lower
    t_squared = stats.t.ppf(0.975, 18) ** 2
    assert found.upper == pytest.approx([math.sqrt((t_squared / 99) / (1 + t_squared / 99))])


def test_what_cannot_be_computed_says_why() -> None:
    none, one, two = tally_of([]), tally_of([7]), tally_of([7, 8])
    assert np.isnan(mann_whitney_u(none, two)).all()
    for first, second in ((none, two), (two, none), (none, none), (none, one)):
        found = cliffs_delta(first, second)
        assert np.isnan([found.delta, found.lower, found.upper]).all()
        assert found.reasons == (NOBODY_RATED,)
    alone = cliffs_delta(one, two)
    # 7 against 7 ties and against 8 is lower: (0 - 1) / 2
    assert alone.delta == [-0.5]
    assert np.isnan([alone.lower, alone.upper]).all()
    assert alone.reasons == (ONLY_ONE_RATED,)


def test_other_scales_and_items_are_refused() -> None:
    with pytest.raises(ValueError, match="scales differ"):
        cliffs_delta(TEN, tally_of([1]))
    with pytest.raises(ValueError, match="items differ"):
        mann_whitney_u(TEN, Tally.from_counts(Scale(1, 5), []))


def test_no_items_have_no_contrast() -> None:
    empty = Tally.from_counts(NINE, [])
    assert cliffs_delta(empty, empty).intervals == ()
    assert mann_whitney_u(empty, empty).shape == (0,)


@given(panels(2))
def test_scipy_and_a_loop_find_the_same(drawn: list[Tally]) -> None:
    first, second = drawn
    found, u = cliffs_delta(first, second), mann_whitney_u(first, second)
    for item in np.flatnonzero(first.rated * second.rated):
        x, y = ratings_of(first, item), ratings_of(second, item)
        signs = np.sign(np.subtract.outer(x, y))
        assert found.delta[item] == pytest.approx(signs.mean(), abs=1e-12)
        assert u[item] == stats.mannwhitneyu(x, y, method="asymptotic").statistic
        if min(len(x), len(y)) > 1:
            assert found.intervals[item] == pytest.approx(effsize_interval(signs), abs=1e-9)


@given(panels(2))
def test_exchanging_panels_or_turning_the_scale_changes_the_sign(drawn: list[Tally]) -> None:
    first, second = drawn
    found = cliffs_delta(first, second)
    for other in (cliffs_delta(second, first), cliffs_delta(turned_round(first), turned_round(second))):
        np.testing.assert_allclose(other.delta, -found.delta, atol=1e-12)
        np.testing.assert_allclose(other.lower, -found.upper, atol=1e-9)
        np.testing.assert_allclose(other.upper, -found.lower, atol=1e-9)
        assert other.reasons == found.reasons


@given(panels(2), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_holds_delta_and_stays_within_bounds(drawn: list[Tally], level: float) -> None:
    found = cliffs_delta(*drawn, level=level)
    narrower = cliffs_delta(*drawn, level=level - 0.1)
    for item, reason in enumerate(found.reasons):
        if reason is None:
            assert -1 <= found.lower[item] <= found.delta[item] + 1e-12
            assert found.delta[item] - 1e-12 <= found.upper[item] <= 1
            assert narrower.upper[item] <= found.upper[item] + 1e-12


def effsize_interval(signs: np.ndarray) -> tuple[float, float]:
    """As effsize computes it from the dominance matrix, with Cliff's floor for the variance."""
    n1, n2 = signs.shape
    whole = signs.mean()
    d = whole * (n1 * n2 - 1) / (n1 * n2) if abs(whole) == 1 else whole
    rows, columns = ((signs.mean(axis=axis) - d) ** 2 for axis in (1, 0))
    unbiased = n2**2 * rows.sum() + n1**2 * columns.sum() - ((signs - d) ** 2).sum()
    s2 = max(unbiased / (n1 * n2 * (n1 - 1) * (n2 - 1)), (1 - d**2) / (n1 * n2 - 1))
    t = stats.t.ppf(0.975, n1 + n2 - 2)
    spread = t * math.sqrt(s2) * math.sqrt((1 - d**2) ** 2 + t**2 * s2)
    lower, upper = ((d - d**3 + way * spread) / (1 - d**2 + t**2 * s2) for way in (-1, 1))
    return (-1 if whole == -1 else lower), (1 if whole == 1 else upper)


def random_panels(items: int, seed: int) -> list[Tally]:
    """Two panels of up to 20 on 1-9 with ratings missing."""
    rng = np.random.default_rng(seed)
    ratings = rng.integers(1, 10, (2, 20, items)) // rng.choice([1, 2, 4, 9], items)
    ratings = np.clip(ratings, 1, 9)
    ratings[rng.random(ratings.shape) < rng.choice([0.03, 0.5, 0.9], items)] = BLANK
    return [Tally.from_matrix(NINE, of_panel) for of_panel in ratings]


def test_a_thousand_deltas_are_those_of_the_dominance_matrix() -> None:
    first, second = random_panels(1000, seed=67)
    found = cliffs_delta(first, second)
    for item, (n1, n2) in enumerate(zip(first.rated.tolist(), second.rated.tolist(), strict=True)):
        if min(n1, n2) == 0:
            assert (np.isnan(found.delta[item]), found.reasons[item]) == (True, NOBODY_RATED)
            continue
        signs = np.sign(np.subtract.outer(ratings_of(first, item), ratings_of(second, item)))
        assert found.delta[item] == pytest.approx(signs.mean(), abs=1e-9)
        if min(n1, n2) == 1:
            assert (np.isnan(found.lower[item]), found.reasons[item]) == (True, ONLY_ONE_RATED)
        else:
            assert found.intervals[item] == pytest.approx(effsize_interval(signs), abs=1e-9)


def test_millions_of_raters_overflow_nothing() -> None:
    """The interval narrows with the square root of the panels."""
    a, b = [0, 0, 1, 1, 2, 3, 6, 5, 2], [2, 1, 1, 1, 1, 1, 1, 1, 1]
    widths = []
    for times in (10_000, 1_000_000):
        panels_ = (Tally.from_counts(NINE, [count * times for count in counts]) for counts in (a, b))
        found = cliffs_delta(*panels_)
        assert found.delta == pytest.approx([0.45])
        widths.append(found.upper - found.lower)
    assert widths[0] == pytest.approx(10 * widths[1], rel=1e-3)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_is_between_nought_and_one(level: float) -> None:
    with pytest.raises(ValueError, match="level of an interval lies between 0 and 1"):
        cliffs_delta(TEN, SIX, level=level)


def test_large_panels_alike_agree_and_small_ones_leave_it_undecided() -> None:
    """No significant difference is no agreement: the interval must lie within the margin."""
    large, small = (tally_of([1] * n + [2] * 2 * n + [3] * 5 * n, Scale(1, 3)) for n in (40, 1))
    found = equivalence(large, large)
    assert found.equivalence == (Equivalence.AGREE,)
    assert (found.lower > -0.147).all()
    assert (found.upper < 0.147).all()
    undecided = equivalence(large, small)
    assert undecided.delta == [0]
    assert undecided.equivalence == (Equivalence.UNDECIDED,)


def test_panels_apart_differ_as_a_finding_says_that_they_diverge() -> None:
    high, low = tally_of([8] * 20 + [9] * 10), tally_of([2] * 10 + [8] * 10)
    found = equivalence(high, low)
    assert found.equivalence == (Equivalence.DIFFER,)
    neither = [Verdict.IN, Verdict.NO_CONSENSUS]
    assert finding(neither, cliffs_delta(high, low).intervals) is Finding.PANELS_DIVERGE


def test_agreement_takes_the_ninety_percent_interval_and_difference_the_ninety_five() -> None:
    first, second = random_panels(1000, seed=68)[0], random_panels(1000, seed=70)[1]
    found = equivalence(first, second, margin=0.4)
    inner, outer = (cliffs_delta(first, second, level) for level in (0.9, 0.95))
    np.testing.assert_array_equal(found.lower, inner.lower)
    np.testing.assert_array_equal(found.upper, inner.upper)
    for item, said in enumerate(found.equivalence):
        if found.reasons[item]:
            assert said is None
        elif inner.lower[item] > -0.4 and inner.upper[item] < 0.4:
            assert said is Equivalence.AGREE
        elif outer.lower[item] > 0.4 or outer.upper[item] < -0.4:
            assert said is Equivalence.DIFFER
        else:
            assert said is Equivalence.UNDECIDED
    assert set(found.equivalence) == {*Equivalence, None}


def test_the_negligible_delta_is_the_margin_unless_told() -> None:
    """Romano 2006: below .147 is negligible."""
    first, second = random_panels(50, seed=69)
    told = equivalence(first, second, margin=0.147)
    assert equivalence(first, second).equivalence == told.equivalence
    for margin in (0, 1, -0.147):
        with pytest.raises(ValueError, match="margin lies between 0 and 1"):
            equivalence(first, second, margin)


def test_results_print_and_give_a_frame() -> None:
    found = equivalence(TEN, SIX)
    assert "undecided" in str(found)
    assert list(found.frame().columns) == ["delta", "lower", "upper", "equivalence", "reasons"]
    assert list(cliffs_delta(TEN, SIX).frame().columns) == ["delta", "lower", "upper", "reasons"]
