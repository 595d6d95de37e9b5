"""Comments: what a panellist wrote about an item, and what others may read once a person has cleared it.

The original is never changed. Nobody but its writer and the researchers sees a comment before it is released,
and then only where the writer agreed to that; in public only where the writer agreed to be quoted.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, counted_panels, panels, participations, showings
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.panels import Consent, ConsentKind, Panel, Panellist
from surveys.rounds import Round, RoundItem
from surveys.showings import Showing

STALE = "{} decided about this comment meanwhile: it is {}. What you wrote is still here; decide again."


class Comment(Base):
    """What a panellist wrote about an item, as it stands. What others may read of it is its `Clearing`."""

    __tablename__ = "comments"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class CommentChange(Base):
    """One change of one comment, an empty text for taking it back. Append-only."""

    __tablename__ = "comment_changes"
    __table_args__ = (Index("ix_comment_changes_whose", "round_id", "panellist_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ClearingStatus(StrEnum):
    """What was decided about a comment."""

    RELEASED = "released"
    REDACTED = "redacted"
    WITHHELD = "withheld"


class Clearing(Base):
    """The decision on one comment: released as it is, redacted (`text` is what others read), or withheld."""

    __tablename__ = "clearings"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    status: Mapped[ClearingStatus] = mapped_column(words(ClearingStatus))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]

    @property
    def standing(self) -> str:
        """A few digits that tell one decision from another."""
        told = "\0".join((self.status, self.text, self.reason, self.by, f"{self.at.timestamp()}"))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Written:
    """A comment with its decision, for the researcher who clears it."""

    panellist_id: int
    panel_key: str
    code: str
    item_id: int
    text: str
    may_be_shown: bool
    may_be_quoted: bool
    status: ClearingStatus | None
    cleared_text: str
    reason: str
    standing: str  # of the decision; nothing where there is none
    shown_in: int | None  # the later round in which panellists could read it


@dataclass(frozen=True)
class Ruling:
    """A decision on one comment. Redacting needs the text that others read; all but release a reason.

    `seen` is the standing of the decision that stood on the page; none where it was made from no page.
    """

    panellist_id: int
    item_id: int
    status: ClearingStatus
    text: str = ""
    reason: str = ""
    seen: str | None = None


@dataclass(frozen=True)
class Cleared:
    """A comment as others may read it. `panellist_id` keeps a writer from its own and goes no further."""

    item_id: int
    panel_key: str
    panellist_id: int
    text: str
    may_be_quoted: bool


def save(
    session: Session, round_: Round, panellist: Panellist, texts: dict[int, str], *, now: datetime
) -> frozenset[int]:
    """Keep the comments on these items (by id); an empty text takes one back. Tells which items changed."""
    tidy = {
        item_id: participations.checked_text(text, f"i{item_id}.comment") for item_id, text in texts.items()
    }
    participations.hold(session, round_, panellist, now=now)
    _check_asked(session, round_, tidy)
    known = own(session, round_, panellist)
    changed = {item_id: text for item_id, text in tidy.items() if known.get(item_id, "") != text}
    for item_id, text in changed.items():
        _write(session, round_, panellist, item_id, text, now=now)
    session.flush()
    return frozenset(changed)


def own(session: Session, round_: Round, panellist: Panellist) -> dict[int, str]:
    """This panellist's comments in this round, by item id."""
    mine = {"round_id": round_.id, "panellist_id": panellist.id}
    return dict(session.execute(_OWN, mine).all())


def count_by_item(session: Session, round_: Round) -> dict[int, int]:
    """How many wrote about each item (by id) that anybody wrote about."""
    counted = select(Comment.item_id, func.count()).where(Comment.round_id == round_.id)
    return dict(session.execute(counted.group_by(Comment.item_id)).all())


def list_written(session: Session, round_: Round) -> list[Written]:
    """Every comment of the round with its decision, by item and text: an order that tells nothing."""
    given = panels.newest_consents(session, round_.study)
    moved = counted_panels.moved_since(session, round_)
    showing = showings.find(session, round_)
    rows = session.execute(
        select(Comment, Panellist, Clearing)
        .join(Panellist, Panellist.id == Comment.panellist_id)
        .join(RoundItem, (RoundItem.round_id == Comment.round_id) & (RoundItem.item_id == Comment.item_id))
        .outerjoin(
            Clearing,
            (Clearing.round_id == Comment.round_id)
            & (Clearing.panellist_id == Comment.panellist_id)
            & (Clearing.item_id == Comment.item_id),
        )
        .where(Comment.round_id == round_.id)
        .order_by(RoundItem.position, Comment.text)
    )
    return [
        _written(comment, writer, moved.get(writer.id, writer.panel), clearing, given, showing)
        for comment, writer, clearing in rows
    ]


def list_cleared(session: Session, round_: Round) -> list[Cleared]:
    """What others may read: decided, consented to, and in an order that tells nothing: by item and text."""
    cleared = [
        Cleared(w.item_id, w.panel_key, w.panellist_id, w.cleared_text, w.may_be_quoted)
        for w in list_written(session, round_)
        if w.may_be_shown and w.status in (ClearingStatus.RELEASED, ClearingStatus.REDACTED)
    ]
    return sorted(cleared, key=lambda comment: (comment.item_id, comment.text))


def clearing_stamp(session: Session, round_id: int) -> tuple[object, ...]:
    """Something that is another whenever what others may read of this round's comments is another."""
    return tuple(session.execute(_CLEARING_STAMP, {"round_id": round_id}).one())


def clear(session: Session, round_: Round, ruling: Ruling, *, by: str, now: datetime) -> int | None:
    """Release a comment, redact it, or withhold it; deciding again replaces the decision that was seen.

    Tells the later round in which panellists could read the comment as it was cleared before.
    """
    if not round_.has_results:
        raise NotNow("Comments are cleared after the round has closed.")
    key = {"round_id": round_.id, "panellist_id": ruling.panellist_id, "item_id": ruling.item_id}
    writer = session.get(Panellist, ruling.panellist_id)
    if writer is not None:
        panels.hold(session, writer)  # of two who decide at once, the second is told what the first decided
    comment = session.get(Comment, key)
    if comment is None:
        raise NotFound("There is no such comment in this round.")
    reason, shown = ruling.reason.strip(), _shown_text(comment, ruling)
    earlier = session.get(Clearing, key, populate_existing=True)
    if earlier and (earlier.status, earlier.text, earlier.reason) == (ruling.status, shown, reason):
        return None
    _check_seen(earlier, ruling.seen)
    read_in = _shown_in(showings.find(session, round_), earlier)
    session.merge(Clearing(**key, status=ruling.status, text=shown, reason=reason, by=by, at=now))
    details = {"round": round_.number, "item": ruling.item_id}
    if read_in:
        details["shown in round"] = read_in
    audit.note(session, round_.study_id, f"comment {ruling.status}", by=by, now=now, **details)
    session.flush()
    return read_in


def forget(session: Session, panellist: Panellist, round_: Round) -> None:
    """Delete this panellist's comments of a round, with their history and decisions."""
    for table in (Comment, CommentChange, Clearing):
        session.execute(delete(table).where(table.round_id == round_.id, table.panellist_id == panellist.id))


# The rating page asks these at every visit, so they are put together once.
_OWN = select(Comment.item_id, Comment.text).where(
    Comment.round_id == bindparam("round_id"), Comment.panellist_id == bindparam("panellist_id")
)
_CLEARING_STAMP = select(
    func.count(), func.max(Clearing.at), select(func.max(Consent.id)).scalar_subquery()
).where(Clearing.round_id == bindparam("round_id"))


def _check_seen(earlier: Clearing | None, seen: str | None) -> None:
    """Of two who decide about a comment, the second is told of the first's decision, and decides again."""
    if seen is not None and earlier is not None and earlier.standing != seen:
        raise NotNow(STALE.format(earlier.by, earlier.status))


def _shown_text(comment: Comment, ruling: Ruling) -> str:
    if ruling.status == ClearingStatus.RELEASED:
        return comment.text
    if not ruling.reason.strip():
        raise InvalidInput("Say why: a comment is not changed or withheld without a reason.", "reason")
    text = participations.checked_text(ruling.text, "text")
    if ruling.status == ClearingStatus.REDACTED and not text:
        raise InvalidInput("Write what others may read, or withhold the comment.", "text")
    return text if ruling.status == ClearingStatus.REDACTED else ""


def _check_asked(session: Session, round_: Round, item_ids: dict[int, str]) -> None:
    asked = select(RoundItem.item_id).where(RoundItem.round_id == round_.id, RoundItem.item_id.in_(item_ids))
    for item_id in set(item_ids) - set(session.scalars(asked)):
        raise InvalidInput(
            "That item is not asked in this round, so the comment was not saved.", f"i{item_id}.comment"
        )


def _write(
    session: Session, round_: Round, panellist: Panellist, item_id: int, text: str, *, now: datetime
) -> None:
    key = {"round_id": round_.id, "panellist_id": panellist.id, "item_id": item_id}
    session.add(CommentChange(**key, text=text, at=now))
    if text:
        session.merge(Comment(**key, text=text))
    else:
        session.execute(delete(Comment).filter_by(**key))


def _written(
    comment: Comment,
    panellist: Panellist,
    panel: Panel,
    clearing: Clearing | None,
    given: dict[tuple[int, ConsentKind], Consent],
    showing: Showing | None,
) -> Written:
    agreed = {kind for kind in ConsentKind if (one := given.get((panellist.id, kind))) and one.is_given}
    return Written(
        panellist_id=panellist.id,
        panel_key=panel.key,
        code=panellist.code,
        item_id=comment.item_id,
        text=comment.text,
        may_be_shown=ConsentKind.SHOW_COMMENTS in agreed,
        may_be_quoted=ConsentKind.QUOTE in agreed,
        status=clearing.status if clearing else None,
        cleared_text=clearing.text if clearing else "",
        reason=clearing.reason if clearing else "",
        standing=clearing.standing if clearing else "",
        shown_in=_shown_in(showing, clearing),
    )


def _is_given(given: dict[tuple[int, ConsentKind], Consent], panellist: Panellist, kind: ConsentKind) -> bool:
    newest = given.get((panellist.id, kind))
    return newest is not None and newest.is_given


def _shown_in(showing: Showing | None, clearing: Clearing | None) -> int | None:
    """The round that showed the comment as it is cleared now."""
    if showing is None or clearing is None or clearing.status == ClearingStatus.WITHHELD:
        return None
    return showing.number if showing.has_shown(clearing.item_id, clearing.at) else None
