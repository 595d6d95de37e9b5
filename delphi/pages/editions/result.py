"""The result of an edition for its own team, and its files."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import download
from delphi.pages.editions import around
from delphi.pages.editions.around import EditionPage
from delphi.pages.editions.found import Found, found
from surveys.editions import edition_files, showing
from surveys.editions.findings import STRENGTHS, USUAL_STRENGTH
from surveys.errors import InvalidInput

JSON = "application/json"
NO_STRENGTH = "The strength of the published answers is one of 0, 0.25, 0.5 and 1. Choose it on the page."


@dataclass(frozen=True, kw_only=True)
class EditionResultPage(EditionPage):
    """The items in play by priority, and what moved."""

    template: ClassVar[str] = "pages/editions/result.html"
    found: Found
    is_public: bool


class EditionResultPages(Controller):
    """Looking at the result, and keeping it."""

    path = "/editions/{token:str}"

    @get("/result", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def result(self, visit: Visit, token: FromPath[str], strength: FromQuery[str] = "1") -> EditionResultPage:
        edition = around.open_(visit, token)
        shown = showing.own(visit.session, edition.edition, strength=read_strength(strength))
        return EditionResultPage(
            title="What comes of it",
            frame=edition.frame("/result"),
            home=edition.home,
            place=edition.place,
            notices=shown.notices,
            credit=shown.credit,
            found=found(shown, f"{edition.home}/result"),
            is_public=False,
        )

    @get("/edition.json", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, token: FromPath[str], strength: FromQuery[str] = "1") -> Response[bytes]:
        edition = around.open_(visit, token)
        shown = showing.own(visit.session, edition.edition, strength=read_strength(strength))
        return download(edition_files.NAME, edition_files.write(shown), JSON)


def read_strength(text: str) -> float:
    """One of the strengths that are shown; any other is refused."""
    known = {f"{one:g}": one for one in STRENGTHS}
    if (strength := known.get(text or f"{USUAL_STRENGTH:g}")) is None:
        raise InvalidInput(NO_STRENGTH, "strength")
    return strength
