"""Who is at the door: accounts and passwords, sign-in links, personal links, and the sessions that they open.

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

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys.base import Base
from surveys.errors import InvalidInput, NotFound, Throttled
from surveys.panels import Panellist

ACCOUNT_SESSION = timedelta(hours=12)
PANELLIST_SESSION = timedelta(days=90)
SIGN_IN_LINK = timedelta(minutes=15)
ATTEMPTS, ATTEMPTS_WINDOW = 5, timedelta(minutes=15)
SHORTEST_PASSWORD = 12  # NIST SP 800-63B asks for length rather than for kinds of characters

WRONG_SIGN_IN = "The email address or the password is not right."
UNKNOWN_LINK = "This link does not open anything."
NO_ADDRESS = "An email address is needed, such as ada@example.org."
TOO_MANY_TRIES = "Too many tries. Please wait a quarter of an hour, or ask for a sign-in link."
TOO_MANY_LINKS = "Too many links were asked for. Please look into your mail, or wait a quarter of an hour."

_hasher = PasswordHasher()


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


class SignInAttempt(Base):
    """One failed try to sign in, or one link asked for, by address or by place; as a keyed hash."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_who_at", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


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
    if "@" not in address:
        raise InvalidInput(NO_ADDRESS, "email")
    if find_account(session, address):
        raise InvalidInput(f"There is an account for {address} already.", "email")
    hashed = _hash_password(password) if password is not None else None
    account = Account(email=address, name=name.strip() or address, password_hash=hashed, created_at=now)
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def sign_in(session: Session, key: Key, email: str, password: str, *, origin: str, now: datetime) -> str:
    """The token of a new session, or a refusal that does not tell whether the account exists.

    The failed try must be kept although the request is refused: see `note_failed_sign_in`.
    """
    check_attempts(session, key, email, origin, now=now)
    account = find_account(session, email)
    known = account.password_hash if account and account.password_hash else None
    if not _password_matches(known or _nobody(), password) or account is None or known is None:
        raise InvalidInput(WRONG_SIGN_IN, "password")
    if _hasher.check_needs_rehash(known):
        account.password_hash = _hasher.hash(password)
    return open_account_session(session, key, account, now=now)


def check_attempts(session: Session, key: Key, email: str, origin: str, *, now: datetime) -> None:
    """Refuse after too many failed tries for this address or from this place."""
    _check_few(session, _who(key, email, origin), TOO_MANY_TRIES, now=now)


def note_failed_sign_in(session: Session, key: Key, email: str, origin: str, *, now: datetime) -> None:
    """Remember a failed try, in a transaction of its own after the refusal."""
    _note(session, _who(key, email, origin), now=now)


def ask_for_sign_in_link(
    session: Session, key: Key, email: str, *, origin: str, now: datetime
) -> tuple[Account, str] | None:
    """The account and the token to be mailed to it; None without such an account, which nobody is told.

    Every asking counts, apart from wrong passwords: neither may shut the other door.
    """
    if "@" not in email:
        raise InvalidInput(NO_ADDRESS, "email")
    who = _who(key, email, origin, what="link ")
    _check_few(session, who, TOO_MANY_LINKS, now=now)
    _note(session, who, now=now)
    account = find_account(session, email)
    return None if account is None else (account, create_sign_in_link(session, key, account, now=now))


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
    if link is None or link.panellist.study.ended_at is not None:
        raise NotFound(UNKNOWN_LINK)
    return link


def open_account_session(session: Session, key: Key, account: Account, *, now: datetime) -> str:
    """A new browser session for an account; the token goes into its cookie."""
    return _open(session, key, BrowserSession(account_id=account.id, expires_at=now + ACCOUNT_SESSION))


def open_panellist_session(session: Session, key: Key, link: PersonalLink, *, now: datetime) -> str:
    """A new browser session for a panellist; the token goes into its cookie."""
    return _open(session, key, BrowserSession(link_id=link.id, expires_at=now + PANELLIST_SESSION))


def close_session(session: Session, key: Key, token: str) -> None:
    """Sign this browser out."""
    if found := session.get(BrowserSession, key.hash(token)):
        session.delete(found)


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


def _open(session: Session, key: Key, browser: BrowserSession) -> str:
    token = secrets.token_urlsafe(24)
    browser.token_hash = key.hash(token)
    session.add(browser)
    session.flush()
    return token


@cache
def _nobody() -> str:
    """What is verified where there is no account, so that both take as long; not made at start."""
    return _hasher.hash(secrets.token_urlsafe())


def _hash_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(f"A password has at least {SHORTEST_PASSWORD} characters.", "password")
    return _hasher.hash(password)


def _password_matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _who(key: Key, email: str, origin: str, what: str = "") -> dict[str, int]:
    """Under which hashes a try is counted, by address and by place, and how many each may have."""
    return {
        key.hash(f"{what}email " + email.strip().lower()): ATTEMPTS,
        key.hash(f"{what}origin " + origin): ATTEMPTS * 4,
    }


def _check_few(session: Session, who: dict[str, int], refusal: str, *, now: datetime) -> None:
    for hashed, most in who.items():
        recent = select(func.count()).where(
            SignInAttempt.who == hashed, SignInAttempt.at > now - ATTEMPTS_WINDOW
        )
        if session.scalar(recent) >= most:  # type: ignore[operator]  # a count is never None
            raise Throttled(refusal)


def _note(session: Session, who: dict[str, int], *, now: datetime) -> None:
    session.add_all(SignInAttempt(who=hashed, at=now) for hashed in who)
