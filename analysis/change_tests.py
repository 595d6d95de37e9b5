"""Tests of change between two rounds, on the table of those who rated in both.

A test that finds no difference has not shown that there is none, least of all with few people, and none of
those on the margins sees two panellists exchange their ratings. `analysis.changes` has the equivalence of
change, `analysis.signed_ranks` the tests of its direction. Notation: I items, K categories, n pairs.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally, check_alike
from analysis.undefined import ratio, reasons

NOBODY_CHANGED: Final = "Nobody changed the rating."
NOBODY_CROSSED: Final = "Nobody moved into the band or out of it."
NO_BANDS: Final = "The scale has no bands."
A_ROUND_HAS_NO_RATING: Final = "A round has no rating of the item."
ONE_CATEGORY_USED: Final = "Both rounds used one category, the same."
A_ROUND_IS_UNANIMOUS: Final = "A round is unanimous, so the rounds cannot depend on each other."


@dataclass(frozen=True, eq=False)
class ChiSquare(Result):
    """A chi-square of each item: `statistic`, `df` and `p`, each (I,), and a reason for each NaN."""

    statistic: FloatArray
    df: IntArray
    p: FloatArray
    reasons: tuple[str | None, ...]


def bowker(transitions: Transitions) -> ChiSquare:
    """Bowker's test of symmetry, that as many go from each category to each other one as come back.

    The degrees of freedom are the pairs of categories between which anybody moved; some packages count all
    pairs. NaN where nobody changed.

    Source: Bowker AH. Journal of the American Statistical Association 1948;43:572-574,
    doi:10.1080/01621459.1948.10483284.

    >>> from analysis.scales import Scale
    >>> found = bowker(Transitions.from_pairs(Scale(1, 3), [[8, 6, 0], [2, 9, 1], [0, 3, 7]]))
    >>> found.statistic, found.df
    (array([3.]), array([2]))
    """
    upper, lower = np.triu_indices(transitions.scale.size, 1)
    up, down = transitions.paired[:, upper, lower], transitions.paired[:, lower, upper]
    moved = up + down
    terms = np.divide((up - down) ** 2, moved, out=np.zeros(moved.shape), where=moved > 0)
    return _chi_square(terms.sum(axis=1), (moved > 0).sum(axis=1), _unmoved(transitions))


def stuart_maxwell(transitions: Transitions) -> ChiSquare:
    """The Stuart-Maxwell test of equal margins, that the panel's distribution did not change.

    The degrees of freedom are the rank of the differences: the categories that anybody entered or left, less
    one for each group of categories between which alone people moved. With a single group this is the usual
    K - 1 over the categories moved. NaN where nobody changed.

    Sources: Stuart A. Biometrika 1955;42:412-416, doi:10.1093/biomet/42.3-4.412. Maxwell AE. British Journal
    of Psychiatry 1970;116:651-655, doi:10.1192/bjp.116.535.651.

    >>> from analysis.scales import Scale
    >>> found = stuart_maxwell(Transitions.from_pairs(Scale(1, 3), [[8, 6, 0], [2, 9, 1], [0, 3, 7]]))
    >>> found.statistic, found.df
    (array([3.]), array([2]))
    """
    table = transitions.paired
    between = (table + table.transpose(0, 2, 1)).transpose(1, 2, 0).astype(np.float64, order="C")
    excess = (transitions.margin_before - transitions.margin_after).T.astype(np.float64, order="C")
    return _chi_square(*_eliminated(between, excess), _unmoved(transitions))


def _eliminated(between: FloatArray, excess: FloatArray) -> tuple[FloatArray, IntArray]:
    """The form d'S⁻d (I,) and the rank of S, for moves `between` (K, K, I) and d = `excess` (K, I).

    S is the Laplacian of a graph whose edges are the moves between categories. Taking out one category after
    the other hands its moves to its neighbours by shares, with sums alone and no subtraction, so that a
    category without neighbours is exactly 0 and a singular S is no trouble.
    """
    size, items = excess.shape
    statistic, rank = np.zeros(items), np.zeros(items, dtype=np.int64)
    for k in range(size - 1):
        edges = between[k, k + 1 :]
        degree = edges.sum(axis=0)
        linked = degree > 0
        shares = edges / np.where(linked, degree, 1)
        statistic += np.divide(excess[k] ** 2, degree, out=np.zeros(items), where=linked)
        rank += linked
        excess[k + 1 :] += shares * excess[k]
        between[k + 1 :, k + 1 :] += shares[:, np.newaxis] * edges
    return statistic, rank


@dataclass(frozen=True, eq=False)
class McNemar(Result):
    """McNemar's test of each item: how many moved into the band and out of it, statistic, p and reasons."""

    moved_in: IntArray
    moved_out: IntArray
    statistic: FloatArray
    p: FloatArray
    reasons: tuple[str | None, ...]


def mcnemar(
    transitions: Transitions, band: str = "high", *, correction: bool = True, exact: bool = False
) -> McNemar:
    """McNemar's test that as many move into a band, the high one unless told, as move out of it.

    The statistic is a chi-square with one degree of freedom, with the continuity correction unless told
    otherwise; the correction never exceeds the difference. With `exact` the statistic is the smaller of the
    two numbers and p comes from the binomial law. NaN where nobody crossed, and on a scale without bands.

    Sources: McNemar Q. Psychometrika 1947;12:153-157, doi:10.1007/BF02295996. Edwards AL. Psychometrika
    1948;13:185-187, doi:10.1007/BF02289261.

    >>> from analysis.scales import Scale
    >>> two = Scale.parse("1-2", "1,2")
    >>> mcnemar(Transitions.from_pairs(two, [[794, 150], [86, 570]])).statistic.round(6)
    array([16.817797])
    """
    moved_in, moved_out = _crossed_band(transitions, band)
    moved, apart = moved_in + moved_out, np.abs(moved_in - moved_out)
    if exact:
        statistic: FloatArray = np.where(moved > 0, np.minimum(moved_in, moved_out), np.nan)
        p: FloatArray = two_sided_binomial(moved_in, moved_out)
    else:
        corrected = np.maximum(apart - 1, 0) if correction else apart
        statistic = ratio(corrected**2, moved)
        p = np.asarray(special.chdtrc(1.0, statistic), dtype=np.float64)
    no_bands = np.full(transitions.items, transitions.scale.bands is None)
    cases = ((transitions.pairs == 0, NOBODY_RATED_TWICE), (no_bands, NO_BANDS), (moved == 0, NOBODY_CROSSED))
    return McNemar(moved_in, moved_out, statistic, p, reasons(transitions.items, *cases))


def _crossed_band(transitions: Transitions, name: str) -> tuple[IntArray, IntArray]:
    """How many (I,) moved into the band, and out of it; none where the scale has no bands."""
    scale = transitions.scale
    band = scale.find_band(name)
    if band is None and scale.bands is not None:
        names = ", ".join(band.name for band in scale.bands)
        raise ValueError(f"The scale {scale} has the bands {names}, not '{name}'.")
    first, last = (scale.low, scale.low - 1) if band is None else (band.first, band.last)
    held = slice(first - scale.low, last - scale.low + 1)
    stayed = transitions.paired[:, held, held].sum(axis=(1, 2))
    before, after = (
        transitions.margin_before[:, held].sum(axis=1),
        transitions.margin_after[:, held].sum(axis=1),
    )
    return after - stayed, before - stayed


def two_sided_binomial(one: IntArray, other: IntArray) -> FloatArray:
    """The two-sided p (I,) of two numbers that are equal by chance but for the binomial law; NaN for none."""
    total = one + other
    tail = special.bdtr(np.minimum(one, other).astype(np.float64), total, 0.5)
    return np.where(total > 0, np.minimum(2 * tail, 1.0), np.nan)


def group_chi_square(before: Tally, after: Tally) -> ChiSquare:
    """The chi-square of the two rounds' distributions, 2 by K, as if the rounds were independent.

    The degrees of freedom are the categories that either round used, less one. The field reads a large p as
    stability; it has little power with few people, and a total exchange of ratings gives 0. NaN where a round
    has no rating and where both used a single category. Other scales or items are a `ValueError`.

    Source: Dajani JS, Sincoff MZ, Talley WK. Technological Forecasting and Social Change 1979;13:83-90,
    doi:10.1016/0040-1625(79)90007-6.

    >>> from analysis.scales import Scale
    >>> one, two = (Tally.from_counts(Scale(1, 3), counts) for counts in ([6, 5, 10], [5, 5, 11]))
    >>> group_chi_square(one, two).p.round(6)
    array([0.93308])
    """
    check_alike((before, after))
    n1, n2 = before.rated.astype(np.float64), after.rated.astype(np.float64)
    used = before.counts + after.counts
    apart = before.counts * n2[:, np.newaxis] - after.counts * n1[:, np.newaxis]
    terms = np.divide(apart**2, used, out=np.zeros(used.shape), where=used > 0)
    categories = (used > 0).sum(axis=1)
    cases = ((n1 * n2 == 0, A_ROUND_HAS_NO_RATING), (categories == 1, ONE_CATEGORY_USED))
    return _chi_square(ratio(terms.sum(axis=1), n1 * n2), np.maximum(categories - 1, 0), cases)


def individual_chi_square(transitions: Transitions) -> ChiSquare:
    """The chi-square of independence of the rounds, K by K: with a small p, ratings depend on earlier ones.

    The degrees of freedom are (rows used - 1) (columns used - 1). The field reads a small p as individual
    stability, though it is association: a total exchange gives a small p too. The law is rough where expected
    numbers are below 5; see `least_expected`. NaN where a round is unanimous.

    Source: Chaffin WW, Talley WK. Technological Forecasting and Social Change 1980;16:67-73,
    doi:10.1016/0040-1625(80)90074-8.

    >>> from analysis.scales import Scale
    >>> three = Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])
    >>> found = individual_chi_square(three)
    >>> found.statistic.round(6), found.df
    (array([3.699462]), array([4]))
    """
    rows, columns, n = transitions.margin_before, transitions.margin_after, transitions.pairs
    expected = rows[:, :, np.newaxis] * ratio(columns, n[:, np.newaxis])[:, np.newaxis]
    squares = (transitions.paired - expected) ** 2
    terms = np.divide(squares, expected, out=np.zeros(expected.shape), where=expected > 0)
    df = np.maximum((rows > 0).sum(axis=1) - 1, 0) * np.maximum((columns > 0).sum(axis=1) - 1, 0)
    cases = ((n == 0, NOBODY_RATED_TWICE), (df == 0, A_ROUND_IS_UNANIMOUS))
    return _chi_square(terms.sum(axis=(1, 2)), df, cases)


def least_expected(transitions: Transitions) -> FloatArray:
    """The least expected number (I,) of a pair of categories that were used, for n = 0 NaN.

    Below 5 the law of `individual_chi_square` is rough; source as there.

    >>> from analysis.scales import Scale
    >>> three = Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])
    >>> least_expected(three).round(6)
    array([5.532787])
    """
    rows, columns = (
        np.where(margin > 0, margin, np.inf).min(axis=1)
        for margin in (transitions.margin_before, transitions.margin_after)
    )
    least: FloatArray = rows * ratio(columns, transitions.pairs)
    return least


_Cases = tuple[tuple[BoolArray, str], ...]


def _unmoved(transitions: Transitions) -> _Cases:
    kept = transitions.changes[:, transitions.scale.size - 1]
    return ((transitions.pairs == 0, NOBODY_RATED_TWICE), (kept == transitions.pairs, NOBODY_CHANGED))


def _chi_square(statistic: FloatArray, df: IntArray, cases: _Cases) -> ChiSquare:
    """The statistic and its p, both NaN where there are no degrees of freedom."""
    found = np.where(df > 0, statistic, np.nan)
    p: FloatArray = special.chdtrc(np.maximum(df, 1).astype(np.float64), found)
    return ChiSquare(found, df, p, reasons(len(df), *cases))
