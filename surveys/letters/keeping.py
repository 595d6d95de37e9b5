"""Keeping schedules: what is due is done by the worker, once each, by the operation that the button calls.

It is claimed by a conditional update and done in the same transaction: a crash undoes both, and a second
worker finds it done. What cannot be done then is not tried again; the round's page says why.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys import rounds, turnout
from surveys.errors import SurveyError
from surveys.letters import schedules, sending
from surveys.letters.kinds import LetterKind
from surveys.letters.schedules import Act, Schedule, ScheduleStatus
from surveys.letters.sending import Order
from surveys.rounds import Round
from surveys.studies import Study

ANNOUNCED_LATER = "A later end was announced meanwhile, so the closing was put off till then."
OPENED_BEFORE = "The round had been opened by hand before."
CLOSED_BEFORE = "The round had been closed by hand before."
NOBODY_LEFT = "There was nobody to write to."
BY = "schedule of {}"  # in the trail


def list_due(session: Session, *, now: datetime) -> Sequence[int]:
    """The entries (by id) whose time has come, earliest first."""
    due = select(Schedule.id).where(Schedule.status == ScheduleStatus.WAITING, Schedule.at <= now)
    return session.scalars(due.order_by(Schedule.at, Schedule.id)).all()


def keep(session: Session, schedule_id: int, *, now: datetime) -> Schedule | None:
    """Do what is due, once; None where it was done, changed or cancelled in the meantime, or is put off."""
    schedule = session.get_one(Schedule, schedule_id)
    rounds.lock(session, schedule.round)
    claim = update(Schedule).where(
        Schedule.id == schedule_id, Schedule.status == ScheduleStatus.WAITING, Schedule.at <= now
    )
    done = claim.values(status=ScheduleStatus.DONE, ended_at=now)
    if session.execute(done).rowcount != 1:  # type: ignore[attr-defined]
        return None
    session.refresh(schedule)
    if outcome := _done_by_hand(schedule):
        schedule.status, schedule.outcome = ScheduleStatus.CANCELLED, outcome
        session.flush()
        return schedule
    if schedule.act == Act.CLOSE and (later := _announced_later(schedule.round, now)):
        by = BY.format(schedule.made_by)
        schedules.put_off(session, schedule, later, ANNOUNCED_LATER, by=by, now=now)
        return None
    try:
        with session.begin_nested():
            outcome = _do(session, schedule, now)
    except SurveyError as refusal:
        schedule.status, outcome = ScheduleStatus.NOT_DONE, refusal.sentence
    schedule.outcome = outcome
    session.flush()
    return schedule


def give_up(session: Session, schedule_id: int, reason: str, *, now: datetime) -> None:
    """Note that what was due could not be done, for a reason that nobody thought of."""
    due = update(Schedule).where(
        Schedule.id == schedule_id, Schedule.status == ScheduleStatus.WAITING, Schedule.at <= now
    )
    session.execute(due.values(status=ScheduleStatus.NOT_DONE, ended_at=now, outcome=reason))


def _done_by_hand(schedule: Schedule) -> str:
    """Why there is nothing left to be done, where somebody was quicker."""
    if schedule.round.has_results:
        return CLOSED_BEFORE
    return OPENED_BEFORE if schedule.act == Act.OPEN and schedule.round.is_open else ""


def _announced_later(round_: Round, now: datetime) -> datetime | None:
    """The announced end of an open round, where it is still to come."""
    is_to_come = round_.is_open and round_.closes_at is not None and round_.closes_at > now
    return round_.closes_at if is_to_come else None


def _do(session: Session, schedule: Schedule, now: datetime) -> str:
    """Do it by the operation that the button calls; what came of it, in a sentence."""
    round_, by = schedule.round, BY.format(schedule.made_by)
    match schedule.act:
        case Act.OPEN:
            rounds.open_(session, round_, closes_at=schedule.closes_at, now=now, by=by)
            return _sent(session, round_.study, Order(LetterKind.OPENED), by, now) if schedule.tells else ""
        case Act.REMIND:
            return _sent(
                session, round_.study, Order(LetterKind.REMINDER, f"schedule {schedule.id}"), by, now
            )
        case Act.SAY_CLOSING:
            order = sending.next_order(session, round_.study, LetterKind.CLOSING, now=now)
            return _sent(session, round_.study, order, by, now)
        case Act.CLOSE:
            turnout.check_can_close(session, round_)
            rounds.close(session, round_, now=now, by=by)
            return ""


def _sent(session: Session, study: Study, order: Order, by: str, now: datetime) -> str:
    count = sending.queue(session, study, order, by=by, now=now)
    if not count:
        return NOBODY_LEFT
    return "1 letter was queued." if count == 1 else f"{count:,} letters were queued."
