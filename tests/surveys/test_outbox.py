"""The outbox: queued once, claimed by one, tried again, given up at last."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from surveys import outbox
from surveys.outbox import BACKOFF, LEASE, Message, MessageStatus


def _queue(session: Session, key: str, now: datetime) -> bool:
    return outbox.queue(session, key, "bob@example.org", "Round 1", "Hello.", now=now)


def _claim(session: Session, now: datetime) -> Message:
    message = outbox.claim(session, now=now)
    assert message is not None
    return message


def test_a_message_is_queued_once_by_its_key(session: Session, now: datetime) -> None:
    assert _queue(session, "round 1, bob", now)
    assert not _queue(session, "round 1, bob", now)


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(session: Session, now: datetime) -> None:
    _queue(session, "one", now)
    assert outbox.claim(session, now=now) is not None
    assert outbox.claim(session, now=now + LEASE) is None
    assert outbox.claim(session, now=now + LEASE + timedelta(seconds=1)) is not None


def test_a_sent_message_is_not_sent_again(session: Session, now: datetime) -> None:
    _queue(session, "one", now)
    outbox.mark_sent(_claim(session, now), now=now)
    assert outbox.claim(session, now=now + timedelta(days=1)) is None


def test_what_a_message_said_is_kept_until_it_is_sent_and_no_longer(session: Session, now: datetime) -> None:
    _queue(session, "one", now)
    message = _claim(session, now)
    outbox.mark_failed(message, "away", now=now)
    assert message.body == "Hello."
    outbox.mark_sent(message, now=now)
    assert (message.body, message.subject, message.to) == ("", "Round 1", "bob@example.org")
    assert message.sent_at == now


def test_a_failed_message_waits_longer_each_time_and_is_given_up_at_last(
    session: Session, now: datetime
) -> None:
    _queue(session, "one", now)
    for wait in BACKOFF:
        message = _claim(session, now)
        outbox.mark_failed(message, "no server", now=now)
        session.flush()
        assert outbox.claim(session, now=now + wait - timedelta(seconds=1)) is None
        now += wait
    message = _claim(session, now)
    outbox.mark_failed(message, "no server", now=now)
    assert (message.status, message.attempts, message.error) == (
        MessageStatus.FAILED,
        len(BACKOFF) + 1,
        "no server",
    )


def test_a_message_that_may_have_gone_twice_is_not_sent_a_third_time(session: Session, now: datetime) -> None:
    _queue(session, "one", now)
    for wait in BACKOFF[:2]:
        message = _claim(session, now)
        outbox.mark_failed(message, "no answer", now=now, in_doubt=True)
        session.flush()
        now += wait
    assert (message.status, message.doubts, message.may_be_double) == (MessageStatus.UNCLEAR, 2, True)
    assert message.body == ""
    assert outbox.claim(session, now=now + timedelta(days=9)) is None


def test_a_message_that_was_cut_short_twice_is_not_sent_a_third_time(session: Session, now: datetime) -> None:
    _queue(session, "one", now)
    for _ in range(2):
        message = _claim(session, now)
        now += LEASE + timedelta(seconds=1)
    assert outbox.claim(session, now=now) is None
    session.refresh(message)
    assert (message.status, message.doubts) == (MessageStatus.UNCLEAR, 2)
    assert (message.error, message.body) == (outbox.CUT_SHORT, "")


def test_a_message_that_may_have_gone_never_counts_as_failed_or_held_back(
    session: Session, now: datetime
) -> None:
    for key in ("one", "two"):
        _queue(session, key, now)
        outbox.mark_failed(_claim(session, now), "no answer", now=now, in_doubt=True)
        session.flush()
    first, second = (_claim(session, now + BACKOFF[0]) for _ in range(2))
    first.attempts = len(BACKOFF) + 1
    outbox.mark_failed(first, "no server", now=now)
    outbox.mark_withheld(second, "has finished")
    assert [first.status, second.status] == [MessageStatus.UNCLEAR] * 2


def test_a_message_that_is_not_due_waits(session: Session, now: datetime) -> None:
    _queue(session, "one", now + timedelta(hours=1))
    assert outbox.claim(session, now=now) is None
