"""The average percent of majority opinions, and which items exceed it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from analysis.apmo import NO_MAJORITY, NO_OPINIONS, TOO_FEW, apmo
from analysis.consensus import Verdict
from analysis.scales import Scale
from analysis.tallies import IntArray, Tally
from tests.analysis.examples import NINE, turned_round

FIVE = Scale.parse("1-5", "1-2,3,4-5")


def panel(agree: list[int], disagree: list[int], n: int = 20) -> Tally:
    """Items of n ratings each, on 1-5."""
    return Tally.from_counts(FIVE, [[d, 0, n - a - d, 0, a] for a, d in zip(agree, disagree, strict=True)])


def test_the_toy_of_four_items() -> None:
    """STATISTICS.md, section 2, by hand: (14 + 13 + 0 + 17) / 80 = .55."""
    found = apmo(panel([14, 3, 8, 17], [3, 13, 8, 1]))
    assert found.apmo == pytest.approx((14 + 13 + 0 + 17) / 80)
    assert found.apmo == pytest.approx(0.55)
    assert found.majority == ("high", "low", None, "high")
    assert [str(one) for one in found.verdicts] == ["in", "out", "no consensus", "in"]
    np.testing.assert_allclose(found.majority_share, [0.7, 0.65, np.nan, 0.85])
    assert found.reasons == (None, None, NO_MAJORITY, None)


def test_exactly_half_is_no_majority() -> None:
    found = apmo(panel([10, 11], [10, 0]))
    assert found.majority == (None, "high")
    assert found.apmo == 11 / 40
    assert found.verdicts == (Verdict.NO_CONSENSUS, Verdict.IN)


def test_an_item_without_a_majority_has_no_consensus_however_low_the_average() -> None:
    """APMO = 11 / 80, which 9 of 20 exceed."""
    found = apmo(panel([9, 9, 11, 0], [0, 0, 0, 9]))
    assert found.apmo == 11 / 80
    assert [str(one) for one in found.verdicts] == ["no consensus", "no consensus", "in", "no consensus"]


def test_a_share_equal_to_the_average_does_not_exceed_it() -> None:
    """63 of 90 on each item: .7 against .7, where 0.7 * 90 is 62.99999999999999."""
    found = apmo(panel([63, 63], [0, 27], n=90))
    assert found.apmo == 0.7
    assert found.verdicts == (Verdict.NO_CONSENSUS, Verdict.NO_CONSENSUS)
    assert apmo(panel([20], [0])).verdicts == (Verdict.NO_CONSENSUS,)


def test_items_that_too_few_rated_take_no_part() -> None:
    few = Tally.from_counts(FIVE, [[0, 0, 0, 0, 4], [4, 0, 2, 0, 14], [0, 0, 9, 0, 11], [0] * 5])
    found = apmo(few)
    assert found.apmo == 25 / 40
    assert [str(one) for one in found.verdicts] == ["too few", "in", "no consensus", "too few"]
    assert found.reasons == (TOO_FEW, None, None, TOO_FEW)
    assert apmo(few, minimum_n=1).apmo == 29 / 44
    assert apmo(few, minimum_n=1).reasons[3] == TOO_FEW


def test_nobody_has_no_average() -> None:
    for nobody in (Tally.from_counts(FIVE, [[0] * 5, [0] * 5], unable=9), Tally.from_counts(FIVE, [])):
        found = apmo(nobody)
        assert np.isnan(found.apmo)
        assert found.verdicts == (Verdict.TOO_FEW,) * nobody.items
        assert found.reasons == (NO_OPINIONS,) * nobody.items


def test_the_unable_count_only_where_the_denominator_says_so() -> None:
    tally = Tally.from_counts(FIVE, [0, 0, 4, 0, 6], unable=3)
    assert apmo(tally).majority == ("high",)
    assert apmo(tally, "rated+unable").majority == (None,)
    assert apmo(tally, "rated+unable").apmo == 0


def test_very_many_people_do_not_overflow() -> None:
    found = apmo(Tally.from_counts(NINE, [[0] * 8 + [2 * 10**12], [10**12] + [0] * 7 + [2 * 10**12]]))
    assert found.verdicts == (Verdict.IN, Verdict.NO_CONSENSUS)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="has no bands"):
        apmo(Tally.from_counts(Scale(1, 5), [[1] * 5]))
    with pytest.raises(ValueError, match="at least one rating, not 0"):
        apmo(panel([1], [1]), minimum_n=0)
    with pytest.raises(ValueError, match="not 'everybody'"):
        apmo(panel([1], [1]), "everybody")


@given(...)
def test_a_loop_over_fractions_finds_the_same(tally: Tally) -> None:
    found = apmo(tally, minimum_n=1)
    rows = list(
        zip(tally.in_band("high").tolist(), tally.in_band("low").tolist(), tally.rated.tolist(), strict=True)
    )
    opinions = sum(n for _, _, n in rows)
    if not opinions:
        assert np.isnan(found.apmo)
        return
    average = Fraction(sum(max(h, low) for h, low, n in rows if 2 * max(h, low) > n), opinions)
    assert found.apmo == pytest.approx(float(average))
    for verdict, (high, low, n) in zip(found.verdicts, rows, strict=True):
        share = Fraction(max(high, low), n or 1)
        side = Verdict.IN if high > low else Verdict.OUT
        consensus = 2 * share > 1 and share > average
        assert verdict is (Verdict.TOO_FEW if n == 0 else side if consensus else Verdict.NO_CONSENSUS)


@given(...)
def test_turned_round_in_and_out_change_places(tally: Tally) -> None:
    here, there = apmo(tally), apmo(turned_round(tally))
    swapped = {Verdict.IN: Verdict.OUT, Verdict.OUT: Verdict.IN}
    assert there.verdicts == tuple(swapped.get(one, one) for one in here.verdicts)
    np.testing.assert_array_equal(here.apmo, there.apmo)


@given(...)
def test_two_equal_panels_have_the_same_average(tally: Tally) -> None:
    np.testing.assert_array_equal(apmo(tally, minimum_n=1).apmo, apmo(tally + tally, minimum_n=1).apmo)


def test_the_order_of_the_items_does_not_matter() -> None:
    rng = np.random.default_rng(20)
    counts: IntArray = rng.multinomial(20, [0.2, 0.1, 0.1, 0.1, 0.5], size=50)
    order = rng.permutation(50)
    one, other = apmo(Tally.from_counts(FIVE, counts)), apmo(Tally.from_counts(FIVE, counts[order]))
    assert one.apmo == other.apmo
    assert other.verdicts == tuple(one.verdicts[item] for item in order)
