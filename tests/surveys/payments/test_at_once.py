"""Two at once: one offer a person, one change of a payment, and nobody leaves half paid."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import database, items, panels, rounds, studies, withdrawing
from surveys.errors import NotNow
from surveys.items import ItemPlan
from surveys.payments import ledger, offers
from surveys.payments.ledger import Marking, PaymentState, Wish
from surveys.payments.offers import Terms
from surveys.people import Person
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.two_at_once import Act, alone, both, study_in


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study with a panellist who has a name, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
        ada = Person(name="Ada", email="ada@example.org", created_at=NOW)
        panels.add(session, study.panels[0], "P01", now=NOW, person=ada)
    yield made
    made.dispose()


def offer(session: Session) -> int:
    return ledger.offer(session, study_in(session), Wish("Round 1", 2500), by="alice", now=NOW)


def leave(session: Session) -> None:
    study = study_in(session)
    (panellist,) = panels.list_panellists(session, study)
    withdrawing.withdraw(session, study, panellist, keep_answers=True, now=NOW)


def decline(session: Session) -> int:
    study = study_in(session)
    (one,) = ledger.list_all(session, study)
    return ledger.mark(session, study, {one.id: "offered"}, Marking("declined"), by="bea", now=NOW)


def accept(session: Session) -> int:
    study = study_in(session)
    (one,) = ledger.list_all(session, study)
    return ledger.mark(session, study, {one.id: "offered"}, Marking("accepted"), by="alice", now=NOW)


def test_of_two_who_offer_the_same_one_does(engine: Engine) -> None:
    assert both(engine, offer, offer).result() == 0


def test_who_marks_second_is_told_of_the_first(engine: Engine) -> None:
    alone(engine, offer)
    assert both(engine, accept, accept).result() == 0
    with pytest.raises(NotNow, match="Somebody else has changed some"):
        alone(engine, decline)


def test_who_leaves_while_it_is_offered_is_due_it_without_a_code(engine: Engine) -> None:
    assert both(engine, offer, leave).exception() is None
    with Session(engine) as session:
        (one,) = ledger.list_all(session, study_in(session))
        assert (one.panellist_id, one.name) == (None, "Ada")


def test_who_leaves_while_it_is_marked_is_not_due_it_again(engine: Engine) -> None:
    alone(engine, offer)
    assert both(engine, decline, leave).exception() is None
    with Session(engine) as session:
        (one,) = ledger.list_all(session, study_in(session))
        assert (one.panellist_id, one.state, one.name) == (None, PaymentState.DECLINED, "")


def test_what_is_marked_of_somebody_who_just_left_is_refused(engine: Engine) -> None:
    alone(engine, offer)
    with Session(engine) as session:
        shown = {one.id: "offered" for one in ledger.list_all(session, study_in(session))}

    def pay(session: Session) -> int:
        marking = Marking("paid", paid_on=NOW.date())
        return ledger.mark(session, study_in(session), shown, marking, by="bea", now=NOW)

    with pytest.raises(NotNow, match="has left the study"):
        both(engine, leave, pay).result()


def test_who_has_left_meanwhile_is_offered_nothing(engine: Engine) -> None:
    assert both(engine, leave, offer).result() == 0


def test_of_two_first_offers_in_words_the_second_is_shown_the_first(engine: Engine) -> None:
    def say(words: str, by: str) -> Act:
        terms = Terms(words, "£")
        return lambda session: offers.save(session, study_in(session), terms, seen="", by=by, now=NOW)

    with pytest.raises(NotNow, match="now reads: “One”"):
        both(engine, say("One", "alice"), say("Two", "bea")).result()
