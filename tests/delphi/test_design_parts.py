"""The parts of a protocol as forms: saved whole, or refused with each fault at its field; nothing is lost."""

import html
import json
import re
from typing import Any

import pytest

from delphi.pages.design import fields
from delphi.pages.design.part_forms import FORMS
from surveys import protocol_reading, studies
from surveys.designing import drafts, templates
from surveys.exchange import study_files
from surveys.studies import Study
from tests.delphi.conftest import NOW, Answer, Browser, World

HOME = "/studies/fairer-care"
DESIGN = f"{HOME}/design"
ALL = tuple(FORMS)


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the first form of a page that has fields of ours, untouched."""
    part = page[page.index('name="seen"') :]
    part = part[: part.index("</form>")]
    form = {"seen": re.search(r'value="(\w+)"', part)[1]}  # type: ignore[index]
    form["was"] = html.unescape(re.search(r'name="was" value="([^"]*)"', part)[1])  # type: ignore[index]
    for tag in re.findall(r"<input[^>]*>", part):
        found = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        kind, name = found.get("type", "text"), found.get("name", "")
        if name and (kind not in ("checkbox", "radio") or " checked" in tag):
            form[name] = found.get("value", "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', part, re.DOTALL):
        form[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        form[name] = chosen[1] if chosen else ""
    return form


def save(browser: Browser, part: str, **changes: str | None) -> Answer:
    """Open the form of a part, change these fields and send it; None takes a field away."""
    path = f"{DESIGN}/parts/{part}"
    form: dict[str, Any] = {**form_of(browser.get(path).text)}
    for name, value in changes.items():
        form[name.replace("__", ".")] = value
    return browser.post(path, {name: value for name, value in form.items() if value is not None})


def protocol(world: World) -> Any:
    with world.session() as session:
        return studies.get(session, "fairer-care").protocol


@pytest.mark.parametrize("part", ALL)
def test_a_form_that_nobody_touched_changes_nothing(alice: Browser, world: World, part: str) -> None:
    before = protocol(world)
    assert save(alice, part).location == DESIGN
    assert protocol(world) == before


@pytest.mark.parametrize("key", [template.key for template in templates.TEMPLATES])
@pytest.mark.parametrize("part", ALL)
def test_every_part_of_every_template_is_read_as_it_is_written(part: str, key: str) -> None:
    files = study_files.read(templates.library.folder(key))
    study = Study(
        key="x",
        title=files.protocol.title,
        protocol_json=drafts.protocols.to_builtins(files.protocol),
        fingerprint=drafts.protocols.fingerprint(files.protocol),
        vocabularies=study_files.vocabulary_files.to_builtins(files.vocabularies),
        created_at=NOW,
    )
    read = FORMS[part].read(FORMS[part].written(study), study)
    read.check()
    rest = {key: value for key, value in study.protocol_json.items() if key not in drafts.PARTS[part]}
    assert protocol_reading.from_builtins(rest | read.data) == files.protocol


def test_buttons_lead_on_back_or_nowhere(alice: Browser) -> None:
    assert save(alice, "aims", on="yes").location == f"{DESIGN}/parts/criteria"
    assert save(alice, "aims", stay="yes").location == f"{DESIGN}/parts/aims"
    assert save(alice, "notes", on="yes").location == f"{DESIGN}/items"


def test_title_and_aims_are_saved(alice: Browser, world: World) -> None:
    save(alice, "aims", title=" A Delphi\tstudy ", aims="One.\r\n\r\nTwo.")
    assert (protocol(world).title, protocol(world).aims) == ("A Delphi study", "One.\n\nTwo.")
    assert "A Delphi study" in alice.get("/studies").text


def test_a_criterion_is_added_and_taken_out(alice: Browser, world: World) -> None:
    new = {
        "criterion__new1__name": "Ease of use",
        "criterion__new1__question": "How easy?",
        "criterion__new1__low": "hard",
    }
    save(alice, "criteria", **new)
    assert [one.key for one in protocol(world).criteria] == ["usefulness", "feasibility", "ease_of_use"]
    assert protocol(world).criterion("ease_of_use").more == "more ease of use"
    save(alice, "criteria", criterion__ease_of_use__gone="yes")
    assert len(protocol(world).criteria) == 2


def test_what_other_parts_need_stays_and_is_named(alice: Browser, world: World) -> None:
    answer = save(alice, "criteria", criterion__feasibility__gone="yes")
    assert answer.status == 422
    assert "On the page “Priority grids” (grids.up)" in answer.text
    assert len(protocol(world).criteria) == 2


def test_every_fault_stands_at_its_field_and_nothing_is_lost(alice: Browser) -> None:
    answer = save(alice, "criteria", criterion__usefulness__name="", criterion__feasibility__question=" ")
    assert answer.status == 422
    assert 'id="criterion.usefulness.name-fault"' in answer.text
    assert 'id="criterion.feasibility.question-fault"' in answer.text
    assert 'value="more useful"' in answer.text


@pytest.mark.parametrize(
    ("part", "field", "value", "fault"),
    [
        ("aims", "title", "", "title"),
        ("aims", "title", "x" * 301, "title"),
        ("scale", "low", "one", "low"),
        ("scale", "high", "99", "low"),
        ("scale", "high.last", "", "high.last"),
        ("scale", "middle.first", "2", "low"),
        ("panels", "panel.practitioners.weight", "heavy", "panel.practitioners.weight"),
        ("panels", "panel.practitioners.weight", "0", "panel.practitioners.weight"),
        ("rules", "rule.1.in", "share >= 70 hihg", "rule.1.in"),
        ("rules", "rule.1.in", "", "rule.1.in"),
        ("rules", "rule.1.minimum_n", "-1", "rule.1.in"),
        ("rules", "rule.1.denominator", "all", "rule.1.denominator"),
        ("rules", "quantiles", "12", "quantiles"),
        ("rounds", "last", "0", "last"),
        ("rounds", "hidden_below", "20", "limited_below"),
        ("rounds", "last", "99", "last"),
        ("rounds", "reopen.requests", "0", "reopen.requests"),
        ("information", "emergency_number", "abc", "emergency_number"),
        ("information", "contact_phone", "at the desk", "contact_phone"),
        ("rounds", "panels", "some", "panels"),
        ("information", "contact_email", "nowhere", "contact_email"),
        ("information", "version", "", "version"),
        ("grids", "up", "usefulness", "up"),
        ("grids", "across", "", "across"),
        ("notes", "other.new1.text", "about nothing", "other.new1.name"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    alice: Browser, world: World, part: str, field: str, value: str, fault: str
) -> None:
    before = protocol(world)
    answer = save(alice, part, **{field.replace(".", "__"): value})
    assert answer.status == 422
    assert f'id="{fault}-fault"' in answer.text
    assert f'<a href="#{fault}">' in answer.text
    assert protocol(world) == before


def test_every_wrong_field_is_named_at_once(alice: Browser) -> None:
    wrong = {"last": "99", "block_size": "many", "hidden_below": "0", "reopen__requests": "0"}
    text = save(alice, "rounds", **wrong).text
    assert all(f'id="{field.replace("__", ".")}-fault"' in text for field in wrong)
    assert 'id="limited_below-fault"' not in text
    assert "Write a whole number from 1 to 10." in text


def test_no_criterion_panel_or_rule_at_all_is_said(alice: Browser) -> None:
    gone = {"criterion__usefulness__gone": "yes", "criterion__feasibility__gone": "yes"}
    assert "at least one criterion" in save(alice, "criteria", **gone).text
    gone = {"panel__practitioners__gone": "yes", "panel__lived_experience__gone": "yes"}
    assert "at least one panel" in save(alice, "panels", **gone).text
    assert "at least one rule" in save(alice, "rules", rule__1__gone="yes").text


def test_a_panel_with_people_on_it_stays(alice: Browser) -> None:
    answer = save(alice, "panels", panel__lived_experience__gone="yes")
    assert "has people on it" in answer.text


def test_a_rule_for_one_panel_is_added(alice: Browser, world: World) -> None:
    save(alice, "rules", rule__new1__in="share >= 80 high", rule__new1__panel="practitioners")
    assert [(one.into, one.panel) for one in protocol(world).rules][1:] == [
        ("share >= 80 high", "practitioners")
    ]
    assert "Practitioners" in alice.get(f"{DESIGN}/parts/rules").text


def test_grids_are_taken_away_and_drawn_again(alice: Browser, world: World) -> None:
    save(alice, "grids", drawn=None)
    assert protocol(world).grids is None
    save(alice, "grids", drawn="yes", across="feasibility", up="usefulness")
    assert protocol(world).grids.across == "feasibility"


def test_notes_are_kept_under_their_names(alice: Browser, world: World) -> None:
    save(
        alice,
        "notes",
        note__stopping__text="After two rounds.",
        other__new1__name="grids",
        other__new1__text="x",
    )
    assert protocol(world).provenance == {"stopping": "After two rounds.", "grids": "x"}


def test_the_second_researcher_is_shown_the_first_ones_change_and_loses_nothing(
    alice: Browser, world: World
) -> None:
    early = form_of(alice.get(f"{DESIGN}/parts/aims").text)
    save(alice, "aims", title="First was here", aims="Other aims.")
    late = alice.post(f"{DESIGN}/parts/aims", {**early, "title": "Second was here"})
    assert late.status == 409
    assert "Somebody else saved this part" in late.text
    assert 'value="Second was here"' in late.text
    assert "<q>First was here</q>" in late.text
    assert "Other aims.</textarea>" in late.text
    assert "Taken over from what somebody else saved" in late.text
    again = form_of(late.text)
    assert alice.post(f"{DESIGN}/parts/aims", again).status == 303
    assert (protocol(world).title, protocol(world).aims) == ("Second was here", "Other aims.")


def test_rows_are_put_together_by_what_they_are_about(alice: Browser, world: World) -> None:
    early = form_of(alice.get(f"{DESIGN}/parts/criteria").text)
    save(alice, "criteria", criterion__usefulness__question="Is it of use?")
    mine = {**early, "criterion.feasibility.question": "Can it be done?"}
    late = alice.post(f"{DESIGN}/parts/criteria", mine)
    assert late.status == 409
    assert alice.post(f"{DESIGN}/parts/criteria", form_of(late.text)).status == 303
    assert [one.question for one in protocol(world).criteria] == ["Is it of use?", "Can it be done?"]


@pytest.mark.parametrize("was", ["", "nonsense", "[1]", '{"title": 7}', "[" * 5000])
def test_a_form_that_does_not_say_what_it_was_made_from_is_shown_both(alice: Browser, was: str) -> None:
    answer = alice.post(f"{DESIGN}/parts/aims", {"title": "Mine", "aims": "A", "seen": "x", "was": was})
    assert answer.status == 409
    assert 'value="Mine"' in answer.text
    assert "<q>Fairer care</q>" in answer.text


def test_once_round_1_is_open_no_part_changes(alice: Browser, open_round: int) -> None:
    for path in (f"{DESIGN}/parts/aims", f"{DESIGN}/items"):
        assert alice.get(path).status == 409
        assert alice.post(path, {"title": "Late"}).status == 409
    page = alice.get(DESIGN)
    assert (page.status, "is fixed since 2 March 2026" in page.text) == (200, True)
    assert "/design/parts/" not in page.text


def test_a_part_that_there_is_not_is_not_found(alice: Browser) -> None:
    assert alice.get(f"{DESIGN}/parts/nothing").status == 404
    assert alice.post(f"{DESIGN}/parts/nothing", {}).status == 404


def test_merging_tells_apart_who_changed_what() -> None:
    was = {"a": "1", "b": "1", "c": "1", "d": "1"}
    kept = {"a": "2", "b": "2", "c": "1", "d": "1", "e": "new"}
    filled = fields.merged(was, kept, {"a": "3", "b": "1", "c": "3", "d": "1"}, "s")
    assert filled.values == {"a": "3", "b": "2", "c": "3", "d": "1", "e": "new"}
    assert (filled.beside, filled.taken) == ({"a": "2"}, frozenset({"b", "e"}))
    assert json.loads(filled.was_written) == kept


@pytest.mark.parametrize("odd", ["a\0b", "9" * 5000, "-1", "\x0b\ufffe", "<b>&quot;", "="], ids=ascii)
def test_nothing_odd_in_any_field_is_trouble(alice: Browser, odd: str) -> None:
    for path in [*(f"{DESIGN}/parts/{part}" for part in ALL), f"{DESIGN}/items"]:
        form = form_of(alice.get(path).text)
        whole = {name: value if name in ("seen", "was") else odd for name, value in form.items()}
        assert alice.post(path, whole).status in (303, 422), path
    for way in ({"template": odd, "title": odd}, {"template": "likert", "title": odd}):
        assert alice.post("/studies/new", way).status in (303, 422)
