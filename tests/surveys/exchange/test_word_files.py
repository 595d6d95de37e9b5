"""The words of a round as a file: every kind, by panel and code, and nothing of who took them along."""

import csv
import io
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import comments, participations, ratings, rounds, settling, withdrawing
from surveys import results as kept
from surveys.comments import ClearingStatus, Ruling
from surveys.errors import NotNow
from surveys.exchange import word_files
from surveys.panels import Panellist
from surveys.participations import SuggestionKind
from surveys.ratings import Answer, Unable
from surveys.rounds import Round
from surveys.studies import Study


def words(session: Session, round_: Round) -> list[dict[str, str]]:
    text = word_files.write(session, round_).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def rate(
    session: Session, round_: Round, panellist: Panellist, answer: Answer, now: datetime
) -> tuple[int, int]:
    place = round_.items[0].item_id, round_.study.criteria[0].id
    ratings.save(session, round_, panellist, {place: answer}, now=now)
    return place


def next_round(session: Session, round_: Round, now: datetime) -> Round:
    """The round after this one, opened."""
    rounds.close(session, round_, now=now, by="alice")
    after = settling.settle(session, round_, kept.get(session, round_), {}, now=now, by="alice")
    assert after is not None
    return rounds.open_(session, after, closes_at=None, now=now, by="alice")


def test_comments_come_with_what_was_decided(
    session: Session, open_round: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    item = open_round.items[0].item_id
    comments.save(session, open_round, bob, {item: "=Dr Smith does."}, now=now)
    comments.save(session, open_round, grace, {item: "We do."}, now=now)
    rounds.close(session, open_round, now=now, by="alice")
    ruling = Ruling(bob.id, item, ClearingStatus.REDACTED, "A doctor does.", "Names a doctor.")
    comments.clear(session, open_round, ruling, by="alice", now=now)
    first, second = words(session, open_round)
    assert first == {
        **dict.fromkeys(word_files.HEADER, ""),
        "kind": "comment",
        "number": "1",
        "item": "one",
        "title": "Item one",
        "panel": "practitioners",
        "code": "P01",
        "text": "'=Dr Smith does.",
        "cleared": "redacted",
        "others_read": "A doctor does.",
        "why_cleared_so": "Names a doctor.",
        "may_be_shown": "no",
        "may_be_quoted": "no",
        "round": "1",
        "simulated": "no",
    }
    assert (second["text"], second["cleared"]) == ("We do.", "")


def test_harms_come_first_and_reasons_of_unable_last(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rate(session, open_round, bob, Answer(unable=Unable.NOT_KNOWN), now)
    comments.save(session, open_round, bob, {open_round.items[0].item_id: "Hm."}, now=now)
    for kind in SuggestionKind:
        participations.suggest(session, open_round, bob, kind, f"Some {kind}.", now=now)
    rounds.close(session, open_round, now=now, by="alice")
    told = [(row["kind"], row["criterion"], row["text"]) for row in words(session, open_round)]
    assert told == [
        ("harm", "", "Some harm."),
        ("missing", "", "Some missing."),
        ("comment", "", "Hm."),
        ("unable to rate", "usefulness", "I don’t know"),
    ]


def test_a_change_of_mind_says_from_what_to_what(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rate(session, open_round, bob, Answer(3), now)
    second = next_round(session, open_round, now)
    place = rate(session, second, bob, Answer(8), now)
    ratings.give_reason(session, second, bob, place, "The comments.", now=now)
    rounds.close(session, second, now=now, by="alice")
    (row,) = words(session, second)
    assert (row["kind"], row["text"], row["from"], row["to"]) == (
        "reason of a change",
        "The comments.",
        "3",
        "8",
    )
    assert (row["number"], row["criterion"], row["code"]) == ("1", "usefulness", "P01")


def test_who_withdraws_takes_the_words_along(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rate(session, open_round, bob, Answer(3), now)
    comments.save(session, open_round, bob, {open_round.items[0].item_id: "Hm."}, now=now)
    second = next_round(session, open_round, now)
    place = rate(session, second, bob, Answer(8), now)
    ratings.give_reason(session, second, bob, place, "The comments.", now=now)
    rounds.close(session, second, now=now, by="alice")
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert words(session, open_round) == words(session, second) == []


def test_an_open_round_keeps_its_words(session: Session, open_round: Round) -> None:
    with pytest.raises(NotNow, match="when the round has closed"):
        word_files.write(session, open_round)
