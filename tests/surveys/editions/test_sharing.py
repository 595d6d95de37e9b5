"""Sharing: what is public stays what it was, can be taken back and copied; mail has an end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import editions, local_rounds, sharing
from surveys.editions.editions import Created, Edition
from surveys.editions.plans import Step
from surveys.editions.sharing import Letter
from surveys.errors import InvalidInput, NotFound, NotNow, Throttled
from surveys.outbox import Message
from surveys.studies import Study
from tests.surveys.editions import examples


def test_what_is_public_stays_what_it_was_till_it_is_published_again(
    session: Session, edition: Edition, now: datetime
):
    first = sharing.publish(session, edition, now=now)
    editions.save(session, edition, Step.GROUP, {"place": "A draft"}, seen=2, now=now)
    assert sharing.get(session, first.slug).version == 2
    second = sharing.publish(session, edition, now=now + timedelta(days=1))
    assert (second.slug, second.version) == (first.slug, 3)


def test_publishing_again_what_is_public_changes_nothing(session: Session, edition: Edition, now: datetime):
    first = sharing.publish(session, edition, now=now)
    assert sharing.publish(session, edition, now=now + timedelta(days=1)) == first


def test_local_answers_become_public_with_the_next_publishing(
    session: Session, key: Key, edition: Edition, now: datetime
):
    slug = sharing.publish(session, edition, now=now).slug
    asked = examples.ask(session, key, edition, now=now)
    assert sharing.get(session, slug).local_round is None
    sharing.publish(session, edition, now=now)
    assert sharing.get(session, slug).local_round is asked


def test_what_was_taken_back_is_as_if_it_never_was(session: Session, edition: Edition, now: datetime):
    slug = sharing.publish(session, edition, now=now).slug
    for _ in range(2):
        sharing.take_back(session, edition, now=now)
    for address in (slug, "never-was"):
        with pytest.raises(NotFound, match="no public edition"):
            sharing.get(session, address)
    assert sharing.find(session, edition) is None
    assert sharing.publish(session, edition, now=now).slug == slug


def test_a_copy_has_its_own_link_and_none_of_the_local_answers(
    session: Session, key: Key, made: Created, now: datetime
):
    examples.ask(session, key, made.edition, now=now)
    slug = sharing.publish(session, made.edition, now=now).slug
    copied = sharing.copy(session, key, slug, now=now)
    assert copied.token != made.token
    assert copied.edition.copied_from_id == made.edition.id
    draft = editions.draft(session, copied.edition)
    assert (draft.origin, draft.plan.group.place) == ("copied", "")
    assert draft.plan.issues == editions.draft(session, made.edition).plan.issues
    assert local_rounds.find_latest(session, copied.edition) is None


def test_no_copy_is_made_of_a_study_that_was_withdrawn(
    session: Session, key: Key, published: Study, edition: Edition, now: datetime
):
    slug = sharing.publish(session, edition, now=now).slug
    publications.withdraw(session, published, now=now, by=examples.BY)
    assert sharing.get(session, slug).version == 2
    with pytest.raises(NotNow, match="no longer published"):
        sharing.copy(session, key, slug, now=now)


def test_the_link_is_mailed_once_for_a_form_sent_twice(
    session: Session, key: Key, edition: Edition, now: datetime
):
    letter = Letter("Ann@example.org", "Your edition", "https://…")
    assert sharing.mail(session, key, edition, letter, origin="::1", now=now)
    assert not sharing.mail(session, key, edition, letter, origin="::1", now=now + timedelta(seconds=30))
    assert [message.to for message in session.scalars(select(Message))] == ["Ann@example.org"]


def test_nobody_is_written_to_without_end(session: Session, key: Key, published: Study, now: datetime):
    letter = Letter("ann@example.org", "Your edition", "https://…")
    for n in range(sharing.MAILS_TO_ONE):
        other = editions.create(session, key, examples.STUDY, now=now).edition
        assert sharing.mail(session, key, other, letter, origin=f"place {n}", now=now)
    edition = editions.create(session, key, examples.STUDY, now=now).edition
    with pytest.raises(Throttled):
        sharing.mail(session, key, edition, letter, origin="another", now=now)
    assert sharing.mail(session, key, edition, letter, origin="another", now=now + timedelta(days=1))


def test_nobody_writes_to_everybody(session: Session, key: Key, edition: Edition, now: datetime):
    for n in range(sharing.MAILS_FROM_ONE):
        assert sharing.mail(session, key, edition, Letter(f"a{n}@example.org", "s", "b"), origin="o", now=now)
    with pytest.raises(Throttled):
        sharing.mail(session, key, edition, Letter("b@example.org", "s", "b"), origin="o", now=now)


def test_what_is_no_address_is_refused(session: Session, key: Key, edition: Edition, now: datetime):
    with pytest.raises(InvalidInput):
        sharing.mail(session, key, edition, Letter("ann@", "s", "b"), origin="o", now=now)
