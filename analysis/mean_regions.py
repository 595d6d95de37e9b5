"""The confidence region of two means: an ellipse about an item's place on a grid.

From the cross table of those who rated the item on both criteria, as their ratings go together. Notation: I
items, K categories, G panels, n_g who rated an item on both criteria in panel g, S_g the covariance matrix of
their ratings, w_g the panel's weight, the weights having the sum 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from analysis.crossings import Crossing
from analysis.redraws import whole_weights
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally, check_alike
from analysis.undefined import reasons
from analysis.weighting import NOBODY_RATED, Weights

TOO_FEW: Final = "Fewer than three of a panel rated the item on both criteria."
NO_VARIANCE: Final = "All ratings on a criterion are equal, so there is no region about the means."
ON_A_LINE: Final = "The ratings on both criteria lie on one line, so there is no region about the means."


@dataclass(frozen=True)
class MeanRegion(Result):
    """The ellipse about the means `x` and `y` (I,), in scale points.

    `major` and `minor` (I,) are its semi-axes, and `angle` (I,) that of the longer one in degrees, from the
    criterion across towards the one up, above -90 up to 90.
    """

    x: FloatArray
    y: FloatArray
    major: FloatArray
    minor: FloatArray
    angle: FloatArray
    reasons: tuple[str | None, ...]


def mean_region(
    crossings: Sequence[Crossing], weights: Weights | None = None, level: float = 0.95
) -> MeanRegion:
    """The region of the mean on both criteria, 95 % unless told, by Hotelling's T squared.

    For one panel, or several pooled by addition, it is all (a, b) whose squared distance from the means by S
    / n is up to 2 (n - 1) / (n - 2) F(2, n - 2). Several panels have the means sum w_g m_g, the covariance
    sum w_g^2 S_g / n_g and, for n, the smallest n_g: Yao's degrees of freedom are never fewer, so it is
    rather too wide. Without weights all weigh the same. The centre is NaN where a panel of positive weight
    has nobody who rated on both criteria; the ellipse also where one has fewer than three, and where all
    together have no variance on a criterion, or lie on one line. Other scales, items or weights, and a level
    outside 0 to 1, are a `ValueError`.

    Sources: Hotelling H. Annals of Mathematical Statistics 1931;2:360-378, doi:10.1214/aoms/1177732979. Yao
    Y. Biometrika 1965;52:139-147, doi:10.1093/biomet/52.1-2.139.

    >>> from analysis.scales import Scale
    >>> five = Crossing.from_matrices(Scale(1, 5), [[1], [2], [3], [4], [5]], [[2], [1], [4], [3], [5]])
    >>> print(mean_region([five]))
    x  y  major  minor  angle
    3  3  4.788  1.596     45
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of a region lies between 0 and 1, not {level}.")
    check_alike([Tally.from_counts(one.scale, one.counts.sum(axis=2)) for one in crossings])
    whole = whole_weights(len(crossings), weights)
    heard = [(one, weight / sum(whole)) for one, weight in zip(crossings, whole, strict=True) if weight]
    rated = np.array([one.rated for one, _ in heard]).min(axis=0)
    moments = [_moments(one) for one, _ in heard]
    w = np.array([weight for _, weight in heard])[:, np.newaxis, np.newaxis]
    centre = (w * np.array([mean for mean, _, _ in moments])).sum(axis=0)
    covariance = (w[..., np.newaxis] ** 2 * np.array([of_mean for _, of_mean, _ in moments])).sum(axis=0)
    told = _told(rated, [scatter for _, _, scatter in moments])
    known = np.array([reason is None for reason in told], dtype=np.bool_)
    major, minor, angle = _ellipse(covariance[known], _reach(rated[known], level))
    x, y = np.where(rated > 0, centre.T, np.nan)
    semi = _spread(known, major, minor, angle)
    return MeanRegion(x, y, semi[0], semi[1], semi[2], told)


def _moments(crossing: Crossing) -> tuple[FloatArray, FloatArray, IntArray]:
    """The means (I, 2), their covariance S / n (I, 2, 2), and n sum xx - sum x sum x of each pair (I, 3).

    The last are whole numbers, of x with x, y with y and x with y, which tell exactly what does not vary.
    """
    n, values = crossing.rated, np.array(crossing.scale.categories)
    of_x, of_y = crossing.counts.sum(axis=2), crossing.counts.sum(axis=1)
    x, y = of_x @ values, of_y @ values
    crossed = np.einsum("ikl,k,l->i", crossing.counts, values, values)
    scatter = np.stack([n * (of_x @ values**2) - x * x, n * (of_y @ values**2) - y * y, n * crossed - x * y])
    pairs: FloatArray = scatter.T / np.maximum(n * n * (n - 1), 1)[:, np.newaxis]
    covariance = pairs[:, [0, 2, 2, 1]].reshape(-1, 2, 2)
    means = np.stack([x, y], axis=1) / np.maximum(n, 1)[:, np.newaxis]
    return means, covariance, scatter


def _told(rated: IntArray, scatters: Sequence[IntArray]) -> tuple[str | None, ...]:
    no_variance = np.logical_or.reduce(np.logical_and.reduce([scatter[:2] == 0 for scatter in scatters]))
    cases = (rated == 0, NOBODY_RATED), (rated < 3, TOO_FEW), (no_variance, NO_VARIANCE)
    return reasons(len(rated), *cases, (_on_a_line(scatters), ON_A_LINE))


def _on_a_line(scatters: Sequence[IntArray]) -> BoolArray:
    """Whether the scatter of all panels (3, I) each is along one and the same direction, in whole numbers."""
    exact = np.array([scatter.astype(object) for scatter in scatters])
    # A sum of positive semidefinite matrices is singular where each is, and all leave out one direction; any
    # positive weights show it, so the plain sum does.
    xx, yy, xy = exact.sum(axis=0)
    on_a_line: BoolArray = (xx * yy == xy * xy).astype(np.bool_)
    return on_a_line


def _reach(rated: IntArray, level: float) -> FloatArray:
    """2 (n - 1) / (n - 2) F(2, n - 2) (I,)."""
    quantile = np.asarray(special.fdtri(2, rated - 2, level), dtype=np.float64)
    return 2 * (rated - 1) / (rated - 2) * quantile


def _ellipse(covariance: FloatArray, reach: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    variances, directions = np.linalg.eigh(covariance)
    axes = np.sqrt(np.maximum(variances, 0) * reach[:, np.newaxis])
    across, up = directions[:, 0, 1], directions[:, 1, 1]
    turned = np.where((across < 0) | ((across == 0) & (up < 0)), -1, 1)
    return axes[:, 1], axes[:, 0], np.degrees(np.arctan2(turned * up, turned * across))


def _spread(known: BoolArray, *found: FloatArray) -> list[FloatArray]:
    """Arrays of the known items as arrays of all (I,), NaN for the others."""
    whole = np.full((len(found), len(known)), np.nan)
    whole[:, known] = found
    return list(whole)
