"""The two probabilities of a verdict: worked values, exact sums by enumeration, large panels, nobody."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from analysis import posteriors, uncertainty
from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.rules import Rule, ShareRule
from analysis.scales import Scale
from analysis.tallies import Denominator, IntArray, Tally
from analysis.uncertainty import posterior_probability, probability_same_panel_again
from tests.analysis.enumeration import every_draw, some_counts
from tests.analysis.examples import NINE, SCALES, tallies, turned_round

COMET = parse_rule("share >= 70 high, share < 15 low")
# High, low, n; the posterior by Dirichlet(1) and by Dirichlet(1/2); the exact bootstrap.
WORKED = [
    (14, 2, 20, 0.295733, 0.385345, 0.492077),
    (18, 0, 20, 0.916239, 0.962835, 0.997614),
    (42, 6, 60, 0.382425, 0.441029, 0.533937),
    (45, 4, 60, 0.708926, 0.763375, 0.844635),
    (9, 0, 12, 0.407104, 0.539168, 0.648779),
]
RULES = (
    COMET,
    parse_rule("share > 75 high"),
    parse_rule("share >= 60 high, share <= 20 low; minimum 1"),
    parse_rule("share >= 70 high, share < 15 low; out: share <= 50 high; minimum 1"),
    parse_rule("share >= 40 high; minimum 1"),
    parse_rule("share >= 50 high, share <= 30 low; out: share < 40 high, share > 10 low; minimum 1"),
    parse_rule("share > 75 high; out: none; denominator rated+unable; minimum 1"),
    parse_rule("share >= 70 high, share < 15 low; denominator rated+unable; minimum 1"),
)


MEDIAN_RULES = (
    "median >= 3, iqr <= 1; minimum 1",
    "median > 2.5, iqr < 1.25; minimum 1; quantiles 6",
    "median >= 3; minimum 1",
    "median >= 3, iqr <= 1; out: median <= 2.5; minimum 1",
    "median >= 2, iqr <= 2; out: median < 3, iqr > 0.5; minimum 1; quantiles 2",
    "median >= 2; out: iqr >= 1; minimum 1",
    "median >= 2; out: none; minimum 1",
)
RAND_RULES = (
    "rand/ucla",
    "rand/ucla, disagreement at 1/3",
    "rand/ucla, disagreement by ipras",
    "rand/ucla, disagreement by ipras; quantiles 6",
    "rand/ucla, disagreement by binomial test",
)
ALL_KINDS = ("share >= 70 high, share < 15 low", "median >= 7, iqr <= 2", "median >= 7", *RAND_RULES)


def panel(high: int, low: int, n: int, unable: int = 0) -> Tally:
    return Tally.from_counts(NINE, [low, 0, 0, 0, n - high - low, 0, 0, 0, high], unable=unable)


@pytest.mark.parametrize(("high", "low", "n", "uniform", "jeffreys", "bootstrap"), WORKED)
def test_worked_values(
    high: int, low: int, n: int, uniform: float, jeffreys: float, bootstrap: float
) -> None:
    tally = panel(high, low, n)
    assert posterior_probability(COMET, tally, prior=1).into == pytest.approx([uniform], abs=5e-7)
    assert posterior_probability(COMET, tally).into == pytest.approx([jeffreys], abs=5e-7)
    assert probability_same_panel_again(COMET, tally).into == pytest.approx([bootstrap], abs=5e-7)


def test_thirty_of_forty() -> None:
    assert posterior_probability(COMET, panel(30, 2, 40), prior=1).into == pytest.approx([0.631459], abs=5e-7)


def test_a_uniform_prior_alone_is_an_area() -> None:
    """Twice the triangle of side .3 less the triangle of side .15: .09 - .0225."""
    one = np.ones(1)
    assert posteriors._dirichlet_box(one, one, one, (0.7, 1), (0, 0.15)) == pytest.approx([0.0675], abs=1e-12)


def test_items_are_computed_together() -> None:
    together = Tally.from_counts(NINE, np.vstack([panel(h, low, n).counts for h, low, n, *_ in WORKED]))
    found = posterior_probability(COMET, together), probability_same_panel_again(COMET, together)
    np.testing.assert_allclose(found[0].into, [row[4] for row in WORKED], atol=5e-7)
    np.testing.assert_allclose(found[1].into, [row[5] for row in WORKED], atol=5e-7)


def test_a_panel_of_a_million_is_sure() -> None:
    """A quadrature over the whole of [.7, 1] finds .445 here."""
    for high, expected in ((800_000, 1), (600_000, 0)):
        million = panel(high, 100_000, 1_000_000)
        assert posterior_probability(COMET, million).into == pytest.approx([expected], abs=1e-9)
        assert probability_same_panel_again(COMET, million).into == pytest.approx([expected], abs=1e-9)


def test_at_the_threshold_a_large_panel_tosses_a_coin() -> None:
    exactly = panel(700_000, 50_000, 1_000_000)
    assert posterior_probability(COMET, exactly).into == pytest.approx([0.5], abs=1e-3)
    assert probability_same_panel_again(COMET, exactly).into == pytest.approx([0.5], abs=1e-3)


def test_what_cannot_be_computed_says_why() -> None:
    four_items = Tally.from_counts(
        NINE, np.vstack([panel(*counts).counts for counts in [(0, 0, 0), (4, 0, 4), (5, 0, 5)]])
    )
    for found in (posterior_probability(COMET, four_items), probability_same_panel_again(COMET, four_items)):
        assert found.reasons == (uncertainty.NOBODY_RATED, uncertainty.TOO_FEW, None)
        for array in (found.into, found.out, found.no_consensus):
            assert np.isnan(array).tolist() == [True, True, False]


def test_input_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="1/2 or more, not 0"):
        posterior_probability(COMET, panel(9, 0, 9), prior=0)
    with pytest.raises(ValueError, match="above 0, not 0"):
        posterior_probability(parse_rule("median >= 7"), panel(9, 0, 9), prior=0)
    with pytest.raises(ValueError, match="lies outside the scale 1-5"):
        posterior_probability(parse_rule("median >= 7"), Tally.from_counts(Scale(1, 5), [0, 0, 0, 0, 9]))
    with pytest.raises(ValueError, match="has none: state them"):
        probability_same_panel_again(COMET, Tally.from_counts(Scale(1, 5), [0, 0, 0, 0, 9]))


@pytest.mark.parametrize("text", ALL_KINDS)
def test_no_items_have_no_probabilities_and_nobody_has_a_reason(text: str) -> None:
    empty, nobody = Tally.from_counts(NINE, []), Tally.from_counts(NINE, [[0] * 9, [0] * 8 + [20]], unable=9)
    for law in (probability_same_panel_again, posterior_probability):
        assert law(parse_rule(text), empty).into.shape == (0,)
        found = law(parse_rule(text), nobody)
        assert found.reasons == (uncertainty.NOBODY_RATED, None)
        assert np.isnan(found.into).tolist() == [True, False]


@pytest.mark.parametrize("text", ALL_KINDS)
def test_a_unanimous_panel_is_in_again_and_a_large_one_surely(text: str) -> None:
    """The posterior of twenty is least by the binomial test: a tenth low would be disagreement."""
    rule = parse_rule(text)
    assert probability_same_panel_again(rule, panel(20, 0, 20)).into == [1]
    assert 0.96 < posterior_probability(rule, panel(20, 0, 20)).into[0] < 1
    for law in (probability_same_panel_again, posterior_probability):
        million = law(rule, panel(910_000, 40_000, 1_000_000))
        assert million.into == pytest.approx([1], abs=1e-9)
        assert law(rule, panel(40_000, 910_000, 1_000_000)).out == pytest.approx([1], abs=1e-9)


def test_a_probability_says_what_it_is_of() -> None:
    twenty = panel(14, 2, 20)
    again, posterior = probability_same_panel_again(COMET, twenty), posterior_probability(COMET, twenty)
    assert again.definition == "exact bootstrap: the panel's answers drawn again"
    assert posterior.definition == "posterior, Dirichlet(1/2) on each band"
    assert posterior_probability(COMET, twenty, 1).definition == "posterior, Dirichlet(1) on each band"
    median_rule = parse_rule("median >= 7, iqr <= 2")
    of_categories = posterior_probability(median_rule, twenty)
    assert of_categories.definition == "posterior, Dirichlet(1/9) on each category"
    assert "0.492" in str(again)
    assert list(again.frame().columns) == ["into", "out", "no_consensus", "definition", "reasons"]


@pytest.mark.parametrize("text", MEDIAN_RULES)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8])
def test_every_panel_that_could_be_drawn_under_a_median_rule(text: str, n: int) -> None:
    agrees_with_enumeration(parse_rule(text), SCALES[3], some_counts(n, 4, 3, seed=n))


@pytest.mark.parametrize("text", RAND_RULES)
@pytest.mark.parametrize(("size", "n"), [(3, 8), (3, 9), (3, 16), (3, 17), (4, 10), (4, 13), (5, 9), (5, 10)])
def test_every_panel_that_could_be_drawn_under_a_rand_ucla_rule(text: str, size: int, n: int) -> None:
    scales = {3: Scale.parse("1-3", "1,2,3"), 4: SCALES[3], 5: SCALES[2]}
    agrees_with_enumeration(parse_rule(text), scales[size], some_counts(n, size, 4, seed=n))


def test_every_panel_of_eight_on_nine_categories() -> None:
    counts = np.array([[1, 0, 2, 0, 1, 1, 0, 3, 0], [0, 0, 0, 0, 0, 3, 1, 2, 2]])
    for text in ("rand/ucla", "rand/ucla, disagreement by ipras", "median >= 6.5, iqr <= 2"):
        agrees_with_enumeration(parse_rule(text), NINE, counts)


def agrees_with_enumeration(rule: Rule, scale: Scale, counts: IntArray) -> None:
    found = probability_same_panel_again(rule, Tally.from_counts(scale, counts))
    for item, own in enumerate(counts):
        panels, chances = every_draw(scale, own)
        drawn = np.array(verdicts(rule, panels))
        for array, verdict in (
            (found.into, Verdict.IN),
            (found.out, Verdict.OUT),
            (found.no_consensus, Verdict.NO_CONSENSUS),
        ):
            assert array[item] == pytest.approx(chances[drawn == verdict].sum(), abs=1e-11)


def test_rand_ucla_speaks_of_the_bands_of_the_population() -> None:
    """More than half high, and less than a third low; by the binomial test less than a tenth."""
    draws = np.random.default_rng(1).dirichlet([14.5, 4.5, 2.5], 400_000)
    for text, limit in (("rand/ucla", 1 / 3), ("rand/ucla, disagreement by binomial test", 0.1)):
        found = posterior_probability(parse_rule(text), panel(14, 2, 20)).into
        assert found == pytest.approx([((draws[:, 0] > 0.5) & (draws[:, 2] < limit)).mean()], abs=3e-3)


def test_a_unanimous_panel_would_say_the_same_again_and_proves_less() -> None:
    unanimous = panel(20, 0, 20)
    assert probability_same_panel_again(COMET, unanimous).into == [1]
    assert 0.98 < posterior_probability(COMET, unanimous).into[0] < 1


def test_the_probability_of_the_verdict_that_each_item_has() -> None:
    tally = Tally.from_counts(
        NINE,
        np.vstack([panel(*counts).counts for counts in [(14, 2, 20), (2, 14, 20), (9, 9, 20), (3, 0, 3)]]),
    )
    found = probability_same_panel_again(COMET, tally)
    of_verdicts = found.of(verdicts(COMET, tally))
    assert of_verdicts[:2] == pytest.approx([0.492077, 0.492077], abs=5e-7)
    assert of_verdicts[2] == found.no_consensus[2] > 0.99
    assert np.isnan(of_verdicts[3])


def test_two_bands_leave_no_third_share() -> None:
    """With high and low alone, low is the rest: at least 70 % high is at most 30 % low."""
    four = Tally.from_counts(SCALES[3], [2, 1, 5, 7])
    one_sided = posterior_probability(parse_rule("share >= 70 high"), four).into
    assert one_sided == pytest.approx([stats.beta.sf(0.7, 12.5, 3.5)])
    assert posterior_probability(parse_rule("share >= 70 high, share <= 30 low"), four).into == pytest.approx(
        one_sided
    )
    assert posterior_probability(parse_rule("share >= 70 high, share <= 20 low"), four).into == pytest.approx(
        [stats.beta.sf(0.8, 12.5, 3.5)]
    )


def test_meeting_both_ways_is_no_consensus_here_too() -> None:
    """Half high and half low of ten: high is Binomial(10, 1/2), and 4, 5 or 6 high meet both ways."""
    both_ways = probability_same_panel_again(parse_rule("share >= 40 high"), panel(5, 5, 10))
    sides = (1 + 10 + 45 + 120) / 2**10
    assert (both_ways.into, both_ways.out) == (pytest.approx([sides]), pytest.approx([sides]))
    assert both_ways.no_consensus == pytest.approx([(210 + 252 + 210) / 2**10])


def test_one_sided_rules_are_beta_and_binomial_tails() -> None:
    tally = panel(14, 2, 20, unable=5)
    rule = parse_rule("share >= 70 high")
    assert posterior_probability(rule, tally).into == pytest.approx([stats.beta.sf(0.7, 14.5, 7)])
    assert probability_same_panel_again(rule, tally).into == pytest.approx([stats.binom.sf(13, 20, 0.7)])
    among_all = parse_rule("share >= 70 high; denominator rated+unable")
    # 6 others and 5 unable, with half a person for each of low, middle and unable; 70 % of 25 is 17.5
    assert posterior_probability(among_all, tally).into == pytest.approx([stats.beta.sf(0.7, 14.5, 12.5)])
    assert probability_same_panel_again(among_all, tally).into == pytest.approx(
        [stats.binom.sf(17, 25, 14 / 25)]
    )


@pytest.mark.parametrize("rule", RULES, ids=str)
@settings(max_examples=25)
@given(tally=tallies(most=4))
def test_all_panels_that_could_be_drawn_add_up_to_the_bootstrap(rule: ShareRule, tally: Tally) -> None:
    found = probability_same_panel_again(rule, tally)
    for item, reason in enumerate(found.reasons):
        if reason is None:
            expected = enumerated(rule, tally, item)
            for array, verdict in (
                (found.into, Verdict.IN),
                (found.out, Verdict.OUT),
                (found.no_consensus, Verdict.NO_CONSENSUS),
            ):
                assert array[item] == pytest.approx(expected[verdict], abs=1e-12)


@given(counts=st.tuples(*3 * [st.integers(0, 30)]), p=st.integers(1, 100), q=st.integers(0, 100))
def test_the_uniform_posterior_is_a_finite_sum(counts: tuple[int, int, int], p: int, q: int) -> None:
    """Dirichlet shares of whole parameters are gaps between ordered uniform numbers."""
    high, low, middle = counts
    assume(sum(counts))
    rule = parse_rule(f"share >= {p} high, share <= {q} low; out: none; minimum 1")
    found = posterior_probability(rule, panel(high, low, sum(counts)), prior=1)
    assert found.into == pytest.approx([gaps(high + 1, middle + 1, low + 1, p / 100, q / 100)], abs=1e-8)


@settings(max_examples=30)
@given(limits=st.sampled_from([(70, 15), (60, 20), (0, 30), (40, 60)]), tally=tallies(NINE, most=30))
def test_an_adaptive_quadrature_finds_the_same_posterior(limits: tuple[int, int], tally: Tally) -> None:
    p, q = limits
    rule = parse_rule(f"share >= {p} high, share <= {q} low; out: none; minimum 1")
    one_item = Tally.from_counts(NINE, tally.counts[:1])
    found = posterior_probability(rule, one_item)
    for item in np.flatnonzero(one_item.rated):
        assert found.into[item] == pytest.approx(adaptive(one_item, item, p / 100, q / 100), abs=1e-7)


@pytest.mark.parametrize("rule", RULES, ids=str)
@settings(max_examples=25)
@given(tally=...)
def test_three_probabilities_are_one(rule: ShareRule, tally: Tally) -> None:
    for law in (probability_same_panel_again, posterior_probability):
        found = law(rule, tally)
        three = np.array([found.into, found.out, found.no_consensus])[:, [r is None for r in found.reasons]]
        assert ((three > -1e-9) & (three < 1 + 1e-9)).all()
        np.testing.assert_allclose(three.sum(axis=0), 1)


@given(...)
def test_turned_round_in_and_out_change_places(tally: Tally) -> None:
    for law in (probability_same_panel_again, posterior_probability):
        here, there = law(COMET, tally), law(COMET, turned_round(tally))
        np.testing.assert_allclose(here.into, there.out, atol=1e-8)
        np.testing.assert_allclose(here.out, there.into, atol=1e-8)


def enumerated(rule: ShareRule, tally: Tally, item: int) -> dict[Verdict, float]:
    """Every division of the panel into high, low and others, with its multinomial chance and its verdict."""
    among = int(tally.denominator(rule.denominator)[item])
    high, low = int(tally.in_band("high")[item]), int(tally.in_band("low")[item])
    share_high, share_low, share_rest = (Fraction(part, among) for part in (high, low, among - high - low))
    everyone = replace(rule, denominator=Denominator.RATED, minimum_n=1)
    chances = dict.fromkeys(Verdict, Fraction(0))
    for h in range(among + 1):
        for lo in range(among - h + 1):
            rest = among - h - lo
            ways = math.comb(among, h) * math.comb(among - h, lo)
            (verdict,) = verdicts(everyone, Tally.from_counts(Scale.thirds(1, 3), [lo, rest, h]))
            chances[verdict] += ways * share_high**h * share_low**lo * share_rest**rest
    return {verdict: float(chance) for verdict, chance in chances.items()}


def gaps(a: int, b: int, c: int, p: float, q: float) -> float:
    """P(H >= p, L <= q) for (H, M, L) ~ Dirichlet(a, b, c): a + b + c - 1 uniform numbers mark the gaps.

    H is the a-th of them: fewer than a lie below p. 1 - L is the (a + b)-th: fewer than a + b below 1 - q.
    """
    n, turn = a + b + c - 1, 1 - q
    if p >= turn:
        return float(stats.binom.cdf(a - 1, n, p))
    below_p = np.arange(a)
    between = stats.binom.cdf(a + b - 1 - below_p, n - below_p, (turn - p) / (1 - p))
    return float((stats.binom.pmf(below_p, n, p) * between).sum())


def adaptive(tally: Tally, item: int, p: float, q: float) -> float:
    """The double integral by scipy's adaptive rule, in the angle whose squared sine is the high share."""
    high, low, middle = (tally.in_band(name)[item] + 0.5 for name in ("high", "low", "middle"))

    def integrand(angle: float) -> float:
        share = math.sin(angle) ** 2
        inner = stats.beta.cdf(min(q / (1 - share), 1), low, middle) if share < 1 else 1.0
        return float(stats.beta.pdf(share, high, low + middle) * inner * math.sin(2 * angle))

    start, stop = math.asin(math.sqrt(p)), math.pi / 2
    kink = max(math.asin(math.sqrt(1 - q)), start)
    return sum(
        integrate.quad(integrand, *ends, limit=200, epsabs=1e-10)[0] for ends in ((start, kink), (kink, stop))
    )
