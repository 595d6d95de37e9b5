"""The chance that an item's medians on both criteria reach their lines, if the same panel answered again.

The case bootstrap of a cross table is Multinomial(n, counts / n). Whether a median reaches a line depends on
how many of n ratings do, so the table is collapsed at the lines to two by two. Where n is even and just half
of the ratings reach the line, the median is half-way between the highest rating below it and the lowest
above, and their law needs the categories. Notation: I items, K categories, n who rated an item on both
criteria, m = n / 2, W terms of a sum, E cases.

Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy import special

from analysis.exact_laws import log_choose
from analysis.joint_binomials import NEGLIGIBLE, FourCells, at_least
from analysis.tallies import FloatArray, IntArray

_LOG_NEGLIGIBLE: Final = float(np.log(NEGLIGIBLE))
_AT_A_TIME: Final = 2**20


def both_medians_reach(
    counts: IntArray, low: int, twice_x: int, twice_y: int, drawn: IntArray | None = None
) -> FloatArray:
    """P(twice the median across >= twice_x and twice that up >= twice_y) (I,), of cross tables (I, K, K).

    `low` is the lowest category; so many are `drawn` (I,) as there are, unless told otherwise. Exact but for
    terms below 1e-14 and the quadrature of `joint_binomials.at_least`. For n = 0 it means nothing.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> both_medians_reach(np.array([[[1, 0, 0], [0, 0, 0], [0, 0, 2]]]), low=1, twice_x=6, twice_y=4)
    array([0.74074074])
    """
    table = np.pad(counts.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    size = counts.shape[1]
    n = table[:, -1, -1] if drawn is None else drawn
    first = [int(np.clip(-(-twice // 2) - low, 0, size)) for twice in (twice_x, twice_y)]
    shares = _four_cells(table, *first)
    chance = at_least(n, n // 2 + 1, n // 2 + 1, shares)
    even = np.flatnonzero((n % 2 == 0) & (n > 0) & (table[:, -1, -1] > 0))
    if len(even):
        ties = [
            _ties(twice - 2 * low, begin, size)
            for twice, begin in zip((twice_x, twice_y), first, strict=True)
        ]
        some, half = table[even], n[even] // 2
        chance[even] += _one_tie(some, half, ties[0], first[1])
        chance[even] += _one_tie(some.swapaxes(1, 2), half, ties[1], first[0])
        chance[even] += _two_ties(some, half, *ties)
    return np.clip(chance, 0, 1)


class _Ties(NamedTuple):
    """Cases of what lies about a line, and their signs, 1 where they are added and -1 where taken off (E,).

    All ratings below the line are under the bound `below`, and all above it from the bound `above` on. A
    bound from 0 to K stands before the category with that index.
    """

    below: IntArray
    above: IntArray
    sign: IntArray


def _ties(twice: int, first: int, size: int) -> _Ties:
    """The cases whose signed sum is that the two middle ratings, one each side, come to `twice` or more.

    The highest below is just the category a, which is a or lower but not lower than a, and the lowest above
    is twice - a or higher.
    """
    lower = np.arange(max(twice - size + 1, 0), first)
    above = np.maximum(twice - lower, first)
    ones = np.ones(len(lower), dtype=np.int64)
    return _Ties(
        np.concatenate([lower + 1, lower]), np.concatenate([above, above]), np.concatenate([ones, -ones])
    )


def _one_tie(table: IntArray, half: IntArray, ties: _Ties, first: int) -> FloatArray:
    """P(just half are above the line across, so tied that it is reached; more than half above the one up)."""
    m, total = half[:, np.newaxis], table[:, -1, -1, np.newaxis]
    below, above = table[:, ties.below, -1], total - table[:, ties.above, -1]
    below_low = table[:, ties.below, first]
    above_low = table[:, -1, first, np.newaxis] - table[:, ties.above, first]
    likely = _log_power(below / total, m) + _log_power(above / total, m) + log_choose(2 * m, m)
    item, case = np.nonzero(likely > _LOG_NEGLIGIBLE)
    of_below = 1 - below_low[item, case] / below[item, case]
    of_above = 1 - above_low[item, case] / above[item, case]
    more = _sum_above(half[item], of_below, of_above) * np.exp(likely[item, case]) * ties.sign[case]
    return _summed(item, more, len(table))


def _sum_above(m: IntArray, one: FloatArray, two: FloatArray) -> FloatArray:
    """P(X + Y > m) (E,) for X ~ Binomial(m, one) and Y ~ Binomial(m, two)."""
    found = np.zeros(len(m))
    for some in np.array_split(np.arange(len(m)), max(1, len(m) * int(m.max(initial=0)) // _AT_A_TIME)):
        each = np.arange(int(m[some].max(initial=0)) + 1)
        # m - Y is less than X: its law, summed from below, has that in the order of X.
        chance, other = (_binomial_law(each, m[some], share[some]) for share in (one, 1 - two))
        found[some] = (chance[:, 1:] * np.cumsum(other, axis=1)[:, :-1]).sum(axis=1)
    return found


def _two_ties(table: IntArray, half: IntArray, across: _Ties, up: _Ties) -> FloatArray:
    """P(just half are above each of the lines, both so tied that the line is reached) (I,)."""
    left, right = across.below[:, np.newaxis], across.above[:, np.newaxis]
    total, m = table[:, -1:, -1:], half[:, np.newaxis, np.newaxis]
    neither = table[:, left, up.below]
    alone = table[:, -1:, up.below] - table[:, right, up.below]
    other = table[:, left, -1] - table[:, left, up.above]
    both = total - table[:, right, -1] - table[:, -1:, up.above] + table[:, right, up.above]
    concordant, discordant = both * neither / total**2, alone * other / total**2
    most = log_choose(2 * m, m) + _log_power(np.sqrt(concordant) + np.sqrt(discordant), 2 * m)
    item, case, case_up = np.nonzero(most > _LOG_NEGLIGIBLE)
    chance = _even_split(half[item], concordant[item, case, case_up], discordant[item, case, case_up])
    return _summed(item, chance * across.sign[case] * up.sign[case_up], len(table))


def _even_split(m: IntArray, concordant: FloatArray, discordant: FloatArray) -> FloatArray:
    """P(k in both and in neither, m - k in each alone) (E,), summed over k.

    That is (2 m)! / (k! (m - k)!)^2 times the k-th and the (m - k)-th power of two products of shares.
    """
    found = np.zeros(len(m))
    for some in np.array_split(np.arange(len(m)), max(1, len(m) * int(m.max(initial=0)) // _AT_A_TIME)):
        of_some, each = m[some, np.newaxis], np.arange(int(m[some].max(initial=0)) + 1)
        k = np.minimum(each, of_some)
        logs = log_choose(2 * of_some, of_some) + 2 * log_choose(of_some, k)
        logs += _log_power(concordant[some, np.newaxis], k)
        logs += _log_power(discordant[some, np.newaxis], of_some - k)
        found[some] = np.where(each <= of_some, np.exp(logs), 0).sum(axis=1)
    return found


def _binomial_law(each: IntArray, m: IntArray, share: FloatArray) -> FloatArray:
    """P(X = 0, 1, ...) (E, W) for X ~ Binomial(m, share), 0 beyond m."""
    m, share = m[:, np.newaxis], share[:, np.newaxis]
    within = np.minimum(each, m)
    logs = log_choose(m, within) + _log_power(share, within) + _log_power(1 - share, m - within)
    return np.where(each <= m, np.exp(logs), 0)


def _summed(item: IntArray, chances: FloatArray, items: int) -> FloatArray:
    """The chances of all cases (E,) of each item (I,)."""
    return np.asarray(np.bincount(item, chances, minlength=items), dtype=np.float64)


def _log_power(share: FloatArray, times: IntArray) -> FloatArray:
    """log(share ** times), -inf for no share."""
    return np.asarray(special.xlogy(times, share), dtype=np.float64)


def _four_cells(table: IntArray, x: int, y: int) -> FourCells:
    """The shares above both bounds, above one, and below both, from cumulative counts (I, K + 1, K + 1)."""
    total = np.maximum(table[:, -1, -1], 1)
    low_x, low_y, neither = table[:, x, -1], table[:, -1, y], table[:, x, y]
    counts = (table[:, -1, -1] - low_x - low_y + neither, low_y - neither, low_x - neither, neither)
    return FourCells(*(count / total for count in counts))
