"""Verdicts: what a panel has decided about each item by a rule, and what the panels have found together.

Every threshold is compared in whole numbers, so 14 of 20 is 70 %. A verdict says nothing of stability between
rounds, nor how sure it is: see `analysis.uncertainty`. Rules and their text are re-exported here for those
who apply them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np

from analysis.appropriateness import in_disagreement, median_in_band, rule_extrapolated
from analysis.grammar import parse_rule
from analysis.rules import (
    Conditions,
    Measure,
    MedianIqrRule,
    RandUclaRule,
    Rule,
    ShareRule,
    check_fits,
    out_conditions,
)
from analysis.scales import Scale
from analysis.summaries import HALF, exact_iqr, exact_quantile
from analysis.tallies import BoolArray, IntArray, Tally

__all__ = [
    "Finding",
    "MedianIqrRule",
    "RandUclaRule",
    "Rule",
    "ShareRule",
    "Verdict",
    "check_fits",
    "decided",
    "depends_on_quantile_definition",
    "extrapolated",
    "finding",
    "parse_rule",
    "verdicts",
    "ways",
]

# The definitions of SAS and Stata, of SPSS, and of R, NumPy and Excel.
COMMON_QUANTILE_DEFINITIONS: Final = (2, 6, 7)
# Romano J and others. Appropriate statistics for ordinal level data. Florida Association of Institutional
# Research 2006.
NEGLIGIBLE_CLIFFS_DELTA: Final = 0.147


class Verdict(StrEnum):
    """What one panel has decided about an item on one criterion."""

    IN = "in"
    OUT = "out"
    NO_CONSENSUS = "no consensus"
    TOO_FEW = "too few"


class Finding(StrEnum):
    """What the panels have found together about an item on one criterion."""

    ALL_IN = "all in"
    ALL_OUT = "all out"
    PANELS_DIVERGE = "panels diverge"
    NOT_YET = "not yet"


def verdicts(rule: Rule, tally: Tally) -> tuple[Verdict, ...]:
    """The verdict of a rule on each of I items.

    Fewer ratings than the rule's minimum are *too few*, whoever else was unable or left a blank. An item that
    meets the conditions of *in* and of *out* at once has no consensus. By RAND/UCLA an appropriate item is
    in, an inappropriate one out, and an uncertain one, which any disagreement makes it, has no consensus. A
    rule on bands applied to a scale without them is a `ValueError`.

    Source: the rule is the study's own, and `analysis.published_rules` has those of the literature with their
    sources; RAND/UCLA: `appropriateness.in_disagreement`.

    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 3, 3, 0, 0, 14, 0, 0])
    >>> rules = [parse_rule(f"share >= 70 high, share {sign} 15 low") for sign in ("<", "<=")]
    >>> [str(verdicts(rule, twenty)[0]) for rule in rules]
    ['no consensus', 'in']
    """
    check_fits(rule, tally.scale)
    return decided(*_ways(rule, tally), tally.rated >= rule.minimum_n)


def decided(into: BoolArray, out: BoolArray, enough: BoolArray) -> tuple[Verdict, ...]:
    """The verdicts from whether each item (I,) meets *in*, meets *out*, and has enough ratings for either."""
    codes = np.where(enough, np.where(into & ~out, 0, np.where(out & ~into, 1, 2)), 3)
    return tuple(_IN_ORDER[code] for code in codes.tolist())


def extrapolated(rule: Rule, tally: Tally) -> BoolArray:
    """Whether the rule goes beyond what it was made for on an item (I,): RAND/UCLA alone has limits.

    Sources: those of `appropriateness.rule_extrapolated`.

    >>> from analysis.scales import Scale
    >>> sixty = Tally.from_counts(Scale.thirds(1, 9), [12, 0, 0, 0, 6, 0, 0, 0, 42])
    >>> extrapolated(parse_rule("rand/ucla"), sixty)
    array([ True])
    """
    if not isinstance(rule, RandUclaRule):
        return np.zeros(tally.items, dtype=np.bool_)
    return rule_extrapolated(tally, rule.disagreement)


def depends_on_quantile_definition(rule: Rule, tally: Tally) -> BoolArray:
    """Whether the verdict on an item (I,) differs between the rule's own quantile definition and 2, 6 and 7.

    False for rules without quantiles; the median is the same by all of these. Disagreement by IPRAS has them.
    Source: that of `summaries.exact_quantile`.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> depends_on_quantile_definition(parse_rule("median >= 7, iqr <= 2.5"), twelve)
    array([ True])
    """
    if isinstance(rule, ShareRule) or (isinstance(rule, RandUclaRule) and rule.disagreement != "ipras"):
        return np.zeros(tally.items, dtype=np.bool_)
    definitions = {rule.quantiles, *COMMON_QUANTILE_DEFINITIONS}
    by_definition = [verdicts(replace(rule, quantiles=definition), tally) for definition in definitions]
    return np.array([len(set(several)) > 1 for several in zip(*by_definition, strict=True)], dtype=np.bool_)


def finding(
    verdicts_by_panel: Sequence[Verdict],
    cliffs_delta_intervals: Sequence[tuple[float, float]] = (),
) -> Finding:
    """What P panels have found together about one item on one criterion.

    *All in* and *all out* need every panel. *Panels diverge* where one is in and another out, or where the 95
    % interval of Cliff's delta between two panels lies wholly beyond -0.147 or +0.147: two panels that think
    alike get different verdicts by chance about half the time, so a mere difference is *not yet*. The
    intervals, if given, are those of all pairs in the order of `itertools.combinations`; NaN is no evidence,
    and a panel with *too few* takes no part in either comparison. No panels, or another number of intervals,
    is a `ValueError`.

    Sources: the interval, those of `contrasts.cliffs_delta`; the limit of .147, Romano J and others,
    Appropriate statistics for ordinal level data, Florida Association of Institutional Research 2006.

    >>> finding([Verdict.IN, Verdict.NO_CONSENSUS]), finding([Verdict.IN, Verdict.NO_CONSENSUS], [(0.2, 0.8)])
    (<Finding.NOT_YET: 'not yet'>, <Finding.PANELS_DIVERGE: 'panels diverge'>)
    """
    pairs = list(combinations(verdicts_by_panel, 2))
    if not verdicts_by_panel:
        raise ValueError("A finding needs at least one panel.")
    if len(cliffs_delta_intervals) not in (0, len(pairs)):
        raise ValueError(
            f"There are {len(pairs)} pairs of panels and {len(cliffs_delta_intervals)} intervals."
        )
    found = {Verdict(verdict) for verdict in verdicts_by_panel}
    if found == {Verdict.IN}:
        return Finding.ALL_IN
    if found == {Verdict.OUT}:
        return Finding.ALL_OUT
    apart = any(
        _is_beyond_negligible(*interval)
        for pair, interval in zip(pairs, cliffs_delta_intervals, strict=False)
        if Verdict.TOO_FEW not in pair
    )
    return Finding.PANELS_DIVERGE if apart or {Verdict.IN, Verdict.OUT} <= found else Finding.NOT_YET


_IN_ORDER = (Verdict.IN, Verdict.OUT, Verdict.NO_CONSENSUS, Verdict.TOO_FEW)


def _is_beyond_negligible(lower: float, upper: float) -> bool:
    return lower > NEGLIGIBLE_CLIFFS_DELTA or upper < -NEGLIGIBLE_CLIFFS_DELTA


# What a condition is about, as numerators (I,) over denominators (I,) or one number.
Measured: TypeAlias = Callable[[Measure], tuple[IntArray, IntArray | int]]


def ways(rule: ShareRule | MedianIqrRule, scale: Scale, measured: Measured) -> tuple[BoolArray, BoolArray]:
    """Whether each item (I,) meets the conditions of in, and those of out, by what `measured` says of it."""
    into = _all_hold(rule.conditions, measured)
    conditions = out_conditions(rule, scale)
    return into, _all_hold(conditions, measured) if conditions else np.zeros_like(into)


def _all_hold(conditions: Conditions, measured: Measured) -> BoolArray:
    met = [condition.holds(*measured(condition.measure)) for condition in conditions]
    together: BoolArray = np.logical_and.reduce(met)
    return together


def _ways(rule: Rule, tally: Tally) -> tuple[BoolArray, BoolArray]:
    if isinstance(rule, RandUclaRule):
        certain = ~in_disagreement(tally, rule.disagreement, rule.quantiles)
        return median_in_band(tally, "high") & certain, median_in_band(tally, "low") & certain
    return ways(rule, tally.scale, lambda measure: _measured(rule, measure, tally))


def _measured(
    rule: ShareRule | MedianIqrRule, measure: Measure, tally: Tally
) -> tuple[IntArray, IntArray | int]:
    if isinstance(rule, ShareRule):
        return tally.in_band(measure), tally.denominator(rule.denominator)
    exact = exact_quantile(tally, HALF) if measure == "median" else exact_iqr(tally, rule.quantiles)
    return exact.numerators, exact.denominator
