"""The time zone of a study: chosen by its team, shown to everybody in it, and taken from the service else."""

from datetime import UTC, datetime

import pytest

from surveys import rounds, studies, zones
from tests.delphi import answering
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import Browser, World

ZONE = f"{HOME}/time-zone"


def _end(world: World) -> datetime | None:
    with world.session() as session:
        return rounds.get_round(session, studies.get(session, "fairer-care"), 1).closes_at


def test_times_are_typed_and_shown_in_the_zone_of_the_study(
    alice: Browser, bob: Browser, world: World
) -> None:
    assert alice.post(ZONE, {"zone": "Asia/Tokyo"}).location == ZONE
    alice.post(f"{ROUND}/open", {"closes_at": "2026-04-01T09:00"})
    assert _end(world) == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
    assert "1 April 2026, 09:00" in alice.get(ROUND).text
    answering.begin(bob)
    assert "1 April 2026, 09:00" in bob.get("/answer").text
    alice.post(ZONE, {"zone": ""})
    assert "1 April 2026, 01:00" in alice.get(ROUND).text
    assert _end(world) == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_one_of_the_zone_of_the_study(alice: Browser, world: World) -> None:
    alice.post(ZONE, {"zone": "America/Toronto"})
    refused = alice.post(f"{ROUND}/open", {"closes_at": "2026-11-01T01:30"})
    assert (refused.status, "comes twice" in refused.text, _end(world)) == (422, True, None)


@pytest.mark.parametrize(
    ("typed", "said"), [("Europe/Londno", "Europe/London"), ("Leeds", zones.FORM), ("x" * 200, "x" * 60)]
)
def test_a_zone_that_is_none_is_refused(alice: Browser, typed: str, said: str) -> None:
    refused = alice.post(ZONE, {"zone": typed})
    assert (refused.status, said in refused.text) == (422, True)
    assert 'href="#zone"' in refused.text
    assert "Africa/Abidjan," not in refused.text
