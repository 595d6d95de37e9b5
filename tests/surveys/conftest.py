"""A real database in a transaction that is rolled back, and a cast with meanings.

alice runs the study, bob is on its panel of practitioners, grace on that of lived experience, charlie is on
nobody's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import access, database, items, panels, rounds, studies
from surveys.access import Account, Key
from surveys.items import ItemPlan
from surveys.panels import Panellist
from surveys.protocol import Protocol
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def engine(shared_database_url: str) -> Iterator[Engine]:
    made = database.writing(database.connect(shared_database_url))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is never kept."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def key() -> Key:
    return Key(b"a secret of the tests, long enough")


@pytest.fixture
def protocol() -> Protocol:
    return examples.protocol()


@pytest.fixture
def study(session: Session, protocol: Protocol) -> Study:
    """A study of three items, two criteria and two panels, planned."""
    made = studies.create(session, "fairer-care", protocol, now=NOW)
    items.add(session, made, [ItemPlan(k, f"Item {k}", f"About {k}.") for k in ("one", "two", "three")])
    rounds.plan_first(session, made)
    return made


@pytest.fixture
def alice(session: Session, study: Study) -> Account:
    account = access.create_account(session, "alice@example.org", "Alice", "correct horse battery", now=NOW)
    studies.add_member(session, study, account, by="command line", now=NOW)
    return account


@pytest.fixture
def bob(session: Session, study: Study) -> Panellist:
    return _panellist(session, study, 0, "P01")


@pytest.fixture
def grace(session: Session, study: Study) -> Panellist:
    return _panellist(session, study, 1, "L01")


@pytest.fixture
def open_round(session: Session, study: Study) -> Round:
    return rounds.open_(
        session, rounds.get_round(session, study, 1), closes_at=None, now=NOW, by="alice@example.org"
    )


def _panellist(session: Session, study: Study, panel: int, code: str) -> Panellist:
    made = panels.add(session, study.panels[panel], code, now=NOW)
    session.flush()
    return made
