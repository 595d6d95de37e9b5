"""Signing in: by a password, or by asking for a link; and how many tries each has.

A try with a password is counted before the password is compared, and forgotten when it was right. So it
counts whatever becomes of the request, and many at once gain nothing. Comparing takes long and needs no
database, so it is done while none is held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import access, emails, passwords
from surveys.access import Account, Key
from surveys.base import Base
from surveys.errors import InvalidInput, Throttled

ATTEMPTS, ATTEMPTS_WINDOW = 5, timedelta(minutes=15)
REMEMBERED = timedelta(days=1)

WRONG = "The email address or the password is not right."
TOO_MANY_TRIES = "Too many tries. Please wait a quarter of an hour, or ask for a sign-in link."
TOO_MANY_LINKS = "Too many links were asked for. Please look into your mail, or wait a quarter of an hour."


class SignInAttempt(Base):
    """One try to sign in, or one link asked for, by address or by place; as a keyed hash."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_who_at", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Try:
    """A try that has been counted, and the hash that its password is to be compared with."""

    counted: tuple[int, ...]
    account_id: int | None
    password_hash: str | None


@dataclass(frozen=True)
class Proof:
    """That the password of a try was right; `renewed` is its hash, where it has to be kept anew."""

    counted: tuple[int, ...]
    account_id: int
    renewed: str | None


def begin(session: Session, key: Key, email: str, *, origin: str, now: datetime) -> Try:
    """Count a try for this address and from this place; refused where there were too many."""
    who = _who(key, email, origin)
    _check_few(session, who, TOO_MANY_TRIES, now=now)
    counted = _note(session, who, now=now)
    if (account := access.find_account(session, email)) is None:
        return Try(counted, None, None)
    return Try(counted, account.id, account.password_hash)


def prove(tried: Try, password: str) -> Proof:
    """Compare the password, or refuse without telling whether the account exists. See the module."""
    known = tried.password_hash
    if not passwords.matches(known, password) or known is None or tried.account_id is None:
        raise InvalidInput(WRONG, "password")
    return Proof(tried.counted, tried.account_id, passwords.renewed(known, password))


def finish(session: Session, key: Key, proof: Proof, *, now: datetime) -> str:
    """The token of a new session, for a try whose password was right; the try is forgotten."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(proof.counted)))
    account = session.get_one(Account, proof.account_id)
    account.password_hash = proof.renewed or account.password_hash
    return access.open_account_session(session, key, account, now=now)


def ask_for_link(
    session: Session, key: Key, email: str, *, origin: str, now: datetime
) -> tuple[Account, str] | None:
    """The account and the token to be mailed to it; None without such an account, which nobody is told.

    Every asking counts, apart from wrong passwords: neither may shut the other door.
    """
    emails.check(email.strip(), "email")
    who = _who(key, email, origin, what="link ")
    _check_few(session, who, TOO_MANY_LINKS, now=now)
    _note(session, who, now=now)
    account = access.find_account(session, email)
    return None if account is None else (account, access.create_sign_in_link(session, key, account, now=now))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the tries that have long ceased to count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - REMEMBERED))


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


def _note(session: Session, who: dict[str, int], *, now: datetime) -> tuple[int, ...]:
    noted = [SignInAttempt(who=hashed, at=now) for hashed in who]
    session.add_all(noted)
    session.flush()
    return tuple(one.id for one in noted)
