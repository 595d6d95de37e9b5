"""What goes wrong is logged, and no name, address, comment or personal link with it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import database
from surveys.access import Account
from surveys.people import Person
from tests.delphi import answering
from tests.delphi.conftest import Browser, World

PRIVATE = "ada@example.org"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


LOST = (("comments", "text"), ("people", "name"), ("personal_links", "nonce"))


@pytest.fixture
def broken(world: World, open_round: int, bob: Browser) -> Iterator[Browser]:
    """Bob has begun, and then the tables of comments, people and links lose a column each, for a while."""
    answering.begin(bob)
    _rename(world, [f"{table} RENAME COLUMN {column} TO gone" for table, column in LOST])
    yield bob
    _rename(world, [f"{table} RENAME COLUMN gone TO {column}" for table, column in LOST])


def _rename(world: World, how: Sequence[str]) -> None:
    with world.session() as session, session.begin():
        for one in how:
            session.execute(text(f"ALTER TABLE {one}"))


def test_a_comment_that_could_not_be_saved_is_not_logged(
    world: World, broken: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    form = {f"{answering.study(world).card()}.comment": "my very private comment"}
    assert broken.post("/answer/round?number=1", form).status == 500
    assert "POST /answer/round failed" in caplog.text
    assert "private" not in caplog.text


def test_a_personal_link_is_not_logged(
    world: World, broken: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    assert world.browser().get("/join/a-personal-link").status == 500
    assert "GET /join/{link} failed" in caplog.text
    assert "a-personal-link" not in caplog.text


def test_a_name_is_not_logged(
    world: World, broken: Browser, alice: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    form = {"panel": "practitioners", "name": "Ada Private", "email": PRIVATE}
    assert alice.post("/studies/fairer-care/panels", form).status == 500
    assert "POST /studies/{key}/panels failed" in caplog.text
    assert "Ada Private" not in caplog.text
    assert PRIVATE not in caplog.text


@pytest.mark.parametrize("row", ["an address twice", "no name"])
def test_a_database_that_refuses_a_row_does_not_tell_what_is_in_it(database_url: str, row: str) -> None:
    twice = [Account(email=PRIVATE, name=name, created_at=NOW) for name in ("Ada", "Ann")]
    rows = {"an address twice": twice, "no name": [Person(email=PRIVATE, created_at=NOW)]}
    engine = database.writing(database.connect(database_url))
    with Session(engine) as session:
        session.add_all(rows[row])
        with pytest.raises(IntegrityError) as refusal:
            session.flush()
    engine.dispose()
    assert PRIVATE not in f"{refusal.value}{refusal.value.orig}{refusal.value.__cause__}"
