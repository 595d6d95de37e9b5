"""The first page: what this is and where to go; in the demo, its doors."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get

from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Page


@dataclass(frozen=True, kw_only=True)
class FrontPage(Page):
    """What this is, and where to go."""

    template: ClassVar[str] = "pages/front/front.html"


class FrontPages(Controller):
    """What anyone may see."""

    path = "/"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def front(self, visit: Visit) -> FrontPage:
        return FrontPage(title="Delphi", frame=visit.frame())
