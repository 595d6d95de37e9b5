"""The way through a panellist's pages: what stands around them, and where to go from one that is not open."""

from typing import Any

from litestar import Response

from delphi.languages import gettext
from delphi.page import Frame, Link
from delphi.visits import Visit
from surveys import standings
from surveys.marks import marked
from surveys.rounds import Round
from surveys.standings import Stage, Standing
from surveys.studies import Study

START, INFORMATION, ROUND = "/answer", "/answer/information", "/answer/round"
QUESTIONS, REVIEW, SUMMARY = "/answer/questions", "/answer/review", "/answer/summary"
CHANGES = "/answer/changes"
WITHDRAW, WITHDRAWN = "/answer/withdraw", "/withdrawn"
LANGUAGE = "/answer/language"

_PLACES = (
    (marked("Start"), START),
    (marked("Information"), INFORMATION),
    (marked("My answers"), SUMMARY),
    (marked("Withdraw from the study"), WITHDRAW),
)
_PAGES = (START, INFORMATION, ROUND, CHANGES, QUESTIONS, REVIEW, SUMMARY, WITHDRAW)


def frame(visit: Visit, study: Study) -> Frame:
    """What stands around every page of a panellist."""
    here = visit.request.url.path.rstrip("/")
    return visit.frame(
        study, tuple(Link(gettext(text), href, is_current=href == here) for text, href in _PLACES)
    )


def back_to(path: str) -> str:
    """The page of a panellist's own at this address; the first where it is none."""
    here = path.rstrip("/")
    return here if here in _PAGES else START


def card(item_id: int) -> str:
    """Where an item stands on the rating page."""
    return f"{ROUND}#i{item_id}"


def reason(item_id: int, criterion_id: int) -> str:
    """Where the reason of a change is asked on the rating page."""
    return f"{ROUND}#i{item_id}.c{criterion_id}.why"


def round_of(visit: Visit, number: int | None) -> Round:
    """The round that a page is about. Shown again after a refusal, it is only for who had been shown it."""
    round_ = standings.get_round(visit.session, visit.panellist, number)
    if visit.refusal is not None and not standings.may_see_again(visit.session, visit.panellist, round_):
        raise visit.refusal
    return round_


def elsewhere(visit: Visit, standing: Standing) -> Response[Any]:
    """Where to go from a page that is not open to somebody who stands here."""
    return visit.go(WITHDRAWN if standing.stage == Stage.WITHDRAWN else START)
