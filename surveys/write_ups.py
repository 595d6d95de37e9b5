"""What was said about an item, written up in short by the researchers: it stands beside the grids.

The comments it is made of stay behind it where their writers may be quoted. No figure is made from either. It
speaks of the rounds up to one: a grid of an earlier round has what was written up to then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, evidence, participations
from surveys.base import Base
from surveys.errors import InvalidInput
from surveys.evidence import Heard
from surveys.items import Item
from surveys.rounds import Round
from surveys.studies import Study

LONGEST = 400
TOO_LONG = "This has {length} characters. At most {longest} stand beside a grid: say what matters."
CHANGED = "{by} has written meanwhile: “{text}” Yours is still below; save again to put it in its place."
GONE = "{by} has taken it away meanwhile. Yours is still below; save again to put it there."


class WriteUp(Base):
    """One item's, up to the round of this number. `changed_by` is an account's address."""

    __tablename__ = "write_ups"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    through: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)  # empty where it was taken away
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(320))


@dataclass(frozen=True)
class Typed:
    """What was typed for an item, and what stood there when the form was made."""

    text: str
    seen: str


def of_study(session: Session, study: Study, heard: Sequence[Heard]) -> dict[int, WriteUp]:
    """The newest write-ups up to the newest of these rounds, by item; those of earlier wordings are over."""
    own = (
        select(WriteUp)
        .join(Item, Item.id == WriteUp.item_id)
        .where(Item.study_id == study.id, WriteUp.through <= heard[0].round.number)
        .order_by(WriteUp.through)
    )
    since = evidence.worded_since(heard)
    newest = {one.item_id: one for one in session.scalars(own) if one.item_id in since}
    return {item_id: one for item_id, one in newest.items() if one.through >= since[item_id]}


def write(
    session: Session, study: Study, through: Round, typed: Mapping[int, Typed], *, by: str, now: datetime
) -> int:
    """Keep what was typed for these items; an empty text takes one away. Tells how many changed.

    All are kept, or none. Somebody who saw an older one is told of the newer first, and loses nothing.
    """
    heard = evidence.list_heard(session, study, through)
    items = {item.id: item for item in evidence.list_standing(session, study, study.items, heard)}
    # The study is held, so that two who write the first one at once come one after the other.
    session.execute(select(Study.id).where(Study.id == study.id).with_for_update())
    known = of_study(session, study, heard)
    changed = [
        items[item_id]
        for item_id, one in typed.items()
        if item_id in items and _is_new(item_id, one, known.get(item_id))
    ]
    for item in changed:
        text = participations.tidied(typed[item.id].text)
        session.merge(
            WriteUp(item_id=item.id, through=through.number, text=text, changed_at=now, changed_by=by)
        )
        act = "what was said written up" if text else "what was said no longer written up"
        audit.note(session, study.id, act, by=by, now=now, item=item.id)
    session.flush()
    return len(changed)


def _is_new(item_id: int, one: Typed, known: WriteUp | None) -> bool:
    """Whether this changes what stands there; refused where it is too long or made from something older."""
    text, seen, stands = (
        participations.tidied(one.text),
        participations.tidied(one.seen),
        known.text if known else "",
    )
    if text in (seen, stands):
        return False
    field = f"text-{item_id}"
    if len(text) > LONGEST:
        raise InvalidInput(TOO_LONG.format(length=len(text), longest=LONGEST), field)
    if known is not None and stands != seen:
        raise InvalidInput((CHANGED if stands else GONE).format(by=known.changed_by, text=stands), field)
    return True
