"""The pilot of a study: starting one, what it shows, the links of its test panellists, and removing it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import navigation
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined
from delphi.formats import date, plural
from delphi.page import Form, Link, Page
from delphi.pages.study import pilot_findings, pilot_people, standing, tabs
from delphi.pages.study.pilot_findings import Found
from delphi.pages.study.pilot_people import TestPanel
from delphi.visits import Visit
from surveys import panels, pilots, rounds
from surveys.audit import AuditEntry
from surveys.errors import InvalidInput, NotNow
from surveys.permissions import Power
from surveys.studies import Study

STARTED = "The pilot is open. Its test panellists and their links stand on this page."
NONE = "There is no pilot to remove: it was removed already."
TICK_FIRST = "Tick the box to say that you have read what removing the pilot does."


@dataclass(frozen=True, kw_only=True)
class PilotPage(Page):
    """What the page has whether or not a pilot is running: `past` ones, and the `number` of the round."""

    home: str
    fingerprint: str
    past: tuple[str, ...]
    may_run: bool
    number: int


@dataclass(frozen=True, kw_only=True)
class StartPage(PilotPage):
    """The form that starts one; `wait` says why there is nothing to try yet."""

    template: ClassVar[str] = "pages/study/pilot_start.html"
    wait: str
    items: int
    fields: tuple[tuple[str, str, str], ...]
    most: int


@dataclass(frozen=True, kw_only=True)
class RunningPage(PilotPage):
    """A pilot that is there: where it stands, who tries it, what came of it; `changed` says what differs."""

    template: ClassVar[str] = "pages/study/pilot.html"
    sentence: str
    next: Link
    changed: str
    rounds: tuple[Link, ...]
    panels: tuple[TestPanel, ...]
    found: Found


@dataclass(frozen=True, kw_only=True)
class RemovalPage(Page):
    """What removing does, and to how much."""

    template: ClassVar[str] = "pages/study/pilot_removal.html"
    home: str
    people: int
    answers: int
    seen: str


def pilot_page(visit: Visit, key: str) -> PilotPage:
    """The pilot of the study, or the form to start one."""
    study = _tried(visit, key)
    pilot = pilots.find(visit.session, study)
    common = {
        "title": "Pilot",
        "frame": tabs.frame(visit, study, ""),
        "home": tabs.address(study),
        "past": told(visit, pilots.list_past(visit.session, study)),
        "may_run": tabs.may(visit, study, Power.RUN),
        "number": pilots.number_tried(visit.session, study, pilot.created_at if pilot else visit.now),
    }
    return _start(visit, study, common) if pilot is None else _running(visit, study, pilot, common)


def removal_page(visit: Visit, key: str) -> RemovalPage:
    """The question before a pilot is removed."""
    study = _tried(visit, key)
    if (pilot := pilots.find(visit.session, study)) is None:
        raise NotNow(NONE)
    return RemovalPage(
        title="Remove the pilot",
        frame=tabs.frame(visit, study, ""),
        home=tabs.address(study),
        people=len(panels.list_panellists(visit.session, pilot)),
        answers=pilots.count_answers(visit.session, pilot),
        seen=pilots.standing(pilot),
    )


class PilotPages(Controller):
    """Trying a round before the panels are asked."""

    path = "/studies/{key:str}/pilot"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def pilot(self, visit: Visit, key: FromPath[str]) -> PilotPage:
        return pilot_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=pilot_page)
    def start(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        people = {panel.key: _count(form, panel.key) for panel in study.panels}
        pilots.start(visit.session, visit.key, study, people, by=visit.account.email, now=visit.now)
        return visit.go(navigation.pilot(study), STARTED)

    @get("/removal", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit, key: FromPath[str]) -> RemovalPage:
        return removal_page(visit, key)

    @post("/removal", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=removal_page)
    def remove(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = _tried(visit, key)
        if form.get("sure") != "yes":
            raise InvalidInput(TICK_FIRST, "sure")
        seen = str(form.get("seen", ""))
        pilots.remove(visit.session, study, seen, by=visit.account.email, now=visit.now)
        return visit.go(navigation.pilot(study), "The pilot is removed, with all that was answered in it.")


def told(visit: Visit, entries: list[AuditEntry]) -> tuple[str, ...]:
    """What the study's trail tells of its pilots, in sentences."""
    return tuple(_told(entry, date(entry.at, visit.zone)) for entry in entries)


def tried(visit: Visit, study: Study) -> str:
    """What is known of the study's last pilot in which somebody answered; nothing where there was none."""
    if (found := pilots.find_tried(visit.session, study)) is None:
        return ""
    (sentence,), answers = told(visit, [found[0]]), plural(found[1], "test answer")
    return f"A pilot: {sentence[0].lower()}{sentence[1:-1]}, {answers}."


def _told(entry: AuditEntry, day: str) -> str:
    if entry.act == pilots.STARTED:
        items, people = entry.details["items"], entry.details["people"]
        return f"Started on {day}: {plural(items, 'item')}, {plural(people, 'test panellist')}."
    return f"Removed on {day}, with {plural(entry.details['answers'], 'test answer')}."


def _tried(visit: Visit, key: str) -> Study:
    """The study of this account's that is tried; a pilot's own address leads there as well."""
    study = tabs.study_of(visit, key)
    return study.pilot_of or study


def _count(form: Form, panel: str) -> int:
    field = f"people.{panel}"
    text = str(form.get(field, "")).strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidInput(pilots.HOW_MANY, field)
    return int(text)


def _start(visit: Visit, study: Study, common: dict[str, Any]) -> StartPage:
    fields = [(f"people.{panel.key}", panel.name) for panel in study.panels]
    return StartPage(
        **common,
        fingerprint=study.fingerprint,
        wait=_wait(visit, study),
        items=len(pilots.list_asked(visit.session, study)),
        fields=tuple((field, name, visit.typed(field, str(pilots.USUAL))) for field, name in fields),
        most=pilots.MOST,
    )


def _wait(visit: Visit, study: Study) -> str:
    try:
        pilots.check_can_start(visit.session, study)
    except NotNow as refusal:
        return refusal.sentence
    return ""


def _running(visit: Visit, study: Study, pilot: Study, common: dict[str, Any]) -> RunningPage:
    facts = standing.facts(visit.session, pilot, now=visit.now, zone=visit.zone)
    known = rounds.list_rounds(visit.session, pilot)
    return RunningPage(
        **common,
        fingerprint=pilot.fingerprint,
        sentence=standing.sentence(facts),
        next=standing.next_step(facts),
        changed=joined([_part(one) for one in pilots.list_changes(visit.session, study, pilot)]),
        rounds=tuple(Link(f"Round {one.number}", tabs.round_address(one)) for one in known),
        panels=pilot_people.panels(visit, pilot) if common["may_run"] else (),
        found=pilot_findings.find(visit, pilot),
    )


def _part(part: str) -> str:
    """A part of the design within a sentence."""
    return {"aims": "the title or the aims", "information": "the information sheet"}.get(part, f"the {part}")
