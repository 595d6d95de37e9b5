"""Items are added, reworded, dropped and put in order while they may be; round 1 asks them so."""

import pytest
from sqlalchemy.orm import Session

from surveys import rounds
from surveys.designing import drafts, item_lists
from surveys.designing.item_lists import NO_ITEMS, STALE, Changed, Wanted
from surveys.errors import FaultyFile, NotNow
from surveys.items import ItemPlan
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys.conftest import NOW


def save(session: Session, study: Study, wanted: list[Wanted], seen: str = "") -> Changed:
    seen = seen or item_lists.standing(study)
    return item_lists.save(session, study, wanted, seen=seen, by="alice@example.org", now=NOW)


def put(session: Session, study: Study, plans: list[ItemPlan], *, keep: bool = False) -> Changed:
    return item_lists.put_file(session, study, plans, by="alice@example.org", now=NOW, keep=keep)


def titles(study: Study) -> list[str]:
    return [item.wording.title for item in study.items]


def asked(session: Session, study: Study) -> list[tuple[int, str, int]]:
    round_ = rounds.get_round(session, study, 1)
    return [(one.position, one.wording.title, one.block) for one in round_.items]


def test_items_are_reworded_moved_dropped_and_added(session: Session, study: Study) -> None:
    one, two, three = study.items
    kept = [
        Wanted("Third", "Now third.", three.id),
        Wanted("Fresh"),
        Wanted("Item one", "About one.", one.id),
    ]
    assert save(session, study, kept) == Changed(added=1, reworded=1, dropped=1)
    assert titles(study) == ["Third", "Fresh", "Item one"]
    assert [(item.key, item.position) for item in study.items] == [("three", 1), ("fresh", 2), ("one", 3)]
    assert asked(session, study) == [(1, "Third", 0), (2, "Fresh", 0), (3, "Item one", 1)]
    assert two not in study.items


def test_a_draft_has_one_wording_however_often_it_is_reworded(session: Session, study: Study) -> None:
    for title in ("Once", "Twice"):
        save(session, study, [Wanted(title, "", study.items[0].id)])
    assert [(wording.version, wording.title) for wording in study.items[0].wordings] == [(1, "Twice")]


def test_a_dropped_key_may_come_back(session: Session, study: Study) -> None:
    save(session, study, [Wanted("Fresh")])
    save(session, study, [Wanted("Fresh"), Wanted("Fresh too", "", study.items[0].id)])
    assert [item.key for item in study.items] == ["fresh-2", "fresh"]


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ([Wanted("")], "1, title"),
        ([Wanted("Same"), Wanted("same")], "2, title"),
        ([Wanted("x" * 501)], "1, title"),
        ([Wanted("Long", "x" * 4001)], "1, vignette"),
    ],
)
def test_an_item_that_cannot_be_kept_is_named(
    session: Session, study: Study, wanted: list[Wanted], where: str
) -> None:
    with pytest.raises(FaultyFile) as refusal:
        save(session, study, wanted)
    assert [fault.where for fault in refusal.value.faults] == [where]


def test_the_last_item_stays(session: Session, study: Study) -> None:
    with pytest.raises(FaultyFile, match=NO_ITEMS):
        save(session, study, [])


def test_of_two_researchers_the_second_is_told(session: Session, study: Study) -> None:
    seen = item_lists.standing(study)
    save(session, study, [Wanted("Mine", "", study.items[0].id)])
    with pytest.raises(NotNow, match=STALE):
        save(session, study, [Wanted("Yours", "", study.items[0].id)], seen)


def test_a_file_takes_the_place_of_the_items(session: Session, study: Study) -> None:
    ids = {item.key: item.id for item in study.items}
    plans = [ItemPlan("three", "Item three", "About three."), ItemPlan("four", "Four", notes={"by": "us"})]
    assert put(session, study, plans) == Changed(added=1, reworded=0, dropped=2)
    assert [(item.key, item.notes) for item in study.items] == [("three", {}), ("four", {"by": "us"})]
    assert study.items[0].id == ids["three"]


def test_or_comes_after_them(session: Session, study: Study) -> None:
    plans = [ItemPlan("two", "Two anew"), ItemPlan("four", "Four")]
    assert put(session, study, plans, keep=True) == Changed(added=1, reworded=1, dropped=0)
    assert titles(study) == ["Item one", "Item three", "Two anew", "Four"]


def test_once_round_1_is_open_items_stay(session: Session, study: Study, open_round: Round) -> None:
    with pytest.raises(NotNow, match=drafts.FIXED):
        save(session, study, [Wanted("Late")])
    with pytest.raises(NotNow):
        rounds.plan_anew(session, open_round, study.items)
