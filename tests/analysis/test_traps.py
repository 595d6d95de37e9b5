"""Mistakes that others have made, each beside the figure that we give.

More are held where the measure is tested: the strictness of 15 %, quantile types that flip a verdict and
rules that take several meanings in test_consensus; floats that miss a threshold there and in test_summaries;
the dip's table on ratings in test_dips; a scale's offered categories in test_reliability and test_dispersion;
a total swap in test_stability; exactly half in test_apmo; the size of panels in test_appropriateness.
"""

import math

import numpy as np
import pytest
from scipy import stats

from analysis import states
from analysis.apmo import apmo
from analysis.appropriateness import disagreement_index, in_disagreement, ipras
from analysis.changes import mean_change
from analysis.combining import any_panel, every_panel, pooled
from analysis.concordance import kendalls_w
from analysis.consensus import Finding, Verdict, depends_on_quantile_definition, finding, parse_rule, verdicts
from analysis.crossings import Transitions
from analysis.dispersion import describe_agreement
from analysis.items import Methods, item_figures
from analysis.kappas import weighted_kappa
from analysis.multiverse import multiverse
from analysis.posteriors import share_chances
from analysis.reliability import agreement_over_items, brennan_prediger, gwet_ac, krippendorff_alpha
from analysis.rules import ShareRule
from analysis.scales import Scale
from analysis.stability import stability_of
from analysis.summaries import quantile, sd, shares
from analysis.tallies import BLANK, UNABLE, Tally
from analysis.uncertainty import posterior_probability, probability_same_panel_again
from tests.analysis.examples import NINE, tally_of
from tests.analysis.rounds import SIX, SWAP

COMET = parse_rule("share >= 70 high, share < 15 low")
ALONE = parse_rule("share >= 70 high, share < 15 low; minimum 1")
NOBODY = Tally.from_counts(NINE, [0] * 9, unable=30)


def test_the_index_of_disagreement_takes_the_third_and_the_seventh_tenth() -> None:
    """A public script takes Q10 and Q90: it finds disagreement where two of ten stand apart."""
    ten = tally_of([1, 2, 5, 6, 6, 6, 6, 7, 8, 9])
    tenths = {p: float(quantile(ten, p / 10)[0]) for p in (1, 3, 7, 9)}
    assert tenths == pytest.approx({1: 1.9, 3: 5.7, 7: 6.3, 9: 8.1})
    mistaken = (tenths[9] - tenths[1]) / (2.35 + 1.5 * abs(5 - (tenths[1] + tenths[9]) / 2))
    assert mistaken > 1
    assert ipras(ten) == pytest.approx([2.35 + 1.5 * 1])
    assert disagreement_index(ten) == pytest.approx([0.6 / 3.85])
    assert not in_disagreement(ten, "ipras")


def test_ties_uncorrected_take_the_significance_from_concordance() -> None:
    """The anxiety of irr: W .5019, chi2 28.6095, p .0724 without the correction; with it p is .0429."""
    raters = [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
    sums = stats.rankdata(raters, axis=1).sum(axis=0)
    w = 12 * ((sums - sums.mean()) ** 2).sum() / (3**2 * (20**3 - 20))
    assert (w, 3 * 19 * w) == pytest.approx((0.5019214704, 28.6095238095), abs=1e-10)
    assert stats.chi2.sf(3 * 19 * w, 19) == pytest.approx(0.0723803547, abs=5e-11)
    assert kendalls_w(Scale(1, 6), raters).p < 0.05


def test_nobody_is_not_of_one_mind() -> None:
    """By the bare formulas nobody has a consensus of 1 and no entropy."""
    found = describe_agreement(NOBODY)
    assert np.isnan([found.cns[0], found.entropy[0], found.leik[0], found.mode_share[0]]).all()
    assert verdicts(ALONE, NOBODY) == (Verdict.TOO_FEW,)
    assert (
        verdicts(parse_rule("share >= 0 high; denominator rated+unable; minimum 1"), NOBODY)[0] == "too few"
    )
    assert item_figures(NOBODY, Methods(ALONE)).row(0)["verdict"] == "too few"
    assert {verdict for row in multiverse(NOBODY).verdicts for verdict in row} == {Verdict.TOO_FEW}
    assert apmo(NOBODY).verdicts == (Verdict.TOO_FEW,)
    for law in (posterior_probability, probability_same_panel_again):
        assert np.isnan([law(ALONE, NOBODY).into[0], law(ALONE, NOBODY).no_consensus[0]]).all()


def test_a_silent_panel_neither_agrees_nor_stands_in_the_way_unseen() -> None:
    """Every panel must have spoken; a silent one makes no finding of all, and no divergence."""
    both = (Verdict.IN, Verdict.TOO_FEW)
    assert finding(both) is Finding.NOT_YET
    assert finding((Verdict.TOO_FEW, Verdict.TOO_FEW)) is Finding.NOT_YET
    assert every_panel([(verdict,) for verdict in both]) == (Verdict.TOO_FEW,)
    assert any_panel([(verdict,) for verdict in both]) == (Verdict.IN,)
    assert verdicts(COMET, pooled([NOBODY, NOBODY])) == (Verdict.TOO_FEW,)


def test_a_panel_of_one_passes_every_rule_unless_a_minimum_stops_it() -> None:
    one = tally_of([9])
    assert verdicts(COMET, one) == (Verdict.TOO_FEW,)
    assert verdicts(ALONE, one) == (Verdict.IN,)


def test_everybody_the_same_is_nought_over_nought_for_some_and_full_agreement_for_others() -> None:
    """As STATISTICS has it: alpha, Fleiss and kappa undefined, AC1 and BP 1; and one round alone is 0."""
    same = Tally.from_counts(NINE, [[0] * 8 + [12]] * 3)
    over = agreement_over_items(same)
    assert math.isnan(krippendorff_alpha(same).coefficient)
    assert math.isnan(over.of("fleiss_kappa", "quadratic").coefficient)
    assert (gwet_ac(same).coefficient, brennan_prediger(same).coefficient) == (1, 1)
    kept = Transitions.from_matrices(NINE, [[9]] * 6, [[9]] * 6)
    one_moved = Transitions.from_matrices(NINE, [[9]] * 6, [[9]] * 5 + [[8]])
    assert np.isnan(weighted_kappa(kept).value).all()
    assert weighted_kappa(one_moved).value == [0]
    assert stability_of(one_moved).share_unchanged == pytest.approx([5 / 6])


def test_the_three_ways_of_not_rating_are_none_of_them_a_rating() -> None:
    """Unable, left blank and gone: the shares stay, and only who asks for it has the unable counted."""
    ratings = [[9], [9], [9], [1], [UNABLE], [BLANK]]
    tally = Tally.from_matrix(NINE, ratings)
    assert (tally.rated, tally.unable, tally.blank) == ([4], [1], [1])
    assert (shares(tally).high, shares(tally, "rated+unable").high) == ([0.75], [0.6])
    gone = Transitions.from_matrices(NINE, ratings, [[BLANK]] * 6)
    assert (gone.pairs, gone.leavers.rated, gone.after.rated) == ([0], [4], [0])
    assert item_figures(tally).row(0)["mean"] == 7


def test_the_number_of_categories_is_that_offered_from_the_matrix_to_the_report() -> None:
    """Nobody used 4 and 5 of five: AC1 and BP are not those of three points, nor are Cns, A and rwg."""
    ratings = np.array([[1, 3, 1], [2, 3, 1], [1, 2, 1], [1, 3, 2]])
    five, three = (Tally.from_matrix(Scale(1, size), ratings) for size in (5, 3))
    for measure in (gwet_ac, brennan_prediger):
        assert measure(five).coefficient > measure(three).coefficient + 0.01
    on_five, on_three = describe_agreement(five), describe_agreement(three)
    for name in ("cns", "agreement_a", "leik", "rwg", "awg"):
        assert not np.allclose(getattr(on_five, name), getattr(on_three, name), equal_nan=True)
    assert krippendorff_alpha(five).coefficient == pytest.approx(krippendorff_alpha(three).coefficient)


def test_a_total_swap_is_unstable_though_every_test_of_the_group_calls_it_stable() -> None:
    """The sixth statement of contentvalidR: 0 % kept their rating, net change 0, Wilcoxon p 1."""
    found = stability_of(SIX)
    assert (found.share_unchanged[SWAP], found.net_change[SWAP]) == (0, 0)
    assert (found.pratt.p[SWAP], found.group_chi_square.p[SWAP], found.quadratic_kappa.value[SWAP]) == (
        1,
        1,
        -1,
    )
    assert found.states.group_stable[SWAP] is True
    assert found.states.individual_stable[SWAP] is False
    assert found.states.states[SWAP] is states.State.UNSTABLE


def test_exactly_half_is_no_majority_wherever_one_is_asked_for() -> None:
    half = Tally.from_counts(NINE, [0, 0, 10, 0, 0, 0, 10, 0, 0])
    assert apmo(half).majority == (None,)
    assert verdicts(parse_rule("share > 50 high"), half) == (Verdict.NO_CONSENSUS,)
    settled = Transitions.from_matrices(NINE, [[3], [7]] * 10, [[3], [7]] * 10)
    assert states.states_of(settled).states == (states.State.STABLE_DISSENT,)


@pytest.mark.parametrize("n", [100, 10**4, 10**6, 10**7])
def test_the_quadrature_of_a_large_panel_finds_where_its_law_lies(n: int) -> None:
    """Over the whole of .7 to 1 it misses the peak: .445 at a million, where the truth is 1."""
    assert isinstance(COMET, ShareRule)
    sure = Tally.from_counts(NINE, [n // 20, 0, 0, 0, n // 20, 0, 0, 0, n - 2 * (n // 20)])
    found = share_chances(COMET, sure, [[COMET.conditions]], prior=0.5)[0]
    a, b = n - 2 * (n // 20) + 0.5, 2 * (n // 20) + 1
    assert found == pytest.approx([stats.beta.sf(0.7, a, b)], abs=0.01)
    assert found[0] > 0.999


def test_a_verdict_that_hangs_on_the_quantile_definition_is_flagged_in_the_table() -> None:
    twelve = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])
    rule = parse_rule("median >= 7, iqr <= 2.25")
    assert depends_on_quantile_definition(rule, twelve).tolist() == [True]
    assert item_figures(twelve, Methods(rule)).row(0)["depends_on_quantiles"] is True


def test_a_figure_of_certainty_has_its_definition_beside_it() -> None:
    """14 high and 2 low of 20 are .30, .39 or .49, by whose question it is."""
    twenty = Tally.from_counts(NINE, [2, 0, 0, 0, 4, 0, 0, 0, 14])
    uniform, jeffreys = posterior_probability(COMET, twenty, prior=1), posterior_probability(COMET, twenty)
    again = probability_same_panel_again(COMET, twenty)
    found = [round(float(law.into[0]), 2) for law in (uniform, jeffreys, again)]
    assert found == [0.30, 0.39, 0.49]
    assert len({uniform.definition, jeffreys.definition, again.definition}) == 3
    row = item_figures(twenty, Methods(COMET)).row(0)
    assert row["posterior_definition"] == jeffreys.definition
    assert row["repeat_definition"] == again.definition
    # The table's figures are those of the verdict, which here is in.
    assert (row["verdict"], round(row["posterior_probability"], 2), round(row["repeat_probability"], 2)) == (
        "in",
        0.39,
        0.49,
    )


def test_the_cube_of_millions_of_people_does_not_outgrow_its_number() -> None:
    """N n (n - 1) in 64 bits is wrong from two million people up, and the interval with it."""
    n = 10_000_000
    moved = Transitions.from_pairs(Scale(1, 3), [[n // 2, 0, 0], [0, 0, n // 2], [0, 0, 0]])
    found = mean_change(moved)
    half = stats.t.ppf(0.95, n - 1) * math.sqrt(0.25 * n / (n - 1) / n)
    assert (found.lower, found.upper) == ([pytest.approx(0.5 - half)], [pytest.approx(0.5 + half)])
    assert 0 < half < 0.001


def test_the_squares_of_a_long_scale_do_not_outgrow_their_number() -> None:
    """N times the sum of squares in 64 bits is wrong for a hundred million on 0 to 100."""
    n = 100_000_000
    halves = Tally.from_counts(Scale(0, 100), [n // 2, *[0] * 99, n // 2])
    assert sd(halves) == pytest.approx([50 * math.sqrt(n / (n - 1))])
