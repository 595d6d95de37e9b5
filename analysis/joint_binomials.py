"""The joint chance of two dependent binomials: how many of a panel are above a line on each criterion.

Of n people each is in one of four cells. By Plackett's identity the chance that both numbers are high is the
product that it would be, were they independent, and one integral over the departure from that. Notation: I
items, Q nodes of the quadrature, W terms of a sum.

Source: Plackett RL. Biometrika 1954;41:351-360, doi:10.1093/biomet/41.3-4.351.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy import special

from analysis.exact_laws import binomial_at_least, log_choose
from analysis.tallies import FloatArray, IntArray

# What is left out of a sum of chances, each time.
NEGLIGIBLE: Final = 1e-14
_TOLERANCE: Final = 1e-12
_TINY: Final = 1e-300
_FEWEST_POINTS, _MOST_POINTS = 32, 512
_DEVIATIONS: Final = 9
_ITEMS_AND_TERMS: Final = 2**13


class FourCells(NamedTuple):
    """Shares (I,) of the panel above both lines, above one alone, and below both, in sum 1."""

    both: FloatArray
    across: FloatArray
    up: FloatArray
    neither: FloatArray

    def some(self, items: IntArray) -> "FourCells":
        """The same of some items."""
        return FourCells(*(share[items] for share in self))


def at_least(n: IntArray, x: IntArray, y: IntArray, shares: FourCells) -> FloatArray:
    """P(at least x of n are above the line across, and at least y above the one up) (I,).

    As the cells depart from independence by d, with the margins as they are, the chance grows by n times that
    of x - 1 and y - 1 among n - 1, a polynomial in d: the integral from 0 to the d of the table. Up to n = 64
    the quadrature is exact for it, and beyond it agrees with twice its points within 1e-12.

    Source: Plackett RL. Biometrika 1954;41:351-360, doi:10.1093/biomet/41.3-4.351.

    >>> two = FourCells(*(np.array([share]) for share in (0.5, 0.25, 0.0, 0.25)))
    >>> at_least(np.array([2]), np.array([1]), np.array([1]), two)
    array([0.75])
    """
    across, up = np.minimum(shares.both + shares.across, 1), np.minimum(shares.both + shares.up, 1)
    chance = np.asarray(binomial_at_least(x, n, across) * binomial_at_least(y, n, up), dtype=np.float64)
    departure = shares.both - across * up
    open_ended = (np.minimum(x, y) > 0) & (np.maximum(x, y) <= n)
    live = np.flatnonzero(open_ended & (np.abs(departure) > 0) & (np.minimum(across, up) > 0))
    live = live[(np.maximum(across, up)[live] < 1)]
    # The chance of x - 1 and y - 1 is not above that of either.
    likeliest = np.minimum(_point(x - 1, n - 1, across)[live], _point(y - 1, n - 1, up)[live])
    live = live[np.abs(departure[live]) * n[live] * likeliest > NEGLIGIBLE]
    # Panels of a size together: one large one would make many points for all.
    live = live[np.argsort(n[live], kind="stable")]
    blocks = max(1, len(live) * min(int(n[live].max(initial=0)), 1000) // _ITEMS_AND_TERMS)
    for some in np.array_split(live, blocks) if len(live) else ():
        path = _Path(n[some], x[some], y[some], across[some], up[some], departure[some])
        chance[some] += departure[some] * n[some] * path.integral()
    return np.clip(chance, 0, 1)


class _Path(NamedTuple):
    """The way from independence to the table: n, x, y, margins and the departure d, each (I,)."""

    n: IntArray
    x: IntArray
    y: IntArray
    across: FloatArray
    up: FloatArray
    departure: FloatArray

    def some(self, items: IntArray) -> "_Path":
        n, x, y = self.n[items], self.x[items], self.y[items]
        return _Path(n, x, y, self.across[items], self.up[items], self.departure[items])

    def integral(self, points: int = _FEWEST_POINTS) -> FloatArray:
        """The mean over the way of P(x - 1 and y - 1 of n - 1) (I,); points are doubled until it settles."""
        if 2 * points >= self.n.max():
            return self._by_quadrature(max(1, int(self.n.max() + 1) // 2), 1)
        found, doubled = self._by_quadrature(points, 4), self._by_quadrature(2 * points, 4)
        off = np.abs(found - doubled) * np.abs(self.departure) * self.n
        unsettled = np.flatnonzero(off > _TOLERANCE)
        if len(unsettled) and 2 * points < _MOST_POINTS:
            doubled[unsettled] = self.some(unsettled).integral(2 * points)
        return doubled

    def _by_quadrature(self, points: int, power: int) -> FloatArray:
        """Gauss-Legendre; a power above 1 crowds the points at the table, where large panels bend."""
        nodes, weights = np.polynomial.legendre.leggauss(points)
        nodes, weights = (nodes + 1) / 2, weights / 2
        weights = weights * power * nodes ** (power - 1)
        along = 1 - nodes**power
        d = self.departure[:, np.newaxis] * along
        independent = (self.across * self.up)[:, np.newaxis]
        both = independent + d
        alone, other = self.across[:, np.newaxis] - both, self.up[:, np.newaxis] - both
        mean: FloatArray = self._chance(both, alone, other, 1 - both - alone - other) @ weights
        return mean

    def _chance(self, *cells: FloatArray) -> FloatArray:
        """P(x - 1 above across, y - 1 above up, of n - 1) (I, Q) with shares (I, Q) of the four cells."""
        logs = [np.log(np.maximum(cell, 1e-300)) for cell in cells]
        drawn, x, y = self.n - 1, self.x - 1, self.y - 1
        least, most = np.maximum(0, x + y - drawn), np.minimum(x, y)
        first, width = self._window(cells, least, most)
        number = np.minimum(first[..., np.newaxis] + np.arange(width), most[:, np.newaxis, np.newaxis])
        x, y, drawn = (array[:, np.newaxis, np.newaxis] for array in (x, y, drawn))
        factorials = special.gammaln(np.arange(int(self.n.max()) + 1) + 1.0)
        both, alone, other, neither = (log[..., np.newaxis] for log in logs)
        terms = number * (both - alone - other + neither)
        terms += factorials[drawn] + x * alone + y * other + (drawn - x - y) * neither
        for of_cell in (number, x - number, y - number, drawn - x - y + number):
            terms -= factorials[of_cell]
        within = first[..., np.newaxis] + np.arange(width) <= most[:, np.newaxis, np.newaxis]
        chance: FloatArray = np.where(within, np.exp(terms), 0).sum(axis=2)
        return chance

    def _window(self, cells: tuple[FloatArray, ...], least: IntArray, most: IntArray) -> tuple[IntArray, int]:
        """The first number in both cells (I, Q) that has a say, and how many, about the likeliest."""
        spread = np.sqrt(np.maximum(most - least, 1)) / 2
        reach = _DEVIATIONS * spread + 10
        if (2 * reach >= most - least).all():
            first = np.broadcast_to(least[:, np.newaxis], cells[0].shape)
            return first, int((most - least).max()) + 1
        likeliest = self._likeliest(*cells)
        first = np.clip(np.floor(likeliest - reach[:, np.newaxis]), least[:, np.newaxis], most[:, np.newaxis])
        return first.astype(np.int64), int(2 * reach.max()) + 2

    def _likeliest(
        self, both: FloatArray, alone: FloatArray, other: FloatArray, neither: FloatArray
    ) -> FloatArray:
        """Where a (rest + a) / ((x - a) (y - a)) is the odds ratio (I, Q): a quadratic equation."""
        x, y = (self.x - 1)[:, np.newaxis], (self.y - 1)[:, np.newaxis]
        rest = (self.n - 1)[:, np.newaxis] - x - y
        # s a (rest + a) = t (x - a) (y - a), with s = p10 p01 and t = p11 p00
        s, t = alone * other, both * neither
        square, linear, constant = s - t, s * rest + t * (x + y), -t * x * y
        root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0))
        # Both are the same root; each is free of cancellation where the other is not.
        is_small = linear < 0
        above = np.where(is_small, root - linear, -2 * constant)
        found: FloatArray = above / np.maximum(np.where(is_small, 2 * square, linear + root), _TINY)
        return found


def _point(k: IntArray, n: IntArray, share: FloatArray) -> FloatArray:
    """P(X = k) (I,) for X ~ Binomial(n, share), and 0 outside 0 to n."""
    within = np.clip(k, 0, np.maximum(n, 0))
    logs = special.xlogy(within, share) + special.xlog1py(n - within, -share)
    return np.where(within == k, np.exp(log_choose(np.maximum(n, within), within) + logs), 0)
