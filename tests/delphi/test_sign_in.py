"""Signing in: it works first, then the refusals."""

from datetime import timedelta

import pytest

from surveys import access
from tests.delphi.conftest import World


def test_alice_signs_in_with_her_password(world: World) -> None:
    browser = world.browser()
    assert browser.get("/sign-in").status == 200
    answer = browser.post("/sign-in", {"email": "Alice@Example.org", "password": "correct horse battery"})
    assert (answer.status, answer.location) == (303, "/studies")


@pytest.mark.parametrize(
    ("email", "password"), [("alice@example.org", "wrong"), ("nobody@example.org", "wrong")]
)
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(
    world: World, email: str, password: str
) -> None:
    answer = world.browser().post("/sign-in", {"email": email, "password": password})
    assert answer.status == 422
    assert access.WRONG_SIGN_IN in answer.text
    assert email in answer.text  # what was typed stays


def test_too_many_wrong_tries_have_to_wait(world: World) -> None:
    browser = world.browser()
    for _ in range(access.ATTEMPTS):
        assert browser.post("/sign-in", {"email": "alice@example.org", "password": "wrong"}).status == 422
    good = {"email": "alice@example.org", "password": "correct horse battery"}
    assert browser.post("/sign-in", good).status == 429
    world.clock.wait(minutes=16)
    assert browser.post("/sign-in", good).status == 303


def test_a_sign_in_link_needs_its_button_and_works_once(world: World) -> None:
    with world.session() as session, session.begin():
        account = access.find_account(session, "alice@example.org")
        assert account is not None
        token = access.create_sign_in_link(session, world.service.key, account, now=world.clock.now)
    browser = world.browser()
    assert browser.get(f"/sign-in/link/{token}").status == 200
    assert browser.get("/studies").status == 403
    assert browser.post(f"/sign-in/link/{token}").status == 303
    assert world.browser().post(f"/sign-in/link/{token}").status == 404


def test_an_expired_sign_in_link_opens_nothing(world: World) -> None:
    with world.session() as session, session.begin():
        account = access.find_account(session, "alice@example.org")
        assert account is not None
        token = access.create_sign_in_link(
            session, world.service.key, account, now=world.clock.now - timedelta(hours=1)
        )
    assert world.browser().post(f"/sign-in/link/{token}").status == 404


def test_a_form_without_its_token_is_refused(world: World) -> None:
    answer = world.browser().client.post("/sign-in", data={"email": "alice@example.org", "password": "x"})
    assert answer.status_code == 403
