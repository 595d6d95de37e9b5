"""Step 3, key ingredients: each item by the five principles; what weighs how much; where cells begin."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from delphi.formats import number
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
)
from surveys.editions import plans, sources
from surveys.editions.editions import Draft
from surveys.editions.sources import Source

CUTS = {
    "bands": ("At the bands of the scale", "As the study draws its own grids."),
    "midpoint": ("In the middle of the scale", ""),
    "medians": ("At the median of your items", "Relative: says how your items stand to one another."),
    "means": ("At the mean of your items", "Relative, as in a go-zone plot."),
    "own": ("At numbers of our own", "Write them below: at or above is high."),
}


@dataclass(frozen=True)
class Weighed:
    """Something that has a weight or a cut, and its field."""

    field: str
    name: str
    usual: str


@dataclass(frozen=True, kw_only=True)
class IngredientsPage(StepPage):
    """The checklists, weights and cuts; `before` are items that went out of play with something written."""

    template: ClassVar[str] = "pages/editions/ingredients.html"
    items: tuple[ItemName, ...]
    before: tuple[ItemName, ...]
    principles: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]  # name of a principle, and what it asks for, where that is known
    meanings_from: str
    panels: tuple[Weighed, ...]
    criteria: tuple[Weighed, ...]
    cuts: tuple[tuple[str, str, str], ...]
    own_cuts: tuple[Weighed, ...]
    scale: tuple[int, int]

    def is_open(self, handle: str) -> bool:
        """Whether anything is written of an item."""
        return any(
            value and name.split(".")[:2] in (["check", handle], ["note", handle])
            for name, value in {**self.filled.values, **self.filled.beside}.items()
        )


def _written(draft: Draft) -> dict[str, str]:
    step = draft.plan.ingredients
    fields: dict[str, str] = {"cuts": step.cuts.kind}
    handles = {name.key: name.handle for name in speakable(draft)}
    for one in (one for one in step.items if one.item in handles):
        for check in one.checks:
            where = f"{handles[one.item]}.{check.principle}"
            fields |= {f"check.{where}": TICKED if check.is_met else "", f"note.{where}": check.note}
    fields |= {f"panel.{key}": f"{weight:g}" for key, weight in step.panel_weights.items()}
    fields |= {f"criterion.{key}": f"{weight:g}" for key, weight in step.criterion_weights.items()}
    fields |= {f"cut.{key}": f"{cut:g}" for key, cut in step.cuts.at.items()}
    return fields


def _read(form: Form, draft: Draft) -> Read:
    source, principles = draft.source, sources.principles(draft.source)
    checked = [(name, _checks(form, name.handle, principles)) for name in speakable(draft)]
    items = [(name, checks) for name, checks in checked if checks]
    panels, axes = [panel.key for panel in source.panels], sources.axes(source)
    kind = text_of(form, "cuts") or "bands"
    data = {
        "items": [{"item": name.key, "checks": checks} for name, checks in items],
        "panel_weights": _numbers(form, "panel", panels),
        "criterion_weights": _numbers(form, "criterion", axes),
        "cuts": {"kind": kind, "at": _numbers(form, "cut", axes) if kind == "own" else {}},
    }
    places = {"panel_weights": f"panel.{panels[0]}", "criterion_weights": f"criterion.{axes[0]}"}
    places |= {f"panel_weights.{key}": f"panel.{key}" for key in panels}
    for key in axes:
        places |= {f"criterion_weights.{key}": f"criterion.{key}", f"cuts.at.{key}": f"cut.{key}"}
    for n, (name, checks) in enumerate(items, start=1):
        for m, check in enumerate(checks, start=1):
            places[f"items {n}, checks {m}, note"] = f"note.{name.handle}.{check['principle']}"
    return Read(data, places | {"cuts.at": f"cut.{axes[0]}"})


def _checks(form: Form, handle: str, principles: Mapping[str, str]) -> list[dict[str, Any]]:
    found = [
        {
            "principle": key,
            "is_met": bool(form.get(f"check.{handle}.{key}")),
            "note": text_of(form, f"note.{handle}.{key}"),
        }
        for key in principles
    ]
    return [check for check in found if check["is_met"] or check["note"]]


def _numbers(form: Form, prefix: str, keys: Any) -> dict[str, float]:
    """The numbers that were typed; what is no number is one that will be refused."""
    typed = {key: text_of(form, f"{prefix}.{key}") for key in keys}
    return {key: _number(text) for key, text in typed.items() if text}


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _page(edition: Around, _filled: Filled, parts: Parts) -> IngredientsPage:
    draft = edition.draft
    source = draft.source
    items = tuple(map(name_of, plans.in_play(draft.plan, source)))
    names = {criterion.key: criterion.name for criterion in source.criteria}
    axes = sources.axes(source)
    page = IngredientsPage(
        **parts,
        items=items,
        before=(),
        principles=tuple(sources.principles(source).items()),
        meanings=_meanings(source),
        meanings_from=sources.PRINCIPLES_SOURCE,
        panels=tuple(Weighed(f"panel.{p.key}", p.name, number(p.weight, 2)) for p in source.panels),
        criteria=tuple(Weighed(f"criterion.{key}", names[key], "1") for key in axes if len(axes) > 1),
        cuts=_cuts(source),
        own_cuts=tuple(Weighed(f"cut.{key}", names[key], "") for key in axes),
        scale=(source.scale.low, source.scale.high),
    )
    return _with_before(page, draft)


def _meanings(source: Source) -> tuple[tuple[str, str], ...]:
    known = sources.PRINCIPLES_MEAN
    return tuple((name, known[key]) for key, name in sources.principles(source).items() if key in known)


def _with_before(page: IngredientsPage, draft: Draft) -> IngredientsPage:
    """With the items of which something is written though they are no longer in play."""
    known = {item.key for item in page.items}
    left = (name for name in speakable(draft) if name.key not in known and page.is_open(name.handle))
    return replace(page, before=tuple(left))


def _cuts(source: Source) -> tuple[tuple[str, str, str], ...]:
    cuts = CUTS if source.scale.bands else CUTS | {"bands": ("No cells: the scale has no bands", "")}
    return tuple((kind, *words) for kind, words in cuts.items())


FORM = StepForm(_written, _read, _page)
