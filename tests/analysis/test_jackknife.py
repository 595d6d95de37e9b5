"""Leaving one panellist out: textbook formulas, a loop over all raters, whom a verdict hangs on."""

import numpy as np
import pytest
from hypothesis import given, settings

from analysis import jackknife as leaving_out
from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.dispersion import cns
from analysis.jackknife import jackknife, verdict_without_one
from analysis.rules import Rule
from analysis.scales import Scale
from analysis.summaries import iqr, mean, median, sd
from analysis.tallies import FloatArray, Tally
from tests.analysis.examples import NINE, ratings_of, tallies, tally_of, turned_round

COMET = parse_rule("share >= 70 high, share < 15 low")


def variance(tally: Tally) -> FloatArray:
    """With n: Tukey's own example of a bias that the jackknife takes away."""
    return np.square(sd(tally)) * (tally.rated - 1) / tally.rated


def test_of_a_mean_it_is_the_usual_standard_error() -> None:
    ratings = [3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9]
    found = jackknife(mean, tally_of(ratings))
    assert found.standard_error == pytest.approx([np.std(ratings, ddof=1) / np.sqrt(12)])
    assert found.bias == pytest.approx([0], abs=1e-12)
    assert found.without[0, 2] == pytest.approx(np.mean(ratings[1:]))
    assert np.isnan(found.without[0, :2]).all()


def test_it_takes_the_bias_from_the_variance() -> None:
    ratings = [1, 2, 2, 5, 8]
    found = jackknife(variance, tally_of(ratings))
    assert found.estimate - found.bias == pytest.approx([np.var(ratings, ddof=1)])


def test_what_cannot_be_computed_says_why() -> None:
    counts = np.zeros((4, 9), dtype=np.int64)
    counts[1, 3], counts[2, 3], counts[3, [3, 5]] = 1, 2, 1
    found = jackknife(sd, Tally.from_counts(NINE, counts))
    assert found.reasons == (
        leaving_out.FEWER_THAN_TWO_RATED,
        leaving_out.FEWER_THAN_TWO_RATED,
        leaving_out.UNDEFINED_WITHOUT_ONE,
        leaving_out.UNDEFINED_WITHOUT_ONE,
    )
    assert np.isnan([found.bias, found.standard_error]).all()
    undefined = jackknife(lambda tally: np.full(tally.items, np.nan), tally_of([1, 2, 3]))
    assert undefined.reasons == (leaving_out.UNDEFINED,)
    assert jackknife(mean, Tally.from_counts(NINE, [])).bias.shape == (0,)


def test_of_one_mind_nothing_changes() -> None:
    found = jackknife(mean, tally_of([7] * 20))
    assert (found.bias, found.standard_error) == ([0], [0])


def test_fourteen_of_twenty_hang_on_the_fourteen() -> None:
    """Without a high one 13 of 19 are 68 %; without another 14 of 19 are 74 %, and 2 of 19 are 11 % low."""
    found = verdict_without_one(COMET, tally_of([3] * 2 + [5] * 4 + [8] * 14))
    assert (found.verdict, found.changing) == ((Verdict.IN,), [14])
    one_low_too_many = verdict_without_one(COMET, tally_of([3] * 3 + [8] * 17))
    assert (one_low_too_many.verdict, one_low_too_many.changing) == ((Verdict.NO_CONSENSUS,), [3])


def test_a_panel_at_its_minimum_hangs_on_everybody_and_below_it_there_is_nothing_to_change() -> None:
    found = verdict_without_one(COMET, Tally.from_counts(NINE, [[0] * 8 + [5], [0] * 8 + [4], [0] * 9]))
    assert found.changing[0] == 5
    assert np.isnan(found.changing[1:]).all()
    assert found.reasons == (None, leaving_out.NO_VERDICT, leaving_out.NO_VERDICT)


def test_a_rule_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="has none: state them"):
        verdict_without_one(COMET, Tally.from_counts(Scale(1, 5), [1, 2, 3, 4, 5]))


@settings(max_examples=50)
@given(tally=tallies(most=8))
def test_a_loop_over_all_raters_finds_the_same(tally: Tally) -> None:
    for measure in (mean, median, iqr, cns):
        found = jackknife(measure, tally)
        for item in np.flatnonzero(tally.rated > 1):
            ratings = ratings_of(tally, item)
            n = len(ratings)
            without = [
                float(measure(tally_of(ratings[:rater] + ratings[rater + 1 :], tally.scale))[0])
                for rater in range(n)
            ]
            estimate = float(measure(tally_of(ratings, tally.scale))[0])
            assert found.bias[item] == pytest.approx((n - 1) * (np.mean(without) - estimate), abs=1e-9)
            error = np.sqrt((n - 1) / n * np.square(without - np.mean(without)).sum())
            assert found.standard_error[item] == pytest.approx(error, abs=1e-9)


@settings(max_examples=30)
@given(tally=tallies(NINE, most=8))
def test_a_loop_over_all_raters_finds_the_same_changes(tally: Tally) -> None:
    rules: tuple[Rule, ...] = (COMET, parse_rule("median >= 7, iqr <= 2"), parse_rule("rand/ucla"))
    for rule in rules:
        found = verdict_without_one(rule, tally)
        for item, verdict in enumerate(found.verdict):
            ratings = ratings_of(tally, item)
            others = [
                verdicts(rule, tally_of(ratings[:rater] + ratings[rater + 1 :]))[0]
                for rater in range(len(ratings))
            ]
            if verdict is not Verdict.TOO_FEW:
                assert found.changing[item] == sum(other is not verdict for other in others)


@settings(max_examples=30)
@given(tally=...)
def test_turned_round_the_error_stays(tally: Tally) -> None:
    here, there = jackknife(mean, tally), jackknife(mean, turned_round(tally))
    np.testing.assert_allclose(here.standard_error, there.standard_error, atol=1e-9)
