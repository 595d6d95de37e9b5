"""Amendments: changes of a protocol after it was fixed, each with its date, its reason and what it affects.

What people have answered cannot be asked otherwise afterwards, so criteria, scale, panels, items and grids
stay. The protocol as it was before is kept, so that its fingerprint can be computed again.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, rounds, studies
from surveys import protocol as protocols
from surveys.base import Base
from surveys.designing import drafts
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.protocol import Protocol
from surveys.studies import Study

LONGEST_TEXT = 4000
NOT_FIXED = "The protocol is not fixed yet: change it as you like."
ENDED = "This study has ended, so its protocol stays as it is."
STAYS = "This part cannot be amended: people have answered by it."
CLOSE_FIRST = "A round is open, and people answer by what it says. Close it first."
UNCHANGED = "Nothing is changed here, so there is nothing to amend."
LOOSER = "Panellists were promised that small groups stay hidden: these numbers can be raised, not lowered."
TOO_FEW_ROUNDS = "There are {} rounds already, so there cannot be fewer."
ALL_SETTLED = "The last round is settled, and what goes on was decided: no other round can follow it."
SAME_VERSION = (
    "The text is another one, so it needs another version: people are asked again what they agree to."
)

# Which parts may be amended, and whether only while no round is open.
AMENDABLE = MappingProxyType(
    {"aims": False, "rules": True, "rounds": True, "information": False, "notes": False}
)


class Amendment(Base):
    """One change of a fixed protocol; `before` is the protocol as it was until then."""

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))
    part: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    affects: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    before_fingerprint: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))

    @property
    def protocol_before(self) -> Protocol:
        return protocols.read(self.before_fingerprint, lambda: self.before)


@dataclass(frozen=True)
class Why:
    """Why a protocol is amended, and what that affects."""

    reason: str
    affects: str


def check_can_amend(session: Session, study: Study, part: str) -> None:
    """Refuse what is not fixed, what has ended, what stays, and what people answer by at this moment."""
    studies.check_is_no_pilot(study, "Amend the study that it tries.")
    if study.locked_at is None:
        raise NotNow(NOT_FIXED)
    if study.ended_at is not None:
        raise NotNow(ENDED)
    if part not in AMENDABLE:
        raise NotNow(STAYS)
    if AMENDABLE[part] and any(round_.is_open for round_ in rounds.list_rounds(session, study)):
        raise NotNow(CLOSE_FIRST)


def can_amend(session: Session, study: Study, part: str) -> bool:
    """Whether the part may be amended now."""
    try:
        check_can_amend(session, study, part)
    except NotNow:
        return False
    return True


def save(  # noqa: PLR0913  # whose change of what, why, made from which standing, when
    session: Session,
    study: Study,
    part: str,
    data: dict[str, Any],
    *,
    why: Why,
    seen: str,
    by: str,
    now: datetime,
) -> Amendment:
    """Amend a part, if nobody else did meanwhile and the whole protocol still holds."""
    drafts.hold(session, study)
    check_can_amend(session, study, part)
    drafts.check_standing(study, part, seen)
    after = drafts.with_part(study.protocol, part, data)
    _check(session, study, after)
    _check_why(why)
    amendment = Amendment(
        study_id=study.id,
        number=len(list_(session, study)) + 1,
        at=now,
        by=by,
        part=part,
        reason=why.reason,
        affects=why.affects,
        before=protocols.to_builtins(study.protocol),
        before_fingerprint=study.fingerprint,
        fingerprint=protocols.fingerprint(after),
    )
    drafts.adopt(session, study, after)
    session.add(amendment)
    act = f"protocol amended: amendment {amendment.number}"
    audit.note(
        session, study.id, act, by=by, now=now, part=part, reason=why.reason, fingerprint=study.fingerprint
    )
    session.flush()
    return amendment


def list_(session: Session, study: Study) -> list[Amendment]:
    """The amendments of a study, first to last."""
    own = select(Amendment).where(Amendment.study_id == study.id)
    return list(session.scalars(own.order_by(Amendment.number)))


def get(session: Session, study: Study, number: int) -> Amendment:
    """This study's amendment with this number."""
    own = select(Amendment).where(Amendment.study_id == study.id, Amendment.number == number)
    if (amendment := session.scalar(own)) is None:
        raise NotFound(f"This study has no amendment {number}.")
    return amendment


def _check(session: Session, study: Study, after: Protocol) -> None:
    before = study.protocol
    if after == before:
        raise InvalidInput(UNCHANGED)
    there = len(rounds.list_rounds(session, study))
    if after.rounds.last < there:
        raise InvalidInput(TOO_FEW_ROUNDS.format(there), "rounds.last")
    if after.rounds.last > before.rounds.last and rounds.get_round(session, study, there).settled_at:
        raise InvalidInput(ALL_SETTLED, "rounds.last")
    was, is_ = before.suppression, after.suppression
    if is_.hidden_below < was.hidden_below or is_.limited_below < was.limited_below:
        raise InvalidInput(LOOSER, "suppression")
    _check_sheet(before, after)


def _check_sheet(before: Protocol, after: Protocol) -> None:
    """Another text has another version: what somebody agreed to can be told by it."""
    as_before = msgspec.structs.replace(after.information, version=before.information.version)
    is_new = (as_before, after.consents) != (before.information, before.consents)
    if is_new and after.information.version == before.information.version:
        raise InvalidInput(SAME_VERSION, "information.version")


def _check_why(why: Why) -> None:
    for field, text, needed in (
        ("reason", why.reason, "Say why: the reason is part of the record."),
        ("affects", why.affects, "Say what it affects: which answers, items or people, or nothing."),
    ):
        if not text:
            raise InvalidInput(needed, field)
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"This has {len(text)} characters; at most {LONGEST_TEXT} can be kept.", field)
