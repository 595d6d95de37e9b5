"""Two at once: of two who start a pilot the second is shown the first’s; a late answer is told so."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import (
    access,
    database,
    invitations,
    items,
    panels,
    pilots,
    ratings,
    rounds,
    standings,
    studies,
)
from surveys.access import Key
from surveys.errors import NotFound
from surveys.items import ItemPlan
from surveys.panels import ConsentKind
from surveys.ratings import Answer
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.two_at_once import Act, both

KEY = Key(b"a secret of the tests, long enough")


@contextmanager
def loaded(url: str) -> Iterator[Engine]:
    """A draft of one item, committed."""
    made = database.writing(database.connect(url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
    yield made
    made.dispose()


def start(session: Session) -> str:
    study = studies.get(session, "fairer-care")
    return pilots.start(session, KEY, study, {"practitioners": 1}, by="alice", now=NOW).key


def remove(session: Session) -> None:
    pilot = studies.get(session, "fairer-care-pilot")
    pilots.remove(session, studies.get(session, "fairer-care"), pilots.standing(pilot), by="alice", now=NOW)


def answer(session: Session) -> str:
    """What comes of an answer to the pilot."""
    pilot = studies.get(session, "fairer-care-pilot")
    round_, who = rounds.get_round(session, pilot, 1), panels.list_panellists(session, pilot)[0]
    place = (pilot.items[0].id, pilot.criteria[0].id)
    try:
        ratings.save(session, round_, who, {place: Answer(7)}, now=NOW)
    except NotFound as refusal:
        return refusal.sentence
    return "saved"


def agree(session: Session) -> None:
    pilot = studies.get(session, "fairer-care-pilot")
    standings.agree(
        session, panels.list_panellists(session, pilot)[0], {ConsentKind.TAKE_PART: True}, now=NOW
    )


def come_in(session: Session) -> None:
    pilot = studies.get(session, "fairer-care-pilot")
    token = invitations.find_token(session, KEY, panels.list_panellists(session, pilot)[0], now=NOW)
    link = access.get_personal_link(session, KEY, str(token))
    access.open_panellist_session(session, KEY, link, now=NOW)


def apart(engine: Engine, act: Callable[[Session], str]) -> str:
    with Session(engine) as session, session.begin():
        return act(session)


def test_of_two_who_start_one_the_second_is_shown_the_first(database_url: str) -> None:
    with loaded(database_url) as engine, ThreadPoolExecutor(1) as pool:
        with Session(engine) as session, session.begin():
            first = start(session)
            second = pool.submit(apart, engine, start)
            wait([second], timeout=0.5)
            assert not second.done()
        assert second.result() == first
        with Session(engine) as session:
            assert [one.key for one in studies.list_all(session)] == ["fairer-care", first]


# SQLite has one writer at a time: there the answer finds no such study.
def test_an_answer_that_comes_while_it_is_removed_is_told_so(postgresql_url: str) -> None:
    with loaded(postgresql_url) as engine, ThreadPoolExecutor(1) as pool:
        apart(engine, start)
        with Session(engine) as session, session.begin():
            remove(session)
            late = pool.submit(apart, engine, answer)
            wait([late], timeout=0.5)
            assert not late.done()
        assert late.result() == rounds.GONE


@pytest.mark.parametrize("act", [agree, come_in])
def test_who_agrees_or_comes_in_while_it_is_removed_is_told_so(postgresql_url: str, act: Act) -> None:
    with loaded(postgresql_url) as engine:
        apart(engine, start)
        with pytest.raises(NotFound):
            both(engine, remove, act).result()


@pytest.mark.parametrize("act", [agree, come_in])
def test_it_is_removed_with_what_somebody_does_at_that_moment(postgresql_url: str, act: Act) -> None:
    with loaded(postgresql_url) as engine:
        apart(engine, start)
        assert both(engine, act, remove).exception() is None
        with Session(engine) as session:
            assert [one.key for one in studies.list_all(session)] == ["fairer-care"]
