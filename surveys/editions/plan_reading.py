"""Reading one step of a plan from builtins: every mistake by its key, with the way out, or the step."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from surveys import characters, shapes
from surveys.editions import plans, sources
from surveys.editions.plans import (
    STEP_TYPES,
    CodesignStep,
    EditionPlan,
    GroupStep,
    IngredientsStep,
    IssuesStep,
    PlanStep,
    Step,
)
from surveys.editions.sources import Source
from surveys.errors import Fault, FaultyFile
from surveys.hints import hint

FILE = "the plan"
LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT, MOST_OF_A_KIND = 200, 500, 2000, 60
NO_ITEM_LEFT = "No item has all of these tags. Take one of the filters away."

Found = Iterator[tuple[str, str]]  # where, and what to do there


def read(step: Step, data: Mapping[str, Any], plan: EditionPlan, source: Source) -> PlanStep:
    """The step that `data` says, for this plan; or FaultyFile with every mistake by its key."""
    content = shapes.convert(dict(data), STEP_TYPES[step], FILE)
    check(content, plan, source)
    return content


def check(content: PlanStep, plan: EditionPlan, source: Source) -> None:
    """Refuse a step that does not fit this plan and its study."""
    faults = [Fault(FILE, where, sentence) for where, sentence in _faults(content, plan, source)]
    if faults:
        raise FaultyFile(faults)


def _faults(content: PlanStep, plan: EditionPlan, source: Source) -> Found:
    match content:
        case GroupStep():
            yield from _group_faults(content, source)
        case IssuesStep():
            yield from _issue_faults(content, plan, source)
        case IngredientsStep():
            yield from _ingredient_faults(content, plan, source)
        case CodesignStep():
            yield from _codesign_faults(content, plan, source)


def _group_faults(step: GroupStep, source: Source) -> Found:
    known = source.vocabularies.get(sources.POPULATION)
    yield from _text("place", step.place, LONGEST_NAME)
    for group in step.groups:
        if known is None or group not in known.terms:
            yield "groups", f"There is no group “{group}”. {hint(group, known.terms if known else ())}"
    yield from _number("other_groups", step.other_groups)
    for n, text in enumerate(step.other_groups, start=1):
        yield from _text(f"other_groups {n}", text, LONGEST_NAME, needed=True)
    yield from _number("figures", step.figures)
    for n, figure in enumerate(step.figures, start=1):
        yield from _text(f"figures {n}, text", figure.text, LONGEST_TEXT, needed=True)
        yield from _text(f"figures {n}, source", figure.source, LONGEST_TITLE)


def _issue_faults(step: IssuesStep, plan: EditionPlan, source: Source) -> Found:
    known = {*(item.key for item in source.items), *(gone.item for gone in plan.gone)}
    yield from _filter_faults(step, source)
    yield from _item_faults("choices", [choice.item for choice in step.choices], known)
    for n, choice in enumerate(step.choices, start=1):
        yield from _text(f"choices {n}, reason", choice.reason, LONGEST_TEXT)
    own = {item.key for item in plan.issues.local_items}
    given = [item.key for item in step.local_items if item.key]
    yield from _item_faults("local_items", given, own)
    yield from _number("local_items", step.local_items)
    for n, item in enumerate(step.local_items, start=1):
        yield from _text(f"local_items {n}, title", item.title, LONGEST_TITLE, needed=True)
        yield from _text(f"local_items {n}, text", item.text, LONGEST_TEXT)
        yield from _text(f"local_items {n}, reason", item.reason, LONGEST_TEXT)


def _filter_faults(step: IssuesStep, source: Source) -> Found:
    is_known = True
    for name, terms in step.filters.items():
        if name not in source.vocabularies:
            is_known = False
            yield "filters", f"There is no vocabulary “{name}”. {hint(name, source.vocabularies)}"
            continue
        words = source.vocabularies[name].terms
        for term in (term for term in terms if term not in words):
            is_known = False
            yield f"filters.{name}", f"There is no term “{term}”. {hint(term, words)}"
    if is_known and not sources.filtered(source, step.filters):
        yield "filters", NO_ITEM_LEFT


def _ingredient_faults(step: IngredientsStep, plan: EditionPlan, source: Source) -> Found:
    yield from _item_faults("items", [one.item for one in step.items], plans.titles(plan, source))
    principles = sources.principles(source)
    for n, one in enumerate(step.items, start=1):
        yield from _item_faults(f"items {n}, checks", [c.principle for c in one.checks], principles)
        for m, check_ in enumerate(one.checks, start=1):
            yield from _text(f"items {n}, checks {m}, note", check_.note, LONGEST_TEXT)
    yield from _weight_faults("panel_weights", step.panel_weights, [panel.key for panel in source.panels])
    yield from _weight_faults("criterion_weights", step.criterion_weights, sources.axes(source))
    yield from _cut_faults(step, source)


def _weight_faults(where: str, weights: Mapping[str, float], known: Iterable[str]) -> Found:
    if not weights:
        return
    keys = tuple(known)
    for key in (key for key in weights if key not in keys):
        yield where, f"There is no “{key}” to weigh. {hint(key, keys)}"
    for key in (key for key in keys if key not in weights):
        yield f"{where}.{key}", "Give this a weight as well; 0 leaves it out."
    wrong = [key for key in weights if not 0 <= weights[key] < math.inf]
    for key in wrong:
        yield f"{where}.{key}", "A weight is a number, 0 or more."
    if not wrong and not sum(weights.values()):
        yield where, "The weights sum to nothing. Give at least one a number above 0."


def _cut_faults(step: IngredientsStep, source: Source) -> Found:
    kind, at = step.cuts.kind, step.cuts.at
    if kind == "bands" and not source.scale.bands:
        return  # the usual, and such a study has no cells
    if kind != "own":
        if at:
            yield "cuts.at", "Numbers are for cuts of your own. Choose “own”, or take them away."
        return
    for key in (key for key in at if key not in sources.axes(source)):
        yield "cuts.at", f"There is no axis “{key}”. {hint(key, sources.axes(source))}"
    low, high = source.scale.low, source.scale.high
    for key in sources.axes(source):
        if key not in at or not low < at[key] <= high:
            yield f"cuts.at.{key}", f"A cut is a number above {low} and not above {high}."


def _codesign_faults(step: CodesignStep, plan: EditionPlan, source: Source) -> Found:
    known = {"", *plans.titles(plan, source)}
    yield from _item_faults("work", [work.item for work in step.work], known)
    for n, work in enumerate(step.work, start=1):
        yield from _text(f"work {n}, lead", work.lead, LONGEST_NAME)
        for name in ("partners", "resources", "evaluation"):
            yield from _text(f"work {n}, {name}", getattr(work, name), LONGEST_TEXT)
        if work.first_date and not _is_date(work.first_date):
            yield (
                f"work {n}, first_date",
                f"“{work.first_date[:40]}” is not a date. Write year, month and day, such as 2026-09-01.",
            )


def _item_faults(where: str, keys: list[str], known: Iterable[str]) -> Found:
    names = tuple(known)
    for key, times in Counter(keys).items():
        if key not in names:
            yield where, f"There is no “{key}” here. {hint(key, names)}"
        elif times > 1:
            yield where, f"“{key}” stands here {times} times. Keep one."


def _number(where: str, what: tuple[object, ...]) -> Found:
    if len(what) > MOST_OF_A_KIND:
        yield where, f"There are {len(what)} of these; at most {MOST_OF_A_KIND} can be kept."


def _text(where: str, text: str, most: int, *, needed: bool = False) -> Found:
    if needed and not text.strip():
        yield where, "This must not be empty: write something, or take the line away."
    if len(text) > most:
        yield where, f"This has {len(text)} characters; at most {most} can be kept."
    if characters.has_control(text):
        yield where, "There is a control character in this, which cannot be seen. Delete it."


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
