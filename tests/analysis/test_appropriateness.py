"""The RAND/UCLA method: the table of panel sizes, its other readings, medians between regions, IPRAS."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.appropriateness import (
    LARGEST_PANEL,
    TOO_FEW,
    Agreement,
    Appropriateness,
    classify,
    disagreement_index,
    in_agreement,
    in_disagreement,
    index_extrapolated,
    ipras,
    median_in_band,
    rule_extrapolated,
)
from analysis.rules import Reading
from analysis.scales import Scale
from analysis.summaries import exact_quantile, ipr, median, quantile
from analysis.tallies import Tally
from tests.analysis.examples import NINE, SCALES, ratings_of, tally_of, turned_round

# BMC Med Inform Decis Mak 2012;12:93, table 7, and PMC5966219, table 4: panel sizes, most outside the region
# of the
# median for agreement, least at both extremes for disagreement.
TABLE = [
    ((8, 10), 2, 3),
    ((11, 13), 3, 4),
    ((14, 16), 4, 5),
    ((17, 19), 5, 6),
    ((20, 22), 6, 7),
    ((23, 25), 7, 8),
]
ROWS = [(n, most, least) for (first, last), most, least in TABLE for n in range(first, last + 1)]


def panel(low: int, middle: int, high: int) -> Tally:
    return tally_of([2] * low + [5] * middle + [8] * high)


@pytest.mark.parametrize(("n", "most", "least"), ROWS)
def test_the_table_of_panel_sizes(n: int, most: int, least: int) -> None:
    assert in_agreement(panel(0, most, n - most))
    assert not in_agreement(panel(0, most + 1, n - most - 1))
    assert in_disagreement(panel(least, n - 2 * least, least)) == [2 * least <= n]
    assert not in_disagreement(panel(least - 1, 0, n - least + 1))


@pytest.mark.parametrize(
    ("n", "by_table", "by_third"), [(10, 3, 4), (13, 4, 5), (16, 5, 6), (9, 3, 3), (15, 5, 5)]
)
def test_the_two_readings_of_disagreement(n: int, by_table: int, by_third: int) -> None:
    for reading, least in (("table", by_table), ("1/3", by_third)):
        assert in_disagreement(panel(least, n - 2 * least, least), reading)  # type: ignore[arg-type]
        assert not in_disagreement(panel(least - 1, n - 2 * least + 1, least), reading)  # type: ignore[arg-type]


def test_the_closed_form_of_the_table() -> None:
    """Least at both extremes floor((n + 1) / 3), most outside one less, for each n from 8 to 25."""
    assert [n for n, _, _ in ROWS] == list(range(8, 26))
    for n, most, least in ROWS:
        assert (most, least) == ((n + 1) // 3 - 1, (n + 1) // 3)


def test_panels_below_eight_neither_agree_nor_disagree() -> None:
    assert not in_agreement(panel(0, 0, 7))
    assert not in_disagreement(panel(3, 0, 4))


def test_extrapolation_is_told() -> None:
    assert rule_extrapolated(panel(0, 0, 25)).tolist() == [False]
    assert rule_extrapolated(panel(0, 0, 26)).tolist() == [True]
    assert rule_extrapolated(tally_of([7] * 9, SCALES[1])).tolist() == [True]
    assert (index_extrapolated(NINE), index_extrapolated(Scale(1, 7))) == (False, True)


def test_the_worked_example_of_bmj_open() -> None:
    """BMJ Open 2012;2:e001431, table 1: IPRAS 6.1; the same by the quantile definitions 2, 6 and 7."""
    fifteen = tally_of([4, 5, 6] + 5 * [7] + 5 * [8] + 2 * [9])
    for definition in (2, 6, 7):
        assert (quantile(fifteen, 0.3, definition), quantile(fifteen, 0.7, definition)) == ([7], [8])
        # centre (7 + 8) / 2 = 7.5, index of asymmetry |5 - 7.5| = 2.5
        assert ipras(fifteen, definition) == pytest.approx([2.35 + 1.5 * 2.5])
        assert disagreement_index(fifteen, definition) == pytest.approx([1 / 6.1])
        assert disagreement_index(fifteen, definition) == pytest.approx([0.163934], abs=5e-7)
    assert median(fifteen) == [7]


def test_more_worked_values() -> None:
    """Uniform ratings, half at each extreme, and twelve panellists by three quantile definitions."""
    assert disagreement_index(tally_of(list(range(1, 10)))) == pytest.approx([1.361702], abs=5e-7)
    assert disagreement_index(tally_of([1] * 5 + [9] * 5)) == pytest.approx([3.404255], abs=5e-7)
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    for definition, printed in ((2, 0.373832), (6, 0.398104), (7, 0.331707)):
        assert disagreement_index(twelve, definition) == pytest.approx([printed], abs=5e-7)


def test_equal_ratings_have_index_zero_and_nobody_has_none() -> None:
    assert disagreement_index(tally_of([3] * 12)) == [0]
    nobody = Tally.from_counts(NINE, [0] * 9)
    assert np.isnan(disagreement_index(nobody)).all()
    assert np.isnan(ipras(nobody)).all()
    assert not median_in_band(nobody, "low").any()


def test_another_scale_is_stretched_to_nine_points() -> None:
    """1 to 5 becomes 1, 3, 5, 7, 9."""
    five = tally_of([1, 2, 4, 5, 5, 5, 5, 3, 4, 4], Scale(1, 5))
    nine = tally_of([1, 3, 7, 9, 9, 9, 9, 5, 7, 7])
    np.testing.assert_allclose(ipras(five), ipras(nine))
    np.testing.assert_allclose(disagreement_index(five), disagreement_index(nine))


@given(...)
def test_the_median_is_in_the_band_that_the_scale_says(tally: Tally) -> None:
    for item, middle in enumerate(median(tally).tolist()):
        for name in ("low", "middle", "high"):
            assert median_in_band(tally, name)[item] == (tally.scale.band_of(middle) == name)


@given(...)
def test_turned_round_the_index_stays(tally: Tally) -> None:
    np.testing.assert_allclose(disagreement_index(turned_round(tally)), disagreement_index(tally), atol=1e-12)
    np.testing.assert_array_equal(in_disagreement(turned_round(tally)), in_disagreement(tally))


@given(...)
def test_a_loop_finds_the_same(tally: Tally) -> None:
    for item in np.flatnonzero(tally.rated >= 8):
        ratings = ratings_of(tally, item)
        bands = [tally.scale.band_of(rating) for rating in ratings]
        outside = sum(band != tally.scale.band_of(float(median(tally)[item])) for band in bands)
        both = min(bands.count("low"), bands.count("high"))
        assert in_agreement(tally)[item] == (outside < (len(ratings) + 1) // 3)
        assert in_disagreement(tally)[item] == (both >= (len(ratings) + 1) // 3)
        assert in_disagreement(tally, "1/3")[item] == (3 * both >= len(ratings))


@given(...)
def test_the_index_is_the_range_over_its_adjusted_range_on_nine_points(tally: Tally) -> None:
    stretch = 8 / (tally.scale.high - tally.scale.low)
    np.testing.assert_allclose(disagreement_index(tally) * ipras(tally), stretch * ipr(tally), atol=1e-12)


def binomial_tail(inside: int, n: int, share: Fraction) -> Fraction:
    """P(Bin(n, share) <= inside), exactly."""
    return sum((comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(inside + 1)), start=Fraction(0))


def test_disagreement_by_ipras_is_an_index_above_one() -> None:
    uniform = tally_of(list(range(1, 10)))  # the disagreement index is 1.361702
    assert in_disagreement(uniform, "ipras")
    assert not in_disagreement(tally_of([4, 5, 6] + 5 * [7] + 5 * [8] + 2 * [9]), "ipras")
    # Q30 = 1 and Q70 = 9, a quarter between them: the table wants a third on each side
    sixty = panel(19, 16, 25)
    assert in_disagreement(sixty, "ipras")
    assert not in_disagreement(sixty, "table")


def test_disagreement_by_ipras_is_exact_where_floats_are_not() -> None:
    """An index of exactly 1 is no disagreement, whatever the last bit of a division says.

    1, 1, 3, 3, 4, 5, 5, 6, 6, 8, 9, 9, 9, 9, 9 have Q30 = 4.2 and Q70 = 8.8 at the positions 5.2 and 10.8:
    IPR 4.6, centre 6.5, IPRAS 2.35 + 1.5 * 1.5 = 4.6.
    """
    fifteen = Tally.from_counts(NINE, [2, 0, 2, 1, 2, 2, 0, 1, 5])
    assert Fraction(88, 10) - Fraction(42, 10) == Fraction(47, 20) + Fraction(3, 2) * Fraction(3, 2)
    assert disagreement_index(fifteen)[0] > 1
    assert not in_disagreement(fifteen, "ipras")


@given(tally=..., definition=st.integers(1, 9))
def test_ipras_in_whole_numbers_agrees_with_fractions(tally: Tally, definition: int) -> None:
    low, width = tally.scale.low, tally.scale.high - tally.scale.low
    ends = [exact_quantile(tally, Fraction(tenths, 10), definition) for tenths in (3, 7)]
    for item, found in enumerate(in_disagreement(tally, "ipras", definition).tolist()):
        lower, upper = (
            1 + 8 * (Fraction(int(end.numerators[item]), end.denominator) - low) / width for end in ends
        )
        limit = Fraction(47, 20) + Fraction(3, 2) * abs(5 - (lower + upper) / 2)
        assert found == (tally.rated[item] >= 8 and upper - lower > limit)


@pytest.mark.parametrize("n", [8, 9, 20, 25, 26, 60, 200])
def test_the_statistical_definitions_are_exact_binomial_tests(n: int) -> None:
    """Against scipy.stats.binomtest and against fractions, for every split of a panel."""
    for both in range(n // 2 + 1):
        p = stats.binomtest(n - both, n, 0.9, alternative="less").pvalue
        assert p == pytest.approx(float(binomial_tail(n - both, n, Fraction(9, 10))), rel=1e-9)
        assert in_disagreement(panel(both, n - 2 * both, both), "binomial").tolist() == [p <= 0.1]
    for inside in range(n // 2 + 1, n + 1):
        p = stats.binomtest(inside, n, 0.8, alternative="less").pvalue
        assert in_agreement(panel(0, n - inside, inside), "binomial").tolist() == [p > 0.33]


def test_no_p_value_of_the_statistical_definitions_lies_on_its_level() -> None:
    """So it makes no difference whether a hypothesis is rejected at the level or below it."""
    for n in range(8, 61):
        for inside in range(n + 1):
            assert abs(binomial_tail(inside, n, Fraction(9, 10)) - Fraction(1, 10)) > Fraction(1, 10**9)
            assert abs(binomial_tail(inside, n, Fraction(4, 5)) - Fraction(33, 100)) > Fraction(1, 10**9)


def test_the_table_tolerates_too_many_dissenters_in_large_panels() -> None:
    """19 of 60 at the other end are agreement by the closed form, and disagreement by both other readings."""
    sixty = panel(19, 0, 41)
    assert in_agreement(sixty)
    assert not in_disagreement(sixty)
    assert rule_extrapolated(sixty).tolist() == [True]
    for reading in ("ipras", "binomial"):
        assert in_disagreement(sixty, reading)
        assert not in_agreement(sixty, reading)  # type: ignore[arg-type]
        assert rule_extrapolated(sixty, reading).tolist() == [False]  # type: ignore[arg-type]


def test_agreement_and_appropriateness_are_told_apart() -> None:
    """Nine panellists: of one mind that it is appropriate, uncertain, or not; of none; and in between."""
    rows = [
        [0, 0, 2, 0, 0, 0, 7, 0, 0],
        [0, 0, 0, 0, 8, 0, 1, 0, 0],
        [9, 0, 0, 0, 0, 0, 0, 0, 0],
        [3, 0, 0, 0, 0, 0, 0, 0, 6],
        [0, 0, 0, 0, 4, 0, 5, 0, 0],
        [0, 0, 3, 1, 5, 0, 0, 0, 0],
    ]
    found = classify(Tally.from_counts(NINE, rows))
    assert [str(one) for one in found.agreement] == [
        "agreement", "agreement", "agreement", "disagreement", "indeterminate", "indeterminate",
    ]  # fmt: skip
    assert [str(one) for one in found.appropriateness] == [
        "appropriate", "uncertain", "inappropriate", "uncertain", "appropriate", "uncertain",
    ]  # fmt: skip
    assert found.rated.tolist() == 6 * [9]
    assert found.reasons == 6 * (None,)


def test_n_is_those_who_rated_the_item() -> None:
    """Seven of thirty rated it: too few, whoever else was unable."""
    found = classify(Tally.from_counts(NINE, [[0] * 8 + [7], [0] * 8 + [8], [0] * 9], unable=[23, 22, 30]))
    assert found.agreement == (None, Agreement.AGREEMENT, None)
    assert found.appropriateness == (None, Appropriateness.APPROPRIATE, None)
    assert found.reasons == (TOO_FEW, None, TOO_FEW)
    assert found.columns()["reasons"] == [TOO_FEW, None, TOO_FEW]


def test_no_items_are_classified_as_none() -> None:
    for reading in ("table", "1/3", "ipras", "binomial"):
        assert classify(Tally.from_counts(NINE, []), reading).agreement == ()  # type: ignore[arg-type]


@given(tally=..., reading=st.sampled_from(["table", "1/3", "ipras", "binomial"]))
def test_classes_are_those_of_their_definitions(tally: Tally, reading: Reading) -> None:
    found = classify(tally, reading)
    apart, at_one = in_disagreement(tally, reading), in_agreement(tally, reading)
    for item in range(tally.items):
        if tally.rated[item] < 8:
            assert (found.agreement[item], found.appropriateness[item]) == (None, None)
            continue
        expected = "disagreement" if apart[item] else "agreement" if at_one[item] else "indeterminate"
        assert found.agreement[item] == expected
        band = tally.scale.band_of(float(median(tally)[item]))
        placed = {"high": "appropriate", "low": "inappropriate"}.get(str(band), "uncertain")
        assert found.appropriateness[item] == ("uncertain" if apart[item] else placed)


@given(...)
def test_turned_round_every_reading_of_disagreement_stays(tally: Tally) -> None:
    for reading in ("1/3", "binomial"):
        np.testing.assert_array_equal(
            in_disagreement(turned_round(tally), reading),  # type: ignore[arg-type]
            in_disagreement(tally, reading),  # type: ignore[arg-type]
        )
    np.testing.assert_array_equal(
        in_disagreement(turned_round(tally), "ipras"), in_disagreement(tally, "ipras")
    )


def test_a_thousand_panels_against_numpy() -> None:
    """IPRAS, its index and the disagreement by it from numpy's quantiles, one item at a time."""
    rng = np.random.default_rng(30)
    sizes = rng.integers(0, 40, 1000)
    counts = np.array([rng.multinomial(n, rng.dirichlet(np.full(9, 0.4))) for n in sizes])
    tally = Tally.from_counts(NINE, counts, unable=rng.integers(0, 9, 1000))
    for definition, method in ((2, "averaged_inverted_cdf"), (6, "weibull"), (7, "linear")):
        index, limit = disagreement_index(tally, definition), ipras(tally, definition)
        apart = in_disagreement(tally, "ipras", definition)
        for item in range(1000):
            if not sizes[item]:
                assert np.isnan([index[item], limit[item]]).all()
                continue
            ratings = np.repeat(np.arange(1, 10), counts[item])
            lower, upper = np.quantile(ratings, [0.3, 0.7], method=method)  # type: ignore[call-overload]
            by_hand = 2.35 + 1.5 * abs(5 - (lower + upper) / 2)
            assert limit[item] == pytest.approx(by_hand, abs=1e-9)
            assert index[item] == pytest.approx((upper - lower) / by_hand, abs=1e-9)
            if abs(index[item] - 1) > 1e-9:
                assert apart[item] == (sizes[item] >= 8 and upper - lower > by_hand)


def test_up_to_25_agreement_beside_ipras_is_by_the_table() -> None:
    for n in range(8, LARGEST_PANEL + 1):
        for outside in range(n):
            one = panel(0, outside, n - outside)
            assert in_agreement(one, "ipras") == in_agreement(one)


def test_a_reading_that_there_is_not_is_named() -> None:
    for function in (in_disagreement, in_agreement, rule_extrapolated, classify):
        with pytest.raises(ValueError, match="by table, 1/3, ipras or binomial, not by 'half'"):
            function(panel(0, 0, 9), "half")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has no bands"):
        classify(tally_of([7] * 9, Scale(1, 9)), "ipras")
