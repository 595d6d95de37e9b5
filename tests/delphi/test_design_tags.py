"""The tags of items are given in the browser, until the study has ended; what stands on no grid is named."""

import re

import pytest

from surveys import audit, ending, rounds, studies
from surveys.designing import tagging
from surveys.histories import changing
from surveys.histories.texts import Text
from tests.delphi import answered, answering
from tests.delphi.conftest import NOW, Browser, World

HOME = "/studies/fairer-care"
TAGS = {
    "whom": {
        "label": "Whom it is for",
        "column": "whom",
        "source": "",
        "terms": {"a b": "Nurses", "c": "Plans <C>"},
    },
    "step": {"label": "Step", "column": "step", "source": "A book", "terms": {"one": "The first"}},
}


@pytest.fixture
def page(world: World) -> str:
    """The address of the first item's tags, in a study whose grids are for the terms of a vocabulary."""
    answering.amend(world, grids={"audiences": "whom"})
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        study.vocabularies = TAGS
        study.items[1].tags = {"whom": ["c"]}
        return f"{HOME}/items/{study.items[0].id}/tags"


def form(text: str, **ticks: str) -> dict[str, str]:
    """The form as it was sent: what it was made from, and the boxes that are ticked."""
    hidden = dict(re.findall(r'type="hidden" name="(seen|was)" value="([^"]*)"', text))
    return {name: value.replace("&#34;", '"') for name, value in hidden.items()} | ticks


def tags(world: World) -> dict[str, list[str]]:
    with world.session() as session:
        return studies.get(session, "fairer-care").items[0].tags


def test_tags_are_ticked_kept_in_order_and_written_in_the_trail(
    alice: Browser, world: World, page: str
) -> None:
    assert f'href="{page}"' in alice.get(f"{HOME}/items").text
    sent = form(alice.get(page).text) | {"tag.whom.c": "yes", "tag.whom.a b": "yes", "tag.odd.x": "yes"}
    answer = alice.post(page, sent)
    assert (answer.status, answer.location) == (303, f"{HOME}/items#one")
    assert tags(world) == {"whom": ["a b", "c"]}
    assert alice.post(page, sent).status == 303
    with world.session() as session:
        entries = audit.list_entries(session, studies.get(session, "fairer-care").id)
    told = [entry.details for entry in entries if entry.act == "item tagged"]
    assert [entry["given"] for entry in told] == ["Nurses, Plans <C>"]
    assert "item: 1 Item one; given: Nurses, Plans &lt;C&gt;" in alice.get(f"{HOME}/trail").text


def test_the_second_of_two_researchers_is_shown_the_firsts_change(
    alice: Browser, world: World, page: str
) -> None:
    made = alice.get(page).text
    alice.post(page, form(made) | {"tag.step.one": "yes"})
    refused = alice.post(page, form(made) | {"tag.whom.c": "yes"})
    assert (refused.status, tagging.STALE in refused.text) == (409, True)
    assert refused.text.count(" checked") == 2
    assert "Ticked by somebody else meanwhile." in refused.text
    alice.post(page, form(refused.text) | {"tag.whom.c": "yes", "tag.step.one": "yes"})
    assert tags(world) == {"whom": ["c"], "step": ["one"]}


def test_items_that_stand_on_no_grid_are_named_where_they_can_be_tagged(
    alice: Browser, world: World, page: str
) -> None:
    answered.round_1(world, closed=False)
    answering.open_next(world, opens=False)
    with world.session() as session, session.begin():
        second = rounds.get_round(session, studies.get(session, "fairer-care"), 2)
        why = changing.Why("Asked for.", "alice@example.org", NOW)
        changing.add(session, second, Text("A new one"), why)
    for place in ("rounds/2/items", "grids"):
        text = alice.get(f"{HOME}/{place}").text
        assert "3 items stand on no grid" in text
        assert "4 A new one</a>" in text
        assert f'href="{page}"' in text
    assert alice.post(page, form(alice.get(page).text) | {"tag.whom.c": "yes"}).status == 303
    assert "2 items stand on no grid" in alice.get(f"{HOME}/grids").text


def test_tags_stay_once_the_study_has_ended_and_are_of_its_own_items(
    alice: Browser, world: World, page: str
) -> None:
    sent = form(alice.get(page).text) | {"tag.whom.c": "yes"}
    assert alice.get(f"{HOME}/items/99999/tags").status == 404
    assert alice.post(f"{HOME}/items/99999/tags", sent).status == 404
    with world.session() as session, session.begin():
        ending.end(session, studies.get(session, "fairer-care"), now=NOW, by="alice@example.org")
    assert (alice.get(page).status, alice.post(page, sent).status) == (409, 409)
    assert page not in alice.get(f"{HOME}/items").text
    assert tags(world) == {}
