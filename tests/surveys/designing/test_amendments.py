"""A fixed protocol is amended with a reason, and what was before is kept; what people answered by stays."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import audit, protocol_reading, rounds
from surveys import protocol as protocols
from surveys.designing import amendments, drafts
from surveys.designing.amendments import Amendment, Why
from surveys.errors import FaultyFile, InvalidInput, NotFound, NotNow
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys import examples
from tests.surveys.conftest import NOW

WHY = Why("A reviewer asked for it.", "No answer that was given.")
AIMS = {"title": "Fairer care", "aims": "Clearer aims."}


def amend(session: Session, study: Study, part: str, data: dict[str, Any], why: Why = WHY) -> Amendment:
    seen = drafts.standing(study.protocol, part) if part in drafts.PARTS else ""
    return amendments.save(session, study, part, data, why=why, seen=seen, by="alice@example.org", now=NOW)


def part_of(study: Study, part: str, **changes: Any) -> dict[str, Any]:
    whole = protocols.to_builtins(study.protocol)
    data = {key: whole[key] for key in drafts.PARTS[part] if key in whole}
    return {key: {**value, **changes.get(key, {})} for key, value in data.items()}


@pytest.fixture
def closed(session: Session, open_round: Round) -> Round:
    return rounds.close(session, open_round, now=NOW, by="alice@example.org")


def test_an_amendment_is_dated_and_keeps_what_was_before(
    session: Session, study: Study, open_round: Round
) -> None:
    before, was = study.protocol, study.fingerprint
    made = amend(session, study, "aims", AIMS)
    assert (made.number, made.at, made.reason, made.affects) == (1, NOW, WHY.reason, WHY.affects)
    assert (made.before_fingerprint, made.fingerprint) == (was, study.fingerprint)
    assert made.protocol_before == before
    assert protocol_reading.from_builtins(made.before) == before
    assert study.protocol.aims == "Clearer aims."
    assert "amendment 1" in audit.list_entries(session, study.id)[-1].act


def test_amendments_are_numbered(session: Session, study: Study, open_round: Round) -> None:
    amend(session, study, "aims", AIMS)
    amend(session, study, "notes", {"provenance": {"stopping": "After two rounds."}})
    assert [(one.number, one.part) for one in amendments.list_(session, study)] == [(1, "aims"), (2, "notes")]
    assert amendments.get(session, study, 2).part == "notes"
    with pytest.raises(NotFound):
        amendments.get(session, study, 3)


@pytest.mark.parametrize(
    ("why", "field"),
    [(Why("", "None."), "reason"), (Why("So.", ""), "affects"), (Why("x" * 4001, "y"), "reason")],
)
def test_an_amendment_says_why_and_what_it_affects(
    session: Session, study: Study, open_round: Round, why: Why, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        amend(session, study, "aims", AIMS, why)
    assert refusal.value.field == field


def test_a_draft_needs_no_amendment(session: Session, study: Study) -> None:
    with pytest.raises(NotNow, match=amendments.NOT_FIXED):
        amend(session, study, "aims", AIMS)


@pytest.mark.parametrize("part", ["criteria", "scale", "panels", "grids"])
def test_what_people_answered_by_stays(session: Session, study: Study, closed: Round, part: str) -> None:
    with pytest.raises(NotNow, match=amendments.STAYS):
        amend(session, study, part, {})


@pytest.mark.parametrize("part", ["rules", "rounds"])
def test_what_a_round_goes_by_stays_while_it_is_open(
    session: Session, study: Study, open_round: Round, part: str
) -> None:
    with pytest.raises(NotNow, match=amendments.CLOSE_FIRST):
        amend(session, study, part, {})


def test_a_rule_is_amended_between_rounds(session: Session, study: Study, closed: Round) -> None:
    amend(session, study, "rules", {"rules": [{"in": "share >= 75 high"}], "quantiles": 7})
    assert protocols.rule_plan(study.protocol, "usefulness", "practitioners").into == "share >= 75 high"


def test_small_groups_are_never_hidden_less(session: Session, study: Study, closed: Round) -> None:
    with pytest.raises(InvalidInput, match="can be raised"):
        amend(session, study, "rounds", part_of(study, "rounds", suppression={"hidden_below": 3}))
    amend(session, study, "rounds", part_of(study, "rounds", suppression={"hidden_below": 6}))
    assert study.protocol.suppression.hidden_below == 6


def test_rounds_that_are_there_cannot_be_taken_away(session: Session, study: Study, closed: Round) -> None:
    rounds.plan(session, study, study.items)
    with pytest.raises(InvalidInput, match="2 rounds already"):
        amend(session, study, "rounds", part_of(study, "rounds", rounds={"last": 1}))


def test_no_round_comes_after_the_last_was_settled(session: Session, study: Study, closed: Round) -> None:
    rounds.mark_settled(session, closed, now=NOW, by="alice@example.org")
    with pytest.raises(InvalidInput, match=amendments.ALL_SETTLED):
        amend(session, study, "rounds", part_of(study, "rounds", rounds={"last": 4}))


def test_blocks_of_a_round_that_was_asked_stay(session: Session, study: Study, closed: Round) -> None:
    before = [asked.block for asked in closed.items]
    amend(session, study, "rounds", part_of(study, "rounds", rounds={"block_size": 1}))
    assert [asked.block for asked in closed.items] == before


def test_another_sheet_has_another_version(session: Session, study: Study, open_round: Round) -> None:
    with pytest.raises(InvalidInput) as refusal:
        amend(session, study, "information", part_of(study, "information", information={"about": "New."}))
    assert refusal.value.field == "information.version"
    changed = {"about": "New.", "version": "2"}
    amend(session, study, "information", part_of(study, "information", information=changed))
    assert study.protocol.information.version == "2"


def test_nothing_changed_is_no_amendment(session: Session, study: Study, open_round: Round) -> None:
    with pytest.raises(InvalidInput, match=amendments.UNCHANGED):
        amend(session, study, "aims", {"title": study.title, "aims": study.protocol.aims})


def test_what_does_not_hold_is_refused(session: Session, study: Study, closed: Round) -> None:
    with pytest.raises(FaultyFile):
        amend(session, study, "rules", {"rules": [{"in": "share >= 75 hihg"}], "quantiles": 7})
    assert amendments.list_(session, study) == []


def test_of_two_researchers_the_second_is_told(session: Session, study: Study, open_round: Round) -> None:
    seen = drafts.standing(study.protocol, "aims")
    amend(session, study, "aims", AIMS)
    other = {"title": "Mine", "aims": "A"}
    with pytest.raises(NotNow, match="Somebody else"):
        amendments.save(session, study, "aims", other, why=WHY, seen=seen, by="bea", now=NOW)


def test_an_ended_study_stays_as_it_is(session: Session, study: Study, closed: Round) -> None:
    study.ended_at = NOW
    with pytest.raises(NotNow, match=amendments.ENDED):
        amend(session, study, "aims", AIMS)
    assert examples.protocol() == study.protocol
