"""Many tests at once: p-values adjusted for how many there are.

Benjamini and Hochberg's bound the share of false findings among the findings, which is what "on which items
do the panels differ" asks. Holm's bound the chance of a single false one, for the few items that a protocol
names beforehand. An adjusted p at or below the level is significant at that level. Notation: I items.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.tallies import FloatArray


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Adjusted p (I,) that bound the false discovery rate, for tests that are independent or pull together.

    The k-th smallest of m becomes the least of p m / k from the k-th up. NaN is no test: it is left out of m
    and stays NaN. A `ValueError` names a p that is not between 0 and 1.

    Source: Benjamini Y, Hochberg Y. Journal of the Royal Statistical Society B 1995;57:289-300,
    doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> benjamini_hochberg([0.01, np.nan, 0.04, 0.03])
    array([0.03, nan, 0.04, 0.04])
    """
    values, order = _ascending(p)
    steps = values[order] * (order.size / np.arange(1, order.size + 1))
    return _replaced(values, order, np.minimum.accumulate(steps[::-1])[::-1])


def holm(p: ArrayLike) -> FloatArray:
    """Adjusted p (I,) that bound the chance of any false finding, whatever the tests have in common.

    The k-th smallest of m becomes the largest of p (m + 1 - k) up to the k-th, at most 1. NaN and errors as
    for `benjamini_hochberg`.

    Source: Holm S. Scandinavian Journal of Statistics 1979;6:65-70, doi:10.2307/4615733.

    >>> holm([0.01, np.nan, 0.04, 0.03])
    array([0.03, nan, 0.06, 0.06])
    """
    values, order = _ascending(p)
    steps = values[order] * np.arange(order.size, 0, -1)
    return _replaced(values, order, np.minimum(np.maximum.accumulate(steps), 1.0))


def bonferroni(p: ArrayLike) -> FloatArray:
    """Each p (I,) times the number of tests, at most 1: never below Holm's. NaN and errors as there.

    Source: Dunn OJ. Journal of the American Statistical Association 1961;56:52-64,
    doi:10.1080/01621459.1961.10482090.

    >>> bonferroni([0.01, np.nan, 0.04, 0.03])
    array([0.03, nan, 0.12, 0.09])
    """
    values, order = _ascending(p)
    return np.minimum(values * order.size, 1.0)


def _ascending(p: ArrayLike) -> tuple[FloatArray, NDArray[np.intp]]:
    """The p-values, and where the defined ones stand, smallest first."""
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"The p-values are one an item, not of the shape {values.shape}.")
    wrong = np.flatnonzero((values < 0) | (values > 1))
    if wrong.size:
        raise ValueError(f"A p-value is between 0 and 1; at position {wrong[0]} stands {values[wrong[0]]:g}.")
    order = np.argsort(values, kind="stable")
    return values, order[: values.size - np.count_nonzero(np.isnan(values))]


def _replaced(values: FloatArray, order: NDArray[np.intp], by: FloatArray) -> FloatArray:
    adjusted = values.copy()
    adjusted[order] = by
    return adjusted
