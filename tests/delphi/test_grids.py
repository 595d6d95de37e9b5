"""The pages of the grids: the local team's door, the team's own look, publishing and taking back."""

import json
import re

import pytest

from surveys import comments, publications, rounds, studies
from surveys import protocol as protocols
from surveys.comments import ClearingStatus, Ruling
from surveys.evidence import NOT_CLOSED
from surveys.publications import NOT_PUBLISHED
from tests.delphi import answered
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys import examples, grid_examples
from tests.surveys.grid_examples import Ratings

HOME, PUBLIC = "/studies/fairer-care/grids", "/grids/fairer-care"
PUBLICATION = "/studies/fairer-care/publication"
GRID = "/all-items"
RATED: Ratings = {
    "practitioners": [((8, 20), (7, 20)), ((8, 20), (3, 20)), ((2, 20), (5, 20))],
    "lived_experience": [((6, 10), (7, 10)), ((9, 10), (5, 10)), ((2, 10), (5, 10))],
}
LATER: Ratings = {"practitioners": [((5, 20), (5, 20))], "lived_experience": [((5, 10), (5, 10))]}
SMALL: Ratings = RATED | {"lived_experience": [((6, 4), (7, 4))] * 3}


def close(world: World, ratings: Ratings = RATED, *, is_simulated: bool = False) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        study.is_simulated = is_simulated
        grid_examples.close(session, study, ratings, now=NOW)


@pytest.fixture
def published(world: World, alice: Browser) -> Browser:
    """Anybody's browser, when the grids of round 1 are public."""
    close(world)
    assert alice.post(PUBLICATION, {"through": "1"}).status == 303
    return world.browser()


def test_a_local_team_chooses_an_audience_and_looks_at_its_grid(published: Browser) -> None:
    door = published.get(PUBLIC)
    assert door.status == 200
    assert "closed 2 March 2026" in door.text
    assert "20 practitioners, 10 people with lived experience" in door.text
    assert f'href="{PUBLIC}{GRID}"' in door.text
    grid = published.get(PUBLIC + GRID)
    assert grid.status == 200
    assert "Both panels, equal weight" in grid.text
    assert "counts as much as 2.0 of practitioners" in grid.text
    assert 'role="img"' in grid.text


def test_each_panel_can_be_looked_at_by_itself(published: Browser) -> None:
    practitioners = published.get(f"{PUBLIC}{GRID}?panel=practitioners")
    lived = published.get(f"{PUBLIC}{GRID}?panel=lived_experience")
    assert "useful, easier to do (8 and 7)" in practitioners.text
    assert "usefulness in between, easier to do (6 and 7)" in lived.text
    assert f"{PUBLIC}{GRID}/grid.csv?panel=lived_experience" in lived.text


def test_the_table_says_what_the_figure_shows(published: Browser) -> None:
    text = published.get(f"{PUBLIC}{GRID}?panel=practitioners").text
    assert "8 (20)" in text
    assert "In brackets, how many rated it: practitioners." in text


def test_figure_and_table_can_be_kept(published: Browser) -> None:
    figure = published.get(f"{PUBLIC}{GRID}/grid.svg?panel=practitioners")
    assert figure.headers["content-type"].startswith("image/svg+xml")
    assert (
        'filename="fairer-care-all-items-practitioners-round-1.svg"' in figure.headers["content-disposition"]
    )
    assert figure.text.lstrip().startswith("<svg")
    table = published.get(f"{PUBLIC}{GRID}/grid.csv")
    assert table.text.startswith("\ufeffplace,number,item,title,median_usefulness")
    assert table.status == 200


def test_a_number_that_may_be_seen_roughly_is_so_on_the_page_and_in_the_file(
    world: World, alice: Browser
) -> None:
    close(world, RATED | {"lived_experience": [((6, 7), (7, 7))] * 3})
    alice.post(PUBLICATION, {"through": "1"})
    path = f"{PUBLIC}{GRID}"
    assert "6 (5 to 9)" in world.browser().get(f"{path}?panel=lived_experience").text
    table = world.browser().get(f"{path}/grid.csv?panel=lived_experience").text
    assert "usefulness in between, easier to do”,5 to 9,5 to 9,1".replace("”", '"') in table


def test_the_key_says_what_its_numbers_are_and_where_the_lines_lie(published: Browser) -> None:
    page = published.get(PUBLIC + GRID).text
    assert "In brackets, its medians: usefulness and feasibility." in page
    assert "Lines between cells lie at 3.25 and 6.25" in page


@pytest.mark.parametrize("path", ["", GRID, f"{GRID}/grid.svg", f"{GRID}/grid.csv"])
def test_what_is_not_published_looks_like_what_does_not_exist(world: World, path: str) -> None:
    close(world)
    hidden, unknown = world.browser().get(PUBLIC + path), world.browser().get(f"/grids/no-such-study{path}")
    assert (hidden.status, unknown.status) == (404, 404)
    assert NOT_PUBLISHED in hidden.text
    assert hidden.text.replace("fairer-care", "no-such-study") == unknown.text


@pytest.mark.parametrize("path", ["/nobody", f"{GRID}?panel=nobody", "/nobody/grid.svg", "/nobody/grid.csv"])
def test_an_unknown_audience_or_panel_is_not_found(published: Browser, path: str) -> None:
    assert published.get(PUBLIC + path).status == 404


def test_small_groups_stay_hidden_from_the_public(world: World, alice: Browser) -> None:
    close(world, SMALL)
    alice.post(PUBLICATION, {"through": "1"})
    public = world.browser()
    hidden = public.get(f"{PUBLIC}{GRID}?panel=lived_experience")
    assert "Fewer than 5 people rated it" in hidden.text
    assert '<svg class="g-figure"' not in hidden.text
    assert "(6 and 7)" in alice.get(f"{HOME}{GRID}?panel=lived_experience").text
    # Without a panel in the address, the first lens through which anything can be seen.
    assert "Practitioners place 1 of 3 items" in public.get(PUBLIC + GRID).text
    assert "fewer than 5 people with lived experience" in public.get(PUBLIC).text


def test_simulated_grids_say_so_everywhere(world: World, alice: Browser) -> None:
    close(world, is_simulated=True)
    alice.post(PUBLICATION, {"through": "1"})
    public = world.browser()
    for path in ("", GRID):
        assert "Simulated data" in public.get(PUBLIC + path).text
    assert "Simulated data" in public.get(f"{PUBLIC}{GRID}/grid.svg").text
    rows = public.get(f"{PUBLIC}{GRID}/grid.csv").text.splitlines()
    assert all(",yes," in row for row in rows[1:])


def test_the_team_looks_before_anything_is_public(world: World, alice: Browser) -> None:
    close(world)
    assert alice.get(HOME).status == 200
    grid = alice.get(HOME + GRID)
    assert "Not for publication" in grid.text
    assert "Not for publication" in alice.get(f"{HOME}{GRID}/grid.svg").text


def test_the_team_can_look_back_at_an_earlier_round(world: World, alice: Browser) -> None:
    close(world)
    with world.session() as session, session.begin():
        second = {"practitioners": [((5, 12), (5, 12))], "lived_experience": [((5, 11), (5, 11))]}
        grid_examples.close(session, studies.get(session, "fairer-care"), second, now=NOW, keys=["one"])
    assert "(5 and 5)" in alice.get(f"{HOME}{GRID}?panel=practitioners").text
    before = alice.get(f"{HOME}{GRID}?panel=practitioners&through=1")
    assert "(5 and 5)" not in before.text
    assert "grid.svg?panel=practitioners&amp;through=1" in before.text
    assert alice.get(f"{HOME}?through=1").status == 200
    assert alice.get(f"{HOME}?through=3").status == 404


def test_before_a_round_has_closed_the_page_says_what_it_waits_for(world: World, alice: Browser) -> None:
    assert NOT_CLOSED in alice.get(HOME).text
    assert alice.get(HOME + GRID).status == 409
    assert alice.get(PUBLICATION).status == 409


def test_publishing_says_first_what_becomes_visible(world: World, alice: Browser) -> None:
    close(world, SMALL)
    asked = alice.get(f"{PUBLICATION}?through=1")
    assert "All items: Practitioners" in asked.text
    assert "fewer than 5 people" in asked.text
    assert world.browser().get(PUBLIC).status == 404
    assert alice.post(PUBLICATION, {"through": "1"}).location == HOME
    assert world.browser().get(PUBLIC).status == 200
    assert "Public: the grids of round 1" in alice.get(HOME).text


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("one", 422), ("7", 404)])
def test_only_a_closed_round_can_be_published(world: World, alice: Browser, typed: str, status: int) -> None:
    close(world)
    assert alice.post(PUBLICATION, {"through": typed}).status == status
    assert world.browser().get(PUBLIC).status == 404


def test_published_grids_can_be_taken_back(published: Browser, alice: Browser) -> None:
    assert alice.get(f"{PUBLICATION}/withdrawal").status == 200
    assert alice.post(f"{PUBLICATION}/withdrawal").location == HOME
    assert published.get(PUBLIC).status == 404
    assert alice.get(f"{PUBLICATION}/withdrawal").status == 409


@pytest.mark.parametrize("path", [HOME, HOME + GRID, f"{HOME}{GRID}/grid.csv", PUBLICATION])
def test_the_teams_pages_are_the_teams(world: World, charlie: Browser, path: str) -> None:
    close(world)
    assert world.browser().get(path).status == 403
    assert charlie.get(path).status == 404


def test_nobody_else_can_publish_or_take_back(world: World, published: Browser, charlie: Browser) -> None:
    assert charlie.post(PUBLICATION, {"through": "1"}).status == 404
    assert charlie.post(f"{PUBLICATION}/withdrawal").status == 404
    assert world.browser().get(PUBLIC).status == 200


def quoting(world: World, **changes: object) -> None:
    """Round 1 is closed, and a practitioner is quoted beside the grids of a protocol with these changes."""
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        plan = examples.protocol(**changes)
        study.protocol_json, study.fingerprint = protocols.to_builtins(plan), protocols.fingerprint(plan)
    answered.round_1(world)
    panellist, item = answered.ids(world, "P0")
    with world.session() as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        comments.clear(session, round_, Ruling(panellist, item, ClearingStatus.RELEASED), by="alice", now=NOW)


@pytest.mark.parametrize(("beside", "said"), [((True, False), False), ((True, True), True)])
def test_where_two_panels_are_quoted_each_quote_says_of_which_it_is(
    world: World, alice: Browser, beside: tuple[bool, bool], said: bool
) -> None:
    known = examples.protocol_data()["panels"]
    quoted = [panel | {"beside_grids": yes} for panel, yes in zip(known, beside, strict=True)]
    quoting(world, panels=quoted)
    text = alice.get(HOME + GRID).text
    assert "P0 thinks of Dr Smith." in text
    assert ('<p class="gr-who">Practitioners</p>' in text) == said


@pytest.mark.parametrize(
    ("file", "kind", "begin"),
    [
        ("grid.pdf", "application/pdf", b"%PDF-"),
        ("poster.pdf", "application/pdf", b"%PDF-"),
        ("grid.png", "image/png", b"\x89PNG"),
        ("grid.json", "application/json", b"{"),
    ],
)
def test_a_grid_can_be_had_for_paper_and_for_programs_and_equal_ones_are_equal_bytes(
    published: Browser, file: str, kind: str, begin: bytes
) -> None:
    address = f"{PUBLIC}{GRID}/{file}?panel=practitioners"
    one, other = (published.client.get(address) for _ in range(2))
    assert one.headers["content-type"].startswith(kind)
    assert one.content.startswith(begin)
    assert one.content == other.content
    assert 'filename="' in one.headers["content-disposition"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=mean&panel=practitioners", "the mean of the answers of practitioners"),
        ("panel=pooled", "Both panels, all answers pooled"),
        ("panel=weighted&weight-practitioners=3&weight-lived_experience=1", "weighted 3 : 1"),
        ("cut=means", "The lines are the means of the items shown"),
        ("cut=useful&panel=practitioners", "more useful"),
        ("cut=verdicts", "usefulness in, feasibility not in"),
        ("order=100", "Here usefulness weighs 100 and feasibility 0."),
    ],
)
def test_a_grid_is_asked_for_in_other_ways_and_its_files_with_it(
    published: Browser, query: str, said: str
) -> None:
    page = published.get(f"{PUBLIC}{GRID}?{query}")
    assert page.status == 200
    assert said in page.text
    assert f"/grid.json?{query}".partition("?")[0] in page.text
    told = json.loads(published.get(f"{PUBLIC}{GRID}/grid.json?{query}").text)["look"]
    assert {tuple(pair) for pair in told} >= {
        tuple(part.split("=")) for part in query.split("&") if not part.startswith(("panel", "weight"))
    }


def test_what_cannot_be_asked_is_refused_with_a_way_back(published: Browser) -> None:
    refused = published.get(f"{PUBLIC}{GRID}?order=200")
    assert refused.status == 422
    assert "“200” is not a number from 0 to 100." in refused.text
    assert f'href="{PUBLIC}{GRID}">The grid as the study has it' in refused.text


def test_a_chance_has_its_word_and_says_what_it_is(published: Browser) -> None:
    page = published.get(f"{PUBLIC}{GRID}?panel=practitioners").text
    assert "Certain, over 99 in 100" in page
    assert "their answers drawn again, would place the item in it" in page


def test_a_page_elsewhere_may_show_the_grid_of_a_fixed_round(world: World, published: Browser) -> None:
    whole = published.get(f"{PUBLIC}{GRID}")
    assert "&lt;iframe src=" in whole.text
    assert "frame-ancestors &#39;none&#39;" not in whole.text
    assert "frame-ancestors 'none'" in whole.headers["content-security-policy"]
    embedded = published.get(f"{PUBLIC}{GRID}/embed?panel=all&through=1")
    assert embedded.status == 200
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert "Items in order of priority" in embedded.text
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        grid_examples.close(session, study, LATER, now=NOW, keys=["one"])
        publications.publish(session, rounds.list_rounds(session, study)[-1], now=NOW, by="alice")
    assert "Round 2, closed" in published.get(f"{PUBLIC}{GRID}").text
    assert "Round 1, closed" in published.get(f"{PUBLIC}{GRID}/embed?panel=all&through=1").text
    assert published.get(f"{PUBLIC}{GRID}?through=3").status == 404


def test_where_an_item_was_before_is_told_and_drawn(world: World, published: Browser) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        grid_examples.close(session, study, LATER, now=NOW, keys=["one"])
        publications.publish(session, rounds.list_rounds(session, study)[-1], now=NOW, by="alice")
    page = published.get(f"{PUBLIC}{GRID}?panel=practitioners&show=change").text
    assert "8 and 7 (round 1)" in page
    assert page.count('class="g-way"') == 1
    assert 'class="g-way"' not in published.get(f"{PUBLIC}{GRID}?panel=practitioners").text


def test_small_panels_tell_the_public_no_more_by_another_look(world: World, alice: Browser) -> None:
    close(world, RATED | {"lived_experience": [((6, 7), (7, 7))] * 3})
    alice.post(PUBLICATION, {"through": "1"})
    public = world.browser()
    for query in ("by=mean", "panel=pooled", "panel=weighted&weight-lived_experience=1"):
        asked = query if "panel" in query else f"panel=lived_experience&{query}"
        page = public.get(f"{PUBLIC}{GRID}?{asked}").text
        assert "Fewer than 10 people" in page
        assert '<svg class="g-figure"' not in page
    usual = public.get(f"{PUBLIC}{GRID}?panel=lived_experience&show=chance").text
    assert "in 100" not in usual.partition("<h2")[2]
    assert 'class="g-sure"' not in usual


@pytest.mark.parametrize(("file", "width"), [("audiences.pdf", "841"), ("posters.pdf", "1190")])
def test_every_audience_has_a_page_of_one_paper(world: World, alice: Browser, file: str, width: str) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        named = {"label": "Audience", "terms": {"gps": "General practices", "boards": "Health boards"}}
        study.vocabularies = {"audience": named}
        for n, item in enumerate(study.items):
            item.tags = {"audience": ["gps", "boards"] if n else ["gps"]}
        plan = protocols.to_builtins(study.protocol)
        plan["grids"]["audiences"] = "audience"
        study.protocol_json, study.fingerprint = plan, "of a test with audiences"
    close(world)
    alice.post(PUBLICATION, {"through": "1"})
    public = world.browser()
    assert f"{PUBLIC}/gps/{file}?panel=all" in public.get(f"{PUBLIC}/gps").text
    paper = public.client.get(f"{PUBLIC}/gps/{file}?panel=practitioners")
    assert paper.status_code == 200
    assert "fairer-care-audiences-practitioners-round-1" in paper.headers["content-disposition"]
    pages = re.findall(rb"/MediaBox ?\[0 0 ([0-9]+)", paper.content)
    assert [page.decode() for page in pages] == [width] * 2
