"""Two researchers of one team at once: the second waits, and then is told what the first has done."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from surveys import access, database, invitations, items, rounds, studies
from surveys.designing import drafts, item_lists, templates
from surveys.designing.item_lists import Wanted
from surveys.errors import InvalidInput, NotNow
from surveys.exchange.panellist_files import PanellistPlan
from surveys.items import ItemPlan
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.two_at_once import Act, both, study_in

PRACTITIONERS = examples.protocol_data()["panels"][:1]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study of one round, committed, and an account."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        access.create_account(session, "alice@example.org", "Alice", None, now=NOW)
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
    yield made
    made.dispose()


SEEN = drafts.standing(examples.protocol(), "aims")


def save_aims(title: str) -> Act:
    data = {"title": title, "aims": "A"}
    return lambda session: drafts.save(
        session, study_in(session), "aims", data, seen=SEEN, by="alice", now=NOW
    )


def drop_panel(session: Session) -> object:
    study = study_in(session)
    seen = drafts.standing(study.protocol, "panels")
    data = {"panels": PRACTITIONERS}
    return drafts.save(session, study, "panels", data, seen=seen, by="alice", now=NOW)


def reword(session: Session) -> object:
    study = study_in(session)
    wanted, seen = [Wanted("Reworded", "", study.items[0].id)], item_lists.standing(study)
    return item_lists.save(session, study, wanted, seen=seen, by="alice", now=NOW)


def open_round(session: Session) -> object:
    round_ = rounds.get_round(session, study_in(session), 1)
    return rounds.open_(session, round_, closes_at=None, now=NOW, by="bea").number


def invite(session: Session) -> object:
    plan = PanellistPlan("lived_experience", code="L01")
    return invitations.invite_one(session, study_in(session), plan, by="bea", now=NOW).code


def begin(session: Session) -> object:
    account = access.find_account(session, "alice@example.org")
    assert account is not None
    files = templates.read("likert", account)
    return drafts.begin(session, files, "Ours", account, source="x", now=NOW).key


def test_of_two_who_save_a_part_the_second_is_told(engine: Engine) -> None:
    refusal = both(engine, save_aims("First"), save_aims("Second")).exception()
    assert isinstance(refusal, NotNow)
    assert refusal.sentence == drafts.STALE


@pytest.mark.parametrize("change", [save_aims("Late"), reword], ids=["a part", "an item"])
def test_what_is_saved_while_round_1_opens_is_refused(engine: Engine, change: Act) -> None:
    refusal = both(engine, open_round, change).exception()
    assert isinstance(refusal, NotNow)
    assert refusal.sentence == drafts.FIXED


@pytest.mark.parametrize("change", [save_aims("Early"), reword], ids=["a part", "an item"])
def test_round_1_opens_with_what_was_saved_just_before(engine: Engine, change: Act) -> None:
    assert both(engine, change, open_round).result() == 1
    with Session(engine) as session:
        study = study_in(session)
        asked = rounds.list_asked(session, rounds.get_round(session, study, 1))
        assert (study.title, [one.title for one in asked]) in [
            ("Early", ["One"]),
            ("Fairer care", ["Reworded"]),
        ]


def test_a_panel_that_somebody_is_just_put_on_stays(engine: Engine) -> None:
    refusal = both(engine, invite, drop_panel).exception()
    assert isinstance(refusal, InvalidInput)
    assert "has people on it" in refusal.sentence


def test_a_button_that_is_pressed_twice_makes_two_studies(engine: Engine) -> None:
    assert both(engine, begin, begin).result() == "ours-2"
