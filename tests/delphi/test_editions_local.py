"""Local ratings from the web: a round by its link, the respondents' pages, the screen, and a file."""

import re
from collections.abc import Callable

import pytest

from surveys.editions.local_answers import CHOOSE_PANEL, JOIN_FIRST
from surveys.editions.local_rounds import CLOSED
from tests.delphi import editions as ed
from tests.delphi.conftest import Browser, World
from tests.surveys.editions import examples

ALL = {f"i{n}.c{m}": "8" for n in range(4) for m in range(2)}


@pytest.fixture
def published(make_world: Callable[..., World]) -> World:
    world = make_world()
    ed.publish(world)
    return world


@pytest.fixture
def team(published: World) -> Browser:
    return published.browser()


@pytest.fixture
def home(team: Browser) -> str:
    """An edition with four items in play."""
    made = ed.make(team)
    ed.in_play(team, made)
    return made


@pytest.fixture
def link(published: World, home: str) -> str:
    """The path of an open local round."""
    return ed.respondents_link(published, home)


def begin(world: World, link: str, panel: str = "practitioners") -> Browser:
    """Somebody who has chosen a group."""
    person = world.browser()
    assert person.post(link, {"panel": panel}).location == f"{link}/items"
    return person


def test_without_items_in_play_there_is_nothing_to_ask(team: Browser) -> None:
    home = ed.make(team)
    assert "No item is in play yet" in team.get(f"{home}/ratings").text
    refused = team.post(f"{home}/ratings/open")
    assert refused.status == 409
    assert "No item is in play yet. Choose at least one in step 2 first." in refused.text


def test_a_round_is_opened_by_a_link_and_a_code(team: Browser, home: str) -> None:
    assert team.post(f"{home}/ratings/open").location == f"{home}/ratings"
    page = team.get(f"{home}/ratings").text
    assert re.search(r"/local/[\w-]+\"", page)
    assert '<svg role="img"' in page
    assert "<title>QR code of the link for your people</title>" in page


def test_somebody_answers_without_a_name(published: World, link: str) -> None:
    person = begin(published, link)
    assert person.get(f"{link}/items").status == 200
    answer = person.post(f"{link}/items", {"i0.c0": "8", "i0.c1": "unable", "i0.c1.unable": "2", "save": "0"})
    assert answer.location == f"{link}/items#i0"
    shown = person.get(f"{link}/items").text
    assert re.search(r"value=8 name=i0.c0 checked", shown)
    assert re.search(r"value=unable name=i0.c1 checked", shown)
    assert person.post(f"{link}/items", {"clear": "0.0", **ALL, "was.i0": "c0=8;c1=u2"}).status == 303
    assert not re.search(r"value=8 name=i0.c0 checked", person.get(f"{link}/items").text)
    assert person.post(f"{link}/items", {"done": "yes", **ALL}).location == f"{link}/thanks"
    assert "4 of 4 items in full" in person.get(f"{link}/thanks").text


def test_a_group_has_to_be_chosen_first(published: World, link: str) -> None:
    person = published.browser()
    refused = person.post(link, {"panel": "nobody"})
    assert (refused.status, CHOOSE_PANEL in refused.text) == (422, True)
    assert person.get(f"{link}/items").location == link
    assert person.get(f"{link}/thanks").location == link
    assert person.post(f"{link}/items", ALL).location == link
    assert JOIN_FIRST in person.get(link).text


@pytest.mark.parametrize("typed", [{"i0.c0": "10"}, {"i0.c0": "many"}, {"i9.c0": "3"}, {"i0.c9": "3"}])
def test_what_is_no_rating_is_refused_and_stays_on_the_page(
    published: World, link: str, typed: dict[str, str]
) -> None:
    person = begin(published, link)
    refused = person.post(f"{link}/items", {"i1.c0": "7", **typed})
    assert refused.status == 422
    assert re.search(r"value=7 name=i1.c0 checked", refused.text)
    assert not re.search(r"value=7 name=i1.c0 checked", person.get(f"{link}/items").text)


def test_one_changes_ones_group_and_keeps_ones_answers(published: World, link: str) -> None:
    person = begin(published, link)
    person.post(f"{link}/items", {"i0.c0": "8"})
    person.post(link, {"panel": "lived_experience"})
    assert re.search(r"value=8 name=i0.c0 checked", person.get(f"{link}/items").text)


def test_the_screen_counts_who_has_finished_and_shows_no_answer(published: World, link: str) -> None:
    begin(published, link).post(f"{link}/items", {"done": "yes", **ALL})
    begin(published, link)
    screen = published.browser().get(f"{link}/screen").text
    assert "<b>1</b> person has finished" in screen
    assert "Practitioners: 1 finished, 2 begun" in screen
    assert "useful" not in screen


def test_closing_asks_first_and_then_takes_no_more(
    published: World, team: Browser, home: str, link: str
) -> None:
    person = begin(published, link)
    assert team.post(f"{home}/ratings/close").status == 422
    assert team.post(f"{home}/ratings/close", {"sure": "yes"}).status == 303
    refused = person.post(f"{link}/items", {"i0.c0": "8"})
    assert (refused.status, CLOSED in refused.text) == (409, True)
    assert re.search(r"value=8 name=i0.c0 checked", refused.text)
    assert "This local round is closed" in published.browser().get(link).text
    assert published.browser().post(link, {"panel": "practitioners"}).status == 409
    assert team.post(f"{home}/ratings/close", {"sure": "yes"}).status == 409


def test_three_people_never_see_a_distribution(published: World, team: Browser, home: str, link: str) -> None:
    for _ in range(3):
        begin(published, link).post(f"{link}/items", {"done": "yes", **ALL})
    team.post(f"{home}/ratings/close", {"sure": "yes"})
    for page in (f"{home}/result", f"{link}/screen", f"{home}/ratings", f"{home}/plan"):
        text = team.get(page).text
        assert "fewer than 5" in text.lower()
        assert "your median is" not in text
    assert '"counts":[0,0,0,0,0,0,0,3,0]' not in re.sub(r"\s", "", team.get(f"{home}/edition.json").text)


def test_twelve_people_move_what_the_study_said(published: World, team: Browser, home: str) -> None:
    ed.answered(published, home)
    page = team.get(f"{home}/result").text
    assert "Rated here: practitioners, 12; people with lived experience, nobody." in page
    assert "published answers stand for 12 answers." in page
    assert "“A link worker”, practitioners, feasibility: your median is 4, the study’s 8." in page
    assert "By chance alone, about" in page
    assert "No local people with lived experience rated this." in page
    assert "published answers stand for 3 answers." in team.get(f"{home}/result?strength=0.25").text


@pytest.mark.parametrize("strength", ["2", "-1", "half", "nan"])
def test_another_strength_is_refused(team: Browser, home: str, strength: str) -> None:
    assert team.get(f"{home}/result?strength={strength}").status == 422


def test_the_screen_shows_what_came_of_it_when_closed(
    published: World, team: Browser, home: str, link: str
) -> None:
    for _ in range(5):
        begin(published, link).post(f"{link}/items", {"done": "yes", **ALL})
    team.post(f"{home}/ratings/close", {"sure": "yes"})
    screen = published.browser().get(f"{link}/screen").text
    assert "Rated here: practitioners, 5 to 9" in screen
    assert "Local edition, not the study’s findings." in screen
    assert home not in screen


def file(data: bytes) -> dict[str, dict[str, tuple[str, bytes, str]]]:
    return {"files": {"file": ("ours.csv", data, "text/csv")}}


def test_a_file_gives_the_same_as_a_round(published: World, team: Browser, home: str) -> None:
    assert team.post(f"{home}/ratings/file", **file(examples.csv())).location == f"{home}/ratings"
    by_file = team.get(f"{home}/result").text
    other = ed.make(team)
    ed.in_play(team, other)
    ed.answered(published, other)
    by_link = team.get(f"{other}/result").text
    start = by_file.index("What moved")
    assert by_file[start:].replace(home, "") == by_link[by_link.index("What moved") :].replace(other, "")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"panellist,item,panel,usefulness,feasibility\nA,no-such,practitioners,5,5\n", "line 2"),
        (b"panellist,item,panel,usefulness,feasibility\nA,bus,practitioners,55,5\n", "line 2"),
        (b"panellist,item,panel,usefulness,feasibility\nA,bus,nobody,5,5\n", "line 2"),
        (b"panellist,item,usefulness\nA,bus,5\n", "feasibility"),
    ],
)
def test_a_faulty_file_is_refused_with_its_lines(
    team: Browser, home: str, data: bytes, sentence: str
) -> None:
    refused = team.post(f"{home}/ratings/file", **file(data))
    assert refused.status == 422
    assert sentence in refused.text
    assert "Nobody has been asked here yet." in team.get(home).text


def test_a_form_without_a_file_is_refused(team: Browser, home: str) -> None:
    refused = team.post(f"{home}/ratings/file", files={"other": ("", b"", "text/csv")})
    assert (refused.status, "Choose a file first." in refused.text) == (422, True)


def test_the_file_to_fill_in_names_the_items_in_play(team: Browser, home: str) -> None:
    text = team.get(f"{home}/ratings/template.csv").text
    assert "panellist,item,item_title,panel,panel_name,usefulness,feasibility" in text
    assert "Person 1,bus,A bus that brings a nurse,practitioners,Practitioners,," in text
    assert "Person 2,link,A link worker,lived_experience,People with lived experience,," in text
    assert "rent" not in text


def test_the_untouched_file_to_fill_in_is_refused_and_a_filled_one_taken(team: Browser, home: str) -> None:
    bare = team.client.get(f"{home}/ratings/template.csv").content
    refused = team.post(f"{home}/ratings/file", **file(bare))
    assert (refused.status, "There is no rating in it" in refused.text) == (422, True)
    filled = bare.replace(b"Practitioners,,", b"Practitioners,8,unable")
    assert team.post(f"{home}/ratings/file", **file(filled)).status == 303
    said = team.get(f"{home}/ratings").text
    assert "1 person and 4 ratings were read, and 4 answers “unable to rate”." in said


def test_a_second_file_asks_before_it_takes_the_place_of_the_first(team: Browser, home: str) -> None:
    assert "in the place of" not in team.get(f"{home}/ratings").text
    team.post(f"{home}/ratings/file", **file(examples.csv()))
    page = team.get(f"{home}/ratings").text
    assert "12 people and 96 ratings were read." in page
    assert "Put these in the place of the ones that are there (12 people)" in page
    second = file(examples.csv(people=11))
    refused = team.post(f"{home}/ratings/file", **second)
    assert (refused.status, "They are kept, and nothing was changed" in refused.text) == (422, True)
    assert 'id="replace_file-fault"' in refused.text
    assert "practitioners, 12;" in team.get(f"{home}/result").text
    assert team.post(f"{home}/ratings/file", {"replace_file": "yes"}, **second).status == 303
    assert "practitioners, 11;" in team.get(f"{home}/result").text


def test_a_new_round_asks_before_it_takes_the_place_of_answers(
    published: World, team: Browser, home: str
) -> None:
    ed.answered(published, home, {"practitioners": 7})
    assert "(practitioners, 5 to 9)" in team.get(f"{home}/ratings").text
    refused = team.post(f"{home}/ratings/open")
    assert (refused.status, 'id="replace_round-fault"' in refused.text) == (422, True)
    assert "A local round is open" not in team.get(f"{home}/ratings").text
    assert team.post(f"{home}/ratings/open", {"replace_round": "yes"}).status == 303
    assert "A local round is open" in team.get(f"{home}/ratings").text


@pytest.mark.parametrize("path", ["", "/items", "/thanks", "/screen"])
def test_a_link_of_no_round_opens_nothing(published: World, path: str) -> None:
    assert published.browser().get(f"/local/nothing{path}").status == 404
