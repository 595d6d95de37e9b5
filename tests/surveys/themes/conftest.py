"""A closed round in which three panellists wrote, and two coders: alice and ben."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import access, comments, panels, participations, rounds, studies
from surveys.access import Account
from surveys.comments import ClearingStatus, Ruling
from surveys.panels import ConsentKind, Panellist
from surveys.participations import SuggestionKind
from surveys.rounds import Round
from surveys.studies import Study
from surveys.themes import codebook
from surveys.themes.codebook import Code, Wanted

BY = "alice@example.org"


@pytest.fixture
def ben(session: Session, study: Study, now: datetime) -> Account:
    account = access.create_account(session, "ben@example.org", "Ben", None, now=now)
    studies.add_member(session, study, account, by=BY, now=now)
    return account


@pytest.fixture
def closed(
    session: Session, study: Study, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> Round:
    """Bob comments on two items, grace on one, and she misses something; bob may be quoted, grace not."""
    one, two = study.items[0].id, study.items[1].id
    for who, quoted in ((bob, True), (grace, False)):
        given = {ConsentKind.TAKE_PART: True, ConsentKind.SHOW_COMMENTS: True, ConsentKind.QUOTE: quoted}
        panels.record_consents(session, who, given, version="1", sheet="sheet", now=now)
    comments.save(session, open_round, bob, {one: "The bus costs too much.", two: "No interpreter."}, now=now)
    comments.save(session, open_round, grace, {one: "Bus fares cost a lot."}, now=now)
    participations.suggest(session, open_round, grace, SuggestionKind.MISSING, "A quiet room.", now=now)
    rounds.close(session, open_round, now=now, by=BY)
    released = Ruling(bob.id, one, ClearingStatus.RELEASED)
    comments.clear(session, open_round, released, by=BY, now=now)
    return open_round


@pytest.fixture
def cost(session: Session, study: Study, now: datetime) -> Code:
    wanted = Wanted("Cost", "What it costs to come.", "Getting there")
    return codebook.add(session, study, wanted, by=BY, now=now)


@pytest.fixture
def language(session: Session, study: Study, now: datetime) -> Code:
    return codebook.add(session, study, Wanted("Language"), by=BY, now=now)
