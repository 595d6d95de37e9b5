"""Asking a settled item again, by the rule that the protocol states; and panellists who ask for that.

The rule is either a number (so many panellists of one panel have asked for it) or words, or both. Without a
stated rule a settled item stays settled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import counted_panels, participations, rounds, settling
from surveys.base import Base
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.histories import changes, changing
from surveys.histories.changes import ItemChange, Why
from surveys.items import Item
from surveys.marks import marked
from surveys.panels import Panel, Panellist
from surveys.protocol import Protocol, Reopening
from surveys.rounds import Round
from surveys.settling import Decision, Outcome
from surveys.studies import Study

NO_RULE = "The protocol states no rule by which a settled item is asked again. Amend it first."
NOT_MET = "The protocol asks that {} panellists of one panel ask for it, and fewer have."
NOT_SETTLED = "This item is not settled, so there is nothing to reopen."
NOT_ASKED_FOR = marked("In this study a settled item is not asked again.")


class ReopeningRequest(Base):
    """A panellist's wish, in one round, that a settled item be asked again."""

    __tablename__ = "reopening_requests"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Settled:
    """A settled item: what was decided after which round, and how many of each panel ask for it since."""

    item: Item
    round_number: int
    outcome: Outcome
    reason: str
    requests: Mapping[str, int]  # by panel key, in the closed rounds since

    def meets(self, rule: Reopening) -> bool:
        """Whether as many of one panel ask for it as the rule wants."""
        return bool(rule.requests) and max(self.requests.values(), default=0) >= rule.requests


def list_settled(session: Session, study: Study, *, before: Round) -> list[Settled]:
    """The items that the rounds before this one settled and that it does not ask, by number."""
    newest: dict[int, tuple[int, Decision]] = {}
    for round_ in rounds.list_rounds(session, study):
        if round_.number < before.number:
            decided = settling.list_decisions(session, round_)
            newest |= {item_id: (round_.number, decision) for item_id, decision in decided.items()}
    asked = {asked.item_id for asked in before.items} | changes.gone(session, study, before.number)
    wishes = _requests(session, study)
    settled = [
        Settled(item, *_decided(*newest[item.id]), _counted(wishes.get(item.id, ()), newest[item.id][0]))
        for item in study.items
        if item.id in newest and item.id not in asked
    ]
    return [one for one in settled if one.outcome != Outcome.GOES_ON]


def may_reopen(protocol: Protocol, settled: Settled) -> bool:
    """Whether the protocol's rule lets this item be asked again: asked for, or by a case put into words."""
    rule = protocol.reopening
    return rule is not None and (settled.meets(rule) or bool(rule.otherwise))


def reopen(session: Session, round_: Round, item_id: int, why: Why) -> ItemChange:
    """Ask a settled item again in this planned round, if the protocol's rule allows it."""
    changing.hold(session, round_, why)
    rule = round_.study.protocol.reopening
    if rule is None:
        raise NotNow(NO_RULE)
    known = {one.item.id: one for one in list_settled(session, round_.study, before=round_)}
    if (settled := known.get(item_id)) is None:
        raise NotNow(NOT_SETTLED)
    return changing.ask_again(session, round_, settled.item, replace(why, ground=_ground(rule, settled)))


def wish(session: Session, round_: Round, panellist: Panellist, item_id: int, *, now: datetime) -> None:
    """Ask that a settled item be rated again; asking twice is asking once."""
    _check_may_wish(session, round_, panellist, item_id, now=now)
    key = (round_.id, panellist.id, item_id)
    if session.get(ReopeningRequest, key) is None:
        session.add(ReopeningRequest(round_id=key[0], panellist_id=key[1], item_id=key[2], at=now))
        session.flush()


def unwish(session: Session, round_: Round, panellist: Panellist, item_id: int, *, now: datetime) -> None:
    """Take that back."""
    _check_may_wish(session, round_, panellist, item_id, now=now)
    session.execute(
        delete(ReopeningRequest).where(
            ReopeningRequest.round_id == round_.id,
            ReopeningRequest.panellist_id == panellist.id,
            ReopeningRequest.item_id == item_id,
        )
    )


def own_wishes(session: Session, round_: Round, panellist: Panellist) -> frozenset[int]:
    """The items (by id) that this panellist asks for again in this round."""
    own = select(ReopeningRequest.item_id).where(
        ReopeningRequest.round_id == round_.id, ReopeningRequest.panellist_id == panellist.id
    )
    return frozenset(session.scalars(own))


def earlier_wishes(session: Session, round_: Round, panellist: Panellist) -> frozenset[int]:
    """The items (by id) that this panellist asked for in rounds before this one."""
    own = select(ReopeningRequest.item_id).join(Round, Round.id == ReopeningRequest.round_id)
    before = (ReopeningRequest.panellist_id == panellist.id) & (Round.number < round_.number)
    return frozenset(session.scalars(own.where(before)))


def count_met(session: Session, round_: Round) -> int:
    """How many settled items the protocol's rule lets this planned round ask again, since enough asked."""
    rule = round_.study.protocol.reopening
    if rule is None or not rule.requests:
        return 0
    return sum(one.meets(rule) for one in list_settled(session, round_.study, before=round_))


def forget(session: Session, panellist: Panellist) -> None:
    """Delete what this panellist asked for."""
    session.execute(delete(ReopeningRequest).where(ReopeningRequest.panellist_id == panellist.id))


def _check_may_wish(
    session: Session, round_: Round, panellist: Panellist, item_id: int, *, now: datetime
) -> None:
    participations.hold(session, round_, panellist, now=now)
    rule = round_.study.protocol.reopening
    if rule is None or not rule.requests:
        raise NotNow(NOT_ASKED_FOR)
    if item_id not in {one.item.id for one in list_settled(session, round_.study, before=round_)}:
        raise NotFound("There is no such settled item in this study.")


def _decided(round_number: int, decision: Decision) -> tuple[int, Outcome, str]:
    return round_number, decision.outcome, decision.reason


def _ground(rule: Reopening, settled: Settled) -> str:
    """By which part of the rule an item is asked again; refused where it meets none."""
    if settled.meets(rule):
        return f"At least {rule.requests} panellists of one panel asked for it."
    if not rule.otherwise:
        raise InvalidInput(NOT_MET.format(rule.requests), "reason")
    return rule.otherwise


def _requests(session: Session, study: Study) -> dict[int, set[tuple[str, int, int]]]:
    """Who (by id) of which panel asked for an item in which closed round; of an open one nothing is told."""
    rows = session.execute(
        select(ReopeningRequest.item_id, Panel.key, Panellist.id, Round.number)
        .join(Panellist, Panellist.id == ReopeningRequest.panellist_id)
        .join(Round, Round.id == ReopeningRequest.round_id)
        .join(Panel, Panel.id == counted_panels.panel_in(Round.number))
        .where(Round.study_id == study.id, Round.closed_at.is_not(None))
    )
    asked: dict[int, set[tuple[str, int, int]]] = defaultdict(set)
    for item_id, panel, panellist_id, number in rows:
        asked[item_id].add((panel, panellist_id, number))
    return asked


def _counted(asked: Iterable[tuple[str, int, int]], settled_after: int) -> dict[str, int]:
    """How many of each panel asked since the item was settled, each once."""
    people = {(panel, panellist_id) for panel, panellist_id, number in asked if number > settled_after}
    return dict(Counter(panel for panel, _ in people))
