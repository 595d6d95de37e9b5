"""A round through the pages: opened, watched, extended, closed, and its results read."""

import csv
import io
import re

import pytest

from delphi import local_times
from delphi.pages.study import closing, round_
from surveys import results, rounds, studies
from surveys.rounds import RoundStatus
from tests.delphi import answered
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import Browser, World


def _status(world: World) -> RoundStatus:
    with world.session() as session:
        return rounds.get_round(session, studies.get(session, "fairer-care"), 1).status


def test_a_planned_round_shows_what_will_be_asked(alice: Browser) -> None:
    page = alice.get(ROUND)
    assert "It will ask 2 people about 3 items." in page.text
    assert "Opening round 1 fixes the protocol." in page.text
    assert "Item two" in page.text


@pytest.mark.parametrize("closes_at", ["", "2026-03-31T17:00"])
def test_a_round_is_opened_with_or_without_an_end(alice: Browser, world: World, closes_at: str) -> None:
    answer = alice.post(f"{ROUND}/open", {"closes_at": closes_at})
    assert (answer.status, answer.location) == (303, ROUND)
    assert _status(world) == RoundStatus.OPEN
    told = "It ends on 31 March 2026, 17:00." if closes_at else "No end was announced."
    assert told in alice.get(ROUND).text


@pytest.mark.parametrize(
    ("closes_at", "sentence"),
    [
        ("2026-03-01T17:00", "must lie in the future"),
        ("2026-03-29T01:30", local_times.SKIPPED),
        ("2026-10-25T01:30", local_times.TWICE),
        ("soon", local_times.UNREADABLE),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_stays_typed(
    alice: Browser, world: World, closes_at: str, sentence: str
) -> None:
    answer = alice.post(f"{ROUND}/open", {"closes_at": closes_at})
    assert answer.status == 422
    assert sentence in answer.text
    assert f'value="{closes_at}"' in answer.text
    assert _status(world) == RoundStatus.PLANNED


def test_a_round_is_not_opened_twice(alice: Browser) -> None:
    alice.post(f"{ROUND}/open")
    answer = alice.post(f"{ROUND}/open")
    assert (answer.status, "This round is open." in answer.text) == (409, True)


def test_an_open_round_shows_counts_by_panel_and_no_results(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    page = alice.get(ROUND)
    assert "1 of 7 submitted, 5 begun and not submitted, 1 not begun" in page.text
    assert "36 of 42 answers" in page.text
    assert alice.get(f"{ROUND}/results").status == 404
    assert alice.get(f"{ROUND}/results.csv").status == 404
    assert alice.get(f"{ROUND}/comments").status == 409


def test_a_round_is_extended(alice: Browser, world: World) -> None:
    alice.post(f"{ROUND}/open")
    assert alice.post(f"{ROUND}/extend", {"closes_at": "2026-04-30T12:00"}).status == 303
    assert "It ends on 30 April 2026, 12:00." in alice.get(ROUND).text
    refused = alice.post(f"{ROUND}/extend", {"closes_at": ""})
    assert (refused.status, round_.SAY_WHEN in refused.text) == (422, True)


def test_closing_says_what_it_does_and_to_whom(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    page = alice.get(f"{ROUND}/close")
    assert "5 begun and not submitted, 1 not begun" in page.text
    assert "It cannot be undone" in page.text
    assert _status(world) == RoundStatus.OPEN


def test_closing_needs_its_tick(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    refused = alice.post(f"{ROUND}/close")
    assert (refused.status, closing.TICK_FIRST in refused.text) == (422, True)
    assert _status(world) == RoundStatus.OPEN
    assert alice.post(f"{ROUND}/close", {"sure": "yes"}).location == ROUND
    assert _status(world) == RoundStatus.CLOSED


@pytest.mark.parametrize("closed", [False, True])
def test_only_an_open_round_can_be_closed(alice: Browser, world: World, closed: bool) -> None:
    if closed:
        answered.round_1(world)
    assert alice.get(f"{ROUND}/close").status == 409
    assert alice.post(f"{ROUND}/close", {"sure": "yes"}).status == 409


def test_a_closed_round_says_what_to_do(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(ROUND)
    assert "0 of 1 decided." in page.text
    assert f'<a class="nhsuk-button" href="{ROUND}/comments"' in page.text


def test_results_say_the_finding_first_and_are_marked(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(f"{ROUND}/results")
    assert "Not for publication." in page.text
    assert (
        "Practitioners agree that this is useful. People with lived experience agree that this is not useful."
        in page.text
    )
    assert "6 of 7 practitioners and 6 of 7 people with lived experience answered." in page.text
    assert "6 chose 8" in page.text
    assert "again over 19 in 20" in page.text


def _titles(text: str) -> list[str]:
    rows = re.findall(r'<tr role="row" data-kinds=.*?</tr>', text, re.DOTALL)
    shown = [row for row in rows if not re.match(r"<tr[^>]* hidden>", row)]
    return [title for row in shown for title in re.findall(r"Item \w+(?=</p>)", row)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Item one", "Item two", "Item three"]),
        ({"order": "1 up"}, ["Item one", "Item three", "Item two"]),
        ({"order": "2 down"}, ["Item one", "Item two", "Item three"]),
        ({"order": "nonsense"}, ["Item one", "Item two", "Item three"]),
        ({"show": "0-diverge"}, ["Item one", "Item two", "Item three"]),
        ({"show": "0-in"}, []),
    ],
)
def test_results_are_ordered_and_filtered_by_their_address(
    alice: Browser, world: World, query: dict[str, str], titles: list[str]
) -> None:
    answered.round_1(world)
    assert _titles(alice.get(f"{ROUND}/results", params=query).text) == titles


def test_results_are_downloaded_with_every_figure(alice: Browser, world: World) -> None:
    answered.round_1(world)
    answer = alice.get(f"{ROUND}/results.csv")
    assert answer.text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(lines) == 3 * 2 * 2
    assert {line["simulated"] for line in lines} == {"no"}
    with world.session() as session:
        round_1 = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        found = results.get(session, round_1).panel_findings
    assert sum(float(line["posterior"]) for line in lines) == pytest.approx(
        sum(f.posterior or 0 for f in found)
    )


def test_simulated_results_say_so(alice: Browser, world: World) -> None:
    answered.round_1(world)
    with world.session() as session, session.begin():
        studies.get(session, "fairer-care").is_simulated = True
    assert "Simulated data" in alice.get(f"{ROUND}/results").text


def test_an_unknown_round_is_not_found(alice: Browser) -> None:
    for path in ("", "/results", "/comments", "/settle", "/close"):
        assert alice.get(f"{HOME}/rounds/9{path}").status == 404
