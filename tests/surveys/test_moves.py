"""Moves between two rounds: who rated in both is counted, and who of them gave another rating."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import moves, panels, ratings, results, rounds, settling
from surveys.histories import changing
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.panels import Panellist
from surveys.ratings import Answer, Unable
from surveys.results import Move
from surveys.rounds import Round
from surveys.studies import Study


def test_only_ratings_of_both_rounds_are_compared(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    item, (useful, feasible) = study.items[0].id, [criterion.id for criterion in study.criteria]
    others = [panels.add(session, study.panels[0], f"P1{n}", now=now) for n in range(3)]
    session.flush()
    unable = Answer(unable=Unable.NOT_KNOWN)
    first = {bob: Answer(5), others[0]: Answer(6), others[1]: unable, others[2]: Answer(7)}
    for panellist, answer in first.items():
        given = {(item, useful): answer, (item, feasible): Answer(5)}
        ratings.save(session, open_round, panellist, given, now=now)
    rounds.close(session, open_round, now=now, by="alice")
    second = settling.settle(session, open_round, results.get(session, open_round), {}, now=now, by="alice")
    assert second is not None
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    again = {bob: Answer(8), others[0]: Answer(6), others[1]: Answer(9), others[2]: unable}
    for panellist, answer in again.items():
        ratings.save(session, second, panellist, {(item, useful): answer}, now=now)
    told = Move(item, "usefulness", "practitioners", otherwise=1, both=2)
    assert moves.count(session, open_round, second) == (told,)
    rounds.close(session, second, now=now, by="alice")
    assert results.get(session, second).moves == (told,)


def test_ratings_of_another_wording_are_no_move(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    place = study.items[0].id, study.criteria[0].id
    ratings.save(session, open_round, bob, {place: Answer(5)}, now=now)
    rounds.close(session, open_round, now=now, by="alice")
    second = settling.settle(session, open_round, results.get(session, open_round), {}, now=now, by="alice")
    assert second is not None
    why = Why("Nobody understood it.", "alice", now)
    changing.reword(session, second, place[0], Text("In other words"), why)
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    ratings.save(session, second, bob, {place: Answer(8)}, now=now)
    assert moves.count(session, open_round, second) == ()
