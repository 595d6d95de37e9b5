"""Worked values of the project's statistics that cross several modules, or have no module of their own."""

import numpy as np
import pytest

from analysis.appropriateness import disagreement_index
from analysis.changes import net_change, share_unchanged
from analysis.consensus import parse_rule
from analysis.multiplicity import benjamini_hochberg, bonferroni, holm
from analysis.posteriors import share_chances as posterior_chances
from analysis.repeats import share_chances
from analysis.rules import ShareRule, out_conditions
from analysis.scales import Scale
from analysis.summaries import iqr, quantile
from analysis.tallies import FloatArray, Tally
from tests.analysis.examples import NINE, tally_of
from tests.analysis.rounds import CHAFFIN_2A, CHAFFIN_3A

TWELVE = tally_of([3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9])


def rule_of(text: str) -> ShareRule:
    rule = parse_rule(text)
    assert isinstance(rule, ShareRule)
    return rule


def population(high: int, low: int) -> Tally:
    """A hundred people, so many in the high band and so many in the low one."""
    return Tally.from_counts(NINE, [low, 0, 0, 0, 100 - high - low, 0, 0, 0, high])


SEVENTY = rule_of("share >= 70 high")
COMET = rule_of("share >= 70 high, share < 15 low")


@pytest.mark.parametrize(
    ("truth", "n", "chance"),
    [
        (75, 8, 0.6785),
        (75, 10, 0.7759),
        (75, 12, 0.6488),
        (75, 20, 0.7858),
        (75, 30, 0.8034),
        (75, 60, 0.8514),
        (75, 80, 0.8761),
        (80, 10, 0.8791),
        (80, 20, 0.9133),
        (80, 60, 0.9779),
    ],
)
def test_the_chance_of_seventy_percent_is_a_sawtooth_of_the_panels_size(
    truth: int, n: int, chance: float
) -> None:
    """Section 8: the binomial tail; a panel of twelve meets the rule less often than one of eight or ten."""
    found = share_chances(SEVENTY, population(truth, 0), [[SEVENTY.conditions]], np.array([n]))
    assert found[0] == pytest.approx([chance], abs=5e-5)


def test_two_panels_that_think_alike_get_different_verdicts_half_the_time() -> None:
    """Section 6: 75 % high and 10 % low, panels of 40 and 12, differ by 70/15 49 % of the time."""
    alike = population(75, 10)
    ways = [[COMET.conditions], [out_conditions(COMET, NINE)]]
    by_panel = [chances_of_verdicts(share_chances(COMET, alike, ways, np.array([n]))) for n in (40, 12)]
    assert 1 - by_panel[0] @ by_panel[1] == pytest.approx(0.49, abs=0.005)


def chances_of_verdicts(in_and_out: list[FloatArray]) -> FloatArray:
    into, out = (float(chance[0]) for chance in in_and_out)
    return np.array([into, out, 1 - into - out])


def test_the_prior_alone_meets_seventy_fifteen_with_a_chance_of_seven_in_a_hundred() -> None:
    """Section 8, n = 0: .067496 by quadrature; by areas .3 squared less .15 squared, and so is ours.

    A verdict of nobody has no probability; see test_uncertainty.
    """
    nobody = Tally.from_counts(NINE, [0] * 9)
    found = posterior_chances(COMET, nobody, [[COMET.conditions]], prior=1.0)
    assert found[0] == pytest.approx([0.3**2 - 0.15**2], abs=1e-12)
    assert found[0] == pytest.approx([0.067496], abs=5e-6)


@pytest.mark.parametrize(
    ("definition", "q25", "q30", "q70", "index"),
    [(2, 5.5, 6, 8, 0.373832), (6, 5.25, 5.9, 8, 0.398104), (7, 5.75, 6, 7.7, 0.331707)],
)
def test_the_twelve_by_the_definitions_of_the_packages(
    definition: int, q25: float, q30: float, q70: float, index: float
) -> None:
    """Section 1 (b)."""
    found = [float(quantile(TWELVE, p, definition)[0]) for p in (0.25, 0.3, 0.7, 0.75)]
    assert found == pytest.approx([q25, q30, q70, 8])
    assert iqr(TWELVE, definition) == pytest.approx([8 - q25])
    assert disagreement_index(TWELVE, definition) == pytest.approx([index], abs=5e-7)


def test_the_fractions_of_chaffin_and_talley() -> None:
    """Section 5: 113, and 55 of 122 kept their rating; the net change is 9 of 122 and passes for stable."""
    assert share_unchanged(CHAFFIN_2A) == pytest.approx([113 / 122])
    assert share_unchanged(CHAFFIN_2A) == pytest.approx([0.926230], abs=5e-7)
    assert share_unchanged(CHAFFIN_3A) == pytest.approx([0.450820], abs=5e-7)
    assert net_change(CHAFFIN_3A) == pytest.approx([9 / 122])


def test_how_many_of_the_fifteen_are_rejected() -> None:
    """Section 6, Benjamini and Hochberg 1995: four by theirs, three by Holm's and by Bonferroni's."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    p += [0.6528, 0.7590, 1]
    rejected = [int((adjust(p) <= 0.05).sum()) for adjust in (benjamini_hochberg, holm, bonferroni)]
    assert rejected == [4, 3, 3]
    assert benjamini_hochberg(p)[:5] == pytest.approx([0.0015, 0.0030, 0.0095, 0.035625, 0.0603])


def test_a_scale_without_a_neutral_answer_is_stretched_about_its_midpoint() -> None:
    """Section 3: on 1 to 4, ratings are 1 + 8 (x - 1) / 3, so that 2.5 is 5."""
    four = Tally.from_counts(Scale(1, 4), [0, 5, 5, 0])
    # Q(.30) = 2 and Q(.70) = 3 are 11/3 and 19/3: the range 8/3, about 5.
    assert disagreement_index(four) == pytest.approx([(8 / 3) / 2.35])
