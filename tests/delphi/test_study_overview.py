"""The list, a study at a glance, its protocol and its items: each state says what to do next."""

import json
from datetime import timedelta

import pytest

from surveys import items, panels, protocol, protocol_reading, results, rounds, settling, studies
from surveys.items import ItemPlan
from tests.delphi import answered
from tests.delphi.answered import BY, HOME, ROUND
from tests.delphi.conftest import Browser, World


def test_the_list_shows_own_studies_and_what_comes_next(alice: Browser) -> None:
    page = alice.get("/studies")
    assert page.status == 200
    assert "Fairer care" in page.text
    assert f'href="{HOME}"' in page.text
    assert "Open round 1" in page.text


def test_an_empty_list_says_what_to_do(charlie: Browser) -> None:
    page = charlie.get("/studies")
    assert "Fairer care" not in page.text
    assert 'href="/studies/new"' in page.text
    assert "delphi account create charlie@example.org" in page.text


def test_a_planned_study_waits_to_be_opened(alice: Browser) -> None:
    page = alice.get(HOME)
    assert "Round 1 is planned: 3 items for 2 people." in page.text
    assert f'href="{ROUND}"' in page.text


def test_a_study_without_people_wants_some(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        for panellist in panels.list_panellists(session, studies.get(session, "fairer-care")):
            session.delete(panellist)
    page = alice.get(HOME)
    assert "Nobody is on the panels yet." in page.text
    assert "Add panellists" in page.text


def test_an_open_study_counts_who_has_submitted(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    assert "Round 1 is open. 2 of 14 people have submitted." in alice.get(HOME).text


def test_a_round_past_its_end_wants_to_be_closed(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        ends = world.clock.now + timedelta(days=1)
        rounds.open_(session, round_, closes_at=ends, now=world.clock.now, by=BY)
    assert "Round 1 is open until 3 March 2026, 09:00." in alice.get(HOME).text
    world.clock.wait(days=2)
    alice = world.as_account("alice@example.org")
    page = alice.get(HOME)
    assert "Round 1 was to end on 3 March 2026, 09:00." in page.text
    assert f'href="{ROUND}/close"' in page.text


def test_a_closed_round_wants_its_comments_cleared_and_then_to_be_settled(
    alice: Browser, world: World
) -> None:
    answered.round_1(world)
    page = alice.get(HOME)
    assert "1 comment waits to be cleared" in page.text
    assert f'href="{ROUND}/comments"' in page.text
    panellist_id, item_id = answered.ids(world, "P0")
    alice.post(f"{ROUND}/comments/{panellist_id}/{item_id}", {"decision": "released"})
    alice.post(f"{ROUND}/comments/harms")
    assert f'href="{ROUND}/settle"' in alice.get(HOME).text


def test_a_study_that_is_done_leads_to_its_grids(alice: Browser, world: World) -> None:
    answered.round_1(world, others=8)
    with world.session() as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        found = results.get(session, round_)
        assert settling.settle(session, round_, found, {}, now=world.clock.now, by=BY) is None
    page = alice.get(HOME)
    assert "All rounds are done." in page.text
    assert f'href="{HOME}/grids"' in page.text


def test_the_protocol_is_read_in_sentences(alice: Browser) -> None:
    page = alice.get(f"{HOME}/protocol")
    assert page.status == 200
    assert "In, when at least 70 % rate it 7 to 9 and fewer than 15 % rate it 1 to 3." in page.text
    assert "Feasibility alone never drops an item." in page.text
    assert "Not fixed yet" in page.text


def test_the_protocols_file_is_what_its_fingerprint_is_of(alice: Browser, world: World) -> None:
    with world.session() as session:
        study = studies.get(session, "fairer-care")
    answer = alice.get(f"{HOME}/protocol.json")
    assert answer.headers["content-type"].startswith("application/json")
    plan = protocol_reading.from_builtins(json.loads(answer.text))
    assert protocol.fingerprint(plan) == study.fingerprint
    assert study.fingerprint in alice.get(f"{HOME}/protocol").text


@pytest.mark.parametrize(("words", "found"), [("", 3), ("TWO", 1), ("about item", 3), ("nothing", 0)])
def test_items_are_found_by_their_words(alice: Browser, words: str, found: int) -> None:
    page = alice.get(f"{HOME}/items", params={"words": words})
    assert page.text.count('<h2 class="it">') == found


def test_a_researcher_sees_the_tags(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        study.vocabularies = {
            "issue": {"label": "Issue", "column": "issue", "terms": {"a": "Access"}, "source": ""}
        }
        items.add(session, study, [ItemPlan("four", "Item four", tags={"issue": ["a"]})])
    assert "Access" in alice.get(f"{HOME}/items").text
    assert "four,Item four,,a" in alice.get(f"{HOME}/items.csv").text
