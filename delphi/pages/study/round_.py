"""One round: what will be asked, how answers arrive, and what is to be done once it has closed."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import asked_in_words, local_times, navigation
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined
from delphi.formats import date, date_and_time, plural
from delphi.page import Form, Link, Page
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import schedule, tabs
from delphi.pages.study.schedule import Entry
from delphi.pages.study.standing import Step
from delphi.visits import Visit
from surveys import comments, harms, panels, participations, publications, reasons, rounds, strips, turnout
from surveys.designing import drafts, reporting
from surveys.errors import InvalidInput
from surveys.histories import reopening
from surveys.participations import SuggestionKind
from surveys.permissions import Power
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study
from surveys.translations import completeness
from surveys.turnout import PanelTurnout

TELL_THEM = "Now tell the panellists, on the page Mail."
SAY_WHEN = "Say when the round will end."


@dataclass(frozen=True, kw_only=True)
class RoundPage(Page):
    """What all pages of a round have."""

    home: str
    address: str
    number: int
    is_last: bool
    asked: tuple[tuple[int, str], ...]
    criteria: int
    turnout: tuple[PanelTurnout, ...]
    whom: str
    zone: str
    schedule: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedRoundPage(RoundPage):
    """A round that has not begun, with the form that opens it."""

    template: ClassVar[str] = "pages/study/round_planned.html"
    fingerprint: str
    is_first: bool
    warnings: tuple[str, ...]
    languages: tuple[str, ...]
    closes_at: str
    earliest: str
    asked_for: int  # settled items that enough panellists want to be asked again


@dataclass(frozen=True, kw_only=True)
class OpenRoundPage(RoundPage):
    """A round that takes answers, with the form that extends it."""

    template: ClassVar[str] = "pages/study/round_open.html"
    opened: str
    ends: str
    is_over: bool
    closes_at: str
    earliest: str


@dataclass(frozen=True, kw_only=True)
class ClosedRoundPage(RoundPage):
    """A round with results, and what is still to be done with them."""

    template: ClassVar[str] = "pages/study/round_closed.html"
    opened: str
    closed: str
    settled: str
    steps: tuple[Step, ...]
    next: Link | None


def round_page(visit: Visit, key: str, number: int) -> RoundPage:
    """The page of a round as it stands."""
    round_ = tabs.round_of(visit, key, number)
    match round_.status:
        case RoundStatus.PLANNED:
            return _planned(visit, round_)
        case RoundStatus.OPEN:
            return _open(visit, round_)
        case _:
            return _closed(visit, round_)


class RoundPages(Controller):
    """A round from planned to settled."""

    path = "/studies/{key:str}/rounds/{number:int}"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def round(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> RoundPage:
        return round_page(visit, key, number)

    @post("/open", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=round_page)
    def open(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        ends = local_times.read(str(form.get("closes_at", "")), visit.zone, "closes_at")
        drafts.check_seen(visit.session, round_.study, str(form.get("seen", "")))
        rounds.open_(visit.session, round_, closes_at=ends, now=visit.now, by=visit.account.email)
        told = f"Round {number} is open."
        return visit.go(tabs.round_address(round_), told if round_.study.is_pilot else f"{told} {TELL_THEM}")

    @post("/extend", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=round_page)
    def extend(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        ends = local_times.read(str(form.get("closes_at", "")), visit.zone, "closes_at")
        if ends is None:
            raise InvalidInput(SAY_WHEN, "closes_at")
        rounds.extend(visit.session, round_, closes_at=ends, now=visit.now, by=visit.account.email)
        told = date_and_time(ends, visit.zone)
        return visit.go(tabs.round_address(round_), f"Round {number} now ends on {told}.")


def _planned(visit: Visit, round_: Round) -> PlannedRoundPage:
    is_first = round_.study.locked_at is None
    people = panels.count_by_panel(visit.session, round_.study)
    return PlannedRoundPage(
        **_common(visit, round_),
        fingerprint=round_.study.fingerprint,
        is_first=is_first,
        warnings=_warnings(round_.study, people) if is_first and not round_.study.is_pilot else (),
        languages=completeness.warnings(visit.session, round_.study),
        closes_at=visit.typed("closes_at"),
        earliest=local_times.written(visit.now, visit.zone),
        asked_for=reopening.count_met(visit.session, round_),
    )


def _warnings(study: Study, people: dict[str, int]) -> tuple[str, ...]:
    """What is to be looked at before the protocol is fixed."""
    left = reporting.left(study)
    named = {part: form.title for part, form in FORMS.items()} | {"items": "Items"}
    titles = [title for part, title in named.items() if part in left]
    told = f"Some words are still those of the template: {joined(titles)}."
    return (*reporting.warnings(study.protocol, people), *([told] if titles else []))


def _open(visit: Visit, round_: Round) -> OpenRoundPage:
    zone = visit.zone
    return OpenRoundPage(
        **_common(visit, round_),
        opened=date(round_.opened_at, zone),
        ends=date_and_time(round_.closes_at, zone) if round_.closes_at else "",
        is_over=round_.closes_at is not None and round_.closes_at <= visit.now,
        closes_at=visit.typed("closes_at", local_times.written(round_.closes_at, zone)),
        earliest=local_times.written(visit.now, zone),
    )


def _closed(visit: Visit, round_: Round) -> ClosedRoundPage:
    zone, steps = visit.zone, _steps(visit, round_)
    return ClosedRoundPage(
        **_common(visit, round_),
        opened=date(round_.opened_at, zone),
        closed=date_and_time(round_.closed_at, zone),
        settled=date(round_.settled_at, zone) if round_.settled_at else "",
        steps=steps,
        next=_next(visit, round_, steps),
    )


def _next(visit: Visit, round_: Round, steps: tuple[Step, ...]) -> Link | None:
    """The step that is to be taken now, for whoever runs the study."""
    if not tabs.may(visit, round_.study, Power.RUN):
        return None
    return next((Link(one.name, one.href) for one in steps if one.state == "now" and one.href), None)


def _steps(visit: Visit, round_: Round) -> tuple[Step, ...]:
    """What is done with a closed round, in order; one of the steps is the next."""
    home, here = tabs.address(round_.study), tabs.round_address(round_)
    is_settled, zone = round_.settled_at is not None, visit.zone
    may_read = tabs.may(visit, round_.study, Power.SEE_CODES)
    written = [one for one in comments.list_written(visit.session, round_) if one.may_be_shown]
    waiting = sum(one.status is None for one in written)
    decided = f"{len(written) - waiting} of {len(written)} decided." if written else "None to decide."
    why = len(reasons.list_changes(visit.session, round_))
    decided += f" {plural(why, 'reason')} of a change of mind to read." if why else ""
    decided += _at_end(visit, round_)
    is_read = not (waiting or harms.count_unread(visit.session, round_))
    return (
        Step("Read the results", "", "", "", f"{here}/results"),
        Step(
            "Clear the comments",
            _state(is_read, True),
            "",
            decided,
            f"{here}/comments" if may_read else "",
        ),
        Step(
            "See what was settled" if is_settled else "Settle what becomes of each item",
            _state(is_settled, is_read),
            f"settled {date(round_.settled_at, zone)}" if is_settled else "",
            "" if is_settled else "The protocol proposes; you decide, with a reason where you depart.",
            f"{here}/settle",
        ),
        *_last_step(visit, round_, home, is_settled and is_read),
    )


def _at_end(visit: Visit, round_: Round) -> str:
    """What was written at the end of the round, and whether somebody has read the harms."""
    said = Counter(one.kind for one in participations.list_suggestions(visit.session, round_))
    named, missing = said[SuggestionKind.HARM], said[SuggestionKind.MISSING]
    read = "to read" if harms.count_unread(visit.session, round_) else "read"
    told = f" {plural(named, 'harm')} {read}." if named else ""
    return told + (f" {plural(missing, 'text')} on what is missing." if missing else "")


def _last_step(visit: Visit, round_: Round, home: str, is_now: bool) -> tuple[Step, ...]:
    """What comes after: the next round, done with when it has been opened; after the last, public grids."""
    zone = visit.zone
    if later := rounds.list_after(visit.session, round_):
        after = later[0]
        opened = f"opened {date(after.opened_at, zone)}" if after.opened_at else ""
        address = home + navigation.round_path(after.number)
        return (Step(f"Open round {after.number}", _state(bool(opened), is_now), opened, "", address),)
    if round_.settled_at is None and not round_.is_last:
        return (Step(f"Open round {round_.number + 1}", "next", "", "", ""),)
    if round_.study.is_pilot:
        return ()
    public = publications.find(visit.session, round_.study)
    is_public = public is not None and public.round_id == round_.id
    since = f"public since {date(public.at, zone)}" if public and is_public else ""
    words = f"Publish the {strips.outcome(round_.study)}"
    return (Step(words, _state(is_public, is_now), since, "", f"{home}/grids"),)


def _state(is_done: bool, is_now: bool) -> str:
    """Comments may be cleared late: then that is what is to be done, though the round is settled."""
    if is_done:
        return "done"
    return "now" if is_now else "next"


def _common(visit: Visit, round_: Round) -> dict[str, Any]:
    counted = turnout.by_panel(visit.session, round_)
    people = sum(panel.invited for panel in counted)
    return {
        "title": f"Round {round_.number}",
        "frame": tabs.round_frame(visit, round_),
        "home": tabs.address(round_.study),
        "address": tabs.round_address(round_),
        "number": round_.number,
        "is_last": round_.is_last,
        "asked": tuple((asked.item.position, asked.wording.title) for asked in round_.items),
        "criteria": len(round_.study.criteria),
        "turnout": counted,
        "whom": asked_in_words.whom(round_.number, people, takes_all=round_.study.protocol.rounds.join_late),
        "zone": visit.zone.key,
        "schedule": schedule.entries(visit, round_),
    }
