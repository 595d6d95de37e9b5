"""What is published of an item is of the words that it has; what was said of others stands nowhere."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import comments, evidence, lenses, panels, quotes, ratings, results, rounds, settling, write_ups
from surveys import protocol as protocols
from surveys.comments import ClearingStatus, Ruling
from surveys.exchange import study_files
from surveys.histories import changing
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.panels import ConsentKind, Panellist
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.studies import Study
from surveys.visibility import Viewer
from surveys.write_ups import Typed

OLD, NEW = "Said of the old words.", "Said of the new words."


@pytest.fixture
def people(session: Session, study: Study, now: datetime) -> list[Panellist]:
    made = [
        panels.add(session, panel, f"{panel.key}{n}", now=now) for panel in study.panels for n in range(12)
    ]
    session.flush()
    for one in made:
        panels.record_consents(
            session,
            one,
            dict.fromkeys(ConsentKind, True),
            version="1",
            sheet=protocols.sheet_of(study.protocol),
            now=now,
        )
    return made


@pytest.fixture
def closed(
    session: Session, study: Study, people: list[Panellist], open_round: Round, now: datetime
) -> Round:
    """Round 2, closed: of item one, reworded, the panel with lived experience rated nothing but commented."""
    answer(session, open_round, people, OLD, now)
    write_ups.write(session, study, open_round, {study.items[0].id: Typed(OLD, "")}, by="alice", now=now)
    stay = {item.id: Departure(Outcome.GOES_ON, "Again.") for item in study.items}
    found = results.get(session, open_round)
    second = settling.settle(session, open_round, found, stay, now=now, by="alice")
    assert second is not None
    changing.reword(session, second, study.items[0].id, Text("In other words"), Why("Unclear.", "a", now))
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    answer(session, second, people, NEW, now, only=study.panels[0].id)
    return second


def answer(
    session: Session, round_: Round, people: list[Panellist], text: str, now: datetime, only: int = 0
) -> None:
    places = [(asked.item_id, criterion.id) for asked in round_.items for criterion in round_.study.criteria]
    for one in people:
        given = dict.fromkeys(places, Answer(8)) if only in (0, one.panel_id) else {}
        ratings.save(session, round_, one, given, now=now)
    item, writer = round_.study.items[0].id, people[-1]
    comments.save(session, round_, writer, {item: text}, now=now)
    rounds.close(session, round_, now=now, by="alice")
    released = Ruling(writer.id, item, ClearingStatus.RELEASED)
    comments.clear(session, round_, released, by="alice", now=now)


def test_figures_of_an_earlier_wording_stand_in_no_grid(
    session: Session, study: Study, closed: Round
) -> None:
    heard = evidence.list_heard(session, study, closed)
    found = [
        evidence.find(study.protocol, study.items[0], heard, lens, Viewer.PUBLIC)
        for lens in lenses.lenses(study)
    ]
    assert {(one.title, one.round_number, one.before) for one in found} == {("In other words", 2, None)}


def test_comments_and_write_ups_of_an_earlier_wording_do_not_stand_beside_it(
    session: Session, study: Study, closed: Round
) -> None:
    heard = evidence.list_heard(session, study, closed)
    meant = {item.id: (item.position, item.wording.title) for item in study.items}
    assert [quote.text for quote in quotes.list_beside(session, study.protocol, heard, meant)] == [NEW]
    assert write_ups.of_study(session, study, heard) == {}
    earlier = evidence.list_heard(session, study, rounds.get_round(session, study, 1))
    assert [quote.text for quote in quotes.list_beside(session, study.protocol, earlier, meant)] == [OLD]
    assert [one.text for one in write_ups.of_study(session, study, earlier).values()] == [OLD]


def test_a_copy_of_a_study_has_what_stands_for_the_items_that_gave_way(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    one, two, _ = study.items
    changing.merge(session, second, [one.id, two.id], Text("Both"), why)
    assert [plan.title for plan in study_files.of(study).items] == ["Item three", "Both"]
