"""What all tests share: empty, migrated databases of both kinds, and how Hypothesis behaves here.

A test asks for `database_url` and runs twice, once on each kind, with a database to itself. A test that
rolls back what it does asks for `shared_database_url`: one database for all of them. Migrating is done once
a worker and kind; of SQLite every test has a copy, of PostgreSQL one copy is emptied after each.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from tests import machine, postgres

DATABASES = ("sqlite", "postgresql")

# Two workers share two cores, so how long one example takes tells nothing.
settings.register_profile("delphi", deadline=None)
settings.load_profile("delphi")


@pytest.fixture(scope="session", autouse=True)
def quick_password_hashes() -> None:
    """A password's hash costs a tenth of a second on purpose; here it would be most of a test."""
    from surveys import passwords

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """What brings an empty database to the present schema."""
    # Imported here so that the tests of `analysis` run without SQLAlchemy.
    from surveys import migrations

    return migrations.upgrade


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database that this test alone uses."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session", params=DATABASES)
def shared_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database for tests that roll back whatever they do."""
    return str(request.getfixturevalue(f"shared_{request.param}_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite database for this test alone."""
    return _copy(sqlite_template, tmp_path / "delphi.sqlite3")


@pytest.fixture(scope="session")
def shared_sqlite_url(sqlite_template: Path) -> str:
    """An SQLite database for all tests that roll back."""
    return _copy(sqlite_template, sqlite_template.with_name("shared.sqlite3"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, migrate: Callable[[str], None]) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgresql_url(postgresql: postgres.Cluster, used_postgresql: str) -> Iterator[str]:
    """A PostgreSQL database that no other test uses meanwhile, and that is emptied afterwards."""
    yield postgresql.url(used_postgresql)
    postgresql.empty(used_postgresql)


@pytest.fixture(scope="session")
def used_postgresql(postgresql: postgres.Cluster, postgresql_template: str) -> str:
    """The name of the PostgreSQL database that one test after the other uses."""
    postgresql.create("used", template=postgresql_template)
    return "used"


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql: postgres.Cluster, postgresql_template: str) -> str:
    """A PostgreSQL database for all tests that roll back."""
    postgresql.create("shared", template=postgresql_template)
    return postgresql.url("shared")


@pytest.fixture(scope="session")
def postgresql_template(postgresql: postgres.Cluster, migrate: Callable[[str], None]) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    postgresql.create("migrated")
    migrate(postgresql.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Cluster]:
    """A running PostgreSQL, one for each worker."""
    programs = machine.find_postgres()
    if programs is None:
        machine.do_without("PostgreSQL")
    with postgres.running(programs) as cluster:
        yield cluster


def _copy(template: Path, path: Path) -> str:
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"
