"""Two people at once, on real databases with real commits: the second waits, and finds what the first did."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import studies
from surveys.studies import Study

Act = Callable[[Session], object]


def both(engine: Engine, first: Act, second: Act) -> Future[object]:
    """Do both; the first has done its work and not yet ended when the second begins."""
    with ThreadPoolExecutor(1) as pool, Session(engine) as session, session.begin():
        first(session)
        waiting = pool.submit(alone, engine, second)
        wait([waiting], timeout=0.5)  # it has begun, and has to wait
        assert not waiting.done()
    return waiting


def alone(engine: Engine, act: Act) -> object:
    """Do it in a transaction of its own."""
    with Session(engine) as session, session.begin():
        return act(session)


def study_in(session: Session) -> Study:
    """The study that these tests are about."""
    return studies.get(session, "fairer-care")
