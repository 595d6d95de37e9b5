"""The page Mail: to whom a letter goes, its text, the record, and the address of one panellist."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from delphi.pages.study import letter_sending, letters, panellist
from surveys import outbox, panels, studies
from surveys.letters import placeholders, stops
from surveys.letters.sending import Posting
from surveys.outbox import Message
from surveys.people import Person
from tests.delphi.answering import act, begin, open_next, own, words
from tests.delphi.conftest import NOW, Browser, World

HOME = "/studies/fairer-care"
MAIL = f"{HOME}/mail"
INVITATION = f"{MAIL}/invitation"
TEXT = {"subject": "Hello", "body": "Dear {name}, {link}"}


@pytest.fixture
def ada(world: World) -> int:
    """Somebody on the panel with an address; the number."""

    def add(session: Session) -> int:
        study = studies.get(session, "fairer-care")
        person = Person(name="Ada Example", email="ada@example.com", created_at=NOW)
        made = panels.add(session, study.panels[0], "ada", now=NOW, person=person)
        session.flush()
        return made.id

    return int(act(world, add))


def hidden(page: str) -> dict[str, str]:
    """What the form sends with its button."""
    return dict(re.findall(r'<input type="hidden" name="(occasion|count|seen|round)" value="([^"]*)"', page))


def queued(world: World) -> list[str]:
    return act(world, lambda s: [one.panellist.code for one in s.scalars(select(Posting))])  # type: ignore[no-any-return]


def test_an_invitation_is_looked_at_confirmed_and_queued_once(alice: Browser, world: World, ada: int) -> None:
    assert "It would go to 1 person now, and not to 2 others." in alice.get(MAIL).text
    page = alice.get(INVITATION).text
    assert "It goes to 1 person." in page
    assert "2 people: no address is kept" in page
    assert "Dear Ada Example," in page
    assert "/join/their-own-link" in page
    sent = hidden(page)
    assert alice.post(INVITATION, sent).location == MAIL
    assert "1 letter queued." in alice.get(MAIL).text
    assert alice.post(INVITATION, sent).location == MAIL
    assert letter_sending.NOTHING_QUEUED in alice.get(MAIL).text
    assert queued(world) == ["ada"]


def test_a_page_that_was_open_for_too_long_sends_nothing_it_did_not_show(
    alice: Browser, world: World, ada: int
) -> None:
    sent = hidden(alice.get(INVITATION).text)
    person = Person(name="Ben", email="ben@example.com", created_at=NOW)
    act(
        world, lambda s: panels.add(s, studies.get(s, "fairer-care").panels[0], "ben", now=NOW, person=person)
    )
    answer = alice.post(INVITATION, sent)
    assert answer.status == 409
    assert "It would go to 2 now, where it was 1 when this page was shown." in answer.text
    assert queued(world) == []
    alice.post(INVITATION, hidden(answer.text))
    assert queued(world) == ["ada", "ben"]


@pytest.mark.parametrize("form", [{}, {"count": "many"}, {"count": "9" * 400, "seen": "x"}])
def test_a_form_that_confirms_nothing_queues_nothing(
    alice: Browser, world: World, ada: int, form: dict[str, str]
) -> None:
    assert alice.post(INVITATION, form).status == 409
    assert queued(world) == []


def test_nobody_to_write_to_is_a_page_that_says_why(alice: Browser) -> None:
    page = alice.get(INVITATION).text
    assert "Nobody to send it to" in page
    assert "2 people: no address is kept" in page
    assert "<button" not in page.partition("How it reads")[2].partition("</main>")[0]


@pytest.mark.parametrize("kind", ["reminder", "opened", "closing", "feedback", "thanks"])
def test_a_letter_that_cannot_go_now_says_why(alice: Browser, kind: str) -> None:
    answer = alice.get(f"{MAIL}/{kind}")
    assert answer.status == 409
    assert "yet" in answer.text


def test_a_letter_that_there_is_not_is_not_found(alice: Browser) -> None:
    for path in ("birthday", "birthday/text"):
        answer = alice.get(f"{MAIL}/{path}")
        assert (answer.status, letters.NO_SUCH_LETTER in answer.text) == (404, True)


def test_a_reminder_names_its_number_and_who_has_finished(
    alice: Browser, world: World, bob: Browser, open_round: int, ada: int
) -> None:
    begin(bob)
    bob.post("/answer/submit")
    page = alice.get(f"{MAIL}/reminder").text
    assert "Reminder 1 of round 1." in page
    assert hidden(page)["round"] == "1"
    assert "1 person: has finished the round" in page
    assert "You have not begun yet. There are 6 questions." in page
    assert own(world) == {}


def test_feedback_goes_out_in_the_second_round(
    alice: Browser, world: World, bob: Browser, open_round: int
) -> None:
    begin(bob)
    person = Person(name="Bob", email="bob@example.com", created_at=NOW)

    def readdress(session: Session) -> None:
        study = studies.get(session, "fairer-care")
        next(p for p in panels.list_panellists(session, study) if p.code == "bob").person = person

    act(world, readdress)
    open_next(world)
    page = words(alice.get(f"{MAIL}/feedback").text)
    assert "It goes to 1 person. About round 2." in page
    assert "1 person: is not asked in this round" in page


def test_a_text_is_written_previewed_saved_and_put_back(alice: Browser, ada: int) -> None:
    path = f"{INVITATION}/text"
    first = alice.get(path).text
    assert "This is the text that comes with Delphi." in first
    assert "Dear Alex Example," in first
    preview = alice.post(path, TEXT | {"press": "preview", "reader": "ADA"} | hidden(first))
    assert (
        preview.status,
        "Dear Ada Example, http://127.0.0.1:8000/join/their-own-link" in preview.text,
    ) == (200, True)
    assert "This is the text that comes with Delphi." in alice.get(path).text
    assert alice.post(path, TEXT | {"press": "save"} | hidden(first)).location == path
    saved = alice.get(path).text
    assert "Changed by alice@example.org, 2 March 2026, 09:00." in saved
    assert "Dear Alex Example, http" in saved
    assert alice.post(f"{path}/reset", hidden(saved)).location == path
    assert "This is the text that comes with Delphi." in alice.get(path).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"body": "Dear {nam}, {link}"},
            "body",
            "There is no placeholder {nam} in this letter. It can have {name}",
        ),
        ({"subject": "{progress}"}, "subject", "There is no placeholder {progress}"),
        ({"body": "Please come."}, "body", placeholders.NO_LINK),
        ({"body": ""}, "body", "The text is empty."),
        ({"reader": "nobody", "press": "preview"}, "reader", "There is no panellist “nobody” in this study."),
    ],
)
def test_what_is_wrong_with_a_text_is_said_at_its_field_and_nothing_is_lost(
    alice: Browser, typed: dict[str, str], field: str, sentence: str
) -> None:
    path = f"{INVITATION}/text"
    answer = alice.post(path, TEXT | {"press": "save"} | typed | hidden(alice.get(path).text))
    assert answer.status == 422
    assert f'<a href="#{field}">{sentence}' in answer.text.replace("&#39;", "'")
    assert (TEXT | typed)["subject"] in answer.text
    assert "This is the text that comes with Delphi." in alice.get(path).text


def test_two_who_write_one_text_lose_nothing(alice: Browser, world: World) -> None:
    path = f"{INVITATION}/text"
    both = hidden(alice.get(path).text)
    alice.post(path, {"subject": "First", "body": "One {link}"} | both)
    answer = alice.post(path, {"subject": "Second", "body": "Two {link}"} | both)
    assert answer.status == 409
    assert "This text was changed by alice@example.org while you wrote." in answer.text
    assert "One {link}" in answer.text
    assert "Two {link}</textarea>" in answer.text
    assert alice.post(path, {"subject": "Second", "body": "Two {link}"} | hidden(answer.text)).status == 303
    assert "Two {link}</textarea>" in alice.get(path).text


def test_the_page_says_how_mail_goes_and_what_waits(alice: Browser, world: World, ada: int) -> None:
    assert "No mail leaves this machine." in alice.get(MAIL).text
    alice.post(INVITATION, hidden(alice.get(INVITATION).text))
    assert "1 letter waits to be sent." in alice.get(MAIL).text
    world.clock.wait(hours=1)
    assert letters.NOBODY_SENDS in alice.get(MAIL).text.replace("&#39;", "'")

    def try_in_vain(session: Session) -> None:
        message = outbox.claim(session, now=world.clock.now)
        assert message is not None
        outbox.mark_failed(message, "Connection refused", now=world.clock.now)

    act(world, try_in_vain)
    page = alice.get(MAIL).text
    assert "Sending 1 of them has failed so far; Delphi goes on trying." in page
    assert "The last reason was: Connection refused" in page
    assert "will be tried again 2 March 2026, 10:01: Connection refused" in page


def test_the_record_is_on_the_panellists_page_and_a_file(alice: Browser, world: World, ada: int) -> None:
    here = f"{HOME}/panels/{ada}"
    assert "No letter has been sent to this panellist." in alice.get(here).text
    alice.post(INVITATION, hidden(alice.get(INVITATION).text))

    def send_twice(session: Session) -> None:
        message = session.scalars(select(Message)).one()
        message.doubts = 1
        outbox.mark_sent(message, now=NOW)

    act(world, send_twice)
    told = "Invitation: sent 2 March 2026, 09:00, perhaps twice"
    assert told in alice.get(here).text
    assert told in words(alice.get(MAIL).text)
    header, row = alice.get(f"{MAIL}/record.csv").text.lstrip("\ufeff").splitlines()
    record = dict(zip(header.split(","), row.split(","), strict=True))
    assert (record["code"], record["letter"], record["status"], record["may_be_double"]) == (
        "ada", "invitation", "sent", "yes",
    )  # fmt: skip
    assert "ada@example.com" not in row


def test_a_letter_that_may_have_gone_is_told_and_not_offered_again(
    alice: Browser, world: World, ada: int
) -> None:
    alice.post(INVITATION, hidden(alice.get(INVITATION).text))
    assert "Unclear" not in alice.get(MAIL).text

    def doubt(session: Session) -> None:
        message = session.scalars(select(Message)).one()
        message.doubts = 1
        outbox.mark_failed(message, "No answer.", now=NOW, in_doubt=True)

    act(world, doubt)
    page = words(alice.get(MAIL).text)
    assert "Unclear 1" in page
    assert "may have gone, once or twice, and is not tried again: No answer." in page
    assert "1 person: may have been sent this letter, and nobody can tell" in alice.get(INVITATION).text
    assert ",unclear,," in alice.get(f"{MAIL}/record.csv").text


def test_an_address_is_marked_changed_and_marked_no_more(alice: Browser, world: World, ada: int) -> None:
    here = f"{HOME}/panels/{ada}"
    answer = alice.post(f"{here}/mail")
    assert (answer.status, panellist.SAY_WHY in answer.text) == (422, True)
    alice.post(f"{here}/mail", {"why": "bounced"})
    assert (
        "No mail goes to this address: mail to it came back, noted by alice@example.org"
        in alice.get(here).text
    )
    assert "1 person: mail to the address came back" in alice.get(INVITATION).text
    for typed, sentence in (("ada", "An email address is needed"), ("", "An email address is needed")):
        answer = alice.post(f"{here}/address", {"email": typed})
        assert (answer.status, sentence in answer.text) == (422, True)
    alice.post(f"{here}/address", {"email": "ada@new.example.com"})
    assert "No mail goes to this address:" not in alice.get(here).text
    assert "It goes to 1 person." in alice.get(INVITATION).text
    alice.post(f"{here}/mail", {"why": "unwanted"})
    assert "1 person: wants no more mail" in alice.get(INVITATION).text
    alice.post(f"{here}/mail/again")
    assert "It goes to 1 person." in alice.get(INVITATION).text


def test_an_address_is_one_panellists_only(alice: Browser, world: World, ada: int) -> None:
    bob = act(world, _bob)
    answer = alice.post(f"{HOME}/panels/{bob}/address", {"email": "Ada@example.com"})
    assert (answer.status, "Another panellist of this study has that address." in answer.text) == (422, True)
    alice.post(f"{HOME}/panels/{bob}/address", {"email": "bob@example.com"})
    assert "It goes to 2 people." in alice.get(INVITATION).text
    assert stops.NO_ADDRESS not in alice.get(INVITATION).text


def test_who_has_no_address_cannot_be_marked(alice: Browser, world: World) -> None:
    bob = act(world, _bob)
    answer = alice.post(f"{HOME}/panels/{bob}/mail", {"why": "bounced"})
    assert (answer.status, stops.NO_ADDRESS in answer.text) == (409, True)


def _bob(session: Session) -> int:
    study = studies.get(session, "fairer-care")
    return next(one.id for one in panels.list_panellists(session, study) if one.code == "bob")
