"""Moving a panellist: closed rounds stay with the panel before, an open one goes along."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import (
    audit,
    comments,
    counted_panels,
    leavers,
    moves,
    panel_moves,
    participations,
    ratings,
    reasons,
    results,
    rounds,
    settling,
    studies,
    turnout,
    watching,
    withdrawing,
)
from surveys.counted_panels import PanelMove
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import rating_files, rating_transfers
from surveys.panel_moves import Wish
from surveys.panels import Panellist
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.results import Move
from surveys.rounds import Round
from surveys.studies import Study
from tests.surveys import examples
from tests.surveys.conftest import NOW

TO_LIVED = Wish("lived_experience", "Signed up on the wrong page.", "practitioners")
BACK = Wish("practitioners", "It was right.", "lived_experience")


def move(session: Session, panellist: Panellist, wish: Wish = TO_LIVED) -> None:
    study = studies.get(session, "fairer-care")
    panel_moves.move(session, study, panellist, wish, by="alice", now=NOW)


def rate(session: Session, round_: Round, panellist: Panellist, value: int) -> None:
    place = (round_.items[0].item_id, round_.study.criteria[0].id)
    ratings.save(session, round_, panellist, {place: Answer(value)}, now=NOW)


def close(session: Session, round_: Round) -> None:
    rounds.close(session, round_, now=NOW, by="alice")


def go_on(session: Session, round_: Round) -> Round:
    """The next round, open."""
    close(session, round_)
    after = settling.settle(session, round_, results.get(session, round_), {}, now=NOW, by="alice")
    assert after is not None
    return rounds.open_(session, after, closes_at=None, now=NOW, by="alice")


def counted(session: Session, round_: Round) -> dict[str, int]:
    """How many ratings of a round each panel has."""
    keys = {panel.id: panel.key for panel in round_.study.panels}
    cells = ratings.count(session, round_)
    return {keys[cell.panel_id]: cell.count for cell in cells}


@pytest.fixture
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return examples.protocol(rounds={"last": 3, "block_size": 2}, **getattr(request, "param", {}))


OWN_ONLY = {"feedback": {"panels": "own"}}


def test_what_was_answered_in_an_open_round_goes_along(
    session: Session, open_round: Round, bob: Panellist
) -> None:
    rate(session, open_round, bob, 7)
    move(session, bob)
    assert (bob.panel.key, counted(session, open_round)) == ("lived_experience", {"lived_experience": 1})
    rate(session, open_round, bob, 8)
    close(session, open_round)
    found = results.get(session, open_round)
    assert (found.invited, found.responders["lived_experience"]) == (
        {"practitioners": 0, "lived_experience": 1},
        1,
    )


def test_a_closed_round_stays_with_the_panel_before(
    session: Session, open_round: Round, bob: Panellist, grace: Panellist
) -> None:
    item_id, place = open_round.items[0].item_id, (open_round.items[0].item_id, 1)
    for one in (bob, grace):
        rate(session, open_round, one, 7)
    comments.save(session, open_round, bob, {item_id: "Good."}, now=NOW)
    place = (item_id, open_round.study.criteria[0].id)
    ratings.give_reason(session, open_round, bob, place, "I was told.", now=NOW)
    close(session, open_round)
    frozen, exported = results.get(session, open_round), rating_transfers.export_ratings(session, open_round)
    move(session, bob)
    assert results.get(session, open_round) == frozen
    assert rating_transfers.export_ratings(session, open_round) == exported
    assert [one.begun for one in turnout.by_panel(session, open_round)] == [1, 1]
    assert {one.code: one.panel_id for one in watching.list_people(session, open_round)} == {
        "P01": open_round.study.panels[0].id,
        "L01": open_round.study.panels[1].id,
    }
    assert [one.panel_key for one in comments.list_written(session, open_round)] == ["practitioners"]
    assert [one.place.panel for one in reasons.list_changes(session, open_round)] == ["practitioners"]


def test_the_next_round_counts_it_in_the_new_panel_and_compares_it_in_neither(
    session: Session, open_round: Round, bob: Panellist, grace: Panellist
) -> None:
    for one in (bob, grace):
        rate(session, open_round, one, 5)
    close(session, open_round)
    move(session, bob)
    after = settling.settle(session, open_round, results.get(session, open_round), {}, now=NOW, by="alice")
    assert after is not None
    rounds.open_(session, after, closes_at=None, now=NOW, by="alice")
    for one in (bob, grace):
        rate(session, after, one, 8)
    assert counted(session, after) == {"lived_experience": 2}
    item = open_round.items[0].item_id
    assert moves.count(session, open_round, after) == (
        Move(item, "usefulness", "lived_experience", otherwise=1, both=1),
    )
    practitioners, lived = open_round.study.panels
    assert {
        one.panel_id: (one.took_part, one.returned)
        for one in leavers.count_returns(session, open_round, after)
    } == {
        practitioners.id: (1, 1),
        lived.id: (1, 1),
    }


def test_who_is_moved_twice_was_in_each_panel_for_its_rounds(
    session: Session, open_round: Round, bob: Panellist
) -> None:
    rate(session, open_round, bob, 5)
    second = go_on(session, open_round)
    move(session, bob)
    rate(session, second, bob, 6)
    third = go_on(session, second)
    move(session, bob, BACK)
    places = [
        counted_panels.moved_since(session, one).get(bob.id, bob.panel).key
        for one in (open_round, second, third)
    ]
    assert places == ["practitioners", "lived_experience", "practitioners"]
    in_sql = [
        session.scalar(select(counted_panels.panel_in(func.abs(number))).where(Panellist.id == bob.id))
        for number in (1, 2, 3)
    ]
    practitioners, lived = (panel.id for panel in open_round.study.panels)
    assert in_sql == [practitioners, lived, practitioners]


@pytest.mark.parametrize("protocol", [OWN_ONLY], indirect=True)
def test_whoever_has_seen_the_figures_of_the_own_panel_alone_waits(
    session: Session, open_round: Round, bob: Panellist, grace: Panellist
) -> None:
    for one in (bob, grace):
        rate(session, open_round, one, 5)
    second = go_on(session, open_round)
    participations.begin(session, second, bob, now=NOW)
    with pytest.raises(NotNow, match=r"has begun round 2, .* Move it when round 2 has closed"):
        move(session, bob)
    move(session, grace, BACK)  # has not begun, so has seen nothing
    close(session, second)
    move(session, bob)
    assert bob.panel.key == "lived_experience"


@pytest.mark.parametrize("protocol", [OWN_ONLY], indirect=True)
def test_in_the_first_round_nobody_has_seen_anything(
    session: Session, open_round: Round, bob: Panellist
) -> None:
    rate(session, open_round, bob, 5)
    move(session, bob)
    assert counted(session, open_round) == {"lived_experience": 1}


def test_a_repeat_moves_nothing_twice(session: Session, study: Study, bob: Panellist) -> None:
    for _ in range(2):
        move(session, bob)
    (kept,) = counted_panels.list_moves(session, bob)
    assert (kept.before.key, kept.after.key, kept.round_number, kept.by, kept.reason) == (
        "practitioners",
        "lived_experience",
        1,
        "alice",
        TO_LIVED.reason,
    )
    (entry,) = (one for one in audit.list_entries(session, study.id) if one.act == "panellist moved")
    assert entry.details == {
        "panellist": "P01",
        "from": "practitioners",
        "to": "lived_experience",
        "counted from round": 1,
    }


def test_an_old_page_moves_nobody_back(session: Session, study: Study, bob: Panellist) -> None:
    move(session, bob)
    move(session, bob, BACK)
    old = Wish("lived_experience", "Again.", "lived_experience")
    with pytest.raises(NotNow, match="Somebody else has moved this panellist to “Practitioners”"):
        move(session, bob, old)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish("nurses", "Because.", "practitioners"), "panel"),
        (Wish("lived_experience", "  ", "practitioners"), "reason"),
        (Wish("lived_experience", "x" * 1001, "practitioners"), "reason"),
    ],
)
def test_a_panel_and_a_reason_are_needed(
    session: Session, study: Study, bob: Panellist, wish: Wish, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        move(session, bob, wish)
    assert (refused.value.field, bob.panel.key) == (field, "practitioners")


def test_nobody_is_moved_who_has_left_or_whose_study_has_ended(
    session: Session, study: Study, bob: Panellist, grace: Panellist
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=NOW)
    with pytest.raises(NotNow, match="withdrawn"):
        move(session, bob)
    study.ended_at = NOW
    with pytest.raises(NotNow, match="ended"):
        move(session, grace, BACK)


def test_who_withdraws_takes_the_reason_along(
    session: Session, study: Study, bob: Panellist, now: datetime
) -> None:
    move(session, bob)
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert session.scalars(select(PanelMove.reason)).all() == [""]


def test_a_file_of_two_rounds_may_have_somebody_in_two_panels() -> None:
    text = "panellist,item,panel,round,useful\nP1,a,one,1,5\nP1,a,two,2,6\n"
    file = rating_files.read(text.encode(), range(1, 10))
    assert [row.panel for row in file.rows] == ["one", "two"]
