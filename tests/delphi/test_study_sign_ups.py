"""Sign-ups for the team: links out, what is asked, entries with their signs, and decisions that are kept."""

import re

import pytest

from delphi import worker
from surveys import audit, outbox, panels, studies
from surveys.sign_ups import entries
from surveys.sign_ups.forgetting import KEPT
from tests.delphi import answered, sign_ups
from tests.delphi.answered import HOME
from tests.delphi.conftest import Browser, World

SIGN_UPS = f"{HOME}/sign-ups"
FORM = f"{SIGN_UPS}/forms/practitioners"


@pytest.fixture
def address(world: World) -> str:
    return sign_ups.opened(world)


def _acts(world: World) -> list[str]:
    with world.session() as session:
        return [one.act for one in audit.list_entries(session, studies.get(session, "fairer-care").id)]


def _entry(world: World, email: str) -> int:
    with world.session() as session:
        known = entries.list_all(session, studies.get(session, "fairer-care"))
        return next(one.id for one in known if one.email == email)


def test_a_link_is_made_shown_again_and_taken_back(alice: Browser, world: World) -> None:
    assert "/sign-up/" not in alice.get(SIGN_UPS).text
    assert alice.post(f"{SIGN_UPS}/links/practitioners").status == 303
    shown = re.findall(r"http://127.0.0.1:8000(/sign-up/[\w-]+)", alice.get(SIGN_UPS).text)
    assert shown == re.findall(r"http://127.0.0.1:8000(/sign-up/[\w-]+)", alice.get(SIGN_UPS).text)
    assert world.browser().get(shown[0]).status == 200
    assert alice.post(f"{SIGN_UPS}/links/practitioners/end").status == 303
    assert world.browser().get(shown[0]).status == 404
    assert _acts(world)[1:] == ["sign-up link made", "sign-up link taken back"]


def test_a_panel_that_is_not_there_has_no_link_and_no_form(alice: Browser) -> None:
    assert alice.post(f"{SIGN_UPS}/links/nurses").status == 404
    assert alice.get(f"{SIGN_UPS}/forms/nurses").status == 404


def test_what_is_written_is_asked(alice: Browser, world: World) -> None:
    form = {
        "seen": re.search(r'name="seen" value="(\w+)"', alice.get(FORM).text)[1],  # type: ignore[index]
        "s1.text": "Are you a nurse?",
        "s1.kind": "yes or no",
        "s2.text": "",
        "s2.kind": "yes or no",
        "a1.attribute": "region",
        "a1.text": "Where do you work?",
        "a1.kind": "choose one",
        "a1.choices": "North\r\n\r\n South ",
    }
    assert alice.post(FORM, form).location == SIGN_UPS
    page = alice.get(SIGN_UPS).text
    assert "It asks 1 screening question, and for: region." in page
    alice.post(f"{SIGN_UPS}/links/practitioners")
    link = re.search(r"(/sign-up/[\w-]+)", alice.get(SIGN_UPS).text)
    assert link
    public = world.browser().get(link[1]).text
    assert "Are you a nurse?" in public
    assert '<option value="South">South</option>' in public
    again = alice.get(FORM).text
    assert "North\nSouth</textarea>" in again
    assert 'value="Are you a nurse?"' in again


def test_a_mistake_in_the_form_is_named_at_its_row_and_nothing_is_lost(alice: Browser) -> None:
    form = {
        "s2.text": "Which?",
        "s2.kind": "choose one",
        "s2.choices": "Only one",
        "a1.text": "Where?",
        "a1.attribute": "email",
    }
    answer = alice.post(FORM, form)
    assert answer.status == 422
    assert 'href="#s2.choices"' in answer.text
    assert 'href="#a1.attribute"' in answer.text
    assert "Only one</textarea>" in answer.text
    assert 'value="Where?"' in answer.text


def test_two_who_change_the_form_lose_nothing(alice: Browser, address: str) -> None:
    answer = alice.post(FORM, {"seen": "long ago", "s1.text": "Are you a nurse?", "s1.kind": "yes or no"})
    assert answer.status == 409
    assert "Somebody else changed this form" in answer.text
    assert "For how long? (Under a year, Longer)" in answer.text
    assert 'value="Are you a nurse?"' in answer.text
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen
    form = {"seen": seen[1], "s1.text": "Are you a nurse?", "s1.kind": "yes or no"}
    assert alice.post(FORM, form).status == 303


def test_entries_wait_with_what_was_answered_and_their_signs(
    alice: Browser, world: World, address: str
) -> None:
    sign_ups.sent(world, address, experience="I am a carer too.")
    sign_ups.sent(world, address, email="uma2@example.net")
    page = alice.get(SIGN_UPS).text
    assert "2 entries wait for a decision, 0 approved, 0 declined." in page
    for told in ("Uma Field", "uma2@example.net", "I am a carer too.", "profession: nurse", "Look again"):
        assert told in page
    assert "Sent from the same network as entry" in page
    assert "2 people have signed up and wait for a decision." in alice.get(f"{HOME}/panels").text


def test_who_is_approved_is_on_the_panel_and_gets_mail(alice: Browser, world: World, address: str) -> None:
    sign_ups.sent(world, address)
    number = _entry(world, "uma@example.net")
    answer = alice.post(f"{SIGN_UPS}/entries/{number}/approve")
    assert answer.location == f"{SIGN_UPS}?show=waiting&panel=&signs="
    with world.session() as session:
        study = studies.get(session, "fairer-care")
        added = next(one for one in panels.list_panellists(session, study) if one.person)
    page = alice.get(f"{HOME}/panels").text
    assert f">{added.code}</a>" in page
    assert "profession: nurse; taking part as: participant" in page
    assert f"Panellist {added.code}" in alice.get(f"{SIGN_UPS}?show=approved").text
    assert "It goes to 1 person." in alice.get(f"{HOME}/mail/invitation").text
    assert alice.post(f"{SIGN_UPS}/entries/{number}/approve").status == 409


def test_declining_asks_for_a_reason_and_keeps_it(alice: Browser, world: World, address: str) -> None:
    sign_ups.sent(world, address)
    number = _entry(world, "uma@example.net")
    refused = alice.post(f"{SIGN_UPS}/entries/{number}/decline", {"show": "all"})
    assert refused.status == 422
    assert f'href="#reason-{number}"' in refused.text
    assert "<details open>" in refused.text
    form = {f"reason-{number}": "Lives elsewhere.", "show": "all", "panel": "", "signs": ""}
    answer = alice.post(f"{SIGN_UPS}/entries/{number}/decline", form)
    assert answer.location == f"{SIGN_UPS}?show=all&panel=&signs="
    page = alice.get(f"{SIGN_UPS}?show=declined").text
    assert "Reason: Lives elsewhere." in page
    assert "Declined on 2 March 2026, 09:00 by alice@example.org." in page
    with world.session() as session:
        assert outbox.count_due(session, now=world.clock.now) == 0


def test_entries_are_looked_through_by_state_panel_and_sign(
    alice: Browser, world: World, address: str
) -> None:
    sign_ups.sent(world, address)
    other = sign_ups.opened(world, panel=1)
    sign_ups.sent(world, other, email="grace@example.net", name="Grace Hall", q3="More staff.")
    number = _entry(world, "uma@example.net")
    alice.post(f"{SIGN_UPS}/entries/{number}/decline", {f"reason-{number}": "No."})

    def seen(query: str) -> tuple[bool, bool]:
        text = alice.get(f"{SIGN_UPS}?{query}").text
        return "uma@example.net" in text, "grace@example.net" in text

    assert seen("") == (False, True)
    assert seen("show=declined") == (True, False)
    assert seen("show=all") == (True, True)
    assert seen("show=all&panel=practitioners") == (True, False)
    assert seen("show=odd&panel=nurses") == (False, False)
    assert seen("show=all&signs=yes") == (True, True)  # one network
    assert "No entry is like this." in alice.get(f"{SIGN_UPS}?show=approved").text


def test_an_erased_entry_is_gone(alice: Browser, world: World, address: str) -> None:
    sign_ups.sent(world, address)
    assert alice.post(f"{SIGN_UPS}/entries/{_entry(world, 'uma@example.net')}/erase").status == 303
    assert "Nobody has signed up yet" in alice.get(SIGN_UPS).text
    trail = alice.get(f"{HOME}/trail").text
    assert "Sign-up erased" in trail
    assert "Uma" not in trail


def test_the_worker_erases_what_was_declined_long_ago(alice: Browser, world: World, address: str) -> None:
    sign_ups.sent(world, address)
    number = _entry(world, "uma@example.net")
    alice.post(f"{SIGN_UPS}/entries/{number}/decline", {f"reason-{number}": "No."})
    world.clock.now += KEPT
    worker.forget_expired(world.service.engine, world.clock.now)
    assert _entry(world, "uma@example.net") == number
    world.clock.wait(seconds=1)
    worker.forget_expired(world.service.engine, world.clock.now)
    with pytest.raises(StopIteration):
        _entry(world, "uma@example.net")


def test_names_of_those_who_signed_up_stand_beside_no_answer(
    alice: Browser, world: World, address: str
) -> None:
    sign_ups.sent(world, address)
    alice.post(f"{SIGN_UPS}/entries/{_entry(world, 'uma@example.net')}/approve")
    answered.round_1(world)
    for path in ("/rounds/1/results", "/rounds/1/comments", "/rounds/1/words.csv", "/rounds/1/results.csv"):
        page = alice.get(HOME + path)
        assert page.status == 200
        assert "Uma Field" not in page.text
        assert "uma2@example.net" not in page.text


def test_the_page_warns_where_nobody_can_come_in_any_more(alice: Browser, world: World, address: str) -> None:
    answered.round_1(world)
    assert "Whoever is approved now could not answer." in alice.get(SIGN_UPS).text


def test_an_ended_study_has_no_sign_up_page(alice: Browser, world: World, address: str) -> None:
    sign_ups.sent(world, address)
    with world.session() as session, session.begin():
        studies.get(session, "fairer-care").ended_at = world.clock.now
    page = alice.get(SIGN_UPS).text
    assert "nobody can sign up any more" in page
    assert "/approve" not in page
    assert world.browser().get(address).status == 404
    assert alice.post(f"{SIGN_UPS}/links/practitioners").status == 409
