"""The engine: one code path for SQLite and PostgreSQL, chosen by one URL."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError
from sqlalchemy.orm import Session

from surveys.errors import InvalidInput

WRITES = {"writes": True}  # execution options of a transaction that will write
LARGEST_NUMBER = 2**31 - 1  # a greater one numbers nothing, and PostgreSQL will not look for it
NO_ADDRESS = "A database has an address such as sqlite:///delphi.sqlite3 or postgresql://user@host/name."
_KINDS = ("sqlite", "postgresql", "postgres")
_BUSY_MILLISECONDS = 10_000
_DONE = "done in a transaction"


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`.

    SQLite has one writer and its readers do not wait for it (WAL). One pooled connection a process is
    quickest there (p99 298 → 22 ms at 32 connections): threads wait in line instead of trying again.
    """
    address = read_address(url)
    # What goes wrong is logged, and parameters are names and addresses.
    pool: dict[str, Any] = {"max_overflow": 0, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        return _sqlite(create_engine(address, pool_size=1, **pool))
    address = address.set(drivername="postgresql+psycopg")
    return _postgresql(create_engine(address, pool_size=pool_size, **pool))


def read_address(url: str) -> URL:
    """The address of a database, in its parts; that of any other kind of database is refused."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidInput(NO_ADDRESS) from None  # it may hold a password
    if address.get_backend_name() not in _KINDS:
        raise InvalidInput(NO_ADDRESS)
    return address


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: SQLite then takes the writer's place at once."""
    return engine.execution_options(**WRITES)


def is_alone(session: Session) -> bool:
    """Whether nobody else can write till this transaction ends: on SQLite, where a writer is one at once."""
    return session.get_bind().dialect.name == "sqlite"


def first_time(session: Session, *what: object) -> bool:
    """Whether this is asked of this transaction for the first time: what it holds it need not take again."""
    within = session.get_nested_transaction() or session.get_transaction()
    transaction, known = session.info.get(_DONE, (None, set()))
    if transaction is not within:
        known = set()
        session.info[_DONE] = (within, known)
    is_first = what not in known
    known.add(what)
    return is_first


def _postgresql(engine: Engine) -> Engine:
    event.listen(engine, "handle_error", _hide_values)
    return engine


def _hide_values(context: ExceptionContext) -> None:
    """Cut what PostgreSQL tells of a row that it refuses: errors are logged, and a row holds names."""
    if isinstance(context.sqlalchemy_exception, (DataError, IntegrityError)):
        for error in (context.sqlalchemy_exception, context.original_exception):
            error.args = (f"{error.args[0]}".partition("\n")[0], *error.args[1:])


def _sqlite(engine: Engine) -> Engine:
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
