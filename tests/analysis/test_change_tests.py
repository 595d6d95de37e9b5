"""Bowker, Stuart-Maxwell, McNemar, sign, Wilcoxon and the two chi-squares."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables

from analysis.change_tests import (
    A_ROUND_HAS_NO_RATING,
    A_ROUND_IS_UNANIMOUS,
    NO_BANDS,
    NOBODY_CHANGED,
    NOBODY_CROSSED,
    ONE_CATEGORY_USED,
    bowker,
    group_chi_square,
    individual_chi_square,
    least_expected,
    mcnemar,
    stuart_maxwell,
)
from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.scales import Scale
from analysis.signed_ranks import EXACT_UP_TO, sign_test, wilcoxon
from analysis.tallies import Tally
from tests.analysis.examples import NINE, SCALES, tally_of
from tests.analysis.rounds import (
    CHAFFIN_2A,
    CHAFFIN_3A,
    FOUR,
    SIX,
    SWAP,
    TOY,
    VISION,
    both_rated,
    random_rounds,
)

NOBODY = Transitions.from_pairs(NINE, np.zeros((9, 9), np.int64))
NOBODY_MOVED = Transitions.from_pairs(NINE, np.diag([0, 0, 0, 0, 0, 0, 2, 3, 0]))
TWO = Scale.parse("1-2", "1,2")


def of_differences(differences: list[int]) -> Transitions:
    """One item whose ratings changed by these, on a scale as long as they need."""
    reach = max(map(abs, differences))
    scale = Scale(0, 2 * reach)
    return Transitions.from_matrices(scale, [[reach]] * len(differences), [[reach + d] for d in differences])


# Bowker and Stuart-Maxwell


def test_bowker_on_the_vision_of_women() -> None:
    """The chi-square of mcnemar.test in R, printed 19.11 with df 6."""
    found = bowker(VISION)
    assert found.statistic == pytest.approx([19.106550215266772], abs=1e-9)
    assert found.df == [6]
    assert found.p == pytest.approx([0.0039874198], abs=5e-11)


def test_stuart_and_maxwell_on_the_vision_of_women() -> None:
    """Printed 11.96 with df 3; statsmodels, and the R packages irr and coin."""
    found = stuart_maxwell(VISION)
    assert found.statistic == pytest.approx([11.95656962298254], abs=1e-9)
    assert found.df == [3]
    assert found.p == pytest.approx([0.0075334251], abs=5e-11)


def test_statsmodels_finds_the_same_symmetry_in_a_thousand_tables() -> None:
    """With df of its own: statsmodels counts pairs of categories between which nobody moved."""
    before, after = random_rounds(11, 40, 1000, FOUR)
    table = Transitions.from_matrices(FOUR, before, after)
    found = bowker(table)
    for item, counts in enumerate(table.paired):
        expected = contingency_tables.SquareTable(counts, shift_zeros=False).symmetry()
        moved = (counts + counts.T)[np.triu_indices(4, 1)] > 0
        assert found.df[item] == moved.sum()
        if moved.any():
            assert found.statistic[item] == pytest.approx(expected.statistic, abs=1e-9)
            assert found.p[item] == pytest.approx(stats.chi2.sf(expected.statistic, moved.sum()), abs=1e-9)
        else:
            assert math.isnan(found.statistic[item])
            assert math.isnan(found.p[item])


def test_the_degrees_of_freedom_of_bowker_count_pairs_with_people() -> None:
    only_one_pair = Transitions.from_pairs(NINE, np.eye(9, dtype=int) * 3 + np.eye(9, k=8, dtype=int))
    assert (bowker(only_one_pair).statistic, bowker(only_one_pair).df) == ([1], [1])


def test_statsmodels_finds_the_same_homogeneity_where_it_can_invert() -> None:
    generator = np.random.default_rng(12)
    table = Transitions.from_pairs(FOUR, generator.integers(0, 9, (1000, 4, 4)))
    found = stuart_maxwell(table)
    for item, counts in enumerate(table.paired):
        expected = contingency_tables.SquareTable(counts, shift_zeros=False).homogeneity()
        assert found.df[item] == 3
        assert found.statistic[item] == pytest.approx(expected.statistic, abs=1e-9)
        assert found.p[item] == pytest.approx(expected.pvalue, abs=1e-9)


def test_a_singular_table_has_the_generalised_inverse() -> None:
    """As mh_test of the R package coin: the Moore-Penrose inverse, and its rank as df."""
    before, after = random_rounds(13, 12, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    found = stuart_maxwell(table)
    for item, counts in enumerate(table.paired):
        d = (counts.sum(axis=1) - counts.sum(axis=0)).astype(float)
        between = counts + counts.T
        laplacian = (np.diag(between.sum(axis=1)) - between).astype(float)
        rank = int(np.linalg.matrix_rank(laplacian))
        assert found.df[item] == rank
        expected = d @ np.linalg.pinv(laplacian, hermitian=True) @ d if rank else math.nan
        assert found.statistic[item] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_people_who_moved_in_two_places_apart_add_up() -> None:
    """(3 - 1)^2 / 4 between 1 and 2, and (0 - 2)^2 / 2 between 8 and 9."""
    pairs = np.zeros((9, 9), np.int64)
    pairs[0, 1], pairs[1, 0], pairs[7, 8], pairs[4, 4] = 3, 1, 2, 6
    found = stuart_maxwell(Transitions.from_pairs(NINE, pairs))
    assert (found.statistic, found.df) == ([1 + 2], [2])


@pytest.mark.parametrize("test", [bowker, stuart_maxwell])
def test_nobody_moved_is_undefined(test: type) -> None:
    assert (np.isnan(test(NOBODY_MOVED).statistic).all(), test(NOBODY_MOVED).reasons) == (
        True,
        (NOBODY_CHANGED,),
    )
    assert (np.isnan(test(NOBODY).p).all(), test(NOBODY).reasons) == (True, (NOBODY_RATED_TWICE,))


# McNemar


def test_mcnemar_on_approval() -> None:
    """The performance of the president, 794 86 150 570: McNemar's chi-squared 34.71 in R."""
    table = Transitions.from_pairs(TWO, [[794, 150], [86, 570]])
    assert mcnemar(table).statistic == pytest.approx([16.8177966102], abs=5e-11)
    assert mcnemar(table).statistic == pytest.approx([(150 - 86 - 1) ** 2 / (150 + 86)])
    assert (mcnemar(table).moved_in, mcnemar(table).moved_out) == ([150], [86])


def test_mcnemar_is_that_of_statsmodels_in_a_thousand_tables() -> None:
    """But for a difference of 0, from which statsmodels takes the correction too; R does not."""
    counts = np.random.default_rng(14).integers(0, 12, (1000, 2, 2))
    table = Transitions.from_pairs(TWO, counts)
    found = {
        (correction, exact): mcnemar(table, correction=correction, exact=exact)
        for correction, exact in ((True, False), (False, False), (False, True))
    }
    for item, pairs in enumerate(counts):
        if pairs[0, 1] + pairs[1, 0] == 0:
            assert {result.reasons[item] for result in found.values()} <= {NOBODY_CROSSED, NOBODY_RATED_TWICE}
            continue
        for (correction, exact), result in found.items():
            if correction and pairs[0, 1] == pairs[1, 0]:
                assert (result.statistic[item], result.p[item]) == (0, 1)
                continue
            expected = contingency_tables.mcnemar(pairs, exact=exact, correction=correction)
            assert result.statistic[item] == pytest.approx(expected.statistic, abs=1e-9)
            assert result.p[item] == pytest.approx(expected.pvalue, abs=1e-9)


def test_mcnemar_is_about_a_band() -> None:
    """From 6 to 7 twice and from 9 to 6 once cross into the high band and out; from 7 to 9 does not."""
    moves = Transitions.from_matrices(NINE, [[6], [6], [9], [7]], [[7], [7], [6], [9]])
    high, low = mcnemar(moves), mcnemar(moves, "low")
    assert (high.moved_in, high.moved_out) == ([2], [1])
    assert low.reasons == (NOBODY_CROSSED,)
    with pytest.raises(ValueError, match="has the bands low, middle, high, not 'top'"):
        mcnemar(moves, "top")
    bandless = mcnemar(CHAFFIN_2A)
    assert (np.isnan(bandless.p).all(), bandless.reasons) == (True, (NO_BANDS,))


# Group and individual chi-square


def test_dajani_and_others_pooled_rounds() -> None:
    """1 / 11 + 0 + 1 / 21, printed .138."""
    found = group_chi_square(*(Tally.from_counts(Scale(1, 3), c) for c in ([6, 5, 10], [5, 5, 11])))
    assert found.statistic == pytest.approx([0.1385281385], abs=5e-11)
    assert found.p == pytest.approx([0.933080], abs=5e-7)


def test_chaffin_and_talleys_group() -> None:
    """Printed 1.516, for tables 2a and 3a alike: they have the same margins."""
    for table in (CHAFFIN_2A, CHAFFIN_3A):
        found = group_chi_square(table.stayers_before, table.stayers_after)
        assert found.statistic == pytest.approx([1.5164541079], abs=5e-11)
        assert found.p > 0.4


def test_chaffin_and_talleys_individuals() -> None:
    """Printed 197.5 from rounded expected numbers, and 3.79."""
    assert individual_chi_square(CHAFFIN_2A).statistic == pytest.approx([196.425380566226], abs=1e-11)
    assert individual_chi_square(CHAFFIN_3A).statistic == pytest.approx([3.6994617925], abs=5e-11)
    assert individual_chi_square(CHAFFIN_3A).p > 0.05
    # the smallest row, 25, times the smallest column, 27, of 122
    assert least_expected(CHAFFIN_2A) == pytest.approx([25 * 27 / 122])


def test_a_thousand_chi_squares_as_scipy_has_them() -> None:
    before, after = random_rounds(15, 20, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    group, individual = group_chi_square(table.before, table.after), individual_chi_square(table)
    for item, pairs in enumerate(table.paired):
        rounds = np.array([table.before.counts[item], table.after.counts[item]])
        for found, counts in ((group, rounds), (individual, pairs)):
            used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
            if min(used.shape) < 2:
                assert math.isnan(found.statistic[item])
                assert math.isnan(found.p[item])
                assert found.reasons[item]
                continue
            expected = stats.chi2_contingency(used, correction=False)
            assert found.statistic[item] == pytest.approx(expected.statistic, abs=1e-9)
            assert found.p[item] == pytest.approx(expected.pvalue, abs=1e-9)
            assert found.df[item] == expected.dof
            if found is individual:
                assert least_expected(table)[item] == pytest.approx(expected.expected_freq.min(), abs=1e-9)


def test_chi_squares_without_degrees_of_freedom_say_why() -> None:
    unanimous, none, sevens = (
        tally_of([7] * 8),
        tally_of([]),
        Transitions.from_matrices(NINE, [[6], [7]], [[7], [7]]),
    )
    assert group_chi_square(unanimous, unanimous).reasons == (ONE_CATEGORY_USED,)
    assert group_chi_square(unanimous, none).reasons == (A_ROUND_HAS_NO_RATING,)
    assert np.isnan(group_chi_square(none, none).statistic).all()
    assert individual_chi_square(sevens).reasons == (A_ROUND_IS_UNANIMOUS,)
    assert individual_chi_square(NOBODY).reasons == (NOBODY_RATED_TWICE,)
    assert np.isnan(least_expected(NOBODY)).all()
    with pytest.raises(ValueError, match="scales differ"):
        group_chi_square(unanimous, tally_of([1], Scale(1, 5)))


# Sign test and Wilcoxon


def test_the_signs_of_the_toy_rounds() -> None:
    """Eight rose and one fell: 2 (1 + 9) / 2^9."""
    found = sign_test(TOY)
    assert (found.rose, found.fell, found.p) == ([8], [1], [0.0390625])


def test_wilcoxon_on_the_toy_rounds() -> None:
    """scipy, and the R packages coin and exactRankTests, which alone are exact with ties."""
    plain, corrected, exact, pratt, pratt_exact = (
        wilcoxon(TOY, "wilcoxon", "asymptotic"),
        wilcoxon(TOY, "wilcoxon", "asymptotic", correction=True),
        wilcoxon(TOY, "wilcoxon"),
        wilcoxon(TOY, "pratt", "asymptotic"),
        wilcoxon(TOY, "pratt"),
    )
    assert (plain.statistic, plain.changed, plain.unchanged) == ([42.5], [9], [6])
    assert plain.p == pytest.approx([0.014919696305821866], abs=1e-12)
    assert corrected.p == pytest.approx([0.0176220910], abs=5e-11)
    assert exact.p == pratt_exact.p == [0.01953125]
    assert pratt.p == pytest.approx([0.01488986083365417], abs=1e-12)
    assert (plain.method, exact.method) == (("asymptotic",), ("exact",))


def test_the_pair_of_rs_documentation() -> None:
    """Depression in R's wilcox.test: V = 40, p-value = 0.01953, one-sided; by ranks of the differences."""
    x = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    y = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    ranks = np.sign(x - y) * stats.rankdata(np.abs(x - y))
    found = wilcoxon(of_differences(ranks.astype(int).tolist()), alternative="greater")
    assert (found.statistic, found.p) == ([40], [0.01953125])


@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("correction", [True, False])
def test_a_thousand_items_as_scipy_has_them(zeros: str, alternative: str, correction: bool) -> None:
    items = 1000 if alternative == "two-sided" else 100
    before, after = random_rounds(16, 25, items)
    found = wilcoxon(
        Transitions.from_matrices(NINE, before, after),
        zeros,  # type: ignore[arg-type]
        "asymptotic",
        correction=correction,
        alternative=alternative,  # type: ignore[arg-type]
    )
    method = {"zero_method": zeros.replace("wilcoxon", "wilcox"), "correction": correction}
    for item in range(items):
        x, y = both_rated(before, after, item)
        if (x == y).all():
            assert math.isnan(found.p[item])
            continue
        expected = stats.wilcoxon(y, x, method="asymptotic", alternative=alternative, **method)
        assert found.p[item] == pytest.approx(expected.pvalue, abs=1e-9)
        if alternative == "greater":
            assert found.statistic[item] == expected.statistic
        if not correction:
            assert abs(found.z[item]) == pytest.approx(abs(expected.zstatistic), abs=1e-9)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9), st.sampled_from(["wilcoxon", "pratt"]))
def test_the_exact_law_is_every_sign_counted(differences: list[int], zeros: str) -> None:
    if not any(differences):
        differences.append(1)
    table = of_differences(differences)
    ranks = signed_ranks(differences, zeros)
    v = sum(rank for rank in ranks if rank > 0)
    sums = [
        sum(abs(r) for r, up in zip(ranks, signs, strict=True) if up)
        for signs in product((0, 1), repeat=len(ranks))
    ]
    greater, less = (np.mean([sign * total >= sign * v for total in sums]) for sign in (1, -1))
    for alternative, expected in (
        ("greater", greater),
        ("less", less),
        ("two-sided", min(1.0, 2 * min(greater, less))),
    ):
        found = wilcoxon(table, zeros, alternative=alternative)  # type: ignore[arg-type]
        assert found.statistic == [v]
        assert found.p == pytest.approx([expected], abs=1e-12)


def signed_ranks(differences: list[int], zeros: str) -> list[float]:
    """The midranks of the differences that are not 0, with their signs."""
    ranked = [d for d in differences if d or zeros == "pratt"]
    ranks = stats.rankdata(np.abs(ranked))
    return [float(np.sign(d) * rank) for d, rank in zip(ranked, ranks, strict=True) if d]


def test_without_ties_the_exact_law_is_that_of_scipy() -> None:
    generator = np.random.default_rng(17)
    for n in (1, 5, 12, 25, 50):
        differences = generator.permutation(np.arange(1, n + 1)) * generator.choice([-1, 1], n)
        expected = stats.wilcoxon(differences, method="exact").pvalue
        assert wilcoxon(of_differences(differences.tolist())).p == pytest.approx([expected], rel=1e-9)


def test_beyond_what_is_feasible_the_law_is_asymptotic_and_says_so() -> None:
    most, more = ([[0, EXACT_UP_TO // 2 + extra], [EXACT_UP_TO // 2, 0]] for extra in (0, 1))
    table = Transitions.from_pairs(TWO, [most, more])
    found = wilcoxon(table)
    assert found.method == ("exact", "asymptotic")
    assert found.p[0] == 1
    assert found.p[1] == wilcoxon(table, method="asymptotic").p[1]


def test_how_zeros_are_handled_changes_the_test() -> None:
    table = of_differences([0] * 20 + [1, 1, 1, 2, -2])
    kept, dropped = wilcoxon(table, "pratt"), wilcoxon(table, "wilcoxon")
    assert kept.statistic > dropped.statistic
    assert (kept.zeros, dropped.zeros) == ("pratt", "wilcoxon")
    assert kept.unchanged == dropped.unchanged == [20]


def test_one_who_changed_settles_nothing() -> None:
    assert wilcoxon(of_differences([1])).p == [1]
    assert sign_test(of_differences([1])).p == [1]


def test_nobody_changed_is_undefined_for_signs_and_ranks() -> None:
    for test in (sign_test, wilcoxon):
        assert test(NOBODY_MOVED).reasons == (NOBODY_CHANGED,)
        assert test(NOBODY).reasons == (NOBODY_RATED_TWICE,)
        assert np.isnan([test(NOBODY).p, test(NOBODY_MOVED).p]).all()
    assert np.isnan(wilcoxon(NOBODY_MOVED).statistic).all()


def test_signs_are_those_of_the_binomial_test() -> None:
    before, after = random_rounds(18, 25, 1000)
    found = sign_test(Transitions.from_matrices(NINE, before, after))
    for item, (rose, fell) in enumerate(zip(found.rose.tolist(), found.fell.tolist(), strict=True)):
        expected = stats.binomtest(rose, rose + fell).pvalue if rose + fell else math.nan
        assert found.p[item] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("wrong", [{"zeros": "zsplit"}, {"method": "auto"}, {"alternative": "up"}])
def test_other_options_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"The option {next(iter(wrong))} is one of"):
        wilcoxon(TOY, **wrong)  # type: ignore[arg-type]


# All of them


@given(st.integers(0, 2**32 - 1), st.sampled_from(SCALES))
def test_turning_the_scale_round_mirrors_every_test(seed: int, scale: Scale) -> None:
    table = Transitions.from_matrices(scale, *random_rounds(seed, 9, 3, scale))
    turned = Transitions.from_pairs(scale, table.paired[:, ::-1, ::-1])
    for test in (bowker, stuart_maxwell, individual_chi_square, sign_test, wilcoxon):
        np.testing.assert_allclose(test(turned).p, test(table).p, atol=1e-9)
    np.testing.assert_allclose(mcnemar(turned, "low").p, mcnemar(table, "high").p, atol=1e-9)
    np.testing.assert_allclose(
        wilcoxon(turned, alternative="less").p, wilcoxon(table, alternative="greater").p, atol=1e-9
    )


@given(st.integers(0, 2**32 - 1))
def test_two_categories_make_three_tests_one(seed: int) -> None:
    table = Transitions.from_matrices(TWO, *random_rounds(seed, 9, 3, TWO))
    plain = mcnemar(table, correction=False)
    for test in (bowker, stuart_maxwell):
        np.testing.assert_allclose(test(table).statistic, plain.statistic, atol=1e-9)
    np.testing.assert_allclose(mcnemar(table, exact=True).p, sign_test(table).p, atol=1e-9)


def test_no_items_have_no_tests() -> None:
    empty = Transitions(NINE, np.zeros((0, 10, 10)))
    for test in (bowker, stuart_maxwell, mcnemar, individual_chi_square, sign_test, wilcoxon):
        assert (test(empty).p.shape, test(empty).reasons) == ((0,), ())
    assert group_chi_square(empty.before, empty.after).p.shape == (0,)


def test_ten_million_people_do_not_overflow() -> None:
    """A statistic grows with the people, and its share of them stays."""
    few, many = (Transitions.from_pairs(Scale(1, 4), VISION.paired * times) for times in (1, 10**4))
    for test in (bowker, stuart_maxwell, individual_chi_square):
        assert test(many).statistic == pytest.approx(10**4 * test(few).statistic, rel=1e-9)
    assert wilcoxon(many).z == pytest.approx(100 * wilcoxon(few).z, rel=1e-3)


def test_tests_of_the_group_call_a_total_swap_stable() -> None:
    """The sixth statement of the vignette: all ten exchanged their ratings, and these have a p of 1."""
    swapped = Transitions.from_pairs(FOUR, SIX.paired[SWAP])
    group = group_chi_square(swapped.stayers_before, swapped.stayers_after)
    for test in (group, wilcoxon(swapped), sign_test(swapped), mcnemar(swapped)):
        assert test.p == [1]
    assert np.trace(swapped.paired[0]) == 0
