"""Clearing comments: each is released, redacted or withheld by a person; the original stays.

Beside them stands what else was written, which nobody clears; and all words of the round are there as a file.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import CSV, FieldFault, Form, Frame, Page, download
from delphi.pages.study import tabs, written
from delphi.pages.study.passing import Passing, beside
from delphi.pages.study.written import Reasons, Suggestion
from delphi.questionnaire.scales import mark
from delphi.visits import Visit
from surveys import comments, harms
from surveys.comments import ClearingStatus, Ruling, Written
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import word_files
from surveys.participations import SuggestionKind
from surveys.permissions import Power
from surveys.rounds import Round

NOT_CLOSED = "Comments are cleared after the round has closed."
CHOOSE = "Choose what becomes of this comment."
TAGS = {
    ClearingStatus.RELEASED: ("in", "Released"),
    ClearingStatus.REDACTED: ("in", "Redacted"),
    ClearingStatus.WITHHELD: ("out", "Withheld"),
}


@dataclass(frozen=True)
class CommentCard:
    """A comment with its decision, or with the forms to make one. `id` names its fields."""

    id: str
    address: str
    number: int
    title: str
    panel: str
    mark: int
    code: str
    text: str
    may_be_shown: bool
    may_be_quoted: bool
    status: str
    tag: tuple[str, str]
    public: str
    shown: str
    reason: str
    seen: str
    shown_in: int | None
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CommentsPage(Page):
    """The comments of a round: those to decide, or those decided."""

    template: ClassVar[str] = "pages/study/comments.html"
    address: str
    number: int
    show: str
    decided: int
    total: int
    withheld_by_writer: int
    readers: str
    cards: tuple[CommentCard, ...]
    told_at: str
    harms_read: str
    harms: tuple[Suggestion, ...]
    missing: tuple[Suggestion, ...]
    changes: tuple[Reasons, ...]
    asks_why: bool
    passing: Passing


def comments_page(
    visit: Visit,
    key: str,
    number: int,
    panellist_id: int = 0,
    item_id: int = 0,
    show: str = "waiting",
) -> CommentsPage:
    """The comments; the one that was being decided is open, with what was typed."""
    round_ = tabs.round_of(visit, key, number)
    if not round_.has_results:
        raise NotNow(NOT_CLOSED)
    known = comments.list_written(visit.session, round_)
    here = (panellist_id, item_id)
    reading = harms.reading(visit.session, round_)
    if visit.refusal is not None:
        show = "decided" if _is_decided(known, here) else "waiting"
    cards = _cards(visit, round_, known, show, here)
    return CommentsPage(
        title=f"Comments of round {round_.number}",
        frame=_frame(visit, round_, here),
        address=tabs.round_address(round_),
        number=round_.number,
        show=show,
        decided=sum(one.status is not None for one in known if one.may_be_shown),
        total=sum(one.may_be_shown for one in known),
        withheld_by_writer=sum(not one.may_be_shown for one in known),
        readers=_readers(round_),
        cards=cards,
        told_at=_told_at(visit, cards),
        harms_read=f"Read by {reading.by} on {date(reading.at, visit.zone)}." if reading else "",
        harms=written.suggestions(visit, round_, SuggestionKind.HARM),
        missing=written.suggestions(visit, round_, SuggestionKind.MISSING),
        changes=written.changes(visit, round_),
        asks_why=round_.number > 1 and round_.study.protocol.feedback.ask_why,
        passing=beside(visit, round_),
    )


class CommentsPages(Controller):
    """What panellists wrote, and what others may read of it."""

    path = "/studies/{key:str}/rounds/{number:int}"

    @get("/comments", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def comments(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], show: FromQuery[str] = "waiting"
    ) -> CommentsPage:
        return comments_page(visit, key, number, show=show if show in SHOWN else "waiting")

    @get("/words.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def words(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        data = word_files.write(visit.session, tabs.round_of(visit, key, number))
        return download(f"{key}-round-{number}-words.csv", data, CSV)

    @post(
        "/comments/{panellist_id:int}/{item_id:int}",
        access=Access.RESEARCHER,
        power=Power.RUN,
        sync_to_thread=True,
    )
    @transaction(again=comments_page)
    def clear(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        number: FromPath[int],
        panellist_id: FromPath[int],
        item_id: FromPath[int],
    ) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        ruling = _ruling(form, panellist_id, item_id)
        show = "decided" if form.get("show") == "decided" else "waiting"
        after = _after(visit, round_, show, (panellist_id, item_id))
        by, now = visit.account.email, visit.now
        read_in = comments.clear(visit.session, round_, ruling, by=by, now=now)
        told = f" It was shown in round {read_in}." if read_in else ""
        path = f"{tabs.round_address(round_)}/comments?show={show}&at={after}#{after}"
        return visit.go(path, f"The comment is {ruling.status}.{told}")

    @post("/comments/harms", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=comments_page)
    def read_harms(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        harms.mark_read(visit.session, round_, by=visit.account.email, now=visit.now)
        return visit.go(f"{tabs.round_address(round_)}/comments", "The harms are marked as read.")


SHOWN: dict[str, Callable[[Written], bool]] = {
    "waiting": lambda one: one.may_be_shown and one.status is None,
    "decided": lambda one: one.may_be_shown and one.status is not None,
    "private": lambda one: not one.may_be_shown,
}


def _ruling(form: Form, panellist_id: int, item_id: int) -> Ruling:
    decision, text, reason = (str(form.get(field, "")) for field in ("decision", "text", "reason"))
    if decision not in set(ClearingStatus):
        raise InvalidInput(CHOOSE)
    seen = str(form.get("seen", ""))
    return Ruling(panellist_id, item_id, ClearingStatus(decision), text, reason, seen)


def _after(visit: Visit, round_: Round, show: str, here: tuple[int, int]) -> str:
    """Where to go on: the comment after this one, or the one before where it is the last."""
    known = [one for one in comments.list_written(visit.session, round_) if SHOWN[show](one)]
    places = [(one.panellist_id, one.item_id) for one in known]
    at = places.index(here) if here in places else -1
    beside = [*places[at + 1 :], *reversed(places[: max(at, 0)])]
    return f"c{_id(beside[0])}" if beside else "comments"


def _readers(round_: Round) -> str:
    """Who reads what is cleared."""
    if round_.is_last or not round_.study.protocol.feedback.comments:
        return "No panellist is shown them. Those that may be quoted can stand beside the grids."
    return "In the next round panellists read what you have cleared."


def _told_at(visit: Visit, cards: tuple[CommentCard, ...]) -> str:
    """Where on the page it is said what was done; nothing where that is above all."""
    at = str(visit.request.query_params.get("at", ""))
    return at if at in ("comments", *(f"c{card.id}" for card in cards)) else ""


def _is_decided(known: list[Written], here: tuple[int, int]) -> bool:
    return any((one.panellist_id, one.item_id) == here and one.status is not None for one in known)


def _frame(visit: Visit, round_: Round, here: tuple[int, int]) -> Frame:
    """The frame, its faults led to the fields of the one comment that they are about."""
    frame = tabs.round_frame(visit, round_)
    faults = (
        FieldFault(fault.field and f"{fault.field}-{_id(here)}", fault.sentence) for fault in frame.faults
    )
    return replace(frame, faults=tuple(faults))


def _cards(
    visit: Visit, round_: Round, known: list[Written], show: str, here: tuple[int, int]
) -> tuple[CommentCard, ...]:
    titles = {asked.item_id: (asked.item.position, asked.wording.title) for asked in round_.items}
    return tuple(
        _card(visit, round_, one, *titles[one.item_id], is_here=(one.panellist_id, one.item_id) == here)
        for one in known
        if SHOWN[show](one)
    )


def _card(
    visit: Visit, round_: Round, one: Written, number: int, title: str, *, is_here: bool
) -> CommentCard:
    plan = round_.study.protocol
    return CommentCard(
        id=_id((one.panellist_id, one.item_id)),
        address=f"{tabs.round_address(round_)}/comments/{one.panellist_id}/{one.item_id}",
        number=number,
        title=title,
        panel=plan.panel(one.panel_key).name,
        mark=mark(plan, one.panel_key),
        code=one.code,
        text=one.text,
        may_be_shown=one.may_be_shown,
        may_be_quoted=one.may_be_quoted,
        status=one.status or "",
        tag=TAGS[one.status] if one.status else ("few", "To decide"),
        public=one.cleared_text,
        shown=visit.typed("text", one.cleared_text or one.text) if is_here else one.cleared_text or one.text,
        reason=visit.typed("reason", one.reason) if is_here else one.reason,
        seen=visit.typed("seen") if is_here and isinstance(visit.refusal, InvalidInput) else one.standing,
        shown_in=one.shown_in,
        is_open=is_here,
    )


def _id(here: tuple[int, int]) -> str:
    return f"{here[0]}-{here[1]}"
