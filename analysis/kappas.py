"""Weighted kappa: how far panellists agree with their own earlier ratings, beyond what chance gives.

Kappa falls as ratings draw together, so it is read beside the share who kept their rating, and has no words
such as *moderate*. Notation: I items, K categories, n pairs.
"""

from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.associations import Coefficient, unanimous
from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.tallies import FloatArray
from analysis.undefined import ratio, reasons

BOTH_ROUNDS_UNANIMOUS: Final = "Both rounds are unanimous on one category, so there is nothing beyond chance."
ONE_ROUND_UNANIMOUS: Final = "A round is unanimous, so kappa is 0 whatever share kept their rating."
NO_WEIGHT: Final = "All disagreements that chance would give weigh nothing."

Weights: TypeAlias = Literal["nominal", "linear", "quadratic"]


def weighted_kappa(transitions: Transitions, weights: Weights | ArrayLike = "quadratic") -> Coefficient:
    """Cohen's weighted kappa (I,) between the rounds, among those who rated in both.

    A disagreement weighs its distance in categories ("linear"), the square of it ("quadratic"), the same
    whatever it is ("nominal", the kappa without weights), or what a table (K, K) says, rows the earlier
    round, its diagonal 0. Where both rounds are unanimous on one category it is 0/0: NaN. Where only one is,
    or both on different ones, it is 0, and the reason says so. A `ValueError` for other names, and for tables
    of another shape, with negative or undefined weights, or with a weight on the diagonal.

    Source: Cohen J. Psychological Bulletin 1968;70:213-220, doi:10.1037/h0026256.

    >>> from analysis.scales import Scale
    >>> cohen = Transitions.from_pairs(Scale(1, 3), [[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> weighted_kappa(cohen).value.round(6)
    array([0.454545])
    >>> weighted_kappa(cohen, [[0, 1, 3], [1, 0, 6], [3, 6, 0]]).value.round(6)
    array([0.347826])
    """
    weight = disagreement_weights(transitions.scale.size, weights)
    rows, columns, n = transitions.margin_before, transitions.margin_after, transitions.pairs
    observed = transitions.paired.reshape(len(n), weight.size) @ weight.ravel()
    by_chance = ((rows @ weight) * columns).sum(axis=1)
    value = 1 - ratio(n * observed, by_chance)
    constant = (unanimous(rows) | unanimous(columns)) & (by_chance > 0)
    value[constant] = 0
    alike = unanimous(rows + columns)
    why = reasons(
        transitions.items,
        (n == 0, NOBODY_RATED_TWICE),
        (alike, BOTH_ROUNDS_UNANIMOUS),
        (by_chance == 0, NO_WEIGHT),
        (constant, ONE_ROUND_UNANIMOUS),
    )
    return Coefficient(value, why)


def disagreement_weights(size: int, weights: Weights | ArrayLike) -> FloatArray:
    """The weights (K, K) of disagreements by name, or those given, checked; errors as `weighted_kappa`."""
    if isinstance(weights, str):
        return _named(size, weights)
    table = np.asarray(weights, dtype=np.float64)
    if table.shape != (size, size):
        raise ValueError(
            f"Weights for {size} categories are {size} by {size}, not of the shape {table.shape}."
        )
    wrong = np.argwhere(~np.isfinite(table) | (table < 0) | (np.eye(size, dtype=np.bool_) & (table != 0)))
    if wrong.size:
        row, column = wrong[0].tolist()
        raise ValueError(
            f"The weight {table[row, column]:g} in row {row}, column {column} cannot stand: disagreements"
            " weigh 0 or more, and agreement 0."
        )
    return table


def _named(size: int, name: str) -> FloatArray:
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    by_name: dict[str, FloatArray] = {
        "nominal": np.sign(distance),
        "linear": distance,
        "quadratic": distance**2,
    }
    if name not in by_name:
        raise ValueError(f"Weights are {', '.join(get_args(Weights))}, or a table, not '{name}'.")
    return by_name[name]
