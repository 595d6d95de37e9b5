"""The rating page: every item of a round on one page, saved as it is answered."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from markupsafe import Markup

from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext, translated
from delphi.page import FieldFault, Form, Page, render
from delphi.pages.answer import way
from delphi.questionnaire import sent as sents
from delphi.questionnaire.cards import Person, Questionnaire
from delphi.questionnaire.entries import Entries, write_was
from delphi.questionnaire.sent import Sent
from delphi.visits import Visit
from surveys import participations, policies, ratings, responses, standings
from surveys.errors import InvalidInput
from surveys.histories.changes import ChangeKind
from surveys.marks import marked
from surveys.ratings import BLANK, Answer, Place
from surveys.responses import Before
from surveys.responses import Response as Given
from surveys.rounds import Asked, Round
from surveys.translations.languages import FIRST

_Answers = dict[Place, Answer]
_CARDS = Markup("<!-- cards -->")
NOTHING_TO_KEEP = marked("There is no answer of yours from the round before to keep.")
# What the script says beside an answer; each is written in autosave.js, and known there by its English.
_SCRIPT = (
    marked("Saving"),
    marked("Saved"),
    marked("Cleared"),
    marked("All is saved."),
    marked("Not saved: no connection. Trying again."),
    marked("Not saved yet. Trying again."),
    marked("Not saved. Please open your personal link again, then come back to this page."),
)


@dataclass(frozen=True, kw_only=True)
class RatingPage(Page):
    """The items of a round, filled in for one person when the page is made."""

    template: ClassVar[str] = "pages/answer/round.html"
    number: int
    is_open: bool
    answered: int
    blank: str
    questionnaire: Questionnaire
    person: Person
    blocks: Sequence[int]

    @property
    def of(self) -> int:
        """How many items are asked."""
        return len(self.questionnaire.items)

    @property
    def asks_why(self) -> bool:
        """Whether a script may have to ask for the reason of a change."""
        return self.questionnaire.before_id is not None and self.questionnaire.protocol.feedback.ask_why

    @property
    def has_unasked(self) -> bool:
        """Whether it asks items that the round before did not ask, so that nothing was said of them there."""
        return bool(self._kinds - {ChangeKind.REWORDED})

    @property
    def has_reworded(self) -> bool:
        """Whether it asks items in other words than the round before."""
        return ChangeKind.REWORDED in self._kinds

    @property
    def _kinds(self) -> set[ChangeKind]:
        return {told.kind for told in self.questionnaire.told.values()}

    @property
    def script_words(self) -> str:
        """What the script says, by its English; nothing where that is what it says."""
        if self.frame.language == FIRST:
            return ""
        return json.dumps({text: gettext(text) for text in _SCRIPT}, ensure_ascii=False)

    @property
    def cards(self) -> Markup:
        """Where the cards go: they come as bytes, since to copy so much text takes longer than to make it."""
        return _CARDS

    def body(self) -> bytes:
        """The page around the cards, and the cards, in which whatever was typed is escaped."""
        before, after = render(self).split(_CARDS)
        return b"".join(
            (before.encode(), *self.questionnaire.cards(self.person, self.blocks), after.encode())
        )


def rating_page(visit: Visit, number: int | None = None) -> RatingPage:
    """The page of this round, with what was typed still on it, since it was refused."""
    return _page_of(visit, way.round_of(visit, number))


def _page_of(visit: Visit, round_: Round) -> RatingPage:
    questionnaire = _questionnaire(visit, round_)
    part = participations.find(visit.session, round_, visit.panellist)
    given, before = responses.own_with(visit.session, round_, visit.panellist, questionnaire.before_id)
    sent = sents.read(visit.form)
    frame = way.frame(visit, round_.study)
    faults = frame.faults if visit.refusal is None else _translated(sent.faults) or frame.faults
    places = [(item_id, c.id) for item_id in questionnaire.alike for c in questionnaire.criteria]
    complete = responses.complete_items(given.answers, len(questionnaire.criteria))
    blocks = part.block_order if part else ()
    return RatingPage(
        title=gettext("Round %(number)s", number=round_.number),
        frame=replace(frame, faults=tuple(_of_card(fault, questionnaire) for fault in faults)),
        number=round_.number,
        is_open=policies.takes_answers(round_, visit.panellist),
        answered=len(complete),
        blank=_first_blank(responses.in_turn(questionnaire.items, blocks), complete),
        questionnaire=questionnaire,
        person=Person(
            visit.panellist.id,
            kept=Entries.of(Given(given.answers, given.comments, given.reasons)),
            before=before.answers,
            counted_in=_counted_in(visit, before),
            to_explain=responses.to_explain(questionnaire.protocol, before.answers, given.answers, places),
            typed=sent.changed,
            faults=_by_item(faults),
        ),
        blocks=blocks,
    )


def _counted_in(visit: Visit, before: Before) -> str:
    """The key of the panel whose counts have the answers of the round before: the own, but for the moved."""
    own = visit.panellist.panel
    if before.panel_id == own.id:
        return own.key
    return next(panel.key for panel in visit.panellist.study.panels if panel.id == before.panel_id)


class RatingPages(Controller):
    """Rating, and saving all of the form or one card of it."""

    path = way.ROUND

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def rate(self, visit: Visit) -> RatingPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.round is None or not standing.may_rate:
            return way.elsewhere(visit, standing)
        return _page_of(visit, standing.round)

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=rating_page)
    def save(self, visit: Visit, form: Form, number: FromQuery[int | None] = None) -> Response[Any]:
        round_ = standings.get_round(visit.session, visit.panellist, number)
        sent = sents.read(form)
        sent.check()
        given = _with_kept(visit, round_, sent.changed.response(), form)
        part = responses.save(visit.session, round_, visit.panellist, given, now=visit.now)
        standings.check_took_part(visit.session, visit.panellist, part, now=visit.now)
        return _told(visit, round_, sent) if visit.wants_json else visit.go(_next(visit, round_, form))


def _answers(visit: Visit, round_: Round, questionnaire: Questionnaire) -> tuple[_Answers, _Answers]:
    """The panellist's answers of this round, and of the round before."""
    before = questionnaire.before_id
    ids = [round_.id] if before is None else [round_.id, before]
    own = ratings.own_in(visit.session, visit.panellist, ids)
    return own[round_.id], {} if before is None else own[before]


def _with_kept(visit: Visit, round_: Round, given: Given, form: Form) -> Given:
    """With last round's own answer, where the button that keeps it was pressed."""
    if (place := sents.pressed_place(form, "keep")) is None:
        return given
    questionnaire = _questionnaire(visit, round_)
    last = _answers(visit, round_, questionnaire)[1].get(place, BLANK)
    if last.is_blank or place[0] not in questionnaire.alike:
        raise InvalidInput(NOTHING_TO_KEEP, f"i{place[0]}.c{place[1]}")
    return replace(given, answers={**given.answers, place: last})


def _told(visit: Visit, round_: Round, sent: Sent) -> Response[Any]:
    """The answer to the script: how far it is, which changes ask for a reason, and what the card says now."""
    questionnaire = _questionnaire(visit, round_)
    criteria = len(questionnaire.criteria)
    left = _to_explain(visit, round_, questionnaire, sent)
    answer = {
        "saved": True,
        "answered": ratings.count_complete(visit.session, round_, visit.panellist, criteria),
        "of": len(questionnaire.items),
        "ask_why": [f"i{item_id}.c{criterion}" for item_id, criterion in left],
    }
    for item_id in list(sent.was)[:1]:  # the script sends one card at a time
        answer["was"] = write_was(sent.new_was(item_id))
    return Response(answer, status_code=200, headers={"Cache-Control": "no-store"})


def _to_explain(visit: Visit, round_: Round, questionnaire: Questionnaire, sent: Sent) -> list[Place]:
    """Which answers of the cards that were sent have left their band since the round before."""
    if questionnaire.before_id is None:
        return []
    own, before = _answers(visit, round_, questionnaire)
    asked = questionnaire.alike & sent.was.keys()
    places = [(item_id, criterion.id) for item_id in asked for criterion in questionnaire.criteria]
    return sorted(responses.to_explain(questionnaire.protocol, before, own, places))


def _next(visit: Visit, round_: Round, form: Form) -> str:
    """Back to the card whose button was pressed, or on to what follows the ratings."""
    pressed = next((str(form[name]) for name in ("save", "keep", "clear") if form.get(name)), "")
    item_id = pressed.partition(".")[0]
    if "go" in form:
        return way.QUESTIONS if participations.asks_at_end(visit.session, round_) else way.REVIEW
    return way.card(int(item_id)) if re.fullmatch(r"\d{1,18}", item_id, re.ASCII) else way.ROUND


def _first_blank(asked: Sequence[Asked], complete: Collection[int]) -> str:
    """Where the first item is that is not answered in full; nothing where all are."""
    blank = next((item.item_id for item in asked if item.item_id not in complete), None)
    return "" if blank is None else f"#i{blank}"


def _questionnaire(visit: Visit, round_: Round) -> Questionnaire:
    """The questionnaire as this panellist reads it."""
    panel = visit.panellist.panel.key
    return visit.service.shelf.get(visit.session, round_, panel, visit.words.language)


def _translated(faults: Sequence[FieldFault]) -> tuple[FieldFault, ...]:
    return tuple(replace(fault, sentence=translated(fault.sentence)) for fault in faults)


def _by_item(faults: Sequence[FieldFault]) -> dict[int, str]:
    found = ((re.match(r"i(\d+)\.", fault.field), fault.sentence) for fault in faults)
    return {int(known[1]): sentence for known, sentence in found if known}


def _of_card(fault: FieldFault, questionnaire: Questionnaire) -> FieldFault:
    """The fault with its item named, under the id of the card, so that the list of faults leads there."""
    card = fault.field.partition(".")[0]
    item = next((item for item in questionnaire.items if card == f"i{item.item_id}"), None)
    if item is None:
        return FieldFault(card, fault.sentence)
    title = questionnaire.words.item(item.item_id, "title", item.title)
    return FieldFault(card, f"{item.number} {title}: {fault.sentence}")
