"""Polarisation within an item, from its counts: whether the ratings fall into camps.

Van der Eijk's A below 0 says that they lie at two places more than at one. The bimodality coefficient and
Esteban and Ray's index are those of other fields. Hartigan's dip is in `analysis.dips`, because its p value
needs chance. Each measure is one number an item (I,), NaN where nobody rated it. Notation: I items, K
categories, n ratings of an item.
"""

from typing import Final

import numpy as np

from analysis.tallies import FloatArray, IntArray, Tally
from analysis.undefined import ratio

MOMENTS_NEED: Final = 4  # ratings, for a sample-corrected kurtosis
THREE_CATEGORIES: Final = 3  # the fewest that can hold two camps and a gap
LARGEST_EXPONENT: Final = 1.6  # Esteban and Ray 1994, theorem 1


def agreement_a(tally: Tally) -> FloatArray:
    """Van der Eijk's agreement A (I,): 1 all ratings equal, 0 spread evenly, -1 half at each end.

    The counts are peeled into layers of equal height, and each layer is judged by which categories it holds:
    its unimodality, by triples of them, times 1 - (S - 1) / (K - 1) for S categories. A is the mean of the
    layers by the ratings in them. NaN for n = 0, and on a scale of two categories.

    Source: van der Eijk C. Quality and Quantity 2001;35:325-341, doi:10.1023/A:1010374114305.

    >>> from analysis.scales import Scale
    >>> agreement_a(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.611333])
    """
    if tally.scale.size < THREE_CATEGORIES:
        return np.full(tally.items, np.nan)
    tops = np.sort(tally.counts, axis=1)
    total = np.zeros(tally.items)
    for top, height in zip(tops.T, np.diff(tops, axis=1, prepend=0).T, strict=True):
        held = (tally.counts >= top[:, np.newaxis]).astype(np.int64)
        total += height * held.sum(axis=1) * _layer_agreement(held)
    return ratio(total, tally.rated)


def polarisation(tally: Tally) -> FloatArray:
    """Polarisation (1 - A) / 2 (I,), from 0, all ratings equal, to 1, half at each end; see `agreement_a`.

    >>> from analysis.scales import Scale
    >>> polarisation(Tally.from_counts(Scale(1, 5), [[10, 0, 0, 0, 10], [4, 4, 4, 4, 4]]))
    array([1. , 0.5])
    """
    return (1 - agreement_a(tally)) / 2


def esteban_ray(tally: Tally, exponent: float = 1.0) -> FloatArray:
    """Esteban and Ray's polarisation (I,): sum over pairs of categories of p_i^(1 + a) p_j |x_i - x_j|.

    The distances are in scale points, so it grows with the scale: half at each end of 1-5 has 1, of 1-9 has
    2, by the exponent a = 1. NaN for n = 0; an exponent that is not above 0 and up to 1.6 is a `ValueError`.

    Source: Esteban J, Ray D. Econometrica 1994;62:819-851, doi:10.2307/2951734.

    >>> from analysis.scales import Scale
    >>> esteban_ray(Tally.from_counts(Scale(1, 5), [[10, 0, 0, 0, 10], [4, 4, 4, 4, 4]])).round(6)
    array([1.  , 0.32])
    """
    if not 0 < exponent <= LARGEST_EXPONENT:
        raise ValueError(f"The exponent lies above 0 and up to {LARGEST_EXPONENT}, not at {exponent}.")
    share = ratio(tally.counts, tally.rated[:, np.newaxis])
    category = np.arange(tally.scale.size)
    distances = np.abs(category[:, np.newaxis] - category)
    index: FloatArray = (share ** (1 + exponent) * (share @ distances)).sum(axis=1)
    return index


def bimodality(tally: Tally) -> FloatArray:
    """The bimodality coefficient (I,): (g1^2 + 1) / (g2 + 3 (n - 1)^2 / ((n - 2) (n - 3))).

    g1 and g2 are the sample-corrected skewness and excess kurtosis; evenly spread ratings have about 5/9 =
    .556, and more is taken for two camps, though a skewed single one has it too. NaN for n < 4, and where all
    ratings are equal.

    Source: Pfister R and others. Frontiers in Psychology 2013;4:700, doi:10.3389/fpsyg.2013.00700.

    >>> from analysis.scales import Scale
    >>> bimodality(Tally.from_counts(Scale(1, 11), [2, 26, 14, 6, 2, 0, 2, 6, 14, 26, 2])).round(6)
    array([0.794689])
    """
    n = np.where(tally.rated >= MOMENTS_NEED, tally.rated, np.nan)
    from_mean = deviations(tally)
    second, third, fourth = (_moment(tally, from_mean, power) for power in (2, 3, 4))
    skewness = np.sqrt(n * (n - 1)) / (n - 2) * ratio(third, second**1.5)
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * ratio(fourth, second**2) - 3 * (n - 1))
    coefficient: FloatArray = (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    return coefficient


def deviations(tally: Tally) -> FloatArray:
    """How far each category lies above the mean (I, K), in scale points; exactly 0 where all chose it."""
    places = np.arange(tally.scale.size)
    return places - ratio(tally.counts @ places, tally.rated)[:, np.newaxis]


def _moment(tally: Tally, from_mean: FloatArray, power: int) -> FloatArray:
    return ratio((tally.counts * from_mean**power).sum(axis=1), tally.rated)


def _layer_agreement(held: IntArray) -> FloatArray:
    """A (I,) of layers (I, K) that hold a category, 1, or do not, 0.

    Of the triples with two categories held, those with the gap between them speak against one camp.
    """
    categories, size = held.sum(axis=1), held.shape[1]
    below = np.cumsum(held, axis=1)
    with_gap = ((1 - held) * below * (categories[:, np.newaxis] - below)).sum(axis=1)
    triples = categories * (categories - 1) // 2 * (size - categories)
    unimodality = 1 - ratio(with_gap * (2 * size - 3), (size - 2) * triples)
    spread = 1 - (categories - 1) / (size - 1)
    agreement: FloatArray = np.where(triples > 0, unimodality, 1) * spread
    return agreement
