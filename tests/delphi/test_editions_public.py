"""A public edition: what anyone sees of it, taking it back, copies, and its file."""

import json
import re
from collections.abc import Callable

import pytest

from surveys import publications, studies
from tests.delphi import editions as ed
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys.editions import examples


@pytest.fixture
def published(make_world: Callable[..., World]) -> World:
    world = make_world()
    ed.publish(world)
    return world


@pytest.fixture
def team(published: World) -> Browser:
    return published.browser()


@pytest.fixture
def home(published: World, team: Browser) -> str:
    """An edition of the North Network, with local answers."""
    made = ed.make(team)
    ed.save(team, made, "group", {"place": "North Network", "figure.1.text": "One in five has no car."})
    ed.in_play(team, made)
    ed.answered(published, made)
    return made


@pytest.fixture
def public(team: Browser, home: str) -> str:
    """Where it is public."""
    assert team.post(f"{home}/sharing").location == f"{home}#sharing"
    found = re.search(r"/editions/at/[\w-]+", team.get(home).text)
    assert found is not None
    return found[0]


def test_anyone_reads_what_was_made_public_and_nothing_after(
    published: World, team: Browser, home: str, public: str
) -> None:
    anyone = published.browser()
    assert public.startswith("/editions/at/north-network-")
    ed.save(team, home, "group", {"place": "A secret change"})
    page = anyone.get(public)
    assert (page.status, "North Network" in page.text, "A secret change" in page.text) == (200, True, False)
    assert home not in page.text
    assert "One in five has no car." in anyone.get(f"{public}/plan").text
    assert "The changes are not public." in team.get(home).text


def test_the_strength_can_be_chosen_there_too(published: World, public: str) -> None:
    page = published.browser().get(f"{public}?strength=0.5")
    assert "published answers stand for 6 answers." in page.text
    assert f'href="{public}?strength=0.25"' in page.text


def test_it_can_be_taken_back(published: World, team: Browser, home: str, public: str) -> None:
    assert team.post(f"{home}/sharing/end").status == 303
    for path in ("", "/plan", "/edition.json"):
        assert published.browser().get(public + path).status == 404
    assert published.browser().post(f"{public}/copy").status == 404


def test_another_team_begins_with_a_copy(published: World, home: str, public: str) -> None:
    others = published.browser()
    copy = others.post(f"{public}/copy")
    assert copy.status == 303
    assert copy.location not in (home, public)
    page = others.get(copy.location).text
    assert "an edition of your own" in page
    assert "4 possible." in page
    assert "One in five has no car." not in others.get(f"{copy.location}/plan").text
    assert "Nobody here has rated" in others.get(f"{copy.location}/result").text


def test_a_copy_of_a_withdrawn_study_is_refused_with_a_way_on(published: World, public: str) -> None:
    with published.session() as session, session.begin():
        publications.withdraw(session, studies.get(session, ed.STUDY), now=NOW, by=examples.BY)
    refused = published.browser().post(f"{public}/copy")
    assert refused.status == 409
    assert "no new edition can be made of it" in refused.text
    assert "Items in order of priority" in refused.text


def test_its_file_is_the_same_bytes_each_time(team: Browser, home: str) -> None:
    first, second = (team.get(f"{home}/edition.json") for _ in range(2))
    assert first.text == second.text
    assert 'filename="edition.json"' in first.headers["content-disposition"]
    assert json.loads(first.text)["format"] == "delphi edition 1"


def test_a_public_file_says_what_the_public_page_says(
    published: World, team: Browser, home: str, public: str
) -> None:
    ed.save(team, home, "group", {"place": "A secret change"})
    assert "A secret change" not in published.browser().get(f"{public}/edition.json").text
