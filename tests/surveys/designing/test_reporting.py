"""Check my design: what the protocol says of each point, what is open, and the warnings beforehand."""

import pytest
from sqlalchemy.orm import Session

from surveys.access import Account
from surveys.designing import drafts, item_lists, reporting, rule_examples, templates
from surveys.designing.notes import NOTES
from tests.surveys import examples
from tests.surveys.conftest import NOW

EVERY_NOTE = {note.key: f"About {note.key}." for note in NOTES}
ENOUGH = {"practitioners": 12, "lived_experience": 10}


def open_headings(people: dict[str, int] | None = None, **changes: object) -> set[str]:
    points = reporting.points(examples.protocol(**changes), people or {}, lead="Sam")
    return {point.heading for point in points if point.is_open}


def test_a_bare_protocol_leaves_open_what_only_notes_can_say() -> None:
    found = open_headings()
    assert {"When it stops", "Late entry and missed rounds", "Registration", "Funding"} <= found
    assert not {"Rounds", "Feedback", "Anonymity", "Questions and scale", "Aims"} & found


def test_a_protocol_with_every_note_and_enough_people_leaves_nothing_open() -> None:
    assert open_headings(ENOUGH, title="Fairer care: a Delphi study", provenance=EVERY_NOTE) == set()


def test_each_note_answers_a_point() -> None:
    points = reporting.points(examples.protocol(), {})
    assert {point.note for point in points if point.note} == set(EVERY_NOTE)


def test_the_question_of_a_template_is_no_answer() -> None:
    assert "Aims" in open_headings(
        aims="What do you want to find out, and what will be done with the answer?"
    )


def test_warnings_come_before_the_protocol_is_fixed() -> None:
    said = reporting.warnings(examples.protocol(), {"lived_experience": 4})
    assert said[0].startswith("There are 4 people with lived experience")
    assert [word in " ".join(said) for word in ("stopping rule", "come late")] == [True, True]


@pytest.mark.parametrize(("count", "words"), [(0, "There is nobody"), (1, "There is 1 person"), (9, "are 9")])
def test_how_few_there_are_is_said(count: int, words: str) -> None:
    assert words in reporting.warnings(examples.protocol(), {"lived_experience": count})[0]


def test_no_panel_for_lived_experience_is_said() -> None:
    only = examples.protocol_data()["panels"][:1]
    assert "no panel" in reporting.warnings(examples.protocol(panels=only), {})[0]


def test_with_all_said_there_is_no_warning() -> None:
    assert reporting.warnings(examples.protocol(provenance=EVERY_NOTE), ENOUGH) == ()


def test_words_left_from_a_template_are_named(session: Session) -> None:
    account = Account(email="ada@example.org", name="Ada", created_at=NOW)
    session.add(account)
    session.flush()
    study = drafts.begin(session, templates.read("likert", account), "Ours", account, source="x", now=NOW)
    assert reporting.left(study) == {"aims", "panels", "information", "items", "notes"}


def test_a_panel_that_is_too_small_for_its_rule_is_named() -> None:
    said = reporting.warnings(examples.protocol(provenance=EVERY_NOTE), {**ENOUGH, "practitioners": 3})
    assert said == ("Practitioners: 3 people, and the rule needs 5 ratings: no item can be in or out.",)


def test_a_rule_of_one_criterion_that_needs_more_is_named_with_it() -> None:
    rules = examples.protocol_data()["rules"]
    more = rules[0] | {"criterion": "usefulness", "minimum_n": 11}
    said = reporting.warnings(examples.protocol(rules=[*rules, more], provenance=EVERY_NOTE), ENOUGH)
    there = "People with lived experience: 10 people, and the rule needs 11 ratings"
    assert said == (f"{there}: no item can be in or out on Usefulness.",)


def test_a_sheet_that_counts_the_items_of_the_template_is_not_yet_the_studys_own(session: Session) -> None:
    account = Account(email="ada@example.org", name="Ada", created_at=NOW)
    session.add(account)
    session.flush()
    files = templates.read("fairsteps", account)
    study = drafts.begin(session, files, "Ours", account, source="x", now=NOW)
    assert reporting.left(study) == {"notes"}
    fewer = [item_lists.Wanted(plan.title, plan.vignette) for plan in files.items[:56]]
    by, seen = account.email, item_lists.standing(study)
    item_lists.save(session, study, fewer, seen=seen, by=by, now=NOW)
    assert reporting.left(study) == {"notes", "information"}
    not_own = reporting.notes_not_own(study)
    assert not_own == {"rules", "items", "rounds"} & {note.key for note in NOTES}
    points = reporting.points(study.protocol, {}, not_own=not_own)
    assert all(point.is_open for point in points if point.note in not_own)


def test_the_examples_of_rules_fit_the_scale() -> None:
    five = {"low": 1, "high": 5, "bands": {"low": [1, 2], "middle": [3, 3], "high": [4, 5]}}
    texts = [one.text for one in rule_examples.fitting(examples.protocol(scale=five))]
    assert "median >= 4, iqr <= 1" in texts
    assert "rand/ucla" in texts
