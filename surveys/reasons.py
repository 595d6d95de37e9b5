"""Reasons: why a rating left its band since the round before, and why somebody was unable to rate.

They are for the study's own team, once the round has closed. Both go with their writer: see `withdrawing`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select
from sqlalchemy.orm import Session, aliased

from surveys import counted_panels, feedback
from surveys.panels import Panel, Panellist
from surveys.ratings import UNABLE_BY_CODE, Answer, ChangeReason, Rating, Unable
from surveys.rounds import Round, RoundItem
from surveys.studies import StudyCriterion


@dataclass(frozen=True)
class Place:
    """Whose answer to which question; panel and criterion by their keys."""

    panel: str
    code: str
    item_id: int
    criterion: str


@dataclass(frozen=True)
class Change:
    """Why an answer changed, with the one of the round before and the one that it became."""

    place: Place
    text: str
    before: Answer
    after: Answer


def list_changes(session: Session, round_: Round) -> list[Change]:
    """Every reason of the round for a change, by item, criterion and text: an order that tells nothing."""
    earlier = feedback.find_round_before(session, round_)
    before, after = aliased(Rating), aliased(Rating)
    asked = (
        _places(ChangeReason, round_)
        .add_columns(ChangeReason.text, before.value, before.unable, after.value, after.unable)
        .outerjoin(before, _is_at(before, earlier.id if earlier else 0))
        .outerjoin(after, _is_at(after, round_.id))
        .where(ChangeReason.round_id == round_.id)
    )
    ordered = asked.order_by(RoundItem.position, StudyCriterion.position, ChangeReason.text, Panellist.code)
    return [
        Change(Place(*row[:4]), row.text, _answer(*row[5:7]), _answer(*row[7:]))
        for row in session.execute(ordered)
    ]


def list_unable(session: Session, round_: Round) -> list[tuple[Place, Unable]]:
    """Everybody who was unable to rate, and why, by item, criterion and code."""
    asked = _places(Rating, round_).add_columns(Rating.unable)
    asked = asked.where(Rating.round_id == round_.id, Rating.unable.is_not(None))
    ordered = asked.order_by(RoundItem.position, StudyCriterion.position, Panel.position, Panellist.code)
    return [(Place(*place), UNABLE_BY_CODE[code]) for *place, code in session.execute(ordered)]


def _places(table: Any, round_: Round) -> Select[Any]:
    """The place of each row of a table that has one, in the rounds that ask its item."""
    return (
        select(Panel.key, Panellist.code, table.item_id, StudyCriterion.key)
        .select_from(table)
        .join(Panellist, Panellist.id == table.panellist_id)
        .join(Panel, Panel.id == counted_panels.panel_in(literal(round_.number)))
        .join(StudyCriterion, StudyCriterion.id == table.criterion_id)
        .join(RoundItem, (RoundItem.round_id == table.round_id) & (RoundItem.item_id == table.item_id))
    )


def _is_at(rating: Any, round_id: int) -> ColumnElement[bool]:
    """Whether a rating of that round is the one that a reason is about."""
    return and_(
        rating.round_id == round_id,
        rating.panellist_id == ChangeReason.panellist_id,
        rating.item_id == ChangeReason.item_id,
        rating.criterion_id == ChangeReason.criterion_id,
    )


def _answer(value: int | None, unable: int | None) -> Answer:
    return Answer(value, UNABLE_BY_CODE[unable] if unable is not None else None)
