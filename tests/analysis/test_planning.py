"""Planning: the published sawtooth, enumeration of all panels, medians, what is refused."""

import numpy as np
import pytest
from scipy import stats

from analysis import planning
from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.planning import median_precision, rule_curve
from analysis.scales import Scale
from analysis.summaries import median
from analysis.tallies import Tally
from analysis.uncertainty import probability_same_panel_again
from tests.analysis.enumeration import every_draw
from tests.analysis.examples import NINE, SCALES

SEVENTY = parse_rule("share >= 70 high")


def truth(high: int, low: int = 0) -> Tally:
    return Tally.from_counts(NINE, [low, 0, 0, 0, 100 - high - low, 0, 0, 0, high])


@pytest.mark.parametrize(
    ("high", "sizes", "printed"),
    [
        (75, [8, 10, 12, 20, 30, 60, 80], [0.6785, 0.7759, 0.6488, 0.7858, 0.8034, 0.8514, 0.8761]),
        (80, [10, 20, 60], [0.8791, 0.9133, 0.9779]),
    ],
)
def test_the_sawtooth_of_seventy_percent(high: int, sizes: list[int], printed: list[float]) -> None:
    """STATISTICS.md, section 8: P(observed share >= 70 %) by panel size."""
    found = rule_curve(SEVENTY, truth(high), sizes)
    assert found.into == pytest.approx(printed, abs=5e-5)
    np.testing.assert_allclose(
        found.into, [stats.binom.sf(-(-7 * n // 10) - 1, n, high / 100) for n in sizes]
    )


def test_the_size_from_which_the_chance_stays() -> None:
    """Ten reach .77 and twelve only .65; from 55 on no size up to 100 falls below .8."""
    curve = rule_curve(SEVENTY, truth(75), range(5, 101))
    below = [int(n) for n, chance in zip(curve.sizes, curve.into, strict=True) if not chance >= 0.8]
    assert curve.into[5] > 0.77
    assert curve.into[7] < 0.65
    assert curve.size_from_which(0.8) == below[-1] + 1
    assert curve.size_from_which(0.999) is None
    assert curve.size_from_which(0) == 5
    turned = rule_curve(SEVENTY, truth(75), range(100, 4, -1))
    assert turned.size_from_which(0.8) == below[-1] + 1


def test_a_panel_drawn_at_its_own_size_is_the_bootstrap() -> None:
    twenty = Tally.from_counts(NINE, [0, 1, 1, 0, 2, 2, 7, 5, 2])
    for text in ("share >= 70 high, share < 15 low", "median >= 7, iqr <= 2", "rand/ucla"):
        again = probability_same_panel_again(parse_rule(text), twenty)
        found = rule_curve(parse_rule(text), twenty, [20])
        np.testing.assert_allclose(found.into, again.into, atol=1e-12)
        np.testing.assert_allclose(found.no_consensus, again.no_consensus, atol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "share >= 60 high, share <= 20 low; minimum 1",
        "median >= 3, iqr <= 1; minimum 1",
        "median >= 3; minimum 1",
        "rand/ucla",
        "rand/ucla, disagreement by ipras",
        "rand/ucla, disagreement by binomial test",
    ],
)
def test_every_panel_that_could_be_drawn(text: str) -> None:
    counts = np.array([10, 15, 30, 45])
    rule, sizes = parse_rule(text), range(8, 15)
    found = rule_curve(rule, Tally.from_counts(SCALES[3], counts), sizes)
    for position, size in enumerate(sizes):
        panels, chances = every_draw(SCALES[3], counts, size)
        drawn = np.array(verdicts(rule, panels))
        assert found.into[position] == pytest.approx(chances[drawn == Verdict.IN].sum(), abs=1e-11)
        assert found.out[position] == pytest.approx(chances[drawn == Verdict.OUT].sum(), abs=1e-11)


def test_those_unable_count_where_the_rule_counts_them() -> None:
    """75 of 100 high, and 25 more unable: the share is 60 % of all."""
    with_unable = Tally.from_counts(NINE, [0, 0, 0, 0, 25, 0, 0, 0, 75], unable=25)
    rule = parse_rule("share >= 70 high; denominator rated+unable")
    assert rule_curve(rule, with_unable, [20]).into == pytest.approx([stats.binom.sf(13, 20, 0.6)])
    assert rule_curve(SEVENTY, with_unable, [20]).into == pytest.approx([stats.binom.sf(13, 20, 0.75)])


def test_too_small_a_panel_has_a_reason() -> None:
    found = rule_curve(parse_rule("rand/ucla"), truth(80), [7, 8])
    assert found.reasons == (planning.BELOW_MINIMUM, None)
    assert np.isnan(found.into).tolist() == [True, False]
    assert found.size_from_which(0.5) == 8
    assert str(found).splitlines()[0].split() == ["sizes", "into", "out", "no_consensus", "reasons"]


def test_medians_come_nearer() -> None:
    counts = np.array([2, 3, 5, 10])
    found = median_precision(Tally.from_counts(Scale(1, 4), counts), [1, 4, 9], within=0.5)
    assert found.truth == 3.5
    for position, size in enumerate((1, 4, 9)):
        panels, chances = every_draw(Scale(1, 4), counts, size)
        drawn = median(panels)
        assert found.near[position] == pytest.approx(chances[np.abs(drawn - 3.5) <= 0.5].sum())
        error = np.sqrt((chances * (drawn - chances @ drawn) ** 2).sum())
        assert found.standard_error[position] == pytest.approx(error)


def test_people_of_one_mind_have_one_median() -> None:
    found = median_precision(Tally.from_counts(NINE, [0] * 8 + [1]), [1, 2, 50])
    assert (found.width == 0).all()
    assert (found.near == 1).all()


def test_no_sizes_are_an_empty_curve() -> None:
    found = rule_curve(SEVENTY, truth(75), [])
    assert found.into.shape == (0,)
    assert found.size_from_which(0.5) is None


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="one item, not of 2"):
        rule_curve(SEVENTY, Tally.from_counts(NINE, [[1] * 9] * 2), [8])
    with pytest.raises(ValueError, match="no category any weight"):
        median_precision(Tally.from_counts(NINE, [0] * 9), [8])
    with pytest.raises(ValueError, match="at least one member, not 0"):
        rule_curve(SEVENTY, truth(75), [8, 0])
    with pytest.raises(ValueError, match="between 0 and 1, not 80"):
        rule_curve(SEVENTY, truth(75), [8]).size_from_which(80)
    with pytest.raises(ValueError, match="not negative, as -1 is"):
        median_precision(truth(75), [8], within=-1)
    with pytest.raises(ValueError, match="has none: state them"):
        rule_curve(SEVENTY, Tally.from_counts(Scale(1, 5), [1] * 5), [8])
