"""Moves: how many of a panel gave another rating than in an earlier round, of those who rated in both."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from surveys.panels import Panel
from surveys.ratings import Rating
from surveys.results import Move
from surveys.rounds import Round, RoundItem
from surveys.studies import StudyCriterion


def count(session: Session, before: Round, after: Round) -> tuple[Move, ...]:
    """The moves at every place that was rated in both rounds, in the same words.

    Whoever was moved to another panel in between is left out: neither panel has both of its ratings.
    """
    then, now = aliased(Rating), aliased(Rating)
    worded, reworded = aliased(RoundItem), aliased(RoundItem)
    moved = func.sum(case((then.value != now.value, 1), else_=0))
    places = (now.item_id, StudyCriterion.key, Panel.key)
    rows = session.execute(
        select(*places, moved, func.count())
        .select_from(now)
        .join(
            then,
            (then.panellist_id == now.panellist_id)
            & (then.item_id == now.item_id)
            & (then.criterion_id == now.criterion_id)
            & (then.panel_id == now.panel_id),
        )
        .join(worded, (worded.round_id == then.round_id) & (worded.item_id == then.item_id))
        .join(
            reworded,
            (reworded.round_id == now.round_id)
            & (reworded.item_id == now.item_id)
            & (reworded.wording_id == worded.wording_id),
        )
        .join(StudyCriterion, StudyCriterion.id == now.criterion_id)
        .join(Panel, Panel.id == now.panel_id)
        .where(then.round_id == before.id, now.round_id == after.id)
        .where(then.value.is_not(None), now.value.is_not(None))
        .group_by(*places)
    )
    return tuple(Move(item_id, criterion, panel, int(m), n) for item_id, criterion, panel, m, n in rows)
