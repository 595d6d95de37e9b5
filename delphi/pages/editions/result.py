"""The result of an edition for its own team, and its files."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import download
from delphi.pages.editions import around, drawn
from delphi.pages.editions.around import EditionPage
from delphi.pages.editions.drawn import Sheet
from delphi.pages.editions.found import Found, found
from delphi.visits import Visit
from surveys.editions import edition_files, showing
from surveys.editions.findings import STRENGTHS, USUAL_STRENGTH
from surveys.editions.showing import Shown
from surveys.errors import InvalidInput

JSON = "application/json"
NO_STRENGTH = "The strength of the published answers is one of 0, 0.25, 0.5 and 1. Choose it on the page."


@dataclass(frozen=True, kw_only=True)
class EditionResultPage(EditionPage):
    """The items in play by priority, and what moved."""

    template: ClassVar[str] = "pages/editions/result.html"
    found: Found
    sheet: Sheet
    file: str  # the whole edition
    is_public: bool


class EditionResultPages(Controller):
    """Looking at the result, and keeping it."""

    path = "/editions/{token:str}"

    @get("/result", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def result(self, visit: Visit, token: FromPath[str], strength: FromQuery[str] = "1") -> EditionResultPage:
        edition = around.open_(visit, token)
        shown = _shown(visit, token, strength)
        return EditionResultPage(
            title="What comes of it",
            frame=edition.frame("/result"),
            head=around.head_of(shown, edition.home),
            found=found(shown, f"{edition.home}/result"),
            sheet=drawn.sheet(shown, edition.home),
            file=file_of(shown, edition.home),
            is_public=False,
        )

    @get("/grid/{file:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def grid(
        self, visit: Visit, token: FromPath[str], file: FromPath[str], strength: FromQuery[str] = "1"
    ) -> Response[bytes]:
        return drawn.respond(_shown(visit, token, strength), file)

    @get("/edition.json", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, token: FromPath[str], strength: FromQuery[str] = "1") -> Response[bytes]:
        shown = _shown(visit, token, strength)
        return download(edition_files.NAME, edition_files.write(shown), JSON)


def read_strength(text: str) -> float:
    """One of the strengths that are shown; any other is refused."""
    known = {f"{one:g}": one for one in STRENGTHS}
    if (strength := known.get(text or f"{USUAL_STRENGTH:g}")) is None:
        raise InvalidInput(NO_STRENGTH, "strength")
    return strength


def file_of(shown: Shown, home: str) -> str:
    """Where the whole edition can be had, at the strength of the page."""
    return f"{home}/{edition_files.NAME}?strength={shown.findings.strength:g}"


def _shown(visit: Visit, token: str, strength: str) -> Shown:
    edition = around.open_(visit, token)
    return showing.own(visit.session, edition.edition, strength=read_strength(strength))
