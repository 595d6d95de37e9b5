"""The exact permutation law of Mann-Whitney's U with ties, by dynamic programming over the categories.

Deal N ratings out to panels of n1 and n2. After some categories with M ratings in all, the state is how many
of them the first panel has, m, and its net wins among them, w: pairs in which it is higher less pairs in
which it is lower. A category of t ratings gives it a of them in C(t, a) ways and moves w by a M - m t. That
is linear in a and in m, so a whole category is one product of the C(t, a) with a strided view of the law so
far. The lower and the upper half of the categories are summed apart and meet in the middle.
"""

from math import comb
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from analysis.tallies import FloatArray, IntArray

_BYTES: Final = np.dtype(np.float64).itemsize


def exact_p(first: IntArray, second: IntArray) -> float:
    """P(the net wins are at least as far from 0 as they are), for counts (K,) of two panels, none empty."""
    fewer, more = sorted((first, second), key=lambda counts: int(counts.sum()))
    n1, ties = int(fewer.sum()), [tied for tied in (fewer + more).tolist() if tied]
    total = sum(ties)
    observed = abs(int(fewer @ (2 * np.cumsum(more) - more - more.sum())))
    if observed == 0:
        return 1.0
    half = int(np.searchsorted(np.cumsum(ties), total / 2)) or 1
    lower, upper = _law(ties[:half], n1), _law(ties[half:], n1)
    ways = _ways_beyond(observed, lower, upper, (sum(ties[:half]), n1, total))
    return float(min(ways / comb(total, n1), 1.0))


def _law(ties: list[int], most: int) -> FloatArray:
    """The ways (m + 1, 2 W + 1) to deal m of these ratings, at most `most`, with net wins -W to W."""
    law, below = np.ones((1, 1)), 0
    for tied in ties:
        law = _with_category(law, below, tied, most)
        below += tied
    return law


def _with_category(law: FloatArray, below: int, tied: int, most: int) -> FloatArray:
    """The law with one more category: new[m, w] is the sum over a of C(t, a) law[m - a, w - a M + (m - a) t].

    The law is laid out in rows so far apart that no read from one row meets another's ways, which makes
    stepping outside the table read zero.
    """
    rows, chosen = min(most, below + tied), min(most, tied)
    reach, wide = law.shape[1] // 2, _widest(below + tied, most)
    pitch = reach + wide + chosen * below + max(rows, chosen) * tied + 1
    laid_out = np.zeros((rows + chosen + 3, pitch))
    start = pitch // 2 - reach
    laid_out[chosen + 1 : chosen + 1 + len(law), start : start + law.shape[1]] = law
    first = pitch + pitch // 2 - wide - chosen * (below + tied)
    view = as_strided(
        laid_out.reshape(-1)[first:],
        shape=(rows + 1, chosen + 1, 2 * wide + 1),
        strides=(_BYTES * (pitch + tied), _BYTES * (pitch + tied + below), _BYTES),
        writeable=False,
    )
    joined: FloatArray = np.array([float(comb(tied, chosen - j)) for j in range(chosen + 1)]) @ view
    return joined


def _widest(people: int, most: int) -> int:
    """The largest m (M - m) for m up to `most`: so many net wins are possible."""
    m = min(most, people // 2)
    return m * (people - m)


def _ways_beyond(observed: int, lower: FloatArray, upper: FloatArray, sizes: tuple[int, int, int]) -> float:
    """In how many ways the net wins are -observed or less, or observed or more, over both halves."""
    below, n1, total = sizes
    fewest, most = max(0, n1 - len(upper) + 1), min(n1, len(lower) - 1)
    m = np.arange(fewest, most + 1)[:, np.newaxis]
    reach, wide = lower.shape[1] // 2, upper.shape[1] // 2
    so_far = np.arange(-reach, reach + 1) + n1 * below - m * total
    at_most = _summed(upper)[n1 - m, np.clip(wide + 1 - observed - so_far, 0, 2 * wide + 1)]
    at_least = _summed(upper[:, ::-1])[n1 - m, np.clip(wide + 1 - observed + so_far, 0, 2 * wide + 1)]
    return float((lower[fewest : most + 1] * (at_most + at_least)).sum())


def _summed(law: FloatArray) -> FloatArray:
    """The sum of the first 0, 1, 2 ... of each row."""
    summed = np.zeros((len(law), law.shape[1] + 1))
    np.cumsum(law, axis=1, out=summed[:, 1:])
    return summed
