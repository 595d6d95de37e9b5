"""Payments: offered to a group, marked together, hidden from who sees codes alone, and no progress."""

import csv
import html
import io
import re

from surveys import access, panels, studies, teams
from surveys.payments import ledger
from surveys.people import Person
from surveys.permissions import Role
from surveys.teams import NewMember
from tests.delphi import answered
from tests.delphi.answered import HOME
from tests.delphi.conftest import NOW, Browser, World

PAYMENTS = f"{HOME}/payments"
ROUND_1 = {"what": "Round 1", "amount": "£25"}


def ids(world: World) -> dict[str, str]:
    """The id of each payment, by the code that it is of."""
    with world.session() as session:
        known = ledger.list_all(session, studies.get(session, "fairer-care"))
        return {one.panellist.code: one.id for one in known if one.panellist}


def states(world: World) -> list[str]:
    with world.session() as session:
        return [one.state.value for one in ledger.list_all(session, studies.get(session, "fairer-care"))]


def test_a_payment_is_offered_and_those_ticked_are_paid(alice: Browser, world: World) -> None:
    assert "Nothing has been offered yet" in alice.get(PAYMENTS).text
    words = {"words": "£25 voucher a round, whether or not you finish", "currency": "£", "seen": ""}
    assert alice.post(f"{PAYMENTS}/words", words).status == 303
    assert alice.post(f"{PAYMENTS}/offer", ROUND_1).status == 303
    page = alice.get(PAYMENTS).text
    assert "2 payments offered." in page
    assert "£50.00 is due in 2 payments." in page
    assert words["words"] in page
    bob = ids(world)["bob"]
    paid = {f"p{bob}": "offered", "state": "paid", "paid_on": "2026-03-01", "method": "voucher"}
    answer = alice.post(f"{PAYMENTS}/mark?shown=offered", paid)
    assert (answer.status, answer.location) == (303, f"{PAYMENTS}?shown=offered")
    page = alice.get(f"{PAYMENTS}?shown=paid").text
    assert "£25.00 is due in 1 payment, and £25.00 has been paid in 1." in page
    assert "voucher, 1 March 2026" in page
    assert ">grace" not in page


def test_all_that_are_shown_are_marked_without_ticking_each(alice: Browser, world: World) -> None:
    alice.post(f"{PAYMENTS}/offer", ROUND_1)
    shown = re.search(r'name="seen" value="([^"]*=[^"]*)"', alice.get(PAYMENTS).text)
    assert shown is not None
    form = {"seen": shown[1], "all": "yes", "state": "accepted"}
    assert alice.post(f"{PAYMENTS}/mark", form).status == 303
    assert states(world) == ["accepted", "accepted"]
    assert alice.post(f"{PAYMENTS}/mark", form | {"state": "declined"}).status == 409  # an old page
    assert states(world) == ["accepted", "accepted"]


def test_what_was_typed_and_ticked_stays_when_it_is_refused(alice: Browser, world: World) -> None:
    alice.post(f"{PAYMENTS}/offer", ROUND_1)
    bob = ids(world)["bob"]
    form = {f"p{bob}": "offered", "state": "paid", "paid_on": "soon", "note": "By post"}
    answer = alice.post(f"{PAYMENTS}/mark", form)
    assert (answer.status, 'href="#paid_on"' in answer.text) == (422, True)
    assert 'value="By post"' in answer.text
    assert re.search(rf'id="p{bob}"[^>]* checked', answer.text)
    for path, bad, field in (
        ("offer", ROUND_1 | {"amount": "much"}, "amount"),
        ("offer", ROUND_1 | {"whom": "finished"}, "whom"),
        ("mark", {"state": "paid"}, "payments"),
        ("words", {"words": "x", "currency": ""}, "currency"),
    ):
        refused = alice.post(f"{PAYMENTS}/{path}", bad)
        assert (refused.status, f'href="#{field}"' in refused.text) == (422, True)


def test_the_file_has_names_and_states_and_no_progress(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    alice.post(f"{PAYMENTS}/offer", ROUND_1)
    file = alice.get(f"{PAYMENTS}/payments.csv")
    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert (rows[0]["code"], rows[0]["for"], rows[0]["amount"], rows[0]["state"]) == (
        "P0",
        "Round 1",
        "25.00",
        "offered",
    )
    told = html.unescape(alice.get(PAYMENTS).text)
    assert not re.search(r"submitted|not begun|of 6", told + file.text)


def test_whoever_leaves_while_a_payment_is_due_is_told_what_is_kept(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        bob = next(one for one in panels.list_panellists(session, study) if one.code == "bob")
        bob.person = Person(name="Rob Jones", email="rob@example.org", created_at=NOW)
    told = "A payment is still due to you. Your name and address are kept for it"
    gone = "Your name and address are deleted"
    browser = world.as_panellist("bob")
    page = browser.get("/answer/withdraw").text
    assert (told in page, gone in page) == (False, True)
    alice.post(f"{PAYMENTS}/offer", ROUND_1)
    page = browser.get("/answer/withdraw").text
    assert (told in page, gone in page) == (True, False)
    left = browser.post("/answer/withdraw", {"sure": "yes"})
    assert told in browser.get(left.location).text
    page = alice.get(PAYMENTS).text
    assert ("Left the study" in page, "Rob Jones" in page, ">bob" in page) == (True, True, False)


def test_an_analyst_sees_no_payments_nor_the_way_to_them(alice: Browser, world: World) -> None:
    alice.post(f"{PAYMENTS}/offer", ROUND_1)
    assert f'href="{PAYMENTS}"' in alice.get(f"{HOME}/panels").text
    with world.session() as session, session.begin():
        access.create_account(session, "ann@example.org", "Ann", None, now=NOW)
        new = NewMember("ann@example.org", "Ann", Role.ANALYST)
        teams.invite(session, studies.get(session, "fairer-care"), new, by="alice", now=NOW)
    ann = world.as_account("ann@example.org")
    assert f'href="{PAYMENTS}"' not in ann.get(f"{HOME}/panels").text
    for path in (PAYMENTS, f"{PAYMENTS}/payments.csv"):
        assert ann.get(path).status == 403
    assert ann.post(f"{PAYMENTS}/offer", ROUND_1).status == 403
