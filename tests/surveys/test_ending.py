"""Ending a study: when it may, and what is refused from then on."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import access, audit, ending, results, rounds, settling
from surveys.access import Key
from surveys.errors import NotFound, NotNow
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.studies import Study


def test_a_study_with_an_open_or_unsettled_round_goes_on(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    with pytest.raises(NotNow, match="Close it first"):
        ending.end(session, study, now=now, by="alice")
    rounds.close(session, open_round, now=now, by="alice")
    with pytest.raises(NotNow, match="settled"):
        ending.end(session, study, now=now, by="alice")
    assert (study.ended_at, ending.may_end(session, study)) == (None, False)


def test_an_ended_study_opens_no_link_and_no_round(
    session: Session, study: Study, open_round: Round, bob: Panellist, key: Key, now: datetime
) -> None:
    link = access.create_personal_link(session, key, bob, now=now)
    rounds.close(session, open_round, now=now, by="alice")
    later = settling.settle(session, open_round, results.get(session, open_round), {}, now=now, by="alice")
    assert later is not None
    assert ending.may_end(session, study)
    ending.end(session, study, now=now, by="alice")
    ending.end(session, study, now=now.replace(year=now.year + 1), by="alice")  # a repeat changes nothing
    assert study.ended_at == now
    assert [entry.act for entry in audit.list_entries(session, study.id)].count("study ended") == 1
    with pytest.raises(NotFound):
        access.get_personal_link(session, key, access.personal_token(key, link))
    with pytest.raises(NotNow, match="ended"):
        rounds.open_(session, later, closes_at=None, now=now, by="alice")
