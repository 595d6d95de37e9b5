"""Kendall's W, with ties and with missing ratings, and the mean pairwise Spearman correlation."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.concordance import (
    BY_MEAN_SPEARMAN,
    COMPLETE,
    NO_PAIR_RANKS,
    NOBODY_RANKS,
    TOO_FEW_RATERS,
    UNDEFINED,
    Concordance,
    kendalls_w,
)
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, FloatArray, IntArray
from tests.analysis.examples import NINE

# The data set anxiety of the R package irr: twenty subjects, three raters.
ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
)


def test_the_anxiety_of_irr() -> None:
    """By irr for R and pingouin; printed .54, 30.8 and .0429."""
    found = kendalls_w(Scale(1, 6), ANXIETY)
    assert found.w == pytest.approx(0.5396568759544, abs=1e-12)
    assert found.chi2 == pytest.approx(30.7604419293991, abs=1e-11)
    assert (found.df, found.p) == (19, pytest.approx(0.0428834731269, abs=1e-12))
    assert (found.raters, found.items, found.missing, found.method) == (3, 20, 0, COMPLETE)


def test_ties_are_corrected_for() -> None:
    """Uncorrected it would be .5019214704 (irr)."""
    ranks = stats.rankdata(ANXIETY, axis=1)
    spread = ((ranks.sum(axis=0) - ranks.sum(axis=0).mean()) ** 2).sum()
    assert 12 * spread / (3**2 * (20**3 - 20)) == pytest.approx(0.5019214704, abs=1e-10)
    assert kendalls_w(Scale(1, 6), ANXIETY).w > 0.5019214704


def test_one_thousand_complete_panels_by_scipy_and_pandas() -> None:
    generator = np.random.default_rng(1)
    for _ in range(1000):
        raters, items, size = generator.integers([3, 3, 2], [9, 12, 10]).tolist()
        ratings = generator.integers(1, size + 1, (raters, items))
        found = kendalls_w(Scale(1, size), ratings)
        if (ratings == ratings[:, :1]).all():
            assert found.reason == NOBODY_RANKS
            continue
        friedman = stats.friedmanchisquare(*ratings.T)
        assert (found.chi2, found.p) == pytest.approx(tuple(friedman), abs=1e-9)
        assert found.w == pytest.approx(friedman.statistic / (raters * (items - 1)), abs=1e-9)
        assert found.spearman == pytest.approx(mean_spearman(ratings)[0], abs=1e-9, nan_ok=True)


def test_one_thousand_panels_with_missing_ratings_by_pandas_and_by_skillings_and_mack() -> None:
    generator = np.random.default_rng(2)
    for _ in range(1000):
        raters, items, size = generator.integers([2, 2, 2], [7, 9, 10]).tolist()
        ratings = generator.integers(1, size + 1, (raters, items))
        ratings[generator.random(ratings.shape) < 0.2] = generator.choice([UNABLE, BLANK])
        found = kendalls_w(Scale(1, size), ratings)
        if found.method == BY_MEAN_SPEARMAN:
            rho, taking_part = mean_spearman(ratings)
            assert found.spearman == pytest.approx(rho, abs=1e-9, nan_ok=True)
            w = (rho * (taking_part - 1) + 1) / taking_part if taking_part else math.nan
            assert found.w == pytest.approx(w, abs=1e-9, nan_ok=True)
            assert (found.chi2, found.df) == pytest.approx(skillings_mack(ratings), abs=1e-9)
            assert found.p == pytest.approx(stats.chi2.sf(found.chi2, found.df), abs=1e-9)


def test_without_ties_it_is_the_statistic_of_skillings_and_mack() -> None:
    """Their covariances: less the raters that two items have in common."""
    generator = np.random.default_rng(3)
    ratings = np.array([generator.permutation(9) + 1 for _ in range(6)])[:, :5]
    ratings[0, 1] = ratings[2, 4] = ratings[3, 0] = BLANK
    rated = ratings > 0
    k = rated.sum(axis=1)
    a = np.zeros(5)
    for rater in range(6):
        ranks = stats.rankdata(ratings[rater, rated[rater]])
        a[rated[rater]] += math.sqrt(12 / (k[rater] + 1)) * (ranks - (k[rater] + 1) / 2)
    common = rated.T.astype(int) @ rated
    covariance = -common.astype(float)
    np.fill_diagonal(covariance, common.sum(axis=1) - np.diag(common))
    found = kendalls_w(NINE, ratings)
    assert found.chi2 == pytest.approx(a[:4] @ np.linalg.solve(covariance[:4, :4], a[:4]))
    assert found.df == 4


def test_a_missing_rating_drops_neither_its_rater_nor_its_item() -> None:
    ratings = ANXIETY.copy()
    ratings[0, 0], ratings[1, 7] = UNABLE, BLANK
    found = kendalls_w(Scale(1, 6), ratings)
    assert (found.raters, found.items, found.left_out, found.missing) == (3, 20, 0, 2)
    assert found.method == BY_MEAN_SPEARMAN
    listwise = kendalls_w(Scale(1, 6), np.delete(ANXIETY, [0, 7], axis=1))
    assert found.w != pytest.approx(listwise.w, abs=1e-4)


def test_who_rated_too_little_to_rank_is_left_out_and_counted() -> None:
    lone = np.full((2, 21), BLANK)
    lone[0, 3] = 4
    ratings = np.concatenate([np.pad(ANXIETY, ((0, 0), (0, 1)), constant_values=UNABLE), lone])
    found, without = kendalls_w(Scale(1, 6), ratings), kendalls_w(Scale(1, 6), ANXIETY)
    assert found.left_out == 3
    assert (found.w, found.p, found.method) == (without.w, without.p, COMPLETE)


def test_all_alike_is_one_and_opposites_are_nought() -> None:
    alike = kendalls_w(NINE, [[1, 2, 3], [4, 5, 9], [2, 5, 7]])
    assert (alike.w, alike.spearman) == (pytest.approx(1), pytest.approx(1))
    opposite = kendalls_w(NINE, [[1, 2, 3], [3, 2, 1]])
    assert (opposite.w, opposite.spearman) == (0, pytest.approx(-1))


def test_a_stricter_rater_ranks_the_same() -> None:
    assert kendalls_w(NINE, [[7, 8, 9], [1, 2, 3]]).w == pytest.approx(1)


def test_one_who_rates_all_the_same_lowers_w_and_has_no_correlation() -> None:
    found = kendalls_w(NINE, [[1, 2, 3], [1, 2, 3], [5, 5, 5]])
    # S = 8, R^2 (I^3 - I) - R T = 9 * 24 - 3 * 24
    assert found.w == pytest.approx(12 * 8 / (9 * 24 - 3 * 24))
    assert found.spearman == pytest.approx(1)
    assert found.reason is None


def test_what_is_undefined_says_why() -> None:
    alone = kendalls_w(NINE, [[1, 2, 3], [4, BLANK, UNABLE]])
    assert (alone.reason, alone.method, alone.left_out) == (TOO_FEW_RATERS, UNDEFINED, 1)
    flat = kendalls_w(NINE, [[5, 5, 5], [7, 7, 7]])
    assert flat.reason == NOBODY_RANKS
    for found in (alone, flat, kendalls_w(NINE, np.zeros((0, 3), dtype=int)), kendalls_w(NINE, [[], []])):
        assert np.isnan([found.w, found.chi2, found.p, found.spearman]).all()
    apart = kendalls_w(NINE, [[1, 2, BLANK, BLANK], [BLANK, BLANK, 1, 2]])
    assert math.isnan(apart.w)
    assert (apart.df, apart.reason) == (2, NO_PAIR_RANKS)
    one_ranks = kendalls_w(NINE, [[1, 2, 3], [5, 5, 5]])
    assert (one_ranks.w, one_ranks.reason) == (0.5, NO_PAIR_RANKS)


def test_a_rating_off_the_scale_is_named_with_its_rater_and_item() -> None:
    with pytest.raises(ValueError, match="The rating 7 of rater 1 for item 2 is not on the scale 1-6"):
        kendalls_w(Scale(1, 6), [[1, 2, 3], [1, 2, 7]])
    with pytest.raises(ValueError, match=r"raters by items; this one has the shape \(3,\)"):
        kendalls_w(NINE, [1, 2, 3])
    with pytest.raises(ValueError, match="nan at position 1 is not a whole number"):
        kendalls_w(NINE, [[1, math.nan], [1, 2]])


def test_more_items_than_single_precision_counts_exactly() -> None:
    generator = np.random.default_rng(4)
    ratings = generator.integers(1, 10, (3, 400))
    ratings[0, :9] = BLANK
    found = kendalls_w(NINE, ratings)
    assert found.spearman == pytest.approx(mean_spearman(ratings)[0], abs=1e-9)


def test_many_raters_are_crossed_block_by_block() -> None:
    generator = np.random.default_rng(5)
    ratings = generator.integers(1, 10, (150, 12))
    ratings[generator.random(ratings.shape) < 0.1] = BLANK
    assert kendalls_w(NINE, ratings).spearman == pytest.approx(mean_spearman(ratings)[0], abs=1e-9)


@given(st.data())
def test_the_order_of_raters_and_the_direction_of_the_scale_make_no_difference(data: st.DataObject) -> None:
    cells = st.sampled_from([1, 2, 3, 5, 9, 9, BLANK, UNABLE])
    rows = data.draw(st.lists(st.lists(cells, min_size=4, max_size=4), min_size=2, max_size=5))
    ratings = np.array(rows)
    found = kendalls_w(NINE, ratings)
    for other in (ratings[::-1], ratings[:, ::-1], np.where(ratings > 0, 10 - ratings, ratings)):
        again = kendalls_w(NINE, other)
        assert figures(again) == pytest.approx(figures(found), abs=1e-9, nan_ok=True)
        assert again.reason == found.reason


def figures(found: Concordance) -> list[float]:
    return [found.w, found.chi2, found.df, found.p, found.spearman]


def mean_spearman(ratings: IntArray) -> tuple[float, int]:
    """Pair by pair by pandas, each over the items that both rated; and how many take part in a pair."""
    frame = pd.DataFrame(np.where(ratings > 0, ratings, np.nan).T)
    found = frame.corr(method="spearman").to_numpy()
    pairs = [(i, j) for i, j in combinations(range(len(ratings)), 2) if not np.isnan(found[i, j])]
    mean = float(np.mean([found[i, j] for i, j in pairs])) if pairs else math.nan
    return mean, len({rater for pair in pairs for rater in pair})


def skillings_mack(ratings: IntArray) -> tuple[float, int]:
    """Rater by rater, with the variance of their own midranks, and the inverse by singular values."""
    total: FloatArray = np.zeros(ratings.shape[1])
    covariance = np.zeros((ratings.shape[1],) * 2)
    for row in ratings:
        (rated,) = np.nonzero(row > 0)
        if (k := len(rated)) > 1:
            ranks = stats.rankdata(row[rated])
            total[rated] += math.sqrt(12 / (k + 1)) * (ranks - ranks.mean())
            covariance[np.ix_(rated, rated)] += 12 / (k + 1) * ranks.var(ddof=1) * (np.eye(k) - 1 / k)
    inverse = np.linalg.pinv(covariance, rcond=1e-10)
    return float(total @ inverse @ total), int(np.linalg.matrix_rank(covariance, tol=1e-10))
