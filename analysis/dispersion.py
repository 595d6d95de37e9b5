"""Agreement within an item, from its counts: how far the ratings lie apart on the scale that was offered.

Each measure is one number an item (I,), NaN where nobody rated it. Those of consensus grow as ratings come
together (Tastle and Wierman's Cns, Blair and Lacy's l, rwg, awg, pairwise agreement, mode share), those of
dispersion as they part (Leik's D, entropy, Berry and Mielke's IOV, Kvalseth's COV). No verbal labels are
given: where agreement begins is for the study's protocol to say. Whether ratings fall into camps is for
`analysis.polarisation`, and `describe_agreement` tells all of both. Notation: I items, K categories, n
ratings of an item, F_k the share who chose category k or less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.polarisation import (
    MOMENTS_NEED,
    THREE_CATEGORIES,
    agreement_a,
    bimodality,
    deviations,
    esteban_ray,
)
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio

NOBODY_RATED: Final = "Nobody rated the item."
ONLY_ONE_RATED: Final = "A single rating cannot agree with another."
TOO_FEW_FOR_MOMENTS: Final = f"Its moments need at least {MOMENTS_NEED} ratings."
ALL_EQUAL: Final = "All ratings are equal, so their distribution has no shape."
TOO_FEW_CATEGORIES: Final = f"It is defined for scales of {THREE_CATEGORIES} or more categories."
MEAN_NEAR_AN_END: Final = "The mean is so near an end of the scale that no rating can be at the other."


def cns(tally: Tally) -> FloatArray:
    """Tastle and Wierman's consensus (I,): 1 + sum p_k log2(1 - |x_k - mean| / (K - 1)).

    It is 1 where all ratings are equal and 0 where they are half at each end. NaN for n = 0; a single rating
    has 1.

    Source: Tastle WJ, Wierman MJ. International Journal of Approximate Reasoning 2007;45:531-545,
    doi:10.1016/j.ijar.2006.06.024.

    >>> from analysis.scales import Scale
    >>> cns(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.725688])
    """
    distance = np.abs(deviations(tally)) / (tally.scale.size - 1)
    chosen = tally.counts > 0
    logarithms = np.log2(np.where(chosen, 1 - distance, 1))
    return 1 + ratio((tally.counts * np.where(chosen, logarithms, 0)).sum(axis=1), tally.rated)


def leik(tally: Tally) -> FloatArray:
    """Leik's ordinal dispersion D (I,): 2 sum min(F_k, 1 - F_k) / (K - 1).

    It runs from 0, all equal, to 1, half at each end. NaN for n = 0; a single rating has 0.

    Source: Leik RK. Pacific Sociological Review 1966;9:85-90, doi:10.2307/1388242.

    >>> from analysis.scales import Scale
    >>> leik(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.286667])
    """
    up_to, beyond = _cut(tally)
    return ratio(2 * np.minimum(up_to, beyond).sum(axis=1), tally.rated * (tally.scale.size - 1))


def entropy(tally: Tally) -> FloatArray:
    """Shannon's entropy (I,) in bits: - sum p_k log2 p_k, from 0, all equal, to log2 K, all alike in number.

    The order of the categories makes no difference to it. NaN for n = 0; a single rating has 0.

    Source: Shannon CE. Bell System Technical Journal 1948;27:379-423, doi:10.1002/j.1538-7305.1948.tb01338.x.

    >>> from analysis.scales import Scale
    >>> entropy(Tally.from_counts(Scale(1, 4), [[5, 5, 5, 5], [0, 0, 9, 0]]))
    array([2., 0.])
    """
    share = np.where(tally.counts > 0, tally.counts, 1) / np.maximum(tally.rated, 1)[:, np.newaxis]
    bits = ratio(-(tally.counts * np.log2(share)).sum(axis=1), tally.rated)
    return bits + 0.0  # no minus before a zero


def berry_mielke_iov(tally: Tally) -> FloatArray:
    """Berry and Mielke's index of ordinal variation (I,): distances between all pairs over their largest sum.

    It runs from 0, all equal, to 1, as near to half at each end as n allows. NaN for n < 2.

    Source: Berry KJ, Mielke PW. Perceptual and Motor Skills 1992;74:63-66, doi:10.2466/pms.1992.74.1.63.

    >>> from analysis.scales import Scale
    >>> berry_mielke_iov(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.402667])
    """
    up_to, beyond = _cut(tally)
    halves = (tally.rated // 2) * ((tally.rated + 1) // 2)
    return ratio((up_to.astype(np.float64) * beyond).sum(axis=1), halves * (tally.scale.size - 1.0))


def blair_lacy_l2(tally: Tally) -> FloatArray:
    """Blair and Lacy's squared concentration (I,): sum (F_k - 1/2)^2 over its largest value, (K - 1) / 4.

    It runs from 0, half at each end, to 1, all equal. NaN for n = 0; a single rating has 1.

    Source: Blair J, Lacy MG. Sociological Methods and Research 2000;28:251-280,
    doi:10.1177/0049124100028003001.

    >>> from analysis.scales import Scale
    >>> blair_lacy_l2(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.597333])
    """
    up_to, beyond = _cut(tally)
    balance = ratio(up_to - beyond, tally.rated[:, np.newaxis])
    squared: FloatArray = (balance**2).sum(axis=1) / (tally.scale.size - 1)
    return squared


def blair_lacy_l(tally: Tally) -> FloatArray:
    """Blair and Lacy's concentration l (I,), the root of `blair_lacy_l2`: from 0, half at each end, to 1.

    >>> from analysis.scales import Scale
    >>> blair_lacy_l(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.772873])
    """
    return np.sqrt(blair_lacy_l2(tally))


def kvalseth(tally: Tally) -> FloatArray:
    """Kvalseth's coefficient of ordinal variation COV (I,): 1 - l, from 0, all equal, to 1, half at each end.

    NaN for n = 0; a single rating has 0. `blair_lacy_l` is l.

    Source: Kvalseth TO. Perceptual and Motor Skills 1995;80:843-847, doi:10.2466/pms.1995.80.3.843.

    >>> from analysis.scales import Scale
    >>> kvalseth(Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])).round(6)
    array([0.227127])
    """
    return 1 - blair_lacy_l(tally)


def rwg(tally: Tally) -> FloatArray:
    """Within-group agreement rwg (I,): 1 - s^2 / ((K^2 - 1) / 12), against ratings spread evenly.

    Negative where ratings vary more than these would, and left so. NaN for n < 2.

    Source: James LR, Demaree RG, Wolf G. Journal of Applied Psychology 1984;69:85-98,
    doi:10.1037/0021-9010.69.1.85.

    >>> from analysis.scales import Scale
    >>> rwg(Tally.from_counts(Scale(1, 5), [0, 0, 1, 3, 1]))
    array([0.75])
    """
    return 1 - _variance(tally) / ((tally.scale.size**2 - 1) / 12)


def awg(tally: Tally) -> FloatArray:
    """Brown and Hauenstein's awg (I,): 1 - 2 s^2 / (the largest variance that the mean allows), from -1 to 1.

    The largest variance is ((H + L) M - M^2 - H L) n / (n - 1), for the mean M on a scale from L to H. NaN
    for n < 2, and where M lies within (H - L) / n of an end, so that not even one rating can be at the other;
    ratings that are all equal have 1 wherever they are.

    Source: Brown RD, Hauenstein NMA. Organizational Research Methods 2005;8:165-184,
    doi:10.1177/1094428105275376.

    >>> from analysis.scales import Scale
    >>> awg(Tally.from_counts(Scale(1, 5), [0, 0, 1, 3, 1])).round(6)
    array([0.733333])
    """
    n, last = tally.rated, tally.scale.size - 1
    mean = ratio(tally.counts @ np.arange(tally.scale.size), n)
    largest = np.where(_awg_allowed(tally), mean * (last - mean), np.nan) * ratio(n, n - 1)
    found = 1 - 2 * _variance(tally) / largest
    return np.where(_all_equal(tally) & (n > 1), 1.0, found)


def pairwise_agreement(tally: Tally) -> FloatArray:
    """The share (I,) of pairs of raters who chose the same category, between 0 and 1; NaN for n < 2.

    It is P_i in Fleiss's kappa: sum c_k (c_k - 1) / (n (n - 1)).

    Source: Fleiss JL. Psychological Bulletin 1971;76:378-382, doi:10.1037/h0031619.

    >>> from analysis.scales import Scale
    >>> pairwise_agreement(Tally.from_counts(Scale(1, 3), [1, 0, 3]))
    array([0.5])
    """
    return ratio((tally.counts * (tally.counts - 1)).sum(axis=1), tally.rated * (tally.rated - 1))


def mode_share(tally: Tally) -> FloatArray:
    """The share (I,) who chose the category that most chose, between 1 / K and 1; NaN for n = 0.

    Source: Birko S, Dove ES, Ozdemir V. PLoS One 2015;10:e0135162, doi:10.1371/journal.pone.0135162.

    >>> from analysis.scales import Scale
    >>> mode_share(Tally.from_counts(Scale(1, 3), [1, 0, 3]))
    array([0.75])
    """
    return ratio(tally.counts.max(axis=1), tally.rated)


@dataclass(frozen=True, eq=False)
class AgreementWithin(Result):
    """Agreement and polarisation within each item, each measure (I,); see the function of its name.

    `reasons` holds a mapping for each item, from the names of the measures that are NaN to the reason.
    """

    cns: FloatArray
    agreement_a: FloatArray
    polarisation: FloatArray
    leik: FloatArray
    entropy: FloatArray
    esteban_ray: FloatArray
    bimodality: FloatArray
    rwg: FloatArray
    awg: FloatArray
    pairwise_agreement: FloatArray
    mode_share: FloatArray
    reasons: tuple[Mapping[str, str], ...]


def describe_agreement(tally: Tally) -> AgreementWithin:
    """All measures of agreement and polarisation within each item, with a reason for each that is undefined.

    Esteban and Ray's has the exponent 1. Those unable to rate and blanks enter nothing. Sources: those of the
    function of each name, from `cns` on.

    >>> from analysis.scales import Scale
    >>> found = describe_agreement(Tally.from_counts(Scale(1, 5), [[0, 0, 1, 3, 1], [0, 0, 0, 1, 0]]))
    >>> found.rwg, found.reasons[1]["rwg"]
    (array([0.75,  nan]), 'A single rating cannot agree with another.')
    """
    a = agreement_a(tally)
    return AgreementWithin(
        cns=cns(tally),
        agreement_a=a,
        polarisation=(1 - a) / 2,
        leik=leik(tally),
        entropy=entropy(tally),
        esteban_ray=esteban_ray(tally),
        bimodality=bimodality(tally),
        rwg=rwg(tally),
        awg=awg(tally),
        pairwise_agreement=pairwise_agreement(tally),
        mode_share=mode_share(tally),
        reasons=_reasons(tally),
    )


_OF_ALL: Final = ("cns", "leik", "entropy", "esteban_ray", "mode_share")
_OF_PAIRS: Final = ("rwg", "awg", "pairwise_agreement")
_BY_LAYERS: Final = ("agreement_a", "polarisation")


def _reasons(tally: Tally) -> tuple[dict[str, str], ...]:
    """For each item the measures that are undefined, each with the first of its reasons that holds."""
    n, equal, allowed = tally.rated, _all_equal(tally), _awg_allowed(tally)
    cases: tuple[tuple[BoolArray, tuple[str, ...], str], ...] = (
        (n == 0, (*_OF_ALL, *_OF_PAIRS, *_BY_LAYERS, "bimodality"), NOBODY_RATED),
        (n == 1, _OF_PAIRS, ONLY_ONE_RATED),
        (~equal & ~allowed, ("awg",), MEAN_NEAR_AN_END),
        (n < MOMENTS_NEED, ("bimodality",), TOO_FEW_FOR_MOMENTS),
        (equal, ("bimodality",), ALL_EQUAL),
        (np.full(tally.items, tally.scale.size < THREE_CATEGORIES), _BY_LAYERS, TOO_FEW_CATEGORIES),
    )
    told: tuple[dict[str, str], ...] = tuple({} for _ in range(tally.items))
    for holds, measures, sentence in cases:
        for item in np.flatnonzero(holds).tolist():
            for measure in measures:
                told[item].setdefault(measure, sentence)
    return told


def _cut(tally: Tally) -> tuple[IntArray, IntArray]:
    """How many (I, K - 1) chose a category up to each cut between two neighbours, and how many beyond it."""
    up_to = np.cumsum(tally.counts, axis=1)[:, :-1]
    return up_to, tally.rated[:, np.newaxis] - up_to


def _variance(tally: Tally) -> FloatArray:
    """The sample variance (I,), with n - 1; NaN for n < 2."""
    return ratio((tally.counts * deviations(tally) ** 2).sum(axis=1), tally.rated - 1)


def _all_equal(tally: Tally) -> BoolArray:
    return np.asarray(tally.counts.max(axis=1) == tally.rated) & (tally.rated > 0)


def _awg_allowed(tally: Tally) -> BoolArray:
    """Whether the mean (I,) lies (H - L) / n or more from both ends, in whole numbers; as if so for n < 2."""
    last = tally.scale.size - 1
    above = tally.counts @ np.arange(tally.scale.size)
    within = (above >= last) & (tally.rated * last - above >= last)
    return within | (tally.rated < 2)
