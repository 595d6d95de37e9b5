"""One verdict of several panels: every, any, pooled, equal weight and stated weights."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.combining import NEEDS_A_PANEL, any_panel, combine, every_panel, pooled, weighted_verdicts
from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.scales import Scale
from analysis.tallies import Tally
from tests.analysis.examples import NINE, panels, tally_of, turned_round

IN, OUT, NO_CONSENSUS, TOO_FEW = Verdict
# STATISTICS.md, section 6: high shares .65 and .30, pooled .533333, equal .475.
A = Tally.from_counts(NINE, [0, 0, 1, 1, 2, 3, 6, 5, 2])
B = Tally.from_counts(NINE, [2, 1, 1, 1, 1, 1, 1, 1, 1])
COMET = parse_rule("share >= 70 high, share < 15 low")


def panel(low: int, middle: int, high: int, unable: int = 0) -> Tally:
    return Tally.from_counts(NINE, [low, 0, 0, 0, middle, 0, 0, 0, high], unable=unable)


def weighted(text: str, tallies: list[Tally], weights: list[float] | None = None) -> Verdict:
    (only,) = weighted_verdicts(parse_rule(text), tallies, weights)
    return only


def test_the_worked_example_by_every_way() -> None:
    """Between .475 and .533333 lies the half: pooled it is in, with equal weight it is not."""
    found = combine(parse_rule("share > 50 high"), [A, B], weights=[3, 1], panels=["A", "B"])
    assert found.by_panel == ((IN,), (NO_CONSENSUS,))
    assert found.every_panel == (NO_CONSENSUS,)
    assert found.any_panel == (IN,)
    assert found.pooled == (IN,)
    assert found.equal_weight == (NO_CONSENSUS,)
    assert found.weighted == (IN,)  # (3 * .65 + .3) / 4 = .5625
    assert found.depends_on_way.tolist() == [True]
    assert list(found.columns()) == [
        "A", "B", "every_panel", "any_panel", "pooled", "equal_weight", "weighted", "depends_on_way",
    ]  # fmt: skip


def test_equal_weight_is_compared_exactly() -> None:
    """(13 / 20 + 3 / 10) / 2 is 47.5 %, neither more nor less."""
    assert weighted("share >= 47.5 high", [A, B]) is IN
    assert weighted("share > 47.5 high", [A, B]) is NO_CONSENSUS
    assert weighted("share >= 47.500001 high", [A, B]) is NO_CONSENSUS
    # 63 of 90 is 70 %, in each panel and so in any weighing of them
    assert weighted("share >= 70 high", 3 * [panel(0, 27, 63)], [0.1, 0.2, 0.7]) is IN
    assert weighted("share > 70 high", 3 * [panel(0, 27, 63)], [0.1, 0.2, 0.7]) is NO_CONSENSUS


def test_the_larger_panel_drowns_the_smaller_where_they_are_pooled() -> None:
    """Of 60 and 6: 54 of 66 are high and 6 low, 82 and 9 %, though all of the six are low."""
    found = combine(COMET, [panel(0, 6, 54), panel(6, 0, 0)])
    assert found.by_panel == ((IN,), (OUT,))
    assert found.pooled == (IN,)
    assert found.every_panel == found.any_panel == found.equal_weight == (NO_CONSENSUS,)


def truth(several: tuple[Verdict, ...]) -> tuple[Verdict, Verdict]:
    """What every panel and any panel make of these verdicts, from the words."""
    every = several[0] if len(set(several)) == 1 else NO_CONSENSUS
    voiced = {one for one in several if one is not TOO_FEW}
    some = IN if IN in voiced and OUT not in voiced else OUT if OUT in voiced and IN not in voiced else None
    return TOO_FEW if TOO_FEW in several else every, (some or NO_CONSENSUS) if voiced else TOO_FEW


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_and_any_of_all_verdicts(number: int) -> None:
    cases = list(product(Verdict, repeat=number))
    by_panel = list(zip(*cases, strict=True))
    assert every_panel(by_panel) == tuple(truth(case)[0] for case in cases)
    assert any_panel(by_panel) == tuple(truth(case)[1] for case in cases)


def test_in_by_one_and_out_by_another_is_no_consensus_of_any() -> None:
    assert any_panel([[IN], [OUT], [NO_CONSENSUS]]) == (NO_CONSENSUS,)
    assert any_panel([[OUT], [NO_CONSENSUS], [TOO_FEW]]) == (OUT,)


def test_a_panel_with_too_few_is_not_spoken_for() -> None:
    enough, few = panel(0, 0, 20), panel(0, 0, 4)
    found = combine(COMET, [enough, few], weights=[1, 0])
    assert (found.every_panel, found.any_panel, found.pooled) == ((TOO_FEW,), (IN,), (IN,))
    assert found.equal_weight == (TOO_FEW,)
    assert found.weighted == (IN,)  # the weight 0 leaves it out


def test_the_minimum_of_the_pooled_is_that_of_the_sum() -> None:
    three = panel(0, 0, 3)
    found = combine(COMET, [three, three])
    assert found.every_panel == found.any_panel == found.equal_weight == (TOO_FEW,)
    assert found.pooled == (IN,)


def test_nobody_is_never_a_consensus() -> None:
    nobody = Tally.from_counts(NINE, [0] * 9, unable=9)
    for text in ("share >= 0 high; minimum 1", "median >= 1; minimum 1", "rand/ucla, disagreement by ipras"):
        found = combine(parse_rule(text), [nobody, nobody])
        assert found.by_panel == ((TOO_FEW,), (TOO_FEW,))
        assert found.every_panel == found.any_panel == found.pooled == found.equal_weight == (TOO_FEW,)


def test_weighted_medians_and_ranges() -> None:
    """Half at 7 and half at 9 in one panel, all at 8 in the other: F is 1/4, 3/4 and 1 at 7, 8 and 9."""
    both = [tally_of([7] * 5 + [9] * 5), tally_of([8] * 10)]
    assert weighted("median >= 8", both) is IN
    # inverse distribution function: Q(1/4) = 7 and Q(3/4) = 8, so the range is 1 whatever the definition
    for definition in range(1, 10):
        assert weighted(f"median >= 8, iqr <= 1; quantiles {definition}", both) is IN
        assert weighted(f"median >= 8, iqr < 1; quantiles {definition}", both) is NO_CONSENSUS
    # F is exactly 1/2 at 2: the median is between it and the next chosen, (2 + 9) / 2
    halves = [tally_of([2] * 40), tally_of([9] * 8)]
    assert weighted("median >= 5.5; out: none", halves) is IN
    assert weighted("median > 5.5; out: none", halves) is NO_CONSENSUS


def test_weighted_appropriateness() -> None:
    one, other = panel(0, 0, 20), panel(10, 0, 0)
    assert weighted("rand/ucla, disagreement by ipras", [one, one]) is IN
    assert weighted("rand/ucla, disagreement by ipras", [one, other], [3, 2]) is NO_CONSENSUS
    assert weighted("rand/ucla, disagreement by ipras", [one, other], [9, 1]) is IN
    assert weighted("rand/ucla, disagreement at 1/3", [one, other], [2, 1]) is NO_CONSENSUS
    assert weighted("rand/ucla, disagreement at 1/3", [one, other], [2.01, 1]) is IN
    assert weighted("rand/ucla, disagreement at 1/3", [turned_round(one), turned_round(other)], [3, 1]) is OUT
    assert weighted("rand/ucla, disagreement by ipras", [one, panel(0, 0, 7)]) is TOO_FEW


def test_rules_that_count_people_are_not_weighted() -> None:
    for text in ("rand/ucla", "rand/ucla, disagreement by binomial test"):
        with pytest.raises(ValueError, match=r"cannot be weighted\. The rule counts people"):
            weighted_verdicts(parse_rule(text), [A, B])
        found = combine(parse_rule(text), [A, B])
        assert (found.equal_weight, found.note) == ((), NEEDS_A_PANEL)
        assert "equal_weight" not in found.columns()


def test_one_panel_is_combined_to_itself() -> None:
    found = combine(COMET, [panel(0, 4, 36)])
    assert found.by_panel[0] == found.every_panel == found.any_panel == found.pooled == found.equal_weight
    assert found.depends_on_way.tolist() == [False]


def test_no_items_have_no_verdicts() -> None:
    empty = Tally.from_counts(NINE, [])
    for text in ("share >= 70 high", "median >= 7, iqr <= 2", "rand/ucla, disagreement by ipras"):
        found = combine(parse_rule(text), [empty, empty])
        assert found.every_panel == found.any_panel == found.pooled == found.equal_weight == ()
        assert found.depends_on_way.shape == (0,)


def test_a_table_of_ways_is_a_frame() -> None:
    found = combine(COMET, [panel(0, 4, 36), panel(8, 2, 0)])
    frame = found.frame()
    assert frame.loc[0, "panel 1"] == "in"
    assert frame.loc[0, "panel 2"] == "out"
    assert "weighted" not in frame


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="no panel"):
        combine(COMET, [])
    with pytest.raises(ValueError, match="no panel"):
        pooled([])
    with pytest.raises(ValueError, match="no panel"):
        every_panel([])
    with pytest.raises(ValueError, match="different numbers of items"):
        any_panel([[IN], [IN, OUT]])
    with pytest.raises(ValueError, match="2 panels and 1 different names"):
        combine(COMET, [A, B], panels=["A", "A"])
    with pytest.raises(ValueError, match="2 panels and 3 weights"):
        combine(COMET, [A, B], weights=[1, 2, 3])
    with pytest.raises(ValueError, match="has none: state them"):
        weighted_verdicts(COMET, [tally_of([3] * 9, Scale(1, 5))])


@given(tallies=panels(3), weights=st.lists(st.integers(1, 5), min_size=3, max_size=3), p=st.integers(0, 100))
def test_a_loop_over_fractions_gives_the_same_weighted_verdicts(
    tallies: list[Tally], weights: list[int], p: int
) -> None:
    rule = parse_rule(f"share >= {p} high, share < 30 low; denominator rated+unable; minimum 2")
    for item, found in enumerate(weighted_verdicts(rule, tallies, weights)):
        if any(tally.rated[item] < 2 for tally in tallies):
            assert found is TOO_FEW
            continue
        high, low = (
            sum(
                w * Fraction(int(tally.in_band(band)[item]), int(tally.denominator("rated+unable")[item]))
                for w, tally in zip(weights, tallies, strict=True)
            )
            / sum(weights)
            for band in ("high", "low")
        )
        into = 100 * high >= p and 100 * low < 30
        out = 100 * low >= p and 100 * high < 30
        assert found is (NO_CONSENSUS if into == out else IN if into else OUT)


def test_a_thousand_items_of_three_panels_against_a_loop() -> None:
    """COMET's rule with stated weights, from fractions, some panels with nobody and many with too few."""
    rng = np.random.default_rng(70)
    tallies = [
        Tally.from_counts(
            NINE,
            [
                rng.multinomial(n, [0.04] * 3 + [0.06] * 3 + [0.25, 0.25, 0.2])
                for n in rng.integers(0, most, 1000)
            ],
        )
        for most in (90, 30, 12)
    ]
    weights = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    found = weighted_verdicts(COMET, tallies, weights)
    for item in range(1000):
        n, high, low = (
            [int(of(tally)[item]) for tally in tallies]
            for of in (lambda t: t.rated, lambda t: t.in_band("high"), lambda t: t.in_band("low"))
        )
        if min(n) < 5:
            assert found[item] is TOO_FEW
            continue
        h, low_share = (
            sum(w * Fraction(a, b) for w, a, b in zip(weights, chosen, n, strict=True))
            for chosen in (high, low)
        )
        tenths, fifteen = Fraction(7, 10), Fraction(15, 100)
        into, out = h >= tenths and low_share < fifteen, low_share >= tenths and h < fifteen
        assert found[item] is (IN if into else OUT if out else NO_CONSENSUS)
    assert {IN, NO_CONSENSUS, TOO_FEW} <= set(found)


@given(tally=..., text=st.sampled_from(["share >= 60 high, share < 20 low", "median >= 1; minimum 1"]))
def test_equal_panels_decide_together_as_one(tally: Tally, text: str) -> None:
    found = combine(parse_rule(text), [tally, tally], weights=[1, 2])
    alone = verdicts(parse_rule(text), tally)
    assert found.every_panel == found.any_panel == found.equal_weight == found.weighted == alone


@given(tallies=panels(2), weight=st.integers(1, 9))
def test_the_order_of_the_panels_does_not_matter(tallies: list[Tally], weight: int) -> None:
    one = combine(COMET, tallies, weights=[weight, 1])
    other = combine(COMET, tallies[::-1], weights=[1, weight])
    assert (one.every_panel, one.any_panel, one.pooled) == (other.every_panel, other.any_panel, other.pooled)
    assert (one.equal_weight, one.weighted) == (other.equal_weight, other.weighted)


@given(panels(3))
def test_weights_by_size_are_the_pooled_shares(tallies: list[Tally]) -> None:
    rule = parse_rule("share >= 70 high, share < 15 low; minimum 1")
    together = verdicts(rule, pooled(tallies))
    for item in range(tallies[0].items):
        sizes = [int(tally.rated[item]) for tally in tallies]
        if any(sizes):
            assert weighted_verdicts(rule, tallies, sizes)[item] is together[item]


def test_the_weights_of_large_panels_do_not_overflow() -> None:
    large = [Tally.from_counts(NINE, 10**9 * tally.counts) for tally in (A, B, A, B)]
    assert weighted("share >= 47.5 high, share < 28 low", large) is IN
    assert weighted("share > 47.5 high", large) is NO_CONSENSUS


def test_many_items_at_once() -> None:
    rng = np.random.default_rng(3)
    tallies = [Tally.from_counts(NINE, rng.multinomial(n, np.ones(9) / 9, size=400)) for n in (12, 40)]
    one_by_one = [
        weighted_verdicts(COMET, [Tally.from_counts(NINE, tally.counts[item]) for tally in tallies])[0]
        for item in range(0, 400, 20)
    ]
    assert list(weighted_verdicts(COMET, tallies)[::20]) == one_by_one
