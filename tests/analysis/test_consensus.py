"""Verdicts by every kind of rule, the traps of thresholds and quantiles, and what panels find together."""

import math
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.consensus import (
    Finding,
    Verdict,
    depends_on_quantile_definition,
    extrapolated,
    finding,
    parse_rule,
    verdicts,
)
from analysis.scales import Scale
from analysis.summaries import iqr, median, shares
from analysis.tallies import Tally
from tests.analysis.examples import NINE, tally_of, turned_round

IN, OUT, NO_CONSENSUS, TOO_FEW = Verdict
COMET = parse_rule("share >= 70 high, share < 15 low")


def panel(low: int, middle: int, high: int, unable: int = 0) -> Tally:
    return Tally.from_counts(NINE, [low, 0, 0, 0, middle, 0, 0, 0, high], unable=unable)


def verdict(text: str, tally: Tally) -> Verdict:
    (only,) = verdicts(parse_rule(text), tally)
    return only


@pytest.mark.parametrize(
    ("low", "middle", "high", "expected"),
    [
        (2, 4, 14, IN),
        (2, 5, 13, NO_CONSENSUS),
        (14, 4, 2, OUT),
        (14, 3, 3, NO_CONSENSUS),
        (10, 0, 10, NO_CONSENSUS),
    ],
)
def test_seventy_fifteen(low: int, middle: int, high: int, expected: Verdict) -> None:
    assert verdicts(COMET, panel(low, middle, high)) == (expected,)


def test_whether_fifteen_percent_is_strict_decides() -> None:
    """14 of 20 high and 3 of 20 low: exactly 70 % and exactly 15 %."""
    exactly = panel(3, 3, 14)
    assert verdict("share >= 70 high, share < 15 low", exactly) is NO_CONSENSUS
    assert verdict("share >= 70 high, share <= 15 low", exactly) is IN
    assert verdict("share > 70 high, share <= 15 low", exactly) is NO_CONSENSUS


def test_thresholds_are_exact_where_floats_are_not() -> None:
    assert 0.7 * 90 < 63
    assert verdict("share > 70 high", panel(0, 27, 63)) is NO_CONSENSUS
    assert verdict("share >= 70 high", panel(0, 27, 63)) is IN
    assert verdict("share >= 66.7 high", panel(0, 1, 2 * 9)) is IN
    # two thirds of 9 is 66.66... %, less than 66.7 and more than 66.6
    assert verdict("share >= 66.7 high", panel(0, 3, 6)) is NO_CONSENSUS
    assert verdict("share >= 66.6 high", panel(0, 3, 6)) is IN


def test_out_has_two_meanings_in_the_literature() -> None:
    """The mirror in Trials s13063-015-1011-8; at most half high in PMC10860107."""
    half = panel(4, 6, 10)
    assert verdict("share >= 70 high, share < 15 low", half) is NO_CONSENSUS
    assert verdict("share >= 70 high, share < 15 low; out: share <= 50 high", half) is OUT
    assert verdict("share >= 70 high; out: none", panel(20, 0, 0)) is NO_CONSENSUS


def test_in_and_out_at_once_is_no_consensus() -> None:
    assert verdict("share >= 40 high", panel(10, 0, 10)) is NO_CONSENSUS
    assert verdict("median >= 5", panel(0, 20, 0)) is NO_CONSENSUS


def test_the_denominator_flips_a_verdict() -> None:
    thirteen_of_sixteen_and_four_unable = panel(0, 3, 13, unable=4)
    assert verdict("share > 75 high", thirteen_of_sixteen_and_four_unable) is IN
    assert (
        verdict("share > 75 high; denominator rated+unable", thirteen_of_sixteen_and_four_unable)
        is NO_CONSENSUS
    )


def test_nobody_and_few_never_reach_consensus() -> None:
    for text in (
        "share >= 0 high",
        "median >= 1",
        "rand/ucla",
        "rand/ucla, disagreement by ipras",
        "rand/ucla, disagreement by binomial test",
        "share >= 0 high; denominator rated+unable; minimum 1",
    ):
        assert verdict(text, Tally.from_counts(NINE, [0] * 9, unable=9)) is TOO_FEW
    assert verdict("share >= 70 high", panel(0, 0, 4)) is TOO_FEW
    assert verdict("share >= 70 high", panel(0, 0, 5)) is IN
    assert verdict("share >= 70 high; minimum 1", panel(0, 0, 1)) is IN
    assert verdict("rand/ucla", panel(0, 0, 7)) is TOO_FEW
    assert verdict("rand/ucla", panel(0, 0, 8)) is IN


def test_no_items_have_no_verdicts() -> None:
    empty = Tally.from_counts(NINE, [])
    for text in ("share >= 70 high", "median >= 7, iqr <= 2", "rand/ucla"):
        assert verdicts(parse_rule(text), empty) == ()
        assert depends_on_quantile_definition(parse_rule(text), empty).shape == (0,)
        assert extrapolated(parse_rule(text), empty).shape == (0,)


def test_median_and_iqr() -> None:
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])  # median 7, IQR 8 - 5.75 by definition 7
    assert verdict("median >= 7, iqr <= 2.25", twelve) is IN
    assert verdict("median >= 7, iqr < 2.25", twelve) is NO_CONSENSUS
    assert verdict("median >= 7", twelve) is IN
    # 1 + 9 - 7 = 3
    assert verdict("median >= 7, iqr <= 2.25", turned_round(twelve)) is OUT
    assert verdict("median >= 7, iqr <= 2.25; out: median < 4", turned_round(twelve)) is OUT


def test_a_verdict_that_depends_on_the_quantile_definition_is_told() -> None:
    """The first quartile of the twelve is 5.5, 5.25 or 5.75, and the third 8, by definition 2, 6 and 7."""
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    narrow = parse_rule("median >= 7, iqr <= 2.25")
    by_definition = [
        verdict(f"median >= 7, iqr <= 2.25; quantiles {definition}", twelve) for definition in (2, 6, 7)
    ]
    assert by_definition == [NO_CONSENSUS, NO_CONSENSUS, IN]
    assert depends_on_quantile_definition(narrow, twelve).tolist() == [True]
    assert depends_on_quantile_definition(parse_rule("median >= 7, iqr <= 3"), twelve).tolist() == [False]
    assert depends_on_quantile_definition(COMET, twelve).tolist() == [False]
    assert depends_on_quantile_definition(parse_rule("rand/ucla"), twelve).tolist() == [False]


def test_rand_ucla() -> None:
    assert verdict("rand/ucla", panel(0, 3, 6)) is IN
    assert verdict("rand/ucla", panel(6, 3, 0)) is OUT
    assert verdict("rand/ucla", panel(0, 9, 0)) is NO_CONSENSUS
    # three of nine at each extreme is disagreement, whatever the median
    assert verdict("rand/ucla", panel(3, 0, 6)) is NO_CONSENSUS
    assert verdict("rand/ucla", panel(2, 0, 7)) is IN
    # three of ten are less than a third
    assert verdict("rand/ucla", panel(3, 1, 6)) is NO_CONSENSUS
    assert verdict("rand/ucla, disagreement at 1/3", panel(3, 1, 6)) is IN


def test_rand_ucla_by_its_other_readings() -> None:
    # 19 of 60 at the other end: tolerated by the closed form of the table, which ends at 25
    sixty = panel(19, 0, 41)
    assert verdict("rand/ucla", sixty) is IN
    assert verdict("rand/ucla, disagreement by ipras", sixty) is NO_CONSENSUS
    assert verdict("rand/ucla, disagreement by binomial test", sixty) is NO_CONSENSUS
    for text in ("rand/ucla, disagreement by ipras", "rand/ucla, disagreement by binomial test"):
        assert verdict(text, panel(0, 3, 6)) is IN
        assert verdict(text, panel(6, 3, 0)) is OUT
        assert verdict(text, panel(0, 0, 7)) is TOO_FEW
        assert verdict(text, panel(9, 0, 9)) is NO_CONSENSUS


def test_disagreement_by_ipras_depends_on_the_quantile_definition() -> None:
    """Six of nine say 1 and three say 7, so Q30 is 1 and Q70 the sixth or seventh rating, or between them.

    By 2 and 6 Q70 = 7: IPR 6, centre 4, IPRAS 3.85. By 7 Q70 = 1 + .6 * 6 = 4.6: IPR 3.6, centre 2.8, 5.65.
    """
    nine = tally_of([1] * 6 + [7] * 3)
    by_ipras = "rand/ucla, disagreement by ipras"
    found = [verdict(f"{by_ipras}; quantiles {definition}", nine) for definition in (2, 6, 7)]
    assert found == [NO_CONSENSUS, NO_CONSENSUS, OUT]
    assert depends_on_quantile_definition(parse_rule(by_ipras), nine).tolist() == [True]
    assert depends_on_quantile_definition(parse_rule(by_ipras), tally_of([7] * 9)).tolist() == [False]


def test_a_scale_of_an_even_number_has_no_neutral_answer() -> None:
    """On 1-4 the midpoint 2.5 is nobody's: two bands, none in the middle, and a median there is high."""
    four = Scale.parse("1-4", "1-2,3-4")
    halves = tally_of([2] * 5 + [3] * 5, four)
    assert halves.in_band("middle").tolist() == [0]
    assert verdict("share > 50 high", halves) is NO_CONSENSUS
    assert verdict("share >= 50 high", halves) is NO_CONSENSUS  # and as many low: in and out at once
    assert verdict("share >= 50 high; out: none", halves) is IN
    assert verdict("median >= 3", halves) is NO_CONSENSUS
    # one step of 1-4 is 8 / 3 on 1-9, and already wider than the 2.35 of an even split
    assert verdict("rand/ucla, disagreement by ipras", halves) is NO_CONSENSUS
    assert extrapolated(parse_rule("rand/ucla, disagreement by ipras"), halves).tolist() == [True]


def test_categories_that_nobody_chose_belong_to_the_scale() -> None:
    """The answers 4 and 5 alone are the middle of 1-9, the top of 1-5, and mirror on the offered ends."""
    for scale, expected in ((NINE, NO_CONSENSUS), (Scale.parse("1-5", "1-2,3,4-5"), IN)):
        assert verdict("share >= 70 high", tally_of([4] * 4 + [5] * 4, scale)) is expected
        assert verdict(f"median >= {scale.high - 1}", tally_of([2] * 8, scale)) is OUT


def test_medians_between_regions_are_in_the_higher() -> None:
    assert verdict("rand/ucla", tally_of([6] * 4 + [7] * 4)) is IN
    assert verdict("rand/ucla", tally_of([3] * 4 + [4] * 4)) is NO_CONSENSUS
    assert verdict("rand/ucla", tally_of([3] * 5 + [4] * 4)) is OUT


def test_only_rand_ucla_is_extrapolated() -> None:
    assert extrapolated(parse_rule("rand/ucla"), panel(0, 0, 26)).tolist() == [True]
    assert extrapolated(parse_rule("rand/ucla"), panel(0, 0, 25)).tolist() == [False]
    assert extrapolated(COMET, panel(0, 0, 26)).tolist() == [False]
    for reading in ("by ipras", "by binomial test"):
        rule = parse_rule(f"rand/ucla, disagreement {reading}")
        assert extrapolated(rule, panel(0, 0, 26)).tolist() == [False]
        assert extrapolated(rule, tally_of([7] * 9, Scale.parse("1-7", "1-3,4,5-7"))).tolist() == [True]


def test_a_scale_without_bands_takes_rules_on_the_median_only() -> None:
    seven = tally_of([6] * 9, Scale(1, 7))
    assert verdict("median >= 6, iqr <= 1", seven) is IN
    for text in ("share >= 70 high", "rand/ucla"):
        with pytest.raises(ValueError, match="has none: state them"):
            verdict(text, seven)


@given(tally=..., p=st.integers(0, 1000), q=st.integers(0, 1000), strict=st.booleans())
def test_a_loop_over_fractions_gives_the_same_share_verdicts(
    tally: Tally, p: int, q: int, strict: bool
) -> None:
    signs = (">", "<") if strict else (">=", "<=")
    text = f"share {signs[0]} {p / 10} high, share {signs[1]} {q / 10} low; minimum 1"

    def holds(high: int, low: int, n: int) -> bool:
        enough, few = 1000 * high >= p * n, 1000 * low <= q * n
        if strict:
            enough, few = 1000 * high > p * n, 1000 * low < q * n
        return enough and few

    for item, found in enumerate(verdicts(parse_rule(text), tally)):
        high, low, n = (
            int(array[item]) for array in (tally.in_band("high"), tally.in_band("low"), tally.rated)
        )
        into, out = holds(high, low, n), holds(low, high, n)
        assert found is (TOO_FEW if n == 0 else NO_CONSENSUS if into == out else IN if into else OUT)


@given(tally=..., a=st.integers(0, 20), b=st.integers(0, 20), definition=st.integers(1, 9))
def test_floats_agree_with_the_exact_median_rule_where_they_are_not_on_the_edge(
    tally: Tally, a: int, b: int, definition: int
) -> None:
    scale = tally.scale
    at_least, at_most = min(scale.midpoint + 0.25 + a / 4, scale.high), b / 4 + 0.01
    text = f"median >= {at_least}, iqr <= {at_most}; quantiles {definition}; minimum 1"
    found = np.array([str(one) for one in verdicts(parse_rule(text), tally)], dtype=object)
    narrow = iqr(tally, definition) <= at_most
    np.testing.assert_array_equal(found == "in", narrow & (median(tally) >= at_least))
    np.testing.assert_array_equal(
        found == "out", narrow & (median(tally) <= scale.low + scale.high - at_least)
    )


@given(
    tally=...,
    text=st.sampled_from(["share >= 60 high, share < 20 low", "median >= 4, iqr <= 2", "rand/ucla"]),
)
def test_turned_round_in_and_out_change_places(tally: Tally, text: str) -> None:
    """But for a median between two regions of RAND/UCLA, which belongs to the higher either way."""
    swapped = {IN: OUT, OUT: IN}
    rule = parse_rule(text) if tally.scale.high >= 4 else COMET
    between = median(tally) % 1 == 0.5 if text == "rand/ucla" else np.zeros(tally.items, dtype=bool)
    for here, there, skip in zip(
        verdicts(rule, tally), verdicts(rule, turned_round(tally)), between, strict=True
    ):
        assert skip or there is swapped.get(here, here)


@given(...)
def test_a_unanimous_panel_is_in_or_out_or_between(scale: Scale) -> None:
    for category in scale.categories:
        (found,) = verdicts(COMET, tally_of([category] * 8, scale))
        assert found is {"high": IN, "low": OUT}.get(str(scale.band_of(category)), NO_CONSENSUS)


@given(...)
def test_two_equal_panels_together_decide_as_one(tally: Tally) -> None:
    rule = parse_rule("share >= 70 high, share < 15 low; minimum 1; denominator rated+unable")
    assert verdicts(rule, tally + tally) == verdicts(rule, tally)


PAIRS = {
    (IN, IN): Finding.ALL_IN,
    (IN, OUT): Finding.PANELS_DIVERGE,
    (IN, NO_CONSENSUS): Finding.NOT_YET,
    (IN, TOO_FEW): Finding.NOT_YET,
    (OUT, OUT): Finding.ALL_OUT,
    (OUT, NO_CONSENSUS): Finding.NOT_YET,
    (OUT, TOO_FEW): Finding.NOT_YET,
    (NO_CONSENSUS, NO_CONSENSUS): Finding.NOT_YET,
    (NO_CONSENSUS, TOO_FEW): Finding.NOT_YET,
    (TOO_FEW, TOO_FEW): Finding.NOT_YET,
}


def test_the_finding_of_every_pair_of_verdicts() -> None:
    assert set(PAIRS) == set(combinations_with_replacement(Verdict, 2))
    for (one, other), expected in PAIRS.items():
        assert finding([one, other]) is finding([other, one]) is expected


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((0.148, 0.9), Finding.PANELS_DIVERGE),
        ((-0.9, -0.148), Finding.PANELS_DIVERGE),
        ((0.147, 0.9), Finding.NOT_YET),
        ((-0.9, -0.147), Finding.NOT_YET),
        ((-0.9, 0.9), Finding.NOT_YET),
        ((math.nan, math.nan), Finding.NOT_YET),
    ],
)
def test_panels_diverge_where_their_ratings_do(interval: tuple[float, float], expected: Finding) -> None:
    assert finding([IN, NO_CONSENSUS], [interval]) is expected
    assert finding([NO_CONSENSUS, NO_CONSENSUS], [interval]) is expected
    assert finding([IN, IN], [interval]) is Finding.ALL_IN
    assert finding([IN, TOO_FEW], [interval]) is Finding.NOT_YET


def test_one_panel_alone() -> None:
    assert finding([IN]) is Finding.ALL_IN
    assert finding([OUT]) is Finding.ALL_OUT
    assert finding([NO_CONSENSUS]) is finding([TOO_FEW]) is Finding.NOT_YET


def test_three_panels_have_three_pairs() -> None:
    far, near = (0.3, 0.9), (-0.5, 0.5)
    assert finding([IN, IN, NO_CONSENSUS], [near, near, near]) is Finding.NOT_YET
    assert finding([IN, IN, NO_CONSENSUS], [near, near, far]) is Finding.PANELS_DIVERGE
    # the first and third pair are those of the panel with too few
    assert finding([IN, NO_CONSENSUS, TOO_FEW], [near, far, far]) is Finding.NOT_YET
    assert finding([IN, IN, OUT]) is Finding.PANELS_DIVERGE
    with pytest.raises(ValueError, match="3 pairs of panels and 1 intervals"):
        finding([IN, IN, OUT], [far])
    with pytest.raises(ValueError, match="at least one panel"):
        finding([])


def test_words_are_those_of_the_study() -> None:
    assert [str(one) for one in Verdict] == ["in", "out", "no consensus", "too few"]
    assert [str(one) for one in Finding] == ["all in", "all out", "panels diverge", "not yet"]


@given(tally=..., tenths=st.integers(0, 1000))
def test_shares_and_verdicts_do_not_contradict_each_other(tally: Tally, tenths: int) -> None:
    threshold = Fraction(tenths, 10)
    found = verdicts(parse_rule(f"share > {float(threshold)} high; out: none; minimum 1"), tally)
    for one, share in zip(found, shares(tally).high.tolist(), strict=True):
        if abs(share - float(threshold) / 100) > 1e-9:
            assert (one is IN) == (share > float(threshold) / 100)
