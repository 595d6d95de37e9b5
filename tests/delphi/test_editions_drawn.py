"""The grid of an edition on its pages and as files; old versions; and a limit to new editions."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from delphi import worker
from delphi.pages.editions import two_pages
from surveys import publications, studies
from surveys.editions import forgetting, makings
from tests.delphi import editions as ed
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys.editions import examples

FILES = {
    "grid.svg": b"<svg",
    "grid.png": b"\x89PNG",
    "grid.pdf": b"%PDF",
    "poster.pdf": b"%PDF",
    "grid.csv": b"\xef\xbb\xbfplace",
    "grid.json": b"{",
}


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
    """An edition with four items of the study and one of the team's own, and local answers."""
    made = ed.make(team)
    ed.save(team, made, "group", {"place": "North Network"})
    ed.save(team, made, "issues", {**ed.CHOSEN, "own.1.title": "A walking group"})
    ed.answered(published, made)
    return made


@pytest.fixture
def public(team: Browser, home: str) -> str:
    team.post(f"{home}/sharing")
    found = re.search(r"/editions/at/[\w-]+", team.get(home).text)
    assert found is not None
    return found[0]


def figure(page: str) -> str:
    """The drawing of a page."""
    found = re.search(r'<svg class="g-figure.*?</svg>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_result_the_plan_and_the_public_page_show_one_grid(
    published: World, team: Browser, home: str, public: str
) -> None:
    result, plan = team.get(f"{home}/result").text, team.get(f"{home}/plan").text
    seen = figure(result)
    assert seen == figure(plan) == figure(published.browser().get(public).text)
    assert "Priority grid: North Network, local edition" in seen
    assert "Local edition, not the study’s findings." in result
    assert "the published ones count at most as many answers as yours" in result
    assert "Every item of the grid by its number" in result


def test_a_local_item_has_a_number_after_the_studys_and_says_why_it_has_no_place(
    team: Browser, home: str
) -> None:
    result = team.get(f"{home}/result").text
    assert "7. A walking group" in result
    assert "Not in the grid: 7. People with lived experience: there are no answers" in result


def test_one_panel_alone_places_the_local_item_too(team: Browser, home: str) -> None:
    ed.save(team, home, "ingredients", {"panel.practitioners": "1", "panel.lived_experience": "0"})
    seen = figure(team.get(f"{home}/result").text)
    assert "7. A walking group" in seen
    assert "g-p1" in seen  # the practitioners' own mark


def test_the_strength_changes_the_grid_and_every_link_keeps_it(
    published: World, team: Browser, home: str
) -> None:
    ed.answered(published, home, {"practitioners": 12, "lived_experience": 12})
    whole, ours = (team.get(f"{home}/result?strength={one}").text for one in ("1", "0"))
    assert figure(whole) != figure(ours)
    assert "Your people’s answers alone." in ours
    for name in (*(f"grid/{file}" for file in FILES), "edition.json"):
        assert f'href="{home}/{name}?strength=0"' in ours


def test_where_no_item_has_a_place_the_page_says_so(team: Browser, home: str) -> None:
    ours = team.get(f"{home}/result?strength=0").text
    assert "No item has a place in the grid at this strength" in ours
    refused = team.get(f"{home}/grid/grid.svg?strength=0")
    assert (refused.status, "no item has a place" in refused.text) == (409, True)


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_the_same_bytes_each_time_and_says_what_it_is_not(
    team: Browser, home: str, public: str, file: str
) -> None:
    first, again, anyones = (team.client.get(f"{at}/grid/{file}?strength=0.5") for at in (home, home, public))
    assert first.status_code == 200
    assert first.content == again.content == anyones.content
    assert first.content.startswith(FILES[file])
    assert "fairer-care-local-edition-version-3" in first.headers["content-disposition"]
    if not file.endswith(("png", "pdf")):
        assert "Local edition, not the study’s findings." in first.text


def test_the_table_tells_here_and_there_apart(team: Browser, home: str) -> None:
    text = team.client.get(f"{home}/grid/grid.csv").content.decode("utf-8-sig")
    bus = next(row for row in csv.DictReader(io.StringIO(text)) if row["item"] == "bus")
    assert (bus["number"], bus["standing"], bus["simulated"]) == ("1", "possible", "no")
    assert (bus["here_feasibility_practitioners"], bus["study_feasibility_practitioners"]) == ("7", "3")
    assert (bus["here_feasibility_lived_experience"], bus["published_stand_for_practitioners"]) == ("", "12")
    assert "Made from “Fairer care”" in bus["credit"]


@pytest.mark.parametrize("people", [3, 7])
def test_no_file_holds_a_count_of_a_small_group(
    published: World, team: Browser, home: str, people: int
) -> None:
    ed.answered(published, home, {"practitioners": people})
    said = json.loads(team.get(f"{home}/grid/grid.json").text)
    assert said["local"]["practitioners"] == ("fewer than 5" if people == 3 else "5 to 9")
    bus = next(item for item in said["items"] if item["item"] == "bus")
    assert bus["panels"][0]["local_level"] == ("hidden" if people == 3 else "limited")
    assert "counts" not in json.dumps(said)


def test_simulated_answers_are_called_so_in_the_figure(make_world: Callable[..., World]) -> None:
    world = make_world()
    ed.publish(world, is_simulated=True)
    team = world.browser()
    home = ed.make(team)
    ed.in_play(team, home)
    assert "Simulated data: nobody gave these answers." in team.get(f"{home}/grid/grid.svg").text
    assert "Simulated data" in figure(team.get(f"{home}/result").text)


def test_a_study_of_one_criterion_has_a_ranked_list_and_no_error(make_world: Callable[..., World]) -> None:
    world = make_world()
    ed.publish_list(world)
    team = world.browser()
    home = ed.make(team)
    ed.in_play(team, home)
    result = team.get(f"{home}/result")
    assert (result.status, '<svg class="g-figure' in result.text) == (200, False)
    assert "In the order of the medians of usefulness" in result.text
    assert f'href="{home}/grid/grid.csv?strength=1"' in result.text
    assert "grid.svg" not in result.text
    assert team.get(f"{home}/plan").status == 200
    assert team.get(f"{home}/grid/grid.csv").status == 200
    refused = team.get(f"{home}/grid/grid.svg")
    assert (refused.status, "no two criteria" in refused.text) == (409, True)


@pytest.mark.parametrize("path", ["/grid/grid.gif", "/grid/grid.svg?strength=2", "/result?strength=2"])
def test_an_error_within_an_edition_leads_back_into_it(team: Browser, home: str, path: str) -> None:
    refused = team.get(home + path)
    assert refused.status in (404, 422)
    assert f'href="{home}">Back to the edition' in re.sub(r"\s+>", ">", refused.text)


def test_an_error_behind_an_unknown_link_leads_to_no_edition(team: Browser) -> None:
    assert "Back to the edition" not in team.get("/editions/nothing/result").text


def test_every_version_can_be_read_and_none_but_the_newest_changed(team: Browser, home: str) -> None:
    ed.save(team, home, "group", {"place": "North and West"})
    overview = team.get(home).text
    for number, what in ((1, "made"), (2, "step 1 saved"), (3, "step 2 saved"), (4, "step 1 saved")):
        assert re.search(rf'href="{home}/versions/{number}">Version {number}</a>: {what}, 2 March', overview)
    old, newest = (team.get(f"{home}/versions/{number}") for number in (2, 4))
    assert (old.status, newest.status) == (200, 200)
    assert "This is an old version, to be read only; the newest is version 4." in old.text
    assert "Plan: North Network" in old.text
    assert "North and West" not in old.text.partition("<main")[2]
    assert "<form" not in old.text.partition("<main")[2]
    assert "old version" not in newest.text


@pytest.mark.parametrize("number", ["0", "99", "-1", "99999999999999999999"])
def test_a_version_that_never_was_is_not_found(team: Browser, home: str, number: str) -> None:
    assert team.get(f"{home}/versions/{number}").status == 404


def test_an_old_version_of_older_results_is_not_to_be_brought_up_to_date(
    published: World, team: Browser, home: str
) -> None:
    with published.session() as session, session.begin():
        examples.publish_again(session, studies.get(session, ed.STUDY), ["bus", "words"], now=NOW)
    team.post(f"{home}/up-to-date")
    assert "newer results since" not in team.get(f"{home}/versions/2").text


def test_an_item_that_nobody_rated_here_says_so_where_it_heads_the_result(
    published: World, team: Browser, home: str
) -> None:
    said = '<span class="ed-standing">nobody rated it here</span>'
    assert said not in team.get(f"{home}/result").text
    ed.save(team, home, "issues", {**ed.CHOSEN, "choice.i5": "possible"})
    weights = {"panel.practitioners": "0", "panel.lived_experience": "1", "criterion.usefulness": "2"}
    ed.save(team, home, "ingredients", {**weights, "criterion.feasibility": "1"})
    for page in ("result", "plan"):
        text = team.get(f"{home}/{page}").text
        assert "First by your weights: “A ramp at the door” (nobody rated it here)." in text
        assert text.count(said) == 1


def test_how_a_small_group_counts_is_said_once_and_why(published: World, team: Browser, home: str) -> None:
    ed.answered(published, home, {"practitioners": 7})
    text = team.get(f"{home}/result").text
    assert text.count("they count as 5 answers") == 1
    assert "one could tell who said what" in text
    assert text.count("; small group") == 5


def test_what_moved_says_by_whose_answers_it_is_counted(team: Browser, home: str) -> None:
    both, half, ours = (team.get(f"{home}/result?strength={one}").text for one in ("1", "0.5", "0"))
    assert "put together, the study’s counting at most as many as yours." in both
    assert "put together, the study’s counting at most half as many as yours." in half
    assert "Counted by your people’s answers alone." in ours
    assert "Practitioners, feasibility: by yours alone, 2 of the 4 items that both rated lie" in ours
    assert "Here your people’s answers alone stand against the study’s" in both


def test_a_panel_of_which_nobody_answered_is_not_called_a_small_one(team: Browser, home: str) -> None:
    result = team.get(f"{home}/result").text
    assert "Nobody of this panel answered here." in result
    assert "Fewer than 5 of your people" not in result


def test_the_credit_says_under_which_licence_or_that_none_is_stated(
    make_world: Callable[..., World], team: Browser, home: str
) -> None:
    assert "The study states no licence" in team.get(home).text
    world = make_world()
    with world.session() as session, session.begin():
        provenance = {"licence": "CC BY 4.0"}
        examples.publish(session, now=NOW, key="another", provenance=provenance)
    other = world.browser()
    assert "Licence: CC BY 4.0." in other.get(other.post("/editions/of/another").location).text


def test_too_many_editions_from_one_place_have_to_wait(
    published: World, team: Browser, public: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(makings, "MOST", 3)
    for _ in range(2):
        assert team.post(f"/editions/of/{ed.STUDY}").status == 303
    for path in (f"/editions/of/{ed.STUDY}", f"{public}/copy"):
        refused = team.post(path)
        assert refused.status == 429
        assert "Please try again in a quarter of an hour." in refused.text
    assert f'href="{public}"' in refused.text
    published.clock.wait(minutes=16)
    assert team.post(f"{public}/copy").status == 303


def test_the_worker_forgets_an_edition_in_which_nobody_ever_wrote(
    published: World, team: Browser, home: str
) -> None:
    bare = ed.make(team)
    worker.forget_expired(published.service.engine, NOW + forgetting.AFTER + timedelta(days=1))
    assert (team.get(bare).status, team.get(home).status) == (404, 200)


def test_a_study_as_a_file_is_there_as_long_as_it_is_published(published: World, team: Browser) -> None:
    assert team.get(f"/editions/of/{ed.STUDY}/study.json").status == 200
    with published.session() as session, session.begin():
        publications.withdraw(session, studies.get(session, ed.STUDY), now=NOW, by=examples.BY)
    assert team.get(f"/editions/of/{ed.STUDY}/study.json").status == 404


LEAN = two_pages.Written(
    title="A link worker", sentences=("Place 1: useful, easier to do (8 and 7)",), work=()
)


@pytest.mark.parametrize(
    ("items", "has_grid", "is_parted"),
    [(2, True, False), (8, True, True), (40, True, False), (20, False, False), (22, False, True)],
)
def test_the_items_of_a_plan_begin_on_its_second_page_where_little_else_would_stand_there(
    items: int, has_grid: bool, is_parted: bool
) -> None:
    around = two_pages.Around(above=("So.",), beside=(), work=(), has_grid=has_grid, below=("Made from it.",))
    assert two_pages.is_parted(around, [LEAN] * items) == is_parted


def test_a_plan_of_eight_short_items_does_not_leave_the_credit_alone(team: Browser, home: str) -> None:
    ed.save(team, home, "issues", {**ed.CHOSEN, **{f"own.{n}.title": f"Item {n}" for n in range(1, 5)}})
    assert '<section class="ed-parted">' in team.get(f"{home}/plan").text


def test_a_plan_of_too_many_items_says_how_many_fit_on_two_pages(team: Browser, home: str) -> None:
    assert "fit on two pages" not in team.get(f"{home}/plan").text
    own = {f"own.{n}.title": f"An item of our own, number {n}" for n in range(1, 41)}
    reasons = {f"own.{n}.reason": "Because it has been asked for again and again. " * 4 for n in range(1, 41)}
    ed.save(team, home, "issues", {**ed.CHOSEN, **own, **reasons})
    assert re.search(r"about \d\d of the 44 items in play fit on two pages", team.get(f"{home}/plan").text)
