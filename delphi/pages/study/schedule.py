"""The schedule of a round: what is done by itself at a day and time; to add, change and cancel."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import letters_in_words, local_times
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import rounds
from surveys.errors import InvalidInput, NotNow
from surveys.letters import schedules
from surveys.letters.schedules import SAY_WHEN, Act, Plan, Schedule, ScheduleStatus
from surveys.permissions import Power
from surveys.rounds import Round, RoundStatus

CHOOSE = "Choose what is to be done."
OVERDUE = timedelta(minutes=5)  # a worker that runs has done it by then
IS_OVERDUE = (
    "This is overdue. It is done by `delphi worker`: ask whoever keeps Delphi running whether it runs."
)


@dataclass(frozen=True)
class Entry:
    """One entry of a schedule; `href` leads to its form while it waits, `needs_you` says it went wrong."""

    when: str
    what: str
    state: str
    sentence: str
    href: str
    needs_you: bool


@dataclass(frozen=True, kw_only=True)
class SchedulePage(Page):
    """The form for an entry. `act` is fixed where one is changed."""

    template: ClassVar[str] = "pages/study/schedule.html"
    back: str
    address: str
    number: int
    act: str
    what: str
    acts: tuple[tuple[str, str, str], ...]
    at: str
    closes_at: str
    tells: bool
    may_open: bool
    ends: str
    zone: str
    home: str
    earliest: str


def entries(visit: Visit, round_: Round) -> tuple[Entry, ...]:
    """What was ever scheduled for a round, for its page."""
    return tuple(_entry(visit, one) for one in schedules.list_of(visit.session, round_))


def new_entry_page(visit: Visit, key: str, number: int) -> SchedulePage:
    """The form for something to be done later."""
    round_ = tabs.round_of(visit, key, number)
    if round_.has_results:
        raise NotNow(schedules.IS_OVER.format(number))
    return _page(visit, round_, None)


def entry_page(visit: Visit, key: str, number: int, schedule_id: int) -> SchedulePage:
    """The form for another time."""
    schedule = _found(visit, key, number, schedule_id)
    if not schedule.is_waiting:
        raise NotNow(schedules.NOT_WAITING)
    return _page(visit, schedule.round, schedule)


class SchedulePages(Controller):
    """What is done later."""

    path = "/studies/{key:str}/rounds/{number:int}/schedule"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def new(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> SchedulePage:
        return new_entry_page(visit, key, number)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=new_entry_page)
    def add(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        plan = _plan(visit, form, _act(form))
        schedules.add(visit.session, round_, plan, by=visit.account.email, now=visit.now)
        return visit.go(_place(round_), f"Scheduled for {date_and_time(plan.at, visit.zone)}.")

    @get("/{schedule_id:int}", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def entry(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], schedule_id: FromPath[int]
    ) -> SchedulePage:
        return entry_page(visit, key, number, schedule_id)

    @post("/{schedule_id:int}", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=entry_page)
    def change(
        self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int], schedule_id: FromPath[int]
    ) -> Response[Any]:
        schedule = _found(visit, key, number, schedule_id)
        plan = _plan(visit, form, schedule.act)
        schedules.change(visit.session, schedule, plan, by=visit.account.email, now=visit.now)
        told = f"Now scheduled for {date_and_time(plan.at, visit.zone)}."
        return visit.go(_place(schedule.round), told)

    @post("/{schedule_id:int}/cancel", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def cancel(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], schedule_id: FromPath[int]
    ) -> Response[Any]:
        schedule = _found(visit, key, number, schedule_id)
        schedules.cancel(visit.session, schedule, by=visit.account.email, now=visit.now)
        return visit.go(_place(schedule.round), "It is cancelled.")


def _found(visit: Visit, key: str, number: int, schedule_id: int) -> Schedule:
    return schedules.get(visit.session, tabs.round_of(visit, key, number), schedule_id)


def _place(round_: Round) -> str:
    """Where the schedule stands on the round's page."""
    return f"{tabs.round_address(round_)}#schedule"


def _page(visit: Visit, round_: Round, schedule: Schedule | None) -> SchedulePage:
    zone, own = visit.zone, f"/{schedule.id}" if schedule else ""
    at, ends = (schedule.at, schedule.closes_at) if schedule else (None, None)
    is_sent = bool(visit.form)  # a box that is not ticked is not sent
    return SchedulePage(
        title="Change the schedule" if schedule else "Add to the schedule",
        frame=tabs.round_frame(visit, round_),
        back=_place(round_),
        address=f"{tabs.round_address(round_)}/schedule{own}",
        number=round_.number,
        act=schedule.act if schedule else visit.typed("act"),
        what=letters_in_words.ACTS[schedule.act] if schedule else "",
        acts=_acts(round_),
        at=visit.typed("at", local_times.written(at, zone)),
        closes_at=visit.typed("closes_at", local_times.written(ends, zone)),
        tells=visit.typed("tells") == "yes" if is_sent else schedule is None or schedule.tells,
        may_open=round_.status == RoundStatus.PLANNED and (schedule is None or schedule.act == Act.OPEN),
        ends=date_and_time(round_.closes_at, zone) if round_.closes_at else "",
        zone=visit.zone.key,
        home=tabs.address(round_.study),
        earliest=local_times.written(visit.now, zone),
    )


def _acts(round_: Round) -> tuple[tuple[str, str, str], ...]:
    """What can be scheduled, as choices of a form."""
    is_open = rounds.can(round_, rounds.Act.CLOSE)
    hints = {Act.CLOSE: "Only if somebody has answered, and not before the end that is announced."}
    return tuple(
        (act, words, hints.get(act, ""))
        for act, words in letters_in_words.ACTS.items()
        if not (is_open and act == Act.OPEN)
    )


def _act(form: Form) -> Act:
    try:
        return Act(str(form.get("act", "")))
    except ValueError:
        raise InvalidInput(CHOOSE, "act") from None


def _plan(visit: Visit, form: Form, act: Act) -> Plan:
    """What was typed; the end that an opening announces counts with an opening only."""
    zone = visit.zone
    at = local_times.read(str(form.get("at", "")), zone, "at")
    if at is None:
        raise InvalidInput(SAY_WHEN, "at")
    if act != Act.OPEN:
        return Plan(act, at)
    ends = local_times.read(str(form.get("closes_at", "")), zone, "closes_at")
    return Plan(act, at, closes_at=ends, tells=form.get("tells") == "yes")


def _entry(visit: Visit, schedule: Schedule) -> Entry:
    zone = visit.zone
    is_overdue = schedule.is_waiting and schedule.at + OVERDUE < visit.now
    return Entry(
        when=date_and_time(schedule.at, zone),
        what=_what(visit, schedule),
        state=letters_in_words.STATES[schedule.status],
        sentence=IS_OVERDUE if is_overdue else schedule.outcome,
        href=f"{tabs.round_address(schedule.round)}/schedule/{schedule.id}" if schedule.is_waiting else "",
        needs_you=is_overdue or schedule.status == ScheduleStatus.NOT_DONE,
    )


def _what(visit: Visit, schedule: Schedule) -> str:
    """What is done, with what an opening announces and tells."""
    words = letters_in_words.ACTS[schedule.act].lower()
    if schedule.closes_at:
        words += f" until {date_and_time(schedule.closes_at, visit.zone)}"
    return f"{words}, and tell the panellists" if schedule.tells else words
