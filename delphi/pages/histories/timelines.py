"""The history of every item, for the team, on a page and as a file."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import CSV, Page, download
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.exchange import history_files
from surveys.histories import timelines
from surveys.histories.timelines import Event, Timeline


@dataclass(frozen=True)
class EventRow:
    """What happened to an item, in words; the round is said once for all that happened in it."""

    round: str
    words: str
    others: tuple[tuple[int, str], ...]
    wording: str
    reason: str
    ground: str
    when: str


@dataclass(frozen=True)
class ItemRow:
    """An item with its events; `is_changed` where more happened than being asked."""

    number: int
    key: str
    title: str
    events: tuple[EventRow, ...]
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class TimelinesPage(Page):
    """All items, by number."""

    template: ClassVar[str] = "pages/histories/timelines.html"
    home: str
    items: tuple[ItemRow, ...]


class TimelinePages(Controller):
    """What became of each item."""

    path = "/studies/{key:str}"

    @get("/items/history", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> TimelinesPage:
        study = tabs.study_of(visit, key)
        return TimelinesPage(
            title="The history of each item",
            frame=tabs.frame(visit, study, "/items"),
            home=tabs.address(study),
            items=tuple(_row(visit, one) for one in timelines.of_study(visit.session, study)),
        )

    @get("/items/history.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        return download(f"{key}-item-history.csv", history_files.write(visit.session, study), CSV)


def _row(visit: Visit, one: Timeline) -> ItemRow:
    item = one.item
    return ItemRow(
        number=item.position,
        key=item.key,
        title=item.wording.title,
        events=tuple(
            _event(visit, event, is_first=before is None or before.round_number != event.round_number)
            for before, event in zip((None, *one.events), one.events, strict=False)
        ),
        is_changed=any(event.others or event.reason for event in one.events),
    )


def _event(visit: Visit, event: Event, *, is_first: bool) -> EventRow:
    departs = f" (the protocol proposed: {event.proposal})" if event.proposal else ""
    return EventRow(
        round=f"Round {event.round_number}" if is_first else "",
        words=f"{event.act[:1].upper()}{event.act[1:]}{departs}",
        others=event.others,
        wording=event.wording,
        reason=event.reason,
        ground=event.ground,
        when=date(event.at, visit.zone) if event.at else "",
    )
