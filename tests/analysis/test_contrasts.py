"""Mann-Whitney's U, Cliff's delta and its interval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.contrasts import NOBODY_RATED, ONLY_ONE_RATED, cliffs_delta, mann_whitney_u
from analysis.scales import Scale
from analysis.tallies import Tally
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
