"""Passwords: kept as argon2 hashes, which take a tenth of a second to make or to compare on purpose."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveys.errors import InvalidInput

SHORTEST = 12  # NIST SP 800-63B asks for length rather than for kinds of characters

_hasher = PasswordHasher()


def hash_(password: str) -> str:
    """What is kept of a new password."""
    if len(password) < SHORTEST:
        raise InvalidInput(f"A password has at least {SHORTEST} characters.", "password")
    return _hasher.hash(password)


def matches(known: str | None, password: str) -> bool:
    """Whether this is the password that was hashed. Where there is none, finding out takes as long."""
    try:
        _hasher.verify(known or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def renewed(known: str, password: str) -> str | None:
    """The hash by today's parameters; None where `known` was made by them."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(known) else None


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows; not made at start."""
    return _hasher.hash(secrets.token_urlsafe())
