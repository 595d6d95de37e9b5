"""The thinnest thread: answers of a round become frozen results and the next round."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import panels, ratings, results, rounds, settling
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panellist
from surveys.ratings import Answer, Unable
from surveys.rounds import Round
from surveys.studies import Study


def _rate(session: Session, round_: Round, panellist: Panellist, value: int, now: datetime) -> None:
    answers = {(asked.item_id, c.id): Answer(value) for asked in round_.items for c in round_.study.criteria}
    ratings.save(session, round_, panellist, answers, now=now)


def test_a_round_becomes_results_and_the_next_round(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    for panel, code, value in ((0, "P", 8), (1, "L", 2)):
        for n in range(6):
            who = panels.add(session, study.panels[panel], f"{code}{n}", now=now)
            session.flush()
            _rate(session, open_round, who, value, now)
    closed = rounds.close(session, open_round, now=now, by="alice")
    found = results.get(session, closed)
    first = found.of(study.items[0].id, "usefulness", "practitioners")
    assert first is not None
    assert (first.n, first.median, first.verdict, first.counts) == (6, 8.0, "in", (0, 0, 0, 0, 0, 0, 0, 6, 0))
    assert {finding.finding for finding in found.item_findings} == {"panels diverge"}
    assert set(settling.proposals(closed, found).values()) == {settling.Outcome.KEPT}


def test_the_same_answer_twice_is_one_rating_and_one_line_of_history(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    place = (study.items[0].id, study.criteria[0].id)
    assert ratings.save(session, open_round, bob, {place: Answer(7)}, now=now) == {place}
    assert ratings.save(session, open_round, bob, {place: Answer(7)}, now=now) == frozenset()
    ratings.save(session, open_round, bob, {place: Answer(unable=Unable.NOT_KNOWN)}, now=now)
    assert [(change.value, change.unable) for change in ratings.history(session, bob)] == [
        (7, None),
        (None, 2),
    ]
    assert ratings.own(session, open_round, bob) == {place: Answer(unable=Unable.NOT_KNOWN)}


@pytest.mark.parametrize("value", [0, 10, -1])
def test_a_rating_outside_the_scale_is_refused(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime, value: int
) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 9"):
        ratings.save(
            session, open_round, bob, {(study.items[0].id, study.criteria[0].id): Answer(value)}, now=now
        )


def test_a_closed_round_takes_no_answers(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rounds.close(session, open_round, now=now, by="alice")
    with pytest.raises(NotNow, match="closed"):
        ratings.save(
            session, open_round, bob, {(study.items[0].id, study.criteria[0].id): Answer(7)}, now=now
        )
