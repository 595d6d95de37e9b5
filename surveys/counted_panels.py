"""In which panel somebody is counted in a round: the one it is on, or was on before it was moved.

What was given in a closed round stays with the panel that it was given in: its results are frozen, and others
have been shown them. So a move says from which round on it counts, and every table, export or denominator of
an earlier round asks here. All that one panellist gives in one round is in one panel, see `panel_moves`.
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    SQLColumnExpression,
    String,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys.base import Base
from surveys.panels import Panel, Panellist
from surveys.rounds import Round


class PanelMove(Base):
    """One move of one panellist; `round_number` is the first round in which the new panel counts it."""

    __tablename__ = "panel_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("panels.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("panels.id"))
    round_number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[Panel] = relationship(foreign_keys=[from_id])
    after: Mapped[Panel] = relationship(foreign_keys=[to_id])


def list_moves(session: Session, panellist: Panellist) -> list[PanelMove]:
    """The moves of this panellist, oldest first."""
    own = select(PanelMove).where(PanelMove.panellist_id == panellist.id)
    named = own.options(joinedload(PanelMove.before), joinedload(PanelMove.after))
    return list(session.scalars(named.order_by(PanelMove.id)))


def moved_since(session: Session, round_: Round) -> dict[int, Panel]:
    """The panel in which the round counts each panellist (by id) who was moved since; it is few people."""
    later = (
        select(PanelMove)
        .join(Panellist, Panellist.id == PanelMove.panellist_id)
        .where(Panellist.study_id == round_.study_id, PanelMove.round_number > round_.number)
        .options(joinedload(PanelMove.before))
    )
    moves = session.scalars(later.order_by(PanelMove.id.desc()))
    return {move.panellist_id: move.before for move in moves}  # of several, the first one says it


def panel_in(round_number: SQLColumnExpression[int]) -> ColumnElement[int]:
    """The number of the panel in which the panellist of a query is counted in the round of this number."""
    first = (
        select(PanelMove.from_id)
        .where(PanelMove.panellist_id == Panellist.id, PanelMove.round_number > round_number)
        .order_by(PanelMove.id)
        .limit(1)
    )
    return func.coalesce(first.scalar_subquery(), Panellist.panel_id)


def forget_panel(session: Session, panel: Panel) -> None:
    """Delete the moves from and to a panel that is taken out before anybody has answered."""
    session.execute(delete(PanelMove).where((PanelMove.from_id == panel.id) | (PanelMove.to_id == panel.id)))


def forget_reasons(session: Session, panellist: Panellist) -> None:
    """Delete why this panellist was moved; that it was moved stays, since counts rest on it."""
    own = update(PanelMove).where(PanelMove.panellist_id == panellist.id)
    session.execute(own.values(reason=""))
