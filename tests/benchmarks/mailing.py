"""Mailing: how long it takes to queue an invitation for everybody on the panels."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from surveys import database, library, panels
from surveys.exchange import study_files
from surveys.letters import sending
from surveys.letters.kinds import LetterKind
from surveys.letters.sending import Order
from surveys.people import Person
from surveys.studies import Study
from tests.benchmarks.measures import Measure, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, STUDY, Place

PEOPLE = 10_000


def measure(place: Place) -> Iterator[Measure]:
    """Queueing and committing, on a study with so many people; then the same again, which queues nothing."""
    engine = database.connect(place.url)
    with Session(database.writing(engine)) as session, session.begin():
        study = study_files.load(session, study_files.read(library.folder("fairsteps")), STUDY, now=NOW)
        _fill(session, study)
    runs = []
    for wanted in (PEOPLE, 0):
        with timed() as watch, Session(database.writing(engine)) as session, session.begin():
            study = session.get_one(Study, 1)
            count = sending.queue(session, study, Order(LetterKind.INVITATION), by="bench", now=NOW)
        if count != wanted:
            raise RuntimeError(f"{count} letters were queued, not {wanted}")
        runs.append(milliseconds(watch.seconds))
    engine.dispose()
    yield Measure(
        f"queueing {PEOPLE:,} invitations, {place.name}",
        runs[0],
        "under 5 s",
        f"a repeat queues none in {runs[1]}",
    )


def _fill(session: Session, study: Study) -> None:
    for number in range(PEOPLE):
        person = Person(name=f"Person {number}", email=f"p{number}@example.org", created_at=NOW)
        panel = study.panels[number % len(study.panels)]
        panels.add(session, panel, f"B{number:05}", now=NOW, person=person)
