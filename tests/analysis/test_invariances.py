"""What no measure may depend on: who comes first, which end of the scale is low, how often all is said."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import dispersion, polarisation, summaries
from analysis.appropriateness import disagreement_index, in_agreement, in_disagreement, ipras
from analysis.attrition import leavers_overall
from analysis.combining import combine
from analysis.concordance import kendalls_w
from analysis.consensus import Finding, Verdict, finding, parse_rule, verdicts
from analysis.contrasts import cliffs_delta, equivalence
from analysis.crossings import Transitions
from analysis.dips import dip
from analysis.intraclass import intraclass_correlations_of
from analysis.matrices import RatingMatrix, transitions
from analysis.panels import compare_panels
from analysis.reliability import agreement_over_items
from analysis.resampling import resampled_tallies
from analysis.results import Result
from analysis.sensitivity import verdict_bounds
from analysis.stability import stability_of
from analysis.summaries import shares
from analysis.tallies import FloatArray, Tally
from analysis.uncertainty import posterior_probability, probability_same_panel_again
from analysis.weighting import weighted_distribution, weighted_quantile, weighted_share
from tests.analysis.examples import NINE, panels, turned_round
from tests.analysis.rounds import random_rounds

Measure = Callable[[Tally], FloatArray]

OF_SHARES: tuple[Measure, ...] = (
    summaries.mean,
    dispersion.cns,
    dispersion.leik,
    dispersion.entropy,
    dispersion.blair_lacy_l,
    dispersion.blair_lacy_l2,
    dispersion.kvalseth,
    dispersion.mode_share,
    polarisation.agreement_a,
    polarisation.polarisation,
    polarisation.esteban_ray,
    lambda tally: shares(tally).high,
    lambda tally: shares(tally).low,
    lambda tally: weighted_distribution([tally, tally])[:, 0],
)
OF_CORRECTED_SHARES: tuple[Measure, ...] = (
    dispersion.berry_mielke_iov,
    dispersion.rwg,
    dispersion.pairwise_agreement,
    polarisation.bimodality,
)
CENTRES: tuple[Measure, ...] = (
    summaries.mean,
    summaries.median,
    lambda tally: summaries.weighted_median([tally, tally]),
)
SPREADS: tuple[Measure, ...] = (
    summaries.iqr,
    summaries.ipr,
    summaries.mad,
    summaries.sd,
    ipras,
    disagreement_index,
    dip,
)
RULES = (
    "share >= 70 high, share < 15 low; minimum 1",
    "share > 50 high, share <= 30 low; denominator rated+unable; minimum 1",
    "median >= 7, iqr <= 2; minimum 1",
    "rand/ucla, disagreement by ipras",
    "rand/ucla, disagreement at 1/3",
    "rand/ucla, disagreement by binomial test",
)
TURNED = {Verdict.IN: Verdict.OUT, Verdict.OUT: Verdict.IN}
FOUND_TURNED = {Finding.ALL_IN: Finding.ALL_OUT, Finding.ALL_OUT: Finding.ALL_IN}


def figures(result: Result) -> dict[str, list[object]]:
    return {name: column for name, column in result.columns().items() if name != "reasons"}


def assert_same(one: Result, two: Result) -> None:
    for (name, mine), theirs in zip(figures(one).items(), figures(two).values(), strict=True):
        if all(isinstance(value, float) for value in mine):
            np.testing.assert_allclose(
                np.array(mine, float), np.array(theirs, float), rtol=1e-9, atol=1e-12, err_msg=name
            )
        else:
            assert mine == theirs, name


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), raters=st.integers(1, 12), items=st.integers(1, 5))
def test_who_comes_first_makes_no_difference(seed: int, raters: int, items: int) -> None:
    """Measures of a matrix: concordance, intraclass correlation, tallies, transitions and who left."""
    before, after = random_rounds(seed, raters, items)
    order = np.random.default_rng(seed).permutation(raters)
    left = np.random.default_rng(seed + 1).random(raters) < 0.5
    assert Tally.from_matrix(NINE, before[order]) == Tally.from_matrix(NINE, before)
    assert Transitions.from_matrices(NINE, before[order], after[order]) == Transitions.from_matrices(
        NINE, before, after
    )
    assert_same(kendalls_w(NINE, before[order]), kendalls_w(NINE, before))
    assert_same(intraclass_correlations_of(NINE, before[order]), intraclass_correlations_of(NINE, before))
    assert_same(leavers_overall(NINE, before[order], left[order]), leavers_overall(NINE, before, left))
    ids, names = tuple(f"p{n}" for n in range(raters)), tuple(f"i{n}" for n in range(items))
    moved = tuple(ids[place] for place in order)
    one, two = RatingMatrix(NINE, before, ids, names), RatingMatrix(NINE, after[order], moved, names)
    assert transitions(one, two) == Transitions.from_matrices(NINE, before, after)


def test_a_resampled_panel_has_as_many_answers_whoever_comes_first() -> None:
    """The draws differ with the order of panellists, their numbers do not."""
    before, _ = random_rounds(3, 12, 4)
    for codes in (before, before[::-1]):
        for number, tally in resampled_tallies(NINE, codes, chance=1, draws=5):
            people = (tally.rated + tally.unable + tally.blank).reshape(number, -1)
            assert (people == 12).all()


@settings(deadline=None)
@given(tally=..., times=st.integers(2, 5))
def test_saying_everything_again_changes_nothing_that_depends_on_shares(tally: Tally, times: int) -> None:
    again = tally
    for _ in range(times - 1):
        again = again + tally
    for measure in OF_SHARES:
        np.testing.assert_allclose(measure(again), measure(tally), rtol=1e-12, atol=1e-12)


@given(tally=...)
def test_the_median_of_a_panel_twice_over_is_its_median(tally: Tally) -> None:
    """Odd and even: of an odd panel the middle one now stands twice in the middle, and both are he."""
    np.testing.assert_array_equal(summaries.median(tally + tally), summaries.median(tally))
    np.testing.assert_array_equal(
        summaries.weighted_median([tally, tally], [3, 1]), summaries.median(tally + tally + tally)
    )


@pytest.mark.parametrize("measure", OF_CORRECTED_SHARES)
def test_what_is_corrected_for_few_does_move_with_their_number(measure: Measure) -> None:
    """Twice the answers are twice the evidence, so these have no place among the measures above."""
    tally = Tally.from_counts(NINE, [0, 0, 1, 0, 2, 0, 1, 0, 1])
    assert measure(tally + tally) != pytest.approx(measure(tally), abs=1e-3)


@given(tally=...)
def test_centres_mirror_and_spreads_have_no_direction(tally: Tally) -> None:
    turned, ends = turned_round(tally), tally.scale.low + tally.scale.high
    for measure in CENTRES:
        np.testing.assert_allclose(measure(turned), ends - measure(tally), atol=1e-12)
    for measure in (*SPREADS, *OF_CORRECTED_SHARES, dispersion.awg):
        np.testing.assert_allclose(measure(turned), measure(tally), rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(tally=..., text=st.sampled_from(RULES))
def test_in_and_out_change_places_with_their_probabilities(tally: Tally, text: str) -> None:
    """A half between two bands is the higher's, so medians in halves are not mirrored by RAND/UCLA."""
    low, high = tally.scale.low, tally.scale.high
    rule = parse_rule(text if "median" not in text else f"median >= {high - (high - low) // 3}, iqr <= 2")
    turned = turned_round(tally)
    halves = summaries.median(tally) % 1 == 0.5
    for one, two, is_half in zip(verdicts(rule, tally), verdicts(rule, turned), halves.tolist(), strict=True):
        if not (is_half and "rand" in text):
            assert two is TURNED.get(one, one)
    if "rand" not in text:
        for law in (posterior_probability, probability_same_panel_again):
            here, there = law(rule, tally), law(rule, turned)
            np.testing.assert_allclose(here.into, there.out, atol=1e-8)
            np.testing.assert_allclose(here.no_consensus, there.no_consensus, atol=1e-8)
    np.testing.assert_array_equal(in_disagreement(tally), in_disagreement(turned))
    whole = ~halves
    np.testing.assert_array_equal(in_agreement(tally)[whole], in_agreement(turned)[whole])


@settings(deadline=None)
@given(two=panels(2))
def test_contrasts_of_panels_change_their_sign_and_nothing_else(two: list[Tally]) -> None:
    turned = [turned_round(tally) for tally in two]
    here, there = cliffs_delta(*two), cliffs_delta(*turned)
    np.testing.assert_allclose(here.delta, -there.delta, atol=1e-12)
    np.testing.assert_allclose(here.lower, -there.upper, atol=1e-12)
    assert equivalence(*two).equivalence == equivalence(*turned).equivalence
    one, other = compare_panels(two), compare_panels(turned)
    np.testing.assert_allclose(one.p_bh, other.p_bh, atol=1e-12)
    rule = parse_rule(RULES[0])
    for item in range(two[0].items):
        found, mirrored = (
            finding([verdicts(rule, tally)[item] for tally in both], [contrasts.intervals[item]])
            for both, contrasts in ((two, here), (turned, there))
        )
        assert mirrored == {Finding.ALL_IN: Finding.ALL_OUT, Finding.ALL_OUT: Finding.ALL_IN}.get(
            found, found
        )


@settings(deadline=None)
@given(several=panels(3), random=st.randoms(use_true_random=False))
def test_the_order_of_panels_makes_no_difference(several: list[Tally], random: object) -> None:
    shuffled = several.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    rule = parse_rule(RULES[0])
    one, two = combine(rule, several), combine(rule, shuffled)
    for way in ("every_panel", "any_panel", "pooled", "equal_weight"):
        assert getattr(one, way) == getattr(two, way)
    np.testing.assert_allclose(
        weighted_share("high", several).share, weighted_share("high", shuffled).share, atol=1e-12
    )
    np.testing.assert_array_equal(weighted_quantile(several, 0.7), weighted_quantile(shuffled, 0.7))


@given(tally=..., order=st.randoms(use_true_random=False))
def test_the_order_of_items_makes_no_difference_to_agreement_over_them(tally: Tally, order: object) -> None:
    rows = list(range(tally.items))
    order.shuffle(rows)  # type: ignore[attr-defined]
    assert_same(
        agreement_over_items(Tally.from_counts(tally.scale, tally.counts[rows])), agreement_over_items(tally)
    )


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_stability_and_its_bounds_mirror_with_the_scale(seed: int) -> None:
    before, after = random_rounds(seed, 14, 3)
    table = Transitions.from_matrices(NINE, before, after)
    flipped = table.counts.copy()
    flipped[:, :9], flipped[:, 9] = table.counts[:, 8::-1], table.counts[:, 9]
    flipped[:, :, :9] = flipped[:, :, 8::-1].copy()
    turned = Transitions(NINE, flipped)
    here, there = stability_of(table), stability_of(turned)
    np.testing.assert_allclose(here.share_unchanged, there.share_unchanged)
    np.testing.assert_allclose(here.quadratic_kappa.value, there.quadratic_kappa.value, atol=1e-12)
    np.testing.assert_allclose(here.mean_change.mean, -there.mean_change.mean, atol=1e-12)
    np.testing.assert_allclose(here.pratt.p, there.pratt.p, atol=1e-12)
    assert here.states.states == there.states.states
    rule = parse_rule("share >= 60 high; minimum 1")
    one, two = verdict_bounds(rule, table), verdict_bounds(rule, turned)
    assert tuple(TURNED.get(v, v) for v in one.all_lowest) == two.all_highest
    assert tuple(TURNED.get(v, v) for v in one.carried_forward) == two.carried_forward
