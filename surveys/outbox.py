"""Mail as rows: written in the transaction that causes it, claimed by a conditional update, then sent.

A message is queued once by its key. A crash between sending and marking can send it twice, with the same
Message-ID.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base, words

LEASE = timedelta(minutes=5)
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


class MessageStatus(StrEnum):
    """Where a message stands."""

    READY = "ready"
    TAKEN = "taken"
    SENT = "sent"
    FAILED = "failed"


class Message(Base):
    """One mail to one address."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_due", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[MessageStatus] = mapped_column(words(MessageStatus), default=MessageStatus.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


def queue(session: Session, key: str, to: str, subject: str, body: str, *, now: datetime) -> bool:
    """Queue a message unless one with this key is there already; tells whether it was."""
    if session.scalar(select(Message.id).where(Message.key == key)) is not None:
        return False
    session.add(Message(key=key, to=to, subject=subject, body=body, due_at=now))
    session.flush()
    return True


def claim(session: Session, *, now: datetime) -> Message | None:
    """The next due message, held for this worker until its lease ends; None where there is nothing to do."""
    is_due = (Message.status == MessageStatus.READY) & (Message.due_at <= now)
    is_left = (Message.status == MessageStatus.TAKEN) & (Message.lease_until < now)
    next_id = select(Message.id).where(is_due | is_left).order_by(Message.due_at, Message.id).limit(1)
    take = (
        update(Message)
        .where(Message.id == next_id.with_for_update(skip_locked=True).scalar_subquery(), is_due | is_left)
        .values(status=MessageStatus.TAKEN, lease_until=now + LEASE, attempts=Message.attempts + 1)
        .returning(Message)
    )
    return session.scalar(take)


def mark_sent(message: Message, *, now: datetime) -> None:
    """It is out. What it said is not kept: it may hold a link that lets somebody in."""
    message.status, message.sent_at, message.error = MessageStatus.SENT, now, ""
    message.body = ""


def mark_failed(message: Message, error: str, *, now: datetime) -> None:
    """It is not out: try again later, or give up after the last wait."""
    message.error = error
    if message.attempts > len(BACKOFF):
        message.status = MessageStatus.FAILED
    else:
        message.status, message.due_at = MessageStatus.READY, now + BACKOFF[message.attempts - 1]
