"""What was said about an item, written up in short by the researchers: it stands beside the grids.

The comments it is made of stay behind it where their writers may be quoted. No figure is made from either.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, participations
from surveys.base import Base
from surveys.errors import InvalidInput, NotFound
from surveys.items import Item
from surveys.studies import Study

LONGEST = 400
TOO_LONG = (
    "This has {length} characters. At most {longest} stand beside a grid: say what matters."
)
CHANGED = (
    "{by} has written meanwhile: “{text}” Yours is still below; save again to put it in its place."
)
GONE = "{by} has taken it away meanwhile. Yours is still below; save again to put it there."


class WriteUp(Base):
    """One item's. `changed_by` is an account's address."""

    __tablename__ = "write_ups"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)  # empty where it was taken away
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(320))


def of_study(session: Session, study: Study) -> dict[int, WriteUp]:
    """The write-ups of a study by item."""
    own = select(WriteUp).join(Item, Item.id == WriteUp.item_id).where(Item.study_id == study.id)
    return {one.item_id: one for one in session.scalars(own)}


def item_of(study: Study, item_id: int) -> Item:
    """An item of this study; another's is not found."""
    found = next((item for item in study.items if item.id == item_id), None)
    if found is None:
        raise NotFound("There is no such item in this study.")
    return found


def write(session: Session, item: Item, text: str, *, seen: str, by: str, now: datetime) -> None:
    """Keep it, in place of what was `seen`; an empty text takes it away.

    Somebody who saw an older one is told of the newer first, and loses nothing.
    """
    kept, field = participations.tidied(text), f"text-{item.id}"
    if len(kept) > LONGEST:
        raise InvalidInput(TOO_LONG.format(length=len(kept), longest=LONGEST), field)
    known = session.get(WriteUp, item.id, with_for_update=True)
    stands = known.text if known else ""
    if stands == kept:
        return
    if known is not None and stands != participations.tidied(seen):
        raise InvalidInput((CHANGED if stands else GONE).format(by=known.changed_by, text=stands), field)
    session.merge(WriteUp(item_id=item.id, text=kept, changed_at=now, changed_by=by))
    act = "what was said written up" if kept else "what was said no longer written up"
    audit.note(session, item.study_id, act, by=by, now=now, item=item.key)
    session.flush()
