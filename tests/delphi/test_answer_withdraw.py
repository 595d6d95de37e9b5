"""Leaving: one page, one question, and after it every page says so."""

import pytest

from surveys.ratings import Answer
from tests.delphi import answering
from tests.delphi.conftest import Browser, World


def _answered(world: World, bob: Browser) -> Browser:
    study = answering.study(world)
    answering.begin(bob).post("/answer/round", {study.field(): "7", study.card() + ".comment": "Good."})
    return bob


@pytest.mark.usefixtures("open_round")
@pytest.mark.parametrize(("choice", "kept"), [("keep", 1), ("delete", 0)])
def test_the_answers_of_an_open_round_go_as_the_panellist_wishes(
    world: World, bob: Browser, choice: str, kept: int
) -> None:
    answer = _answered(world, bob).post("/answer/withdraw", {"answers": choice, "sure": "yes"})
    assert (answer.status, answer.location) == (303, "/withdrawn")
    done = {"keep": "are kept and count, without your name", "delete": "are deleted"}[choice]
    told = "As you chose, the answers that you gave in round 1 " + done
    assert told in bob.get("/withdrawn").text
    assert told not in bob.get("/withdrawn").text  # it is said once
    assert len(answering.own(world)) == kept
    assert len(answering.own_comments(world)) == kept


@pytest.mark.usefixtures("open_round")
def test_the_question_has_to_be_answered_and_nothing_is_chosen_beforehand(world: World, bob: Browser) -> None:
    assert answering.checked(_answered(world, bob).get("/answer/withdraw").text) == {}
    answer = bob.post("/answer/withdraw", {"sure": "yes"})
    assert (answer.status, 'href="#answers"' in answer.text) == (422, True)
    assert bob.get("/answer/round").status == 200


@pytest.mark.parametrize("form", [{}, {"answers": "keep"}, {"answers": "keep", "sure": "no"}])
def test_nobody_leaves_by_one_press(world: World, bob: Browser, form: dict[str, str]) -> None:
    """With nothing to choose about, as before the first round, there is still a tick."""
    assert "sure" in answering.ticks(bob.get("/answer/withdraw").text)
    answer = bob.post("/answer/withdraw", form)
    assert (answer.status, 'href="#sure"' in answer.text) == (422, True)
    assert bob.get("/answer/information").status == 200


@pytest.mark.usefixtures("open_round")
def test_the_counts_of_a_closed_round_stay_and_nothing_is_asked_about_them(
    world: World, bob: Browser
) -> None:
    _answered(world, bob)
    answering.close(world)
    assert "What is to become" not in bob.get("/answer/withdraw").text
    assert bob.post("/answer/withdraw", {"sure": "yes"}).location == "/withdrawn"
    assert "As you chose" not in bob.get("/withdrawn").text
    assert answering.own(world) == {answering.study(world).place(): Answer(7)}


@pytest.mark.usefixtures("open_round")
def test_afterwards_every_page_leads_to_the_last_one(world: World, bob: Browser) -> None:
    _answered(world, bob).post("/answer/withdraw", {"answers": "keep", "sure": "yes"})
    for path in ("", "/information", "/round", "/questions", "/review", "/summary", "/withdraw"):
        assert bob.get("/answer" + path).location == "/withdrawn"
    last = bob.get("/withdrawn").text
    assert "You have withdrawn from the study" in last
    assert "Ada Example" in last


@pytest.mark.usefixtures("open_round")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/begin", 409),
        ("/round", 409),
        ("/questions", 409),
        ("/submit", 409),
        ("/information", 409),
        ("/withdraw", 303),
    ],
)
def test_afterwards_nothing_more_is_taken(world: World, bob: Browser, path: str, status: int) -> None:
    _answered(world, bob).post("/answer/withdraw", answering.LEAVING)
    form = answering.AGREED | {answering.study(world).field(): "5"}
    assert bob.post("/answer" + path, form).status == status
    assert answering.own(world) == {}


def test_the_last_page_is_anyones_but_not_of_those_who_take_part(world: World, bob: Browser) -> None:
    assert world.browser().get("/withdrawn").status == 200
    assert bob.get("/withdrawn").location == "/answer"


def test_one_may_leave_without_ever_having_agreed(bob: Browser) -> None:
    assert bob.get("/answer/withdraw").status == 200
    assert bob.post("/answer/withdraw", {"sure": "yes"}).location == "/withdrawn"


def test_the_menu_says_what_it_leads_to(bob: Browser) -> None:
    """“Leave” stands where people look for a way to sign out."""
    menu = bob.get("/answer/information").text.partition("<nav")[2].partition("</nav>")[0]
    assert '<a href="/answer/withdraw">Withdraw from the study</a>' in menu
    assert "Leave" not in menu
