"""Ratings: what each panellist chose for each item and criterion, its history, and the counts of it all.

Every write goes through `participations.hold`, so a round cannot close in between and two devices take turns.
An identical repeat changes nothing and leaves no history.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import participations
from surveys.base import Base
from surveys.errors import InvalidInput
from surveys.marks import marked
from surveys.panels import Panellist
from surveys.rounds import Round, RoundItem
from surveys.studies import StudyCriterion

NOT_ASKED = marked("That item is not asked in this round, so its answer was not saved.")


class Unable(StrEnum):
    """Why somebody does not rate."""

    NOT_UNDERSTOOD = "I don’t understand"
    NOT_KNOWN = "I don’t know"
    NOT_SAID = "I’d rather not say"
    NOT_STATED = "no reason stated"  # a panellist is always asked, and need not say


UNABLE_CODES = {Unable.NOT_UNDERSTOOD: 1, Unable.NOT_KNOWN: 2, Unable.NOT_SAID: 3, Unable.NOT_STATED: 4}
UNABLE_BY_CODE = {code: reason for reason, code in UNABLE_CODES.items()}


class Rating(Base):
    """A category, or unable with its reason: exactly one of the two. A blank has no row."""

    __tablename__ = "ratings"
    __table_args__ = (
        Index("ix_ratings_tally", "round_id", "item_id", "criterion_id", "panel_id", "value"),
        CheckConstraint("(value IS NULL) <> (unable IS NULL)", name="rated_or_unable"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    unable: Mapped[int | None] = mapped_column(SmallInteger)


class RatingChange(Base):
    """One change of one rating; the rows of a rating, in order, are its history. Append-only."""

    __tablename__ = "rating_changes"
    __table_args__ = (Index("ix_rating_changes_whose", "round_id", "panellist_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    unable: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[datetime]


class ChangeReason(Base):
    """Why a rating crossed a band against the round before, where the panellist cared to say."""

    __tablename__ = "change_reasons"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Answer:
    """A category, or unable with its reason, or neither: blank."""

    value: int | None = None
    unable: Unable | None = None

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.unable is None


BLANK = Answer()
Place = tuple[int, int]  # item id, criterion id


@dataclass(frozen=True)
class Cell:
    """How many of a panel gave one answer to one item on one criterion; value None is unable."""

    item_id: int
    criterion_id: int
    panel_id: int
    value: int | None
    count: int


def save(
    session: Session, round_: Round, panellist: Panellist, answers: Mapping[Place, Answer], *, now: datetime
) -> frozenset[Place]:
    """Keep these answers; a blank takes an answer back. Tells which places changed. All are kept, or none."""
    participations.hold(session, round_, panellist, now=now)
    known = _asked(session, round_, panellist, {item_id for item_id, _ in answers})
    _check(round_, answers, known)
    changed = {place: answer for place, answer in answers.items() if known[place] != answer}
    if changed:
        _write(session, round_, panellist, known, changed)
        _note(session, round_, panellist, changed, now=now)
    return frozenset(changed)


def own(session: Session, round_: Round, panellist: Panellist) -> dict[Place, Answer]:
    """What this panellist has answered in this round, as it stands."""
    return own_in(session, panellist, [round_.id])[round_.id]


def own_in(
    session: Session, panellist: Panellist, round_ids: Collection[int]
) -> dict[int, dict[Place, Answer]]:
    """What this panellist has answered in each of these rounds, in one query."""
    found: dict[int, dict[Place, Answer]] = {round_id: {} for round_id in round_ids}
    rows = session.execute(_OWN, {"round_ids": list(round_ids), "panellist_id": panellist.id})
    for round_id, item_id, criterion_id, value, unable in rows:
        found[round_id][item_id, criterion_id] = answer_of(value, unable)
    return found


def count_complete(session: Session, round_: Round, panellist: Panellist, criteria: int) -> int:
    """On how many items of this round the panellist has answered every criterion; unable is an answer."""
    own = {"round_id": round_.id, "panellist_id": panellist.id, "criteria": criteria}
    return session.scalar(_COMPLETE, own) or 0


def history(session: Session, panellist: Panellist) -> list[RatingChange]:
    """Every change this panellist made in any round, oldest first."""
    mine = select(RatingChange).where(RatingChange.panellist_id == panellist.id)
    return list(session.scalars(mine.order_by(RatingChange.id)))


def give_reason(
    session: Session, round_: Round, panellist: Panellist, place: Place, text: str, *, now: datetime
) -> None:
    """Keep why a rating crossed a band; an empty text takes it back."""
    text = participations.checked_text(text, "why")
    participations.hold(session, round_, panellist, now=now)
    _check(round_, {place: BLANK}, _asked(session, round_, panellist, {place[0]}))
    session.execute(delete(ChangeReason).where(*_at(ChangeReason, round_, panellist, place)))
    if text:
        session.add(ChangeReason(**_key(round_, panellist, place), text=text))
    session.flush()


def own_reasons(session: Session, round_: Round, panellist: Panellist) -> dict[Place, str]:
    """The reasons that this panellist gave in this round."""
    rows = session.execute(_OWN_REASONS, {"round_id": round_.id, "panellist_id": panellist.id})
    return {(item_id, criterion_id): text for item_id, criterion_id, text in rows}


def forget(session: Session, panellist: Panellist, round_: Round) -> None:
    """Delete this panellist's ratings, history and reasons of a round that was not frozen."""
    for table in (Rating, RatingChange, ChangeReason):
        session.execute(delete(table).where(table.round_id == round_.id, table.panellist_id == panellist.id))


def count(session: Session, round_: Round) -> list[Cell]:
    """The round in counts: one GROUP BY over the covering index."""
    places = (Rating.item_id, Rating.criterion_id, Rating.panel_id, Rating.value)
    counted = select(*places, func.count()).where(Rating.round_id == round_.id).group_by(*places)
    return [Cell(*row) for row in session.execute(counted)]


def responders(session: Session, round_: Round) -> dict[int, int]:
    """How many of each panel (by its id) answered anything in this round."""
    people = func.count(Rating.panellist_id.distinct())
    counted = select(Rating.panel_id, people).where(Rating.round_id == round_.id).group_by(Rating.panel_id)
    return dict(session.execute(counted).all())


def progress(session: Session, round_: Round) -> dict[int, int]:
    """How many answers each panellist (by id) has given in this round."""
    counted = select(Rating.panellist_id, func.count()).where(Rating.round_id == round_.id)
    return dict(session.execute(counted.group_by(Rating.panellist_id)).all())


def count_own(session: Session, round_: Round, panellist: Panellist) -> int:
    """How many answers this panellist has given in this round."""
    own = (Rating.round_id == round_.id) & (Rating.panellist_id == panellist.id)
    return session.scalar(select(func.count()).select_from(Rating).where(own)) or 0


# Asked at every visit to the rating page or at every answer, so they are put together once. Writing goes past
# the mapped classes, which would take as long again.
_RATINGS, _CHANGES = cast("Table", Rating.__table__), cast("Table", RatingChange.__table__)
_IS_AT = [
    _RATINGS.c[name] == bindparam(f"at_{name}")
    for name in ("round_id", "panellist_id", "item_id", "criterion_id")
]
_TAKE_BACK = _RATINGS.delete().where(*_IS_AT)
_REPLACE = _RATINGS.update().where(*_IS_AT).values(value=bindparam("value"), unable=bindparam("unable"))
_OWN = select(Rating.round_id, Rating.item_id, Rating.criterion_id, Rating.value, Rating.unable).where(
    Rating.round_id.in_(bindparam("round_ids", expanding=True)),
    Rating.panellist_id == bindparam("panellist_id"),
)
_COMPLETE = select(func.count()).select_from(
    select(Rating.item_id)
    .where(Rating.round_id == bindparam("round_id"), Rating.panellist_id == bindparam("panellist_id"))
    .group_by(Rating.item_id)
    .having(func.count() >= bindparam("criteria"))
    .subquery()
)
_OWN_REASONS = select(ChangeReason.item_id, ChangeReason.criterion_id, ChangeReason.text).where(
    ChangeReason.round_id == bindparam("round_id"), ChangeReason.panellist_id == bindparam("panellist_id")
)
_ASKED = (
    select(RoundItem.item_id, StudyCriterion.id, Rating.value, Rating.unable)
    .join(Round, Round.id == RoundItem.round_id)
    .join(StudyCriterion, StudyCriterion.study_id == Round.study_id)
    .outerjoin(
        Rating,
        (Rating.round_id == RoundItem.round_id)
        & (Rating.panellist_id == bindparam("panellist_id"))
        & (Rating.item_id == RoundItem.item_id)
        & (Rating.criterion_id == StudyCriterion.id),
    )
    .where(
        RoundItem.round_id == bindparam("round_id"),
        RoundItem.item_id.in_(bindparam("item_ids", expanding=True)),
    )
)


def _asked(
    session: Session, round_: Round, panellist: Panellist, item_ids: Collection[int]
) -> dict[Place, Answer]:
    """Every place of these items that the round asks, with the panellist's answer as it stands."""
    wanted = {"round_id": round_.id, "panellist_id": panellist.id, "item_ids": list(item_ids)}
    rows = session.execute(_ASKED, wanted)
    return {(item_id, criterion): answer_of(value, unable) for item_id, criterion, value, unable in rows}


def _check(round_: Round, answers: Mapping[Place, Answer], asked: Collection[Place]) -> None:
    scale = round_.study.protocol.scale
    for place, answer in answers.items():
        field = f"i{place[0]}.c{place[1]}"
        if place not in asked:
            raise InvalidInput(NOT_ASKED, field)
        if answer.value is not None and (
            not scale.low <= answer.value <= scale.high or answer.unable is not None
        ):
            raise InvalidInput(
                f"A rating is a whole number from {scale.low} to {scale.high}, or “unable to rate”.", field
            )


def _write(
    session: Session,
    round_: Round,
    panellist: Panellist,
    known: Mapping[Place, Answer],
    changed: Mapping[Place, Answer],
) -> None:
    fresh = [p for p, answer in changed.items() if known[p].is_blank and not answer.is_blank]
    if fresh:
        rows = [
            _key(round_, panellist, p) | {"panel_id": panellist.panel_id} | _columns(changed[p])
            for p in fresh
        ]
        session.execute(_RATINGS.insert(), rows)
    for place, answer in changed.items():
        at = {f"at_{column}": value for column, value in _key(round_, panellist, place).items()}
        if answer.is_blank:
            session.execute(_TAKE_BACK, at)
        elif not known[place].is_blank:
            session.execute(_REPLACE, at | _columns(answer))


def _note(
    session: Session, round_: Round, panellist: Panellist, changed: Mapping[Place, Answer], *, now: datetime
) -> None:
    rows = [
        _key(round_, panellist, place) | _columns(answer) | {"at": now} for place, answer in changed.items()
    ]
    session.execute(_CHANGES.insert(), rows)


@cache
def answer_of(value: int | None, unable: int | None) -> Answer:
    """One object for one answer: a scale and three reasons make few of them, and a page asks for hundreds."""
    return Answer(value, None if unable is None else UNABLE_BY_CODE[unable])


def _columns(answer: Answer) -> dict[str, int | None]:
    return {"value": answer.value, "unable": None if answer.unable is None else UNABLE_CODES[answer.unable]}


def _key(round_: Round, panellist: Panellist, place: Place) -> dict[str, int | None]:
    return {
        "round_id": round_.id,
        "panellist_id": panellist.id,
        "item_id": place[0],
        "criterion_id": place[1],
    }


def _at(table: Any, round_: Round, panellist: Panellist, place: Place) -> list[Any]:
    return [getattr(table, column) == value for column, value in _key(round_, panellist, place).items()]
