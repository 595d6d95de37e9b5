"""An edition that its team has made public: to read, to keep, and to begin one's own with."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Frame, Link, download
from delphi.pages.editions import around, drawn, printed
from delphi.pages.editions.found import found
from delphi.pages.editions.printed import EditionPlanPage
from delphi.pages.editions.result import JSON, EditionResultPage, file_of, read_strength
from delphi.visits import Visit
from surveys.editions import edition_files, sharing, showing
from surveys.editions.showing import Shown

COPIED = "You have an edition of your own now. Keep its link: there is no other way back to it."


def public_page(visit: Visit, slug: str, strength: str = "1") -> EditionResultPage:
    """The result, as anybody sees it."""
    shown = _shown(visit, slug, strength)
    home, place = f"/editions/at/{slug}", shown.draft.plan.group.place
    return EditionResultPage(
        title=place or "A local edition",
        frame=around.framed(visit, shown.draft.source, place, _links(home, "")),
        head=around.head_of(shown, home),
        found=found(shown, home),
        sheet=drawn.sheet(shown, home),
        file=file_of(shown, home),
        is_public=True,
    )


class PublicEditionPages(Controller):
    """What anyone may see, and nothing that the team wrote afterwards."""

    path = "/editions/at/{slug:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def result(self, visit: Visit, slug: FromPath[str], strength: FromQuery[str] = "1") -> EditionResultPage:
        return public_page(visit, slug, strength)

    @get("/plan", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def plan(self, visit: Visit, slug: FromPath[str]) -> EditionPlanPage:
        shown = _shown(visit, slug)
        home = f"/editions/at/{slug}"
        return printed.plan_page(visit, shown, _frame(visit, shown, home), home, is_public=True)

    @get("/edition.json", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, slug: FromPath[str], strength: FromQuery[str] = "1") -> Response[bytes]:
        shown = _shown(visit, slug, strength)
        return download(edition_files.NAME, edition_files.write(shown), JSON)

    @get("/grid/{file:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def grid(
        self, visit: Visit, slug: FromPath[str], file: FromPath[str], strength: FromQuery[str] = "1"
    ) -> Response[bytes]:
        return drawn.respond(_shown(visit, slug, strength), file)

    @post("/copy", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=public_page)
    def copy(self, visit: Visit, slug: FromPath[str]) -> Response[Any]:
        _open(visit, slug)
        made = sharing.copy(visit.session, visit.key, slug, origin=around.origin(visit), now=visit.now)
        return visit.go(f"/editions/{made.token}", COPIED)


def _shown(visit: Visit, slug: str, strength: str = "1") -> Shown:
    _open(visit, slug)
    return showing.public(visit.session, slug, strength=read_strength(strength))


def _open(visit: Visit, slug: str) -> None:
    """See that it is public: then an error leads back to it."""
    sharing.get(visit.session, slug)
    visit.request.state.way_back = Link("Back to the edition", f"/editions/at/{slug}")


def _frame(visit: Visit, shown: Shown, home: str) -> Frame:
    return around.framed(visit, shown.draft.source, shown.draft.plan.group.place, _links(home, "/plan"))


def _links(home: str, current: str) -> tuple[Link, ...]:
    parts = (("Result", ""), ("Plan", "/plan"))
    return tuple(Link(text, home + path, is_current=path == current) for text, path in parts)
