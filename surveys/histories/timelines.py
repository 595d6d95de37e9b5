"""The history of each item: asked when and in which words, what was decided of it, what was changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import rounds, settling
from surveys.histories import changes
from surveys.histories.changes import ChangeKind, ItemChange
from surveys.items import Item
from surveys.rounds import Round, RoundStatus
from surveys.settling import Decision, Outcome
from surveys.studies import Study

ASKED, WENT_INTO = "asked", {ChangeKind.MERGED: "merged into", ChangeKind.SPLIT: "split into"}
CAME_OF = {ChangeKind.MERGED: "merged out of", ChangeKind.SPLIT: "split from"}


@dataclass(frozen=True)
class Event:
    """What happened to an item, for a round or after one; `others` are the items that it is about, by number.

    `wording` is the title in that round; `proposal` is what the protocol proposed where it was departed from.
    """

    round_number: int
    act: str
    wording: str = ""
    others: tuple[tuple[int, str], ...] = ()
    reason: str = ""
    ground: str = ""
    proposal: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Timeline:
    """An item with its events, the first first."""

    item: Item
    events: tuple[Event, ...]


def of_study(session: Session, study: Study) -> tuple[Timeline, ...]:
    """The history of every item, by number."""
    events: dict[int, list[Event]] = defaultdict(list)
    by_round = defaultdict(list)
    for change in changes.list_of(session, study):
        by_round[change.round_id].append(change)
    for round_ in rounds.list_rounds(session, study):
        for change in by_round[round_.id]:
            _add_change(events, round_, change)
        _add_asked(events, round_)
        for item_id, decision in settling.list_decisions(session, round_).items():
            events[item_id].append(_decided(round_, decision))
    return tuple(Timeline(item, tuple(events[item.id])) for item in study.items)


def _add_change(events: dict[int, list[Event]], round_: Round, change: ItemChange) -> None:
    for item in change.results:
        act = CAME_OF.get(change.kind, change.kind.value)
        events[item.id].append(_changed(round_, change, act, change.sources))
    for item in change.sources:
        events[item.id].append(_changed(round_, change, WENT_INTO[change.kind], change.results))


def _changed(round_: Round, change: ItemChange, act: str, others: list[Item]) -> Event:
    return Event(
        round_number=round_.number,
        act=act,
        others=tuple((item.position, item.wording.title) for item in others),
        reason=change.reason,
        ground=change.ground,
        by=change.by,
        at=change.at,
    )


def _add_asked(events: dict[int, list[Event]], round_: Round) -> None:
    for asked in round_.items:
        act = "to be asked" if round_.status == RoundStatus.PLANNED else ASKED
        events[asked.item_id].append(
            Event(round_.number, act, wording=asked.wording.title, at=round_.opened_at)
        )


def _decided(round_: Round, decision: Decision) -> Event:
    departs = decision.outcome != decision.proposal
    without = decision.outcome == Outcome.GOES_ON and round_.is_last
    return Event(
        round_number=round_.number,
        act="ends without agreement" if without else decision.outcome.value,
        reason=decision.reason,
        proposal=decision.proposal.value if departs else "",
        by=decision.by,
        at=decision.at,
    )
