"""From the second round on: what others said, the own last answer and its button, the reason of a change."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from surveys import comments, panels, ratings
from surveys.comments import ClearingStatus, Ruling
from surveys.panels import ConsentKind
from surveys.ratings import Answer, Unable
from tests.delphi import answering
from tests.delphi.conftest import NOW, Browser, World

pytestmark = pytest.mark.usefixtures("open_round")


def _crowd(world: World, panel: int, count: int, value: int, *, of: slice = slice(None)) -> None:
    """So many more panellists, who all give the same answer to these criteria."""

    def rate(session: Session) -> None:
        first = answering.round_(session)
        places = [(asked.item_id, c.id) for asked in first.items for c in first.study.criteria[of]]
        for n in range(count):
            code = f"crowd {panel} {value} {n}"
            who = panels.add(session, first.study.panels[panel], code, now=NOW)
            session.flush()
            ratings.save(session, first, who, dict.fromkeys(places, Answer(value)), now=NOW)

    answering.act(world, rate)


def _comment(world: World, code: str, text: str, status: ClearingStatus | None) -> Callable[[], None]:
    """Write a comment on the first item; what comes back clears it."""
    item_id = answering.study(world).items[0]

    def write(session: Session) -> None:
        who = answering.panellist(session, code)
        consents = dict.fromkeys(ConsentKind, True)
        panels.record_consents(session, who, consents, version="0", sheet="an older one", now=NOW)
        comments.save(session, answering.round_(session), who, {item_id: text}, now=NOW)

    def clear(session: Session) -> None:
        if status is not None:
            ruling = Ruling(
                answering.panellist(session, code).id, item_id, status, text=f"{text}*", reason="names"
            )
            comments.clear(session, answering.round_(session), ruling, by="alice", now=world.clock.now)

    answering.act(world, write)
    return lambda: answering.act(world, clear)


@pytest.fixture
def study(world: World) -> answering.Study:
    return answering.study(world)


def _again(world: World, code: str = "bob") -> Browser:
    browser = world.as_panellist(code)
    assert browser.post("/answer/information", answering.AGREED).status == 303
    assert browser.post("/answer/begin").status == 303
    return browser


def test_each_panel_is_shown_as_small_groups_allow_the_own_one_first(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob).post("/answer/round", {study.field(): "9"})
    answering.begin(world.as_panellist("grace"))
    _crowd(world, 0, 10, 7)
    _crowd(world, 1, 6, 2)
    answering.open_next(world)
    card = _again(world).get("/answer/round").text.partition("Item two")[0]
    assert 'aria-label="10 chose 7, 1 chose 9"' in card
    card = answering.words(card)
    assert card.index("Practitioners 11 answers, median 7") < card.index("People with lived experience")
    assert "5 to 9 others, median 2" in card
    assert "100 %" in card
    assert "6 chose 2" not in card
    other = answering.words(_again(world, "grace").get("/answer/round").text.partition("Item one")[2])
    assert other.index("People with lived experience") < other.index("Practitioners")


def test_fewer_than_five_others_are_not_shown(world: World, bob: Browser, study: answering.Study) -> None:
    """Five answered; to the one of them who looks they are four others."""
    answering.begin(bob).post("/answer/round", {study.field(): "9"})
    _crowd(world, 0, 4, 7)
    answering.open_next(world)
    card = _again(world).get("/answer/round").text.partition("Item two")[0]
    assert card.count("Fewer than five others answered: not shown.") == 4
    assert "median" not in card


def test_whether_the_own_answer_is_among_them_is_told_apart_for_each_question(
    world: World, bob: Browser, study: answering.Study
) -> None:
    """Five rated each: to bob, who is one of them for the first question, those are four others and five."""
    answering.begin(bob).post("/answer/round", {study.field(0, 0): "9"})
    _crowd(world, 0, 4, 7)
    _crowd(world, 0, 1, 6, of=slice(1, 2))
    answering.open_next(world)
    card = _again(world).get("/answer/round").text.partition("Item two")[0]
    first, _, second = card.partition("How feasible?")
    assert "5 to 9 others" not in first
    assert "5 to 9 others, median 7" in second


def test_nothing_of_an_open_round_is_fed_back(world: World, bob: Browser) -> None:
    _crowd(world, 0, 20, 7)
    page = answering.begin(bob).get("/answer/round").text
    assert "median" not in page
    assert "Keep" not in page


def test_the_own_last_answer_is_ringed_and_never_copied(
    world: World, bob: Browser, study: answering.Study
) -> None:
    form = {study.field(): "6", study.field(0, 1): "unable", study.field(0, 1) + ".unable": "2"}
    answering.begin(bob).post("/answer/round", form)
    answering.open_next(world)
    again = _again(world)
    page = again.get("/answer/round").text
    assert answering.checked(page) == {}
    assert answering.ringed(page) == {study.field(0, 0): "6", study.field(0, 1): "unable"}
    assert page.count("name=keep") == 2
    again.post("/answer/round?number=2", answering.sent_by(page))
    assert answering.own(world, number=2) == {}


@pytest.mark.parametrize(("criterion", "expected"), [(0, Answer(6)), (1, Answer(unable=Unable.NOT_KNOWN))])
def test_the_button_keeps_the_last_answer_and_saves_the_rest_of_the_form(
    world: World, bob: Browser, study: answering.Study, criterion: int, expected: Answer
) -> None:
    form = {study.field(): "6", study.field(0, 1): "unable", study.field(0, 1) + ".unable": "2"}
    answering.begin(bob).post("/answer/round", form)
    answering.open_next(world)
    again = _again(world)
    sent = answering.sent_by(again.get("/answer/round").text) | {study.field(1): "3"}
    kept = again.post(
        "/answer/round?number=2", sent | {"keep": f"{study.items[0]}.{study.criteria[criterion]}"}
    )
    assert kept.location == f"/answer/round#{study.card()}"
    assert answering.own(world, number=2) == {study.place(0, criterion): expected, study.place(1): Answer(3)}


def test_there_is_nothing_to_keep_where_nothing_was_answered(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob)
    answering.open_next(world)
    again = _again(world)
    answer = again.post("/answer/round?number=2", {"keep": f"{study.items[0]}.{study.criteria[0]}"})
    assert (answer.status, "no answer of yours" in answer.text) == (422, True)


def test_a_change_that_crosses_a_band_asks_for_its_reason_without_insisting(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob).post("/answer/round", {study.field(): "6", study.field(1): "6"})
    answering.open_next(world)
    again, why = _again(world), study.field() + ".why"
    told = again.post(
        "/answer/round?number=2", {study.field(): "7", f"was.{study.card()}": ""}, **answering.JSON
    )
    assert json.loads(told.text)["ask_why"] == [study.field()]
    told = again.post("/answer/round?number=2", {study.field(1): "5"}, **answering.JSON)
    assert json.loads(told.text)["ask_why"] == []  # another category of the same band
    page = again.get("/answer/round").text
    form = answering.sent_by(page)
    assert [name for name in form if name.endswith(".why")] == [why]
    assert "data-why" in page
    assert again.post("/answer/round?number=2", form).status == 303  # no reason is fine
    again.post("/answer/round?number=2", form | {why: "The comments."})
    assert "The comments." in again.get("/answer/round").text
    form = answering.sent_by(again.get("/answer/round").text)
    again.post("/answer/round?number=2", form | {why: ""})
    assert "The comments." not in again.get("/answer/round").text


def test_cleared_comments_of_others_are_shown_and_no_other(
    world: World, bob: Browser, grace: Browser
) -> None:
    _crowd(world, 0, 3, 7)
    clearings = [
        _comment(world, "bob", "His own.", ClearingStatus.RELEASED),
        _comment(world, "grace", "Released <i>.", ClearingStatus.RELEASED),
        _comment(world, "crowd 0 7 0", "Redacted", ClearingStatus.REDACTED),
        _comment(world, "crowd 0 7 1", "Withheld.", ClearingStatus.WITHHELD),
        _comment(world, "crowd 0 7 2", "Undecided.", None),
    ]
    answering.open_next(world)
    again = _again(world)
    assert "by others" not in again.get("/answer/round").text
    for clear in clearings:
        clear()
    page = again.get("/answer/round").text
    assert "2 comments by others" in page
    for shown in ("Redacted*", "Released &lt;i&gt;."):
        assert shown in page
    for hidden in ("His own.", "Withheld.", "Undecided."):
        assert hidden not in page


def test_a_comment_that_is_cleared_or_taken_back_later_is_seen_at_once(world: World, bob: Browser) -> None:
    answering.begin(bob)
    clear = _comment(world, "grace", "Late.", ClearingStatus.RELEASED)
    answering.open_next(world)
    again = _again(world)
    assert "Late." not in again.get("/answer/round").text
    clear()
    assert "Late." in again.get("/answer/round").text
    grace = world.as_panellist("grace")
    grace.post("/answer/information", {"take_part": "yes"})
    assert "Late." not in again.get("/answer/round").text


@pytest.mark.parametrize(("shown", "is_read"), [("all", True), ("own", False), ("none", False)])
def test_comments_of_other_panels_are_shown_as_their_answers_are(
    world: World, bob: Browser, shown: str, is_read: bool
) -> None:
    answering.amend(world, feedback={"panels": shown})
    answering.begin(bob)
    answering.begin(world.as_panellist("grace"))
    clear = _comment(world, "grace", "My bus does not go there.", ClearingStatus.RELEASED)
    answering.open_next(world)
    clear()
    assert ("My bus does not go there." in _again(world).get("/answer/round").text) is is_read
