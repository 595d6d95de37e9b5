"""How many panellists: the chance of meeting the study's own rule, by the size of a panel."""

from dataclasses import dataclass, replace
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath, FromQuery

from delphi import protocol_in_words, rules_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import chance, plural
from delphi.page import FieldFault, Page
from delphi.pages.design import size_chart
from delphi.pages.design.size_chart import Chart
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import panels
from surveys import protocol as protocols
from surveys.cells import in_sentence
from surveys.designing import panel_sizes
from surveys.designing.panel_sizes import Chances, Curve
from surveys.errors import InvalidInput, NotFound
from surveys.protocol import Protocol
from surveys.studies import Study

NO_RULE = "The study has no such criterion or panel."
LISTED = (5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120)
A_SHARE = "Write how many in a hundred, from 0 to 100."


@dataclass(frozen=True, kw_only=True)
class PanelSizePage(Page):
    """The chart, its sentence, and the form that asks for another truth."""

    template: ClassVar[str] = "pages/design/panel_size.html"
    home: str
    criterion: str
    panel: str
    criteria: tuple[tuple[str, str], ...]
    panels: tuple[tuple[str, str], ...]
    high: str
    low: str
    high_words: str
    low_words: str
    rule: tuple[str, ...]
    sentences: tuple[str, ...]
    chart: Chart | None
    caption: str
    rows: tuple[tuple[str, str, str, str], ...]


class PanelSizePages(Controller):
    """Planning the size of the panels."""

    path = "/studies/{key:str}/design/panel-size"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(  # a question of four parts
        self,
        visit: Visit,
        key: FromPath[str],
        criterion: FromQuery[str] = "",
        panel: FromQuery[str] = "",
        high: FromQuery[str] = "80",
        low: FromQuery[str] = "5",
    ) -> PanelSizePage:
        study = tabs.study_of(visit, key)
        plan = study.protocol
        place = _place(plan, criterion, panel)
        return _page(visit, study, place, (high.strip(), low.strip()))


def _place(plan: Protocol, criterion: str, panel: str) -> tuple[str, str]:
    place = (criterion or plan.criteria[0].key, panel or plan.panels[0].key)
    if place[0] not in {one.key for one in plan.criteria} or place[1] not in {one.key for one in plan.panels}:
        raise NotFound(NO_RULE)
    return place


def _page(visit: Visit, study: Study, place: tuple[str, str], truth: tuple[str, str]) -> PanelSizePage:
    plan, (criterion, panel) = study.protocol, place
    bands = protocol_in_words.bands(plan)
    own = panels.count_by_panel(visit.session, study)[panel]
    frame, curve = tabs.frame(visit, study, "/design"), None
    try:
        curve = _curve(plan, place, truth)
    except InvalidInput as refusal:
        fault = FieldFault(refusal.field, refusal.sentence)
        frame = replace(frame, faults=(fault,))
    scale = protocol_in_words.scale(plan)
    return PanelSizePage(
        title="How many panellists?",
        frame=frame,
        home=tabs.address(study),
        criterion=criterion,
        panel=panel,
        criteria=tuple((one.key, one.name) for one in plan.criteria),
        panels=tuple((one.key, one.name) for one in plan.panels),
        high=truth[0],
        low=truth[1],
        high_words=bands["high"],
        low_words=bands["low"],
        rule=rules_in_words.sentences(str(protocols.rule(plan, criterion, panel)), scale),
        sentences=_sentences(plan, panel, curve, own) if curve else (),
        chart=size_chart.draw(curve, own) if curve else None,
        caption=_caption(plan, place, truth, bands),
        rows=tuple(_row(one) for one in curve.chances if one.size in LISTED) if curve else (),
    )


def _curve(plan: Protocol, place: tuple[str, str], truth: tuple[str, str]) -> Curve:
    for field, text in zip(("high", "low"), truth, strict=True):
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise InvalidInput(A_SHARE, field)
    return panel_sizes.curve(plan, *place, high=int(truth[0]), low=int(truth[1]))


def _sentences(plan: Protocol, panel: str, curve: Curve, own: int) -> tuple[str, ...]:
    """What the curve says, for the panel as it is and for one that is large enough."""
    said = []
    name = in_sentence(plan.panel(panel).name)
    mine = curve.at(own)
    if mine is not None and mine.into is not None:
        said.append(f"The {plural(own, 'person', 'people')} on the panel of {name}: {_told(mine.into)}.")
    said.append(_from(curve.from_eight_in_ten, "8 in 10"))
    if curve.from_eight_in_ten is not None:
        said.append(_from(curve.from_nine_in_ten, "9 in 10"))
    return tuple(said)


def _told(into: float) -> str:
    return f"a chance of {chance(into)} that the item is in"


def _from(size: int | None, words: str) -> str:
    if size is None:
        largest = f"No panel of up to {panel_sizes.LARGEST} keeps a chance of {words}"
        return f"{largest}: such an item is too near the limit, or beyond it."
    return f"From {plural(size, 'panellist')} who answer, the chance stays at {words} or above."


def _caption(plan: Protocol, place: tuple[str, str], truth: tuple[str, str], bands: dict[str, str]) -> str:
    criterion, panel = plan.criterion(place[0]).name, in_sentence(plan.panel(place[1]).name)
    return (
        f"{criterion}, {panel}: the exact chance that an item is in (full line) and out (broken line), where"
        f" {truth[0]} in a hundred such people would rate it {bands['high']} and {truth[1]} rate it"
        f" {bands['low']}. The line is a saw: 70 % of ten is seven, and of twelve nine."
    )


def _row(one: Chances) -> tuple[str, str, str, str]:
    if one.into is None or one.out is None:
        return f"{one.size}", "no verdict", "no verdict", "no verdict"
    return f"{one.size}", _percent(one.into), _percent(one.out), _percent(1 - one.into - one.out)


def _percent(share: float) -> str:
    """A chance in percent; what rounds to none or all and is not says so."""
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{share * 100:.0f} %"
