"""Sending letters: to whom, to whom not and why, once each, and what each of them says."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import access, audit, ending, outbox, participations, ratings, rounds, withdrawing
from surveys.access import Key
from surveys.errors import NotNow
from surveys.letters import readdressing, recipients, records, sending, stops, texts, writing
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import WhyNot
from surveys.letters.sending import Order, Seen
from surveys.letters.stops import StopKind
from surveys.outbox import Message, MessageStatus
from surveys.panels import Panellist
from surveys.people import Person
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys.letters.conftest import PAPER, Deliver, Invite, codes

INVITATION, REMINDER = Order(LetterKind.INVITATION), Order(LetterKind.REMINDER, "1")


def queue(session: Session, study: Study, order: Order, now: datetime) -> int:
    return sending.queue(session, study, order, by="alice", now=now)


def left_out(session: Session, study: Study, order: Order, now: datetime) -> dict[WhyNot, list[str]]:
    found = sending.look(session, study, order, now=now)
    return {why: [one.code for one in whom] for why, whom in found.left_out.items()}


def answer(session: Session, round_: Round, panellist: Panellist, count: int, now: datetime) -> None:
    participations.begin(session, round_, panellist, now=now)
    places = [(asked.item_id, c.id) for asked in round_.items for c in round_.study.criteria]
    ratings.save(session, round_, panellist, dict.fromkeys(places[:count], Answer(7)), now=now)


def test_an_invitation_goes_to_everyone_with_an_address_and_a_reason_stands_beside_the_others(
    session: Session, study: Study, bob: Panellist, invite: Invite, key: Key, now: datetime
) -> None:
    invite("ada")
    gone, revoked, back, unwanted, taking_part = map(invite, ("gone", "revoked", "back", "unwanted", "part"))
    withdrawing.withdraw(session, study, gone, keep_answers=False, now=now)
    access.create_personal_link(session, key, revoked, now=now)
    access.revoke_personal_links(session, revoked, now=now)
    stops.mark(session, back, StopKind.BOUNCED, by="alice", now=now)
    stops.mark(session, unwanted, StopKind.UNWANTED, by="alice", now=now)
    round_ = rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=now, by="alice")
    answer(session, round_, taking_part, 1, now)
    assert left_out(session, study, INVITATION, now) == {
        WhyNot.WITHDRAWN: ["gone"],
        WhyNot.NO_ADDRESS: ["P01"],
        WhyNot.BOUNCED: ["back"],
        WhyNot.UNWANTED: ["unwanted"],
        WhyNot.LINK_REVOKED: ["revoked"],
        WhyNot.HAS_BEGUN: ["part"],
    }
    assert queue(session, study, INVITATION, now) == 1
    assert codes(session) == ["ada"]
    assert left_out(session, study, INVITATION, now)[WhyNot.HAS_IT] == ["ada"]


def test_a_repeat_queues_nothing_twice(session: Session, study: Study, invite: Invite, now: datetime) -> None:
    invite("ada")
    assert queue(session, study, INVITATION, now) == 1
    assert queue(session, study, INVITATION, now) == 0
    invite("new")
    assert queue(session, study, INVITATION, now) == 1
    assert codes(session) == ["ada", "new"]
    keys = session.scalars(select(Message.key).order_by(Message.id)).all()
    assert len(set(keys)) == 2
    assert [e.details["count"] for e in audit.list_entries(session, study.id) if "queued" in e.act] == [1, 1]


def test_an_invitation_says_what_the_study_says_and_has_the_persons_own_link(
    session: Session, study: Study, invite: Invite, key: Key, deliver: Deliver, now: datetime
) -> None:
    ada = invite("ada")
    queue(session, study, INVITATION, now)
    queued = session.scalars(select(Message)).one()
    assert (queued.to, queued.subject, queued.body) == ("", "", "")  # no name, address or link in the queue
    (letter,) = deliver()
    assert not isinstance(letter, str)
    assert (letter.to, letter.subject) == ("ada@example.org", "Will you take part? Fairer care")
    assert (letter.reply_to, letter.body[:9]) == ("ada@example.org", "Dear Ada,")
    token = letter.body.partition("/join/")[2].split()[0]
    assert access.get_personal_link(session, key, token).panellist is ada
    assert "To get no more of these mails, write to ada@example.org" in letter.body
    assert "{" not in letter.body
    assert session.scalars(select(Message.body)).one() == ""


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (0, "You have not begun yet. There are 6 questions."),
        (4, "You have answered 4 of 6 questions. Your answers are saved."),
        (6, "You have answered all 6 questions. Please look them over and send them."),
    ],
)
def test_a_reminder_says_how_far_somebody_is_when_it_goes_out(
    session: Session,
    study: Study,
    open_round: Round,
    invite: Invite,
    deliver: Deliver,
    now: datetime,
    answers: int,
    sentence: str,
) -> None:
    ada = invite("ada")
    queue(session, study, REMINDER, now)
    if answers:
        answer(session, open_round, ada, answers, now)
    (letter,) = deliver()
    assert not isinstance(letter, str)
    assert sentence in letter.body


def test_a_reminder_goes_to_those_only_who_have_not_finished(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    done, halfway, _ = map(invite, ("done", "halfway", "waiting"))
    answer(session, open_round, halfway, 2, now)
    participations.submit(session, open_round, done, now=now)
    assert queue(session, study, REMINDER, now) == 2
    assert left_out(session, study, REMINDER, now)[WhyNot.FINISHED] == ["done"]
    assert codes(session) == ["halfway", "waiting"]


def test_the_second_reminder_is_another_letter(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    invite("ada")
    queue(session, study, sending.next_order(session, study, LetterKind.REMINDER, now=now), now)
    second = sending.next_order(session, study, LetterKind.REMINDER, now=now)
    assert second == Order(LetterKind.REMINDER, "2")
    assert queue(session, study, second, now) == 1
    assert codes(session) == ["ada", "ada"]


def test_closing_soon_can_be_sent_again_when_another_end_is_announced(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    invite("ada")
    with pytest.raises(NotNow, match="No end of round 1 is announced"):
        sending.next_order(session, study, LetterKind.CLOSING, now=now)
    for days in (1, 2):
        rounds.extend(session, open_round, closes_at=now + timedelta(days=days), now=now, by="alice")
        order = sending.next_order(session, study, LetterKind.CLOSING, now=now)
        assert [queue(session, study, order, now), queue(session, study, order, now)] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (LetterKind.OPENED, recipients.NO_OPEN_ROUND),
        (LetterKind.REMINDER, recipients.NO_OPEN_ROUND),
        (LetterKind.CLOSING, recipients.NO_OPEN_ROUND),
        (LetterKind.FEEDBACK, recipients.NO_OPEN_ROUND),
        (LetterKind.THANKS, recipients.NO_CLOSED_ROUND),
    ],
)
def test_before_the_first_round_there_is_nothing_to_write_about(
    session: Session, study: Study, kind: LetterKind, sentence: str, now: datetime
) -> None:
    with pytest.raises(NotNow) as refused:
        sending.next_order(session, study, kind, now=now)
    assert refused.value.sentence == sentence


def test_there_is_no_feedback_in_the_first_round(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    with pytest.raises(NotNow, match="There is no feedback yet"):
        sending.next_order(session, study, LetterKind.FEEDBACK, now=now)


def test_nobody_is_invited_who_could_not_answer_any_more(
    session: Session, study: Study, open_round: Round, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    there, _ = map(invite, ("there", "late"))
    answer(session, open_round, there, 1, now)
    assert queue(session, study, INVITATION, now) == 1
    rounds.close(session, open_round, now=now, by="alice")
    with pytest.raises(NotNow, match="takes nobody in after the first round"):
        sending.look(session, study, INVITATION, now=now)
    assert deliver() == [recipients.TOO_LATE]
    second = rounds.plan(session, study, study.items)
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    rounds.close(session, second, now=now, by="alice")
    with pytest.raises(NotNow, match="The last round has closed"):
        sending.look(session, study, INVITATION, now=now)


def test_thanks_go_to_those_who_took_part_also_after_the_end(
    session: Session, study: Study, open_round: Round, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    there, _ = map(invite, ("there", "away"))
    answer(session, open_round, there, 2, now)
    rounds.close(session, open_round, now=now, by="alice")
    rounds.mark_settled(session, open_round, now=now, by="alice")
    ending.end(session, study, now=now, by="alice")
    with pytest.raises(NotNow, match="only thanks can be sent"):
        sending.look(session, study, INVITATION, now=now)
    thanks = Order(LetterKind.THANKS)
    assert left_out(session, study, thanks, now) == {WhyNot.NO_PART: ["away"]}
    assert queue(session, study, thanks, now) == 1
    (letter,) = deliver()
    assert not isinstance(letter, str)
    assert "Thank you for your answers in round 1" in letter.body


def test_what_happens_between_queue_and_post_holds_a_letter_back(
    session: Session,
    study: Study,
    open_round: Round,
    invite: Invite,
    key: Key,
    deliver: Deliver,
    now: datetime,
) -> None:
    back, erased, finished, left, revoked, stays = map(
        invite, ("back", "erased", "finished", "left", "revoked", "stays")
    )
    queue(session, study, REMINDER, now)
    withdrawing.withdraw(session, study, left, keep_answers=True, now=now)
    participations.submit(session, open_round, finished, now=now)
    access.create_personal_link(session, key, revoked, now=now)
    access.revoke_personal_links(session, revoked, now=now)
    stops.mark(session, back, StopKind.BOUNCED, by="alice", now=now)
    erased.person = None
    session.flush()
    assert [letter if isinstance(letter, str) else letter.to for letter in deliver()] == [
        WhyNot.BOUNCED, WhyNot.NO_ADDRESS, WhyNot.FINISHED, WhyNot.WITHDRAWN, WhyNot.LINK_REVOKED,
        "stays@example.org",
    ]  # fmt: skip
    (batch,) = records.batches(session, study)
    assert (batch.queued, batch.sent, batch.withheld, batch.waiting) == (6, 1, 5, 0)
    assert stays.code == records.of_panellist(session, stays)[0].code


def test_a_round_that_has_closed_calls_nobody_any_more(
    session: Session, study: Study, open_round: Round, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    ada = invite("ada")
    answer(session, open_round, ada, 1, now)
    queue(session, study, REMINDER, now)
    rounds.close(session, open_round, now=now, by="alice")
    assert deliver() == ["the round was no longer open"]


def test_who_did_not_get_it_can_be_sent_it_again(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    ada = invite("ada")
    queue(session, study, INVITATION, now)
    message = outbox.claim(session, now=now)
    assert message is not None
    outbox.mark_refused(message, "no such user")
    stops.mark(session, ada, StopKind.BOUNCED, by=stops.MAIL_SERVER, now=now)
    assert queue(session, study, INVITATION, now) == 0
    readdressing.readdress(session, study, ada, "ada@new.example.org", by="alice", now=now)
    assert queue(session, study, INVITATION, now) == 1
    assert [letter if isinstance(letter, str) else letter.to for letter in deliver()] == [
        "ada@new.example.org"
    ]
    assert [entry.status for entry in records.of_panellist(session, ada)] == [
        MessageStatus.SENT, MessageStatus.FAILED,
    ]  # fmt: skip


def test_a_mark_can_be_taken_back(session: Session, study: Study, invite: Invite, now: datetime) -> None:
    ada = invite("ada")
    stops.mark(session, ada, StopKind.BOUNCED, by="alice", now=now)
    stops.take_back(session, ada, by="alice", now=now)
    assert queue(session, study, INVITATION, now) == 1


def test_withdrawing_leaves_nothing_of_the_address(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    ada = invite("ada")
    queue(session, study, INVITATION, now)
    deliver()
    stops.mark(session, ada, StopKind.BOUNCED, by="alice", now=now, reason="550")
    withdrawing.withdraw(session, study, ada, keep_answers=False, now=now)
    session.expire_all()
    assert [session.scalar(select(func.count()).select_from(one)) for one in (Person, stops.Stop)] == [0, 0]
    sent = session.scalars(select(Message)).one()
    assert "ada" not in f"{sent.key}{sent.to}{sent.subject}{sent.body}{sent.error}"


def test_what_was_confirmed_is_what_is_queued(
    session: Session, study: Study, invite: Invite, now: datetime
) -> None:
    invite("ada")
    text = texts.get(session, study, LetterKind.INVITATION).fingerprint
    with pytest.raises(NotNow, match="Somebody changed the text"):
        sending.confirm(session, study, INVITATION, Seen(1, "another"), by="alice", now=now)
    invite("new")
    with pytest.raises(NotNow, match="It would go to 2 now, where it was 1"):
        sending.confirm(session, study, INVITATION, Seen(1, text), by="alice", now=now)
    assert sending.confirm(session, study, INVITATION, Seen(2, text), by="alice", now=now) == 2
    assert sending.confirm(session, study, INVITATION, Seen(2, text), by="alice", now=now) == 0


def test_a_reminder_that_is_not_the_next_is_refused(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    invite("ada")
    text = texts.get(session, study, LetterKind.REMINDER).fingerprint
    with pytest.raises(NotNow, match="not the next one"):
        sending.confirm(
            session, study, Order(LetterKind.REMINDER, "7"), Seen(9, text, 1), by="alice", now=now
        )


def test_a_page_that_was_shown_for_another_round_sends_nothing(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    for code in ("ada", "ben"):
        answer(session, open_round, invite(code), 1, now)
    text = texts.get(session, study, LetterKind.REMINDER).fingerprint
    assert sending.next_order(session, study, LetterKind.REMINDER, now=now) == REMINDER
    rounds.close(session, open_round, now=now, by="alice")
    second = rounds.plan(session, study, study.items)
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    with pytest.raises(NotNow, match="for another round"):
        sending.confirm(session, study, REMINDER, Seen(2, text, 1), by="alice", now=now)
    assert codes(session) == []
    assert sending.confirm(session, study, REMINDER, Seen(2, text, 2), by="alice", now=now) == 2


OF_OPEN = (LetterKind.OPENED, LetterKind.REMINDER, LetterKind.CLOSING)


@pytest.mark.parametrize("kind", OF_OPEN)
def test_nobody_is_called_into_a_round_whose_announced_end_has_passed(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime, kind: LetterKind
) -> None:
    invite("ada")
    rounds.extend(session, open_round, closes_at=now + timedelta(hours=2), now=now, by="alice")
    late = now + timedelta(hours=2)
    with pytest.raises(NotNow, match="The announced end of round 1 has passed"):
        sending.next_order(session, study, kind, now=late)
    with pytest.raises(NotNow, match="The announced end of round 1 has passed"):
        queue(session, study, Order(kind, "1"), late)


@pytest.mark.parametrize("kind", OF_OPEN)
def test_a_letter_that_would_go_out_after_the_announced_end_is_held_back(
    session: Session,
    study: Study,
    open_round: Round,
    invite: Invite,
    key: Key,
    now: datetime,
    kind: LetterKind,
) -> None:
    invite("ada")
    rounds.extend(session, open_round, closes_at=now + timedelta(hours=2), now=now, by="alice")
    queue(session, study, sending.next_order(session, study, kind, now=now), now)
    late = now + timedelta(hours=2)
    message = outbox.claim(session, now=late)
    assert message is not None
    posting = writing.find(session, message)
    assert posting is not None
    with pytest.raises(NotNow, match="the announced end of the round had passed"):
        writing.write(session, posting, key, PAPER, now=late)


def test_what_may_have_gone_is_not_queued_again(
    session: Session, study: Study, invite: Invite, now: datetime
) -> None:
    ada = invite("ada")
    queue(session, study, INVITATION, now)
    for _ in range(outbox.MOST_DOUBTS):
        message = outbox.claim(session, now=now)
        assert message is not None
        outbox.mark_failed(message, "No answer.", now=now, in_doubt=True)
        session.flush()
        now += timedelta(hours=1)
    assert left_out(session, study, INVITATION, now) == {WhyNot.MAY_HAVE_IT: ["ada"]}
    assert queue(session, study, INVITATION, now) == 0
    (entry,) = records.of_panellist(session, ada)
    assert (entry.status, entry.may_be_double) == (MessageStatus.UNCLEAR, True)
    (batch,) = records.batches(session, study)
    assert (batch.queued, batch.waiting, batch.failed, batch.unclear, batch.doubles) == (1, 0, 0, 1, 1)
    assert records.troubled(session, study, 9) == [entry]


def test_withdrawing_clears_why_letters_did_not_go(
    session: Session, study: Study, invite: Invite, now: datetime
) -> None:
    ada, ben = invite("ada"), invite("ben")
    queue(session, study, INVITATION, now)
    for _ in range(2):
        message = outbox.claim(session, now=now)
        assert message is not None
        outbox.mark_refused(message, "a reason")
    session.flush()
    withdrawing.withdraw(session, study, ada, keep_answers=True, now=now)
    session.expire_all()
    assert [records.of_panellist(session, one)[0].error for one in (ada, ben)] == ["", "a reason"]


def test_letters_on_their_way_keep_the_text_that_was_confirmed(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    invite("ada")
    queue(session, study, INVITATION, now)
    edit = texts.Edit(
        LetterKind.INVITATION,
        texts.default(LetterKind.INVITATION).fingerprint,
        texts.Wording("New", "{link}"),
    )
    texts.save(session, study, edit, by="alice", now=now)
    (letter,) = deliver()
    assert not isinstance(letter, str)
    assert letter.subject.startswith("Will you take part?")


def test_a_simulated_study_says_so_in_every_letter(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    study.is_simulated = True
    invite("ada")
    queue(session, study, INVITATION, now)
    (letter,) = deliver()
    assert not isinstance(letter, str)
    assert letter.subject.startswith("[Simulated] ")
    assert letter.body.startswith("This study has simulated data")


def test_the_next_letter_waits_behind_what_somebody_sits_and_waits_for(
    session: Session, study: Study, invite: Invite, now: datetime
) -> None:
    invite("ada")
    queue(session, study, INVITATION, now)
    later = now + timedelta(seconds=1)
    outbox.queue(session, "sign-in link", "alice@example.org", "Sign in", "Here.", now=later)
    first = outbox.claim(session, now=later)
    assert first is not None
    assert first.key == "sign-in link"
    assert outbox.claim(session, now=later, letters=False) is None
    assert outbox.claim(session, now=later) is not None


def test_who_takes_part_in_no_round_is_not_asked_in_the_second(
    session: Session, study: Study, open_round: Round, invite: Invite, now: datetime
) -> None:
    there, _ = map(invite, ("there", "away"))
    answer(session, open_round, there, 6, now)
    rounds.close(session, open_round, now=now, by="alice")
    second = rounds.plan(session, study, study.items)
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    for kind in (LetterKind.OPENED, LetterKind.FEEDBACK):
        assert left_out(session, study, Order(kind), now) == {WhyNot.NOT_ASKED: ["away"]}
