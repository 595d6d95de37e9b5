"""Schedules: what is to be done to a round at a time that is set before. It is done by `keeping`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import audit, rounds, studies
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.rounds import Round, RoundStatus

SAY_WHEN = "Say on which day and at which time."
PASSED = "That time has passed. Choose one that is still to come."
NO_SUCH = "There is no such entry in the schedule of this round."
ALREADY = "This is scheduled for that time already."
ONE_OF_A_KIND = "That is in the schedule already. Change or cancel it there."
NOT_PLANNED = "Round {} has been opened already."
IS_OVER = "Round {} is closed, so nothing can be scheduled for it any more."
BEFORE_OPENING = "The round is to open later than that. Choose a time after it."
OPENS_TOO_LATE = "Something else is scheduled before that time. Change or cancel it first."
CLOSES_TOO_SOON = (
    "The round is announced to end later than that. Announce another end first, or choose a later time."
)
NO_END = "No end of the round is announced. Announce one first, so that the letter can name it."
AFTER_END = "The round ends before that. Choose an earlier time."
CLOSES_BEFORE = "The closing is scheduled before that end. Set it to a later time first, or cancel it."
LETTER_AFTER = "A letter is scheduled after that end. Set it to an earlier time first, or cancel it."
LETTER_NAMES_END = "“Closing soon” is scheduled, and names the end. Say when that is, or cancel it first."
END_TOO_SOON = "The end must be later than the opening."
NOT_WAITING = "This entry was done or cancelled in the meantime, so it stays as it is."


class Act(StrEnum):
    """What is done at its time."""

    OPEN = "open"
    REMIND = "remind"
    SAY_CLOSING = "closing soon"
    CLOSE = "close"


class ScheduleStatus(StrEnum):
    """Where an entry stands."""

    WAITING = "waiting"
    DONE = "done"
    NOT_DONE = "not done"
    CANCELLED = "cancelled"


_LETTERS = (Act.REMIND, Act.SAY_CLOSING)


class Schedule(Base):
    """One act at one time. `closes_at` is the end that an opening announces; `outcome` is what came of it."""

    __tablename__ = "schedules"
    __table_args__ = (Index("ix_schedules_due", "status", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    act: Mapped[Act] = mapped_column(words(Act))
    at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    tells: Mapped[bool]  # whether an opening sends the letter about it
    status: Mapped[ScheduleStatus] = mapped_column(words(ScheduleStatus), default=ScheduleStatus.WAITING)
    outcome: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when it was done, not done or cancelled
    round: Mapped[Round] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.status == ScheduleStatus.WAITING


@dataclass(frozen=True)
class Plan:
    """What is to be done when; an opening may announce an end, and tell the panellists."""

    act: Act
    at: datetime
    closes_at: datetime | None = None
    tells: bool = False


def list_of(session: Session, round_: Round) -> list[Schedule]:
    """All that was ever scheduled for a round, in the order of its times."""
    own = select(Schedule).where(Schedule.round_id == round_.id)
    return list(session.scalars(own.order_by(Schedule.at, Schedule.id)))


def get(session: Session, round_: Round, schedule_id: int) -> Schedule:
    """An entry of this round's schedule."""
    own = select(Schedule).where(Schedule.id == schedule_id, Schedule.round_id == round_.id)
    if (schedule := session.scalar(own)) is None:
        raise NotFound(NO_SUCH)
    return schedule


def add(session: Session, round_: Round, plan: Plan, *, by: str, now: datetime) -> Schedule:
    """Put something into the schedule."""
    rounds.lock(session, round_)
    _check(round_, plan, _waiting(session, round_), now)
    schedule = Schedule(round=round_, act=plan.act, made_by=by, made_at=now)
    _set(schedule, plan)
    session.add(schedule)
    _note(session, schedule, "scheduled", by=by, now=now)
    return schedule


def change(session: Session, schedule: Schedule, plan: Plan, *, by: str, now: datetime) -> None:
    """Do it at another time."""
    _hold(session, schedule)
    others = [one for one in _waiting(session, schedule.round) if one.id != schedule.id]
    _check(schedule.round, plan, others, now)
    _set(schedule, plan)
    schedule.made_by = by
    _note(session, schedule, "rescheduled", by=by, now=now)


def cancel(session: Session, schedule: Schedule, *, by: str, now: datetime) -> None:
    """Do it not at all."""
    _hold(session, schedule)
    schedule.status, schedule.ended_at = ScheduleStatus.CANCELLED, now
    _note(session, schedule, "cancelled", by=by, now=now)


def put_off(session: Session, schedule: Schedule, at: datetime, why: str, *, by: str, now: datetime) -> None:
    """Do it later than it was to be done; whoever calls holds the round."""
    schedule.status, schedule.ended_at = ScheduleStatus.WAITING, None
    schedule.at, schedule.outcome = at, why
    _note(session, schedule, "put off", by=by, now=now)


def _check(round_: Round, plan: Plan, others: Sequence[Schedule], now: datetime) -> None:
    """Refuse a time that cannot be, and what does not go with the rest of the schedule."""
    studies.check_is_no_pilot(round_.study, "Nothing of it is scheduled.")
    if round_.has_results:
        raise NotNow(IS_OVER.format(round_.number))
    if plan.at <= now:
        raise InvalidInput(PASSED, "at")
    alike = [one for one in others if one.act == plan.act]
    if alike and plan.act in (Act.OPEN, Act.CLOSE):
        raise InvalidInput(ONE_OF_A_KIND, "act")
    if any(one.at == plan.at for one in alike):
        raise InvalidInput(ALREADY, "at")
    if plan.act == Act.OPEN:
        _check_opening(round_, plan, others)
    else:
        _check_later(round_, plan, next((one for one in others if one.act == Act.OPEN), None))


def _check_opening(round_: Round, plan: Plan, others: Sequence[Schedule]) -> None:
    if round_.status != RoundStatus.PLANNED:
        raise NotNow(NOT_PLANNED.format(round_.number))
    if plan.closes_at is not None and plan.closes_at <= plan.at:
        raise InvalidInput(END_TOO_SOON, "closes_at")
    if any(one.at <= plan.at for one in others):
        raise InvalidInput(OPENS_TOO_LATE, "at")
    if sentence := _clash(plan.closes_at, others):
        raise InvalidInput(sentence, "closes_at")


def _clash(end: datetime | None, others: Sequence[Schedule]) -> str:
    """What of the schedule does not go with the end that an opening is to announce."""
    if end is None:
        return LETTER_NAMES_END if any(one.act == Act.SAY_CLOSING for one in others) else ""
    if any(one.act == Act.CLOSE and one.at < end for one in others):
        return CLOSES_BEFORE
    return LETTER_AFTER if any(one.act in _LETTERS and one.at >= end for one in others) else ""


def _check_later(round_: Round, plan: Plan, opening: Schedule | None) -> None:
    """What follows an opening: a letter, or the closing."""
    if opening is not None and plan.at <= opening.at:
        raise InvalidInput(BEFORE_OPENING, "at")
    end = round_.closes_at or (opening.closes_at if opening else None)
    if plan.act == Act.CLOSE and end is not None and plan.at < end:
        raise InvalidInput(CLOSES_TOO_SOON, "at")
    if plan.act == Act.SAY_CLOSING and end is None:
        raise InvalidInput(NO_END, "act")
    if plan.act in _LETTERS and end is not None and plan.at >= end:
        raise InvalidInput(AFTER_END, "at")


def _waiting(session: Session, round_: Round) -> list[Schedule]:
    return [one for one in list_of(session, round_) if one.is_waiting]


def _hold(session: Session, schedule: Schedule) -> None:
    """Hold the round, as the worker does before it does anything, and refuse an entry that waits no more."""
    rounds.lock(session, schedule.round)
    session.refresh(schedule)
    if not schedule.is_waiting:
        raise NotNow(NOT_WAITING)


def _set(schedule: Schedule, plan: Plan) -> None:
    schedule.at, schedule.outcome = plan.at, ""
    schedule.closes_at = plan.closes_at if plan.act == Act.OPEN else None
    schedule.tells = plan.tells and plan.act == Act.OPEN


def _note(session: Session, schedule: Schedule, what: str, *, by: str, now: datetime) -> None:
    session.flush()
    act = f"round {schedule.round.number}: {schedule.act} {what}"
    audit.note(session, schedule.round.study_id, act, by=by, now=now, at=schedule.at.isoformat())
    session.flush()
