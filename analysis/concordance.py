"""Concordance: how alike the raters rank the items, by Kendall's W and the mean of Spearman's correlations.

It needs who rated what, a matrix of raters by items. It is about the order of the items and not about how
high they are rated: a rater who is stricter throughout ranks them the same. With many raters its p is always
small. No verbal labels are given. Notation: R raters, I items, K categories.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from analysis.results import Result
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, BoolArray, FloatArray, IntArray, integers
from analysis.undefined import ratio

COMPLETE: Final = "complete data"
UNDEFINED: Final = "undefined"
BY_MEAN_SPEARMAN: Final = "W from the mean pairwise Spearman correlation, p by Skillings and Mack"

TOO_FEW_RATERS: Final = "Concordance needs at least two raters with two or more ratings each."
NOBODY_RANKS: Final = "Every rater gave all items the same rating, so nobody ranks them."
NO_PAIR_RANKS: Final = "No two raters have items in common that both of them rank."

Floats: TypeAlias = NDArray[np.floating]

_CELLS_AT_A_TIME = 2**20
_SINGLE_PRECISION_ITEMS = 2**8  # up to here a quarter of their cube is exact in 24 bits


@dataclass(frozen=True)
class Concordance(Result):
    """Kendall's `w`, its `chi2` with `df` and `p`, and the mean pairwise `spearman` correlation.

    `raters` and `items` are how many entered, `left_out` how many raters had fewer than two ratings and items
    none, `missing` how many ratings these raters did not give of these items, and `method` how the missing
    were met. `reason` says why a figure is NaN.
    """

    w: float
    chi2: float
    df: int
    p: float
    spearman: float
    raters: int
    items: int
    left_out: int
    missing: int
    method: str
    reason: str | None


def kendalls_w(scale: Scale, ratings: ArrayLike) -> Concordance:
    """Kendall's coefficient of concordance W between the raters (R, I), corrected for ties.

    Ratings are categories, and the codes UNABLE and BLANK where there is none. Raters with fewer than two
    ratings and items without any are left out, and counted. Where the rest is complete, W = 12 S / (R^2 (I^3
    - I) - R T), between 0 and 1, and chi2 = R (I - 1) W with I - 1 degrees of freedom. Where it is not, W is
    (rho (R - 1) + 1) / R for the mean Spearman correlation rho of all pairs of R raters, each over the items
    that both rated, and chi2 is Skillings and Mack's, with the variance of each rater's own midranks;
    `method` says which, and nobody is dropped for a missing rating. NaN with a reason: for fewer than two
    raters, and where nobody ranks the items. The mean correlation leaves out pairs in which a rater gave all
    items the same. A `ValueError` names the first rating that is not on the scale, and whose it is.

    Sources: Kendall MG, Babington Smith B. Annals of Mathematical Statistics 1939;10:275-287,
    doi:10.1214/aoms/1177732186. Skillings JH, Mack GA. Technometrics 1981;23:171-177,
    doi:10.1080/00401706.1981.10486261.

    >>> found = kendalls_w(Scale(1, 5), [[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 5]])
    >>> found.w, found.df, found.spearman
    (0.777778, 3, 0.666667)
    """
    panel = _panel(scale, ratings)
    from_mean = _from_mean_rank(panel.codes, scale.size)
    squares = (from_mean**2).sum(axis=1)
    if len(squares) < 2 or not squares.any():
        return _undefined(panel, TOO_FEW_RATERS if len(squares) < 2 else NOBODY_RANKS)
    if panel.missing == 0:
        return _complete(panel, from_mean, squares)
    chi2, df = _skillings_mack(panel, from_mean, squares)
    spearman, raters = _mean_over_pairs(panel, scale.size)
    return _concordance(
        panel,
        w=(spearman * (raters - 1) + 1) / raters if raters else np.nan,
        chi2=chi2,
        df=df,
        spearman=spearman,
        method=BY_MEAN_SPEARMAN,
    )


class _Panel(NamedTuple):
    """Categories from 0 (R, I) of the raters and items that enter, K where it is not `rated`."""

    codes: IntArray
    rated: BoolArray
    left_out: int

    @property
    def missing(self) -> int:
        return int((~self.rated).sum())


def _panel(scale: Scale, ratings: ArrayLike) -> _Panel:
    codes = integers(ratings, "rating")
    if codes.ndim != 2:
        raise ValueError(f"A matrix of ratings is raters by items; this one has the shape {codes.shape}.")
    rated = (codes >= scale.low) & (codes <= scale.high)
    wrong = np.argwhere(~rated & (codes != UNABLE) & (codes != BLANK))
    if wrong.size:
        rater, item = wrong[0].tolist()
        raise ValueError(
            f"The rating {codes[rater, item]} of rater {rater} for item {item} is not on the scale {scale}."
        )
    raters = rated.sum(axis=1) > 1
    items = rated[raters].any(axis=0)
    enter = np.ix_(raters, items)
    kept = np.where(rated, codes - scale.low, scale.size)[enter]
    return _Panel(kept, rated[enter], left_out=int((~raters).sum() + (~items).sum()))


def _from_mean_rank(codes: IntArray, size: int) -> FloatArray:
    """The midrank of each rating less the mean of its rater's (R, I), by counting; 0 for no rating."""
    raters = len(codes)
    flat = np.arange(raters)[:, np.newaxis] * (size + 1) + codes
    counts = np.bincount(flat.ravel(), minlength=raters * (size + 1)).reshape(raters, size + 1)
    by_category = np.pad(_balance(counts[:, :-1].astype(np.float64), 1), ((0, 0), (0, 1)))
    ranks: FloatArray = np.take(by_category, flat)
    return ranks


def _balance(counts: Floats, axis: int) -> Floats:
    """The midrank of each category, along the axis, less the mean rank: half of those below less above."""
    balance: Floats = np.cumsum(counts, axis=axis) - (counts + counts.sum(axis=axis, keepdims=True)) / 2
    return balance


def _complete(panel: _Panel, from_mean: FloatArray, squares: FloatArray) -> Concordance:
    raters, items = panel.codes.shape
    w = float((from_mean.sum(axis=0) ** 2).sum() / (raters * squares.sum()))
    ranks = squares > 0
    together = (from_mean[ranks] / np.sqrt(squares[ranks])[:, np.newaxis]).sum(axis=0)
    rankers = int(ranks.sum())
    return _concordance(
        panel,
        w=w,
        chi2=raters * (items - 1) * w,
        df=items - 1,
        spearman=float(ratio(together @ together - rankers, rankers * (rankers - 1))),
        method=COMPLETE,
    )


def _skillings_mack(panel: _Panel, from_mean: FloatArray, squares: FloatArray) -> tuple[float, int]:
    """Skillings and Mack's chi2 with its degrees of freedom: I less one for each set of linked items."""
    rated = panel.rated.astype(np.float64)
    items = rated.sum(axis=1)
    weight = 12 / (items + 1)
    total = np.sqrt(weight) @ from_mean
    spread = weight * squares / (items - 1)
    covariance = np.diag(spread @ rated) - (rated.T * (spread / items)) @ rated
    values, vectors = np.linalg.eigh(covariance)
    regular = values > 1e-10 * values[-1]
    chi2 = ((total @ vectors[:, regular]) ** 2 / values[regular]).sum()
    return float(chi2), int(regular.sum())


def _mean_over_pairs(panel: _Panel, size: int) -> tuple[float, int]:
    """The mean Spearman correlation of the pairs, each over the items that both rated, and their raters.

    Each pair is cross-tabulated, a block of raters against those from its first on; a pair in which somebody
    gave all items the same has no correlation.
    """
    raters, items = panel.codes.shape
    precision = np.float32 if items <= _SINGLE_PRECISION_ITEMS else np.float64
    chosen = (panel.codes == np.arange(size)[:, np.newaxis, np.newaxis]).astype(precision)
    rated: Floats = panel.rated.astype(precision)
    step = max(_CELLS_AT_A_TIME // (raters * size * size), 1)
    total, pairs, takes_part = 0.0, 0, np.zeros(raters, dtype=np.bool_)
    for start in range(0, raters, step):
        found = _correlations(chosen, rated, slice(start, start + step))
        later = np.arange(found.shape[1]) > np.arange(found.shape[0])[:, np.newaxis]
        defined = later & ~np.isnan(found)
        total, pairs = total + float(found[defined].sum()), pairs + int(defined.sum())
        takes_part[start : start + step] |= defined.any(axis=1)
        takes_part[start:] |= defined.any(axis=0)
    return float(ratio(total, pairs)), int(takes_part.sum())


def _correlations(chosen: Floats, rated: Floats, block: slice) -> FloatArray:
    """Spearman's correlations (B, C) of a block of raters with those from its first on; NaN where 0/0.

    `chosen` (K, R, I) and `rated` (R, I) are 0 or 1. All sums are of halves and quarters, so they are exact.
    """
    size, _, items = chosen.shape
    one, other = chosen[:, block].reshape(-1, items), chosen[:, block.start :].reshape(-1, items)
    table = (one @ other.T).reshape(size, -1, size, len(rated) - block.start)
    of_one = (one @ rated[block.start :].T).reshape(size, -1, len(rated) - block.start)
    of_other = (rated[block] @ other.T).reshape(-1, size, len(rated) - block.start)
    ranks_one, ranks_other = _balance(of_one, 0), _balance(of_other, 1)
    products = np.einsum("kblc,blc->kbc", table, ranks_other) * ranks_one
    covariance = products.sum(axis=0, dtype=np.float64)
    square_one = (of_one * ranks_one**2).sum(axis=0, dtype=np.float64)
    square_other = (of_other * ranks_other**2).sum(axis=1, dtype=np.float64)
    return ratio(covariance, np.sqrt(square_one * square_other))


def _concordance(
    panel: _Panel, *, w: float, chi2: float, df: int, spearman: float, method: str
) -> Concordance:
    raters, items = panel.codes.shape
    return Concordance(
        w,
        chi2,
        df,
        float(chdtrc(df, chi2)),
        spearman,
        raters,
        items,
        panel.left_out,
        panel.missing,
        method,
        NO_PAIR_RANKS if np.isnan(spearman) else None,
    )


def _undefined(panel: _Panel, reason: str) -> Concordance:
    nan, (raters, items) = np.nan, panel.codes.shape
    return Concordance(nan, nan, 0, nan, nan, raters, items, panel.left_out, panel.missing, UNDEFINED, reason)
