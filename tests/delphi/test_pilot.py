"""A pilot through its pages: started, answered by test panellists, settled, looked at and removed."""

import re

import pytest
from click.testing import CliRunner

from delphi.cli import main
from surveys import panels, pilots, rounds, studies
from surveys.permissions import Role
from surveys.studies import Membership
from tests.delphi import answered, answering
from tests.delphi.answering import AGREED, act, sent_by, words
from tests.delphi.conftest import NOW, SECRET, Browser, World

HOME = "/studies/fairer-care"
PILOT = f"{HOME}/pilot"
OWN = "/studies/fairer-care-pilot"
SAID = "<b>Pilot.</b> These answers are kept apart and never counted."
TWO_EACH = {"people.practitioners": "2", "people.lived_experience": "2"}
PLACES = ("protocol", "items", "panels", "rounds/1", "rounds/1/watch", "rounds/1/close", "grids", "trail")


@pytest.fixture
def started(alice: Browser) -> Browser:
    """Alice's browser after she has started a pilot of two test panellists a panel."""
    assert alice.post(PILOT, TWO_EACH).location == PILOT
    return alice


def links(page: str) -> list[str]:
    """The paths of the personal links on a page, one a test panellist."""
    return re.findall(r'<a class="[^"]*" href="[^"]*(/join/[^"]+)">Open', page)


def answer(world: World, link: str, value: int) -> Browser:
    """Go in by a link, answer every item alike and send it."""
    browser = world.browser()
    browser.post(link)
    browser.post("/answer/information", AGREED)
    browser.post("/answer/begin")
    page = browser.get("/answer/round").text
    assert SAID in page
    fields = set(re.findall(r"name=(i\d+\.c\d+)\b", page))
    browser.post("/answer/round?number=1", sent_by(page) | dict.fromkeys(fields, str(value)))
    browser.post("/answer/submit")
    return browser


def test_it_is_started_from_the_overview_and_shows_a_link_a_test_panellist(started: Browser) -> None:
    assert f'href="{PILOT}"' in started.get(HOME).text
    page = started.get(PILOT).text
    assert len(links(page)) == 4
    assert "T-lived_experience-2" in page
    assert "0 of 4 people have submitted" in words(page)


def test_a_number_that_is_none_is_refused_and_what_was_typed_stays(alice: Browser) -> None:
    refused = alice.post(PILOT, TWO_EACH | {"people.lived_experience": "two"})
    assert refused.status == 422
    assert 'href="#people.lived_experience"' in refused.text
    assert "Write a number from 0 to 20." in refused.text
    assert 'value="two"' in refused.text
    assert alice.post(PILOT, dict.fromkeys(TWO_EACH, "0")).status == 422


def test_every_page_of_it_says_so_and_none_of_the_study_does(world: World, started: Browser) -> None:
    assert started.get(OWN).location == PILOT
    for place in PLACES:
        assert SAID in started.get(f"{OWN}/{place}").text, place
        assert SAID not in started.get(f"{HOME}/{place}").text, place
    link = links(started.get(PILOT).text)[0]
    assert SAID in world.browser().get(link).text
    files = started.get(f"{OWN}/panels/panellists.csv").headers["content-disposition"]
    assert "fairer-care-pilot-panellists.csv" in files
    assert "Publish" not in started.get(f"{OWN}/rounds/1").text


def test_it_is_no_study_in_the_list(started: Browser) -> None:
    page = started.get("/studies").text
    assert page.count('class="sy-card"') == 1
    assert OWN not in page


def test_it_goes_through_two_rounds_by_the_ordinary_pages_and_leaves_at_once(
    world: World, started: Browser
) -> None:
    people = links(started.get(PILOT).text)
    tried = [answer(world, link, value) for link, value in zip(people, (2, 9, 5, 5), strict=True)]
    assert "4 of 4" in words(started.get(PILOT).text)
    started.post(f"{OWN}/rounds/1/close", {"sure": "yes"})
    assert started.get(f"{OWN}/rounds/1/results").status == 200
    started.post(f"{OWN}/rounds/1/settle")
    assert started.post(f"{OWN}/rounds/2/open").location == f"{OWN}/rounds/2"
    assert "never counted" in tried[0].get("/answer").text
    page = words(started.get(PILOT).text)
    assert "What round 2 shows" in page
    removal = started.get(f"{PILOT}/removal").text
    assert "24 test answers" in removal
    assert started.post(f"{PILOT}/removal").status == 422
    sure = {"sure": "yes", "seen": re.findall(r'name="seen" value="([^"]+)"', removal)[0]}
    assert started.post(f"{PILOT}/removal", sure).location == PILOT
    assert "Removed on 2 March 2026, with 24 test answers." in started.get(PILOT).text
    assert started.post(f"{PILOT}/removal", sure).location == PILOT
    assert started.get(OWN).status == 404
    assert tried[0].get("/answer").status in (401, 403)
    assert world.browser().get(people[0]).status == 404
    assert "pilot removed" in started.get(f"{HOME}/trail").text.lower()
    with world.session() as session:
        real = studies.get(session, "fairer-care")
        assert (real.locked_at, len(panels.list_panellists(session, real))) == (None, 2)
        assert [one.status for one in rounds.list_rounds(session, real)] == ["planned"]


def test_it_says_what_was_tried_is_no_longer_what_would_be_asked(world: World, started: Browser) -> None:
    assert "The design has changed" not in started.get(PILOT).text

    act(world, lambda session: setattr(studies.get(session, "fairer-care").items[0].wording, "title", "Tea"))
    answering.amend(world, provenance={"pilot": "Two of us."})
    changed = "The design has changed since the pilot began, in the notes and the items"
    assert changed in started.get(PILOT).text


def test_a_viewer_sees_neither_links_nor_the_way_to_remove_it(world: World, started: Browser) -> None:
    act(world, lambda s: s.query(Membership).update({Membership.role: Role.VIEWER}))
    page = started.get(PILOT).text
    assert not links(page)
    assert f"{PILOT}/removal" not in page
    assert started.post(f"{PILOT}/removal", {"sure": "yes"}).status == 403


def test_it_does_not_exist_for_somebody_off_the_team(started: Browser, charlie: Browser) -> None:
    for path in (PILOT, f"{PILOT}/removal", OWN, f"{OWN}/rounds/1"):
        assert charlie.get(path).status == 404, path
    for path in (PILOT, f"{PILOT}/removal"):
        assert charlie.post(path, TWO_EACH | {"sure": "yes"}).status == 404, path


def test_check_my_design_hints_at_it_until_somebody_answered_one(world: World, alice: Browser) -> None:
    page = f"{HOME}/design/check"
    assert "Start a pilot" in alice.get(page).text
    alice.post(PILOT, TWO_EACH)
    waiting = alice.get(page).text
    assert ("Start a pilot" in waiting, "Open the pilot" in waiting) == (False, True)
    answer(world, links(alice.get(PILOT).text)[0], 7)
    checked = alice.get(page).text
    assert "Open the pilot" not in checked
    assert "A pilot: started on 2 March 2026: 3 items, 4 test panellists, 6 test answers." in checked


def test_a_pilot_of_a_later_round_says_what_it_leaves_out(world: World, alice: Browser) -> None:
    left_out = "as a first round: without what was said in round 1"
    assert left_out not in alice.get(PILOT).text
    answered.round_1(world, closed=False)
    answering.open_next(world, opens=False)
    preview = f'href="{HOME}/design/preview?show=2"'
    for _ in ("before", "after"):
        page = alice.get(PILOT).text
        assert (left_out in page, preview in page) == (True, True)
        alice.post(PILOT, TWO_EACH)
    assert alice.get(f"{HOME}/design/preview?show=2").status == 200
    tester = answer(world, links(alice.get(PILOT).text)[0], 7)
    assert tester.get("/answer/questions").location == "/answer"
    assert "/answer/questions" not in tester.get("/answer/review").text


def test_it_ends_with_the_study_and_stays_readable_for_the_team(world: World, started: Browser) -> None:
    link = links(started.get(PILOT).text)[0]
    tester = answer(world, link, 7)
    act(world, lambda session: setattr(studies.get(session, "fairer-care"), "ended_at", NOW))
    assert "The rounds of this study are over." in tester.get("/answer").text
    assert tester.get("/answer/round").location == "/answer"
    assert world.browser().get(link).status == 404
    page = started.get(PILOT)
    assert (page.status, links(page.text)) == (200, [])
    assert started.get(f"{OWN}/rounds/1").status == 200


def test_what_it_is_not_for_is_refused_with_a_sentence(started: Browser) -> None:
    for path, form in (
        (f"{OWN}/panels", {"panel": "practitioners"}),
        (f"{OWN}/end", {"sure": "yes"}),
        (f"{OWN}/team", {"email": "d@example.org", "name": "D", "role": "viewer"}),
        (f"{OWN}/sign-ups/links/practitioners", {}),
        (f"{OWN}/pilot", TWO_EACH),
    ):
        refused = started.post(path, form)
        assert refused.status in (404, 409), path
        assert "This is a pilot" in refused.text, path


def test_the_most_of_a_panel_is_said_on_the_form(alice: Browser) -> None:
    assert f"at most {pilots.MOST}" in alice.get(PILOT).text


def test_the_command_line_says_whose_pilot_it_is_and_removes_it(
    world: World, started: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELPHI_DATABASE_URL", world.service.settings.database_url)
    monkeypatch.setenv("DELPHI_SECRET_KEY", SECRET)
    listed = CliRunner().invoke(main, ["study", "list"]).stdout
    assert "Fairer care (pilot of fairer-care)" in listed
    assert CliRunner().invoke(main, ["study", "remove", "fairer-care-pilot", "--yes"]).exit_code == 0
    assert "Removed on" in words(started.get(PILOT).text)
