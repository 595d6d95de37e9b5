"""What was said, written up in short: kept, changed, taken away, and never over somebody's newer one."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit, evidence, rounds, write_ups
from surveys.errors import InvalidInput
from surveys.rounds import Round
from surveys.studies import Study
from surveys.write_ups import Typed
from tests.surveys import grid_examples

RATED: grid_examples.Ratings = {
    "practitioners": [((8, 20), (7, 20))] * 3,
    "lived_experience": [((6, 10), (7, 10))] * 3,
}
AGAIN: grid_examples.Ratings = {
    "practitioners": [((5, 12), (5, 12))],
    "lived_experience": [((5, 11), (5, 11))],
}


@pytest.fixture
def first(session: Session, study: Study, now: datetime) -> Round:
    return grid_examples.close(session, study, RATED, now=now)


def write(session: Session, round_: Round, text: str, seen: str, by: str = "alice") -> int:
    typed = {round_.study.items[0].id: Typed(text, seen)}
    now = round_.closed_at
    assert now is not None
    return write_ups.write(session, round_.study, round_, typed, by=by, now=now)


def text_of(session: Session, study: Study, through: int = 1) -> str:
    heard = evidence.list_heard(session, study, rounds.get_round(session, study, through))
    known = write_ups.of_study(session, study, heard)
    return known[study.items[0].id].text if known else ""


def acts(session: Session, study: Study) -> int:
    return sum("written up" in entry.act for entry in audit.list_entries(session, study.id))


def test_a_write_up_is_kept_changed_and_taken_away(session: Session, study: Study, first: Round) -> None:
    assert write(session, first, " Too far away. ", "") == 1
    assert text_of(session, study) == "Too far away."
    write(session, first, "Too far.", "Too far away.")
    write(session, first, "", "Too far.")
    assert text_of(session, study) == ""
    assert acts(session, study) == 3


def test_the_same_again_and_what_was_left_alone_leave_no_trace(
    session: Session, study: Study, first: Round
) -> None:
    assert write(session, first, "Too far.", "") == 1
    assert write(session, first, "Too far.", "") == 0
    assert write(session, first, "Somebody’s older one.", "Somebody’s older one.") == 0
    assert (text_of(session, study), acts(session, study)) == ("Too far.", 1)


def test_who_saw_an_older_one_is_told_of_the_newer_and_may_then_put_theirs(
    session: Session, study: Study, first: Round
) -> None:
    write(session, first, "Alice’s.", "", by="alice@example.org")
    with pytest.raises(InvalidInput, match="has written meanwhile: “Alice’s") as refused:
        write(session, first, "Bob’s.", "", by="bob@example.org")
    assert refused.value.field == f"text-{study.items[0].id}"
    assert text_of(session, study) == "Alice’s."
    write(session, first, "Bob’s.", "Alice’s.", by="bob@example.org")
    assert text_of(session, study) == "Bob’s."


def test_a_write_up_is_short(session: Session, first: Round) -> None:
    with pytest.raises(InvalidInput, match="401 characters"):
        write(session, first, "x" * 401, "")


def test_an_earlier_round_keeps_what_was_written_up_to_it(
    session: Session, study: Study, first: Round, now: datetime
) -> None:
    write(session, first, "After round 1.", "")
    second = grid_examples.close(session, study, AGAIN, now=now, keys=["one"])
    assert text_of(session, study, 2) == "After round 1."
    write(session, second, "After round 2.", "After round 1.")
    assert (text_of(session, study, 1), text_of(session, study, 2)) == ("After round 1.", "After round 2.")
