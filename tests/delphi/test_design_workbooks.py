"""A workbook for a draft that is there: what would change is listed, and taken only as it was listed."""

import io
import re

from openpyxl import load_workbook

from surveys import rounds, studies
from surveys.designing import drafts, replacing
from tests.delphi.conftest import NOW, Answer, Browser, World

HOME = "/studies/fairer-care"
PAGE = f"{HOME}/design/workbook"


def workbook(browser: Browser, **cells: str | None) -> bytes:
    """The draft as a workbook, with other words in these cells of the sheet Items."""
    answer = browser.client.get(f"{HOME}/design/study.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    for cell, words in cells.items():
        book["Items"][cell] = words
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(browser: Browser, data: bytes) -> Answer:
    return browser.post(PAGE, files={"file": ("ours.xlsx", data, "application/octet-stream")})


def hidden(answer: Answer) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(sent|name|seen)" value="([^"]*)"', answer.text)
    return dict(found)


def titles(world: World) -> list[str]:
    with world.session() as session:
        return [item.wording.title for item in studies.get(session, "fairer-care").items]


def test_a_workbook_is_listed_first_and_then_taken(alice: Browser, world: World) -> None:
    assert f'href="{PAGE}"' in alice.get(f"{HOME}/design").text
    listed = send(alice, workbook(alice, B2="Clearer <item>", A5="new", B5="A fourth"))
    assert listed.status == 200
    assert "Items reworded (1)" in listed.text
    assert "Items added (1)" in listed.text
    assert "Clearer &lt;item&gt;" in listed.text
    assert titles(world)[0] == "Item one"
    taken = alice.post(f"{PAGE}/take", hidden(listed))
    assert (taken.status, taken.location) == (303, f"{HOME}/design")
    assert titles(world) == ["Clearer <item>", "Item two", "Item three", "A fourth"]
    assert alice.post(f"{PAGE}/take", hidden(listed)).status == 303


def test_the_draft_as_it_is_changes_nothing(alice: Browser) -> None:
    assert "Nothing would change" in send(alice, workbook(alice)).text


def test_what_somebody_else_changed_meanwhile_is_listed_before_it_is_overwritten(
    alice: Browser, world: World
) -> None:
    listed = send(alice, workbook(alice, B2="Clearer"))
    with world.session() as session, session.begin():
        studies.get(session, "fairer-care").items[1].wording.title = "Theirs"
    refused = alice.post(f"{PAGE}/take", hidden(listed))
    assert (refused.status, replacing.STALE in refused.text, "Theirs" in refused.text) == (409, True, True)
    assert alice.post(f"{PAGE}/take", hidden(refused)).status == 303
    assert titles(world)[:2] == ["Clearer", "Item two"]


def test_one_that_could_not_come_back_with_the_list_is_refused_at_once(alice: Browser) -> None:
    refused = send(alice, b"x" * (7 * 1024 * 1024 + 1))
    assert (refused.status, "A workbook can have at most 7 MB here." in refused.text) == (422, True)


def test_every_mistake_of_a_workbook_is_listed_and_nothing_changes(alice: Browser, world: World) -> None:
    refused = send(alice, workbook(alice, B2=None, A3="one"))
    assert refused.status == 422
    assert "sheet “Items”, cell B2" in refused.text
    assert "cell A3" in refused.text
    assert send(alice, b"nothing of the kind").status == 422
    assert alice.post(PAGE, {"x": "y"}, files={"other": ("a", b"b", "text/plain")}).status == 422
    assert alice.post(f"{PAGE}/take", {"sent": "Ā", "name": "a.xlsx"}).status == 422
    assert titles(world)[0] == "Item one"


def test_a_fixed_protocol_takes_none(alice: Browser, world: World) -> None:
    listed = send(alice, workbook(alice, B2="Clearer"))
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=NOW, by="a@b.org")
    for answer in (alice.get(PAGE), alice.post(f"{PAGE}/take", hidden(listed))):
        assert (answer.status, drafts.FIXED in answer.text) == (409, True)
    assert PAGE not in alice.get(f"{HOME}/design").text
