"""Leaving a study: what is due stays to be paid, apart from the code; no other payment keeps a name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.panels import Panellist
from surveys.payments.ledger import DUE, Payment


def is_due(session: Session, panellist: Panellist) -> bool:
    """Whether this panellist, who has a name, is still to be paid."""
    due = select(Payment.id).where(Payment.panellist_id == panellist.id, Payment.state.in_(DUE))
    return panellist.person_id is not None and session.scalar(due.limit(1)) is not None


def leave(session: Session, panellist: Panellist) -> None:
    """Cut the payments of this panellist from its code, before the name is cut from it too.

    A payment that is due keeps the name and the address, which it is paid by, till it is marked as paid or
    declined. Each is written anew, under an id drawn anew and without its note: the old id, or a word in a
    note, would tell whose code it was.
    """
    person = panellist.person
    own = select(Payment).where(Payment.panellist_id == panellist.id).order_by(Payment.id).with_for_update()
    # What somebody marks just now is waited for, and seen.
    for old in session.scalars(own.execution_options(populate_existing=True)).all():
        new = Payment(
            study_id=old.study_id,
            what=old.what,
            amount=old.amount,
            state=old.state,
            method=old.method,
            paid_on=old.paid_on,
        )
        if person is not None and old.is_due:
            new.name, new.email = person.name, person.email
        session.add(new)
        session.delete(old)
    session.flush()
