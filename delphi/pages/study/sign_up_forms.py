"""What a panel's sign-up page asks: screening questions, and attributes to be kept with the panellist."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import FieldFault, Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import attributes
from surveys.errors import FaultyFile, NotNow
from surveys.panels import Panel
from surveys.participations import tidied
from surveys.permissions import Power
from surveys.sign_ups import forms, links
from surveys.sign_ups.forms import MOST_QUESTIONS, Kind, Question

NEW_ROWS = 2
SCREENING, ATTRIBUTE = "s", "a"  # the first letter of a row's handle
MOST = {SCREENING: MOST_QUESTIONS, ATTRIBUTE: attributes.MOST}
UNNAMED = "?"  # is refused: an attribute that has a question and no name
_PARTS = ("text", "kind", "choices", "attribute")
_KINDS = {
    SCREENING: ((Kind.YES_NO, "Yes or no"), (Kind.CHOICE, "Choose one"), (Kind.TEXT, "Short text")),
    ATTRIBUTE: ((Kind.CHOICE, "Choose one"), (Kind.TEXT, "Short text")),
}


@dataclass(frozen=True)
class FormRow:
    """One question as it is written; `handle` begins the names of its fields."""

    handle: str
    number: int
    text: str
    kind: str
    choices: str
    attribute: str


@dataclass(frozen=True, kw_only=True)
class SignUpFormPage(Page):
    """The questions of a panel, with empty rows to write in; and what stands, if it changed meanwhile."""

    template: ClassVar[str] = "pages/study/sign_up_form.html"
    home: str
    address: str
    panel: str
    seen: str
    screening: tuple[FormRow, ...]
    attributes: tuple[FormRow, ...]
    screening_kinds: tuple[tuple[str, str], ...]
    attribute_kinds: tuple[tuple[str, str], ...]
    stands: tuple[str, ...]


def form_page(visit: Visit, key: str, panel: str) -> SignUpFormPage:
    """The form of this panel, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    about = links.get_panel(study, panel)
    kept = forms.questions(visit.session, about)
    asked = _typed(visit.form) if visit.refusal is not None else _by_handle(kept)
    home = f"{tabs.address(study)}/sign-ups"
    is_stale = isinstance(visit.refusal, NotNow)
    return SignUpFormPage(
        title="What the sign-up page asks",
        frame=replace(tabs.frame(visit, study, "/panels"), faults=_faults(visit, list(asked))),
        home=home,
        address=f"{home}/forms/{about.key}",
        panel=about.name,
        seen=forms.fingerprint(kept),
        screening=_rows(asked, SCREENING),
        attributes=_rows(asked, ATTRIBUTE),
        screening_kinds=tuple((kind.value, words) for kind, words in _KINDS[SCREENING]),
        attribute_kinds=tuple((kind.value, words) for kind, words in _KINDS[ATTRIBUTE]),
        stands=tuple(_in_words(one) for one in kept) if is_stale else (),
    )


class SignUpFormPages(Controller):
    """Writing the questions."""

    path = "/studies/{key:str}/sign-ups/forms/{panel:str}"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def form(self, visit: Visit, key: FromPath[str], panel: FromPath[str]) -> SignUpFormPage:
        return form_page(visit, key, panel)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=form_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str], panel: FromPath[str]) -> Response[Any]:
        study, who = tabs.study_of(visit, key), visit.account.email
        about, asked = links.get_panel(study, panel), tuple(_typed(form).values())
        forms.save(visit.session, about, asked, seen=str(form.get("seen", "")), by=who, now=visit.now)
        return visit.go(f"{tabs.address(study)}/sign-ups", _saved(about))


def _saved(panel: Panel) -> str:
    return f"Saved: that is what the sign-up page of “{panel.name}” asks."


def _by_handle(kept: Iterable[Question]) -> dict[str, Question]:
    """The questions by the handles of their rows, screening first."""
    found: dict[str, Question] = {}
    for one in kept:
        start = ATTRIBUTE if one.attribute else SCREENING
        found[f"{start}{sum(handle.startswith(start) for handle in found) + 1}"] = one
    return found


def _typed(form: Form) -> dict[str, Question]:
    """The rows in which something was written, in their order."""
    handles = (f"{start}{number}" for start, most in MOST.items() for number in range(1, most + 1))
    rows = ((handle, {part: _text(form, f"{handle}.{part}") for part in _PARTS}) for handle in handles)
    return {
        handle: _question(handle, row)
        for handle, row in rows
        if row["text"] or row["choices"] or row["attribute"]
    }


def _question(handle: str, row: dict[str, str]) -> Question:
    kinds = [kind for kind, _ in _KINDS[handle[0]]]
    kind = Kind(row["kind"]) if row["kind"] in kinds else kinds[0]
    choices = tuple(filter(None, (" ".join(line.split()) for line in row["choices"].split("\n"))))
    name = " ".join(row["attribute"].split())
    return Question(
        text=" ".join(row["text"].split()),
        kind=kind,
        choices=choices if kind == Kind.CHOICE else (),
        attribute=name or UNNAMED if handle.startswith(ATTRIBUTE) else "",
    )


def _rows(asked: dict[str, Question], start: str) -> tuple[FormRow, ...]:
    used = [int(handle[1:]) for handle in asked if handle.startswith(start)]
    count = min(max(used, default=0) + NEW_ROWS, MOST[start])
    return tuple(_row(asked.get(f"{start}{number}"), start, number) for number in range(1, count + 1))


def _row(one: Question | None, start: str, number: int) -> FormRow:
    handle = f"{start}{number}"
    if one is None:
        return FormRow(handle, number, "", _KINDS[start][0][0].value, "", "")
    name = one.attribute if one.attribute != UNNAMED else ""
    return FormRow(handle, number, one.text, one.kind.value, "\n".join(one.choices), name)


def _faults(visit: Visit, handles: list[str]) -> tuple[FieldFault, ...]:
    """Each fault at its field: the questions are numbered in the order in which they were sent."""
    if visit.refusal is None:
        return ()
    if not isinstance(visit.refusal, FaultyFile):
        return (FieldFault("", visit.refusal.sentence),)
    parted = ((fault.where.partition("."), fault.sentence) for fault in visit.refusal.faults)
    return tuple(
        FieldFault(f"{handles[int(number) - 1]}.{field}", sentence) for (number, _, field), sentence in parted
    )


def _in_words(one: Question) -> str:
    choices = f" ({', '.join(one.choices)})" if one.choices else ""
    return f"{one.text}{choices}{f', kept as {one.attribute}' if one.attribute else ''}"


def _text(form: Form, name: str) -> str:
    value = form.get(name, "")
    return tidied(value) if isinstance(value, str) else ""
