"""Migrations: bring a database, empty or not, to the present schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from surveys import database


def upgrade(url: str) -> None:
    """Run every migration that this database has not seen. Running it again changes nothing."""
    engine = database.connect(url)
    try:
        with engine.connect() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has seen every migration."""
    engine = database.connect(url)
    try:
        with engine.connect() as connection:
            seen = set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()
    return seen == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
