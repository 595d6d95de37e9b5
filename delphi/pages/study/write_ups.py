"""Writing up what was said: one short text an item, with the comments that may be quoted below it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Form, Page
from delphi.pages.study import tabs
from surveys import evidence, quotes, write_ups
from surveys.quotes import Quote
from surveys.studies import Study


@dataclass(frozen=True)
class Written:
    """An item with its write-up, and what may be quoted of it. `seen` is what the form was made with."""

    id: int
    number: int
    title: str
    text: str
    seen: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class WriteUpsPage(Page):
    """The items of which something may be quoted, or is written up already; then all others."""

    template: ClassVar[str] = "pages/study/write_ups.html"
    address: str
    longest: int
    said: tuple[Written, ...]
    others: tuple[Written, ...]


def write_ups_page(visit: Visit, key: str, item_id: int = 0) -> WriteUpsPage:
    """All of them, with what was typed for the one that was refused."""
    study = tabs.study_of(visit, key)
    every = _written(visit, study, item_id)
    return WriteUpsPage(
        title="What was said, in short",
        frame=tabs.frame(visit, study, "/grids"),
        address=f"{tabs.address(study)}/write-ups",
        longest=write_ups.LONGEST,
        said=tuple(one for one in every if one.quotes or one.seen),
        others=tuple(one for one in every if not (one.quotes or one.seen)),
    )


class WriteUpPages(Controller):
    """What stands beside the grids in the researchers' words."""

    path = "/studies/{key:str}/write-ups"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> WriteUpsPage:
        return write_ups_page(visit, key)

    @post("/{item_id:int}", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=write_ups_page)
    def write(self, visit: Visit, form: Form, key: FromPath[str], item_id: FromPath[int]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        item = write_ups.item_of(study, item_id)
        text, seen = (str(form.get(name, "")) for name in (f"text-{item_id}", "seen"))
        write_ups.write(visit.session, item, text, seen=seen, by=visit.account.email, now=visit.now)
        path = f"{tabs.address(study)}/write-ups#item-{item_id}"
        return visit.go(path, "Saved. It stands beside the grids." if text.strip() else "Taken away.")


def _written(visit: Visit, study: Study, item_id: int) -> Sequence[Written]:
    known = write_ups.of_study(visit.session, study)
    closed = evidence.list_rounds(visit.session, study)
    heard = evidence.list_heard(visit.session, study, closed[0]) if closed else []
    numbered = {item.id: (item.position, item.wording.title) for item in study.items}
    said = quotes.list_beside(visit.session, study.protocol, heard, numbered)
    by_number = {number: tuple(of_item) for number, of_item in groupby(said, key=lambda one: one.number)}
    found = []
    for item in study.items:
        stands = known[item.id].text if item.id in known else ""
        one = Written(
            item.id, item.position, item.wording.title, stands, stands, by_number.get(item.position, ())
        )
        found.append(replace(one, text=visit.typed(f"text-{item.id}", stands)) if item.id == item_id else one)
    return found
