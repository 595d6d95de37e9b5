"""Closing a round of 1,000 panellists, 62 items and 2 criteria."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from surveys import database, ratings, rounds, studies
from tests.benchmarks import studies_at_work
from tests.benchmarks.measures import Measure, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, STUDY, Place

PEOPLE = 1000


def measure(place: Place) -> Iterator[Measure]:
    """Closing as a whole, and beside it the counting alone."""
    engine = database.writing(database.connect(place.url))
    studies_at_work.prepare(engine, PEOPLE)
    with Session(engine) as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, STUDY), 1)
        answers = studies_at_work.answer_all(session, round_)
    with Session(engine) as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, STUDY), 1)
        with timed() as counting:
            ratings.count(session, round_)
        with timed() as closing:
            rounds.close(session, round_, now=NOW, by="bench")
    engine.dispose()
    yield Measure(
        f"closing a round of {PEOPLE:,} panellists, {answers:,} ratings, on {place.name}",
        milliseconds(closing.seconds),
        "under 2 s",
        f"counting alone {milliseconds(counting.seconds)}",
    )
