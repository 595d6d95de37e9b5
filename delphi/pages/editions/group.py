"""Step 1, define the group: where, for whom, and what is known of the place."""

from dataclasses import dataclass
from typing import ClassVar

from delphi.page import Form
from delphi.pages.editions.around import Around
from delphi.pages.editions.filled import (
    TICKED,
    Filled,
    Parts,
    Read,
    StepForm,
    StepPage,
    text_of,
    written_rows,
)
from surveys.editions import sources
from surveys.editions.editions import Draft
from surveys.editions.sources import Source


@dataclass(frozen=True, kw_only=True)
class GroupPage(StepPage):
    """Who your people are."""

    template: ClassVar[str] = "pages/editions/group.html"
    groups: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]


def _terms(source: Source) -> dict[str, str]:
    known = source.vocabularies.get(sources.POPULATION)
    return known.terms if known else {}


def _written(draft: Draft) -> dict[str, str]:
    group = draft.plan.group
    fields = {"place": group.place, "other_groups": "\n".join(group.other_groups)}
    fields |= {f"groups.{key}": TICKED for key in group.groups}
    for n, figure in enumerate(group.figures, start=1):
        fields |= {f"figure.{n}.text": figure.text, f"figure.{n}.source": figure.source}
    return fields


def _read(form: Form, draft: Draft) -> Read:
    rows = written_rows(form, "figure", ("text", "source"))
    others = [line.strip() for line in text_of(form, "other_groups").split("\n") if line.strip()]
    data = {
        "place": text_of(form, "place"),
        "groups": [key for key in _terms(draft.source) if form.get(f"groups.{key}")],
        "other_groups": others,
        "figures": [row for _, row in rows],
    }
    places = {"place": "place", "other_groups": "other_groups", "figures": "figure.1.text"}
    places |= {f"other_groups {n}": "other_groups" for n in range(1, len(others) + 1)}
    for n, (row, _) in enumerate(rows, start=1):
        places |= {f"figures {n}, {one}": f"figure.{row}.{one}" for one in ("text", "source")}
    return Read(data, places)


def _page(edition: Around, filled: Filled, parts: Parts) -> GroupPage:
    return GroupPage(
        **parts,
        groups=tuple(_terms(edition.draft.source).items()),
        rows=filled.rows("figure"),
    )


FORM = StepForm(_written, _read, _page)
