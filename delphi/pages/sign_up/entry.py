"""Signing up: a page for anyone who has a panel's link. Whoever sends it learns nothing of who is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import FieldFault, Form, Page
from delphi.pages.answer.join import token_in
from delphi.pages.sign_up import questions
from delphi.pages.sign_up.questions import Asked
from delphi.visits import Visit
from surveys.declarations import Capacity
from surveys.errors import FaultyFile
from surveys.sign_ups import entries, forms, links
from surveys.sign_ups.forgetting import KEPT_DAYS
from surveys.sign_ups.links import SignUpLink

CAPACITIES = (
    (Capacity.PARTICIPANT.value, "I want to answer the questions (a participant)", ""),
    (
        Capacity.CONTRIBUTOR.value,
        "I also help the team to plan or check the research (a public contributor)",
        "For example as a patient, a carer or a member of the public who advises them.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class SignUpPage(Page):
    """What the study is and whom it looks for; the questions; and what becomes of what is written."""

    template: ClassVar[str] = "pages/sign_up/sign_up.html"
    address: str
    study: str
    panel: str
    looked_for: tuple[str, ...]
    aims: tuple[str, ...]
    more: tuple[tuple[str, tuple[str, ...]], ...]
    has_several_panels: bool
    screening: tuple[Asked, ...]
    attributes: tuple[Asked, ...]
    capacities: tuple[tuple[str, str, str], ...]
    values: Mapping[str, str]
    kept_days: int


@dataclass(frozen=True, kw_only=True)
class ThanksPage(Page):
    """It was sent; what happens now."""

    template: ClassVar[str] = "pages/sign_up/thanks.html"
    panel: str
    kept_days: int


def sign_up_page(visit: Visit, token: str) -> SignUpPage:
    """The page of this link, with what was typed where it was refused."""
    panel = _link(visit, token).panel
    study = panel.study
    plan, sheet = study.protocol.panel(panel.key), study.protocol.information
    rows = questions.asked(forms.questions(visit.session, panel), visit.form)
    return SignUpPage(
        title="Ask to take part",
        frame=replace(visit.frame(study), faults=_faults(visit)),
        address=_address(token),
        study=study.title,
        panel=panel.name,
        looked_for=_paragraphs(plan.recruitment),
        aims=_paragraphs(study.protocol.aims),
        more=_more(
            ("What it is about", sheet.about),
            ("How long it takes", sheet.duration),
            ("Leaving the study", sheet.withdrawing),
            ("What becomes of your answers", sheet.answers),
        ),
        has_several_panels=len(study.panels) > 1,
        screening=tuple(row for row in rows if row.is_needed),
        attributes=tuple(row for row in rows if not row.is_needed),
        capacities=CAPACITIES,
        values={name: visit.typed(name) for name in questions.FIELDS},
        kept_days=KEPT_DAYS,
    )


class SignUpPages(Controller):
    """The door for people whom nobody has invited by name."""

    path = "/sign-up/{token:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def form(self, visit: Visit, token: FromPath[str]) -> SignUpPage:
        return sign_up_page(visit, token)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=sign_up_page)
    def enter(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        link = _link(visit, token)
        sent = questions.typed(form, len(forms.questions(visit.session, link.panel)))
        entries.enter(visit.session, visit.key, link, sent, origin=_origin(visit), now=visit.now)
        return visit.go(f"{_address(token)}/thanks")

    @get("/thanks", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def thanks(self, visit: Visit, token: FromPath[str]) -> ThanksPage:
        panel = _link(visit, token).panel
        return ThanksPage(
            title="Thank you", frame=visit.frame(panel.study), panel=panel.name, kept_days=KEPT_DAYS
        )


def _link(visit: Visit, token: str) -> SignUpLink:
    return links.get(visit.session, visit.key, token_in(token))


def _address(token: str) -> str:
    return f"/sign-up/{token_in(token)}"


def _origin(visit: Visit) -> str:
    client = visit.request.client
    return client.host if client else ""


def _faults(visit: Visit) -> tuple[FieldFault, ...]:
    """Each fault at its field."""
    if isinstance(visit.refusal, FaultyFile):
        return tuple(FieldFault(fault.where, fault.sentence) for fault in visit.refusal.faults)
    return () if visit.refusal is None else (FieldFault("", visit.refusal.sentence),)


def _more(*parts: tuple[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((heading, _paragraphs(text)) for heading, text in parts if text.strip())


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split("\n\n"))))
