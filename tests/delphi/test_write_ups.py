"""Writing up what was said, and where it stands: in a bubble beside the grids, its comments behind it."""

from surveys import studies
from tests.delphi.conftest import Browser, World
from tests.delphi.test_grids import GRID, PUBLIC, PUBLICATION, close

PAGE = "/studies/fairer-care/write-ups"


def items(world: World) -> list[int]:
    with world.session() as session:
        return [item.id for item in studies.get(session, "fairer-care").items]


def test_a_write_up_stands_beside_the_public_grid(world: World, alice: Browser) -> None:
    close(world)
    alice.post(PUBLICATION, {"through": "1"})
    one, two, _ = items(world)
    assert f'href="{PAGE}"' in alice.get("/studies/fairer-care/grids").text
    assert "Nothing to write up yet" in alice.get(PAGE).text
    saved = alice.post(PAGE, {f"text-{one}": "It is <too> far.", f"text-{two}": "Dear.", f"seen-{one}": ""})
    assert (saved.status, saved.headers["location"]) == (303, PAGE)
    public = world.browser().get(PUBLIC + GRID).text
    assert '<p class="gr-bubble">It is &lt;too&gt; far.</p>' in public
    assert '<p class="gr-bubble">Dear.</p>' in public


def test_what_is_refused_is_still_in_its_field(world: World, alice: Browser) -> None:
    close(world)
    one, two, _ = items(world)
    alice.post(PAGE, {f"text-{one}": "The first."})
    refused = alice.post(PAGE, {f"text-{one}": "The second.", f"text-{two}": "Another."})
    assert refused.status == 422
    assert "has written meanwhile: “The first.”" in refused.text
    assert ">\nThe second.</textarea>" in refused.text
    assert ">\nAnother.</textarea>" in refused.text
    assert f'name="seen-{one}" value="The first."' in refused.text


def test_only_the_studys_team_writes_up(world: World) -> None:
    close(world)
    assert world.browser().get(PAGE).status in (303, 403)
