"""How often two ratings of one person went together, counted for a round: what a grid's chances rest on."""

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from surveys.ratings import Rating
from surveys.rounds import Round


class PanelPairs(msgspec.Struct, frozen=True, array_like=True):
    """Of one item and panel: category across, category up, and how many chose both; unable counts nowhere."""

    item_id: int
    panel: str
    counts: tuple[tuple[int, int, int], ...]


def count(session: Session, round_: Round, across: str, up: str) -> tuple[PanelPairs, ...]:
    """The pairs on these two criteria of every item and panel that has any."""
    criteria = {criterion.key: criterion.id for criterion in round_.study.criteria}
    panels = {panel.id: panel.key for panel in round_.study.panels}
    one, other = aliased(Rating), aliased(Rating)
    places = (one.item_id, one.panel_id, one.value, other.value)
    counted = (
        select(*places, func.count())
        .join(
            other,
            (other.round_id == one.round_id)
            & (other.panellist_id == one.panellist_id)
            & (other.item_id == one.item_id),
        )
        .where(
            one.round_id == round_.id,
            one.criterion_id == criteria[across],
            other.criterion_id == criteria[up],
            one.value.is_not(None),
            other.value.is_not(None),
        )
        .group_by(*places)
        .order_by(*places)
    )
    found: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
    rows = cast("Iterable[tuple[int, int, int, int, int]]", session.execute(counted))
    for item_id, panel_id, first, second, people in rows:
        found[item_id, panels[panel_id]].append((first, second, people))
    return tuple(PanelPairs(*place, tuple(counts)) for place, counts in found.items())


def packed(session: Session, round_: Round, across: str, up: str) -> msgspec.Raw:
    """The same as it is kept within frozen results."""
    return msgspec.Raw(msgspec.json.encode(count(session, round_, across, up)))


def read(kept: msgspec.Raw) -> dict[tuple[int, str], PanelPairs]:
    """What was packed, by item and panel."""
    return {(one.item_id, one.panel): one for one in _decoder.decode(kept)}


_decoder = msgspec.json.Decoder(tuple[PanelPairs, ...])
