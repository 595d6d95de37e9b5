"""Summaries of each item: quantiles and what is built on them, mean and deviation, shares by band.

Everything is computed from the counts, for all items at once. An item that nobody rated has NaN throughout,
never 0. Quantiles are exact: positions are whole numbers over a common denominator, so no rounding error can
move one, and rules can compare them with their thresholds as fractions. Notation: I items, K categories, n
ratings of an item.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm

import numpy as np

from analysis.tallies import BoolArray, Denominator, FloatArray, IntArray, Tally, check_alike

QUARTILE, HALF, THREE_QUARTERS = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)

# Hyndman and Fan 1996, table 1: (a, b) of the definitions 4 to 9 that interpolate, in a + p (n + 1 - a - b).
_INTERPOLATING = {
    4: (Fraction(0), Fraction(1)),
    5: (Fraction(1, 2), Fraction(1, 2)),
    6: (Fraction(0), Fraction(0)),
    7: (Fraction(1), Fraction(1)),
    8: (Fraction(1, 3), Fraction(1, 3)),
    9: (Fraction(3, 8), Fraction(3, 8)),
}
QUANTILE_DEFINITIONS = range(1, 10)


@dataclass(frozen=True)
class ExactQuantile:
    """A quantile of each item: `numerators` (I,) over one `denominator`; for n = 0 it means nothing."""

    numerators: IntArray
    denominator: int

    def __sub__(self, other: "ExactQuantile") -> "ExactQuantile":
        common = lcm(self.denominator, other.denominator)
        mine, theirs = common // self.denominator, common // other.denominator
        return ExactQuantile(self.numerators * mine - other.numerators * theirs, common)

    def as_floats(self, rated: IntArray) -> FloatArray:
        """The quantiles (I,), NaN where nobody rated."""
        return np.where(rated > 0, self.numerators / self.denominator, np.nan)


def exact_quantile(tally: Tally, p: float | Fraction, definition: int = 7) -> ExactQuantile:
    """The p-quantile of each item by a Hyndman-Fan definition, 1 to 9, as exact fractions.

    `p` lies in [0, 1] and is read as the nearest fraction with a denominator up to a million, so .7 is 7/10
    and 90 of them are 63, where floating point has 62.99999999999999. 7 is the default of R, NumPy and Excel,
    6 of SPSS and Minitab, 2 of SAS and Stata. A `ValueError` names any other definition or p.

    Source: Hyndman RJ, Fan Y. Sample quantiles in statistical packages. American Statistician
    1996;50:361-365, doi:10.1080/00031305.1996.10473566.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> exact_quantile(twelve, 0.7)
    ExactQuantile(numerators=array([77]), denominator=10)
    """
    if not 0 <= p <= 1:
        raise ValueError(f"A quantile is for a share between 0 and 1, not {p}.")
    share = Fraction(p).limit_denominator(10**6)
    below, numerator, denominator = position(tally.rated, share, definition)
    lower, upper = _order_statistic(tally, below), _order_statistic(tally, below + 1)
    return ExactQuantile(lower * denominator + numerator * (upper - lower), denominator)


def quantile(tally: Tally, p: float | Fraction, definition: int = 7) -> FloatArray:
    """The p-quantile (I,) by a Hyndman-Fan definition, 1 to 9; NaN for n = 0. See `exact_quantile`.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> [float(quantile(twelve, 0.25, definition)[0]) for definition in (2, 6, 7)]
    [5.5, 5.25, 5.75]
    """
    return exact_quantile(tally, p, definition).as_floats(tally.rated)


def median(tally: Tally) -> FloatArray:
    """The median (I,): the middle rating, or the mean of the two middle ones; NaN for n = 0.

    It is the same by definitions 2, 5, 6, 7, 8 and 9 of `quantile`, where the source is.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> median(twelve)
    array([7.])
    """
    return quantile(tally, HALF)


def iqr(tally: Tally, definition: int = 7) -> FloatArray:
    """The interquartile range (I,) Q(3/4) - Q(1/4) by a Hyndman-Fan definition; NaN for n = 0.

    Source and errors as for `exact_quantile`.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> iqr(twelve), iqr(twelve, 6)
    (array([2.25]), array([2.75]))
    """
    return exact_iqr(tally, definition).as_floats(tally.rated)


def exact_iqr(tally: Tally, definition: int = 7) -> ExactQuantile:
    """The interquartile range of each item as exact fractions; source and errors as for `exact_quantile`.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> exact_iqr(twelve)
    ExactQuantile(numerators=array([9]), denominator=4)
    """
    return exact_quantile(tally, THREE_QUARTERS, definition) - exact_quantile(tally, QUARTILE, definition)


def ipr(tally: Tally, definition: int = 7) -> FloatArray:
    """The interpercentile range (I,) Q(.70) - Q(.30) of the RAND/UCLA manual; NaN for n = 0.

    Source: Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> ipr(twelve).round(6)
    array([1.7])
    """
    upper, lower = (
        exact_quantile(tally, Fraction(7, 10), definition),
        exact_quantile(tally, Fraction(3, 10), definition),
    )
    return (upper - lower).as_floats(tally.rated)


def hinges(tally: Tally) -> tuple[FloatArray, FloatArray]:
    """Tukey's lower and upper hinges, each (I,): the ratings at depth floor((n + 3) / 2) / 2; NaN for n = 0.

    Source: Tukey JW. Exploratory Data Analysis. Addison-Wesley 1977; as R's `fivenum`.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> hinges(twelve)
    (array([5.5]), array([8.]))
    """
    rated = tally.rated
    first, second = (rated + 3) // 2 // 2, ((rated + 3) // 2 + 1) // 2
    lower = _order_statistic(tally, first) + _order_statistic(tally, second)
    upper = _order_statistic(tally, rated + 1 - first) + _order_statistic(tally, rated + 1 - second)
    return ExactQuantile(lower, 2).as_floats(rated), ExactQuantile(upper, 2).as_floats(rated)


def mad(tally: Tally) -> FloatArray:
    """The median absolute deviation (I,) from the median in scale points, without 1.4826; NaN for n = 0.

    Source: Hampel FR. Journal of the American Statistical Association 1974;69:383-393,
    doi:10.1080/01621459.1974.10482962.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> mad(twelve)
    array([1.])
    """
    twice_median = exact_quantile(tally, HALF).numerators
    twice_distance = np.abs(
        2 * np.arange(tally.scale.low, tally.scale.high + 1) - twice_median[:, np.newaxis]
    )
    spread = np.zeros((tally.items, 2 * tally.scale.size + 1), dtype=np.int64)
    np.add.at(spread, (np.arange(tally.items)[:, np.newaxis], twice_distance), tally.counts)
    middle = _rank_of(spread, (tally.rated + 1) // 2) + _rank_of(spread, tally.rated // 2 + 1)
    return ExactQuantile(middle, 4).as_floats(tally.rated)


def mean(tally: Tally) -> FloatArray:
    """The arithmetic mean (I,), the categories taken as numbers; NaN for n = 0.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.1, doi:10.18434/M32189.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> mean(twelve).round(6)
    array([6.666667])
    """
    return _divide(_sum(tally, 1), tally.rated)


def sd(tally: Tally) -> FloatArray:
    """The sample standard deviation (I,), with n - 1; NaN for n < 2, where it is 0/0.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.6, doi:10.18434/M32189.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> sd(twelve).round(6)
    array([1.775251])
    """
    rated = tally.rated
    from_mean = np.arange(tally.scale.low, tally.scale.high + 1) - mean(tally)[:, np.newaxis]
    squares: FloatArray = (tally.counts * from_mean**2).sum(axis=1)
    return np.sqrt(np.where(rated > 1, squares, np.nan) / np.maximum(rated - 1, 1))


def cv(tally: Tally, *, from_lowest: bool = False) -> FloatArray:
    """The coefficient of variation (I,), standard deviation over mean; NaN for n < 2 and a mean not above 0.

    It depends on where the scale has its zero, so it compares rounds on one scale and nothing else. The
    ratings are taken as they are, or, `from_lowest`, less the lowest category: then a unanimous lowest has
    none.

    Source: English JM, Kernan GL. Transportation Research 1976;10:1-8, doi:10.1016/0041-1647(76)90094-0.

    >>> from analysis.scales import Scale
    >>> tally = Tally.from_counts(Scale(1, 5), [0, 0, 1, 3, 1])
    >>> cv(tally).round(6), cv(tally, from_lowest=True).round(6)
    (array([0.176777]), array([0.235702]))
    """
    centre = mean(tally) - (tally.scale.low if from_lowest else 0)
    variation: FloatArray = np.divide(sd(tally), centre, out=np.full(tally.items, np.nan), where=centre > 0)
    return variation


@dataclass(frozen=True)
class Shares:
    """Shares (I,) of each band, between 0 and 1; `middle` is None on a scale of two bands."""

    low: FloatArray
    middle: FloatArray | None
    high: FloatArray


def shares(tally: Tally, denominator: str = Denominator.RATED) -> Shares:
    """The share of each band among those who rated, or these and the unable; NaN where there is nobody.

    A scale without bands is a `ValueError`, and so is a denominator other than "rated" and "rated+unable".

    Source: Diamond IR and others. Journal of Clinical Epidemiology 2014;67:401-409,
    doi:10.1016/j.jclinepi.2013.12.002, in whose review most definitions of consensus were shares.

    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 3, 3, 0, 0, 14, 0, 0], unable=5)
    >>> shares(twenty).high, shares(twenty, "rated+unable").high
    (array([0.7]), array([0.56]))
    """
    among = tally.denominator(denominator)
    has_middle = tally.scale.find_band("middle") is not None
    return Shares(
        low=_divide(tally.in_band("low"), among),
        middle=_divide(tally.in_band("middle"), among) if has_middle else None,
        high=_divide(tally.in_band("high"), among),
    )


def weighted_median(tallies: Sequence[Tally], weights: Sequence[int | Fraction] | None = None) -> FloatArray:
    """The median (I,) of the weighted mean of the panels' distributions; without weights all weigh the same.

    F_k is the weighted mean over the panels of the share who chose category k or less. The median is the
    smallest category with F_k >= 1/2, averaged with the next chosen one where F_k is exactly 1/2, all
    compared in whole numbers. An item that a panel of positive weight did not rate is NaN: the other panel's
    median would stand for both. One weight a panel, none negative, not all zero, or a `ValueError`. Source:
    definition 2 of `exact_quantile`, taken of the weighted distribution.

    >>> from analysis.scales import Scale
    >>> large, small = (Tally.from_counts(Scale(1, 3), counts) for counts in ([[0, 0, 40]], [[14, 0, 0]]))
    >>> weighted_median([large, small]), median(large + small)
    (array([2.]), array([3.]))
    """
    check_alike(list(tallies))
    heard, whole = _weighed(tallies, weights)
    rated = np.array([tally.rated for tally in heard])
    # Python's own integers: the product of the panels' n outgrows 64 bits.
    common = np.prod(rated.astype(object), axis=0)
    total = sum(whole) * common
    cumulative = sum(
        weight
        * np.cumsum(tally.counts, axis=1).astype(object)
        * (common // np.maximum(tally.rated, 1))[:, np.newaxis]
        for tally, weight in zip(heard, whole, strict=True)
    )
    at_least = (2 * cumulative < total[:, np.newaxis]).sum(axis=1)
    beyond = (2 * cumulative <= total[:, np.newaxis]).sum(axis=1)
    middle = tallies[0].scale.low + (at_least + beyond) / 2
    return np.where(rated.all(axis=0), middle, np.nan)


def check_weights(panels: int, weights: Sequence[int | Fraction] | None) -> tuple[Fraction, ...]:
    """The weights as fractions that sum to 1, equal where none are given; `ValueError` where they cannot."""
    for weight in weights or ():
        if isinstance(weight, float) and not isfinite(weight):
            raise ValueError(f"The weights of panels are numbers, not {weight}.")
    exact = [Fraction(1)] * panels if weights is None else [Fraction(weight) for weight in weights]
    if len(exact) != panels:
        raise ValueError(f"There are {panels} panels and {len(exact)} weights.")
    if min(exact, default=0) < 0 or not any(exact):
        raise ValueError("The weights of panels are not negative, and not all zero.")
    return tuple(weight / sum(exact) for weight in exact)


def _weighed(
    tallies: Sequence[Tally], weights: Sequence[int | Fraction] | None
) -> tuple[list[Tally], list[int]]:
    """The tallies of positive weight, and their weights as whole numbers."""
    exact = check_weights(len(tallies), weights)
    common = lcm(*(weight.denominator for weight in exact))
    kept = [(tally, int(weight * common)) for tally, weight in zip(tallies, exact, strict=True) if weight]
    return [tally for tally, _ in kept], [weight for _, weight in kept]


def position(rated: IntArray, p: Fraction, definition: int) -> tuple[IntArray, IntArray, int]:
    """j, and the numerator and denominator of g, in Q = (1 - g) x_j + g x_{j+1}: Hyndman and Fan 1996."""
    if definition in _INTERPOLATING:
        a, b = _INTERPOLATING[definition]
        return _floor_and_rest(rated, p, a + p * (1 - a - b))
    if definition not in QUANTILE_DEFINITIONS:
        raise ValueError(f"Quantile definitions are numbered 1 to 9, not {definition}.")
    below, rest, _ = _floor_and_rest(rated, p, Fraction(-1, 2) if definition == 3 else Fraction(0))
    if definition == 1:
        return below, (rest > 0).astype(np.int64), 1
    if definition == 2:
        return below, np.where(rest > 0, 2, 1), 2
    return below, ((rest > 0) | (below % 2 == 1)).astype(np.int64), 1


def _floor_and_rest(rated: IntArray, p: Fraction, offset: Fraction) -> tuple[IntArray, IntArray, int]:
    common = lcm(p.denominator, offset.denominator)
    whole, rest = np.divmod(rated * int(p * common) + int(offset * common), common)
    return whole, rest, common


def _order_statistic(tally: Tally, rank: IntArray) -> IntArray:
    """The rating (I,) at each rank, counted from 1 and moved into 1..n."""
    return tally.scale.low + _rank_of(tally.counts, np.clip(rank, 1, np.maximum(tally.rated, 1)))


def _rank_of(counts: IntArray, rank: IntArray) -> IntArray:
    """The column (I,) in which each row's cumulative count reaches the rank."""
    column: IntArray = (np.cumsum(counts, axis=1) < rank[:, np.newaxis]).sum(axis=1)
    return column


def _sum(tally: Tally, power: int) -> IntArray:
    return tally.counts @ np.arange(tally.scale.low, tally.scale.high + 1) ** power


def _divide(numerators: IntArray, denominators: IntArray) -> FloatArray:
    defined: BoolArray = denominators > 0
    return np.where(defined, numerators / np.where(defined, denominators, 1), np.nan)
