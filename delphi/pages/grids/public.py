"""The local team's door: the grids of a published study, for anyone with the link."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi import formats
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages.grids import embedding, files, looking, strips, views
from delphi.pages.grids.embedding import EmbeddedGrid
from delphi.pages.grids.looking import View
from delphi.pages.grids.strips import StripPage
from delphi.pages.grids.views import Card, GridPage
from delphi.visits import Visit
from surveys import evidence, grids, lenses, publications
from surveys.cells import in_sentence
from surveys.errors import NotFound
from surveys.visibility import Viewer

NOT_PUBLIC = "The grids of round {number} are not public."


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
    def study(self, visit: Visit, key: FromPath[str]) -> PublicGridsPage | StripPage:
        view = _view(visit, key)
        if not lenses.has_grids(view.study):
            return strips.public_page(visit, view.study, view.round)
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
        self, visit: Visit, key: FromPath[str], audience: FromPath[str], through: FromQuery[int] = 0
    ) -> GridPage | StripPage:
        view = _view(visit, key, through)
        if not lenses.has_grids(view.study):
            return strips.public_page(visit, view.study, view.round, audience, through)
        found = looking.find_grid(visit, view, audience)
        back = Link("All grids of this study", view.home)
        return views.grid_page(visit, view, found, visit.frame(view.study), back)

    @get("/{audience:str}/embed", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def embed(
        self, visit: Visit, key: FromPath[str], audience: FromPath[str], through: FromQuery[int] = 0
    ) -> EmbeddedGrid:
        view = _view(visit, key, through)
        return embedding.embedded(visit, view, looking.find_grid(visit, view, audience))

    @get("/{audience:str}/{file:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def file(
        self,
        visit: Visit,
        key: FromPath[str],
        audience: FromPath[str],
        file: FromPath[str],
        through: FromQuery[int] = 0,
    ) -> Response[bytes]:
        view = _view(visit, key, through)
        if not lenses.has_grids(view.study):
            return strips.public_file(visit, view.study, view.round, audience, file)
        return files.respond(visit, view, looking.find_grid(visit, view, audience), file)


def _view(visit: Visit, key: str, through: int = 0) -> View:
    """What is public: up to the round that was published, or, asked for, up to one before it."""
    published = publications.get(visit.session, key)
    if not through or through == published.round.number:
        return View(published.study, published.round, Viewer.PUBLIC, f"/grids/{key}")
    if through > published.round.number:
        raise NotFound(NOT_PUBLIC.format(number=through))
    earlier = evidence.get_round(visit.session, published.study, through)
    asked = (("through", f"{through}"),)
    return View(published.study, earlier, Viewer.PUBLIC, f"/grids/{key}", asked)


def _rounds(visit: Visit, view: View) -> tuple[RoundRow, ...]:
    heard = grids.list_heard(visit.session, view.study, view.round, view.viewer)
    return tuple(
        RoundRow(
            name=f"Round {one.number}",
            closed=formats.date(one.closed_at, visit.zone),
            answered=tuple((words, in_sentence(name)) for name, words in one.answered),
        )
        for one in heard
    )
