"""Where the population's median and quantiles lie: finite sums for whole parameters, draws for others."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from analysis.consensus import parse_rule
from analysis.population_quantiles import _Population
from analysis.scales import Scale
from analysis.tallies import FloatArray, IntArray, Tally
from analysis.uncertainty import posterior_probability
from tests.analysis.enumeration import some_counts
from tests.analysis.examples import NINE, turned_round

TENTHS = Fraction(3, 10)


@pytest.mark.parametrize("p", [Fraction(1, 4), TENTHS])
@pytest.mark.parametrize("n", [1, 5, 12, 25])
def test_whole_parameters_have_a_finite_sum(n: int, p: Fraction) -> None:
    """Dirichlet shares of whole parameters are gaps between uniform numbers, so F_k < q counts these."""
    for size in (3, 5):
        counts = some_counts(n, size, 3, seed=n) + 1
        for median in range(size):
            for spread in range(size):
                limits = np.minimum(np.arange(size) + spread, size - 1)
                found = _Population(counts.astype(np.float64), p).chance(median, limits)
                expected = [finite_sum(own, float(p), median, limits) for own in counts]
                np.testing.assert_allclose(found, expected, atol=1e-9)


def finite_sum(parameters: IntArray, p: float, median: int, limits: IntArray) -> float:
    """All ways in which the uniform numbers can fall below p, 1/2 and 1 - p, and what their quantiles are."""
    bounds, n = np.cumsum(parameters), int(parameters.sum()) - 1
    below = np.array([(i, j, k) for i in range(n + 1) for j in range(i, n + 1) for k in range(j, n + 1)])
    parts = np.diff(below, axis=1, prepend=0, append=n)
    chances = stats.multinomial.pmf(parts, n, [p, 0.5 - p, 0.5 - p, p])
    # The share up to a category is below q where at least as many numbers lie below q as it has parameters.
    lower, middle, upper = ((bounds[:-1] <= column[:, np.newaxis]).sum(axis=1) for column in below.T)
    return float(chances[(middle >= median) & (upper <= limits[lower])].sum())


@pytest.mark.parametrize("prior", [1 / 9, 0.5, 0.01])
def test_draws_from_the_posterior_find_the_same(prior: float) -> None:
    counts = np.array([[0, 0, 2, 4, 0, 0, 14, 0, 0], [0, 0, 1, 1, 2, 3, 6, 5, 2], [1] * 9, [1] + [0] * 8])
    tally = Tally.from_counts(NINE, counts)
    rng, draws = np.random.default_rng(1), 100_000
    median_iqr = posterior_probability(parse_rule("median >= 7, iqr <= 2; minimum 1"), tally, prior)
    by_ipras = posterior_probability(parse_rule("rand/ucla, disagreement by ipras"), tally, prior)
    for item, own in enumerate(counts):
        cumulative = np.cumsum(rng.dirichlet(own + prior, draws), axis=1)
        q30, q25, q50, q75, q70 = (
            1 + np.minimum((cumulative < share).sum(axis=1), 8) for share in (0.3, 0.25, 0.5, 0.75, 0.7)
        )
        narrow = q75 - q25 <= 2
        assert median_iqr.into[item] == pytest.approx(((q50 >= 7) & narrow).mean(), abs=6e-3)
        assert median_iqr.out[item] == pytest.approx(((q50 <= 3) & narrow).mean(), abs=6e-3)
        if own.sum() >= 8:
            agree = q70 - q30 <= 2.35 + 1.5 * np.abs(5 - (q30 + q70) / 2)
            assert by_ipras.into[item] == pytest.approx(((q50 >= 7) & agree).mean(), abs=6e-3)
            assert by_ipras.out[item] == pytest.approx(((q50 <= 3) & agree).mean(), abs=6e-3)


def test_a_median_alone_is_a_beta_law() -> None:
    """With 12 below 7 of 20 and 6/9 of a prior answer there: P(F_6 < 1/2)."""
    twenty = Tally.from_counts(NINE, [2, 2, 2, 2, 2, 2, 8, 0, 0])
    found = posterior_probability(parse_rule("median >= 7"), twenty)
    assert found.into == pytest.approx([stats.beta.cdf(0.5, 12 + 6 / 9, 8 + 3 / 9)], abs=1e-9)
    assert found.out == pytest.approx([stats.beta.sf(0.5, 6 + 3 / 9, 14 + 6 / 9)], abs=1e-9)


def test_on_two_categories_all_is_a_coin() -> None:
    """Prior 1, one answer each way: Beta(2, 2). The IQR is 0 outside the quarters, P = 2 I(1/4; 2, 2)."""
    rule = parse_rule("median >= 2, iqr <= 0; minimum 1")
    found = posterior_probability(rule, Tally.from_counts(Scale(1, 2), [1, 1]), prior=1)
    a_quarter = sum(comb(3, k) * 0.25**k * 0.75 ** (3 - k) for k in (2, 3))
    assert found.into == pytest.approx([a_quarter], abs=1e-12)
    assert found.out == pytest.approx([a_quarter], abs=1e-12)


def test_small_categories_of_a_large_panel_are_not_passed_over() -> None:
    """Steps of a thousandth of a standard deviation in the integrand: 24 points miss them by a tenth."""
    counts = np.array([[24_990, 20, 24_990, 3, 24_997, 10, 24_990, 0, 0]])
    parameters = counts + 1 / 9
    limits = np.minimum(np.arange(9) + 4, 8)
    many = _Population(parameters, Fraction(1, 4), 1000).by_quadrature(3, limits)
    found = _Population(parameters, Fraction(1, 4)).chance(3, limits)
    np.testing.assert_allclose(found, many, atol=1e-9)


def test_the_events_of_all_medians_and_spreads_add_up() -> None:
    counts = Tally.from_counts(NINE, some_counts(15, 9, 4, seed=3))
    total: FloatArray = np.zeros(counts.items)
    for category in range(1, 9):
        above = posterior_probability(parse_rule(f"median >= {category + 1}; out: none"), counts).into
        total += posterior_probability(parse_rule(f"median >= {category}; out: none"), counts).into - above
    total += posterior_probability(parse_rule("median >= 9; out: none"), counts).into
    np.testing.assert_allclose(total, 1, atol=1e-9)
    wide = posterior_probability(parse_rule("median >= 5, iqr <= 8; out: none"), counts).into
    np.testing.assert_allclose(
        wide, posterior_probability(parse_rule("median >= 5; out: none"), counts).into, atol=1e-9
    )


@pytest.mark.parametrize("text", ["median >= 7, iqr <= 2", "rand/ucla, disagreement by ipras"])
def test_turned_round_in_and_out_change_places(text: str) -> None:
    tally = Tally.from_counts(NINE, some_counts(12, 9, 6, seed=4))
    here, there = (posterior_probability(parse_rule(text), each) for each in (tally, turned_round(tally)))
    np.testing.assert_allclose(here.into, there.out, atol=1e-9)
    np.testing.assert_allclose(here.out, there.into, atol=1e-9)


def test_a_category_that_nobody_chose_hardly_matters_where_it_is_cut() -> None:
    """Two neighbours with half the prior each are one with all of it, for a median above both."""
    whole = _Population(np.array([[3 + 0.2, 0.2, 7.2]]), TENTHS)
    cut = _Population(np.array([[3 + 0.2, 0.1, 0.1, 7.2]]), TENTHS)
    one, other = whole.chance(2, np.array([2, 2, 2])), cut.chance(3, np.array([3, 3, 3, 3]))
    np.testing.assert_allclose(one, other, atol=1e-10)
