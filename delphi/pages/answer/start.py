"""The first page after the personal link: where one stands, and what to do next."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post

from delphi import formats, study_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Page
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import participations, publications, ratings, responses, rounds, standings
from surveys.marks import marked
from surveys.publications import Publication
from surveys.rounds import Round, RoundStatus
from surveys.standings import Stage, Standing
from surveys.translations import places


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
    late: str
    steps: tuple[Step, ...]


def start_page(visit: Visit, standing: Standing | None = None) -> StartPage:
    """The page for wherever this panellist stands."""
    here = standing or standings.get(visit.session, visit.panellist)
    answered, of = _progress(visit, here.round)
    own, public = here.participation, publications.find(visit.session, here.study)
    return StartPage(
        title=gettext(_TITLES[here.stage]),
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
        duration=study_words.shown(
            visit.words, places.sheet("duration"), here.study.protocol.information.duration
        ),
        late=gettext(participations.TOO_LATE),
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
    Stage.WITHDRAWN: marked("You have withdrawn"),
    Stage.FINISHED: marked("Thank you"),
    Stage.UNASKED: marked("Please read the information first"),
    Stage.WAITING: marked("Thank you for joining"),
    Stage.BETWEEN: marked("The round is closed"),
    Stage.LATE: marked("This round has begun without you"),
    Stage.INVITED: marked("Your answers are wanted"),
    Stage.BEGUN: marked("Go on where you stopped"),
    Stage.SUBMITTED: marked("Your answers are in"),
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
        return Step(
            gettext("Results"), state, "", gettext("The research team puts together what the panels found.")
        )
    since = gettext("public since %(day)s", day=formats.date(public.at, visit.zone))
    if _is_all(here, public):
        return Step(gettext("Results"), "done", since, "", _grids(public))
    name = gettext("Results up to round %(number)s", number=public.round.number)
    return Step(name, "next", since, gettext("More is to come."), _grids(public))


def _is_all(here: Standing, public: Publication) -> bool:
    """Whether nothing more will be published: the rounds are over, and the last is among them."""
    return here.stage == Stage.FINISHED and here.round is not None and here.round.id == public.round_id


def _grids(public: Publication) -> str:
    """Where everyone finds what a study has published."""
    return f"/grids/{public.study.key}"


def _step(visit: Visit, number: int, round_: Round | None) -> Step:
    name = gettext("Round %(number)s", number=number)
    if round_ is None or round_.status == RoundStatus.PLANNED:
        return Step(name, "next", "")
    if round_.is_open:
        closes = _time(visit, round_.closes_at)
        when = gettext("open until %(when)s", when=closes) if closes else gettext("open now")
        return Step(name, "now", when)
    closed = formats.date(round_.closed_at, visit.zone)
    return Step(name, "done", gettext("closed %(day)s", day=closed))


def _time(visit: Visit, moment: Any) -> str:
    return "" if moment is None else formats.date_and_time(moment, visit.zone)
