"""What cannot be computed: NaN in place of a division by nothing, and the reason beside it."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.tallies import BoolArray, FloatArray


def ratio(numerators: ArrayLike, denominators: ArrayLike) -> FloatArray:
    """Numerators over denominators as floats, NaN where the denominator is not above 0.

    >>> ratio([3, 0], [4, 0])
    array([0.75,  nan])
    """
    above, below = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    shape = np.broadcast_shapes(above.shape, below.shape)
    quotient: FloatArray = np.divide(above, below, out=np.full(shape, np.nan), where=below > 0)
    return quotient


def reasons(items: int, *cases: tuple[BoolArray, str]) -> tuple[str | None, ...]:
    """For each item the sentence of the first case (I,) that holds of it; None where none does.

    >>> reasons(2, (np.array([False, True]), "Nobody rated the item."))
    (None, 'Nobody rated the item.')
    """
    told: list[str | None] = [None] * items
    for holds, sentence in reversed(cases):
        for item in np.flatnonzero(holds).tolist():
            told[item] = sentence
    return tuple(told)
