"""Concerns: passed to a named lead by a link that stops with the lead, acknowledged once, closed once."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import comments, outbox, panels, participations, results, rounds, settling, trails, withdrawing
from surveys.access import Key
from surveys.comments import ClearingStatus, Ruling
from surveys.concerns import leads, passing
from surveys.concerns.leads import SafeguardingLead, Typed
from surveys.concerns.passing import Concern, State
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.outbox import Message, MessageStatus
from surveys.panels import ConsentKind, Panellist
from surveys.participations import SuggestionKind
from surveys.permissions import Role
from surveys.rounds import Round
from surveys.studies import Study

BY, BEN = "alice@example.org", "ben@example.org"
SAM, KIM = Typed("Sam Safe", "sam@example.org", "0123 456"), Typed("Kim Kind", "kim@example.org")


@pytest.fixture
def closed(session: Session, open_round: Round, bob: Panellist, now: datetime) -> Round:
    participations.suggest(session, open_round, bob, SuggestionKind.HARM, "I am not safe.", now=now)
    rounds.close(session, open_round, now=now, by=BY)
    return open_round


@pytest.fixture
def lead(session: Session, study: Study, now: datetime) -> SafeguardingLead:
    return leads.name(session, study, SAM, seen=0, by=BY, now=now)


@pytest.fixture
def concern(
    session: Session, closed: Round, bob: Panellist, lead: SafeguardingLead, key: Key, now: datetime
) -> Concern:
    made = passing.pass_on(session, key, closed, (bob.id, "harm"), "Please look.", by=BY, now=now)
    outbox.queue(session, made.message_key, lead.email, "subject", "body", now=now)
    return made


def _state(session: Session, study: Study) -> State:
    (known,) = passing.list_known(session, study)
    return known.state


def test_without_a_lead_nothing_is_passed_on(
    session: Session, closed: Round, bob: Panellist, key: Key, now: datetime
) -> None:
    with pytest.raises(NotNow, match="No safeguarding lead"):
        passing.pass_on(session, key, closed, (bob.id, "harm"), "Look.", by=BY, now=now)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed(" ", "a@example.org"), "name"),
        (Typed("Sam", "sam"), "email"),
        (Typed("Sam", "a@example.org", "1" * 41), "phone"),
        (Typed("Sam", "a@example.org", "at the desk"), "phone"),
    ],
)
def test_a_lead_that_cannot_be_reached_is_refused_at_its_field(
    session: Session, study: Study, now: datetime, typed: Typed, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        leads.name(session, study, typed, seen=0, by=BY, now=now)
    assert refused.value.field == field


def test_of_two_who_name_a_lead_the_second_is_shown_the_first_s(
    session: Session, study: Study, lead: SafeguardingLead, now: datetime
) -> None:
    assert leads.name(session, study, SAM, seen=0, by=BEN, now=now) is lead  # the same again
    with pytest.raises(NotNow, match=r"alice@example.org has changed .* to Sam Safe"):
        leads.name(session, study, KIM, seen=0, by=BEN, now=now)
    leads.remove(session, study, seen=lead.id, by=BEN, now=now)
    assert (leads.find(session, study), lead.email, lead.name) == (None, "", "Sam Safe")


def test_a_text_is_passed_on_once(
    session: Session, closed: Round, bob: Panellist, concern: Concern, key: Key, now: datetime
) -> None:
    place = (bob.id, "harm")
    assert passing.pass_on(session, key, closed, place, " Please look. ", by=BY, now=now) is concern
    with pytest.raises(NotNow, match=r"alice@example.org has passed this text"):
        passing.pass_on(session, key, closed, place, "I saw it, too.", by=BEN, now=now)
    with pytest.raises(NotFound):
        passing.pass_on(session, key, closed, (bob.id, "missing"), "Look.", by=BY, now=now)


@pytest.mark.parametrize("note", [" ", "x" * 2001])
def test_a_note_says_why_and_not_too_much(
    session: Session,
    closed: Round,
    bob: Panellist,
    lead: SafeguardingLead,
    key: Key,
    now: datetime,
    note: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        passing.pass_on(session, key, closed, (bob.id, "harm"), note, by=BY, now=now)
    assert refused.value.field == "note"


def test_the_text_of_an_open_round_is_not_passed_on(
    session: Session, open_round: Round, bob: Panellist, lead: SafeguardingLead, key: Key, now: datetime
) -> None:
    participations.suggest(session, open_round, bob, SuggestionKind.HARM, "Help.", now=now)
    with pytest.raises(NotNow, match="after the round has closed"):
        passing.pass_on(session, key, open_round, (bob.id, "harm"), "Look.", by=BY, now=now)


def test_the_lead_reads_and_acknowledges_once(
    session: Session, study: Study, concern: Concern, key: Key, now: datetime
) -> None:
    token = passing.token(key, concern)
    assert token not in (concern.nonce, concern.token_hash)
    assert passing.find_text(session, passing.get_by_link(session, key, token)).text == "I am not safe."  # type: ignore[union-attr]
    for answer in ("I will call.", "Another."):
        passing.acknowledge(session, key, token, answer, now=now)
    assert (concern.answer, _state(session, study)) == ("I will call.", State.ACKNOWLEDGED)


def test_a_link_of_an_earlier_lead_opens_nothing_and_the_next_gets_one(
    session: Session, study: Study, concern: Concern, lead: SafeguardingLead, key: Key, now: datetime
) -> None:
    old, letter = passing.token(key, concern), concern.message_key
    kim = leads.name(session, study, KIM, seen=lead.id, by=BY, now=now)
    with pytest.raises(NotFound):
        passing.get_by_link(session, key, old)
    waiting = session.scalars(select(Message).where(Message.key == letter)).one()
    assert (waiting.status, _state(session, study)) == (MessageStatus.WITHHELD, State.LEFT)
    passing.send_again(session, key, study, concern.id, by=BY, now=now)
    assert passing.get_by_link(session, key, passing.token(key, concern)).lead_id == kim.id
    assert concern.message_key != letter
    with pytest.raises(NotNow, match="sent to Kim Kind already"):
        passing.send_again(session, key, study, concern.id, by=BY, now=now)


def test_what_an_earlier_lead_acknowledged_can_be_sent_to_the_next_with_the_answer(
    session: Session, study: Study, concern: Concern, lead: SafeguardingLead, key: Key, now: datetime
) -> None:
    passing.acknowledge(session, key, passing.token(key, concern), "I will call.", now=now)
    kim = leads.name(session, study, KIM, seen=lead.id, by=BY, now=now)
    (known,) = passing.list_known(session, study)
    assert (known.state, known.may_be_sent) == (State.ACKNOWLEDGED, True)
    passing.send_again(session, key, study, concern.id, by=BY, now=now)
    assert (concern.lead_id, concern.acknowledged_at, concern.answer) == (kim.id, None, "")
    assert concern.note == "Please look.\n\nSam Safe was the lead before and answered: I will call."


def test_what_is_closed_is_sent_to_no_other_lead(
    session: Session, study: Study, concern: Concern, lead: SafeguardingLead, key: Key, now: datetime
) -> None:
    passing.close(session, study, concern.id, "Sam called.", by=BY, now=now)
    leads.name(session, study, KIM, seen=lead.id, by=BY, now=now)
    assert [known.may_be_sent for known in passing.list_known(session, study)] == [False]
    with pytest.raises(NotNow, match="closed"):
        passing.send_again(session, key, study, concern.id, by=BY, now=now)


@pytest.mark.parametrize("status", MessageStatus)
def test_the_address_of_a_lead_who_is_none_any_more_stands_nowhere(
    session: Session,
    study: Study,
    concern: Concern,
    lead: SafeguardingLead,
    now: datetime,
    status: MessageStatus,
) -> None:
    letter = session.scalars(select(Message).where(Message.key == concern.message_key)).one()
    outbox.queue(session, "another's", SAM.email, "subject", "body", now=now)
    letter.status = status
    session.flush()
    leads.remove(session, study, seen=lead.id, by=BY, now=now)
    assert (lead.email, lead.phone, letter.to, letter.body) == ("", "", "", "")
    assert (letter.status == MessageStatus.READY, letter.subject) == (False, "subject")
    assert [one.to for one in session.scalars(select(Message).order_by(Message.id))] == ["", SAM.email]


def test_a_link_opens_nothing_once_the_concern_is_closed(
    session: Session, study: Study, concern: Concern, key: Key, now: datetime
) -> None:
    token = passing.token(key, concern)
    passing.close(session, study, concern.id, "Sam called.", by=BY, now=now)
    with pytest.raises(NotNow, match="has closed this concern"):
        passing.get_by_link(session, key, token)
    with pytest.raises(NotNow, match="has closed this concern"):
        passing.acknowledge(session, key, token, "I will call.", now=now)


def test_a_new_telephone_leaves_the_links(
    session: Session, study: Study, concern: Concern, lead: SafeguardingLead, key: Key, now: datetime
) -> None:
    leads.name(session, study, Typed("Sam", SAM.email), seen=lead.id, by=BY, now=now)
    assert passing.get_by_link(session, key, passing.token(key, concern)) is concern


def test_states_follow_the_letter_and_the_lead(
    session: Session, study: Study, concern: Concern, key: Key, now: datetime
) -> None:
    message = session.scalars(select(Message).where(Message.key == concern.message_key)).one()
    assert _state(session, study) == State.PASSED
    outbox.mark_refused(message, "no such mailbox")
    assert _state(session, study) == State.NOT_SENT
    outbox.mark_sent(message, now=now)
    assert _state(session, study) == State.SENT


def test_closing_needs_an_outcome_and_is_done_once(
    session: Session, study: Study, concern: Concern, key: Key, now: datetime
) -> None:
    with pytest.raises(InvalidInput):
        passing.close(session, study, concern.id, " ", by=BY, now=now)
    for _ in range(2):
        passing.close(session, study, concern.id, "Sam called.", by=BY, now=now)
    with pytest.raises(NotNow, match=r"alice@example.org has closed this concern meanwhile: Sam called"):
        passing.close(session, study, concern.id, "Nothing.", by=BEN, now=now)
    assert _state(session, study) == State.CLOSED


def test_another_study_s_concern_is_not_found(session: Session, study: Study, concern: Concern) -> None:
    other = Study(id=study.id + 1000)
    with pytest.raises(NotFound):
        passing.get(session, other, concern.id)


def test_a_withdrawal_leaves_that_there_was_a_concern(
    session: Session, study: Study, concern: Concern, bob: Panellist, key: Key, now: datetime
) -> None:
    passing.acknowledge(session, key, passing.token(key, concern), "I will call.", now=now)
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    session.expire_all()
    (known,) = passing.list_known(session, study)
    assert (known.text, known.concern.note, known.concern.answer) == (None, "", "")
    assert known.state == State.ACKNOWLEDGED


def test_a_withdrawal_takes_the_notes_on_a_comment_that_stays(
    session: Session,
    study: Study,
    open_round: Round,
    bob: Panellist,
    lead: SafeguardingLead,
    key: Key,
    now: datetime,
) -> None:
    item = study.items[0].id
    panels.record_consents(
        session, bob, {ConsentKind.SHOW_COMMENTS: True}, version="1", sheet="sheet", now=now
    )
    comments.save(session, open_round, bob, {item: "I am not safe."}, now=now)
    rounds.close(session, open_round, now=now, by=BY)
    comments.clear(session, open_round, Ruling(bob.id, item, ClearingStatus.RELEASED), by=BY, now=now)
    second = settling.settle(session, open_round, results.get(session, open_round), {}, now=now, by=BY)
    assert second is not None
    rounds.open_(session, second, closes_at=None, now=now, by=BY)
    made = passing.pass_on(session, key, open_round, (bob.id, f"comment-{item}"), "Look.", by=BY, now=now)
    passing.acknowledge(session, key, passing.token(key, made), "I will call.", now=now)
    passing.close(session, study, made.id, "Sam called.", by=BY, now=now)
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    session.expire_all()
    (known,) = passing.list_known(session, study)
    assert known.text is not None  # the others have read it
    assert (made.note, made.answer, made.outcome, known.state) == ("", "", "", State.CLOSED)


def test_the_trail_knows_of_it_and_says_neither_whose_text_nor_what(
    session: Session, study: Study, concern: Concern, key: Key, now: datetime
) -> None:
    passing.acknowledge(session, key, passing.token(key, concern), "I will call.", now=now)
    passing.close(session, study, concern.id, "Sam called.", by=BY, now=now)
    seen = trails.list_seen(session, study, Role.OWNER)
    told = {entry.act: entry.details for entry in seen if entry.act in passing.ACTS}
    number = {"concern": concern.id}
    assert told == {
        passing.PASSED_ON: {"round": 1, "lead": "Sam Safe", **number},
        passing.ACKNOWLEDGED: number,
        passing.CLOSED: number,
    }
