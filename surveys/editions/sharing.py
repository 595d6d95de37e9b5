"""Sharing an edition: a public address that can be taken back, copies of it, and the secret link by mail.

What is public is the version, and the local answers, of the moment when they were made public. Whatever the
team writes afterwards stays its own till it says so again.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import emails, outbox
from surveys.access import Key
from surveys.base import Base
from surveys.editions import editions, local_rounds, makings, plans, sources
from surveys.editions.editions import Created, Edition, EditionVersion
from surveys.editions.local_rounds import LocalRound
from surveys.editions.sources import SourceState
from surveys.errors import NotFound, NotNow, Throttled

NOT_PUBLIC = "There is no public edition at this address."
SOURCE_WITHDRAWN = (
    "The study that this edition is made from is no longer published, so no new edition can be made of it."
)
MAIL_WINDOW, MAILS_TO_ONE, MAILS_FROM_ONE = timedelta(days=1), 3, 12
TOO_MANY_MAILS = "This link was sent often enough for today. Copy it from the address of this page instead."
SENT_JUST_NOW = timedelta(minutes=2)  # a form sent twice is one mail
_SLUG_WORDS = 40


class EditionSharing(Base):
    """The public address of an edition, and what stands there. Taken back, it opens nothing."""

    __tablename__ = "edition_sharings"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[int]
    local_round_id: Mapped[int | None] = mapped_column(ForeignKey("local_rounds.id"))
    shared_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    edition: Mapped[Edition] = relationship()
    local_round: Mapped[LocalRound | None] = relationship()


class EditionMail(Base):
    """A secret link that was sent by mail, by keyed hashes: nobody may be written to without end."""

    __tablename__ = "edition_mails"
    __table_args__ = (Index("ix_edition_mails_to_at", "to_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    to_hash: Mapped[str] = mapped_column(String(64))
    origin_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Shared:
    """What is public of an edition: where, which version, and since when."""

    slug: str
    version: int
    shared_at: datetime


@dataclass(frozen=True)
class Letter:
    """A mail as it is to be sent."""

    to: str
    subject: str
    body: str


def publish(session: Session, edition: Edition, *, now: datetime) -> Shared:
    """Make the edition as it stands public; what is public already in this state stays as it is."""
    editions.hold(session, edition)
    newest = editions.draft(session, edition)
    closed = local_rounds.find_latest(session, edition)
    round_id = closed.id if closed else None
    known = session.get(EditionSharing, edition.id)
    if known is None:
        slug = _slug(newest.plan.group.place or newest.source.study_title)
        known = EditionSharing(edition_id=edition.id, slug=slug, taken_back_at=now)
        session.add(known)
    if known.taken_back_at or (known.version, known.local_round_id) != (newest.number, round_id):
        known.version, known.local_round_id = newest.number, round_id
        known.shared_at, known.taken_back_at = now, None
        session.flush()
    return _shared(known)


def take_back(session: Session, edition: Edition, *, now: datetime) -> None:
    """Close the public address; publishing again opens the same one."""
    editions.hold(session, edition)
    known = session.get(EditionSharing, edition.id)
    if known is not None and known.taken_back_at is None:
        known.taken_back_at = now
        session.flush()


def find(session: Session, edition: Edition) -> Shared | None:
    """What is public of this edition now."""
    known = session.get(EditionSharing, edition.id)
    return None if known is None or known.taken_back_at else _shared(known)


def get(session: Session, slug: str) -> EditionSharing:
    """What is public at this address; unknown and taken back are refused alike."""
    live = select(EditionSharing).where(EditionSharing.slug == slug, EditionSharing.taken_back_at.is_(None))
    if (found := session.scalar(live)) is None:
        raise NotFound(NOT_PUBLIC)
    return found


def copy(session: Session, key: Key, slug: str, *, now: datetime, origin: str = "") -> Created:
    """An edition of one's own that begins with what is public of another, without its local answers."""
    shared = get(session, slug)
    version = session.get_one(EditionVersion, (shared.edition_id, shared.version))
    if sources.state(session, version.source) == SourceState.WITHDRAWN:
        raise NotNow(SOURCE_WITHDRAWN)
    makings.count(session, key, origin, now=now)
    plan = plans.for_another_place(plans.decode(version.content))
    return editions.begin(session, key, version.source, plan, now=now, copied_from=shared.edition_id)


def mail(session: Session, key: Key, edition: Edition, letter: Letter, *, origin: str, now: datetime) -> bool:
    """Queue the secret link, once for a form that is sent twice; tells whether it was.

    Refused is what is no address, and one mail too many to it or from this place.
    """
    emails.check(letter.to, "email")
    editions.hold(session, edition)
    sent = EditionMail(
        edition_id=edition.id,
        to_hash=key.hash(f"edition mail to {letter.to.strip().lower()}"),
        origin_hash=key.hash(f"edition mail from {origin}"),
        at=now,
    )
    if _was_sent_just_now(session, sent):
        return False
    _check_few(session, sent)
    session.add(sent)
    session.flush()
    return outbox.queue(session, f"edition link {sent.id}", letter.to, letter.subject, letter.body, now=now)


def _was_sent_just_now(session: Session, mail: EditionMail) -> bool:
    alike = (EditionMail.edition_id == mail.edition_id) & (EditionMail.to_hash == mail.to_hash)
    last = session.scalar(select(func.max(EditionMail.at)).where(alike))
    return last is not None and last > mail.at - SENT_JUST_NOW


def _check_few(session: Session, mail: EditionMail) -> None:
    for is_alike, most in (
        (EditionMail.to_hash == mail.to_hash, MAILS_TO_ONE),
        (EditionMail.origin_hash == mail.origin_hash, MAILS_FROM_ONE),
    ):
        recent = select(func.count()).where(is_alike, EditionMail.at > mail.at - MAIL_WINDOW)
        if (session.scalar(recent) or 0) >= most:
            raise Throttled(TOO_MANY_MAILS)


def _shared(known: EditionSharing) -> Shared:
    return Shared(known.slug, known.version, known.shared_at)


def _slug(words: str) -> str:
    """The words as an address may have them, and an end that no other edition has.

    >>> _slug("Ynys Môn & Arfon").rpartition("-")[0]
    'ynys-m-n-arfon'
    """
    readable = re.sub(r"[^a-z0-9]+", "-", words.lower())[:_SLUG_WORDS].strip("-")
    return f"{readable or 'edition'}-{secrets.token_hex(4)}"
