"""Mail as rows: written in the transaction that causes it, claimed by a conditional update, then sent.

A message is queued once by its key. A crash between sending and marking can send it twice, with the same
Message-ID; `doubts` counts how often that may have come to pass, and a second time ends it. A letter to a
panellist is queued without address and text: both are found when it goes out, see `surveys.letters`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from sqlalchemy import ColumnElement, Index, SmallInteger, String, Text, case, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base, words

# Longer than a server can take that answers at the last moment each time: see `delphi.mail.LONG_PATIENCE`.
LEASE = timedelta(minutes=20)
MOST_DOUBTS = 2  # times that a message may have gone before nobody but a person may send it again
# Half an hour or more between two tries, and four to five days in all: RFC 5321, 4.5.4.1. Sooner at first,
# for a server that is only being started anew.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=2),) * 50,
)


class MessageStatus(StrEnum):
    """Where a message stands."""

    READY = "ready"
    TAKEN = "taken"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"  # it may have gone, once or twice, and nobody can tell
    WITHHELD = "withheld"  # by the time that it would have gone out, it should not


MAY_BE_OUT = (MessageStatus.SENT, MessageStatus.UNCLEAR)
CUT_SHORT = "Sending was cut short."


class Rank(IntEnum):
    """Whose turn it is: what somebody sits and waits for goes before letters to many."""

    AWAITED = 0
    LETTER = 1


class Message(Base):
    """One mail to one address."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_due", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    rank: Mapped[int] = mapped_column(SmallInteger, default=Rank.AWAITED, server_default="0")
    status: Mapped[MessageStatus] = mapped_column(words(MessageStatus), default=MessageStatus.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str] = mapped_column(Text, default="")

    @property
    def may_be_double(self) -> bool:
        """Whether it may have come twice."""
        return self.status in MAY_BE_OUT and self.doubts > 0


def queue(session: Session, key: str, to: str, subject: str, body: str, *, now: datetime) -> bool:
    """Queue a message unless one with this key is there already; tells whether it was."""
    if session.scalar(select(Message.id).where(Message.key == key)) is not None:
        return False
    session.add(Message(key=key, to=to, subject=subject, body=body, due_at=now))
    session.flush()
    return True


def queue_letters(session: Session, keys: Sequence[str], *, now: datetime) -> Sequence[int]:
    """Queue letters by keys that are new, without address and text, in one go; their numbers, in order."""
    rows = [
        {"key": key, "to": "", "subject": "", "body": "", "rank": Rank.LETTER, "due_at": now} for key in keys
    ]
    made = insert(Message).returning(Message.id, sort_by_parameter_order=True)
    return session.scalars(made, rows).all()


def claim(session: Session, *, now: datetime, letters: bool = True) -> Message | None:
    """The next due message, held for this worker until its lease ends; None where there is nothing to do.

    Without `letters` only what somebody waits for.
    """
    _give_up_doubtful(session, now)
    is_due = _is_due(now) | _is_left(now)
    if not letters:
        is_due &= Message.rank == Rank.AWAITED
    in_turn = (Message.rank, Message.due_at, Message.id)
    next_id = select(Message.id).where(is_due).order_by(*in_turn).limit(1)
    was_taken = case((Message.status == MessageStatus.TAKEN, 1), else_=0)
    take = (
        update(Message)
        .where(Message.id == next_id.with_for_update(skip_locked=True).scalar_subquery(), is_due)
        .values(
            status=MessageStatus.TAKEN,
            lease_until=now + LEASE,
            attempts=Message.attempts + 1,
            doubts=Message.doubts + was_taken,
        )
        .returning(Message)
    )
    return session.scalar(take)


def find(session: Session, message_id: int) -> Message | None:
    """This message, held till this ends; None where it was removed with its study."""
    return session.get(Message, message_id, with_for_update=True)


def count_due(session: Session, *, now: datetime) -> int:
    """How many messages could go out now."""
    return session.scalar(select(func.count()).where(_is_due(now))) or 0


def count_sent(session: Session, *, since: datetime) -> int:
    """How many have gone out since then."""
    return session.scalar(select(func.count()).where(Message.sent_at > since)) or 0


def mark_sent(message: Message, *, now: datetime) -> None:
    """It is out. What it said is not kept: it may hold a link that lets somebody in."""
    message.status, message.sent_at, message.error = MessageStatus.SENT, now, ""
    message.body = ""


def mark_failed(message: Message, error: str, *, now: datetime, in_doubt: bool = False) -> None:
    """It is not out, or nobody knows: try again later, or give up after the last wait."""
    message.error = error
    message.doubts += int(in_doubt)
    if message.doubts >= MOST_DOUBTS:
        message.status, message.body = MessageStatus.UNCLEAR, ""
    elif message.attempts > len(BACKOFF):
        message.status = MessageStatus.UNCLEAR if message.doubts else MessageStatus.FAILED
    else:
        message.status, message.due_at = MessageStatus.READY, now + BACKOFF[message.attempts - 1]


def mark_refused(message: Message, error: str) -> None:
    """It is not out and never will be: the server does not take it for this address."""
    message.status, message.error = MessageStatus.FAILED, error


def mark_withheld(message: Message, reason: str) -> None:
    """It is not sent, since by now it should not be; a try before may have been."""
    message.status = MessageStatus.UNCLEAR if message.doubts else MessageStatus.WITHHELD
    message.error = reason


def _give_up_doubtful(session: Session, now: datetime) -> None:
    """Send no more what was cut short, and may have gone, once too often."""
    is_too_often = _is_left(now) & (Message.doubts + 1 >= MOST_DOUBTS)
    ended = {"status": MessageStatus.UNCLEAR, "error": CUT_SHORT, "body": "", "doubts": Message.doubts + 1}
    session.execute(update(Message).where(is_too_often).values(ended))


def _is_left(now: datetime) -> ColumnElement[bool]:
    return (Message.status == MessageStatus.TAKEN) & (Message.lease_until < now)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (Message.status == MessageStatus.READY) & (Message.due_at <= now)
