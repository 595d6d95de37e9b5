"""Concerns on the pages: naming the lead, passing a text on, the lead's own page, following it."""

import re

from sqlalchemy import select

from surveys import panels, studies, teams, withdrawing
from surveys.outbox import Message
from surveys.teams import NewMember
from tests.delphi import answered
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import NOW, Browser, World

PLACE, COMMENTS = f"{HOME}/safeguarding", f"{ROUND}/comments"
SAM = {"name": "Sam Safe", "email": "sam@example.org", "phone": "", "seen": "0"}


def _letters(world: World) -> list[Message]:
    with world.session() as session:
        own = select(Message).where(Message.key.startswith("concern for "))
        return list(session.scalars(own.order_by(Message.id)))


def _passed(alice: Browser, world: World) -> str:
    """Sam is named and P0's harm is passed on; the path of the link in the letter."""
    answered.round_1(world)
    alice.post(PLACE, SAM)
    writer, _ = answered.ids(world, "P0")
    answer = alice.post(f"{ROUND}/concerns/{writer}/harm", {"note": "Ask Dr Smith?"})
    assert answer.location == COMMENTS
    found = re.search(r"/concerns/[\w-]+", _letters(world)[-1].body)
    assert found
    return found[0]


def test_without_a_lead_the_fold_says_so(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(COMMENTS).text
    assert page.count("Pass to the safeguarding lead") == 3  # the comment that waits, and two harms
    assert f'<a href="{PLACE}">Name one</a>' in page
    writer, _ = answered.ids(world, "P0")
    assert alice.post(f"{ROUND}/concerns/{writer}/harm", {"note": "Look."}).status == 409


def test_a_text_is_passed_on_and_the_letter_quotes_nothing(alice: Browser, world: World) -> None:
    path = _passed(alice, world)
    (letter,) = _letters(world)
    assert (letter.to, "P0" in letter.body, "Fairer care" in letter.subject) == (
        "sam@example.org",
        True,
        True,
    )
    assert not [said for said in ("shame", "Dr Smith") if said in letter.body]
    page = alice.get(COMMENTS).text
    assert "1 text was passed to the safeguarding lead and is not closed." in page
    assert "passed to Sam Safe on 2 March 2026 by alice@example.org" in alice.get(PLACE).text
    assert path not in alice.get(PLACE).text


def test_the_lead_reads_it_without_an_account_and_says_so_once(alice: Browser, world: World) -> None:
    path, sam = _passed(alice, world), world.browser()
    page = sam.get(path)
    assert page.status == 200
    assert "Could shame people." in page.text
    assert "Ask Dr Smith?" in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert "Acknowledged" not in alice.get(PLACE).text  # reading changes nothing
    assert sam.post(path, {"answer": "x" * 2001}).status == 422
    for answer in ("I will call.", "Another."):
        assert sam.post(path, {"answer": answer}).location == path
    assert "I will call." in alice.get(PLACE).text
    assert sam.get("/concerns/unknown").status == 404


def test_another_lead_stops_the_link_and_is_sent_a_new_one(alice: Browser, world: World) -> None:
    path = _passed(alice, world)
    seen = re.search(r'name="seen" value="(\d+)"', alice.get(PLACE).text)
    assert seen
    kim = {"name": "Kim", "email": "kim@example.org", "phone": "", "seen": seen[1]}
    assert alice.post(PLACE, kim).location == PLACE
    assert world.browser().get(path).status == 404
    assert alice.post(PLACE, SAM).status == 409  # made from a page that is no longer so
    send = re.search(r'action="([^"]+/send)"', alice.get(PLACE).text)
    assert send
    alice.post(send[1])
    assert [letter.to for letter in _letters(world)] == ["", "kim@example.org"]


def test_closing_says_what_came_of_it(alice: Browser, world: World) -> None:
    _passed(alice, world)
    close = re.search(r'action="([^"]+/close)"', alice.get(PLACE).text)
    assert close
    refused = alice.post(close[1], {"outcome": ""})
    assert (refused.status, 'href="#outcome-1"' in refused.text) == (422, True)
    alice.post(close[1], {"outcome": "Sam called; nobody is in danger."})
    assert "Sam called; nobody is in danger." in alice.get(PLACE).text


def test_a_refused_note_stands_again_beside_its_text(alice: Browser, world: World) -> None:
    answered.round_1(world)
    alice.post(PLACE, SAM)
    writer, item = answered.ids(world, "P0")
    answer = alice.post(f"{ROUND}/concerns/{writer}/comment-{item}", {"note": "x" * 2001})
    assert (answer.status, 'href="#note"' in answer.text) == (422, True)
    assert "P0 thinks of Dr Smith." in answer.text
    assert "x" * 2001 in answer.text


def test_the_design_is_checked_for_a_lead(alice: Browser) -> None:
    page = alice.get(f"{HOME}/design/check").text
    assert f'href="{PLACE}"' in page
    alice.post(PLACE, SAM)
    assert "Sam Safe is the safeguarding lead." in alice.get(f"{HOME}/design/check").text


def test_a_viewer_s_trail_says_neither_that_nor_whose(alice: Browser, world: World) -> None:
    _passed(alice, world)
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        teams.invite(session, study, NewMember("vera@example.org", "Vera", "viewer"), by="alice", now=NOW)
        writer = next(one for one in panels.list_panellists(session, study) if one.code == "P0")
        withdrawing.withdraw(session, study, writer, keep_answers=True, now=NOW)
    vera = world.as_account("vera@example.org")
    for page, by in (("/trail", ">P0<"), ("/trail.csv", ",P0,")):
        full, seen = alice.get(HOME + page).text, vera.get(HOME + page).text
        assert [said in full for said in ("Concern passed", by)] == [True, True]
        assert [said in seen for said in ("Concern", by, "a panellist")] == [False, False, True]
    assert "0 of" in vera.get(f"{HOME}/trail?words=P0").text  # nor is it found by the code


def test_a_link_to_a_closed_concern_says_so(alice: Browser, world: World) -> None:
    path = _passed(alice, world)
    alice.post(f"{PLACE}/concerns/1/close", {"outcome": "Sam called."})
    for answer in (world.browser().get(path), world.browser().post(path, {"answer": "Yes."})):
        assert (answer.status, "has closed this concern" in answer.text) == (409, True)


def test_what_was_acknowledged_is_offered_to_another_lead(alice: Browser, world: World) -> None:
    path = _passed(alice, world)
    world.browser().post(path, {"answer": "I will call."})
    assert '/send"' not in alice.get(PLACE).text
    seen = re.search(r'name="seen" value="(\d+)"', alice.get(PLACE).text)
    assert seen
    alice.post(PLACE, {"name": "Kim", "email": "kim@example.org", "phone": "", "seen": seen[1]})
    assert "Send it to Kim" in alice.get(PLACE).text
    assert alice.post(f"{PLACE}/concerns/1/send").status == 303
    assert [letter.to for letter in _letters(world)] == ["", "kim@example.org"]
    assert "Sam Safe was the lead before and answered: I will call." in alice.get(PLACE).text
