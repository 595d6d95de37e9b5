"""What an edition finds: panel with panel, only from what may be seen, the same for the same input."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from scipy.stats import beta, binom
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.editions import editions, findings, local_files, pairing, plans, showing
from surveys.editions.editions import Edition
from surveys.editions.findings import EditionFindings, PanelFindings
from surveys.editions.plans import Step
from surveys.errors import InvalidInput
from surveys.protocol import ScalePlan
from tests.surveys.editions import examples
from tests.surveys.examples import protocol_data

PRACTITIONERS, LIVED = 0, 1


def panel_of(found: EditionFindings, item: str, panel: int = PRACTITIONERS) -> PanelFindings:
    return next(one for one in found.items if one.item == item).panels[panel]


def medians(one: PanelFindings) -> list[tuple[float, ...]]:
    return [tuple(on.median for on in at.on) for at in one.at]


def test_without_local_answers_the_published_ones_stand_alone(session: Session, edition: Edition):
    found = showing.own(session, edition).findings
    bus = panel_of(found, "bus")
    assert bus.now.stands_for == 20
    assert medians(bus) == [(), (8.0, 3.0), (8.0, 3.0), (8.0, 3.0)]
    assert (bus.on_local, bus.on_published) == (pairing.NO_ANSWERS_YET, "")


def test_published_answers_count_at_most_as_many_as_the_local_ones(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    bus = panel_of(showing.own(session, edition).findings, "bus")
    assert [at.stands_for for at in bus.at] == [0, 3, 6, 12]
    # How easy: 6, 7, 8 of three, six, three people here; 3 of twelve and 5 of eight in the study. With 12
    # of each, half are up to 5 and half from 6; with 6 of the study's, half are up to 6 and half from 7.
    assert medians(bus) == [(8.0, 7.0), (8.0, 7.0), (8.0, 6.5), (8.0, 5.5)]
    assert [at.cell for at in bus.at] == [
        "useful, easier to do",
        "useful, easier to do",
        "useful, easier to do",
        "useful, feasibility in between",
    ]


def test_practitioners_never_update_lived_experience(
    session: Session, key: Key, edition: Edition, now: datetime
):
    before = showing.own(session, edition).findings
    examples.ask(session, key, edition, now=now)
    after = showing.own(session, edition).findings
    for item in examples.IN_PLAY:
        assert panel_of(after, item, LIVED).now == panel_of(before, item, LIVED).now
    assert "No local people with lived experience rated this." in showing.own(session, edition).notices
    assert "No local practitioners rated this." not in showing.own(session, edition).notices


@pytest.mark.parametrize("people", [1, 3, 4])
def test_so_few_change_nothing_that_can_be_seen(
    session: Session, key: Key, edition: Edition, now: datetime, people: int
):
    before = showing.own(session, edition).findings
    examples.ask(session, key, edition, now=now, raters={"practitioners": people})
    after = showing.own(session, edition).findings
    assert panel_of(after, "bus").at == panel_of(before, "bus").at
    assert panel_of(after, "bus").on_local.startswith("Fewer than 5 of your people")
    assert all(one.local_median is None for one in panel_of(after, "bus").compared)
    assert not any(moves.compared for moves in after.moves)


def test_five_to_nine_tell_no_more_than_their_median_and_rough_shares(
    session: Session, key: Key, edition: Edition, now: datetime
):
    """Two groups that look alike to the public give the very same findings, whatever their numbers."""
    views = []
    for people in (5, 9):
        round_ = examples.ask(session, key, edition, now=now, raters={"practitioners": people})
        assert round_.tally is not None
        shown = showing.own(session, edition)
        assert shown.local is not None
        heard = shown.local.of("words", "practitioners")["feasibility"]
        views.append((heard, panel_of(shown.findings, "words")))
    (few, of_few), (more, of_more) = views
    assert few.n is None
    assert few == more
    assert of_few == of_more
    assert of_few.now.stands_for == 5


def test_published_counts_that_are_not_public_are_not_used(session: Session, key: Key, now: datetime):
    few = [(((8, 7),), ((7, 7),))] * len(examples.ITEMS)
    examples.publish(session, now=now, ratings=examples.PUBLISHED | {"lived_experience": few})
    edition = examples.begin(session, key, now=now).edition
    examples.ask(session, key, edition, now=now, raters={"lived_experience": 12})
    found = panel_of(showing.own(session, edition).findings, "bus", LIVED)
    assert len({at.on for at in found.at}) == 1
    assert [at.stands_for for at in found.at] == [0, 0, 0, 0]
    assert found.on_published == pairing.NOT_PUBLIC.format(enough=10)


def test_what_was_worded_otherwise_is_not_added(session: Session, key: Key, edition: Edition, now: datetime):
    examples.ask(session, key, edition, now=now)
    shown = showing.own(session, edition)
    assert shown.local is not None
    asked = shown.local.questionnaire
    other = msgspec.structs.replace(asked.items[0], text="By boat.")
    told = msgspec.structs.replace(asked, items=(other, *asked.items[1:]))
    local = msgspec.structs.replace(shown.local, questionnaire=told)
    found = findings.find(shown.draft.source, shown.draft.plan, local)
    assert panel_of(found, "bus").on_published == pairing.WORDED_OTHERWISE
    assert panel_of(found, "bus").now.stands_for == 0
    assert panel_of(found, "hours").on_published == ""


def test_what_was_rated_on_another_scale_is_not_used(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    shown = showing.own(session, edition)
    source = msgspec.structs.replace(
        shown.draft.source, scale=ScalePlan(low=1, high=7, bands={"low": (1, 3), "high": (4, 7)}), items=()
    )
    plan = plans.EditionPlan(
        issues=plans.IssuesStep(local_items=(plans.LocalItem(key="bus", title="A bus"),))
    )
    (bus,) = findings.find(source, plan, shown.local).items
    assert bus.panels[PRACTITIONERS].on_local == pairing.OTHER_SCALE


def test_a_local_item_is_placed_by_local_answers_alone(
    session: Session, key: Key, edition: Edition, now: datetime
):
    editions.save(session, edition, Step.ISSUES, {"local_items": [{"title": "A garden"}]}, seen=2, now=now)
    weights = {"panel_weights": {"practitioners": 1, "lived_experience": 0}}
    editions.save(session, edition, Step.INGREDIENTS, weights, seen=3, now=now)
    examples.ask(session, key, edition, now=now)
    (garden,) = showing.own(session, edition).findings.items
    assert (garden.is_local, garden.place, garden.number) == (True, 1, None)
    assert garden.panels[PRACTITIONERS].on_published == pairing.OWN_ITEM


def test_an_item_that_a_panel_could_not_rate_is_listed_with_the_reason(
    session: Session, key: Key, edition: Edition, now: datetime
):
    editions.save(session, edition, Step.ISSUES, {"local_items": [{"title": "A garden"}]}, seen=2, now=now)
    examples.ask(session, key, edition, now=now)
    (garden,) = showing.own(session, edition).findings.items
    assert (garden.place, garden.cell) == (None, "")
    assert garden.unplaced == (
        "People with lived experience: there are no answers on usefulness to place it by."
    )


def test_the_order_is_by_the_editions_weights(session: Session, edition: Edition, now: datetime):
    def order(across: float, up: float) -> list[tuple[int | None, str]]:
        draft = editions.draft(session, edition)
        weights = {"criterion_weights": {"usefulness": across, "feasibility": up}}
        editions.save(session, edition, Step.INGREDIENTS, weights, seen=draft.number, now=now)
        return [(one.place, one.item) for one in showing.own(session, edition).findings.items]

    assert order(1, 0)[0] == (1, "bus")
    assert order(0, 1)[0] == (1, "words")
    assert order(0, 1)[-1] == (4, "bus")


def test_every_weight_between_the_axes_is_known_without_asking(session: Session, edition: Edition):
    found = showing.own(session, edition).findings
    # Medians at equal panel weights: bus 8.5 and 4, hours 7 and 6, words 5.5 and 8, link 7 and 7.
    places = {one.item: one.places for one in found.items}
    for_use = {item: held[-1][0] for item, held in places.items()}
    for_ease = {item: held[0][0] for item, held in places.items()}
    assert for_use == {"bus": 1, "link": 2, "hours": 3, "words": 4}
    assert for_ease == {"words": 1, "link": 2, "hours": 3, "bus": 4}
    assert all((held[0][1], held[-1][2]) == (0, 1) for held in places.values())
    assert found.order_holds is not None
    assert found.order_holds[0] <= 0.5 <= found.order_holds[1]


def test_own_cuts_make_two_cells_on_each_axis(session: Session, edition: Edition, now: datetime):
    cuts = {"cuts": {"kind": "own", "at": {"usefulness": 8, "feasibility": 3}}}
    editions.save(session, edition, Step.INGREDIENTS, cuts, seen=2, now=now)
    found = showing.own(session, edition).findings
    assert len(found.cells) == 4
    assert panel_of(found, "bus").now.cell == "useful, easier to do"
    assert panel_of(found, "words").now.cell == "less useful, easier to do"
    assert [axis.bands[0][1] for axis in found.axes] == ["less useful", "harder to do"]


@pytest.mark.parametrize("kind", ["midpoint", "medians", "means"])
def test_every_kind_of_cut_gives_cells(session: Session, edition: Edition, now: datetime, kind: str):
    editions.save(session, edition, Step.INGREDIENTS, {"cuts": {"kind": kind}}, seen=2, now=now)
    assert all(item.cell for item in showing.own(session, edition).findings.items)


def test_a_study_of_one_criterion_is_a_ranked_strip(session: Session, key: Key, now: datetime):
    (usefulness, _) = protocol_data()["criteria"]
    examples.publish(session, now=now, criteria=[usefulness], grids=None)
    edition = examples.begin(session, key, now=now).edition
    examples.ask(session, key, edition, now=now)
    found = showing.own(session, edition).findings
    assert (found.cells, len(found.axes)) == ((), 1)
    assert next((one.place, one.item, one.cell) for one in found.items) == (1, "bus", "useful")


def test_an_edition_without_items_finds_nothing_and_says_nothing_false(
    session: Session, key: Key, published: Any, now: datetime
):
    bare = editions.create(session, key, examples.STUDY, now=now).edition
    assert showing.own(session, bare).findings.items == ()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_out_of_range_is_refused(session: Session, edition: Edition, strength: float):
    with pytest.raises(InvalidInput):
        showing.own(session, edition, strength=strength)


def test_the_chance_of_a_band_is_that_of_the_people_and_one_prior_answer(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    bus = panel_of(showing.own(session, edition).findings, "bus")
    # How easy: twelve here, of whom nine said 7 or more; three ninths of the one prior answer lie there too.
    _, easy = bus.at[0].on
    assert easy.chance == pytest.approx(1 - beta.cdf(0.5, 9 + 3 / 9, 3 + 6 / 9))
    # At full strength the study's twenty, none of whom said 7 or more, count as twelve.
    full = bus.at[-1].on[1]
    assert full.band == "middle"
    reach_middle = 1 - beta.cdf(0.5, 12 + 12 * 8 / 20 + 6 / 9, 12 * 12 / 20 + 3 / 9)
    reach_high = 1 - beta.cdf(0.5, 9 + 3 / 9, 3 + 12 + 6 / 9)
    assert full.chance == pytest.approx(reach_middle - reach_high)


def test_what_moved_is_told_with_its_chance(session: Session, key: Key, edition: Edition, now: datetime):
    examples.ask(session, key, edition, now=now)
    found = showing.own(session, edition, strength=0).findings
    bus = panel_of(found, "bus")
    useful, easy = bus.compared
    assert (easy.local_median, easy.published_median, easy.published_band) == (7, 3, "low")
    assert (easy.delta, easy.is_conflict) == (1, True)
    assert not useful.is_conflict
    # Ours alone: nine of twelve said 7 or more, and in the study nobody did.
    alone = bus.now.on[1]
    assert alone.moved == pytest.approx(1 - beta.cdf(0.5, 12 + 6 / 9, 3 / 9))
    assert alone.ten_points == pytest.approx(1 - beta.cdf(0.1, 9 + 3 / 9, 3 + 6 / 9))


def test_how_many_moved_is_told_with_how_many_would_by_chance(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    across, up, *of_lived = showing.own(session, edition, strength=0).findings.moves
    assert [(one.panel, one.criterion, one.compared) for one in (across, up)] == [
        ("practitioners", "usefulness", 4),
        ("practitioners", "feasibility", 4),
    ]
    # Ours against the study's: bus 7 and 3, hours 6 and 5.5, words 8 and 8, link 4 and 8.
    assert up.moved == 2
    # Of twelve drawn from the study's twenty, bus has its median above the low band if at most six say 3.
    assert binom.cdf(6, 12, 12 / 20) <= up.by_chance <= 4
    assert [one.compared for one in of_lived] == [0, 0]


def test_ten_who_are_just_like_the_panel_do_not_conflict_with_it(
    session: Session, key: Key, edition: Edition, now: datetime
):
    rows = [f"N{n},words,practitioners,5,8" for n in range(12)]
    text = "\n".join(["panellist,item,panel,usefulness,feasibility", *rows])
    local_files.import_(session, edition, text.encode(), "same.csv", now=now)
    found = showing.own(session, edition).findings
    assert [one.is_conflict for one in panel_of(found, "words").compared] == [False, False]
    assert [one.is_conflict for one in panel_of(found, "bus").compared] == [None, None]
    assert [(one.compared, one.moved) for one in found.moves[:2]] == [(1, 0), (1, 0)]
