"""Watching a round through its pages: who, when, how far and what is blank, and never what was answered."""

import csv
import io
import re
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from delphi.pages.study import watch_charts, watch_leavers
from delphi.pages.study.watch_charts import Chart, Subject
from surveys import panels, participations, ratings, rounds, studies
from surveys.attributes import PanellistAttribute
from surveys.panels import Panellist
from surveys.people import Person
from surveys.permissions import Role
from surveys.ratings import Answer, Unable
from surveys.studies import Membership, Study
from surveys.watching import Day
from tests.delphi import answered
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import NOW, Browser, World

WATCH = f"{ROUND}/watch"


def _panellist(session: Session, study: Study, code: str) -> Panellist:
    return next(one for one in panels.list_panellists(session, study) if one.code == code)


def _text(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def _answer(world: World, code: str, *values: int, submits: bool = False) -> None:
    """Rate the first items alike on both criteria; 0 is unable."""
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        round_, who = rounds.get_round(session, study, 1), _panellist(session, study, code)
        answers = {
            (asked.item_id, criterion.id): Answer(value) if value else Answer(unable=Unable.NOT_KNOWN)
            for asked, value in zip(round_.items, values, strict=False)
            for criterion in study.criteria
        }
        participations.begin(session, round_, who, now=world.clock.now)
        ratings.save(session, round_, who, answers, now=world.clock.now)
        if submits:
            world.clock.wait(minutes=34)
            participations.submit(session, round_, who, now=world.clock.now)


def test_a_round_that_is_planned_is_not_there_to_watch(alice: Browser) -> None:
    answer = alice.get(WATCH)
    assert answer.status == 409
    assert "There is nothing to watch yet." in answer.text


def test_a_round_that_nobody_has_begun_says_so(alice: Browser, open_round: int) -> None:
    page = _text(alice.get(WATCH).text)
    assert "0 of 2 people have finished. 2 have not begun." in page
    assert "Nobody has begun yet. The first to come will be drawn here." in page
    assert "This is counted among those who have finished. Nobody has yet." in page
    assert "Not begun: 2" in page
    assert "Who came back" not in page


def test_an_open_round_shows_who_how_far_and_what_is_blank(
    alice: Browser, world: World, open_round: int
) -> None:
    _answer(world, "bob", 7, 0, submits=True)
    _answer(world, "grace", 3)
    page = alice.get(WATCH).text
    text = _text(page)
    assert "1 of 2 people have finished. 1 have begun and not finished." in text
    assert "As of 2 March 2026, 09:34." in text
    assert "The one who has finished took 34 minutes." in text
    assert "grace 2 of 6 answers, began 2 March" in text
    assert re.search(r'<a href="/studies/fairer-care/panels/\d+">bob</a>', page)
    assert "1 person has begun and not finished." in text
    assert "some left a question blank or were unable to rate it on 2 of 3 items" in text
    assert "2. Item two" in text
    assert "1. Item one" not in text


def test_what_is_watched_is_the_same_whatever_was_answered(
    alice: Browser, world: World, open_round: int
) -> None:
    _answer(world, "bob", 9, 9, 9)
    before = alice.get(WATCH).text
    _answer(world, "bob", 1, 2, 3)
    assert _without_token(alice.get(WATCH).text) == _without_token(before)


def _without_token(page: str) -> str:
    return re.sub(r'name="_csrf_token" value="[^"]*"', "", page)


def test_an_open_round_keeps_itself_fresh_and_a_closed_one_does_not(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    page = alice.get(WATCH).text
    assert "js/refresh.js" in page
    ids = re.findall(r'id="([\w-]+)" data-refresh="20"', page)
    assert {"now", "panels", "days", "not-begun", "finished", "stops", "blanks"} <= set(ids)
    assert f'<a href="{WATCH}">Look again</a>' in page
    alice.post(f"{ROUND}/close", {"sure": "yes"})
    page = alice.get(WATCH).text
    assert "refresh" not in page
    assert "<h1>How round 1 went</h1>" in page
    assert "had finished when the round closed" in page
    assert f'<a href="{ROUND}/results">Read its results</a>' in page


def test_one_who_left_blanks_and_one_who_answered_nothing(
    alice: Browser, world: World, open_round: int
) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        first = rounds.get_round(session, study, 1)
        participations.begin(session, first, _panellist(session, study, "grace"), now=NOW)
    text = _text(alice.get(WATCH).text)
    assert "1 person has begun and not finished; 1 of them answered nothing." in text


def test_the_page_is_named_at_which_most_stop(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    text = _text(alice.get(WATCH).text)
    # Ten of twelve answered both pages and did not send; half of each panel begin on the second.
    assert "10 people have begun and not finished. More of them stopped at page 2 than at any other." in text
    assert "10 got no further" in text


def test_a_round_without_gaps_says_so(alice: Browser, world: World, open_round: int) -> None:
    _answer(world, "bob", 7, 8, 9, submits=True)
    text = _text(alice.get(WATCH).text)
    assert "Of the 1 person who finished, nobody left anything blank or was unable to rate it." in text
    assert "Nobody has stopped on the way." in text


def test_groups_by_attribute_stand_where_there_are_any(alice: Browser, world: World, open_round: int) -> None:
    assert "By what is known of them" not in alice.get(WATCH).text
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        for n in range(13):
            who = panels.add(session, study.panels[0], f"N{n}", now=NOW)
            session.flush()
            session.add(PanellistAttribute(panellist_id=who.id, name="region", value=f"Region {n}"))
    text = _text(alice.get(WATCH).text)
    assert "Region Region 0 0 of 1 finished, 1 not begun" in text
    assert "1 person in smaller groups is not shown." in text


@pytest.mark.parametrize(
    ("role", "sees_codes", "sees_names"),
    [(Role.VIEWER, False, False), (Role.ANALYST, True, False), (Role.FACILITATOR, True, True)],
)
def test_codes_and_names_are_for_those_of_the_team_who_may_see_them(
    alice: Browser, world: World, open_round: int, role: Role, sees_codes: bool, sees_names: bool
) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        person = Person(name="Mary Sample", email="mary@example.org", created_at=NOW)
        panels.add(session, study.panels[0], "P42", now=NOW, person=person)
        session.query(Membership).update({Membership.role: role.value})
    page = alice.get(WATCH)
    assert page.status == 200
    assert "0 of 3 people have finished" in page.text
    assert ("P42" in page.text) is sees_codes
    assert ("Mary Sample" in page.text) is sees_names
    assert ("/panels/" in page.text) is sees_names
    assert ("/mail/reminder" in page.text) is sees_names


def test_who_came_back_is_counted_from_the_second_round_on(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    answered.round_2(world, closed=False)
    text = _text(alice.get(f"{HOME}/rounds/2/watch").text)
    assert "1 of 6 practitioners who took part in round 1 have begun round 2." in text
    assert "0 of 6 people with lived experience who took part in round 1 have begun round 2." in text


def test_what_those_had_said_who_left_is_not_for_publication(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    answered.round_2(world, closed=False)
    page = alice.get(f"{HOME}/rounds/2/watch/leavers").text
    text = _text(page)
    assert "<h1>Who has not come back</h1>" in page
    assert "Not for publication." in text
    assert "11 of 12 people who answered in round 1 have not begun round 2 yet." in text
    assert "5 of 6 practitioners have not begun round 2 yet." in text
    assert "Usefulness Not back: high 0 %" in text
    assert "High is a rating of 7 to 9." in text
    assert "On none of 6 questions" not in text  # all rated alike, so there is nothing to tell apart
    assert "nothing to compare" in text  # of those with lived experience nobody has come back


def _rows(browser: Browser, name: str) -> list[dict[str, str]]:
    text = browser.get(f"{WATCH}/{name}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tables_are_files(alice: Browser, world: World, open_round: int) -> None:
    _answer(world, "bob", 7, 0, submits=True)
    for name in ("days.csv", "blanks.csv"):
        assert f'href="{WATCH}/{name}"' in alice.get(WATCH).text
    first, second = _rows(alice, "days.csv")
    assert list(first.values()) == ["2026-03-02", "practitioners", "1", "1", "no"]
    assert (second["panel"], second["began"]) == ("lived_experience", "0")
    found = [
        (row["item"], row["criterion"], row["blank"], row["unable"]) for row in _rows(alice, "blanks.csv")
    ]
    assert found == [
        ("2", "usefulness", "0", "1"),
        ("2", "feasibility", "0", "1"),
        ("3", "usefulness", "1", "0"),
        ("3", "feasibility", "1", "0"),
    ]


@pytest.mark.parametrize("name", ["days.csv", "blanks.csv", "leavers"])
def test_nothing_is_to_be_had_of_a_planned_round(alice: Browser, name: str) -> None:
    assert alice.get(f"{WATCH}/{name}").status == 409


def test_nobody_can_have_left_before_the_first_round(alice: Browser, open_round: int) -> None:
    answer = alice.get(f"{WATCH}/leavers")
    assert answer.status == 404
    assert watch_leavers.NO_ROUND_BEFORE.format(1) in answer.text


def test_it_is_linked_from_the_overview_and_from_the_round(alice: Browser, world: World) -> None:
    answered.round_1(world, closed=False)
    assert f'href="{WATCH}">See who has answered' in alice.get(HOME).text
    assert f'href="{WATCH}"' in alice.get(ROUND).text
    alice.post(f"{ROUND}/close", {"sure": "yes"})
    assert f'href="{WATCH}"' in alice.get(ROUND).text


def _drawn(asked: int, *days: tuple[int, int]) -> Chart:
    subject = Subject(panel="Practitioners", mark=1, asked=asked, first="2 March", last="today")
    return watch_charts.draw(subject, [Day(date(2026, 3, 2), *counts) for counts in days])


def test_a_chart_adds_up_from_day_to_day() -> None:
    chart = _drawn(4, (2, 0), (2, 4))
    height = chart.bottom - chart.top
    middle = (chart.left + chart.right) // 2
    assert (
        chart.began
        == f"M{chart.left} {chart.bottom}L{middle} {chart.bottom - height // 2}L{chart.right} {chart.top}"
    )
    assert chart.finished.endswith(f"L{chart.right} {chart.top}")
    assert chart.said == "Practitioners: of 4, 4 have begun and 4 have finished."


@pytest.mark.parametrize("counts", [(0, 0), (1, 0), (40, 39), (40, 40), (38, 37)])
def test_the_words_of_a_chart_never_touch(counts: tuple[int, int]) -> None:
    heights = [label.y for label in _drawn(40, counts).labels]
    assert all(below - above >= 15 for above, below in pairwise(heights))
