"""The forms that change what the next round asks: reword, merge, split, add, ask again."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.histories import item_texts
from delphi.pages.histories.item_texts import Source
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.errors import NotFound
from surveys.histories import changing, reopening
from surveys.histories.changes import ChangeKind, ItemChange, Why
from surveys.histories.texts import Text
from surveys.items import Item
from surveys.permissions import Power
from surveys.rounds import Round

MOST_PARTS = 4
TICK_TWO = "Nothing is merged yet. Tick two items or more, and press the button again."
OF_ONE = ("reword", "split", "reopen")
NO_SUCH_ITEM = "This study has no such item."
DONE = {
    ChangeKind.REWORDED: "The new wording is kept. Panellists read it, and why, in round {}.",
    ChangeKind.MERGED: "The items are merged. Round {} asks the new one in their place.",
    ChangeKind.SPLIT: "The item is split. Round {} asks the new ones in its place.",
    ChangeKind.NEW: "The item is added. Round {} asks it last.",
    ChangeKind.REOPENED: "The item is asked again in round {}.",
}


@dataclass(frozen=True)
class Field:
    """An item to be written: the names of its two fields begin with `prefix`."""

    prefix: str
    heading: str
    title: str
    vignette: str


@dataclass(frozen=True, kw_only=True)
class ChangePage(Page):
    """One change: what there is, what is to be asked, and why."""

    template: ClassVar[str] = "pages/histories/change.html"
    back: str
    address: str
    number: int
    lede: str
    sources: tuple[Source, ...]
    fields: tuple[Field, ...]
    missing: tuple[str, ...]
    reason: str
    seen: str
    hidden: tuple[tuple[str, str], ...]
    button: str


def change_page(visit: Visit, key: str, number: int, act: str, items: Sequence[int] = ()) -> ChangePage:
    """The form of a change of these items (by id), with what was typed."""
    round_ = tabs.round_of(visit, key, number)
    changing.check_can_change(round_)
    chosen = [_item(round_, item_id) for item_id in items]
    words = WORDS[act]
    shown = {"reword": 1, "merge": 1, "new": 1, "split": MOST_PARTS, "reopen": 0}[act]
    return ChangePage(
        title=words.title.format(*(f"item {item.position}" for item in chosen)),
        frame=tabs.round_frame(visit, round_),
        back=f"{tabs.round_address(round_)}/items",
        address=f"{tabs.round_address(round_)}/items/{act}" + (f"/{items[0]}" if act in OF_ONE else ""),
        number=round_.number,
        lede=words.lede,
        sources=tuple(item_texts.source(visit, round_, item) for item in chosen),
        fields=_fields(visit, act, chosen, shown),
        missing=item_texts.missing(visit, round_) if act == "new" else (),
        reason=visit.typed("reason"),
        seen=changing.standing(chosen[0]) if act == "reword" else "",
        hidden=tuple((f"item{item.id}", "yes") for item in chosen) if act == "merge" else (),
        button=words.button,
    )


def merging_page(visit: Visit, key: str, number: int) -> ChangePage:
    """The form that merges the items that were ticked."""
    return change_page(visit, key, number, "merge", _ticked(visit.form or visit.request.query_params))


def _of_item(act: str) -> Callable[[Visit, str, int, int], ChangePage]:
    def again(visit: Visit, key: str, number: int, item_id: int) -> ChangePage:
        return change_page(visit, key, number, act, [item_id])

    return again


def new_page(visit: Visit, key: str, number: int) -> ChangePage:
    """The form of a new item."""
    return change_page(visit, key, number, "new")


class ChangingPages(Controller):
    """Each change has its form and its act."""

    path = "/studies/{key:str}/rounds/{number:int}/items"

    @get("/reword/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def rewording(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> ChangePage:
        return change_page(visit, key, number, "reword", [item_id])

    @get("/split/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def splitting(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> ChangePage:
        return change_page(visit, key, number, "split", [item_id])

    @get("/reopen/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def reopening(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> ChangePage:
        return change_page(visit, key, number, "reopen", [item_id])

    @get("/merge", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def merging(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> ChangePage | Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        if len(_ticked(visit.request.query_params)) < 2:
            return visit.go(f"{tabs.round_address(round_)}/items#asked", TICK_TWO)
        return merging_page(visit, key, number)

    @get("/new", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def adding(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> ChangePage:
        return new_page(visit, key, number)

    @post("/reword/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=_of_item("reword"))
    def reword(
        self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> Response[Any]:
        round_, seen = tabs.round_of(visit, key, number), str(form.get("seen", ""))
        text, why = _text(form, ""), _why(visit, form)
        return _done(visit, round_, changing.reword(visit.session, round_, item_id, text, why, seen=seen))

    @post("/split/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=_of_item("split"))
    def split(
        self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        texts = [_text(form, f"part{n}.") for n in range(1, MOST_PARTS + 1)]
        parts = [text for text in texts if text.title or text.vignette]
        return _done(visit, round_, changing.split(visit.session, round_, item_id, parts, _why(visit, form)))

    @post("/reopen/{item_id:int}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=_of_item("reopen"))
    def reopen(
        self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int], item_id: FromPath[int]
    ) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        return _done(visit, round_, reopening.reopen(visit.session, round_, item_id, _why(visit, form)))

    @post("/merge", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=merging_page)
    def merge(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_, text, why = tabs.round_of(visit, key, number), _text(form, ""), _why(visit, form)
        return _done(visit, round_, changing.merge(visit.session, round_, _ticked(form), text, why))

    @post("/new", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=new_page)
    def add(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        return _done(visit, round_, changing.add(visit.session, round_, _text(form, ""), _why(visit, form)))


@dataclass(frozen=True)
class Words:
    """What a form of a change is called, what it means, and what its button says."""

    title: str
    lede: str
    button: str


WORDS = {
    "reword": Words(
        "Reword {}",
        "New words are a new question: everybody is asked to rate the item anew, and what others said of the"
        " earlier wording is shown as that.",
        "Keep the new wording",
    ),
    "merge": Words(
        "Merge items",
        "One item takes the place of these. It starts without ratings, since nobody has rated these words."
        " Those it takes the place of keep theirs, and their numbers.",
        "Merge them",
    ),
    "split": Words(
        "Split {}",
        "Two items or more take the place of this one. They start without ratings, since nobody has rated"
        " these words. The one that is split keeps its ratings and its number.",
        "Split it",
    ),
    "new": Words("Add an item", "It is asked last, and everybody rates it for the first time.", "Add it"),
    "reopen": Words(
        "Ask {} again",
        "It is asked in the words that it has. You can reword it afterwards.",
        "Ask it again",
    ),
}


def _done(visit: Visit, round_: Round, change: ItemChange) -> Response[Any]:
    return visit.go(f"{tabs.round_address(round_)}/items", DONE[change.kind].format(round_.number))


def _item(round_: Round, item_id: int) -> Item:
    for item in round_.study.items:
        if item.id == item_id:
            return item
    raise NotFound(NO_SUCH_ITEM)


def _fields(visit: Visit, act: str, chosen: list[Item], shown: int) -> tuple[Field, ...]:
    prefixes = [f"part{n}." for n in range(1, shown + 1)] if act == "split" else [""] * shown
    first = chosen[0].wording if act == "reword" else None
    return tuple(
        Field(
            prefix=prefix,
            heading=f"Part {n}" if prefix else "",
            title=visit.typed(f"{prefix}title", first.title if first else ""),
            vignette=visit.typed(f"{prefix}vignette", first.vignette if first else ""),
        )
        for n, prefix in enumerate(prefixes, start=1)
    )


def _ticked(sent: Mapping[str, Any]) -> list[int]:
    """The items (by id) whose box is ticked."""
    found = (re.fullmatch(r"item(\d{1,18})", name, re.ASCII) for name in sent)
    return [int(known[1]) for known in found if known]


def _text(form: Form, prefix: str) -> Text:
    title, vignette = (str(form.get(f"{prefix}{name}", "")) for name in ("title", "vignette"))
    return Text(" ".join(title.split()), item_texts.tidied(vignette))


def _why(visit: Visit, form: Form) -> Why:
    return Why(str(form.get("reason", "")), visit.account.email, visit.now)
