"""Contrasts between two panels, item by item: Mann-Whitney's U, Cliff's delta, and whether they agree.

Tests are in `analysis.rank_tests`, all pairs of panels at once in `analysis.panels`. Notation: I items, n1
and n2 ratings of an item in the first and second panel. Only ratings enter; those unable to rate an item and
those who left it blank do not. What cannot be computed is NaN, with the reason beside it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from analysis.consensus import NEGLIGIBLE_CLIFFS_DELTA
from analysis.rank_tests import NOBODY_RATED, net_wins
from analysis.results import Result
from analysis.tallies import FloatArray, Tally, check_alike
from analysis.undefined import ratio, reasons

__all__ = [
    "NOBODY_RATED",
    "ONLY_ONE_RATED",
    "CliffsDelta",
    "Equivalence",
    "EquivalenceTest",
    "cliffs_delta",
    "equivalence",
    "mann_whitney_u",
]

ONLY_ONE_RATED: Final = "The interval needs at least two ratings in each panel."


class Equivalence(StrEnum):
    """Whether two panels rate an item alike; more than "no significant difference", which thin data give."""

    AGREE = "panels agree"
    DIFFER = "panels differ"
    UNDECIDED = "undecided"


def mann_whitney_u(first: Tally, second: Tally) -> FloatArray:
    """The Mann-Whitney U (I,) of the first panel: pairs in which it rated higher, ties counting a half.

    It lies between 0 and n1 n2. NaN where a panel has no rating; other scales or items are a `ValueError`.
    For its test see `rank_tests.mann_whitney`.

    Source: Mann HB, Whitney DR. Annals of Mathematical Statistics 1947;18:50-60, doi:10.1214/aoms/1177730491.

    >>> from analysis.scales import Scale
    >>> high = Tally.from_counts(Scale(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> spread = Tally.from_counts(Scale(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> mann_whitney_u(high, spread)
    array([145.])
    """
    check_alike((first, second))
    pairs = first.rated * second.rated
    return np.where(pairs > 0, (pairs + net_wins(first.counts, second.counts)) / 2, np.nan)


@dataclass(frozen=True)
class CliffsDelta(Result):
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
    and a level outside 0 to 1 are a `ValueError`.

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
    check_alike((first, second))
    delta, ends, told = _estimated(first, second, (level,))
    return CliffsDelta(delta, ends[0, 0], ends[0, 1], told)


@dataclass(frozen=True)
class EquivalenceTest(Result):
    """Cliff's `delta` (I,), its 90 % interval, and what it says of each item; None where it is undefined."""

    delta: FloatArray
    lower: FloatArray
    upper: FloatArray
    equivalence: tuple[Equivalence | None, ...]
    reasons: tuple[str | None, ...]


def equivalence(first: Tally, second: Tally, margin: float = NEGLIGIBLE_CLIFFS_DELTA) -> EquivalenceTest:
    """Whether the panels agree, differ, or leave it undecided: Cliff's delta against -margin to +margin.

    They agree where the 90 % interval lies wholly within, which is two one-sided tests at 5 %; they differ
    where the 95 % interval lies wholly beyond, as in `consensus.finding`. The margin is the *negligible*
    .147 unless told. Missing and errors as for `cliffs_delta`; a margin outside 0 to 1 is a `ValueError`.

    Sources: Schuirmann DJ. Journal of Pharmacokinetics and Biopharmaceutics 1987;15:657-680,
    doi:10.1007/BF01068419. Margin: Romano J and others. Florida Association of Institutional Research 2006.

    >>> from analysis.scales import Scale
    >>> large, small = (Tally.from_counts(Scale(1, 3), [n, 2 * n, 5 * n]) for n in (40, 1))
    >>> [str(equivalence(large, panel).equivalence[0]) for panel in (large, small)]
    ['panels agree', 'undecided']
    """
    check_alike((first, second))
    if not 0 < margin < 1:
        raise ValueError(f"The margin lies between 0 and 1, not {margin}.")
    delta, ends, told = _estimated(first, second, (0.90, 0.95))
    return EquivalenceTest(delta, ends[0, 0], ends[0, 1], _equivalences(ends, margin), told)


def _equivalences(ends: FloatArray, margin: float) -> tuple[Equivalence | None, ...]:
    """By the ends (2, 2, I) of the 90 % and the 95 % interval."""
    (lower, upper), (outer_lower, outer_upper) = ends
    codes = np.where((lower > -margin) & (upper < margin), 0, 2)
    codes = np.where((outer_lower > margin) | (outer_upper < -margin), 1, codes)
    codes = np.where(np.isnan(lower), 3, codes)
    return tuple(_IN_ORDER[code] for code in codes.tolist())


_IN_ORDER = (Equivalence.AGREE, Equivalence.DIFFER, Equivalence.UNDECIDED, None)


def _estimated(
    first: Tally, second: Tally, levels: tuple[float, ...]
) -> tuple[FloatArray, FloatArray, tuple[str | None, ...]]:
    """Delta (I,), the ends (L, 2, I) of its intervals at L levels, and the reasons for what is NaN."""
    for level in levels:
        if not 0 < level < 1:
            raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    n1, n2 = first.rated, second.rated
    delta = ratio(net_wins(first.counts, second.counts), n1 * n2)
    defined = np.minimum(n1, n2) > 1
    ends = np.full((len(levels), 2, first.items), np.nan)
    a, b = (tally.counts[defined].astype(np.float64) for tally in (first, second))
    ends[..., defined] = _intervals(a, b, delta[defined], levels)
    told = reasons(first.items, (n1 * n2 == 0, NOBODY_RATED), (~defined, ONLY_ONE_RATED))
    return delta, ends, told


def _intervals(
    first: FloatArray, second: FloatArray, delta: FloatArray, levels: tuple[float, ...]
) -> FloatArray:
    """The ends (L, 2, I) of Feng and Cliff's intervals for counts (I, K) with at least two ratings each."""
    from scipy.special import stdtrit  # noqa: PLC0415  # scipy takes its time, and only the interval needs it

    n1, n2 = first.sum(axis=1), second.sum(axis=1)
    d = delta * np.where(np.abs(delta) == 1, 1 - 1 / (n1 * n2), 1)
    rest = 1 - d**2
    variance = np.maximum(_unbiased_variance(first, second, n1, n2, d), rest / (n1 * n2 - 1))
    # Many items have as many ratings, and the quantile of t is the dearest step.
    freedom, of_item = np.unique(n1 + n2 - 2, return_inverse=True)
    t = stdtrit(freedom, 0.5 + np.array(levels)[:, np.newaxis] / 2)[:, of_item]
    spread = t * np.sqrt(variance * (rest**2 + t**2 * variance))
    scaled = rest + t**2 * variance
    lower, upper = (d * rest - spread) / scaled, (d * rest + spread) / scaled
    return np.stack([np.where(delta == -1, -1, lower), np.where(delta == 1, 1, upper)], axis=1)


def _unbiased_variance(
    first: FloatArray, second: FloatArray, n1: FloatArray, n2: FloatArray, d: FloatArray
) -> FloatArray:
    """Cliff's unbiased estimate of the variance (I,): rows, columns and cells of the dominance matrix."""
    of_first, of_second = _dominance(second, n2), _dominance(first, n1)
    rows = _sum(first, (of_first - d[:, np.newaxis]) ** 2)
    columns = _sum(second, (of_second + d[:, np.newaxis]) ** 2)
    # Each cell is -1, 0 or 1, and the mean of all is delta: the squares come to the pairs that are not tied.
    untied = n1 * n2 - _sum(first, second)
    cells = untied - 2 * d * _sum(first, of_first) * n2 + d**2 * n1 * n2
    return (n2**2 * rows + n1**2 * columns - cells) / (n1 * n2 * (n1 - 1) * (n2 - 1))


def _dominance(counts: FloatArray, rated: FloatArray) -> FloatArray:
    """For each category (I, K) the share of these ratings below it, less the share above it."""
    return (2 * np.cumsum(counts, axis=1) - counts) / rated[:, np.newaxis] - 1


def _sum(one: FloatArray, two: FloatArray) -> FloatArray:
    summed: FloatArray = np.einsum("ik,ik->i", one, two)
    return summed
