"""Changes of items for a round that is planned, as they are kept: what was done, out of which items, and why.

What a round decided of an item (it goes on, is kept or dropped) is kept by `settling`; a change is what a
researcher did between two rounds. Old ratings stay with the wording that they were given to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys.base import Base, words
from surveys.errors import NotNow
from surveys.items import Item
from surveys.rounds import Round
from surveys.studies import Study

ALL_ROUNDS = 2**31 - 1  # the number of a round that none exceeds


class ChangeKind(StrEnum):
    """What was done to items for a round."""

    REWORDED = "reworded"
    MERGED = "merged"
    SPLIT = "split"
    NEW = "new"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Why:
    """Why something is changed, by whom and when, and by which stated rule where one is needed."""

    reason: str
    by: str
    now: datetime
    ground: str = ""


class ItemChange(Base):
    """One change for one round. `reason` is read by panellists; `ground` is the rule that allowed it."""

    __tablename__ = "item_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(words(ChangeKind))
    reason: Mapped[str] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
    parts: Mapped[list["ChangedItem"]] = relationship(
        order_by="ChangedItem.item_id", lazy="selectin", cascade="all, delete-orphan"
    )
    round: Mapped[Round] = relationship()

    @property
    def sources(self) -> list[Item]:
        """The items that gave way: those merged, or the one that was split."""
        return [part.item for part in self.parts if part.is_source]

    @property
    def results(self) -> list[Item]:
        """The items that the round asks for it."""
        return [part.item for part in self.parts if not part.is_source]


class ChangedItem(Base):
    """An item that a change is about: one that gave way, or one that is asked."""

    __tablename__ = "changed_items"

    change_id: Mapped[int] = mapped_column(ForeignKey("item_changes.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True, index=True)
    is_source: Mapped[bool]
    item: Mapped[Item] = relationship(lazy="joined")


def add(
    session: Session,
    round_: Round,
    kind: ChangeKind,
    why: Why,
    *,
    sources: Iterable[Item] = (),
    results: Iterable[Item] = (),
) -> ItemChange:
    """Keep what was done for this round."""
    change = ItemChange(
        study_id=round_.study_id,
        round_id=round_.id,
        kind=kind,
        reason=why.reason.strip(),
        ground=why.ground,
        by=why.by,
        at=why.now,
    )
    change.parts = [ChangedItem(item=item, is_source=True) for item in sources]
    change.parts += [ChangedItem(item=item, is_source=False) for item in results]
    session.add(change)
    session.flush()
    return change


def list_for(session: Session, round_: Round) -> list[ItemChange]:
    """What was done for this round, in that order."""
    own = select(ItemChange).where(ItemChange.round_id == round_.id)
    return list(session.scalars(own.order_by(ItemChange.id)))


def list_of(session: Session, study: Study) -> list[ItemChange]:
    """All that was done to the study's items, in that order."""
    own = select(ItemChange).where(ItemChange.study_id == study.id)
    return list(session.scalars(own.order_by(ItemChange.id)))


def get(session: Session, round_: Round, change_id: int) -> ItemChange:
    """The change for this round with this number."""
    change = session.get(ItemChange, change_id)
    if change is None or change.round_id != round_.id:
        raise NotNow("This was taken back already: here is what the round asks now.")
    return change


def gone(session: Session, study: Study, through: int) -> frozenset[int]:
    """The items (by id) that had given way to others when this round was asked."""
    sources = (
        select(ChangedItem.item_id)
        .join(ItemChange, ItemChange.id == ChangedItem.change_id)
        .join(Round, Round.id == ItemChange.round_id)
    )
    where = (ItemChange.study_id == study.id) & ChangedItem.is_source & (Round.number <= through)
    return frozenset(session.scalars(sources.where(where)))


def places(session: Session, study: Study) -> dict[int, int]:
    """Where an item (by id) that came of others stands: by the number of the first of them."""
    stood: dict[int, int] = {}
    for change in list_of(session, study):
        first = min((stood.get(item.id, item.position) for item in change.sources), default=None)
        if first is not None:
            stood |= {item.id: first for item in change.results}
    return stood


def forget(session: Session, change: ItemChange) -> None:
    """Delete a change that was taken back."""
    session.execute(delete(ChangedItem).where(ChangedItem.change_id == change.id))
    session.execute(delete(ItemChange).where(ItemChange.id == change.id))
    session.expire_all()
