"""The published rules on every scale, and the same data under all of them side by side."""

import numpy as np
import pytest
from hypothesis import given

from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.multiverse import PUBLISHED_RULES, PublishedRule, multiverse
from analysis.published_rules import find_rule
from analysis.scales import Scale
from analysis.tallies import Tally
from tests.analysis.examples import NINE, SCALES, tally_of

IN, OUT, NO_CONSENSUS, TOO_FEW = Verdict
COMET = parse_rule("share >= 70 high, share < 15 low")
OWN_FIVE = Scale.parse("1-5", "1-2,3,4-5")


def panel(low: int, middle: int, high: int) -> Tally:
    return Tally.from_counts(NINE, [low, 0, 0, 0, middle, 0, 0, 0, high])


def under(tally: Tally) -> dict[str, Verdict]:
    """The verdict on the first item under each rule by its key."""
    found = multiverse(tally)
    return dict(zip([rule.key for rule in found.rules], found.verdicts[0], strict=True))


def test_every_rule_has_a_key_a_name_a_text_that_reads_back_and_a_source() -> None:
    assert len({rule.key for rule in PUBLISHED_RULES}) == len(PUBLISHED_RULES)
    for rule in PUBLISHED_RULES:
        assert str(parse_rule(rule.text)) == rule.text
        assert rule.key.isidentifier()
        assert rule.name
        assert rule.source


def test_on_one_to_nine_a_rule_is_as_it_is_written() -> None:
    for rule in PUBLISHED_RULES:
        if rule.sizes is None or rule.sizes[0] <= 9 <= rule.sizes[1]:
            assert str(rule.on(NINE)) == rule.text


def test_seventy_fifteen_in_its_published_variants() -> None:
    """14 of 20 high and 3 low are exactly 70 and 15 %; 10 of 20 high are exactly half."""
    exactly = under(panel(3, 3, 14))
    assert exactly["comet"] is NO_CONSENSUS
    assert exactly["comet_not_strict"] is IN
    assert exactly["seventy"] is IN
    assert exactly["seventy_five"] is exactly["eighty"] is exactly["focus"] is NO_CONSENSUS
    half = under(panel(4, 6, 10))
    assert half["comet"] is NO_CONSENSUS
    assert half["comet_out_by_half"] is half["focus"] is OUT
    assert half["first_round_half"] is NO_CONSENSUS  # 20 % low
    assert half["majority"] is NO_CONSENSUS
    low = under(panel(14, 4, 2))
    assert low["comet"] is low["comet_not_strict"] is low["comet_out_by_half"] is low["seventy"] is OUT
    focus = under(panel(2, 2, 16))
    assert focus["focus"] is IN
    assert under(panel(3, 1, 16))["focus"] is NO_CONSENSUS  # 15 % low


def test_out_at_least_half_below_seven_is_at_most_half_high() -> None:
    """FOCUS says out where 50 % or more scored 1 to 6."""
    for low, middle, high in ((0, 10, 10), (10, 0, 10), (0, 9, 11)):
        below_seven = 2 * (low + middle) >= low + middle + high
        assert (under(panel(low, middle, high))["focus"] is OUT) == below_seven


def test_sixty_for_whom_the_table_ends_at_25() -> None:
    found = multiverse(panel(19, 0, 41))
    of = dict(zip([rule.key for rule in found.rules], found.verdicts[0], strict=True))
    assert of["rand_ucla"] is IN
    assert of["rand_ucla_ipras"] is of["rand_ucla_test"] is NO_CONSENSUS
    extrapolated = dict(zip(found.by_rule.key, found.by_rule.extrapolated.tolist(), strict=True))
    assert (extrapolated["rand_ucla"], extrapolated["rand_ucla_ipras"], extrapolated["comet"]) == (1, 0, 0)


def test_a_median_has_to_reach_the_high_band_of_the_scale() -> None:
    on = {str(scale): find_rule("median_iqr_1") for scale in SCALES}
    assert str(on["1-5"].on(OWN_FIVE)) == "median >= 4, iqr <= 1"
    assert str(on["1-4"].on(Scale.parse("1-4", "1-2,3-4"))) == "median >= 3, iqr <= 1"
    assert str(find_rule("median_iqr_2").on(Scale.parse("0-10", "0-3,4-6,7-10"))) == "median >= 7, iqr <= 2"
    assert str(find_rule("median_iqr_2").on(Scale.parse("0-10", "0-4,5,6-10"))) == "median >= 6, iqr <= 2"


def test_rules_that_do_not_fit_are_listed_with_the_reason() -> None:
    on_nine = dict(multiverse(panel(0, 0, 20)).left_out)
    assert on_nine == {"median_iqr_1": "It was made for scales of 4 to 5 categories, and 1-9 has 9."}
    on_five = dict(multiverse(tally_of([4] * 9, OWN_FIVE)).left_out)
    assert on_five == {"median_iqr_2": "It was made for scales of 9 to 11 categories, and 1-5 has 5."}
    without = multiverse(tally_of([4] * 9, Scale(1, 5)))
    assert without.rules == ()
    assert without.verdicts == ((),)
    assert without.depends_on_rule.tolist() == [False]
    assert dict(without.left_out)["comet"] == "It needs bands, and the scale 1-5 has none."
    assert len(without.left_out) == len(PUBLISHED_RULES)


def test_what_would_change_against_the_studys_own_rule() -> None:
    fourteen, unanimous, six = [3, 0, 0, 0, 3, 0, 0, 0, 14], [0] * 8 + [20], [0] * 8 + [6]
    rows = [fourteen, unanimous, six, [0] * 9, [0, 0, 0, 0, 20, 0, 0, 0, 0]]
    found = multiverse(Tally.from_counts(NINE, rows), own=COMET)
    assert found.own == (NO_CONSENSUS, IN, IN, TOO_FEW, NO_CONSENSUS)
    keys = [rule.key for rule in found.rules]
    changed = {key: found.changed[:, at].tolist() for at, key in enumerate(keys)}
    assert changed["comet"] == [False] * 5
    assert changed["comet_not_strict"] == [True, False, False, False, False]
    # six are too few for RAND/UCLA, which is no other verdict; nobody has none by any rule
    assert changed["rand_ucla"] == [True, False, False, False, False]
    # none of twenty in the high band are at most half of them
    assert changed["comet_out_by_half"] == [False, False, False, False, True]
    assert found.depends_on_rule.tolist() == [True, False, False, False, True]
    outcomes = found.by_rule
    assert outcomes.changed.tolist() == [sum(changed[key]) for key in keys]
    assert outcomes.into[0] == 2
    numbers = outcomes.into + outcomes.out + outcomes.no_consensus + outcomes.too_few
    assert numbers.tolist() == [5] * len(keys)


def test_without_an_own_rule_nothing_changes() -> None:
    found = multiverse(panel(3, 3, 14))
    assert found.own == ()
    assert not found.changed.any()
    assert "own" not in found.columns()


def test_an_own_rule_beside_the_published_ones_can_be_the_one_that_differs() -> None:
    lenient = parse_rule("share >= 10 high; out: none")
    stated = (find_rule("eighty"), find_rule("seventy_five"))
    found = multiverse(panel(0, 15, 5), stated, own=lenient)
    assert found.verdicts == ((NO_CONSENSUS, NO_CONSENSUS),)
    assert found.depends_on_rule.tolist() == [True]
    assert found.by_rule.changed.tolist() == [1, 1]


def test_the_share_of_items_in_depends_on_the_rule() -> None:
    """As Grant and others 2018 found: the looser the rule, the more items are in, of the same answers."""
    rng = np.random.default_rng(84)
    counts = rng.multinomial(30, [0.03] * 3 + [0.08] * 3 + [0.22, 0.23, 0.22], size=200)
    by_rule = multiverse(Tally.from_counts(NINE, counts)).by_rule
    into = dict(zip(by_rule.key, by_rule.into.tolist(), strict=True))
    assert into["majority"] >= into["seventy"] >= into["seventy_five"] >= into["eighty"] >= into["focus"]
    assert into["seventy"] >= into["comet_not_strict"] >= into["comet"] == into["comet_out_by_half"]
    assert 0 <= into["focus"] < into["majority"] <= 200


def test_a_stated_rule_of_ones_own_takes_part() -> None:
    two_thirds = PublishedRule("two_thirds", "Two thirds high", "share >= 66.7 high", "A study")
    found = multiverse(panel(0, 6, 14), [two_thirds])
    assert found.columns() == {"two_thirds": ["in"], "depends_on_rule": [False]}


def test_a_table_is_printed_and_a_frame_given() -> None:
    found = multiverse(panel(3, 3, 14), own=COMET)
    assert str(found).splitlines()[0].split()[:2] == ["own", "comet"]
    assert found.frame().loc[0, "comet_not_strict"] == "in"
    assert found.by_rule.frame().set_index("key").loc["comet_not_strict", "changed"] == 1


def test_no_items_and_bad_input() -> None:
    empty = multiverse(Tally.from_counts(NINE, []), own=COMET)
    assert (empty.verdicts, empty.own) == ((), ())
    assert empty.by_rule.into.sum() == 0
    with pytest.raises(ValueError, match="same key"):
        multiverse(panel(0, 0, 9), [PUBLISHED_RULES[0], PUBLISHED_RULES[0]])
    with pytest.raises(ValueError, match="No published rule is called 'delphi': there are comet"):
        find_rule("delphi")
    with pytest.raises(ValueError, match="has none: state them"):
        multiverse(tally_of([4] * 9, Scale(1, 5)), own=COMET)


@given(...)
def test_each_column_is_the_verdict_of_its_rule(tally: Tally) -> None:
    found = multiverse(tally, own=COMET)
    assert len(found.rules) + len(found.left_out) == len(PUBLISHED_RULES)
    for at, rule in enumerate(found.rules):
        column = tuple(row[at] for row in found.verdicts)
        assert column == verdicts(rule.on(tally.scale), tally)
        assert found.by_rule.into[at] == column.count(IN)
    for item, row in enumerate(found.verdicts):
        reached = {*row, found.own[item]} - {TOO_FEW}
        assert found.depends_on_rule[item] == (len(reached) > 1)


@given(...)
def test_nobody_is_never_a_consensus_under_any_rule(scale: Scale) -> None:
    found = multiverse(Tally.from_counts(scale, [0] * scale.size, unable=40))
    assert set(found.verdicts[0]) == {TOO_FEW}
