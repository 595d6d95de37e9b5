"""What cannot be kept is refused with a sentence; what was typed stays, and nothing else changes."""

import json

import pytest

from delphi.questionnaire.sent import NOT_A_RATING
from surveys import withdrawing
from surveys.policies import WITHDRAWN
from surveys.ratings import Answer
from tests.delphi import answering
from tests.delphi.conftest import NOW, Browser, World

pytestmark = pytest.mark.usefixtures("open_round")

NOT_ASKED = "That item is not asked in this round"
OUTSIDE = "A rating is a whole number from 1 to 9"


@pytest.fixture
def study(world: World) -> answering.Study:
    return answering.study(world)


@pytest.fixture
def filled(world: World, bob: Browser, study: answering.Study) -> dict[str, str]:
    """A page with one answer on it, as it would be sent again with another answer and a comment."""
    answering.begin(bob).post("/answer/round", {study.field(): "3"})
    form = answering.sent_by(bob.get("/answer/round").text)
    return form | {study.field(1, 1): "8", study.card(1) + ".comment": "Typed with care."}


def _withdraw(world: World) -> None:
    def leave(session: object) -> None:
        who = answering.panellist(session, "bob")  # type: ignore[arg-type]
        withdrawing.withdraw(session, who.study, who, keep_answers=True, now=NOW)  # type: ignore[arg-type]

    answering.act(world, leave)


def _check_refused(world: World, bob: Browser, form: dict[str, str], status: int, sentence: str) -> str:
    study, before = answering.study(world), answering.history(world)
    answer = bob.post("/answer/round?number=1", form)
    assert (answer.status, sentence in answer.text) == (status, True)
    assert answering.checked(answer.text)[study.field(1, 1)] == "8"
    assert "Typed with care." in answer.text
    assert answering.history(world) == before
    assert answering.own_comments(world) == {}
    told = bob.post("/answer/round?number=1", form, **answering.JSON)
    assert told.status == status
    assert sentence in json.loads(told.text)["error"]
    return answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("0", OUTSIDE), ("10", OUTSIDE), ("-1", OUTSIDE), ("7.5", NOT_A_RATING), ("many", NOT_A_RATING)],
)
def test_a_rating_outside_the_scale(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str], typed: str, sentence: str
) -> None:
    text = _check_refused(world, bob, filled | {study.field(2): typed}, 422, sentence)
    assert f'href="#{study.card(2)}"' in text


@pytest.mark.parametrize("item_id", [987, 99999999999999])
def test_an_item_that_is_not_in_the_round(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str], item_id: int
) -> None:
    _check_refused(world, bob, filled | {f"i{item_id}.c{study.criteria[0]}": "5"}, 422, NOT_ASKED)
    _check_refused(world, bob, filled | {f"i{item_id}.comment": "Hm."}, 422, NOT_ASKED)


def test_a_criterion_of_no_study(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    _check_refused(world, bob, filled | {f"{study.card()}.c987": "5"}, 422, NOT_ASKED)


def test_a_reason_that_is_none_of_the_three(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    form = filled | {study.field(2): "unable", study.field(2) + ".unable": "4"}
    text = _check_refused(world, bob, form, 422, NOT_A_RATING)
    assert text.count(NOT_A_RATING) == 2  # in the list of faults, and on the card


def test_every_fault_is_said_at_once_with_the_name_of_its_item(
    bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    long = {study.card(0) + ".comment": "x" * 4001}
    text = bob.post("/answer/round?number=1", filled | long | {study.field(2): "x"}).text
    assert f'<a href="#{study.card(0)}">1 Item one: This text has 4001 characters' in text
    assert f'<a href="#{study.card(2)}">3 Item three: {NOT_A_RATING}' in text


def test_a_comment_that_is_too_long(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    _check_refused(
        world, bob, filled | {study.card(2) + ".comment": "x" * 4001}, 422, "at most 4000 can be kept"
    )


def test_an_answer_after_the_round_has_closed(world: World, bob: Browser, filled: dict[str, str]) -> None:
    """The page is there to be copied from, and offers nothing that would save."""
    answering.close(world)
    text = _check_refused(world, bob, filled, 409, "This round is closed")
    assert "What was saved before counts." in text
    for words in ("<noscript>", "data-autosave", "Save and look over", "data-progress", "With a keyboard"):
        assert words not in text
    assert 'id="rating" class=off' in text


def test_an_answer_of_a_page_of_the_round_before(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    """The items are asked again in round 2, and an old page must not answer there."""
    answering.open_next(world)
    _check_refused(world, bob, filled, 409, "closed")
    assert answering.own(world, number=2) == {}


def test_an_answer_of_somebody_who_has_withdrawn(world: World, bob: Browser, filled: dict[str, str]) -> None:
    _withdraw(world)
    _check_refused(world, bob, filled, 409, WITHDRAWN)


def test_an_answer_before_any_round_was_opened(world: World) -> None:
    grace = world.as_panellist("grace")
    assert grace.post("/answer/round?number=7", {}).status == 404


def test_what_was_refused_is_saved_once_it_is_mended(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    text = bob.post("/answer/round?number=1", filled | {study.field(2): "x"}).text
    again = answering.sent_by(text) | {study.field(2): "unable"}
    assert bob.post("/answer/round?number=1", again).status == 303
    own = answering.own(world)
    assert own[study.place()] == Answer(3)
    assert own[study.place(1, 1)] == Answer(8)
    assert len(own) == 3
    assert answering.own_comments(world) == {study.items[1]: "Typed with care."}


def test_a_page_shown_again_keeps_what_another_device_wrote_meanwhile(
    world: World, bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    world.as_panellist("bob").post("/answer/round", {study.field(): "9"})
    text = bob.post("/answer/round?number=1", filled | {study.field(2): "x"}).text
    assert answering.checked(text)[study.field()] == "9"


def test_on_a_page_shown_again_only_what_is_kept_is_said_to_be_saved(
    bob: Browser, study: answering.Study, filled: dict[str, str]
) -> None:
    bob.post("/answer/round", {study.card(1) + ".comment": "Kept.", f"was.{study.card(1)}": ""})
    text = bob.post("/answer/round?number=1", filled | {study.field(2): "x"}).text
    assert answering.signed(text) == [study.field()]


def test_a_page_without_its_token_is_refused(bob: Browser, study: answering.Study) -> None:
    answer = bob.client.post("/answer/round", data={study.field(): "7"}, follow_redirects=False)
    assert answer.status_code == 403


def test_a_round_that_is_only_planned_is_not_shown_to_whoever_answers_it(world: World, bob: Browser) -> None:
    answering.begin(bob)
    answering.open_next(world, opens=False)
    answer = bob.post("/answer/round?number=2", {answering.study(world).field(): "7"})
    assert (answer.status, "Item one" in answer.text) == (404, False)


@pytest.mark.parametrize("path", ["round", "questions", "submit"])
@pytest.mark.parametrize("leaves", [False, True])
def test_a_refusal_shows_nothing_of_the_round_to_whoever_had_not_been_shown_it(
    world: World, bob: Browser, path: str, leaves: bool
) -> None:
    if leaves:
        answering.begin(bob).post("/answer/withdraw", answering.LEAVING)
    answer = bob.post(f"/answer/{path}?number=1", {answering.study(world).field(): "99", "missing": "x"})
    assert answer.status in (409, 422)
    assert "Item one" not in answer.text
