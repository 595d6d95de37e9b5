"""The trail by role: below who runs the study no concerns, below who sees codes no codes."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit, trails, withdrawing
from surveys.concerns import passing
from surveys.panels import Panellist
from surveys.permissions import Role
from surveys.studies import Study
from surveys.trails import A_PANELLIST, HIDDEN

BY = "alice@example.org"


@pytest.fixture
def trail(session: Session, study: Study, bob: Panellist, now: datetime) -> Study:
    """Somebody withdrew, somebody's link was renewed, a text was passed on, two codes were merged."""
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    for act, details in (
        ("personal link renewed", {"panellist": bob.code}),
        (passing.PASSED_ON, {"round": 1, "concern": 1}),
        ("theme codes merged", {"code": "Dr Smith", "into": "Staff"}),
    ):
        audit.note(session, study.id, act, by=BY, now=now, **details)
    session.flush()
    return study


@pytest.mark.parametrize("role", [Role.OWNER, Role.RESEARCHER, Role.FACILITATOR])
def test_who_runs_the_study_sees_the_trail_as_it_is(session: Session, trail: Study, role: Role) -> None:
    seen = [(one.at, one.by, one.act, one.details) for one in trails.list_seen(session, trail, role)]
    kept = [(one.at, one.by, one.act, one.details) for one in audit.list_entries(session, trail.id)]
    assert seen == kept


def test_an_analyst_sees_codes_and_no_concerns(session: Session, trail: Study) -> None:
    seen = [(one.by, one.details) for one in trails.list_seen(session, trail, Role.ANALYST)]
    assert seen == [
        ("P01", {"kept_answers": True}),
        (BY, {"panellist": "P01"}),
        (BY, {"code": "Dr Smith", "into": "Staff"}),
    ]


def test_a_viewer_sees_neither(session: Session, trail: Study) -> None:
    seen = [(one.by, one.details) for one in trails.list_seen(session, trail, Role.VIEWER)]
    assert seen == [
        (A_PANELLIST, {"kept_answers": True}),
        (BY, {"panellist": HIDDEN}),
        (BY, {"code": HIDDEN, "into": HIDDEN}),
    ]
