"""A study of three items whose first round is settled: one and two go on, three was dropped."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import results, rounds, settling
from surveys.histories.changes import Why
from surveys.panels import Panellist
from surveys.protocol import Protocol
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.studies import Study
from tests.surveys import examples


@pytest.fixture
def protocol() -> Protocol:
    return examples.protocol(rounds={"last": 3, "block_size": 2}, reopening={"requests": 2, "otherwise": ""})


@pytest.fixture
def second(
    session: Session, study: Study, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> Round:
    """Round 2, planned. bob and grace are on the panels."""
    rounds.close(session, open_round, now=now, by="alice")
    dropped = {study.items[2].id: Departure(Outcome.DROPPED, "It is law already.")}
    found = results.get(session, open_round)
    planned = settling.settle(session, open_round, found, dropped, now=now, by="alice")
    assert planned is not None
    return planned


@pytest.fixture
def why(now: datetime) -> Why:
    return Why("Two comments said so.", "alice", now)
