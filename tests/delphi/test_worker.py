"""Mail: what is queued goes out once, by a real server or as files; what goes wrong is tried again."""

import email
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from delphi import mail, worker
from delphi.mail import Letter, Post
from delphi.settings import Settings
from delphi.worker import Office
from surveys import access, database, outbox, sign_ins
from surveys.access import BrowserSession, Key, SignInLink
from surveys.errors import InvalidInput
from surveys.outbox import Message, MessageStatus
from surveys.sign_ins import SignInAttempt
from tests.delphi.conftest import NOW, SECRET, Clock
from tests.machine import free_port

LETTER = Letter("invitation 7", "ada@example.org", "An invitation", "Dear Ada,\n\nplease come. It’s on us.\n")


class Mailbox:
    """What a mail server's handler has taken in."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # its name
        assert isinstance(envelope.content, bytes)
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    """A mail server on this machine."""
    made = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    made.start()
    yield made
    made.stop()


def body(letter: EmailMessage) -> str:
    """What it says, with the line ends of a text in Python."""
    return str(letter.get_content()).replace("\r\n", "\n")


@pytest.fixture
def settings(database_url: str, server: Controller) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        public_address="https://delphi.example.org",
        smtp_url=f"smtp://127.0.0.1:{server.port}",
        mail_from="Delphi <delphi@example.org>",
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = database.connect(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def queue(engine: Engine, letter: Letter = LETTER) -> None:
    with Session(database.writing(engine)) as session, session.begin():
        outbox.queue(session, letter.key, letter.to, letter.subject, letter.body, now=NOW)


def office(engine: Engine, post: Post, clock: Callable[[], datetime], pace: int = 1000) -> Office:
    """The worker's own, with nothing but what a test is about."""
    paper = mail.stationery(Settings())
    return Office(engine, post, Key(SECRET.encode()), paper, pace, clock, Event())


def send(engine: Engine, post: Post, clock: Clock) -> worker.Done:
    return worker.send_waiting(office(engine, post, clock))


def status(engine: Engine) -> list[tuple[MessageStatus, int]]:
    with Session(engine) as session:
        return [(one.status, one.attempts) for one in session.scalars(select(Message).order_by(Message.id))]


def test_a_message_goes_out_once(engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock) -> None:
    queue(engine)
    post = mail.post(settings)
    assert send(engine, post, clock) == worker.Done(sent=1)
    assert send(engine, post, clock) == worker.Done()
    (sent,) = mailbox.letters
    assert (sent["From"], sent["To"], sent["Subject"]) == (
        "Delphi <delphi@example.org>", "ada@example.org", "An invitation",
    )  # fmt: skip
    assert body(sent) == LETTER.body
    assert sent["Message-ID"].endswith("@delphi.example.org>")
    assert status(engine) == [(MessageStatus.SENT, 1)]


@dataclass
class Crashing:
    """A post whose process dies after sending, before it can say so."""

    post: Post

    @property
    def where(self) -> str:
        return self.post.where

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.post.send(letter, now=now)
        raise KeyboardInterrupt


def test_a_crash_before_marking_sends_again_under_the_same_message_id(
    engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine)
    post = mail.post(settings)
    with pytest.raises(KeyboardInterrupt):
        send(engine, Crashing(post), clock)
    assert send(engine, post, clock) == worker.Done()  # it is still held for the worker that died
    clock.now += outbox.LEASE + timedelta(seconds=1)
    assert send(engine, post, clock) == worker.Done(sent=1)
    first, second = mailbox.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert status(engine) == [(MessageStatus.SENT, 2)]


def test_a_server_that_is_down_is_tried_again_later(
    engine: Engine, settings: Settings, server: Controller, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine)
    away = mail.post(replace(settings, smtp_url="smtp://127.0.0.1:1"))
    done = send(engine, away, clock)
    assert (done.sent, done.failed, bool(done.error)) == (0, 1, True)
    assert send(engine, away, clock) == worker.Done()  # not at once
    clock.now += outbox.BACKOFF[0]
    assert send(engine, mail.post(settings), clock) == worker.Done(sent=1)
    assert len(mailbox.letters) == 1


def test_a_server_that_stays_down_is_given_up_after_the_last_wait(
    engine: Engine, settings: Settings, clock: Clock
) -> None:
    queue(engine)
    away = mail.post(replace(settings, smtp_url="smtp://127.0.0.1:1"))
    for wait in (*outbox.BACKOFF, timedelta(days=1)):
        assert send(engine, away, clock).failed == 1
        clock.now += wait
    assert send(engine, away, clock) == worker.Done()
    assert status(engine) == [(MessageStatus.FAILED, len(outbox.BACKOFF) + 1)]


def test_one_message_that_cannot_go_does_not_hold_up_the_others(
    engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine, replace(LETTER, key="broken", to="ada@example.org\nBcc: eve@example.org"))
    queue(engine)
    done = send(engine, mail.post(settings), clock)
    assert (done.sent, done.failed) == (1, 1)
    assert [sent["To"] for sent in mailbox.letters] == ["ada@example.org"]


@pytest.mark.parametrize("broken", ["<@", "a@["])
def test_an_address_that_is_none_does_not_end_the_worker(
    engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock, broken: str
) -> None:
    queue(engine, replace(LETTER, key="broken", to=broken))
    queue(engine)
    done = send(engine, mail.post(settings), clock)
    assert (done.sent, done.failed, bool(done.error)) == (1, 1, True)
    assert [sent["To"] for sent in mailbox.letters] == ["ada@example.org"]


def test_a_message_whose_address_was_taken_away_is_tried_no_more(
    engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine, replace(LETTER, key="taken away", to=""))
    queue(engine)
    assert send(engine, mail.post(settings), clock) == worker.Done(sent=1, withheld=1)
    assert status(engine) == [(MessageStatus.WITHHELD, 1), (MessageStatus.SENT, 1)]
    assert len(mailbox.letters) == 1


class Refusing:
    """A post whose server repeats the address that it refuses, as servers do."""

    where = "nowhere"

    def send(self, letter: Letter, *, now: datetime) -> None:
        raise SMTPRecipientsRefused({letter.to: (550, b"5.1.1 <ADA@example.org>: User unknown")})


def test_no_address_is_logged(engine: Engine, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    queue(engine)
    done = send(engine, Refusing(), clock)
    assert done.failed == 1
    assert "User unknown" not in caplog.text
    assert "Message 1 was not sent: The mail server refused the address (550 5.1.1)." in caplog.text
    assert "ada@example.org" not in f"{caplog.text}{done.error}".lower()


def test_a_sign_in_link_is_not_kept_once_it_is_sent(
    engine: Engine, settings: Settings, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine)
    assert send(engine, mail.post(settings), clock).sent == 1
    with Session(engine) as session:
        message = session.scalars(select(Message)).one()
    assert (message.body, message.to, message.sent_at) == ("", "ada@example.org", NOW)


def doors(engine: Engine) -> dict[str, int]:
    """How many rows there are of each kind that lets somebody in, or keeps somebody out."""
    tables = (BrowserSession, SignInLink, SignInAttempt)
    with Session(engine) as session:
        return {
            one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables
        }


def test_what_opens_nothing_any_more_is_deleted(engine: Engine) -> None:
    key = Key(SECRET.encode())
    with Session(database.writing(engine)) as session, session.begin():
        ada = access.create_account(session, "ada@example.org", "Ada", None, now=NOW)
        access.open_account_session(session, key, ada, now=NOW)
        used = access.create_sign_in_link(session, key, ada, now=NOW)
        access.create_sign_in_link(session, key, ada, now=NOW)
        access.use_sign_in_link(session, key, used, now=NOW)
        sign_ins.begin(session, key, "ada@example.org", origin="here", now=NOW)
    assert doors(engine) == {"browser_sessions": 2, "sign_in_links": 2, "sign_in_attempts": 2}
    worker.forget_expired(engine, NOW)
    assert doors(engine) == {"browser_sessions": 2, "sign_in_links": 1, "sign_in_attempts": 2}
    worker.forget_expired(engine, NOW + access.ACCOUNT_SESSION)
    assert doors(engine) == {"browser_sessions": 0, "sign_in_links": 0, "sign_in_attempts": 2}
    worker.forget_expired(engine, NOW + sign_ins.REMEMBERED + timedelta(seconds=1))
    assert set(doors(engine).values()) == {0}


@dataclass
class StopsAtNight:
    """A clock that goes on by an hour at each look, and stops the worker after some."""

    now: datetime
    stop: Event = field(default_factory=Event)

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        if self.now > NOW + timedelta(days=2):
            self.stop.set()
        return self.now


def test_the_worker_tidies_as_it_goes(
    engine: Engine, settings: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0)
    with Session(database.writing(engine)) as session, session.begin():
        sign_ins.begin(session, Key(SECRET.encode()), "ada@example.org", origin="here", now=NOW)
    until = StopsAtNight(NOW)
    desk = office(engine, mail.post(settings), until)
    until.stop = desk.stop
    worker.work(desk)
    assert doors(engine)["sign_in_attempts"] == 0


def test_a_password_never_goes_over_an_open_line(
    engine: Engine, settings: Settings, server: Controller, mailbox: Mailbox, clock: Clock
) -> None:
    queue(engine)
    url = f"smtp://delphi:secret@127.0.0.1:{server.port}"  # a server that offers no STARTTLS
    done = send(engine, mail.post(replace(settings, smtp_url=url)), clock)
    assert (done.failed, mailbox.letters) == (1, [])
    assert "STARTTLS" in done.error


def test_without_a_server_mail_is_a_file(
    engine: Engine, settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "mail"
    post = mail.post(replace(settings, smtp_url="", mail_folder=str(folder)))
    queue(engine)
    assert send(engine, post, clock) == worker.Done(sent=1)
    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    written = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(written, EmailMessage)
    assert (written["To"], body(written)) == ("ada@example.org", LETTER.body)
    post.send(LETTER, now=NOW)
    assert list(folder.iterdir()) == [path]  # the same letter again is the same file


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://localhost:none"]
)
def test_an_address_of_no_mail_server_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(InvalidInput, match="DELPHI_SMTP_URL"):
        mail.post(replace(settings, smtp_url=url))


def environment(settings: Settings) -> dict[str, str]:
    given = {"DATABASE_URL": settings.database_url, "SMTP_URL": settings.smtp_url, "SECRET_KEY": SECRET}
    return os.environ | {f"DELPHI_{name}": value for name, value in given.items()}


COMMAND = [sys.executable, "-c", "from delphi.cli import main; main()", "worker"]


def test_the_command_sends_what_waits_and_ends(engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    queue(engine)
    ended = subprocess.run(
        [*COMMAND, "--once"], env=environment(settings), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Sent 1 message.\n", "")
    assert len(mailbox.letters) == 1


def test_the_command_says_what_could_not_be_sent(engine: Engine, settings: Settings) -> None:
    queue(engine)
    away = environment(replace(settings, smtp_url="smtp://127.0.0.1:1"))
    ended = subprocess.run([*COMMAND, "--once"], env=away, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "Sent 0 messages.\n")
    assert "Error: 1 message waits for another try: [Errno 111]" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_sends_until_it_is_told_to_stop(
    engine: Engine, settings: Settings, mailbox: Mailbox, number: signal.Signals
) -> None:
    queue(engine)
    with subprocess.Popen(COMMAND, env=environment(settings), stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert "Sending mail by 127.0.0.1" in running.stderr.readline()
        running.send_signal(number)
        assert running.wait(timeout=30) == 0
        assert running.stderr.read() == ""
    assert len(mailbox.letters) <= 1
