"""Rounds: what is asked when, and how a round goes from planned to settled. The states are data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import ForeignKey, Select, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from surveys import audit, database
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.items import Item, Wording
from surveys.marks import marked
from surveys.protocol import Protocol
from surveys.studies import Study

GONE = "This round is not there any more: it was removed with its study."


class RoundStatus(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"


class Act(StrEnum):
    """What a researcher may do to a round."""

    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    SETTLE = "settle"


TRANSITIONS: MappingProxyType[tuple[RoundStatus, Act], RoundStatus] = MappingProxyType(
    {
        (RoundStatus.PLANNED, Act.OPEN): RoundStatus.OPEN,
        (RoundStatus.OPEN, Act.EXTEND): RoundStatus.OPEN,
        (RoundStatus.OPEN, Act.CLOSE): RoundStatus.CLOSED,
        (RoundStatus.CLOSED, Act.SETTLE): RoundStatus.SETTLED,
    }
)

REFUSALS: MappingProxyType[RoundStatus, str] = MappingProxyType(
    {
        RoundStatus.PLANNED: marked("This round has not been opened yet."),
        RoundStatus.OPEN: marked("This round is open."),
        RoundStatus.CLOSED: marked("This round is closed."),
        RoundStatus.SETTLED: marked("This round is closed and settled."),
    }
)


class Round(Base):
    """One round of a study. `closes_at` is the announced end; answers are taken until it is closed."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    number: Mapped[int]
    status: Mapped[RoundStatus] = mapped_column(words(RoundStatus), default=RoundStatus.PLANNED)
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    study: Mapped[Study] = relationship()
    items: Mapped[list["RoundItem"]] = relationship(order_by="RoundItem.position")

    @property
    def is_open(self) -> bool:
        return self.status == RoundStatus.OPEN

    @property
    def has_results(self) -> bool:
        return self.status in (RoundStatus.CLOSED, RoundStatus.SETTLED)

    @property
    def is_last(self) -> bool:
        return self.number >= self.study.protocol.rounds.last


class RoundItem(Base):
    """An item that is asked in a round, under one wording, in one block of the questionnaire."""

    __tablename__ = "round_items"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wordings.id"))
    position: Mapped[int]  # from 1
    block: Mapped[int]  # from 0
    # Whoever reads what a round asks reads these; one by one they would be two hundred queries.
    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    wording: Mapped[Wording] = relationship(lazy="joined", innerjoin=True)


@dataclass(frozen=True)
class Asked:
    """An item as a round asks it."""

    item_id: int
    number: int  # what people see
    title: str
    text: str
    block: int


def plan_first(session: Session, study: Study) -> Round:
    """Round 1 with every item, planned; where there is a round already, that one."""
    if list_rounds(session, study):
        return get_round(session, study, 1)
    return plan(session, study, study.items)


def plan(session: Session, study: Study, items: Sequence[Item]) -> Round:
    """The next round, with these items in this order, in blocks of the protocol's size."""
    round_ = Round(
        study_id=study.id,
        study=study,
        number=len(list_rounds(session, study)) + 1,
        status=RoundStatus.PLANNED,
    )
    round_.items = _asked(study, items)
    session.add(round_)
    session.flush()
    return round_


def plan_anew(session: Session, round_: Round, items: Sequence[Item]) -> None:
    """Let a planned round ask these items in place of those that it was to ask."""
    if round_.status != RoundStatus.PLANNED:
        raise NotNow(f"{REFUSALS[round_.status]} What it asks stays as it is.")
    session.execute(delete(RoundItem).where(RoundItem.round_id == round_.id))
    session.expire(round_, ["items"])
    round_.items = _asked(round_.study, items)
    session.flush()


def block_of(position: int, protocol: Protocol) -> int:
    """The block, from 0, of the item that is asked at this position, from 1."""
    return (position - 1) // protocol.rounds.block_size


def _asked(study: Study, items: Sequence[Item]) -> list[RoundItem]:
    return [
        RoundItem(item_id=item.id, wording_id=item.wording.id, position=n, block=block_of(n, study.protocol))
        for n, item in enumerate(items, start=1)
    ]


def list_rounds(session: Session, study: Study) -> list[Round]:
    """The study's rounds, first to last."""
    return list(session.scalars(select(Round).where(Round.study_id == study.id).order_by(Round.number)))


def get_round(session: Session, study: Study, number: int) -> Round:
    """This study's round with this number."""
    if (round_ := session.scalar(NUMBERED, {"study_id": study.id, "number": number})) is None:
        raise NotFound(no_such_round(number))
    return round_


def no_such_round(number: int) -> str:
    """What is said of a round that is not there."""
    return f"This study has no round {number}."


def list_after(session: Session, round_: Round) -> list[Round]:
    """The study's later rounds, first to last."""
    return [later for later in list_rounds(session, round_.study) if later.number > round_.number]


def list_asked(session: Session, round_: Round) -> list[Asked]:
    """What this round asks, in its order, under the wordings it was opened with."""
    asked = (
        select(Item.id, Item.position, Wording.title, Wording.vignette, RoundItem.block)
        .select_from(RoundItem)
        .join(Item, Item.id == RoundItem.item_id)
        .join(Wording, Wording.id == RoundItem.wording_id)
    )
    rows = session.execute(asked.where(RoundItem.round_id == round_.id).order_by(RoundItem.position))
    return [Asked(*row) for row in rows]


def list_alike(session: Session, one: Round, other: Round) -> frozenset[int]:
    """The items (by id) that both rounds ask in the same words."""
    first, second = aliased(RoundItem), aliased(RoundItem)
    both = select(first.item_id).join(
        second, (second.item_id == first.item_id) & (second.wording_id == first.wording_id)
    )
    return frozenset(session.scalars(both.where(first.round_id == one.id, second.round_id == other.id)))


def find_current(session: Session, study: Study) -> Round | None:
    """The newest round that has been opened, open or closed."""
    return session.scalar(NEWEST, {"study_id": study.id})


def lock(session: Session, round_: Round) -> None:
    """Hold the round, as it stands, against every answer and every other act till this ends."""
    if not database.is_alone(session):
        _hold(session, round_, shared=False)


def share(session: Session, round_: Round) -> None:
    """Hold the round, as it stands, against closing till this ends; others who answer hold it as well."""
    if not database.is_alone(session) and database.first_time(session, "shared round", round_.id):
        _hold(session, round_, shared=True)


def check_can(round_: Round, act: Act) -> None:
    """Refuse an act that the round's state does not allow."""
    if (round_.status, act) not in TRANSITIONS:
        raise NotNow(f"{REFUSALS[round_.status]} It cannot be asked to {act}.")


def can(round_: Round, act: Act) -> bool:
    """Whether the round's state allows this act."""
    return (round_.status, act) in TRANSITIONS


def open_(session: Session, round_: Round, *, closes_at: datetime | None, now: datetime, by: str) -> Round:
    """Begin taking answers. Opening the first round locks the protocol."""
    _lock_for(session, round_, Act.OPEN)
    _check_end(closes_at, now)
    if round_.study.is_over:
        raise NotNow("This study has ended: no more rounds can be opened.")
    if not round_.items:
        raise NotNow("This round has no items. Add items first.")
    round_.opened_at, round_.closes_at = now, closes_at
    round_.study.locked_at = round_.study.locked_at or now
    return _moved(session, round_, Act.OPEN, by=by, now=now, closes_at=str(closes_at))


def extend(session: Session, round_: Round, *, closes_at: datetime, now: datetime, by: str) -> Round:
    """Announce another end."""
    _lock_for(session, round_, Act.EXTEND)
    _check_end(closes_at, now)
    before, round_.closes_at = round_.closes_at, closes_at
    return _moved(session, round_, Act.EXTEND, by=by, now=now, before=str(before), closes_at=str(closes_at))


def close(session: Session, round_: Round, *, now: datetime, by: str) -> Round:
    """Stop taking answers and freeze the results, as one: an answer is in them or it is refused."""
    from surveys import findings  # noqa: PLC0415  # scipy takes a second, and only closing needs it

    _lock_for(session, round_, Act.CLOSE)
    round_.closed_at = now
    findings.freeze(session, round_, now=now)
    return _moved(session, round_, Act.CLOSE, by=by, now=now)


def mark_settled(session: Session, round_: Round, *, now: datetime, by: str) -> Round:
    """What goes on has been decided: see `settling.settle`, which calls this."""
    _lock_for(session, round_, Act.SETTLE)
    round_.settled_at = now
    return _moved(session, round_, Act.SETTLE, by=by, now=now)


# Asked for every page or answer of a panellist, so they are put together once.
NUMBERED = select(Round).where(Round.study_id == bindparam("study_id"), Round.number == bindparam("number"))
NEWEST = (
    select(Round)
    .where(Round.study_id == bindparam("study_id"), Round.status != RoundStatus.PLANNED)
    .order_by(Round.number.desc())
    .limit(1)
)


@cache
def _held(shared: bool) -> Select[RoundStatus]:
    return select(Round.status).where(Round.id == bindparam("id")).with_for_update(read=shared)


def _hold(session: Session, round_: Round, *, shared: bool) -> None:
    status = session.execute(_held(shared), {"id": round_.id}).scalar()
    if status is None:  # a pilot was removed while somebody answered
        raise NotFound(GONE)
    if status != round_.status or not shared:
        session.refresh(round_)


def _lock_for(session: Session, round_: Round, act: Act) -> None:
    lock(session, round_)
    check_can(round_, act)


def _moved(session: Session, round_: Round, act: Act, *, by: str, now: datetime, **details: Any) -> Round:
    round_.status = TRANSITIONS[round_.status, act]
    audit.note(session, round_.study_id, f"round {round_.number}: {act}", by=by, now=now, **details)
    session.flush()
    return round_


def _check_end(closes_at: datetime | None, now: datetime) -> None:
    if closes_at is not None and closes_at <= now:
        raise InvalidInput("The end of the round must lie in the future.", "closes_at")
