"""Mail: texts from templates into the outbox, and out of it by SMTP or, without a server, as files."""

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from socket import socket
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.orm import Session

from delphi import addresses, formats, languages
from delphi import page as pages
from delphi.settings import Settings
from surveys import outbox, zones
from surveys.access import Account
from surveys.concerns.passing import Concern
from surveys.letters.writing import Stationery, Written
from surveys.outbox import Message
from surveys.studies import Study

PATIENCE = 30  # seconds for a server's answer
# Seconds for the answer to the end of a letter, which may be checked before it is taken: RFC 5321, 4.5.3.2.6.
# With all else a server may be slow with it stays below the lease of a message, see `surveys.outbox`.
LONG_PATIENCE = 600
_GO_ON = 354  # RFC 5321, 4.2.3: now the letter
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)  # doubled, since a lone one ends the letter
UNANSWERED = "The mail server took the letter and did not say whether it keeps it."
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Letter:
    """A message as it goes out, free of its transaction."""

    key: str
    to: str
    subject: str
    body: str
    reply_to: str = ""


class Unanswered(OSError):
    """The server fell silent after the letter had been handed over: it may be out."""


class Post(Protocol):
    """A way for mail to go; `where` finishes the sentence “Sending mail …”."""

    @property
    def where(self) -> str: ...

    def send(self, letter: Letter, *, now: datetime) -> None:
        """Send it, or raise OSError (which smtplib's errors are)."""


@dataclass(frozen=True)
class Envelope:
    """What every letter of this installation carries: whom it is from, and the host in its Message-ID."""

    sender: str
    host: str

    def seal(self, letter: Letter, *, now: datetime) -> EmailMessage:
        """The letter as mail. Its Message-ID is made of its key, so that one sent twice is known as one."""
        sealed = EmailMessage(policy=SMTP)
        sealed["From"] = self.sender
        sealed["To"] = letter.to
        if letter.reply_to:
            sealed["Reply-To"] = letter.reply_to
        sealed["Subject"] = letter.subject
        sealed["Date"] = format_datetime(now)
        sealed["Message-ID"] = f"<{_digest(letter.key)}@{self.host}>"
        sealed["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from machines, please
        sealed.set_content(letter.body)
        return sealed


class _Connection(smtplib.SMTP):
    """A connection that waits long for the answer to a whole letter: only then it may be out without one."""

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        content = msg if isinstance(msg, bytes) else msg.encode("ascii")
        code, answer = self.docmd("data")
        if code != _GO_ON:
            raise smtplib.SMTPDataError(code, answer)
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        self.send(_LEADING_DOT.sub(b"..", content) + end)
        with self._patient():
            return self.getreply()

    @contextmanager
    def _patient(self) -> Iterator[None]:
        line: socket = self.sock  # type: ignore[assignment]  # there is one: something was just sent by it
        line.settimeout(LONG_PATIENCE)
        try:
            yield
        except smtplib.SMTPServerDisconnected as error:
            raise Unanswered(UNANSWERED) from error
        line.settimeout(PATIENCE)


class _SecureConnection(_Connection, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


@dataclass(frozen=True)
class Server:
    """An SMTP server: `smtps://`, or `smtp://` with STARTTLS; a password never goes over an open line."""

    envelope: Envelope
    url: SplitResult

    @property
    def where(self) -> str:
        return f"by {self.url.hostname}"

    def send(self, letter: Letter, *, now: datetime) -> None:
        sealed = self.envelope.seal(letter, now=now)
        connection = self._connection()
        try:
            self._secure(connection)
            if self.url.username:
                connection.login(unquote(self.url.username), unquote(self.url.password or ""))
            connection.send_message(sealed)
        finally:
            # What goes wrong with the goodbye takes nothing back: the letter is out.
            with suppress(OSError):
                connection.quit()
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "", self.url.port or 0
        if self.url.scheme == "smtps":
            return _SecureConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        return _Connection(host, port, timeout=PATIENCE)

    def _secure(self, connection: smtplib.SMTP) -> None:
        """Go over to TLS where it is needed or offered."""
        if self.url.scheme == "smtps":
            return
        connection.ehlo()
        # A mail server on this machine often has a certificate of its own making; nobody listens in on it.
        if self.url.username or (connection.has_extn("starttls") and self.url.hostname not in _HERE):
            connection.starttls(context=ssl.create_default_context())


@dataclass(frozen=True)
class Folder:
    """A folder that takes each letter as an .eml file; the same letter again is the same file."""

    envelope: Envelope
    path: Path

    @property
    def where(self) -> str:
        return f"as files to the folder “{self.path}”, since DELPHI_SMTP_URL is not set"

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        readable = re.sub(r"[^a-z0-9]+", "-", letter.subject.lower()).strip("-")[:40]
        path = self.path / f"{readable}-{_digest(letter.key)[:12]}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(self.envelope.seal(letter, now=now).as_bytes())
        unfinished.replace(path)


def post(settings: Settings) -> Post:
    """The way for mail by these settings."""
    envelope = Envelope(settings.mail_from, urlsplit(settings.public_address).hostname or "localhost")
    if (server := settings.mail_server) is None:
        return Folder(envelope, Path(settings.mail_folder))
    return Server(envelope, server)


def letter_of(message: Message) -> Letter:
    """What the row of the outbox says."""
    return Letter(message.key, message.to, message.subject, message.body)


def letter_to_panellist(key: str, written: Written) -> Letter:
    """A letter of a study as it goes out, under the key of its message."""
    return Letter(key, written.to, written.subject, written.body, written.reply_to)


def stationery(settings: Settings) -> Stationery:
    """What letters of studies take from these settings."""
    return Stationery(
        link=lambda token: addresses.personal_link(settings, token),
        moment=lambda moment, study: formats.date_and_time(moment, zones.of(study, settings.zone)),
        speaking=languages.speaking,
    )


def queue_sign_in_link(
    session: Session, settings: Settings, account: Account, token: str, *, now: datetime
) -> None:
    """Put a sign-in link into the outbox, in the transaction that made it."""
    subject, body = text("sign_in_link", name=account.name, address=addresses.sign_in_link(settings, token))
    outbox.queue(session, f"sign-in link {_digest(token)}", account.email, subject, body, now=now)


def queue_team_letter(
    session: Session, settings: Settings, account: Account, study: str, role: str, *, now: datetime
) -> None:
    """Tell somebody who was put on a team how to come in. A demonstration sends none."""
    if settings.is_demo:
        return
    address = addresses.front(settings, "/sign-in")
    subject, body = text("team", name=account.name, study=study, role=role, address=address)
    key = f"team {_digest(study + account.email)} {now:%Y-%m-%dT%H:%M:%S}"
    outbox.queue(session, key, account.email, subject, body, now=now)


def queue_concern_letter(
    session: Session, settings: Settings, study: Study, concern: Concern, token: str, *, now: datetime
) -> None:
    """Tell the lead that a concern waits; nothing of it is in the letter. A demonstration sends none."""
    if settings.is_demo:
        return
    subject, body = text(
        "concern",
        name=concern.lead.name,
        study=study.title,
        code=concern.panellist.code,
        address=addresses.front(settings, f"/concerns/{token}"),
        is_simulated=study.is_simulated,
    )
    outbox.queue(session, concern.message_key, concern.lead.email, subject, body, now=now)


def text(kind: str, **values: Any) -> tuple[str, str]:
    """The subject and body of a kind of mail, from its two templates."""
    # Plain text: an escaped apostrophe would be read as it stands.
    templates = pages.environment().overlay(autoescape=False)
    subject, body = (templates.get_template(f"email/{kind}/{part}.txt") for part in ("subject", "body"))
    return " ".join(subject.render(values).split()), body.render(values).strip() + "\n"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
