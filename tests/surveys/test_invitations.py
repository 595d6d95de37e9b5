"""Invitations: who is added, and which links are handed out; each leaves a line in the trail."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import access, audit, invitations, panels, withdrawing
from surveys.access import Key
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.exchange.panellist_files import PanellistPlan
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study

ALICE = "alice@example.org"


def _acts(session: Session, study: Study) -> list[str]:
    return [entry.act for entry in audit.list_entries(session, study.id)]


def test_one_panellist_is_added_with_a_code_of_its_own(session: Session, study: Study, now: datetime) -> None:
    plan = PanellistPlan("practitioners", name="Ada", email="ada@example.org")
    added = invitations.invite_one(session, study, plan, by=ALICE, now=now)
    assert added.code
    assert added.person is not None
    assert added.person.name == "Ada"
    assert _acts(session, study) == ["panellists added"]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (PanellistPlan("nobody"), "panel"),
        (PanellistPlan("practitioners", code="p01"), "code"),
        (PanellistPlan("practitioners", code="x" * 81), "code"),
        (PanellistPlan("practitioners", name="x" * 201), "name"),
        (PanellistPlan("practitioners", email="nowhere"), "email"),
        (PanellistPlan("practitioners", email="a@["), "email"),
        (PanellistPlan("practitioners", email="BOB@example.org"), "email"),
        (PanellistPlan("practitioners", language="Welsh language"), "language"),
    ],
)
def test_what_cannot_be_added_names_its_field(
    session: Session, study: Study, bob: Panellist, now: datetime, plan: PanellistPlan, field: str
) -> None:
    bob.person = Person(name="Bob Example", email="bob@example.org", created_at=now)
    with pytest.raises(InvalidInput) as refusal:
        invitations.invite_one(session, study, plan, by=ALICE, now=now)
    assert refusal.value.field == field
    assert panels.list_panellists(session, study) == [bob]


def test_an_ended_study_invites_nobody(session: Session, study: Study, now: datetime) -> None:
    study.ended_at = now
    with pytest.raises(NotNow, match="ended"):
        invitations.invite(session, study, [PanellistPlan("practitioners")], by=ALICE, now=now)


def test_the_same_link_is_handed_out_again(
    session: Session, key: Key, study: Study, bob: Panellist, now: datetime
) -> None:
    first = invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    again = invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    assert first.token == again.token
    assert access.get_personal_link(session, key, first.token).panellist == bob
    assert _acts(session, study) == ["personal link shown"] * 2


def test_a_new_link_closes_the_old_one(
    session: Session, key: Key, study: Study, bob: Panellist, now: datetime
) -> None:
    old = invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    invitations.renew_link(session, key, study, bob, by=ALICE, now=now)
    new = invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    assert access.get_personal_link(session, key, new.token).panellist == bob
    with pytest.raises(NotFound):
        access.get_personal_link(session, key, old.token)


def test_a_revoked_link_is_not_replaced_by_asking_for_it(
    session: Session, key: Key, study: Study, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    assert not invitations.has_revoked_link(session, bob)
    invitations.revoke_link(session, study, bob, by=ALICE, now=now)
    assert invitations.has_revoked_link(session, bob)
    with pytest.raises(NotNow, match="revoked"):
        invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    assert [one.panellist for one in invitations.hand_out_all(session, key, study, by=ALICE, now=now)] == [
        grace
    ]


def test_who_withdrew_gets_no_link(
    session: Session, key: Key, study: Study, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert [one.panellist for one in invitations.hand_out_all(session, key, study, by=ALICE, now=now)] == [
        grace
    ]
    with pytest.raises(NotNow, match="withdrawn"):
        invitations.hand_out(session, key, study, bob, by=ALICE, now=now)
    with pytest.raises(NotNow, match="withdrawn"):
        invitations.renew_link(session, key, study, bob, by=ALICE, now=now)
