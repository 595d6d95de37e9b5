"""Changes, kappas, states, and all measures of stability at once."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from analysis import changes, kappas, states
from analysis.changes import (
    cv_change,
    mean_change,
    net_change,
    net_change_below,
    share_unchanged,
    unchanged_at_least,
)
from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.crossings import Transitions
from analysis.kappas import weighted_kappa
from analysis.scales import Scale
from analysis.stability import StabilityCriteria, State, stability_of
from analysis.states import states_of
from tests.analysis.examples import NINE, SCALES
from tests.analysis.rounds import (
    CHAFFIN_2A,
    CHAFFIN_3A,
    COHEN,
    FOUR,
    SIX,
    SWAP,
    TOY,
    both_rated,
    random_rounds,
)

COHENS_WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


def pairs(*rows: list[int], scale: Scale | None = None) -> Transitions:
    return Transitions.from_pairs(scale or Scale(1, len(rows)), [list(row) for row in rows])


# Changes


def test_chaffin_and_talley_change() -> None:
    """Nine of 122 net in both tables, though 113 kept their rating in one and 55 in the other."""
    assert share_unchanged(CHAFFIN_2A) == pytest.approx([0.9262295081967213], abs=1e-12)
    assert share_unchanged(CHAFFIN_3A) == pytest.approx([0.45081967213114754], abs=1e-12)
    assert net_change(CHAFFIN_2A) == net_change(CHAFFIN_3A) == pytest.approx([9 / 122], abs=1e-12)
    assert net_change(CHAFFIN_3A) == pytest.approx([0.07377049180327869], abs=1e-12)


def test_changes_are_the_loop_of_their_definition() -> None:
    before, after = random_rounds(21, 12, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    unchanged, net, cv = share_unchanged(table), net_change(table), cv_change(table)
    for item in range(1000):
        x, y = both_rated(before, after, item)
        assert unchanged[item] == pytest.approx(np.mean(x == y), abs=1e-12)
        moved = sum(abs(int((x == k).sum()) - int((y == k).sum())) for k in NINE.categories)
        assert net[item] == pytest.approx(moved / (2 * len(x)), abs=1e-12)
        variation = stats.variation(y, ddof=1) - stats.variation(x, ddof=1)
        assert cv.change[item] == pytest.approx(variation, abs=1e-9)
        assert cv.distance[item] == pytest.approx(abs(variation), abs=1e-9)


def test_limits_are_compared_in_whole_numbers() -> None:
    """Three of twenty moved is 15 %, and not below it; in floating point .7 of 90 is less than 63."""
    three = pairs([7, 3], [0, 10])
    assert net_change(three) == [0.15]
    assert not net_change_below(three, Fraction(15, 100))
    assert net_change_below(pairs([8, 2], [0, 10]), Fraction(15, 100))
    ninety = pairs([63, 27], [0, 0])
    assert 0.7 * 90 < 63
    assert unchanged_at_least(ninety, Fraction(7, 10))
    assert not unchanged_at_least(ninety, Fraction(700001, 1000000))


def test_the_first_statement_of_the_vignette_draws_together() -> None:
    """ContentvalidR's S1: CV of the later round less that of the earlier."""
    assert cv_change(SIX).change[0] == pytest.approx(-0.071478, abs=5e-7)


def test_the_zero_of_the_scale_changes_the_coefficient() -> None:
    from_scale, from_low = cv_change(SIX), cv_change(SIX, "low")
    assert abs(from_low.change[0]) > abs(from_scale.change[0])
    with pytest.raises(ValueError, match="'scale' or 'low', not 'zero'"):
        cv_change(SIX, "zero")  # type: ignore[arg-type]


def test_a_coefficient_of_variation_needs_two_and_a_mean_above_zero() -> None:
    nobody, one, lowest = pairs([0, 0], [0, 0]), pairs([1, 0], [0, 0]), pairs([3, 0], [0, 0])
    assert cv_change(nobody).reasons == (changes.NOBODY_RATED_TWICE,)
    assert cv_change(one).reasons == (changes.ONLY_ONE_RATED_TWICE,)
    assert cv_change(lowest, "low").reasons == (changes.NO_MEAN_ABOVE_ZERO,)
    assert np.isnan([cv_change(nobody).change, cv_change(one).after, cv_change(lowest, "low").change]).all()
    assert cv_change(lowest).change == [0]
    around_zero = Transitions.from_matrices(Scale(-3, 3), [[-1], [1]], [[1], [2]])
    assert cv_change(around_zero).reasons == (changes.NO_MEAN_ABOVE_ZERO,)


def test_the_mean_change_has_students_interval() -> None:
    before, after = random_rounds(22, 12, 1000)
    found = mean_change(Transitions.from_matrices(NINE, before, after), delta=1, level=0.95)
    for item in range(1000):
        x, y = both_rated(before, after, item)
        assert found.mean[item] == pytest.approx((y - x).mean(), abs=1e-9)
        if len(set((y - x).tolist())) == 1:
            assert math.isnan(found.lower[item])
            continue
        expected = stats.ttest_1samp(y - x, 0).confidence_interval(0.95)
        assert (found.lower[item], found.upper[item]) == pytest.approx(tuple(expected), abs=1e-9)
        assert found.is_equivalent[item] == (expected.low > -1 and expected.high < 1)


def test_no_difference_found_is_not_equivalence() -> None:
    """Four up and three down of seven: Wilcoxon sees nothing, and the interval is wide."""
    few = Transitions.from_matrices(NINE, [[5]] * 7, [[8], [7], [7], [6], [3], [3], [4]])
    found = stability_of(few, method="exact")
    assert found.pratt.p[0] > 0.5
    assert found.mean_change.is_equivalent == (False,)
    many = Transitions.from_pairs(NINE, few.paired * 1000)
    assert mean_change(many).is_equivalent == (True,)


def test_an_interval_without_width_is_none() -> None:
    nobody, one, same, all_up = (
        pairs([0, 0], [0, 0]),
        pairs([1, 0], [0, 0]),
        pairs([4, 0], [0, 5]),
        pairs([0, 5], [0, 0]),
    )
    found = {
        name: mean_change(table) for name, table in zip("nosu", (nobody, one, same, all_up), strict=True)
    }
    assert all(math.isnan(f.lower[0]) and math.isnan(f.upper[0]) for f in found.values())
    assert [f.reasons[0] for f in found.values()] == [
        changes.NOBODY_RATED_TWICE,
        changes.ONLY_ONE_RATED_TWICE,
        changes.EVERYBODY_CHANGED_ALIKE,
        changes.EVERYBODY_CHANGED_ALIKE,
    ]
    assert [f.is_equivalent[0] for f in found.values()] == [None, None, True, False]


@pytest.mark.parametrize(("delta", "level"), [(0, 0.9), (-1, 0.9), (math.nan, 0.9), (1, 0), (1, 1)])
def test_other_deltas_and_levels_are_refused(delta: float, level: float) -> None:
    with pytest.raises(ValueError, match=r"delta above 0|level of an interval"):
        mean_change(TOY, delta, level)


# Kappas


def test_cohens_table() -> None:
    """Cohen 1968: kappa .492 without weights, .348 with his; and quadratic by statsmodels."""
    assert weighted_kappa(COHEN, "nominal").value == pytest.approx([0.49152542372881347], abs=1e-12)
    assert weighted_kappa(COHEN, COHENS_WEIGHTS).value == pytest.approx([0.3478260870], abs=5e-11)
    assert weighted_kappa(COHEN).value == pytest.approx([0.4545454545454546], abs=1e-12)


def test_chaffin_and_talleys_kappas() -> None:
    assert weighted_kappa(CHAFFIN_2A).value == pytest.approx([0.918847006652], abs=5e-13)
    assert weighted_kappa(CHAFFIN_3A).value == pytest.approx([0.125351071693], abs=5e-13)
    assert weighted_kappa(CHAFFIN_3A, "linear").value == pytest.approx([0.10328369606720111], abs=1e-12)


def test_the_kappas_of_the_toy_rounds() -> None:
    assert weighted_kappa(TOY).value == pytest.approx([0.6], abs=1e-12)
    assert weighted_kappa(TOY, "linear").value == pytest.approx([0.416666666667], abs=1e-12)


def test_the_six_statements_of_the_vignette() -> None:
    """contentvalidR, printed .71 .04 .83 .92 .63 -1.00."""
    expected = [0.714286, 0.035088, 0.827586, 0.919355, 0.634146, -1]
    assert weighted_kappa(SIX).value == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("weights", ["nominal", "linear", "quadratic"])
def test_statsmodels_finds_the_same_kappas_in_a_thousand_tables(weights: str) -> None:
    before, after = random_rounds(23, 15, 1000)
    table = Transitions.from_matrices(NINE, before, after)
    found = weighted_kappa(table, weights)
    name = None if weights == "nominal" else weights
    for item, counts in enumerate(table.paired):
        with warnings.catch_warnings(action="ignore"):
            expected = cohens_kappa(counts, wt=name, return_results=False)
        assert found.value[item] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_kappa_with_both_rounds_unanimous_is_undefined_and_with_one_is_0() -> None:
    """The trap: nine of ten keep their rating, the later round is unanimous, and kappa is 0."""
    both, one, apart, nobody = (
        pairs([0, 0], [0, 9]),
        pairs([0, 1], [0, 9]),
        pairs([0, 9], [0, 0]),
        pairs([0, 0], [0, 0]),
    )
    found = [weighted_kappa(table) for table in (both, one, apart, nobody)]
    assert math.isnan(found[0].value[0])
    assert (share_unchanged(one), found[1].value, found[2].value) == ([0.9], [0], [0])
    assert math.isnan(found[3].value[0])
    assert [f.reasons[0] for f in found] == [
        kappas.BOTH_ROUNDS_UNANIMOUS,
        kappas.ONE_ROUND_UNANIMOUS,
        kappas.ONE_ROUND_UNANIMOUS,
        changes.NOBODY_RATED_TWICE,
    ]


def test_own_weights_may_leave_nothing_to_weigh() -> None:
    found = weighted_kappa(pairs([1, 0], [1, 1]), [[0, 0], [0, 0]])
    assert (math.isnan(found.value[0]), found.reasons) == (True, (kappas.NO_WEIGHT,))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("cubic", "Weights are nominal, linear, quadratic, or a table, not 'cubic'"),
        ([[0, 1], [1, 0]], "Weights for 3 categories are 3 by 3"),
        ([[0, 1, 1], [1, 0, -2], [1, 1, 0]], "The weight -2 in row 1, column 2"),
        ([[0, 1, math.nan], [1, 0, 1], [1, 1, 0]], "The weight nan in row 0, column 2"),
        ([[0, 1, 1], [1, 3, 1], [1, 1, 0]], "The weight 3 in row 1, column 1"),
    ],
)
def test_other_weights_are_refused(weights: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        weighted_kappa(COHEN, weights)  # type: ignore[arg-type]


# States


def test_group_tests_call_a_total_swap_stable_and_individual_stability_reveals_it() -> None:
    """ContentvalidR's S6: nobody of ten kept the rating, and the distribution stood still."""
    found = stability_of(SIX, method="exact")
    assert (found.net_change[SWAP], found.group_chi_square.p[SWAP], found.pratt.p[SWAP]) == (0, 1, 1)
    assert found.cv.change[SWAP] == found.mean_change.mean[SWAP] == 0
    assert found.states.group_stable[SWAP] is True
    assert (found.share_unchanged[SWAP], found.quadratic_kappa.value[SWAP]) == (0, pytest.approx(-1))
    assert found.states.individual_stable[SWAP] is False
    assert found.states.states[SWAP] is State.UNSTABLE


def test_the_states_of_the_six_statements() -> None:
    """S4 is split and stays split; S3 is stable and out; the second draws together."""
    rule = parse_rule("share >= 75 high, share < 15 low")
    by_rule = states_of(SIX, verdicts(rule, SIX.after)).states
    assert by_rule[2] is State.STABLE_CONSENSUS
    assert by_rule[3] is State.STABLE_DISSENT
    assert by_rule[1] is State.UNSTABLE


def test_the_group_alone_or_the_individuals_alone_may_decide() -> None:
    group, individual = (
        states_of(SIX, criteria=StabilityCriteria(basis=basis)).states[SWAP]
        for basis in ("group", "individual")
    )
    assert (group, individual) == (State.STABLE_DISSENT, State.UNSTABLE)


def test_without_verdicts_more_than_half_must_agree() -> None:
    bands = Scale.parse("1-4", "1-2,3-4")
    split, most = ([[3, 0, 0, 0], [0] * 4, [0, 0, right, 0], [0, 0, 0, 1]] for right in (2, 3))
    assert states_of(pairs(*split, scale=bands)).states == (State.STABLE_DISSENT,)
    assert states_of(pairs(*most, scale=bands)).states == (State.STABLE_CONSENSUS,)
    assert states_of(pairs(*most)).states == (State.STABLE_DISSENT,)


def test_too_few_pairs_have_no_state() -> None:
    four, five = pairs([0, 0], [0, 4]), pairs([0, 0], [0, 5])
    assert states_of(four).states == states_of(four).group_stable == (None,)
    assert states_of(four).reasons == (states.TOO_FEW_PAIRS,)
    assert states_of(five).states == (State.STABLE_CONSENSUS,)
    assert states_of(four, criteria=StabilityCriteria(minimum_n=1)).states == (State.STABLE_CONSENSUS,)
    nobody = states_of(pairs([0, 0], [0, 0]), criteria=StabilityCriteria(minimum_n=1))
    assert (nobody.states, nobody.individual_stable) == ((None,), (None,))


def test_a_stable_item_without_a_verdict_has_no_state_and_an_unstable_one_has() -> None:
    stable, moved = pairs([0, 0], [0, 9]), pairs([0, 9], [0, 0])
    assert states_of(stable, [Verdict.TOO_FEW]).reasons == (states.NO_VERDICT,)
    assert states_of(stable, [Verdict.TOO_FEW]).states == (None,)
    assert states_of(moved, [Verdict.TOO_FEW]).states == (State.UNSTABLE,)
    with pytest.raises(ValueError, match="1 items and 2 verdicts"):
        states_of(stable, [Verdict.IN] * 2)


def test_an_undefined_criterion_of_the_group_gives_no_state() -> None:
    lowest = pairs([9, 0], [0, 0])
    by_cv = StabilityCriteria(group="cv change", cv_zero="low")
    found = states_of(lowest, criteria=by_cv)
    assert (found.states, found.group_stable, found.individual_stable) == ((None,), (None,), (True,))
    assert found.reasons == (states.NO_CRITERION,)
    moved = pairs([1, 0], [9, 0])
    assert states_of(moved, criteria=by_cv).states == (State.UNSTABLE,)


@pytest.mark.parametrize("group", ["net change", "cv change", "equivalence"])
def test_nobody_changed_is_stable_by_every_criterion(group: str) -> None:
    found = states_of(pairs([2, 0], [0, 9]), criteria=StabilityCriteria(group=group))  # type: ignore[arg-type]
    assert found.states == (State.STABLE_CONSENSUS,)


def test_a_whole_panel_that_moves_one_up_is_unstable_by_net_change_and_equivalence() -> None:
    table = pairs([0, 9, 0], [0, 0, 9], [0, 0, 0])
    for group in ("net change", "equivalence"):
        found = states_of(table, criteria=StabilityCriteria(group=group, basis="group"))  # type: ignore[arg-type]
        assert found.states == (State.UNSTABLE,)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"group": "kappa"}, "The group is one of net change, cv change, equivalence, not 'kappa'"),
        ({"basis": "all"}, "The basis is one of both, group, individual"),
        ({"net_change_below": 15}, "net_change_below is a share between 0 and 1, not 15"),
        ({"unchanged_at_least": -0.1}, "unchanged_at_least is a share between 0 and 1, not -0.1"),
        ({"minimum_n": 0}, "at least one pair, not 0"),
    ],
)
def test_other_criteria_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StabilityCriteria(**wrong)  # type: ignore[arg-type]


def test_limits_in_floating_point_are_read_as_decimals() -> None:
    assert StabilityCriteria(net_change_below=0.15) == StabilityCriteria()


# All at once


def test_all_measures_print_as_a_digest_and_give_a_frame() -> None:
    found = stability_of(SIX)
    printed = str(found).splitlines()
    assert len(printed) == 7
    assert printed[0].split()[:3] == ["pairs", "unchanged", "net_change"]
    assert printed[6].split()[-1] == "unstable"
    frame = found.frame()
    assert len(frame) == 6
    assert frame["quadratic_kappa_value"].tolist() == weighted_kappa(SIX).value.tolist()
    assert {"bowker_p", "pratt_method", "states_states", "criteria_net_change_below"} <= set(frame)


@given(st.integers(0, 2**32 - 1), st.sampled_from(SCALES))
def test_turning_the_scale_round_changes_no_stability(seed: int, scale: Scale) -> None:
    table = Transitions.from_matrices(scale, *random_rounds(seed, 7, 3, scale))
    turned = Transitions.from_pairs(scale, table.paired[:, ::-1, ::-1])
    one, two = stability_of(table), stability_of(turned)
    for name in ("share_unchanged", "net_change"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name))
    np.testing.assert_allclose(one.quadratic_kappa.value, two.quadratic_kappa.value, atol=1e-9)
    np.testing.assert_allclose(one.mean_change.mean, -two.mean_change.mean, atol=1e-9)
    np.testing.assert_allclose(one.mean_change.lower, -two.mean_change.upper, atol=1e-9)
    assert one.states.group_stable == two.states.group_stable
    assert one.states.individual_stable == two.states.individual_stable


@given(st.integers(0, 2**32 - 1))
def test_the_same_panel_twice_has_the_same_shares(seed: int) -> None:
    table = Transitions.from_matrices(NINE, *random_rounds(seed, 7, 3))
    twice = table + table
    for measure in (share_unchanged, net_change):
        np.testing.assert_allclose(measure(twice), measure(table))
    np.testing.assert_allclose(weighted_kappa(twice).value, weighted_kappa(table).value, atol=1e-12)


def test_those_who_rated_once_do_not_enter() -> None:
    before, after = random_rounds(24, 12, 50)
    table = Transitions.from_matrices(NINE, before, after)
    stayers = Transitions.from_pairs(NINE, table.paired)
    named = [column for column in stability_of(table).columns() if not column.startswith("states")]
    one, two = stability_of(table).frame()[named], stability_of(stayers).frame()[named]
    assert one.equals(two)


def test_no_items_are_no_trouble() -> None:
    found = stability_of(Transitions(NINE, np.zeros((0, 10, 10))))
    assert (found.pairs.shape, found.states.states) == ((0,), ())


def test_nobody_in_both_rounds_is_undefined_throughout() -> None:
    found = stability_of(Transitions.from_pairs(FOUR, np.zeros((4, 4), np.int64)))
    columns = found.columns()
    settings = ("criteria_", "mean_change_delta", "mean_change_level")
    figures = {name: values[0] for name, values in columns.items() if not name.startswith(settings)}
    undefined = [name for name, value in figures.items() if isinstance(value, float)]
    assert len(undefined) > 30
    assert all(math.isnan(figures[name]) for name in undefined)
    reasons = [values[0] for name, values in columns.items() if name.endswith("reasons")]
    assert None not in reasons
