"""The probability of each cell: exact sums by enumeration, quadratures by drawing, weights, words."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import cell_chances, consensus, uncertainty
from analysis.band_chances import bands_same_panel_again, posterior_bands
from analysis.cell_chances import (
    NOBODY_RATED_BOTH,
    SURENESS,
    cells_same_panel_again,
    posterior_cells,
    sureness,
)
from analysis.crossings import Crossing
from analysis.cuts import Cut, bands_cut, cells, midpoint_cut, stated_cut, verdict_cells
from analysis.dirichlet_pairs import FourParameters, both_halves_above
from analysis.exact_laws import median_law
from analysis.joint_binomials import FourCells, at_least
from analysis.population_cells import collapsed, drawn_parts
from analysis.redraws import redrawn
from analysis.scales import Scale
from analysis.summaries import median
from analysis.tallies import FloatArray, Tally
from analysis.weighting import NOBODY_RATED
from tests.analysis.crosses import crossings, exchanged, margins, random_crossing
from tests.analysis.examples import NINE, tallies, tally_of

BANDS, MIDPOINT = bands_cut(NINE), midpoint_cut(NINE)
FIVE = Scale.parse("1-5", "1-2,3,4-5")


def naive_chances(crossing: Crossing, cut: Cut) -> FloatArray:
    """Every draw of the panel's own pairs, one by one."""
    assert cut.across is not None
    assert cut.up is not None
    low, counts = crossing.scale.low, crossing.counts[0]
    people = [(int(x) + low, int(y) + low) for x, y in np.argwhere(counts) for _ in range(counts[x, y])]
    found = np.zeros((len(cut.across.names), len(cut.up.names)))
    for drawn in product(people, repeat=len(people)):
        medians = (float(np.median([pair[axis] for pair in drawn])) for axis in (0, 1))
        x, y = (lines.reached(m) for lines, m in zip((cut.across, cut.up), medians, strict=True))
        assert x is not None
        assert y is not None
        found[x, y] += 1 / len(people) ** len(people)
    return found


@settings(max_examples=40, deadline=None)
@given(crossings(most=4), st.booleans())
def test_the_exact_sum_is_every_draw(crossing: Crossing, by_bands: bool) -> None:
    cut = bands_cut(crossing.scale) if by_bands else midpoint_cut(crossing.scale)
    found = cells_same_panel_again([crossing], cut)
    for item in range(crossing.items):
        one = Crossing(crossing.scale, crossing.counts[item : item + 1])
        if one.rated[0] == 0:
            assert np.isnan(found.chances[item]).all()
        else:
            np.testing.assert_allclose(found.chances[item], naive_chances(one, cut), atol=1e-12)


def test_a_tie_half_way_is_the_higher_ones() -> None:
    """Two people, (6, 6) and (7, 7): half of the draws have a median of 6.5, which is high."""
    two = Crossing.from_matrices(NINE, [[6], [7]], [[6], [7]])
    found = cells_same_panel_again([two], BANDS).chances[0]
    np.testing.assert_allclose(found, [[0, 0, 0], [0, 0.25, 0], [0, 0, 0.75]], atol=1e-14)


def test_a_tie_between_distant_ratings_lies_between_them() -> None:
    """(1, 7) and (9, 7): half of the draws have a median of 5, which the table cut in two would not tell."""
    two = Crossing.from_matrices(NINE, [[1], [9]], [[7], [7]])
    found = cells_same_panel_again([two], BANDS).chances[0]
    np.testing.assert_allclose(found[:, 2], [0.25, 0.5, 0.25], atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(crossings())
def test_the_margins_are_those_of_one_criterion(crossing: Crossing) -> None:
    cut = bands_cut(crossing.scale)
    across, up = margins(crossing)
    again, posterior = cells_same_panel_again([crossing], cut), posterior_cells([crossing], cut)
    for tally, axis in ((across, 2), (up, 1)):
        law = median_law(tally).by_band(crossing.scale)
        np.testing.assert_allclose(again.chances.sum(axis=axis).T, list(law.values()), atol=1e-11)
        bands = posterior_bands([tally], cut.across)  # type: ignore[arg-type]
        np.testing.assert_allclose(posterior.chances.sum(axis=axis), bands.chances, atol=3e-5)


@settings(max_examples=30, deadline=None)
@given(tallies())
def test_the_posterior_of_a_band_is_that_of_the_rule(tally: Tally) -> None:
    """`uncertainty.posterior_probability` of a median rule, which has 1/K on each category too."""
    high = tally.scale.find_band("high")
    assert high is not None
    rule = consensus.parse_rule(f"median >= {high.first}; out: none; minimum 1")
    expected = uncertainty.posterior_probability(rule, tally).into
    lines = bands_cut(tally.scale).across
    assert lines is not None
    np.testing.assert_allclose(posterior_bands([tally], lines).chances[:, -1], expected, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(crossings(NINE))
def test_exchanging_the_criteria_exchanges_the_cells(crossing: Crossing) -> None:
    for function in (cells_same_panel_again, posterior_cells):
        one = function([crossing], BANDS).chances
        other = function([exchanged(crossing)], BANDS).chances
        np.testing.assert_allclose(one, other.swapaxes(1, 2), atol=1e-11)


@settings(max_examples=30, deadline=None)
@given(crossings(NINE))
def test_reversing_the_scale_mirrors_the_posterior(crossing: Crossing) -> None:
    turned = Crossing(NINE, crossing.counts[:, ::-1, ::-1])
    one, other = posterior_cells([crossing], BANDS).chances, posterior_cells([turned], BANDS).chances
    np.testing.assert_allclose(one, other[:, ::-1, ::-1], atol=4e-5)


def test_reversing_the_scale_mirrors_an_odd_panel_asked_again() -> None:
    """For an even one a half is the higher's on both, so it does not mirror."""
    crossing = random_crossing(5, 15, 30)
    turned = Crossing(NINE, crossing.counts[:, ::-1, ::-1])
    one, other = cells_same_panel_again([crossing], BANDS), cells_same_panel_again([turned], BANDS)
    np.testing.assert_allclose(one.chances, other.chances[:, ::-1, ::-1], atol=1e-12)


@pytest.mark.parametrize("people", [11, 12, 40, 150])
def test_draws_agree_with_the_exact_sum_within_their_error(people: int) -> None:
    crossing = random_crossing(people, people, 20)
    exact = cells_same_panel_again([crossing], BANDS).chances
    drawn = redrawn([crossing, crossing], 4, 4000)
    both = cells_same_panel_again([crossing, crossing], BANDS, chance=drawn)
    assert both.method == "drawn"
    assert both.draws == 4000
    lines = BANDS.across
    assert lines is not None
    across, up = drawn.medians_reaching([lines.at, lines.at], [1, 0])
    for i, j in product(range(3), repeat=2):
        often = ((across == i) & (up == j)).mean(axis=1)
        error = np.sqrt(exact[:, i, j] * (1 - exact[:, i, j]) / 4000) + 1e-4
        assert (np.abs(often - exact[:, i, j]) < 5 * error).all()


@pytest.mark.parametrize("people", [3, 12, 60])
def test_draws_agree_with_the_quadrature_within_their_error(people: int) -> None:
    crossing = random_crossing(people, people, 12)
    found = posterior_cells([crossing], BANDS).chances
    assert BANDS.across is not None
    parameters = collapsed(crossing.counts + np.float64(1 / 81), 1, BANDS.across.at, BANDS.across.at)
    drawn = drawn_parts([parameters], [1.0], 6, 20_000)
    error = np.sqrt(found * (1 - found) / 20_000)
    assert (np.abs(drawn - found) < 5 * error + 2e-5).all()


def test_the_quadrature_is_as_exact_as_it_says() -> None:
    """The four cells of a grid, each with its own poles and an error below 2e-5, sum to 1."""
    generator = np.random.default_rng(7)
    counts = np.array([generator.multinomial(n, generator.dirichlet([0.6] * 4)) for n in range(300)])
    both, across, up, neither = (counts + np.array([9, 18, 18, 36]) / 81).T
    cells_of_grid = [
        FourParameters(both, across, up, neither),
        FourParameters(across, both, neither, up),
        FourParameters(up, neither, both, across),
        FourParameters(neither, up, across, both),
    ]
    total = sum(both_halves_above(one) for one in cells_of_grid)
    assert np.abs(total - 1).max() < 4 * 2e-5
    assert np.quantile(np.abs(total - 1), 0.9) < 5e-6


def test_independent_halves_multiply() -> None:
    """With a parameter of 1 on each the shares are uniform: by symmetry a quarter of pairs agree high."""
    ones = np.ones(1)
    found = both_halves_above(FourParameters(ones, ones, ones, ones))
    # P(|T| <= S) for the difference of two exponentials each, which is Laplace: 1/4.
    assert found == pytest.approx([0.25], abs=2e-5)


def test_two_dependent_binomials_by_their_sum() -> None:
    generator = np.random.default_rng(9)
    for n in (1, 2, 7, 30, 65, 120, 400):
        shares = generator.dirichlet([1, 0.4, 0.4, 1])
        across, up = shares[0] + shares[1], shares[0] + shares[2]
        x, y = int(np.ceil(n * across)), int(np.ceil(n * up))
        number, above = np.ogrid[x : n + 1, 0 : n + 1]
        chance = stats.binom.pmf(number, n, across) * stats.binom.pmf(above, number, shares[0] / across)
        rest = stats.binom.sf(y - above - 1, n - number, min(shares[2] / (1 - across), 1))
        found = at_least(np.array([n]), np.array([x]), np.array([y]), FourCells(*shares[:, np.newaxis]))
        assert found == pytest.approx([(chance * rest).sum()], abs=1e-11)


def test_large_panels_are_sure() -> None:
    crossing = Crossing(NINE, np.zeros((1, 9, 9), dtype=np.int64) + np.eye(9, dtype=np.int64)[7] * 1000)
    for function in (cells_same_panel_again, posterior_cells):
        assert function([crossing], MIDPOINT).chances.sum() == pytest.approx(1, abs=1e-9)
    unanimous = np.zeros((1, 9, 9), dtype=np.int64)
    unanimous[0, 7, 2] = 10_000
    assert cells_same_panel_again([Crossing(NINE, unanimous)], BANDS).chances[0, 2, 0] == 1
    assert posterior_cells([Crossing(NINE, unanimous)], BANDS).chances[0, 2, 0] == pytest.approx(1)


def test_ten_thousand_people_half_of_them_high() -> None:
    """Half and half, all agreeing: high-high where 5,000 or more of 10,000 drawn are, the half at 5."""
    counts = np.zeros((1, 9, 9), dtype=np.int64)
    counts[0, 4, 4] = counts[0, 5, 5] = 5_000
    found = cells_same_panel_again([Crossing(NINE, counts)], stated_cut("5.5", "5.5")).chances[0]
    assert found[1, 1] == pytest.approx(stats.binom.sf(4999, 10_000, 0.5), abs=1e-10)
    assert found[0, 1] == pytest.approx(0, abs=1e-10)


def test_the_prior_is_worth_one_answer_on_any_scale() -> None:
    """One person at the top of 0-100 on both: 51 of its categories at the midpoint or above."""
    hundred = Scale(0, 100)
    one = Crossing.from_matrices(hundred, [[100]], [[100]])
    above = posterior_cells([one], midpoint_cut(hundred)).chances[0].sum(axis=1)[1]
    assert above == pytest.approx(stats.beta.sf(0.5, 1 + 51 / 101, 50 / 101), abs=2e-5)


@given(crossings(FIVE), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_scaling_the_weights_changes_nothing(crossing: Crossing, seed: int) -> None:
    two, cut = [crossing, exchanged(crossing)], bands_cut(FIVE)
    one, other = (
        cells_same_panel_again(two, cut, weights, chance=seed, draws=50) for weights in ([1, 3], [0.25, 0.75])
    )
    np.testing.assert_array_equal(one.chances, other.chances)
    one, other = (posterior_cells(two, cut, w, chance=seed, draws=50) for w in ([1, 3], [2, 6]))
    np.testing.assert_array_equal(one.chances, other.chances)


def test_weighted_cells_agree_with_their_weighted_medians() -> None:
    """Of two panels each draw's cell is that of its weighted median; the margins have an exact law."""
    two = [random_crossing(1, 20, 30), random_crossing(2, 15, 30)]
    found = cells_same_panel_again(two, BANDS, [2, 1], chance=3, draws=4000)
    for axis, side in ((2, 0), (1, 1)):
        exact = bands_same_panel_again([margins(one)[side] for one in two], BANDS.across, [2, 1])  # type: ignore[arg-type]
        error = np.sqrt(exact.chances * (1 - exact.chances) / 4000) + 1e-4
        assert (np.abs(found.chances.sum(axis=axis) - exact.chances) < 5 * error).all()
    assert found.standard_error.max() <= 0.5 / math.sqrt(4000)


def test_cells_of_means_are_drawn() -> None:
    crossing = random_crossing(3, 12, 5)
    found = cells_same_panel_again([crossing], MIDPOINT, measure="mean", chance=1, draws=4000)
    across, _ = margins(crossing)
    generator = np.random.default_rng(2)
    drawn = generator.multinomial(12, across.counts / 12, size=(4000, 5)) @ np.arange(1, 10)
    expected = (drawn >= 60).mean(axis=0)
    np.testing.assert_allclose(found.chances[:, 1].sum(axis=1), expected, atol=5 * 0.5 / math.sqrt(2000))


def test_the_chance_of_an_items_own_cell() -> None:
    crossing = random_crossing(4, 14, 6)
    x, y = (median(tally).tolist() for tally in margins(crossing))
    own = cells(x, y, BANDS)
    found = cells_same_panel_again([crossing], BANDS)
    columns = found.columns()
    expected = [
        columns[f"{one}-{two}"][item] for item, (one, two) in enumerate(zip(own.across, own.up, strict=True))
    ]
    assert found.of(own).tolist() == expected
    with pytest.raises(ValueError, match="by another cut"):
        found.of(cells(x, y, MIDPOINT))


def test_the_words_have_stated_limits() -> None:
    assert [(word, least) for word, least in SURENESS] == [("certain", 0.95), ("likely", 0.8), ("toss-up", 0)]
    assert [sureness(p) for p in (1.0, 0.95, 0.9499, 0.8, 0.79, 0.0)] == [
        "certain",
        "certain",
        "likely",
        "likely",
        "toss-up",
        "toss-up",
    ]
    assert sureness(math.nan) is None


def test_nobody_has_no_chances_and_says_so() -> None:
    counts = np.zeros((2, 9, 9), dtype=np.int64)
    counts[1, 3, 3] = 4
    some, all_rated = Crossing(NINE, counts), random_crossing(1, 5, 2)
    for function in (cells_same_panel_again, posterior_cells):
        found = function([some], BANDS)
        assert found.reasons == (NOBODY_RATED_BOTH, None)
        assert np.isnan(found.chances[0]).all()
        assert not np.isnan(found.chances[1]).any()
        both = function([some, all_rated], BANDS, chance=1, draws=20)
        assert both.reasons == (NOBODY_RATED_BOTH, None)
        assert function([some, all_rated], BANDS, [0, 1]).reasons == (None, None)
    for of_bands in (bands_same_panel_again, posterior_bands):
        assert of_bands([margins(some)[0]], BANDS.across).reasons == (NOBODY_RATED, None)  # type: ignore[arg-type]


def test_one_criterion_of_several_panels() -> None:
    two, lines = [tally_of([7, 8, 9]), tally_of([2, 7])], BANDS.across
    assert lines is not None
    assert bands_same_panel_again(two, lines).method == "exact sum"
    drawn = posterior_bands(two, lines, [1, 2], chance=3, draws=4000)
    # Two betas by hand: the share from 7 on is Beta(3 1/3, 2/3) and Beta(1 1/3, 1 2/3).
    nodes = (np.arange(4000) + 0.5) / 4000
    first = stats.beta.ppf(nodes, 3 + 1 / 3, 2 / 3)
    expected = stats.beta.sf((0.5 - first / 3) * 1.5, 1 + 1 / 3, 1 + 2 / 3).mean()
    assert drawn.chances[0, 2] == pytest.approx(expected, abs=5 * 0.5 / math.sqrt(4000))
    assert drawn.of(["high"]) == drawn.chances[:, 2]
    assert np.isnan(drawn.of([None])).all()


def test_results_print_and_give_frames() -> None:
    crossing = random_crossing(1, 9, 3)
    found = posterior_cells([crossing], BANDS)
    assert found.frame().shape == (3, 12)
    assert found.frame()["definition"][0] == cell_chances.POSTERIOR_OF_CELLS
    assert "high-high" in str(found)
    assert posterior_bands([margins(crossing)[0]], BANDS.across).frame().shape == (3, 6)  # type: ignore[arg-type]


def test_what_does_not_fit_is_refused() -> None:
    crossing = random_crossing(1, 9, 3)
    for function in (cells_same_panel_again, posterior_cells):
        with pytest.raises(ValueError, match="give a seed"):
            function([crossing, crossing], BANDS)
        with pytest.raises(ValueError, match="Verdicts have no lines"):
            function([crossing], verdict_cells([], []).cut)
        with pytest.raises(ValueError, match="no panel"):
            function([], BANDS)
        with pytest.raises(ValueError, match="items differ"):
            function([crossing, random_crossing(1, 9, 2)], BANDS)
        with pytest.raises(ValueError, match="not negative"):
            function([crossing], BANDS, [-1])
        with pytest.raises(ValueError, match="are numbers, not nan"):
            function([crossing], BANDS, [math.nan])
    with pytest.raises(ValueError, match="give a seed"):
        cells_same_panel_again([crossing], BANDS, measure="mean")
    with pytest.raises(ValueError, match="a median or a mean"):
        cells_same_panel_again([crossing], BANDS, measure="mode")
    with pytest.raises(ValueError, match="At least one draw"):
        redrawn([crossing], 1, 0)


def test_no_items_have_no_chances() -> None:
    empty = Crossing(NINE, np.zeros((0, 9, 9), dtype=np.int64))
    for function in (cells_same_panel_again, posterior_cells):
        assert function([empty], BANDS).chances.shape == (0, 3, 3)
        assert function([empty, empty], BANDS, chance=1).chances.shape == (0, 3, 3)
