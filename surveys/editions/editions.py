"""Editions: made from a publication, opened by a secret link, changed a step at a time, every version kept.

Whoever has the secret link may edit. The token is random and kept as a keyed hash alone, so it cannot be
shown again. A version is never changed; the newest is what the edition says.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import database, publications
from surveys.access import UNKNOWN_LINK, Key
from surveys.base import Base, words
from surveys.database import LARGEST_NUMBER
from surveys.editions import makings, plan_reading, plans, sources
from surveys.editions.plans import EditionPlan, Gone, GroupStep, PlanStep, Step
from surveys.editions.sources import KeptSource, Source, SourceState
from surveys.errors import NotFound, NotNow

STALE = (
    "Somebody else saved this step while you were writing. Their text is shown beside yours, and yours is"
    " still on this page. Put together what you want to keep, and save again."
)
NO_VERSION = "This edition has no version {}."


class Origin(StrEnum):
    """What made a version: the steps by their own names, or one of these."""

    MADE = "made"
    COPIED = "copied"
    UPDATED = "brought up to date"
    GROUP = Step.GROUP.value
    ISSUES = Step.ISSUES.value
    INGREDIENTS = Step.INGREDIENTS.value
    CODESIGN = Step.CODESIGN.value


class Edition(Base):
    """A local edition of a study. All that it says stands in its versions."""

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"), index=True)
    created_at: Mapped[datetime]


class EditionVersion(Base):
    """What an edition said from one saving to the next, and which source it was made from. Append-only."""

    __tablename__ = "edition_versions"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    origin: Mapped[Origin] = mapped_column(words(Origin))
    source_digest: Mapped[str] = mapped_column(ForeignKey("edition_sources.digest"))
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, opaque to the database
    at: Mapped[datetime]
    source: Mapped[KeptSource] = relationship()


@dataclass(frozen=True)
class Created:
    """A new edition, and what stands in the address of its secret link."""

    edition: Edition
    token: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One version of an edition as plain values. `is_newest` tells whether it may be saved upon."""

    edition_id: int
    number: int
    is_newest: bool
    origin: str
    plan: EditionPlan
    source: Source
    state: SourceState
    saved_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class VersionLine:
    """A line of the list of versions."""

    number: int
    origin: str
    at: datetime


@dataclass(frozen=True)
class UpToDate:
    """The version after bringing an edition up to date, and the items that it speaks of and that went."""

    number: int
    gone: tuple[Gone, ...]


def create(
    session: Session, key: Key, study_key: str, *, now: datetime, place: str = "", origin: str = ""
) -> Created:
    """A new edition of what this study has published; a study that publishes nothing is refused.

    `origin` is from where it is made, as far as that is known: from one place not too many in a while.
    """
    published = publications.get(session, study_key)
    makings.count(session, key, origin, now=now)
    plan = EditionPlan(group=GroupStep(place=place.strip()))
    kept = sources.take(session, published, now=now)
    plan_reading.check(plan.group, plan, sources.read(kept))
    return begin(session, key, kept, plan, now=now)


def begin(
    session: Session,
    key: Key,
    kept: KeptSource,
    plan: EditionPlan,
    *,
    now: datetime,
    copied_from: int | None = None,
) -> Created:
    """An edition with its first version and a token of its own."""
    token = secrets.token_urlsafe(24)
    edition = Edition(
        token_hash=key.hash(token), study_id=kept.study_id, copied_from_id=copied_from, created_at=now
    )
    session.add(edition)
    session.flush()
    _add(session, edition, kept, plan, Origin.COPIED if copied_from else Origin.MADE, now=now)
    return Created(edition, token)


def get(session: Session, key: Key, token: str) -> Edition:
    """The edition that this secret link opens; unknown and malformed are refused alike."""
    edition = session.scalar(select(Edition).where(Edition.token_hash == key.hash(token)))
    if edition is None:
        raise NotFound(UNKNOWN_LINK)
    return edition


def draft(session: Session, edition: Edition, number: int | None = None) -> Draft:
    """The newest version of an edition, or the one with this number."""
    newest = _newest(session, edition)
    version = newest if number is None else _numbered(session, edition, number)
    return Draft(
        edition_id=edition.id,
        number=version.number,
        is_newest=version.number == newest.number,
        origin=version.origin.value,
        plan=plans.decode(version.content),
        source=sources.read(version.source),
        state=sources.state(session, version.source),
        saved_at=version.at,
        created_at=edition.created_at,
    )


def list_versions(session: Session, edition: Edition) -> tuple[VersionLine, ...]:
    """Every version of an edition, the newest first."""
    columns = select(EditionVersion.number, EditionVersion.origin, EditionVersion.at)
    own = columns.where(EditionVersion.edition_id == edition.id)
    rows = session.execute(own.order_by(EditionVersion.number.desc()))
    return tuple(VersionLine(number, origin.value, at) for number, origin, at in rows)


def save(
    session: Session, edition: Edition, step: Step, data: Mapping[str, Any], *, seen: int, now: datetime
) -> int:
    """Keep a step as it was typed, for whoever saw version `seen`; tells the number of the newest version.

    FaultyFile names every mistake. What is the same as what is kept adds no version, so a form sent twice is
    kept once. Where somebody else has saved this step since, NotNow, and nothing is lost: see `draft`.
    """
    hold(session, edition)
    newest = _newest(session, edition)
    plan, source = plans.decode(newest.content), sources.read(newest.source)
    content = plan_reading.read(step, data, plan, source)
    after = plans.with_step(plan, step, content, source=source)
    if after == plan:
        return newest.number
    _check_fresh(session, edition, step, seen)
    return _add(session, edition, newest.source, after, Origin(step.value), now=now)


def is_stale(session: Session, edition: Edition, step: Step, seen: int) -> bool:
    """Whether this step says something else than in the version `seen`."""
    known = session.get(EditionVersion, (edition.id, seen)) if 0 < seen <= LARGEST_NUMBER else None
    return known is None or _says(known, step) != _says(_newest(session, edition), step)


def bring_up_to_date(session: Session, edition: Edition, *, now: datetime) -> UpToDate:
    """Take what the study publishes now, and keep everything local; what is up to date stays as it is."""
    hold(session, edition)
    newest = _newest(session, edition)
    plan = plans.decode(newest.content)
    if sources.state(session, newest.source) == SourceState.CURRENT:
        return UpToDate(newest.number, plan.gone)
    kept = sources.take(session, sources.get_published(session, newest.source), now=now)
    gone = plans.gone_from(plan, sources.read(newest.source), sources.read(kept))
    after = msgspec.structs.replace(plan, gone=gone)
    number = _add(session, edition, kept, after, Origin.UPDATED, now=now)
    return UpToDate(number, gone)


def hold(session: Session, edition: Edition) -> None:
    """Hold the edition against every other act till this ends."""
    if not database.is_alone(session):
        session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update()).one()


def _newest(session: Session, edition: Edition) -> EditionVersion:
    own = select(EditionVersion).where(EditionVersion.edition_id == edition.id)
    return session.scalars(own.order_by(EditionVersion.number.desc()).limit(1)).one()


def _numbered(session: Session, edition: Edition, number: int) -> EditionVersion:
    version = session.get(EditionVersion, (edition.id, number)) if 0 < number <= LARGEST_NUMBER else None
    if version is None:
        raise NotFound(NO_VERSION.format(number))
    return version


def _check_fresh(session: Session, edition: Edition, step: Step, seen: int) -> None:
    """Refuse to write over what somebody else has saved in this step since."""
    if is_stale(session, edition, step, seen):
        raise NotNow(STALE)


def _says(version: EditionVersion, step: Step) -> PlanStep:
    return plans.step_of(plans.decode(version.content), step)


def _add(
    session: Session, edition: Edition, kept: KeptSource, plan: EditionPlan, origin: Origin, *, now: datetime
) -> int:
    newest = select(func.max(EditionVersion.number)).where(EditionVersion.edition_id == edition.id)
    number = (session.scalar(newest) or 0) + 1
    version = EditionVersion(
        edition_id=edition.id,
        number=number,
        origin=origin,
        source_digest=kept.digest,
        content=plans.encode(plan),
        at=now,
    )
    session.add(version)
    session.flush()
    return number
