"""Asking a settled item again: by the rule that the protocol states, and by nothing else."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import panels, results, rounds, settling
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.histories import changes, changing, reopening
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.panels import Panellist
from surveys.protocol import Protocol
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.studies import Study
from tests.surveys import examples


@pytest.fixture
def opened(session: Session, second: Round, now: datetime) -> Round:
    return rounds.open_(session, second, closes_at=None, now=now, by="alice")


@pytest.fixture
def protocol() -> Protocol:
    late = {"last": 3, "block_size": 2, "join_late": True}
    return examples.protocol(rounds=late, reopening={"requests": 2})


def _third(session: Session, opened: Round, now: datetime) -> Round:
    rounds.close(session, opened, now=now, by="alice")
    found = results.get(session, opened)
    planned = settling.settle(session, opened, found, {}, now=now, by="alice")
    assert planned is not None
    return planned


def test_settled_items_are_those_kept_or_dropped_and_not_asked(
    session: Session, study: Study, second: Round
) -> None:
    (settled,) = reopening.list_settled(session, study, before=second)
    assert (settled.item, settled.round_number, settled.outcome) == (study.items[2], 1, Outcome.DROPPED)
    assert settled.reason == "It is law already."


def test_as_many_of_one_panel_as_the_rule_wants_reopen_an_item(
    session: Session, study: Study, opened: Round, bob: Panellist, grace: Panellist, why: Why, now: datetime
) -> None:
    dropped = study.items[2]
    for who in (bob, grace, bob):
        reopening.wish(session, opened, who, dropped.id, now=now)
    (open_still,) = reopening.list_settled(session, study, before=opened)
    assert open_still.requests == {}  # of an open round nothing is told
    third = _third(session, opened, now)
    (settled,) = reopening.list_settled(session, study, before=third)
    assert settled.requests == {"practitioners": 1, "lived_experience": 1}
    with pytest.raises(InvalidInput, match="2 panellists of one panel"):
        reopening.reopen(session, third, dropped.id, why)


def test_a_reopened_item_is_asked_last_and_can_be_settled_again(
    session: Session, study: Study, opened: Round, bob: Panellist, why: Why, now: datetime
) -> None:
    dropped = study.items[2]
    other = panels.add(session, study.panels[0], "P02", now=now)
    session.flush()
    for who in (bob, other):
        reopening.wish(session, opened, who, dropped.id, now=now)
    third = _third(session, opened, now)
    change = reopening.reopen(session, third, dropped.id, why)
    assert [asked.number for asked in rounds.list_asked(session, third)] == [1, 2, 3]
    assert change.ground == "At least 2 panellists of one panel asked for it."
    assert reopening.list_settled(session, study, before=third) == []
    with pytest.raises(NotNow, match="not settled"):
        reopening.reopen(session, third, dropped.id, why)
    changing.take_back(session, third, change.id, by="alice", now=now)
    assert [one.item for one in reopening.list_settled(session, study, before=third)] == [dropped]


def test_a_wish_can_be_taken_back(
    session: Session, study: Study, opened: Round, bob: Panellist, now: datetime
) -> None:
    dropped = study.items[2].id
    reopening.wish(session, opened, bob, dropped, now=now)
    assert reopening.own_wishes(session, opened, bob) == {dropped}
    reopening.unwish(session, opened, bob, dropped, now=now)
    assert reopening.own_wishes(session, opened, bob) == frozenset()


def test_only_a_settled_item_can_be_wished_for(
    session: Session, study: Study, opened: Round, bob: Panellist, now: datetime
) -> None:
    with pytest.raises(NotFound):
        reopening.wish(session, opened, bob, study.items[0].id, now=now)


def test_without_a_stated_rule_nothing_is_reopened(
    session: Session, study: Study, second: Round, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(study), "protocol", examples.protocol(rounds={"last": 3}))
    with pytest.raises(NotNow, match="states no rule"):
        reopening.reopen(session, second, study.items[2].id, why)


def test_a_rule_in_words_is_the_ground(
    session: Session, study: Study, second: Round, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"otherwise": "New evidence is published."}
    monkeypatch.setattr(type(study), "protocol", examples.protocol(rounds={"last": 3}, reopening=rule))
    assert reopening.reopen(session, second, study.items[2].id, why).ground == "New evidence is published."


def test_where_nothing_went_on_another_round_can_be_planned(
    session: Session, study: Study, open_round: Round, why: Why, now: datetime
) -> None:
    rounds.close(session, open_round, now=now, by="alice")
    all_kept = {item.id: Departure(Outcome.KEPT, "Kept.") for item in study.items}
    found = results.get(session, open_round)
    assert settling.settle(session, open_round, found, all_kept, now=now, by="alice") is None
    planned = changing.plan_next(session, open_round)
    assert changing.plan_next(session, open_round) is planned
    changing.add(session, planned, Text("New"), why)
    assert [asked.number for asked in rounds.list_asked(session, planned)] == [4]
    assert len(changes.list_for(session, planned)) == 1
