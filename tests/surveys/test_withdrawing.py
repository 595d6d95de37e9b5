"""Withdrawing: the name and the links go, the answers as the panellist wishes, frozen counts stay."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import (
    access,
    comments,
    panels,
    participations,
    publications,
    ratings,
    results,
    rounds,
    withdrawing,
)
from surveys.access import Key
from surveys.comments import ClearingStatus, CommentChange, Ruling
from surveys.errors import NotFound, NotNow
from surveys.panels import ConsentKind, Panellist
from surveys.participations import Suggestion, SuggestionKind
from surveys.people import Person
from surveys.ratings import Answer, ChangeReason, RatingChange
from surveys.rounds import Round
from surveys.studies import Study


@pytest.fixture
def answered(session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime) -> Round:
    bob.person = Person(name="Bob Jones", email="bob@example.org", created_at=now)
    ratings.save(session, open_round, bob, {(study.items[0].id, study.criteria[0].id): Answer(7)}, now=now)
    comments.save(session, open_round, bob, {study.items[0].id: "Good."}, now=now)
    participations.suggest(session, open_round, bob, SuggestionKind.MISSING, "Bus fares.", now=now)
    return open_round


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("keep", [True, False])
def test_the_name_and_the_link_go_in_either_case(
    session: Session, study: Study, answered: Round, bob: Panellist, key: Key, now: datetime, keep: bool
) -> None:
    link = access.create_personal_link(session, key, bob, now=now)
    session.flush()
    withdrawing.withdraw(session, study, bob, keep_answers=keep, now=now)
    assert (bob.person_id, bob.withdrawn_at, _count(session, Person)) == (None, now, 0)
    with pytest.raises(NotFound):
        access.get_personal_link(session, key, access.personal_token(key, link))


@pytest.mark.parametrize(("keep", "expected"), [(True, 1), (False, 0)])
def test_answers_of_an_open_round_are_kept_or_deleted(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime, keep: bool, expected: int
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=keep, now=now)
    assert len(ratings.own(session, answered, bob)) == expected
    assert _count(session, RatingChange) == expected
    assert len(comments.own(session, answered, bob)) == expected
    assert len(participations.list_suggestions(session, answered)) == expected


def test_frozen_counts_stay_and_unpublished_comments_go(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime
) -> None:
    rounds.close(session, answered, now=now, by="alice")
    withdrawing.withdraw(session, study, bob, keep_answers=False, now=now)
    found = results.get(session, answered).of(study.items[0].id, "usefulness", "practitioners")
    assert found is not None
    assert found.n == 1
    assert comments.own(session, answered, bob) == {}


@pytest.mark.parametrize("is_published", [False, True])
def test_of_the_words_of_a_closed_round_only_a_comment_that_others_have_read_stays(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime, is_published: bool
) -> None:
    place = (study.items[0].id, study.criteria[0].id)
    ratings.give_reason(session, answered, bob, place, "I work at Elm Street.", now=now)
    panels.record_consents(session, bob, dict.fromkeys(ConsentKind, True), version="1", sheet="s", now=now)
    rounds.close(session, answered, now=now, by="alice")
    ruling = Ruling(bob.id, study.items[0].id, ClearingStatus.RELEASED)
    comments.clear(session, answered, ruling, by="alice", now=now)
    if is_published:
        publications.publish(session, answered, now=now, by="alice")
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert len(comments.own(session, answered, bob)) == is_published
    assert [_count(session, table) for table in (Suggestion, ChangeReason, CommentChange)] == [0, 0, 0]


def test_a_withdrawn_panellist_changes_nothing_more(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    with pytest.raises(NotNow, match="withdrawn"):
        ratings.save(session, answered, bob, {(study.items[0].id, study.criteria[0].id): Answer(1)}, now=now)


def test_withdrawing_twice_changes_nothing(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    withdrawing.withdraw(session, study, bob, keep_answers=False, now=now)
    assert len(ratings.own(session, answered, bob)) == 1


def test_somebody_on_two_studies_keeps_the_name_on_the_other(
    session: Session, study: Study, answered: Round, bob: Panellist, now: datetime
) -> None:
    other = panels.add(session, study.panels[0], "P99", now=now, person=bob.person)
    session.flush()
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert other.person is not None
