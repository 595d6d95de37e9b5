"""What the safeguarding lead sees: the text and why it worries the team, and a button that says it was read.

The link is the lead's own and needs no account. Opening it changes nothing, since mail programs do so too.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date, date_and_time
from delphi.page import Form, Page
from delphi.pages.answer.join import token_in
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard
from delphi.visits import Visit
from surveys import zones
from surveys.concerns import passing
from surveys.rounds import Round

THANKS = "Thank you. The study’s team sees that you have read it."


@dataclass(frozen=True, kw_only=True)
class ReadingPage(Page):
    """A concern as its lead reads it; without `card` its writer has taken the text away."""

    template: ClassVar[str] = "pages/concerns/reading.html"
    address: str
    lead: str
    passed: str
    code: str
    has_withdrawn: bool
    card: TextCard | None
    note: str
    acknowledged: str
    answer: str
    typed: str
    longest: int


def reading_page(visit: Visit, token: str) -> ReadingPage:
    """The concern that this link opens."""
    concern = passing.get_by_link(visit.session, visit.key, token_in(token))
    round_ = visit.session.get_one(Round, concern.round_id)
    text = passing.find_text(visit.session, concern)
    zone = zones.of(round_.study, visit.settings.zone)  # the address names no study
    return ReadingPage(
        title="A concern",
        frame=visit.frame(round_.study),
        address=_address(token),
        lead=concern.lead.name,
        passed=date(concern.at, zone),
        code=concern.panellist.code,
        has_withdrawn=concern.panellist.withdrawn_at is not None,
        card=around.card(round_, text) if text else None,
        note=concern.note,
        acknowledged=date_and_time(concern.acknowledged_at, zone) if concern.acknowledged_at else "",
        answer=concern.answer,
        typed=visit.typed("answer"),
        longest=passing.LONGEST,
    )


class ReadingPages(Controller):
    """The lead's way in."""

    path = "/concerns/{token:str}"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def read(self, visit: Visit, token: FromPath[str]) -> ReadingPage:
        return reading_page(visit, token)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=reading_page)
    def acknowledge(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        answer = str(form.get("answer", ""))
        passing.acknowledge(visit.session, visit.key, token_in(token), answer, now=visit.now)
        return visit.go(_address(token), THANKS)


def _address(token: str) -> str:
    return f"/concerns/{token_in(token)}"
