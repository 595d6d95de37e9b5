"""Rating: saved by the whole form or card by card, on any device, never undone by a stale page."""

import json

import pytest
from sqlalchemy import event

from surveys import panels
from surveys.ratings import Answer, Unable
from tests.delphi import answering
from tests.delphi.conftest import NOW, Browser, World

pytestmark = pytest.mark.usefixtures("open_round")


@pytest.fixture
def study(world: World) -> answering.Study:
    return answering.study(world)


def test_beginning_is_a_button(world: World, bob: Browser) -> None:
    bob.post("/answer/information", answering.AGREED)
    assert bob.get("/answer/round").location == "/answer"
    assert "Begin round 1" in bob.get("/answer").text
    assert bob.post("/answer/begin").location == "/answer/round"
    page = bob.get("/answer/round")
    assert page.status == 200
    assert page.text.count("data-card") == 3


def test_nothing_is_chosen_beforehand_and_no_tag_is_shown(bob: Browser) -> None:
    page = answering.begin(bob).get("/answer/round").text
    assert answering.checked(page) == {}
    assert "tier" not in page


def test_the_order_of_blocks_is_stored_and_rotates(
    world: World, bob: Browser, study: answering.Study
) -> None:
    first = answering.begin(bob).get("/answer/round").text
    other = answering.begin(world.as_panellist("grace")).get("/answer/round").text
    assert first.index("Item one") < first.index("Item three")
    assert other.index("Item one") < other.index("Item three")  # the first of another panel
    assert answering.begin(bob).get("/answer/round").text.index("Item one") == first.index("Item one")


def test_the_whole_form_is_saved_by_its_button(world: World, bob: Browser, study: answering.Study) -> None:
    form = answering.sent_by(answering.begin(bob).get("/answer/round").text)
    form |= {study.field(0, 0): "7", study.field(1, 1): "unable", study.field(1, 1) + ".unable": "2"}
    form |= {study.card(2) + ".comment": "Two\r\nlines. "}
    answer = bob.post("/answer/round?number=1", form | {"go": "on"})
    assert (answer.status, answer.location) == (303, "/answer/questions")
    assert answering.own(world) == {
        study.place(0, 0): Answer(7),
        study.place(1, 1): Answer(unable=Unable.NOT_KNOWN),
    }
    assert answering.own_comments(world) == {study.items[2]: "Two\nlines."}


def test_the_button_of_a_card_leads_back_to_the_card(bob: Browser, study: answering.Study) -> None:
    form = answering.sent_by(answering.begin(bob).get("/answer/round").text)
    answer = bob.post("/answer/round?number=1", form | {"save": f"{study.items[1]}"})
    assert answer.location == f"/answer/round#{study.card(1)}"


def test_leaving_and_coming_back_on_another_device_continues(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob).post(
        "/answer/round", {study.field(): "7", study.card() + ".comment": "<b>Good</b> & “cheap”"}
    )
    page = world.as_panellist("bob").get("/answer/round").text
    assert answering.checked(page) == {study.field(): "7"}
    assert answering.sent_by(page)[study.card() + ".comment"] == "<b>Good</b> & “cheap”"


def test_the_script_is_told_how_far_it_is_and_what_the_card_says_now(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob)
    was = f"was.{study.card()}"
    first = json.loads(
        bob.post("/answer/round?number=1", {study.field(0, 0): "7", was: ""}, **answering.JSON).text
    )
    one, other = study.criteria
    assert first == {"saved": True, "answered": 0, "of": 3, "ask_why": [], "was": f"c{one}=7"}
    unable = {study.field(0, 1): "unable", study.field(0, 1) + ".unable": "3", was: first["was"]}
    second = json.loads(bob.post("/answer/round?number=1", unable, **answering.JSON).text)
    assert (second["answered"], second["was"]) == (1, f"c{one}=7;c{other}=u3")
    assert second["was"] == answering.sent_by(bob.get("/answer/round").text)[was]


def test_the_progress_counts_items_with_every_question_answered(bob: Browser, study: answering.Study) -> None:
    answering.begin(bob).post(
        "/answer/round", {study.field(0, 0): "7", study.field(0, 1): "7", study.field(1, 0): "7"}
    )
    assert "<b data-answered>1</b> of 3" in bob.get("/answer/round").text


def test_the_same_answer_posted_twice_is_one_rating_and_one_line_of_history(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob)
    for _ in range(2):
        assert bob.post("/answer/round", {study.field(): "7"}, **answering.JSON).status == 200
    assert answering.history(world) == [(7, None)]


def test_of_two_devices_the_later_answer_wins_and_both_are_in_the_history(
    world: World, bob: Browser, study: answering.Study
) -> None:
    phone, desk = answering.begin(bob), world.as_panellist("bob")
    phone.post("/answer/round", {study.field(): "3", f"was.{study.card()}": ""})
    desk.post("/answer/round", {study.field(): "8", f"was.{study.card()}": ""})
    assert answering.own(world) == {study.place(): Answer(8)}
    assert answering.history(world) == [(3, None), (8, None)]


def test_a_stale_page_never_undoes_what_it_did_not_change(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob).post("/answer/round", {study.field(): "3", study.card() + ".comment": "Old."})
    stale = answering.sent_by(bob.get("/answer/round").text)
    other = world.as_panellist("bob")
    other.post("/answer/round", {study.field(): "8", study.card() + ".comment": "New."})
    assert bob.post("/answer/round?number=1", stale | {study.field(1): "5"}).status == 303
    assert answering.own(world) == {study.place(): Answer(8), study.place(1): Answer(5)}
    assert answering.own_comments(world) == {study.items[0]: "New."}


def test_a_comment_can_be_taken_back(world: World, bob: Browser, study: answering.Study) -> None:
    answering.begin(bob).post("/answer/round", {study.card() + ".comment": "Hm."})
    form = answering.sent_by(bob.get("/answer/round").text) | {study.card() + ".comment": ""}
    bob.post("/answer/round?number=1", form)
    assert answering.own_comments(world) == {}


def test_unable_is_saved_at_once_and_its_reason_when_it_is_said(
    world: World, bob: Browser, study: answering.Study
) -> None:
    """The last answer counts no more, though nobody says why."""
    name, was = study.field(), f"was.{study.card()}"
    answering.begin(bob).post("/answer/round", {name: "7"})
    said = answering.sent_by(bob.get("/answer/round").text)[was]
    told = bob.post("/answer/round?number=1", {name: "unable", was: said}, **answering.JSON)
    assert answering.own(world) == {study.place(): Answer(unable=Unable.NOT_STATED)}
    page = bob.get("/answer/round").text
    assert answering.checked(page) == {name: "unable"}
    assert answering.sent_by(page)[was] == json.loads(told.text)["was"] == f"c{study.criteria[0]}=u"
    bob.post("/answer/round?number=1", answering.sent_by(page) | {name + ".unable": "2"})
    assert answering.own(world) == {study.place(): Answer(unable=Unable.NOT_KNOWN)}
    assert answering.history(world) == [(7, None), (None, 4), (None, 2)]


def test_an_answer_can_be_taken_back_to_blank_by_its_button(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.begin(bob).post("/answer/round", {study.field(): "7", study.field(0, 1): "6"})
    form = answering.sent_by(bob.get("/answer/round").text) | {study.field(1): "5"}
    answer = bob.post("/answer/round?number=1", form | {"clear": f"{study.items[0]}.{study.criteria[0]}"})
    assert answer.location == f"/answer/round#{study.card()}"
    assert answering.own(world) == {study.place(0, 1): Answer(6), study.place(1): Answer(5)}
    assert (None, None) in answering.history(world)
    assert study.field() not in answering.checked(bob.get("/answer/round").text)


def test_the_script_takes_an_answer_back_by_a_blank(
    world: World, bob: Browser, study: answering.Study
) -> None:
    name, was = study.field(), f"was.{study.card()}"
    answering.begin(bob).post("/answer/round", {name: "7"})
    said = answering.sent_by(bob.get("/answer/round").text)[was]
    told = json.loads(bob.post("/answer/round?number=1", {name: "", was: said}, **answering.JSON).text)
    assert (told["saved"], told["was"], answering.own(world)) == (True, "", {})


def test_each_answer_and_comment_that_is_kept_has_its_sign(bob: Browser, study: answering.Study) -> None:
    answering.begin(bob).post("/answer/round", {study.field(0, 1): "7", study.card(2) + ".comment": "Hm."})
    page = bob.get("/answer/round").text
    assert answering.signed(page) == [study.field(0, 1), study.card(2) + ".comment"]


def test_the_bar_leads_to_the_first_blank_item_in_the_panellists_own_order(
    world: World, bob: Browser, study: answering.Study
) -> None:
    answering.act(world, lambda s: panels.add(s, answering.round_(s).study.panels[0], "cleo", now=NOW))
    answering.begin(world.as_panellist("cleo"))  # the second of a panel begins a block later
    first = answering.begin(bob).get("/answer/round").text
    assert first.index("Item three") < first.index("Item one")
    assert f'<a href="#{study.card(2)}" data-next>' in first
    both = (study.field(2, 0), study.field(2, 1))
    bob.post("/answer/round", dict.fromkeys(both, "5"))
    assert f'<a href="#{study.card(0)}" data-next>' in bob.get("/answer/round").text
    rest = [study.field(item, criterion) for item in (0, 1) for criterion in (0, 1)]
    bob.post("/answer/round", dict.fromkeys(rest, "unable"))
    assert '<a href="#rating" data-next hidden>' in bob.get("/answer/round").text


def test_a_number_takes_the_place_of_unable_although_its_reason_is_still_pressed(
    world: World, bob: Browser, study: answering.Study
) -> None:
    name = study.field()
    answering.begin(bob).post("/answer/round", {name: "unable", name + ".unable": "1"})
    form = answering.sent_by(bob.get("/answer/round").text)
    assert form[name + ".unable"] == "1"
    bob.post("/answer/round?number=1", form | {name: "4"})
    assert answering.own(world) == {study.place(): Answer(4)}


def test_a_panellist_sees_nobody_elses_answers(world: World, bob: Browser, grace: Browser) -> None:
    study = answering.study(world)
    answering.begin(bob).post("/answer/round", {study.field(): "7", study.card() + ".comment": "Secret."})
    page = answering.begin(grace).get("/answer/round").text
    assert answering.checked(page) == {}
    assert "Secret." not in page


def test_the_rating_page_asks_the_database_a_handful_of_times(world: World, bob: Browser) -> None:
    answering.begin(bob).get("/answer/round")
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(world.service.engine, "before_cursor_execute", count)
    assert bob.get("/answer/round").status == 200
    event.remove(world.service.engine, "before_cursor_execute", count)
    assert len(asked) <= 6, asked
