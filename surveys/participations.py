"""A panellist's part in a round: its beginning, the order of its blocks, its end and its suggestions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, ForeignKey, Text, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import panels, policies, rounds
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotNow
from surveys.items import Item
from surveys.marks import marked
from surveys.panels import Panellist
from surveys.rounds import Round, RoundItem
from surveys.studies import Study

LONGEST_TEXT = 4000
TOO_LATE = marked("This round is for those who answered the round before. Thank you for your interest.")
NOT_ASKED = marked("These questions are asked in the first round, and again when there are new items.")


class SuggestionKind(StrEnum):
    """The two questions at the end of a round with items that were not asked before."""

    MISSING = "missing"
    HARM = "harm"


class Participation(Base):
    """A panellist's part in a round: the stored order of blocks, and how far it has come."""

    __tablename__ = "participations"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True, index=True)
    block_order: Mapped[list[int]] = mapped_column(JSON)
    began_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class Suggestion(Base):
    """An answer to “What is missing?” or “Could any of these do harm?”."""

    __tablename__ = "suggestions"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    kind: Mapped[SuggestionKind] = mapped_column(words(SuggestionKind), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


def begin(session: Session, round_: Round, panellist: Panellist, *, now: datetime) -> Participation:
    """The panellist's part in this round, begun now if it was not yet; each next one starts a block later."""
    if (begun := find(session, round_, panellist)) is not None:
        return begun
    _hold_both(session, round_, panellist)
    check_may_join(session, round_, panellist)
    # Two devices may begin at once: the second has waited, and finds what the first began.
    if (begun := find(session, round_, panellist)) is not None:
        return begun
    begun = Participation(
        round_id=round_.id,
        panellist_id=panellist.id,
        block_order=_rotated(session, round_, panellist),
        began_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def find(session: Session, round_: Round, panellist: Panellist) -> Participation | None:
    """The panellist's part in this round, if it has begun."""
    return session.get(Participation, (round_.id, panellist.id))


def find_round(
    session: Session, panellist: Panellist, number: int | None = None
) -> tuple[Round | None, Participation | None]:
    """The round of this number, or the newest opened, and the panellist's part in it, in one query."""
    whose = {"study_id": panellist.study_id, "panellist_id": panellist.id}
    row = session.execute(_NEWEST if number is None else _NUMBERED, whose | {"number": number}).first()
    return (None, None) if row is None else (row[0], row[1])


def by_panellist(session: Session, round_: Round) -> dict[int, Participation]:
    """The part of everyone who has begun this round, by panellist id."""
    own = select(Participation).where(Participation.round_id == round_.id)
    return {participation.panellist_id: participation for participation in session.scalars(own)}


def took_part_before(session: Session, round_: Round) -> frozenset[int]:
    """Who (by id) has begun an earlier round of the study."""
    earlier = (
        select(Participation.panellist_id)
        .join(Round, Round.id == Participation.round_id)
        .where(Round.study_id == round_.study_id, Round.number < round_.number)
    )
    return frozenset(session.scalars(earlier))


def begun_any(session: Session, study: Study) -> frozenset[int]:
    """Who (by id) has begun any round of the study."""
    ever = select(Participation.panellist_id).join(Round, Round.id == Participation.round_id)
    return frozenset(session.scalars(ever.where(Round.study_id == study.id)))


def has_begun_any(session: Session, panellist: Panellist) -> bool:
    """Whether this panellist has begun any round."""
    ever = select(Participation.round_id).where(Participation.panellist_id == panellist.id)
    return session.scalar(ever.limit(1)) is not None


def hold(session: Session, round_: Round, panellist: Panellist, *, now: datetime) -> Participation:
    """The panellist's part, held: till this ends no round closes, no other device writes, nobody leaves."""
    _hold_both(session, round_, panellist)
    policies.check_takes_answers(round_, panellist)
    return begin(session, round_, panellist, now=now)


def check_may_join(session: Session, round_: Round, panellist: Panellist) -> None:
    """Refuse outside an open round, the withdrawn, and late comers where the protocol takes none."""
    policies.check_takes_answers(round_, panellist)
    if (
        round_.number > 1
        and not round_.study.protocol.rounds.join_late
        and not _took_part_before(session, round_, panellist)
    ):
        raise NotNow(TOO_LATE)


def may_join(session: Session, round_: Round, panellist: Panellist) -> bool:
    """Whether this panellist may begin this round."""
    try:
        check_may_join(session, round_, panellist)
    except NotNow:
        return False
    return True


def submit(session: Session, round_: Round, panellist: Panellist, *, now: datetime) -> Participation:
    """Say that the answers are complete, gaps or not. They can be changed until the round closes."""
    _hold_both(session, round_, panellist)
    policies.check_takes_sending(round_, panellist)
    own = begin(session, round_, panellist, now=now)
    own.submitted_at = own.submitted_at or now
    session.flush()
    return own


def asks_at_end(session: Session, round_: Round) -> bool:
    """Whether the round ends with the two questions: where it asks an item that no round before asked."""
    asked = select(Item.key).join(RoundItem, RoundItem.item_id == Item.id)
    earlier = asked.join(Round, Round.id == RoundItem.round_id).where(_is_before(round_))
    new = asked.where(RoundItem.round_id == round_.id, Item.key.not_in(earlier))
    return session.scalar(select(new.exists())) is True


def suggest(
    session: Session, round_: Round, panellist: Panellist, kind: SuggestionKind, text: str, *, now: datetime
) -> None:
    """Keep what is missing, or what could do harm; an empty text takes it back."""
    text = checked_text(text, kind.value)
    if not asks_at_end(session, round_):
        raise NotNow(NOT_ASKED)
    hold(session, round_, panellist, now=now)
    known = session.get(Suggestion, (round_.id, panellist.id, kind))
    if known is not None and text:
        known.text, known.at = text, now
    elif known is not None:
        session.delete(known)
    elif text:
        session.add(Suggestion(round_id=round_.id, panellist_id=panellist.id, kind=kind, text=text, at=now))
    session.flush()


def own_suggestions(session: Session, round_: Round, panellist: Panellist) -> dict[SuggestionKind, str]:
    """What this panellist suggested in this round."""
    own = select(Suggestion).where(Suggestion.round_id == round_.id, Suggestion.panellist_id == panellist.id)
    return {suggestion.kind: suggestion.text for suggestion in session.scalars(own)}


def list_suggestions(session: Session, round_: Round) -> list[Suggestion]:
    """Every suggestion of the round, in an order that tells nothing: by kind and text."""
    own = select(Suggestion).where(Suggestion.round_id == round_.id)
    return list(session.scalars(own.order_by(Suggestion.kind, Suggestion.text)))


def forget(session: Session, panellist: Panellist, round_: Round) -> None:
    """Delete that this panellist took part in a round that was not frozen, and what it suggested there."""
    for table in (Suggestion, Participation):
        session.execute(delete(table).where(table.round_id == round_.id, table.panellist_id == panellist.id))


def checked_text(text: str, field: str) -> str:
    """The text as it is kept, if it is not over the limit."""
    kept = tidied(text)
    if len(kept) > LONGEST_TEXT:
        raise InvalidInput(
            f"This text has {len(kept)} characters; at most {LONGEST_TEXT} can be kept.", field
        )
    return kept


def tidied(text: str) -> str:
    """The text with one kind of line end and no blank ends."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


# Asked at every page or answer of a panellist, so they are put together once.
_NEWEST, _NUMBERED = (
    asked.add_columns(Participation)
    .select_from(Round)
    .outerjoin(
        Participation,
        (Participation.round_id == Round.id) & (Participation.panellist_id == bindparam("panellist_id")),
    )
    for asked in (rounds.NEWEST, rounds.NUMBERED)
)


def _hold_both(session: Session, round_: Round, panellist: Panellist) -> None:
    """The round, then the panellist: always in this order, so that nobody waits in a ring."""
    rounds.share(session, round_)
    panels.hold(session, panellist)


def _is_before(round_: Round) -> ColumnElement[bool]:
    """A round of the study before this one; for a pilot, also one that was opened before the pilot began."""
    study = round_.study
    own = (Round.study_id == study.id) & (Round.number < round_.number)
    return own | ((Round.study_id == study.pilot_of_id) & (Round.opened_at <= study.created_at))


def _rotated(session: Session, round_: Round, panellist: Panellist) -> list[int]:
    blocks = sorted(set(session.scalars(select(RoundItem.block).where(RoundItem.round_id == round_.id))))
    earlier = (
        select(func.count())
        .select_from(Participation)
        .join(Panellist, Panellist.id == Participation.panellist_id)
    )
    turn = session.scalar(
        earlier.where(Participation.round_id == round_.id, Panellist.panel_id == panellist.panel_id)
    )
    first = (turn or 0) % len(blocks)
    return blocks[first:] + blocks[:first]


def _took_part_before(session: Session, round_: Round, panellist: Panellist) -> bool:
    earlier = select(Participation).join(Round, Round.id == Participation.round_id)
    return (
        session.scalar(
            select(
                earlier.where(
                    Round.number < round_.number, Participation.panellist_id == panellist.id
                ).exists()
            )
        )
        is True
    )
