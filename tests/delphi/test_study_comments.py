"""Clearing comments: released, redacted or withheld by a person; the original stays; consent is kept to."""

import pytest

from surveys import comments, rounds, studies
from surveys.comments import Written
from tests.delphi import answered, answering
from tests.delphi.answered import HOME, ROUND
from tests.delphi.conftest import Answer, Browser, World

PAGE = f"{ROUND}/comments"
HARM = "Could any of these do harm?"


def _decide(browser: Browser, world: World, code: str = "P0", **form: str) -> Answer:
    panellist_id, item_id = answered.ids(world, code)
    form.setdefault("seen", _written(world).standing)
    return browser.post(f"{PAGE}/{panellist_id}/{item_id}", form)


def _written(world: World) -> Written:
    with world.session() as session:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        return next(one for one in comments.list_written(session, round_) if one.code == "P0")


def test_what_waits_is_shown_with_its_writer(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(PAGE)
    assert "0 of 1 decided." in page.text
    assert "P0 thinks of Dr Smith." in page.text
    assert "Practitioners, P0" in page.text


def test_a_comment_is_released(alice: Browser, world: World) -> None:
    answered.round_1(world)
    assert _decide(alice, world, decision="released").location == f"{PAGE}?show=waiting&at=comments#comments"
    page = alice.get(PAGE)
    assert "1 of 1 decided." in page.text
    assert "All comments are decided." in page.text
    assert "Released" in alice.get(f"{PAGE}?show=decided").text


def test_a_redacted_comment_keeps_its_original(alice: Browser, world: World) -> None:
    answered.round_1(world)
    _decide(alice, world, decision="redacted", text="P0 thinks of a doctor.", reason="Names a doctor.")
    written = _written(world)
    assert (written.text, written.cleared_text) == ("P0 thinks of Dr Smith.", "P0 thinks of a doctor.")
    page = alice.get(f"{PAGE}?show=decided").text
    assert "P0 thinks of Dr Smith." in page
    assert "P0 thinks of a doctor." in page
    assert "Names a doctor." in page


@pytest.mark.parametrize("decision", ["redacted", "withheld"])
def test_no_reason_is_refused_and_what_was_typed_stays(alice: Browser, world: World, decision: str) -> None:
    answered.round_1(world)
    answer = _decide(alice, world, decision=decision, text="Changed.", reason=" ")
    panellist_id, item_id = answered.ids(world, "P0")
    assert answer.status == 422
    assert f'href="#reason-{panellist_id}-{item_id}"' in answer.text
    assert f'id="reason-{panellist_id}-{item_id}-fault"' in answer.text
    assert "Changed." in answer.text
    assert _written(world).status is None


def test_a_decision_can_be_changed(alice: Browser, world: World) -> None:
    answered.round_1(world)
    _decide(alice, world, decision="withheld", reason="Names a doctor.", show="waiting")
    answer = _decide(alice, world, decision="released", show="decided")
    assert answer.location == f"{PAGE}?show=decided&at=comments#comments"
    assert _written(world).status == "released"


def test_of_two_who_decide_the_second_is_told_and_loses_nothing(alice: Browser, world: World) -> None:
    answered.round_1(world)
    _decide(alice, world, decision="withheld", reason="Names a doctor.")
    mine = {"decision": "redacted", "text": "P0 thinks of a doctor.", "reason": "Milder.", "seen": ""}
    answer = _decide(alice, world, **mine)
    assert (answer.status, comments.STALE.format(answered.BY, "withheld") in answer.text) == (409, True)
    assert "P0 thinks of a doctor.</textarea>" in answer.text
    assert "Milder.</textarea>" in answer.text
    assert f'name="seen" value="{_written(world).standing}"' in answer.text
    assert _written(world).status == "withheld"
    assert _decide(alice, world, **mine | {"seen": _written(world).standing}).status == 303
    assert _written(world).status == "redacted"


def test_a_mistake_in_a_stale_decision_does_not_hide_what_stands(alice: Browser, world: World) -> None:
    answered.round_1(world)
    _decide(alice, world, decision="withheld", reason="Names a doctor.")
    answer = _decide(alice, world, decision="redacted", text="Of a doctor.", reason="", seen="")
    assert answer.status == 422
    assert f'name="seen" value="{_written(world).standing}"' not in answer.text


def test_the_same_decision_twice_is_one(alice: Browser, world: World) -> None:
    answered.round_1(world)
    for _ in range(2):
        assert _decide(alice, world, decision="released", seen="").status == 303
    assert alice.get(f"{HOME}/trail.csv").text.count("Comment released") == 1


def test_what_panellists_have_read_is_said_before_and_after(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    _decide(alice, world, decision="released")
    assert "It was shown in round" not in alice.get(f"{PAGE}?show=decided").text
    answered.round_2(world, closed=False)
    assert "It was shown in round 2" in alice.get(f"{PAGE}?show=decided").text
    page = alice.get(str(_decide(alice, world, decision="withheld", reason="Names a doctor.").location))
    assert "The comment is withheld. It was shown in round 2." in page.text
    assert "shown in round: 2" in alice.get(f"{HOME}/trail.csv").text


def test_what_was_done_is_said_at_the_next_comment(alice: Browser, world: World) -> None:
    answered.round_1(world, more=1)
    where = str(_decide(alice, world, decision="released").location)
    panellist_id, item_id = answered.ids(world, "P1")
    card = f"c{panellist_id}-{item_id}"
    assert where == f"{PAGE}?show=waiting&at={card}#{card}"
    page = alice.get(where).text
    assert page.count("The comment is released.") == 1
    assert page.index(f'id="{card}" tabindex="-1"') < page.index("The comment is released.")


def test_harms_wait_until_somebody_has_read_them(alice: Browser, world: World) -> None:
    answered.round_1(world)
    _decide(alice, world, decision="released")
    page = alice.get(ROUND).text
    assert "1 of 1 decided. 2 harms to read." in page
    assert f'<a class="nhsuk-button" href="{PAGE}"' in page
    assert "2 harms that were named wait to be read." in alice.get(HOME).text
    for _ in range(2):
        assert alice.post(f"{PAGE}/harms").status == 303
    assert "Read by alice@example.org on 2 March 2026." in alice.get(PAGE).text
    assert "1 of 1 decided. 2 harms read." in alice.get(ROUND).text
    assert alice.get(f"{HOME}/trail.csv").text.count("Harms read") == 1


def test_an_unknown_decision_is_refused(alice: Browser, world: World) -> None:
    answered.round_1(world)
    assert _decide(alice, world, decision="burnt").status == 422


def test_a_comment_that_may_not_be_shown_is_marked_and_has_no_button(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(f"{PAGE}?show=private").text
    assert "L0 thinks of Dr Smith." in page
    assert "Not to be shown" in page
    assert 'value="released"' not in page
    assert "L0 thinks of Dr Smith." not in alice.get(PAGE).text


def test_what_could_do_harm_stands_first(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(PAGE).text
    places = [page.index(f">{heading}</h2>") for heading in (HARM, "Comments to clear", "What is missing?")]
    assert places == sorted(places)
    assert page.index("Could shame people.") < places[1]


def test_why_minds_changed_stands_by_item_with_from_and_to(alice: Browser, world: World) -> None:
    answered.round_1(world, practitioners=5)
    page = alice.get(answered.round_2(world)).text
    assert "Practitioners, P0. Usefulness, from 5 (middle) to 8 (high)" in page
    assert "P0 was told of a clinic." in page
    assert "panellists are not shown them" in page
    assert "What changed their minds" not in alice.get(PAGE).text


def test_all_that_was_written_is_a_file(alice: Browser, world: World, charlie: Browser) -> None:
    answered.round_1(world, practitioners=5)
    answered.round_2(world)
    file = f"{HOME}/rounds/{{}}/words.csv"
    assert "P0 thinks of Dr Smith." in alice.get(file.format(1)).text
    assert "practitioners,P0,P0 was told of a clinic.,5,8" in alice.get(file.format(2)).text
    assert 'filename="fairer-care-round-1-words.csv"' in str(alice.get(file.format(1)).headers)


def test_the_words_of_an_open_round_are_not_there(alice: Browser, open_round: int) -> None:
    assert alice.get(f"{ROUND}/words.csv").status == 409


def test_a_comment_that_nobody_wrote_is_not_found(alice: Browser, world: World) -> None:
    answered.round_1(world)
    assert _decide(alice, world, code="P1", decision="released").status == 404


def test_a_round_without_comments_says_so(alice: Browser, world: World, open_round: int) -> None:
    answering.close(world)
    assert "Nobody wrote a comment in this round." in alice.get(PAGE).text
