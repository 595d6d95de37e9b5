"""The worker: claims the mail that waits, one message at a time, sends it, and marks it.

Claiming and marking are transactions of their own, so nothing is held while a mail server thinks. A crash in
between leaves the message claimed until its lease ends; it then goes out again, under the same Message-ID.
"""

import logging
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from types import FrameType

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from delphi import mail
from delphi.mail import Letter, Post
from surveys import access, database, outbox, sign_ins
from surveys.outbox import Message

PAUSE = 2.0  # seconds between looks into the outbox: a sign-in link should not be waited for
LONG_PAUSE = 15.0  # seconds after which a database that was away is tried again
TIDYING = timedelta(hours=1)  # between one look for what has expired and the next

_log = logging.getLogger("delphi.worker")


@dataclass(frozen=True)
class Done:
    """What one look into the outbox came to, with the last reason for a failure."""

    sent: int = 0
    failed: int = 0
    error: str = ""


def work(engine: Engine, post: Post, *, clock: Callable[[], datetime], stop: Event) -> None:
    """Send what waits, again and again, until told to stop. A database that is away is waited for."""
    due = clock()
    while not stop.is_set():
        try:
            send_waiting(engine, post, clock=clock, stop=stop)
            if clock() >= due:
                forget_expired(engine, clock())
                due = clock() + TIDYING
            stop.wait(PAUSE)
        except OperationalError as error:
            _log.warning("The database cannot be reached; trying again: %s", error.orig)
            stop.wait(LONG_PAUSE)


def send_waiting(engine: Engine, post: Post, *, clock: Callable[[], datetime], stop: Event) -> Done:
    """Send every message that is due now."""
    done = Done()
    while not stop.is_set() and (claimed := _claim(engine, clock())) is not None:
        message_id, letter = claimed
        error = _send(post, letter, clock())
        _mark(engine, message_id, error, clock())
        if error:
            _log.warning("Message %s was not sent: %s", message_id, error)
            done = replace(done, failed=done.failed + 1, error=error)
        else:
            done = replace(done, sent=done.sent + 1)
    return done


def forget_expired(engine: Engine, now: datetime) -> None:
    """Delete what opens nothing any more: sessions, sign-in links, and the tries to sign in."""
    with Session(database.writing(engine)) as session, session.begin():
        access.forget_expired(session, now=now)
        sign_ins.forget_old(session, now=now)


@contextmanager
def until_stopped() -> Iterator[Event]:
    """An event that SIGTERM or Ctrl+C sets, so that what has been begun is finished first."""
    stop = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _claim(engine: Engine, now: datetime) -> tuple[int, Letter] | None:
    with Session(database.writing(engine)) as session, session.begin():
        message = outbox.claim(session, now=now)
        return None if message is None else (message.id, mail.letter_of(message))


def _send(post: Post, letter: Letter, now: datetime) -> str:
    """What stood in the way, without naming anybody; nothing where the letter is out."""
    try:
        post.send(letter, now=now)
    except Exception as error:  # noqa: BLE001  # one message never holds up the others, whatever is wrong with it
        return _unnamed(str(error), letter) or type(error).__name__
    return ""


def _unnamed(reason: str, letter: Letter) -> str:
    """The reason without the address, which servers like to repeat."""
    if not letter.to:
        return reason
    return re.sub(re.escape(letter.to), "the recipient", reason, flags=re.IGNORECASE)


def _mark(engine: Engine, message_id: int, error: str, now: datetime) -> None:
    with Session(database.writing(engine)) as session, session.begin():
        message = session.get_one(Message, message_id)
        if error:
            outbox.mark_failed(message, error, now=now)
        else:
            outbox.mark_sent(message, now=now)
