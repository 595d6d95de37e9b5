"""Ranked strips on their pages, for the team and for anyone: published, taken back, drawn and downloaded."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from delphi import strip_captions, strip_drawing
from surveys import access, publications, rounds, strips, studies
from surveys.exchange import rating_files, rating_transfers
from surveys.publications import NOT_PUBLISHED
from surveys.strips import RankedStrip
from surveys.visibility import Viewer
from tests import enlight
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys import examples, strip_examples
from tests.surveys.strip_examples import Rated

LONDON = ZoneInfo("Europe/London")
SVG = "{http://www.w3.org/2000/svg}"
HOME, PUBLIC, PUBLICATION = "/studies/ranked/grids", "/grids/ranked", "/studies/ranked/publication"
STRIP = "/usefulness"
RATED: list[Sequence[Rated]] = [[{8: 20}, {8: 13, 4: 7}, {2: 20}], [{6: 10}, {9: 10}, {2: 10}]]
SMALL: list[Sequence[Rated]] = [RATED[0], [{8: 7}, {8: 7}, {8: 3}]]
FILES = {"strip.pdf": b"%PDF-", "strip.svg": b"<svg", "strip.csv": b"\xef\xbb\xbfplace", "strip.json": b"{"}


@pytest.fixture
def ranked(world: World) -> World:
    """A study of one criterion beside the other, planned; alice runs it."""
    with world.session() as session, session.begin():
        study, alice = (
            strip_examples.study(session, now=NOW),
            access.find_account(session, "alice@example.org"),
        )
        assert alice is not None
        studies.add_member(session, study, alice, by="command line", now=NOW)
    return world


def close(world: World, rated: Sequence[Sequence[Rated]] = RATED, keys: Sequence[str] = ()) -> None:
    with world.session() as session, session.begin():
        strip_examples.close(session, studies.get(session, "ranked"), rated, now=NOW, keys=keys)


@pytest.fixture
def published(ranked: World, alice: Browser) -> Browser:
    """Anybody's browser, when the strips of round 1 are public."""
    close(ranked)
    assert alice.post(PUBLICATION, {"through": "1"}).location == HOME
    return ranked.browser()


def test_a_study_without_grids_has_a_ranked_strip_in_their_place(ranked: World, alice: Browser) -> None:
    close(ranked)
    page = alice.get(HOME)
    assert page.status == 200
    assert "Not for publication" in page.text
    assert "Both panels together place 2 of 3 items at “useful” (7 to 9)" in page.text
    assert re.findall(r"Place (\d), shared: |Place (\d): ", page.text)
    assert page.text.index("Item two") < page.text.index("Item one") < page.text.index("Item three")


def test_the_overview_leads_to_the_strips(ranked: World, alice: Browser) -> None:
    assert "Ranked strips" in alice.get("/studies/ranked").text
    close(ranked)
    page = alice.get("/studies/ranked").text
    assert f'href="{HOME}"' in page
    assert "Up to round 1, for your team; not public yet." in page


def test_a_row_says_median_interval_share_band_chance_and_verdict(ranked: World, alice: Browser) -> None:
    close(ranked)
    page = alice.get(f"{HOME}{STRIP}?panel=practitioners").text
    row = page[page.index('id="item-2"') : page.index('id="item-3"')]
    for words in ("20 ratings", ">8</b>", "(4 to 8)", "65 %", "useful", "likely, 9 in 10", "No consensus"):
        assert words in row
    assert 'aria-label="7 chose 4, 13 chose 8"' in row


def test_each_panel_and_all_of_them_can_be_looked_through(published: Browser) -> None:
    assert f'href="{PUBLIC}{STRIP}?panel=lived_experience"' in published.get(PUBLIC).text
    lived = published.get(f"{PUBLIC}{STRIP}?panel=lived_experience").text
    assert "People with lived experience place 1 of 3 items" in lived
    assert "counts as much as 2.0 of practitioners" in published.get(PUBLIC).text


def test_before_a_round_has_closed_the_page_says_what_it_waits_for(ranked: World, alice: Browser) -> None:
    assert strips.NOT_CLOSED in alice.get(HOME).text
    assert alice.get(f"{HOME}{STRIP}/strip.csv").status == 409


@pytest.mark.parametrize("path", ["", STRIP, f"{STRIP}/strip.svg"])
def test_what_is_not_published_looks_like_what_does_not_exist(ranked: World, path: str) -> None:
    close(ranked)
    hidden = ranked.browser().get(PUBLIC + path)
    assert (hidden.status, NOT_PUBLISHED in hidden.text) == (404, True)


def test_publishing_says_first_what_becomes_visible(ranked: World, alice: Browser) -> None:
    close(ranked, SMALL)
    asked = alice.get(f"{PUBLICATION}?through=1").text
    assert "Usefulness: Practitioners" in asked
    assert "Where 10 or more rated an item" in asked
    assert ranked.browser().get(PUBLIC).status == 404
    alice.post(PUBLICATION, {"through": "1"})
    assert ranked.browser().get(PUBLIC).status == 200
    assert "Public: the ranked strips of round 1" in alice.get(HOME).text


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("one", 422), ("7", 404)])
def test_only_a_closed_round_can_be_published(ranked: World, alice: Browser, typed: str, status: int) -> None:
    close(ranked)
    assert alice.post(PUBLICATION, {"through": typed}).status == status


def test_published_strips_can_be_taken_back(published: Browser, alice: Browser) -> None:
    assert alice.get(f"{PUBLICATION}/withdrawal").status == 200
    assert alice.post(f"{PUBLICATION}/withdrawal").location == HOME
    assert published.get(PUBLIC).status == 404


def test_small_groups_stay_hidden_from_the_public_on_every_page_and_in_every_file(
    ranked: World, alice: Browser
) -> None:
    close(ranked, SMALL)
    alice.post(PUBLICATION, {"through": "1"})
    lived = ranked.browser().get(f"{PUBLIC}{STRIP}?panel=lived_experience").text
    assert "5 to 9 ratings" in lived
    assert "7 to 9:</span> about 100 %" in lived
    assert "chose 8" not in lived
    assert "certain" not in lived
    assert "Fewer than 5 people rated it" in lived
    data = json.loads(ranked.browser().get(f"{PUBLIC}{STRIP}/strip.json?panel=lived_experience").text)
    said = data["items"][0]["said"]["lived_experience"]
    assert (said["n"], said["counts"], said["verdict"], said["median"]) == (None, None, None, 8)
    assert data["items"][0]["chance_of_band"] is None
    figure = ranked.browser().get(f"{PUBLIC}{STRIP}/strip.svg?panel=lived_experience").text
    assert "(8 to 8)" not in figure
    assert "chose 8" in alice.get(f"{HOME}{STRIP}?panel=lived_experience").text


@pytest.mark.parametrize(
    "path", ["/nothing", f"{STRIP}?panel=nobody", f"{STRIP}?panel=pooled", "/x/strip.svg"]
)
def test_an_unknown_criterion_or_panel_is_not_found(published: Browser, path: str) -> None:
    assert published.get(PUBLIC + path).status == 404


def test_the_team_can_look_back_at_an_earlier_round(ranked: World, alice: Browser) -> None:
    close(ranked)
    close(ranked, [[{1: 20}], [{1: 10}]], keys=["one"])
    newest = alice.get(f"{HOME}{STRIP}?panel=practitioners").text
    assert "Of round 1" in newest
    before = alice.get(f"{HOME}{STRIP}?panel=practitioners&through=1").text
    assert "Of round 1" not in before
    assert "strip.svg?panel=practitioners&amp;through=1" in before
    assert alice.get(f"{HOME}?through=3").status == 404


def test_several_criteria_have_a_strip_each_and_a_link(world: World) -> None:
    with world.session() as session, session.begin():
        study = strip_examples.study(session, "both", now=NOW, plan=examples.protocol(grids=None))
        round_ = strip_examples.close(session, study, RATED, now=NOW)
        publications.publish(session, round_, now=NOW, by="alice")
    page = world.browser().get("/grids/both").text
    assert 'href="/grids/both/feasibility?panel=all"' in page
    assert "<h1>Feasibility</h1>" in world.browser().get("/grids/both/feasibility").text


@pytest.mark.parametrize("file", FILES)
def test_a_strip_can_be_had_as_a_file_and_equal_ones_are_equal_bytes(published: Browser, file: str) -> None:
    address = f"{PUBLIC}{STRIP}/{file}?panel=practitioners"
    one, other = (published.client.get(address) for _ in range(2))
    assert one.content.lstrip().startswith(FILES[file])
    assert one.content == other.content
    name = f"ranked-usefulness-practitioners-round-1{file.removeprefix('strip')}"
    assert f'filename="{name}"' in one.headers["content-disposition"]
    assert published.get(f"{PUBLIC}{STRIP}/strip.exe").status == 404


@pytest.mark.parametrize("path", [HOME, HOME + STRIP, f"{HOME}{STRIP}/strip.csv", PUBLICATION])
def test_the_teams_pages_are_the_teams(ranked: World, charlie: Browser, path: str) -> None:
    close(ranked)
    assert ranked.browser().get(path).status == 403
    assert charlie.get(path).status == 404


def test_simulated_strips_say_so_on_the_page_and_in_every_file(ranked: World, alice: Browser) -> None:
    with ranked.session() as session, session.begin():
        studies.get(session, "ranked").is_simulated = True
    close(ranked)
    assert "Simulated data" in alice.get(HOME).text
    assert strip_captions.SIMULATED in alice.get(f"{HOME}{STRIP}/strip.svg").text
    assert strip_captions.NOT_FOR_PUBLICATION in alice.get(f"{HOME}{STRIP}/strip.svg").text
    assert all(",yes,no" in line for line in alice.get(f"{HOME}{STRIP}/strip.csv").text.splitlines()[1:])


def test_a_local_team_begins_its_edition_of_a_ranked_study(published: Browser) -> None:
    begun = published.post("/editions/of/ranked")
    assert begun.status == 303
    assert published.get(begun.location).status == 200


def strip_of(world: World, panel: str = "") -> RankedStrip:
    with world.session() as session:
        study = studies.get(session, "ranked")
        criterion, lens = strips.get_criterion(study), strips.get_lens(study, panel)
        through = rounds.get_round(session, study, 1)
        return strips.build(session, study, criterion, lens, through=through, viewer=Viewer.RESEARCHER)


def test_dots_and_whiskers_stand_at_their_values_and_inside_the_figure(ranked: World) -> None:
    close(ranked)
    figure = ET.fromstring(strip_drawing.render_svg(strip_of(ranked, "practitioners"), LONDON))
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in figure.iter(f"{SVG}circle")]
    scale = next(group for group in figure.iter(f"{SVG}g") if group.get("text-anchor") == "middle")
    ticks = {text.text: float(text.attrib["x"]) for text in scale}
    assert [x for x, _ in dots] == [ticks["8"], ticks["8"], ticks["2"]]
    assert [y for _, y in dots] == sorted(y for _, y in dots)
    assert all(0 < y < float(figure.attrib["height"]) for _, y in dots)
    whiskers = next(path.attrib["d"] for path in figure.iter(f"{SVG}path") if "v10" in path.attrib["d"])
    assert f"M{ticks['4']:.0f} {dots[1][1]:.0f}H{ticks['8']:.0f}" in whiskers


def test_200_items_are_tall_and_light_and_stand_on_pages_that_hold_them(ranked: World) -> None:
    close(ranked)
    strip = strip_examples.many(strip_of(ranked), 200)
    svg = strip_drawing.render_svg(strip, LONDON)
    assert len(svg.encode()) < 150_000
    pages = strip_drawing.render_pages(strip, LONDON)
    titles = [title for page in pages for title in re.findall(r">Item number (\d+)<", page)]
    assert titles == [f"{n}" for n in range(1, 201)]
    rules = [max(map(int, re.findall(r"M24 (\d+)H", page))) for page in pages]
    assert all(rule < strip_drawing.PAGE for rule in rules)
    assert "page 1 of" in pages[0]
    assert "share a place" in pages[-1]


@enlight.needed
def test_a_real_study_of_one_criterion_is_published_as_a_ranked_strip(world: World) -> None:
    with world.session() as session, session.begin():
        round_ = enlight.open_round(session, now=NOW)
        file = rating_files.read(enlight.RATINGS.read_bytes(), range(1, 8), columns={"item": "item_no"})
        rating_transfers.import_ratings(session, round_, file, now=NOW)
        rounds.close(session, round_, now=NOW, by="alice")
        publications.publish(session, round_, now=NOW, by="alice")
    page = world.browser().get("/grids/enlight").text
    assert "65 experts answered round 1" in page
    assert page.count('class="tag tag--in"') == 24
    assert page.count('role="rowheader"') == 61
    assert world.browser().client.get("/grids/enlight/importance/strip.pdf").content.startswith(b"%PDF-")
