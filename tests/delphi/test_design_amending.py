"""Amending in the browser: the same forms, with a reason; and what was before can be had."""

import hashlib

import pytest

from surveys import studies
from tests.delphi import answered
from tests.delphi.conftest import Answer, Browser, World
from tests.delphi.test_design_parts import DESIGN, HOME, form_of

WHY = {"reason": "A reviewer asked for it.", "affects": "No answer that was given."}


def amend(browser: Browser, part: str, changes: dict[str, str]) -> Answer:
    path = f"{DESIGN}/amend/{part}"
    return browser.post(path, {**form_of(browser.get(path).text), **changes})


def fingerprint(world: World) -> str:
    with world.session() as session:
        return studies.get(session, "fairer-care").fingerprint


def test_an_amendment_stands_on_the_design_and_the_protocol(
    alice: Browser, world: World, open_round: int
) -> None:
    before = fingerprint(world)
    answer = amend(alice, "aims", {"aims": "Clearer aims.", **WHY})
    assert (answer.status, answer.location) == (303, DESIGN)
    for page in (alice.get(DESIGN).text, alice.get(f"{HOME}/protocol").text):
        assert "Amendment 1" in page
        assert WHY["reason"] in page
        assert WHY["affects"] in page
        assert "2 March 2026" in page
    file = alice.client.get(f"{DESIGN}/amendments/1/before.json").content
    assert hashlib.sha256(file).hexdigest() == before != fingerprint(world)
    assert alice.get(f"{DESIGN}/amendments/2/before.json").status == 404


def test_without_a_reason_nothing_is_amended_and_nothing_lost(
    alice: Browser, world: World, open_round: int
) -> None:
    before = fingerprint(world)
    answer = amend(alice, "aims", {"aims": "Clearer aims.", "affects": "Nothing."})
    assert answer.status == 422
    assert 'id="reason-fault"' in answer.text
    assert "Clearer aims.</textarea>" in answer.text
    assert "Nothing.</textarea>" in answer.text
    assert fingerprint(world) == before


def test_a_fault_stands_at_its_field(alice: Browser, open_round: int) -> None:
    answer = amend(alice, "information", {"about": "Another text.", **WHY})
    assert (answer.status, 'id="version-fault"' in answer.text) == (422, True)


def test_an_amended_sheet_is_agreed_to_again(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    amend(alice, "information", {"about": "Another text.", "version": "2", **WHY})
    page = world.as_panellist("P0").get("/answer/information").text
    assert "This information has changed since you agreed to it" in page


def test_what_stays_has_no_form(alice: Browser, open_round: int) -> None:
    for part, status in (("criteria", 409), ("rules", 409), ("nothing", 404)):
        assert alice.get(f"{DESIGN}/amend/{part}").status == status
        assert alice.post(f"{DESIGN}/amend/{part}", {}).status == status
    page = alice.get(DESIGN).text
    assert f'href="{DESIGN}/amend/aims"' in page
    assert all(f'href="{DESIGN}/amend/{part}"' not in page for part in ("criteria", "rules"))


def test_a_draft_is_not_amended(alice: Browser) -> None:
    assert alice.get(f"{DESIGN}/amend/aims").status == 409


@pytest.mark.parametrize("part", ["rules", "rounds"])
def test_between_rounds_the_rules_have_a_form(alice: Browser, world: World, part: str) -> None:
    answered.round_1(world)
    assert alice.get(f"{DESIGN}/amend/{part}").status == 200
