"""Contrasts between two panels, item by item: Mann-Whitney's U, and Cliff's delta with its interval.

Notation: I items, n1 and n2 ratings of an item in the first and second panel. Only ratings enter; those
unable to rate an item and those who left it blank do not. What cannot be computed is NaN, with the reason
beside it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.tallies import FloatArray, IntArray, Tally, check_alike

NOBODY_RATED: Final = "A panel has no rating of the item."
ONLY_ONE_RATED: Final = "The interval needs at least two ratings in each panel."


def mann_whitney_u(first: Tally, second: Tally) -> FloatArray:
    """The Mann-Whitney U (I,) of the first panel: pairs in which it rated higher, ties counting a half.

    It lies between 0 and n1 n2. NaN where a panel has no rating; other scales or items are a `ValueError`.

    Source: Mann HB, Whitney DR. Annals of Mathematical Statistics 1947;18:50-60, doi:10.1214/aoms/1177730491.

    >>> from analysis.scales import Scale
    >>> high = Tally.from_counts(Scale(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> spread = Tally.from_counts(Scale(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> mann_whitney_u(high, spread)
    array([145.])
    """
    higher, lower = _pairs(first, second)
    pairs = first.rated * second.rated
    return np.where(pairs > 0, (pairs + higher - lower) / 2, np.nan)


@dataclass(frozen=True)
class CliffsDelta:
    """Cliff's `delta` (I,), the ends of its interval, `lower` and `upper` (I,), and a reason for each NaN."""

    delta: FloatArray
    lower: FloatArray
    upper: FloatArray
    reasons: tuple[str | None, ...]

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """The interval of each item, as `consensus.finding` takes it."""
        return tuple(zip(self.lower.tolist(), self.upper.tolist(), strict=True))


def cliffs_delta(first: Tally, second: Tally, level: float = 0.95) -> CliffsDelta:
    """Cliff's delta, P(first rates higher) - P(first rates lower), with the asymmetric interval for it.

    The interval takes the unbiased estimate of the variance, not below (1 - delta^2) / (n1 n2 - 1), and
    Student's t with n1 + n2 - 2 degrees of freedom. Where the panels do not overlap, delta is drawn in by 1 /
    (n1 n2) for the interval alone, whose end is then -1 or 1; the R package effsize does the same. Delta is
    NaN where a panel has no rating, the interval also where one has a single rating. Other scales or items
    are a `ValueError`.

    Sources: Cliff N. Psychological Bulletin 1993;114:494-509, doi:10.1037/0033-2909.114.3.494. Feng D, Cliff
    N. Journal of Modern Applied Statistical Methods 2004;3:322-332, doi:10.22237/jmasm/1099267560. Worked
    example: Hogarty KY, Kromrey JD. Using SAS to calculate tests of Cliff's delta. SAS Users Group
    International 24, 1999.

    >>> from analysis.scales import Scale
    >>> ten, six = (Tally.from_counts(Scale(1, 5), counts) for counts in ([2, 3, 3, 1, 1], [1, 1, 1, 2, 1]))
    >>> found = cliffs_delta(ten, six)
    >>> found.delta, found.lower.round(6), found.upper.round(6)
    (array([-0.25]), array([-0.726585]), array([0.389006]))
    """
    higher, lower = _pairs(first, second)
    pairs = first.rated * second.rated
    reasons = tuple(map(_reason, first.rated.tolist(), second.rated.tolist()))
    defined = np.array([reason is None for reason in reasons], dtype=np.bool_)
    delta = np.where(pairs > 0, (higher - lower) / np.maximum(pairs, 1), np.nan)
    ends = np.full((2, first.items), np.nan)
    ends[:, defined] = _interval(first.counts[defined], second.counts[defined], delta[defined], level)
    return CliffsDelta(delta, ends[0], ends[1], reasons)


def _pairs(first: Tally, second: Tally) -> tuple[IntArray, IntArray]:
    """The pairs (I,) in which the first panel rated higher, and in which it rated lower."""
    check_alike((first, second))
    below = np.cumsum(second.counts, axis=1) - second.counts
    above = second.rated[:, np.newaxis] - below - second.counts
    return (first.counts * below).sum(axis=1), (first.counts * above).sum(axis=1)


def _interval(first: IntArray, second: IntArray, delta: FloatArray, level: float) -> FloatArray:
    """The ends (2, I) of Feng and Cliff's interval for counts (I, K) with at least two ratings each."""
    from scipy.special import stdtrit  # noqa: PLC0415  # scipy takes its time, and only the interval needs it

    n1, n2 = first.sum(axis=1), second.sum(axis=1)
    d = np.where(np.abs(delta) == 1, delta * (1 - 1 / (n1 * n2)), delta)
    variance = np.maximum(_unbiased_variance(first, second, d), (1 - d**2) / (n1 * n2 - 1))
    t = stdtrit(n1 + n2 - 2, 0.5 + level / 2)
    spread = t * np.sqrt(variance) * np.sqrt((1 - d**2) ** 2 + t**2 * variance)
    lower, upper = (d - d**3 + np.array([-spread, spread])) / (1 - d**2 + t**2 * variance)
    return np.array([np.where(delta == -1, -1, lower), np.where(delta == 1, 1, upper)])


def _unbiased_variance(first: IntArray, second: IntArray, d: FloatArray) -> FloatArray:
    """Cliff's unbiased estimate of the variance (I,): rows, columns and cells of the dominance matrix."""
    n1, n2 = first.sum(axis=1), second.sum(axis=1)
    of_first, of_second = _dominance(second), _dominance(first)
    rows = (first * (of_first - d[:, np.newaxis]) ** 2).sum(axis=1)
    columns = (second * (of_second + d[:, np.newaxis]) ** 2).sum(axis=1)
    # Each cell is -1, 0 or 1, and the mean of all is delta: the squares come to the pairs that are not tied.
    untied = n1 * n2 - (first * second).sum(axis=1)
    mean = (first * of_first).sum(axis=1) / n1
    cells = untied - 2 * d * mean * n1 * n2 + d**2 * n1 * n2
    variance: FloatArray = (n2**2 * rows + n1**2 * columns - cells) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    return variance


def _dominance(counts: IntArray) -> FloatArray:
    """For each category (I, K) the share of these ratings below it, less the share above it."""
    below = np.cumsum(counts, axis=1) - counts
    rated = counts.sum(axis=1, keepdims=True)
    dominance: FloatArray = (2 * below + counts - rated) / rated
    return dominance


def _reason(n1: int, n2: int) -> str | None:
    if min(n1, n2) == 0:
        return NOBODY_RATED
    return ONLY_ONE_RATED if min(n1, n2) == 1 else None
