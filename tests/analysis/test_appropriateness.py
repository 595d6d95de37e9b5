"""The RAND/UCLA method: the table of panel sizes, medians between regions, IPRAS, disagreement index."""

import numpy as np
import pytest
from hypothesis import given

from analysis.appropriateness import (
    disagreement_index,
    in_agreement,
    in_disagreement,
    index_extrapolated,
    ipras,
    median_in_band,
    rule_extrapolated,
)
from analysis.scales import Scale
from analysis.summaries import ipr, median, quantile
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
