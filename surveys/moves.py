"""Moves: how many of a panel gave another rating than in an earlier round, of those who rated in both."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from surveys.panels import Panel
from surveys.ratings import Rating
from surveys.rounds import Round
from surveys.studies import StudyCriterion

Place = tuple[int, str, str]  # item id, and the keys of criterion and panel


@dataclass(frozen=True)
class Moved:
    """How many rated in both rounds, and how many of them otherwise."""

    otherwise: int
    both: int


def count(session: Session, before: Round, after: Round) -> Mapping[Place, Moved]:
    """The moves at every place that was rated in both rounds."""
    then, now = aliased(Rating), aliased(Rating)
    moved = func.sum(case((then.value != now.value, 1), else_=0))
    places = (now.item_id, StudyCriterion.key, Panel.key)
    rows = session.execute(
        select(*places, moved, func.count())
        .select_from(now)
        .join(
            then,
            (then.panellist_id == now.panellist_id)
            & (then.item_id == now.item_id)
            & (then.criterion_id == now.criterion_id),
        )
        .join(StudyCriterion, StudyCriterion.id == now.criterion_id)
        .join(Panel, Panel.id == now.panel_id)
        .where(then.round_id == before.id, now.round_id == after.id)
        .where(then.value.is_not(None), now.value.is_not(None))
        .group_by(*places)
    )
    return {(item_id, criterion, panel): Moved(int(m), n) for item_id, criterion, panel, m, n in rows}
