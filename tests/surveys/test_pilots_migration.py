"""Going back to a database that knows no pilots: refused while there is one."""

import pytest
from alembic import command
from sqlalchemy.orm import Session

from surveys import database, migrations, pilots, studies
from tests.surveys.test_pilots_at_once import apart, loaded, start


def downgrade(url: str) -> None:
    """Back to before there were pilots, as a whole or not at all."""
    config, engine = migrations._config(), database.connect(url)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0007")
            connection.commit()
    finally:
        engine.dispose()


def test_a_pilot_does_not_become_a_study_like_any_other(database_url: str) -> None:
    with loaded(database_url) as engine:
        apart(engine, start)
        with pytest.raises(RuntimeError, match="remove them before"):
            downgrade(database_url)
        migrations.upgrade(database_url)
        with Session(engine) as session:
            assert pilots.find(session, studies.get(session, "fairer-care")) is not None
