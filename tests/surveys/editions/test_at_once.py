"""At once: many editors, one source, and closing while somebody answers, with real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from surveys import database
from surveys.access import Key
from surveys.editions import editions, local_answers, local_rounds, sharing
from surveys.editions.local_ratings import LocalRating
from surveys.editions.local_rounds import LocalRound
from surveys.editions.plans import Step
from surveys.editions.sources import KeptSource
from surveys.errors import NotNow
from tests.surveys.editions import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = Key(b"a secret of the tests, long enough")
PEOPLE = 8


@pytest.fixture
def engine(database_url: str) -> Engine:
    """A published study, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        examples.publish(session, now=NOW)
    return made


@pytest.fixture
def token(engine: Engine) -> str:
    """The secret link of an edition."""
    with Session(engine) as session, session.begin():
        return examples.begin(session, KEY, now=NOW).token


def in_own_transaction(engine: Engine, act: Callable[[Session], object]) -> bool:
    """Whether it was done; False where it was not the time."""
    try:
        with Session(engine) as session, session.begin():
            act(session)
    except NotNow:
        return False
    return True


def test_of_many_editors_of_one_step_one_is_kept_and_all_others_are_told(engine: Engine, token: str):
    def save(n: int) -> Callable[[Session], object]:
        def act(session: Session) -> object:
            edition = editions.get(session, KEY, token)
            return editions.save(session, edition, Step.GROUP, {"place": f"{n}"}, seen=2, now=NOW)

        return act

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(lambda n: in_own_transaction(engine, save(n)), range(PEOPLE)))
    with Session(engine) as session:
        draft = editions.draft(session, editions.get(session, KEY, token))
    engine.dispose()
    assert done.count(True) == 1
    assert (draft.number, draft.plan.group.place) == (3, f"{done.index(True)}")


def test_many_who_begin_at_once_share_one_source(engine: Engine):
    def begin(session: Session) -> object:
        return editions.create(session, KEY, examples.STUDY, now=NOW)

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert all(pool.map(lambda _: in_own_transaction(engine, begin), range(PEOPLE)))
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(KeptSource)) == 1
    engine.dispose()


def test_one_local_round_is_opened_and_one_address_made_by_many(engine: Engine, token: str):
    def open_and_share(session: Session) -> object:
        edition = editions.get(session, KEY, token)
        sharing.publish(session, edition, now=NOW)
        return local_rounds.open_(session, KEY, edition, now=NOW)

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(lambda _: in_own_transaction(engine, open_and_share), range(PEOPLE)))
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(LocalRound)) == 1
    engine.dispose()
    assert all(done)


def test_an_answer_while_the_round_closes_is_counted_or_refused(engine: Engine, token: str):
    with Session(engine) as session, session.begin():
        link = local_rounds.open_(session, KEY, editions.get(session, KEY, token), now=NOW)

    def answer(n: int) -> Callable[[Session], object]:
        def act(session: Session) -> object:
            round_ = local_rounds.get(session, KEY, link)
            return examples.answer(session, KEY, round_, "practitioners", n, now=NOW)

        return act

    def close(session: Session) -> object:
        return local_rounds.close(session, local_rounds.get(session, KEY, link), now=NOW)

    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        answering = [pool.submit(in_own_transaction, engine, answer(n)) for n in range(PEOPLE)]
        assert pool.submit(in_own_transaction, engine, close).result()
        kept = sum(future.result() for future in answering)
    with Session(engine) as session:
        tally = local_rounds.tally(local_rounds.get(session, KEY, link))
        rows = session.scalar(select(func.count()).select_from(LocalRating))
    engine.dispose()
    assert tally.responders["practitioners"] == kept
    assert rows == kept * len(examples.IN_PLAY) * 2


def test_two_tabs_of_one_person_leave_one_answer(engine: Engine, token: str):
    with Session(engine) as session, session.begin():
        link = local_rounds.open_(session, KEY, editions.get(session, KEY, token), now=NOW)
        round_ = local_rounds.get(session, KEY, link)
        cookie = examples.answer(session, KEY, round_, "practitioners", 0, now=NOW)

    def again(session: Session) -> object:
        round_ = local_rounds.get(session, KEY, link)
        who = local_answers.get(session, KEY, round_, cookie)
        own = local_answers.sheet(session, round_, who).answers
        return local_answers.save(session, round_, who, dict.fromkeys(own, examples.Answer(2)))

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert all(pool.map(lambda _: in_own_transaction(engine, again), range(PEOPLE)))
    with Session(engine) as session:
        values = set(session.scalars(select(LocalRating.value)))
    engine.dispose()
    assert values == {2}
