"""The screen of a workshop: the code to scan, how many have finished, and after closing what may be seen."""

from dataclasses import dataclass, replace
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath
from markupsafe import Markup

from delphi.auth import Access
from delphi.db import transaction
from delphi.pages.editions import around, asked_rounds, local
from delphi.pages.editions.asked_rounds import Asked, LocalPage
from delphi.pages.editions.found import Found, found
from delphi.pages.editions.local import TurnoutRow
from delphi.visits import Visit
from surveys.editions import showing
from surveys.editions.showing import Shown


@dataclass(frozen=True, kw_only=True)
class LocalScreenPage(LocalPage):
    """For the wall of the room: how many have finished, and afterwards what may be seen."""

    template: ClassVar[str] = "pages/editions/screen.html"
    is_open: bool
    link: str
    code: Markup
    finished: int
    turnout: tuple[TurnoutRow, ...]
    found: Found | None
    notices: tuple[str, ...]


class LocalScreenPages(Controller):
    """For everybody in the room, so the edition's own link does not stand in its address."""

    path = "/local/{token:str}/screen"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def screen(self, visit: Visit, token: FromPath[str]) -> LocalScreenPage:
        return _screen_page(asked_rounds.open_(visit, token))


def _screen_page(asked: Asked) -> LocalScreenPage:
    visit, link = asked.visit, local.respondents_link(asked.visit, asked.round)
    turnout = local.turnout_rows(visit, asked.round, asked.source)
    shown = None if asked.round.is_open else _shown(asked)
    return LocalScreenPage(
        title=asked.place or "Local ratings",
        frame=around.framed(visit, asked.source, asked.place),
        home=asked.home,
        place=asked.place,
        study=asked.source.study_title,
        is_open=asked.round.is_open,
        link=link,
        code=local.qr_code(link) if asked.round.is_open else Markup(""),
        finished=sum(row.finished for row in turnout),
        turnout=turnout,
        found=None if shown is None else found(shown, f"{asked.home}/screen"),
        notices=() if shown is None else shown.notices,
    )


def _shown(asked: Asked) -> Shown | None:
    """What may be seen of the items that this round asked; nothing where it is not the round that counts."""
    shown = showing.own(asked.visit.session, asked.round.edition)
    if shown.local_closed_at != asked.round.closed_at:
        return None
    known = {item.item for item in asked.questionnaire.items}
    items = tuple(item for item in shown.findings.items if item.item in known)
    return replace(shown, findings=replace(shown.findings, items=items))
