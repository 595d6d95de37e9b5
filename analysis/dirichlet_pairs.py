"""The probability that the medians of a population reach both lines, under a Dirichlet law of its shares.

A population's median reaches a line where half of it or more is above. Of four shares, proportional to
independent gamma variables, both halves are above where g11 - g00 is not less than |g10 - g01|: where (2 v -
1) (1 - w) >= |2 r - 1| w, with the share w of those above one line alone, their part r above the one across,
and the part v of the others who are above both. The three are independent, each with a Beta law: two
quadratures and a tail. Notation: I items, N nodes.

Source: Gelman A and others. Bayesian Data Analysis, third edition, section 3.4. Chapman and Hall 2013.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from scipy import special

from analysis.tallies import BoolArray, FloatArray, IntArray

_POINTS: Final = 16
_DEVIATIONS: Final = 6
_TAIL: Final = 10
# From this parameter on the tail beyond it does not bend.
_SMOOTH: Final = 3
# Where the margins leave no more than this open, the quadrature is left out.
_SETTLED: Final = 1e-5
# Points of less mass are left out.
_SPECK: Final = 1e-8
_TINY: Final = 1e-300
_LEAST, _MOST_POWER = 1e-3, 1000


class FourParameters(NamedTuple):
    """Dirichlet parameters (I,) of the shares above both lines, above one alone, and below both."""

    both: FloatArray
    across: FloatArray
    up: FloatArray
    neither: FloatArray

    def some(self, items: IntArray) -> "FourParameters":
        """The same of some items."""
        return FourParameters(*(array[items] for array in self))

    def turned(self) -> "FourParameters":
        """The same with the criteria exchanged."""
        return FourParameters(self.both, self.up, self.across, self.neither)


def half_above(above: FloatArray, below: FloatArray) -> FloatArray:
    """P(half or more of the population is above the line) (I,), by the Dirichlet parameters of both sides."""
    # A side of 0 is nobody's: the law is a point.
    inner = special.betainc(np.where(below > 0, below, 1), np.where(above > 0, above, 1), 0.5)
    return np.where(below <= 0, 1.0, np.where(above <= 0, 0.0, inner))


def both_halves_above(parameters: FourParameters) -> FloatArray:
    """P(half or more of the population is above the line across, and half or more above the one up) (I,).

    By quadratures of 16 points, whose error is below 2e-5, and as a rule below 1e-6. Parameters of 0 are
    allowed where they leave nobody on one side of a line.
    """
    both, across, up, neither = parameters
    one, other = half_above(both + across, up + neither), half_above(both + up, across + neither)
    least, most = np.maximum(one + other - 1, 0), np.minimum(one, other)
    found = (least + most) / 2
    unsettled = np.flatnonzero(most - least > _SETTLED)
    if len(unsettled):
        some = parameters.some(unsettled)
        chance = _more_above_across(some) + _more_above_across(some.turned())
        found[unsettled] = np.clip(chance, least[unsettled], most[unsettled])
    return found


def _more_above_across(parameters: FourParameters) -> FloatArray:
    """The part of the chance in which at least as many are above the line across as above the other (I,)."""
    both, across, up, neither = parameters
    rest, mass = _beta_nodes(up, across, np.full(len(up), 0.5), both + neither < _SMOOTH)
    excess = 1 - 2 * rest
    # More than 1 / (1 + |2 r - 1|) of the population cannot be above one line alone.
    alone: FloatArray = np.repeat(across + up, _POINTS)
    together: FloatArray = np.repeat(both + neither, _POINTS)
    bends: BoolArray = np.repeat(neither < _SMOOTH, _POINTS)
    part, weight = _beta_nodes(alone, together, (1 / (1 + excess)).ravel(), bends)
    part, weight = (array.reshape(*rest.shape, _POINTS) for array in (part, weight))
    weight *= mass[:, :, np.newaxis]
    wanted = excess[:, :, np.newaxis] * part / (1 - part)
    tail = np.zeros(weight.shape)
    special.betainc(
        neither[:, np.newaxis, np.newaxis],
        both[:, np.newaxis, np.newaxis],
        np.clip((1 - wanted) / 2, 0, 0.5),
        where=weight > _SPECK,
        out=tail,
    )
    chance: FloatArray = (weight * tail).sum(axis=(1, 2))
    return chance


def _beta_nodes(
    a: FloatArray, b: FloatArray, most: FloatArray, bends: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Points (I, N) from 0 to `most` (I,), and their masses by Beta(a, b), which sum to all that lies there.

    They cover the mean, 6 standard deviations and the exponential tail. A power takes the pole at 0 off,
    where nobody of a side was asked, and where what is integrated `bends` (I,) at the upper end, a square
    crowds them there.
    """
    mean = a / (a + b)
    reach = _DEVIATIONS * np.sqrt(mean * (1 - mean) / (a + b + 1)) + _TAIL / (a + b)
    start, stop = np.clip(mean - reach, 0, most), np.clip(mean + reach, 0, most)
    power = np.where(start > 0, 1.0, np.clip(2 / np.maximum(a, _LEAST), 1, _MOST_POWER))[:, np.newaxis]
    nodes, crowded, weights, of_crowded = _nodes()
    nodes = np.where(bends[:, np.newaxis], crowded, nodes)
    weights = np.where(bends[:, np.newaxis], of_crowded, weights)
    length, start = np.maximum(stop - start, _TINY)[:, np.newaxis], start[:, np.newaxis]
    logs = power * np.log(nodes)
    points = start + length * np.exp(logs)
    log_points = np.where(start > 0, np.log(np.maximum(points, _TINY)), np.log(length) + logs)
    log_density = (a - 1)[:, np.newaxis] * log_points + special.xlog1py((b - 1)[:, np.newaxis], -points)
    log_density += np.log(length * power) + logs - np.log(nodes)
    masses = np.exp(log_density - log_density.max(axis=1, keepdims=True)) * weights
    return points, masses * (special.betainc(a, b, most) / masses.sum(axis=1))[:, np.newaxis]


@cache
def _nodes() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Gauss-Legendre points between 0 and 1, the same crowded towards 1, and the weights of both."""
    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    from_one = (1 - nodes) / 2
    return 1 - from_one, 1 - from_one**2, weights / 2, weights * from_one
