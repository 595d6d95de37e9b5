"""Who is at the door: accounts, sign-in links, personal links, and the sessions that they open.

Secrets are kept as keyed hashes only. A personal link is derived from a nonce and the service's key, so that
it can be shown to the researcher again, while the database alone opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, ForeignKey, Select, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys import emails, passwords
from surveys.base import Base
from surveys.errors import InvalidInput, NotFound
from surveys.marks import marked
from surveys.panels import Panellist

ACCOUNT_SESSION = timedelta(hours=12)
PANELLIST_SESSION = timedelta(days=90)
SIGN_IN_LINK = timedelta(minutes=15)

UNKNOWN_LINK = marked("This link does not open anything.")
LONGEST_NAME = 200


class Account(Base):
    """A member of a research team who can sign in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class SignInLink(Base):
    """A link that signs an account in: once, and briefly."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship()


class PersonalLink(Base):
    """A panellist's own link. It stays good until it is revoked or the study ends."""

    __tablename__ = "personal_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(43))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    panellist: Mapped[Panellist] = relationship()


class BrowserSession(Base):
    """One browser that somebody has opened: an account's, or a panellist's by a personal link."""

    __tablename__ = "browser_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("personal_links.id"), index=True)
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Key:
    """The service's secret, and the keyed hash that everything here is kept as."""

    secret: bytes

    def hash(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()

    def token(self, nonce: str) -> str:
        digest = hmac.new(self.secret, b"personal link " + nonce.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()


def create_account(
    session: Session, email: str, name: str, password: str | None, *, now: datetime
) -> Account:
    """A new account. Without a password it signs in by link only."""
    address = email.strip().lower()
    emails.check(address, "email")
    if len(name.strip()) > LONGEST_NAME:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters.", "name")
    if find_account(session, address):
        raise InvalidInput(f"There is an account for {address} already.", "email")
    hashed = passwords.hash_(password) if password is not None else None
    account = Account(
        email=address, name=name.strip() or address[:LONGEST_NAME], password_hash=hashed, created_at=now
    )
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def create_sign_in_link(session: Session, key: Key, account: Account, *, now: datetime) -> str:
    """The token of a link that signs this account in once, within a quarter of an hour."""
    token = secrets.token_urlsafe(24)
    expires = now + SIGN_IN_LINK
    session.add(SignInLink(token_hash=key.hash(token), account_id=account.id, expires_at=expires))
    session.flush()
    return token


def use_sign_in_link(session: Session, key: Key, token: str, *, now: datetime) -> str:
    """Exchange a sign-in link for a session. Unknown, used and expired are refused alike."""
    hashed = key.hash(token)
    claim = update(SignInLink).where(
        SignInLink.token_hash == hashed, SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    if session.execute(claim.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(UNKNOWN_LINK)
    link = session.get_one(SignInLink, hashed)
    return open_account_session(session, key, link.account, now=now)


def create_personal_link(session: Session, key: Key, panellist: Panellist, *, now: datetime) -> PersonalLink:
    """A link for this panellist; `personal_token` tells what to send."""
    nonce = secrets.token_urlsafe(16)
    link = PersonalLink(
        panellist=panellist, nonce=nonce, token_hash=key.hash(key.token(nonce)), created_at=now
    )
    session.add(link)
    return link


def personal_token(key: Key, link: PersonalLink) -> str:
    """What stands in the link's address."""
    return key.token(link.nonce)


def revoke_personal_links(session: Session, panellist: Panellist, *, now: datetime) -> None:
    """Close this panellist's links, and with them every browser that they opened."""
    live = update(PersonalLink).where(
        PersonalLink.panellist_id == panellist.id, PersonalLink.revoked_at.is_(None)
    )
    session.execute(live.values(revoked_at=now))


def get_personal_link(session: Session, key: Key, token: str) -> PersonalLink:
    """The live link with this token. Unknown, malformed, revoked and of an ended study are refused alike."""
    live = select(PersonalLink).where(
        PersonalLink.token_hash == key.hash(token), PersonalLink.revoked_at.is_(None)
    )
    link = session.scalar(live)
    if link is None or link.panellist.study.is_over:
        raise NotFound(UNKNOWN_LINK)
    return link


def open_account_session(session: Session, key: Key, account: Account, *, now: datetime) -> str:
    """A new browser session for an account; the token goes into its cookie."""
    return _open(session, key, BrowserSession(account_id=account.id, expires_at=now + ACCOUNT_SESSION))


def open_panellist_session(session: Session, key: Key, link: PersonalLink, *, now: datetime) -> str:
    """A new browser session for a panellist; the token goes into its cookie."""
    _hold_link(session, link)
    return _open(session, key, BrowserSession(link_id=link.id, expires_at=now + PANELLIST_SESSION))


def close_session(session: Session, key: Key, token: str) -> None:
    """Sign this browser out."""
    if found := session.get(BrowserSession, key.hash(token)):
        session.delete(found)


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete the sessions that are over and the sign-in links that open nothing any more."""
    session.execute(delete(BrowserSession).where(BrowserSession.expires_at <= now))
    is_over = SignInLink.used_at.is_not(None) | (SignInLink.expires_at <= now)
    session.execute(delete(SignInLink).where(is_over))


def find_visitor(session: Session, key: Key, token: str, *, now: datetime) -> Account | Panellist | None:
    """Whose browser this is, or None: no session, an expired one, or one whose link was revoked."""
    asked = {"token_hash": key.hash(token), "now": now}
    if (row := session.execute(_panellist_of(), asked).first()) is None:
        return session.scalar(_account_of(), asked)
    panellist, revoked_at = row
    # Withdrawing revokes the link too, and whoever withdrew must be told so.
    return panellist if revoked_at in (None, panellist.withdrawn_at) else None


@cache
def _panellist_of() -> Select[Panellist, datetime | None]:
    """Whose link opened a browser: asked at every answer, and slower to put together than to run."""
    whose = select(Panellist, PersonalLink.revoked_at).options(joinedload(Panellist.study))
    by_link = whose.join(PersonalLink, PersonalLink.panellist_id == Panellist.id)
    return by_link.join(BrowserSession, BrowserSession.link_id == PersonalLink.id).where(*_is_live())


@cache
def _account_of() -> Select[Account]:
    """Whose account is signed in at a browser."""
    return select(Account).join(BrowserSession, BrowserSession.account_id == Account.id).where(*_is_live())


def _is_live() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return BrowserSession.token_hash == bindparam("token_hash"), BrowserSession.expires_at > bindparam("now")


def _hold_link(session: Session, link: PersonalLink) -> None:
    own = select(PersonalLink.id).where(PersonalLink.id == link.id)
    # A pilot may be removed while somebody comes in.
    if session.scalar(own.with_for_update(read=True, key_share=True)) is None:
        raise NotFound(UNKNOWN_LINK)


def _open(session: Session, key: Key, browser: BrowserSession) -> str:
    token = secrets.token_urlsafe(24)
    browser.token_hash = key.hash(token)
    session.add(browser)
    session.flush()
    return token
