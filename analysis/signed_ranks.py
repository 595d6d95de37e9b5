"""Did ratings go up or down between two rounds? The sign test and Wilcoxon's signed ranks, from the changes.

Differences are grouped by their size, of which there are K - 1 at most, so ranks, ties and exact laws come
from the numbers in each group. In a Delphi study most differences are 0, so how zeros are handled is said.
Notation: I items, K categories, n pairs.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from scipy import special

from analysis.change_tests import NOBODY_CHANGED, two_sided_binomial
from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.results import Result
from analysis.tallies import FloatArray, IntArray
from analysis.undefined import ratio, reasons

Zeros = Literal["wilcoxon", "pratt"]
Alternative = Literal["two-sided", "greater", "less"]
Method = Literal["exact", "asymptotic"]

# With as many changes the sums run to about 10,000 half ranks, and the normal law is near enough.
EXACT_UP_TO: Final = 100


@dataclass(frozen=True, eq=False)
class SignTest(Result):
    """The sign test of each item: how many rose and fell, the exact two-sided p, and reasons."""

    rose: IntArray
    fell: IntArray
    p: FloatArray
    reasons: tuple[str | None, ...]


def sign_test(transitions: Transitions) -> SignTest:
    """Did as many raise their rating as lowered it? Exact and two-sided; those who kept it do not enter.

    NaN where nobody changed.

    Source: Dixon WJ, Mood AM. Journal of the American Statistical Association 1946;41:557-566,
    doi:10.1080/01621459.1946.10501898.

    >>> from analysis.scales import Scale
    >>> sign_test(Transitions.from_pairs(Scale(1, 2), [[3, 8], [1, 3]])).p
    array([0.0390625])
    """
    size = transitions.scale.size
    fell, rose = transitions.changes[:, : size - 1].sum(axis=1), transitions.changes[:, size:].sum(axis=1)
    why = reasons(
        transitions.items, (transitions.pairs == 0, NOBODY_RATED_TWICE), (rose + fell == 0, NOBODY_CHANGED)
    )
    return SignTest(rose, fell, two_sided_binomial(rose, fell), why)


@dataclass(frozen=True, eq=False)
class SignedRanks(Result):
    """Wilcoxon's test of each item, its options, and a reason for each NaN.

    `statistic` (I,) is V, the sum of ranks of those who raised their rating, `z` (I,) its standardised
    distance from what chance gives, `p` (I,) by the `method` named for each item; `changed` and `unchanged`
    (I,) count people.
    """

    changed: IntArray
    unchanged: IntArray
    statistic: FloatArray
    z: FloatArray
    p: FloatArray
    method: tuple[str, ...]
    zeros: Zeros
    alternative: Alternative
    reasons: tuple[str | None, ...]


def wilcoxon(
    transitions: Transitions,
    zeros: Zeros = "pratt",
    method: Method = "exact",
    *,
    correction: bool = False,
    alternative: Alternative = "two-sided",
) -> SignedRanks:
    """Wilcoxon's signed-rank test of the changes, with midranks; "greater" means that ratings rose.

    `zeros` says what becomes of those who kept their rating: "wilcoxon" leaves them out before ranking,
    "pratt", the default, ranks them and leaves them out after. The exact law is that of random signs on the
    midranks at hand, summed by convolution, ties and all; beyond `EXACT_UP_TO` changes the normal law is
    used, and `method` says so for the item. `correction` takes half a rank off the distance for the normal
    law alone. NaN where nobody changed. A `ValueError` for other options.

    Sources: Wilcoxon F. Biometrics Bulletin 1945;1:80-83, doi:10.2307/3001968. Pratt JW. Journal of the
    American Statistical Association 1959;54:655-667, doi:10.1080/01621459.1959.10501526.

    >>> from analysis.scales import Scale
    >>> found = wilcoxon(Transitions.from_pairs(Scale(1, 3), [[1, 2, 5], [1, 3, 1], [0, 0, 2]]), "wilcoxon")
    >>> found.statistic, found.p, found.method
    (array([42.5]), array([0.01953125]), ('exact',))
    """
    _check("zeros", zeros, get_args(Zeros))
    _check("method", method, get_args(Method))
    _check("alternative", alternative, get_args(Alternative))
    size = transitions.scale.size
    rose, fell = transitions.changes[:, size:], transitions.changes[:, : size - 1][:, ::-1]
    unchanged, changed = transitions.changes[:, size - 1], (rose + fell).sum(axis=1)
    ranks = _twice_midranks(rose + fell, unchanged if zeros == "pratt" else np.zeros_like(unchanged))
    twice_v, twice_sum = (rose * ranks).sum(axis=1), ((rose + fell) * ranks).sum(axis=1)
    deviation = np.sqrt(((rose + fell) * ranks.astype(np.float64) ** 2).sum(axis=1)) / 4
    z = ratio(2 * twice_v - twice_sum, 4 * deviation)
    p = _normal_p(z, ratio(0.5, deviation) if correction else 0.0, alternative)
    is_exact = (changed > 0) & (changed <= EXACT_UP_TO) & (method == "exact")
    for item in np.flatnonzero(is_exact).tolist():
        p[item] = _exact_p(ranks[item], (rose + fell)[item], int(twice_v[item]), alternative)
    named = tuple("exact" if exact else "asymptotic" for exact in is_exact.tolist())
    why = reasons(
        transitions.items, (transitions.pairs == 0, NOBODY_RATED_TWICE), (changed == 0, NOBODY_CHANGED)
    )
    statistic = np.where(changed > 0, twice_v / 2, np.nan)
    return SignedRanks(changed, unchanged, statistic, z, p, named, zeros, alternative, why)


def _check(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f"The option {what} is one of {', '.join(known)}, not '{given}'.")


def _twice_midranks(sizes: IntArray, before: IntArray) -> IntArray:
    """Twice the midrank (I, K - 1) of each size of change, after as many as `before` (I,)."""
    ranks: IntArray = 2 * (np.cumsum(sizes, axis=1) + before[:, np.newaxis]) - sizes + 1
    return ranks


def _normal_p(z: FloatArray, correction: FloatArray | float, alternative: Alternative) -> FloatArray:
    """The tail (I,) beyond z, drawn towards 0 by the correction; a one-sided one is drawn its own way."""
    if alternative == "two-sided":
        return np.asarray(2 * special.ndtr(-np.abs(np.abs(z) - correction * (z != 0))))
    return np.asarray(special.ndtr(correction - z if alternative == "greater" else z + correction))


def _exact_p(ranks: IntArray, sizes: IntArray, twice_v: int, alternative: Alternative) -> float:
    """P of twice V or beyond, for each sign + or - with chance 1/2."""
    opposite = int(sizes @ ranks) - twice_v
    if alternative == "greater":
        return _lower_tail(ranks, sizes, opposite)
    if alternative == "less":
        return _lower_tail(ranks, sizes, twice_v)
    return min(2 * _lower_tail(ranks, sizes, min(twice_v, opposite)), 1.0)


def _lower_tail(ranks: IntArray, sizes: IntArray, limit: int) -> float:
    """P(twice V <= limit): a convolution of one binomial law a group, cut off at the limit."""
    law = np.zeros(limit + 1)
    law[0] = 1
    for rank, size in zip(ranks.tolist(), sizes.tolist(), strict=True):
        chances = special.binom(size, np.arange(size + 1)) / 2.0**size
        law = _convolved(law, rank, chances)
    return float(law.sum())


def _convolved(law: FloatArray, step: int, chances: FloatArray) -> FloatArray:
    """The law of a sum with `step` times a binomial number, as far as the law given reaches."""
    total = law * chances[0]
    for times, chance in enumerate(chances[1 : (len(law) - 1) // step + 1].tolist(), start=1):
        total[times * step :] += chance * law[: -times * step]
    return np.asarray(total, dtype=np.float64)
