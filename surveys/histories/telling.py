"""What panellists are told of a round: which items changed since the one before, out of what, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.histories import changes
from surveys.histories.changes import ChangeKind, ItemChange
from surveys.items import Item, Wording
from surveys.rounds import Round


@dataclass(frozen=True)
class Read:
    """An item as it is, or was, to be read."""

    item_id: int
    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Told:
    """A change for a round: what gave way or was worded otherwise, what is asked, and why."""

    kind: ChangeKind
    before: tuple[Read, ...]
    after: tuple[Read, ...]
    reason: str
    ground: str


def list_changed(session: Session, round_: Round) -> list[Told]:
    """What was changed for this round, in the order in which it asks."""
    told = [of_change(change, round_) for change in changes.list_for(session, round_)]
    order = {one.item_id: one.position for one in round_.items}
    return sorted(told, key=lambda one: min(order.get(read.item_id, 0) for read in one.after))


def by_item(told: Sequence[Told]) -> dict[int, Told]:
    """The change behind each item that is asked, by its id; of two, the newer wording."""
    ordered = sorted(told, key=lambda one: one.kind == ChangeKind.REWORDED)
    return {read.item_id: one for one in ordered for read in one.after}


def of_change(change: ItemChange, round_: Round) -> Told:
    """A change for this round, in the words that it asks."""
    asked = {one.item_id: one.wording for one in round_.items}
    after = [_read(item, asked.get(item.id, item.wording)) for item in change.results]
    if change.kind == ChangeKind.REWORDED:
        before = [_read(item, _earlier(item, asked.get(item.id, item.wording))) for item in change.results]
    else:
        before = [_read(item, item.wording) for item in change.sources]
    return Told(change.kind, tuple(before), tuple(after), change.reason, change.ground)


def _earlier(item: Item, wording: Wording) -> Wording:
    """The wording before this one."""
    return max((one for one in item.wordings if one.version < wording.version), key=lambda one: one.version)


def _read(item: Item, wording: Wording) -> Read:
    return Read(item.id, item.position, wording.title, wording.vignette)
