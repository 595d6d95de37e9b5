"""Looking it over: what is blank, what may still be said, and sending the answers, with gaps or without."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from delphi import formats
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Page
from delphi.pages.answer import gaps, unsaid, way
from delphi.pages.answer.gaps import Gap
from delphi.pages.answer.unsaid import Unsaid
from delphi.visits import Visit
from surveys import participations, standings
from surveys.rounds import Round


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """What is blank, and the button that sends the answers."""

    template: ClassVar[str] = "pages/answer/review.html"
    number: int
    asks_at_end: bool
    answered: int
    of: int
    gaps: tuple[Gap, ...]
    unsaid: tuple[Unsaid, ...]
    submitted: str
    closes: str


@dataclass(frozen=True, kw_only=True)
class UnsentPage(Page):
    """The round closed before its answers were sent: they are kept, and there is nothing more to do."""

    template: ClassVar[str] = "pages/answer/unsent.html"
    number: int
    answered: int
    of: int


def review_page(visit: Visit, number: int | None = None) -> ReviewPage | UnsentPage:
    """The gaps in the order of the panellist's own page; or, where the round has closed, that it has."""
    round_ = way.round_of(visit, number)
    if visit.refusal is not None and visit.panellist.withdrawn_at is not None:
        raise visit.refusal
    return _review_page(visit, round_) if round_.is_open else _unsent_page(visit, round_)


def _review_page(visit: Visit, round_: Round) -> ReviewPage:
    part = participations.find(visit.session, round_, visit.panellist)
    progress, zone = gaps.progress(visit, round_), visit.zone
    return ReviewPage(
        title=gettext("Look it over"),
        frame=way.frame(visit, round_.study),
        number=round_.number,
        asks_at_end=participations.asks_at_end(visit.session, round_),
        answered=progress.answered,
        of=progress.of,
        gaps=progress.gaps,
        unsaid=unsaid.list_unsaid(visit, round_),
        submitted=formats.date_and_time(part.submitted_at, zone) if part and part.submitted_at else "",
        closes=formats.date_and_time(round_.closes_at, zone) if round_.closes_at else "",
    )


def _unsent_page(visit: Visit, round_: Round) -> UnsentPage:
    """There is nothing to mend, so the page says it itself, and not as a fault."""
    progress = gaps.progress(visit, round_)
    return UnsentPage(
        title=gettext("Round %(number)s closed before you sent your answers", number=round_.number),
        frame=replace(way.frame(visit, round_.study), faults=()),
        number=round_.number,
        answered=progress.answered,
        of=progress.of,
    )


class ReviewPages(Controller):
    """Reviewing and sending."""

    path = way.START

    @get("/review", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def review(self, visit: Visit) -> ReviewPage | UnsentPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        return review_page(visit) if standing.may_rate else way.elsewhere(visit, standing)

    @post("/submit", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=review_page)
    def submit(self, visit: Visit, number: FromQuery[int | None] = None) -> Response[Any]:
        round_ = standings.get_round(visit.session, visit.panellist, number)
        standings.check_takes_part(visit.session, visit.panellist)
        participations.submit(visit.session, round_, visit.panellist, now=visit.now)
        return visit.go(way.START)
