"""Hartigan's dip: how far the ratings of an item lie from any distribution with a single peak.

The published p values are for continuous data, and on ratings they are wrong: they call 1, 1, 1, 2, 2, 2, 2,
2, 2.5, 2.5, 2.5 two camps at p = .044. Here the dip is compared with panels drawn from the single-peaked
distribution nearest to the item's own counts; no table is carried. A below 0 in `analysis.polarisation` is
the plainer sign of two camps. Notation: I items, K categories, n ratings of an item.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio, reasons

NOBODY_RATED: Final = "Nobody rated the item."
TOO_FEW: Final = "With fewer than four ratings the dip is the same whatever they are."

_AT_A_TIME = 2**18  # cells of drawn counts held at once
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class DipTest(Result):
    """The `dip` of each item (I,), its `p` (I,) from so many `draws`, and a reason for each NaN."""

    dip: FloatArray
    p: FloatArray
    draws: int
    reasons: tuple[str | None, ...]


def dip(tally: Tally) -> FloatArray:
    """Hartigan's dip D (I,): the least distance to a distribution function with one peak, up to 1/4.

    The categories are places of equal distance, and the peak may be a category of any share. It is 0 where at
    most one category is chosen, and at least 1 / (2 n) otherwise. NaN for n = 0.

    Source: Hartigan JA, Hartigan PM. Annals of Statistics 1985;13:70-84, doi:10.1214/aos/1176346577.

    >>> from analysis.scales import Scale
    >>> dip(Tally.from_counts(Scale(1, 5), [[10, 0, 0, 0, 10], [1, 2, 8, 2, 1]])).round(6)
    array([0.25    , 0.071429])
    """
    places = np.arange(tally.scale.size, dtype=np.float64)
    return np.where(tally.rated > 0, _dips(places, tally.counts), np.nan)


def dip_test(tally: Tally, generator: np.random.Generator, draws: int = 2_000) -> DipTest:
    """The dip of each item and the probability of one as large where the panel has a single peak.

    The null is the single-peaked distribution over the categories that is nearest to the item's own counts,
    by likelihood; `draws` panels of n are drawn from it, and p = (1 + those with a dip as large) / (1 +
    draws). The same generator state gives the same p. NaN with a reason: the dip where nobody rated, p for
    n < 4. Fewer than one draw is a `ValueError`.

    Sources: Hartigan JA, Hartigan PM, as for `dip`; the Monte Carlo p value: Davison AC, Hinkley DV.
    Bootstrap Methods and their Application, section 4.2. Cambridge University Press 1997.

    >>> from analysis.scales import Scale
    >>> halves = Tally.from_counts(Scale(1, 9), [0, 6, 4, 1, 0, 1, 4, 6, 0])
    >>> bool(dip_test(halves, np.random.default_rng(1)).p[0] < 0.01)
    True
    """
    if draws < 1:
        raise ValueError(f"A p value needs at least one draw, not {draws}.")
    found, null = dip(tally), nearest_single_peak(tally)
    tested = tally.rated >= 4
    p = np.full(tally.items, np.nan)
    for item in np.flatnonzero(tested).tolist():
        as_large = _count_as_large(found[item], int(tally.rated[item]), null[item], generator, draws)
        p[item] = (1 + as_large) / (1 + draws)
    why = reasons(tally.items, (tally.rated == 0, NOBODY_RATED), (~tested, TOO_FEW))
    return DipTest(found, p, draws, why)


def nearest_single_peak(tally: Tally) -> FloatArray:
    """The single-peaked distribution (I, K) of the greatest likelihood; NaN for n = 0.

    Up to the peak and from it the shares are isotonic means of the counts. Of two peaks alike, the lower.

    Source: Robertson T, Wright FT, Dykstra RL. Order Restricted Statistical Inference. Wiley 1988.

    >>> from analysis.scales import Scale
    >>> nearest_single_peak(Tally.from_counts(Scale(1, 5), [3, 1, 4, 2, 0]))
    array([[0.2, 0.2, 0.4, 0.2, 0. ]])
    """
    counts = tally.counts.astype(np.float64)
    best, likelihood = np.zeros_like(counts), np.full(tally.items, -np.inf)
    for rising in range(tally.scale.size + 1):
        falling = _isotonic(counts[:, rising:][:, ::-1])[:, ::-1]
        fitted = np.concatenate([_isotonic(counts[:, :rising]), falling], axis=1)
        log = (counts * np.log(np.where(counts > 0, fitted, 1))).sum(axis=1)
        better = log > likelihood + _ROUNDING
        best[better], likelihood[better] = fitted[better], log[better]
    return ratio(best, tally.rated[:, np.newaxis])


def _isotonic(counts: FloatArray) -> FloatArray:
    """The rising sequence (I, K) nearest to the counts: the largest from below of the least mean above."""
    size = counts.shape[1]
    sums = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    first, last = np.arange(size)[:, np.newaxis], np.arange(size)
    means = (sums[:, np.newaxis, 1:] - sums[:, :-1, np.newaxis]) / np.maximum(last - first + 1, 1)
    means = np.where(first <= last, means, np.inf)
    least = np.minimum.accumulate(means[:, :, ::-1], axis=2)[:, :, ::-1]
    rising: FloatArray = np.diagonal(np.maximum.accumulate(least, axis=1), axis1=1, axis2=2)
    return rising


def _count_as_large(
    found: float, n: int, null: FloatArray, generator: np.random.Generator, draws: int
) -> int:
    """How many of the drawn panels of n have a dip as large as the one found."""
    places, count = np.arange(len(null), dtype=np.float64), 0
    step = max(_AT_A_TIME // len(null), 1)
    for start in range(0, draws, step):
        drawn = generator.multinomial(n, null / null.sum(), size=min(step, draws - start))
        count += int((_dips(places, drawn) >= found - _ROUNDING).sum())
    return count


def _dips(places: FloatArray, counts: IntArray) -> FloatArray:
    """The dip (B,) of counts (B, K) at rising places, (K,) or (B, K); 0 where one place is chosen, or none.

    Hartigan and Hartigan's search: between its ends, the greatest convex minorant of the distribution
    function from below and its least concave majorant from above are furthest apart somewhere; the ends move
    there, until nothing outside them is worse.
    """
    n, where = counts.sum(axis=1), np.broadcast_to(places, counts.shape)
    chosen = counts > 0
    first, last = chosen.argmax(axis=1), counts.shape[1] - 1 - chosen[:, ::-1].argmax(axis=1)
    worst = np.where(first < last, 1.0, 0.0)
    rows = np.flatnonzero(first < last)
    while rows.size:
        apart, outside, start, stop = _step(where[rows], counts[rows], first[rows], last[rows])
        going = apart > worst[rows] + _ROUNDING
        worst[rows] = np.maximum(worst[rows], np.where(going, outside, 0))
        going &= (start > first[rows]) | (stop < last[rows])
        first[rows], last[rows] = start, stop
        rows = rows[going]
    return ratio(worst, 2 * n)


def _step(
    where: FloatArray, counts: IntArray, first: IntArray, last: IntArray
) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    """How far the two bounds are apart (B,), how far off outside the new ends (B,), and the new ends (B,)."""
    up_to = np.cumsum(counts, axis=1).astype(np.float64)
    below = up_to - counts
    rows, place = np.arange(len(counts)), np.arange(counts.shape[1])
    minorant, touches = _minorant(where, below, first, last)
    majorant, meets = _minorant(where, -up_to, first, last)
    within = (place >= first[:, np.newaxis]) & (place <= last[:, np.newaxis])
    # Between parallel lines any place would do; only at a corner do the ends move.
    gaps = np.where(within & (touches | meets), -majorant - minorant, -np.inf)
    furthest = len(place) - 1 - gaps[:, ::-1].argmax(axis=1)
    start = np.where(touches & (place <= furthest[:, np.newaxis]), place, -1).max(axis=1)
    stop = np.where(meets & (place >= furthest[:, np.newaxis]), place, len(place)).min(axis=1)
    before = np.where(within & (place < start[:, np.newaxis]), up_to - minorant, 0)
    after = np.where(within & (place > stop[:, np.newaxis]), -majorant - below, 0)
    return gaps[rows, furthest], np.maximum(before, after).max(axis=1), start, stop


def _minorant(
    where: FloatArray, heights: FloatArray, first: IntArray, last: IntArray
) -> tuple[FloatArray, BoolArray]:
    """The greatest convex function below the heights (B, K) from first to last, and where it touches them.

    From each corner it goes on to the place that the least slope leads to, the furthest of several.
    """
    rows, place = np.arange(len(heights)), np.arange(heights.shape[1])
    values, corners = heights.copy(), place == first[:, np.newaxis]
    corner = first
    while (corner < last).any():
        ahead = (place > corner[:, np.newaxis]) & (place <= last[:, np.newaxis])
        along = where - where[rows, corner][:, np.newaxis]
        rise = heights - heights[rows, corner][:, np.newaxis]
        slopes = np.divide(rise, along, out=np.full(heights.shape, np.inf), where=ahead)
        slopes[corner == last, last[corner == last]] = 0
        following = len(place) - 1 - slopes[:, ::-1].argmin(axis=1)
        line = (heights[rows, corner] + along.T * slopes[rows, following]).T
        values = np.where(ahead & (place < following[:, np.newaxis]), line, values)
        corners[rows, following] = True
        corner = following
    return values, corners
