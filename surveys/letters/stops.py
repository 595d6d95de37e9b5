"""Addresses that no mail goes to: it came back from there, or whoever reads it wants none.

A note is about the address as it was; with another address it counts no more. It goes with the person.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit
from surveys.base import Base, words
from surveys.errors import NotNow
from surveys.panels import Panellist
from surveys.people import Person

MAIL_SERVER = "mail server"
NO_ADDRESS = "There is no address of this panellist to be marked."
LONGEST_REASON = 500


class StopKind(StrEnum):
    """Why no mail goes there."""

    BOUNCED = "bounced"
    UNWANTED = "unwanted"


class Stop(Base):
    """No mail to this person at this address."""

    __tablename__ = "mail_stops"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    kind: Mapped[StopKind] = mapped_column(words(StopKind))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))


def find(session: Session, panellist: Panellist) -> Stop | None:
    """What stands against mail to this panellist at its present address."""
    if panellist.person is None:
        return None
    stop = session.get(Stop, panellist.person.id)
    return stop if stop is not None and stop.email == panellist.person.email else None


def by_person(session: Session, study_id: int) -> dict[int, StopKind]:
    """The people of a study (by id) to whose present address no mail goes, and why."""
    standing = (
        select(Stop.person_id, Stop.kind)
        .join(Person, (Person.id == Stop.person_id) & (Person.email == Stop.email))
        .join(Panellist, Panellist.person_id == Person.id)
    )
    return dict(session.execute(standing.where(Panellist.study_id == study_id)).all())


def mark(
    session: Session, panellist: Panellist, kind: StopKind, *, by: str, now: datetime, reason: str = ""
) -> None:
    """Send no more mail to this panellist's address till it is changed or the mark is taken back."""
    person = panellist.person
    if person is None or not person.email:
        raise NotNow(NO_ADDRESS)
    session.merge(
        Stop(
            person_id=person.id, email=person.email, kind=kind, reason=reason[:LONGEST_REASON], at=now, by=by
        )
    )
    audit.note(session, panellist.study_id, f"mail stopped: {kind}", by=by, now=now, panellist=panellist.code)
    session.flush()


def take_back(session: Session, panellist: Panellist, *, by: str, now: datetime) -> None:
    """Send mail to this address again."""
    if (stop := find(session, panellist)) is not None:
        session.delete(stop)
        audit.note(session, panellist.study_id, "mail goes again", by=by, now=now, panellist=panellist.code)
        session.flush()
