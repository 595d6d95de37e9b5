"""The first page: what this is and where to go; in the demonstration, its doors."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages import demo
from delphi.pages.answer import way
from delphi.pages.demo import Door
from delphi.visits import Visit
from surveys.access import Account
from surveys.panels import Panellist


@dataclass(frozen=True, kw_only=True)
class FrontPage(Page):
    """What this is, and where to go. `home` is where somebody who is in already belongs."""

    template: ClassVar[str] = "pages/front/front.html"
    home: Link | None
    doors: tuple[Door, ...]


class FrontPages(Controller):
    """What anyone may see."""

    path = "/"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def front(self, visit: Visit) -> FrontPage:
        return FrontPage(
            title="Delphi",
            frame=visit.frame(),
            home=_home(visit),
            doors=demo.doors(visit),
        )


def _home(visit: Visit) -> Link | None:
    match visit.visitor:
        case Account():
            return Link("Go to your studies", "/studies")
        case Panellist():
            return Link("Go on with your study", way.START)
        case _:
            return None
