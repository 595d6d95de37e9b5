"""Removing a study that never began: nothing of it is left, and nothing else is touched."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import (
    access,
    attributes,
    audit,
    declarations,
    items,
    panel_moves,
    panels,
    removing,
    rounds,
    schema,
    studies,
)
from surveys.access import Account, Key
from surveys.declarations import Declared
from surveys.errors import NotNow
from surveys.items import ItemPlan
from surveys.panel_moves import Wish
from surveys.panels import ConsentKind, Panellist
from surveys.payments import ledger, offers
from surveys.payments.offers import Terms
from surveys.people import Person
from surveys.protocol import Protocol
from surveys.rounds import Round
from surveys.sign_ins import SignInAttempt
from surveys.studies import Study
from tests.surveys.sign_ups import examples


def counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    session.flush()
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in schema.metadata.sorted_tables
        if table.name != SignInAttempt.__tablename__  # counts whoever comes, and goes by itself
    }


def made(session: Session, protocol: Protocol, alice: Account, key: Key, now: datetime) -> Study:
    """A study with everything that one can have before its first round."""
    study = studies.create(session, "a-typo", protocol, now=now)
    studies.add_member(session, study, alice, by="alice", now=now)
    items.add(session, study, [ItemPlan("one", "Item one")])
    rounds.plan_first(session, study)
    person = Person(name="Bob", email="bob@example.org", created_at=now)
    panellist = panels.add(session, study.panels[0], "P09", now=now, person=person)
    session.flush()
    given = {ConsentKind.TAKE_PART: True}
    panels.record_consents(session, panellist, given, version="1", sheet="s", now=now)
    link = access.create_personal_link(session, key, panellist, now=now)
    session.flush()
    attributes.add(session, [(panellist, {"profession": "nurse"})])
    declarations.add(session, [(panellist, Declared(interests="None."))])
    panel_moves.move(
        session,
        study,
        panellist,
        Wish("lived_experience", "Of course.", "practitioners"),
        by="alice",
        now=now,
    )
    offers.save(session, study, Terms("£25", "£"), seen="", by="alice", now=now)
    ledger.offer(session, study, ledger.Wish("Round 1", 2500), by="alice", now=now)
    examples.entered(session, key, examples.opened(session, key, study.panels[0], now), now)
    session.flush()
    access.open_panellist_session(session, key, link, now=now)
    return study


def test_nothing_is_left_of_it(
    session: Session,
    study: Study,
    alice: Account,
    bob: Panellist,
    protocol: Protocol,
    key: Key,
    now: datetime,
) -> None:
    before = counts(session)
    typo = made(session, protocol, alice, key, now)
    assert counts(session) != before
    removing.remove(session, typo)
    assert counts(session) == before
    assert studies.find(session, "a-typo") is None
    assert studies.list_for(session, alice) == [study]


def test_whoever_is_in_another_study_stays_a_person(
    session: Session,
    study: Study,
    alice: Account,
    bob: Panellist,
    protocol: Protocol,
    key: Key,
    now: datetime,
) -> None:
    typo = made(session, protocol, alice, key, now)
    bob.person = panels.list_panellists(session, typo)[0].person
    removing.remove(session, typo)
    assert session.scalars(select(Person.name)).all() == ["Bob"]


def test_a_study_that_has_begun_stays(session: Session, study: Study, open_round: Round) -> None:
    with pytest.raises(NotNow, match="has been opened, so it stays"):
        removing.remove(session, study)
    assert audit.list_entries(session, study.id)
