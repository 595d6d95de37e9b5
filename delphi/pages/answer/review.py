"""Looking it over: what is blank, and sending the answers, with gaps or without."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from delphi import formats
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Page
from delphi.pages.answer import way
from surveys import participations, ratings, responses, rounds, standings
from surveys.ratings import Answer, Place
from surveys.rounds import Asked, Round


@dataclass(frozen=True)
class Gap:
    """An item that is not answered in full: what is blank where it is only a part, and where its card is."""

    number: int
    title: str
    blank: str
    href: str


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """What is blank, and the button that sends the answers."""

    template: ClassVar[str] = "pages/answer/review.html"
    number: int
    answered: int
    of: int
    gaps: tuple[Gap, ...]
    submitted: str
    closes: str


def review_page(visit: Visit, number: int | None = None) -> ReviewPage:
    """The gaps in the order of the panellist's own page."""
    round_ = way.round_of(visit, number)
    part = participations.find(visit.session, round_, visit.panellist)
    own = ratings.own(visit.session, round_, visit.panellist)
    asked = responses.in_turn(rounds.list_asked(visit.session, round_), part.block_order if part else ())
    zone = visit.settings.zone
    return ReviewPage(
        title="Look it over",
        frame=way.frame(visit, round_.study),
        number=round_.number,
        answered=len(responses.complete_items(own, len(round_.study.criteria))),
        of=len(asked),
        gaps=tuple(gap for item in asked if (gap := _gap(round_, item, own))),
        submitted=formats.date_and_time(part.submitted_at, zone) if part and part.submitted_at else "",
        closes=formats.date_and_time(round_.closes_at, zone) if round_.closes_at else "",
    )


class ReviewPages(Controller):
    """Reviewing and sending."""

    path = way.START

    @get("/review", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def review(self, visit: Visit) -> ReviewPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        return review_page(visit) if standing.may_rate else way.elsewhere(visit, standing)

    @post("/submit", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=review_page)
    def submit(self, visit: Visit, number: FromQuery[int | None] = None) -> Response[Any]:
        round_ = standings.get_round(visit.session, visit.panellist, number)
        standings.check_takes_part(visit.session, visit.panellist)
        participations.submit(visit.session, round_, visit.panellist, now=visit.now)
        return visit.go(way.START)


def _gap(round_: Round, item: Asked, own: dict[Place, Answer]) -> Gap | None:
    names = {known.id: round_.study.protocol.criterion(known.key).name for known in round_.study.criteria}
    blank = [name for id_, name in names.items() if (item.item_id, id_) not in own]
    if not blank:
        return None
    part = " and ".join(blank) if len(blank) < len(names) else ""
    return Gap(item.number, item.title, part, f"{way.ROUND}#i{item.item_id}")
