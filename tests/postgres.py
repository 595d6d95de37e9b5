"""A throw-away PostgreSQL for a test session: a cluster in a temporary folder, reached by a socket in it.

It listens on no port, so any number may run side by side, and it forgoes all safety against a power cut.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier

INITDB_OPTIONS = "-A trust -U postgres --no-locale -E UTF8 --no-sync --no-instructions".split()
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "50",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # Nothing waits for a background job, and a test may not depend on when one runs.
    "autovacuum": "off",
}


_CUT_OFF = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
_TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
_COUNT_ANEW = "select setval(quote_ident(sequencename)::regclass, 1, false) from pg_sequences"


@dataclass(frozen=True)
class Cluster:
    """A running server, known by the folder of its socket."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of a database, as the app is given it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, *, template: str = "template1") -> None:
        """Make a database as a copy of another to which nobody is connected."""
        names = Identifier(database), Identifier(template)
        self._execute(SQL("create database {} template {}").format(*names))

    def empty(self, database: str) -> None:
        """Bring a database back to where it was migrated: without rows, and counting from 1.

        It takes a twentieth of the time of a new copy. Whoever is still connected is cut off, as by `drop`.
        """
        with psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True) as own:
            own.execute(_CUT_OFF)
            tables = [Identifier(name) for (name,) in own.execute(_TABLES)]
            steps = [SQL("set session_replication_role = replica")]  # rows go in any order
            steps += [SQL("delete from {}").format(table) for table in tables]
            own.execute(SQL("; ").join(steps))
            own.execute(_COUNT_ANEW)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute(SQL("drop database {} with (force)").format(Identifier(database)))

    def _execute(self, statement: Composed) -> None:
        address = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """Start a cluster with the programs of this folder, and remove it with all its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="delphi-pg-"))
    identity = _identity(folder)
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    try:
        _run([str(programs / "initdb"), "-D", str(folder / "data"), *INITDB_OPTIONS], folder, identity)
        _run([*control, "-l", str(folder / "log"), "-o", _options(folder), "start"], folder, identity)
        yield Cluster(folder)
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _run([*control, "-m", "immediate", "stop"], folder, identity)
        shutil.rmtree(folder, ignore_errors=True)


def _identity(folder: Path) -> dict[str, Any]:
    """Whom to run the server as: it refuses root, so root hands the folder to another user."""
    if os.geteuid() != 0:
        return {}
    user = _unprivileged_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _unprivileged_user() -> pwd.struct_passwd:
    """The user that the package makes, or nobody."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _options(folder: Path) -> str:
    """The server's own options, as `pg_ctl` hands them on."""
    settings = SETTINGS | {"unix_socket_directories": str(folder)}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _run(command: list[str], folder: Path, identity: dict[str, Any]) -> None:
    """Run a command to its end; its complaint becomes the error's text."""
    # The server inherits what it is given: a pipe would stay open for as long as it runs.
    with (folder / "complaint").open("w+") as complaint:
        outlets: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": complaint, "stderr": complaint}
        done = subprocess.run(command, check=False, cwd=folder, **outlets, **identity)
        if done.returncode:
            complaint.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed: {complaint.read().strip()}")
