"""Watching a round: counts of people and of gaps, by day and group; and what those had said who left."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from surveys import (
    leavers,
    panels,
    participations,
    ratings,
    rounds,
    settling,
    turnout,
    watching,
    withdrawing,
)
from surveys import results as kept
from surveys.attributes import PanellistAttribute
from surveys.errors import NotNow
from surveys.leavers import Return
from surveys.panels import Panellist
from surveys.people import Person
from surveys.ratings import Answer, Unable
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.studies import Study
from surveys.watching import Day, Group, PageReached, Reached, State

LONDON = ZoneInfo("Europe/London")
UNABLE = Answer(unable=Unable.NOT_UNDERSTOOD)


def _add(session: Session, study: Study, panel: int, code: str, now: datetime) -> Panellist:
    made = panels.add(session, study.panels[panel], code, now=now)
    session.flush()
    return made


def _rate(session: Session, round_: Round, who: Panellist, values: dict[int, Answer], now: datetime) -> None:
    """Answer both criteria of these items, by their positions in the round."""
    criteria = round_.study.criteria
    places = {(round_.items[n].item_id, c.id): answer for n, answer in values.items() for c in criteria}
    ratings.save(session, round_, who, places, now=now)


@pytest.fixture
def watched(session: Session, open_round: Round, bob: Panellist, grace: Panellist, now: datetime) -> Round:
    """Bob finished two days later with a gap and an unable; grace has answered a page; L02 has not begun."""
    _add(session, open_round.study, 1, "L02", now)
    _rate(session, open_round, bob, {0: Answer(7), 1: UNABLE}, now)
    participations.submit(session, open_round, bob, now=now + timedelta(days=2))
    first_page = participations.begin(session, open_round, grace, now=now + timedelta(days=1)).block_order[0]
    answers = {n: Answer(3) for n, asked in enumerate(open_round.items) if asked.block == first_page}
    _rate(session, open_round, grace, answers, now + timedelta(days=1))
    return open_round


def test_everybody_is_in_one_of_three_states(session: Session, watched: Round) -> None:
    people = watching.list_people(session, watched)
    assert [(one.code, one.state) for one in people] == [
        ("P01", State.FINISHED),
        ("L01", State.BEGUN),
        ("L02", State.NOT_BEGUN),
    ]
    assert watching.count("all", people) == Group("all", not_begun=1, begun=1, finished=1)


def test_names_stand_with_the_codes_where_they_are_kept(
    session: Session, open_round: Round, now: datetime
) -> None:
    person = Person(name="Ada Example", email="ada@example.org", created_at=now)
    panels.add(session, open_round.study.panels[0], "P09", now=now, person=person)
    session.flush()
    assert [one.name for one in watching.list_people(session, open_round)] == ["Ada Example"]


def test_who_withdrew_is_watched_while_its_answers_stay(
    session: Session, study: Study, watched: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    withdrawing.withdraw(session, study, grace, keep_answers=False, now=now)
    people = watching.list_people(session, watched)
    assert [(one.code, one.has_withdrawn) for one in people] == [("P01", True), ("L02", False)]


def test_the_same_people_are_watched_as_are_counted_elsewhere(
    session: Session, watched: Round, now: datetime
) -> None:
    second = _second_round(session, watched, now)
    _add(session, watched.study, 0, "P77", now + timedelta(hours=1))
    for round_, codes in ((watched, ["P01", "L01", "L02"]), (second, ["P01", "L01"])):
        assert [one.code for one in watching.list_people(session, round_)] == codes
        assert [one.code for one in turnout.list_invited(session, round_)] == codes


def test_each_day_has_its_counts_and_quiet_days_stand_too(
    session: Session, watched: Round, now: datetime
) -> None:
    people, first = watching.list_people(session, watched), now.date()
    days = watching.by_day(people, first, first + timedelta(days=3), LONDON)
    assert [(day.began, day.finished) for day in days] == [(1, 0), (1, 0), (0, 1), (0, 0)]


def test_a_day_is_a_day_of_the_zone(session: Session, open_round: Round, bob: Panellist) -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in London
    participations.begin(session, open_round, bob, now=late)
    days = watching.by_day(
        watching.list_people(session, open_round), late.date(), late.date() + timedelta(days=1), LONDON
    )
    assert days[1] == Day(late.date() + timedelta(days=1), began=1, finished=0)


def test_a_clock_set_back_leaves_one_day(session: Session, watched: Round, now: datetime) -> None:
    assert len(watching.by_day((), now.date(), now.date() - timedelta(days=2), LONDON)) == 1


def test_the_time_taken_is_a_median_of_those_who_finished(
    session: Session, watched: Round, grace: Panellist, now: datetime
) -> None:
    assert watching.median_time(watching.list_people(session, watched)) == timedelta(days=2)
    participations.submit(session, watched, grace, now=now + timedelta(days=1, hours=1))
    # (48 h + 1 h) / 2
    assert watching.median_time(watching.list_people(session, watched)) == timedelta(hours=24.5)
    assert watching.median_time([]) is None


def test_pages_are_counted_in_the_order_of_each_panellist(
    session: Session, watched: Round, grace: Panellist
) -> None:
    reached = watching.list_reached(session, watched)
    first_page = participations.find(session, watched, grace)
    assert first_page is not None
    items = sum(asked.block == first_page.block_order[0] for asked in watched.items)
    assert reached == {grace.id: Reached(answers=2 * items, page=1)}
    assert watching.by_page(watched, 1, reached.values()) == (PageReached(1, 2, 1), PageReached(2, 1, 0))


def test_who_began_and_answered_nothing_reached_no_page(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    participations.begin(session, open_round, bob, now=now)
    assert watching.list_reached(session, open_round) == {bob.id: Reached(0, 0)}
    assert [one.came for one in watching.by_page(open_round, 0, [Reached(0, 0)])] == [0, 0]


def test_gaps_are_counted_among_those_who_finished_the_most_first(session: Session, watched: Round) -> None:
    gaps = watching.list_gaps(session, watched, finished=1)
    assert [(gap.number, gap.blank, gap.unable) for gap in gaps] == [
        (2, (0, 0), (1, 1)),
        (3, (1, 1), (0, 0)),
    ]


def test_nothing_of_an_open_round_tells_what_was_answered(
    session: Session, watched: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    before = _all_figures(session, watched)
    for who in (bob, grace):
        own = ratings.own(session, watched, who)
        changed = {p: Answer(1) for p, a in own.items() if a.value is not None}
        ratings.save(session, watched, who, changed, now=now)
    assert _all_figures(session, watched) == before


def _all_figures(session: Session, round_: Round) -> list[object]:
    people = watching.list_people(session, round_)
    return [people, watching.list_reached(session, round_), watching.list_gaps(session, round_, 1)]


def test_attributes_are_counted_the_largest_group_first(
    session: Session, watched: Round, bob: Panellist, grace: Panellist
) -> None:
    known = [(bob, "region", "North"), (bob, "profession", "nurse"), (grace, "region", "North")]
    session.add_all(PanellistAttribute(panellist_id=p.id, name=name, value=v) for p, name, v in known)
    session.flush()
    people = watching.list_people(session, watched)
    assert watching.by_attribute(session, watched.study, people) == (
        ("profession", (Group("nurse", 0, 0, 1),)),
        ("region", (Group("North", 0, 1, 1),)),
    )


def test_a_planned_round_cannot_be_watched(session: Session, study: Study) -> None:
    with pytest.raises(NotNow, match="nothing to watch yet"):
        watching.check_can_watch(rounds.get_round(session, study, 1))


def _second_round(session: Session, first: Round, now: datetime) -> Round:
    """The first is closed and every item goes on."""
    rounds.close(session, first, now=now, by="alice@example.org")
    stay = {asked.item_id: Departure(Outcome.GOES_ON, "All go on.") for asked in first.items}
    found = kept.get(session, first)
    second = settling.settle(session, first, found, stay, now=now, by="alice@example.org")
    assert second is not None
    return rounds.open_(session, second, closes_at=None, now=now, by="alice@example.org")


@pytest.fixture
def left(session: Session, open_round: Round, now: datetime) -> Round:
    """Of ten practitioners who rated all 9 and ten who rated all 1, only the former begin round 2."""
    people = [_add(session, open_round.study, 0, f"P{n:02}", now) for n in range(20)]
    for n, who in enumerate(people):
        answer = Answer(9 if n < 10 else 1)
        _rate(session, open_round, who, {0: answer, 1: answer, 2: Answer(5)}, now)
    second = _second_round(session, open_round, now)
    for who in people[:10]:
        participations.begin(session, second, who, now=now)
    withdrawing.withdraw(session, open_round.study, people[19], keep_answers=True, now=now)
    return second


def test_those_who_came_back_are_counted_by_panel(session: Session, study: Study, left: Round) -> None:
    before = rounds.get_round(session, study, 1)
    practitioners = study.panels[0].id
    assert leavers.count_returns(session, before, left) == (
        Return(practitioners, took_part=20, returned=10, withdrew=1),
    )


def test_those_who_left_stand_beside_those_who_stayed(session: Session, study: Study, left: Round) -> None:
    found = leavers.compare(session, rounds.get_round(session, study, 1), left)
    usefulness = found[0]
    assert (usefulness.panel, usefulness.criterion) == ("practitioners", "usefulness")
    # each of ten gave two 1s and a 5, or two 9s and a 5
    assert (usefulness.left.people, usefulness.left.ratings, usefulness.left.median) == (10, 30, 1)
    assert usefulness.left.high == 0
    assert usefulness.stayed.high == pytest.approx(20 / 30)
    assert [(one.left, one.stayed, one.delta) for one in usefulness.apart] == [(0, 1, -1), (0, 1, -1)]


def test_nothing_of_the_later_round_but_its_beginning_is_used(
    session: Session, study: Study, left: Round, now: datetime
) -> None:
    first = rounds.get_round(session, study, 1)
    before = leavers.compare(session, first, left)
    (came, *_) = (one for one in panels.list_panellists(session, study) if one.code == "P00")
    _rate(session, left, came, {0: Answer(2)}, now)
    assert leavers.compare(session, first, left) == before


def test_a_panel_that_nobody_left_has_a_reason_and_no_difference(
    session: Session, study: Study, left: Round
) -> None:
    found = leavers.compare(session, rounds.get_round(session, study, 1), left)
    others = [one for one in found if one.panel == "lived_experience"]
    assert [(one.left.people, one.stayed.people, one.items, one.apart) for one in others] == [
        (0, 0, 0, ())
    ] * 2
    assert all("nothing to compare" in one.reason for one in others)
