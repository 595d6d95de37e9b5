"""The first page, and the sign-in links that are asked for by mail."""

import re

import pytest
from sqlalchemy import select

from surveys import emails, publications, rounds, sign_ins, studies
from surveys.outbox import Message
from tests.delphi.conftest import NOW, Browser, World


def test_the_first_page_says_what_this_is_and_where_to_go(world: World) -> None:
    page = world.browser().get("/")
    assert page.status == 200
    assert "A Delphi study asks a panel" in page.text
    assert 'href="/sign-in"' in page.text
    assert "personal link" in page.text
    for absent in ("/demo/", "Simulated data"):
        assert absent not in page.text


def test_no_study_is_named_to_whoever_comes_by(world: World, open_round: int) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        closed = rounds.close(session, rounds.get_round(session, study, open_round), now=NOW, by="alice")
        publications.publish(session, closed, now=NOW, by="alice")
    page = world.browser().get("/").text
    assert "Fairer care" not in page
    assert "/grids/" not in page
    assert world.browser().get("/grids/fairer-care").status == 200


def test_whoever_is_in_already_finds_the_way_back(alice: Browser, bob: Browser) -> None:
    assert 'href="/studies"' in alice.get("/").text
    assert 'href="/answer"' in bob.get("/").text


def test_a_sign_in_link_comes_by_mail_and_signs_in(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/sign-in/link", {"email": " Alice@example.org "})
    assert (answer.status, answer.location) == (303, "/sign-in")
    (message,) = waiting(world)
    assert (message.to, message.subject) == ("alice@example.org", "Your link to sign in to Delphi")
    address = re.search(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)", message.body)
    assert address is not None
    assert browser.get(address[1]).status == 200
    assert browser.post(address[1]).location == "/studies"


def test_asking_for_a_link_tells_nobody_who_has_an_account(world: World) -> None:
    known, unknown = (
        world.browser().post("/sign-in/link", {"email": email})
        for email in ("alice@example.org", "eve@example.org")
    )
    assert (known.status, known.location, known.text) == (unknown.status, unknown.location, unknown.text)
    assert known.headers["set-cookie"] == unknown.headers["set-cookie"]
    assert [message.to for message in waiting(world)] == ["alice@example.org"]


def test_what_is_no_address_is_asked_for_again_and_is_no_wrong_password(world: World) -> None:
    browser = world.browser()
    for _ in range(sign_ins.ATTEMPTS):
        answer = browser.post("/sign-in/link", {"email": "alice"})
        assert (answer.status, 'value="alice"' in answer.text) == (422, True)
    assert emails.NEEDED in answer.text
    good = {"email": "alice@example.org", "password": "correct horse battery"}
    assert browser.post("/sign-in", good).status == 303


@pytest.mark.parametrize("email", ["alice@example.org", "eve@example.org"])
def test_links_cannot_be_asked_for_without_end(world: World, email: str) -> None:
    browser = world.browser()
    for _ in range(sign_ins.ATTEMPTS):
        assert browser.post("/sign-in/link", {"email": email}).status == 303
    assert browser.post("/sign-in/link", {"email": email}).status == 429
    world.clock.wait(minutes=16)
    assert browser.post("/sign-in/link", {"email": email}).status == 303


def test_asking_for_links_leaves_the_password_alone_and_the_other_way_round(world: World) -> None:
    browser = world.browser()
    for _ in range(sign_ins.ATTEMPTS):
        browser.post("/sign-in/link", {"email": "alice@example.org"})
    good = {"email": "alice@example.org", "password": "correct horse battery"}
    assert browser.post("/sign-in", good).status == 303
    world.clock.wait(minutes=16)
    for _ in range(sign_ins.ATTEMPTS):
        browser.post("/sign-in", good | {"password": "wrong"})
    assert browser.post("/sign-in", good).status == 429
    assert browser.post("/sign-in/link", {"email": "alice@example.org"}).status == 303


def waiting(world: World) -> list[Message]:
    with world.session() as session:
        return list(session.scalars(select(Message)))
