"""Spearman, tau-b and lambda from the table of both rounds."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.associations import (
    A_ROUND_IS_UNANIMOUS,
    LATER_ROUND_IS_UNANIMOUS,
    goodman_kruskal_lambda,
    spearman,
    tau_b,
)
from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.scales import Scale
from tests.analysis.examples import NINE
from tests.analysis.rounds import CHAFFIN_2A, CHAFFIN_3A, TOY, both_rated, random_rounds


def test_the_toy_rounds() -> None:
    """scipy.stats.spearmanr and kendalltau on the fifteen pairs."""
    assert spearman(TOY).value == pytest.approx([0.8622644822660783], abs=1e-12)
    assert tau_b(TOY).value == pytest.approx([0.7979583878], abs=5e-11)


def test_chaffin_and_talleys_lambda() -> None:
    """(26 + 62 + 25 - 62) / (122 - 62), and (13 + 38 + 11 - 62) / 60."""
    assert goodman_kruskal_lambda(CHAFFIN_2A).value == pytest.approx([0.85], abs=1e-12)
    assert goodman_kruskal_lambda(CHAFFIN_3A).value == [0]


def test_a_thousand_items_as_scipy_has_them() -> None:
    before, after = random_rounds(1, 24, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    rho, tau = spearman(table), tau_b(table)
    for item in range(1000):
        x, y = both_rated(before, after, item)
        with warnings.catch_warnings(action="ignore"):
            expected = stats.spearmanr(x, y).statistic, stats.kendalltau(x, y).statistic
        assert (rho.value[item], tau.value[item]) == pytest.approx(expected, abs=1e-9, nan_ok=True)
        assert (rho.reasons[item] is None) == (not math.isnan(expected[0]))
    assert A_ROUND_IS_UNANIMOUS in rho.reasons


def test_pingouin_finds_the_same_spearman() -> None:
    pingouin = pytest.importorskip("pingouin")
    before, after = random_rounds(2, 20, 30)
    found = spearman(Transitions.from_matrices(NINE, before, after))
    for item in np.flatnonzero(~np.isnan(found.value)):
        with warnings.catch_warnings(action="ignore"):
            expected = pingouin.corr(*both_rated(before, after, item), method="spearman")["r"].iloc[0]
        assert found.value[item] == pytest.approx(expected, abs=1e-9)


def test_lambda_is_the_loop_of_its_definition() -> None:
    before, after = random_rounds(3, 15, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    found = goodman_kruskal_lambda(table).value
    for item, counts in enumerate(table.paired.tolist()):
        commonest = max(sum(column) for column in zip(*counts, strict=True))
        errors = sum(map(sum, counts)) - commonest
        expected = (sum(map(max, counts)) - commonest) / errors if errors else math.nan
        assert found[item] == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_what_is_undefined_says_why() -> None:
    nobody, one, early, late, moved = tables(
        [[0, 0], [0, 0]], [[1, 0], [0, 0]], [[3, 2], [0, 0]], [[3, 0], [2, 0]], [[0, 5], [0, 0]]
    )
    for table in (nobody, one, early, late, moved):
        assert np.isnan([spearman(table).value, tau_b(table).value]).all()
    assert spearman(nobody).reasons == tau_b(nobody).reasons == (NOBODY_RATED_TWICE,)
    assert spearman(one).reasons == spearman(early).reasons == tau_b(late).reasons == (A_ROUND_IS_UNANIMOUS,)
    assert goodman_kruskal_lambda(nobody).reasons == (NOBODY_RATED_TWICE,)
    assert goodman_kruskal_lambda(late).reasons == (LATER_ROUND_IS_UNANIMOUS,)
    assert goodman_kruskal_lambda(early).value == [0]


def test_a_whole_panel_that_moves_up_has_perfect_association() -> None:
    table = Transitions.from_pairs(Scale(1, 3), [[0, 4, 0], [0, 0, 3], [0, 0, 0]])
    assert (spearman(table).value, tau_b(table).value) == ([1], [1])


def test_no_items_have_no_coefficients() -> None:
    empty = Transitions(NINE, np.zeros((0, 10, 10)))
    assert [measure(empty).value.shape for measure in (spearman, tau_b, goodman_kruskal_lambda)] == [(0,)] * 3


@given(st.integers(0, 2**32 - 1))
def test_turning_both_scales_round_changes_nothing_and_one_the_sign(seed: int) -> None:
    before, after = random_rounds(seed, 8, 3)
    table = Transitions.from_matrices(NINE, before, after)
    both = Transitions.from_pairs(NINE, table.paired[:, ::-1, ::-1])
    one = Transitions.from_pairs(NINE, table.paired[:, ::-1])
    for measure in (spearman, tau_b):
        np.testing.assert_allclose(measure(both).value, measure(table).value, atol=1e-12)
        np.testing.assert_allclose(measure(one).value, -measure(table).value, atol=1e-12)
    np.testing.assert_allclose(
        goodman_kruskal_lambda(both).value, goodman_kruskal_lambda(table).value, atol=1e-12
    )


def test_ten_million_people_do_not_overflow() -> None:
    many = Transitions.from_pairs(Scale(1, 3), np.array([[4, 1, 0], [1, 3, 1], [0, 0, 5]]) * 10**6)
    few = Transitions.from_pairs(Scale(1, 3), [[4, 1, 0], [1, 3, 1], [0, 0, 5]])
    for measure in (spearman, tau_b, goodman_kruskal_lambda):
        assert measure(many).value == pytest.approx(measure(few).value, rel=1e-6)


def tables(*pairs: list[list[int]]) -> list[Transitions]:
    return [Transitions.from_pairs(Scale(1, 2), table) for table in pairs]
