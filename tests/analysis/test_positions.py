"""Positions by median and mean, their intervals, and the region of two means."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import mean_regions, positions, weighted_laws
from analysis.combining import pooled
from analysis.crossings import Crossing
from analysis.exact_laws import median_law
from analysis.mean_regions import mean_region
from analysis.positions import position
from analysis.redraws import redrawn_tallies
from analysis.scales import Scale
from analysis.summaries import mean, median, weighted_median
from analysis.tallies import Tally
from analysis.weighted_laws import can_enumerate, weighted_median_law
from analysis.weighting import NOBODY_RATED
from tests.analysis.crosses import exchanged, random_crossing, random_pairs
from tests.analysis.examples import NINE, panels, ratings_of, tallies, tally_of, turned_round

THREE = Scale(1, 3)


def naive_law(of_panels: list[Tally], weights: list[int]) -> dict[float, float]:
    """Every draw of every panel, one by one."""
    law: dict[float, float] = {}
    everyone = [ratings_of(tally, 0) for tally in of_panels]
    for drawn in product(*(product(ratings, repeat=len(ratings)) for ratings in everyone)):
        value = weighted_median([tally_of(list(one), of_panels[0].scale) for one in drawn], weights)[0]
        law[float(value)] = law.get(float(value), 0) + 1 / math.prod(len(r) ** len(r) for r in everyone)
    return law


def test_the_twelve_of_statistics_md() -> None:
    """STATISTICS.md, section 1 (b): 3 5 5 6 6 7 7 7 8 8 9 9, median 7, mean 80/12."""
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    assert position([twelve]).exact == (Fraction(7),)
    found = position([twelve], measure="mean")
    assert found.exact == (Fraction(20, 3),)
    expected = stats.t.interval(0.95, 11, loc=20 / 3, scale=stats.sem(ratings_of(twelve, 0)))
    assert (found.lower[0], found.upper[0]) == pytest.approx(expected, abs=1e-12)


def test_the_interval_of_a_median_is_that_of_its_exact_law() -> None:
    tally = tally_of([2, 4, 4, 5, 5, 6, 8, 9])
    found, law = position([tally], level=0.9), median_law(tally)
    assert (found.lower, found.upper) == law.interval(0.9)
    assert found.method == "exact bootstrap: the panel's answers drawn again"


@settings(max_examples=50)
@given(panels(2, THREE, most=2), st.integers(1, 3), st.integers(0, 2))
def test_the_law_of_a_weighted_median_is_every_draw(drawn: list[Tally], one: int, two: int) -> None:
    first, second = drawn
    for item in range(first.items):
        of_item = [Tally.from_counts(THREE, tally.counts[item]) for tally in (first, second)]
        law = weighted_median_law(of_item, [one, two])
        if first.rated[item] == 0 or (two and second.rated[item] == 0):
            assert law.reasons == (NOBODY_RATED,)
            assert np.isnan(law.chances).all()
        elif sum(int(tally.rated[0]) for tally in of_item) <= 6:
            heard = of_item if two else of_item[:1]
            expected = naive_law(heard, [one, two][: len(heard)])
            found = dict(zip(law.values.tolist(), law.chances[0].tolist(), strict=True))
            assert {v: p for v, p in found.items() if p > 1e-15} == pytest.approx(expected, abs=1e-12)


def test_three_panels_by_enumeration() -> None:
    three = [tally_of(ratings, THREE) for ratings in ([1, 3], [2, 3], [1, 2, 3])]
    law = weighted_median_law(three, [2, 1, 3])
    expected = naive_law(three, [2, 1, 3])
    assert {
        v: p for v, p in zip(law.values.tolist(), law.chances[0].tolist(), strict=True) if p
    } == pytest.approx(expected, abs=1e-12)


def test_equal_panels_of_one_size_with_equal_weights_are_pooled_draws_of_each() -> None:
    """Drawing within panels is not drawing from all: the law is narrower where the panels differ."""
    low, high = tally_of([1] * 10), tally_of([9] * 10)
    assert weighted_median_law([low, high]).chances[0, 8] == pytest.approx(1)
    assert median_law(pooled([low, high])).chances[0, 8] < 0.2


def test_large_panels_are_drawn_when_a_seed_is_given() -> None:
    generator = np.random.default_rng(5)
    three = [Tally.from_counts(NINE, generator.multinomial(400, np.ones(9) / 9, size=2)) for _ in range(3)]
    assert not can_enumerate(three)
    with pytest.raises(ValueError, match="too many and too large"):
        weighted_median_law(three)
    without = position(three)
    assert without.reasons == (positions.TOO_LARGE,) * 2
    assert np.isnan(without.lower).all()
    assert not np.isnan(without.value).any()
    drawn = position(three, chance=7)
    assert drawn.method == "bootstrap with 2,000 draws"
    assert (drawn.lower <= drawn.value).all()
    assert (drawn.value <= drawn.upper).all()
    assert drawn.lower.tolist() == position(three, chance=7).lower.tolist()


def test_draws_agree_with_the_exact_law_within_their_error() -> None:
    generator = np.random.default_rng(8)
    two = [Tally.from_counts(NINE, generator.multinomial(n, [0.1] * 8 + [0.2], size=20)) for n in (20, 15)]
    exact = weighted_median_law(two, [2, 1]).chances
    found = redrawn_tallies(two, 3, 8_000).median_law([2, 1]).chances
    error = np.sqrt(exact * (1 - exact) / 8_000) + 1e-5
    assert (np.abs(found - exact) < 5 * error).all()


@settings(max_examples=30, deadline=None)
@given(panels(3))
def test_scaling_the_weights_changes_nothing(drawn: list[Tally]) -> None:
    for measure in ("median", "mean"):
        one, two = (position(drawn, weights, measure) for weights in ([1, 2, 3], [0.5, 1.0, 1.5]))
        assert one.exact == two.exact
        np.testing.assert_allclose(one.lower, two.lower, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(tallies())
def test_one_panel_stands_where_its_summaries_say(tally: Tally) -> None:
    np.testing.assert_allclose(position([tally], [3]).value, median(tally))
    np.testing.assert_allclose(position([tally], measure="mean").value, mean(tally), atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(panels(2))
def test_reversing_the_scale_mirrors_positions(drawn: list[Tally]) -> None:
    ends = drawn[0].scale.low + drawn[0].scale.high
    for measure in ("median", "mean"):
        one = position(drawn, measure=measure)
        other = position([turned_round(tally) for tally in drawn], measure=measure)
        np.testing.assert_allclose(one.value, ends - other.value, atol=1e-12)
        if measure == "mean":
            np.testing.assert_allclose(one.lower, ends - other.upper, atol=1e-9)


def test_what_has_no_position_or_no_interval_says_why() -> None:
    panel = Tally.from_counts(NINE, [[0] * 9, [0] * 8 + [1], [0] * 8 + [4], [1] + [0] * 7 + [1]])
    by_median, by_mean = (position([panel], measure=measure) for measure in ("median", "mean"))
    assert by_median.reasons == (NOBODY_RATED, positions.ONE_RATED, None, None)
    assert by_mean.reasons == (NOBODY_RATED, positions.ONE_RATED, positions.ALL_ALIKE, None)
    assert by_mean.exact == (None, 9, 9, 5)
    assert np.isnan(by_mean.lower).tolist() == [True, True, True, False]
    assert np.isnan(by_median.lower).tolist() == [True, True, False, False]


def test_an_item_that_one_panel_could_not_rate_has_no_position_unless_it_has_no_weight() -> None:
    whole, empty = tally_of([7, 8]), Tally.from_counts(NINE, [0] * 9, unable=3)
    assert positions.positions([whole, empty], [whole, whole]).placed.tolist() == [False]
    assert positions.positions([whole, empty], [whole, whole], [1, 0]).placed.tolist() == [True]


def test_a_position_prints_both_criteria() -> None:
    found = positions.positions([tally_of([7, 8])], [tally_of([3, 4, 4])])
    assert list(found.columns())[:3] == ["x_value", "x_lower", "x_upper"]
    assert "x_exact" not in found.columns()
    assert found.frame().shape == (1, 12)


def test_positions_refuse_what_does_not_fit() -> None:
    one = tally_of([7])
    with pytest.raises(ValueError, match="2 panels on one criterion and 1"):
        positions.positions([one, one], [one])
    with pytest.raises(ValueError, match="a median or a mean, not 'mode'"):
        position([one], measure="mode")
    with pytest.raises(ValueError, match="between 0 and 1, not 95"):
        position([one], level=95)
    with pytest.raises(ValueError, match="not negative"):
        position([one, one], [1, -1])
    with pytest.raises(ValueError, match="not negative, and not all zero"):
        position([one], [0])
    with pytest.raises(ValueError, match="scales differ"):
        positions.positions([one], [tally_of([1], THREE)])


def test_no_items_have_no_positions() -> None:
    empty = Tally.from_counts(NINE, [])
    for measure in ("median", "mean"):
        assert positions.positions([empty, empty], [empty, empty], measure=measure).placed.shape == (0,)


def test_the_region_of_two_means_is_hotellings() -> None:
    """STATISTICS.md, section 9: S/n * 2(n-1)/(n-2) F(2, n-2), axes by the eigenvalues of S."""
    across, up = random_pairs(4, 14, 6)
    found = mean_region([Crossing.from_matrices(NINE, across, up)])
    for item in range(6):
        x, y = across[:, item], up[:, item]
        variances, directions = np.linalg.eigh(np.cov(x, y) / 14)
        reach = 2 * 13 / 12 * stats.f.ppf(0.95, 2, 12)
        assert (found.x[item], found.y[item]) == pytest.approx((x.mean(), y.mean()), abs=1e-12)
        assert (found.minor[item], found.major[item]) == pytest.approx(np.sqrt(variances * reach), abs=1e-9)
        angle = math.degrees(math.atan2(directions[1, 1], directions[0, 1]))
        assert math.isclose(math.cos(math.radians(2 * (found.angle[item] - angle))), 1, abs_tol=1e-9)


def test_a_region_covers_the_means_as_often_as_it_says() -> None:
    """Normal enough ratings on 0-100: 95 % within three standard errors of 1,000 regions."""
    generator = np.random.default_rng(12)
    scale = Scale(0, 100)
    both = generator.multivariate_normal([50, 40], [[90, 50], [50, 60]], size=(12, 1000))
    rated = np.clip(np.round(both), 0, 100).astype(np.int64)
    found = mean_region([Crossing.from_matrices(scale, rated[..., 0], rated[..., 1])])
    turn = np.radians(found.angle)
    x, y = 50 - found.x, 40 - found.y
    along, aside = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    covered = ((along / found.major) ** 2 + (aside / found.minor) ** 2 <= 1).mean()
    assert covered == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 1000))


def test_a_weighted_region_of_one_panel_is_its_own() -> None:
    one, other = random_crossing(1, 9, 5), random_crossing(2, 20, 5)
    alone, weighted = mean_region([one]), mean_region([one, other], [2, 0])
    for name in ("x", "y", "major", "minor", "angle"):
        np.testing.assert_allclose(getattr(alone, name), getattr(weighted, name), atol=1e-12)
    together, scaled = mean_region([one, other], [1, 3]), mean_region([one, other], [0.5, 1.5])
    np.testing.assert_allclose(together.major, scaled.major, atol=1e-12)


def test_exchanging_the_criteria_turns_the_region() -> None:
    crossing = random_crossing(6, 11, 8)
    one, other = mean_region([crossing]), mean_region([exchanged(crossing)])
    np.testing.assert_allclose(one.x, other.y)
    np.testing.assert_allclose(one.major, other.major, atol=1e-9)
    np.testing.assert_allclose(np.cos(np.radians(2 * (one.angle + other.angle - 90))), 1, atol=1e-9)


def test_regions_that_cannot_be_say_why() -> None:
    def table(*pairs: tuple[int, int]) -> np.ndarray:
        counts = np.zeros((3, 3), dtype=np.int64)
        for pair in pairs:
            counts[pair] += 1
        return counts

    crossing = Crossing(
        THREE,
        np.stack(
            [
                table(),
                table((0, 0), (2, 2)),
                table((1, 1), (1, 1), (1, 1)),
                table((0, 1), (1, 1), (2, 1)),
                table((0, 2), (1, 1), (2, 0)),
                table((0, 2), (1, 1), (2, 1)),
            ]
        ),
    )
    found = mean_region([crossing])
    assert found.reasons == (
        NOBODY_RATED,
        mean_regions.TOO_FEW,
        mean_regions.NO_VARIANCE,
        mean_regions.NO_VARIANCE,
        mean_regions.ON_A_LINE,
        None,
    )
    assert np.isnan(found.x).tolist() == [True, False, False, False, False, False]
    assert np.isnan(found.major).tolist() == [True] * 5 + [False]
    with pytest.raises(ValueError, match="level of a region"):
        mean_region([crossing], level=1)


def test_two_panels_on_different_lines_have_a_region() -> None:
    rising = Crossing.from_matrices(NINE, [[1], [2], [3]], [[1], [2], [3]])
    falling = Crossing.from_matrices(NINE, [[1], [2], [3]], [[3], [2], [1]])
    assert mean_region([rising]).reasons == (mean_regions.ON_A_LINE,)
    assert mean_region([rising, rising]).reasons == (mean_regions.ON_A_LINE,)
    assert mean_region([rising, falling]).reasons == (None,)


def test_the_exact_law_stays_a_law_for_large_panels() -> None:
    generator = np.random.default_rng(2)
    two = [Tally.from_counts(NINE, generator.multinomial(n, np.ones(9) / 9, size=3)) for n in (3000, 9000)]
    law = weighted_laws.weighted_median_law(two)
    np.testing.assert_allclose(law.chances.sum(axis=1), 1, atol=1e-9)
    assert law.chances.min() >= 0
