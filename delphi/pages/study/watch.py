"""Watching a round: how far everybody is, where people stop, what is left blank. Counts, never answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined, people
from delphi.formats import date, date_and_time, plural
from delphi.page import Page
from delphi.pages.study import tabs, watch_charts, watch_people
from delphi.pages.study.watch_charts import Chart, Subject
from delphi.pages.study.watch_people import Known, PanelRow, WhoList
from delphi.visits import Visit
from surveys import feedback, leavers, watching
from surveys.rounds import Round
from surveys.watching import Day, Gap, Group, PageReached, Watched

EVERY = 20  # seconds: people come by the minute, and a page of a thousand of them is not light
_BEGAN_FINISHED = ("began", "finished")
_FIRST_ROWS = 10  # of the items with gaps; the others are folded

Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Blanks:
    """What those who finished left blank or could not rate: the columns and rows of a table, most first."""

    sentence: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    others: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class WatchPage(Page):
    """How a round is going."""

    template: ClassVar[str] = "pages/study/watch.html"
    home: str
    address: str
    number: int
    is_open: bool
    may_write: bool
    every: int
    as_of: str
    sentence: str
    panels: tuple[PanelRow, ...]
    attributes: tuple[tuple[str, tuple[Group, ...], int], ...]
    charts: tuple[Chart, ...]
    day_columns: tuple[tuple[str, str], ...]
    days: tuple[Row, ...]
    lists: tuple[WhoList, ...]
    stops: str
    pages: tuple[PageReached, ...]
    blanks: Blanks
    returns: tuple[str, ...]
    before: int

    @property
    def has_stopped(self) -> bool:
        """Whether anybody has got no further than some page."""
        return any(reached.stopped for reached in self.pages)


class WatchPages(Controller):
    """A round while it is open, and afterwards."""

    path = "/studies/{key:str}/rounds/{number:int}/watch"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def watch(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> WatchPage:
        return _page(visit, tabs.round_of(visit, key, number))


def title(round_: Round) -> str:
    """What the page is called."""
    return f"Watch round {round_.number}" if round_.is_open else f"How round {round_.number} went"


def _page(visit: Visit, round_: Round) -> WatchPage:
    watching.check_can_watch(round_)
    about = watch_people.known(visit, round_)
    by_panel = {panel_id: days(visit, round_, own) for panel_id, own in about.by_panel.items()}
    before = feedback.find_round_before(visit.session, round_)
    return WatchPage(
        title=title(round_),
        frame=tabs.round_frame(visit, round_),
        home=tabs.address(round_.study),
        address=tabs.round_address(round_),
        number=round_.number,
        is_open=round_.is_open,
        may_write=about.shows_names,
        every=EVERY,
        as_of=date_and_time(visit.now, visit.zone),
        sentence=_sentence(round_, about.all),
        panels=watch_people.panels(about),
        attributes=watch_people.attributes(visit, about),
        charts=_charts(visit, about, by_panel),
        day_columns=_day_columns(round_),
        days=_day_rows(list(by_panel.values())),
        lists=watch_people.lists(visit, about),
        stops=_stops(about),
        pages=watching.by_page(round_, about.all.finished, about.reached.values()),
        blanks=_blanks(visit, about),
        returns=_returns(visit, before, round_) if before else (),
        before=before.number if before else 0,
    )


def _sentence(round_: Round, all_: Group) -> str:
    """Where the round stands, in people."""
    if not all_.asked:
        return "This round asks nobody yet." if round_.is_open else "This round asked nobody."
    have = "have" if round_.is_open else "had"
    told = [f"{all_.begun} {have} begun and not finished"] if all_.begun else []
    told += [f"{all_.not_begun} {have} not begun"] if all_.not_begun else []
    rest = f" {joined(told)}." if told else ""
    when = "" if round_.is_open else " when the round closed"
    finished = f"{all_.finished} of {plural(all_.asked, 'person', 'people')} {have} finished{when}."
    return finished + rest


def days(visit: Visit, round_: Round, own: Sequence[Watched]) -> tuple[Day, ...]:
    """The days of the round from its opening to now, or to its close, as these people came."""
    zone, last = visit.zone, round_.closed_at or visit.now
    first = round_.opened_at or last
    return watching.by_day(own, first.astimezone(zone).date(), last.astimezone(zone).date(), zone)


def _charts(visit: Visit, about: Known, by_panel: Mapping[int, tuple[Day, ...]]) -> tuple[Chart, ...]:
    """A chart a panel that is asked; none before anybody has begun."""
    if not about.all.begun + about.all.finished:
        return ()
    round_, zone = about.round, visit.zone
    last = date(round_.closed_at, zone) if round_.closed_at else "today"
    charts = []
    for panel in round_.study.panels:
        if asked := len(about.by_panel[panel.id]):
            subject = Subject(
                panel=panel.name,
                mark=panel.position + 1,
                asked=asked,
                first=date(round_.opened_at, zone),
                last=last,
            )
            charts.append(watch_charts.draw(subject, by_panel[panel.id]))
    return tuple(charts)


def _day_columns(round_: Round) -> tuple[tuple[str, str], ...]:
    named = [(f"{panel.name}: {what}", "number") for panel in round_.study.panels for what in _BEGAN_FINISHED]
    return (("Day", "text"), *named)


def _day_rows(panels: Sequence[tuple[Day, ...]]) -> tuple[Row, ...]:
    """A row a day on which anybody began or finished, the newest first."""
    rows = []
    for same in zip(*panels, strict=True):
        counts = [count for day in same for count in (day.began, day.finished)]
        if any(counts):
            rows.append((f"{same[0].on.day} {same[0].on:%B %Y}", *counts))
    return tuple(reversed(rows))


def _stops(about: Known) -> str:
    """How many have stopped on the way, and where."""
    pages = Counter(one.page for one in about.reached.values())
    if not pages:
        return "Nobody has stopped on the way." if about.all.finished else ""
    nothing = pages.pop(0, 0)
    told = f"{plural(nothing + pages.total(), 'person has', 'people have')} begun and not finished"
    told += f"; {nothing} of them answered nothing." if nothing else "."
    return f"{told} {_most(pages)}".strip()


def _most(pages: Counter[int]) -> str:
    """The page at which more of them stopped than at any other, if there is one."""
    first, second = [*pages.most_common(2), (0, 0), (0, 0)][:2]
    is_clear = first[1] > max(second[1], 1)
    return f"More of them stopped at page {first[0]} than at any other." if is_clear else ""


def _blanks(visit: Visit, about: Known) -> Blanks:
    round_, finished = about.round, about.all.finished
    gaps = watching.list_gaps(visit.session, round_, finished) if finished else ()
    names = [criterion.name for criterion in round_.study.protocol.criteria]
    rows = tuple(_blank_row(gap) for gap in gaps)
    return Blanks(
        sentence=_blank_sentence(round_, finished, len(gaps)),
        columns=(
            ("Item", "text"),
            *((f"{name}: {what}", "number") for name in names for what in ("blank", "unable")),
        ),
        rows=rows[:_FIRST_ROWS],
        others=rows[_FIRST_ROWS:],
    )


def _blank_row(gap: Gap) -> Row:
    pairs = zip(gap.blank, gap.unable, strict=True)
    return (f"{gap.number}. {gap.title}", *chain.from_iterable(pairs))


def _blank_sentence(round_: Round, finished: int, gaps: int) -> str:
    who = plural(finished, "person", "people")
    if not finished:
        return "This is counted among those who have finished. Nobody has yet."
    if not gaps:
        return f"Of the {who} who finished, nobody left anything blank or was unable to rate it."
    return (
        f"Of the {who} who finished, some left a question blank or were unable to rate it on"
        f" {gaps} of {plural(len(round_.items), 'item')}."
    )


def _returns(visit: Visit, before: Round, round_: Round) -> tuple[str, ...]:
    """Panel by panel, how many who took part in the round before have begun this one."""
    counted = {one.panel_id: one for one in leavers.count_returns(visit.session, before, round_)}
    told = []
    for panel in round_.study.panels:
        if (one := counted.get(panel.id)) is not None:
            came = f"{one.returned} of {people(one.took_part, panel.name)}"
            left = f"; {one.withdrew} of the others withdrew" if one.withdrew else ""
            told.append(
                f"{came} who took part in round {before.number} {_began(round_)} round {round_.number}{left}."
            )
    return tuple(told)


def _began(round_: Round) -> str:
    return "have begun" if round_.is_open else "came back in"
