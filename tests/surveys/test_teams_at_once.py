"""Two researchers of one team at once: the second waits, and is refused or replaces what was decided."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from surveys import audit, comments, database, invitations, items, panels, rounds, studies
from surveys.comments import Clearing, ClearingStatus, Ruling
from surveys.errors import InvalidInput
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.items import ItemPlan
from tests.surveys import examples
from tests.surveys.two_at_once import Act, both, study_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA = PanellistPlan("practitioners", code="P01", name="Ada", email="ada@example.org")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A study of one round, committed."""
    made = database.writing(database.connect(database_url))
    with Session(made) as session, session.begin():
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        items.add(session, study, [ItemPlan("one", "One")])
        rounds.plan_first(session, study)
    yield made
    made.dispose()


def _typed(plan: PanellistPlan) -> Act:
    return lambda session: invitations.invite_one(session, study_in(session), plan, by="alice", now=NOW).code


def _in_a_file(session: Session) -> object:
    data = b"panel,code,email\npractitioners,p01,\npractitioners,,ADA@example.org\n"
    plans = panellist_files.read(session, study_in(session), data)
    return invitations.invite(session, study_in(session), plans, by="alice", now=NOW)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (PanellistPlan("practitioners", code="p01"), "code"),
        (PanellistPlan("lived_experience", email="Ada@example.org"), "email"),
    ],
)
def test_of_two_who_add_the_same_person_the_second_is_told_so(
    engine: Engine, plan: PanellistPlan, field: str
) -> None:
    refusal = both(engine, _typed(ADA), _typed(plan)).exception()
    assert isinstance(refusal, InvalidInput)
    assert (refusal.field, "in this study already" in refusal.sentence) == (field, True)


def test_a_file_waits_for_who_is_being_added(engine: Engine) -> None:
    said = str(both(engine, _typed(ADA), _in_a_file).exception())
    assert "line 2, column “code”: “p01” is in this study already." in said
    assert "line 3, column “email”: “ADA@example.org” is in this study already." in said


def test_two_who_are_added_without_a_code_get_two(engine: Engine) -> None:
    nobody = PanellistPlan("practitioners")
    code = both(engine, _typed(nobody), _typed(nobody)).result()
    with Session(engine) as session:
        assert code in [one.code for one in panels.list_panellists(session, study_in(session))]
        assert len(panels.list_panellists(session, study_in(session))) == 2


def test_of_two_who_decide_on_a_comment_the_second_replaces_the_first(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        round_ = rounds.get_round(session, study_in(session), 1)
        rounds.open_(session, round_, closes_at=None, now=NOW, by="alice")
        who = panels.add(session, round_.study.panels[0], "P01", now=NOW)
        session.flush()
        comments.save(session, round_, who, {round_.items[0].item_id: "Dr Smith is kind."}, now=NOW)
        rounds.close(session, round_, now=NOW, by="alice")
        place = (who.id, round_.items[0].item_id)

    def decide(status: ClearingStatus, by: str) -> Act:
        def act(session: Session) -> None:
            round_ = rounds.get_round(session, study_in(session), 1)
            comments.clear(
                session, round_, Ruling(*place, status, reason="It names somebody."), by=by, now=NOW
            )

        return act

    released, withheld = decide(ClearingStatus.RELEASED, "alice"), decide(ClearingStatus.WITHHELD, "dan")
    assert both(engine, released, withheld).exception() is None
    with Session(engine) as session:
        (kept,) = session.scalars(select(Clearing))
        acts = [entry.act for entry in audit.list_entries(session, study_in(session).id)]
    assert (kept.status, kept.by) == (ClearingStatus.WITHHELD, "dan")
    assert [act for act in acts if act.startswith("comment")] == ["comment released", "comment withheld"]
