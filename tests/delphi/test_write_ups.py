"""Writing up what was said, and where it stands: in a bubble beside the grids, its comments behind it."""

from surveys import studies
from tests.delphi.conftest import Browser, World
from tests.delphi.test_grids import GRID, PUBLIC, PUBLICATION, close

PAGE = "/studies/fairer-care/write-ups"


def first_item(world: World) -> int:
    with world.session() as session:
        return studies.get(session, "fairer-care").items[0].id


def test_a_write_up_stands_beside_the_public_grid(world: World, alice: Browser) -> None:
    close(world)
    alice.post(PUBLICATION, {"through": "1"})
    item = first_item(world)
    assert f'href="{PAGE}"' in alice.get("/studies/fairer-care/grids").text
    assert "Nothing to write up yet" in alice.get(PAGE).text
    saved = alice.post(f"{PAGE}/{item}", {f"text-{item}": "It is <too> far.", "seen": ""})
    assert (saved.status, saved.headers["location"]) == (303, f"{PAGE}#item-{item}")
    assert '<p class="gr-bubble">It is &lt;too&gt; far.</p>' in world.browser().get(PUBLIC + GRID).text


def test_what_is_refused_is_still_in_its_field(world: World, alice: Browser) -> None:
    close(world)
    item = first_item(world)
    alice.post(f"{PAGE}/{item}", {f"text-{item}": "The first.", "seen": ""})
    refused = alice.post(f"{PAGE}/{item}", {f"text-{item}": "The second.", "seen": ""})
    assert refused.status == 422
    assert "has written meanwhile: “The first.”" in refused.text
    assert ">\nThe second.</textarea>" in refused.text
    assert 'name="seen" value="The first."' in refused.text


def test_only_the_studys_team_writes_up(world: World, alice: Browser) -> None:
    close(world)
    assert world.browser().get(PAGE).status in (303, 403)
    assert alice.post(f"{PAGE}/987654", {"text-987654": "x", "seen": ""}).status == 404
