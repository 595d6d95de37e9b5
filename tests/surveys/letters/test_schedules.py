"""Schedules: done once at their time, by the operation of the button; what cannot be done says why."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import audit, participations, ratings, rounds, turnout
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.letters import keeping, schedules
from surveys.letters.schedules import Act, Plan, Schedule, ScheduleStatus
from surveys.panels import Panellist
from surveys.ratings import Answer
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study
from tests.surveys.letters.conftest import Deliver, Invite, codes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def planned(session: Session, study: Study) -> Round:
    return rounds.get_round(session, study, 1)


def add(session: Session, round_: Round, act: Act, at: datetime, now: datetime, **more: object) -> Schedule:
    plan = Plan(act, at, **more)  # type: ignore[arg-type]
    return schedules.add(session, round_, plan, by="alice@example.org", now=now)


def keep(session: Session, at: datetime) -> list[Schedule | None]:
    """What the worker does at a time."""
    return [keeping.keep(session, one, now=at) for one in keeping.list_due(session, now=at)]


def answer(session: Session, round_: Round, panellist: Panellist, now: datetime) -> None:
    participations.begin(session, round_, panellist, now=now)
    place = (round_.items[0].item_id, round_.study.criteria[0].id)
    ratings.save(session, round_, panellist, {place: Answer(7)}, now=now)


def test_a_round_opens_at_its_time_as_by_the_button(
    session: Session, study: Study, planned: Round, now: datetime
) -> None:
    made = add(session, planned, Act.OPEN, now + HOUR, now, closes_at=now + DAY)
    assert keep(session, now) == []
    assert keep(session, now + HOUR) == [made]
    assert (planned.status, planned.opened_at, planned.closes_at) == (
        RoundStatus.OPEN, now + HOUR, now + DAY,
    )  # fmt: skip
    assert study.locked_at == now + HOUR
    assert (made.status, made.ended_at, made.outcome) == (ScheduleStatus.DONE, now + HOUR, "")
    opened = audit.list_entries(session, study.id)[-1]
    assert (opened.act, opened.by) == ("round 1: open", "schedule of alice@example.org")


def test_a_repeat_does_nothing_twice(session: Session, planned: Round, now: datetime) -> None:
    made = add(session, planned, Act.OPEN, now + HOUR, now)
    due = keeping.list_due(session, now=now + HOUR)
    assert [keeping.keep(session, one, now=now + HOUR) for one in [*due, *due]] == [made, None]
    assert keep(session, now + DAY) == []


def test_an_opening_can_tell_the_panellists(
    session: Session, planned: Round, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    invite("ada")
    made = add(session, planned, Act.OPEN, now + HOUR, now, tells=True)
    keep(session, now + HOUR)
    assert (codes(session), made.outcome) == (["ada"], "1 letter was queued.")


def test_reminders_go_to_those_who_have_not_finished(
    session: Session, open_round: Round, invite: Invite, now: datetime
) -> None:
    done, _, _ = map(invite, ("done", "one", "two"))
    participations.submit(session, open_round, done, now=now)
    first, second = (add(session, open_round, Act.REMIND, now + n * HOUR, now) for n in (1, 2))
    keep(session, now + HOUR)
    assert (codes(session), first.outcome) == (["one", "two"], "2 letters were queued.")
    assert second.is_waiting
    keep(session, now + 2 * HOUR)
    assert codes(session) == ["one", "two"] * 2


def test_closing_soon_needs_an_end_and_names_it(
    session: Session, open_round: Round, invite: Invite, now: datetime
) -> None:
    invite("ada")
    with pytest.raises(InvalidInput) as refused:
        add(session, open_round, Act.SAY_CLOSING, now + HOUR, now)
    assert (refused.value.sentence, refused.value.field) == (schedules.NO_END, "act")
    rounds.extend(session, open_round, closes_at=now + DAY, now=now, by="alice")
    made = add(session, open_round, Act.SAY_CLOSING, now + HOUR, now)
    keep(session, now + HOUR)
    assert made.outcome == "1 letter was queued."


def test_a_round_closes_at_its_time(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    answer(session, open_round, bob, now)
    made = add(session, open_round, Act.CLOSE, now + HOUR, now)
    keep(session, now + HOUR)
    assert (open_round.status, made.status) == (RoundStatus.CLOSED, ScheduleStatus.DONE)


def test_a_round_that_nobody_answered_stays_open_and_its_page_says_why(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    participations.begin(session, open_round, bob, now=now)  # looked at it, answered nothing
    made = add(session, open_round, Act.CLOSE, now + HOUR, now)
    keep(session, now + HOUR)
    assert (open_round.status, made.status) == (RoundStatus.OPEN, ScheduleStatus.NOT_DONE)
    assert made.outcome == turnout.NOBODY.format(1)
    assert keep(session, now + DAY) == []


def test_an_end_that_was_announced_later_is_not_undercut(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    answer(session, open_round, bob, now)
    made = add(session, open_round, Act.CLOSE, now + HOUR, now)
    rounds.extend(session, open_round, closes_at=now + DAY, now=now, by="alice")
    assert keep(session, now + HOUR) == [None]
    assert (open_round.status, made.outcome) == (RoundStatus.OPEN, keeping.ANNOUNCED_LATER)
    assert (made.status, made.at, made.ended_at) == (ScheduleStatus.WAITING, now + DAY, None)
    put_off = audit.list_entries(session, open_round.study_id)[-1]
    assert (put_off.act, put_off.by) == ("round 1: close put off", "schedule of alice@example.org")
    assert keep(session, now + 2 * HOUR) == []
    keep(session, now + DAY)
    assert (open_round.status, made.status, made.outcome) == (RoundStatus.CLOSED, ScheduleStatus.DONE, "")


def test_an_end_that_an_opening_is_to_announce_goes_with_what_waits(
    session: Session, planned: Round, now: datetime
) -> None:
    opening = add(session, planned, Act.OPEN, now + HOUR, now, closes_at=now + 3 * DAY)
    closing = add(session, planned, Act.CLOSE, now + 3 * DAY, now)
    letter = add(session, planned, Act.SAY_CLOSING, now + 2 * DAY, now)
    for end, sentence in (
        (now + 4 * DAY, schedules.CLOSES_BEFORE),
        (now + 2 * DAY, schedules.LETTER_AFTER),
        (None, schedules.LETTER_NAMES_END),
    ):
        with pytest.raises(InvalidInput) as found:
            schedules.change(session, opening, Plan(Act.OPEN, now + HOUR, closes_at=end), by="alice", now=now)
        assert (found.value.sentence, found.value.field) == (sentence, "closes_at")
    schedules.change(session, closing, Plan(Act.CLOSE, now + 4 * DAY), by="alice", now=now)
    schedules.change(
        session, opening, Plan(Act.OPEN, now + HOUR, closes_at=now + 4 * DAY), by="alice", now=now
    )
    assert (opening.closes_at, letter.is_waiting) == (now + 4 * DAY, True)


def test_what_no_longer_fits_is_not_done_and_says_so(
    session: Session, planned: Round, bob: Panellist, now: datetime
) -> None:
    opening = add(session, planned, Act.OPEN, now + HOUR, now, closes_at=now + 2 * HOUR)
    reminder = add(session, planned, Act.REMIND, now + HOUR + HOUR / 2, now)
    keep(session, now + DAY)  # the worker was away for a day
    assert planned.status == RoundStatus.PLANNED
    assert [opening.status, reminder.status] == [ScheduleStatus.NOT_DONE] * 2
    assert opening.outcome == "The end of the round must lie in the future."
    assert reminder.outcome == "No round is open, so there is nothing to write about yet."


def test_what_was_done_by_hand_before_is_not_done_again(
    session: Session, planned: Round, bob: Panellist, now: datetime
) -> None:
    opening = add(session, planned, Act.OPEN, now + HOUR, now)
    reminder = add(session, planned, Act.REMIND, now + 2 * HOUR, now)
    rounds.open_(session, planned, closes_at=None, now=now, by="alice")
    keep(session, now + HOUR)
    assert (opening.status, opening.outcome) == (ScheduleStatus.CANCELLED, keeping.OPENED_BEFORE)
    answer(session, planned, bob, now)
    rounds.close(session, planned, now=now, by="alice")
    keep(session, now + 2 * HOUR)
    assert (reminder.status, reminder.outcome) == (ScheduleStatus.CANCELLED, keeping.CLOSED_BEFORE)


def refused(session: Session, round_: Round, plan: Plan, now: datetime) -> tuple[str, str]:
    with pytest.raises((InvalidInput, NotNow)) as found:
        schedules.add(session, round_, plan, by="alice", now=now)
    return found.value.sentence, getattr(found.value, "field", "")


def test_a_time_that_has_passed_is_refused(session: Session, planned: Round, now: datetime) -> None:
    assert refused(session, planned, Plan(Act.OPEN, now), now) == (schedules.PASSED, "at")


def test_what_does_not_go_together_is_refused(session: Session, planned: Round, now: datetime) -> None:
    add(session, planned, Act.OPEN, now + DAY, now, closes_at=now + 3 * DAY)
    add(session, planned, Act.REMIND, now + 2 * DAY, now)
    add(session, planned, Act.CLOSE, now + 3 * DAY, now)
    for plan, sentence, field in (
        (Plan(Act.OPEN, now + 2 * DAY), schedules.ONE_OF_A_KIND, "act"),
        (Plan(Act.CLOSE, now + 5 * DAY), schedules.ONE_OF_A_KIND, "act"),
        (Plan(Act.REMIND, now + 2 * DAY), schedules.ALREADY, "at"),
        (Plan(Act.REMIND, now + HOUR), schedules.BEFORE_OPENING, "at"),
        (Plan(Act.REMIND, now + 4 * DAY), schedules.AFTER_END, "at"),
        (Plan(Act.SAY_CLOSING, now + 3 * DAY), schedules.AFTER_END, "at"),
    ):
        assert refused(session, planned, plan, now) == (sentence, field)


def test_an_opening_must_come_first_and_end_later(session: Session, planned: Round, now: datetime) -> None:
    add(session, planned, Act.REMIND, now + DAY, now)
    assert refused(session, planned, Plan(Act.OPEN, now + 2 * DAY), now) == (schedules.OPENS_TOO_LATE, "at")
    plan = Plan(Act.OPEN, now + HOUR, closes_at=now + HOUR)
    assert refused(session, planned, plan, now) == (schedules.END_TOO_SOON, "closes_at")


def test_a_closing_before_the_announced_end_is_refused(
    session: Session, open_round: Round, now: datetime
) -> None:
    rounds.extend(session, open_round, closes_at=now + DAY, now=now, by="alice")
    plan = Plan(Act.CLOSE, now + HOUR)
    assert refused(session, open_round, plan, now) == (schedules.CLOSES_TOO_SOON, "at")
    add(session, open_round, Act.CLOSE, now + DAY, now)


def test_an_open_round_is_not_opened_and_a_closed_one_not_touched(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    assert (
        refused(session, open_round, Plan(Act.OPEN, now + HOUR), now)[0] == "Round 1 has been opened already."
    )
    answer(session, open_round, bob, now)
    rounds.close(session, open_round, now=now, by="alice")
    assert refused(session, open_round, Plan(Act.REMIND, now + HOUR), now)[0].startswith("Round 1 is closed")


def test_an_entry_can_be_changed_and_cancelled_until_it_is_done(
    session: Session, planned: Round, now: datetime
) -> None:
    made = add(session, planned, Act.OPEN, now + HOUR, now)
    schedules.change(session, made, Plan(Act.OPEN, now + DAY), by="alice", now=now)
    assert keep(session, now + HOUR) == []
    schedules.cancel(session, made, by="alice", now=now)
    assert keep(session, now + DAY) == []
    assert (made.status, planned.status) == (ScheduleStatus.CANCELLED, RoundStatus.PLANNED)
    for act in (
        lambda: schedules.cancel(session, made, by="alice", now=now),
        lambda: schedules.change(session, made, Plan(Act.OPEN, now + DAY), by="alice", now=now),
    ):
        with pytest.raises(NotNow, match="done or cancelled in the meantime"):
            act()


def test_another_rounds_entry_is_not_there(
    session: Session, study: Study, planned: Round, now: datetime
) -> None:
    made = add(session, planned, Act.OPEN, now + HOUR, now)
    with pytest.raises(NotFound):
        schedules.get(session, rounds.plan(session, study, study.items), made.id)


def test_an_unforeseen_failure_is_noted(session: Session, planned: Round, now: datetime) -> None:
    made = add(session, planned, Act.OPEN, now + HOUR, now)
    keeping.give_up(session, made.id, "Something went wrong.", now=now + HOUR)
    session.refresh(made)
    assert (made.status, made.outcome) == (ScheduleStatus.NOT_DONE, "Something went wrong.")
    assert keep(session, now + DAY) == []
