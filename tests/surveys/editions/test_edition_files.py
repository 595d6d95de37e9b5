"""An edition as a file: the same bytes each time, the same findings from it, and nothing hidden in it."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import edition_files, local_files, notices, sharing, showing
from surveys.editions.editions import Edition
from surveys.errors import FaultyFile
from surveys.studies import Study
from tests.surveys.editions import examples


def test_the_same_edition_is_the_same_bytes_and_gives_the_same_findings(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    shown = showing.own(session, edition, strength=0.3)
    data = edition_files.write(shown)
    session.expire_all()
    assert edition_files.write(showing.own(session, edition, strength=0.3)) == data
    assert edition_files.read(data).findings == shown.findings


def test_a_round_and_a_file_of_the_same_answers_are_the_same_edition(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    of_round = edition_files.write(showing.own(session, edition))
    local_files.import_(session, edition, examples.csv(), "local.csv", now=now, is_replacing=True)
    assert edition_files.write(showing.own(session, edition)) == of_round


@pytest.mark.parametrize("people", [3, 7])
def test_a_file_holds_no_count_that_may_not_be_seen(
    session: Session, key: Key, edition: Edition, now: datetime, people: int
):
    examples.ask(session, key, edition, now=now, raters={"practitioners": people})
    local = json.loads(edition_files.write(showing.own(session, edition)))["local"]
    heard = [one for of in local["answers"] for one in of["answers"].values()]
    assert {one["counts"] for one in heard} == {None}
    assert local["responders"]["practitioners"] == ("fewer than 5" if people == 3 else "5 to 9")


def test_a_file_tells_nobodys_address_and_no_secret(session: Session, key: Key, made: Any, now: datetime):
    data = edition_files.write(showing.own(session, made.edition))
    assert made.token.encode() not in data
    assert b"ada@example.org" not in data


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        (b'"format": "delphi edition 1"', b'"format": "delphi edition 9"', "format"),
        (b'"strength": 1.0', b'"strength": "much"', "strength"),
        (b'"counts": [', b'"counts": [1, ', ""),
        (b'"item": "bus"', b'"item": "buss"', "choices"),
        (b'"findings"', b"findings", "line"),
    ],
)
def test_a_file_that_was_changed_by_hand_is_refused(
    session: Session, edition: Edition, before: bytes, after: bytes, where: str
):
    data = edition_files.write(showing.own(session, edition))
    assert before in data
    with pytest.raises(FaultyFile) as refused:
        edition_files.read(data.replace(before, after))
    assert any(fault.where.startswith(where) for fault in refused.value.faults)


def test_what_is_public_shows_what_was_made_public(
    session: Session, key: Key, edition: Edition, now: datetime
):
    slug = sharing.publish(session, edition, now=now).slug
    before = edition_files.write(showing.public(session, slug))
    examples.ask(session, key, edition, now=now)
    assert edition_files.write(showing.public(session, slug)) == before


def test_every_edition_says_what_it_is(session: Session, key: Key, published: Study, edition: Edition):
    shown = showing.own(session, edition)
    assert shown.notices == (
        "Local edition, not the study’s findings.",
        "Assumes that your people resemble the panel.",
        "Chance covers who was asked, not whether it works.",
        "No local practitioners rated this.",
        "No local people with lived experience rated this.",
    )
    begin = "Made from “Fairer care”, round 1, closed on 2026-03-02; protocol "
    assert shown.credit.startswith(f"{begin}{published.fingerprint[:12]}; Delphi ")


def test_it_says_that_the_panel_had_seen_feedback_where_it_had(
    session: Session, key: Key, published: Study, now: datetime
):
    examples.publish_again(session, published, ["bus"], now=now)
    edition = examples.begin_with(session, key, ["bus"], now=now).edition
    assert notices.RESEMBLE in showing.own(session, edition).notices


def test_a_simulated_study_and_a_withdrawn_one_are_told(session: Session, key: Key, now: datetime):
    study = examples.publish(session, now=now, is_simulated=True)
    edition = examples.begin(session, key, now=now).edition
    publications.withdraw(session, study, now=now, by=examples.BY)
    assert showing.own(session, edition).notices[:2] == (notices.SIMULATED, notices.WITHDRAWN)
