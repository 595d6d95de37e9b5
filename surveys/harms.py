"""Harms that were named at the end of a round: nobody clears them, so the trail keeps who has read them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import audit, participations, rounds
from surveys.audit import AuditEntry
from surveys.errors import NotNow
from surveys.participations import SuggestionKind
from surveys.rounds import Round

READ = "harms read"


def count(session: Session, round_: Round) -> int:
    """How many named a harm."""
    return sum(one.kind == SuggestionKind.HARM for one in participations.list_suggestions(session, round_))


def count_unread(session: Session, round_: Round) -> int:
    """How many harms are named that nobody has marked as read."""
    return 0 if reading(session, round_) else count(session, round_)


def reading(session: Session, round_: Round) -> AuditEntry | None:
    """Who marked the harms of this round as read, and when; nothing is named in a round that has closed."""
    known = select(AuditEntry).where(AuditEntry.study_id == round_.study_id, AuditEntry.act == READ)
    entries = session.scalars(known.order_by(AuditEntry.id))
    return next((one for one in entries if one.details["round"] == round_.number), None)


def mark_read(session: Session, round_: Round, *, by: str, now: datetime) -> None:
    """Keep that somebody has read the harms of this round; the first who says so stands for the team."""
    rounds.lock(session, round_)
    if not round_.has_results:
        raise NotNow("Harms are read after the round has closed.")
    if reading(session, round_) is None and (named := count(session, round_)):
        audit.note(session, round_.study_id, READ, by=by, now=now, round=round_.number, count=named)
        session.flush()
