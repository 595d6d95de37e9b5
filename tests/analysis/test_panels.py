"""All pairs of panels on all items."""

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.consensus import Finding, Verdict, finding
from analysis.contrasts import ONLY_ONE_RATED, cliffs_delta, equivalence, mann_whitney_u
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.panels import NO_BANDS, compare_panels
from analysis.rank_tests import ALL_EQUAL, NOBODY_RATED, Method, mann_whitney, permutation_test
from analysis.scales import Scale
from analysis.summaries import shares
from analysis.tallies import Tally
from tests.analysis.examples import NINE, panels, tally_of

A = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
B = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])


def test_two_unlike_panels() -> None:
    """Section 6 of the statistics: U 145, p .0474127, delta .45, high shares .65 and .30."""
    found = compare_panels([A, B])
    assert (found.u, found.delta, found.method) == ([145], [0.45], (Method.ASYMPTOTIC,))
    assert found.p == pytest.approx([0.0474127], abs=5e-8)
    assert found.share_difference == pytest.approx([0.65 - 0.30])
    assert compare_panels([A, B], exact=True).method == (Method.EXACT,)


@settings(deadline=None)
@given(panels(3))
def test_every_pair_is_as_its_two_panels_alone(drawn: list[Tally]) -> None:
    found, exact = compare_panels(drawn), compare_panels(drawn, exact=True)
    items = drawn[0].items
    for number, (one, other) in enumerate([(0, 1), (0, 2), (1, 2)]):
        rows = slice(number * items, (number + 1) * items)
        pair = (drawn[one], drawn[other])
        assert set(found.first[rows].tolist()) <= {one}
        assert set(found.second[rows].tolist()) <= {other}
        assert found.item[rows].tolist() == list(range(items))
        alone = cliffs_delta(*pair)
        p = mann_whitney(*pair).p_corrected
        for column, expected in (
            (found.u, mann_whitney_u(*pair)),
            (found.delta, alone.delta),
            (found.lower, alone.lower),
            (found.upper, alone.upper),
            (found.p, p),
            (found.p_bh, benjamini_hochberg(p)),
            (found.p_holm, holm(p)),
            (found.share_difference, shares(pair[0]).high - shares(pair[1]).high),
            (exact.p, permutation_test(*pair).p),
        ):
            np.testing.assert_allclose(column[rows], expected, atol=1e-12)
        assert found.equivalence[rows] == equivalence(*pair).equivalence


def test_what_cannot_be_computed_says_why() -> None:
    first = Tally.from_counts(Scale(1, 3), [[0, 0, 0], [0, 0, 1], [5, 0, 5], [0, 0, 4]])
    second = Tally.from_counts(Scale(1, 3), [[1, 1, 1], [0, 0, 3], [1, 1, 1], [0, 0, 4]])
    found = compare_panels([first, second])
    assert found.reasons == (
        f"{NOBODY_RATED} {NO_BANDS}",
        f"{ONLY_ONE_RATED} {ALL_EQUAL} {NO_BANDS}",
        NO_BANDS,
        f"{ALL_EQUAL} {NO_BANDS}",
    )
    assert found.method == (None, None, Method.ASYMPTOTIC, None)
    assert found.p_bh[2] == found.p[2]
    assert np.isnan(found.p_holm[[0, 1, 3]]).all()
    assert np.isnan(found.share_difference).all()
    assert found.lower[3] < 0 < found.upper[3]


def test_a_finding_takes_the_intervals_of_an_item() -> None:
    high, low = tally_of([8] * 20 + [9] * 10), tally_of([2] * 10 + [8] * 10)
    intervals = compare_panels([high, low, high]).intervals(0)
    assert len(intervals) == 3
    neither = [Verdict.IN, Verdict.NO_CONSENSUS, Verdict.IN]
    assert finding(neither, intervals) is Finding.PANELS_DIVERGE


def test_it_prints_and_gives_a_row_for_each_pair_and_item() -> None:
    found = compare_panels([A + B, A, B])
    assert len(found.frame()) == 3
    assert "asymptotic" in str(found)


def test_other_panels_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two panels, not 1"):
        compare_panels([A])
    with pytest.raises(ValueError, match="scales differ"):
        compare_panels([A, tally_of([1], Scale(1, 5))])


def test_no_items_have_no_contrasts() -> None:
    empty = Tally.from_counts(NINE, [])
    for exact in (False, True):
        found = compare_panels([empty, empty, empty], exact)
        assert (found.p.shape, found.equivalence, found.reasons) == ((0,), (), ())
