"""Panels and panellists: a code in a panel, what it consented to, and whether it has withdrawn."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys import database
from surveys.base import Base, words
from surveys.errors import NotFound
from surveys.marks import marked
from surveys.people import Person

if TYPE_CHECKING:
    from surveys.studies import Study

OWN_LIST = "own list"
GONE = marked("This study is not there any more: it was removed.")


class Panel(Base):
    """A group of panellists whose verdict stands by itself."""

    __tablename__ = "panels"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    study: Mapped["Study"] = relationship(back_populates="panels")


class Panellist(Base):
    """A code in a panel. Who it is stands in `people`, and that link can be cut."""

    __tablename__ = "panellists"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    # By which way it was invited; the rows of earlier versions were all typed or read from a file.
    channel: Mapped[str] = mapped_column(String(80), default=OWN_LIST, server_default=OWN_LIST)
    language: Mapped[str | None] = mapped_column(String(35))  # chosen on a page; else the person's counts
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    panel: Mapped[Panel] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship()
    study: Mapped["Study"] = relationship(viewonly=True)


class ConsentKind(StrEnum):
    """What a panellist is asked for, one by one."""

    TAKE_PART = "take part"
    SHOW_COMMENTS = "show comments"
    QUOTE = "quote"


class Consent(Base):
    """One answer to one question of consent, and the sheet it was given to. The newest of a kind counts."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_panellist_kind", "panellist_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"))
    kind: Mapped[ConsentKind] = mapped_column(words(ConsentKind))
    is_given: Mapped[bool]
    sheet_version: Mapped[str] = mapped_column(String(40))
    sheet_fingerprint: Mapped[str] = mapped_column(String(64))  # of the sheet in the study's first language
    language: Mapped[str] = mapped_column(String(35), default="en", server_default="en")  # it was read in
    at: Mapped[datetime]


def add(
    session: Session,
    panel: Panel,
    code: str,
    *,
    now: datetime,
    person: Person | None = None,
    channel: str = OWN_LIST,
) -> Panellist:
    """A new panellist; that its code is free is checked where codes are read or made, see `hold_all`."""
    panellist = Panellist(
        study_id=panel.study_id, panel=panel, code=code, person=person, channel=channel, added_at=now
    )
    session.add(panellist)
    return panellist


def list_panellists(session: Session, study: "Study") -> list[Panellist]:
    """All panellists of the study, by panel and code, the withdrawn among them."""
    own = select(Panellist).join(Panel).where(Panellist.study_id == study.id)
    with_names = own.options(joinedload(Panellist.person))  # one query, however many there are
    return list(session.scalars(with_names.order_by(Panel.position, Panellist.code)))


def count_by_panel(session: Session, study: "Study") -> dict[str, int]:
    """How many are on each panel of the study, by its key; who has withdrawn is not counted."""
    staying = select(Panellist.panel_id, func.count()).where(
        Panellist.study_id == study.id, Panellist.withdrawn_at.is_(None)
    )
    counts = {row[0]: row[1] for row in session.execute(staying.group_by(Panellist.panel_id))}
    return {panel.key: counts.get(panel.id, 0) for panel in study.panels}


def get_panellist(session: Session, study: "Study", panellist_id: int) -> Panellist:
    """This study's panellist with this number; another study's does not exist here."""
    own = select(Panellist).where(Panellist.id == panellist_id, Panellist.study_id == study.id)
    if (panellist := session.scalar(own)) is None:
        raise NotFound("There is no such panellist in this study.")
    return panellist


def hold(session: Session, panellist: Panellist) -> None:
    """Hold this panellist, as it stands, against its own other devices and its leaving, till this ends."""
    if database.is_alone(session) or not database.first_time(session, "held panellist", panellist.id):
        return
    if (held := session.execute(_HELD, {"id": panellist.id}).one_or_none()) is None:
        raise NotFound(GONE)  # a pilot was removed while somebody agreed
    # Where it was moved while this waited, what it gives now has to count in the panel that it is on now.
    if held != (panellist.withdrawn_at, panellist.panel_id):
        session.refresh(panellist)


def hold_all(session: Session, study: "Study") -> None:
    """Hold the study's panels: till this ends nobody else is added to them."""
    if not database.is_alone(session):
        own = select(Panel.id).where(Panel.study_id == study.id).order_by(Panel.id)
        session.execute(own.with_for_update(key_share=True))


def record_consents(  # noqa: PLR0913  # what was agreed to, on which sheet, read in which language
    session: Session,
    panellist: Panellist,
    given: dict[ConsentKind, bool],
    *,
    version: str,
    sheet: str,
    now: datetime,
    language: str = "en",
) -> None:
    """Keep each answer with the sheet's version and fingerprint; earlier ones stay, a repeat adds nothing."""
    known = consents(session, panellist)
    session.add_all(
        Consent(
            panellist_id=panellist.id,
            kind=kind,
            is_given=yes,
            sheet_version=version,
            sheet_fingerprint=sheet,
            language=language,
            at=now,
        )
        for kind, yes in given.items()
        if kind not in known or (known[kind].is_given, known[kind].sheet_fingerprint) != (yes, sheet)
    )
    session.flush()


def consents(session: Session, panellist: Panellist) -> dict[ConsentKind, Consent]:
    """The newest answer to each question that was answered."""
    rows = session.scalars(select(Consent).where(Consent.panellist_id == panellist.id).order_by(Consent.id))
    return {consent.kind: consent for consent in rows}


def newest_consents(session: Session, study: "Study") -> dict[tuple[int, ConsentKind], Consent]:
    """The newest answer of each panellist (by id) to each question that was answered."""
    given = select(Consent).join(Panellist, Panellist.id == Consent.panellist_id)
    rows = session.scalars(given.where(Panellist.study_id == study.id).order_by(Consent.id))
    return {(consent.panellist_id, consent.kind): consent for consent in rows}


def has_consented(session: Session, panellist: Panellist, kind: ConsentKind, sheet: str) -> bool:
    """Whether the newest answer of this kind is yes, given to the sheet with this fingerprint."""
    newest = find_consent(session, panellist, kind)
    return newest is not None and newest.is_given and newest.sheet_fingerprint == sheet


def find_consent(session: Session, panellist: Panellist, kind: ConsentKind) -> Consent | None:
    """The newest answer to this question."""
    return session.scalar(_NEWEST_CONSENT, {"panellist_id": panellist.id, "kind": kind})


# Asked for every page or answer of a panellist, so they are put together once.
_HELD = (
    select(Panellist.withdrawn_at, Panellist.panel_id)
    .where(Panellist.id == bindparam("id"))
    .with_for_update(key_share=True)
)
_NEWEST_CONSENT = (
    select(Consent)
    .where(Consent.panellist_id == bindparam("panellist_id"), Consent.kind == bindparam("kind"))
    .order_by(Consent.id.desc())
    .limit(1)
)
