"""Local rounds: asking one's own people, by a link of their own; and what was counted when it closed.

A round freezes its questions when it opens and its counts when it closes. Nothing of the answers is shown
before, and afterwards only what `local_tallies.view` leaves. An edition has one open round at a time; the
counts of its latest closed one are used.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import database
from surveys.access import UNKNOWN_LINK, Key
from surveys.base import Base, words
from surveys.editions import editions, local_ratings, local_tallies, plans
from surveys.editions.editions import Edition
from surveys.editions.local_tallies import LocalTally, LocalView, Questionnaire
from surveys.editions.sources import Source
from surveys.errors import InvalidInput, NotFound, NotNow

ALREADY_OPEN = "A local round of this edition is open already. Close it first."
NO_ITEMS = "No item is in play yet. Choose at least one in step 2 first."
NOT_OPEN = "No local round of this edition is open."
KEPT = (
    "There are ratings here already. They are kept, and nothing was changed. Tick the box if new ones are to"
    " take their place{}."
)
CLOSED = "This local round is closed, so answers can no longer be given or changed."


class LocalKind(StrEnum):
    """How local answers came."""

    LINK = "link"
    FILE = "file"


class LocalRound(Base):
    """One time that local people were asked. Questions and counts are JSON, opaque to the database."""

    __tablename__ = "local_rounds"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    number: Mapped[int]  # from 1
    kind: Mapped[LocalKind] = mapped_column(words(LocalKind))
    nonce: Mapped[str | None] = mapped_column(String(43))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    questions: Mapped[bytes] = mapped_column(LargeBinary)
    tally: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    edition: Mapped[Edition] = relationship()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, kw_only=True)
class LocalTurnout:
    """How far a local round has come, in people. Never what anybody answered."""

    begun: int
    finished: int
    by_panel: tuple[tuple[str, int, int], ...]  # key, begun, finished


@dataclass(frozen=True, kw_only=True)
class LocalState:
    """A local round as plain values: its number, how it was asked, whether it is open and how far it is."""

    number: int
    kind: LocalKind
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None
    items: int
    turnout: LocalTurnout | None  # None for a file


@dataclass(frozen=True)
class Sent:
    """A round that was asked elsewhere: its questions and counts, and the digest of the file they came in."""

    asked: Questionnaire
    tally: LocalTally
    digest: str


def open_(session: Session, key: Key, edition: Edition, *, now: datetime, is_replacing: bool = False) -> str:
    """Open a round with the items in play, or find the one that is open; tells its link's token.

    Where answers are there already, it has to be said that those to come take their place.
    """
    editions.hold(session, edition)
    if (already := find_open(session, edition)) is not None:
        return link_token(key, already)
    newest = editions.draft(session, edition)
    items = plans.in_play(newest.plan, newest.source)
    if not items:
        raise NotNow(NO_ITEMS)
    if not is_replacing and find_latest(session, edition) is not None:
        raise InvalidInput(KEPT.format(""), "replace_round")
    nonce = secrets.token_urlsafe(16)
    _add(
        session,
        edition,
        local_tallies.questionnaire(newest.source, items),
        LocalRound(kind=LocalKind.LINK, nonce=nonce, token_hash=key.hash(key.token(nonce)), opened_at=now),
    )
    return key.token(nonce)


def keep_file(
    session: Session,
    edition: Edition,
    sent: Sent,
    *,
    now: datetime,
    is_replacing: bool = False,
) -> LocalRound:
    """A round that was asked elsewhere, closed with these counts; the same file again changes nothing.

    Where other answers are there already, it has to be said that these take their place.
    """
    editions.hold(session, edition)
    if find_open(session, edition) is not None:
        raise NotNow(ALREADY_OPEN)
    latest = find_latest(session, edition)
    if latest is not None and latest.file_digest == sent.digest:
        return latest
    if latest is not None and not is_replacing:
        raise InvalidInput(KEPT.format(", and choose the file again"), "replace_file")
    round_ = LocalRound(kind=LocalKind.FILE, file_digest=sent.digest, opened_at=now, closed_at=now)
    round_.tally = _encode(sent.tally)
    return _add(session, edition, sent.asked, round_)


def link_token(key: Key, round_: LocalRound) -> str:
    """What stands in the address of the respondents' link, which may be shown again."""
    if round_.nonce is None:
        raise NotFound(UNKNOWN_LINK)
    return key.token(round_.nonce)


def get(session: Session, key: Key, token: str) -> LocalRound:
    """The round that this respondents' link is for, open or closed; any other link is refused."""
    found = session.scalar(select(LocalRound).where(LocalRound.token_hash == key.hash(token)))
    if found is None:
        raise NotFound(UNKNOWN_LINK)
    return found


def find_open(session: Session, edition: Edition) -> LocalRound | None:
    """The round of this edition that is open."""
    own = select(LocalRound).where(LocalRound.edition_id == edition.id, LocalRound.closed_at.is_(None))
    return session.scalar(own)


def get_open(session: Session, edition: Edition) -> LocalRound:
    """The open round of this edition; without one it is not the time."""
    if (found := find_open(session, edition)) is None:
        raise NotNow(NOT_OPEN)
    return found


def find_latest(session: Session, edition: Edition) -> LocalRound | None:
    """The closed round whose counts are used: the latest in which anybody answered."""
    own = select(LocalRound).where(LocalRound.edition_id == edition.id, LocalRound.closed_at.is_not(None))
    closed = session.scalars(own.order_by(LocalRound.number.desc()))
    return next((one for one in closed if any(tally(one).responders.values())), None)


def list_all(session: Session, edition: Edition) -> tuple[LocalState, ...]:
    """Every local round of this edition, the first first."""
    own = select(LocalRound).where(LocalRound.edition_id == edition.id).order_by(LocalRound.number)
    return tuple(state(session, round_) for round_ in session.scalars(own))


def state(session: Session, round_: LocalRound) -> LocalState:
    """A round as plain values."""
    return LocalState(
        number=round_.number,
        kind=round_.kind,
        is_open=round_.is_open,
        opened_at=round_.opened_at,
        closed_at=round_.closed_at,
        items=len(questionnaire(round_).items),
        turnout=turnout(session, round_) if round_.kind == LocalKind.LINK else None,
    )


def turnout(session: Session, round_: LocalRound) -> LocalTurnout:
    """How many have begun and finished; fit for a screen that everybody in the room sees."""
    rows = local_ratings.people(session, round_.id)
    by_panel = tuple((key, *rows.get(key, (0, 0))) for key in questionnaire(round_).panels)
    return LocalTurnout(
        begun=sum(begun for _, begun, _ in by_panel),
        finished=sum(done for _, _, done in by_panel),
        by_panel=by_panel,
    )


def questionnaire(round_: LocalRound) -> Questionnaire:
    """What this round asks."""
    return msgspec.json.decode(round_.questions, type=Questionnaire)


def close(session: Session, round_: LocalRound, *, now: datetime) -> LocalRound:
    """Take no more answers and freeze the counts, as one; a round that is closed stays as it is."""
    lock(session, round_, shared=False)
    if round_.is_open:
        round_.tally = _encode(
            local_tallies.count(questionnaire(round_), local_ratings.given(session, round_.id))
        )
        round_.closed_at = now
        session.flush()
    return round_


def tally(round_: LocalRound) -> LocalTally:
    """The counts of a closed round: for `view` alone, and never for anybody's eyes."""
    return msgspec.json.decode(round_.tally or b"", type=LocalTally)


def view(round_: LocalRound, source: Source) -> LocalView:
    """What may be seen of a closed round, as the study's rule for small groups allows."""
    if round_.is_open:
        raise NotNow("Local answers can be seen when the local round has closed.")
    return local_tallies.view(questionnaire(round_), tally(round_), source.suppression)


def lock(session: Session, round_: LocalRound, *, shared: bool) -> None:
    """Hold the round, as it stands, against closing till this ends, or else against everything."""
    if not database.is_alone(session):
        held = select(LocalRound.id).where(LocalRound.id == round_.id).with_for_update(read=shared)
        session.execute(held).one()
        session.refresh(round_)


def _add(session: Session, edition: Edition, asked: Questionnaire, round_: LocalRound) -> LocalRound:
    last = select(func.max(LocalRound.number)).where(LocalRound.edition_id == edition.id)
    round_.edition_id, round_.number = edition.id, (session.scalar(last) or 0) + 1
    round_.questions = msgspec.json.encode(asked, order="deterministic")
    session.add(round_)
    session.flush()
    return round_


def _encode(tally: LocalTally) -> bytes:
    return msgspec.json.encode(tally, order="deterministic")
