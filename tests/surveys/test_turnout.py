"""Turnout: counts of people and answers, and nothing of what was answered."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import panels, participations, ratings, rounds, settling, turnout, withdrawing
from surveys import results as kept
from surveys.panels import Panellist
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.studies import Study
from surveys.turnout import PanelTurnout, Progress


def _rate_first_item(session: Session, round_: Round, who: Panellist, now: datetime) -> None:
    item_id = round_.items[0].item_id
    ratings.save(session, round_, who, {(item_id, c.id): Answer(7) for c in round_.study.criteria}, now=now)


@pytest.fixture
def half_answered(
    session: Session, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> Round:
    """Bob has answered two questions of six, grace has only begun, and a second practitioner has not."""
    panels.add(session, bob.panel, "P02", now=now)
    _rate_first_item(session, open_round, bob, now)
    participations.submit(session, open_round, bob, now=now)
    participations.begin(session, open_round, grace, now=now)
    return open_round


def test_each_panel_is_counted_by_itself(session: Session, half_answered: Round) -> None:
    practitioners, others = turnout.by_panel(session, half_answered)
    assert practitioners == PanelTurnout(
        "practitioners", "Practitioners", invited=2, begun=1, submitted=1, answers=2, asked=2 * 6
    )
    assert (others.invited, others.begun, others.submitted, others.unfinished) == (1, 1, 0, 1)


def test_each_panellist_who_has_begun_is_counted(
    session: Session, half_answered: Round, bob: Panellist, grace: Panellist
) -> None:
    assert turnout.by_panellist(session, half_answered) == {
        bob.id: Progress(has_begun=True, has_submitted=True, answers=2),
        grace.id: Progress(has_begun=True, has_submitted=False, answers=0),
    }


@pytest.mark.parametrize(("keep_answers", "invited"), [(True, 2), (False, 1)])
def test_who_withdrew_counts_while_its_answers_do(
    session: Session,
    study: Study,
    half_answered: Round,
    bob: Panellist,
    now: datetime,
    keep_answers: bool,
    invited: int,
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=keep_answers, now=now)
    assert turnout.by_panel(session, half_answered)[0].invited == invited


def test_a_later_round_waits_for_those_who_took_part_before(
    session: Session, study: Study, half_answered: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    closed = rounds.close(session, half_answered, now=now, by="alice")
    following = settling.settle(session, closed, kept.get(session, closed), {}, now=now, by="alice")
    assert following is not None
    assert turnout.list_invited(session, following) == [bob, grace]


def test_a_closed_round_stays_as_it_stood_and_its_results_say_the_same(
    session: Session, study: Study, half_answered: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    gone = panels.add(session, grace.panel, "L09", now=now)
    session.flush()
    withdrawing.withdraw(session, study, gone, keep_answers=False, now=now)
    rounds.close(session, half_answered, now=now + timedelta(days=1), by="alice")
    panels.add(session, bob.panel, "P77", now=now + timedelta(days=2))
    session.flush()
    withdrawing.withdraw(session, study, grace, keep_answers=False, now=now + timedelta(days=2))
    shown = {panel.panel: panel.invited for panel in turnout.by_panel(session, half_answered)}
    frozen = kept.get(session, half_answered).invited
    assert shown == frozen == {"practitioners": 2, "lived_experience": 1}
