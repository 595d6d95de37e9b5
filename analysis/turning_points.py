"""Where a verdict may turn as people join an item at one category: how many of them there have to be.

From one of these numbers to the next every condition of the rule holds throughout or fails throughout, so the
fewest who change a verdict are among them, and millions cost no more than dozens. Notation: I items, K
categories, n ratings of an item, m people who join.
"""

from fractions import Fraction

import numpy as np

from analysis.appropriateness import in_disagreement
from analysis.rules import MedianIqrRule, RandUclaRule, Rule, ShareRule, out_conditions
from analysis.summaries import HALF, QUARTILE, THREE_QUARTERS
from analysis.tallies import IntArray, Tally


def joined(tally: Tally, category: int, people: IntArray) -> Tally:
    """The tally with so many more people (I,) at the category; those who did not rate are left out."""
    counts = tally.counts.copy()
    counts[:, category - tally.scale.low] += people
    return Tally.from_counts(tally.scale, counts.reshape(-1, tally.scale.size))


def turning_points(rule: Rule, tally: Tally, category: int, most: IntArray) -> IntArray:
    """Numbers of people (I, C), ascending, such that the verdict first changes at one of them, up to `most`.

    The category is the lowest or the highest of the scale. Some of the numbers are below 1 or above `most`.
    """
    parts = [(rule.minimum_n - tally.rated)[:, np.newaxis]]
    if isinstance(rule, ShareRule):
        parts += _of_shares(rule, tally, category)
    elif isinstance(rule, MedianIqrRule):
        parts += [_of_quantile(tally, category, p) for p in (HALF, QUARTILE, THREE_QUARTERS)]
    else:
        parts += [_of_quantile(tally, category, HALF), *_of_disagreement(rule, tally, category, most)]
    points: IntArray = np.sort(np.concatenate(parts, axis=1), axis=1)
    return points


def _of_shares(rule: ShareRule, tally: Tally, category: int) -> list[IntArray]:
    """Where a condition may turn: its inequality is A + B m against 0."""
    points = []
    band = tally.scale.band_of(category)
    for condition in (*rule.conditions, *out_conditions(rule, tally.scale)):
        whole, per_cent = 100 * condition.value.denominator, condition.value.numerator
        constant = whole * tally.in_band(condition.measure) - per_cent * tally.rated
        slope = whole * (band == condition.measure) - per_cent
        if slope:
            at = -constant // slope
            points.append(np.stack([at, at + 1], axis=1))
    return points


def _of_quantile(tally: Tally, category: int, p: Fraction) -> IntArray:
    """Where a quantile may move: its place, n p and up to 1 beside it, comes near a cumulative count.

    Elsewhere both ratings that it lies between are of one category, so it is the same by every definition.
    """
    up_to = np.cumsum(tally.counts, axis=1)
    up_to = np.concatenate([np.zeros((tally.items, 1), np.int64), up_to], axis=1)
    grows = np.arange(tally.scale.low - 1, tally.scale.high + 1) >= category
    apart = p.numerator * tally.rated[:, np.newaxis] - p.denominator * up_to
    meets = apart // (p.denominator * grows - p.numerator)
    return _around(meets, int(2 / min(p, 1 - p)))


def _of_disagreement(rule: RandUclaRule, tally: Tally, category: int, most: IntArray) -> list[IntArray]:
    """Where a panel may come to disagree, or to agree, by the rule's reading."""
    if rule.disagreement == "ipras":
        return [_of_quantile(tally, category, Fraction(tenths, 10)) for tenths in (3, 7)]
    here = tally.scale.band_of(category)
    if rule.disagreement == "binomial":
        return _of_test(tally, category, most)
    # Three times the band against n and at most 2 more.
    bands = [(tally.in_band(band), 3 * (band == here) - 1) for band in ("low", "high")]
    return [_around(((tally.rated - 3 * number) // slope)[:, np.newaxis], 4) for number, slope in bands]


def _of_test(tally: Tally, category: int, most: IntArray) -> list[IntArray]:
    """Where the binomial test turns, found by halving.

    While the smaller outer band grows the panel comes to disagree, once at most; after that, with ever more
    in the other, it ceases to, once at most.
    """
    apart = tally.in_band("high") - tally.in_band("low")
    level = np.clip(apart if category == tally.scale.low else -apart, 0, most)
    return [_halved(tally, category, *ends) for ends in ((np.zeros_like(most), level), (level, most))]


def _halved(tally: Tally, category: int, start: IntArray, stop: IntArray) -> IntArray:
    """The two neighbouring numbers (I, 2) between which disagreement changes, if it does."""
    at_start = in_disagreement(joined(tally, category, start), "binomial")
    while (stop - start > 1).any():
        middle = (start + stop) // 2
        as_before = in_disagreement(joined(tally, category, middle), "binomial") == at_start
        start, stop = np.where(as_before, middle, start), np.where(as_before, stop, middle)
    return np.stack([start, stop], axis=1)


def _around(points: IntArray, reach: int) -> IntArray:
    """All whole numbers within reach of the points (I, P), and one more on either side."""
    beside = np.arange(-reach - 1, reach + 3)
    return (points[:, :, np.newaxis] + beside).reshape(len(points), points.shape[1] * len(beside))
