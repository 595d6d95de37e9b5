"""The ledger: what was offered to whom, and what became of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys import attributes, audit, panels, studies
from surveys.attributes import PanellistAttribute
from surveys.base import Base, words
from surveys.declarations import Capacity
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panellist
from surveys.payments.offers import NOBODY_IN_PILOT
from surveys.studies import Study

LONGEST_WHAT, LONGEST_METHOD, LONGEST_NOTE = 80, 80, 500
SAY_WHAT = "Say what the payment is for, such as Round 1."
CHOOSE_WHOM = "Choose to whom it is offered."
CHOOSE_STATE = "Choose what became of these payments."
CHOOSE_SOME = "Tick the payments that are meant."
SAY_DAY = "Write the day on which it was paid."
NOT_YET = "That day has not come yet."
TOO_LONG = "This has {} characters; at most {} can be kept."
CHANGED = (
    "Somebody else has changed some of these payments meanwhile, or somebody has left the study. Nothing was"
    " marked. The list now shows what stands: look at it again."
)


class PaymentState(StrEnum):
    """What became of an offer; where it was declined or paid, nothing is due."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PAID = "paid"


DUE = (PaymentState.OFFERED, PaymentState.ACCEPTED)


def _new_id() -> str:
    return secrets.token_hex(8)


class Payment(Base):
    """One payment to one person, in hundredths of the study's currency.

    The name of a panellist stands in `people`. `name` and `email` are there only of somebody who has left the
    study and is still to be paid: see `leaving`. Its id is drawn, not counted: the order in which payments
    were written anew would tell in which order people left, which is known by code.
    """

    __tablename__ = "payments"
    __table_args__ = (UniqueConstraint("panellist_id", "what"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=_new_id)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    panellist_id: Mapped[int | None] = mapped_column(ForeignKey("panellists.id"))
    what: Mapped[str] = mapped_column(String(LONGEST_WHAT))
    amount: Mapped[int]
    state: Mapped[PaymentState] = mapped_column(words(PaymentState))
    method: Mapped[str] = mapped_column(String(LONGEST_METHOD), default="")
    paid_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    panellist: Mapped[Panellist | None] = relationship()

    @property
    def is_due(self) -> bool:
        return self.state in DUE

    @property
    def payee(self) -> tuple[str, str]:
        """Name and address, where they are known."""
        person = self.panellist.person if self.panellist else None
        return (person.name, person.email) if person else (self.name, self.email)


@dataclass(frozen=True)
class Wish:
    """What is to be offered for what, and to whom: a panel's key, a capacity, or nothing for everyone."""

    what: str
    amount: int
    whom: str = ""


@dataclass(frozen=True)
class Marking:
    """What became of payments. What is empty stays as it is; `paid_on` is wanted of what was paid."""

    state: str
    amount: int | None = None
    method: str = ""
    paid_on: date | None = None
    note: str = ""


def offer(session: Session, study: Study, wish: Wish, *, by: str, now: datetime) -> int:
    """Offer it to all of them who are on the panels, and tell to how many; to nobody twice for the same."""
    studies.check_is_no_pilot(study, NOBODY_IN_PILOT)
    if not wish.what or len(wish.what) > LONGEST_WHAT:
        sentence = TOO_LONG.format(len(wish.what), LONGEST_WHAT) if wish.what else SAY_WHAT
        raise InvalidInput(sentence, "what")
    panels.hold_all(session, study)
    whom = _whom(session, study, wish.whom)
    of_study = select(Payment.panellist_id).where(Payment.study_id == study.id, Payment.what == wish.what)
    known = set(session.scalars(of_study))
    new = [
        Payment(
            study_id=study.id,
            panellist_id=panellist_id,
            what=wish.what,
            amount=wish.amount,
            state=PaymentState.OFFERED,
        )
        for panellist_id in whom
        if panellist_id not in known
    ]
    session.add_all(new)
    if new:
        audit.note(session, study.id, "payment offered", by=by, now=now, what=wish.what, count=len(new))
    session.flush()
    return len(new)


def list_all(session: Session, study: Study) -> list[Payment]:
    """Every payment of the study: by panel, code and what it is for; those who left after them, by name."""
    own = select(Payment).where(Payment.study_id == study.id)
    with_names = own.options(joinedload(Payment.panellist).joinedload(Panellist.person))
    return sorted(session.scalars(with_names), key=_place)


def list_purposes(session: Session, study: Study) -> list[str]:
    """What payments of this study are for."""
    own = select(Payment.what).where(Payment.study_id == study.id)
    return sorted(session.scalars(own.distinct()), key=str.casefold)


def mark(
    session: Session,
    study: Study,
    seen: Mapping[str, str],
    marking: Marking,
    *,
    by: str,
    now: datetime,
) -> int:
    """Note what became of these payments (by id), all of them or none; tells how many changed.

    `seen` is the state of each as the page showed it: what somebody else has changed since stays as it is.
    """
    if not seen:
        raise InvalidInput(CHOOSE_SOME, "payments")
    state = _checked(marking, now)
    own = select(Payment).where(Payment.study_id == study.id, Payment.id.in_(seen)).order_by(Payment.id)
    held = own.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(held).all()
    if len(found) < len(seen) or any(one.state not in (seen[one.id], state) for one in found):
        raise NotNow(CHANGED)
    changed = sum(_mark(one, state, marking) for one in found)
    if changed:
        audit.note(session, study.id, f"payments marked as {state}", by=by, now=now, count=changed)
    session.flush()
    return changed


def _place(payment: Payment) -> tuple[bool, int, str, str, str]:
    if (whose := payment.panellist) is None:
        return True, 0, payment.name.casefold(), payment.what, payment.id
    return False, whose.panel.position, whose.code, payment.what, payment.id


def _whom(session: Session, study: Study, whom: str) -> list[int]:
    """The people (by id) who are meant, held: none of them leaves while it is offered."""
    staying = select(Panellist.id).where(Panellist.study_id == study.id, Panellist.withdrawn_at.is_(None))
    panel = next((panel for panel in study.panels if panel.key == whom), None)
    if panel is not None:
        staying = staying.where(Panellist.panel_id == panel.id)
    elif whom in tuple(Capacity):
        alike = (PanellistAttribute.name == attributes.CAPACITY) & (PanellistAttribute.value == whom)
        staying = staying.where(Panellist.id.in_(select(PanellistAttribute.panellist_id).where(alike)))
    elif whom:
        raise InvalidInput(CHOOSE_WHOM, "whom")
    return list(session.scalars(staying.order_by(Panellist.id).with_for_update(read=True)))


def _checked(marking: Marking, now: datetime) -> PaymentState:
    if marking.state not in tuple(PaymentState):
        raise InvalidInput(CHOOSE_STATE, "state")
    for field, text, most in (
        ("method", marking.method, LONGEST_METHOD),
        ("note", marking.note, LONGEST_NOTE),
    ):
        if len(text) > most:
            raise InvalidInput(TOO_LONG.format(len(text), most), field)
    if marking.state == PaymentState.PAID and marking.paid_on is None:
        raise InvalidInput(SAY_DAY, "paid_on")
    if marking.paid_on is not None and marking.paid_on > now.date() + timedelta(days=1):  # it is far round
        raise InvalidInput(NOT_YET, "paid_on")
    return PaymentState(marking.state)


def _mark(one: Payment, state: PaymentState, marking: Marking) -> bool:
    """Note it; whether anything changed. Who left and is paid, or wants nothing, is known here no more."""
    before = (one.state, one.amount, one.method, one.paid_on, one.note)
    one.state, one.paid_on = state, marking.paid_on if state == PaymentState.PAID else None
    one.amount = one.amount if marking.amount is None else marking.amount
    one.method, one.note = marking.method or one.method, marking.note or one.note
    if one.panellist_id is None and not one.is_due:
        one.name = one.email = one.note = ""
    return before != (one.state, one.amount, one.method, one.paid_on, one.note)
