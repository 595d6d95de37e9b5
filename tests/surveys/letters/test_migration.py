"""The tables of letters come to a database that has mail waiting already, and keep it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from surveys import database, migrations, outbox, schema
from surveys.outbox import Rank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWN = {"letter_texts", "mail_stops", "postings", "schedules", "sendings"}
WAITING = text(
    'INSERT INTO messages (key, "to", subject, body, status, attempts, due_at, error)'
    " VALUES ('link', 'ada@example.org', 'Sign in', 'Here.', 'ready', 0, :now, '')"
)


def downgrade(connection: Connection, revision: str) -> None:
    config = migrations._config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)
    connection.commit()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = database.connect(database_url)
    yield made
    made.dispose()


def test_mail_that_waits_is_kept_and_goes_first(engine: Engine, database_url: str) -> None:
    with engine.connect() as connection:
        downgrade(connection, "0002")
        assert OWN & set(inspect(connection).get_table_names()) == set()
    with database.writing(engine).begin() as connection:
        connection.execute(WAITING, {"now": NOW})
    migrations.upgrade(database_url)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) >= OWN
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    with Session(database.writing(engine)) as session, session.begin():
        outbox.queue_letters(session, ["letter"], now=NOW)
        first = outbox.claim(session, now=NOW)
        assert first is not None
        assert (first.key, first.rank, first.doubts, first.to) == ("link", Rank.AWAITED, 0, "ada@example.org")
