"""The first page after the personal link: where one stands, and what to do next."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post

from delphi import formats
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Page
from delphi.pages.answer import way
from surveys import participations, publications, ratings, responses, rounds, standings
from surveys.publications import Publication
from surveys.rounds import Round, RoundStatus
from surveys.standings import Stage, Standing


@dataclass(frozen=True)
class Step:
    """One round on the way, for the macro of the same name."""

    name: str
    state: str
    when: str
    sentence: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """Where the panellist stands, in one sentence, and the one thing to do."""

    template: ClassVar[str] = "pages/answer/start.html"
    stage: Stage
    number: int
    is_last: bool
    answered: int
    of: int
    closes: str
    submitted: str
    duration: str
    is_unsent: bool
    public_through: int  # the grids up to this round are public; 0 for none
    is_all_public: bool
    grids: str
    late: str = participations.TOO_LATE
    steps: tuple[Step, ...]


def start_page(visit: Visit, standing: Standing | None = None) -> StartPage:
    """The page for wherever this panellist stands."""
    here = standing or standings.get(visit.session, visit.panellist)
    answered, of = _progress(visit, here.round)
    own, public = here.participation, publications.find(visit.session, here.study)
    return StartPage(
        title=_TITLES[here.stage],
        frame=way.frame(visit, here.study),
        stage=here.stage,
        number=here.round.number if here.round else 1,
        is_last=bool(here.round and here.round.is_last),
        answered=answered,
        of=of,
        closes=_time(visit, here.round.closes_at if here.round else None),
        submitted=_time(visit, own.submitted_at if own else None),
        is_unsent=own is not None and own.submitted_at is None,
        public_through=public.round.number if public else 0,
        is_all_public=public is not None and _is_all(here, public),
        grids=_grids(public) if public else "",
        duration=here.study.protocol.information.duration,
        steps=_steps(visit, here, public),
    )


class StartPages(Controller):
    """Where a panellist stands, and beginning a round."""

    path = way.START

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def start(self, visit: Visit) -> StartPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.stage == Stage.WITHDRAWN:
            return way.elsewhere(visit, standing)
        if standing.stage == Stage.UNASKED:
            return visit.go(way.INFORMATION)
        return start_page(visit, standing)

    @post("/begin", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=start_page)
    def begin(self, visit: Visit) -> Response[Any]:
        standings.check_takes_part(visit.session, visit.panellist)
        round_ = standings.get_round(visit.session, visit.panellist)
        participations.begin(visit.session, round_, visit.panellist, now=visit.now)
        return visit.go(way.ROUND)


_TITLES = {
    Stage.WITHDRAWN: "You have withdrawn",
    Stage.FINISHED: "Thank you",
    Stage.UNASKED: "Please read the information first",
    Stage.WAITING: "Thank you for joining",
    Stage.BETWEEN: "The round is closed",
    Stage.LATE: "This round has begun without you",
    Stage.INVITED: "Your answers are wanted",
    Stage.BEGUN: "Go on where you stopped",
    Stage.SUBMITTED: "Your answers are in",
}


def _progress(visit: Visit, round_: Round | None) -> tuple[int, int]:
    if round_ is None:
        return 0, 0
    own = ratings.own(visit.session, round_, visit.panellist)
    complete = responses.complete_items(own, len(round_.study.protocol.criteria))
    return len(complete), len(rounds.list_asked(visit.session, round_))


def _steps(visit: Visit, here: Standing, public: Publication | None) -> tuple[Step, ...]:
    known = {round_.number: round_ for round_ in rounds.list_rounds(visit.session, here.study)}
    last = max(known) if here.stage == Stage.FINISHED and known else here.study.protocol.rounds.last
    steps = [_step(visit, number, known.get(number)) for number in range(1, last + 1)]
    return (*steps, _results(visit, here, public))


def _results(visit: Visit, here: Standing, public: Publication | None) -> Step:
    """The last step: still to come, or public already as far as the rounds have come."""
    if public is None:
        state = "now" if here.stage == Stage.FINISHED else "next"
        return Step("Results", state, "", "The research team puts together what the panels found.")
    since = f"public since {formats.date(public.at, visit.settings.zone)}"
    if _is_all(here, public):
        return Step("Results", "done", since, "", _grids(public))
    return Step(
        f"Results up to round {public.round.number}", "next", since, "More is to come.", _grids(public)
    )


def _is_all(here: Standing, public: Publication) -> bool:
    """Whether nothing more will be published: the rounds are over, and the last is among them."""
    return here.stage == Stage.FINISHED and here.round is not None and here.round.id == public.round_id


def _grids(public: Publication) -> str:
    """Where everyone finds what a study has published."""
    return f"/grids/{public.study.key}"


def _step(visit: Visit, number: int, round_: Round | None) -> Step:
    name = f"Round {number}"
    if round_ is None or round_.status == RoundStatus.PLANNED:
        return Step(name, "next", "")
    if round_.is_open:
        return Step(
            name, "now", f"open until {_time(visit, round_.closes_at)}" if round_.closes_at else "open now"
        )
    return Step(name, "done", f"closed {formats.date(round_.closed_at, visit.settings.zone)}")


def _time(visit: Visit, moment: Any) -> str:
    return "" if moment is None else formats.date_and_time(moment, visit.settings.zone)
