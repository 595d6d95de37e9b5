"""At once: many writers, and closing while somebody answers, on real databases with real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from surveys import database, items, panels, participations, ratings, results, rounds, studies, withdrawing
from surveys.errors import NotNow
from surveys.items import ItemPlan
from surveys.panels import Panellist
from surveys.ratings import Answer
from tests.surveys import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = 16


@pytest.fixture
def engine(database_url: str) -> Engine:
    """A study of one open round and sixteen practitioners, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=NOW, by="alice")
        for n in range(PEOPLE):
            panels.add(session, study.panels[0], f"P{n:02}", now=NOW)
    return made


def _in_own_transaction(engine: Engine, act: Callable[[Session], object]) -> bool:
    """Whether it was done; False where it was refused because the round had closed."""
    try:
        with Session(engine) as session, session.begin():
            act(session)
    except NotNow:
        return False
    return True


def _save(code: str, value: int) -> Callable[[Session], object]:
    def act(session: Session) -> object:
        study = studies.get(session, "fairer-care")
        round_ = rounds.get_round(session, study, 1)
        who = session.scalars(select(Panellist).where(Panellist.code == code)).one()
        place = (study.items[0].id, study.criteria[0].id)
        return ratings.save(session, round_, who, {place: Answer(value)}, now=NOW)

    return act


def _close(session: Session) -> None:
    rounds.close(
        session, rounds.get_round(session, studies.get(session, "fairer-care"), 1), now=NOW, by="alice"
    )


def _withdraw(code: str) -> Callable[[Session], object]:
    def act(session: Session) -> object:
        study = studies.get(session, "fairer-care")
        who = session.scalars(select(Panellist).where(Panellist.code == code)).one()
        return withdrawing.withdraw(session, study, who, keep_answers=False, now=NOW)

    return act


@pytest.mark.parametrize("first", ["save", "withdraw"])
def test_nothing_is_left_of_an_answer_given_while_its_writer_leaves(engine: Engine, first: str) -> None:
    """The first has done its work and not yet ended when the second begins."""
    acts = {"save": _save("P00", 7), "withdraw": _withdraw("P00")}
    second = next(name for name in acts if name != first)
    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as session, session.begin():
            acts[first](session)
            waiting = pool.submit(_in_own_transaction, engine, acts[second])
            wait([waiting], timeout=0.5)  # it has begun, and has to wait
            assert not waiting.done()
        assert waiting.result() is (second == "withdraw")
    with Session(engine) as session:
        study = studies.get(session, "fairer-care")
        round_ = rounds.get_round(session, study, 1)
        who = session.scalars(select(Panellist).where(Panellist.code == "P00")).one()
        left = (ratings.count(session, round_), participations.find(session, round_, who))
        assert who.withdrawn_at is not None
    engine.dispose()
    assert left == ([], None)


def test_sixteen_at_once_are_all_kept(engine: Engine) -> None:
    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(lambda n: _in_own_transaction(engine, _save(f"P{n:02}", 7)), range(PEOPLE)))
    with Session(engine) as session:
        counted = ratings.count(session, rounds.get_round(session, studies.get(session, "fairer-care"), 1))
    engine.dispose()
    assert all(done)
    assert [(cell.value, cell.count) for cell in counted] == [(7, PEOPLE)]


def test_two_devices_of_one_person_at_once_leave_one_rating_and_both_in_the_history(engine: Engine) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(lambda value: _in_own_transaction(engine, _save("P00", value)), (3, 8)))
    with Session(engine) as session:
        who = session.scalars(select(Panellist).where(Panellist.code == "P00")).one()
        history = [change.value for change in ratings.history(session, who)]
        own = ratings.own(session, rounds.get_round(session, studies.get(session, "fairer-care"), 1), who)
    engine.dispose()
    assert sorted(filter(None, history)) == [3, 8]
    assert [answer.value for answer in own.values()] == [history[-1]]


def test_an_answer_while_the_round_closes_is_counted_or_refused(engine: Engine) -> None:
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        saving = [pool.submit(_in_own_transaction, engine, _save(f"P{n:02}", 7)) for n in range(PEOPLE)]
        closing = pool.submit(_in_own_transaction, engine, _close)
        kept = sum(future.result() for future in saving)
        assert closing.result()
    with Session(engine) as session:
        study = studies.get(session, "fairer-care")
        round_ = rounds.get_round(session, study, 1)
        frozen = results.get(session, round_).of(study.items[0].id, "usefulness", "practitioners")
        counted = sum(cell.count for cell in ratings.count(session, round_))
    engine.dispose()
    assert frozen is not None
    assert frozen.n == kept == counted
