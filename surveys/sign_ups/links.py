"""The public link of a panel: made and taken back by the team, and shown again since it is derived."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import audit, panels, studies
from surveys.access import Key
from surveys.base import Base
from surveys.errors import NotFound, NotNow
from surveys.panels import Panel
from surveys.sign_ups import forms
from surveys.studies import Study

CLOSED = "Nobody can sign up at this address: it is not whole, or signing up has ended."
STUDY_ENDED = "This study has ended, so nobody can sign up any more."
NO_PANEL = "There is no such panel in this study."


class SignUpLink(Base):
    """A public link. A panel has one that is live at most; one that was taken back opens nothing."""

    __tablename__ = "sign_up_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(43))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    panel: Mapped[Panel] = relationship()


def get_panel(study: Study, key: str) -> Panel:
    """The panel of this study with this key."""
    for panel in study.panels:
        if panel.key == key:
            return panel
    raise NotFound(NO_PANEL)


def open_(session: Session, key: Key, panel: Panel, *, by: str, now: datetime) -> None:
    """Make the panel's link; one that is live stays."""
    studies.check_is_no_pilot(panel.study, "Nobody can sign up for it.")
    if panel.study.ended_at is not None:
        raise NotNow(STUDY_ENDED)
    panels.hold_all(session, panel.study)
    if _find(session, panel) is not None:
        return
    forms.get(session, panel)
    nonce = secrets.token_urlsafe(16)
    hashed = key.hash(_token(key, nonce))
    session.add(SignUpLink(panel_id=panel.id, nonce=nonce, token_hash=hashed, created_at=now))
    audit.note(session, panel.study_id, "sign-up link made", by=by, now=now, panel=panel.key)
    session.flush()


def take_back(session: Session, panel: Panel, *, by: str, now: datetime) -> None:
    """Close the panel's link; it never opens anything again, and another can be made."""
    panels.hold_all(session, panel.study)
    if (link := _find(session, panel)) is None:
        return
    link.revoked_at = now
    audit.note(session, panel.study_id, "sign-up link taken back", by=by, now=now, panel=panel.key)
    session.flush()


def find_token(session: Session, key: Key, panel: Panel) -> str:
    """What stands in the address of the panel's link; nothing where there is none."""
    link = _find(session, panel)
    return _token(key, link.nonce) if link else ""


def get(session: Session, key: Key, token: str) -> SignUpLink:
    """The live link with this token; unknown, taken back and of an ended study are refused alike."""
    live = select(SignUpLink).where(SignUpLink.token_hash == key.hash(token), SignUpLink.revoked_at.is_(None))
    link = session.scalar(live)
    if link is None or link.panel.study.ended_at is not None:
        raise NotFound(CLOSED)
    return link


def check_live(session: Session, link: SignUpLink) -> None:
    """Refuse a link that was taken back since it was found."""
    live = select(SignUpLink.id).where(SignUpLink.id == link.id, SignUpLink.revoked_at.is_(None))
    if session.scalar(live) is None:
        raise NotFound(CLOSED)


def _find(session: Session, panel: Panel) -> SignUpLink | None:
    live = select(SignUpLink).where(SignUpLink.panel_id == panel.id, SignUpLink.revoked_at.is_(None))
    return session.scalar(live)


def _token(key: Key, nonce: str) -> str:
    return key.token(f"sign-up {nonce}")
