"""Rank tests between panels, item by item, from counts: Mann-Whitney, its exact form, and Kruskal-Wallis.

Ratings tie as a rule, so every form takes midranks and corrects for ties, and the exact p permutes the people
over the panels as they are, ties included. Only ratings enter; those unable to rate an item and those who
left it blank do not. What cannot be computed is NaN, with the reason beside it. Notation: I items, K
categories, n1 and n2 ratings of an item in two panels, N in all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from analysis.permutations import exact_p
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally, check_alike
from analysis.undefined import reasons

NOBODY_RATED: Final = "A panel has no rating of the item."
ALL_EQUAL: Final = "All ratings of the item are equal, so there are no ranks to compare."

# Up to so many pairs n1 n2 the exact law is summed; beyond them the normal one is closer than reports print.
MOST_PAIRS: Final = 10_000


class Method(StrEnum):
    """How a p-value came about."""

    EXACT = "exact"
    ASYMPTOTIC = "asymptotic"


@dataclass(frozen=True)
class MannWhitney(Result):
    """`u` of the first panel, `z`, and two-sided `p` without and with continuity correction, each (I,)."""

    u: FloatArray
    z: FloatArray
    p: FloatArray
    p_corrected: FloatArray
    reasons: tuple[str | None, ...]


@dataclass(frozen=True)
class PermutationTest(Result):
    """The two-sided `p` (I,), and for each item the `method` by which it was found, None where it is NaN."""

    p: FloatArray
    method: tuple[Method | None, ...]
    reasons: tuple[str | None, ...]


@dataclass(frozen=True)
class KruskalWallis(Result):
    """`h` (I,), its degrees of freedom, `p` (I,) and the effect `epsilon_squared` (I,)."""

    h: FloatArray
    df: int
    p: FloatArray
    epsilon_squared: FloatArray
    reasons: tuple[str | None, ...]


def mann_whitney(first: Tally, second: Tally) -> MannWhitney:
    """The Mann-Whitney test between two panels, with the variance corrected for ties.

    U counts the pairs in which the first panel rated higher, ties a half; z = (U - n1 n2 / 2) / sd has no
    continuity correction, `p_corrected` takes half a pair off first, as R and SciPy do unless told. U is NaN
    where a panel has no rating, z and p also where all ratings are equal. Other scales or items are a
    `ValueError`.

    Sources: Mann HB, Whitney DR. Annals of Mathematical Statistics 1947;18:50-60,
    doi:10.1214/aoms/1177730491. Ties: Lehmann EL. Nonparametrics: Statistical Methods Based on Ranks.
    Holden-Day 1975, section 1.4.

    >>> from analysis.scales import Scale
    >>> high = Tally.from_counts(Scale(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> spread = Tally.from_counts(Scale(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> found = mann_whitney(high, spread)
    >>> found.u, found.p_corrected.round(6)
    (array([145.]), array([0.047413]))
    """
    check_alike((first, second))
    return mann_whitney_of_counts(first.counts, second.counts)


def mann_whitney_of_counts(first: IntArray, second: IntArray) -> MannWhitney:
    """The same for counts (I, K) of ordered values of any kind, such as the distinct means of panellists."""
    from scipy.special import ndtr  # noqa: PLC0415  # scipy takes its time, and what has no p does not need it

    n1, n2 = first.sum(axis=1), second.sum(axis=1)
    pairs, net = n1 * n2, net_wins(first, second)
    together = first + second
    untied = _untied(together)
    total = (n1 + n2).astype(np.float64)
    defined = (pairs > 0) & (untied > 0)
    variance = pairs * untied / np.where(defined, 3 * total * (total - 1), 1)
    twice_sd = np.sqrt(np.where(defined, variance, np.nan))
    return MannWhitney(
        u=np.where(pairs > 0, (pairs + net) / 2, np.nan),
        z=net / twice_sd,
        p=2 * ndtr(-np.abs(net) / twice_sd),
        p_corrected=2 * ndtr(-np.maximum(np.abs(net) - 1, 0) / twice_sd),
        reasons=_reasons(pairs > 0, untied > 0),
    )


def permutation_test(first: Tally, second: Tally) -> PermutationTest:
    """The exact two-sided p of Mann-Whitney's U: all ways to deal the ratings out to panels of n1 and n2.

    It is the share of ways by which U lies at least as far from n1 n2 / 2 as it does, and no resampling is
    needed: the people with one rating fall to the panels by a hypergeometric law. Beyond 10,000 pairs n1 n2
    it is the normal p with continuity correction, and the method says so. Equal ratings have p = 1. NaN where
    a panel has no rating; errors as for `mann_whitney`. The time grows with the square of n1 n2, not with I
    alone.

    Sources: Lehmann EL. Nonparametrics. Holden-Day 1975, section 1.4. Two-sided as in the R packages coin
    and exactRankTests. Worked example: Hogarty KY, Kromrey JD. SAS Users Group International 24, 1999.

    >>> from analysis.scales import Scale
    >>> ten, six = (Tally.from_counts(Scale(1, 5), counts) for counts in ([2, 3, 3, 1, 1], [1, 1, 1, 2, 1]))
    >>> round(float(permutation_test(ten, six).p[0]), 10)
    0.4516733267
    """
    check_alike((first, second))
    pairs = first.rated * second.rated
    exact = (pairs > 0) & (pairs <= MOST_PAIRS)
    p = np.full(first.items, np.nan) if exact.all() else mann_whitney(first, second).p_corrected
    for item in np.flatnonzero(exact):
        p[item] = exact_p(first.counts[item], second.counts[item])
    method = [Method.EXACT if small else Method.ASYMPTOTIC for small in exact.tolist()]
    told = _reasons(pairs > 0, exact | (_untied(first.counts + second.counts) > 0))
    by = (None if why else how for how, why in zip(method, told, strict=True))
    return PermutationTest(p, tuple(by), told)


def kruskal_wallis(tallies: Sequence[Tally]) -> KruskalWallis:
    """The Kruskal-Wallis test between P panels, corrected for ties, with P - 1 degrees of freedom.

    `epsilon_squared` is H / (N - 1), from 0 for equal mean ranks to 1 where no two panels overlap and each is
    of one mind. NaN where any panel has no rating, for the others' difference would stand for all, and where
    all ratings are equal. Fewer than two panels, other scales or items are a `ValueError`.

    Sources: Kruskal WH, Wallis WA. Journal of the American Statistical Association 1952;47:583-621,
    doi:10.1080/01621459.1952.10483441. Epsilon squared: Tomczak M, Tomczak E. Trends in Sport Sciences
    2014;21:19-25.

    >>> from analysis.scales import Scale
    >>> three = [Tally.from_counts(Scale(1, 3), counts) for counts in ([4, 0, 0], [0, 4, 0], [0, 0, 4])]
    >>> found = kruskal_wallis(three)
    >>> found.h, found.df, found.epsilon_squared
    (array([11.]), 2, array([1.]))
    """
    from scipy.special import chdtrc  # noqa: PLC0415  # as above

    if len(tallies) < 2:
        raise ValueError(f"A comparison needs at least two panels, not {len(tallies)}.")
    check_alike(list(tallies))
    by_panel = np.stack([tally.counts for tally in tallies])
    rated, together = by_panel.sum(axis=2), by_panel.sum(axis=0)
    all_rated, untied = rated.all(axis=0), _untied(together)
    net = np.stack([net_wins(counts, together) for counts in by_panel]).astype(np.float64)
    squares = (net**2 / np.maximum(rated, 1)).sum(axis=0)
    effect = 3 * squares / np.where(all_rated & (untied > 0), untied, np.nan)
    h = effect * (rated.sum(axis=0) - 1)
    return KruskalWallis(
        h, len(tallies) - 1, chdtrc(len(tallies) - 1, h), effect, _reasons(all_rated, untied > 0)
    )


def net_wins(first: IntArray, second: IntArray) -> IntArray:
    """For counts (I, K), the pairs (I,) in which the first is higher, less those in which it is lower."""
    below_less_above = 2 * np.cumsum(second, axis=1) - second - second.sum(axis=1, keepdims=True)
    net: IntArray = np.einsum("ik,ik->i", first, below_less_above)
    return net


def _untied(counts: IntArray) -> FloatArray:
    """N^3 less the cubes of the ties (I,), 0 where all are equal; as a sum without cancellation."""
    ties = counts.astype(np.float64)
    total = ties.sum(axis=1, keepdims=True)
    untied: FloatArray = (ties * (total - ties) * (total + ties)).sum(axis=1)
    return untied


def _reasons(rated: BoolArray, unequal: BoolArray) -> tuple[str | None, ...]:
    return reasons(len(rated), (~rated, NOBODY_RATED), (~unequal, ALL_EQUAL))
