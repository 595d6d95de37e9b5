"""All that a panellist answered and changed, in every round; to read, print and keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get

from delphi import formats, study_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Page
from delphi.pages.answer import gaps, way
from delphi.visits import Visit
from surveys import participations, ratings, responses, rounds, standings
from surveys.marks import marked
from surveys.participations import SuggestionKind
from surveys.ratings import BLANK, UNABLE_BY_CODE, Answer, Place, RatingChange, Unable
from surveys.responses import Response as Given
from surveys.rounds import Round, RoundItem
from surveys.standings import Stage

NOT_ANSWERED, UNABLE = marked("not answered"), marked("unable to rate")


@dataclass(frozen=True)
class _Earlier:
    """An answer of an earlier round, and the wording (by id) that it was given to."""

    number: int
    wording_id: int
    answer: Answer


@dataclass(frozen=True)
class Line:
    """One criterion: the answer, what it was before, and why it changed."""

    criterion: str
    answer: str
    before: str
    earlier: str
    reason: str
    is_blank: bool


@dataclass(frozen=True)
class Entry:
    """One item with all that was said about it."""

    number: int
    title: str
    lines: tuple[Line, ...]
    comment: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said at all, now or earlier in the round."""
        is_answered = any(line.earlier or not line.is_blank for line in self.lines)
        return not (is_answered or self.comment)


@dataclass(frozen=True)
class RoundRecord:
    """One round."""

    number: int
    state: str
    entries: tuple[Entry, ...]
    blank: tuple[Entry, ...]
    missing: str
    harm: str


@dataclass(frozen=True, kw_only=True)
class SummaryPage(Page):
    """Every round in which anything was answered, the newest first."""

    template: ClassVar[str] = "pages/answer/summary.html"
    records: tuple[RoundRecord, ...]


class SummaryPages(Controller):
    """The record of one panellist, for itself alone."""

    path = way.SUMMARY

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def read(self, visit: Visit) -> SummaryPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.stage == Stage.WITHDRAWN:
            return way.elsewhere(visit, standing)
        return SummaryPage(
            title=gettext("All that you answered"),
            frame=way.frame(visit, standing.study),
            records=_records(visit),
        )


def _records(visit: Visit) -> tuple[RoundRecord, ...]:
    changes = ratings.history(visit.session, visit.panellist)
    records: list[RoundRecord] = []
    last: dict[Place, _Earlier] = {}
    for round_ in rounds.list_rounds(visit.session, visit.panellist.study):
        given = responses.own(visit.session, round_, visit.panellist)
        if record := _record(visit, round_, given, last, _earlier(changes, round_)):
            records.append(record)
        asked = {one.item_id: one.wording_id for one in round_.items}
        last |= {
            place: _Earlier(round_.number, asked[place[0]], answer) for place, answer in given.answers.items()
        }
    return tuple(reversed(records))


def _record(
    visit: Visit,
    round_: Round,
    given: Given,
    last: Mapping[Place, _Earlier],
    earlier: Mapping[Place, list[str]],
) -> RoundRecord | None:
    if participations.find(visit.session, round_, visit.panellist) is None:
        return None
    told = participations.own_suggestions(visit.session, round_, visit.panellist)
    names = gaps.names_of(visit, round_)
    entries = tuple(
        Entry(
            asked.item.position,
            study_words.item(visit.words, asked.item_id, "title", asked.wording.title),
            tuple(_line(asked, (id_, name), given, last, earlier) for id_, name in names.items()),
            given.comments.get(asked.item_id, ""),
        )
        for asked in round_.items
    )
    closed = formats.date(round_.closed_at, visit.zone)
    return RoundRecord(
        round_.number,
        gettext("open: you can still change your answers")
        if round_.is_open
        else gettext("closed %(day)s", day=closed),
        tuple(entry for entry in entries if not entry.is_blank),
        tuple(entry for entry in entries if entry.is_blank),
        told.get(SuggestionKind.MISSING, ""),
        told.get(SuggestionKind.HARM, ""),
    )


def _line(
    asked: RoundItem,
    criterion: tuple[int, str],
    given: Given,
    last: Mapping[Place, _Earlier],
    earlier: Mapping[Place, list[str]],
) -> Line:
    id_, name = criterion
    place = (asked.item_id, id_)
    answer = given.answers.get(place, BLANK)
    before, first = _before(last.get(place), answer, asked.wording_id), ", ".join(earlier.get(place, ()))
    return Line(name, _words(answer), before, first, given.reasons.get(place, ""), answer.is_blank)


def _before(was: _Earlier | None, answer: Answer, wording_id: int) -> str:
    """What was answered in an earlier round, where that was otherwise; and whether it was to other words."""
    if was is None or was.answer == answer or answer.is_blank:
        return ""
    said = {"answer": _words(was.answer), "number": was.number}
    if was.wording_id != wording_id:
        return gettext("%(answer)s in round %(number)s to an earlier wording", **said)
    return gettext("%(answer)s in round %(number)s", **said)


def _earlier(changes: list[RatingChange], round_: Round) -> dict[Place, list[str]]:
    """What was answered and changed again within the round, oldest first."""
    every: dict[Place, list[Answer]] = {}
    for change in changes:
        if change.round_id == round_.id:
            unable = None if change.unable is None else UNABLE_BY_CODE[change.unable]
            every.setdefault((change.item_id, change.criterion_id), []).append(Answer(change.value, unable))
    return {place: list(map(_words, _without_pauses(answers)[:-1])) for place, answers in every.items()}


def _without_pauses(answers: list[Answer]) -> list[Answer]:
    """Without “unable” where its reason followed: that is one answer, given in two steps."""
    return [
        answer
        for answer, following in zip(answers, [*answers[1:], BLANK], strict=True)
        if not (answer.unable == Unable.NOT_STATED and following.unable)
    ]


def _words(answer: Answer) -> str:
    if answer.is_blank:
        return gettext(NOT_ANSWERED)
    if answer.unable is None:
        return f"{answer.value}"
    if answer.unable == Unable.NOT_STATED:
        return gettext(UNABLE)
    # The reasons are those of the scale's own buttons.
    return gettext("unable: %(reason)s", reason=gettext(answer.unable))
