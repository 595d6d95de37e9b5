"""Intervals of a share, `successes` of `n`, for one or many at a time.

They tell how far the share behind the panel may lie from the share in it. Which one is used belongs in the
report: Wilson's and Jeffreys' cover 95 % on average, that of Clopper and Pearson at least 95 %, so it is
wider.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.tallies import FloatArray


class Interval(NamedTuple):
    """The ends of an interval, one pair an item."""

    lower: FloatArray
    upper: FloatArray


def wilson(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Wilson's score interval of successes / n; NaN for n = 0, `ValueError` unless 0 <= successes <= n.

    Source: Wilson EB. Journal of the American Statistical Association 1927;22:209-212,
    doi:10.1080/01621459.1927.10502953.

    >>> [round(float(end), 6) for end in wilson(14, 20)]
    [0.481027, 0.854523]
    """
    x, total = _share(successes, n, level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    centre = (x + z**2 / 2) / (total + z**2)
    spread = z / (total + z**2) * np.sqrt(x * (total - x) / total + z**2 / 4)
    return Interval(np.where(x == 0, 0.0, centre - spread), np.where(x == total, 1.0, centre + spread))


def clopper_pearson(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Clopper and Pearson's exact interval of successes / n; missing and errors as for `wilson`.

    Source: Clopper CJ, Pearson ES. Biometrika 1934;26:404-413, doi:10.1093/biomet/26.4.404.

    >>> [round(float(end), 6) for end in clopper_pearson(14, 20)]
    [0.457211, 0.881068]
    """
    x, total = _share(successes, n, level)
    tail = (1 - level) / 2
    lower = special.betaincinv(np.maximum(x, 1), total - x + 1, tail)
    upper = special.betaincinv(x + 1, np.maximum(total - x, 1), 1 - tail)
    return Interval(np.where(x == 0, 0.0, lower), np.where(x == total, 1.0, upper))


def jeffreys(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Jeffreys' interval of successes / n, from 0 for none and to 1 for all; otherwise as `wilson`.

    Source: Brown LD, Cai TT, DasGupta A. Statistical Science 2001;16:101-133, doi:10.1214/ss/1009213286.

    >>> [round(float(end), 6) for end in jeffreys(14, 20)]
    [0.482772, 0.863884]
    """
    x, total = _share(successes, n, level)
    tail = (1 - level) / 2
    lower = special.betaincinv(x + 0.5, total - x + 0.5, tail)
    upper = special.betaincinv(x + 0.5, total - x + 0.5, 1 - tail)
    return Interval(np.where(x == 0, 0.0, lower), np.where(x == total, 1.0, upper))


def _share(successes: ArrayLike, n: ArrayLike, level: float) -> tuple[FloatArray, FloatArray]:
    """Both as floats, NaN where n is 0."""
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    x, total = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    wrong = np.flatnonzero(~((x >= 0) & (x <= total)))
    if wrong.size:
        found = f"{x.ravel()[wrong[0]]:g} of {total.ravel()[wrong[0]]:g} at position {wrong[0]}"
        raise ValueError(f"A share needs 0 <= successes <= n, not {found}.")
    return np.where(total > 0, x, np.nan), np.where(total > 0, total, np.nan)
