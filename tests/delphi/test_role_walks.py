"""No page of a study shows a member of its team a link or a button that is refused for their role."""

import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest

from surveys import permissions, publications, results, rounds, settling, studies, teams
from surveys.letters import schedules
from surveys.permissions import Power, Role
from surveys.settling import Departure, Outcome
from surveys.teams import NewMember
from tests.delphi import answered, answering
from tests.delphi.conftest import NOW, Browser, World

HOME = "/studies/fairer-care"
TAGS = "{http://www.w3.org/1999/xhtml}"
# Looked at in many ways by what stands after the “?”; one of each is enough.
_ALIKE = re.compile(r"/grids/[^/]+/|/items/\d+/|/panels/\d+|/reword/\d+|/split/\d+|/reopen/\d+|/texts/\d+")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind is enough: what a page shows to whom asks no database."""
    return sqlite_url


def _leads(page: str, at: str) -> Iterator[tuple[str, str]]:
    """The links and forms of a page of a study, with the way in which each is sent."""
    for node in html5lib.parse(page).iter():
        if node.tag not in (f"{TAGS}a", f"{TAGS}form", f"{TAGS}iframe"):
            continue
        is_form = node.tag == f"{TAGS}form"
        method = (node.get("method") or "get").upper() if is_form else "GET"
        where = node.get("action") if is_form else node.get("href") or node.get("src")
        path = urlsplit(urljoin(at, where or "")).path
        if path.startswith(HOME):  # the pilot's too
            yield method, path


def _walk(browser: Browser) -> dict[tuple[str, str], str]:
    """Every link and form that is come to from the study's first page, with the page that has it."""
    found: dict[tuple[str, str], str] = {("GET", HOME): HOME}
    left, seen = deque([HOME]), set()
    while left:
        path = left.popleft()
        if (kind := _ALIKE.sub("/*", path)) in seen:
            continue
        seen.add(kind)
        answer = browser.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for lead in _leads(answer.text, path):
            if lead not in found:
                found[lead] = path
                left.extend([lead[1]] if lead[0] == "GET" else [])
    return found


def _needed(world: World, method: str, path: str) -> Power:
    """What the route needs whoever sends this to be trusted with."""
    for route in world.application.routes:
        pattern = re.sub(r"\{\w+\}", "[^/]+", route.path_format)
        for handler in getattr(route, "route_handlers", []):
            if method in handler.http_methods and re.fullmatch(pattern, path):
                return Power(handler.opt.get("power", Power.LOOK))
    raise AssertionError(f"no route for {method} {path}")


def _stages(world: World) -> Iterator[str]:
    """A study from its draft to its second round, planned, with something on most pages."""
    yield "draft"
    answered.round_1(world, closed=False)
    with world.session() as session, session.begin():
        first = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        later = schedules.Plan(schedules.Act.CLOSE, NOW + timedelta(days=7))
        schedules.add(session, first, later, by="alice@example.org", now=NOW)
    yield "open"
    answering.close(world)
    yield "closed"
    with world.session() as session, session.begin():
        first = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        stay = {asked.item_id: Departure(Outcome.GOES_ON, "Asked again.") for asked in first.items}
        settling.settle(session, first, results.get(session, first), stay, now=NOW, by="alice@example.org")
        publications.publish(session, first, now=NOW, by="alice@example.org")
    yield "planned"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.FACILITATOR])
def test_every_link_and_button_leads_somewhere(world: World, alice: Browser, role: Role) -> None:
    alice.post(f"{HOME}/pilot", {"people.practitioners": "1", "people.lived_experience": "1"})
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        new = NewMember(f"{role}@example.org", role.capitalize(), role)
        teams.invite(session, study, new, by="alice@example.org", now=NOW)
    browser = world.as_account(f"{role}@example.org")
    refused = set()
    for _ in _stages(world):
        for (method, path), page in _walk(browser).items():
            if not permissions.may(role, _needed(world, method, path)):
                refused.add((page, method, path))
    assert refused == set()
