"""The information sheet and the consents: separate, dated, with the sheet's fingerprint, asked again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import protocol as protocols
from surveys import studies
from surveys.panels import Consent, ConsentKind
from tests.delphi import answering
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys import examples


def _consents(world: World) -> list[tuple[ConsentKind, bool]]:
    rows = answering.act(
        world, lambda s: s.execute(select(Consent.kind, Consent.is_given).order_by(Consent.id))
    )
    return [tuple(row) for row in rows]


def _amend(session: Session) -> None:
    study = studies.get(session, "fairer-care")
    sheet = examples.protocol_data()["information"] | {"version": "2", "about": "Something else."}
    changed = examples.protocol(information=sheet)
    study.protocol_json, study.fingerprint = protocols.to_builtins(changed), protocols.fingerprint(changed)


def test_the_first_page_leads_to_the_information(bob: Browser) -> None:
    assert bob.get("/answer").location == "/answer/information"
    page = bob.get("/answer/information").text
    for text in ("About.", "As a practitioner.", "Nine is most.", "Ten minutes.", "Come back.", "Any time."):
        assert text in page
    assert "From your life." not in page  # the other panel's perspective
    for text in ("Ada Example", "ada@example.org", "Answers are not monitored", "999"):
        assert text in page


def test_nothing_is_ticked_beforehand(bob: Browser) -> None:
    page = bob.get("/answer/information").text
    assert 'type="checkbox"' in page
    assert 'value="yes" checked' not in page


def test_each_consent_is_kept_by_itself(world: World, bob: Browser) -> None:
    answer = bob.post("/answer/information", {"take_part": "yes", "quote": "yes"})
    assert (answer.status, answer.location) == (303, "/answer")
    kinds = dict(_consents(world))
    assert kinds == {
        ConsentKind.TAKE_PART: True,
        ConsentKind.SHOW_COMMENTS: False,
        ConsentKind.QUOTE: True,
    }
    kept = select(Consent.sheet_version, Consent.sheet_fingerprint, Consent.at).distinct()
    sheet = protocols.sheet_fingerprint(examples.protocol().information)
    assert answering.act(world, lambda s: s.execute(kept).all()) == [("1", sheet, NOW)]


def test_without_taking_part_nothing_is_kept_and_the_ticks_stay(world: World, bob: Browser) -> None:
    answer = bob.post("/answer/information", {"quote": "yes"})
    assert answer.status == 422
    assert 'href="#take_part"' in answer.text
    assert 'name="quote" type="checkbox" value="yes" checked' in answer.text
    assert _consents(world) == []


def test_agreeing_twice_is_kept_once(world: World, bob: Browser) -> None:
    for _ in range(2):
        bob.post("/answer/information", answering.AGREED)
    assert len(_consents(world)) == 3


def test_a_consent_can_be_changed_later_and_both_are_kept(world: World, bob: Browser) -> None:
    bob.post("/answer/information", answering.AGREED)
    assert "You agreed on 2 March 2026" in bob.get("/answer/information").text
    bob.post("/answer/information", {"take_part": "yes", "show_comments": "yes"})
    assert _consents(world)[-1] == (ConsentKind.QUOTE, False)
    assert len(_consents(world)) == 4


@pytest.mark.usefixtures("open_round")
def test_an_amended_sheet_is_asked_about_again(world: World, bob: Browser) -> None:
    answering.begin(bob)
    answering.act(world, _amend)
    assert bob.get("/answer/round").location == "/answer"
    assert bob.get("/answer").location == "/answer/information"
    page = bob.get("/answer/information").text
    assert "has changed since you agreed" in page
    assert 'value="yes" checked' not in page
    bob.post("/answer/information", answering.AGREED)
    assert bob.get("/answer/round").status == 200


@pytest.mark.usefixtures("open_round")
@pytest.mark.parametrize("path", ["/answer/begin", "/answer/round", "/answer/questions", "/answer/submit"])
def test_nobody_answers_who_has_not_agreed(world: World, bob: Browser, path: str) -> None:
    answer = bob.post(path, {answering.study(world).field(): "7"})
    assert answer.status == 409
    assert "read the information about this study first" in answer.text
    assert answering.own(world) == {}


@pytest.mark.usefixtures("open_round")
def test_a_page_that_was_open_while_the_sheet_changed_still_saves(world: World, bob: Browser) -> None:
    answering.begin(bob)
    answering.act(world, _amend)
    assert bob.post("/answer/round", {answering.study(world).field(): "7"}).status == 303
    assert len(answering.own(world)) == 1


def test_what_is_agreed_to_is_said_in_the_studys_own_words_and_asked_again_when_they_change(
    world: World, bob: Browser
) -> None:
    assert "I have read this, and I want to take part." in bob.get("/answer/information").text
    bob.post("/answer/information", {"take_part": "yes"})
    answering.amend(world, consents={"take_part": "I join of my own free will.", "quote": ""})
    page = bob.get("/answer/information").text
    assert "I join of my own free will." in page
    assert "I have read this, and I want to take part." not in page
    assert "My comments may be quoted in reports, without my name." in page
    assert "has changed since you agreed to it" in page
