"""Leaving: what is due is still paid, by a name that stands with no code; then the name goes too."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import panels, withdrawing
from surveys.panels import Panellist
from surveys.payments import ledger
from surveys.payments.ledger import Marking, Payment, Wish
from surveys.people import Person
from surveys.studies import Study

PAID = Marking("paid", method="voucher", paid_on=date(2026, 3, 2), note="As P01 asked.")


@pytest.fixture
def left(session: Session, study: Study, bob: Panellist, grace: Panellist, now: datetime) -> list[Payment]:
    """Bob was paid for round 1 and is due for round 2 when he leaves; then a third is on his panel."""
    bob.person = Person(name="Bob Jones", email="bob@example.org", created_at=now)
    panels.add(session, study.panels[0], "P02", now=now)
    for what in ("Round 1", "Round 2"):
        ledger.offer(session, study, Wish(what, 2500), by="alice", now=now)
    own = select(Payment).where(Payment.panellist_id == bob.id).order_by(Payment.what)
    first, second = session.scalars(own).all()
    ledger.mark(session, study, {first.id: "offered"}, PAID, by="alice", now=now)
    ledger.mark(session, study, {second.id: "offered"}, Marking("accepted", note="P01"), by="alice", now=now)
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    return [one for one in ledger.list_all(session, study) if one.panellist is None]


def test_what_is_due_keeps_a_name_and_what_was_paid_keeps_none(session: Session, left: list[Payment]) -> None:
    kept = {(one.what, one.state.value, one.amount, one.name, one.email, one.note) for one in left}
    assert kept == {
        ("Round 1", "paid", 2500, "", "", ""),
        ("Round 2", "accepted", 2500, "Bob Jones", "bob@example.org", ""),
    }
    assert session.scalars(select(Person)).all() == []


def test_nothing_leads_back_to_the_code(
    session: Session, study: Study, bob: Panellist, left: list[Payment]
) -> None:
    assert session.scalars(select(Payment).where(Payment.panellist_id == bob.id)).all() == []


def test_neither_the_ids_nor_the_order_tell_in_which_order_they_left(
    session: Session, study: Study, now: datetime
) -> None:
    people = [panels.add(session, study.panels[0], f"P{number:02}", now=now) for number in range(20)]
    session.flush()
    ledger.offer(session, study, Wish("Round 1", 2500), by="alice", now=now)
    before = {one.id for one in ledger.list_all(session, study)}
    left = []
    for panellist in people:
        withdrawing.withdraw(session, study, panellist, keep_answers=True, now=now)
        (new,) = {one.id for one in ledger.list_all(session, study)} - {*before, *left}
        left.append(new)
    assert left != sorted(left)
    assert [one.id for one in ledger.list_all(session, study)] == sorted(left)


@pytest.mark.parametrize("state", ["paid", "declined"])
def test_the_name_goes_when_nothing_is_due(
    session: Session, study: Study, left: list[Payment], now: datetime, state: str
) -> None:
    (due,) = (one for one in left if one.is_due)
    marking = Marking(state, paid_on=PAID.paid_on, note="Posted to Bob.")
    ledger.mark(session, study, {due.id: due.state.value}, marking, by="alice", now=now)
    assert (due.name, due.email, due.note, due.amount) == ("", "", "", 2500)


def test_whoever_has_no_name_leaves_none(
    session: Session, study: Study, grace: Panellist, now: datetime
) -> None:
    ledger.offer(session, study, Wish("Round 1", 2500), by="alice", now=now)
    withdrawing.withdraw(session, study, grace, keep_answers=False, now=now)
    (one,) = ledger.list_all(session, study)
    assert (one.panellist_id, one.payee) == (None, ("", ""))
