"""Leaving one panellist out: the exact jackknife of a measure, and whom a verdict hangs on, from counts.

Two raters of an item who chose the same category are the same to any measure of its counts, so leaving one
out has at most K results an item, each as often as its category was chosen. Only ratings are left out, not
the unable or the blanks. Notation: I items, K categories, n ratings of an item, c_k those of a category.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.consensus import Verdict, verdicts
from analysis.results import Result
from analysis.rules import Rule
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import reasons

FEWER_THAN_TWO_RATED: Final = "Fewer than two rated the item, so nobody can be left out."
UNDEFINED: Final = "The measure of the item is undefined."
UNDEFINED_WITHOUT_ONE: Final = "Without one of the ratings the measure is undefined."
NO_VERDICT: Final = "Too few rated the item for a verdict that could change."


@dataclass(frozen=True, eq=False)
class Jackknife(Result):
    """A measure's `estimate`, `bias` and `standard_error` (I,), and what it is `without` one rating (I, K).

    `without` is NaN for a category that nobody chose.
    """

    estimate: FloatArray
    bias: FloatArray
    standard_error: FloatArray
    without: FloatArray
    reasons: tuple[str | None, ...]


def jackknife(measure: Callable[[Tally], FloatArray], tally: Tally) -> Jackknife:
    """The jackknife of any measure that gives a number (I,) for each item of a tally.

    With the mean m of the n results without one rating, the bias is (n - 1) (m - estimate), and the standard
    error sqrt((n - 1) / n sum of c_k (result_k - m)^2). It is not consistent for the median, for which
    `exact_laws.median_law` is. NaN with a reason for n < 2, and where the measure is undefined with or
    without one.

    Sources: Tukey JW. Annals of Mathematical Statistics 1958;29:614. Efron B. Annals of Statistics
    1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> from analysis.scales import Scale
    >>> from analysis.summaries import mean
    >>> found = jackknife(mean, Tally.from_counts(Scale(1, 5), [1, 2, 3, 4, 0]))
    >>> found.bias.round(12) + 0, found.standard_error
    (array([0.]), array([0.333333]))
    """
    estimate = np.asarray(measure(tally), dtype=np.float64)
    without = _without_one(tally, np.asarray(measure(_left_out(tally)), dtype=np.float64))
    n, counts = tally.rated, tally.counts
    alone, unknown = n < 2, np.isnan(estimate)
    missing: BoolArray = np.isnan(without) & (counts > 0)
    lost: BoolArray = np.logical_or.reduce(missing, axis=1)
    defined = ~(alone | unknown | lost)
    weights = np.where(defined[:, np.newaxis], counts / np.maximum(n, 1)[:, np.newaxis], 0.0)
    known = np.where(weights > 0, without, 0.0)
    centre = (weights * known).sum(axis=1)
    squares = (weights * (known - centre[:, np.newaxis]) ** 2).sum(axis=1)
    return Jackknife(
        estimate=estimate,
        bias=np.where(defined, (n - 1) * (centre - estimate), np.nan),
        standard_error=np.where(defined, np.sqrt(np.maximum(n - 1, 0) * squares), np.nan),
        without=without,
        reasons=reasons(
            tally.items,
            (alone, FEWER_THAN_TWO_RATED),
            (unknown, UNDEFINED),
            (lost, UNDEFINED_WITHOUT_ONE),
        ),
    )


@dataclass(frozen=True, eq=False)
class VerdictWithoutOne(Result):
    """Each item's `verdict`, how many raters it has, and on how many of them alone it hangs (I,).

    `changing` counts the raters without any one of whom the verdict would be another.
    """

    verdict: tuple[Verdict, ...]
    rated: IntArray
    changing: FloatArray
    reasons: tuple[str | None, ...]


def verdict_without_one(rule: Rule, tally: Tally) -> VerdictWithoutOne:
    """How many raters of each item would, by leaving, change the verdict of the rule.

    A panel at the rule's minimum has too few without any of them, which is a change. NaN with a reason for an
    item that already has too few. Errors as for `consensus.verdicts`.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> print(verdict_without_one(parse_rule("share >= 70 high, share < 15 low"), twenty))
    verdict  rated  changing
         in     20        14
    """
    own = verdicts(rule, tally)
    codes = {verdict: code for code, verdict in enumerate(Verdict)}
    theirs = np.array([codes[verdict] for verdict in verdicts(rule, _left_out(tally))], dtype=np.int64)
    mine = np.array([codes[verdict] for verdict in own], dtype=np.int64)
    differs = theirs.reshape(tally.items, tally.scale.size) != mine[:, np.newaxis]
    few = np.array([verdict is Verdict.TOO_FEW for verdict in own], dtype=np.bool_)
    changing = (tally.counts * differs).sum(axis=1)
    return VerdictWithoutOne(
        own, tally.rated, np.where(few, np.nan, changing), reasons(tally.items, (few, NO_VERDICT))
    )


def _left_out(tally: Tally) -> Tally:
    """I * K items: each without one rating of each category, as it is where that has none."""
    size = tally.scale.size
    counts = tally.counts[:, np.newaxis, :] - np.eye(size, dtype=np.int64)
    counts = np.where(tally.counts[:, :, np.newaxis] > 0, counts, tally.counts[:, np.newaxis, :])
    beside = (np.repeat(array, size) for array in (tally.unable, tally.blank))
    return Tally(tally.scale, counts.reshape(-1, size), *beside)


def _without_one(tally: Tally, results: FloatArray) -> FloatArray:
    return np.where(tally.counts > 0, results.reshape(tally.counts.shape), np.nan)
