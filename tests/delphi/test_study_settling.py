"""Settling through the pages: proposals, departures with their reasons, a last look, and what comes after."""

from surveys import rounds, settling, studies
from surveys.settling import Decision
from tests.delphi import answered
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import Browser, World

SETTLE = f"{ROUND}/settle"


def _item_ids(world: World) -> list[int]:
    with world.session() as session:
        return [item.id for item in studies.get(session, "fairer-care").items]


def _decisions(world: World) -> dict[int, Decision]:
    with world.session() as session:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        decided = settling.list_decisions(session, round_)
        session.expunge_all()
        return decided


def test_the_proposal_is_shown_with_its_findings(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=8, others=5)
    page = alice.get(SETTLE)
    assert "On to round 2 (3)" in page.text
    assert (
        "Practitioners agree that this is useful. People with lived experience have not agreed." in page.text
    )


def test_what_becomes_of_the_items_of_a_group_is_said(alice: Browser, world: World) -> None:
    answered.round_1(world, others=8)
    assert "Decided: not asked again, and kept in the results and the grids." in alice.get(SETTLE).text


def test_an_open_round_is_not_settled(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    assert alice.get(SETTLE).status == 409
    assert alice.post(SETTLE).status == 409


def test_a_departure_needs_a_reason_and_every_one_that_lacks_it_is_named(
    alice: Browser, world: World
) -> None:
    answered.round_1(world, others=5)
    first, second, third = _item_ids(world)
    form = {
        f"i{first}.outcome": "kept",
        f"i{second}.outcome": "dropped",
        f"i{third}.outcome": "kept",
        f"i{third}.reason": "Agreed already.",
    }
    answer = alice.post(f"{SETTLE}/last-look", form)
    assert answer.status == 422
    assert f'href="#i{first}.reason">Item 1: {settling.REASON_NEEDED}' in answer.text
    assert f'href="#i{second}.reason">Item 2: {settling.REASON_NEEDED}' in answer.text
    assert f"#i{third}.reason" not in answer.text
    assert "Agreed already." in answer.text
    assert answer.text.count('<option value="kept" selected>') == 2
    # What is counted is what is listed below: the proposals. What was typed is said beside them.
    assert "<b>3</b> to round 2" in answer.text
    assert "On to round 2 (3)" in answer.text
    assert "You have decided otherwise for 3 items" in answer.text
    assert "With that: 0 to round 2, 2 kept, 1 dropped." in answer.text


def test_the_last_look_keeps_nothing_and_can_be_gone_back_from(alice: Browser, world: World) -> None:
    answered.round_1(world, others=5)
    first, *_ = _item_ids(world)
    form = {f"i{first}.outcome": "kept", f"i{first}.reason": "Clear enough."}
    look = alice.post(f"{SETTLE}/last-look", form)
    assert look.status == 200
    assert "<b>2</b> to round 2" in look.text
    assert "1 item departs" in look.text
    assert f'name="i{first}.reason" value="Clear enough."' in look.text
    assert _decisions(world) == {}
    again = alice.post(f"{SETTLE}/change", form)
    assert "Clear enough." in again.text
    assert '<option value="kept" selected>' in again.text


def test_settling_plans_the_next_round_with_what_goes_on(alice: Browser, world: World) -> None:
    answered.round_1(world, others=5)
    first, second, third = _item_ids(world)
    answer = alice.post(SETTLE, {f"i{first}.outcome": "kept", f"i{first}.reason": "Clear enough."})
    assert (answer.status, answer.location) == (303, f"{HOME}/rounds/2")
    assert "Round 2 asks 2 items." in alice.get(answer.location).text
    decided = _decisions(world)
    assert (decided[first].proposal, decided[first].outcome) == ("goes on", "kept")
    assert decided[first].reason == "Clear enough."
    assert {decided[second].outcome, decided[third].outcome} == {"goes on"}


def test_a_settled_round_shows_what_was_decided_and_why(alice: Browser, world: World) -> None:
    answered.round_1(world, others=5)
    first, *_ = _item_ids(world)
    alice.post(SETTLE, {f"i{first}.outcome": "kept", f"i{first}.reason": "Clear enough."})
    page = alice.get(SETTLE)
    assert "Clear enough." in page.text
    assert "by alice@example.org" in page.text
    assert "Decide otherwise" not in page.text
    assert alice.post(SETTLE).status == 409
    assert "See what was settled" in alice.get(ROUND).text


def test_the_end_leads_to_the_overview(alice: Browser, world: World) -> None:
    answered.round_1(world, others=8)
    answer = alice.post(SETTLE)
    assert (answer.status, answer.location) == (303, HOME)
    assert "No other round follows." in alice.get(HOME).text


def test_an_outcome_that_there_is_not_is_refused(alice: Browser, world: World) -> None:
    answered.round_1(world, others=5)
    first, *_ = _item_ids(world)
    answer = alice.post(f"{SETTLE}/last-look", {f"i{first}.outcome": "sold"})
    assert answer.status == 422
    assert f'href="#i{first}.outcome"' in answer.text


def test_what_was_done_is_in_the_trail(alice: Browser, world: World) -> None:
    answered.round_1(world, others=5)
    first, *_ = _item_ids(world)
    alice.post(SETTLE, {f"i{first}.outcome": "kept", f"i{first}.reason": "Clear enough."})
    page = alice.get(f"{HOME}/trail").text
    assert "Round 1: opened" in page
    assert "announced end: none" in page
    assert "Decided otherwise than proposed: item is kept" in page
    assert "item: 1 Item one; proposed: goes on; reason: Clear enough." in page
    assert "Decided otherwise than proposed: item is kept" in alice.get(f"{HOME}/trail.csv").text


def test_a_trail_begins_with_who_came_onto_the_team(alice: Browser) -> None:
    trail = alice.get(f"{HOME}/trail").text
    assert "Member added" in trail
    assert "account: alice@example.org" in trail
