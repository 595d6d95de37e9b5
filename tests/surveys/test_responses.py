"""What a panellist gives in one go: all of it is kept, or none."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import comments, ratings, responses, rounds
from surveys.comments import ClearingStatus, Ruling
from surveys.errors import InvalidInput
from surveys.panels import Panellist
from surveys.ratings import Answer, Unable
from surveys.responses import Response
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys import examples

BEFORE = {(1, 1): Answer(6), (1, 2): Answer(6), (2, 1): Answer(6), (2, 2): Answer(unable=Unable.NOT_KNOWN)}
NOW = {(1, 1): Answer(7), (1, 2): Answer(5), (2, 1): Answer(unable=Unable.NOT_SAID), (3, 1): Answer(1)}
PLACES = [(item, criterion) for item in (1, 2, 3) for criterion in (1, 2)]


def test_answers_comments_and_reasons_are_kept_together(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    place = (study.items[0].id, study.criteria[0].id)
    given = Response({place: Answer(7)}, {study.items[1].id: "Good."}, {place: "I thought again."})
    responses.save(session, open_round, bob, given, now=now)
    assert responses.own(session, open_round, bob) == given
    responses.save(
        session, open_round, bob, Response({place: Answer()}, {study.items[1].id: ""}, {place: ""}), now=now
    )
    assert responses.own(session, open_round, bob) == Response()


def test_one_fault_keeps_nothing(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    good, bad = ((study.items[n].id, study.criteria[0].id) for n in (0, 1))
    with pytest.raises(InvalidInput), session.begin_nested():
        responses.save(session, open_round, bob, Response({good: Answer(7), bad: Answer(10)}), now=now)
    with pytest.raises(InvalidInput), session.begin_nested():
        responses.save(session, open_round, bob, Response({good: Answer(7)}, {987: "Hm."}), now=now)
    assert responses.own(session, open_round, bob) == Response()


def test_an_item_is_complete_with_every_criterion_answered_and_unable_is_an_answer() -> None:
    answers = {(1, 1): Answer(7), (1, 2): Answer(unable=Unable.NOT_SAID), (2, 1): Answer(3), (3, 1): Answer()}
    assert responses.complete_items(answers, 2) == {1}


def test_leaving_a_band_is_to_be_explained_where_both_are_ratings() -> None:
    assert responses.to_explain(examples.protocol(), BEFORE, NOW, PLACES) == {(1, 1)}


def test_no_reason_is_asked_where_the_protocol_asks_none() -> None:
    protocol = examples.protocol(feedback={"ask_why": False})
    assert responses.to_explain(protocol, BEFORE, NOW, PLACES) == frozenset()


def test_the_items_of_a_round_come_block_after_block(session: Session, open_round: Round) -> None:
    asked = rounds.list_asked(session, open_round)
    assert [(item.number, item.title, item.text, item.block) for item in asked] == [
        (1, "Item one", "About one.", 0),
        (2, "Item two", "About two.", 0),
        (3, "Item three", "About three.", 1),
    ]
    assert [item.number for item in responses.in_turn(asked, [1, 0])] == [3, 1, 2]
    assert responses.in_turn(asked, []) == asked


def test_the_answers_of_several_rounds_come_apart(
    session: Session, study: Study, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    place = (study.items[0].id, study.criteria[0].id)
    ratings.save(session, open_round, bob, {place: Answer(7)}, now=now)
    ratings.save(session, open_round, grace, {place: Answer(2)}, now=now)
    assert ratings.own_in(session, bob, [open_round.id, 987]) == {open_round.id: {place: Answer(7)}, 987: {}}


def test_the_stamp_of_the_comments_changes_with_what_others_may_read(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    comments.save(session, open_round, bob, {study.items[0].id: "Good."}, now=now)
    closed = rounds.close(session, open_round, now=now, by="alice")
    stamps = [comments.clearing_stamp(session, closed.id)]
    released = Ruling(bob.id, study.items[0].id, ClearingStatus.RELEASED)
    withheld = Ruling(bob.id, study.items[0].id, ClearingStatus.WITHHELD, reason="It names somebody.")
    for ruling, moment in ((released, now), (withheld, now.replace(minute=1))):
        comments.clear(session, closed, ruling, by="alice", now=moment)
        stamps.append(comments.clearing_stamp(session, closed.id))
    assert len(set(stamps)) == 3
