"""A study: its protocol as it stands, whose it is, and whether its answers are simulated."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import audit
from surveys import protocol as protocols
from surveys.access import Account
from surveys.base import Base
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.items import Item
from surveys.panels import Panel
from surveys.protocol import Protocol

NO_SUCH_STUDY = "There is no such study here."
IS_PILOT = "This is a pilot: its answers are kept apart and never counted."
HAS_TEAM = "Its team is the team of the study that it tries."


class Study(Base):
    """A study. `protocol_json` is the protocol as builtins, `vocabularies` what items are tagged by."""

    __tablename__ = "studies"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    # Deferred: a request knows its protocol by the fingerprint, and seldom has to read the text again.
    protocol_json: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    vocabularies: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    is_simulated: Mapped[bool] = mapped_column(default=False)
    # The languages offered beside the first, each with a mark that changes with its translations.
    languages: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]  # the protocol is fixed from here on
    ended_at: Mapped[datetime | None]  # personal links open nothing from here on
    time_zone: Mapped[str] = mapped_column(String(60), default="", server_default="")  # see `zones`
    # Of a pilot, the study that it tries; a study has one at most, see `pilots`.
    pilot_of_id: Mapped[int | None] = mapped_column(ForeignKey("studies.id"), index=True, unique=True)

    pilot_of: Mapped["Study | None"] = relationship(remote_side="Study.id")
    criteria: Mapped[list["StudyCriterion"]] = relationship(order_by="StudyCriterion.position")
    panels: Mapped[list[Panel]] = relationship(order_by=Panel.position, back_populates="study")
    items: Mapped[list[Item]] = relationship(order_by=Item.position)

    @property
    def protocol(self) -> Protocol:
        return protocols.read(self.fingerprint, lambda: self.protocol_json)

    @property
    def is_pilot(self) -> bool:
        return self.pilot_of_id is not None

    @property
    def is_over(self) -> bool:
        """Whether it has ended; a pilot ends with the study that it tries."""
        return self.ended_at is not None or (self.pilot_of is not None and self.pilot_of.is_over)

    @property
    def team_id(self) -> int:
        """The study whose team this one has: a pilot has that of the study that it tries."""
        return self.pilot_of_id or self.id


class StudyCriterion(Base):
    """A criterion of the protocol, as a short number that ratings can point at."""

    __tablename__ = "criteria"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]


class Membership(Base):
    """An account's place on a study's team."""

    __tablename__ = "memberships"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20), default="owner")


def create(
    session: Session,
    key: str,
    protocol: Protocol,
    *,
    now: datetime,
    vocabularies: dict[str, Any] | None = None,
) -> Study:
    """A new study with its criteria and panels; its items come by `items.add`."""
    if find(session, key):
        raise InvalidInput(f"There is a study “{key}” already. Give this one another key.", "key")
    study = Study(
        key=key,
        title=protocol.title,
        protocol_json=protocols.to_builtins(protocol),
        fingerprint=protocols.fingerprint(protocol),
        vocabularies=vocabularies or {},
        created_at=now,
    )
    study.criteria = [StudyCriterion(key=c.key, position=n) for n, c in enumerate(protocol.criteria)]
    study.panels = [Panel(key=p.key, name=p.name, position=n) for n, p in enumerate(protocol.panels)]
    session.add(study)
    session.flush()
    return study


def find(session: Session, key: str) -> Study | None:
    """The study with this key."""
    return session.scalar(select(Study).where(Study.key == key))


def get(session: Session, key: str) -> Study:
    """The study with this key, for the command line, where whoever asks owns the database."""
    if (study := find(session, key)) is None:
        raise NotFound(f"There is no study “{key}”.")
    return study


def get_for(session: Session, key: str, account: Account) -> Study:
    """The study with this key if the account is on its team; otherwise it does not exist."""
    if (study := find_for(session, key, account)) is None:
        raise NotFound(NO_SUCH_STUDY)
    return study


def find_for(session: Session, key: str, account: Account) -> Study | None:
    """The study with this key if the account is on its team."""
    own = select(Study).join(Membership, Membership.study_id == func.coalesce(Study.pilot_of_id, Study.id))
    return session.scalar(own.where(Study.key == key, Membership.account_id == account.id))


def list_for(session: Session, account: Account) -> list[Study]:
    """The studies that this account is on the team of, newest first; pilots stand with theirs."""
    own = select(Study).join(Membership).where(Membership.account_id == account.id)
    return list(session.scalars(own.order_by(Study.created_at.desc(), Study.id.desc())))


def list_all(session: Session) -> list[Study]:
    """Every study, by key."""
    return list(session.scalars(select(Study).order_by(Study.key)))


def check_is_no_pilot(study: Study, so: str) -> None:
    """Refuse what a pilot is not for; `so` says what follows from its being one."""
    if study.is_pilot:
        raise NotNow(f"{IS_PILOT} {so}")


def add_member(session: Session, study: Study, account: Account, *, by: str, now: datetime) -> None:
    """Put an account on the study's team; being there already is no mistake."""
    check_is_no_pilot(study, HAS_TEAM)
    if session.get(Membership, (study.id, account.id)) is not None:
        return
    session.add(Membership(study_id=study.id, account_id=account.id, role="owner"))
    audit.note(session, study.id, "member added", by=by, now=now, account=account.email)
    session.flush()
