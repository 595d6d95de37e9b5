"""What a browser alone can show of rating: when an answer is sent, where its sign stands, what the keys do.

One database will do: what is kept of an answer is tested on both in tests/delphi.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from delphi import clock
from delphi.auth import SESSION_COOKIE
from surveys import access, panels, participations, ratings, rounds, studies
from surveys import protocol as protocols
from surveys.access import Key
from surveys.panels import ConsentKind, Panellist
from surveys.ratings import Answer, RatingChange, Unable
from surveys.rounds import Round
from tests.journeys import serving
from tests.journeys.serving import SECRET, STUDY, Service

Check = Callable[[Page], None]
REST = 1500  # ms, as autosave.js has it

without_javascript = pytest.mark.parametrize("javascript", [False], ids=["without JavaScript"])
on_a_phone = pytest.mark.parametrize("screen", ["phone"])


@dataclass
class Bob:
    """Bob before the three items of round 1, and what the database keeps of him."""

    page: Page
    service: Service

    def question(self, item: int = 0, criterion: int = 0) -> Locator:
        return self.page.locator("[data-card]").nth(item).locator(".q").nth(criterion)

    def choose(self, value: str, item: int = 0, criterion: int = 0) -> Locator:
        """Press a category, or “unable”, as a finger does; what comes back is the question."""
        question = self.question(item, criterion)
        question.locator(f".s label:has([value='{value}'])").click()
        return question

    def answers(self) -> list[Answer]:
        return self._read(lambda s, round_, bob: list(ratings.own(s, round_, bob).values()))

    def history(self) -> list[int | None]:
        """Every category that was ever kept, oldest first."""
        values = select(RatingChange.value).order_by(RatingChange.id)
        return self._read(lambda s, _round, _bob: list(s.scalars(values)))

    def close_round(self) -> None:
        self._read(lambda s, round_, _bob: rounds.close(s, round_, now=clock.now(), by="alice"))

    def _read(self, what: Callable[[Session, Round, Panellist], Any]) -> Any:
        with Session(self.service.engine) as session, session.begin():
            study = studies.get(session, STUDY)
            bob = panels.list_panellists(session, study)[0]
            return what(session, rounds.get_round(session, study, 1), bob)


@pytest.fixture
def bob(sqlite_url: str, context: BrowserContext, page: Page) -> Iterator[Bob]:
    with serving.serving(sqlite_url) as service:
        serving.load_study(service.engine)
        token = _begin(service)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": service.address}])
        page.goto(f"{service.address}/answer/round")
        yield Bob(page, service)


def _begin(service: Service) -> str:
    """Bob on the panel of an open round that he has begun; the token of his browser."""
    key, now = Key(SECRET.encode()), clock.now()
    with Session(service.engine) as session, session.begin():
        study = studies.get(session, STUDY)
        first = rounds.get_round(session, study, 1)
        rounds.open_(session, first, closes_at=None, now=now, by="alice")
        bob = panels.add(session, study.panels[0], "bob", now=now)
        session.flush()
        sheet = protocols.sheet_fingerprint(study.protocol.information)
        panels.record_consents(session, bob, {ConsentKind.TAKE_PART: True}, version="1", sheet=sheet, now=now)
        participations.begin(session, first, bob, now=now)
        link = access.create_personal_link(session, key, bob, now=now)
        session.flush()
        return access.open_panellist_session(session, key, link, now=now)


def _sign(question: Locator) -> Locator:
    return question.locator(".sv")


@on_a_phone
def test_unable_is_saved_at_once_and_a_reason_may_follow(bob: Bob, assert_accessible: Check) -> None:
    expect(_sign(bob.choose("7"))).to_have_text("Saved")
    question = bob.choose("unable")
    expect(question).to_contain_text("Why? You need not say.")
    expect(_sign(question)).to_have_text("Saved")
    assert bob.answers() == [Answer(unable=Unable.NOT_STATED)]
    assert_accessible(bob.page)
    with bob.page.expect_response("**/answer/round*"):
        question.locator("label", has_text="I don’t know").click()
    assert bob.answers() == [Answer(unable=Unable.NOT_KNOWN)]


@on_a_phone
def test_the_sign_is_in_sight_where_the_finger_was(bob: Bob) -> None:
    for item, criterion in ((0, 0), (0, 1), (2, 1)):
        question = bob.choose("8", item, criterion)
        expect(_sign(question)).to_have_text("Saved")
        expect(_sign(question)).to_be_in_viewport()


@on_a_phone
def test_a_lost_connection_is_said_at_the_question_and_in_the_bar(bob: Bob) -> None:
    expect(_sign(bob.choose("3"))).to_have_text("Saved")
    bob.page.context.set_offline(True)
    question, bar = bob.choose("8", 0, 1), bob.page.locator("[data-say]")
    for place in (_sign(question), bar):
        expect(place).to_have_text("Not saved: no connection. Trying again.")
        expect(place).to_be_in_viewport()
    expect(_sign(bob.question(0, 0))).to_have_text("Saved")
    bob.page.context.set_offline(False)
    expect(_sign(question)).to_have_text("Saved")
    expect(bar).to_have_text("All is saved.")
    assert bob.answers() == [Answer(3), Answer(8)]


def test_what_is_refused_names_its_item_in_the_bar(bob: Bob) -> None:
    bob.close_round()
    sign = _sign(bob.choose("8", 1))
    expect(sign).to_contain_text("This round is closed. Your answer was not saved.")
    expect(bob.page.locator("[data-say]")).to_contain_text(
        "2 Interpreters at the desk: This round is closed."
    )


def test_what_an_arrow_key_passes_on_its_way_is_no_answer(bob: Bob) -> None:
    question = bob.question()
    question.locator("input").first.focus()
    bob.page.keyboard.press("Space")
    for _ in range(4):
        bob.page.keyboard.press("ArrowRight")
    assert bob.history() == []
    expect(_sign(question)).not_to_have_text("Saved")
    expect(_sign(question)).to_have_text("Saved", timeout=REST + 5000)
    assert bob.history() == [5]


def test_a_digit_chooses_and_leaving_the_question_saves_at_once(bob: Bob) -> None:
    question = bob.question()
    question.locator("input").first.focus()
    bob.page.keyboard.press("3")
    bob.page.keyboard.press("8")
    expect(question.locator("[value='8']")).to_be_checked()
    with bob.page.expect_response("**/answer/round*", timeout=REST - 500):
        bob.question(0, 1).locator("input").first.focus()
    expect(_sign(question)).to_have_text("Saved")
    assert bob.history() == [8]


def test_a_choice_by_keyboard_outlives_the_page(bob: Bob) -> None:
    bob.question().locator("input").first.focus()
    bob.page.keyboard.press("7")
    bob.page.goto(f"{bob.service.address}/answer/review")
    bob.page.goto(f"{bob.service.address}/answer/round")
    expect(bob.question().locator("[value='7']")).to_be_checked()
    assert bob.history() == [7]


@pytest.mark.parametrize("screen", ["desk", "phone", "narrow"])
def test_an_answer_is_cleared_by_its_button(bob: Bob, assert_accessible: Check) -> None:
    clear = bob.question().get_by_role("button", name="Clear my answer")
    expect(clear).to_be_hidden()
    expect(_sign(bob.choose("7"))).to_have_text("Saved")
    assert_accessible(bob.page)
    clear.click()
    expect(_sign(bob.question())).to_have_text("Cleared")
    expect(clear).to_be_hidden()
    expect(bob.question().locator("input:checked")).to_have_count(0)
    expect(bob.question().locator("input").first).to_be_focused()
    assert (bob.answers(), bob.history()) == ([], [7, None])


@without_javascript
@on_a_phone
def test_an_answer_is_cleared_without_javascript(bob: Bob) -> None:
    bob.choose("7")
    bob.page.get_by_role("button", name="Save", exact=True).first.click()
    bob.page.wait_for_load_state()
    assert bob.answers() == [Answer(7)]
    bob.question().get_by_role("button", name="Clear my answer").click()
    bob.page.wait_for_load_state()
    expect(bob.question().locator("input:checked")).to_have_count(0)
    assert (bob.answers(), bob.history()) == ([], [7, None])


@on_a_phone
def test_next_blank_item_goes_from_one_to_the_next_and_round_again(bob: Bob) -> None:
    link, cards = bob.page.get_by_role("link", name="Next blank item"), bob.page.locator("[data-card]")
    bob.choose("5", 0, 0)
    for item, criterion in ((0, 1), (1, 0), (2, 0), (0, 1)):
        link.click()
        expect(bob.question(item, criterion).locator("input").first).to_be_focused()
        expect(cards.nth(item).locator("h2")).to_be_in_viewport()
    for item, criterion in ((0, 1), (1, 0), (1, 1), (2, 0), (2, 1)):
        bob.choose("5", item, criterion)
    expect(link).to_be_hidden()
    expect(bob.page.locator("[data-answered]")).to_have_text("3")
    bob.question().get_by_role("button", name="Clear my answer").click()
    expect(link).to_be_visible()


@without_javascript
@on_a_phone
def test_next_blank_item_leads_to_the_first_without_javascript(bob: Bob) -> None:
    for criterion in (0, 1):
        bob.choose("5", 0, criterion)
    bob.page.get_by_role("button", name="Save", exact=True).first.click()
    bob.page.wait_for_load_state()
    bob.page.get_by_role("link", name="Next blank item").click()
    expect(bob.page.locator("[data-card]").nth(1).locator("h2")).to_be_in_viewport()
    expect(bob.page.locator("[data-card]").nth(0).locator("h2")).not_to_be_in_viewport()


@without_javascript
def test_unable_is_saved_by_the_button_without_a_reason(bob: Bob) -> None:
    bob.choose("unable")
    bob.page.get_by_role("button", name="Save and look over").click()
    expect(bob.page.locator("main")).to_contain_text("3 items of 3 are not answered in full.")
    bob.page.get_by_role("link", name="Go to the first blank item").click()
    expect(bob.question().locator("[value=unable]")).to_be_checked()
    expect(_sign(bob.question())).to_have_text("Saved")
    assert bob.answers() == [Answer(unable=Unable.NOT_STATED)]


@without_javascript
@on_a_phone
def test_a_page_of_a_closed_round_offers_nothing_that_saves(bob: Bob, assert_accessible: Check) -> None:
    bob.choose("7")
    bob.close_round()
    bob.page.get_by_role("button", name="Save and look over").click()
    expect(bob.page.get_by_role("alert")).to_contain_text("This round is closed.")
    expect(bob.question().locator("[value='7']")).to_be_checked()
    for button in bob.page.locator("main button, .pg button").all():
        expect(button).to_be_hidden()
    assert_accessible(bob.page)


def test_who_sends_too_late_is_told_that_nothing_is_lost(bob: Bob, assert_accessible: Check) -> None:
    expect(_sign(bob.choose("7"))).to_have_text("Saved")
    bob.page.goto(f"{bob.service.address}/answer/review")
    bob.close_round()
    bob.page.get_by_role("button", name="Send my answers as they are").click()
    expect(bob.page.locator("h1")).to_have_text("Round 1 closed before you sent your answers")
    expect(bob.page.locator("main")).to_contain_text("What you had answered is saved and counts.")
    expect(bob.page.locator("main").get_by_role("button", name="Send")).to_have_count(0)
    assert_accessible(bob.page)
