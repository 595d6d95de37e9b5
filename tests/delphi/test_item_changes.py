"""Items between rounds, through the pages: changed by a researcher, told to panellists, kept in a history."""

import re

from sqlalchemy.orm import Session

from surveys import results, rounds, settling, studies
from surveys.histories import changing
from surveys.settling import Departure, Outcome
from tests.delphi import answering
from tests.delphi.answered import HOME
from tests.delphi.conftest import Browser, World

ITEMS = f"{HOME}/rounds/2/items"
WHY = {"reason": "Two people said that it was unclear."}


def _ids(world: World) -> list[int]:
    with world.session() as session:
        return [item.id for item in studies.get(session, "fairer-care").items]


def _asked(world: World) -> list[str]:
    with world.session() as session:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 2)
        return [asked.wording.title for asked in round_.items]


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_an_item_is_reworded_and_the_round_page_leads_there(
    alice: Browser, world: World, open_round: int
) -> None:
    answering.open_next(world, opens=False)
    assert f'href="{ITEMS}"' in alice.get(f"{HOME}/rounds/2").text
    one = _ids(world)[0]
    form = alice.get(f"{ITEMS}/reword/{one}").text
    sent = {"title": "Item one, by phone", "vignette": "", "seen": _seen(form), **WHY}
    assert alice.post(f"{ITEMS}/reword/{one}", sent).location.startswith(ITEMS)
    page = alice.get(ITEMS).text
    assert "Changed for this round (1)" in page
    assert "New wording." in page
    assert WHY["reason"] in page
    assert _asked(world)[0] == "Item one, by phone"


def test_of_two_who_reword_an_item_the_second_sees_what_the_first_wrote(
    alice: Browser, world: World, open_round: int
) -> None:
    answering.open_next(world, opens=False)
    one = _ids(world)[0]
    seen = _seen(alice.get(f"{ITEMS}/reword/{one}").text)
    alice.post(f"{ITEMS}/reword/{one}", {"title": "The first wrote this", "seen": seen, **WHY})
    second = alice.post(f"{ITEMS}/reword/{one}", {"title": "The second wrote this", "seen": seen, **WHY})
    assert second.status == 409
    assert changing.STALE in second.text
    assert "The first wrote this" in second.text
    assert 'value="The second wrote this"' in second.text
    again = {"title": "The second wrote this", "seen": _seen(second.text), **WHY}
    assert alice.post(f"{ITEMS}/reword/{one}", again).status == 303


def test_items_are_merged_split_and_added_and_all_is_taken_back(
    alice: Browser, world: World, open_round: int
) -> None:
    answering.open_next(world, opens=False)
    one, two, three = _ids(world)
    assert "Merge items" in alice.get(f"{ITEMS}/merge?item{one}=yes&item{two}=yes").text
    alice.post(f"{ITEMS}/merge", {f"item{one}": "yes", f"item{two}": "yes", "title": "Both", **WHY})
    alice.post(f"{ITEMS}/split/{three}", {"part1.title": "By day", "part2.title": "By night", **WHY})
    alice.post(f"{ITEMS}/new", {"title": "Longer appointments", **WHY})
    assert _asked(world) == ["Both", "By day", "By night", "Longer appointments"]
    page = alice.get(ITEMS).text
    for change in re.findall(r"changes/(\d+)/take-back", page):
        alice.post(f"{ITEMS}/changes/{change}/take-back")
    assert _asked(world) == ["Item one", "Item two", "Item three"]


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    alice: Browser, world: World, open_round: int
) -> None:
    answering.open_next(world, opens=False)
    _, _, three = _ids(world)
    answer = alice.post(f"{ITEMS}/split/{three}", {"part1.title": "By day", "part2.title": "item one", **WHY})
    assert answer.status == 422
    assert 'href="#part2.title">Item 1 has this title too' in answer.text
    assert 'value="By day"' in answer.text
    assert alice.get(f"{ITEMS}/merge?item{three}=yes").location == f"{ITEMS}#asked"


def test_panellists_are_told_what_changed_and_rate_it_anew(
    alice: Browser, bob: Browser, world: World, open_round: int
) -> None:
    one, two, _ = _ids(world)
    answering.begin(bob)
    sent = {f"i{item}.c{criterion}": "8" for item in (one, two) for criterion in (1, 2)}
    bob.post("/answer/round", sent)
    answering.open_next(world, opens=False)
    seen = _seen(alice.get(f"{ITEMS}/reword/{one}").text)
    alice.post(f"{ITEMS}/reword/{one}", {"title": "Item one, by phone", "seen": seen, **WHY})
    alice.post(f"{HOME}/rounds/2/open", {"closes_at": ""})
    assert "What changed since the round before" in bob.get("/answer").text
    bob.post("/answer/begin")
    told = bob.get("/answer/changes").text
    assert "Item one, by phone" in told
    assert WHY["reason"] in told
    page = bob.get("/answer/round").text
    card, other = page.split(f"id=i{one} ")[1].split(f"id=i{two} ")[:2]
    assert "Read the earlier wording" in card
    assert "name=keep" not in card.split("<section")[0]
    assert "name=keep" in other
    assert "An item with a new wording has no ring." in page
    assert "was not asked in the round before" not in page
    bob.post("/answer/round", {f"i{item}.c1": "9" for item in (one, two)})
    record = bob.get("/answer/summary").text
    assert record.count(", after 8 in round 1 to an earlier wording") == 1
    assert record.count(", after 8 in round 1<") == 1


def test_the_history_says_all_of_it(alice: Browser, world: World, open_round: int) -> None:
    answering.open_next(world, opens=False)
    one = _ids(world)[0]
    alice.post(f"{ITEMS}/split/{one}", {"part1.title": "By day", "part2.title": "By night", **WHY})
    page = alice.get(f"{HOME}/items/history").text
    assert "Split into" in page
    assert "Split from" in page
    rows = alice.get(f"{HOME}/items/history.csv").text
    assert "1,one,2,split into,,4; 5,Two people said that it was unclear." in rows
    assert rows.splitlines()[0].endswith(",at,simulated")
    assert all(row.endswith(",no") for row in rows.splitlines()[1:])


def test_a_wish_that_enough_share_is_told_before_the_round_opens(
    alice: Browser, bob: Browser, world: World, open_round: int
) -> None:
    answering.amend(world, rounds={"last": 3, "join_late": True}, reopening={"requests": 1})
    *_, three = _ids(world)
    answering.begin(bob)
    _settle(world, 1, dropped=three)
    alice.post(f"{HOME}/rounds/2/open", {"closes_at": ""})
    bob.post("/answer/begin")
    page = bob.get("/answer/changes").text
    assert "Ask for it again" in page
    bob.post("/answer/changes", {"again": f"{three}"})
    assert "You asked for it again." in bob.get("/answer/changes").text
    _settle(world, 2)
    assert "asked for 1 settled item again" in alice.get(f"{HOME}/rounds/3").text
    items = f"{HOME}/rounds/3/items"
    assert f"{items}/reopen/{three}" in alice.get(items).text
    alice.post(f"{HOME}/rounds/3/open", {"closes_at": ""})
    assert "You asked for it in an earlier round." in bob.get("/answer/changes").text


def test_what_was_taken_back_already_is_said_on_the_page(
    alice: Browser, world: World, open_round: int
) -> None:
    answering.open_next(world, opens=False)
    alice.post(f"{ITEMS}/new", {"title": "Longer appointments", **WHY})
    change = re.findall(r"changes/(\d+)/take-back", alice.get(ITEMS).text)[0]
    alice.post(f"{ITEMS}/changes/{change}/take-back")
    again = alice.post(f"{ITEMS}/changes/{change}/take-back")
    assert (again.status, "taken back already" in again.text, "What round 2 asks" in again.text) == (
        409,
        True,
        True,
    )


def _settle(world: World, number: int, dropped: int = 0) -> None:
    def act(session: Session) -> None:
        study = studies.get(session, "fairer-care")
        round_ = rounds.get_round(session, study, number)
        rounds.close(session, round_, now=world.clock.now, by="alice")
        stay = {
            asked.item_id: Departure(
                Outcome.DROPPED if asked.item_id == dropped else Outcome.GOES_ON, "Decided."
            )
            for asked in round_.items
        }
        settling.settle(session, round_, results.get(session, round_), stay, now=world.clock.now, by="alice")

    answering.act(world, act)
