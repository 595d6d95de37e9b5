"""Items in one form: reworded, moved, dropped, added; or from a file; nobody's words are lost."""

from typing import Any

from surveys import studies
from tests.delphi.conftest import Answer, Browser, World
from tests.delphi.test_design_parts import form_of

ITEMS = "/studies/fairer-care/design/items"


def ids(world: World) -> list[int]:
    with world.session() as session:
        return [item.id for item in studies.get(session, "fairer-care").items]


def titles(world: World) -> list[str]:
    with world.session() as session:
        return [item.wording.title for item in studies.get(session, "fairer-care").items]


def save(browser: Browser, changes: dict[str, Any], form: dict[str, str] | None = None) -> Answer:
    return browser.post(ITEMS, {**(form or form_of(browser.get(ITEMS).text)), **changes})


def send(browser: Browser, text: str, how: str = "keep") -> Answer:
    return browser.post(f"{ITEMS}/file", {"how": how}, files={"file": ("our.csv", text.encode(), "text/csv")})


def test_an_untouched_form_changes_nothing(alice: Browser, world: World) -> None:
    assert save(alice, {}).location == "/studies/fairer-care/design"
    assert titles(world) == ["Item one", "Item two", "Item three"]


def test_items_are_reworded_dropped_and_added(alice: Browser, world: World) -> None:
    one, two, _ = ids(world)
    changes = {f"item.{one}.title": "First", f"item.{two}.gone": "yes", "item.new1.title": "Fresh"}
    assert save(alice, changes | {"stay": "yes"}).location == ITEMS
    assert titles(world) == ["First", "Item three", "Fresh"]
    assert "1 item added, 1 item reworded, 1 item dropped" in alice.get(ITEMS).text


def test_an_item_moves_to_the_place_that_it_is_given(alice: Browser, world: World) -> None:
    one, _, three = ids(world)
    save(alice, {f"item.{three}.place": "1"})
    assert titles(world) == ["Item three", "Item one", "Item two"]
    save(alice, {f"item.{three}.place": "3"})
    assert titles(world) == ["Item one", "Item two", "Item three"]
    save(alice, {f"item.{one}.place": "2", "item.new1.title": "Fresh", "item.new1.place": "1"})
    assert titles(world) == ["Fresh", "Item two", "Item one", "Item three"]


def test_a_mistake_stands_at_its_field_and_nothing_is_lost(alice: Browser, world: World) -> None:
    one, two, three = ids(world)
    changes = {f"item.{one}.title": "", f"item.{two}.title": "item THREE", "item.new1.title": "Fresh"}
    answer = save(alice, changes)
    assert answer.status == 422
    assert f'id="item.{one}.title-fault"' in answer.text
    assert f'id="item.{three}.title-fault"' in answer.text
    assert 'value="Fresh"' in answer.text
    place = save(alice, {f"item.{one}.place": "first"})
    assert f'id="item.{one}.place-fault"' in place.text
    assert titles(world) == ["Item one", "Item two", "Item three"]


def test_the_second_researcher_sees_both_texts(alice: Browser, world: World) -> None:
    one, two, _ = ids(world)
    early = form_of(alice.get(ITEMS).text)
    save(alice, {f"item.{one}.title": "First’s", f"item.{two}.title": "Two anew"})
    late = save(alice, {f"item.{one}.title": "Second’s"}, early)
    assert late.status == 409
    assert "Somebody else changed the items" in late.text
    assert "<q>First’s</q>" in late.text
    assert save(alice, {}, form_of(late.text)).status == 303
    assert titles(world) == ["Second’s", "Two anew", "Item three"]


def test_what_was_typed_for_an_item_that_somebody_dropped_is_not_lost(alice: Browser, world: World) -> None:
    one, _, _ = ids(world)
    early = form_of(alice.get(ITEMS).text)
    save(alice, {f"item.{one}.gone": "yes"})
    late = save(alice, {f"item.{one}.title": "Better words", f"item.{one}.vignette": "All of them."}, early)
    assert late.status == 409
    assert 'value="Better words"' in late.text
    assert save(alice, {}, form_of(late.text)).status == 303
    assert titles(world) == ["Item two", "Item three", "Better words"]


def test_items_come_from_a_file(alice: Browser, world: World) -> None:
    answer = send(alice, "key,title\nfour,Four\n")
    assert answer.location == ITEMS
    assert titles(world) == ["Item one", "Item two", "Item three", "Four"]
    send(alice, "key,title\nfour,Four\none,One\n", "replace")
    assert titles(world) == ["Four", "One"]


def test_a_file_with_mistakes_changes_nothing(alice: Browser, world: World) -> None:
    answer = send(alice, "key,title\nfour,\n")
    assert (answer.status, "our.csv, line 2" in answer.text) == (422, True)
    taken = send(alice, "key,title\nfour,Item one\n")
    assert (taken.status, "has this title too" in taken.text) == (422, True)
    none = alice.post(f"{ITEMS}/file", {"how": "keep"}, files={"file": ("", b"", "text/csv")})
    assert none.status == 422
    assert len(titles(world)) == 3


def test_another_studys_item_is_only_a_new_one(alice: Browser, world: World) -> None:
    save(alice, {"item.999999.title": "From elsewhere", "item.999999.place": "9"})
    assert titles(world)[-1] == "From elsewhere"
    assert 999999 not in ids(world)
