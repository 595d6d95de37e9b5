"""The personal link: a button, a cookie, and one plain answer for every link that opens nothing."""

import re

import pytest
from sqlalchemy.orm import Session

from delphi import auth
from surveys import access, studies, withdrawing
from tests.delphi import answering
from tests.delphi.conftest import NOW, Answer, Browser, World


def _link(world: World, code: str = "bob") -> str:
    def make(session: Session) -> str:
        link = access.create_personal_link(
            session, world.service.key, answering.panellist(session, code), now=NOW
        )
        return f"/join/{access.personal_token(world.service.key, link)}"

    return str(answering.act(world, make))


def _body(answer: Answer) -> str:
    return re.sub(r'name="_csrf_token" value="[^"]*"', "", answer.text)


def test_the_button_behind_a_link_lets_the_panellist_in(world: World) -> None:
    link, browser = _link(world), world.browser()
    assert "Fairer care" in browser.get(link).text
    entered = browser.post(link)
    assert (entered.status, entered.location) == (303, "/answer")
    assert browser.get("/answer/information").status == 200


def test_following_a_link_alone_opens_nothing(world: World) -> None:
    browser = world.browser()
    assert browser.get(_link(world)).status == 200
    assert auth.SESSION_COOKIE not in browser.client.cookies
    assert browser.get("/answer").status == 403


def test_a_link_is_good_for_many_devices_and_visits(world: World) -> None:
    link = _link(world)
    for _ in range(2):
        browser = world.browser()
        assert browser.post(link).status == 303
        assert browser.post(link).status == 303


def test_a_link_survives_what_mail_programs_leave_at_its_end(world: World) -> None:
    assert world.browser().get(_link(world) + ">.").status == 200


def _revoke(session: Session) -> None:
    access.revoke_personal_links(session, answering.panellist(session, "bob"), now=NOW)


def _end(session: Session) -> None:
    studies.get(session, "fairer-care").ended_at = NOW


def _withdraw(session: Session) -> None:
    who = answering.panellist(session, "bob")
    withdrawing.withdraw(session, who.study, who, keep_answers=True, now=NOW)


@pytest.mark.parametrize("spoil", [_revoke, _end, _withdraw])
@pytest.mark.parametrize("press", [False, True])
def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(
    world: World, spoil: object, press: bool
) -> None:
    link, browser = _link(world), world.browser()
    answering.act(world, spoil)  # type: ignore[arg-type]
    bad = [link, link[:-4], "/join/unknown", "/join/%00%ff", "/join/a/b/c", "/join/" + "x" * 2000]
    answers = [browser.post(path) if press else browser.get(path) for path in bad]
    assert {answer.status for answer in answers} == {404}
    assert len({_body(answer) for answer in answers}) == 1
    assert "look whether all of it was copied" in answers[0].text
    assert "What you answered in a study is kept." in answers[0].text
    assert "what is answered in a pilot is deleted with it" in answers[0].text
    assert auth.SESSION_COOKIE not in browser.client.cookies


def test_a_revoked_link_shuts_the_browsers_that_it_opened(world: World, bob: Browser) -> None:
    assert bob.get("/answer/information").status == 200
    answering.act(world, _revoke)
    assert bob.get("/answer/information").status == 403
