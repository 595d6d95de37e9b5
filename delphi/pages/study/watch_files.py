"""The tables of a watched round as files: who began and finished by day, and what has gaps."""

from typing import Any

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import CSV, download
from delphi.pages.study import tabs, watch
from delphi.visits import Visit
from surveys import watching
from surveys.exchange import csv_files
from surveys.rounds import Round

_DAYS = ("day", "panel", "began", "finished", "simulated")
_BLANKS = ("item", "title", "criterion", "finished", "blank", "unable", "simulated")


class WatchFiles(Controller):
    """Tables to keep."""

    path = "/studies/{key:str}/rounds/{number:int}/watch"

    @get("/days.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def days(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        round_ = tabs.round_of(visit, key, number)
        return _file(f"{key}-round-{number}-days.csv", _DAYS, _day_rows(visit, round_))

    @get("/blanks.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def blanks(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        round_ = tabs.round_of(visit, key, number)
        return _file(f"{key}-round-{number}-blanks.csv", _BLANKS, _blank_rows(visit, round_))


def _file(name: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Response[bytes]:
    return download(name, csv_files.write(header, rows), CSV)


def _day_rows(visit: Visit, round_: Round) -> list[tuple[Any, ...]]:
    watching.check_can_watch(round_)
    everyone = watching.list_people(visit.session, round_)
    return [
        (day.on.isoformat(), panel.key, day.began, day.finished, _simulated(round_))
        for panel in round_.study.panels
        for day in watch.days(visit, round_, [one for one in everyone if one.panel_id == panel.id])
    ]


def _blank_rows(visit: Visit, round_: Round) -> list[tuple[Any, ...]]:
    watching.check_can_watch(round_)
    finished = watching.count("", watching.list_people(visit.session, round_)).finished
    return [
        (gap.number, csv_files.inert(gap.title), criterion.key, finished, blank, unable, _simulated(round_))
        for gap in watching.list_gaps(visit.session, round_, finished)
        for criterion, blank, unable in zip(round_.study.criteria, gap.blank, gap.unable, strict=True)
    ]


def _simulated(round_: Round) -> str:
    return "yes" if round_.study.is_simulated else "no"
