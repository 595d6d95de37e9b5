"""Weighted shares, distributions and quantiles of several panels."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scales import Scale
from analysis.summaries import shares, weighted_median
from analysis.tallies import Tally
from analysis.weighting import NOBODY_RATED, weighted_distribution, weighted_quantile, weighted_share
from tests.analysis.examples import NINE, panels

# STATISTICS.md, section 6.
A = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
B = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])
NOBODY = Tally.from_counts(NINE, [0] * 9)
weights_of_three = st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any)


def test_the_worked_example_of_equal_weight() -> None:
    """STATISTICS.md, section 6: high shares .65 and .30, equal weight .475, pooled .533333."""
    assert (shares(A).high, shares(B).high) == (pytest.approx([0.65]), pytest.approx([0.3]))
    found = weighted_share("high", [A, B])
    assert found.share == pytest.approx([0.475])
    # sum w^2 p (1 - p) / n = (.65 * .35 / 20 + .3 * .7 / 10) / 4
    assert found.variance == pytest.approx([(0.65 * 0.35 / 20 + 0.3 * 0.7 / 10) / 4])
    assert found.reasons == (None,)
    assert shares(A + B).high == pytest.approx([0.533333], abs=5e-7)


def test_weights_by_size_are_the_pooled_share() -> None:
    found = weighted_share("high", [A, B], weights=[20, 10])
    assert found.share == pytest.approx([16 / 30])
    assert weighted_share("high", [A, B], weights=[1, 0]).share == pytest.approx([0.65])
    assert weighted_share("high", [A, B], weights=[0.5, 0.5]).share == pytest.approx([0.475])


def test_the_weighted_distribution_sums_to_one() -> None:
    found = weighted_distribution([A, B])
    assert found.sum(axis=1) == pytest.approx([1])
    np.testing.assert_allclose(found[0], (A.counts[0] / 20 + B.counts[0] / 10) / 2)


def test_a_panel_that_did_not_rate_the_item_is_not_spoken_for() -> None:
    found = weighted_share("high", [A, NOBODY])
    assert np.isnan(found.share).all()
    assert np.isnan(found.variance).all()
    assert found.reasons == (NOBODY_RATED,)
    assert np.isnan(weighted_distribution([A, NOBODY])).all()
    assert np.isnan(weighted_quantile([A, NOBODY], 0.25)).all()
    assert weighted_share("high", [A, NOBODY], weights=[2, 0]).share == pytest.approx([0.65])


def test_a_denominator_with_the_unable_spreads_the_share() -> None:
    unable = Tally.from_counts(NINE, A.counts, unable=6)
    assert weighted_share("high", [unable, B], denominator="rated+unable").share == pytest.approx([0.4])


def test_no_items_have_no_share() -> None:
    empty = Tally.from_counts(NINE, [])
    assert weighted_share("high", [empty, empty]).share.shape == (0,)
    assert weighted_distribution([empty, empty]).shape == (0, 9)
    assert weighted_quantile([empty], 0.5).shape == (0,)


def test_very_many_people_do_not_overflow() -> None:
    large = [Tally.from_counts(NINE, 10**9 * tally.counts) for tally in (A, A, B, B)]
    np.testing.assert_array_equal(weighted_quantile(large, 0.7), weighted_quantile([A, B], 0.7))


def test_a_weight_is_read_as_it_is_written() -> None:
    """F(1) = .1 + .2 = .3 exactly, which floating point has not."""
    three = [
        Tally.from_counts(Scale(1, 3), counts) for counts in ([9, 0, 0], [0, 9, 0], [0, 0, 9], [9, 0, 0])
    ]
    assert weighted_quantile(three, 0.3, weights=[0.1, 0.3, 0.4, 0.2]).tolist() == [1]
    assert weighted_quantile(three, 0.300001, weights=[0.1, 0.3, 0.4, 0.2]).tolist() == [2]


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="no panel"):
        weighted_share("high", [])
    with pytest.raises(ValueError, match="2 panels and 1 weights"):
        weighted_share("high", [A, B], weights=[1])
    with pytest.raises(ValueError, match="not negative, and not all zero"):
        weighted_share("high", [A, B], weights=[1, -1])
    with pytest.raises(ValueError, match="not negative, and not all zero"):
        weighted_quantile([A, B], 0.5, weights=[0, 0])
    with pytest.raises(ValueError, match="are numbers, not nan"):
        weighted_distribution([A, B], weights=[1, float("nan")])
    with pytest.raises(ValueError, match=r"between 0 and 1, not 1\.5"):
        weighted_quantile([A, B], 1.5)
    with pytest.raises(ValueError, match="scales differ"):
        weighted_share("high", [A, Tally.from_counts(Scale(1, 9), B.counts)])
    with pytest.raises(ValueError, match="'top'"):
        weighted_share("top", [A, B])


@given(panels(3), weights_of_three)
def test_a_loop_over_fractions_finds_the_same(tallies: list[Tally], weights: list[int]) -> None:
    heard = [(tally, weight) for tally, weight in zip(tallies, weights, strict=True) if weight]
    share = weighted_share("high", tallies, weights)
    distribution = weighted_distribution(tallies, weights)
    quantiles = {p: weighted_quantile(tallies, p, weights) for p in (Fraction(1, 4), Fraction(7, 10))}
    for item in range(tallies[0].items):
        if any(tally.rated[item] == 0 for tally, _ in heard):
            assert np.isnan(share.share[item])
            assert np.isnan(distribution[item]).all()
            continue
        exact = [
            sum(Fraction(int(tally.counts[item, k]), int(tally.rated[item])) * w for tally, w in heard)
            / sum(weights)
            for k in range(tallies[0].scale.size)
        ]
        np.testing.assert_allclose(distribution[item], [float(p) for p in exact], atol=1e-12)
        reached = np.cumsum(exact)
        for p, found in quantiles.items():
            assert found[item] == tallies[0].scale.low + next(k for k, f in enumerate(reached) if f >= p)
        high = sum(w * Fraction(int(t.in_band("high")[item]), int(t.rated[item])) for t, w in heard)
        assert share.share[item] == pytest.approx(float(high / sum(weights)))


@given(panels(3), weights_of_three)
def test_the_weighted_half_is_the_weighted_median(tallies: list[Tally], weights: list[int]) -> None:
    np.testing.assert_array_equal(weighted_quantile(tallies, 0.5, weights), weighted_median(tallies, weights))


@given(...)
def test_a_panel_weighed_with_itself_is_itself(tally: Tally) -> None:
    np.testing.assert_allclose(weighted_share("high", [tally, tally]).share, shares(tally).high)


def test_the_variance_is_that_of_simulated_panels() -> None:
    """Against 200,000 drawn pairs of panels of 20 and 10, to three standard errors."""
    rng = np.random.default_rng(6)
    drawn = (rng.binomial(20, 0.65, 200_000) / 20 + rng.binomial(10, 0.3, 200_000) / 10) / 2
    error = (2 / 200_000) ** 0.5
    assert weighted_share("high", [A, B]).variance[0] == pytest.approx(drawn.var(), rel=3 * error)
