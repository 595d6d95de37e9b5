"""Signing in: it works first, then the refusals."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from surveys import access, passwords, sign_ins
from surveys.sign_ins import SignInAttempt
from tests.delphi.conftest import Browser, World


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
    assert sign_ins.WRONG in answer.text
    assert email in answer.text  # what was typed stays


def test_too_many_wrong_tries_have_to_wait(world: World) -> None:
    browser = world.browser()
    for _ in range(sign_ins.ATTEMPTS):
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
    again = world.browser().post(f"/sign-in/link/{token}")
    assert again.status == 404
    assert '<a class="nhsuk-button" href="/sign-in/">Ask for a new link</a>' in again.text
    assert "works once" in again.text
    assert "invitation" not in again.text


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


def test_a_script_that_asks_for_json_has_to_wait_as_well(world: World) -> None:
    browser = world.browser()
    wrong = {"email": "alice@example.org", "password": "wrong"}
    asked = [browser.post("/sign-in", wrong, headers={"Accept": "application/json"}).status for _ in range(8)]
    assert asked == [422] * sign_ins.ATTEMPTS + [429] * 3
    assert browser.post("/sign-in", wrong).status == 429


def test_tries_that_were_right_are_not_counted(world: World) -> None:
    good = {"email": "alice@example.org", "password": "correct horse battery"}
    signed_in = [world.browser().post("/sign-in", good).status for _ in range(sign_ins.ATTEMPTS * 5)]
    assert set(signed_in) == {303}


def test_a_try_counts_before_its_password_is_compared_and_holds_no_connection_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def matches(_known: str | None, _password: str) -> bool:
        busy = world.service.engine.pool.checkedout()  # type: ignore[attr-defined]  # of a pool with a queue
        with world.session() as session:
            seen.append((busy, session.scalar(select(func.count()).select_from(SignInAttempt))))
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    world.browser().post("/sign-in", {"email": "alice@example.org", "password": "wrong"})
    assert seen == [(0, 2)]  # by its address and by its place


def test_a_password_hashed_by_older_parameters_is_hashed_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    good = {"email": "alice@example.org", "password": "correct horse battery"}
    assert world.browser().post("/sign-in", good).status == 303
    with world.session() as session:
        account = access.find_account(session, "alice@example.org")
        assert account is not None
        assert account.password_hash is not None
        assert ",t=2," in account.password_hash
    assert world.browser().post("/sign-in", good).status == 303


def test_a_panellist_leaves_a_shared_device_and_is_told_the_way_back(world: World, bob: Browser) -> None:
    assert "Sign out of this device" in bob.get("/answer/information").text
    assert bob.post("/sign-in/out").location == "/sign-in/out"
    told = bob.get("/sign-in/out")
    assert (told.status, "open your personal link again" in told.text) == (200, True)
    assert bob.get("/answer").status == 403
    assert world.as_panellist("bob").get("/sign-in/out").location == "/"  # still signed in


def test_a_researcher_signs_out(alice: Browser) -> None:
    assert alice.post("/sign-in/out").location == "/"
    assert alice.get("/studies").status == 403
