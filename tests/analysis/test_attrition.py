"""Who came back, and whether the leavers had rated otherwise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.attrition import (
    ALONE,
    NO_RESPONSE_BEFORE,
    NO_SPREAD,
    NOBODY_INVITED,
    NOBODY_LEFT,
    SAME_WITHIN,
    item_response,
    leavers_by_item,
    leavers_overall,
    response,
)
from analysis.contrasts import ONLY_ONE_RATED, cliffs_delta
from analysis.crossings import Transitions
from analysis.multiplicity import benjamini_hochberg
from analysis.rank_tests import ALL_EQUAL
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally
from tests.analysis.examples import NINE, ratings_of, tallies


def two_rounds(raters: int, items: int, seed: int) -> tuple[IntArray, IntArray]:
    """Ratings on 1-9 of two rounds, some missing in the first, a third gone in the second."""
    rng = np.random.default_rng(seed)
    before, after = rng.integers(1, 10, (2, raters, items))
    before[rng.random(before.shape) < 0.1] = UNABLE
    after[rng.random(after.shape) < 0.1] = BLANK
    after[rng.random(raters) < 0.3] = BLANK
    return before, after


def test_response_by_panel_and_round() -> None:
    """By hand: 36 and 30 of 40, 20 and 5 of 25."""
    found = response([[40], [25]], [[36, 30], [20, 5]])
    assert (found.panel.tolist(), found.round.tolist()) == ([0, 0, 1, 1], [0, 1, 0, 1])
    assert found.of_invited.tolist() == [0.9, 0.75, 0.8, 0.2]
    assert found.of_previous.tolist() == pytest.approx([np.nan, 30 / 36, np.nan, 0.25], nan_ok=True)
    assert found.reasons == (None,) * 4
    assert len(found.frame()) == 4
    assert "0.75" in str(found)


def test_invitations_may_differ_by_round_and_people_may_come_back() -> None:
    found = response([40, 20, 40], [20, 10, 15])
    assert found.of_invited.tolist() == [0.5, 0.5, 0.375]
    assert found.of_previous[2] == 1.5


def test_a_share_of_nobody_is_undefined() -> None:
    found = response([[0, 5, 5]], [[0, 0, 5]])
    assert found.reasons == (NOBODY_INVITED, NO_RESPONSE_BEFORE, NO_RESPONSE_BEFORE)
    assert np.isnan(found.of_invited[0])
    assert np.isnan(found.of_previous).all()


def test_more_answers_than_invitations_are_refused() -> None:
    with pytest.raises(ValueError, match="In panel 1 and round 0, 6 responded of 5 invited"):
        response([[5], [5]], [[5, 4], [6, 4]])
    with pytest.raises(ValueError, match="responded has -1"):
        response([5], [-1])


def test_item_response_counts_the_unable_and_the_blank() -> None:
    tally = Tally.from_counts(Scale(1, 2), [[3, 3], [0, 0], [0, 0]], unable=[2, 1, 0], blank=[2, 0, 0])
    assert item_response(tally).tolist() == pytest.approx([0.6, 0, np.nan], nan_ok=True)


@given(tallies())
def test_item_response_is_a_share(tally: Tally) -> None:
    found = item_response(tally)
    assert ((found >= 0) & (found <= 1) | np.isnan(found)).all()


def test_leavers_and_stayers_of_an_item_one_by_one() -> None:
    """1,000 items, against SciPy on the ratings of both groups."""
    before, after = two_rounds(25, 1000, seed=71)
    found = leavers_by_item(Transitions.from_matrices(NINE, before, after))
    p = np.full(1000, np.nan)
    for item in range(1000):
        rated, back = before[:, item] > 0, after[:, item] > 0
        left, stayed = before[rated & ~back, item], before[rated & back, item]
        assert (found.leavers[item], found.stayers[item]) == (left.size, stayed.size)
        theirs = stats.mannwhitneyu(left, stayed, method="asymptotic")
        p[item] = theirs.pvalue
        assert (found.u[item], found.p[item]) == pytest.approx(tuple(theirs), abs=1e-9)
        signs = np.sign(np.subtract.outer(left, stayed))
        assert found.delta[item] == pytest.approx(signs.mean(), abs=1e-9)
        high = (left >= 7).mean() - (stayed >= 7).mean()
        assert found.share_difference[item] == pytest.approx(high, abs=1e-9)
    assert found.p_bh == pytest.approx(benjamini_hochberg(p), abs=1e-9)


def test_nobody_left_is_nothing_to_compare() -> None:
    pairs = Transitions.from_pairs(NINE, np.eye(9, dtype=int))
    found = leavers_by_item(pairs)
    assert found.reasons == (NOBODY_LEFT,)
    assert np.isnan([found.u, found.delta, found.lower, found.p, found.p_bh]).all()
    table = np.zeros((2, 10, 10), dtype=int)
    table[0, 6, 9] = 8
    table[1, 6, 9], table[1, 6, 6] = 1, 8
    found = leavers_by_item(Transitions(NINE, table))
    assert found.reasons == (NOBODY_LEFT, f"{ONLY_ONE_RATED} {ALL_EQUAL}")
    assert found.delta[1] == 0


def test_joiners_are_neither() -> None:
    table = np.zeros((1, 10, 10), dtype=int)
    table[0, 9, 8] = 30
    found = leavers_by_item(Transitions(NINE, table))
    assert (found.leavers, found.stayers) == ([0], [0])


def test_the_overall_comparison_is_that_of_panellists_means() -> None:
    """100 studies against SciPy; the standardised difference from t, d = t sqrt(1 / n1 + 1 / n2)."""
    for seed in range(100):
        before, after = two_rounds(30, 12, seed)
        left = (after == BLANK).all(axis=1)
        means = np.array([row[row > 0].mean() for row in before])
        found = leavers_overall(NINE, before, left)
        gone, back = means[left], means[~left]
        theirs = stats.mannwhitneyu(gone, back, method="asymptotic")
        assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)
        assert found.delta == pytest.approx(np.sign(np.subtract.outer(gone, back)).mean(), abs=1e-9)
        d = stats.ttest_ind(gone, back).statistic * np.sqrt(1 / gone.size + 1 / back.size)
        assert found.standardised_difference == pytest.approx(d, abs=1e-9)
        assert (found.leavers, found.stayers) == (gone.size, back.size)
        assert found.mean_of_leavers == pytest.approx(gone.mean())


def test_who_rated_nothing_is_unheard() -> None:
    found = leavers_overall(NINE, [[UNABLE, BLANK], [7, 7], [6, 8], [2, 4]], [True, True, False, False])
    assert (found.unheard, found.leavers, found.stayers) == (1, 1, 2)
    assert (found.delta, found.reasons) == (0.5, (ALONE,))
    assert np.isnan(found.standardised_difference)
    assert not np.isnan(found.p)
    assert "unheard" in str(found)
    assert len(found.frame()) == 1


@pytest.mark.parametrize(
    ("before", "left", "reason"),
    [
        ([[7], [7]], [False, False], NOBODY_LEFT),
        ([[7], [BLANK]], [True, False], NOBODY_LEFT),
        ([[7], [7], [7]], [True, False, False], NO_SPREAD),
        ([[7], [7], [5], [5]], [True, True, False, False], SAME_WITHIN),
    ],
)
def test_what_cannot_be_compared_says_why(before: list[list[int]], left: list[bool], reason: str) -> None:
    found = leavers_overall(NINE, before, left)
    assert found.reasons == (reason,)
    assert np.isnan(found.standardised_difference)
    assert np.isnan(found.p) == (reason != SAME_WITHIN)


def test_no_panellists_have_no_means() -> None:
    found = leavers_overall(NINE, np.zeros((0, 3), dtype=int), np.zeros(0, dtype=bool))
    assert found.reasons == (NOBODY_LEFT,)
    assert np.isnan([found.mean_of_leavers, found.mean_of_stayers, found.delta]).all()


def test_what_is_no_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="rating 10 at position 1 is not on the scale"):
        leavers_overall(NINE, [[7, 10]], [True])
    with pytest.raises(ValueError, match="1 panellists and 2 marks"):
        leavers_overall(NINE, [[7, 8]], [True, False])
    with pytest.raises(ValueError, match="one truth value a panellist, not int64"):
        leavers_overall(NINE, [[7, 8]], [1])
    with pytest.raises(ValueError, match="raters by items"):
        leavers_overall(NINE, [7, 8], [True, False])


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_scale_changes_the_sign(seed: int) -> None:
    before, after = two_rounds(12, 3, seed)
    turned = [np.where(of_round > 0, 10 - of_round, of_round) for of_round in (before, after)]
    found = leavers_by_item(Transitions.from_matrices(NINE, before, after))
    other = leavers_by_item(Transitions.from_matrices(NINE, *turned))
    np.testing.assert_allclose(other.delta, -found.delta, atol=1e-12)
    np.testing.assert_allclose(other.p, found.p, atol=1e-12)
    left = (after == BLANK).all(axis=1)
    one, two = (leavers_overall(NINE, of_round, left) for of_round in (before, turned[0]))
    assert two.delta == pytest.approx(-one.delta, abs=1e-12, nan_ok=True)


def test_the_interval_is_cliffs() -> None:
    before, after = two_rounds(40, 5, seed=72)
    transitions = Transitions.from_matrices(NINE, before, after)
    expected = cliffs_delta(transitions.leavers, transitions.stayers_before)
    np.testing.assert_array_equal(leavers_by_item(transitions).lower, expected.lower)
    assert ratings_of(transitions.leavers, 0) == sorted(before[(before > 0)[:, 0] & (after < 0)[:, 0], 0])
