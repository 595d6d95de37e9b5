"""The six intraclass correlations, from matrices, from counts with the raters' sums, and from counts."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.intraclass import (
    FORMS,
    NO_ERROR,
    NO_RATER_SUMS,
    NO_SECOND_RATER,
    NO_VARIANCE,
    NO_VARIANCE_BETWEEN,
    NOT_BALANCED,
    NOT_COMPLETE,
    NOT_POSITIVE,
    TOO_FEW_ITEMS,
    intraclass_correlations,
    intraclass_correlations_of,
)
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally
from tests.analysis.examples import NINE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pingouin

TEN = Scale(1, 10)
# Shrout and Fleiss 1979, table 2: four judges, six subjects.
JUDGES = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]])


def test_the_judges_of_shrout_and_fleiss() -> None:
    """By pingouin and psych; printed .17, .29, .71, .44, .62 and .91."""
    found = intraclass_correlations_of(TEN, JUDGES)
    expected = [
        0.1657417684054755,
        0.28976377952755916,
        0.7148407148407154,
        0.44279713367926876,
        0.6200505475989893,
        0.9093155423770697,
    ]
    assert found.icc == pytest.approx(expected, abs=1e-12)
    assert found.icc == pytest.approx([0.17, 0.29, 0.71, 0.44, 0.62, 0.91], abs=5e-3)
    assert found.f == pytest.approx([1.794678, *[11.027248] * 2, 1.794678, *[11.027248] * 2], abs=5e-7)
    assert (found.df1.tolist(), found.df2.tolist()) == ([5] * 6, [18, 15, 15, 18, 15, 15])
    assert found.p == pytest.approx([0.164769, 0.000135, 0.000135] * 2, abs=5e-7)


def test_the_intervals_of_the_judges() -> None:
    """Printed by psych for R and by pingouin."""
    found = intraclass_correlations_of(TEN, JUDGES)
    assert found.lower == pytest.approx([-0.13, 0.02, 0.34, -0.88, 0.07, 0.68], abs=5e-3)
    assert found.upper == pytest.approx([0.72, 0.76, 0.95, 0.91, 0.93, 0.99], abs=5e-3)


def test_counts_and_the_sums_of_the_raters_are_enough() -> None:
    from_matrix = intraclass_correlations_of(TEN, JUDGES)
    from_counts = intraclass_correlations(Tally.from_matrix(TEN, JUDGES), JUDGES.sum(axis=1))
    pd.testing.assert_frame_equal(from_counts.frame(), from_matrix.frame())


def test_counts_alone_are_enough_for_icc1() -> None:
    found = intraclass_correlations(Tally.from_matrix(TEN, JUDGES))
    whole = intraclass_correlations_of(TEN, JUDGES)
    for row in (0, 3):
        assert (found.icc[row], found.lower[row], found.p[row]) == (
            pytest.approx((whole.icc[row], whole.lower[row], whole.p[row]))
        )
    assert np.isnan(found.icc[[1, 2, 4, 5]]).all()
    assert found.reasons == (None, NO_RATER_SUMS, NO_RATER_SUMS, None, NO_RATER_SUMS, NO_RATER_SUMS)


def test_pingouin_finds_the_same() -> None:
    generator = np.random.default_rng(1)
    for _ in range(60):
        ratings = panel(generator, least=3)
        found = intraclass_correlations_of(NINE, ratings)
        expected = by_pingouin(ratings)
        assert found.icc == pytest.approx(expected["ICC"].to_numpy(), abs=1e-9)
        assert found.f == pytest.approx(expected["F"].to_numpy(), abs=1e-9)
        assert found.p == pytest.approx(expected["pval"].to_numpy(), abs=1e-9)
        ends, theirs = np.array([found.lower, found.upper]).T, np.stack(expected["CI95"].tolist())
        # Where the end for one rater is -1 / (k - 1) or less there is none for the mean of k.
        beyond = np.isnan(ends)
        assert (theirs[beyond] > 1).all()
        assert ends[~beyond] == pytest.approx(theirs[~beyond], abs=0.0051)


def test_one_thousand_panels_by_the_analysis_of_variance() -> None:
    generator = np.random.default_rng(2)
    for _ in range(1000):
        ratings = panel(generator)
        found, expected = intraclass_correlations_of(NINE, ratings), naive(ratings)
        np.testing.assert_allclose(found.icc, expected[0], atol=1e-9)
        np.testing.assert_allclose([found.lower, found.upper], expected[1:], atol=1e-9)


def test_a_thousand_unequal_groups_by_scipy() -> None:
    """F and its p by f_oneway, and ICC1 from these."""
    generator = np.random.default_rng(3)
    for _ in range(1000):
        ratings = panel(generator, least=3)
        ratings[generator.random(ratings.shape) < 0.2] = generator.choice([UNABLE, BLANK])
        groups = [column[column > 0] for column in ratings.T if (column > 0).any()]
        if len({len(group) for group in groups}) < 2 or sum(len(g) for g in groups) <= len(groups):
            continue
        if all(len(set(group)) == 1 for group in groups):
            continue
        expected = stats.f_oneway(*groups)
        found = intraclass_correlations_of(NINE, ratings)
        assert (found.f[0], found.p[0]) == pytest.approx(tuple(expected), abs=1e-9)
        n = np.array([len(group) for group in groups])
        k = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
        assert found.icc[0] == pytest.approx((found.f[0] - 1) / (found.f[0] + k - 1), abs=1e-9)
        assert found.reasons[:3] == (NOT_BALANCED, NOT_COMPLETE, NOT_COMPLETE)
        assert np.isnan([*found.icc[1:], found.lower[0]]).all()


def test_everybody_rated_as_many_items_and_yet_not_all() -> None:
    """Each item has two ratings, of three raters."""
    found = intraclass_correlations_of(NINE, [[1, 5, BLANK], [2, BLANK, 9], [BLANK, 6, 8]])
    assert found.reasons == (None, NOT_COMPLETE, NOT_COMPLETE, None, NOT_COMPLETE, NOT_COMPLETE)


def test_who_rated_nothing_and_what_nobody_rated_do_not_enter() -> None:
    ratings = np.pad(JUDGES, ((0, 1), (0, 1)), constant_values=UNABLE)
    found = intraclass_correlations_of(TEN, ratings)
    assert found.icc == pytest.approx(intraclass_correlations_of(TEN, JUDGES).icc)
    assert found.reasons == (None,) * 6


def test_no_variance_at_all_is_nothing_over_nothing() -> None:
    found = intraclass_correlations_of(NINE, np.full((3, 4), 7))
    assert np.isnan([found.icc, found.f, found.p, found.lower]).all()
    assert found.reasons == (NO_VARIANCE,) * 6


def test_raters_who_never_differ_are_in_full_agreement_without_an_interval() -> None:
    found = intraclass_correlations_of(NINE, [[1, 4, 9]] * 3)
    assert found.icc.tolist() == [1] * 6
    assert (found.f.tolist(), found.p.tolist()) == ([math.inf] * 6, [0] * 6)
    assert np.isnan([found.lower, found.upper]).all()
    assert found.reasons == (NO_ERROR,) * 6


def test_raters_a_point_apart_agree_but_for_their_level() -> None:
    found = intraclass_correlations_of(NINE, [[1, 4, 8], [2, 5, 9]])
    assert (found.of("ICC3"), found.of("ICC3k")) == (1, 1)
    assert found.of("ICC2") < 1
    assert found.reasons[2] == NO_ERROR


def test_items_with_the_same_mean_are_not_told_apart() -> None:
    found = intraclass_correlations_of(NINE, [[1, 2, 3], [3, 2, 1]])
    # k = 2: -1 / (k - 1)
    assert (found.of("ICC1"), found.of("ICC3")) == (-1, -1)
    assert np.isnan(found.icc[3:]).all()
    assert set(found.reasons[3:]) == {NO_VARIANCE_BETWEEN}


def test_a_variance_estimated_below_nought_divides_nothing() -> None:
    found = intraclass_correlations_of(NINE, [[1, 9, 5], [9, 1, 6]])
    assert math.isnan(found.of("ICC2k"))
    assert found.reasons[4] == NOT_POSITIVE


def test_too_little_says_so() -> None:
    one_item = intraclass_correlations_of(NINE, [[1], [2]])
    assert set(one_item.reasons) == {TOO_FEW_ITEMS}
    assert set(intraclass_correlations(Tally.from_counts(NINE, [])).reasons) == {TOO_FEW_ITEMS}
    one_rater = intraclass_correlations_of(NINE, [[1, 2, 3]])
    assert set(one_rater.reasons) == {NO_SECOND_RATER}
    assert np.isnan([one_item.icc, one_rater.icc]).all()


def test_sums_that_are_not_those_of_the_counts_are_refused() -> None:
    tally = Tally.from_matrix(TEN, JUDGES)
    with pytest.raises(ValueError, match="sums come to 10, and the counts to 127"):
        intraclass_correlations(tally, [1, 2, 3, 4])
    with pytest.raises(ValueError, match="further apart than these counts allow"):
        intraclass_correlations(tally, [121, 2, 2, 2])
    with pytest.raises(ValueError, match="level of an interval"):
        intraclass_correlations(tally, level=95)
    with pytest.raises(ValueError, match="level of an interval"):
        intraclass_correlations_of(TEN, JUDGES, level=0)
    with pytest.raises(ValueError, match="choose of ICC1, ICC2, ICC3"):
        intraclass_correlations(tally).of("ICC4")


def test_ten_million_raters_do_not_overflow() -> None:
    share = np.array([[1, 0, 2, 3, 4], [4, 3, 2, 0, 1], [0, 2, 6, 2, 0]])
    few = intraclass_correlations(Tally.from_counts(Scale(96, 100), share * 10**3))
    many = intraclass_correlations(Tally.from_counts(Scale(96, 100), share * 10**6))
    assert many.of("ICC1") == pytest.approx(few.of("ICC1"), rel=1e-3)


@given(st.lists(st.lists(st.integers(1, 9), min_size=4, max_size=4), min_size=2, max_size=5))
def test_order_and_direction_make_no_difference(rows: list[list[int]]) -> None:
    ratings = np.array(rows)
    found = intraclass_correlations_of(NINE, ratings)
    for other in (ratings[::-1], ratings[:, ::-1], 10 - ratings):
        again = intraclass_correlations_of(NINE, other)
        np.testing.assert_allclose(again.icc, found.icc, atol=1e-12)
        np.testing.assert_allclose(again.lower, found.lower, atol=1e-9)
        assert again.reasons == found.reasons


@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=2, max_size=5))
def test_a_figure_is_nan_only_with_a_reason(rows: list[list[int]]) -> None:
    found = intraclass_correlations_of(NINE, rows)
    assert found.form == FORMS
    for row, reason in enumerate(found.reasons):
        figures = [found.icc[row], found.lower[row], found.upper[row]]
        assert (reason is None) == (not np.isnan(figures).any())


def panel(generator: np.random.Generator, least: int = 2) -> IntArray:
    """Ratings (R, I) in which items and raters differ, so that no mean square is 0."""
    raters, items = generator.integers(least, 8, 2)
    while True:
        level = generator.normal(5, 2, items) + generator.normal(0, 1, (raters, 1))
        ratings = np.clip(np.rint(level + generator.normal(0, 1.5, (raters, items))), 1, 9).astype(np.int64)
        if naive_squares(ratings).min() > 1e-9:
            return ratings


def naive_squares(ratings: IntArray) -> np.ndarray:
    """Mean squares between items, of raters, of error, within items."""
    (k, n), x = ratings.shape, ratings.astype(float)
    items, raters = x.mean(axis=0), x.mean(axis=1, keepdims=True)
    error = ((x - items - raters + x.mean()) ** 2).sum()
    return np.array(
        [
            k * ((items - x.mean()) ** 2).sum() / (n - 1),
            n * ((raters - x.mean()) ** 2).sum() / (k - 1),
            error / ((n - 1) * (k - 1)),
            ((x - items) ** 2).sum() / (n * (k - 1)),
        ]
    )


def naive(ratings: IntArray) -> list[list[float]]:
    """The six coefficients and the ends of their intervals, by McGraw and Wong 1996, tables 4 to 7."""
    (k, n), (r, c, e, w) = ratings.shape, naive_squares(ratings).tolist()
    icc1, icc3 = (r - w) / (r + (k - 1) * w), (r - e) / (r + (k - 1) * e)
    icc2 = (r - e) / (r + (k - 1) * e + k * (c - e) / n)
    below = r + (c - e) / n
    icc = [icc1, icc2, icc3, (r - w) / r, (r - e) / below if below > 0 else math.nan, (r - e) / r]
    a, b = k * icc2 / (n * (1 - icc2)), 1 + k * icc2 * (n - 1) / (n * (1 - icc2))
    v = (a * c + b * e) ** 2 / ((a * c) ** 2 / (k - 1) + (b * e) ** 2 / ((n - 1) * (k - 1)))
    high, low = stats.f.ppf(0.975, n - 1, v), stats.f.ppf(0.975, v, n - 1)
    others = k * c + (k * n - k - n) * e
    random = (
        n * (r - high * e) / (high * others + n * r),
        n * (low * r - e) / (others + n * low * r),
    )
    mean = [k * end / (1 + (k - 1) * end) if (k - 1) * end > -1 else math.nan for end in random]
    ends = []
    for f, df2 in ((r / w, n * (k - 1)), (r / e, (n - 1) * (k - 1))):
        lower, upper = f / stats.f.ppf(0.975, n - 1, df2), f * stats.f.ppf(0.975, df2, n - 1)
        ends.append([((g - 1) / (g + k - 1), 1 - 1 / g) for g in (lower, upper)])
    return [
        icc,
        *(
            [ends[0][side][0], random[side], ends[1][side][0], ends[0][side][1], mean[side], ends[1][side][1]]
            for side in (0, 1)
        ),
    ]


def by_pingouin(ratings: IntArray) -> pd.DataFrame:
    rater, item = np.indices(ratings.shape)
    long = pd.DataFrame({"rater": rater.ravel(), "item": item.ravel(), "rating": ratings.ravel()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pingouin.intraclass_corr(long, targets="item", raters="rater", ratings="rating")
