"""What a panellist gives in a round in one go: answers, comments and reasons; all of it is kept, or none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, false, null, select, true, union_all
from sqlalchemy.orm import Session

from surveys import comments, feedback, participations, ratings
from surveys.comments import Comment
from surveys.panels import Panellist
from surveys.participations import Participation
from surveys.protocol import Protocol
from surveys.ratings import Answer, ChangeReason, Place, Rating
from surveys.rounds import Asked, Round


@dataclass(frozen=True)
class Response:
    """Answers by item and criterion, comments by item, reasons of a change by item and criterion."""

    answers: dict[Place, Answer] = field(default_factory=dict)
    comments: dict[int, str] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Before:
    """Answers of an earlier round, and the panel (by id) that they were counted in: all in one."""

    answers: dict[Place, Answer]
    panel_id: int


def own(session: Session, round_: Round, panellist: Panellist) -> Response:
    """All that this panellist has given in this round, as it stands."""
    return own_with(session, round_, panellist, None)[0]


def own_with(
    session: Session, round_: Round, panellist: Panellist, before_id: int | None
) -> tuple[Response, Before]:
    """The same, and beside it the answers of the round before, if there is one; all in one query."""
    given, before, panel_id = Response(), dict[Place, Answer](), panellist.panel_id
    asked = {"round_id": round_.id, "before_id": before_id, "panellist_id": panellist.id}
    rows = session.execute(_OWN, asked)
    for is_text, round_id, item_id, criterion_id, value, unable, text, of_panel in rows:
        if not is_text and round_id == round_.id:
            given.answers[item_id, criterion_id] = ratings.answer_of(value, unable)
        elif not is_text:
            before[item_id, criterion_id], panel_id = ratings.answer_of(value, unable), of_panel
        elif criterion_id is None:
            given.comments[item_id] = text
        else:
            given.reasons[item_id, criterion_id] = text
    return given, Before(before, panel_id)


def save(
    session: Session, round_: Round, panellist: Panellist, given: Response, *, now: datetime
) -> Participation:
    """Keep what was given; a blank answer and an empty text take back. Tells in which part."""
    part = participations.hold(session, round_, panellist, now=now)
    if given.answers:
        ratings.save(session, round_, panellist, given.answers, now=now)
    if given.comments:
        comments.save(session, round_, panellist, given.comments, now=now)
    for place, text in given.reasons.items():
        ratings.give_reason(session, round_, panellist, place, text, now=now)
    return part


def in_turn(asked: Iterable[Asked], blocks: Sequence[int]) -> list[Asked]:
    """The items in the order in which a panellist sees the blocks."""
    turn = {block: n for n, block in enumerate(blocks)}
    return sorted(asked, key=lambda item: turn.get(item.block, len(turn)))


def _texts(table: type[Comment | ChangeReason], criterion: Any) -> Select[Any]:
    columns = (true(), table.round_id, table.item_id, criterion, null(), null(), table.text, null())
    return select(*columns).where(
        table.round_id == bindparam("round_id"), table.panellist_id == bindparam("panellist_id")
    )


# Asked at every visit to the rating page, so it is put together once.
_RATED = (
    *(false(), Rating.round_id, Rating.item_id, Rating.criterion_id, Rating.value, Rating.unable, null()),
    Rating.panel_id,
)
_OWN: CompoundSelect[Any] = union_all(
    select(*_RATED).where(
        Rating.round_id.in_((bindparam("round_id"), bindparam("before_id"))),
        Rating.panellist_id == bindparam("panellist_id"),
    ),
    _texts(Comment, null()),
    _texts(ChangeReason, ChangeReason.criterion_id),
)


def complete_items(answers: Mapping[Place, Answer], criteria: int) -> frozenset[int]:
    """The items on which every criterion is answered; unable is an answer."""
    answered = Counter(item_id for (item_id, _), answer in answers.items() if not answer.is_blank)
    return frozenset(item_id for item_id, count in answered.items() if count >= criteria)


def to_explain(
    protocol: Protocol, before: Mapping[Place, Answer], now: Mapping[Place, Answer], places: Iterable[Place]
) -> frozenset[Place]:
    """Which of these places have left their band since the round before, where the protocol asks why."""
    if not protocol.feedback.ask_why:
        return frozenset()
    return frozenset(
        place
        for place in places
        if place in before
        and place in now
        and before[place] is not now[place]  # most have stayed, and a page asks this of hundreds
        and feedback.crosses_band(protocol, before[place], now[place])
    )
