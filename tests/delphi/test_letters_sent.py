"""Letters on their way: what the worker hands to a real mail server, and what it does when that fails."""

import asyncio
import email
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from delphi import mail, worker
from delphi.refused_mail import Trouble, trouble
from delphi.settings import Settings, environment
from delphi.worker import Office
from surveys import (
    access,
    database,
    items,
    outbox,
    panels,
    participations,
    removing,
    rounds,
    studies,
    turnout,
)
from surveys.access import Key
from surveys.errors import InvalidInput
from surveys.items import ItemPlan
from surveys.letters import records, schedules, sending, stops
from surveys.letters.kinds import LetterKind
from surveys.letters.schedules import Act, Plan, ScheduleStatus
from surveys.letters.sending import Order
from surveys.outbox import Message, MessageStatus
from surveys.panels import Panellist
from surveys.people import Person
from surveys.rounds import RoundStatus
from tests.delphi.conftest import NOW, SECRET, Clock
from tests.machine import free_port
from tests.surveys import examples

KEY = Key(SECRET.encode())
PEOPLE = ("ada", "ben", "cem")


@dataclass
class MailServer:
    """What a mail server's handler does: it refuses whom it is told to, and keeps what it takes."""

    letters: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    secure: list[bool] = field(default_factory=list)
    answer: str = "250 taken"

    async def handle_RCPT(  # noqa: N802  # its name
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802  # its name
        assert isinstance(envelope.content, bytes)
        self.secure.append(session.ssl is not None)
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return self.answer

    @property
    def to(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


@pytest.fixture
def mailbox() -> MailServer:
    return MailServer()


@pytest.fixture
def server(mailbox: MailServer) -> Iterator[Controller]:
    made = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = database.connect(database_url)
    yield made
    made.dispose()


@dataclass
class Desk:
    """A study with three people on its panel, and the worker that writes to them."""

    engine: Engine
    settings: Settings
    clock: Clock

    def office(self, url: str | None = None) -> Office:
        settings = self.settings if url is None else replace(self.settings, smtp_url=url)
        return Office(
            engine=self.engine,
            post=mail.post(settings),
            key=KEY,
            stationery=mail.stationery(settings),
            pace=settings.mails_a_minute,
            clock=self.clock,
            stop=Event(),
        )

    def send(self, url: str | None = None) -> worker.Done:
        return worker.send_waiting(self.office(url))

    def act(self, what: Callable[[Session], Any]) -> Any:
        with Session(database.writing(self.engine)) as session, session.begin():
            return what(session)

    def queue(self, kind: LetterKind = LetterKind.INVITATION, occasion: str = "") -> int:
        def add(session: Session) -> int:
            study = studies.get(session, "fairer-care")
            return sending.queue(session, study, Order(kind, occasion), by="alice", now=self.clock.now)

        return int(self.act(add))

    def statuses(self) -> dict[str, tuple[MessageStatus, str]]:
        """How the letter to each fares."""

        def read(session: Session) -> dict[str, tuple[MessageStatus, str]]:
            known = records.of_study(session, studies.get(session, "fairer-care"))
            return {entry.code: (entry.status, entry.error) for entry in known}

        found: dict[str, tuple[MessageStatus, str]] = self.act(read)
        return found


@pytest.fixture
def desk(engine: Engine, database_url: str, server: Controller) -> Desk:
    settings = Settings(
        database_url=database_url,
        secret_key=SECRET,
        public_address="https://delphi.example.org",
        smtp_url=f"smtp://127.0.0.1:{server.port}",
        mail_from="Delphi <delphi@example.org>",
        mail_pace="1000",
    )
    made = Desk(engine, settings, Clock())

    def fill(session: Session) -> None:
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "Item one")])
        rounds.plan_first(session, study)
        for code in PEOPLE:
            person = Person(name=code.capitalize(), email=f"{code}@example.com", created_at=NOW)
            panels.add(session, study.panels[0], code, now=NOW, person=person)

    made.act(fill)
    return made


def test_everyone_gets_a_letter_with_their_own_link_and_answers_go_to_whoever_helps(
    desk: Desk, mailbox: MailServer
) -> None:
    assert desk.queue() == 3
    assert desk.send() == worker.Done(sent=3)
    assert mailbox.to == ["ada@example.com", "ben@example.com", "cem@example.com"]
    texts = [str(letter.get_content()) for letter in mailbox.letters]
    links = {text.partition("https://delphi.example.org/join/")[2].split()[0] for text in texts}
    assert len(links) == 3
    assert {letter["Reply-To"] for letter in mailbox.letters} == {"ada@example.org"}
    assert {letter["Auto-Submitted"] for letter in mailbox.letters} == {"auto-generated"}
    whose = desk.act(lambda s: {access.get_personal_link(s, KEY, link).panellist.code for link in links})
    assert whose == set(PEOPLE)
    assert desk.queue() == 0
    assert desk.send() == worker.Done()


def test_one_recipient_who_is_refused_does_not_hold_up_the_others_and_gets_no_more_mail(
    desk: Desk, mailbox: MailServer
) -> None:
    mailbox.refused["ben@example.com"] = "550 5.1.1 <ben@example.com>: no such user"
    desk.queue()
    done = desk.send()
    assert (done.sent, done.failed, done.is_away) == (2, 1, False)
    assert mailbox.to == ["ada@example.com", "cem@example.com"]
    status, reason = desk.statuses()["ben"]
    assert status == MessageStatus.FAILED
    assert reason == "The mail server refused the address (550 5.1.1)."
    kept = select(stops.Stop.kind, stops.Stop.by, stops.Stop.email)
    assert desk.act(lambda s: tuple(s.execute(kept).one())) == (
        stops.StopKind.BOUNCED, "mail server", "ben@example.com",
    )  # fmt: skip
    desk.clock.wait(days=1)
    assert desk.queue() == 0
    assert desk.send() == worker.Done()


@pytest.mark.parametrize(
    "answer",
    [
        "450 4.2.1 try again later",
        "550 5.7.1 relaying denied",
        "550 relay not permitted",
        "554 5.7.1 blocked",
        "550 Domain example.com has exceeded the max emails per hour (100/100 (100%)) allowed.",
        "550 Your IP 5.1.1.7 is listed at zen.spamhaus.org",
        "550 Verification failed: no such user here. Sender verify failed",
        "550 5.1.8 sender domain not found",
        "550 5.4.5 Daily user sending limit exceeded",
        "530 5.7.0 Authentication required",
        "550 Requested action not taken: mailbox unavailable",
        "552 5.2.2 mailbox full",
    ],
)
def test_what_is_not_about_the_address_marks_no_address(desk: Desk, mailbox: MailServer, answer: str) -> None:
    mailbox.refused = {f"{code}@example.com": answer for code in PEOPLE}
    desk.queue()
    done = desk.send()
    assert (done.failed, done.is_away) == (2, True)  # the third would be refused for the same reason
    assert {status for status, _ in desk.statuses().values()} == {MessageStatus.READY}
    assert desk.act(lambda s: s.scalar(select(func.count()).select_from(stops.Stop))) == 0
    mailbox.refused = {}
    desk.clock.wait(minutes=2)
    assert desk.send().sent == 3


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 #5.1.10 RESOLVER.ADR.RecipientNotFound",
        "550 5.2.1 The email account that you tried to reach is disabled",
        "556 5.1.10 takes no mail",
        "550 No such user here",
        "550 <ada@example.com>: user unknown",
        "553 Unknown recipient",
        "550 Mailbox does not exist",
        "550 sorry, no mailbox here by that name (#5.1.1)",
    ],
)
def test_what_is_about_the_address_marks_it(desk: Desk, mailbox: MailServer, answer: str) -> None:
    mailbox.refused = {f"{code}@example.com": answer for code in PEOPLE}
    desk.queue()
    done = desk.send()
    assert (done.failed, done.is_away) == (3, False)  # a list may have several such in a row
    assert {status for status, _ in desk.statuses().values()} == {MessageStatus.FAILED}
    assert desk.act(lambda s: s.scalar(select(func.count()).select_from(stops.Stop))) == 3


def test_two_who_are_refused_for_different_reasons_do_not_stop_the_others(
    desk: Desk, mailbox: MailServer
) -> None:
    mailbox.refused = {"ada@example.com": "550 5.7.1 no", "ben@example.com": "552 5.2.2 full"}
    desk.queue()
    done = desk.send()
    assert (done.sent, done.failed, done.is_away) == (1, 2, False)


def test_nothing_that_the_server_says_is_kept_or_logged(
    desk: Desk, mailbox: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refused["ada@example.com"] = "550 5.1.1 alias a.lovelace (Ada Lovelace) of ada has moved"
    mailbox.answer = "554 5.6.0 the letter to Ben Jones (ben) was not liked"
    desk.queue()
    done = desk.send()
    kept = {code: reason for code, (_, reason) in desk.statuses().items()}
    assert kept == {
        "ada": "The mail server refused the address (550 5.1.1).",
        "ben": "The mail server refused the letter (554 5.6.0).",
        "cem": "The mail server refused the letter (554 5.6.0).",
    }
    told = f"{caplog.text}{done}{desk.act(lambda s: s.scalars(select(stops.Stop.reason)).all())}".lower()
    assert not [name for name in ("lovelace", "jones", "ada", "ben") if name in told]


def test_an_address_that_was_given_meanwhile_is_not_the_one_that_was_refused(
    desk: Desk, mailbox: MailServer
) -> None:
    @dataclass(frozen=True)
    class Slow:
        post: mail.Post
        where = "nowhere"

        def send(self, letter: mail.Letter, *, now: datetime) -> None:
            change = update(Person).where(Person.email == "ada@example.com")
            desk.act(lambda s: s.execute(change.values(email="ada@new.example.com")))
            self.post.send(letter, now=now)

    mailbox.refused["ada@example.com"] = "550 5.1.1 no such user"
    desk.queue()
    office = desk.office()
    assert worker.send_waiting(replace(office, post=Slow(office.post))).failed == 1
    assert desk.statuses()["ada"][0] == MessageStatus.FAILED
    assert desk.act(lambda s: s.scalar(select(func.count()).select_from(stops.Stop))) == 0
    assert desk.queue() == 1
    assert desk.send().sent == 1
    assert mailbox.to[-1] == "ada@new.example.com"


@pytest.mark.parametrize("answer", ["250 taken", "554 not liked"])
def test_a_study_that_is_removed_while_its_letter_is_on_its_way_does_not_end_the_worker(
    desk: Desk, mailbox: MailServer, answer: str
) -> None:
    @dataclass(frozen=True)
    class Slow:
        post: mail.Post
        where = "nowhere"

        def send(self, letter: mail.Letter, *, now: datetime) -> None:
            desk.act(lambda s: removing.remove(s, studies.get(s, "fairer-care")))
            self.post.send(letter, now=now)

    mailbox.answer = answer
    desk.queue()
    office = desk.office()
    assert worker.send_waiting(replace(office, post=Slow(office.post))).messages == 1
    assert desk.send() == worker.Done()


def test_a_server_that_is_down_is_asked_once_however_many_letters_wait(desk: Desk) -> None:
    desk.queue()
    done = desk.send("smtp://127.0.0.1:1")
    assert (done.sent, done.failed, done.is_away) == (0, 1, True)
    assert sum(error != "" for _, error in desk.statuses().values()) == 1


def test_a_server_that_is_down_for_a_day_costs_no_letter(desk: Desk, mailbox: MailServer) -> None:
    desk.queue()
    for _ in range(24 * 3):
        assert desk.send("smtp://127.0.0.1:1").sent == 0
        desk.clock.wait(minutes=20)
    assert {status for status, _ in desk.statuses().values()} == {MessageStatus.READY}
    for _ in range(3):  # each waits two hours at most after its last try
        desk.send()
        desk.clock.wait(hours=1)
    assert sorted(mailbox.to) == [f"{code}@example.com" for code in PEOPLE]


def test_a_server_that_falls_silent_makes_a_letter_that_may_come_twice_and_says_so(
    desk: Desk, mailbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(server: SMTP, session: Any, envelope: Envelope) -> str:
        answer = await MailServer.handle_DATA(mailbox, server, session, envelope)
        await asyncio.sleep(1)
        return answer

    monkeypatch.setattr(mail, "LONG_PATIENCE", 0.3)
    monkeypatch.setattr(mailbox, "handle_DATA", slow)
    desk.queue()
    assert desk.send().is_away
    assert mail.UNANSWERED in {reason for _, reason in desk.statuses().values()}
    monkeypatch.undo()
    desk.clock.wait(minutes=2)
    assert desk.send().sent == 3
    twice = [letter["Message-ID"] for letter in mailbox.letters if letter["To"] == mailbox.to[0]]
    assert len(twice) == 2
    assert len(set(twice)) == 1
    (batch,) = desk.act(lambda s: records.batches(s, studies.get(s, "fairer-care")))
    assert (batch.sent, batch.doubles) == (3, 1)


def test_a_server_that_is_slow_to_take_a_letter_is_waited_for(
    desk: Desk, mailbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(server: SMTP, session: Any, envelope: Envelope) -> str:
        await asyncio.sleep(0.6)
        return await MailServer.handle_DATA(mailbox, server, session, envelope)

    monkeypatch.setattr(mail, "PATIENCE", 0.3)
    monkeypatch.setattr(mailbox, "handle_DATA", slow)
    desk.queue()
    assert desk.send() == worker.Done(sent=3)


def test_a_server_that_never_says_whether_it_took_a_letter_gets_it_twice_and_no_more(
    desk: Desk, mailbox: MailServer
) -> None:
    async def rude(server: SMTP, session: Any, envelope: Envelope) -> str:
        answer = await MailServer.handle_DATA(mailbox, server, session, envelope)
        server.transport.abort()
        return answer

    mailbox.handle_DATA = rude  # type: ignore[method-assign]
    desk.queue()
    for _ in range(40):
        desk.send()
        desk.clock.wait(hours=1)
    assert sorted(mailbox.to) == sorted(2 * [f"{code}@example.com" for code in PEOPLE])
    assert set(desk.statuses().values()) == {(MessageStatus.UNCLEAR, mail.UNANSWERED)}
    assert desk.queue() == 0


def test_a_server_that_hangs_up_before_it_has_the_letter_makes_no_doubt(
    desk: Desk, mailbox: MailServer
) -> None:
    async def rude(server: SMTP, *_: Any) -> str:
        server.transport.abort()
        return "421 gone"

    mailbox.handle_MAIL = rude  # type: ignore[attr-defined]
    desk.queue()
    for _ in range(9):
        assert desk.send().is_away
        desk.clock.wait(hours=3)
    del mailbox.handle_MAIL  # type: ignore[attr-defined]
    assert desk.send() == worker.Done(sent=3)
    assert desk.act(lambda s: s.scalar(select(func.sum(Message.doubts)))) == 0


def test_a_line_that_begins_with_a_dot_arrives_as_it_is(desk: Desk, mailbox: MailServer) -> None:
    text = "One\n.\n..two\n.three\n"
    desk.office().post.send(mail.Letter("k", "ada@example.com", "s", text), now=NOW)
    assert str(mailbox.letters[0].get_content()).replace("\r\n", "\n") == text


def test_a_lease_is_longer_than_the_slowest_server_takes() -> None:
    assert timedelta(seconds=mail.LONG_PATIENCE + 15 * mail.PATIENCE) < outbox.LEASE


def test_a_goodbye_that_fails_takes_nothing_back(desk: Desk, mailbox: MailServer) -> None:
    async def rude(server: SMTP, *_: Any) -> str:
        server.transport.abort()
        return "421 gone"

    mailbox.handle_QUIT = rude  # type: ignore[attr-defined]
    desk.queue()
    assert desk.send() == worker.Done(sent=3)
    assert len(mailbox.letters) == 3


def test_a_crash_between_sending_and_marking_is_counted_and_carries_the_same_message_id(
    desk: Desk, mailbox: MailServer
) -> None:
    @dataclass(frozen=True)
    class Crashing:
        post: mail.Post
        where = "nowhere"

        def send(self, letter: mail.Letter, *, now: datetime) -> None:
            self.post.send(letter, now=now)
            raise KeyboardInterrupt

    desk.queue()
    office = desk.office()
    with pytest.raises(KeyboardInterrupt):
        worker.send_waiting(replace(office, post=Crashing(office.post)))
    assert desk.send().sent == 2
    desk.clock.now += outbox.LEASE + timedelta(seconds=1)
    assert desk.send().sent == 1
    first, *_, again = [letter["Message-ID"] for letter in mailbox.letters]
    assert first == again
    doubtful = select(Message).where(Message.doubts > 0)
    assert desk.act(lambda s: s.scalars(doubtful).one().may_be_double)


def test_no_more_letters_go_out_in_a_minute_than_the_pace_allows_and_a_sign_in_link_does_not_wait(
    desk: Desk, mailbox: MailServer
) -> None:
    desk.settings = replace(desk.settings, mail_pace="2")
    desk.queue()
    assert desk.send().sent == 2
    desk.act(lambda s: outbox.queue(s, "link", "alice@example.org", "Sign in", "Here.", now=NOW))
    assert desk.send().sent == 1
    assert mailbox.to[-1] == "alice@example.org"
    desk.clock.wait(seconds=61)
    assert desk.send().sent == 1
    assert mailbox.to[-1] == "cem@example.com"


def test_a_batch_ends_so_that_the_schedule_is_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BATCH", 2)
    desk.queue()
    assert [desk.send().sent, desk.send().sent] == [2, 1]


def test_who_has_finished_meanwhile_is_not_reminded(desk: Desk, mailbox: MailServer) -> None:
    def begin(session: Session) -> None:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        rounds.open_(session, round_, closes_at=None, now=NOW, by="alice")

    def finish(session: Session) -> None:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        ada = session.scalars(select(Panellist).where(Panellist.code == "ada")).one()
        participations.submit(session, round_, ada, now=NOW)

    desk.act(begin)
    assert desk.queue(LetterKind.REMINDER, "1") == 3
    desk.act(finish)
    assert desk.send() == worker.Done(sent=2, withheld=1)
    assert mailbox.to == ["ben@example.com", "cem@example.com"]
    assert desk.statuses()["ada"] == (MessageStatus.WITHHELD, "has finished the round")


def test_a_letter_that_cannot_be_written_does_not_stop_the_worker(
    desk: Desk, mailbox: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    desk.queue()
    odd = {"en": {"subject": "{odd}", "body": ""}}
    desk.act(lambda s: s.execute(update(sending.Sending).values(texts=odd)))
    assert desk.send().withheld == 3
    assert {error for _, error in desk.statuses().values()} == {worker.UNWRITTEN}
    assert "could not be written" in caplog.text


def _vouched_for(authority: trustme.CA) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    """A certificate that this process trusts, as a machine trusts its authorities."""
    authority, kept = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(kept))
    monkeypatch.setenv("SSL_CERT_FILE", str(kept))
    return _vouched_for(authority)


def _knows(_server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
    assert isinstance(given, LoginPassword)
    is_known = (given.login, given.password) == (b"delphi", b"p@ss")
    return AuthResult(success=is_known, handled=False)


def test_letters_go_over_starttls_with_a_name_and_a_password(
    desk: Desk, mailbox: MailServer, trusted: ssl.SSLContext
) -> None:
    secure = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        authenticator=_knows,
        tls_context=trusted,
        require_starttls=True,
    )
    secure.start()
    try:
        desk.queue()
        assert desk.send(f"smtp://delphi:p%40ss@localhost:{secure.port}") == worker.Done(sent=3)
        wrong = desk.office(f"smtp://delphi:wrong@localhost:{secure.port}")
        with pytest.raises(OSError, match="535") as refused:
            wrong.post.send(mail.Letter("k", "ada@example.com", "s", "b"), now=NOW)
        assert trouble(refused.value) == Trouble.SERVER
    finally:
        secure.stop()
    assert mailbox.secure == [True] * 3


def test_letters_go_over_tls_from_the_first_byte(
    desk: Desk, mailbox: MailServer, trusted: ssl.SSLContext
) -> None:
    secure = Controller(mailbox, hostname="127.0.0.1", port=free_port(), ssl_context=trusted)
    secure.start()
    try:
        desk.queue()
        assert desk.send(f"smtps://localhost:{secure.port}") == worker.Done(sent=3)
    finally:
        secure.stop()
    assert len(mailbox.letters) == 3


def test_a_certificate_that_nobody_vouches_for_is_refused(desk: Desk, mailbox: MailServer) -> None:
    context = _vouched_for(trustme.CA())
    secure = Controller(mailbox, hostname="127.0.0.1", port=free_port(), tls_context=context)
    secure.start()
    try:
        desk.queue()
        done = desk.send(f"smtp://delphi:secret@localhost:{secure.port}")
    finally:
        secure.stop()
    assert (done.failed, done.is_away, mailbox.letters) == (1, True, [])
    assert "certificate" in done.error.lower()


@pytest.mark.parametrize("pace", ["0", "-1", "many", "", "10001", "²"])
def test_a_pace_that_is_none_is_refused(desk: Desk, pace: str) -> None:
    with pytest.raises(InvalidInput, match="DELPHI_MAIL_PACE"):
        _ = replace(desk.settings, mail_pace=pace).mails_a_minute


def schedule(desk: Desk, act: Act, at: datetime, **more: Any) -> int:
    def add(session: Session) -> int:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        return schedules.add(session, round_, Plan(act, at, **more), by="alice@example.org", now=NOW).id

    return int(desk.act(add))


def state(desk: Desk) -> tuple[RoundStatus, list[tuple[ScheduleStatus, str]]]:
    """Where the round stands, and what came of each entry."""

    def read(session: Session) -> tuple[RoundStatus, list[tuple[ScheduleStatus, str]]]:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        known = schedules.list_of(session, round_)
        return round_.status, [(one.status, one.outcome) for one in known]

    found: tuple[RoundStatus, list[tuple[ScheduleStatus, str]]] = desk.act(read)
    return found


def test_one_look_opens_a_round_tells_the_panellists_and_sends_the_letters(
    desk: Desk, mailbox: MailServer
) -> None:
    schedule(desk, Act.OPEN, NOW + timedelta(hours=1), tells=True)
    assert worker.work_once(desk.office()) == worker.Done()
    desk.clock.wait(hours=1)
    assert worker.work_once(desk.office()) == worker.Done(sent=3, kept=1)
    assert state(desk) == (RoundStatus.OPEN, [(ScheduleStatus.DONE, "3 letters were queued.")])
    assert {letter["Subject"] for letter in mailbox.letters} == {"Round 1 is open: Fairer care"}
    assert worker.work_once(desk.office()) == worker.Done()


def test_a_crash_while_something_is_done_undoes_it_and_it_is_done_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(desk, Act.OPEN, NOW + timedelta(hours=1), tells=True)
    desk.clock.wait(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "queue", _die)
        with pytest.raises(KeyboardInterrupt):
            worker.keep_schedules(desk.office())
    assert state(desk) == (RoundStatus.PLANNED, [(ScheduleStatus.WAITING, "")])
    assert worker.keep_schedules(desk.office()) == 1
    assert state(desk)[0] == RoundStatus.OPEN


def test_what_fails_for_a_reason_that_nobody_thought_of_is_not_tried_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    schedule(desk, Act.OPEN, NOW + timedelta(hours=1), tells=True)
    desk.clock.wait(hours=1)
    monkeypatch.setattr(sending, "queue", _break)
    assert worker.keep_schedules(desk.office()) == 0
    assert state(desk) == (RoundStatus.PLANNED, [(ScheduleStatus.NOT_DONE, worker.TROUBLE)])
    assert "was not done" in caplog.text


def test_a_round_that_nobody_answered_is_not_closed(desk: Desk) -> None:
    schedule(desk, Act.OPEN, NOW + timedelta(hours=1))
    schedule(desk, Act.CLOSE, NOW + timedelta(hours=2))
    desk.clock.wait(hours=2)
    assert worker.keep_schedules(desk.office()) == 2
    status, (_, (done, why)) = state(desk)
    assert (status, done, why) == (RoundStatus.OPEN, ScheduleStatus.NOT_DONE, turnout.NOBODY.format(1))


def test_the_command_does_what_is_due_and_sends_what_comes_of_it(desk: Desk, mailbox: MailServer) -> None:
    schedule(desk, Act.OPEN, NOW + timedelta(hours=1), tells=True)  # by the command's own clock long ago
    command = [sys.executable, "-c", "from delphi.cli import main; main()", "worker", "--once"]
    ended = subprocess.run(
        command, env=os.environ | environment(desk.settings), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        0, "Did 1 thing that was due.\nSent 3 messages.\n", "",
    )  # fmt: skip
    assert len(mailbox.letters) == 3


@dataclass
class Minutes:
    """A clock that goes on by some seconds at each look, and stops the worker after ten minutes."""

    now: datetime = NOW
    stop: Event = field(default_factory=Event)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=5)
        if self.now > NOW + timedelta(minutes=10):
            self.stop.set()
        return self.now


@dataclass
class Away:
    """A post whose server is away, and that counts how often it was asked."""

    asked: int = 0
    where = "nowhere"

    def send(self, letter: mail.Letter, *, now: datetime) -> None:
        self.asked += 1
        raise ConnectionRefusedError("away")


def test_the_worker_asks_a_server_that_is_away_once_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0)
    desk.queue()
    clock, away = Minutes(), Away()
    worker.work(replace(desk.office(), post=away, clock=clock, stop=clock.stop))
    assert 5 <= away.asked <= 10


def _die(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def _break(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken")
