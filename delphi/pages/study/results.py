"""The results of a closed round for its team: a row an item, in any order, and the file to keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from delphi import asked_in_words, certainty
from delphi import protocol_in_words as words
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined, people
from delphi.formats import date, plural
from delphi.page import CSV, Page, download
from delphi.pages.study import findings, tabs
from delphi.pages.study.findings import CriterionCell, Reading
from delphi.protocol_in_words import Ruled
from delphi.questionnaire import drawings
from delphi.questionnaire.scales import Strip
from delphi.visits import Visit
from surveys import feedback, moves, rounds
from surveys import results as kept
from surveys.cells import in_sentence
from surveys.exchange import result_files
from surveys.histories import telling
from surveys.histories.telling import Told
from surveys.protocol import Protocol
from surveys.results import Results
from surveys.rounds import Round, RoundItem

AS_ASKED = "0 up"
FRAGILE, OPEN = "quantiles", "either-way"


@dataclass(frozen=True)
class ResultRow:
    """An item with what was found. `kinds` and `sorts` are what the table is filtered and ordered by."""

    number: int
    title: str
    told: Told | None  # what was changed of it for this round
    cells: tuple[CriterionCell, ...]
    kinds: tuple[str, ...]
    sorts: tuple[str, ...]
    is_hidden: bool


@dataclass(frozen=True)
class Count:
    """How many items came to which finding on a criterion."""

    criterion: str
    findings: tuple[tuple[findings.Tag, int], ...]


@dataclass(frozen=True, kw_only=True)
class ResultsPage(Page):
    """What a round found."""

    template: ClassVar[str] = "pages/study/results.html"
    address: str
    number: int
    closed: str
    answered: str
    whom: str
    counts: tuple[Count, ...]
    criteria: tuple[str, ...]
    panels: tuple[tuple[int, str], ...]
    width: int
    rows: tuple[ResultRow, ...]
    filters: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    show: str
    order: str
    methods: tuple[tuple[str, str], ...]
    rules: tuple[Ruled, ...]
    version: str
    fingerprint: str
    limits: str = certainty.LIMITS

    def drawing(self, strip: Strip) -> Markup:
        """The distribution of a panel."""
        return drawings.drawing(strip, self.width)

    @property
    def shown_words(self) -> str:
        """How many rows the filter lets through; filter.js says it the same way."""
        shown, all_ = sum(not row.is_hidden for row in self.rows), len(self.rows)
        return plural(all_, "item") if shown == all_ else f"{shown} of {plural(all_, 'item')}"


class ResultsPages(Controller):
    """What a round found."""

    path = "/studies/{key:str}/rounds/{number:int}"

    @get("/results", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def results(
        self,
        visit: Visit,
        key: FromPath[str],
        number: FromPath[int],
        show: FromQuery[str] = "",
        order: FromQuery[str] = AS_ASKED,
    ) -> ResultsPage:
        return _page(visit, tabs.round_of(visit, key, number), show, order)

    @get("/results.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        round_ = tabs.round_of(visit, key, number)
        data = result_files.write(round_, kept.get(visit.session, round_))
        return download(f"{key}-round-{number}-results.csv", data, CSV)


def reading_of(visit: Visit, round_: Round) -> Reading:
    """The results of a round, with those of the round before it."""
    plan, found = round_.study.protocol, kept.get(visit.session, round_)
    if (earlier := feedback.find_round_before(visit.session, round_)) is None:
        return Reading(plan, found)
    alike = rounds.list_alike(visit.session, earlier, round_)
    if found.moves is None:
        found = msgspec.structs.replace(found, moves=moves.count(visit.session, earlier, round_))
    return Reading(plan, found, kept.get(visit.session, earlier), alike)


def _page(visit: Visit, round_: Round, show: str, order: str) -> ResultsPage:
    found, plan = kept.get(visit.session, round_), round_.study.protocol
    reading = reading_of(visit, round_)
    told = telling.by_item(telling.list_changed(visit.session, round_))
    rows = [
        _row(asked, told.get(asked.item_id), reading.cells(asked.item_id), show) for asked in round_.items
    ]
    sorts = _sorts(plan)
    order = order if order in dict(sorts) else AS_ASKED
    return ResultsPage(
        title=f"Results of round {round_.number}",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        number=round_.number,
        closed=date(round_.closed_at, visit.zone),
        answered=_answered(plan, found),
        whom=asked_in_words.whom(round_.number, sum(found.invited.values()), takes_all=plan.rounds.join_late),
        counts=_counts(plan, rows),
        criteria=tuple(criterion.name for criterion in plan.criteria),
        panels=tuple((n, panel.name) for n, panel in enumerate(plan.panels, start=1)),
        width=plan.scale.high - plan.scale.low + 1,
        rows=_ordered(rows, order),
        filters=_filters(plan, rows),
        sorts=sorts,
        show=show,
        order=order,
        methods=tuple(
            (name, text) for name, text in found.methods.items() if not name.startswith("rule of ")
        ),
        rules=_rules(plan, found),
        version=found.version,
        fingerprint=found.protocol_fingerprint,
    )


def _row(asked: RoundItem, told: Told | None, cells: tuple[CriterionCell, ...], show: str) -> ResultRow:
    kinds = [_kind(n, cell.finding.kind) for n, cell in enumerate(cells)]
    if any(panel.depends_on_quantiles for cell in cells for panel in cell.panels):
        kinds.append(FRAGILE)
    if any(cell.is_open for cell in cells):
        kinds.append(OPEN)
    medians = [median for cell in cells for median in cell.medians]
    apart = [None if cell.delta is None else abs(cell.delta) for cell in cells]
    return ResultRow(
        number=asked.item.position,
        title=asked.wording.title,
        told=told,
        cells=cells,
        kinds=tuple(kinds),
        sorts=(
            f"{asked.position}",
            asked.wording.title.replace("|", " "),
            *map(_sortable, (*medians, *apart)),
        ),
        is_hidden=bool(show) and show not in kinds,
    )


def _kind(criterion: int, kind: str) -> str:
    return f"{criterion}-{kind}"


def _sortable(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _filters(plan: Protocol, rows: Sequence[ResultRow]) -> tuple[tuple[str, str], ...]:
    """What there is to choose from, with how many items each would show."""
    choices: dict[str, str] = {}
    for n, criterion in enumerate(plan.criteria):
        for tag, count in findings.counted([row.cells[n] for row in rows]):
            choices[_kind(n, tag.kind)] = f"{criterion.name}: {in_sentence(tag.word)} ({count})"
    if unsure := sum(OPEN in row.kinds for row in rows):
        choices[OPEN] = f"Could go either way ({unsure})"
    if fragile := sum(FRAGILE in row.kinds for row in rows):
        choices[FRAGILE] = f"Verdict depends on the quantile definition ({fragile})"
    return tuple(choices.items())


def _sorts(plan: Protocol) -> tuple[tuple[str, str], ...]:
    """The ways to order the rows: a column of their `sorts` and a direction, with words."""
    places = [(criterion.name, panel.name) for criterion in plan.criteria for panel in plan.panels]
    medians = [
        (f"{n} down", f"{criterion}, {in_sentence(panel)}: highest first")
        for n, (criterion, panel) in enumerate(places, start=2)
    ]
    apart = [
        (f"{n} down", f"{criterion.name}: panels furthest apart first")
        for n, criterion in enumerate(plan.criteria, start=2 + len(places))
        if len(plan.panels) > 1
    ]
    return ((AS_ASKED, "As asked"), ("1 up", "Title"), *medians, *apart)


def _ordered(rows: list[ResultRow], order: str) -> tuple[ResultRow, ...]:
    """The rows in this order; what is missing comes last, and equals stay as asked."""
    column, direction = order.split(" ")
    sign = -1 if direction == "down" else 1

    def place(row: ResultRow) -> Any:
        value = row.sorts[int(column)]
        if column == "1":
            return value.casefold()
        return (value == "", sign * float(value or 0))

    return tuple(sorted(rows, key=place))


def _answered(plan: Protocol, found: Results) -> str:
    told = [
        f"{found.responders.get(panel.key, 0)} of {people(found.invited.get(panel.key, 0), panel.name)}"
        for panel in plan.panels
    ]
    return joined(told)


def _counts(plan: Protocol, rows: Sequence[ResultRow]) -> tuple[Count, ...]:
    return tuple(
        Count(criterion.name, findings.counted([row.cells[n] for row in rows]))
        for n, criterion in enumerate(plan.criteria)
    )


def _rules(plan: Protocol, found: Results) -> tuple[Ruled, ...]:
    """The rules that were applied, as they were frozen."""
    places = [(criterion.key, panel.key) for criterion in plan.criteria for panel in plan.panels]
    kept = {place: found.methods.get("rule of {}, {}".format(*place), "") for place in places}
    return words.rules(plan, {place: text for place, text in kept.items() if text})
