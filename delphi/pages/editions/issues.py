"""Step 2, consider the issues: which items are in place here, possible, or not; and items of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from delphi.page import Form
from delphi.pages.editions.around import Around
from delphi.pages.editions.filled import (
    TICKED,
    Filled,
    ItemName,
    Parts,
    Read,
    StepForm,
    StepPage,
    name_of,
    speakable,
    text_of,
    written_rows,
)
from delphi.pages.editions.found import words_of
from surveys.editions import sources, study_places
from surveys.editions.editions import Draft
from surveys.editions.plans import STANDINGS
from surveys.editions.sources import Source

_OWN = ("key", "title", "text", "reason", "standing")


@dataclass(frozen=True)
class Filter:
    """A vocabulary to choose items by."""

    name: str
    label: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class IssuesPage(StepPage):
    """The items to go through; `others` are those that the filters leave out."""

    template: ClassVar[str] = "pages/editions/issues.html"
    standings: tuple[str, ...]
    filters: tuple[Filter, ...]
    is_filtered: bool
    items: tuple[ItemName, ...]
    others: tuple[ItemName, ...]
    gone: tuple[ItemName, ...]
    rows: tuple[int, ...]
    places: Mapping[str, str]  # by the key of an item, where the study placed it

    @property
    def all(self) -> int:
        """How many items the study has."""
        return len(self.items) + len(self.others)

    @property
    def looked(self) -> int:
        """At how many of them the team has looked."""
        return sum(bool(self.value(f"choice.{one.handle}")) for one in (*self.items, *self.others))

    def ticked(self, filter_: Filter) -> int:
        """How many terms of a vocabulary are asked for."""
        return sum(self.is_ticked(f"filter.{filter_.name}.{term}") for term, _ in filter_.terms)

    def is_open(self, field: str) -> bool:
        """Whether a field that is folded away has something to say."""
        faulty = any(fault.field == field for fault in self.frame.faults)
        return faulty or bool(self.value(field)) or field in self.filled.beside or field in self.filled.taken


def _studys(draft: Draft) -> tuple[ItemName, ...]:
    """The items of the study that there are and were, for a team's own are in rows."""
    own = {item.key for item in draft.plan.issues.local_items}
    return tuple(name for name in speakable(draft) if name.key not in own)


def _filters(source: Source) -> tuple[Filter, ...]:
    """The vocabularies by which some item is tagged, with the terms that any item has."""
    used = {
        name: {term for item in source.items for term in item.tags.get(name, ())}
        for name in source.vocabularies
    }
    return tuple(
        Filter(name, known.label, tuple(pair for pair in known.terms.items() if pair[0] in used[name]))
        for name, known in source.vocabularies.items()
        if used[name]
    )


def _written(draft: Draft) -> dict[str, str]:
    issues = draft.plan.issues
    fields: dict[str, str] = {}
    for name, terms in issues.filters.items():
        fields |= {f"filter.{name}.{term}": TICKED for term in terms}
    handles = {name.key: name.handle for name in _studys(draft)}
    for choice in issues.choices:
        handle = handles[choice.item]
        fields |= {f"choice.{handle}": choice.standing, f"reason.{handle}": choice.reason}
    for n, item in enumerate(issues.local_items, start=1):
        fields |= {f"own.{n}.{one}": getattr(item, one) for one in _OWN}
    return fields


def _read(form: Form, draft: Draft) -> Read:
    names = [
        name
        for name in _studys(draft)
        if text_of(form, f"choice.{name.handle}") or text_of(form, f"reason.{name.handle}")
    ]
    chosen = [
        {
            "item": name.key,
            "standing": text_of(form, f"choice.{name.handle}"),
            "reason": text_of(form, f"reason.{name.handle}"),
        }
        for name in names
    ]
    rows = [
        (n, row)
        for n, row in written_rows(form, "own", _OWN)
        if (row["title"] or row["text"] or row["reason"]) and not form.get(f"own.{n}.away")
    ]
    data = {
        "filters": _read_filters(form, draft.source),
        "choices": chosen,
        "local_items": [row | {"standing": row["standing"] or "possible"} for _, row in rows],
    }
    places = {
        f"choices {n}, {one}": f"reason.{name.handle}"
        for n, name in enumerate(names, start=1)
        for one in ("reason", "standing")
    }
    places |= {"filters": "filters", "local_items": "own.1.title"}
    for n, (row, _) in enumerate(rows, start=1):
        places |= {f"local_items {n}, {one}": f"own.{row}.{one}" for one in _OWN}
    return Read(data, places)


def _read_filters(form: Form, source: Source) -> dict[str, list[str]]:
    ticked = {
        one.name: [term for term, _ in one.terms if form.get(f"filter.{one.name}.{term}")]
        for one in _filters(source)
    }
    return {name: terms for name, terms in ticked.items() if terms}


def _page(edition: Around, filled: Filled, parts: Parts) -> IssuesPage:
    draft = edition.draft
    found = study_places.find(draft.source)
    wanted = {item.key for item in sources.filtered(draft.source, draft.plan.issues.filters)}
    study = {item.key for item in draft.source.items}
    shown = [
        name
        for name in map(name_of, draft.source.items)
        if name.key in wanted or filled.values.get(f"choice.{name.handle}")
    ]
    return IssuesPage(
        **parts,
        standings=STANDINGS,
        filters=_filters(draft.source),
        is_filtered=bool(draft.plan.issues.filters),
        items=tuple(shown),
        others=tuple(name for name in map(name_of, draft.source.items) if name not in shown),
        gone=tuple(
            name
            for name in _studys(draft)
            if name.key not in study and filled.values.get(f"choice.{name.handle}")
        ),
        rows=filled.rows("own"),
        places={key: words_of(one.cell, one.medians) for key, one in found.items()},
    )


FORM = StepForm(_written, _read, _page)
