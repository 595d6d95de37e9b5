"""Writing up what was said: one short text an item, with the comments that may be quoted below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import evidence, quotes, write_ups
from surveys.evidence import Heard
from surveys.items import Item
from surveys.permissions import Power
from surveys.quotes import Quote
from surveys.studies import Study
from surveys.write_ups import Typed


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


def write_ups_page(visit: Visit, key: str) -> WriteUpsPage:
    """All of them, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    every = _written(visit, study)
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

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> WriteUpsPage:
        return write_ups_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=write_ups_page)
    def write(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        newest = evidence.get_round(visit.session, study)
        by, now = visit.account.email, visit.now
        changed = write_ups.write(visit.session, study, newest, _typed(study, form), by=by, now=now)
        said = "Saved. It stands beside the grids of this round." if changed else "Nothing was changed."
        return visit.go(f"{tabs.address(study)}/write-ups", said)


def _typed(study: Study, form: Form) -> dict[int, Typed]:
    return {
        item.id: Typed(str(form[f"text-{item.id}"]), str(form.get(f"seen-{item.id}", "")))
        for item in study.items
        if f"text-{item.id}" in form
    }


def _written(visit: Visit, study: Study) -> list[Written]:
    if not (closed := evidence.list_rounds(visit.session, study)):
        return []
    heard = evidence.list_heard(visit.session, study, closed[0])
    known = write_ups.of_study(visit.session, study, heard)
    standing = evidence.list_standing(visit.session, study, study.items, heard)
    numbered = {item.id: (item.position, _title(item, heard)) for item in standing}
    said = quotes.list_beside(visit.session, study.protocol, heard, numbered)
    by_number = {number: tuple(of_item) for number, of_item in groupby(said, key=lambda one: one.number)}
    stands = {item_id: one.text for item_id, one in known.items()}
    return [
        Written(
            id=item_id,
            number=number,
            title=title,
            text=visit.typed(f"text-{item_id}", stands.get(item_id, "")),
            seen=stands.get(item_id, ""),
            quotes=by_number.get(number, ()),
        )
        for item_id, (number, title) in numbered.items()
    ]


def _title(item: Item, heard: Sequence[Heard]) -> str:
    """As the newest closed round asked it: a new wording for the next round has not been answered yet."""
    return evidence.in_the_same_words(item, heard)[0].titles[item.id]
