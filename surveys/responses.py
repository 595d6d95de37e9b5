"""What a panellist gives in a round in one go: answers, comments and reasons; all of it is kept, or none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, null, select, union_all
from sqlalchemy.orm import Session

from surveys import comments, feedback, participations, ratings
from surveys.comments import Comment
from surveys.panels import Panellist
from surveys.participations import Participation
from surveys.protocol import Protocol
from surveys.ratings import Answer, ChangeReason, Place
from surveys.rounds import Asked, Round


@dataclass(frozen=True)
class Response:
    """Answers by item and criterion, comments by item, reasons of a change by item and criterion."""

    answers: dict[Place, Answer] = field(default_factory=dict)
    comments: dict[int, str] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)


def own(session: Session, round_: Round, panellist: Panellist) -> Response:
    """All that this panellist has given in this round, as it stands."""
    return Response(ratings.own(session, round_, panellist), *own_texts(session, round_, panellist))


def own_texts(
    session: Session, round_: Round, panellist: Panellist
) -> tuple[dict[int, str], dict[Place, str]]:
    """This panellist's comments and reasons of this round, in one query."""
    texts: tuple[dict[int, str], dict[Place, str]] = ({}, {})
    for item_id, criterion_id, text in session.execute(
        _OWN_TEXTS, {"round_id": round_.id, "panellist_id": panellist.id}
    ):
        if criterion_id is None:
            texts[0][item_id] = text
        else:
            texts[1][item_id, criterion_id] = text
    return texts


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


# Asked at every visit to the rating page, so it is put together once.
_OWN_TEXTS = union_all(
    *(
        select(table.item_id, criterion, table.text).where(
            table.round_id == bindparam("round_id"), table.panellist_id == bindparam("panellist_id")
        )
        for table, criterion in ((Comment, null()), (ChangeReason, ChangeReason.criterion_id))
    )
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
