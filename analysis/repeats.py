"""The same panel asked again: the exact chance that an item would meet a rule, by the case bootstrap.

The panel's answers are drawn again with replacement, Multinomial(n, counts / n), and summed without drawing.
`analysis.uncertainty` makes verdicts of these chances. Notation: I items, K categories, n ratings of an item,
W ways, each a sequence of conditions that all must hold. So many are drawn as the panel has, unless `drawn`
(I,) says another number: that is what `analysis.planning` asks.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

import numpy as np

from analysis.appropriateness import DISAGREEMENT_LEVEL, WIDE_REGION_SHARE, exceeds_ipras
from analysis.exact_laws import binomial_cdf, binomial_percentile, median_law
from analysis.order_statistics import Draw, consecutive_binomials, fewer_drawn_at_least, share_of
from analysis.quantile_laws import Event, chances_of, grid_differences, grid_steps
from analysis.rules import Conditions, Measure, MedianIqrRule, RandUclaRule, Rule, ShareRule, out_conditions
from analysis.scales import Scale
from analysis.summaries import ExactQuantile
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio

Way: TypeAlias = Sequence[Conditions]
Pair: TypeAlias = tuple[FloatArray, FloatArray]
_CountEnds: TypeAlias = tuple[IntArray, IntArray]


def verdict_chances(rule: Rule, tally: Tally, drawn: IntArray | None = None) -> Pair:
    """The chances (I,) of in and of out by any rule, whose minimum is left to the caller."""
    if isinstance(rule, RandUclaRule):
        return rand_ucla_chances(rule, tally, drawn)
    if isinstance(rule, MedianIqrRule):
        return in_and_out(rule, tally.scale, lambda ways: median_iqr_chances(rule, tally, ways, drawn))
    return in_and_out(rule, tally.scale, lambda ways: share_chances(rule, tally, ways, drawn))


def in_and_out(
    rule: ShareRule | MedianIqrRule, scale: Scale, chances: Callable[[Sequence[Way]], list[FloatArray]]
) -> Pair:
    """The chances of in alone and of out alone: what meets both ways has no consensus."""
    into, out = rule.conditions, out_conditions(rule, scale)
    if not out:
        of_in = chances([[into]])[0]
        return of_in, np.zeros_like(of_in)
    of_in, of_out, of_both = chances([[into], [out], [into, out]])
    return of_in - of_both, of_out - of_both


def share_chances(
    rule: ShareRule, tally: Tally, ways: Sequence[Way], drawn: IntArray | None = None
) -> list[FloatArray]:
    """The chance (I,) that the shares meet each way; a rule that counts the unable draws them along."""
    among = tally.denominator(rule.denominator)
    high, low = (ratio(tally.in_band(band), among) for band in _BANDS)
    n = among if drawn is None else drawn
    ends = [[_count_ends(way, band, n) for band in _BANDS] for way in ways]
    return [_multinomial_box(high, low, n, *of_way) for of_way in ends]


_BANDS: tuple[Measure, Measure] = ("high", "low")


def median_iqr_chances(
    rule: MedianIqrRule, tally: Tally, ways: Sequence[Way], drawn: IntArray | None = None
) -> list[FloatArray]:
    """The chance (I,) that median and IQR, by the rule's quantile definition, meet each way."""
    measures = {condition.measure for way in ways for conditions in way for condition in conditions}
    if "iqr" not in measures:
        law = median_law(tally, drawn)
        return [law.chances @ _medians_within(way, 2 * law.values) for way in ways]
    steps = grid_steps(rule.quantiles)
    differences = grid_differences((tally.scale.size - 1) * steps + 1)
    events: list[Event] = []
    for way in ways:
        wide = _within(differences, *whole_ends(way, "iqr", steps))
        least, most = whole_ends(way, "median", 2)
        events += [Event(wide, least), Event(wide & (most is not None), None if most is None else most + 1)]
    n = tally.rated if drawn is None else drawn
    found = chances_of(events, tally, n, definition=rule.quantiles)
    return [np.maximum(found[2 * way] - found[2 * way + 1], 0) for way in range(len(ways))]


def rand_ucla_chances(rule: RandUclaRule, tally: Tally, drawn: IntArray | None = None) -> Pair:
    """The chances (I,) that an item is appropriate, and that it is inappropriate, for n from 8 up."""
    n = tally.rated if drawn is None else drawn
    if rule.disagreement == "ipras":
        return _by_ipras(rule, tally, n)
    draw, (last_low, first_high) = Draw(tally.counts, n), _outer_bands(tally.scale)
    enough = enough_to_disagree(rule, n)
    turned_low, turned_high = tally.scale.size - 1 - first_high, tally.scale.size - 1 - last_low
    # A half between two bands is the higher's: it is high, and it is not low.
    into = _in_high_band(draw, last_low, first_high, enough, 2 * first_high - 1)
    out = _in_high_band(draw.turned(), turned_low, turned_high, enough, 2 * turned_high)
    return into, out


def enough_to_disagree(rule: RandUclaRule, rated: IntArray) -> IntArray:
    """How many in each of the outer bands disagree (I,): by the table, a third, or the binomial test."""
    if rule.disagreement == "binomial":
        inside = np.full(rated.shape, 1 - WIDE_REGION_SHARE)
        return 1 + binomial_percentile(1 - DISAGREEMENT_LEVEL, rated, inside)
    return (rated + (1 if rule.disagreement == "table" else 2)) // 3


def whole_ends(way: Way, measure: Measure, steps: int) -> tuple[int | None, int | None]:
    """The least and the most of a measure that meet the way, counted in whole steps of 1 / `steps`."""
    least, most = None, None
    for condition in (condition for conditions in way for condition in conditions):
        if condition.measure == measure:
            limit, strict = condition.value * steps, condition.sign in ("<", ">")
            if condition.sign in (">=", ">"):
                bound = floor(limit) + 1 if strict else ceil(limit)
                least = bound if least is None else max(least, bound)
            else:
                bound = ceil(limit) - 1 if strict else floor(limit)
                most = bound if most is None else min(most, bound)
    return least, most


def _within(values: IntArray | FloatArray, least: int | None, most: int | None) -> BoolArray:
    lowest, highest = (-np.inf if least is None else least), (np.inf if most is None else most)
    within: BoolArray = (values >= lowest) & (values <= highest)
    return within


def _medians_within(way: Way, twice: FloatArray) -> FloatArray:
    return _within(twice, *whole_ends(way, "median", 2)).astype(np.float64)


def _outer_bands(scale: Scale) -> tuple[int, int]:
    """The columns of the low band's last category and of the high band's first."""
    low, high = (band for band in scale.bands or () if band.name != "middle")
    return low.last - scale.low, high.first - scale.low


def _by_ipras(rule: RandUclaRule, tally: Tally, drawn: IntArray) -> Pair:
    share = Fraction(3, 10)
    steps = grid_steps(rule.quantiles, share)
    values = tally.scale.low * steps + np.arange((tally.scale.size - 1) * steps + 1)
    lower, upper = ExactQuantile(values[:, np.newaxis], steps), ExactQuantile(values[np.newaxis, :], steps)
    narrow = ~exceeds_ipras(lower, upper, tally.scale)
    last_low, first_high = (tally.scale.low + column for column in _outer_bands(tally.scale))
    leasts = (2 * first_high - 1, None, 2 * last_low + 1)
    high, whole, above_low = chances_of(
        [Event(narrow, least) for least in leasts], tally, drawn, share, rule.quantiles
    )
    return high, np.maximum(whole - above_low, 0)


def _in_high_band(draw: Draw, last_low: int, first_high: int, enough: IntArray, least: int) -> FloatArray:
    """P(median in the high band, and fewer than enough in the low one) (I,).

    Where the median is high, half of the ratings are, and these are enough. `least` is what the columns of
    the two middle ratings sum to at least.
    """
    n, total = draw.drawn, draw.counts.sum(axis=1)
    high, low = ratio(total - draw.below(first_high), total), ratio(draw.below(last_low + 1), total)
    clearly = (n - (n + 1) // 2 + 1, n)
    chance = _multinomial_box(high, low, n, clearly, (np.zeros_like(n), enough - 1))
    even = np.flatnonzero((n % 2 == 0) & (total > 0))
    chance[even] += _half_and_half(draw.some(even), last_low, first_high, enough[even], least)
    return chance


def _half_and_half(draw: Draw, last_low: int, first_high: int, enough: IntArray, least: int) -> FloatArray:
    """The part of `_in_high_band` where just half are in the high band, so that the middle ratings differ.

    Where the lower of these is low, half of the ratings are, and the panel disagrees.
    """
    total, under, half = draw.counts.sum(axis=1), draw.below(first_high), draw.drawn // 2
    found, previous = np.zeros(len(half)), np.zeros(len(half))
    for ending in range(last_low + 1, first_high):
        inside = draw.below(ending + 1)
        few_low = binomial_cdf(enough - 1, half, share_of(draw.below(last_low + 1), inside))
        up_to = few_low * share_of(inside, under) ** half
        beginning = max(least - ending, first_high)
        if beginning < draw.size:
            found += (up_to - previous) * share_of(total - draw.below(beginning), total - under) ** half
        previous = up_to
    return np.maximum(found, 0) * draw.chance_below(first_high, half)


def _count_ends(ways: Sequence[Conditions], band: Measure, among: IntArray) -> _CountEnds:
    """The least and the most in the band, each (I,), that meet all the conditions, in whole numbers."""
    least, most = np.zeros_like(among), among
    for condition in (condition for way in ways for condition in way if condition.measure == band):
        whole, rest = np.divmod(condition.value.numerator * among, 100 * condition.value.denominator)
        if condition.sign in (">=", ">"):
            least = np.maximum(least, whole + ((rest > 0) | (condition.sign == ">")))
        else:
            most = np.minimum(most, whole - ((rest == 0) & (condition.sign == "<")))
    return least, most


def _multinomial_box(
    high: FloatArray, low: FloatArray, n: IntArray, of_high: _CountEnds, of_low: _CountEnds
) -> FloatArray:
    """P(H and L within their ends) (I,) for (H, L, rest) ~ Multinomial(n; high, low, 1 - high - low).

    The sum over l of P(L = l) P(H within its ends | L = l), in which both are binomial. Beyond 7.5 standard
    deviations and 40 the terms sum to less than 1e-12, by Bernstein's inequality. Shares that are NaN have 0.
    """
    chance = np.zeros(len(n))
    reach = 7.5 * np.sqrt(n * low * (1 - low)) + 40
    first = np.maximum(of_low[0], np.nan_to_num(np.ceil(n * low - reach)).astype(np.int64))
    last = np.minimum(of_low[1], np.nan_to_num(np.floor(n * low + reach), nan=-1.0).astype(np.int64))
    live = np.flatnonzero((first <= last) & (of_high[0] <= of_high[1]) & ~np.isnan(low))
    if len(live):
        n, low, first, last = n[live], low[live], first[live], last[live]
        lows = first[:, np.newaxis] + np.arange(int((last - first).max()) + 1)
        lows = np.minimum(lows, last[:, np.newaxis])
        terms = consecutive_binomials(lows, n, low) * (np.diff(lows, axis=1, prepend=-1) > 0)
        of_rest = np.minimum(high[live] / np.where(low < 1, 1 - low, 1), 1)
        within = fewer_drawn_at_least(of_high[0][live], n, lows, of_rest)
        if (of_high[1][live] < n).any():
            within = within - fewer_drawn_at_least(of_high[1][live] + 1, n, lows, of_rest)
        chance[live] = (terms * np.maximum(within, 0)).sum(axis=1)
    return chance
