"""Sending: letters of one kind queued for everybody whom they are for, in one transaction and once each.

The text is kept as it was when it was confirmed; whom a letter is to and what it says of that person is found
when it goes out, so that neither a name nor a personal link lies in the queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import audit, outbox, panels, rounds, studies
from surveys.base import Base, words
from surveys.errors import NotNow
from surveys.letters import recipients, texts
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import Known, Recipients, WhyNot
from surveys.letters.texts import Wording
from surveys.outbox import Message, MessageStatus
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.studies import Study

MORE_NOW = (
    "It would go to {} now, where it was {} when this page was shown. Nothing was queued."
    " Look again, and confirm."
)
TEXT_CHANGED = (
    "Somebody changed the text since this page was shown. Nothing was queued. Read it again, and confirm."
)
OTHER_ROUND = (
    "This page was shown for another round than the one it would be about now. Nothing was queued."
    " Look again, and confirm."
)
NOT_NEXT = "That reminder is not the next one. Open the page again."
_KEY = "letter {} "  # how the key of each letter of a study begins
_UNDONE = (MessageStatus.FAILED, MessageStatus.WITHHELD)  # of these another may be queued


class Sending(Base):
    """One time that letters of a kind were queued: about which round, on which occasion, with which text."""

    __tablename__ = "sendings"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[LetterKind] = mapped_column(words(LetterKind))
    occasion: Mapped[str] = mapped_column(String(40))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)  # by language
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))
    study: Mapped[Study] = relationship()
    round: Mapped[Round | None] = relationship()


class Posting(Base):
    """One letter of a sending, to one panellist; how it fares stands with its message."""

    __tablename__ = "postings"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    sending_id: Mapped[int] = mapped_column(ForeignKey("sendings.id"), index=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), index=True)
    message: Mapped[Message] = relationship()
    sending: Mapped[Sending] = relationship()
    panellist: Mapped[Panellist] = relationship()


@dataclass(frozen=True)
class Order:
    """What is to be sent: the kind, and the occasion that makes a repeat known as one."""

    kind: LetterKind
    occasion: str = ""


@dataclass(frozen=True)
class Seen:
    """What somebody confirmed: to how many it was to go, the text's fingerprint, and the round's number."""

    count: int
    text: str
    round: int = 0  # of a letter that is about none


def next_order(session: Session, study: Study, kind: LetterKind, *, now: datetime) -> Order:
    """What would be sent now. Reminders are numbered; “closing soon” is about an announced end."""
    round_ = recipients.find_round(session, study, kind, now=now)
    if kind == LetterKind.REMINDER:
        return Order(kind, str(_count_reminders(session, study, round_) + 1))
    if kind == LetterKind.CLOSING and round_ is not None and round_.closes_at is not None:
        return Order(kind, f"{round_.closes_at:%Y-%m-%dT%H:%MZ}")
    return Order(kind)


def look(
    session: Session, study: Study, order: Order, *, now: datetime, known: Known | None = None
) -> Recipients:
    """To whom it would go now; who has had it, or for whom it waits, is left out."""
    round_ = recipients.find_round(session, study, order.kind, now=now)
    tries = _tries(session, study, round_, order)
    has_it = {
        panellist_id: WhyNot.MAY_HAVE_IT if status == MessageStatus.UNCLEAR else WhyNot.HAS_IT
        for panellist_id, status in tries
        if status not in _UNDONE
    }
    return recipients.of(known or recipients.known(session, study), order.kind, round_, has_it=has_it)


def confirm(session: Session, study: Study, order: Order, seen: Seen, *, by: str, now: datetime) -> int:
    """Queue what somebody has looked at and confirmed; refused where it is something else by now."""
    round_ = _hold(session, study, order.kind, now)
    if (round_.number if round_ else 0) != seen.round:
        raise NotNow(OTHER_ROUND)
    newest = next_order(session, study, order.kind, now=now)
    if order != newest and not _is_known(session, study, order):
        raise NotNow(NOT_NEXT)
    if texts.standing(session, study, order.kind) != seen.text:
        raise NotNow(TEXT_CHANGED)
    count = len(look(session, study, order, now=now).to)
    if count > seen.count:
        raise NotNow(MORE_NOW.format(count, seen.count))
    return queue(session, study, order, by=by, now=now)


def queue(session: Session, study: Study, order: Order, *, by: str, now: datetime) -> int:
    """Queue the letter for everybody whom it is for and who has not had it; for how many that is."""
    _hold(session, study, order.kind, now)  # who sends the same at the same time waits, and finds it done
    found = look(session, study, order, now=now)
    if not found.to:
        return 0
    sending = _begin(session, study, found.round, order, by=by, now=now)
    keys = _keys(session, study, found, order)
    numbers = outbox.queue_letters(session, keys, now=now)
    rows = [
        {"message_id": number, "sending_id": sending.id, "panellist_id": panellist.id}
        for number, panellist in zip(numbers, found.to, strict=True)
    ]
    session.execute(insert(Posting), rows)
    details = {"round": found.round.number} if found.round else {}
    audit.note(session, study.id, f"letter “{order.kind}” queued", by=by, now=now, count=len(rows), **details)
    session.flush()
    return len(rows)


def wordings(sending: Sending) -> dict[str, Wording]:
    """The texts of a sending by language."""
    return {language: Wording(**text) for language, text in sending.texts.items()}


def is_letter_of(study: Study) -> ColumnElement[bool]:
    """Whether a message is a letter of this study, by its key."""
    return Message.key.startswith(_KEY.format(study.id), autoescape=True)


def _hold(session: Session, study: Study, kind: LetterKind, now: datetime) -> Round | None:
    """Hold the round, handed back, and then the panels: in this order, or two could wait for ever."""
    studies.check_is_no_pilot(study, "Nobody is written to.")
    round_ = recipients.find_round(session, study, kind, now=now)
    if round_ is not None:
        rounds.share(session, round_)
    panels.hold_all(session, study)
    return round_


def _begin(
    session: Session, study: Study, round_: Round | None, order: Order, *, by: str, now: datetime
) -> Sending:
    written = texts.in_all_languages(session, study, order.kind)
    sending = Sending(
        study_id=study.id,
        round_id=round_.id if round_ else None,
        kind=order.kind,
        occasion=order.occasion,
        texts={name: {"subject": text.subject, "body": text.body} for name, text in written.items()},
        at=now,
        by=by,
    )
    session.add(sending)
    session.flush()
    return sending


def _keys(session: Session, study: Study, found: Recipients, order: Order) -> list[str]:
    """A key for each, with the number of the try: whoever was to have it and did not get it has another."""
    tried: dict[int, int] = {}
    for panellist_id, _ in _tries(session, study, found.round, order):
        tried[panellist_id] = tried.get(panellist_id, 0) + 1
    number = found.round.number if found.round else 0
    about = f"{_KEY.format(study.id)}{number} {order.kind} {order.occasion or '-'}"
    return [f"{about} {one.id} {tried.get(one.id, 0) + 1}" for one in found.to]


def _tries(
    session: Session, study: Study, round_: Round | None, order: Order
) -> Sequence[tuple[int, MessageStatus]]:
    """Each time that this letter was queued: for which panellist (by id), and how it fared."""
    rows = session.execute(
        select(Posting.panellist_id, Message.status)
        .join(Sending, Sending.id == Posting.sending_id)
        .join(Message, Message.id == Posting.message_id)
        .where(
            Sending.study_id == study.id,
            Sending.round_id == (round_.id if round_ else None),
            Sending.kind == order.kind,
            Sending.occasion == order.occasion,
        )
    )
    return [(panellist_id, status) for panellist_id, status in rows]


def _count_reminders(session: Session, study: Study, round_: Round | None) -> int:
    """How many reminders of the round there were, those of a schedule among them."""
    own = select(func.count(Sending.occasion.distinct())).where(
        Sending.study_id == study.id,
        Sending.round_id == (round_.id if round_ else None),
        Sending.kind == LetterKind.REMINDER,
    )
    return session.scalar(own) or 0


def _is_known(session: Session, study: Study, order: Order) -> bool:
    """Whether this was sent before, so that a form that is sent twice does nothing twice."""
    same = select(Sending.id).where(
        Sending.study_id == study.id, Sending.kind == order.kind, Sending.occasion == order.occasion
    )
    return session.scalar(same.limit(1)) is not None
