"""Planning a panel: the chance that a rule will be met, how sure a median will be, and panels made up.

What the people asked would say is assumed, as a tally whose counts are weights: percentages, a pilot, an
earlier study. The laws are exact. They are sawtooth curves of the panel's size, because 70 % of ten is seven
and 70 % of twelve is nine, so the curve is what to show, not one size. Notation: S sizes of a panel, K
categories, I items, R panellists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis import repeats
from analysis.exact_laws import median_law
from analysis.results import Result
from analysis.rules import Rule, check_fits
from analysis.summaries import median
from analysis.tallies import FloatArray, IntArray, Tally, integers
from analysis.undefined import reasons

BELOW_MINIMUM: Final = "A panel of this size is below the rule's minimum, so it gives no verdict."


@dataclass(frozen=True, eq=False)
class RuleCurve(Result):
    """For each of S `sizes` of a panel the chance that the item is in (`into`), `out`, or neither."""

    sizes: IntArray
    into: FloatArray
    out: FloatArray
    no_consensus: FloatArray
    reasons: tuple[str | None, ...]

    def size_from_which(self, chance: float) -> int | None:
        """The smallest size from which the chance of *in* stays at least so high, to the end of the curve.

        Because the curve is a sawtooth, a size that reaches the chance is no promise for the next one. None
        where the last size does not reach it. A chance outside 0 to 1 is a `ValueError`.
        """
        if not 0 <= chance <= 1:
            raise ValueError(f"A chance lies between 0 and 1, not {chance}.")
        order = np.argsort(self.sizes, kind="stable")
        misses = np.flatnonzero(~(self.into[order] >= chance))
        after = int(misses[-1]) + 1 if len(misses) else 0
        return int(self.sizes[order[after]]) if after < len(order) else None


def rule_curve(rule: Rule, truth: Tally, sizes: Sequence[int]) -> RuleCurve:
    """The exact chance of each verdict on one item, for panels of S sizes drawn from whom it stands for.

    `truth` has one item, whose counts are weights of the categories. Where the rule counts the unable, its
    `unable` are the weight of those and a size is of both; else all of a panel rate. NaN with a reason below
    the rule's minimum. A `ValueError` for a truth of another number of items or without weight, for a size
    below one, and for a rule that does not fit the scale.

    Source: the sawtooth, Chernick MR, Liu CY. American Statistician 2002;56:149-155,
    doi:10.1198/000313002317572835; the laws, `uncertainty.probability_same_panel_again`.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> three_quarters = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 0, 25, 0, 0, 0, 75])
    >>> curve = rule_curve(parse_rule("share >= 70 high"), three_quarters, [8, 10, 12, 20, 30, 60, 80])
    >>> curve.into.round(4)
    array([0.6785, 0.7759, 0.6488, 0.7858, 0.8034, 0.8514, 0.8761])
    >>> curve.size_from_which(0.8)
    30
    """
    check_fits(rule, truth.scale)
    people = _sizes(sizes)
    spread = _for_each_size(truth, people)
    into, out = repeats.verdict_chances(rule, spread, people)
    few = people < rule.minimum_n
    return RuleCurve(
        sizes=people,
        into=np.where(few, np.nan, into),
        out=np.where(few, np.nan, out),
        no_consensus=np.where(few, np.nan, 1 - into - out),
        reasons=reasons(len(people), (few, BELOW_MINIMUM)),
    )


@dataclass(frozen=True, eq=False)
class MedianPrecision(Result):
    """How sure the medians of panels of S `sizes` are.

    `width` is that of the range that holds the median with the chance `level`, and `near` the chance that it
    lies `within` so many points of the median of the `truth`.
    """

    sizes: IntArray
    standard_error: FloatArray
    width: FloatArray
    near: FloatArray
    truth: float
    within: float
    level: float


def median_precision(
    truth: Tally, sizes: Sequence[int], within: float = 1, level: float = 0.95
) -> MedianPrecision:
    """How near the medians of panels of S sizes come to that of the people they are drawn from, exactly.

    `truth` is as for `rule_curve`, with the same errors, and for `within` below 0 or a level outside 0 to 1.
    Source: as for `exact_laws.median_law`.

    >>> from analysis.scales import Scale
    >>> spread = Tally.from_counts(Scale.thirds(1, 9), [5, 5, 5, 5, 10, 15, 25, 20, 10])
    >>> print(median_precision(spread, [10, 20, 60]))
    sizes  standard_error  width    near  truth  within  level
       10           0.776      3  0.8754      7       1   0.95
       20          0.5487      2  0.9547      7       1   0.95
       60          0.3933      1  0.9991      7       1   0.95
    """
    if not within >= 0:
        raise ValueError(f"The distance from the true median is not negative, as {within} is.")
    people = _sizes(sizes)
    law = median_law(_for_each_size(truth, people), people)
    true_median = float(median(truth)[0])
    lower, upper = law.interval(level)
    return MedianPrecision(
        sizes=people,
        standard_error=law.standard_error,
        width=upper - lower,
        near=law.chances @ (np.abs(law.values - true_median) <= within),
        truth=true_median,
        within=within,
        level=level,
    )


def _sizes(sizes: ArrayLike) -> IntArray:
    people = integers(sizes, "size").reshape(-1)
    if len(people) and people.min() < 1:
        raise ValueError(f"A panel has at least one member, not {people.min()}.")
    return people


def _for_each_size(truth: Tally, sizes: IntArray) -> Tally:
    if truth.items != 1:
        raise ValueError(f"The truth is of one item, not of {truth.items}.")
    if truth.rated[0] == 0:
        raise ValueError("The truth gives no category any weight.")
    number = len(sizes)
    return Tally(
        truth.scale,
        np.repeat(truth.counts, number, axis=0),
        np.repeat(truth.unable, number),
        np.repeat(truth.blank, number),
    )
