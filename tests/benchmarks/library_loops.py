"""The same work as a user would write it with NumPy, SciPy and statsmodels: a call an item, in a loop."""

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.inter_rater import cohens_kappa

Ratings = NDArray[np.int64]
RESAMPLES = 2_000


def rated(column: Ratings) -> Ratings:
    return column[column > 0]


def descriptives(ratings: Ratings) -> None:
    """Median, quartiles, percentiles, MAD, mean, SD and shares of each column of (R, I)."""
    for column in ratings.T:
        x = rated(column)
        np.median(x)
        np.quantile(x, [0.25, 0.3, 0.7, 0.75])
        stats.median_abs_deviation(x)
        x.mean()
        x.std(ddof=1)
        (x >= 7).mean()
        ((x >= 4) & (x <= 6)).mean()
        (x <= 3).mean()


def bootstraps(ratings: Ratings) -> None:
    """The percentile interval and standard error of median and high share of each column."""
    chance = np.random.default_rng(3)
    for column in ratings.T:
        x = rated(column)
        for statistic, data in ((np.median, x), (np.mean, (x >= 7).astype(float))):
            stats.bootstrap((data,), statistic, n_resamples=RESAMPLES, method="percentile", rng=chance)


def two_panels(first: Ratings, second: Ratings) -> None:
    """Mann-Whitney's test, Cliff's delta and its interval for each column of two panels."""
    for one, other in zip(first.T, second.T, strict=True):
        x, y = rated(one), rated(other)
        stats.mannwhitneyu(x, y, method="asymptotic")
        cliffs_interval(x, y)


def cliffs_interval(x: Ratings, y: Ratings) -> tuple[float, float]:
    """Cliff's formula on the dominance matrix, as the R package effsize has it."""
    signs = np.sign(np.subtract.outer(x, y))
    n1, n2, d = x.size, y.size, signs.mean()
    rows, columns = ((signs.mean(axis=axis) - d) ** 2 for axis in (1, 0))
    whole = n2**2 * rows.sum() + n1**2 * columns.sum() - ((signs - d) ** 2).sum()
    variance = max(whole / (n1 * n2 * (n1 - 1) * (n2 - 1)), (1 - d**2) / (n1 * n2 - 1))
    t = stats.t.ppf(0.975, n1 + n2 - 2)
    spread = t * np.sqrt(variance * ((1 - d**2) ** 2 + t**2 * variance))
    scale = 1 - d**2 + t**2 * variance
    return (d - d**3 - spread) / scale, (d - d**3 + spread) / scale


def two_rounds(before: Ratings, after: Ratings) -> None:
    """Stability of each column, as `stability` has it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for one, other in zip(before.T, after.T, strict=True):
            both = (one > 0) & (other > 0)
            stability(one[both], other[both])


def stability(x: Ratings, y: Ratings) -> None:
    """Kappas, Bowker, Stuart-Maxwell, both Wilcoxon tests, sign, Spearman, tau-b and both chi-squares."""
    table = np.zeros((9, 9))
    np.add.at(table, (x - 1, y - 1), 1)
    for weights in ("linear", "quadratic"):
        cohens_kappa(table, wt=weights, return_results=False)
    square = SquareTable(table)
    square.symmetry()
    square.homogeneity()
    for zeros in ("wilcox", "pratt"):
        stats.wilcoxon(x, y, zero_method=zeros, method="asymptotic")
    stats.binomtest(int((y > x).sum()), int((y != x).sum()))
    stats.spearmanr(x, y)
    stats.kendalltau(x, y)
    margins = np.array([table.sum(axis=1), table.sum(axis=0)])
    stats.chi2_contingency(margins[:, margins.any(axis=0)])
    stats.chi2_contingency(table[table.any(axis=1)][:, table.any(axis=0)])
