"""The record: which letters were queued for whom, and how each fared. Never what any of them said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select, update
from sqlalchemy.orm import Session

from surveys.letters.kinds import LetterKind
from surveys.letters.sending import Posting, Sending
from surveys.outbox import MAY_BE_OUT, Message, MessageStatus
from surveys.panels import Panel, Panellist
from surveys.rounds import Round
from surveys.studies import Study

_WAITING = (MessageStatus.READY, MessageStatus.TAKEN)


@dataclass(frozen=True)
class Entry:
    """One letter to one panellist."""

    panellist_id: int
    code: str
    panel: str
    kind: LetterKind
    round: int | None
    queued_at: datetime
    by: str
    status: MessageStatus
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str
    doubts: int

    @property
    def may_be_double(self) -> bool:
        """Whether it may have come twice."""
        return self.status in MAY_BE_OUT and self.doubts > 0


@dataclass(frozen=True)
class Batch:
    """One sending in counts."""

    kind: LetterKind
    round: int | None
    at: datetime
    by: str
    queued: int
    sent: int
    waiting: int
    failed: int
    unclear: int
    withheld: int
    doubles: int


@dataclass(frozen=True)
class Queue:
    """What of a study waits: how many, since when, how many were tried in vain, and the last reason."""

    waiting: int
    since: datetime | None
    tried: int
    has_begun: bool  # whether a letter of the study has gone out, or was tried, since then
    error: str


def of_panellist(session: Session, panellist: Panellist) -> list[Entry]:
    """The letters to one panellist, newest first."""
    return _entries(session, _all().where(Posting.panellist_id == panellist.id))


def of_study(session: Session, study: Study) -> list[Entry]:
    """Every letter of the study, newest first."""
    return _entries(session, _all().where(Sending.study_id == study.id))


def troubled(session: Session, study: Study, most: int) -> list[Entry]:
    """The newest letters that failed, wait for another try, were withheld, or may have come twice."""
    is_retried = (Message.status == MessageStatus.READY) & (Message.attempts > 0)
    is_undone = Message.status.in_((MessageStatus.FAILED, MessageStatus.UNCLEAR, MessageStatus.WITHHELD))
    is_doubtful = (Message.status == MessageStatus.SENT) & (Message.doubts > 0)
    own = _all().where(Sending.study_id == study.id, is_retried | is_undone | is_doubtful)
    return _entries(session, own.limit(most))


def batches(session: Session, study: Study) -> list[Batch]:
    """The sendings of the study in counts, newest first."""
    is_double = Message.status.in_(MAY_BE_OUT) & (Message.doubts > 0)
    rows = session.execute(
        select(
            *(Sending.kind, Round.number, Sending.at, Sending.by, func.count()),
            _counted(Message.status == MessageStatus.SENT),
            _counted(Message.status.in_(_WAITING)),
            _counted(Message.status == MessageStatus.FAILED),
            _counted(Message.status == MessageStatus.UNCLEAR),
            _counted(Message.status == MessageStatus.WITHHELD),
            _counted(is_double),
        )
        .select_from(Sending)
        .join(Posting, Posting.sending_id == Sending.id)
        .join(Message, Message.id == Posting.message_id)
        .outerjoin(Round, Round.id == Sending.round_id)
        .where(Sending.study_id == study.id)
        .group_by(Sending.id, Sending.kind, Round.number, Sending.at, Sending.by)
        .order_by(Sending.id.desc())
    )
    return [Batch(*tuple(row)) for row in rows]


def queue(session: Session, study: Study) -> Queue:
    """What of this study waits to go out."""
    waits = Message.status.in_(_WAITING)
    own = (
        select(func.count(), func.min(Sending.at), _counted(Message.error != ""))
        .select_from(Posting)
        .join(Message, Message.id == Posting.message_id)
        .join(Sending, Sending.id == Posting.sending_id)
        .where(Sending.study_id == study.id, waits)
    )
    waiting, since, tried = session.execute(own).one()
    newest = (
        select(Message.error)
        .join(Posting, Posting.message_id == Message.id)
        .join(Sending, Sending.id == Posting.sending_id)
        .where(Sending.study_id == study.id, waits, Message.error != "")
        .order_by(Message.due_at.desc())
    )
    error = session.scalar(newest.limit(1)) or ""
    return Queue(waiting, since, tried or 0, _has_begun(session, study, since), error)


def forget_reasons(session: Session, panellist: Panellist) -> None:
    """Clear why letters to this panellist did not go: it may say something of the person."""
    own = select(Posting.message_id).where(Posting.panellist_id == panellist.id)
    # All of them, so that a worker who notes one at this moment is waited for.
    session.execute(update(Message).where(Message.id.in_(own)).values(error=""))


def _has_begun(session: Session, study: Study, since: datetime | None) -> bool:
    if since is None:
        return False
    gone = (
        select(Message.id)
        .join(Posting, Posting.message_id == Message.id)
        .join(Sending, Sending.id == Posting.sending_id)
        .where(Sending.study_id == study.id, Message.sent_at > since)
    )
    return session.scalar(gone.limit(1)) is not None


def _counted(is_so: ColumnElement[bool]) -> ColumnElement[int]:
    """Of how many it is so."""
    return func.sum(case((is_so, 1), else_=0))


def _all() -> Select[Posting, Sending, Message, Panellist, str, int | None]:
    return (
        select(Posting, Sending, Message, Panellist, Panel.name, Round.number)
        .join(Sending, Sending.id == Posting.sending_id)
        .join(Message, Message.id == Posting.message_id)
        .join(Panellist, Panellist.id == Posting.panellist_id)
        .join(Panel, Panel.id == Panellist.panel_id)
        .outerjoin(Round, Round.id == Sending.round_id)
        .order_by(Posting.message_id.desc())
    )


def _entries(
    session: Session, asked: Select[Posting, Sending, Message, Panellist, str, int | None]
) -> list[Entry]:
    return list(_read(session.execute(asked)))


def _read(rows: Iterable[tuple[Posting, Sending, Message, Panellist, str, int | None]]) -> Iterable[Entry]:
    for _, sending, message, panellist, panel, number in rows:
        yield Entry(
            panellist_id=panellist.id,
            code=panellist.code,
            panel=panel,
            kind=sending.kind,
            round=number,
            queued_at=sending.at,
            by=sending.by,
            status=message.status,
            attempts=message.attempts,
            due_at=message.due_at,
            sent_at=message.sent_at,
            error=message.error,
            doubts=message.doubts,
        )
