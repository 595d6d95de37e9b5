"""What of this machine the tests use beside Python: the PostgreSQL programs and a Chromium browser.

It only looks. `tests/prepare.py` installs; `tests/postgres.py` and `tests/journeys/conftest.py` start.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps the server's programs off the PATH, one folder a version; so does Homebrew, unless linked.
POSTGRES_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def is_ci() -> bool:
    """Whether this is the build server, where nothing may be left out."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def do_without(what: str) -> NoReturn:
    """Skip the test that needs what is missing; on the build server fail it."""
    reason = f"no {what} on this machine; `make test` installs it where apt is there"
    pytest.fail(reason) if is_ci() else pytest.skip(reason)


def find_postgres() -> Path | None:
    """The folder with `initdb`, `pg_ctl` and `postgres`, the newest version first, or None."""
    return next((folder for folder in _postgres_folders() if _has_server(folder)), None)


def find_chromium() -> Path | None:
    """The browser's program, or None."""
    names = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return next((Path(path) for path in (*names, *CHROMIUM_APPS) if Path(path).exists()), None)


def _postgres_folders() -> Iterator[Path]:
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    found = (folder for pattern in POSTGRES_FOLDERS for folder in Path("/").glob(pattern))
    yield from sorted(found, key=_version, reverse=True)


def _version(folder: Path) -> int:
    """The version in a folder's name: `postgresql/15/bin` gives 15, `postgresql@17/bin` 17, none is 0."""
    name = folder.parent.name.rpartition("@")[2]
    return int(name) if name.isdigit() else 0


def _has_server(folder: Path) -> bool:
    return all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres"))
