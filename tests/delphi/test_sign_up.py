"""The public sign-up page: anyone with the link can send it, and learns nothing of who is known."""

import pytest

from surveys import panels, studies
from surveys.people import Person
from surveys.sign_ups import entries, links, throttling
from tests.delphi import sign_ups
from tests.delphi.conftest import Browser, World
from tests.delphi.sign_ups import SENT


def _names(world: World) -> list[str | None]:
    with world.session() as session:
        return [one.name for one in entries.list_all(session, studies.get(session, "fairer-care"))]


@pytest.fixture
def address(world: World) -> str:
    return sign_ups.opened(world)


def test_the_page_says_what_the_study_is_and_asks_its_questions(world: World, address: str) -> None:
    page = world.browser().get(address)
    assert page.status == 200
    for told in (
        "To find what is useful and feasible.",
        "Do you work in general practice?",
        "What do you do?",
        "there is no promise of a place",
        "deleted 90 days after",
        "Ada Example",  # whom to ask
    ):
        assert told in page.text


def test_what_is_sent_waits_and_nothing_is_promised(world: World, address: str) -> None:
    browser = world.browser()
    answer = browser.post(address, SENT)
    assert (answer.status, answer.location) == (303, f"{address}/thanks")
    assert "If there is a place for you" in browser.get(f"{address}/thanks").text
    assert _names(world) == ["Uma Field"]


def test_everybody_gets_the_same_answer(world: World, address: str) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        bob = next(one for one in panels.list_panellists(session, study) if one.code == "bob")
        bob.person = Person(name="Bob", email="bob@example.org", created_at=world.clock.now)
    answers = []
    for email in ("uma@example.net", "uma@example.net", "bob@example.org", "new@example.org"):
        browser = world.browser()
        sent = browser.post(address, SENT | {"email": email})
        text = browser.get(sent.location).text
        answers.append((sent.status, sent.location, text))
    assert len(set(answers)) == 1
    assert _names(world) == ["Uma Field"] * 3


def test_what_is_missing_is_named_at_its_field_and_nothing_is_lost(world: World, address: str) -> None:
    answer = world.browser().post(address, SENT | {"q1": "", "email": "uma at example", "capacity": ""})
    assert answer.status == 422
    for field in ("q1", "email", "capacity"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    assert 'value="Longer appointments for those who need them."' in answer.text
    assert 'value="uma at example"' in answer.text
    assert _names(world) == []


def test_too_many_from_one_place_keep_what_they_wrote(world: World, address: str) -> None:
    for number in range(throttling.MOST):
        sign_ups.sent(world, address, email=f"ada{number}@example.org")
    answer = world.browser().post(address, SENT)
    assert answer.status == 429
    assert "in a quarter of an hour" in answer.text
    assert 'value="nurse"' in answer.text


@pytest.mark.parametrize("where", ["", "/thanks"])
def test_a_link_that_was_taken_back_opens_nothing(world: World, address: str, where: str) -> None:
    with world.session() as session, session.begin():
        panel = studies.get(session, "fairer-care").panels[0]
        links.take_back(session, panel, by="alice", now=world.clock.now)
    answer = world.browser().get(address + where)
    assert answer.status == 404
    assert "Nobody can sign up at this address" in answer.text
    assert world.browser().post(address, SENT).status == 404


def test_a_link_with_a_full_stop_behind_it_opens_all_the_same(world: World, address: str) -> None:
    assert world.browser().get(f"{address}.").status == 200


def test_somebody_of_the_team_can_look_at_the_page_too(alice: Browser, address: str) -> None:
    assert alice.get(address).status == 200
