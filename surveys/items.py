"""Items: the interventions to be rated, and the wording that each was rated under."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys.base import Base

if TYPE_CHECKING:
    from surveys.studies import Study


class Item(Base):
    """One intervention. Tags are for filters and grids, not for raters; notes are what else its file said."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    key: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]  # from 1: the number that people see
    tags: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    notes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    wordings: Mapped[list["Wording"]] = relationship(order_by="Wording.version", lazy="selectin")

    @property
    def wording(self) -> "Wording":
        return self.wordings[-1]


class Wording(Base):
    """One version of an item's text, in one language. After round 1 opens, a new text is a new version."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("item_id", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(35), default="en")
    title: Mapped[str] = mapped_column(String(500))
    vignette: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class ItemPlan:
    """An item as a file says it."""

    key: str
    title: str
    vignette: str = ""
    tags: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def add(session: Session, study: "Study", plans: list[ItemPlan]) -> list[Item]:
    """Add items in this order after those that are there; keys are checked where they are read."""
    first = max((item.position for item in study.items), default=0) + 1
    added = [
        Item(
            key=plan.key,
            position=position,
            tags=plan.tags,
            notes=plan.notes,
            wordings=[Wording(title=plan.title, vignette=plan.vignette)],
        )
        for position, plan in enumerate(plans, start=first)
    ]
    study.items.extend(added)
    session.flush()
    return added


def plan_of(item: Item) -> ItemPlan:
    """The item as a file would say it."""
    return ItemPlan(item.key, item.wording.title, item.wording.vignette, item.tags, item.notes)


def free_key(title: str, taken: Iterable[str]) -> str:
    """A key out of the title that no other item has.

    >>> free_key("Longer appointments", ["longer-appointments"])
    'longer-appointments-2'
    """
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    stem = words[:60].rstrip("-") or "item"
    number, key, known = 1, stem, set(taken)
    while key in known:
        number += 1
        key = f"{stem}-{number}"
    return key


def delete_all(session: Session, ids: Sequence[int]) -> None:
    """Delete items (by id) that no round asks, with their wordings."""
    for table, where in ((Wording, Wording.item_id), (Item, Item.id)):
        session.execute(delete(table).where(where.in_(ids)).execution_options(synchronize_session=False))
