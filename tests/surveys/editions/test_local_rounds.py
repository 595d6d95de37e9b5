"""A local round: asked by its link, nothing shown before it has closed, and nothing of small groups after."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.editions import editions, local_answers, local_rounds, sources
from surveys.editions.editions import Edition
from surveys.editions.local_rounds import LocalRound
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import Step
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.ratings import Answer, Unable
from surveys.visibility import Level
from tests.surveys.editions import examples


@pytest.fixture
def opened(session: Session, key: Key, edition: Edition, now: datetime) -> LocalRound:
    return local_rounds.get(session, key, local_rounds.open_(session, key, edition, now=now))


def seen(session: Session, round_: LocalRound) -> LocalView:
    return local_rounds.view(round_, editions.draft(session, round_.edition).source)


def test_a_round_asks_what_is_in_play_in_the_words_of_the_study(session: Session, opened: LocalRound):
    asked = local_rounds.questionnaire(opened)
    assert [item.item for item in asked.items] == list(examples.IN_PLAY)
    assert (asked.items[0].title, asked.items[0].text) == ("A bus that brings a nurse", "To villages.")
    assert [criterion.question for criterion in asked.criteria] == ["How useful?", "How feasible?"]


def test_its_link_can_be_shown_again_and_stays_what_it_was(session: Session, key: Key, opened: LocalRound):
    assert local_rounds.get(session, key, local_rounds.link_token(key, opened)) is opened
    with pytest.raises(NotFound):
        local_rounds.get(session, key, "another")


def test_a_round_needs_items_and_opening_again_finds_it(
    session: Session, key: Key, published: Any, edition: Edition, opened: LocalRound, now: datetime
):
    again = local_rounds.open_(session, key, edition, now=now)
    assert local_rounds.get(session, key, again) is opened
    bare = editions.create(session, key, examples.STUDY, now=now).edition
    with pytest.raises(NotNow, match="No item is in play"):
        local_rounds.open_(session, key, bare, now=now)


def test_an_open_round_asks_the_same_whatever_the_team_changes(
    session: Session, edition: Edition, opened: LocalRound, now: datetime
):
    editions.save(session, edition, Step.ISSUES, {"choices": []}, seen=2, now=now)
    assert len(local_rounds.questionnaire(opened).items) == 4


def test_answers_are_kept_once_and_can_be_taken_back(
    session: Session, key: Key, opened: LocalRound, now: datetime
):
    token = local_answers.join(session, key, opened, "practitioners", now=now)
    who = local_answers.get(session, key, opened, token)
    given = {("bus", "usefulness"): Answer(7), ("bus", "feasibility"): Answer(unable=Unable.NOT_KNOWN)}
    assert local_answers.save(session, opened, who, given) == frozenset(given)
    assert local_answers.save(session, opened, who, given) == frozenset()
    assert local_answers.sheet(session, opened, who).answers == given
    assert local_answers.sheet(session, opened, who).complete == 1
    local_answers.save(session, opened, who, {("bus", "usefulness"): Answer()})
    assert list(local_answers.sheet(session, opened, who).answers) == [("bus", "feasibility")]


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        (("rent", "usefulness"), Answer(7)),
        (("bus", "beauty"), Answer(7)),
        (("bus", "usefulness"), Answer(10)),
        (("bus", "usefulness"), Answer(0)),
        (("bus", "usefulness"), Answer(5, Unable.NOT_KNOWN)),
    ],
)
def test_what_is_not_asked_or_off_the_scale_is_refused_whole(
    session: Session, key: Key, opened: LocalRound, now: datetime, place: tuple[str, str], answer: Answer
):
    who = local_answers.get(
        session, key, opened, local_answers.join(session, key, opened, "practitioners", now=now)
    )
    with pytest.raises(InvalidInput):
        local_answers.save(session, opened, who, {("bus", "feasibility"): Answer(3), place: answer})
    assert not local_answers.sheet(session, opened, who).answers


def test_who_comes_again_goes_on_and_may_change_the_panel(
    session: Session, key: Key, opened: LocalRound, now: datetime
):
    token = examples.answer(session, key, opened, "practitioners", 0, now=now)
    assert local_answers.join(session, key, opened, "lived_experience", now=now, token=token) == token
    assert local_rounds.turnout(session, opened).by_panel == (
        ("practitioners", 0, 0),
        ("lived_experience", 1, 1),
    )
    with pytest.raises(InvalidInput):
        local_answers.join(session, key, opened, "passers-by", now=now)


def test_the_screen_counts_people_while_it_is_open_and_shows_nothing_else(
    session: Session, key: Key, opened: LocalRound, now: datetime
):
    local_answers.join(session, key, opened, "practitioners", now=now)
    examples.answer(session, key, opened, "practitioners", 1, now=now)
    turnout = local_rounds.turnout(session, opened)
    assert (turnout.begun, turnout.finished) == (2, 1)
    with pytest.raises(NotNow, match="has closed"):
        seen(session, opened)


def test_a_closed_round_takes_no_answers_and_closing_again_changes_nothing(
    session: Session, key: Key, opened: LocalRound, now: datetime
):
    token = examples.answer(session, key, opened, "practitioners", 0, now=now)
    who = local_answers.get(session, key, opened, token)
    tally = local_rounds.close(session, opened, now=now).tally
    for act in (
        lambda: local_answers.save(session, opened, who, {("bus", "usefulness"): Answer(1)}),
        lambda: local_answers.finish(session, opened, who, now=now),
        lambda: local_answers.join(session, key, opened, "practitioners", now=now),
    ):
        with pytest.raises(NotNow, match="closed"):
            act()
    assert local_rounds.close(session, opened, now=now).tally == tally


@pytest.mark.parametrize(
    ("people", "level", "words"),
    [
        (3, Level.HIDDEN, "fewer than 5"),
        (4, Level.HIDDEN, "fewer than 5"),
        (5, Level.LIMITED, "5 to 9"),
        (9, Level.LIMITED, "5 to 9"),
        (10, Level.FULL, "10"),
    ],
)
def test_small_groups_are_not_seen(
    session: Session, key: Key, edition: Edition, now: datetime, people: int, level: Level, words: str
):
    view = seen(session, examples.ask(session, key, edition, now=now, raters={"practitioners": people}))
    heard = view.of("bus", "practitioners")
    assert {one.level for one in heard.values()} == {level}
    assert view.responders == {"practitioners": words, "lived_experience": "nobody"}
    assert view.absent == ("lived_experience",)
    assert all(one.counts is None for one in heard.values()) == (level != Level.FULL)
    if level == Level.HIDDEN:
        assert all(one.median is None and not one.shares for one in heard.values())


def test_a_study_that_hides_less_does_not_make_a_team_see_less_than_five(
    session: Session, key: Key, now: datetime
):
    examples.publish(session, now=now, suppression={"hidden_below": 1, "limited_below": 1})
    edition = examples.begin(session, key, now=now).edition
    view = seen(session, examples.ask(session, key, edition, now=now, raters={"practitioners": 3}))
    assert view.of("bus", "practitioners")["usefulness"].level == Level.HIDDEN


def test_who_gave_nothing_is_not_counted(session: Session, key: Key, opened: LocalRound, now: datetime):
    for n in range(10):
        examples.answer(session, key, opened, "practitioners", n, now=now)
    local_answers.join(session, key, opened, "lived_experience", now=now)
    view = seen(session, local_rounds.close(session, opened, now=now))
    assert view.responders == {"practitioners": "10", "lived_experience": "nobody"}


def test_the_latest_round_that_anybody_answered_is_used(
    session: Session, key: Key, edition: Edition, now: datetime
):
    first = examples.ask(session, key, edition, now=now)
    examples.ask(session, key, edition, now=now, raters={"practitioners": 0})
    assert local_rounds.find_latest(session, edition) is first
    assert [(one.number, one.is_open) for one in local_rounds.list_all(session, edition)] == [
        (1, False),
        (2, False),
    ]


def test_local_items_are_asked_too(session: Session, key: Key, edition: Edition, now: datetime):
    step = {
        "choices": examples.choices("bus"),
        "local_items": [{"title": "A garden", "text": "By the door."}],
    }
    editions.save(session, edition, Step.ISSUES, step, seen=2, now=now)
    view = seen(session, examples.ask(session, key, edition, now=now))
    assert [(one.item, one.is_local) for one in view.questionnaire.items] == [
        ("bus", False),
        ("local-1", True),
    ]
    assert view.of("local-1", "practitioners")["usefulness"].n == 12
    assert view.of("rent", "practitioners")["usefulness"].level == Level.HIDDEN


def test_a_cookie_of_another_round_is_nobodys(
    session: Session, key: Key, edition: Edition, opened: LocalRound, now: datetime
):
    token = examples.answer(session, key, opened, "practitioners", 0, now=now)
    local_rounds.close(session, opened, now=now)
    link = local_rounds.open_(session, key, edition, now=now, is_replacing=True)
    second = local_rounds.get(session, key, link)
    with pytest.raises(NotFound):
        local_answers.get(session, key, second, token)
    assert sources.axes(editions.draft(session, edition).source) == ("usefulness", "feasibility")
