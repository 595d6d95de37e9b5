"""What was said, written up in short: kept, changed, taken away, and never over somebody's newer one."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit, write_ups
from surveys.errors import InvalidInput, NotFound
from surveys.studies import Study


def text_of(session: Session, study: Study) -> str:
    known = write_ups.of_study(session, study)
    return known[study.items[0].id].text if known else ""


def test_a_write_up_is_kept_changed_and_taken_away(session: Session, study: Study, now: datetime) -> None:
    item = study.items[0]
    write_ups.write(session, item, " Too far away. ", seen="", by="alice", now=now)
    assert text_of(session, study) == "Too far away."
    write_ups.write(session, item, "Too far.", seen="Too far away.", by="alice", now=now)
    write_ups.write(session, item, "", seen="Too far.", by="alice", now=now)
    assert text_of(session, study) == ""
    acts = [entry.act for entry in audit.list_entries(session, study.id) if "written up" in entry.act]
    assert len(acts) == 3


def test_the_same_again_leaves_no_trace(session: Session, study: Study, now: datetime) -> None:
    for _ in range(2):
        write_ups.write(session, study.items[0], "Too far.", seen="", by="alice", now=now)
    assert sum("written up" in entry.act for entry in audit.list_entries(session, study.id)) == 1


def test_who_saw_an_older_one_is_told_of_the_newer_and_may_then_put_theirs(
    session: Session, study: Study, now: datetime
) -> None:
    item = study.items[0]
    write_ups.write(session, item, "Alice’s.", seen="", by="alice@example.org", now=now)
    with pytest.raises(InvalidInput, match="has written meanwhile: “Alice’s") as refused:
        write_ups.write(session, item, "Bob’s.", seen="", by="bob@example.org", now=now)
    assert refused.value.field == f"text-{item.id}"
    assert text_of(session, study) == "Alice’s."
    write_ups.write(session, item, "Bob’s.", seen="Alice’s.", by="bob@example.org", now=now)
    assert text_of(session, study) == "Bob’s."


def test_a_write_up_is_short_and_of_an_item_of_the_study(
    session: Session, study: Study, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="401 characters"):
        write_ups.write(session, study.items[0], "x" * 401, seen="", by="alice", now=now)
    with pytest.raises(NotFound):
        write_ups.item_of(study, 987_654)
