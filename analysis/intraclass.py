"""Intraclass correlation: how much of the variance of ratings lies between the items, in six forms.

ICC(1), ICC(2) and ICC(3) are those of Shrout and Fleiss for a single rater, and those with k for the mean of
all: raters drawn anew for each item (1), the same raters drawn from others like them (2), these raters alone
(3). The counts of the items are enough for ICC(1), and with the sum of each rater's ratings for all six,
where everybody rated everything. Ratings are taken as numbers. No verbal labels are given. Notation: I items,
R raters, K categories.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, isinf, isnan, nan
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from analysis.results import Result
from analysis.scales import Scale
from analysis.tallies import FloatArray, Tally, integers

FORMS: Final = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")

TOO_FEW_ITEMS: Final = "It needs at least two items that anybody rated."
NO_SECOND_RATER: Final = "It needs a second rating of some item."
NOT_COMPLETE: Final = "It is defined only where every rater rated every item."
NO_RATER_SUMS: Final = "It needs the sum of each rater's ratings."
NO_VARIANCE: Final = "All ratings are equal, so there is no variance to divide."
NO_ERROR: Final = "Nothing is left for error, so F is infinite and there is no interval."
NO_VARIANCE_BETWEEN: Final = "The items have the same mean, so raters do not tell them apart at all."
NOT_POSITIVE: Final = "The variance that the raters' mean would have is estimated as none or less."
NOT_BALANCED: Final = "The interval needs equal numbers of ratings of the items."

_Ends: TypeAlias = tuple[float, float]


@dataclass(frozen=True, eq=False)
class IntraclassCorrelations(Result):
    """The six forms, a row each in the order of FORMS (6,).

    Each has its `icc`, the `f` of its test against none with `df1`, `df2` and `p`, the ends of its interval,
    `lower` and `upper`, and a reason for each NaN.
    """

    form: tuple[str, ...]
    icc: FloatArray
    f: FloatArray
    df1: FloatArray
    df2: FloatArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    reasons: tuple[str | None, ...]

    def of(self, form: str) -> float:
        """The coefficient of one form; a `ValueError` where there is none of that name."""
        if form not in self.form:
            raise ValueError(f"There is no form '{form}': choose of {', '.join(self.form)}.")
        return float(self.icc[self.form.index(form)])


def intraclass_correlations(
    tally: Tally, rater_sums: ArrayLike | None = None, level: float = 0.95
) -> IntraclassCorrelations:
    """The six forms from counts and, for ICC2 and ICC3, the sum of the categories that each rater chose (R,).

    Where ratings are missing, only ICC1 is defined, by the analysis of variance with unequal groups: its
    number of raters is (N - sum n_i^2 / N) / (I - 1), its interval undefined. Items that nobody rated do not
    enter. NaN with a reason also for fewer than two items, for single ratings throughout, where all ratings
    are equal (0/0), and where nothing is left for error the interval alone, F being infinite. A
    `ValueError` where the sums are not those of R raters and these counts, and for a level not between 0 and
    1.

    Sources: Shrout PE, Fleiss JL. Psychological Bulletin 1979;86:420-428, doi:10.1037/0033-2909.86.2.420.
    McGraw KO, Wong SP. Psychological Methods 1996;1:30-46, doi:10.1037/1082-989X.1.1.30. Unequal groups:
    Donner A. International Statistical Review 1986;54:67-82, doi:10.2307/1403259.

    >>> from analysis.scales import Scale
    >>> ratings = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    >>> tally = Tally.from_matrix(Scale(1, 10), ratings)
    >>> intraclass_correlations(tally, rater_sums=[46, 15, 26, 40]).icc.round(6)
    array([0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316])
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not at {level}.")
    sums = None if rater_sums is None else integers(rater_sums, "rater's sum")
    return _six(_variance(tally, None if sums is None else sums.tolist()), level)


def intraclass_correlations_of(
    scale: Scale, ratings: ArrayLike, level: float = 0.95
) -> IntraclassCorrelations:
    """The six forms from a matrix (R, I) of categories and the codes UNABLE and BLANK.

    Raters and items without a rating do not enter. Missing, undefined and errors as for
    `intraclass_correlations`; `Tally.from_matrix` says what a matrix may hold.

    >>> ratings = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    >>> intraclass_correlations_of(Scale(1, 10), ratings).of("ICC2")
    0.289764
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not at {level}.")
    tally, codes = Tally.from_matrix(scale, ratings), integers(ratings, "rating")
    rated = codes >= scale.low
    sums = np.where(rated, codes, 0).sum(axis=1)[rated.any(axis=1)]
    return _six(_variance(tally, sums.tolist()), level)


class _Variance(NamedTuple):
    """Mean squares `between` the items, `within` them, of the `raters` and of the `error` they leave, exact.

    The last two are None where they are undefined. `k` is the number of ratings of an item, or what stands
    for it where the items differ.
    """

    items: int
    ratings: int
    k: Fraction
    between: Fraction
    within: Fraction
    raters: Fraction | None
    error: Fraction | None
    is_balanced: bool
    why_not_two_way: str


def _variance(tally: Tally, rater_sums: list[int] | None) -> _Variance | str:
    """The analysis of variance of the items that were rated, or why there is none."""
    counts = tally.counts[tally.rated > 0]
    n, items, ratings = counts.sum(axis=1), len(counts), int(counts.sum())
    category = np.arange(tally.scale.low, tally.scale.high + 1)
    # Python's whole numbers: the squares of sums outgrow 64 bits, and whether a rest is 0 has to be exact.
    sums = (counts @ category).tolist()
    total, squares = sum(sums), sum((counts @ category**2).tolist())
    if rater_sums is not None and sum(rater_sums) != total:
        raise ValueError(f"The raters' sums come to {sum(rater_sums)}, and the counts to {total}.")
    if items < 2 or ratings == items:
        return TOO_FEW_ITEMS if items < 2 else NO_SECOND_RATER
    of_items, correction = _sum_of_means(sums, n.tolist()), Fraction(total**2, ratings)
    if squares == correction:
        return NO_VARIANCE
    within = squares - of_items
    complete = rater_sums is not None and bool((n == len(rater_sums)).all())
    raters = error = None
    if rater_sums and complete:
        raters, error = _of_raters(rater_sums, items, within, correction)
    return _Variance(
        items,
        ratings,
        k=(ratings - Fraction(int((n**2).sum()), ratings)) / (items - 1),
        between=(of_items - correction) / (items - 1),
        within=within / (ratings - items),
        raters=raters,
        error=error,
        is_balanced=bool((n == n[0]).all()),
        why_not_two_way=NO_RATER_SUMS if rater_sums is None else NOT_COMPLETE,
    )


def _of_raters(
    sums: list[int], items: int, within: Fraction, correction: Fraction
) -> tuple[Fraction, Fraction]:
    """The mean squares of the raters and of the error, where everybody rated everything."""
    of_raters, df = Fraction(sum(s**2 for s in sums), items) - correction, len(sums) - 1
    if of_raters < 0 or of_raters > within:
        raise ValueError("The raters' sums lie further apart than these counts allow.")
    return of_raters / df, (within - of_raters) / (df * (items - 1))


def _sum_of_means(sums: list[int], n: list[int]) -> Fraction:
    """The sum of the squares of the items' sums, each over its number of ratings."""
    by_number: dict[int, int] = {}
    for s, number in zip(sums, n, strict=True):
        by_number[number] = by_number.get(number, 0) + s**2
    return sum((Fraction(s, number) for number, s in by_number.items()), Fraction(0))


class _Form(NamedTuple):
    """One form: its coefficient, F with its degrees of freedom, the ends of its interval, why it has none."""

    icc: float = nan
    f: float = nan
    df1: float = nan
    df2: float = nan
    lower: float = nan
    upper: float = nan
    reason: str | None = None


def _six(variance: _Variance | str, level: float) -> IntraclassCorrelations:
    if isinstance(variance, str):
        forms = [_Form(reason=variance)] * len(FORMS)
    else:
        one, one_k = _one_way(variance, level)
        two, two_k, three, three_k = _two_way(variance, level)
        forms = [one, two, three, one_k, two_k, three_k]
    icc, f, df1, df2, lower, upper = np.array([form[:-1] for form in forms], dtype=np.float64).T
    p = np.where(np.isinf(f), 0.0, fdtrc(df1, df2, f))
    return IntraclassCorrelations(
        FORMS, icc, f, df1, df2, p, lower, upper, tuple(form.reason for form in forms)
    )


def _one_way(v: _Variance, level: float) -> list[_Form]:
    """ICC1 and ICC1k."""
    f, df = _f(v.between, v.within), (v.items - 1, v.ratings - v.items)
    gain = v.between - v.within
    single = _quotient(gain, v.between + (v.k - 1) * v.within)
    if not v.is_balanced:
        return [_Form(single, f, *df, reason=NOT_BALANCED), _Form(reason=NOT_COMPLETE)]
    ends = _ends(f, df, int(v.k), level)
    return [_form(icc, f, df, e) for icc, e in zip((single, _quotient(gain, v.between)), ends, strict=True)]


def _two_way(v: _Variance, level: float) -> list[_Form]:
    """ICC2, ICC2k, ICC3 and ICC3k."""
    if v.raters is None or v.error is None:
        return [_Form(reason=v.why_not_two_way)] * 4
    f, df = _f(v.between, v.error), (v.items - 1, (v.items - 1) * (int(v.k) - 1))
    gain, beside = v.between - v.error, (v.raters - v.error) / v.items
    single = v.between + (v.k - 1) * v.error
    random, ends = _quotient(gain, single + v.k * beside), _ends(f, df, int(v.k), level)
    random_ends = _random_ends(v, random, level) if isfinite(f) else (nan, nan)
    mean_ends = _stepped_up(random_ends[0], int(v.k)), _stepped_up(random_ends[1], int(v.k))
    return [
        _form(random, f, df, random_ends),
        _form(_quotient(gain, v.between + beside), f, df, mean_ends),
        _form(_quotient(gain, single), f, df, ends[0]),
        _form(_quotient(gain, v.between), f, df, ends[1]),
    ]


def _form(icc: float, f: float, df: tuple[int, int], ends: _Ends) -> _Form:
    reason = None
    if isnan(icc) or isnan(ends[0]):
        reason = NO_ERROR if isinf(f) else NOT_POSITIVE if f > 0 else NO_VARIANCE_BETWEEN
    return _Form(icc, f, *df, *ends, reason)


def _ends(f: float, df: tuple[int, int], k: int, level: float) -> tuple[_Ends, _Ends]:
    """The intervals of a single rater and of the mean of k, by the law of F; undefined unless F is finite."""
    if not isfinite(f):
        return (nan, nan), (nan, nan)
    tail = 0.5 + level / 2
    low, high = f / float(fdtri(*df, tail)), f * float(fdtri(*df[::-1], tail))
    single = (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)
    return single, (1 - 1 / low, 1 - 1 / high) if f > 0 else (nan, nan)


def _random_ends(v: _Variance, icc: float, level: float) -> _Ends:
    """McGraw and Wong's interval of ICC2, by Satterthwaite's degrees of freedom for raters and error."""
    if v.raters is None or not v.error or isnan(icc):
        return nan, nan
    n, k, between, error = v.items, int(v.k), float(v.between), float(v.error)
    of_raters = k * icc * float(v.raters / v.error)
    rest = n * (1 + (k - 1) * icc) - k * icc
    below = (n - 1) * of_raters**2 + rest**2
    if below == 0:
        return nan, nan
    df = (k - 1) * (n - 1) * (of_raters + rest) ** 2 / below
    tail = 0.5 + level / 2
    high, low = float(fdtri(n - 1, df, tail)), float(fdtri(df, n - 1, tail))
    others = k * float(v.raters) + (k * n - k - n) * error
    if others + between == 0:
        return nan, nan
    return (
        n * (between - high * error) / (high * others + n * between),
        n * (low * between - error) / (others + n * low * between),
    )


def _stepped_up(single: float, k: int) -> float:
    """Spearman and Brown's coefficient of the mean of k from that of one; NaN where there is none."""
    return k * single / (1 + (k - 1) * single) if (k - 1) * single > -1 else nan


def _f(between: Fraction, rest: Fraction) -> float:
    """F: infinite over nothing, and NaN for nothing over nothing."""
    return float(between / rest) if rest else inf if between else nan


def _quotient(above: Fraction, below: Fraction) -> float:
    return float(above / below) if below > 0 else nan
