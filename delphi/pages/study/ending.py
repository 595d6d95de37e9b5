"""Ending a study: a page that says exactly what it does, with a tick and a button."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import ending, panels
from surveys.errors import InvalidInput
from surveys.permissions import Power

TICK_FIRST = "Tick the box to say that you have read what ending the study does."


@dataclass(frozen=True, kw_only=True)
class EndingPage(Page):
    """What ending does, and to how many."""

    template: ClassVar[str] = "pages/study/ending.html"
    home: str
    panellists: int


def ending_page(visit: Visit, key: str) -> EndingPage:
    """The question before a study ends; only one without an open or unsettled round can be asked."""
    study = tabs.study_of(visit, key)
    ending.check_can_end(visit.session, study)
    return EndingPage(
        title="End the study",
        frame=tabs.frame(visit, study, ""),
        home=tabs.address(study),
        panellists=sum(p.withdrawn_at is None for p in panels.list_panellists(visit.session, study)),
    )


class EndingPages(Controller):
    """The end of a study."""

    path = "/studies/{key:str}/end"

    @get("/", access=Access.RESEARCHER, power=Power.LEAD, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit, key: FromPath[str]) -> EndingPage:
        return ending_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.LEAD, sync_to_thread=True)
    @transaction(again=ending_page)
    def end(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        if form.get("sure") != "yes":
            raise InvalidInput(TICK_FIRST, "sure")
        ending.end(visit.session, study, now=visit.now, by=visit.account.email)
        return visit.go(tabs.address(study), "The study has ended. Its results and grids stay.")
