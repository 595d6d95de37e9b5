"""The demonstration's folder: the database is there whole or not at all, and goes on where it was left."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.orm import Session

from delphi import addresses
from delphi import settings as settings_
from delphi.demo import CROWDS, DATABASE, GUEST_NAMES, STUDY, building, guests
from delphi.settings import Settings
from surveys import database, migrations, studies

UNFINISHED = "unfinished.sqlite3"
_LEFT_BESIDE = ("", "-wal", "-shm")


def settings(folder: Path, address: str) -> Settings:
    """The settings of the demonstration: of the machine's own, only the time zone counts."""
    return dataclasses.replace(
        Settings(time_zone=settings_.read().time_zone),
        database_url=_url(folder.resolve() / DATABASE),
        public_address=address,
        mail_folder=str(folder.resolve() / "mail"),
        demo="1",
    )


def prepare(
    folder: Path, service: Settings, *, fresh: bool, now: datetime, say: Callable[[str], None]
) -> bool:
    """See to it that there is one, of this version; tells whether it was built just now."""
    if fresh:
        _remove(folder / DATABASE)
    if (folder / DATABASE).exists():
        if not migrations.is_current(service.database_url):
            migrations.upgrade(service.database_url)
        return False
    build(folder, service, now=now, say=say)
    return True


def build(folder: Path, service: Settings, *, now: datetime, say: Callable[[str], None]) -> None:
    """Build it under another name and rename it at the end: a broken build is never taken for a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / UNFINISHED
    _remove(unfinished)
    say("Making the database ...")
    migrations.upgrade(_url(unfinished))
    engine = database.connect(_url(unfinished))
    try:
        say(f"Asking {sum(crowd.size for crowd in CROWDS.values())} simulated panellists ...")
        building.build(engine, settings_.key(service), now=now)
    finally:
        engine.dispose()
    unfinished.rename(folder / DATABASE)


def links(service: Settings, *, now: datetime) -> dict[str, str]:
    """The address of each guest's own link, by the name of who comes in by it."""
    key, engine = settings_.key(service), database.connect(service.database_url)
    try:
        with Session(database.writing(engine)) as session, session.begin():
            study = studies.get(session, STUDY)
            tokens = {
                name: guests.let_in(session, key, study, panel, now=now)
                for panel, name in GUEST_NAMES.items()
            }
    finally:
        engine.dispose()
    return {name: addresses.personal_link(service, token) for name, token in tokens.items()}


def _url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def _remove(path: Path) -> None:
    for end in _LEFT_BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
