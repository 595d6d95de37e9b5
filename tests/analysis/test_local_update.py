"""Local ratings combined with a published tally: worked values, the ends of the slider, chance alone."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.band_chances import posterior_bands
from analysis.cell_chances import posterior_cells
from analysis.contrasts import cliffs_delta
from analysis.crossings import Crossing
from analysis.cuts import Lines, bands_cut, cells, midpoint_cut, verdict_cells
from analysis.local_cells import local_cells
from analysis.local_panels import edition_chances, edition_position
from analysis.local_update import NO_ANSWERS, NOTHING_PUBLISHED, STRENGTHS, local_update, local_updates
from analysis.scales import Scale
from analysis.summaries import median, weighted_median
from analysis.tallies import Tally
from tests.analysis.crosses import crossings, margins, random_crossing
from tests.analysis.examples import NINE, SCALES, panels, ratings_of, tally_of, turned_round

# Eight local people, twenty published ones.
OURS = Tally.from_counts(NINE, [0, 0, 1, 3, 2, 1, 1, 0, 0])
THEIRS = Tally.from_counts(NINE, [0, 0, 0, 0, 0, 4, 10, 4, 2])
LINES = bands_cut(NINE).across or Lines(())


def test_published_counts_stand_for_as_many_answers_as_the_local_ones_at_most() -> None:
    found = local_update(OURS, THEIRS)
    assert [one.answers[0] for one in found.at] == [0, 2, 4, 8]
    assert [one.strength for one in found.at] == list(STRENGTHS)
    few = Tally.from_counts(NINE, [0, 0, 0, 0, 0, 0, 5, 0, 0])
    assert [one.answers[0] for one in local_update(OURS, few).at] == [0, 1.25, 2.5, 5]
    stated = local_update(OURS, THEIRS, most_answers=16, strengths=[1])
    assert stated.at[0].answers.tolist() == [16]
    assert local_update(OURS, THEIRS, most_answers=10**6, strengths=[1]).at[0].answers.tolist() == [20]


def test_places_by_hand() -> None:
    """3 4 4 4 5 5 6 7 alone have 4.5; at 1 there are 1.6 more of 6, so 6 are below 6 and 8.6 up to it."""
    found = local_update(OURS, THEIRS)
    assert [one.median[0] for one in found.at] == [4.5, 5, 5.5, 6]
    assert [one.band for one in found.at] == [("middle",)] * 4
    assert (found.published_median[0], found.published_band) == (7, ("high",))


def test_the_posterior_by_hand() -> None:
    """At 1/2, four answers: from 7 up are 1 + 1/3 + 4 * .8 of 8 + 1 + 4, a Beta law."""
    half = local_update(OURS, THEIRS, strengths=["1/2"]).at[0]
    above = stats.beta(1 + 1 / 3 + 3.2, 13 - (1 + 1 / 3 + 3.2))
    assert half.chances[0, 2] == pytest.approx(above.sf(0.5), abs=1e-12)
    assert half.moved[0] == pytest.approx(above.cdf(0.5), abs=1e-12)
    assert half.ten_points[0] == pytest.approx(above.cdf(0.7) + above.sf(0.9), abs=1e-12)


def test_by_chance_alone_by_hand() -> None:
    """At 1, sixteen answers, 1.6 of them up to 6: the median is high while fewer than 6.4 local ones are."""
    found = local_update(OURS, THEIRS).at[-1]
    assert found.by_chance[0] == pytest.approx(stats.binom.sf(6, 8, 0.2), abs=1e-12)
    assert found.expected_by_chance == pytest.approx(float(found.by_chance[0]))


def naive_by_chance(local: int, published: Tally, strength: Fraction) -> float:
    """Every draw of so many local people from the published answers, one by one."""
    people = ratings_of(published, 0)
    share = Fraction(strength * min(local, len(people)), len(people))
    own = LINES.name_of(float(median(published)[0]))
    moved = 0.0
    for drawn in product(people, repeat=local):
        counts = published.counts[0] * share.numerator
        counts = counts + tally_of(list(drawn)).counts[0] * share.denominator
        place = float(median(Tally.from_counts(NINE, counts))[0])
        moved += (LINES.name_of(place) != own) / len(people) ** local
    return moved


@pytest.mark.parametrize("strength", STRENGTHS)
def test_by_chance_alone_is_every_draw(strength: Fraction) -> None:
    for ratings in ([6, 7], [3, 4, 6, 7], [2, 9, 9], [5, 6, 7, 7, 9], [7, 7], [1, 4, 7]):
        published = tally_of(ratings)
        for local in range(1, 5):
            drawn = tally_of([5] * local)
            found = local_update(drawn, published, strengths=[strength]).at[0]
            expected = naive_by_chance(local, published, strength)
            assert found.by_chance[0] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(panels(2))
def test_strength_0_is_the_local_answers_alone(drawn: list[Tally]) -> None:
    local, published = drawn
    found = local_update(local, published).at[0]
    lines = bands_cut(local.scale).across
    assert lines is not None
    np.testing.assert_array_equal(found.median, median(local))
    np.testing.assert_allclose(found.chances, posterior_bands([local], lines).chances, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(panels(1))
def test_without_local_answers_all_is_as_published(drawn: list[Tally]) -> None:
    published = drawn[0]
    nobody = Tally.from_counts(published.scale, np.zeros_like(published.counts))
    found = local_update(nobody, published)
    lines = bands_cut(published.scale).across
    assert lines is not None
    for one in found.at[1:]:
        np.testing.assert_array_equal(one.median, median(published))
        assert one.expected_by_chance == 0
    np.testing.assert_allclose(found.at[-1].chances, posterior_bands([published], lines).chances, atol=1e-12)
    assert np.isnan(found.at[0].median).all()
    assert set(found.at[0].reasons) <= {NO_ANSWERS}


@settings(max_examples=30, deadline=None)
@given(panels(2))
def test_reversing_the_scale_mirrors_an_update(drawn: list[Tally]) -> None:
    local, published = drawn
    ends = local.scale.low + local.scale.high
    one, other = local_update(local, published), local_update(turned_round(local), turned_round(published))
    for mine, theirs in zip(one.at, other.at, strict=True):
        np.testing.assert_allclose(mine.median, ends - theirs.median)
        np.testing.assert_allclose(mine.chances, theirs.chances[:, ::-1], atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(panels(2), st.integers(2, 5))
def test_only_the_proportions_of_the_published_counts_matter_below_all_of_them(
    drawn: list[Tally], times: int
) -> None:
    local, published = drawn
    larger = Tally.from_counts(published.scale, published.counts * times)
    same = (local.rated > 0) & (local.rated <= published.rated)
    one, other = local_update(local, published), local_update(local, larger)
    for mine, theirs in zip(one.at, other.at, strict=True):
        np.testing.assert_allclose(
            mine.chances[same & (local.rated > 0)], theirs.chances[same & (local.rated > 0)]
        )


@settings(max_examples=30, deadline=None)
@given(panels(2))
def test_the_chances_are_a_law_and_moved_is_the_rest(drawn: list[Tally]) -> None:
    found = local_update(*drawn)
    for one in found.at:
        defined = ~np.isnan(one.median)
        np.testing.assert_allclose(one.chances[defined].sum(axis=1), 1, atol=1e-9)
        for item in np.flatnonzero(~np.isnan(one.moved)):
            column = found.lines.names.index(found.published_band[item] or "")
            assert one.moved[item] == pytest.approx(1 - one.chances[item, column], abs=1e-12)
        assert [reason is None for reason in one.reasons] == (~np.isnan(one.moved)).tolist()


@settings(max_examples=30, deadline=None)
@given(panels(2, NINE))
def test_conflict_is_the_finding_of_divergence_between_two_panels(drawn: list[Tally]) -> None:
    """The interval of Cliff's delta wholly beyond .147: STATISTICS.md, section 6."""
    found, delta = local_update(*drawn), cliffs_delta(*drawn)
    for item, conflict in enumerate(found.conflict):
        lower, upper = delta.intervals[item]
        assert conflict == (None if math.isnan(lower) else lower > 0.147 or upper < -0.147)


def test_a_conflict_is_where_chance_does_not_reach() -> None:
    low, high, alike = tally_of([2, 2, 3, 3, 3, 4]), tally_of([7, 7, 8, 8, 8, 9]), tally_of([7, 8, 8])
    assert local_update(low, high).conflict == (True,)
    assert local_update(alike, high).conflict == (False,)
    assert local_update(tally_of([2]), high).conflict == (None,)


def test_what_is_undefined_says_why() -> None:
    local = Tally.from_counts(NINE, [[0] * 9, [0] * 9, [1] * 9])
    published = Tally.from_counts(NINE, [[0] * 9, [1] * 9, [0] * 9])
    found = local_update(local, published)
    assert found.at[0].reasons == (NO_ANSWERS, NO_ANSWERS, NOTHING_PUBLISHED)
    assert found.at[-1].reasons == (NO_ANSWERS, None, NOTHING_PUBLISHED)
    assert found.at[-1].median[2] == 5
    assert np.isnan(found.at[-1].moved).tolist() == [True, False, True]
    assert found.published_band == (None, "middle", None)


def test_panel_with_panel_only() -> None:
    published = {"practitioners": THEIRS, "lived experience": THEIRS}
    found = local_updates({"practitioners": OURS}, published)
    assert list(found) == ["practitioners", "lived experience"]
    assert found["practitioners"].at[-1].median.tolist() == [6]
    assert found["lived experience"].at[-1].median.tolist() == [7]
    assert found["lived experience"].local.tolist() == [0]
    with pytest.raises(ValueError, match="no panel 'nurses'; it has practitioners, lived experience"):
        local_updates({"nurses": OURS}, published)


def test_an_edition_weighs_its_panels() -> None:
    one = local_update(OURS, THEIRS).at[-1]
    other = local_update(tally_of([9, 9]), tally_of([8, 9, 9])).at[0]
    assert (
        edition_position([one, other]).tolist()
        == weighted_median(
            [Tally.from_counts(NINE, [0, 0, 5, 15, 10, 13, 25, 8, 4]), tally_of([9, 9])]
        ).tolist()
    )
    alone = edition_chances([one, other], LINES, [1, 0])
    np.testing.assert_allclose(alone.chances, one.chances)
    with pytest.raises(ValueError, match="give a seed"):
        edition_chances([one, other], LINES)
    with pytest.raises(ValueError, match="no panel"):
        edition_position([])


def test_an_edition_of_two_panels_by_its_integral() -> None:
    one, other = local_update(OURS, THEIRS).at[-1], local_update(tally_of([6, 7, 8, 9]), THEIRS).at[1]
    drawn = edition_chances([one, other], LINES, [1, 2], chance=1, draws=20_000)
    laws = []
    for part in (one, other):
        parameters = part.weighing.parameters[0]
        laws.append(stats.beta(parameters[6:].sum(), parameters[:6].sum()))
    nodes = laws[0].ppf((np.arange(4000) + 0.5) / 4000)
    expected = laws[1].sf((0.5 - nodes / 3) * 1.5).mean()
    assert drawn.chances[0, 2] == pytest.approx(expected, abs=5 * 0.5 / math.sqrt(20_000))


def test_cells_at_strength_0_are_the_local_ones_and_without_local_people_the_published() -> None:
    local, published = random_crossing(1, 9, 8), random_crossing(2, 30, 8)
    cut = bands_cut(NINE)
    found = local_cells(local, published, cut)
    np.testing.assert_allclose(found.at[0].chances, posterior_cells([local], cut).chances, atol=1e-12)
    nobody = Crossing(NINE, np.zeros_like(local.counts))
    alone = local_cells(nobody, published, cut)
    np.testing.assert_allclose(alone.at[-1].chances, posterior_cells([published], cut).chances, atol=1e-12)
    assert alone.at[0].reasons == (NO_ANSWERS,) * 8
    assert [one.expected_by_chance for one in alone.at] == [0] * 4
    own = cells(*(median(tally).tolist() for tally in margins(published)), cut)
    assert found.published == own


@settings(max_examples=25, deadline=None)
@given(crossings(most=4), st.integers(0, 4))
def test_cells_by_chance_alone_are_every_draw(published: Crossing, local: int) -> None:
    cut = midpoint_cut(published.scale)
    ours = Crossing.from_matrices(
        published.scale, *[np.full((local, published.items), published.scale.low)] * 2
    )
    found = local_cells(ours, published, cut)
    for item, strength in product(range(published.items), range(4)):
        counts = published.counts[item]
        people = [pair for pair in np.argwhere(counts).tolist() for _ in range(counts[tuple(pair)])]
        at = found.at[strength]
        if not people or (local == 0 and strength == 0):
            assert math.isnan(at.by_chance[item])
            continue
        moved = 0.0
        share = Fraction(STRENGTHS[strength] * (min(local, len(people)) or len(people)), len(people))
        for drawn in product(people, repeat=local):
            table = counts * share.numerator
            for x, y in drawn:
                table = table + share.denominator * (np.indices(counts.shape) == [[[x]], [[y]]]).all(axis=0)
            both = margins(Crossing(published.scale, table[np.newaxis]))
            place = cells(*(median(tally).tolist() for tally in both), cut)
            own = (found.published.across[item], found.published.up[item])
            moved += ((place.across[0], place.up[0]) != own) / len(people) ** local
        assert at.by_chance[item] == pytest.approx(moved, abs=1e-10)


def test_results_print_and_give_frames() -> None:
    found = local_update(OURS, THEIRS)
    assert found.frame()["median_at_1/4"].tolist() == [5.0]
    assert found.at[1].frame()["strength"].tolist() == ["1/4"]
    assert "published_median" in str(found)
    both = local_cells(random_crossing(1, 9, 2), random_crossing(2, 9, 2), bands_cut(NINE))
    assert both.frame().shape == (2, 13)
    assert "by_chance_at_1/2" in str(both)


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_has_its_own_update(scale: Scale) -> None:
    local = Tally.from_counts(scale, [1] * scale.size)
    found = local_update(local, local)
    assert all(one.median[0] == scale.midpoint for one in found.at)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="scales differ"):
        local_update(OURS, tally_of([1, 2], Scale(1, 5)))
    with pytest.raises(ValueError, match="items differ"):
        local_update(OURS, Tally.from_counts(NINE, [[1] * 9, [1] * 9]))
    for strength in (-0.1, 1.5, None, math.nan):
        with pytest.raises(ValueError, match="A strength lies between 0 and 1"):
            local_update(OURS, THEIRS, strengths=[strength])
    with pytest.raises(ValueError, match="cannot stand for -1 answers"):
        local_update(OURS, THEIRS, most_answers=-1)
    bare = Tally.from_counts(Scale(1, 9), THEIRS.counts)
    with pytest.raises(ValueError, match="has no bands"):
        local_update(bare, bare)
    assert local_update(bare, bare, LINES).published_band == ("high",)
    with pytest.raises(ValueError, match="Verdicts have no lines"):
        local_cells(random_crossing(1, 4, 1), random_crossing(1, 4, 1), verdict_cells([], []).cut)


def test_no_items_have_no_update() -> None:
    empty = Tally.from_counts(NINE, [])
    found = local_update(empty, empty)
    assert [one.median.shape for one in found.at] == [(0,)] * 4
    assert found.at[0].expected_by_chance == 0
    nothing = Crossing(NINE, np.zeros((0, 9, 9), dtype=np.int64))
    assert local_cells(nothing, nothing, bands_cut(NINE)).at[0].chances.shape == (0, 3, 3)
