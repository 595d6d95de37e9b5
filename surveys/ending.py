"""Ending a study: no round follows, and personal links open nothing from then on."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import audit, rounds, studies
from surveys.errors import NotNow
from surveys.rounds import RoundStatus
from surveys.studies import Study

OPEN_ROUND = "A round is open. Close it first."
UNSETTLED = "The last round has not been settled yet."


def end(session: Session, study: Study, *, now: datetime, by: str) -> None:
    """End the study. Its results, grids and publications stay. Ending it twice changes nothing."""
    for round_ in rounds.list_rounds(session, study):
        rounds.lock(session, round_)
    if study.ended_at is not None:
        return
    check_can_end(session, study)
    study.ended_at = now
    audit.note(session, study.id, "study ended", by=by, now=now)
    session.flush()


def check_can_end(session: Session, study: Study) -> None:
    """Refuse while a round takes answers, or one has closed whose items wait for a decision."""
    studies.check_is_no_pilot(study, "It is removed, not ended.")
    states = {round_.status for round_ in rounds.list_rounds(session, study)}
    if RoundStatus.OPEN in states:
        raise NotNow(OPEN_ROUND)
    if RoundStatus.CLOSED in states:
        raise NotNow(UNSETTLED)


def may_end(session: Session, study: Study) -> bool:
    """Whether the study can be ended now."""
    if study.ended_at is not None:
        return False
    try:
        check_can_end(session, study)
    except NotNow:
        return False
    return True
