"""Panels: people come in by file or one by one, and their links go out; what was answered stays unseen."""

import csv
import html
import io
import re

import pytest

from delphi.pages.study.panels import CHOOSE_FILE
from surveys import access, audit, panels, studies
from tests.delphi import answered
from tests.delphi.answered import HOME
from tests.delphi.conftest import Answer, Browser, World

PANELS = f"{HOME}/panels"


def _codes(world: World) -> list[str]:
    with world.session() as session:
        return [p.code for p in panels.list_panellists(session, studies.get(session, "fairer-care"))]


def _acts(world: World) -> list[str]:
    with world.session() as session:
        study = studies.get(session, "fairer-care")
        return [entry.act for entry in audit.list_entries(session, study.id)]


def _send(browser: Browser, text: str, name: str = "people.csv") -> Answer:
    return browser.post(f"{PANELS}/file", files={"file": (name, text.encode(), "text/csv")})


def _page_of(world: World, code: str) -> str:
    return f"{PANELS}/{answered.ids(world, code)[0]}"


def test_people_come_in_by_file(alice: Browser, world: World) -> None:
    answer = _send(alice, "panel,code,name\npractitioners,P7,Ada\nlived_experience,L7,\n")
    assert (answer.status, answer.location) == (303, PANELS)
    page = alice.get(PANELS)
    assert "2 panellists added." in page.text
    assert "Ada" in page.text
    assert _codes(world) == ["P7", "bob", "L7", "grace"]
    assert _acts(world)[1:] == ["panellists added"]


def test_a_file_with_mistakes_adds_nobody_and_names_every_line(alice: Browser, world: World) -> None:
    answer = _send(alice, "panel,code\npractitioners,P7\nnobody,P8\npractitioners,bob\n")
    assert answer.status == 422
    assert "people.csv, line 3" in answer.text
    assert "people.csv, line 4" in answer.text
    assert _codes(world) == ["bob", "grace"]


def test_the_tables_are_a_file(alice: Browser, world: World) -> None:
    _send(alice, "panel,code,name\npractitioners,P7,=Ada\n")
    answered.round_1(world, closed=False)
    text = alice.get(f"{PANELS}/panellists.csv").text.removeprefix("\ufeff")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["P7"] == {
        "panel": "practitioners",
        "code": "P7",
        "name": "'=Ada",
        "channel": "own list",
        "agreed_to": "not asked yet",
        "open_round": "1",
        "progress": "not begun",
        "simulated": "no",
        "other_experience": "",
        "interests": "",
    }
    assert rows["P0"]["progress"] == "6 of 6, submitted"
    assert f'href="{PANELS}/panellists.csv"' in alice.get(PANELS).text


def test_attributes_come_in_by_file_and_go_out_with_the_tables(alice: Browser, world: World) -> None:
    text = "panel,code,name,profession,channel\npractitioners,P7,Ada,=nurse,Royal College\n"
    refused = _send(alice, text)
    assert "column “profession”: This column is not known here." in html.unescape(refused.text)
    file = {"file": ("people.csv", text.encode(), "text/csv")}
    assert alice.post(f"{PANELS}/file", {"attributes": " profession "}, files=file).status == 303
    page = alice.get(PANELS).text
    assert "profession: =nurse" in page
    assert 'value="profession"' in page  # named beforehand for the next file
    lines = alice.get(f"{PANELS}/panellists.csv").text.removeprefix("\ufeff")
    row = next(row for row in csv.DictReader(io.StringIO(lines)) if row["code"] == "P7")
    assert (row["profession"], row["channel"]) == ("'=nurse", "Royal College")


@pytest.mark.parametrize("names", ["email", "?", "x" * 41])
def test_odd_names_of_attributes_are_refused_at_their_field(alice: Browser, names: str) -> None:
    file = {"file": ("people.csv", b"panel\npractitioners\n", "text/csv")}
    answer = alice.post(f"{PANELS}/file", {"attributes": names}, files=file)
    assert (answer.status, 'href="#attributes"' in answer.text) == (422, True)
    assert f'value="{names}"' in answer.text


def test_the_register_counts_each_channel(alice: Browser) -> None:
    form = {"panel": "practitioners", "code": "P9", "channel": "Royal College"}
    assert alice.post(PANELS, form).status == 303
    assert "Practitioners: Royal College" in alice.get(PANELS).text
    lines = alice.get(f"{PANELS}/channels.csv").text.removeprefix("\ufeff")
    rows = [(row["panel"], row["channel"], row["on_panel"]) for row in csv.DictReader(io.StringIO(lines))]
    assert rows == [
        ("practitioners", "own list", "1"),
        ("practitioners", "Royal College", "1"),
        ("lived_experience", "own list", "1"),
    ]


def test_one_of_a_panel_is_one(alice: Browser) -> None:
    assert "1 practitioner and 1 person with lived experience." in alice.get(PANELS).text


def test_no_file_is_asked_for(alice: Browser) -> None:
    answer = alice.post(f"{PANELS}/file", files={"other": ("", b"")})
    assert (answer.status, CHOOSE_FILE in answer.text) == (422, True)


def test_the_template_is_a_file_that_can_be_filled_in_and_sent(alice: Browser, world: World) -> None:
    template = alice.get(f"{PANELS}/template.csv")
    assert 'filename="panellists.csv"' in template.headers["content-disposition"]
    assert _send(alice, template.text).status == 303
    assert len(_codes(world)) == 3


def test_one_panellist_is_added(alice: Browser, world: World) -> None:
    answer = alice.post(PANELS, {"panel": "practitioners", "code": "P9", "name": "Ada"})
    assert answer.status == 303
    assert "P9" in _codes(world)


def test_what_was_typed_stays_when_it_is_refused(alice: Browser) -> None:
    answer = alice.post(PANELS, {"panel": "lived_experience", "code": "bob", "name": "Ada Lovelace"})
    assert answer.status == 422
    assert "is in this study already." in answer.text
    assert "Ada Lovelace" in answer.text
    assert '<option value="lived_experience" selected>' in answer.text


def test_an_open_round_shows_how_many_answers_and_never_which(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    page = alice.get(PANELS)
    assert "6 of 6, submitted" in page.text
    assert "not begun" in page.text
    assert "Dr Smith" not in page.text


def test_every_link_is_downloaded_and_the_download_is_noted(alice: Browser, world: World) -> None:
    answer = alice.post(f"{PANELS}/links.csv")
    assert answer.status == 200
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["code"] for line in lines] == ["bob", "grace"]
    token = lines[0]["link"].rsplit("/", 1)[-1]
    with world.session() as session:
        link = access.get_personal_link(session, world.service.key, token)
        assert link.panellist.code == "bob"
    assert _acts(world)[1:] == ["personal links downloaded"]


def test_a_link_is_shown_only_when_asked_for(alice: Browser, world: World) -> None:
    page = _page_of(world, "bob")
    assert "http://127.0.0.1:8000/join/" not in alice.get(page).text
    shown = alice.post(f"{page}/link")
    assert "http://127.0.0.1:8000/join/" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert _acts(world)[1:] == ["personal link shown"]


def test_a_new_link_shuts_the_old_one_out(alice: Browser, world: World) -> None:
    page = _page_of(world, "bob")
    first = re.search(r"/join/([\w=-]+)", alice.post(f"{page}/link").text)
    assert alice.post(f"{page}/link/new").status == 303
    second = re.search(r"/join/([\w=-]+)", alice.post(f"{page}/link").text)
    assert first
    assert second
    assert world.browser().get(f"/join/{first[1]}").status == 404
    assert world.browser().get(f"/join/{second[1]}").status == 200


def test_a_revoked_link_is_not_shown(alice: Browser, world: World) -> None:
    page = _page_of(world, "bob")
    alice.post(f"{page}/link")
    assert alice.post(f"{page}/link/revoke").status == 303
    assert "The link was revoked." in alice.get(page).text
    assert alice.post(f"{page}/link").status == 409


@pytest.mark.parametrize("path", ["/link", "/link/new", "/link/revoke"])
def test_another_studys_panellist_is_not_found(alice: Browser, path: str) -> None:
    assert alice.post(f"{PANELS}/999999{path}").status == 404


def test_a_panellist_page_says_what_was_agreed_and_how_much_answered(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    page = alice.get(_page_of(world, "P0"))
    assert "6 of 6 answers" in page.text
    assert "Yes, 2 March 2026, 09:00, to version 1 of the information sheet" in page.text


def test_an_unknown_column_hides_no_other_mistake(alice: Browser) -> None:
    text = html.unescape(_send(alice, "panel,telephone,email\nnurses,1,a@example.org\nnurses,2,<@\n").text)
    assert "column “telephone”: This column is not known here." in text
    assert "line 2, column “panel”: There is no panel “nurses”." in text
    assert "line 3, column “email”: “<@” is not an email address" in text
