"""The exact bootstrap law of a weighted median: several panels, each drawn again by itself.

Which category the median of the weighted distribution falls in depends on how many of each panel are drawn at
or below it, and these are independent binomials. All panels but the largest are enumerated, the largest is
summed in closed form, so nothing is drawn and there is no seed. Notation: I items, K categories, G panels, J
numbers that all panels but the largest may have at or below a category.

Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552, section 3, panel by panel.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Final, NamedTuple

import numpy as np
from scipy import special

from analysis.exact_laws import Law, log_choose, median_law
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import reasons
from analysis.weighting import NOBODY_RATED, Weighed, Weights, weigh

# So many numbers of the other panels, times categories, are enumerated: three panels of 60 on nine.
MOST_ENUMERATED: Final = 2**15
_AT_A_TIME: Final = 2**21
_NEGLIGIBLE: Final = 1e-16
_INT64: Final = 2**62


def can_enumerate(tallies: Sequence[Tally], weights: Weights | None = None) -> bool:
    """Whether `weighted_median_law` sums the law of these panels; larger ones are a matter of drawing."""
    weighed = weigh(tallies, weights)
    others = [most + 1 for most in _most_ratings(weighed)[:-1]]
    return reduce(int.__mul__, others, weighed.scale.size) <= MOST_ENUMERATED


def weighted_median_law(tallies: Sequence[Tally], weights: Weights | None = None) -> Law:
    """The exact bootstrap law of `summaries.weighted_median`, on the 2K - 1 whole and half categories.

    Every panel's answers are drawn again, as many as it has. Without weights all weigh the same. NaN with a
    reason where a panel of positive weight did not rate the item. Errors as for `weighting.weighted_share`,
    and panels too large to be enumerated, which `can_enumerate` tells beforehand.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> from analysis.scales import Scale
    >>> two = [Tally.from_counts(Scale(1, 3), counts) for counts in ([0, 0, 4], [1, 1, 0])]
    >>> law = weighted_median_law(two)
    >>> law.values, law.chances
    (array([1. , 1.5, 2. , 2.5, 3. ]), array([[0.  , 0.  , 0.25, 0.75, 0.  ]]))
    """
    weighed = weigh(tallies, weights)
    if not can_enumerate(tallies, weights):
        raise ValueError("These panels are too many and too large for the exact law: draw instead.")
    defined = weighed.all_have(1)
    law = median_law(weighed.tallies[0])
    if len(weighed.tallies) > 1:
        chances = np.full(law.chances.shape, np.nan)
        rows = np.flatnonzero(defined)
        by_size = _by_size(weighed)
        most = _most_ratings(weighed)
        others = reduce(int.__mul__, [number + 1 for number in most[:-1]], weighed.scale.size)
        for part in np.array_split(rows, max(1, len(rows) * others // _AT_A_TIME)):
            chances[part] = _Enumerated.of(by_size, part).chances()
        law = replace(law, chances=chances)
    return replace(law, reasons=reasons(len(defined), (~defined, NOBODY_RATED)))


def _most_ratings(weighed: Weighed) -> list[int]:
    return [int(tally.rated.max(initial=0)) for tally in _by_size(weighed).tallies]


def _by_size(weighed: Weighed) -> Weighed:
    """The same with the panel of most ratings last."""
    pairs = zip(weighed.tallies, weighed.whole, strict=True)
    ordered = sorted(pairs, key=lambda pair: int(pair[0].rated.max(initial=0)))
    return Weighed(tuple(tally for tally, _ in ordered), tuple(whole for _, whole in ordered))


class _Enumerated(NamedTuple):
    """Some items: shares at or below (G, I, K), ratings and what one weighs (G, I), numbers (G - 1, J).

    A rating of a panel weighs `units`, whole numbers in proportion to weight / n; all together make `total`.
    The last row of numbers is empty: the last panel is summed.
    """

    shares: FloatArray
    rated: IntArray
    units: IntArray
    total: IntArray
    numbers: IntArray

    @classmethod
    def of(cls, weighed: Weighed, items: IntArray) -> "_Enumerated":
        rated = np.array([tally.rated[items] for tally in weighed.tallies])
        counts = np.array([tally.counts[items] for tally in weighed.tallies])
        whole = np.array(weighed.whole, dtype=object)[:, np.newaxis]
        common = np.lcm.reduce(rated.astype(object), axis=0)
        units, total = whole * (common // rated), sum(weighed.whole) * common
        kind = np.int64 if 2 * max(total, default=0) < _INT64 else object
        grids = np.indices([int(most) + 1 for most in rated[:-1].max(axis=1, initial=0)])
        shares = np.cumsum(counts, axis=2) / rated[:, :, np.newaxis]
        numbers = grids.reshape(len(rated) - 1, -1)
        return cls(shares, rated, units.astype(kind), total.astype(kind), numbers)

    def chances(self) -> FloatArray:
        """The law (I, 2K - 1)."""
        items, size = self.shares.shape[1:]
        chance = self._chance_of_numbers()
        others = self.units[:-1, :, np.newaxis] * self.numbers[:, np.newaxis]
        missing = self.total[:, np.newaxis] - 2 * np.sum(others, axis=0)
        step = 2 * self.units[-1][:, np.newaxis]
        apart = self._apart(chance, missing // step, missing % step == 0)
        above_half = self._summed(chance, missing // step + 1)
        law = np.zeros((items, 2 * size - 1))
        law[:, ::2] = np.maximum(np.diff(above_half, prepend=0.0, axis=1) - apart.sum(axis=1), 0)
        for lower in range(size):
            law[:, lower : lower + size] += apart[:, lower]
        return law

    def _chance_of_numbers(self) -> FloatArray:
        """P(the other panels have these numbers at or below each category) (I, K, J)."""
        chance: FloatArray = np.ones((1, 1, 1))
        for shares, rated, numbers in zip(self.shares, self.rated, self.numbers, strict=False):
            chance = chance * _binomial_law(rated[:, np.newaxis, np.newaxis], shares)[:, :, numbers]
        return chance

    def _summed(self, chance: FloatArray, wanted: IntArray) -> FloatArray:
        """P(the weighted share at or below each category is enough) (I, K), `wanted` (I, J) of the last."""
        n = self.rated[-1][:, np.newaxis, np.newaxis]
        law = _binomial_law(n, self.shares[-1])
        tails = np.pad(np.cumsum(law[:, :, ::-1], axis=2)[:, :, ::-1], ((0, 0), (0, 0), (0, 1)))
        index = np.clip(wanted, 0, n[:, 0] + 1).astype(np.int64)[:, np.newaxis]
        summed: FloatArray = (chance * np.take_along_axis(tails, index, axis=2)).sum(axis=2)
        return summed

    def _apart(self, chance: FloatArray, last: IntArray, is_whole: BoolArray) -> FloatArray:
        """P(just half of the weight lies up to a and the other half from b) (I, K, K), a < b."""
        fits = is_whole & (last >= 0) & (last <= self.rated[-1][:, np.newaxis])
        items, combinations = np.nonzero(fits.astype(np.bool_))
        of_last = _binomial_law(self.rated[-1][:, np.newaxis, np.newaxis], self.shares[-1])
        just_half = (
            chance[items, :, combinations] * of_last[items, :, last[items, combinations].astype(np.int64)]
        )
        likely = np.flatnonzero(just_half.max(axis=1, initial=0) > _NEGLIGIBLE)
        items, combinations = items[likely], combinations[likely]
        below = np.vstack([self.numbers[:, combinations], last[items, combinations].astype(np.int64)])
        above = self.rated[:, items] - below
        ways = log_choose(below + above, below).sum(axis=0)
        edges = np.pad(self.shares, ((0, 0), (0, 0), (1, 0)))[:, items]
        ending = special.xlogy(below[:, :, np.newaxis], edges).sum(axis=0)
        beginning = special.xlogy(above[:, :, np.newaxis], 1 - edges).sum(axis=0)
        size = edges.shape[2]
        low, high = np.triu_indices(size)
        within = np.zeros((len(self.total), size, size))
        for a, b in zip(low.tolist(), high.tolist(), strict=True):
            chances = np.exp(ways + ending[:, a] + beginning[:, b])
            within[:, a, b] = np.bincount(items, chances, minlength=len(within))
        return np.triu(-np.diff(np.diff(within, axis=1), axis=2), 1)


def _binomial_law(n: IntArray, shares: FloatArray) -> FloatArray:
    """P(each number from 0 to the largest n) (I, K, N) of n (I, 1, 1) with the shares (I, K)."""
    each = np.arange(n.max(initial=0) + 1)
    within, p = np.minimum(each, n), shares[:, :, np.newaxis]
    logs = log_choose(n, within) + special.xlogy(within, p) + special.xlog1py(n - within, -p)
    return np.where(each <= n, np.exp(logs), 0)
