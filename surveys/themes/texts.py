"""What is coded: every text that panellists wrote in a closed round, each with its place.

A text is known by its writer and its place, such as `comment-12` for the comment on item 12. Rounds that
take answers have none: what is coded does not change any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys import comments, counted_panels, panels, participations, reasons
from surveys.comments import ClearingStatus
from surveys.errors import NotFound, NotNow
from surveys.panels import Panellist
from surveys.participations import SuggestionKind
from surveys.rounds import Round

NOT_CLOSED = "What was written is coded after the round has closed."
NO_SUCH_TEXT = "There is no such text in this round. Whoever wrote it may have withdrawn."
COMMENT, CHANGE = "comment", "reason of a change"
_READ_BY_OTHERS = (ClearingStatus.RELEASED, ClearingStatus.REDACTED)


@dataclass(frozen=True)
class Text:
    """One text. `item_id` is 0 and `criterion` empty where it is about neither.

    `quote` is what may be quoted of it: cleared, and with its writer's leave; else empty.
    """

    panellist_id: int
    place: str
    kind: str
    panel: str
    code: str
    item_id: int
    criterion: str
    text: str
    quote: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """By whom, and where."""
        return self.panellist_id, self.place


def list_texts(session: Session, round_: Round) -> list[Text]:
    """Every text of a closed round: harms, comments by item, what is missing, reasons of a change.

    Within each by its words: an order that tells nothing of who wrote.
    """
    check_is_closed(round_)
    writers = {one.id: one for one in panels.list_panellists(session, round_.study)}
    suggested = list(_suggestions(session, round_, writers))
    harms = (one for one in suggested if one.kind == SuggestionKind.HARM)
    missing = (one for one in suggested if one.kind == SuggestionKind.MISSING)
    return [*harms, *_comments(session, round_), *missing, *_changes(session, round_, writers)]


def get(session: Session, round_: Round, panellist_id: int, place: str) -> Text:
    """One of them, its writer held against withdrawing till this ends."""
    check_is_closed(round_)
    writer = session.get(Panellist, panellist_id)
    if writer is not None:
        panels.hold(session, writer)
    known = {one.key: one for one in list_texts(session, round_)}
    if (found := known.get((panellist_id, place))) is None:
        raise NotFound(NO_SUCH_TEXT)
    return found


def check_is_closed(round_: Round) -> None:
    """Refuse a round whose texts may still change."""
    if not round_.has_results:
        raise NotNow(NOT_CLOSED)


def place_of_comment(item_id: int) -> str:
    """Where a comment on this item stands."""
    return f"comment-{item_id}"


def _suggestions(session: Session, round_: Round, writers: dict[int, Panellist]) -> Iterator[Text]:
    moved = counted_panels.moved_since(session, round_)
    for one in participations.list_suggestions(session, round_):
        writer = writers[one.panellist_id]
        panel = moved.get(writer.id, writer.panel)
        yield Text(writer.id, one.kind, one.kind, panel.key, writer.code, 0, "", one.text)


def _comments(session: Session, round_: Round) -> Iterator[Text]:
    for one in comments.list_written(session, round_):
        is_quotable = one.may_be_shown and one.may_be_quoted and one.status in _READ_BY_OTHERS
        yield Text(
            panellist_id=one.panellist_id,
            place=place_of_comment(one.item_id),
            kind=COMMENT,
            panel=one.panel_key,
            code=one.code,
            item_id=one.item_id,
            criterion="",
            text=one.text,
            quote=one.cleared_text if is_quotable else "",
        )


def _changes(session: Session, round_: Round, writers: dict[int, Panellist]) -> Iterator[Text]:
    by_code = {one.code: one.id for one in writers.values()}
    numbers = {criterion.key: criterion.id for criterion in round_.study.criteria}
    for one in reasons.list_changes(session, round_):
        at = one.place
        place = f"change-{at.item_id}-{numbers[at.criterion]}"
        yield Text(by_code[at.code], place, CHANGE, at.panel, at.code, at.item_id, at.criterion, one.text)
