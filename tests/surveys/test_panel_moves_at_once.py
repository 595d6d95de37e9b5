"""Moving somebody while answers are given, the round closes, or somebody else moves it too."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from surveys import (
    counted_panels,
    database,
    declarations,
    items,
    panel_moves,
    panels,
    ratings,
    rounds,
    studies,
)
from surveys.counted_panels import PanelMove
from surveys.declarations import Declared
from surveys.errors import NotNow
from surveys.items import ItemPlan
from surveys.panel_moves import Wish
from surveys.ratings import Answer, Rating
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.two_at_once import Act, alone, both, study_in


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study with an open round and a panellist, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=NOW, by="alice")
        panels.add(session, study.panels[0], "P01", now=NOW)
    yield made
    made.dispose()


def move_them(session: Session) -> None:
    study = study_in(session)
    (panellist,) = panels.list_panellists(session, study)
    wish = Wish("lived_experience", "Signed up on the wrong page.", "practitioners")
    panel_moves.move(session, study, panellist, wish, by="alice", now=NOW)


def rate_something(session: Session) -> None:
    study = study_in(session)
    (panellist,) = panels.list_panellists(session, study)
    round_ = rounds.get_round(session, study, 1)
    place = (round_.items[0].item_id, study.criteria[0].id)
    ratings.save(session, round_, panellist, {place: Answer(7)}, now=NOW)


@pytest.mark.parametrize("is_moved_first", [True, False])
def test_an_answer_given_meanwhile_counts_in_the_new_panel(engine: Engine, is_moved_first: bool) -> None:
    acts = (move_them, rate_something)
    assert both(engine, *(acts if is_moved_first else acts[::-1])).exception() is None
    with Session(engine) as session:
        lived = study_in(session).panels[1].id
        assert session.scalars(select(Rating.panel_id)).all() == [lived]


def test_of_two_who_move_at_once_one_does(engine: Engine) -> None:
    assert both(engine, move_them, move_them).exception() is None
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(PanelMove)) == 1


def test_of_two_who_change_a_declaration_the_second_is_told(engine: Engine) -> None:
    def say(interests: str) -> Act:
        def act(session: Session) -> None:
            (panellist,) = panels.list_panellists(session, study_in(session))
            said, seen = Declared(interests=interests), declarations.fingerprint(Declared())
            declarations.declare(session, panellist, said, seen=seen, by="alice", now=NOW)

        return act

    with pytest.raises(NotNow, match="Somebody else changed this"):
        both(engine, say("None."), say("Some.")).result()
    assert both(engine, say("None."), say("None.")).exception() is None


def test_a_round_that_closes_meanwhile_has_it_in_one_panel(engine: Engine) -> None:
    alone(engine, rate_something)

    def close_it(session: Session) -> None:
        rounds.close(session, rounds.get_round(session, study_in(session), 1), now=NOW, by="alice")

    assert both(engine, close_it, move_them).exception() is None
    with Session(engine) as session:
        (panellist,) = panels.list_panellists(session, study_in(session))
        counted = session.scalars(select(Rating.panel_id)).all()
        assert (panellist.panel.key, counted) == ("lived_experience", [study_in(session).panels[0].id])
        assert counted_panels.list_moves(session, panellist)[0].round_number == 2
