"""Changing what the next round asks: what is asked then, what stays, and that all of it can be taken back."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit, rounds
from surveys.errors import InvalidInput, NotNow
from surveys.histories import changes, changing
from surveys.histories.changes import ChangeKind, Why
from surveys.histories.texts import Text
from surveys.rounds import Round
from surveys.studies import Study


def _asked(session: Session, round_: Round) -> list[tuple[int, str]]:
    return [(asked.number, asked.title) for asked in rounds.list_asked(session, round_)]


def test_a_new_wording_leaves_the_old_one_to_the_round_that_asked_it(
    session: Session, study: Study, open_round: Round, second: Round, why: Why
) -> None:
    change = changing.reword(session, second, study.items[0].id, Text("Item one, by phone", "New."), why)
    assert _asked(session, second) == [(1, "Item one, by phone"), (2, "Item two")]
    assert _asked(session, open_round)[0] == (1, "Item one")
    assert (change.kind, change.reason, change.sources) == (ChangeKind.REWORDED, why.reason, [])
    assert audit.list_entries(session, study.id)[-1].act == "items reworded"


def test_a_wording_that_nobody_has_read_is_written_over(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    item = study.items[0]
    changing.reword(session, second, item.id, Text("Item one, by phone"), why)
    changing.reword(session, second, item.id, Text("Item one, by letter"), why)
    assert [wording.title for wording in item.wordings] == ["Item one", "Item one, by letter"]
    assert len(changes.list_for(session, second)) == 1


def test_merged_items_give_way_to_one_that_stands_where_the_first_stood(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    one, two, _ = study.items
    one.tags, two.tags = {"step": ["a", "b"]}, {"step": ["b", "c"]}
    change = changing.merge(session, second, [one.id, two.id], Text("One and two"), why)
    assert _asked(session, second) == [(4, "One and two")]
    assert change.results[0].tags == {"step": ["a", "b", "c"]}
    assert change.sources == [one, two]
    assert changes.gone(session, study, 2) == {one.id, two.id}
    assert changes.gone(session, study, 1) == frozenset()


def test_a_split_item_gives_way_to_its_parts(session: Session, study: Study, second: Round, why: Why) -> None:
    parts = [Text("One by day"), Text("One by night")]
    changing.split(session, second, study.items[0].id, parts, why)
    assert _asked(session, second) == [(4, "One by day"), (5, "One by night"), (2, "Item two")]


def test_a_new_item_is_asked_last(session: Session, second: Round, why: Why) -> None:
    changing.add(session, second, Text("Longer appointments"), why)
    assert _asked(session, second)[-1] == (4, "Longer appointments")


@pytest.mark.parametrize("kind", ["reworded", "merged", "split", "new"])
def test_each_change_can_be_taken_back(
    session: Session, study: Study, second: Round, why: Why, now: datetime, kind: str
) -> None:
    before = _asked(session, second)
    one, two = study.items[0].id, study.items[1].id
    made = {
        "reworded": lambda: changing.reword(session, second, one, Text("Other"), why),
        "merged": lambda: changing.merge(session, second, [two, one], Text("Both"), why),
        "split": lambda: changing.split(session, second, one, [Text("A"), Text("B")], why),
        "new": lambda: changing.add(session, second, Text("New"), why),
    }[kind]()
    assert _asked(session, second) != before
    changing.take_back(session, second, made.id, by="alice", now=now)
    assert _asked(session, second) == before
    assert [item.wording.title for item in study.items] == ["Item one", "Item two", "Item three"]
    assert changes.list_for(session, second) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (Text(""), "needs a title"),
        (Text("item two"), "Item 2 has this title"),
        (Text("Item three"), "Item 3 has this title"),
        (Text("x" * 501), "501 characters"),
        (Text("Item one", "About one."), "the wording that it has"),
    ],
)
def test_a_wording_that_cannot_be_taken(
    session: Session, study: Study, second: Round, why: Why, text: Text, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        changing.reword(session, second, study.items[0].id, text, why)


def test_nothing_is_changed_without_a_reason(session: Session, second: Round, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        changing.add(session, second, Text("New"), Why("  ", "alice", now))


def test_what_gave_way_or_came_in_is_not_changed_twice(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    one, two, _ = study.items
    changing.reword(session, second, one.id, Text("Other"), why)
    with pytest.raises(NotNow, match="Item 1 was reworded for this round already"):
        changing.merge(session, second, [one.id, two.id], Text("Both"), why)
    changing.split(session, second, two.id, [Text("A"), Text("B")], why)
    with pytest.raises(NotNow, match="does not ask this item"):
        changing.reword(session, second, two.id, Text("Again"), why)


def test_a_round_that_has_been_opened_stays_as_it_is(
    session: Session, study: Study, second: Round, why: Why, now: datetime
) -> None:
    rounds.open_(session, second, closes_at=None, now=now, by="alice")
    with pytest.raises(NotNow, match="What it asks stays as it is"):
        changing.reword(session, second, study.items[0].id, Text("Other"), why)


def test_the_first_round_is_written_in_the_design(session: Session, study: Study, why: Why) -> None:
    with pytest.raises(NotNow, match="in the design"):
        changing.add(session, rounds.get_round(session, study, 1), Text("New"), why)


def test_numbers_are_given_once_also_after_a_change_was_taken_back(
    session: Session, study: Study, second: Round, why: Why, now: datetime
) -> None:
    first = changing.add(session, second, Text("A"), why)
    changing.add(session, second, Text("B"), why)
    changing.take_back(session, second, first.id, by="alice", now=now)
    changing.add(session, second, Text("C"), why)
    assert [number for number, _ in _asked(session, second)] == [1, 2, 5, 6]


def test_taking_one_change_back_leaves_the_others_where_they_stand(
    session: Session, study: Study, second: Round, why: Why, now: datetime
) -> None:
    changing.split(session, second, study.items[0].id, [Text("A"), Text("B")], why)
    new = changing.add(session, second, Text("New"), why)
    changing.take_back(session, second, new.id, by="alice", now=now)
    assert [title for _, title in _asked(session, second)] == ["A", "B", "Item two"]


def test_the_reason_of_a_new_item_outlives_another_text(
    session: Session, study: Study, second: Round, why: Why, now: datetime
) -> None:
    change = changing.add(session, second, Text("Nwe"), why)
    again = changing.reword(session, second, change.results[0].id, Text("New"), Why("A typo.", "bea", now))
    assert (again.kind, again.reason, again.by) == (ChangeKind.NEW, why.reason, why.by)
    assert audit.list_entries(session, study.id)[-1].details["reason"] == "A typo."


def test_a_new_wording_is_not_written_back_into_the_one_that_was_read(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    changing.reword(session, second, study.items[0].id, Text("Other"), why)
    with pytest.raises(InvalidInput, match="take the change back"):
        changing.reword(session, second, study.items[0].id, Text("Item one", "About one."), why)


def test_a_title_is_free_again_when_its_item_gave_way(
    session: Session, study: Study, second: Round, why: Why
) -> None:
    one, two, _ = study.items
    changing.merge(session, second, [one.id, two.id], Text("Both"), why)
    changing.add(session, second, Text("Item one"), why)
    assert [title for _, title in _asked(session, second)] == ["Both", "Item one"]


def test_a_reason_has_its_limit(session: Session, second: Round, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="4001 characters"):
        changing.add(session, second, Text("New"), Why("x" * 4001, "alice", now))
