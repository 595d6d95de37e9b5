"""Closing a round: a page that says exactly what it does, with a tick and a button."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import rounds, turnout
from surveys.errors import InvalidInput
from surveys.permissions import Power
from surveys.rounds import Act
from surveys.turnout import PanelTurnout

TICK_FIRST = "Tick the box to say that you have read what closing does."


@dataclass(frozen=True, kw_only=True)
class ClosingPage(Page):
    """What closing does, and to whom."""

    template: ClassVar[str] = "pages/study/closing.html"
    address: str
    number: int
    turnout: tuple[PanelTurnout, ...]
    ends: str
    is_early: bool


def closing_page(visit: Visit, key: str, number: int) -> ClosingPage:
    """The question before a round closes; only an open one can be asked."""
    round_ = tabs.round_of(visit, key, number)
    rounds.check_can(round_, Act.CLOSE)
    return ClosingPage(
        title=f"Close round {round_.number}",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        number=round_.number,
        turnout=turnout.by_panel(visit.session, round_),
        ends=date_and_time(round_.closes_at, visit.zone) if round_.closes_at else "",
        is_early=round_.closes_at is not None and round_.closes_at > visit.now,
    )


class ClosingPages(Controller):
    """The end of a round."""

    path = "/studies/{key:str}/rounds/{number:int}/close"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> ClosingPage:
        return closing_page(visit, key, number)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=closing_page)
    def close(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        if form.get("sure") != "yes":
            raise InvalidInput(TICK_FIRST, "sure")
        turnout.check_can_close(visit.session, round_)
        rounds.close(visit.session, round_, now=visit.now, by=visit.account.email)
        return visit.go(tabs.round_address(round_), f"Round {number} is closed. Its results are frozen.")
