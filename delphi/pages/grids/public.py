"""The local team's door: the grids of a published study, for anyone with the link."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi import formats
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Link, Page
from delphi.pages.grids import views
from delphi.pages.grids.views import Card, GridPage, View
from surveys import grids, publications
from surveys.cells import in_sentence
from surveys.visibility import Viewer


@dataclass(frozen=True)
class RoundRow:
    """A round with when it closed, and how many of each panel answered it: pairs of number and panel."""

    name: str
    closed: str
    answered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PublicGridsPage(Page):
    """Which study, when, who answered, and for whom there is a grid."""

    template: ClassVar[str] = "pages/grids/public.html"
    aims: str
    rounds: tuple[RoundRow, ...]
    cards: tuple[Card, ...]


class PublicGridPages(Controller):
    """What anyone may see of a published study; of any other, that there is nothing at this address."""

    path = "/grids/{key:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def study(self, visit: Visit, key: FromPath[str]) -> PublicGridsPage:
        view = _view(visit, key)
        return PublicGridsPage(
            title=view.study.title,
            frame=visit.frame(view.study),
            aims=view.study.protocol.aims,
            rounds=_rounds(visit, view),
            cards=views.cards(visit, view),
        )

    @get("/{audience:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def grid(
        self, visit: Visit, key: FromPath[str], audience: FromPath[str], panel: FromQuery[str] = ""
    ) -> GridPage:
        view = _view(visit, key)
        found = views.find_grid(visit, view, audience, panel)
        back = Link("All grids of this study", view.home)
        return views.grid_page(visit, view, found, visit.frame(view.study), back)

    @get("/{audience:str}/{file:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def file(
        self,
        visit: Visit,
        key: FromPath[str],
        audience: FromPath[str],
        file: FromPath[str],
        panel: FromQuery[str] = "",
    ) -> Response[bytes]:
        return views.respond(visit, views.find_grid(visit, _view(visit, key), audience, panel), file)


def _view(visit: Visit, key: str) -> View:
    published = publications.get(visit.session, key)
    return View(published.study, published.round, Viewer.PUBLIC, f"/grids/{key}")


def _rounds(visit: Visit, view: View) -> tuple[RoundRow, ...]:
    heard = grids.list_heard(visit.session, view.study, view.round, view.viewer)
    return tuple(
        RoundRow(
            name=f"Round {one.number}",
            closed=formats.date(one.closed_at, visit.settings.zone),
            answered=tuple((words, in_sentence(name)) for name, words in one.answered),
        )
        for one in heard
    )
