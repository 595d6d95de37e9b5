"""The exact bootstrap law of two quantiles of an item together, and on which side its median falls.

A median-IQR rule needs median and both quartiles at once, RAND/UCLA with IPRAS the median and Q(.30), Q(.70).
Each quantile lies between two neighbouring ranks. Two neighbours that differ pin the number of ratings below
the gap to the rank, and fixing the number of ratings below any category makes the ratings beneath it and
those above it independent. So the joint law is a sum of products of binomial laws over that number, which is
O(n K^2) an item, truncated where it leaves less than 1e-12. Nothing is drawn.

Notation: I items, K categories, n ratings of an item, L numbers of ratings below a category, V values of a
quantile: (K - 1) D + 1 of them where it interpolates in steps of 1/D. In a `core` (I, 2, K, 2, K) the first
pair of axes is the lower quantile and the second the upper one; of each pair, the first says whether its two
ranks have one category (0) or differ (1), the second has the nearer to the median of the two categories.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from analysis.exact_laws import NOBODY_RATED, Law
from analysis.order_statistics import Draw, extremes, law_above, products, share_of
from analysis.summaries import QUARTILE, position
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import reasons

# Bernstein's inequality: beyond 7.5 standard deviations and 40 the chance is below 1e-12.
_DEVIATIONS, _BEYOND = 7.5, 40
# From here up the ranks of Q(.30) and Q(.70) lie on their own sides of the median by all definitions.
_FEWEST = 5
# Numbers in one block of items: 64 MB.
_BLOCK = 2**23


@dataclass(frozen=True)
class Event:
    """Pairs of quantiles to count, `pairs` (V, V), where the two middle ratings sum to `least` or more.

    Without `least` the median may be anything. The sum of the middle ratings is twice the median.
    """

    pairs: BoolArray
    least: int | None = None


def iqr_law(tally: Tally, definition: int = 7, drawn: IntArray | None = None) -> Law:
    """The exact bootstrap law of each interquartile range by a Hyndman-Fan definition; NaN for n = 0.

    So many are `drawn` (I,) as rated the item, unless told otherwise. Its values are steps of the definition:
    quarters by 4 to 7, twelfths by 8, sixteenths by 9, halves by 2 and whole categories by 1 and 3. A
    `ValueError` names any other definition. Source: as for `exact_laws.median_law`; the joint law of order
    statistics: David HA, Nagaraja HN. Order Statistics, third edition, section 2.2. Wiley 2003.

    >>> from analysis.scales import Scale
    >>> law = iqr_law(Tally.from_counts(Scale(1, 3), [1, 2, 0]))
    >>> law.values[:5], law.chances[0, :5].round(6)
    (array([0.  , 0.25, 0.5 , 0.75, 1.  ]), array([0.333333, 0.      , 0.666667, 0.      , 0.      ]))
    """
    steps = grid_steps(definition)
    size = (tally.scale.size - 1) * steps + 1
    chances = np.zeros((tally.items, size))
    for items, group in _groups(tally, tally.rated if drawn is None else drawn, QUARTILE, definition):
        joint = group.spread(group.core())
        for lower in range(size):
            chances[items, : size - lower] += joint[:, lower, lower:]
    chances[tally.rated == 0] = np.nan
    return Law(np.arange(size) / steps, chances, reasons(tally.items, (tally.rated == 0, NOBODY_RATED)))


def chances_of(
    events: Sequence[Event], tally: Tally, drawn: IntArray, p: Fraction = QUARTILE, definition: int = 7
) -> FloatArray:
    """The chance (E, I) of each of E events about the p- and the (1 - p)-quantile of `drawn` (I,).

    An event's pairs are indexed by the two quantiles, counted in steps of 1 / `grid_steps` from the lowest
    category. NaN for n = 0, and below five drawn for p other than 1/4, where a quantile's ranks can lie on
    both sides of the median. `p` is between 0 and 3/10, or a `ValueError`.
    """
    if not 0 < p <= Fraction(3, 10):
        raise ValueError(f"The lower quantile is for a share above 0 and up to 3/10, not {p}.")
    chances = np.full((len(events), tally.items), np.nan)
    for items, group in _groups(tally, drawn, p, definition):
        core = group.core()
        by_least = {
            least: group.spread(core if least is None else group.beyond(core, least))
            for least in {event.least for event in events}
        }
        for number, event in enumerate(events):
            chances[number, items] = by_least[event.least][:, event.pairs].sum(axis=1)
    clipped: FloatArray = np.clip(chances, 0, 1)
    return clipped


def grid_steps(definition: int, p: Fraction = QUARTILE) -> int:
    """D, into how many steps the definition divides a category for the p-quantile."""
    return position(np.zeros(1, dtype=np.int64), p, definition)[2]


def grid_differences(size: int) -> IntArray:
    """Upper less lower quantile (V, V), in steps."""
    steps = np.arange(size)
    return steps[np.newaxis, :] - steps[:, np.newaxis]


def _groups(
    tally: Tally, drawn: IntArray, p: Fraction, definition: int
) -> Iterator[tuple[IntArray, "_Group"]]:
    """Items that interpolate alike, in blocks that fit into memory, with their indexes."""
    steps, size = grid_steps(definition, p), tally.scale.size
    low, low_part = _ranks(drawn, p, definition)
    high, high_part = _ranks(drawn, 1 - p, definition)
    block = max(1, _BLOCK // max(((size - 1) * steps + 1) ** 2, 64 * size**2))
    defined = (tally.rated > 0) & (drawn >= (1 if p == QUARTILE else _FEWEST))
    kinds = np.stack([low_part, high_part, drawn == 2], axis=1)
    for kind in np.unique(kinds[defined], axis=0):
        items = np.flatnonzero(defined & (kinds == kind).all(axis=1))
        make = _TwoRatings if kind[2] else _Group
        for some in np.split(items, range(block, len(items), block)):
            draw, parts = Draw(tally.counts[some], drawn[some]), (int(kind[0]), int(kind[1]), steps)
            yield some, make(draw, low[some], high[some], parts, tally.scale.low)


def _ranks(drawn: IntArray, p: Fraction, definition: int) -> tuple[IntArray, IntArray]:
    """The rank below the quantile, and how many steps towards the next it lies, none at the ends."""
    below, part, steps = position(drawn, p, definition)
    below, part = below + part // steps, part % steps
    inside = (below >= 1) & (below < drawn)
    return np.clip(below, 1, np.maximum(drawn, 1)), np.where(inside, part, 0)


@dataclass(frozen=True)
class _Group:
    """Items with the ranks below their quantiles (I,), and one interpolation for all.

    `parts` are the steps to the next rank, of the lower and of the upper quantile, and of how many.
    """

    draw: Draw
    low: IntArray
    high: IntArray
    parts: tuple[int, int, int]
    lowest: int

    @property
    def near(self) -> IntArray:
        """Of the lower quantile's ranks the one nearer to the median (I,)."""
        return self.low + (self.parts[0] > 0)

    def core(self) -> FloatArray:
        """The joint law of the two quantiles' ranks, by their kinds and nearer categories."""
        size = self.draw.size
        core = np.zeros((len(self.low), 2, size, 2, size))
        own = self.lower_law(size, self.draw.drawn[:, np.newaxis])[:, 0]
        for category in range(size):
            beneath = category + 1
            live, between, chance = self.numbers_below(beneath, self.near, self.high - 1)
            if len(live):
                some = self.some(live)
                kinds = chance[:, :, np.newaxis] * some.lower_law(beneath, between, True)[..., category]
                core[live, :, category] += products(kinds, some.upper_law(beneath, between))
            if self.parts[1]:
                at_rank = self.lower_law(beneath, self.high[:, np.newaxis], True)[:, 0, :, category]
                chance_of_rank = self.draw.chance_below(beneath, self.high)[:, np.newaxis]
                core[:, :, category, 1, category] += chance_of_rank * at_rank
            rest = own[:, :, category] - core[:, :, category].sum(axis=(2, 3))
            core[:, :, category, 0, category] += np.maximum(rest, 0)
        return core

    def beyond(self, core: FloatArray, least: int) -> FloatArray:
        """The part of the core in which the two middle ratings sum to `least` or more."""
        beneath = int(np.clip(-(-least // 2) - self.lowest, 0, self.draw.size))
        found = core.copy()
        found[:, :, :beneath] = 0
        last = (self.draw.drawn + 1) // 2 - 1
        live, between, chance = self.numbers_below(beneath, self.near, last)
        if len(live):
            some = self.some(live)
            lower = chance[:, :, np.newaxis, np.newaxis] * some.lower_law(beneath, between)
            found[live] += products(lower, some.upper_law(beneath, between))
        even = np.flatnonzero(self.draw.drawn % 2 == 0)
        if len(even):
            found[even] += self.some(even).parted(beneath, least - 2 * self.lowest)
        return found

    def spread(self, core: FloatArray) -> FloatArray:
        """The core as the joint law (I, V, V) of both quantiles, in steps from the lowest category."""
        low_part, high_part, steps = self.parts
        size, values = self.draw.size, (self.draw.size - 1) * steps + 1
        half = np.zeros((len(core), values, 2, size))
        joint = np.zeros((len(core), values, values))
        half[:, ::steps] = core[:, 0]
        up_to = extremes(self.draw.counts, self.low)
        for near, far in _pairs(size) if low_part else ():
            value = steps * far + low_part * (near - far)
            half[:, value] += up_to[:, near, far, np.newaxis, np.newaxis] * core[:, 1, near]
        joint[:, :, ::steps] = half[:, :, 0]
        beyond = extremes(self.draw.turned().counts, self.draw.drawn - self.high)[:, ::-1, ::-1]
        for far, near in _pairs(size) if high_part else ():
            value = steps * near + high_part * (far - near)
            joint[:, :, value] += beyond[:, near, far, np.newaxis] * half[:, :, 1, near]
        return joint

    def parted(self, beneath: int, least: int) -> FloatArray:
        """The core where just half lie beneath the category, so that the middle ratings differ.

        Their categories' indexes sum to `least` or more: for each lower one, all ratings that end by it less
        those that end before it, times all that begin far enough above.
        """
        draw, half = self.draw, self.draw.drawn // 2
        total, under = draw.counts.sum(axis=1), draw.below(beneath)
        numbers, chance = half[:, np.newaxis], draw.chance_below(beneath, half)
        previous = np.zeros((len(half), 2, draw.size))
        found = np.zeros((*previous.shape, 2, draw.size))
        for ending in range(beneath):
            inside = share_of(draw.below(ending + 1), under) ** half
            lower = self.lower_law(ending + 1, numbers)[:, 0] * inside[:, np.newaxis, np.newaxis]
            beginning = max(least - ending, beneath)
            if beginning < draw.size:
                outside = chance * share_of(total - draw.below(beginning), total - under) ** half
                upper = self.upper_law(beginning, numbers)[:, 0] * outside[:, np.newaxis, np.newaxis]
                found += products((lower - previous)[:, np.newaxis], upper[:, np.newaxis])
            previous = lower
        return found

    def some(self, items: IntArray) -> "_Group":
        return replace(self, draw=self.draw.some(items), low=self.low[items], high=self.high[items])

    def numbers_below(
        self, beneath: int, first: IntArray, last: IntArray
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Items (M,) with likely numbers below the category within first and last, these (M, L), chances."""
        total, under = self.draw.counts.sum(axis=1), self.draw.below(beneath)
        mean = self.draw.drawn * (under / total)
        reach = _DEVIATIONS * np.sqrt(mean * (1 - under / total)) + _BEYOND
        first = np.maximum(first, np.ceil(mean - reach).astype(np.int64))
        last = np.minimum(last, np.floor(mean + reach).astype(np.int64))
        live = np.flatnonzero((first <= last) & (under > 0) & (under < total))
        longest = int((last - first)[live].max(initial=0)) + 1
        numbers, most = first[live, np.newaxis] + np.arange(longest), last[live, np.newaxis]
        within = np.minimum(numbers, most)
        chance = self.draw.some(live).chances_below(beneath, within)
        return live, within, np.where(numbers <= most, chance, 0)

    def upper_law(self, beneath: int, numbers: IntArray) -> FloatArray:
        """The law of the upper quantile (I, L, 2, K) given the numbers (I, L) below the category."""
        return law_above(self.draw, self.high, self.parts[1] > 0, beneath, numbers)

    def lower_law(self, beneath: int, numbers: IntArray, only_highest: bool = False) -> FloatArray:
        """The law of the lower quantile (I, L, 2, K) given the numbers: the upper one's, turned round."""
        start = self.draw.size - beneath
        rank, remaining = self.draw.drawn + 1 - self.near, self.draw.drawn[:, np.newaxis] - numbers[:, ::-1]
        stop = start + 1 if only_highest else self.draw.size
        turned = law_above(self.draw.turned(), rank, self.parts[0] > 0, start, remaining, stop)
        back: FloatArray = turned[:, ::-1, :, ::-1]
        return back


class _TwoRatings(_Group):
    """Two ratings, whose quantiles may reach over the median: each pair of categories by itself."""

    def core(self) -> FloatArray:
        shares = self.draw.counts / self.draw.counts.sum(axis=1, keepdims=True)
        chances: FloatArray = shares[:, :, np.newaxis] * shares[:, np.newaxis, :]
        return np.triu(chances) + np.triu(chances, 1)

    def beyond(self, core: FloatArray, least: int) -> FloatArray:
        indexes = np.arange(self.draw.size)
        return np.where(np.add.outer(indexes, indexes) >= least - 2 * self.lowest, core, 0)

    def spread(self, core: FloatArray) -> FloatArray:
        steps = self.parts[2]
        values = (self.draw.size - 1) * steps + 1
        joint = np.zeros((len(core), values, values))
        parts = self.parts[0] + steps * (self.low[0] - 1), self.parts[1] + steps * (self.high[0] - 1)
        for second, first in [*_pairs(self.draw.size), *((same, same) for same in range(self.draw.size))]:
            low, high = (steps * first + part * (second - first) for part in parts)
            joint[:, low, high] += core[:, first, second]
        return joint


def _pairs(size: int) -> Iterator[tuple[int, int]]:
    """All pairs of a higher and a lower category."""
    return ((higher, lower) for higher in range(size) for lower in range(higher))
