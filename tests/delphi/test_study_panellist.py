"""One panellist's page: all that is kept, what it declared, and moving it to the panel that it belongs to."""

import csv
import html
import io
import re

from surveys import access, audit, panels, studies, teams
from surveys.permissions import Role
from surveys.teams import NewMember
from tests.delphi import answered
from tests.delphi.answered import HOME
from tests.delphi.conftest import NOW, Browser, World

FILE = (
    "panel,code,name,channel,profession,taking part as,other experience,interests\n"
    "practitioners,P7,Ada,Royal College,nurse,Public contributor,Was a patient at Elm Street,None\n"
)
WORDS = {"capacity": "participant", "experience": "Cared for a parent.", "interests": ""}


def _page(world: World, code: str) -> str:
    return f"{HOME}/panels/{answered.ids(world, code)[0]}"


def _send(alice: Browser, text: str = FILE) -> int:
    files = {"file": ("people.csv", text.encode(), "text/csv")}
    return alice.post(f"{HOME}/panels/file", {"attributes": "profession"}, files=files).status


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{16})"', page)
    assert found is not None
    return found[1]


def _table(browser: Browser) -> dict[str, dict[str, str]]:
    text = browser.get(f"{HOME}/panels/panellists.csv").text.removeprefix("\ufeff")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


def _details(world: World, act: str) -> list[object]:
    with world.session() as session:
        study = studies.get(session, "fairer-care")
        return [one.details for one in audit.list_entries(session, study.id) if one.act == act]


def test_the_page_shows_all_that_a_file_said(alice: Browser, world: World) -> None:
    assert _send(alice) == 303
    page = alice.get(_page(world, "P7")).text
    for told in ("Royal College", "nurse", "public contributor", "Was a patient at Elm Street"):
        assert told in page
    row = _table(alice)["P7"]
    assert (row["taking part as"], row["other_experience"], row["interests"]) == (
        "public contributor",
        "Was a patient at Elm Street",
        "None",
    )


def test_an_analyst_is_told_that_something_was_declared_and_not_what(alice: Browser, world: World) -> None:
    _send(alice)
    with world.session() as session, session.begin():
        access.create_account(session, "ann@example.org", "Ann", None, now=NOW)
        new = NewMember("ann@example.org", "Ann", Role.ANALYST)
        teams.invite(session, studies.get(session, "fairer-care"), new, by="alice", now=NOW)
    ann = world.as_account("ann@example.org")
    row = _table(ann)["P7"]
    assert (row["name"], row["taking part as"], row["other_experience"]) == (
        "",
        "public contributor",
        "declared",
    )
    assert ann.post(f"{_page(world, 'P7')}/declaration", WORDS).status == 403
    assert ann.post(f"{_page(world, 'P7')}/move", {"panel": "lived_experience"}).status == 403


def test_mistakes_in_the_columns_are_named_by_their_line(alice: Browser) -> None:
    wrong = FILE.replace("Public contributor", "Patient").replace("None", "x" * 1001)
    files = {"file": ("people.csv", wrong.encode(), "text/csv")}
    text = html.unescape(alice.post(f"{HOME}/panels/file", {"attributes": "profession"}, files=files).text)
    assert "line 2, column “taking part as”: “Patient” is neither “participant” nor" in text
    assert "line 2, column “interests”: This has 1001 characters; at most 1000" in text


def test_a_declaration_is_changed_by_hand_and_the_trail_keeps_no_word(alice: Browser, world: World) -> None:
    page = _page(world, "bob")
    form = WORDS | {"seen": _seen(alice.get(page).text)}
    for _ in range(2):
        assert alice.post(f"{page}/declaration", form).status == 303
    assert "Cared for a parent." in alice.get(page).text
    assert _details(world, "declaration changed") == [{"panellist": "bob", "parts": "capacity, experience"}]


def test_an_old_page_writes_over_nothing_and_keeps_what_was_typed(alice: Browser, world: World) -> None:
    page = _page(world, "bob")
    seen = _seen(alice.get(page).text)
    alice.post(f"{page}/declaration", WORDS | {"seen": seen})
    old = alice.post(f"{page}/declaration", WORDS | {"seen": seen, "experience": "Nothing to tell."})
    assert old.status == 409
    assert "Nothing to tell." in old.text
    assert "Cared for a parent." in old.text
    again = WORDS | {"experience": "Nothing to tell.", "seen": _seen(old.text)}
    assert alice.post(f"{page}/declaration", again).status == 303
    long = alice.post(f"{page}/declaration", again | {"interests": "x" * 1001})
    assert (long.status, 'href="#interests"' in long.text) == (422, True)


def test_somebody_on_the_wrong_panel_is_moved_once(alice: Browser, world: World) -> None:
    page = _page(world, "bob")
    form = {"panel": "lived_experience", "reason": "", "seen": "practitioners"}
    refused = alice.post(f"{page}/move", form)
    assert (refused.status, 'href="#reason"' in refused.text) == (422, True)
    for _ in range(2):
        answer = alice.post(f"{page}/move", form | {"reason": "Signed up on the wrong page."})
        assert (answer.status, answer.location) == (303, f"{page}#panel-of")
    text = html.unescape(alice.get(page).text)
    assert "Moved from Practitioners to People with lived experience on 2 March 2026" in text
    assert "counted there from round 1 on" in text
    assert text.count("Signed up on the wrong page.") == 1
    assert len(_details(world, "panellist moved")) == 1


def test_who_was_moved_is_not_told_to_be_among_those_of_the_new_panel(world: World, alice: Browser) -> None:
    answered.round_1(world, others=5)
    answered.round_2(world, closed=False)
    panellist = world.as_panellist("P0")
    before = panellist.get("/answer/round").text
    form = {"panel": "lived_experience", "reason": "It is a patient.", "seen": "practitioners"}
    assert alice.post(f"{_page(world, 'P0')}/move", form).status == 303
    after = panellist.get("/answer/round").text
    # Six of each panel rated: five others on the panel where its rating was counted, six on the other.
    assert [text.count("You and 5 to 9 others") for text in (before, after)] == [6, 6]
    panel = r"(Practitioners|People with lived experience)"
    mine = re.compile(rf"{panel}(?:(?!{panel}).)*?You and 5 to 9 others", re.DOTALL)
    assert {found[0] for text in (before, after) for found in mine.findall(text)} == {"Practitioners"}


def test_only_who_is_left_can_be_changed(alice: Browser, world: World, bob: Browser) -> None:
    bob.post("/answer/withdraw", {"keep": "yes"})
    page = _page(world, "bob")
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        next(p for p in panels.list_panellists(session, study) if p.code == "bob").withdrawn_at = NOW
    assert "Move to another panel" not in alice.get(page).text
    form = {"panel": "lived_experience", "reason": "Late.", "seen": "practitioners"}
    assert alice.post(f"{page}/move", form).status == 409
    assert alice.post(f"{page}/declaration", WORDS).status == 409


def test_a_name_and_a_language_are_corrected_and_the_trail_keeps_no_word(
    alice: Browser, world: World
) -> None:
    page = _page(world, "bob")
    stood = _stood(alice.get(page).text)
    odd = alice.post(f"{page}/person", {"name": "Bob Brown", "language": "Welsh!", "stood": stood})
    assert (odd.status, 'href="#language"' in odd.text, 'value="Bob Brown"' in odd.text) == (422, True, True)
    form = {"name": "Bob Brown", "language": "cy", "stood": stood}
    for _ in range(2):
        assert alice.post(f"{page}/person", form).status == 303
    assert 'value="Bob Brown"' in alice.get(page).text
    assert _details(world, "person corrected") == [{"panellist": "bob", "parts": "name, language"}]
    old = alice.post(f"{page}/person", form | {"name": "Robert"})
    assert (old.status, 'value="Robert"' in old.text) == (409, True)


def test_one_panellist_is_added_with_a_language(alice: Browser, world: World) -> None:
    form = {"panel": "practitioners", "code": "P9", "name": "Gwen", "language": "cy"}
    assert 'name="language"' in alice.get(f"{HOME}/panels").text
    assert alice.post(f"{HOME}/panels", form).status == 303
    assert 'value="cy"' in alice.get(_page(world, "P9")).text


def _stood(page: str) -> str:
    found = re.search(r'name="stood" value="(\w+)"', page)
    assert found
    return found[1]
