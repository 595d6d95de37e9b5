"""The team of a study: roles, somebody new, leaving; and there is always an owner."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import access, permissions, teams
from surveys.access import Account
from surveys.errors import InvalidInput, NotAllowed, NotFound, NotNow
from surveys.permissions import Power, Role
from surveys.studies import Study
from surveys.teams import NewMember


def put(session: Session, study: Study, email: str, role: str, now: datetime) -> Account:
    return teams.invite(session, study, NewMember(email, "", role), by="alice", now=now)


def roles(session: Session, study: Study) -> dict[str, str]:
    return {one.account.email: one.role for one in teams.list_members(session, study)}


def test_each_role_may_all_that_those_below_may_and_one_thing_more() -> None:
    table = {role: [power for power in Power if permissions.may(role, power)] for role in Role}
    assert table == {
        Role.VIEWER: [Power.LOOK],
        Role.ANALYST: [Power.LOOK, Power.SEE_CODES],
        Role.FACILITATOR: [Power.LOOK, Power.SEE_CODES, Power.RUN],
        Role.RESEARCHER: [Power.LOOK, Power.SEE_CODES, Power.RUN, Power.DESIGN],
        Role.OWNER: list(Power),
    }


def test_a_refusal_says_what_one_is_and_who_may() -> None:
    with pytest.raises(NotAllowed, match=r"you are an analyst\. Facilitators and those above them may see"):
        permissions.check_may(Role.ANALYST, Power.RUN)
    with pytest.raises(NotAllowed, match=r"you are a researcher\. Owners may choose the team"):
        permissions.check_may(Role.RESEARCHER, Power.LEAD)


def test_somebody_new_has_an_account_without_a_password(
    session: Session, study: Study, now: datetime
) -> None:
    made = put(session, study, "New@Example.org", "analyst", now)
    assert (made.email, made.password_hash) == ("new@example.org", None)
    assert roles(session, study)["new@example.org"] == "analyst"
    with pytest.raises(InvalidInput, match="on the team already"):
        put(session, study, "new@example.org", "viewer", now)


def test_an_account_that_is_there_is_put_on_the_team(session: Session, study: Study, now: datetime) -> None:
    known = access.create_account(session, "known@example.org", "Known", "a long password", now=now)
    assert put(session, study, "known@example.org", "viewer", now).id == known.id


@pytest.mark.parametrize(("email", "role"), [("new@example.org", "king"), ("nonsense", "viewer")])
def test_what_is_wrong_is_refused_and_nobody_is_added(
    session: Session, study: Study, now: datetime, email: str, role: str
) -> None:
    before = roles(session, study)
    with pytest.raises(InvalidInput):
        put(session, study, email, role, now)
    assert roles(session, study) == before


def test_a_study_keeps_an_owner(session: Session, study: Study, now: datetime) -> None:
    owner = put(session, study, "first@example.org", "owner", now)
    with pytest.raises(NotNow, match="needs an owner"):
        teams.change(session, study, owner.id, "viewer", by="alice", now=now)
    with pytest.raises(NotNow, match="needs an owner"):
        teams.remove(session, study, owner.id, by="alice", now=now)
    other = put(session, study, "other@example.org", "owner", now)
    teams.remove(session, study, owner.id, by="alice", now=now)
    assert roles(session, study)[other.email] == "owner"
    with pytest.raises(NotFound):
        teams.role_of(session, study, owner)
