"""Databases for the benchmarks: the FAIRSTEPS example with as many simulated panellists as are asked for."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from surveys import access, database, library, migrations, panels, rounds, studies
from surveys.access import Key
from surveys.exchange import study_files
from surveys.panels import ConsentKind, Panellist
from surveys.participations import Participation
from surveys.protocol import sheet_fingerprint
from surveys.ratings import Rating
from surveys.rounds import Round
from tests import machine, postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a secret of the benchmarks, long enough for anyone"
STUDY = "fairsteps"


@dataclass(frozen=True)
class Place:
    """A database to measure on."""

    name: str
    url: str


@contextmanager
def databases(folder: Path) -> Iterator[list[Place]]:
    """An empty, migrated SQLite file, and a PostgreSQL database where there is one."""
    sqlite = Place("SQLite", f"sqlite:///{folder / 'bench.sqlite3'}")
    migrations.upgrade(sqlite.url)
    programs = machine.find_postgres()
    if programs is None:
        yield [sqlite]
        return
    with postgres.running(programs) as cluster:
        cluster.create("bench")
        migrations.upgrade(cluster.url("bench"))
        yield [sqlite, Place("PostgreSQL", cluster.url("bench"))]


def prepare(engine: Engine, people: int) -> list[str]:
    """An open round with consenting practitioners; their browsers' session tokens."""
    key = Key(SECRET.encode())
    with Session(database.writing(engine)) as session, session.begin():
        study = study_files.load(session, study_files.read(library.folder("fairsteps")), STUDY, now=NOW)
        rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=NOW, by="bench")
        sheet = sheet_fingerprint(study.protocol.information)
        return [_token(session, key, _panellist(session, study, n, sheet)) for n in range(people)]


def _panellist(session: Session, study: studies.Study, n: int, sheet: str) -> Panellist:
    made = panels.add(session, study.panels[n % len(study.panels)], f"B{n:05}", now=NOW)
    session.flush()
    panels.record_consents(session, made, {ConsentKind.TAKE_PART: True}, version="1", sheet=sheet, now=NOW)
    return made


def _token(session: Session, key: Key, panellist: Panellist) -> str:
    link = access.create_personal_link(session, key, panellist, now=NOW)
    session.flush()
    return access.open_panellist_session(session, key, link, now=datetime.now(UTC))


def answer_all(session: Session, round_: Round) -> int:
    """Everybody takes part and rates all there is, written as one batch; how many ratings that is."""
    chance = random.Random(7)  # a fixed seed, for like runs
    people = panels.list_panellists(session, round_.study)
    parts = [
        {"round_id": round_.id, "panellist_id": p.id, "block_order": [], "began_at": NOW} for p in people
    ]
    session.execute(insert(Participation), parts)
    rows = [
        {
            "round_id": round_.id,
            "panellist_id": panellist.id,
            "item_id": asked.item_id,
            "criterion_id": criterion.id,
            "panel_id": panellist.panel_id,
            "value": chance.randint(1, 9),
            "unable": None,
        }
        for panellist in people
        for asked in round_.items
        for criterion in round_.study.criteria
    ]
    session.execute(insert(Rating), rows)
    return len(rows)
