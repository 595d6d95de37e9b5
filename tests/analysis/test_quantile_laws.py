"""The joint law of two quantiles and the median's side: every panel that could be drawn."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.exact_laws import NOBODY_RATED
from analysis.order_statistics import consecutive_binomials, fewer_drawn_at_least
from analysis.quantile_laws import Event, chances_of, grid_differences, grid_steps, iqr_law
from analysis.scales import Scale
from analysis.summaries import HALF, QUANTILE_DEFINITIONS, QUARTILE, exact_quantile, iqr
from analysis.tallies import FloatArray, IntArray, Tally
from tests.analysis.enumeration import every_draw, some_counts
from tests.analysis.examples import NINE, tallies, tally_of, turned_round

THREE_TENTHS = Fraction(3, 10)


def steps_of(panels: Tally, p: Fraction, definition: int) -> IntArray:
    found, steps = exact_quantile(panels, p, definition), grid_steps(definition, min(p, 1 - p))
    return found.numerators * steps // found.denominator - panels.scale.low * steps


def enumerated(event: Event, panels: Tally, chances: FloatArray, p: Fraction, definition: int) -> float:
    counted = event.pairs[steps_of(panels, p, definition), steps_of(panels, 1 - p, definition)]
    middle = exact_quantile(panels, HALF)
    if event.least is not None:
        counted &= 2 * middle.numerators >= event.least * middle.denominator
    return float(chances[counted].sum())


@pytest.mark.parametrize("definition", QUANTILE_DEFINITIONS)
@pytest.mark.parametrize(
    ("n", "p"), [*((n, QUARTILE) for n in (1, 2, 3, 4, 7, 10)), *((n, THREE_TENTHS) for n in (5, 6, 10))]
)
def test_every_panel_that_could_be_drawn(n: int, p: Fraction, definition: int) -> None:
    scale, counts = Scale(-1, 2), some_counts(n, 4, 2, seed=n)
    values = 3 * grid_steps(definition, p) + 1
    pairs = np.random.default_rng(definition).random((values, values)) < 0.5
    events = [Event(pairs, least) for least in (None, -3, -1, 0, 1, 2, 4, 5)]
    found = chances_of(events, Tally.from_counts(scale, counts), np.full(len(counts), n), p, definition)
    for item, own in enumerate(counts):
        panels, chances = every_draw(scale, own)
        expected = [enumerated(event, panels, chances, p, definition) for event in events]
        np.testing.assert_allclose(found[:, item], expected, atol=1e-12)


@pytest.mark.parametrize("definition", [2, 7])
@pytest.mark.parametrize("n", [201, 302])
def test_every_panel_of_hundreds(n: int, definition: int) -> None:
    """Three categories; quartiles and median are between two of them."""
    for shares in ((0.26, 0.5), (0.3, 0.1), (0.49, 0.02)):
        counts = np.array([int(n * shares[0]), int(n * shares[1]), 0])
        counts[2] = n - counts.sum()
        panels, chances = every_draw(Scale(1, 3), counts)
        law = iqr_law(Tally.from_counts(Scale(1, 3), counts), definition)
        drawn = iqr(panels, definition)
        expected = [chances[np.abs(drawn - value) < 1e-9].sum() for value in law.values]
        np.testing.assert_allclose(law.chances[0], expected, atol=1e-11)


def test_another_number_may_be_drawn() -> None:
    counts = np.array([3, 1, 4, 2])
    for drawn in (2, 5, 8):
        law = iqr_law(Tally.from_counts(Scale(1, 4), counts), 7, np.array([drawn]))
        panels, chances = every_draw(Scale(1, 4), counts, drawn)
        expected = [chances[iqr(panels) == value].sum() for value in law.values]
        np.testing.assert_allclose(law.chances[0], expected, atol=1e-12)


def test_items_are_computed_together_whatever_their_n() -> None:
    counts = np.vstack([some_counts(n, 9, 3, seed=n) for n in (1, 2, 3, 8, 9, 60)])
    together = iqr_law(Tally.from_counts(NINE, counts)).chances
    for item, own in enumerate(counts):
        alone = iqr_law(Tally.from_counts(NINE, own)).chances[0]
        np.testing.assert_allclose(together[item], alone, atol=1e-12)


def test_a_long_scale_needs_no_other_way() -> None:
    """On 0-100, where only three categories are chosen, the law is theirs."""
    few, long = np.array([5, 7, 8]), np.zeros(101, dtype=np.int64)
    long[[0, 50, 100]] = few
    short = iqr_law(Tally.from_counts(Scale(1, 3), few))
    found = iqr_law(Tally.from_counts(Scale(0, 100), long))
    for value, chance in zip(short.values, short.chances[0], strict=True):
        assert found.chances[0, found.values == 50 * value] == pytest.approx([chance], abs=1e-12)


def test_a_panel_of_a_million_knows_its_iqr() -> None:
    counts = [100_000, 100_000, 0, 150_000, 0, 0, 250_000, 400_000, 0]
    law = iqr_law(Tally.from_counts(NINE, counts))
    assert law.chances[0, law.values == 4] == pytest.approx([1], abs=1e-9)


def test_scipys_bootstrap_finds_the_same_standard_error() -> None:
    ratings = np.array([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    by_draws = stats.bootstrap((ratings,), stats.iqr, n_resamples=40_000, rng=np.random.default_rng(1))
    found = iqr_law(tally_of(ratings.tolist())).standard_error
    assert found == pytest.approx([by_draws.standard_error], rel=0.02)


def test_one_mind_and_nobody() -> None:
    law = iqr_law(Tally.from_counts(NINE, [[0] * 6 + [20, 0, 0], [0] * 9]))
    assert law.chances[0, 0] == 1
    assert np.isnan(law.chances[1]).all()
    assert law.reasons == (None, NOBODY_RATED)
    assert iqr_law(Tally.from_counts(NINE, [])).chances.shape == (0, 33)


def test_few_ratings_have_no_joint_law_of_the_thirtieth_and_seventieth_percentiles() -> None:
    everything = Event(np.ones((81, 81), dtype=np.bool_))
    found = chances_of(
        [everything], Tally.from_counts(NINE, np.eye(9)[:2] * [[4], [5]]), np.array([4, 5]), THREE_TENTHS
    )
    assert np.isnan(found[0, 0])
    assert found[0, 1] == pytest.approx(1)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="up to 3/10, not 2/5"):
        chances_of([], tally_of([1]), np.array([1]), Fraction(2, 5))
    with pytest.raises(ValueError, match="numbered 1 to 9, not 0"):
        iqr_law(tally_of([1]), 0)


def test_differences_are_upper_less_lower() -> None:
    assert grid_differences(3).tolist() == [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]


@settings(max_examples=25)
@given(tally=tallies(most=30), definition=st.sampled_from([1, 2, 5, 6, 7, 8, 9]))
def test_a_law_sums_to_one_and_a_spread_does_not_mind_a_turned_scale(tally: Tally, definition: int) -> None:
    law = iqr_law(tally, definition)
    rated = tally.rated > 0
    np.testing.assert_allclose(law.chances[rated].sum(axis=1), 1, atol=1e-12)
    if definition not in (1, 3):  # these round the two quartiles to the same side
        mirrored = iqr_law(turned_round(tally), definition)
        np.testing.assert_allclose(law.chances[rated], mirrored.chances[rated], atol=1e-12)


@pytest.mark.parametrize("n", [1, 5, 300, 5000])
def test_rows_of_binomials_are_scipys(n: int) -> None:
    rng = np.random.default_rng(n)
    total, p = np.full(40, n), np.concatenate([[0, 1, 1e-9, 1 - 1e-9], rng.random(36) ** 2])
    first = np.where(np.arange(40) < 4, 0, rng.integers(0, n + 1, 40))
    last = np.where(np.arange(40) < 4, n, rng.integers(first, n + 1))
    rows = np.minimum(first[:, np.newaxis] + np.arange((last - first).max() + 1), last[:, np.newaxis])
    expected = stats.binom.pmf(rows, total[:, np.newaxis], p[:, np.newaxis])
    np.testing.assert_allclose(consecutive_binomials(rows, total, p), expected, atol=1e-12)
    wanted = rng.integers(-1, n + 2, 40)
    tails = stats.binom.sf(wanted[:, np.newaxis] - 1, total[:, np.newaxis] - rows, p[:, np.newaxis])
    np.testing.assert_allclose(fewer_drawn_at_least(wanted, total, rows, p), tails, atol=5e-12)
