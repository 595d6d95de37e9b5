"""Where a panellist stands: the first stage that holds, in every state of the study."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import access, panels, participations, ratings, results, rounds, settling, standings, withdrawing
from surveys.access import Key
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.panels import Consent, ConsentKind, Panellist
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.standings import Stage
from surveys.studies import Study
from tests.surveys import examples

ALL = dict.fromkeys(ConsentKind, True)


def _stage(session: Session, who: Panellist) -> Stage:
    return standings.get(session, who).stage


@pytest.fixture
def agreed(session: Session, bob: Panellist, now: datetime) -> Panellist:
    standings.agree(session, bob, ALL, now=now)
    return bob


def _go_on(session: Session, round_: Round, outcome: Outcome, now: datetime) -> None:
    closed = rounds.close(session, round_, now=now, by="alice")
    all_alike = {asked.item_id: Departure(outcome, "decided") for asked in closed.items}
    settling.settle(session, closed, results.get(session, closed), all_alike, now=now, by="alice")


def test_who_has_not_agreed_is_asked_first(session: Session, bob: Panellist, open_round: Round) -> None:
    assert _stage(session, bob) == Stage.UNASKED


def test_before_any_round_one_waits(session: Session, agreed: Panellist) -> None:
    assert _stage(session, agreed) == Stage.WAITING


def test_the_stages_of_a_round(session: Session, agreed: Panellist, open_round: Round, now: datetime) -> None:
    assert _stage(session, agreed) == Stage.INVITED
    participations.begin(session, open_round, agreed, now=now)
    assert _stage(session, agreed) == Stage.BEGUN
    assert standings.get(session, agreed).may_rate
    participations.submit(session, open_round, agreed, now=now)
    assert _stage(session, agreed) == Stage.SUBMITTED
    rounds.close(session, open_round, now=now, by="alice")
    assert _stage(session, agreed) == Stage.BETWEEN
    assert not standings.get(session, agreed).has_open_answers


def test_a_settled_round_with_another_planned_is_between(
    session: Session, agreed: Panellist, open_round: Round, now: datetime
) -> None:
    _go_on(session, open_round, Outcome.GOES_ON, now)
    assert _stage(session, agreed) == Stage.BETWEEN


def test_a_settled_round_that_nothing_follows_is_the_end(
    session: Session, agreed: Panellist, open_round: Round, now: datetime
) -> None:
    _go_on(session, open_round, Outcome.KEPT, now)
    assert _stage(session, agreed) == Stage.FINISHED


def test_the_last_round_closed_is_the_end(
    session: Session, study: Study, agreed: Panellist, open_round: Round, now: datetime
) -> None:
    _go_on(session, open_round, Outcome.GOES_ON, now)
    second = rounds.get_round(session, study, 2)
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    assert _stage(session, agreed) == Stage.LATE  # did not take part in the first
    rounds.close(session, second, now=now, by="alice")
    assert _stage(session, agreed) == Stage.FINISHED


@pytest.mark.parametrize("protocol", [examples.protocol(rounds={"last": 2, "join_late": True})])
def test_late_comers_are_invited_where_the_protocol_takes_them(
    session: Session, study: Study, agreed: Panellist, open_round: Round, now: datetime, protocol: Protocol
) -> None:
    _go_on(session, open_round, Outcome.GOES_ON, now)
    rounds.open_(session, rounds.get_round(session, study, 2), closes_at=None, now=now, by="alice")
    assert _stage(session, agreed) == Stage.INVITED


def test_an_ended_study_is_the_end_and_its_links_open_nothing(
    session: Session, study: Study, bob: Panellist, key: Key, now: datetime
) -> None:
    link = access.create_personal_link(session, key, bob, now=now)
    session.flush()
    token = access.personal_token(key, link)
    assert access.get_personal_link(session, key, token) is link
    study.ended_at = now
    assert _stage(session, bob) == Stage.FINISHED
    with pytest.raises(NotFound, match=r"does not open anything"):
        access.get_personal_link(session, key, token)


def test_who_has_withdrawn_is_still_known_to_its_browser(
    session: Session, study: Study, agreed: Panellist, key: Key, now: datetime
) -> None:
    link = access.create_personal_link(session, key, agreed, now=now)
    session.flush()
    token = access.open_panellist_session(session, key, link, now=now)
    withdrawing.withdraw(session, study, agreed, keep_answers=True, now=now)
    session.expire_all()
    assert access.find_visitor(session, key, token, now=now) is agreed
    assert _stage(session, agreed) == Stage.WITHDRAWN


def test_a_link_that_was_revoked_before_stays_shut(
    session: Session, study: Study, bob: Panellist, key: Key, now: datetime
) -> None:
    link = access.create_personal_link(session, key, bob, now=now)
    session.flush()
    token = access.open_panellist_session(session, key, link, now=now)
    access.revoke_personal_links(session, bob, now=now.replace(hour=1))
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    session.expire_all()
    assert access.find_visitor(session, key, token, now=now) is None


def test_taking_part_is_needed_for_the_rest(session: Session, bob: Panellist, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="take part"):
        standings.agree(session, bob, {ConsentKind.QUOTE: True}, now=now)
    with pytest.raises(NotNow, match="read the information"):
        standings.check_takes_part(session, bob)


def test_agreeing_again_to_the_same_adds_nothing(session: Session, agreed: Panellist, now: datetime) -> None:
    standings.agree(session, agreed, ALL, now=now)
    standings.agree(session, agreed, ALL | {ConsentKind.QUOTE: False}, now=now)
    assert session.scalar(select(func.count()).select_from(Consent)) == 4
    assert panels.consents(session, agreed)[ConsentKind.QUOTE].is_given is False


def test_nobody_agrees_after_withdrawing(
    session: Session, study: Study, agreed: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, agreed, keep_answers=True, now=now)
    with pytest.raises(NotNow, match="withdrawn"):
        standings.agree(session, agreed, ALL, now=now)


def test_a_page_belongs_to_a_round_of_the_own_study(
    session: Session, agreed: Panellist, study: Study, now: datetime
) -> None:
    with pytest.raises(NotNow, match="No round has been opened"):
        standings.get_round(session, agreed)
    with pytest.raises(NotFound):  # planned, and so nothing that a panellist may see
        standings.get_round(session, agreed, 1)
    first = rounds.get_round(session, study, 1)
    rounds.open_(session, first, closes_at=None, now=now, by="alice")
    assert standings.get_round(session, agreed, 1) is first
    with pytest.raises(NotFound):
        standings.get_round(session, agreed, 9)


def test_rating_needs_no_more_than_the_first_agreement(
    session: Session, agreed: Panellist, open_round: Round, study: Study, now: datetime
) -> None:
    standings.check_takes_part(session, agreed)
    ratings.save(session, open_round, agreed, {(study.items[0].id, study.criteria[0].id): Answer(7)}, now=now)
