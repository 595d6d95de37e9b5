"""Importing: how long it takes to put many people on the panels from a file, told of on the way."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import database, invitations, library
from surveys.exchange import csv_files, panellist_files, study_files
from surveys.studies import Study
from tests.benchmarks.measures import Measure, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, STUDY, Place

PEOPLE = 10_000
KEPT = ("profession", "region")


def measure(place: Place) -> Iterator[Measure]:
    """Reading a file with names, addresses and attributes, adding everybody, and committing."""
    engine = database.connect(place.url)
    with Session(database.writing(engine)) as session, session.begin():
        panels = study_files.load(
            session, study_files.read(library.folder("fairsteps")), STUDY, now=NOW
        ).panels
        data = _file([panel.key for panel in panels])
    told: list[tuple[int, int]] = []
    with timed() as watch, Session(database.writing(engine)) as session, session.begin():
        added = _import(session, data, told, now=NOW)
    engine.dispose()
    if added != PEOPLE or told[-1] != (PEOPLE, PEOPLE):
        raise RuntimeError(f"{added} people were added, not {PEOPLE}")
    yield Measure(
        f"import of {PEOPLE:,} panellists with names and two attributes, {place.name}",
        milliseconds(watch.seconds),
        "under 5 s",
        f"told {len(told)} times how far it is",
    )


def _import(session: Session, data: bytes, told: list[tuple[int, int]], *, now: datetime) -> int:
    study = session.get_one(Study, 1)

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    plans = panellist_files.read(session, study, data, kept=KEPT, progress=tell)
    return len(invitations.invite(session, study, plans, by="bench", now=now, progress=tell))


def _file(panels: list[str]) -> bytes:
    header = ("panel", "code", "name", "email", *KEPT)
    rows = (
        (panels[n % len(panels)], f"B{n:05}", f"Person {n}", f"p{n}@example.org", "nurse", "North")
        for n in range(PEOPLE)
    )
    return csv_files.write(header, rows)
