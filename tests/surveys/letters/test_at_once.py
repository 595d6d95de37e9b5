"""At once: two who send the same letter, and two workers at one schedule, on real databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from surveys import database, items, panels, rounds, studies
from surveys.items import ItemPlan
from surveys.letters import keeping, schedules, sending
from surveys.letters.kinds import LetterKind
from surveys.letters.schedules import Act, Plan
from surveys.letters.sending import Order
from surveys.outbox import Message
from surveys.people import Person
from tests.surveys import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = 8


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study with people who can be written to, and an opening that tells them, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        for n in range(PEOPLE):
            person = Person(name=f"Person {n}", email=f"p{n}@example.org", created_at=NOW)
            panels.add(session, study.panels[0], f"P{n:02}", now=NOW, person=person)
        plan = Plan(Act.OPEN, NOW + timedelta(hours=1), tells=True)
        schedules.add(session, rounds.plan_first(session, study), plan, by="alice", now=NOW)
    yield made
    made.dispose()


def both(engine: Engine, act: Callable[[Session], object]) -> list[object]:
    """What two come to who do the same at the same time."""

    def alone(_: int) -> object:
        with Session(engine) as session, session.begin():
            return act(session)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(alone, range(2)))


def messages(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_two_who_send_the_same_letter_queue_it_once(engine: Engine) -> None:
    def send(session: Session) -> object:
        study = studies.get(session, "fairer-care")
        return sending.queue(session, study, Order(LetterKind.INVITATION), by="alice", now=NOW)

    assert sorted(both(engine, send), key=str) == [0, PEOPLE]
    assert messages(engine) == PEOPLE


def test_two_workers_do_what_is_due_once(engine: Engine) -> None:
    later = NOW + timedelta(hours=1)
    done = both(engine, lambda session: keeping.keep(session, 1, now=later) is not None)
    assert sorted(done, key=str) == [False, True]
    assert messages(engine) == PEOPLE


@pytest.fixture
def reminding(postgresql_url: str) -> Iterator[Engine]:
    """An open round with somebody to remind, by the schedule as well, where two can hold rows at once."""
    made = database.writing(database.connect(postgresql_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        person = Person(name="Ada", email="ada@example.org", created_at=NOW)
        panels.add(session, study.panels[0], "ada", now=NOW, person=person)
        round_ = rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=NOW, by="alice")
        schedules.add(session, round_, Plan(Act.REMIND, NOW + HOUR), by="alice", now=NOW)
    yield made
    made.dispose()


def test_a_reminder_by_hand_and_one_of_the_schedule_do_not_wait_for_each_other_for_ever(
    reminding: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_round, has_panels = Event(), Event()

    def by_schedule(session: Session) -> object:
        return keeping.keep(session, 1, now=NOW + HOUR) is not None

    def by_hand(session: Session) -> object:
        has_round.wait(9)
        study = studies.get(session, "fairer-care")
        return sending.queue(session, study, Order(LetterKind.REMINDER, "1"), by="alice", now=NOW + HOUR)

    lock, hold_all = rounds.lock, panels.hold_all

    def lock_first(session: Session, round_: Any) -> None:
        lock(session, round_)
        has_round.set()
        has_panels.wait(1)  # as long as whoever sends by hand takes to get as far as it gets

    def hold_second(session: Session, study: Any) -> None:
        hold_all(session, study)
        has_panels.set()

    monkeypatch.setattr(rounds, "lock", lock_first)
    monkeypatch.setattr(panels, "hold_all", hold_second)

    def alone(act: Callable[[Session], object]) -> object:
        with Session(reminding) as session, session.begin():
            return act(session)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(alone, (by_schedule, by_hand)))
    assert done == [True, 1]
