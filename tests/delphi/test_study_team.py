"""The team's page, and what each role can open and do."""

import re

import pytest
from sqlalchemy import select

from surveys import access, studies, teams
from surveys.outbox import Message
from surveys.permissions import Power
from surveys.teams import NewMember
from tests.delphi import answered
from tests.delphi.conftest import NOW, Browser, World
from tests.delphi.test_access import TABLE

TEAM = "/studies/fairer-care/team"


def member(world: World, role: str) -> Browser:
    email = f"{role}@example.org"
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        teams.invite(session, study, NewMember(email, role.capitalize(), role), by="alice", now=NOW)
    return world.as_account(email)


def id_of(world: World, email: str) -> int:
    with world.session() as session:
        account = access.find_account(session, email)
        assert account is not None
        return account.id


def test_an_owner_puts_somebody_on_the_team_who_is_told_how_to_come_in(world: World, alice: Browser) -> None:
    assert "Somebody new" in alice.get(TEAM).text
    added = alice.post(TEAM, {"email": "dora@example.org", "name": "Dora", "role": "facilitator"})
    assert added.status == 303
    assert "dora@example.org · <b>Facilitator</b>" in alice.get(TEAM).text
    with world.session() as session:
        letter = session.scalars(select(Message)).one()
        assert letter.to == "dora@example.org"
        assert "/sign-in" in letter.body
        assert "as facilitator" in letter.body


def test_each_field_has_a_label_of_its_own(world: World, alice: Browser) -> None:
    member(world, "viewer")
    ids = re.findall(r' id="([^"]+)"', alice.get(TEAM).text)
    assert len(ids) == len(set(ids))


def test_a_refused_member_leaves_what_was_typed(alice: Browser) -> None:
    refused = alice.post(TEAM, {"email": "alice@example.org", "name": "A", "role": "viewer"})
    assert refused.status == 422
    assert "on the team already" in refused.text
    assert 'value="alice@example.org"' in refused.text


def test_a_role_is_changed_and_a_member_removed(world: World, alice: Browser) -> None:
    viewer, number = member(world, "viewer"), id_of(world, "viewer@example.org")
    assert alice.post(f"{TEAM}/{number}", {"role": "researcher"}).status == 303
    assert viewer.get("/studies/fairer-care/panels").status == 200
    asked = alice.post(f"{TEAM}/{number}/remove")
    assert (asked.status, f'href="#sure-{number}"' in asked.text) == (422, True)
    assert viewer.get("/studies/fairer-care").status == 200
    gone = alice.post(f"{TEAM}/{number}/remove", {f"sure-{number}": "yes"})
    assert "Viewer is no longer on the team." in alice.get(str(gone.location)).text
    assert viewer.get("/studies/fairer-care").status == 404
    own = id_of(world, "alice@example.org")
    last = alice.post(f"{TEAM}/{own}/remove", {f"sure-{own}": "yes"})
    assert last.status == 409
    assert "needs an owner" in last.text


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("viewer", "", 200),
        ("viewer", "/protocol", 200),
        ("viewer", "/rounds/1/results", 200),
        ("viewer", "/team", 200),
        ("viewer", "/panels", 403),
        ("viewer", "/rounds/1/comments", 403),
        ("analyst", "/panels", 200),
        ("analyst", "/rounds/1/comments", 200),
        ("analyst", "/mail", 403),
        ("facilitator", "/mail", 200),
    ],
)
def test_what_a_role_may_open(world: World, role: str, path: str, status: int) -> None:
    answered.round_1(world)
    assert member(world, role).get(f"/studies/fairer-care{path}").status == status


def test_an_analyst_sees_codes_and_never_names(world: World, alice: Browser) -> None:
    form = {"panel": "practitioners", "code": "X1", "name": "Zebedee", "email": "z@example.org"}
    assert alice.post("/studies/fairer-care/panels", form).status == 303
    assert "Zebedee" in alice.get("/studies/fairer-care/panels").text
    analyst = member(world, "analyst")
    assert "Add one panellist" in alice.get("/studies/fairer-care/panels").text
    assert "Add one panellist" not in analyst.get("/studies/fairer-care/panels").text
    for path in ("", "/panels", "/panels/panellists.csv", "/trail"):
        page = analyst.get(f"/studies/fairer-care{path}")
        assert page.status == 200
        assert "Zebedee" not in page.text
        assert "z@example.org" not in page.text


@pytest.mark.parametrize(
    ("role", "path", "form"),
    [
        ("viewer", "/rounds/1/open", {}),
        ("analyst", "/panels", {"panel": "practitioners", "code": "Y1"}),
        ("facilitator", "/end", {"sure": "yes"}),
        ("facilitator", "/publication", {"through": "1"}),
        ("researcher", "/team", {"email": "e@example.org", "role": "owner"}),
    ],
)
def test_what_a_role_may_not_do_is_refused_with_who_may(
    world: World, role: str, path: str, form: dict[str, str]
) -> None:
    refused = member(world, role).post(f"/studies/fairer-care{path}", form)
    assert refused.status == 403
    assert "On this study’s team you are" in refused.text
    assert "Back to the overview" in refused.text


def test_every_route_that_writes_to_a_study_says_what_power_it_needs(world: World) -> None:
    """One that does not is no way in: it fails before it has done anything."""
    needs = {
        (method, route.path_format): handler.opt.get("power")
        for route in world.application.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
    }
    writing = [place for place in TABLE if place[0] == "POST" and place[1].startswith("/studies/{key}")]
    assert len(writing) > 30
    assert [place for place in writing if not isinstance(needs[place], Power)] == []


def test_the_trail_is_filtered_and_downloaded_so(world: World, alice: Browser) -> None:
    member(world, "viewer")
    assert alice.post("/studies/fairer-care/panels", {"panel": "practitioners", "code": "X1"}).status == 303
    asked = "who=alice%40example.org&words=panellists"
    page = alice.get(f"/studies/fairer-care/trail?{asked}")
    assert "1 of " in page.text
    assert "Panellists added" in page.text
    assert "Member added" not in page.text
    table = alice.get(f"/studies/fairer-care/trail.csv?{asked}").text
    assert len(table.strip().splitlines()) == 2
    assert "Nothing was done that fits this" in alice.get("/studies/fairer-care/trail?words=elephant").text
