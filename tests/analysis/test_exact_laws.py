"""The exact laws of medians and shares: enumeration of all panels, binomial tails, percentiles, nobody."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from analysis.exact_laws import (
    NOBODY_COUNTED,
    NOBODY_RATED,
    ShareLaw,
    binomial_at_least,
    binomial_cdf,
    binomial_percentile,
    median_law,
    share_law,
)
from analysis.scales import Scale
from analysis.summaries import median
from analysis.tallies import Tally
from tests.analysis.enumeration import every_draw, some_counts
from tests.analysis.examples import NINE, ratings_of, tallies, tally_of, turned_round

TWELVE = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
NOBODY = Tally.from_counts(NINE, [0] * 9, unable=3)


@pytest.mark.parametrize("ratings", [[1, 2, 2], [1, 1, 2, 3], [1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3], [1, 3]])
def test_all_n_to_the_n_samples_of_a_small_panel(ratings: list[int]) -> None:
    law = median_law(tally_of(ratings, Scale(1, 3)))
    medians = np.median(list(product(ratings, repeat=len(ratings))), axis=1)
    expected = [(medians == value).mean() for value in law.values]
    np.testing.assert_allclose(law.chances[0], expected, atol=1e-12)


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 15, 16])
def test_every_panel_that_could_be_drawn(n: int, size: int) -> None:
    scale, counts = Scale(-1, size - 2), some_counts(n, size, 6, seed=n)
    law = median_law(Tally.from_counts(scale, counts))
    for item, own in enumerate(counts):
        panels, chances = every_draw(scale, own)
        drawn = median(panels)
        expected = [chances[drawn == value].sum() for value in law.values]
        np.testing.assert_allclose(law.chances[item], expected, atol=1e-12)


@pytest.mark.parametrize("n", [402, 999])
def test_every_panel_of_a_thousand(n: int) -> None:
    """Half a million panels on three categories; their own chances sum to 1 within 1e-12."""
    counts = np.array([n // 2 - 5, 10, n - n // 2 - 5])
    panels, chances = every_draw(Scale(1, 3), counts)
    drawn = median(panels)
    law = median_law(Tally.from_counts(Scale(1, 3), counts))
    expected = [chances[drawn == value].sum() for value in law.values]
    np.testing.assert_allclose(law.chances[0], expected, atol=1e-11)


def test_a_panel_of_a_million_knows_its_median() -> None:
    million = Tally.from_counts(NINE, [100_000, 0, 0, 150_000, 0, 0, 250_000, 500_000, 0])
    law = median_law(million)
    assert law.chances.sum() == pytest.approx(1, abs=1e-9)
    assert law.by_category(NINE)[0, 6:8] == pytest.approx([0.5, 0.5], abs=1e-3)


def test_another_number_may_be_drawn() -> None:
    counts = np.array([3, 1, 4, 2])
    for drawn in (1, 2, 5, 8):
        law = median_law(Tally.from_counts(Scale(1, 4), counts), np.array([drawn]))
        panels, chances = every_draw(Scale(1, 4), counts, drawn)
        expected = [chances[median(panels) == value].sum() for value in law.values]
        np.testing.assert_allclose(law.chances[0], expected, atol=1e-12)


def test_scipys_bootstrap_finds_the_same_standard_error() -> None:
    ratings = np.array(ratings_of(TWELVE, 0))
    by_draws = stats.bootstrap(
        (ratings,), np.median, n_resamples=40_000, method="percentile", rng=np.random.default_rng(1)
    )
    law = median_law(TWELVE)
    assert law.standard_error[0] == pytest.approx(by_draws.standard_error, rel=0.02)
    assert law.interval().lower[0] == by_draws.confidence_interval.low
    assert law.interval().upper[0] == by_draws.confidence_interval.high


def test_a_median_between_two_bands_counts_for_the_higher() -> None:
    """Six and seven, two ratings: 6 with 1/4, 6.5 with 1/2, 7 with 1/4."""
    law = median_law(tally_of([6, 7]))
    bands = law.by_band(NINE)
    assert (bands["low"], bands["middle"], bands["high"]) == ([0], [0.25], [0.75])
    assert law.at_least(6.5) == [0.75]
    assert law.at_most(6.5) == [0.75]
    assert law.mean == [6.5]
    assert law.standard_error == pytest.approx([np.sqrt(0.125)])


def test_a_panel_of_one_mind_has_one_median() -> None:
    for ratings in ([7], [7] * 20, [7] * 21):
        law = median_law(tally_of(ratings))
        assert law.standard_error == [0]
        assert law.interval() == ([7], [7])
        assert law.chances[0, 12] == 1


def test_nobody_has_no_law() -> None:
    law = median_law(NOBODY)
    assert np.isnan(law.chances).all()
    for array in (law.mean, law.standard_error, *law.interval(), law.at_least(1), law.by_band(NINE)["high"]):
        assert np.isnan(array).all()
    assert law.reasons == (NOBODY_RATED,)
    share = share_law(NOBODY)
    assert share.reasons == (NOBODY_COUNTED,)
    for array in (share.mean, share.standard_error, *share.interval(), share.at_least(0)):
        assert np.isnan(array).all()
    assert share_law(NOBODY, "high", "rated+unable").at_least(0) == [1]


def test_no_items_have_no_laws() -> None:
    empty = Tally.from_counts(NINE, [])
    assert median_law(empty).chances.shape == (0, 17)
    assert share_law(empty).interval().lower.shape == (0,)


def test_laws_print_what_a_reader_wants() -> None:
    """Of 27 samples of 1, 2 and 3, seven have the median 1 and seven 3: the variance is 14/27."""
    printed = str(median_law(Tally.from_counts(Scale(1, 3), [[1, 1, 1], [0, 0, 0]]))).splitlines()
    assert printed[0].split() == ["mean", "standard_error", "lower", "upper", "reasons"]
    assert printed[1].split() == ["2", "0.7201", "1", "3", "–"]
    assert list(share_law(TWELVE).frame().columns) == ["mean", "standard_error", "lower", "upper", "reasons"]


def test_the_share_of_fourteen_of_twenty() -> None:
    law = share_law(tally_of([3] * 2 + [5] * 4 + [8] * 14))
    assert law.at_least(70) == pytest.approx([stats.binom.sf(13, 20, 0.7)])
    assert law.at_least(Fraction(141, 2)) == pytest.approx([stats.binom.sf(14, 20, 0.7)])
    assert law.standard_error == pytest.approx([np.sqrt(0.7 * 0.3 / 20)])
    assert law.interval() == (stats.binom.ppf(0.025, 20, 0.7) / 20, stats.binom.ppf(0.975, 20, 0.7) / 20)


def test_seven_tenths_of_ninety_are_sixty_three_here_too() -> None:
    """In floating point 90 * 0.7 is 62.99999999999999."""
    law = ShareLaw(np.array([0.7]), np.array([90]), (None,))
    assert law.at_least(70) == pytest.approx([stats.binom.sf(62, 90, 0.7)])


def test_percentiles_and_tails_are_scipys() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(1, 300, 1000)
    p = rng.binomial(n, rng.random(1000) ** 3) / n
    for share in (0.001, 0.025, 0.5, 0.975, 0.999):
        assert (binomial_percentile(share, n, p) == np.maximum(stats.binom.ppf(share, n, p), 0)).all()
    k = rng.integers(-2, n + 3)
    np.testing.assert_allclose(binomial_cdf(k, n, p), stats.binom.cdf(k, n, p), atol=1e-12)
    np.testing.assert_allclose(binomial_at_least(k, n, p), stats.binom.sf(k - 1, n, p), atol=1e-12)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1, not 95"):
        median_law(TWELVE).interval(95)
    with pytest.raises(ValueError, match="between 0 and 1, not 0"):
        share_law(TWELVE).interval(0)
    with pytest.raises(ValueError, match="beyond 1-5"):
        median_law(TWELVE).by_category(Scale(1, 5))
    with pytest.raises(ValueError, match="has no bands"):
        median_law(TWELVE).by_band(Scale(1, 9))


@settings(max_examples=50)
@given(tally=tallies(most=40))
def test_a_law_sums_to_one_and_mirrors(tally: Tally) -> None:
    law, mirrored = median_law(tally), median_law(turned_round(tally))
    rated = tally.rated > 0
    np.testing.assert_allclose(law.chances[rated].sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(law.chances[rated], mirrored.chances[rated, ::-1], atol=1e-12)
    assert (law.chances[rated] >= 0).all()
    np.testing.assert_allclose(law.by_category(tally.scale)[rated].sum(axis=1), 1, atol=1e-12)
    lower, upper = law.interval()
    assert (lower[rated] <= upper[rated]).all()
