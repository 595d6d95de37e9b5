"""The worker: does what is scheduled and has come due, and sends the mail that waits, one message at a time.

Claiming and marking are transactions of their own, so nothing is held while a mail server thinks. A crash in
between leaves the message claimed until its lease ends; it then goes out again, under the same Message-ID.
A server that is away is asked by one message a minute, however many wait.
"""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from types import FrameType

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from delphi import mail, refused_mail
from delphi.mail import Letter, Post
from delphi.refused_mail import Trouble
from surveys import access, database, outbox, sign_ins
from surveys.access import Key
from surveys.editions import forgetting
from surveys.errors import NotNow
from surveys.letters import keeping, stops, writing
from surveys.letters.stops import StopKind
from surveys.letters.writing import Stationery
from surveys.outbox import Message
from surveys.sign_ups import forgetting as sign_up_forgetting

PAUSE = 2.0  # seconds between looks into the outbox: a sign-in link should not be waited for
LONG_PAUSE = 15.0  # seconds after which a database that was away is tried again
SERVER_PAUSE = timedelta(minutes=1)  # after which a mail server that was away is asked again
TIDYING = timedelta(hours=1)  # between one look for what has expired and the next
BATCH = 20  # messages between looks at the schedule, or fewer where a slow server takes a minute for them
MINUTE = timedelta(minutes=1)
TROUBLE = "Something went wrong on our side, so this was not done. Do it by hand."
NO_ADDRESS = "Its address was taken away before it had gone out."
UNWRITTEN = "The letter could not be written, for a reason on our side."

_log = logging.getLogger("delphi.worker")


@dataclass(frozen=True)
class Office:
    """What the worker works with; `pace` is how many messages go out in a minute."""

    engine: Engine
    post: Post
    key: Key
    stationery: Stationery
    pace: int
    clock: Callable[[], datetime]
    stop: Event

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes."""
        with Session(database.writing(self.engine)) as session, session.begin():
            yield session


@dataclass
class Done:
    """What one look came to, with the last reason for a failure; `is_away`: no server takes anything now.

    `refused` is what the last letter was refused for, where it was: two in a row mean that all would be.
    """

    sent: int = 0
    failed: int = 0
    withheld: int = 0
    kept: int = 0  # entries of a schedule
    error: str = ""
    is_away: bool = False
    refused: tuple[str, str] | None = field(default=None, compare=False, repr=False)  # why, and which address

    @property
    def messages(self) -> int:
        """How many messages were looked at."""
        return self.sent + self.failed + self.withheld


def work(office: Office) -> None:
    """Do what is due, again and again, until told to stop. A database that is away is waited for."""
    tidy_at = ask_at = office.clock()
    while not office.stop.is_set():
        try:
            keep_schedules(office)
            if office.clock() >= ask_at:
                done = send_waiting(office)
                ask_at = office.clock() + SERVER_PAUSE if done.is_away else ask_at
                if done.messages >= BATCH:
                    continue
            if office.clock() >= tidy_at:
                forget_expired(office.engine, office.clock())
                tidy_at = office.clock() + TIDYING
            office.stop.wait(PAUSE)
        except OperationalError as error:
            _log.warning("The database cannot be reached; trying again: %s", error.orig)
            office.stop.wait(LONG_PAUSE)


def work_once(office: Office) -> Done:
    """Do what is due now, at the pace that is set, and end; a server that is away is not waited for."""
    done = Done(kept=keep_schedules(office))
    while not office.stop.is_set():
        send_waiting(office, done)
        if done.is_away or not _count_due(office):
            break
        office.stop.wait(PAUSE)
    forget_expired(office.engine, office.clock())
    return done


def keep_schedules(office: Office) -> int:
    """Do what is scheduled and due, each in a transaction of its own; how much was done."""
    with Session(office.engine) as session, session.begin():
        due = keeping.list_due(session, now=office.clock())
    return sum(_keep(office, schedule_id) for schedule_id in due)


def send_waiting(office: Office, done: Done | None = None) -> Done:
    """Send what is due: at most a batch or a minute, at the set pace, and nothing more once it is away."""
    done = done or Done()
    most, until = done.messages + BATCH, office.clock() + MINUTE
    while not (office.stop.is_set() or done.is_away) and done.messages < most and office.clock() < until:
        claimed = _claim(office)
        if claimed is None:
            break
        message_id, letter = claimed
        if isinstance(letter, Letter):
            _deliver(office, message_id, letter, done)
        else:
            done.withheld += 1
    return done


def forget_expired(engine: Engine, now: datetime) -> None:
    """Delete what is over: sessions, links, tries, editions never begun, sign-ups declined long ago."""
    with Session(database.writing(engine)) as session, session.begin():
        access.forget_expired(session, now=now)
        sign_ins.forget_old(session, now=now)
        forgetting.forget_untouched(session, now=now)
        sign_up_forgetting.forget_old(session, now=now)


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


def _keep(office: Office, schedule_id: int) -> bool:
    try:
        with office.writing() as session:
            return keeping.keep(session, schedule_id, now=office.clock()) is not None
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001  # one entry never holds up the others, and its page says that it failed
        _log.exception("Entry %s of a schedule was not done", schedule_id)
        with office.writing() as session:
            keeping.give_up(session, schedule_id, TROUBLE, now=office.clock())
        return False


def _claim(office: Office) -> tuple[int, Letter | None] | None:
    """The next message and what it says; nothing to send where it should not go out any more."""
    with office.writing() as session:
        now = office.clock()
        is_slow_enough = outbox.count_sent(session, since=now - MINUTE) < office.pace
        message = outbox.claim(session, now=now, letters=is_slow_enough)
        return None if message is None else (message.id, _letter(office, session, message, now))


def _letter(office: Office, session: Session, message: Message, now: datetime) -> Letter | None:
    if (posting := writing.find(session, message)) is None:
        return _as_it_stands(message)
    try:
        written = writing.write(session, posting, office.key, office.stationery, now=now)
    except NotNow as refusal:
        outbox.mark_withheld(message, refusal.sentence)
        return None
    except SQLAlchemyError:
        raise
    except Exception:  # noqa: BLE001  # the next letter may be fine
        _log.exception("Message %s could not be written", message.id)
        outbox.mark_failed(message, UNWRITTEN, now=now)
        return None
    return mail.letter_to_panellist(message.key, written)


def _as_it_stands(message: Message) -> Letter | None:
    """A message that was queued with its address; none where that was taken away while it was in hand."""
    if not message.to:
        outbox.mark_withheld(message, NO_ADDRESS)
        return None
    return mail.letter_of(message)


def _count_due(office: Office) -> int:
    with Session(office.engine) as session, session.begin():
        return outbox.count_due(session, now=office.clock())


def _deliver(office: Office, message_id: int, letter: Letter, done: Done) -> None:
    """Send it and mark it; what stood in the way is told without naming anybody."""
    try:
        office.post.send(letter, now=office.clock())
    except Exception as error:  # noqa: BLE001  # one message never holds up the others
        reason = refused_mail.reason(error)
        _log.warning("Message %s was not sent: %s", message_id, reason)
        done.failed, done.error = done.failed + 1, reason
        _take_warning(done, error, (reason, letter.to))
        with office.writing() as session:
            if message := outbox.find(session, message_id):
                _mark_failed(session, message, letter, error, now=office.clock())
    else:
        done.sent, done.refused = done.sent + 1, None
        with office.writing() as session:
            if message := outbox.find(session, message_id):  # unless the study was removed meanwhile
                outbox.mark_sent(message, now=office.clock())


def _take_warning(done: Done, error: Exception, refused: tuple[str, str]) -> None:
    """Two addresses in a row that a server refuses for one reason: it is a quota or a blocklist, so wait."""
    trouble, before = refused_mail.trouble(error), done.refused
    done.refused = refused if trouble == Trouble.LETTER and isinstance(error, OSError) else None
    is_again = before is not None and before[0] == refused[0] and before[1] != refused[1]
    done.is_away = trouble == Trouble.SERVER or (done.refused is not None and is_again)


def _mark_failed(
    session: Session, message: Message, letter: Letter, error: Exception, *, now: datetime
) -> None:
    reason = refused_mail.reason(error)
    if refused_mail.trouble(error) != Trouble.ADDRESS:
        outbox.mark_failed(message, reason, now=now, in_doubt=refused_mail.may_be_out(error))
        return
    outbox.mark_refused(message, reason)
    posting = writing.find(session, message)
    person = posting.panellist.person if posting else None
    # Another address may have been given since; that one was not refused.
    if posting is not None and person is not None and person.email == letter.to:
        stops.mark(
            *(session, posting.panellist, StopKind.BOUNCED), by=stops.MAIL_SERVER, now=now, reason=reason
        )
