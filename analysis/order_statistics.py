"""Order statistics of ratings drawn again: where the rating of a rank lies, given how many lie below.

The parts of which `analysis.quantile_laws` sums the joint law of two quantiles. Notation: I items, K
categories, L numbers of ratings below a category; a category is named by its index from 0.
"""

from typing import NamedTuple

import numpy as np

from analysis.exact_laws import binomial_at_least, binomial_cdf
from analysis.tallies import FloatArray, IntArray

# Chances that are none, where their logarithm is wanted; and the largest whose exponential is finite.
_TINY, _NEVER, _LARGEST = 1e-300, -1e6, 700.0


class Draw(NamedTuple):
    """So many ratings of each item, `drawn` (I,), with the chances counts / n from the counts (I, K)."""

    counts: IntArray
    drawn: IntArray

    @property
    def size(self) -> int:
        """K."""
        size: int = self.counts.shape[1]
        return size

    def turned(self) -> "Draw":
        """The same with the scale turned round."""
        return Draw(self.counts[:, ::-1], self.drawn)

    def some(self, items: IntArray) -> "Draw":
        """The same for some of the items."""
        return Draw(self.counts[items], self.drawn[items])

    def below(self, category: int) -> IntArray:
        """How many counts (I,) lie below the category with that index."""
        below: IntArray = self.counts[:, :category].sum(axis=1)
        return below

    def chance_below(self, category: int, number: IntArray) -> FloatArray:
        """The chance (I,) of that number below the category."""
        return binomial_chance(number, self.drawn, self.below(category) / self.counts.sum(axis=1))

    def chances_below(self, category: int, numbers: IntArray) -> FloatArray:
        """The chance of each of the numbers (I, L), which ascend by 0 or 1, below the category."""
        return consecutive_binomials(numbers, self.drawn, self.below(category) / self.counts.sum(axis=1))


def law_above(
    draw: Draw, rank: IntArray, is_split: bool, beneath: int, numbers: IntArray, stop: int | None = None
) -> FloatArray:
    """The law (I, L, 2, K) of the rating at the rank, above the numbers (I, L) below a category.

    By kind: the next rank has the same category, or a higher one. The numbers ascend by 0 or 1. Categories
    from `stop` on are left 0.
    """
    law = np.zeros((2, draw.size, *numbers.shape))
    rest = draw.counts.sum(axis=1) - draw.below(beneath)
    among, wanted = draw.drawn[:, np.newaxis] - numbers, rank[:, np.newaxis] - numbers
    steps = np.diff(numbers, axis=1, prepend=numbers[:, :1])
    ratios = np.log(wanted[:, :-1] / among[:, :-1])
    up_to_previous = np.zeros_like(rest)
    reached_previous = np.zeros(numbers.shape)
    for category in range(beneath, draw.size if stop is None else stop):
        up_to = up_to_previous + draw.counts[:, category]
        share = share_of(up_to, rest)[:, np.newaxis]
        exactly = _just_enough(numbers, draw.drawn, rank, share, steps[:, 1:] * (ratios - _log(share)))
        # One more below the category is one fewer wanted above it: it decides where just one was missing.
        reached = np.cumsum((1 - share) * exactly * steps, axis=1)
        reached += binomial_at_least(wanted[:, :1], among[:, :1], share)
        if is_split:
            new = -np.expm1(wanted * _log(share_of(up_to_previous, up_to))[:, np.newaxis])
            law[1, category] = exactly * new
        law[0, category] = np.maximum(reached - reached_previous - law[1, category], 0)
        up_to_previous, reached_previous = up_to, reached
    by_item: FloatArray = law.transpose(2, 3, 0, 1)
    return by_item


def extremes(counts: IntArray, times: IntArray) -> FloatArray:
    """For each category (I, K) the law (K) of the highest of so many ratings, all below the category."""
    bounds = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
    shares = share_of(bounds[:, np.newaxis, :], bounds[:, :-1, np.newaxis])
    return np.tril(np.diff(shares ** times[:, np.newaxis, np.newaxis], axis=2), -1)


def products(lower: FloatArray, upper: FloatArray) -> FloatArray:
    """The sum over numbers of lower (I, L, ...) times upper (I, L, 2, K): (I, ..., 2, K)."""
    items, numbers = lower.shape[:2]
    flat = np.matmul(lower.reshape(items, numbers, -1).swapaxes(1, 2), upper.reshape(items, numbers, -1))
    product: FloatArray = flat.reshape(items, *lower.shape[2:], *upper.shape[2:])
    return product


def share_of(part: IntArray, whole: IntArray) -> FloatArray:
    """Part / whole up to 1; 0 or 1 where the whole is 0, where it has no weight."""
    return np.minimum(part / np.maximum(whole, 1), 1)


def consecutive_binomials(k: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """P(X = k) (I, L) for X ~ Binomial(n, p), each row of k ascending by 0 or 1.

    From the likeliest of them each follows by its ratio to the one before, which loses nothing for large n.
    """
    odds = np.clip(p, _TINY, None) / np.clip(1 - p, _TINY, None)
    steps = np.diff(k, axis=1)
    logs = np.log((n[:, np.newaxis] - k[:, 1:] + 1) / np.maximum(k[:, 1:], 1) * odds[:, np.newaxis])
    likeliest = np.clip(((n + 1) * p).astype(np.int64), k[:, 0], k[:, -1])
    known = binomial_chance(likeliest, n, p)
    return _chained(steps * logs, likeliest - k[:, 0], known)


def fewer_drawn_at_least(k: IntArray, n: IntArray, left: IntArray, p: FloatArray) -> FloatArray:
    """P(X >= k) (I, L) for X ~ Binomial(n - left, p), each row of `left` ascending by 0 or 1.

    One draw fewer misses k where it would have been the k-th success: the sum of these from the last row on.
    """
    drawn, wanted = n[:, np.newaxis] - left, np.maximum(k, 1)[:, np.newaxis]
    spare = drawn[:, :-1] - wanted + 1
    logs = np.log(
        np.maximum(spare, 1) / np.maximum(drawn[:, :-1], 1) / np.clip(1 - p, _TINY, None)[:, np.newaxis]
    )
    logs = np.diff(left, axis=1) * np.where(spare > 0, logs, _NEVER)
    anchor = np.clip(n - (wanted[:, 0] - 1) / np.clip(p, _TINY, None), left[:, 0], left[:, -1]).astype(
        np.int64
    )
    known = binomial_cdf(wanted[:, 0] - 1, n - anchor, p) - binomial_cdf(wanted[:, 0] - 2, n - anchor, p)
    missed = p[:, np.newaxis] * _chained(logs, anchor - left[:, 0], known)[:, 1:] * np.diff(left, axis=1)
    later = np.cumsum(missed[:, ::-1], axis=1)[:, ::-1]
    reached = binomial_at_least(k, drawn[:, -1], p)[:, np.newaxis] + np.pad(later, ((0, 0), (0, 1)))
    return np.where(k[:, np.newaxis] > 0, reached, 1.0)


def _chained(log_ratios: FloatArray, start: IntArray, known: FloatArray) -> FloatArray:
    """A row (I, L) from its neighbours' ratios (I, L - 1), and from its value where it is known."""
    logs = np.pad(np.cumsum(log_ratios, axis=1), ((0, 0), (1, 0)))
    beside = logs - np.take_along_axis(logs, start[:, np.newaxis], axis=1)
    return np.asarray(known[:, np.newaxis] * np.exp(np.minimum(beside, _LARGEST)), dtype=np.float64)


def _log(share: FloatArray) -> FloatArray:
    return np.log(np.maximum(share, _TINY))


def _just_enough(
    numbers: IntArray, n: IntArray, rank: IntArray, share: FloatArray, log_ratios: FloatArray
) -> FloatArray:
    """P(rank - number of n - number draws succeed) (I, L), each success with the chance `share` (I, 1)."""
    p = share[:, 0]
    likeliest = (rank - n * p) / np.clip(1 - p, _TINY, None)
    anchor = np.clip(likeliest, numbers[:, 0], numbers[:, -1]).astype(np.int64)
    known = binomial_chance(rank - anchor, n - anchor, p)
    return _chained(log_ratios, (numbers < anchor[:, np.newaxis]).sum(axis=1), known)


def binomial_chance(k: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """P(X = k) for X ~ Binomial(n, p), with an absolute error that does not grow with n."""
    return binomial_cdf(k, n, p) - binomial_cdf(k - 1, n, p)
