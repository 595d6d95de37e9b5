"""Agreement beyond chance over items, and its linearised standard errors, with all weights at once.

What `analysis.reliability` reports is computed here, from the counts alone. The names are those of Gwet's
handbook: with c counts (I, K), r ratings of an item (I,) and W weights (K, K), an item's agreement is sum_k
c_k ((W c)_k - 1) / (r (r - 1)). An error comes from how much each item moves the coefficient.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from analysis.scales import Scale
from analysis.tallies import FloatArray, Tally

METRICS: Final = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS: Final = ("identity", "linear", "quadratic", "ordinal")
ALPHA: Final = "krippendorff_alpha"
KAPPAS: Final = ("gwet_ac", "fleiss_kappa", "brennan_prediger")


class Coefficients(NamedTuple):
    """A measure with each of its four weights or metrics: every figure (4,), and the items that entered."""

    measure: str
    weights: tuple[str, ...]
    coefficient: FloatArray
    observed: FloatArray
    expected: FloatArray
    standard_error: FloatArray
    items: int
    is_zero_by_zero: bool


def kappas(tally: Tally) -> tuple[Coefficients, ...]:
    """Gwet's, Fleiss's and Brennan and Prediger's coefficients, NaN where undefined."""
    counts = tally.counts[tally.rated > 0].astype(np.float64)
    weights, items, paired = agreement_weights(tally.scale.size), len(counts), counts.sum(axis=1) > 1
    if not paired.any():
        return tuple(_undefined(kind, WEIGHTS, items) for kind in KAPPAS)
    agreed = np.where(paired, _agreed(counts, weights), 0)
    observed = agreed.sum(axis=1) / paired.sum()
    by_item = _by_chance(counts, weights)
    expected = by_item.mean(axis=2)
    same = np.count_nonzero(counts.any(axis=0)) == 1
    if same:
        expected[KAPPAS.index("fleiss_kappa")] = np.nan
    coefficient = (observed - expected) / (1 - expected)
    moves = items / paired.sum() * (agreed - expected[..., np.newaxis] * paired)
    moves -= 2 * (1 - coefficient)[..., np.newaxis] * (by_item - expected[..., np.newaxis])
    moves = moves / (1 - expected)[..., np.newaxis] - coefficient[..., np.newaxis]
    errors = _standard_error(moves)
    return tuple(
        Coefficients(kind, WEIGHTS, value, observed, chance, error, items, same and kind == "fleiss_kappa")
        for kind, value, chance, error in zip(KAPPAS, coefficient, expected, errors, strict=True)
    )


def alphas(tally: Tally) -> Coefficients:
    """Krippendorff's alpha by each metric, NaN where undefined."""
    counts = tally.counts[tally.rated > 1].astype(np.float64)
    margin = counts.sum(axis=0)
    if np.count_nonzero(margin) < 2:
        return _undefined(ALPHA, METRICS, len(counts), is_zero_by_zero=bool(margin.any()))
    ratings, total = counts.sum(axis=1), margin.sum()
    distance = _distances(tally.scale, margin)
    pairs = counts / (ratings - 1)[:, np.newaxis]
    apart = np.einsum("ik,mik->mi", pairs, counts @ distance)
    found, to_margin = apart.sum(axis=1), distance @ margin
    by_chance = to_margin @ margin
    quotient = found / by_chance
    alpha = 1 - (total - 1) * quotient
    moves_found, moves_chance = apart, 2 * to_margin @ counts.T
    # The ordinal metric moves with the margin, too.
    of_found, of_chance = _moves_of_ordinal(margin, counts.T @ pairs - np.diag(pairs.sum(axis=0)))
    ordinal = METRICS.index("ordinal")
    moves_found[ordinal] += counts @ of_found
    moves_chance[ordinal] += counts @ of_chance
    moves = quotient[:, np.newaxis] * (total * moves_chance / by_chance[:, np.newaxis] - ratings)
    moves -= total * moves_found / by_chance[:, np.newaxis]
    largest = distance.max(axis=(1, 2))
    return Coefficients(
        ALPHA,
        METRICS,
        alpha,
        observed=1 - found / (total * largest),
        expected=1 - by_chance / (total * (total - 1) * largest),
        standard_error=_standard_error(len(counts) * moves),
        items=len(counts),
        is_zero_by_zero=False,
    )


@lru_cache(maxsize=32)
def agreement_weights(size: int) -> FloatArray:
    """The weights (4, K, K) of partial agreement in the order of WEIGHTS, 1 on the diagonal, read-only.

    >>> agreement_weights(3)[3]
    array([[1.        , 0.66666667, 0.        ],
           [0.66666667, 1.        , 0.66666667],
           [0.        , 0.66666667, 1.        ]])
    """
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    linear = apart / (size - 1)
    ordinal = apart * (apart + 1) / (size * (size - 1))
    weights: FloatArray = 1 - np.stack([np.sign(apart), linear, linear**2, ordinal])
    weights.flags.writeable = False
    return weights


def _agreed(counts: FloatArray, weights: FloatArray) -> FloatArray:
    """The agreement within each item by each of the weights (4, I); of no meaning for a single rating."""
    ratings = counts.sum(axis=1)
    agreed = np.einsum("ik,wik->wi", counts, counts @ weights) - ratings
    of_pairs: FloatArray = agreed / np.maximum(ratings * (ratings - 1), 1)
    return of_pairs


def _by_chance(counts: FloatArray, weights: FloatArray) -> FloatArray:
    """What each item adds to the agreement expected by chance (3, 4, I), in the order of KAPPAS."""
    share = counts / counts.sum(axis=1, keepdims=True)
    mean = share.mean(axis=0)
    evenly = weights.sum(axis=(1, 2)) / len(mean)
    gwet = np.outer(evenly / (len(mean) - 1), share @ (1 - mean))
    fleiss = (weights @ mean) @ share.T
    return np.stack([gwet, fleiss, np.outer(evenly / len(mean), np.ones(len(share)))])


def _distances(scale: Scale, margin: FloatArray) -> FloatArray:
    """Krippendorff's squared distances (4, K, K) in the order of METRICS; NaN for ratios below 0."""
    category = np.arange(scale.low, scale.high + 1, dtype=np.float64)
    apart = np.subtract.outer(category, category)
    midrank = np.cumsum(margin) - margin / 2
    if scale.low < 0:
        by_ratio = np.full(apart.shape, np.nan)
    else:
        by_ratio = apart / np.maximum(np.add.outer(category, category), 1)
    return np.stack([np.sign(apart), np.subtract.outer(midrank, midrank), apart, by_ratio]) ** 2


def _moves_of_ordinal(margin: FloatArray, pairs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How a rating in each category (K,) moves the ordinal distances: those found, and those by chance.

    `pairs` (K, K) are the coincidences. A rating adds a half to the midrank of its category, and one to those
    above.
    """
    midrank = np.cumsum(margin) - margin / 2
    found = 4 * (margin * midrank - pairs @ midrank)
    by_chance = 4 * margin * (margin.sum() * midrank - margin @ midrank)
    return np.cumsum(found[::-1])[::-1] - found / 2, np.cumsum(by_chance[::-1])[::-1] - by_chance / 2


def _standard_error(moves: FloatArray) -> FloatArray:
    """The error of a mean over the last axis, of which each item's part is its distance; NaN for one item."""
    items = moves.shape[-1]
    if items < 2:
        return np.full(moves.shape[:-1], np.nan)
    error: FloatArray = np.sqrt((moves**2).sum(axis=-1) / (items * (items - 1)))
    return error


def _undefined(
    measure: str, weights: tuple[str, ...], items: int, is_zero_by_zero: bool = False
) -> Coefficients:
    nan = np.full(len(weights), np.nan)
    return Coefficients(measure, weights, nan, nan, nan, nan, items, is_zero_by_zero)
