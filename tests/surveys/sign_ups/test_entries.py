"""Entries: they wait, nothing of them is doubled, and nobody learns from them who is known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import panels
from surveys.access import Key
from surveys.errors import FaultyFile, NotFound, NotNow, Throttled
from surveys.panels import Panellist
from surveys.people import Person
from surveys.sign_ups import entries, forms, throttling
from surveys.sign_ups.entries import SignUpStatus
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study
from tests.surveys.sign_ups.examples import ANSWERS, ASKED, SENT, entered, opened


def test_an_entry_waits_and_nobody_is_on_the_panel(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    entry = entered(session, key, link, now, experience="I am a carer too.")
    assert (entry.status, entry.name, entry.email) == (
        SignUpStatus.WAITING,
        "Ada Example",
        "ada@example.org",
    )
    assert entry.answers == [[one.text, ANSWERS[number]] for number, one in enumerate(ASKED[:3], start=1)]
    assert entry.attributes == {"profession": "nurse"}
    assert entry.origin_hash is not None
    assert "10.0.0.1" not in entry.origin_hash
    assert panels.list_panellists(session, study) == []
    assert entries.count_waiting(session, study) == 1


def test_questions_that_change_leave_the_answers_with_their_questions(
    session: Session, key: Key, link: SignUpLink, now: datetime
) -> None:
    entry = entered(session, key, link, now)
    forms.save(session, link.panel, ASKED[:1], seen=forms.fingerprint(ASKED), by="alice", now=now)
    assert [question for question, _ in entry.answers] == [one.text for one in ASKED[:3]]


def test_the_same_address_again_keeps_the_first(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    first = entered(session, key, link, now)
    assert entered(session, key, link, now, name="Ada Again", email="ADA@example.org") is first
    assert (first.name, first.repeats) == ("Ada Example", 1)


def test_the_same_address_on_another_panel_of_the_study_is_the_same(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    first = entered(session, key, link, now)
    other = opened(session, key, study.panels[1], now)
    assert entered(session, key, other, now) is first


def test_an_address_that_is_on_a_panel_is_taken_like_any_other(
    session: Session, study: Study, key: Key, link: SignUpLink, bob: Panellist, now: datetime
) -> None:
    bob.person = Person(name="Bob", email="ada@example.org", created_at=now)
    session.flush()
    assert entered(session, key, link, now).status == SignUpStatus.WAITING


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": ""}, "name", "Write your name."),
    "a long name": ({"name": "x" * 201}, "name", "at most 200 characters"),
    "no address": ({"email": "ada at example"}, "email", "Write your email address"),
    "no choice of how": ({"capacity": ""}, "capacity", "Choose how you want to take part."),
    "a made-up choice of how": ({"capacity": "boss"}, "capacity", "Choose how"),
    "long experience": ({"experience": "x" * 1001}, "experience", "at most 1000"),
    "long interests": ({"interests": "x" * 1001}, "interests", "This has 1001 characters"),
    "an open question": ({"answers": ANSWERS | {1: ""}}, "q1", "Answer this question: Do you work"),
    "an answer that is not there": ({"answers": ANSWERS | {2: "For ever"}}, "q2", "Choose one of"),
    "a long answer": ({"answers": ANSWERS | {3: "x" * 501}}, "q3", "at most 500"),
    "a long attribute": ({"answers": ANSWERS | {4: "x" * 201}}, "q4", "at most 200"),
}


@pytest.mark.parametrize(("changes", "where", "said"), BAD.values(), ids=BAD)
def test_what_is_missing_or_too_long_is_told_at_its_field(
    session: Session,
    study: Study,
    key: Key,
    link: SignUpLink,
    now: datetime,
    changes: dict[str, Any],
    where: str,
    said: str,
) -> None:
    with pytest.raises(FaultyFile) as refused:
        entered(session, key, link, now, **changes)
    assert [(fault.where, said in fault.sentence) for fault in refused.value.faults] == [(where, True)]
    assert entries.list_all(session, study) == []


def test_an_attribute_may_be_left_out(session: Session, key: Key, link: SignUpLink, now: datetime) -> None:
    assert entered(session, key, link, now, answers=ANSWERS | {4: ""}).attributes == {}


def test_too_many_from_one_place_are_asked_to_wait(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    for number in range(throttling.MOST):
        entered(session, key, link, now, email=f"ada{number}@example.org")
    with pytest.raises(Throttled):
        entered(session, key, link, now, email="another@example.org")
    entered(session, key, link, now, origin="10.0.0.2", email="elsewhere@example.org")
    later = now + throttling.WINDOW + timedelta(seconds=1)
    entered(session, key, link, later, email="another@example.org")
    assert entries.count_waiting(session, study) == throttling.MOST + 2


def test_more_than_a_team_can_look_through_are_not_taken(
    session: Session, key: Key, link: SignUpLink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_WAITING", 1)
    entered(session, key, link, now)
    with pytest.raises(NotNow, match="So many people have signed up"):
        entries.enter(session, key, link, replace(SENT, email="b@example.org"), origin="", now=now)


def test_another_studys_entry_is_not_found(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    entry = entered(session, key, link, now)
    with pytest.raises(NotFound):
        entries.get(session, study, entry.id + 1)
