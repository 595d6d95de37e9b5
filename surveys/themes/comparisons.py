"""Comparisons of coders: how far two agreed when the second of them finished a round, never counted anew.

Till then neither had seen the other's codes. What is merged in the codebook later, by somebody who has seen
them, or withdrawn by who wrote, changes no figure.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.access import Account
from surveys.base import Base
from surveys.rounds import Round
from surveys.themes import codings


class Comparison(Base):
    """Two coders of a round, with their figures."""

    __tablename__ = "coder_comparisons"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True)
class OnCode:
    """How far two agree on a code; `reason` says why kappa is undefined, or what it is worth."""

    name: str
    both: int
    first_only: int
    second_only: int
    agreed: float | None
    kappa: float | None
    ac1: float | None
    reason: str


@dataclass(frozen=True)
class Figures:
    """On how many texts two are compared, on each code, and over the codes that they used."""

    texts: int
    codes: tuple[OnCode, ...]
    used: int
    alpha: float | None
    alpha_reason: str


@dataclass(frozen=True)
class Pair:
    """Two coders, and how far they agreed when the second of them had finished."""

    first: str
    second: str
    at: datetime
    figures: Figures


def keep(  # which two of which round, how far they agree, when
    session: Session, round_: Round, first_id: int, second_id: int, figures: Figures, *, now: datetime
) -> None:
    """Keep what was found about two coders."""
    whose = {"round_id": round_.id, "first_id": first_id, "second_id": second_id}
    session.add(Comparison(**whose, at=now, figures=msgspec.to_builtins(figures)))


def list_pairs(session: Session, round_: Round, viewer: Account) -> list[Pair]:
    """Every two who have finished coding the round, by their names, for a viewer who has."""
    codings.check_sees_others(session, round_, viewer)
    own = select(Comparison).where(Comparison.round_id == round_.id)
    kept = session.scalars(own.order_by(Comparison.first_id, Comparison.second_id)).all()
    ids = {coder for one in kept for coder in (one.first_id, one.second_id)}
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).all())
    pairs = (
        Pair(names[one.first_id], names[one.second_id], one.at, msgspec.convert(one.figures, Figures))
        for one in kept
    )
    return sorted(pairs, key=lambda pair: (pair.first, pair.second))
