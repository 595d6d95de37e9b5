"""Measures of several panels together, each with its weight: shares, distribution, quantiles.

A panel's say is its weight, whatever its size. Everything is compared exactly, in whole numbers. Notation: I
items, K categories, n_g ratings of an item in panel g, w_g its weight, the weights having the sum 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import isfinite, lcm
from typing import Final, TypeAlias

import numpy as np

from analysis.results import Result
from analysis.scales import Scale
from analysis.summaries import HALF, ExactQuantile, check_weights
from analysis.tallies import BoolArray, Denominator, FloatArray, IntArray, Tally, check_alike

Weights: TypeAlias = Sequence[int | float | Fraction]

NOBODY_RATED: Final = "A panel that has a weight did not rate the item."


@dataclass(frozen=True)
class WeightedShare(Result):
    """A `share` (I,) between 0 and 1, the `variance` (I,) of it, and a reason for each NaN."""

    share: FloatArray
    variance: FloatArray
    reasons: tuple[str | None, ...]


def weighted_share(
    band: str,
    tallies: Sequence[Tally],
    weights: Weights | None = None,
    denominator: str = Denominator.RATED,
) -> WeightedShare:
    """The share of a band, p = sum w_g p_g, and its variance, sum w_g^2 p_g (1 - p_g) / n_g.

    Without weights all weigh the same, whatever their size. NaN, with a reason, where a panel of positive
    weight has nobody in the denominator: the others would stand for it. Bands and denominators are those of
    `Tally`; weights are floats, integers or fractions, one a panel, none negative, not all zero, or a
    `ValueError`.

    Source: the estimate of a stratified sample. Cochran WG. Sampling Techniques, third edition, chapter 5.
    Wiley 1977.

    >>> from analysis.scales import Scale
    >>> large = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> small = Tally.from_counts(Scale.thirds(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> print(weighted_share("high", [large, small]))
    share  variance
    0.475  0.008094
    """
    weighed = weigh(tallies, weights)
    among = np.array([tally.denominator(denominator) for tally in weighed.tallies])
    by_panel = np.array([tally.in_band(band) for tally in weighed.tallies]) / np.maximum(among, 1)
    w = np.array([weight / sum(weighed.whole) for weight in weighed.whole])[:, np.newaxis]
    variance = (w**2 * by_panel * (1 - by_panel) / np.maximum(among, 1)).sum(axis=0)
    defined: BoolArray = np.logical_and.reduce(among > 0)
    return WeightedShare(
        np.where(defined, (w * by_panel).sum(axis=0), np.nan),
        np.where(defined, variance, np.nan),
        tuple(None if is_defined else NOBODY_RATED for is_defined in defined.tolist()),
    )


def weighted_distribution(tallies: Sequence[Tally], weights: Weights | None = None) -> FloatArray:
    """The share (I, K) of each category, sum w_g c_gk / n_g: what any index of shares can be taken of.

    Without weights all weigh the same. A row is NaN where a panel of positive weight did not rate the item.
    Errors and source as for `weighted_share`.

    >>> from analysis.scales import Scale
    >>> two = [Tally.from_counts(Scale(1, 3), counts) for counts in ([0, 0, 40], [7, 7, 0])]
    >>> weighted_distribution(two)
    array([[0.25, 0.25, 0.5 ]])
    """
    weighed = weigh(tallies, weights)
    cumulative, total = weighed.cumulative
    steps = (np.diff(cumulative, axis=1, prepend=0) / total[:, np.newaxis]).astype(np.float64)
    return np.where(weighed.all_have(1)[:, np.newaxis], steps, np.nan)


def weighted_quantile(
    tallies: Sequence[Tally], p: float | Fraction, weights: Weights | None = None
) -> FloatArray:
    """The p-quantile (I,) of the weighted distribution: the smallest category with F >= p, compared exactly.

    At p = 1/2 it is averaged with the next chosen category where F is exactly 1/2, as a median is. p is read
    as `summaries.exact_quantile` reads it. NaN where a panel of positive weight did not rate the item. Errors
    as for `weighted_share`, and a p outside 0 to 1. Source: definition 1 of `summaries.exact_quantile`, and 2
    at 1/2, taken of the weighted distribution.

    >>> from analysis.scales import Scale
    >>> two = [Tally.from_counts(Scale(1, 3), counts) for counts in ([0, 0, 40], [14, 0, 0])]
    >>> weighted_quantile(two, 0.5), weighted_quantile(two, 0.5, weights=[3, 1])
    (array([2.]), array([3.]))
    """
    if not 0 <= p <= 1:
        raise ValueError(f"A quantile is for a share between 0 and 1, not {p}.")
    share = Fraction(p).limit_denominator(10**6)
    weighed = weigh(tallies, weights)
    return weighed.exact_quantile(share).as_floats(weighed.all_have(1).astype(np.int64))


@dataclass(frozen=True)
class Weighed:
    """The tallies of positive weight, and their weights as whole numbers; its measures are exact."""

    tallies: tuple[Tally, ...]
    whole: tuple[int, ...]

    @property
    def scale(self) -> Scale:
        """The scale that all have in common."""
        return self.tallies[0].scale

    def all_have(self, minimum_n: int) -> BoolArray:
        """Whether each of the panels has so many ratings of an item (I,)."""
        enough: BoolArray = np.logical_and.reduce([tally.rated >= minimum_n for tally in self.tallies])
        return enough

    def exact_share(self, band: str, denominator: str) -> tuple[IntArray, IntArray]:
        """The weighted share of a band as a numerator and a denominator (I,)."""
        chosen = [tally.in_band(band) for tally in self.tallies]
        return self._over_common(chosen, [tally.denominator(denominator) for tally in self.tallies])

    @property
    def cumulative(self) -> tuple[IntArray, IntArray]:
        """The weighted distribution function as numerators (I, K) over a total (I,)."""
        summed = [np.cumsum(tally.counts, axis=1) for tally in self.tallies]
        return self._over_common(summed, [tally.rated for tally in self.tallies])

    @property
    def exact_means(self) -> tuple[Fraction | None, ...]:
        """The weighted mean of each item; None where one of the panels did not rate it."""
        categories = np.array(self.scale.categories)
        sums = np.array([tally.counts @ categories for tally in self.tallies])
        numerator, denominator = self._over_common(list(sums), [tally.rated for tally in self.tallies])
        whole = zip(numerator.tolist(), denominator.tolist(), self.all_have(1).tolist(), strict=True)
        return tuple(Fraction(int(a), int(b)) if rated else None for a, b, rated in whole)

    def exact_quantile(self, p: Fraction) -> ExactQuantile:
        """Twice the category that reaches p, over 2; at 1/2 the sum of it and the next."""
        cumulative, total = self.cumulative
        reached, aim = cumulative * p.denominator, (total * p.numerator)[:, np.newaxis]
        # An empty item reaches nothing: it stays on the scale, and its caller knows that it means nothing.
        last = self.scale.size - 1
        first = np.minimum((reached < aim).astype(np.int64).sum(axis=1), last)
        after = np.minimum((reached <= aim).astype(np.int64).sum(axis=1), last) if p == HALF else first
        return ExactQuantile(2 * self.scale.low + first + after, 2)

    def _over_common(
        self, amounts: Sequence[IntArray], among: Sequence[IntArray]
    ) -> tuple[IntArray, IntArray]:
        """Sum w_g a_g / n_g over the product of the n, in Python's own integers: it outgrows 64 bits."""
        filled = [np.maximum(n, 1).astype(object) for n in among]
        common = reduce(np.multiply, filled)
        parts = [
            weight * amount.astype(object) * (common // n).reshape(-1, *[1] * (amount.ndim - 1))
            for weight, amount, n in zip(self.whole, amounts, filled, strict=True)
        ]
        return reduce(np.add, parts), sum(self.whole) * common


def weigh(tallies: Sequence[Tally], weights: Weights | None = None) -> Weighed:
    """The panels with their weights, equal where none are given; errors as for `weighted_share`."""
    check_alike(list(tallies))
    exact = exact_weights(len(tallies), weights)
    common = lcm(*(weight.denominator for weight in exact))
    kept = [(tally, int(weight * common)) for tally, weight in zip(tallies, exact, strict=True) if weight]
    return Weighed(tuple(tally for tally, _ in kept), tuple(weight for _, weight in kept))


def exact_weights(panels: int, weights: Weights | None) -> tuple[Fraction, ...]:
    """The weights of so many panels in sum 1, equal where none are given; errors as `check_weights`."""
    return check_weights(panels, None if weights is None else [_fraction(weight) for weight in weights])


def _fraction(weight: float | Fraction) -> Fraction:
    """The weight as meant: .3 is 3/10, which floating point has not."""
    if isinstance(weight, float) and not isfinite(weight):
        raise ValueError(f"The weights of panels are numbers, not {weight}.")
    return Fraction(weight).limit_denominator(10**6)
