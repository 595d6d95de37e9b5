"""Results: the frozen findings of one closed round, as plain values; `findings` computes them."""

from datetime import datetime

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base
from surveys.errors import NotNow
from surveys.rounds import Round


class PanelFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What one panel found of one item on one criterion.

    `counts` has one number for each category of the scale. A figure that cannot be computed is None, and so
    is one that may not be seen (see `visibility`); shares are of the rule's denominator.
    """

    item_id: int
    criterion: str
    panel: str
    counts: tuple[int, ...] | None
    n: int | None
    unable: int | None
    blank: int | None
    median: float | None
    quartile_1: float | None
    quartile_3: float | None
    iqr: float | None
    share_low: float | None
    share_middle: float | None
    share_high: float | None
    disagreement_index: float | None
    verdict: str | None
    same_verdict_again: (
        float | None
    )  # exact bootstrap: the chance that these panellists, drawn again, give the same
    posterior: float | None  # Dirichlet(1/2) on the bands: the verdict holds of such people
    depends_on_quantiles: bool


class ItemFinding(msgspec.Struct, frozen=True, kw_only=True):
    """The finding across panels for one item on one criterion, and the evidence where panels differ."""

    item_id: int
    criterion: str
    finding: str | None
    cliffs_delta: float | None = None
    cliffs_delta_low: float | None = None
    cliffs_delta_high: float | None = None


class Move(msgspec.Struct, frozen=True, array_like=True):
    """How many of a panel rated an item in this round and the one before, and how many of them otherwise."""

    item_id: int
    criterion: str
    panel: str
    otherwise: int
    both: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a closed round found, with what it was found by."""

    round_number: int
    protocol_fingerprint: str
    version: str
    methods: dict[str, str]
    is_simulated: bool
    invited: dict[str, int]
    responders: dict[str, int]
    panel_findings: tuple[PanelFinding, ...]
    item_findings: tuple[ItemFinding, ...]
    # Pairs of ratings on the two criteria of the grids, as `pairs` packs them: read only where asked for.
    pairs: msgspec.Raw = msgspec.Raw(b"[]")
    moves: tuple[Move, ...] | None = None  # none where there was no round before, or before they were kept

    def of(self, item_id: int, criterion: str, panel: str) -> PanelFinding | None:
        return self.by_place().get((item_id, criterion, panel))

    def by_place(self) -> dict[tuple[int, str, str], PanelFinding]:
        return {(f.item_id, f.criterion, f.panel): f for f in self.panel_findings}

    def findings_by_place(self) -> dict[tuple[int, str], ItemFinding]:
        return {(f.item_id, f.criterion): f for f in self.item_findings}


class FrozenResults(Base):
    """The results of a round as they were frozen. Never changed."""

    __tablename__ = "results"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    payload: Mapped[bytes] = mapped_column(LargeBinary)  # JSON: opaque to the database, decoded by `get`
    frozen_at: Mapped[datetime]


def keep(session: Session, round_: Round, results: Results, *, now: datetime) -> None:
    """Freeze results for this round."""
    payload = msgspec.json.encode(results)
    session.add(FrozenResults(round_id=round_.id, version=results.version, payload=payload, frozen_at=now))
    session.flush()


def find(session: Session, round_: Round) -> Results | None:
    """The frozen results of this round, if it has closed."""
    frozen = session.get(FrozenResults, round_.id)
    return None if frozen is None else msgspec.json.decode(frozen.payload, type=Results)


def get(session: Session, round_: Round) -> Results:
    """The frozen results of this round."""
    if (results := find(session, round_)) is None:
        raise NotNow(f"Round {round_.number} has no results yet: they are computed when it closes.")
    return results
