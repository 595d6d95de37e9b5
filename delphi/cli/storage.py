"""The database as a command uses it: checked to be there and current, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.errors import NotNow

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from delphi.settings import Settings
    from surveys.rounds import Round
    from surveys.studies import Study

BY = "command line"  # who did it, in the audit trail
NOT_CLOSED = "has not closed yet: until then nobody sees what was answered."
RUN_MIGRATE = "Run `delphi migrate`."


@dataclass(frozen=True)
class Work:
    """What a command works with: a transaction, the settings and the time."""

    session: "Session"
    settings: "Settings"
    now: datetime


@contextmanager
def reading() -> Iterator[Work]:
    """A transaction that only reads."""
    with _transaction(writes=False) as work:
        yield work


@contextmanager
def writing() -> Iterator[Work]:
    """A transaction that is kept if the command comes to its end, and undone if it does not."""
    with _transaction(writes=True) as work:
        yield work


@contextmanager
def connected(settings: "Settings") -> "Iterator[Engine]":
    """The engine, of a database that is there and has seen every migration."""
    from surveys import (
        database,
        migrations,
        schema,  # noqa: F401  # mapped classes name one another, also those that a command does not import
    )

    with explained():
        _check_is_there(settings)
        if not migrations.is_current(settings.database_url):
            raise NotNow(f"The database is not of this version of Delphi. {RUN_MIGRATE}")
    engine = database.connect(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the database's driver says into a sentence that names the setting."""
    from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        reason = " ".join(str(error.orig).split())
        raise NotNow(f"The database cannot be used ({reason}). Is DELPHI_DATABASE_URL right?") from error
    except (ArgumentError, ModuleNotFoundError) as error:
        raise NotNow(f"DELPHI_DATABASE_URL does not lead to a database ({error}).") from error


def closed_round(session: "Session", study: "Study", number: int | None) -> "Round":
    """This closed round, or the last one: in an open one nobody sees what is answered, not even the team."""
    from surveys import rounds

    if number is not None:
        round_ = rounds.get_round(session, study, number)
        if not round_.has_results:
            raise NotNow(f"Round {number} {NOT_CLOSED}")
        return round_
    closed = [round_ for round_ in rounds.list_rounds(session, study) if round_.has_results]
    if not closed:
        raise NotNow(f"The first round {NOT_CLOSED}")
    return closed[-1]


@contextmanager
def _transaction(*, writes: bool) -> Iterator[Work]:
    from sqlalchemy.orm import Session

    from delphi import clock
    from delphi import settings as settings_
    from surveys import database

    settings = settings_.read()
    with connected(settings) as engine, explained():
        bound = database.writing(engine) if writes else engine
        with Session(bound) as session, session.begin():
            yield Work(session, settings, clock.now())


def _check_is_there(settings: "Settings") -> None:
    """Refuse an SQLite file that is not there: connecting would make an empty one."""
    from sqlalchemy.engine import make_url

    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise NotNow(f"There is no database {url.database} yet. {RUN_MIGRATE}")
