"""The tables of local editions come to a database that has a study already, and leave it again."""

from datetime import UTC, datetime

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from surveys import database, migrations, publications, schema, studies
from surveys.access import Key
from surveys.editions import editions
from tests.surveys.editions import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWN = {
    "edition_mails",
    "edition_sharings",
    "edition_sources",
    "edition_versions",
    "editions",
    "local_ratings",
    "local_respondents",
    "local_rounds",
}


def downgrade(connection: Connection, revision: str) -> None:
    config = migrations._config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)
    connection.commit()


def test_a_database_with_a_published_study_is_upgraded_and_keeps_it(database_url: str):
    engine = database.connect(database_url)
    # Published by today's code, which knows today's columns, then taken back to before there were editions.
    with Session(database.writing(engine)) as session, session.begin():
        examples.publish(session, now=NOW)
    with engine.connect() as connection:
        downgrade(connection, "0001")
        assert OWN & set(inspect(connection).get_table_names()) == set()
    assert not migrations.is_current(database_url)
    migrations.upgrade(database_url)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) >= OWN
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    with Session(database.writing(engine)) as session, session.begin():
        assert publications.get(session, examples.STUDY).study is studies.get(session, examples.STUDY)
        made = editions.create(session, Key(b"x" * 32), examples.STUDY, now=NOW)
        assert editions.draft(session, made.edition).number == 1
    engine.dispose()
