"""The safeguarding lead of a study: who is told of what worries the team. It needs no account.

Whoever was the lead before stays on record by name. The address goes, and what was sent there opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, emails, phones, studies
from surveys.base import Base
from surveys.errors import InvalidInput, NotNow
from surveys.outbox import Message, MessageStatus
from surveys.studies import Study

LONGEST_NAME, LONGEST_PHONE = 200, 40
NO_NAME = "Write the lead’s name, as a letter would."
TOO_LONG = "This has {length} characters; at most {longest} can be kept."
CHANGED = "{by} has changed the safeguarding lead meanwhile, to {lead}. Yours is still below; save it again."
GONE = "Somebody else is the safeguarding lead by now."
NOBODY = "nobody"
IS_PILOT = "Its texts are of test panellists, so nobody is told of them."


class SafeguardingLead(Base):
    """Who is told, and whom it was told by; one without an end is the lead now."""

    __tablename__ = "safeguarding_leads"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str] = mapped_column(String(LONGEST_PHONE))
    named_at: Mapped[datetime]
    named_by: Mapped[str] = mapped_column(String(320))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(320))


@dataclass(frozen=True)
class Typed:
    """A lead as it was typed."""

    name: str
    email: str
    phone: str = ""


def find(session: Session, study: Study) -> SafeguardingLead | None:
    """The lead, if one is named."""
    own = select(SafeguardingLead).where(SafeguardingLead.study_id == study.id)
    return session.scalar(own.where(SafeguardingLead.ended_at.is_(None)))


def name(
    session: Session, study: Study, typed: Typed, *, seen: int, by: str, now: datetime
) -> SafeguardingLead:
    """Name the lead in the place of whoever was it; `seen` is the number of the one that stood on the page.

    Links that went to an earlier lead open nothing from then on. Naming the same again changes nothing.
    """
    studies.check_is_no_pilot(study, IS_PILOT)
    tidy = _checked(typed)
    hold(session, study)
    known = find(session, study)
    if known is not None and (known.name, known.email, known.phone) == (tidy.name, tidy.email, tidy.phone):
        return known
    _check_seen(session, study, known, seen)
    if known is not None and known.email == tidy.email:
        known.name, known.phone = tidy.name, tidy.phone  # the same mailbox: its links go on
    else:
        _end(session, known, by=by, now=now)
        known = SafeguardingLead(
            study_id=study.id,
            name=tidy.name,
            email=tidy.email,
            phone=tidy.phone,
            named_at=now,
            named_by=by,
        )
        session.add(known)
    audit.note(session, study.id, "safeguarding lead named", by=by, now=now, lead=tidy.name)
    session.flush()
    return known


def remove(session: Session, study: Study, *, seen: int, by: str, now: datetime) -> None:
    """Name nobody. Without a lead nothing can be passed on."""
    hold(session, study)
    known = find(session, study)
    if known is None:
        return
    _check_seen(session, study, known, seen)
    audit.note(session, study.id, "safeguarding lead removed", by=by, now=now, lead=known.name)
    _end(session, known, by=by, now=now)
    session.flush()


def hold(session: Session, study: Study) -> None:
    """Hold the study's lead and concerns: who changes either comes one after the other."""
    own = select(Study.id).where(Study.id == study.id)
    session.execute(own.with_for_update(key_share=True))
    session.expire_all()


def _check_seen(session: Session, study: Study, known: SafeguardingLead | None, seen: int) -> None:
    """Of two who change the lead, the second is shown what the first did."""
    if (known.id if known else 0) == seen:
        return
    own = select(SafeguardingLead).where(SafeguardingLead.study_id == study.id)
    last = session.scalars(own.order_by(SafeguardingLead.id.desc()).limit(1)).one()
    who = last.ended_by or last.named_by
    raise NotNow(CHANGED.format(by=who, lead=known.name if known else NOBODY))


def letters_to(lead_id: int) -> str:
    """How the keys of all letters to a lead begin, in the outbox."""
    return f"concern for {lead_id}: "


def _end(session: Session, lead: SafeguardingLead | None, *, by: str, now: datetime) -> None:
    """Be done with a lead: no address is kept, in the outbox neither, and what waits there stays there."""
    if lead is None:
        return
    lead.ended_at, lead.ended_by = now, by
    lead.email = lead.phone = ""
    letters = update(Message).where(Message.key.startswith(letters_to(lead.id)))
    waiting = letters.where(Message.status == MessageStatus.READY)
    session.execute(waiting.values(status=MessageStatus.WITHHELD, error=GONE))
    session.execute(letters.values(to="", body=""))  # one that a worker has in hand is not tried again


def _checked(typed: Typed) -> Typed:
    named, phone = (" ".join(text.split()) for text in (typed.name, typed.phone))
    address = typed.email.strip().lower()
    if not named:
        raise InvalidInput(NO_NAME, "name")
    for field, text, longest in (("name", named, LONGEST_NAME), ("phone", phone, LONGEST_PHONE)):
        if len(text) > longest:
            raise InvalidInput(TOO_LONG.format(length=len(text), longest=longest), field)
    if phone and not phones.is_number(phone):
        raise InvalidInput(phones.NEEDED, "phone")
    emails.check(address, "email")
    return Typed(named, address, phone)
