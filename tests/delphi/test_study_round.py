"""A round through the pages: opened, watched, extended, closed, and its results read."""

import csv
import io
import re

import pytest

from delphi import certainty, local_times
from delphi.pages.study import closing, round_
from surveys import results, rounds, studies, turnout
from surveys.rounds import RoundStatus
from tests.delphi import answered
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import Browser, World
from tests.surveys import grid_examples


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
    for path in ("results", "results.csv", "comments", "words.csv"):
        assert alice.get(f"{ROUND}/{path}").status == 409


def test_what_is_not_there_yet_is_refused_within_the_study(alice: Browser, open_round: int) -> None:
    page = alice.get(f"{ROUND}/results").text
    assert "<h1>This cannot be done now</h1>" in page
    assert "Round 1 has no results yet" in page
    assert f'<a href="{HOME}/trail">Trail</a>' in page
    assert f'class="nhsuk-button" href="{HOME}">Back to the overview' in page
    assert "Alice" in page


def test_opening_says_that_nobody_is_told_by_it(alice: Browser) -> None:
    assert "Opening the round tells nobody." in alice.get(ROUND).text
    alice.post(f"{ROUND}/open")
    page = alice.get(ROUND).text
    assert round_.TELL_THEM in page
    assert f'href="{HOME}/mail">Send them a letter' in page
    assert f'href="{HOME}/panels#links"' in page
    assert 'id="links"' in alice.get(f"{HOME}/panels").text


def test_every_count_says_of_whom_it_is(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    answered.round_2(world, closed=False)
    whom = "the 12 people who took part in round 1"
    assert f"0 of {whom} have submitted." in alice.get(HOME).text
    assert f"This round asks {whom}." in alice.get(f"{HOME}/rounds/2").text
    panels_page = alice.get(f"{HOME}/panels").text
    assert f"Round 2 is open and asks {whom}." in panels_page
    assert "not asked: took no part in round 1" in panels_page
    alice.post(f"{HOME}/rounds/2/close", {"sure": "yes"})
    page = alice.get(f"{HOME}/rounds/2/results").text
    assert "1 of 6 practitioners and 0 of 6 people with lived experience answered." in page
    assert f"The round asked {whom}" in page


def _states(page: str) -> dict[str, str]:
    """Each step of a page with its state, in words."""
    steps = re.findall(r'<p class="st__name">(.*?)</p>', page)
    told = [re.sub(r"<[^>]+>", "", step).strip() for step in steps]
    split = [re.split(r" (?=done|now|to come)", step) for step in told]
    return {name: state for name, *states in split for state in states}  # reading results is never done


def test_each_step_says_whether_it_is_done(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    assert _states(alice.get(ROUND).text)["Open round 2"] == "to come"
    panellist_id, item_id = answered.ids(world, "P0")
    alice.post(f"{ROUND}/comments/{panellist_id}/{item_id}", {"decision": "released"})
    alice.post(f"{ROUND}/comments/harms")
    assert _states(alice.get(ROUND).text)["Settle what becomes of each item"] == "now"
    answered.round_2(world, closed=False)
    page = alice.get(ROUND).text
    assert set(_states(page).values()) == {"done"}
    assert "opened 2 March 2026" in page


def test_the_last_step_is_done_when_the_grids_are_public(alice: Browser, world: World) -> None:
    answered.round_1(world, others=8)
    panellist_id, item_id = answered.ids(world, "P0")
    alice.post(f"{ROUND}/comments/{panellist_id}/{item_id}", {"decision": "released"})
    alice.post(f"{ROUND}/comments/harms")
    alice.post(f"{ROUND}/settle")
    assert _states(alice.get(ROUND).text)["Publish the grids"] == "now"
    assert _states(alice.get(HOME).text) == {"Round 1": "done", "Grids": "now"}
    alice.post(f"{HOME}/publication", {"through": "1"})
    assert _states(alice.get(ROUND).text)["Publish the grids"] == "done"
    page = alice.get(HOME).text
    assert _states(page) == {"Round 1": "done", "Grids": "done"}
    assert "public since 2 March 2026" in page


def test_grids_can_be_gone_to_from_the_first_closed_round_on(alice: Browser, world: World) -> None:
    grids = f'<a href="{HOME}/grids">Grids</a> <span class="st__state">'
    assert grids not in alice.get(HOME).text
    answered.round_1(world, practitioners=5)
    answered.round_2(world, closed=False)
    page = alice.get(HOME).text
    assert grids in page
    assert _states(page)["Grids"] == "to come"
    assert "Up to round 1, for your team; not public yet." in page


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


def test_a_round_in_which_nobody_answered_stays_open(alice: Browser, world: World, open_round: int) -> None:
    refused = alice.post(f"{ROUND}/close", {"sure": "yes"})
    assert (refused.status, turnout.NOBODY.format(1) in refused.text) == (409, True)
    assert _status(world) == RoundStatus.OPEN


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
    assert certainty.LIMITS in page.text


def test_a_verdict_that_could_go_either_way_says_so_in_the_row(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        near = {panel: [([(8, 14), (5, 6)], (8, 20))] * 3 for panel in ("practitioners", "lived_experience")}
        grid_examples.close(session, studies.get(session, "fairer-care"), near, now=world.clock.now)
    page = alice.get(f"{ROUND}/results").text
    either = '<span class="tag tag--either">could go either way</span>'
    assert page.count(either) == 3 * (2 + 1)  # each item: its two verdicts on usefulness, and the finding
    assert "Could go either way (3)" in page
    assert either in alice.get(f"{ROUND}/settle").text


def test_what_was_otherwise_stands_beside_what_is(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    answered.round_2(world)
    page = alice.get(f"{HOME}/rounds/2/results").text
    assert '<b>8</b> <span class="rp__was">was 5</span>' in page
    assert '<span class="rp__was">was no consensus</span>' in page
    assert "Practitioners: 1 rating, 1 of 1 changed" in page
    assert "individual stability 0 %" in page
    assert "was" not in alice.get(f"{ROUND}/results").text.split("</caption>")[1].split("</table>")[0]


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
    page = alice.get(f"{ROUND}/results", params=query).text
    assert _titles(page) == titles
    counted = "3 items" if titles else "0 of 3 items"
    assert f"<span data-shown>{counted}</span>" in page


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
