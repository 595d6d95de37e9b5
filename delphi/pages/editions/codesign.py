"""Step 4, co-design: who leads, with whom, with what, from when, and how it will be evaluated."""

from dataclasses import dataclass
from typing import ClassVar

from delphi.page import Form
from delphi.pages.editions.around import Around
from delphi.pages.editions.filled import (
    Filled,
    ItemName,
    Parts,
    Read,
    StepForm,
    StepPage,
    name_of,
    speakable,
    text_of,
)
from surveys.editions import plans
from surveys.editions.editions import Draft

FIELDS = ("lead", "partners", "resources", "first_date", "evaluation")
TOGETHER = ItemName("together", "", None, "All of them together")


@dataclass(frozen=True, kw_only=True)
class CodesignPage(StepPage):
    """Who does it; `before` are items no longer in play of which something was written."""

    template: ClassVar[str] = "pages/editions/codesign.html"
    together: ItemName
    items: tuple[ItemName, ...]
    before: tuple[ItemName, ...]
    written: frozenset[str]  # handles of the items in which something is written


def _names(draft: Draft) -> tuple[ItemName, ...]:
    return (TOGETHER, *speakable(draft))


def _written(draft: Draft) -> dict[str, str]:
    handles = {name.key: name.handle for name in _names(draft)}
    return {
        f"{one}.{handles[work.item]}": getattr(work, one)
        for work in draft.plan.codesign.work
        if work.item in handles
        for one in FIELDS
    }


def _read(form: Form, draft: Draft) -> Read:
    rows = [(name, {one: text_of(form, f"{one}.{name.handle}") for one in FIELDS}) for name in _names(draft)]
    kept = [(name, row) for name, row in rows if any(row.values())]
    places = {
        f"work {n}, {one}": f"{one}.{name.handle}"
        for n, (name, _) in enumerate(kept, start=1)
        for one in FIELDS
    }
    return Read({"work": [{"item": name.key, **row} for name, row in kept]}, places)


def _page(edition: Around, filled: Filled, parts: Parts) -> CodesignPage:
    draft = edition.draft
    written = frozenset(
        name.partition(".")[2] for name, value in {**filled.values, **filled.beside}.items() if value
    )
    items = tuple(map(name_of, plans.in_play(draft.plan, draft.source)))
    known = {item.key for item in items}
    return CodesignPage(
        **parts,
        together=TOGETHER,
        items=items,
        before=tuple(n for n in speakable(draft) if n.key not in known and n.handle in written),
        written=written,
    )


FORM = StepForm(_written, _read, _page)
