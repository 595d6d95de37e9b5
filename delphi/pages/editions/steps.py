"""The four steps as forms. A save says which version it was made from; nothing that anybody wrote is lost.

Where somebody else saved the same step meanwhile, the form comes back with what was typed, and with what
the other wrote: taken over where the field had not been touched, set beside it where it had.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import FieldFault, Form
from delphi.pages.editions import around, codesign, group, ingredients, issues
from delphi.pages.editions.around import STEPS, Around
from delphi.pages.editions.filled import Filled, StepForm, StepPage, parts_of
from delphi.visits import Visit
from surveys.editions import editions
from surveys.editions.editions import STALE
from surveys.editions.plans import Step
from surveys.errors import FaultyFile, NotFound, NotNow

FORMS: dict[Step, StepForm] = {
    Step.GROUP: group.FORM,
    Step.ISSUES: issues.FORM,
    Step.INGREDIENTS: ingredients.FORM,
    Step.CODESIGN: codesign.FORM,
}
NO_STEP = "An edition has four steps, and this is none of them."
SAVED = "Saved."


def step_page(visit: Visit, token: str, step: str) -> StepPage:
    """The form of a step, with what is kept or what was typed."""
    edition, which = around.open_(visit, token), _step(step)
    form = FORMS[which]
    frame = edition.frame(f"/steps/{which.value}")
    if isinstance(visit.refusal, FaultyFile):
        places = form.read(visit.form, edition.draft).places
        frame = replace(frame, faults=tuple(_faults(visit.refusal, places)))
    filled = _filled(edition, form)
    return form.page(edition, filled, parts_of(edition, frame, which, filled))


class EditionStepPages(Controller):
    """Showing and saving a step."""

    path = "/editions/{token:str}/steps/{step:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, token: FromPath[str], step: FromPath[str]) -> StepPage:
        return step_page(visit, token, step)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=step_page)
    def save(self, visit: Visit, form: Form, token: FromPath[str], step: FromPath[str]) -> Response[Any]:
        edition, which = around.open_(visit, token), _step(step)
        data = FORMS[which].read(form, edition.draft).data
        editions.save(visit.session, edition.edition, which, data, seen=seen_in(form), now=visit.now)
        return visit.go(_next(edition, which, form), SAVED)


def seen_in(form: Form) -> int:
    """The version that a form was made from; 0 where it does not say."""
    text = str(form.get("seen", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _step(text: str) -> Step:
    try:
        return Step(text)
    except ValueError:
        raise NotFound(NO_STEP) from None


def _next(edition: Around, step: Step, form: Form) -> str:
    """Where the button leads that was pressed."""
    order = list(STEPS)
    if "stay" in form:
        return f"{edition.home}/steps/{step.value}"
    if step == order[-1]:
        return edition.home
    return f"{edition.home}/steps/{order[order.index(step) + 1].value}"


def _filled(edition: Around, form: StepForm) -> Filled:
    visit, kept = edition.visit, form.written(edition.draft)
    if visit.refusal is None:
        return Filled(kept, edition.draft.number)
    typed = {name: _plain(value) for name, value in visit.form.items()}
    if isinstance(visit.refusal, NotNow) and visit.refusal.sentence == STALE:
        return merged(_before(edition, form), kept, typed, edition.draft.number)
    return Filled(typed, seen_in(visit.form))


def merged(before: Mapping[str, str], kept: Mapping[str, str], typed: Mapping[str, str], seen: int) -> Filled:
    """Three texts of a form put together: what both started from, what the other saved, what was typed.

    >>> merged({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, {"a": "3", "b": "1"}, 7).values
    {'a': '3', 'b': '2'}
    """
    theirs = {
        name: kept.get(name, "")
        for name in {*before, *kept}
        if kept.get(name, "") != before.get(name, "") and kept.get(name, "") != typed.get(name, "")
    }
    untouched = {name for name in theirs if typed.get(name, "") == before.get(name, "")}
    values = dict(typed) | {name: theirs[name] for name in untouched}
    beside = {name: text for name, text in theirs.items() if name not in untouched}
    return Filled(values, seen, beside, frozenset(untouched))


def _before(edition: Around, form: StepForm) -> Mapping[str, str]:
    """What stood in the form that was sent, when it was made."""
    seen = seen_in(edition.visit.form)
    try:
        return form.written(editions.draft(edition.visit.session, edition.edition, seen))
    except NotFound:
        return {}


def _plain(value: object) -> str:
    return str(value).replace("\r\n", "\n")


def _faults(refusal: FaultyFile, places: Mapping[str, str]) -> list[FieldFault]:
    return [FieldFault(places.get(fault.where, ""), fault.sentence) for fault in refusal.faults]
