"""A published study behind the pages, an edition of it in somebody's browser, and people who answer."""

import re
from collections.abc import Mapping
from typing import Any

from surveys.editions import editions, local_rounds
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys.editions import examples
from tests.surveys.examples import protocol_data

STUDY = examples.STUDY
CHOSEN = {f"choice.i{n}": "possible" for n in (1, 2, 3, 4)}


def publish(world: World, **changes: Any) -> None:
    """A study of six items, whose first round is published."""
    with world.session() as session, session.begin():
        examples.publish(session, now=NOW, **changes)


def publish_list(world: World) -> None:
    """A published study with one criterion, which has no grids."""
    usefulness = protocol_data()["criteria"][0]
    publish(world, criteria=[usefulness], grids=None)


def make(browser: Browser) -> str:
    """Press the button; tells where the edition is."""
    answer = browser.post(f"/editions/of/{STUDY}")
    assert answer.status == 303
    return answer.location


def save(browser: Browser, home: str, step: str, typed: Mapping[str, str], *, seen: int | None = None) -> Any:
    """Save a step as the form says that is shown now."""
    shown = browser.get(f"{home}/steps/{step}").text
    found = re.search(r'name="seen" value="(\d+)"', shown)
    assert found is not None
    return browser.post(f"{home}/steps/{step}", {"seen": f"{seen or found[1]}", **typed})


def in_play(browser: Browser, home: str) -> None:
    """Choose four items."""
    assert save(browser, home, "issues", CHOSEN).status == 303


def answered(world: World, home: str, raters: Mapping[str, int] | None = None) -> None:
    """A local round of twelve practitioners, or of as many as are said, closed."""
    with world.session() as session, session.begin():
        edition = editions.get(session, world.service.key, home.rpartition("/")[2])
        examples.ask(session, world.service.key, edition, now=NOW, raters=raters)


def respondents_link(world: World, home: str) -> str:
    """Open a local round; tells its path."""
    with world.session() as session, session.begin():
        edition = editions.get(session, world.service.key, home.rpartition("/")[2])
        return f"/local/{local_rounds.open_(session, world.service.key, edition, now=NOW)}"
