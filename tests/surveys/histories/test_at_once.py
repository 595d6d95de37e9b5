"""Two at once: who changes items second finds what the first did; an opened round is not changed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import database, items, results, rounds, settling, studies
from surveys.errors import NotNow
from surveys.histories import changing
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.items import ItemPlan
from surveys.rounds import Round
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.two_at_once import Act, both, study_in

WHY = Why("Unclear.", "alice", NOW)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study of two items whose second round is planned, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One"), ItemPlan("two", "Two")])
        first = rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=NOW, by="alice")
        rounds.close(session, first, now=NOW, by="alice")
        settling.settle(session, first, results.get(session, first), {}, now=NOW, by="alice")
    yield made
    made.dispose()


def second(session: Session) -> Round:
    return rounds.get_round(session, study_in(session), 2)


def adding(title: str) -> Act:
    def act(session: Session) -> None:
        list(study_in(session).items)  # looked at before whoever else adds is waited for
        changing.add(session, second(session), Text(title), WHY)

    return act


def rewording(title: str) -> Act:
    def act(session: Session) -> None:
        item = study_in(session).items[0]
        seen = changing.standing(item)
        changing.reword(session, second(session), item.id, Text(title), WHY, seen=seen)

    return act


def opening(session: Session) -> None:
    rounds.open_(session, second(session), closes_at=None, now=NOW, by="alice")


def test_items_that_two_add_have_numbers_of_their_own(engine: Engine) -> None:
    assert both(engine, adding("Three"), adding("Four")).exception() is None
    with Session(engine) as session:
        asked = [(one.number, one.title) for one in rounds.list_asked(session, second(session))]
    assert asked == [(1, "One"), (2, "Two"), (3, "Three"), (4, "Four")]


def test_of_two_who_reword_an_item_the_second_is_told(engine: Engine) -> None:
    refusal = both(engine, rewording("By phone"), rewording("By letter")).exception()
    # Where a writer is alone, the second begins when the first has ended: it has seen what the first wrote.
    if engine.dialect.name == "postgresql":
        assert isinstance(refusal, NotNow)
    with Session(engine) as session:
        wordings = [wording.title for wording in study_in(session).items[0].wordings]
    assert len(wordings) == 2
    assert wordings[0] == "One"


def test_a_round_that_is_opened_meanwhile_is_not_changed(engine: Engine) -> None:
    assert isinstance(both(engine, opening, adding("Three")).exception(), NotNow)
    with Session(engine) as session:
        assert len(second(session).items) == 2
