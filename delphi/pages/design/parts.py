"""The parts of a protocol, one page each: a form that is saved whole, or comes back with every fault named.

Where somebody else saved the same part meanwhile, it comes back with what was typed, and with theirs: taken
over where the field had not been touched, set beside it where it had.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import protocol_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import FieldFault, Form, Page
from delphi.pages.design import fields
from delphi.pages.design.fields import Filled, PartForm
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import tabs
from delphi.protocol_in_words import Ruled
from delphi.visits import Visit
from surveys.designing import drafts, rule_examples
from surveys.designing.notes import NOTES, Note
from surveys.designing.rule_examples import RuleExample
from surveys.errors import FaultyFile, InvalidInput, NotFound, NotNow
from surveys.permissions import Power
from surveys.studies import Study

NO_PART = "A design has no part of this name."
SAVED = "Saved."
Choices = tuple[tuple[str, str], ...]
_TOP = re.compile(r"[a-z]+")


@dataclass(frozen=True, kw_only=True)
class PartPage(Page):
    """One part of the protocol as a form."""

    template: ClassVar[str] = "pages/design/part.html"
    home: str
    part: str
    action: str
    amends: bool
    reason: str
    affects: str
    lede: str
    filled: Filled
    number: int
    of: int
    next_title: str
    criteria: Choices
    panels: Choices
    vocabularies: Choices
    rules: tuple[Ruled, ...]
    examples: tuple[RuleExample, ...]
    notes: tuple[Note, ...]

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.filled.values.get(name, "")

    def is_ticked(self, name: str) -> bool:
        return self.value(name) not in ("", "None")


def part_page(visit: Visit, key: str, part: str) -> PartPage:
    """The form of a part, with what is kept or what was typed."""
    study = tabs.study_of(visit, key)
    check_part(part)
    drafts.check_can_change(study)
    return page_of(visit, study, part)


def page_of(visit: Visit, study: Study, part: str, *, amends: bool = False) -> PartPage:
    """The page of a part: of a draft, or of a fixed protocol that is to be amended."""
    form, plan, order = FORMS[part], study.protocol, list(FORMS)
    number = order.index(part) + 1
    return PartPage(
        title=f"Amend: {form.title.lower()}" if amends else form.title,
        frame=replace(tabs.frame(visit, study, "/design"), faults=_faults(visit, study, form)),
        home=tabs.address(study),
        part=part,
        action=f"{tabs.address(study)}/design/{'amend' if amends else 'parts'}/{part}",
        amends=amends,
        reason=visit.typed("reason"),
        affects=visit.typed("affects"),
        lede=form.lede,
        filled=_filled(visit, study, part),
        number=number,
        of=len(order),
        next_title=FORMS[order[number]].title if number < len(order) else "Items",
        criteria=tuple((one.key, one.name) for one in plan.criteria),
        panels=tuple((one.key, one.name) for one in plan.panels),
        vocabularies=tuple((name, one["label"]) for name, one in study.vocabularies.items()),
        rules=protocol_in_words.own_rules(plan),
        examples=rule_examples.fitting(plan),
        notes=NOTES,
    )


class PartPages(Controller):
    """Showing and saving a part."""

    path = "/studies/{key:str}/design/parts/{part:str}"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], part: FromPath[str]) -> PartPage:
        return part_page(visit, key, part)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=part_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str], part: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        check_part(part)
        drafts.check_can_change(study)
        read = FORMS[part].read(form, study)
        read.check()
        seen, who = str(form.get("seen", "")), visit.account.email
        drafts.save(visit.session, study, part, read.data, seen=seen, by=who, now=visit.now)
        return visit.go(_next(study, part, form), SAVED)


def check_part(part: str) -> None:
    """Refuse the name of a part that there is not."""
    if part not in FORMS:
        raise NotFound(NO_PART)


def _next(study: Study, part: str, form: Form) -> str:
    """Where the button leads that was pressed: on, to the same page again, or to the overview."""
    home, order = f"{tabs.address(study)}/design", list(FORMS)
    if "stay" in form:
        return f"{home}/parts/{part}"
    if "on" not in form:
        return home
    after = order.index(part) + 1
    return f"{home}/parts/{order[after]}" if after < len(order) else f"{home}/items"


def _filled(visit: Visit, study: Study, part: str) -> Filled:
    kept, seen = FORMS[part].written(study), drafts.standing(study.protocol, part)
    if visit.refusal is None:
        return Filled(kept, kept, seen)
    typed = {name: fields.plain(value) for name, value in visit.form.items() if isinstance(value, str)}
    was = fields.read_was(visit.form)
    if isinstance(visit.refusal, NotNow) and visit.refusal.sentence == drafts.STALE:
        return fields.merged(was, kept, typed, seen)
    return Filled(typed, was, str(visit.form.get("seen", "")))


def _faults(visit: Visit, study: Study, form: PartForm) -> tuple[FieldFault, ...]:
    match visit.refusal:
        case None:
            return ()
        case FaultyFile(faults=faults):
            places = form.read(visit.form, study).places
            return tuple(_fault(fault.where, fault.sentence, places, form) for fault in faults)
        case InvalidInput(field=field, sentence=sentence):
            places = form.read(visit.form, study).places
            return (FieldFault(places.get(field, field), sentence),)
        case refusal:
            return (FieldFault("", refusal.sentence),)


def _fault(where: str, sentence: str, places: dict[str, str], form: PartForm) -> FieldFault:
    """The fault at its field; one of another part says which."""
    if where in places:
        return FieldFault(places[where], sentence)
    top = _TOP.match(where)
    keys = {key: FORMS[part].title for part, known in drafts.PARTS.items() for key in known}
    title = keys.get(top[0] if top else "", "")
    if title in ("", form.title):
        return FieldFault("", sentence)
    return FieldFault("", f"On the page “{title}” ({where}): {sentence}")
