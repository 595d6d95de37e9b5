"""What leavers could change."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.consensus import Rule, Verdict, parse_rule, verdicts
from analysis.crossings import Transitions
from analysis.rules import Condition, ShareRule
from analysis.scales import Scale
from analysis.sensitivity import (
    carried_forward,
    tipping_numbers,
    verdict_bounds,
    with_leavers_at,
)
from analysis.tallies import BLANK, IntArray, Tally
from tests.analysis.examples import NINE

SEVENTY_FIFTEEN = parse_rule("share >= 70 high, share < 15 low")
RULES = [
    SEVENTY_FIFTEEN,
    parse_rule("share >= 70 high, share <= 15 low; out: share <= 50 high"),
    parse_rule("share > 50 high; out: share < 20 high, share >= 50 low"),
    parse_rule("share >= 100 high; out: none; minimum 12"),
    parse_rule("share > 0 high; out: share > 0 low; minimum 1"),
    parse_rule("median >= 7, iqr <= 2"),
    parse_rule("median > 6; quantiles 6; minimum 3"),
    parse_rule("median >= 5, iqr < 3.25; quantiles 2; out: median < 4, iqr <= 4; minimum 1"),
    parse_rule("median >= 5, iqr <= 1.5; quantiles 3"),
    parse_rule("rand/ucla"),
    parse_rule("rand/ucla, disagreement at 1/3"),
    parse_rule("rand/ucla, disagreement by ipras"),
    parse_rule("rand/ucla, disagreement by ipras; quantiles 8"),
    parse_rule("rand/ucla, disagreement by binomial test"),
]


def transitions_of(after: list[int], leavers: list[int]) -> Transitions:
    """One item on 1-9: stayers who kept their ratings, and leavers by what they had chosen."""
    table = np.zeros((1, 10, 10), dtype=int)
    table[0, range(9), range(9)] = after
    table[0, :9, 9] = leavers
    return Transitions(NINE, table)


@st.composite
def any_transitions(draw: st.DrawFn) -> Transitions:
    """Up to three items on 1-9, with leavers and joiners."""
    items = draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    table = rng.integers(0, 3, (items, 10, 10)) * (rng.random((items, 10, 10)) < 0.1)
    table[:, :, 9] = rng.integers(0, 6, (items, 10)) * (rng.random((items, 10)) < 0.3)
    return Transitions(NINE, table)


def test_last_ratings_are_carried_forward_by_hand() -> None:
    """c(r + 1) + T(k, missing), joiners among them; twelve of 1-3 in all."""
    before, after = [[1], [2], [2], [3], [BLANK]], [[1], [3], [BLANK], [BLANK], [2]]
    tally = carried_forward(Transitions.from_matrices(Scale(1, 3), before, after))
    assert tally.counts.tolist() == [[1, 2, 2]]


@given(any_transitions())
def test_everybody_who_ever_rated_is_counted_once(transitions: Transitions) -> None:
    ever = transitions.before.rated + transitions.joiners.rated
    for tally in (
        carried_forward(transitions),
        with_leavers_at(transitions, 1),
        with_leavers_at(transitions, 9),
    ):
        assert (tally.rated == ever).all()
    low = with_leavers_at(transitions, 1).counts - transitions.after.counts
    assert (low[:, 0] == transitions.leavers.rated).all()
    assert not low[:, 1:].any()


def test_bounds_by_hand() -> None:
    """8 of 10 high and none low is in; 4 leavers who had said 1: 8 of 14 is 57 %, and 4 of 14 low."""
    found = verdict_bounds(SEVENTY_FIFTEEN, transitions_of([0, 0, 0, 0, 2, 0, 0, 8, 0], [4] + [0] * 8))
    assert (found.observed, found.completers) == ((Verdict.IN,), (Verdict.IN,))
    assert found.carried_forward == found.all_lowest == (Verdict.NO_CONSENSUS,)
    assert found.all_highest == (Verdict.IN,)
    assert not found.firm.any()
    assert "carried_forward" in str(found)


def test_leavers_who_can_change_nothing_leave_the_verdict_firm() -> None:
    found = verdict_bounds(
        SEVENTY_FIFTEEN, transitions_of([0, 0, 0, 0, 0, 0, 0, 50, 0], [0, 0, 0, 0, 1, 0, 0, 0, 0])
    )
    assert found.firm.all()


def test_tipping_by_hand() -> None:
    """Of 8 high of 10, 8 / 11 is 73 % and 8 / 12 is 67 %, while 2 / 12 is already 17 % low."""
    found = tipping_numbers(SEVENTY_FIFTEEN, transitions_of([0, 0, 0, 0, 2, 0, 0, 8, 0], [0] * 7 + [4, 0]))
    assert (found.leavers, found.at_lowest, found.at_highest, found.tipping) == ([4], (2,), (None,), (2,))


def test_a_tipping_number_beyond_the_leavers_does_not_exist() -> None:
    found = tipping_numbers(SEVENTY_FIFTEEN, transitions_of([0, 0, 0, 0, 2, 0, 0, 8, 0], [0] * 7 + [1, 0]))
    assert (found.at_lowest, found.tipping) == ((None,), (None,))


def test_without_leavers_nothing_tips() -> None:
    found = tipping_numbers(SEVENTY_FIFTEEN, transitions_of([0] * 9, [0] * 9))
    assert found.tipping == (None,)
    bounds = verdict_bounds(SEVENTY_FIFTEEN, transitions_of([0] * 9, [0] * 9))
    assert (bounds.observed, bounds.firm.tolist()) == ((Verdict.TOO_FEW,), [True])


def test_too_few_may_tip_into_a_verdict() -> None:
    found = tipping_numbers(SEVENTY_FIFTEEN, transitions_of([0] * 8 + [3], [0] * 8 + [4]))
    assert (found.at_lowest, found.at_highest) == ((2,), (2,))


def test_a_share_on_the_threshold_tips_by_strictness_alone() -> None:
    """7 of 10 is 70 %: one more below it, and >= 70 fails; > 70 fails already and needs one more above."""
    at = transitions_of([0, 0, 0, 0, 3, 0, 0, 7, 0], [0] * 8 + [5])
    assert tipping_numbers(parse_rule("share >= 70 high"), at).at_lowest == (1,)
    assert tipping_numbers(parse_rule("share > 70 high"), at).at_highest == (1,)


@settings(deadline=None, max_examples=60)
@given(any_transitions(), st.sampled_from(RULES))
def test_tipping_numbers_are_the_first_of_all_tried(transitions: Transitions, rule: Rule) -> None:
    found = tipping_numbers(rule, transitions)
    now = verdicts(rule, transitions.after)
    for item in range(transitions.items):
        counts = transitions.after.counts[item]
        leavers = int(transitions.leavers.rated[item])
        expected = [first_flip(rule, now[item], counts, leavers, column) for column in (0, 8)]
        assert [found.at_lowest[item], found.at_highest[item]] == expected
        assert found.tipping[item] == min(filter(None, expected), default=None)


def first_flip(rule: Rule, now: Verdict, counts: IntArray, leavers: int, column: int) -> int | None:
    for people in range(1, leavers + 1):
        more = counts.copy()
        more[column] += people
        if verdicts(rule, Tally.from_counts(NINE, more))[0] is not now:
            return people
    return None


@given(any_transitions(), st.sampled_from([rule for rule in RULES if isinstance(rule, ShareRule)]))
def test_share_rules_that_are_firm_have_no_tipping_number_that_carries_all_along(
    transitions: Transitions, rule: ShareRule
) -> None:
    """Where all leavers at an end give another verdict than is observed, some number of them tips it."""
    bounds, tipping = verdict_bounds(rule, transitions), tipping_numbers(rule, transitions)
    for item, observed in enumerate(bounds.observed):
        for end, number in ((bounds.all_lowest, tipping.at_lowest), (bounds.all_highest, tipping.at_highest)):
            if end[item] is not observed:
                assert number[item] is not None


def test_the_median_of_many_falls_with_the_hundredth_leaver() -> None:
    """100 at 8 and 300 leavers: with a hundred of these at 1 the median is 4.5."""
    found = tipping_numbers(parse_rule("median >= 7"), transitions_of([0] * 7 + [100, 0], [0] * 7 + [300, 0]))
    assert found.at_lowest == (100,)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_turning_points_of_many_leavers_are_those_of_a_scan(rule: Rule) -> None:
    """A thousand leavers, on panels of all sizes and shapes, those without ratings among them."""
    rng = np.random.default_rng(5)
    counts = rng.integers(0, rng.choice([2, 9, 60], (40, 1)), (40, 9)) * (rng.random((40, 9)) < 0.5)
    table = np.zeros((40, 10, 10), dtype=int)
    table[:, range(9), range(9)], table[:, 0, 9] = counts, 1000
    found = tipping_numbers(rule, Transitions(NINE, table))
    now = verdicts(rule, Tally.from_counts(NINE, counts))
    for column, numbers in ((0, found.at_lowest), (8, found.at_highest)):
        more = np.repeat(counts[:, np.newaxis], 1001, axis=1)
        more[:, :, column] += np.arange(1001)
        scanned = np.array(verdicts(rule, Tally.from_counts(NINE, more.reshape(-1, 9)))).reshape(40, 1001)
        changed = scanned != np.array(now)[:, np.newaxis]
        assert numbers == tuple(int(row.argmax()) if row.any() else None for row in changed)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_millions_of_leavers_take_no_longer(rule: Rule) -> None:
    """Verdicts turn at the number that is found and not yet at the one before."""
    millions = 10**7
    at = transitions_of([0, 0, millions, 1, 5, 0, 0, millions // 2, 0], [0] * 8 + [5 * millions])
    found, now = tipping_numbers(rule, at), verdicts(rule, at.after)
    for column, numbers in ((0, found.at_lowest), (8, found.at_highest)):
        if numbers[0] is not None:
            more = np.repeat(at.after.counts, 2, axis=0)
            more[:, column] += [numbers[0] - 1, numbers[0]]
            before, then = verdicts(rule, Tally.from_counts(NINE, more))
            assert before is now[0]
            assert then is not now[0]


def test_millions_of_leavers_are_counted_from_the_inequality() -> None:
    rule = ShareRule((Condition("high", ">=", Fraction("66.666667")),))
    found = tipping_numbers(rule, transitions_of([0] * 7 + [10**7, 0], [10**7] + [0] * 8))
    # 10^9 / (10^7 + m) < 66.666667 from this m up
    assert found.at_lowest == (10**9 * 10**6 // 66_666_667 - 10**7 + 1,)


def test_rules_that_count_the_unable_are_refused() -> None:
    rule = parse_rule("share >= 70 high; denominator rated+unable")
    for measure in (verdict_bounds, tipping_numbers):
        with pytest.raises(ValueError, match="does not tell who was unable"):
            measure(rule, transitions_of([0] * 9, [0] * 9))


def test_a_scale_without_bands_and_another_category_are_refused() -> None:
    bare = Transitions.from_pairs(Scale(1, 3), np.eye(3, dtype=int))
    for measure in (verdict_bounds, tipping_numbers):
        with pytest.raises(ValueError, match="needs bands"):
            measure(SEVENTY_FIFTEEN, bare)
    with pytest.raises(ValueError, match="4 is not on the scale 1-3"):
        with_leavers_at(bare, 4)


def test_no_items_have_no_bounds() -> None:
    none = Transitions(NINE, np.zeros((0, 10, 10), dtype=int))
    for rule in RULES:
        assert verdict_bounds(rule, none).observed == ()
        assert tipping_numbers(rule, none).tipping == ()
