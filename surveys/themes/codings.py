"""Codings: which codes a coder gave a text, and what coders agreed on where they differed.

Each codes for herself. Whoever has not finished a round sees nobody else's codes of it, and whoever has
finished changes hers no more: so that agreement is of two who did not know what the other thought.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.access import Account
from surveys.base import Base
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.themes import codebook, texts
from surveys.themes.codebook import CodingCode

AGREED = 0  # stands for the coder where several have agreed
CHOOSE = "Tick the codes that fit, or “No code fits”."
BOTH = "You ticked codes and “No code fits”. Leave one of the two."
GONE = "A code that you ticked was merged or removed meanwhile. Look over your ticks, and save again."
FINISHED = "You have finished coding this round, so your codes stay as they are."
NOT_FINISHED = "What others coded is shown when you have finished coding this round yourself."


class Coding(Base):
    """That a text was coded: by one coder, or, with `coder` 0, by what coders agreed on. `by_id` did it.

    One without any `CodingCode` says that no code fits.
    """

    __tablename__ = "codings"
    __table_args__ = (UniqueConstraint("round_id", "panellist_id", "place", "coder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), index=True)
    place: Mapped[str] = mapped_column(String(60))
    coder: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


class FinishedCoding(Base):
    """That somebody has finished coding a round, with or without having coded anything."""

    __tablename__ = "finished_codings"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    coder_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Given:
    """The codes of a text by one coder, or those agreed on: by their ids, who gave them, and when."""

    codes: frozenset[int]
    by_id: int
    at: datetime


@dataclass(frozen=True)
class Ticked:
    """What was ticked for a text."""

    codes: frozenset[int]
    none_fits: bool = False


Key = tuple[int, str]  # a text's: its writer's id, and its place


def of_coder(session: Session, round_: Round, account: Account) -> dict[Key, Given]:
    """What one coder gave the texts of a round: one's own is nobody else's to see."""
    return _of(session, round_, account.id)


def of_everyone(session: Session, round_: Round, viewer: Account) -> dict[int, dict[Key, Given]]:
    """By the id of each coder who has finished what that one gave; for a viewer who has finished, too."""
    check_sees_others(session, round_, viewer)
    done = finished(session, round_)
    return {coder: given for coder in sorted(done) if (given := _of(session, round_, coder))}


def agreed(session: Session, round_: Round, viewer: Account) -> dict[Key, Given]:
    """What was decided where coders differed, for a viewer who has finished."""
    check_sees_others(session, round_, viewer)
    return _of(session, round_, AGREED)


def finished(session: Session, round_: Round) -> dict[int, datetime]:
    """Who (by account id) has finished coding the round, and when."""
    own = select(FinishedCoding.coder_id, FinishedCoding.at).where(FinishedCoding.round_id == round_.id)
    return dict(session.execute(own).all())


def has_finished(session: Session, round_: Round, account: Account) -> bool:
    """Whether this account has finished coding the round."""
    return session.get(FinishedCoding, (round_.id, account.id)) is not None


def check_sees_others(session: Session, round_: Round, viewer: Account) -> None:
    """Refuse whoever may still code the round without knowing what others thought."""
    texts.check_is_closed(round_)
    if not has_finished(session, round_, viewer):
        raise NotNow(NOT_FINISHED)


def list_coders(session: Session, round_: Round) -> dict[int, str]:
    """The names of all who have coded something in the round, by their ids."""
    coders = select(Account.id, Account.name).join(Coding, Coding.coder == Account.id)
    own = coders.where(Coding.round_id == round_.id).distinct().order_by(Account.name, Account.id)
    return dict(session.execute(own).all())


def code(session: Session, round_: Round, key: Key, ticked: Ticked, *, by: Account, now: datetime) -> None:
    """Give a text these codes, or say that none fits; coding it again replaces what this coder gave."""
    hold(session, round_, by)
    texts.get(session, round_, *key)
    put(session, round_, key, Given(checked(session, round_, ticked), by.id, now), coder=by.id)


def hold(session: Session, round_: Round, coder: Account) -> None:
    """Hold the codebook, for a coder who has not finished the round."""
    codebook.hold(session, round_.study)
    if has_finished(session, round_, coder):
        raise NotNow(FINISHED)


def checked(session: Session, round_: Round, ticked: Ticked) -> frozenset[int]:
    """The codes, if they are the study's, and either some are ticked or that none fits."""
    if not ticked.codes and not ticked.none_fits:
        raise InvalidInput(CHOOSE, "codes")
    if ticked.codes and ticked.none_fits:
        raise InvalidInput(BOTH, "codes")
    if not ticked.codes <= {one.id for one in codebook.list_codes(session, round_.study)}:
        raise InvalidInput(GONE, "codes")
    return ticked.codes


def put(session: Session, round_: Round, key: Key, given: Given, *, coder: int) -> None:
    """Keep these as what a coder gave, or what was agreed on; whoever calls holds the codebook."""
    panellist_id, place = key
    whose = {"round_id": round_.id, "panellist_id": panellist_id, "place": place, "coder": coder}
    known = session.scalar(select(Coding).filter_by(**whose))
    if known is None:
        known = Coding(**whose, by_id=given.by_id, at=given.at)
        session.add(known)
        session.flush()
    known.by_id, known.at = given.by_id, given.at
    session.execute(delete(CodingCode).where(CodingCode.coding_id == known.id))
    session.add_all(CodingCode(coding_id=known.id, code_id=code_id) for code_id in sorted(given.codes))
    session.flush()


def forget(session: Session, panellist: Panellist, round_: Round, *, but: Collection[str] = ()) -> None:
    """Delete what was given to this panellist's texts of a round, but for those at these places."""
    own = select(Coding.id).where(
        Coding.round_id == round_.id, Coding.panellist_id == panellist.id, Coding.place.not_in(but)
    )
    session.execute(delete(CodingCode).where(CodingCode.coding_id.in_(own)))
    gone = delete(Coding).where(
        Coding.round_id == round_.id, Coding.panellist_id == panellist.id, Coding.place.not_in(but)
    )
    session.execute(gone)


def _of(session: Session, round_: Round, coder: int) -> dict[Key, Given]:
    own = (Coding.round_id == round_.id, Coding.coder == coder)
    codes: dict[int, set[int]] = defaultdict(set)
    for coding_id, code_id in session.execute(
        select(CodingCode.coding_id, CodingCode.code_id).join(Coding).where(*own)
    ):
        codes[coding_id].add(code_id)
    return {
        (one.panellist_id, one.place): Given(frozenset(codes[one.id]), one.by_id, one.at)
        for one in session.scalars(select(Coding).where(*own).order_by(Coding.id))
    }
