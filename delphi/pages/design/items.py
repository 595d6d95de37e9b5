"""The items as one form: reworded, put in another order, dropped and added; or taken from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import FieldFault, Form, Page
from delphi.pages.design import fields
from delphi.pages.design.fields import Filled, text_of
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.designing import drafts, item_lists
from surveys.designing.item_lists import Changed, Wanted
from surveys.errors import FaultyFile, InvalidInput, NotNow
from surveys.exchange import item_files, study_files
from surveys.exchange.item_files import MOST_ITEMS
from surveys.permissions import Power
from surveys.studies import Study

NEW_ROWS = 3
CHOOSE_FILE = "Choose a file first."
NO_PLACE = "Write the number of its place in the list, such as 3."


@dataclass(frozen=True, kw_only=True)
class ItemsFormPage(Page):
    """Every item with its place, title and description, and empty ones to write in."""

    template: ClassVar[str] = "pages/design/items.html"
    home: str
    filled: Filled
    rows: tuple[str, ...]
    total: int
    tags: tuple[str, ...]

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.filled.values.get(name, "")

    def is_ticked(self, name: str) -> bool:
        return bool(self.value(name))


@dataclass(frozen=True)
class _Row:
    handle: str
    wanted: Wanted
    place: int
    was: int


def items_page(visit: Visit, key: str) -> ItemsFormPage:
    """The items, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    drafts.check_can_change(study)
    filled = _filled(visit, study)
    return ItemsFormPage(
        title="Items",
        frame=replace(tabs.frame(visit, study, "/design"), faults=_faults(visit)),
        home=tabs.address(study),
        filled=filled,
        rows=_handles(filled, study),
        total=len(study.items),
        tags=tuple(one["label"] for one in study.vocabularies.values()),
    )


class ItemsFormPages(Controller):
    """Changing the items."""

    path = "/studies/{key:str}/design/items"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> ItemsFormPage:
        return items_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=items_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, rows = tabs.study_of(visit, key), _rows(form)
        _check_places(rows)
        wanted = [row.wanted for row in _ordered(rows)]
        seen, who = str(form.get("seen", "")), visit.account.email
        changed = item_lists.save(visit.session, study, wanted, seen=seen, by=who, now=visit.now)
        after = f"{tabs.address(study)}/design"
        return visit.go(f"{after}/items" if "stay" in form else after, _told(changed))

    @post("/file", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=items_page)
    def put_file(self, visit: Visit, upload: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        file = upload.get("file")
        if file is None or not getattr(file, "filename", ""):
            raise InvalidInput(CHOOSE_FILE, "file")
        known, who = study_files.of(study), visit.account.email
        plans = item_files.read_over(file.file.read(), known.vocabularies, known.items, file.filename)
        keep = upload.get("how") != "replace"
        changed = item_lists.put_file(visit.session, study, plans, by=who, now=visit.now, keep=keep)
        return visit.go(f"{tabs.address(study)}/design/items", _told(changed))


def _written(study: Study) -> dict[str, str]:
    values: dict[str, str] = {}
    for item in study.items:
        row = {
            "place": f"{item.position}",
            "title": item.wording.title,
            "vignette": fields.plain(item.wording.vignette),
        }
        values |= {f"item.{item.id}.{name}": text for name, text in row.items()}
    return values


def _filled(visit: Visit, study: Study) -> Filled:
    kept, seen = _written(study), item_lists.standing(study)
    if visit.refusal is None or "seen" not in visit.form:
        return Filled(kept, kept, seen)
    typed = {name: fields.plain(value) for name, value in visit.form.items() if isinstance(value, str)}
    was = fields.read_was(visit.form)
    if isinstance(visit.refusal, NotNow) and visit.refusal.sentence == item_lists.STALE:
        return fields.merged(was, kept, typed, seen)
    return Filled(typed, was, str(visit.form.get("seen", "")))


def _handles(filled: Filled, study: Study) -> tuple[str, ...]:
    """The rows: the study's items in their order, what was typed for one that went, and new ones."""
    known, used = [f"{item.id}" for item in study.items], _used(filled.values)
    changed = {name.split(".")[1] for name in filled.beside}
    gone = [handle for handle in used if handle in changed and handle not in known]
    number = max((int(handle[3:]) for handle in used if fields.is_new(handle)), default=0)
    new = (f"new{n}" for n in range(1, min(number + NEW_ROWS, MOST_ITEMS) + 1))
    return (*known, *(handle for handle in gone if not fields.is_new(handle)), *new)


def _used(values: Mapping[str, Any]) -> list[str]:
    """The rows that have a title or a text."""
    found = (name.split(".") for name, value in values.items() if value and name.startswith("item."))
    return list(
        dict.fromkeys(parts[1] for parts in found if len(parts) == 3 and parts[2] in ("title", "vignette"))
    )


def _rows(form: Form) -> list[_Row]:
    """The rows that stay, in the order of the form; an existing item without a title is a mistake."""
    names = [name.split(".")[1] for name in form if name.startswith("item.") and name.count(".") == 2]
    rows = []
    for handle in dict.fromkeys(names):
        title, vignette = text_of(form, f"item.{handle}.title"), text_of(form, f"item.{handle}.vignette")
        is_known = handle.isascii() and handle.isdigit() and len(handle) < 10
        if form.get(f"item.{handle}.gone") or not (title or vignette or is_known):
            continue
        place, was = (_place(form, f"{start}.{handle}.place") for start in ("item", "stood"))
        wanted = Wanted(" ".join(title.split()), vignette, int(handle) if is_known else None)
        rows.append(_Row(handle, wanted, place, was))
    return rows


def _place(form: Form, name: str) -> int:
    """The place that was typed; the end of the list where none was, and -1 where it is no number."""
    text = text_of(form, name)
    if not text:
        return MOST_ITEMS + 1
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def _check_places(rows: list[_Row]) -> None:
    for row in rows:
        if row.place < 0:
            raise InvalidInput(NO_PLACE, f"item.{row.handle}.place")


def _ordered(rows: list[_Row]) -> list[_Row]:
    """By their places; one that takes another's comes before it when moved up, and after it when down."""

    def at(row: _Row) -> tuple[int, int]:
        moved = (row.place > row.was) - (row.place < row.was) if 0 <= row.was <= MOST_ITEMS else 0
        return row.place, moved

    return sorted(rows, key=at)


def _faults(visit: Visit) -> tuple[FieldFault, ...]:
    """Each fault at its field: the mistakes of the form are numbered in the order in which it was saved."""
    if visit.refusal is None:
        return ()
    if not isinstance(visit.refusal, FaultyFile):
        return (FieldFault(getattr(visit.refusal, "field", ""), visit.refusal.sentence),)
    if "seen" not in visit.form:
        return tuple(FieldFault("file", f"{fault}") for fault in visit.refusal.faults)
    order = [row.handle for row in _ordered(_rows(visit.form))]
    return tuple(FieldFault(_field(fault.where, order), fault.sentence) for fault in visit.refusal.faults)


def _field(where: str, order: list[str]) -> str:
    number, _, name = where.partition(", ")
    return f"item.{order[int(number) - 1]}.{name}" if number.isdigit() else ""


def _told(changed: Changed) -> str:
    parts = [
        f"{plural(count, 'item')} {what}"
        for count, what in (
            (changed.added, "added"),
            (changed.reworded, "reworded"),
            (changed.dropped, "dropped"),
        )
        if count
    ]
    return f"Saved: {', '.join(parts)}." if parts else "Saved."
