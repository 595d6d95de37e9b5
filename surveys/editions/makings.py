"""How many editions may be made from one place in a while: whoever makes more is asked to wait.

Counted as tries to sign in are, under a keyed hash of the place, and forgotten with them.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.errors import Throttled
from surveys.sign_ins import SignInAttempt

# A workshop of many teams behind one address makes its editions within minutes.
MOST, WINDOW = 30, timedelta(minutes=15)
TOO_MANY = "Many editions were made from your network just now. Please try again in a quarter of an hour."


def count(session: Session, key: Key, origin: str, *, now: datetime) -> None:
    """Count an edition that is made from this place; refused where there were too many."""
    who = key.hash(f"edition made from {origin}")
    recent = select(func.count()).where(SignInAttempt.who == who, SignInAttempt.at > now - WINDOW)
    if (session.scalar(recent) or 0) >= MOST:
        raise Throttled(TOO_MANY)
    session.add(SignInAttempt(who=who, at=now))
