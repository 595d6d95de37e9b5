"""Answering a local round: choose a group, rate on one page, say when done."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form
from delphi.pages.editions import around, asked_rounds, sheet_pages
from delphi.pages.editions.asked_rounds import COOKIE, Asked, LocalPage
from delphi.pages.editions.sheet_pages import LocalRatingPage
from delphi.questionnaire import sent as sents
from delphi.visits import Visit
from surveys.editions import local_answers
from surveys.editions.local_answers import JOIN_FIRST

LASTS = 60 * 60 * 24 * 60  # seconds
SAVED = "Saved."


@dataclass(frozen=True, kw_only=True)
class LocalDoorPage(LocalPage):
    """What this is, and to which group one belongs."""

    template: ClassVar[str] = "pages/editions/door.html"
    is_open: bool
    items: int
    panels: tuple[tuple[str, str, str], ...]
    panel: str
    has_begun: bool


@dataclass(frozen=True, kw_only=True)
class LocalThanksPage(LocalPage):
    """One is done."""

    template: ClassVar[str] = "pages/editions/thanks.html"
    is_open: bool
    answered: int
    of: int


def door_page(visit: Visit, token: str) -> LocalDoorPage:
    """The first page behind the link."""
    asked = asked_rounds.open_(visit, token)
    sheet, asks = asked.sheet, asked.questionnaire
    return LocalDoorPage(
        title="What would help here?",
        frame=around.framed(visit, asked.source, asked.place),
        home=asked.home,
        place=asked.place,
        study=asked.source.study_title,
        is_open=asked.round.is_open,
        items=len(asks.items),
        panels=tuple((p.key, p.name, p.perspective) for p in asked.source.panels if p.key in asks.panels),
        panel=visit.typed("panel", sheet.panel if sheet else ""),
        has_begun=sheet is not None,
    )


def rating_page(visit: Visit, token: str) -> LocalRatingPage | LocalDoorPage:
    """The items, with what is kept or what was typed; who has not begun is asked first for a group."""
    asked = asked_rounds.open_(visit, token)
    if (sheet := asked.sheet) is None:
        return door_page(visit, token)
    return sheet_pages.page(asked, sheet)


class LocalAnswerPages(Controller):
    """The respondents' side of a local round. Who has its link may answer, without a name."""

    path = "/local/{token:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def door(self, visit: Visit, token: FromPath[str]) -> LocalDoorPage:
        return door_page(visit, token)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=door_page)
    def begin(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        asked, panel = asked_rounds.open_(visit, token), str(form.get("panel", ""))
        who = local_answers.join(
            visit.session, visit.key, asked.round, panel, now=visit.now, token=asked.cookie
        )
        answer = visit.go(f"{asked.home}/items")
        answer.set_cookie(_cookie(asked, who))
        return answer

    @get("/items", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def rate(self, visit: Visit, token: FromPath[str]) -> LocalRatingPage | Response[Any]:
        asked = asked_rounds.open_(visit, token)
        if (sheet := asked.sheet) is None:
            return visit.go(asked.home)
        return sheet_pages.page(asked, sheet)

    @post("/items", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=rating_page)
    def save(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        asked, sent = asked_rounds.open_(visit, token), sents.read(form)
        sent.check()
        if (who := asked.respondent) is None:
            return visit.go(asked.home, JOIN_FIRST)
        local_answers.save(visit.session, asked.round, who, sheet_pages.answers(asked, sent.changed.codes))
        if "done" not in form:
            return visit.go(_back(asked, form), SAVED)
        local_answers.finish(visit.session, asked.round, who, now=visit.now)
        return visit.go(f"{asked.home}/thanks")

    @get("/thanks", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def thanks(self, visit: Visit, token: FromPath[str]) -> LocalThanksPage | Response[Any]:
        asked = asked_rounds.open_(visit, token)
        if (sheet := asked.sheet) is None:
            return visit.go(asked.home)
        return LocalThanksPage(
            title="Thank you",
            frame=around.framed(visit, asked.source, asked.place),
            home=asked.home,
            place=asked.place,
            study=asked.source.study_title,
            is_open=sheet.is_open,
            answered=sheet.complete,
            of=len(sheet.questionnaire.items),
        )


def _cookie(asked: Asked, who: str) -> Cookie:
    """It goes to this round's pages alone."""
    secure = asked.visit.settings.is_public
    return Cookie(
        key=COOKIE, value=who, path=asked.home, httponly=True, secure=secure, samesite="lax", max_age=LASTS
    )  # fmt: skip


def _back(asked: Asked, form: Form) -> str:
    """Back to the card whose button was pressed."""
    pressed = next((str(form[name]) for name in ("save", "clear") if form.get(name)), "")
    card = pressed.partition(".")[0]
    return f"{asked.home}/items" + (f"#i{card}" if card.isascii() and card.isdigit() else "")
