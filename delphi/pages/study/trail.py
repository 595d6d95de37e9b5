"""The audit trail: what was done to the study, when and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time
from delphi.page import CSV, Page, download
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import teams, trails
from surveys.exchange import csv_files
from surveys.rounds import Act
from surveys.settling import Outcome
from surveys.studies import Study
from surveys.trails import Entry

_NAMES = {
    "closes_at": "announced end",
    "before": "before",
    "kept_answers": "answers kept",
    "count": "number",
    "at": "time",
    "proposal": "proposed",
}
_DONE: dict[str, str] = {
    Act.OPEN: "opened",
    Act.EXTEND: "another end announced",
    Act.CLOSE: "closed",
    Act.SETTLE: "settled",
}


_DEPARTURES = {
    f"item {Outcome.GOES_ON}": "goes on",
    f"item {Outcome.KEPT}": "is kept",
    f"item {Outcome.DROPPED}": "is dropped",
}


@dataclass(frozen=True)
class TrailRow:
    """One act with its details in words."""

    at: str
    when: str
    by: str
    act: str
    details: str


@dataclass(frozen=True, kw_only=True)
class TrailPage(Page):
    """The trail, newest first, as the role may see it: all, or what one did, or what holds some words."""

    template: ClassVar[str] = "pages/study/trail.html"
    home: str
    rows: tuple[TrailRow, ...]
    all: int
    people: tuple[tuple[str, str], ...]
    who: str
    words: str
    query: str


class TrailPages(Controller):
    """What was done."""

    path = "/studies/{key:str}"

    @get("/trail", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def trail(
        self, visit: Visit, key: FromPath[str], who: FromQuery[str] = "", words: FromQuery[str] = ""
    ) -> TrailPage:
        study = tabs.study_of(visit, key)
        every = _rows(visit, study)
        return TrailPage(
            title="Trail",
            frame=tabs.frame(visit, study, "/trail"),
            home=tabs.address(study),
            rows=tuple(row for row in reversed(every) if _is_asked_for(row, who, words)),
            all=len(every),
            people=(("", "Everybody"), *((by, by) for by in sorted({row.by for row in every}))),
            who=who,
            words=words,
            query=urlencode([(name, text) for name, text in (("who", who), ("words", words)) if text]),
        )

    @get("/trail.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(
        self, visit: Visit, key: FromPath[str], who: FromQuery[str] = "", words: FromQuery[str] = ""
    ) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        rows = [
            (row.at, row.by, row.act, csv_files.inert(row.details), _yes(study.is_simulated))
            for row in _rows(visit, study)
            if _is_asked_for(row, who, words)
        ]
        data = csv_files.write(("at", "by", "act", "details", "simulated"), rows)
        return download(f"{study.key}-trail.csv", data, CSV)


def _is_asked_for(row: TrailRow, who: str, words: str) -> bool:
    told = f"{row.act} {row.details} {row.by} {row.when}".casefold()
    return who in ("", row.by) and all(word in told for word in words.casefold().split())


def _rows(visit: Visit, study: Study) -> list[TrailRow]:
    titles = {item.id: f"{item.position} {item.wording.title}" for item in study.items}
    role = teams.role_of(visit.session, study, visit.account)
    return [_row(visit, entry, titles) for entry in trails.list_seen(visit.session, study, role)]


def _row(visit: Visit, entry: Entry, titles: Mapping[int, str]) -> TrailRow:
    details = [
        f"{_NAMES.get(name, name)}: {_said(visit, name, value, titles)}"
        for name, value in entry.details.items()
    ]
    return TrailRow(
        at=entry.at.isoformat(),
        when=date_and_time(entry.at, visit.zone),
        by=entry.by,
        act=_act(entry.act),
        details="; ".join(details),
    )


def _act(text: str) -> str:
    """What was done, as a phrase: “Round 1: opened”."""
    if text in _DEPARTURES:
        return f"Decided otherwise than proposed: item {_DEPARTURES[text]}"
    what, colon, act = text.partition(": ")
    return what[:1].upper() + what[1:] + colon + _DONE.get(act, act)


def _said(visit: Visit, name: str, value: Any, titles: Mapping[int, str]) -> str:
    if name == "item":
        return titles.get(value, f"{value}")
    if isinstance(value, bool):
        return _yes(value)
    return _moment(visit, value) if name in ("at", "closes_at", "before") else f"{value}"


def _moment(visit: Visit, text: str) -> str:
    """A moment as the trail keeps it, for people; whatever is no moment was none announced."""
    try:
        return date_and_time(datetime.fromisoformat(text), visit.zone)
    except ValueError:
        return "none"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
