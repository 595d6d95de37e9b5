"""Two at once: one address makes one entry, and of two who decide the second is told what the first did."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import database, items, panels, protocol_reading, rounds, studies
from surveys import protocol as protocols
from surveys.access import Key
from surveys.designing import drafts
from surveys.errors import NotFound, NotNow
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.items import ItemPlan
from surveys.sign_ups import deciding, entries, links
from surveys.sign_ups.entries import SignUpStatus
from tests.surveys import examples as studies_
from tests.surveys.conftest import NOW
from tests.surveys.sign_ups import examples
from tests.surveys.two_at_once import Act, alone, both, study_in

KEY = Key(b"a secret of the tests, long enough")


@contextmanager
def loaded(url: str) -> Iterator[Engine]:
    """A study with an open sign-up page, committed."""
    made = database.writing(database.connect(url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", studies_.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
        examples.opened(session, KEY, study.panels[0], NOW)
    yield made
    made.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with loaded(database_url) as made:
        yield made


def take_out(session: Session) -> None:
    study = study_in(session)
    drafts.hold_draft(session, study)
    data = protocols.to_builtins(study.protocol)
    drafts.adopt(session, study, protocol_reading.from_builtins(data | {"panels": data["panels"][1:]}))


def send(session: Session) -> None:
    link = links.get(session, KEY, links.find_token(session, KEY, study_in(session).panels[0]))
    entries.enter(session, KEY, link, examples.SENT, origin="10.0.0.1", now=NOW)


def approve(session: Session) -> str:
    (entry,) = entries.list_all(session, study_in(session))
    return deciding.approve(session, study_in(session), entry, by="alice", now=NOW).code


def decline(session: Session) -> None:
    (entry,) = entries.list_all(session, study_in(session))
    deciding.decline(session, study_in(session), entry, "No.", by="bea", now=NOW)


def invite(session: Session) -> None:
    plan = PanellistPlan("lived_experience", name="Ada", email="ada@example.org")
    panellist_files.add(session, study_in(session), [plan], now=NOW)


def test_a_page_that_is_sent_twice_makes_one_entry(engine: Engine) -> None:
    assert both(engine, send, send).exception() is None
    with Session(engine) as session:
        (entry,) = entries.list_all(session, study_in(session))
    assert entry.repeats == 1


@pytest.mark.parametrize("second", [approve, decline])
def test_who_decides_second_is_told_that_it_was_approved(engine: Engine, second: Act) -> None:
    alone(engine, send)
    with pytest.raises(NotNow, match="approved this entry already"):
        both(engine, approve, second).result()
    with Session(engine) as session:
        assert len(panels.list_panellists(session, study_in(session))) == 1
        (entry,) = entries.list_all(session, study_in(session))
    assert (entry.status, entry.decided_by) == (SignUpStatus.APPROVED, "alice")


def test_who_is_invited_by_hand_meanwhile_is_not_approved_as_well(engine: Engine) -> None:
    alone(engine, send)
    with pytest.raises(NotNow, match="on a panel already"):
        both(engine, invite, approve).result()


# SQLite has one writer at a time: there whoever comes second finds the link gone.
def test_who_signs_up_while_the_panel_is_taken_out_is_told_so(postgresql_url: str) -> None:
    with loaded(postgresql_url) as engine, pytest.raises(NotFound, match="Nobody can sign up"):
        both(engine, take_out, send).result()


def test_a_link_that_two_make_at_once_is_one(engine: Engine) -> None:
    def make(session: Session) -> None:
        links.open_(session, KEY, study_in(session).panels[1], by="alice", now=NOW)

    assert both(engine, make, make).exception() is None
    with Session(engine) as session:
        assert links.find_token(session, KEY, study_in(session).panels[1])
        assert session.query(links.SignUpLink).count() == 2
