"""How many may sign up from one place in a while: whoever sends more is asked to wait.

Counted as tries to sign in are, under a keyed hash of the place, and forgotten with them.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.errors import Throttled
from surveys.sign_ins import SignInAttempt

# A waiting room or a meeting behind one address signs up within minutes.
MOST, WINDOW = 20, timedelta(minutes=15)
TOO_MANY = (
    "Many people signed up from your network just now. Please send this again in a quarter of an hour. What"
    " you wrote is still on this page."
)


def count(session: Session, key: Key, origin: str, *, now: datetime) -> None:
    """Count an entry from this place; refused where there were too many."""
    who = key.hash(f"signed up from {origin}")
    recent = select(func.count()).where(SignInAttempt.who == who, SignInAttempt.at > now - WINDOW)
    if (session.scalar(recent) or 0) >= MOST:
        raise Throttled(TOO_MANY)
    session.add(SignInAttempt(who=who, at=now))
