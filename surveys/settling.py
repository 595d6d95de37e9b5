"""Settling a closed round: what goes on to the next one, what is kept, what is dropped, and why.

The proposal is the protocol's: an item goes on unless every criterion is in or out in every panel; it is
dropped only where a criterion that may drop is out in every panel. A researcher may depart from it, with a
reason that is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, rounds
from surveys.base import Base, words
from surveys.errors import InvalidInput
from surveys.protocol import Protocol
from surveys.results import Results
from surveys.rounds import Round

REASON_NEEDED = "Say why this item departs from the protocol’s proposal."


class Outcome(StrEnum):
    """What becomes of an item after a round."""

    GOES_ON = "goes on"
    KEPT = "kept"
    DROPPED = "dropped"


class Decision(Base):
    """What was proposed for an item, what was decided, and the reason where the two differ."""

    __tablename__ = "decisions"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    proposal: Mapped[Outcome] = mapped_column(words(Outcome))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Departure:
    """A decision that is not the proposal."""

    outcome: Outcome
    reason: str


def propose(protocol: Protocol, results: Results, item_id: int) -> Outcome:
    """What the protocol proposes for one item."""
    found = results.by_place()
    verdicts = {
        criterion.key: [found[item_id, criterion.key, panel.key].verdict for panel in protocol.panels]
        for criterion in protocol.criteria
    }
    if any(verdict not in ("in", "out") for of_panels in verdicts.values() for verdict in of_panels):
        return Outcome.GOES_ON
    drops = (c.may_drop and all(verdict == "out" for verdict in verdicts[c.key]) for c in protocol.criteria)
    return Outcome.DROPPED if any(drops) else Outcome.KEPT


def proposals(round_: Round, results: Results) -> dict[int, Outcome]:
    """The protocol's proposal for every item of the round, by item id."""
    protocol = round_.study.protocol
    return {asked.item_id: propose(protocol, results, asked.item_id) for asked in round_.items}


def unexplained(proposed: Mapping[int, Outcome], departures: Mapping[int, Departure]) -> tuple[int, ...]:
    """The items (by id) that depart from the proposal without a reason."""
    return tuple(
        item_id
        for item_id, outcome in proposed.items()
        if (departure := departures.get(item_id))
        and departure.outcome != outcome
        and not departure.reason.strip()
    )


def check_explained(proposed: Mapping[int, Outcome], departures: Mapping[int, Departure]) -> None:
    """Refuse departures without a reason."""
    for item_id in unexplained(proposed, departures):
        raise InvalidInput(REASON_NEEDED, f"i{item_id}.reason")


def settle(
    session: Session,
    round_: Round,
    results: Results,
    departures: Mapping[int, Departure],
    *,
    now: datetime,
    by: str,
) -> Round | None:
    """Keep every decision and plan the next round with what goes on; None where the study ends here."""
    round_ = rounds.mark_settled(session, round_, now=now, by=by)
    proposed = proposals(round_, results)
    check_explained(proposed, departures)
    decided = [
        _decided(round_, item_id, outcome, departures.get(item_id)) for item_id, outcome in proposed.items()
    ]
    for decision in decided:
        decision.by, decision.at = by, now
    session.add_all(decided)
    _note_departures(session, round_, decided, now=now, by=by)
    goes_on = {decision.item_id for decision in decided if decision.outcome == Outcome.GOES_ON}
    if round_.is_last or not goes_on:
        return None
    return rounds.plan(
        session, round_.study, [asked.item for asked in round_.items if asked.item_id in goes_on]
    )


def list_decisions(session: Session, round_: Round) -> dict[int, Decision]:
    """What was decided after this round, by item id."""
    own = select(Decision).where(Decision.round_id == round_.id)
    return {decision.item_id: decision for decision in session.scalars(own)}


def _decided(round_: Round, item_id: int, proposal: Outcome, departure: Departure | None) -> Decision:
    outcome = departure.outcome if departure else proposal
    reason = departure.reason.strip() if departure else ""
    return Decision(round_id=round_.id, item_id=item_id, proposal=proposal, outcome=outcome, reason=reason)


def _note_departures(
    session: Session, round_: Round, decided: list[Decision], *, now: datetime, by: str
) -> None:
    for decision in decided:
        if decision.outcome != decision.proposal:
            details = {"item": decision.item_id, "proposal": decision.proposal, "reason": decision.reason}
            audit.note(session, round_.study_id, f"item {decision.outcome}", by=by, now=now, **details)
