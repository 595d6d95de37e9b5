"""The median and two quantiles of the population behind a panel: the posterior chance of where they lie.

Each is the smallest category that has the cumulative share 1/2, or p, or 1 - p, so an event about them is one
about cumulative shares, and under a Dirichlet law these are Beta laws about any one of them that is fixed.
The chances are integrals over that one. Notation: I items, K categories, N nodes of the quadrature. A bound b
from 0 to K stands below the category with the index b, and F_b is the share of the population under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np
from scipy import special

from analysis.appropriateness import exceeds_ipras
from analysis.repeats import Way, whole_ends
from analysis.scales import Scale
from analysis.summaries import QUARTILE, ExactQuantile
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally

# Chances below this are left out, and with them the quadrature for their items.
_NEGLIGIBLE: Final = 1e-13
_TOLERANCE: Final = 1e-10
# The integrands are at most 1, so points of smaller mass need not be computed.
_SPECK: Final = 1e-15
_FEWEST_POINTS, _MOST_POINTS = 24, 1536
_THREE_TENTHS: Final = Fraction(3, 10)


def median_iqr_chances(tally: Tally, ways: Sequence[Way], prior: float) -> list[FloatArray]:
    """The chance (I,) that the population's median and IQR meet each way, with `prior` on each category.

    All three are by the inverse of the distribution, so they are categories and whole numbers of them.
    """
    population = _Population(tally.counts + np.float64(prior), QUARTILE)
    return [_chance_of(way, population, tally.scale) for way in ways]


def ipras_chances(tally: Tally, prior: float) -> tuple[FloatArray, FloatArray]:
    """The chances (I,) that the population's median is high, or low, and its IPR is not above the IPRAS."""
    population = _Population(tally.counts + np.float64(prior), _THREE_TENTHS)
    values = np.array(tally.scale.categories)
    lower, upper = ExactQuantile(values[:, np.newaxis], 1), ExactQuantile(values[np.newaxis, :], 1)
    # For a given Q(.30) the IPR outgrows the IPRAS once, as Q(.70) rises.
    narrow = np.triu(~exceeds_ipras(lower, upper, tally.scale))
    limits = np.arange(tally.scale.size) - 1 + narrow.sum(axis=1)
    low, high = (band for band in tally.scale.bands or () if band.name != "middle")
    into = population.chance(high.first - tally.scale.low, limits)
    return into, population.turned().chance(tally.scale.high - low.last, limits)


def _chance_of(way: Way, population: "_Population", scale: Scale) -> FloatArray:
    least, most = whole_ends(way, "median", 1)
    narrow, wide = whole_ends(way, "iqr", 1)
    first = 0 if least is None else min(max(least - scale.low, 0), scale.size)
    after = scale.size if most is None else min(max(most + 1 - scale.low, 0), scale.size)
    chance = np.zeros(len(population.parameters))
    if first >= after:
        return chance
    if narrow is None and wide is None:
        return population.share_below(first, 0.5) - population.share_below(after, 0.5)
    for sign, spread in ((1, scale.size if wide is None else wide), (-1, (narrow or 0) - 1)):
        limits = np.minimum(np.arange(scale.size) + spread, scale.size - 1)
        if spread >= 0 and first == 0:
            chance += sign * population.turned().chance(scale.size - after, limits)
        elif spread >= 0:
            chance += sign * (population.chance(first, limits) - population.chance(after, limits))
    return np.clip(chance, 0, 1)


@dataclass(frozen=True)
class _Population:
    """Shares of the categories that are Dirichlet with the parameters (I, K), and the p of two quantiles."""

    parameters: FloatArray
    p: Fraction
    points: int = _FEWEST_POINTS

    def turned(self) -> "_Population":
        """The same with the scale turned round; limits that leave the same spread everywhere stay."""
        return replace(self, parameters=self.parameters[:, ::-1])

    def chance(self, median: int, limits: IntArray) -> FloatArray:
        """P(the median's index is `median` or more, and that of Q(1-p) up to limits[Q(p)]) (I,).

        The points of the quadrature are doubled until they change nothing: small categories of a large panel
        make steps in the integrand that few points pass over.
        """
        doubled = replace(self, points=2 * self.points)
        found = doubled.by_quadrature(median, limits)
        unsettled = np.flatnonzero(np.abs(found - self.by_quadrature(median, limits)) > _TOLERANCE)
        if len(unsettled) and doubled.points < _MOST_POINTS:
            found[unsettled] = doubled.some(unsettled).chance(median, limits)
        return found

    def some(self, items: IntArray) -> "_Population":
        return replace(self, parameters=self.parameters[items])

    def by_quadrature(self, median: int, limits: IntArray) -> FloatArray:
        size = self.parameters.shape[1]
        chance = np.zeros(len(self.parameters))
        for lowest in range(median, size):
            if limits[lowest] >= lowest:
                chance += self._from(lowest, int(limits[lowest]) + 1)
        if 0 < median < size:
            straddling = self.share_below(median, 0.5) - self.share_below(median, float(self.p))
            live = np.flatnonzero(straddling > _NEGLIGIBLE)
            chance[live] += self.some(live).across(median, limits)
        return chance

    def _from(self, lowest: int, upper: int) -> FloatArray:
        """P(Q(p) has the index `lowest`, Q(1-p) one under the bound `upper`): above the median's bound."""
        chance = np.zeros(len(self.parameters))
        at = self.share_below(lowest, float(self.p)) - self.share_below(lowest + 1, float(self.p))
        live = np.flatnonzero(at > _NEGLIGIBLE)
        if len(live):
            some = self.some(live)
            both = some.both(lowest, upper) - some.both(lowest + 1, upper)
            chance[live] = np.maximum(both, 0)
        return chance

    def both(self, lower: int, upper: int) -> FloatArray:
        """P(F at the lower bound < p, F at the upper one >= 1 - p) (I,)."""
        p, size = float(self.p), self.parameters.shape[1]
        if lower >= upper:
            return np.zeros(len(self.parameters))
        if upper == size:
            return self.share_below(lower, p)
        if lower == 0:
            return 1 - self.share_below(upper, 1 - p)
        share, _, mass = self._masses(lower, 0.0, p)
        # The pole of the density at 0, of a category that nobody chose, is left to its own integral.
        at_zero = self._reached(lower, upper, np.zeros((1, 1)), np.ones((1, 1), np.bool_))
        rest = self._reached(lower, upper, share, mass > _SPECK) - at_zero
        integral: FloatArray = at_zero[:, 0] * self.share_below(lower, p)
        integral += np.where(mass > _SPECK, mass * rest, 0).sum(axis=1)
        return integral

    def across(self, median: int, limits: IntArray) -> FloatArray:
        """P(Q(p) is under the median's bound, the median is not, Q(1-p) up to limits[Q(p)]) (I,)."""
        share, beyond, mass = self._masses(median, float(self.p), 0.5)
        where = mass > _SPECK
        total, before = np.zeros(share.shape), np.ones(share.shape)
        for lowest in range(median):
            after = self._still_below(lowest + 1, median, beyond / share, where)
            if limits[lowest] >= median:
                total += (before - after) * self._reached(median, int(limits[lowest]) + 1, share, where)
            before = after
        integral: FloatArray = (mass * total).sum(axis=1)
        return integral

    def _masses(self, bound: int, lowest: float, highest: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """F at the bound (I, N) between two limits, how far it is beyond the lower, and its law's masses."""
        start, length = self._window(bound, lowest, highest)
        powers, weights = _nodes(self.points)
        share = start + length * powers
        return share, length * powers + (start - lowest), self._density(bound, share) * length * weights

    def _under(self, bound: int) -> tuple[FloatArray, FloatArray]:
        """The Beta parameters (I, 1) of the share under a bound."""
        below: FloatArray = self.parameters[:, :bound].sum(axis=1, keepdims=True)
        above: FloatArray = self.parameters[:, bound:].sum(axis=1, keepdims=True)
        return below, above

    def share_below(self, bound: int, limit: float) -> FloatArray:
        """P(F at the bound < limit) (I,)."""
        if bound in (0, self.parameters.shape[1]):
            return np.full(len(self.parameters), float(bound == 0))
        return np.asarray(special.betainc(*self._under(bound), limit)[:, 0], dtype=np.float64)

    def _window(self, bound: int, lowest: float, highest: float) -> tuple[FloatArray, FloatArray]:
        """Where F at the bound may lie between two limits: the start and the length (I, 1).

        Ten standard deviations and the exponential tail about the mean: over the whole interval a quadrature
        would miss the peak of a large panel.
        """
        below, above = self._under(bound)
        total: FloatArray = below + above
        mean: FloatArray = below / total
        reach: FloatArray = 10 * np.sqrt(mean * (1 - mean) / (total + 1)) + 40 / total
        start = np.clip(mean - reach, lowest, highest)
        length: FloatArray = np.clip(mean + reach, lowest, highest) - start
        return start, length

    def _density(self, bound: int, share: FloatArray) -> FloatArray:
        """The density (I, N) of F at the bound."""
        below, above = self._under(bound)
        logs = special.xlogy(below - 1, share) + special.xlog1py(above - 1, -share)
        return np.asarray(np.exp(logs - special.betaln(below, above)), dtype=np.float64)

    def _reached(self, bound: int, upper: int, share: FloatArray, where: BoolArray) -> FloatArray:
        """P(F at the upper bound >= 1 - p, given F at the bound) (I, N)."""
        if upper == self.parameters.shape[1]:
            return np.ones(np.broadcast_shapes(share.shape, (len(self.parameters), 1)))
        between = self.parameters[:, bound:upper].sum(axis=1, keepdims=True)
        above = self.parameters[:, upper:].sum(axis=1, keepdims=True)
        wanted = (1 - float(self.p) - share) / (1 - share)
        return _beta_above(between, above, wanted, where)

    def _still_below(self, lower: int, bound: int, beyond: FloatArray, where: BoolArray) -> FloatArray:
        """P(F at the lower bound < p, given F at the bound), `beyond` being 1 - p / F (I, N)."""
        if lower == bound:
            return np.zeros(beyond.shape)
        below = self.parameters[:, :lower].sum(axis=1, keepdims=True)
        between = self.parameters[:, lower:bound].sum(axis=1, keepdims=True)
        return _beta_above(between, below, beyond, where)


def _beta_above(a: FloatArray, b: FloatArray, x: FloatArray, where: BoolArray) -> FloatArray:
    """P(X > x) (I, N) for X ~ Beta(a, b), 0 where nobody asks: SciPy's own complement is ten times slower."""
    shape = np.broadcast_shapes(a.shape, x.shape)
    up_to: FloatArray = special.betainc(a, b, x, where=where, out=np.ones(shape))
    return 1 - up_to


@cache
def _nodes(points: int) -> tuple[FloatArray, FloatArray]:
    """The fourth powers of sines, and weights: they flatten what bends at either end of the interval."""
    nodes, weights = special.roots_legendre(points)
    angles = (nodes + 1) * np.pi / 4
    return np.sin(angles) ** 4, weights * np.pi * np.sin(angles) ** 3 * np.cos(angles)
