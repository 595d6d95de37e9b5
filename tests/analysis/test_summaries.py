"""Quantiles and their kin, mean and deviation, shares, and the median of several panels."""

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scales import Scale
from analysis.summaries import (
    QUANTILE_DEFINITIONS,
    hinges,
    ipr,
    iqr,
    mad,
    mean,
    median,
    quantile,
    sd,
    shares,
    weighted_median,
)
from analysis.tallies import FloatArray, Tally
from tests.analysis.examples import NINE, SCALES, panels, ratings_of, tallies, tally_of, turned_round

# Twelve panellists whose quartiles differ by definition, as R and NumPy find them.
TWELVE = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
EXTREMES = tally_of([1] * 5 + [9] * 5)
NOBODY = Tally.from_counts(NINE, [0] * 9, unable=3)

NUMPY_NAMES = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}


@pytest.mark.parametrize(
    ("definition", "q25", "q30", "q70", "q75"),
    [(2, 5.5, 6, 8, 8), (6, 5.25, 5.9, 8, 8), (7, 5.75, 6, 7.7, 8)],
)
def test_twelve_panellists(definition: int, q25: float, q30: float, q70: float, q75: float) -> None:
    found = [float(quantile(TWELVE, p, definition)[0]) for p in (0.25, 0.3, 0.7, 0.75)]
    assert found == pytest.approx([q25, q30, q70, q75], abs=1e-12)
    assert iqr(TWELVE, definition) == pytest.approx([q75 - q25])
    assert ipr(TWELVE, definition) == pytest.approx([q70 - q30])


def test_twelve_panellists_have_median_hinges_and_mad() -> None:
    assert median(TWELVE) == [7]
    assert hinges(TWELVE) == ([5.5], [8])
    assert mad(TWELVE) == [1]


@pytest.mark.parametrize(("definition", "printed"), [(2, 95.1959), (6, 95.19807), (7, 95.19568)])
def test_the_wafers_of_the_nist_handbook(definition: int, printed: float) -> None:
    """NIST/SEMATECH e-Handbook 7.2.6.2, 90th percentile; the twelve wafers stand for categories 1 to 12."""
    wafers = [95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610]
    wafers += [95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682]
    rank = float(quantile(tally_of(list(range(1, 13)), Scale(1, 12)), 0.9, definition)[0])
    assert np.interp(rank, range(1, 13), sorted(wafers)) == pytest.approx(printed, abs=5e-7)


def test_half_at_each_extreme() -> None:
    assert (median(EXTREMES), iqr(EXTREMES), mad(EXTREMES)) == ([5], [8], [4])
    assert mean(EXTREMES) == [5]
    assert sd(EXTREMES) == pytest.approx([math.sqrt(10 * 4**2 / 9)])


def test_nobody_is_nan_and_never_zero() -> None:
    one_number: tuple[FloatArray, ...] = (
        *(quantile(NOBODY, 0.25, definition) for definition in QUANTILE_DEFINITIONS),
        *(measure(NOBODY) for measure in (median, iqr, ipr, mad, mean, sd)),
        *hinges(NOBODY),
        shares(NOBODY).low,
        shares(NOBODY).high,
        weighted_median([NOBODY]),
    )
    assert [array.tolist() for array in one_number] == [[pytest.approx(math.nan, nan_ok=True)]] * len(
        one_number
    )
    assert shares(NOBODY, "rated+unable").high == [0]


def test_one_rating_has_no_spread_and_no_standard_deviation() -> None:
    one = tally_of([4])
    assert (median(one), iqr(one), ipr(one), mad(one), mean(one)) == ([4], [0], [0], [0], [4])
    assert hinges(one) == ([4], [4])
    assert np.isnan(sd(one)).all()


def test_equal_ratings_have_no_spread() -> None:
    equal = tally_of([7] * 20)
    assert [float(measure(equal)[0]) for measure in (iqr, ipr, mad, sd)] == [0, 0, 0, 0]


def test_no_items_give_no_numbers() -> None:
    empty = Tally.from_counts(NINE, [])
    assert all(measure(empty).shape == (0,) for measure in (median, iqr, ipr, mad, mean, sd))
    assert weighted_median([empty, empty]).shape == (0,)


def test_seven_tenths_of_ninety_are_sixty_three() -> None:
    """In floating point 90 * 0.7 is 62.99999999999999, so that definition 2 would not average."""
    assert int(90 * 0.7) == 62
    ninety = tally_of([1] * 63 + [9] * 27)
    assert quantile(ninety, 0.7, 1) == [1]
    assert quantile(ninety, 0.7, 2) == [5]
    assert quantile(tally_of([1] * 62 + [9] * 28), 0.7, 1) == [9]


@pytest.mark.parametrize(("p", "definition"), [(1.1, 7), (-0.1, 7), (0.5, 0), (0.5, 10)])
def test_other_quantiles_do_not_exist(p: float, definition: int) -> None:
    with pytest.raises(ValueError, match=r"Quantile definitions|A quantile is for"):
        quantile(TWELVE, p, definition)


@given(
    tally=..., p=st.fractions(0, 1, max_denominator=20) | st.sampled_from([Fraction(1, 4), Fraction(1, 2)])
)
def test_the_sorted_ratings_give_the_same_quantile(tally: Tally, p: Fraction) -> None:
    for definition in QUANTILE_DEFINITIONS:
        found = quantile(tally, p, definition)
        for item in range(tally.items):
            expected = naive_quantile(ratings_of(tally, item), p, definition)
            assert found[item] == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("n", "p", "by_definition"),
    [
        (5, 0.5, (3, 3, 2, 2.5, 3, 3, 3, 3, 3)),
        (3, 0.5, (2, 2, 2, 1.5, 2, 2, 2, 2, 2)),
        (6, 0.25, (2, 2, 2, 1.5, 2, 1.75, 2.25, 2 - 1 / 12, 2 - 1 / 16)),
        (10, 0.25, (3, 3, 2, 2.5, 3, 2.75, 3.25, 3 - 1 / 12, 3 - 1 / 16)),
        (8, 0.25, (2, 2.5, 2, 2, 2.5, 2.25, 2.75, 2.5 - 1 / 12, 2.5 - 1 / 16)),
    ],
)
def test_the_nine_definitions_of_one_to_n(n: int, p: float, by_definition: tuple[float, ...]) -> None:
    """Positions by hand: np, np - 1/2 to the even, np, np + 1/2, (n+1)p, 1 + (n-1)p, and so on."""
    one_to_n = tally_of(list(range(1, n + 1)), Scale(1, n))
    found = [float(quantile(one_to_n, p, definition)[0]) for definition in QUANTILE_DEFINITIONS]
    assert found == pytest.approx(by_definition)


@given(tally=tallies(most=40), p=st.sampled_from([0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.75, 0.9, 1]))
def test_numpy_gives_the_same_interpolated_quantile(tally: Tally, p: float) -> None:
    for item in np.flatnonzero(tally.rated):
        for definition in range(4, 10):
            expected = np.quantile(ratings_of(tally, item), p, method=NUMPY_NAMES[definition])  # type: ignore[call-overload]
            assert quantile(tally, p, definition)[item] == pytest.approx(expected, abs=1e-9)


@given(tally=tallies(most=40), p=st.sampled_from([0, 0.25, 0.5, 0.75, 1]))
def test_numpy_gives_the_same_stepwise_quantile(tally: Tally, p: float) -> None:
    """At quarters, where floating point is exact; elsewhere NumPy's steps are where rounding puts them."""
    for item in np.flatnonzero(tally.rated):
        for definition in (1, 2):
            expected = np.quantile(ratings_of(tally, item), p, method=NUMPY_NAMES[definition])  # type: ignore[call-overload]
            assert quantile(tally, p, definition)[item] == expected


@given(...)
def test_a_loop_over_ratings_gives_the_same(tally: Tally) -> None:
    for item in np.flatnonzero(tally.rated):
        ratings = ratings_of(tally, item)
        middle = statistics.median(ratings)
        assert median(tally)[item] == middle
        assert mad(tally)[item] == statistics.median(abs(rating - middle) for rating in ratings)
        assert mean(tally)[item] == pytest.approx(statistics.fmean(ratings))
        if len(ratings) > 1:
            assert sd(tally)[item] == pytest.approx(statistics.stdev(ratings))


@given(...)
def test_hinges_are_the_medians_of_the_halves(tally: Tally) -> None:
    """Tukey's own words: of an odd number of ratings the middle one belongs to both halves."""
    lower, upper = hinges(tally)
    for item in np.flatnonzero(tally.rated):
        ratings = ratings_of(tally, item)
        half = (len(ratings) + 1) // 2
        assert (lower[item], upper[item]) == (
            statistics.median(ratings[:half]),
            statistics.median(ratings[-half:]),
        )


@given(...)
def test_the_scale_turned_round_mirrors(tally: Tally) -> None:
    ends = tally.scale.low + tally.scale.high
    other = turned_round(tally)
    np.testing.assert_allclose(median(other), ends - median(tally))
    np.testing.assert_allclose(mean(other), ends - mean(tally))
    np.testing.assert_allclose(hinges(other)[0], ends - hinges(tally)[1])
    for measure in (iqr, ipr, mad, sd):
        np.testing.assert_allclose(measure(other), measure(tally), atol=1e-12)


@given(...)
def test_a_panel_twice_as_large_has_the_same_shares_and_median(tally: Tally) -> None:
    double = tally + tally
    np.testing.assert_array_equal(median(double), median(tally))
    for denominator in ("rated", "rated+unable"):
        np.testing.assert_array_equal(shares(double, denominator).high, shares(tally, denominator).high)


@given(...)
def test_shares_of_all_bands_are_one(tally: Tally) -> None:
    found = shares(tally)
    middle = 0 if found.middle is None else found.middle
    assert (found.middle is None) == (tally.scale.find_band("middle") is None)
    np.testing.assert_allclose((found.low + middle + found.high)[tally.rated > 0], 1)


def test_the_denominator_moves_a_share() -> None:
    tally = Tally.from_counts(NINE, [0, 0, 1, 2, 0, 0, 3, 4, 0], unable=10, blank=5)
    assert (shares(tally).high, shares(tally, "rated+unable").high) == ([7 / 10], [7 / 20])
    assert (shares(tally).low, shares(tally).middle) == ([1 / 10], [2 / 10])
    with pytest.raises(ValueError, match="'rated' or 'rated\\+unable'"):
        shares(tally, "everybody")


def test_a_large_panel_does_not_drown_a_small_one() -> None:
    large, small = tally_of([9] * 40), tally_of([1] * 14)
    assert median(large + small) == [9]
    assert weighted_median([large, small]) == [5]
    assert weighted_median([large, small], [1, 2]) == [1]
    assert weighted_median([large, small], [Fraction(40, 54), Fraction(14, 54)]) == median(large + small)


def test_the_weighted_median_of_two_unlike_panels() -> None:
    """Halfway between two distributions."""
    a = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
    b = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])
    # F_5 = (4/20 + 6/10) / 2 = .4 and F_6 = (7/20 + 7/10) / 2 = .525
    assert weighted_median([a, b]) == [6]
    # F_2 = (2 + 2)/8 = 1/2 exactly, and nobody chose 3 to 7: halfway to 8
    assert weighted_median([tally_of([2, 2, 8, 8]), tally_of([1, 2, 8, 9])]) == [(2 + 8) / 2]


def test_a_half_is_a_half_where_floats_would_not_say_so() -> None:
    """F_1 = (1/3 + 2/3) / 2 has to be 1/2 exactly."""
    assert weighted_median([tally_of([1, 2, 2]), tally_of([1, 1, 2])]) == [1.5]
    assert weighted_median([tally_of([1, 2, 2])] * 2 + [tally_of([1, 1, 2])] * 2) == [1.5]


def test_a_panel_without_ratings_leaves_the_combined_median_undefined_unless_it_weighs_nothing() -> None:
    assert np.isnan(weighted_median([TWELVE, NOBODY])).all()
    assert weighted_median([TWELVE, NOBODY], [1, 0]) == [7]


@pytest.mark.parametrize(
    ("weights", "complaint"),
    [([1], "2 panels and 1 weights"), ([1, -1], "negative"), ([0, 0], "not all zero")],
)
def test_weights_that_cannot_weigh(weights: list[int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        weighted_median([TWELVE, TWELVE], weights)


def test_panels_have_to_be_alike() -> None:
    with pytest.raises(ValueError, match="no panel"):
        weighted_median([])
    with pytest.raises(ValueError, match="scales differ"):
        weighted_median([TWELVE, tally_of([1], SCALES[1])])


@given(tally=..., weight=st.integers(1, 9))
def test_the_weighted_median_of_one_panel_is_its_median(tally: Tally, weight: int) -> None:
    np.testing.assert_array_equal(weighted_median([tally], [weight]), median(tally))
    np.testing.assert_array_equal(weighted_median([tally, tally]), median(tally))


@given(st.integers(1, 4).flatmap(panels), st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_the_weighted_median_by_fractions_and_a_loop(drawn: list[Tally], many: list[int]) -> None:
    weights = many[: len(drawn)]
    for item, found in enumerate(weighted_median(drawn, weights).tolist()):
        if any(tally.rated[item] == 0 for tally in drawn):
            assert math.isnan(found)
        else:
            assert found == naive_weighted_median([ratings_of(tally, item) for tally in drawn], weights)


def naive_weighted_median(panels_ratings: list[list[int]], weights: list[int]) -> float:
    """By the definition: F_k as fractions, category by category."""
    chosen = sorted({rating for ratings in panels_ratings for rating in ratings})

    def distribution(category: int) -> Fraction:
        parts = zip(panels_ratings, weights, strict=True)
        return sum(
            (
                Fraction(weight * sum(rating <= category for rating in ratings), len(ratings))
                for ratings, weight in parts
            ),
            Fraction(0),
        ) / sum(weights)

    first = next(category for category in chosen if distribution(category) >= Fraction(1, 2))
    if distribution(first) > Fraction(1, 2):
        return first
    return (first + chosen[chosen.index(first) + 1]) / 2


def naive_quantile(ratings: list[int], p: Fraction, definition: int) -> float:
    """Hyndman and Fan 1996, definition by definition, from the sorted ratings."""
    n = len(ratings)
    if n == 0:
        return math.nan

    def rating(rank: int) -> int:
        return ratings[min(max(rank, 1), n) - 1]

    if definition <= 3:
        position = n * p - (Fraction(1, 2) if definition == 3 else 0)
        below = math.floor(position)
        if position > below or (definition == 3 and below % 2):
            return rating(below + 1)
        return (rating(below) + rating(below + 1)) / 2 if definition == 2 else rating(below)
    position = {
        4: n * p,
        5: n * p + Fraction(1, 2),
        6: (n + 1) * p,
        7: 1 + (n - 1) * p,
        8: (n + Fraction(1, 3)) * p + Fraction(1, 3),
        9: (n + Fraction(1, 4)) * p + Fraction(3, 8),
    }[definition]
    below = math.floor(position)
    return float(rating(below) + (position - below) * (rating(below + 1) - rating(below)))
