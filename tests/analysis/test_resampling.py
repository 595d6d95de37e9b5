"""Joint resampling: draws against their exact laws, against a loop, and what is undefined."""

import numpy as np
import pytest

from analysis import resampling
from analysis.concordance import kendalls_w
from analysis.consensus import parse_rule
from analysis.exact_laws import median_law, share_law
from analysis.resampling import (
    change_between_rounds,
    consensus_counts,
    one_by_one,
    ranks,
    resampled,
    resampled_tallies,
)
from analysis.scales import Scale
from analysis.summaries import mean, median, shares
from analysis.tallies import BLANK, UNABLE, FloatArray, IntArray, Tally
from analysis.uncertainty import probability_same_panel_again
from tests.analysis.examples import NINE

COMET = parse_rule("share >= 70 high, share < 15 low")


def panel(people: int = 30, items: int = 6, seed: int = 1) -> IntArray:
    rng = np.random.default_rng(seed)
    ratings = np.clip(rng.integers(1, 10, (people, items)) + rng.integers(0, 5, items), 1, 9)
    ratings[rng.random(ratings.shape) < 0.05] = UNABLE
    ratings[rng.random(ratings.shape) < 0.05] = BLANK
    return ratings


def alpha_like(tally: Tally) -> float:
    return float(np.nanvar(mean(tally)))


def test_the_counts_are_those_of_the_panellists_drawn() -> None:
    """The same generator says who was drawn: a row for each draw."""
    ratings = panel()
    drawn = np.random.default_rng(5).integers(30, size=(40, 30))
    ((number, tally),) = resampled_tallies(NINE, ratings, 5, draws=40)
    assert number == 40
    for draw, who in enumerate(drawn):
        expected = Tally.from_matrix(NINE, ratings[who])
        part = slice(draw * 6, (draw + 1) * 6)
        assert (tally.counts[part] == expected.counts).all()
        assert (tally.unable[part] == expected.unable).all()
        assert (tally.blank[part] == expected.blank).all()


def test_blocks_are_the_same_draws_and_a_generator_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(resampled_tallies(NINE, panel(), 5, draws=40))
    monkeypatch.setattr(resampling, "_BLOCK", 6 * 11 * 7)
    blocks = list(resampled_tallies(NINE, panel(), np.random.default_rng(5), draws=40))
    assert [number for number, _ in blocks] == [7, 7, 7, 7, 7, 5]
    together = np.concatenate([tally.counts for _, tally in blocks])
    assert (together == whole[0][1].counts).all()


def test_a_single_item_has_its_exact_law() -> None:
    """Without missing ratings drawing people is drawing ratings: 20,000 draws err by a hundredth."""
    rng = np.random.default_rng(3)
    ratings = rng.integers(3, 10, (25, 4))
    tally = Tally.from_matrix(NINE, ratings)
    medians = resampled(lambda of, number: median(of).reshape(number, -1), NINE, ratings, 1, draws=20_000)
    np.testing.assert_allclose(medians.standard_error, median_law(tally).standard_error, rtol=0.03)
    high = resampled(lambda of, number: shares(of).high.reshape(number, -1), NINE, ratings, 1, draws=20_000)
    law = share_law(tally)
    np.testing.assert_allclose(high.standard_error, law.standard_error, rtol=0.03)
    np.testing.assert_allclose(high.lower, law.interval().lower, atol=0.05)
    np.testing.assert_allclose(high.estimate, law.mean)


def test_the_number_in_consensus_has_its_exact_mean() -> None:
    ratings = np.clip(np.random.default_rng(4).integers(4, 12, (20, 8)), 1, 9)
    exact = probability_same_panel_again(COMET, Tally.from_matrix(NINE, ratings))
    draws = resampled(_number_in, NINE, ratings, 2, draws=20_000)
    found = consensus_counts(COMET, NINE, ratings, 2)
    assert found.estimate[0] == draws.estimate[0]
    assert found.lower[0] <= exact.into.sum() <= found.upper[0]
    blocks = resampled_tallies(NINE, ratings, 2, draws=20_000)
    in_all = np.concatenate([_number_in(tally, number) for number, tally in blocks])
    assert in_all.mean() == pytest.approx(exact.into.sum(), abs=0.05)


def _number_in(tally: Tally, number: int) -> FloatArray:
    high, low = tally.in_band("high"), tally.in_band("low")
    into = (10 * high >= 7 * tally.rated) & (100 * low < 15 * tally.rated)
    return into.reshape(number, -1).sum(axis=1).astype(np.float64)


def test_ranks_share_their_places_and_the_undefined_have_none() -> None:
    ratings = [[9, 1, 5, 5, BLANK]] * 3
    found = ranks(mean, NINE, ratings, 1, draws=50)
    assert found.estimate[:4].tolist() == [1, 4, 2.5, 2.5]
    assert np.isnan(found.estimate[4])
    assert found.reasons == (None, None, None, None, resampling.UNDEFINED)
    assert (found.lower[:4] == found.upper[:4]).all()


def test_ranks_are_those_of_each_draw() -> None:
    ratings = panel(12, 7)
    found = ranks(mean, NINE, ratings, 9, draws=300)
    drawn = np.random.default_rng(9).integers(12, size=(300, 12))
    means = np.array([mean(Tally.from_matrix(NINE, ratings[who])) for who in drawn])
    higher = (means[:, np.newaxis, :] > means[:, :, np.newaxis]).sum(axis=2)
    tied = (means[:, np.newaxis, :] == means[:, :, np.newaxis]).sum(axis=2)
    by_hand = higher + (tied + 1) / 2
    np.testing.assert_allclose(found.standard_error, by_hand.std(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.lower, np.quantile(by_hand, 0.025, axis=0, method="inverted_cdf"))


def test_a_measure_of_a_whole_set_is_called_for_each_draw() -> None:
    ratings = panel()
    found = resampled(one_by_one(alpha_like), NINE, ratings, 7, draws=200)
    drawn = np.random.default_rng(7).integers(30, size=(200, 30))
    by_hand = [alpha_like(Tally.from_matrix(NINE, ratings[who])) for who in drawn]
    assert found.estimate[0] == alpha_like(Tally.from_matrix(NINE, ratings))
    assert found.standard_error[0] == pytest.approx(np.std(by_hand))
    assert found.upper[0] == np.quantile(by_hand, 0.975, method="inverted_cdf")


def test_what_is_undefined_is_counted_and_said() -> None:
    """The second item was rated by one of three: it is undefined in about (2/3)^3 of the draws."""
    ratings = [[9, 5, BLANK], [8, BLANK, BLANK], [7, BLANK, BLANK]]
    found = resampled(lambda of, number: mean(of).reshape(number, -1), NINE, ratings, 1, draws=2000)
    assert found.undefined[0] == 0
    assert found.undefined[1] == pytest.approx(2000 * (2 / 3) ** 3, abs=80)
    assert found.reasons == (None, None, resampling.UNDEFINED)
    assert np.isnan([found.lower[2], found.upper[2], found.standard_error[2]]).all()
    assert found.lower[1] == found.upper[1] == 5
    never = resampling._summary(np.array([1.0]), np.full((5, 1), np.nan), 0.95)
    assert never.reasons == (resampling.NEVER_DEFINED,)


def test_the_plateau_of_kendalls_w() -> None:
    """The same panellists in both rounds: nothing changed, so the change is 0 in every draw."""
    ratings = panel(15, 6, seed=2).clip(1)

    def concordance(of: IntArray) -> float:
        return kendalls_w(NINE, of).w

    same = change_between_rounds(concordance, ratings, ratings, 1, draws=100)
    assert same.estimate[2] == same.lower[2] == same.upper[2] == 0
    closer = np.where(np.arange(6) < 3, 9, ratings)
    found = change_between_rounds(concordance, ratings, closer, 1, draws=100)
    assert found.estimate[2] == pytest.approx(concordance(closer) - concordance(ratings))
    assert found.lower[2] > 0


def test_input_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no panellists"):
        next(resampled_tallies(NINE, np.zeros((0, 3), dtype=np.int64), 1))
    with pytest.raises(ValueError, match="at least one draw, not 0"):
        next(resampled_tallies(NINE, [[1]], 1, draws=0))
    with pytest.raises(ValueError, match="rating 10 at position 1 is not on the scale"):
        next(resampled_tallies(NINE, [[1, 10]], 1))
    with pytest.raises(ValueError, match="between 0 and 1, not 95"):
        resampled(one_by_one(alpha_like), NINE, [[1, 2]], 1, level=95)
    with pytest.raises(ValueError, match=r"not \(1, 2\) and \(2, 2\)"):
        change_between_rounds(lambda _: 0.0, [[1, 2]], [[1, 2], [3, 4]], 1)


def test_no_items_are_no_numbers() -> None:
    empty = np.zeros((3, 0), dtype=np.int64)
    assert ranks(mean, Scale(1, 5), empty, 1, draws=10).estimate.shape == (0,)
