"""Two at once: translators of one language, and somebody who chooses a language and leaves."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import database, items, panels, rounds, studies, withdrawing
from surveys.errors import NotNow
from surveys.items import ItemPlan
from surveys.translations import choosing, reading, texts
from surveys.translations.texts import Draft
from tests.surveys import examples
from tests.surveys.two_at_once import Act, both, study_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study that is offered in Polish, with somebody on a panel; committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
        texts.add_language(session, study, "pl", why="", by="alice", now=NOW)
        panels.add(session, study.panels[0], "P01", now=NOW)
    yield made
    made.dispose()


def _seen(engine: Engine) -> str:
    with Session(engine) as session:
        return study_in(session).languages["pl"]


def _save(text: str, seen: str) -> Act:
    def act(session: Session) -> None:
        draft = Draft({"title": text})
        texts.save(session, study_in(session), "pl", draft, seen=seen, why="", by=text, now=NOW)

    return act


def _add(session: Session) -> None:
    texts.add_language(session, study_in(session), "ur", why="", by="alice", now=NOW)


def _withdraw(session: Session) -> None:
    (who,) = panels.list_panellists(session, study_in(session))
    withdrawing.withdraw(session, study_in(session), who, keep_answers=True, now=NOW)


def _choose(session: Session) -> None:
    (who,) = panels.list_panellists(session, study_in(session))
    choosing.choose(session, who, "pl")


def test_of_two_translators_the_second_is_told_and_the_first_is_kept(engine: Engine) -> None:
    seen = _seen(engine)
    assert isinstance(both(engine, _save("Jeden", seen), _save("Dwa", seen)).exception(), NotNow)
    with Session(engine) as session:
        words = reading.words_of(session, study_in(session), "pl")
    assert words.text("title", "Fairer care") == "Jeden"


def test_a_language_that_two_add_is_there_once_and_loses_nobody_s_words(engine: Engine) -> None:
    both(engine, _save("Jeden", _seen(engine)), _add).result()
    before = _seen(engine)
    both(engine, _add, _add).result()
    with Session(engine) as session:
        assert list(study_in(session).languages) == ["pl", "ur"]
    assert _seen(engine) == before


def test_nothing_is_kept_of_a_choice_of_somebody_who_leaves_at_this_moment(engine: Engine) -> None:
    assert isinstance(both(engine, _withdraw, _choose).exception(), NotNow)
    with Session(engine) as session:
        (who,) = panels.list_panellists(session, study_in(session))
        assert who.language is None
