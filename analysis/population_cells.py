"""Where the medians of a population lie, by Dirichlet laws of its shares: in which band, and in which cell.

The parameters are a prior and counts, however these were weighed, so they need not be whole. A population's
median is the smallest category with half of it at or below; that it reaches a line means that half or more is
above. Notation: I items, K categories, G panels, R parts across and C up, B draws.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from analysis.dirichlet_pairs import FourParameters, both_halves_above, half_above
from analysis.resampling import Chance
from analysis.tallies import FloatArray, IntArray


def first_above(line: Fraction, low: int, size: int) -> int:
    """The index, from 0 to K, of the first category that reaches a line, the lowest category being `low`.

    >>> first_above(Fraction(13, 2), 1, 9), first_above(Fraction(7), 1, 9), first_above(Fraction(10), 1, 9)
    (6, 6, 9)
    """
    return int(np.clip(-(-line.numerator // line.denominator) - low, 0, size))


def bands_of_population(parameters: FloatArray, low: int, lines: Sequence[Fraction]) -> FloatArray:
    """The probability (I, R) of each band of one criterion, for parameters (I, K), above 0.

    Exact: the share above a line has a Beta law.
    """
    firsts = [first_above(line, low, parameters.shape[1]) for line in lines]
    above = [half_above(parameters[:, k:].sum(axis=1), parameters[:, :k].sum(axis=1)) for k in firsts]
    return parts_between(np.stack([np.ones(len(parameters)), *above], axis=1))


def cells_of_population(
    parameters: FloatArray, low: int, across: Sequence[Fraction], up: Sequence[Fraction]
) -> FloatArray:
    """The probability (I, R, C) of each cell for parameters (I, K, K), above 0, of the pairs of categories.

    The lines across are R - 1 and those up C - 1, ascending. The error is that of `dirichlet_pairs`.
    """
    size = parameters.shape[1]
    rows, columns = ([first_above(line, low, size) for line in lines] for lines in (across, up))
    # The share above each corner, summed from the top.
    above = np.pad(parameters[:, ::-1, ::-1].cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    above = above[:, ::-1, ::-1][:, [0, *rows]][:, :, [0, *columns]]
    both, one, other = above, above[:, :, :1], above[:, :1, :]
    four = np.broadcast_arrays(both, one - both, other - both, above[:, :1, :1] - one - other + both)
    flat = FourParameters(*(np.maximum(side, 0).reshape(-1) for side in four))
    return parts_between(both_halves_above(flat).reshape(above.shape))


def parts_between(reached: FloatArray) -> FloatArray:
    """The chances of each part, (I, R) or (I, R, C), from those of reaching its lower ends.

    >>> parts_between(np.array([[1.0, 0.75, 0.25]]))
    array([[0.25, 0.5 , 0.25]])
    """
    for axis in range(1, reached.ndim):
        widths = [(0, int(each == axis)) for each in range(reached.ndim)]
        reached = -np.diff(np.pad(reached, widths), axis=axis)
    return np.maximum(reached, 0)


def drawn_parts(
    parameters: Sequence[FloatArray], shares: Sequence[float], chance: Chance, draws: int
) -> FloatArray:
    """How often, (I, R, C), the weighted shares of G populations have their medians in each part.

    `parameters` are an array (I, R, C) a panel, collapsed at the lines, and `shares` (G,) the weights in sum
    1. One criterion is a C of 1.
    """
    generator = np.random.default_rng(chance)
    weighted: FloatArray = np.zeros((draws, *parameters[0].shape))
    for of_panel, share in zip(parameters, shares, strict=True):
        drawn = generator.standard_gamma(of_panel, size=weighted.shape)
        weighted += share * drawn / drawn.sum(axis=(2, 3), keepdims=True)
    across, up = (_reached(weighted.sum(axis=axis)) for axis in (3, 2))
    return frequencies(across.T, up.T, weighted.shape[2:])


def _reached(shares: FloatArray) -> IntArray:
    """How many lower ends of the parts, but the first, have half of the shares (B, I, R) above."""
    above = np.cumsum(shares[:, :, ::-1], axis=2)[:, :, ::-1]
    reached: IntArray = (above[:, :, 1:] >= 0.5).sum(axis=2)
    return reached


def frequencies(across: IntArray, up: IntArray, shape: tuple[int, ...]) -> FloatArray:
    """How often, (I, R, C), the parts across (I, B) and up (I, B) were drawn together."""
    (items, draws), (rows, columns) = across.shape, shape
    cells = (np.arange(items)[:, np.newaxis] * rows + across) * columns + up
    often = np.bincount(cells.ravel(), minlength=items * rows * columns)
    shares: FloatArray = often.reshape(items, rows, columns) / draws
    return shares


def collapsed(parameters: FloatArray, low: int, *lines: Sequence[Fraction]) -> FloatArray:
    """Parameters, (I, K) or (I, K, K), added up between the lines of each criterion, (I, R) or (I, R, C)."""
    for axis, of_one in enumerate(lines, start=1):
        starts = [0, *(first_above(line, low, parameters.shape[axis]) for line in of_one)]
        ends = [*starts[1:], parameters.shape[axis]]
        parts = [
            np.take(parameters, range(a, b), axis).sum(axis=axis) for a, b in zip(starts, ends, strict=True)
        ]
        parameters = np.stack(parts, axis=axis)
    return parameters
