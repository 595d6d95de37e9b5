"""Two coders, or one at two browsers, at once: the second waits, and nothing is kept twice or lost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from surveys import access, comments, database, items, panels, rounds, studies, withdrawing
from surveys.access import Account, Key
from surveys.concerns import leads, passing
from surveys.concerns.leads import Typed
from surveys.concerns.passing import Concern
from surveys.errors import NotFound, NotNow
from surveys.items import ItemPlan
from surveys.rounds import Round
from surveys.themes import codebook, codings, texts
from surveys.themes.codebook import Wanted
from surveys.themes.codings import Coding, Ticked
from surveys.themes.codings import Key as Key_
from tests.surveys import examples
from tests.surveys.two_at_once import Act, both, study_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = Key(b"a secret of the tests, long enough")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A closed round with one comment, a code “Cost”, a lead, and alice; committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        access.create_account(session, "alice@example.org", "Alice", None, now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        round_ = rounds.plan_first(session, study)
        rounds.open_(session, round_, closes_at=None, now=NOW, by="alice")
        who = panels.add(session, study.panels[0], "P01", now=NOW)
        session.flush()
        comments.save(session, round_, who, {round_.items[0].item_id: "Fares."}, now=NOW)
        rounds.close(session, round_, now=NOW, by="alice")
        codebook.add(session, study, Wanted("Cost"), by="alice", now=NOW)
        leads.name(session, study, Typed("Sam", "sam@example.org"), seen=0, by="alice", now=NOW)
    yield made
    made.dispose()


def _round(session: Session) -> Round:
    return rounds.get_round(session, study_in(session), 1)


def _place(engine: Engine) -> Key_:
    """The one text, as it stood on the page that both had before them."""
    with Session(engine) as session:
        (text,) = texts.list_texts(session, _round(session))
        return text.key


def _code(place: Key_, *, none_fits: bool) -> Act:
    def act(session: Session) -> None:
        round_ = _round(session)
        alice = session.scalars(select(Account)).one()
        ids = {one.id for one in codebook.list_codes(session, round_.study)}
        ticked = Ticked(frozenset() if none_fits else frozenset(ids), none_fits)
        codings.code(session, round_, place, ticked, by=alice, now=NOW)

    return act


def _seen(engine: Engine) -> str:
    with Session(engine) as session:
        (code,) = codebook.list_codes(session, study_in(session))
        return codebook.standing(code)


def _change(name: str, seen: str) -> Act:
    def act(session: Session) -> None:
        (code,) = codebook.list_codes(session, study_in(session))
        codebook.change(session, study_in(session), code.id, Wanted(name), seen=seen, by=name, now=NOW)

    return act


def _pass_on(place: Key_, by: str) -> Act:
    def act(session: Session) -> None:
        passing.pass_on(session, KEY, _round(session), place, "Look.", by=by, now=NOW)

    return act


def _withdraw(session: Session) -> None:
    (who,) = panels.list_panellists(session, study_in(session))
    withdrawing.withdraw(session, study_in(session), who, keep_answers=True, now=NOW)


def _count(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_text_coded_at_two_browsers_is_coded_once(engine: Engine) -> None:
    place = _place(engine)
    both(engine, _code(place, none_fits=False), _code(place, none_fits=True)).result()
    with Session(engine) as session:
        (given,) = codings.of_coder(session, _round(session), session.scalars(select(Account)).one()).values()
    assert (given.codes, _count(engine, Coding)) == (frozenset(), 1)


def test_of_two_who_change_a_code_the_second_is_shown_the_first_s(engine: Engine) -> None:
    seen = _seen(engine)
    refusal = both(engine, _change("Fares", seen), _change("Price", seen)).exception()
    assert isinstance(refusal, NotNow)
    assert "It now says: “Fares”." in refusal.sentence


def test_of_two_who_pass_on_one_text_the_second_is_told_so(engine: Engine) -> None:
    place = _place(engine)
    refusal = both(engine, _pass_on(place, "ann"), _pass_on(place, "ben")).exception()
    assert isinstance(refusal, NotNow)
    assert ("ann has passed" in refusal.sentence, _count(engine, Concern)) == (True, 1)


@pytest.mark.parametrize("passes", [False, True])
def test_nothing_is_kept_of_a_text_whose_writer_leaves_at_this_moment(engine: Engine, passes: bool) -> None:
    place = _place(engine)
    act = _pass_on(place, "ann") if passes else _code(place, none_fits=True)
    assert isinstance(both(engine, _withdraw, act).exception(), NotFound)
    assert (_count(engine, Coding), _count(engine, Concern)) == (0, 0)
