"""Agreement of two coders: by hand, against statsmodels, and where it is undefined."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_kappa

from analysis.coders import (
    BOTH_ALWAYS,
    BOTH_NEVER,
    NO_CODE,
    NO_TEXT,
    ONE_CONSTANT,
    agreement_of_coders,
    cohens_kappa,
)

TABLES = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30)


def coded(both: int, first_only: int, second_only: int, neither: int) -> tuple[list[list[int]], ...]:
    """What two coders said of one code, from how many texts have it by whom."""
    first = [1] * both + [1] * first_only + [0] * second_only + [0] * neither
    second = [1] * both + [0] * first_only + [1] * second_only + [0] * neither
    return [[fits] for fits in first], [[fits] for fits in second]


def test_kappa_by_hand() -> None:
    """20, 5, 10 and 15 of 50: p_o = 35/50, p_e = (25 * 30 + 25 * 20) / 2500 = 1/2."""
    assert cohens_kappa(*coded(20, 5, 10, 15)).value[0] == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_a_rare_code_has_a_low_kappa_and_a_high_ac1() -> None:
    """1, 2, 2 and 95 of 100: p_e is (9 + 9409) / 10000 for kappa, 2 * .03 * .97 for AC1; p_o = .96."""
    found = agreement_of_coders(*coded(1, 2, 2, 95))
    assert found.kappa[0] == pytest.approx((0.96 - 0.9418) / (1 - 0.9418))
    assert found.ac1[0] == pytest.approx((0.96 - 0.0582) / (1 - 0.0582))
    assert found.agreed[0] == pytest.approx(0.96)


def test_alpha_is_over_the_codes_that_somebody_used() -> None:
    """4 decisions of 2 texts and 2 codes, 8 values, 3 of them yes: 1 - (8 - 1) * 2 * 1 / (2 * 3 * 5)."""
    found = agreement_of_coders([[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 0, 0]])
    assert (found.texts, found.used) == (2, 2)
    assert found.alpha == pytest.approx(1 - 7 * 2 / 30)


@pytest.mark.parametrize(
    ("cells", "reason"), [((5, 0, 0, 0), BOTH_ALWAYS), ((0, 0, 0, 5), BOTH_NEVER), ((0, 0, 0, 0), NO_TEXT)]
)
def test_kappa_is_undefined_with_a_reason_and_never_0(cells: tuple[int, int, int, int], reason: str) -> None:
    first, second = (np.array(one).reshape(-1, 1) for one in coded(*cells))
    found = cohens_kappa(first, second)
    assert (math.isnan(found.value[0]), found.reasons) == (True, (reason,))


def test_kappa_is_0_where_only_one_coder_used_the_code_and_says_so() -> None:
    found = cohens_kappa(*coded(0, 3, 0, 7))
    assert (found.value[0], found.reasons) == (0, (ONE_CONSTANT,))


def test_ac1_is_1_where_both_never_used_the_code() -> None:
    assert agreement_of_coders(*coded(0, 0, 0, 5)).ac1[0] == 1


def test_alpha_without_a_code_or_a_text_says_why() -> None:
    assert agreement_of_coders([[0], [0]], [[0], [0]]).alpha_reason == NO_CODE
    empty = agreement_of_coders(np.zeros((0, 2)), np.zeros((0, 2)))
    assert (empty.texts, empty.alpha_reason, math.isnan(empty.agreed[0])) == (0, NO_TEXT, True)


@given(TABLES)
def test_kappa_is_that_of_statsmodels(pairs: list[tuple[bool, bool]]) -> None:
    first, second = (np.array([[pair[n]] for pair in pairs]) for n in (0, 1))
    counts = [[sum(pair == (one, other) for pair in pairs) for other in (0, 1)] for one in (0, 1)]
    ours = cohens_kappa(first, second).value[0]
    if not math.isnan(ours):
        theirs = statsmodels_kappa(np.array(counts), return_results=False)
        assert ours == pytest.approx(theirs, abs=1e-12)


@given(TABLES)
def test_who_is_first_and_what_is_yes_is_all_one(pairs: list[tuple[bool, bool]]) -> None:
    first, second = (np.array([[pair[n]] for pair in pairs]) for n in (0, 1))
    known = agreement_of_coders(first, second)
    for other in (agreement_of_coders(second, first), agreement_of_coders(~first, ~second)):
        np.testing.assert_allclose(
            [*other.kappa, *other.ac1, *other.agreed], [*known.kappa, *known.ac1, *known.agreed]
        )


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [([[1]], [[1, 0]], "not of one"), ([1], [1], "table of texts"), ([[2]], [[1]], "1, or does not")],
)
def test_what_is_no_table_of_codes_is_refused(first: object, second: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        cohens_kappa(first, second)  # type: ignore[arg-type]
