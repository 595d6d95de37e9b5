"""Rounds: every state and act, and what opening and closing do besides."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from surveys import audit, results, rounds
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.rounds import REFUSALS, TRANSITIONS, Act, Round, RoundStatus
from surveys.studies import Study

ALLOWED = {
    ("planned", "open"): "open",
    ("open", "extend"): "open",
    ("open", "close"): "closed",
    ("closed", "settle"): "settled",
}


def test_the_transitions_are_those_of_the_design() -> None:
    assert {(str(status), str(act)): str(to) for (status, act), to in TRANSITIONS.items()} == ALLOWED


def test_every_status_has_its_refusal() -> None:
    assert set(REFUSALS) == set(RoundStatus)


@pytest.mark.parametrize(
    ("status", "act"), [pair for pair in product(RoundStatus, Act) if pair not in TRANSITIONS]
)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(
    session: Session, study: Study, now: datetime, status: RoundStatus, act: Act
) -> None:
    round_ = rounds.get_round(session, study, 1)
    round_.status = status
    session.flush()
    later = now + timedelta(days=1)
    acts = {
        Act.OPEN: lambda: rounds.open_(session, round_, closes_at=later, now=now, by="alice"),
        Act.EXTEND: lambda: rounds.extend(session, round_, closes_at=later, now=now, by="alice"),
        Act.CLOSE: lambda: rounds.close(session, round_, now=now, by="alice"),
        Act.SETTLE: lambda: rounds.mark_settled(session, round_, now=now, by="alice"),
    }
    with pytest.raises(NotNow, match=REFUSALS[status]):
        acts[act]()
    assert round_.status == status
    assert audit.list_entries(session, study.id) == []


def test_opening_the_first_round_locks_the_protocol(session: Session, study: Study, now: datetime) -> None:
    assert study.locked_at is None
    rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=now, by="alice")
    assert study.locked_at == now


def test_a_round_cannot_end_in_the_past(session: Session, study: Study, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="future"):
        rounds.open_(session, rounds.get_round(session, study, 1), closes_at=now, now=now, by="alice")


def test_extending_is_kept_in_the_trail(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    rounds.extend(session, open_round, closes_at=now + timedelta(days=7), now=now, by="alice")
    last = audit.list_entries(session, study.id)[-1]
    assert (last.act, last.by, last.at) == ("round 1: extend", "alice", now)
    assert last.details == {"before": "None", "closes_at": "2026-03-09 09:00:00+00:00"}


def test_a_round_without_answers_closes_with_too_few_everywhere(
    session: Session, open_round: Round, now: datetime
) -> None:
    rounds.close(session, open_round, now=now, by="alice")
    found = results.get(session, open_round)
    assert {finding.verdict for finding in found.panel_findings} == {"too few"}
    assert {(finding.n, finding.median, finding.share_high) for finding in found.panel_findings} == {
        (0, None, None)
    }


def test_another_round_of_the_study_is_not_found(session: Session, study: Study) -> None:
    with pytest.raises(NotFound, match="no round 2"):
        rounds.get_round(session, study, 2)


def test_items_are_laid_out_in_blocks_of_the_protocols_size(session: Session, study: Study) -> None:
    asked = rounds.get_round(session, study, 1).items
    assert [(item.position, item.block) for item in asked] == [(1, 0), (2, 0), (3, 1)]
