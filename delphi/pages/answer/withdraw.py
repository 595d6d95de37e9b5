"""Leaving the study: one page, one question, and a last page that anyone may see."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import standings, withdrawing
from surveys.errors import InvalidInput
from surveys.marks import marked
from surveys.panels import Panellist
from surveys.payments import leaving
from surveys.standings import Stage, Standing
from surveys.translations.languages import FIRST

CHOOSE = marked("Choose what is to become of the answers you gave in this round.")
TICK_FIRST = marked("Tick the box to say that you want to withdraw from the study.")


@dataclass(frozen=True, kw_only=True)
class WithdrawPage(Page):
    """What leaving means, and what is to become of the answers of an open round."""

    template: ClassVar[str] = "pages/answer/withdraw.html"
    has_open_answers: bool
    payment: str
    answers: str
    is_sure: bool


@dataclass(frozen=True, kw_only=True)
class WithdrawnPage(Page):
    """The last page."""

    template: ClassVar[str] = "pages/answer/withdrawn.html"


def withdraw_page(visit: Visit) -> WithdrawPage:
    """The question, with what was chosen."""
    standing = standings.get(visit.session, visit.panellist)
    return WithdrawPage(
        title=gettext("Withdraw from the study"),
        frame=way.frame(visit, standing.study),
        has_open_answers=standing.has_open_answers,
        payment=_of_payment(visit),
        answers=visit.typed("answers"),
        is_sure=visit.typed("sure") == "yes",
    )


class WithdrawPages(Controller):
    """Withdrawing."""

    path = way.WITHDRAW

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit) -> WithdrawPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.stage == Stage.WITHDRAWN:
            return way.elsewhere(visit, standing)
        return withdraw_page(visit)

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=withdraw_page)
    def withdraw(self, visit: Visit, form: Form) -> Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.stage == Stage.WITHDRAWN:
            return way.elsewhere(visit, standing)
        keep, payment = _chosen(standing, form), _of_payment(visit)
        withdrawing.withdraw(visit.session, standing.study, visit.panellist, keep_answers=keep, now=visit.now)
        # Which language this was read in is forgotten with the name, so the last page is told.
        last = way.WITHDRAWN if visit.language == FIRST else f"{way.WITHDRAWN}?language={visit.language}"
        return visit.go(last, notice=" ".join(filter(None, (_done(standing, keep=keep), payment))))


def _chosen(standing: Standing, form: Form) -> bool:
    """Whether the answers of an open round are kept; refused until all that is asked is said."""
    choice = form.get("answers")
    if standing.has_open_answers and choice not in ("keep", "delete"):
        raise InvalidInput(CHOOSE, "answers")
    if form.get("sure") != "yes":
        raise InvalidInput(TICK_FIRST, "sure")
    return choice != "delete"


def _done(standing: Standing, *, keep: bool) -> str:
    """What became of the answers, as it was chosen; nothing where there was no choice."""
    if standing.round is None or not standing.has_open_answers:
        return ""
    number = standing.round.number
    if keep:
        return gettext(
            "As you chose, the answers that you gave in round %(number)s are kept and count, without your"
            " name.",
            number=number,
        )
    return gettext(
        "As you chose, the answers that you gave in round %(number)s are deleted, and so is what you wrote"
        " there.",
        number=number,
    )


def _of_payment(visit: Visit) -> str:
    """That a name is still kept to be paid by; nothing where nothing is due."""
    if not leaving.is_due(visit.session, visit.panellist):
        return ""
    return gettext(
        "A payment is still due to you. Your name and address are kept for it, apart from your answers,"
        " until it is paid, and then deleted."
    )


class WithdrawnPages(Controller):
    """What a withdrawn panellist's browser shows, and anyone else's."""

    path = way.WITHDRAWN

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def told(self, visit: Visit, language: FromQuery[str] = FIRST) -> WithdrawnPage | Response[Any]:
        who = visit.visitor
        if isinstance(who, Panellist) and who.withdrawn_at is None:
            return visit.go(way.START)
        study = who.study if isinstance(who, Panellist) else None
        here = visit.in_language(language)
        return WithdrawnPage(title=gettext("You have withdrawn from the study"), frame=here.frame(study))
