"""Showings: which later round showed panellists the comments of a round. What was read is not unread."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import rounds
from surveys.rounds import Round


@dataclass(frozen=True)
class Showing:
    """The round after another, with the items (by id) whose earlier comments it shows."""

    number: int
    items: frozenset[int]
    closed_at: datetime | None

    def has_shown(self, item_id: int, since: datetime) -> bool:
        """Whether a comment on this item, cleared at this time, was there to be read."""
        return item_id in self.items and (self.closed_at is None or since < self.closed_at)


def find(session: Session, round_: Round) -> Showing | None:
    """The round that showed the comments of this one; none where it is still to be opened, or shows none."""
    later = rounds.list_after(session, round_)
    if not later or later[0].opened_at is None or not round_.study.protocol.feedback.comments:
        return None
    items = frozenset(asked.item_id for asked in later[0].items)
    return Showing(later[0].number, items, later[0].closed_at)
