"""Hartigan's dip, and its p value against panels with a single peak."""

from itertools import pairwise

import diptest
import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import isotonic_regression

from analysis.dips import NOBODY_RATED, TOO_FEW, _dips, dip, dip_test, nearest_single_peak
from analysis.scales import Scale
from analysis.tallies import Tally
from tests.analysis.examples import NINE, ratings_of, tally_of, turned_round

# The data set statfaculty of the R package diptest, n = 63.
FACULTY = """30 33 35 36 37 37 39 39 39 39 39 40 40 40 40 41 42 43 43 43 44 44 45 45 46 46 47 47 48 48 48 49
50 50 51 52 52 53 53 53 53 53 54 54 57 57 59 60 60 60 61 61 61 61 62 62 62 62 63 66 70 72 72"""
TWO_CAMPS = Tally.from_counts(NINE, [0, 6, 4, 1, 0, 1, 4, 6, 0])


def test_the_faculty_of_the_r_package() -> None:
    faculty = tally_of([int(age) for age in FACULTY.split()], Scale(30, 72))
    assert dip(faculty) == pytest.approx([0.05952380952380952], abs=1e-12)


def test_the_continuous_table_gives_the_faculty_its_published_p() -> None:
    """.0867233648 from the table: the share of uniform samples of 63 with a dip as large, no table needed."""
    draws = 4_000
    uniform = np.sort(np.random.default_rng(1985).random((draws, 63)), axis=1)
    share = (_dips(uniform, np.ones((draws, 63), dtype=np.int64)) >= 0.05952380952380952).mean()
    assert share == pytest.approx(0.08672336477075893, abs=3 * np.sqrt(0.0867 * 0.9133 / draws))


@pytest.mark.parametrize("counts", [[3, 0, 5, 3], [3, 5, 3]])
def test_one_peak_is_not_called_two_as_by_the_table(counts: list[int]) -> None:
    """1, 1, 1, five 2 and three 2.5: in halves of a point, and in places of their order."""
    values = [1.0] * 3 + [2.0] * 5 + [2.5] * 3
    assert diptest.diptest(np.array(values))[1] == pytest.approx(0.04419, abs=5e-6)
    found = dip_test(Tally.from_counts(Scale(1, len(counts)), counts), np.random.default_rng(1))
    assert found.dip == pytest.approx([diptest.dipstat(np.array(values))])
    assert found.p[0] > 0.5


def test_two_camps_are_found() -> None:
    assert dip_test(TWO_CAMPS, np.random.default_rng(1), draws=999).p[0] <= 0.002
    halves = tally_of([1] * 10 + [9] * 10)
    assert dip(halves) == [0.25]
    assert dip_test(halves, np.random.default_rng(1), draws=999).p[0] <= 0.002


def test_panels_with_one_peak_seldom_look_like_two() -> None:
    generator = np.random.default_rng(7)
    one_peak = np.array([1, 2, 4, 6, 9, 8, 4, 2, 1]) / 37
    panels = Tally.from_counts(NINE, generator.multinomial(30, one_peak, size=200))
    assert (dip_test(panels, generator, draws=200).p <= 0.05).mean() <= 0.1


def test_one_thousand_items_by_the_library() -> None:
    for size in (2, 3, 5, 9, 21):
        generator = np.random.default_rng(size)
        counts = generator.integers(0, generator.integers(2, 12, (220, 1)), (220, size))
        counts *= generator.random(counts.shape) < 0.7
        tally = Tally.from_counts(Scale(1, size), counts)
        found = dip(tally)
        for item in np.flatnonzero((counts > 0).sum(axis=1) > 1).tolist():
            ratings = np.array(ratings_of(tally, item), dtype=np.float64)
            assert found[item] == pytest.approx(diptest.dipstat(ratings, allow_zero=False), abs=1e-9)


def test_all_equal_is_one_peak_without_a_dip() -> None:
    equal = tally_of([7] * 12)
    assert dip(equal) == [0]
    assert dip_test(equal, np.random.default_rng(1), draws=50).p == [1]


def test_what_is_undefined_says_why() -> None:
    tally = Tally.from_counts(NINE, [[0] * 9, [1, 0, 0, 0, 0, 0, 0, 0, 1]])
    found = dip_test(tally, np.random.default_rng(1), draws=10)
    assert np.isnan(found.dip).tolist() == [True, False]
    assert np.isnan(found.p).all()
    assert found.reasons == (NOBODY_RATED, TOO_FEW)
    assert dip_test(Tally.from_counts(NINE, []), np.random.default_rng(1)).reasons == ()


def test_the_same_generator_gives_the_same_p() -> None:
    found = [dip_test(TWO_CAMPS, np.random.default_rng(5), draws=100).p for _ in range(2)]
    assert found[0] == found[1]


def test_a_p_value_needs_a_draw() -> None:
    with pytest.raises(ValueError, match="at least one draw, not 0"):
        dip_test(TWO_CAMPS, np.random.default_rng(1), draws=0)


@given(tally=...)
def test_turning_the_scale_round_changes_no_dip(tally: Tally) -> None:
    np.testing.assert_allclose(dip(turned_round(tally)), dip(tally), atol=1e-12)


@given(tally=...)
def test_a_dip_lies_between_its_bounds(tally: Tally) -> None:
    found = dip(tally)
    several = (tally.counts > 0).sum(axis=1) > 1
    assert (found[several] >= 1 / (2 * tally.rated[several]) - 1e-12).all()
    assert (found[tally.rated > 0] <= 0.25 + 1e-12).all()


@given(tally=...)
def test_the_null_has_one_peak_and_is_the_likeliest_of_these(tally: Tally) -> None:
    """Against scipy's isotonic regressions, up and down from each place."""
    found = nearest_single_peak(tally)
    for item in np.flatnonzero(tally.rated).tolist():
        steps = [two - one for one, two in pairwise(found[item]) if abs(two - one) > 1e-12]
        assert sorted(steps, key=lambda step: step < 0) == steps
        assert found[item].sum() == pytest.approx(1)
        counts = tally.counts[item].astype(np.float64)
        best = max(likelihood(counts, split_fit(counts, rising)) for rising in range(len(counts) + 1))
        assert likelihood(counts, found[item] * counts.sum()) == pytest.approx(best, abs=1e-8)


def split_fit(counts: np.ndarray, rising: int) -> np.ndarray:
    up = isotonic_regression(counts[:rising]).x if rising else []
    down = isotonic_regression(counts[rising:], increasing=False).x if rising < len(counts) else []
    return np.concatenate([up, down])


def likelihood(counts: np.ndarray, fitted: np.ndarray) -> float:
    return float((counts[counts > 0] * np.log(fitted[counts > 0])).sum())
