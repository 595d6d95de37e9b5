"""The two questions at the end of a round with new items: what is missing, and what could do harm."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.pages.answer import gaps, way
from delphi.visits import Visit
from surveys import participations, policies, standings
from surveys.participations import LONGEST_TEXT, SuggestionKind


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(Page):
    """What is missing, and what could do harm; either may stay empty."""

    template: ClassVar[str] = "pages/answer/questions.html"
    number: int
    is_open: bool
    answered: int
    of: int
    blank: str
    missing: str
    harm: str
    emergency_number: str
    longest: int = LONGEST_TEXT


def questions_page(visit: Visit, number: int | None = None) -> QuestionsPage:
    """The two questions, with what was written or typed, and how much is blank before them."""
    round_ = way.round_of(visit, number)
    progress = gaps.progress(visit, round_)
    kept = participations.own_suggestions(visit.session, round_, visit.panellist)
    return QuestionsPage(
        title=gettext("Two last questions"),
        frame=way.frame(visit, round_.study),
        number=round_.number,
        is_open=policies.takes_answers(round_, visit.panellist),
        answered=progress.answered,
        of=progress.of,
        blank=progress.gaps[0].href if progress.gaps else "",
        missing=visit.typed("missing", kept.get(SuggestionKind.MISSING, "")),
        harm=visit.typed("harm", kept.get(SuggestionKind.HARM, "")),
        emergency_number=round_.study.protocol.information.emergency_number,
    )


class QuestionPages(Controller):
    """Answering them, in the first round and whenever there are new items."""

    path = way.QUESTIONS

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit) -> QuestionsPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.round is None or not standing.may_rate:
            return way.elsewhere(visit, standing)
        if not participations.asks_at_end(visit.session, standing.round):
            return visit.go(way.START, notice=gettext(participations.NOT_ASKED))
        return questions_page(visit)

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=questions_page)
    def save(self, visit: Visit, form: Form, number: FromQuery[int | None] = None) -> Response[Any]:
        round_ = standings.get_round(visit.session, visit.panellist, number)
        standings.check_takes_part(visit.session, visit.panellist)
        for kind in SuggestionKind:
            text = str(form.get(kind.value, ""))
            participations.suggest(visit.session, round_, visit.panellist, kind, text, now=visit.now)
        return visit.go(way.REVIEW)
