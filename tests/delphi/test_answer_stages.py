"""Where a panellist stands, what is blank, sending, and the record of it all."""

import pytest
from sqlalchemy.orm import Session

from surveys import participations, publications, rounds, settling, studies
from surveys import protocol as protocols
from surveys import results as results_
from surveys.histories import changing
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.participations import SuggestionKind
from tests.delphi import answering
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys import examples


@pytest.fixture
def study(world: World) -> answering.Study:
    return answering.study(world)


def _agreed(world: World, code: str = "bob") -> Browser:
    browser = world.as_panellist(code)
    browser.post("/answer/information", answering.AGREED)
    return browser


def test_before_the_first_round_there_is_nothing_to_do(world: World) -> None:
    browser = _agreed(world)
    assert "There is nothing to do yet" in browser.get("/answer").text
    assert browser.get("/answer/round").location == "/answer"
    assert browser.post("/answer/begin").status == 409


@pytest.mark.usefixtures("open_round")
def test_an_open_round_is_begun_continued_sent_and_changed(world: World, study: answering.Study) -> None:
    bob = _agreed(world)
    assert "Begin round 1" in bob.get("/answer").text
    bob.post("/answer/begin")
    bob.post("/answer/round", {study.field(0, 0): "7", study.field(0, 1): "7"})
    assert "You have answered 1 of 3 items" in bob.get("/answer").text
    assert bob.post("/answer/submit?number=1").location == "/answer"
    assert "You sent your answers on 2 March 2026" in bob.get("/answer").text
    assert bob.post("/answer/round", {study.field(0, 0): "3"}).status == 303
    assert bob.get("/answer/round").status == 200


@pytest.mark.usefixtures("open_round")
def test_beginning_and_sending_twice_are_done_once(world: World) -> None:
    bob = answering.begin(_agreed(world))
    bob.post("/answer/begin")
    bob.post("/answer/submit")
    world.clock.wait(hours=1)
    bob.post("/answer/submit")
    part = answering.act(
        world,
        lambda s: participations.find(s, answering.round_(s), answering.panellist(s, "bob")).submitted_at,  # type: ignore[union-attr]
    )
    assert part == NOW


@pytest.mark.usefixtures("open_round")
def test_between_two_rounds_it_says_what_happens_next(world: World) -> None:
    bob = answering.begin(_agreed(world))
    answering.close(world)
    assert "Then the next round begins" in bob.get("/answer").text
    assert bob.get("/answer/round").location == "/answer"
    assert bob.get("/answer/review").location == "/answer"


@pytest.mark.usefixtures("open_round")
def test_who_comes_late_is_told_so_where_the_protocol_takes_nobody_in(world: World) -> None:
    answering.open_next(world)
    bob = _agreed(world)
    assert participations.TOO_LATE in bob.get("/answer").text
    answer = bob.post("/answer/begin")
    assert (answer.status, participations.TOO_LATE in answer.text) == (409, True)


@pytest.mark.usefixtures("open_round")
def test_who_comes_late_is_welcome_where_the_protocol_says_so(world: World) -> None:
    def allow(session: Session) -> None:
        study = studies.get(session, "fairer-care")
        changed = examples.protocol(rounds={"last": 2, "block_size": 2, "join_late": True})
        study.protocol_json = protocols.to_builtins(changed)
        study.fingerprint = protocols.fingerprint(changed)

    answering.act(world, allow)
    answering.open_next(world)
    assert "Begin round 2" in _agreed(world).get("/answer").text


@pytest.mark.usefixtures("open_round")
def test_after_the_last_round_there_are_thanks_and_the_own_record(
    world: World, study: answering.Study
) -> None:
    bob = answering.begin(_agreed(world))
    bob.post("/answer/round", {study.field(): "7"})
    answering.open_next(world)
    answering.close(world, 2)
    assert "The rounds of this study are over" in bob.get("/answer").text
    assert "Item one" in bob.get("/answer/summary").text


@pytest.mark.usefixtures("open_round")
def test_a_study_in_which_nothing_goes_on_is_over(world: World) -> None:
    bob = answering.begin(_agreed(world))
    answering.close(world)

    def drop_all(session: Session) -> None:
        first = answering.round_(session)
        gone = {
            asked.item_id: settling.Departure(settling.Outcome.DROPPED, "no more") for asked in first.items
        }
        settling.settle(session, first, results_.get(session, first), gone, now=NOW, by="alice")

    answering.act(world, drop_all)
    assert "The rounds of this study are over" in bob.get("/answer").text


@pytest.mark.usefixtures("open_round")
def test_the_review_lists_what_is_blank_with_a_way_to_each_card(world: World, study: answering.Study) -> None:
    bob = answering.begin(_agreed(world))
    bob.post("/answer/round", {study.field(0, 0): "7", study.field(0, 1): "7", study.field(1, 0): "7"})
    page = bob.get("/answer/review").text
    assert f"/answer/round#{study.card(0)}" not in page
    assert (
        f'<a href="/answer/round#{study.card(1)}">2 Item two</a> <span class="d-small">Feasibility is blank'
        in page
    )
    assert "2 are not: you may fill them in, or leave gaps." in page
    assert f'href="/answer/round#{study.card(1)}">Go to the first blank item' in page
    assert f"/answer/round#{study.card(2)}" in page
    assert f"id={study.card(2)} " in bob.get("/answer/round").text


@pytest.mark.usefixtures("open_round")
def test_sending_after_the_round_has_closed_says_that_the_answers_are_kept(
    world: World, study: answering.Study
) -> None:
    bob = answering.begin(_agreed(world))
    bob.post("/answer/round", {study.field(0, 0): "7", study.field(0, 1): "7"})
    answering.close(world)
    answer = bob.post("/answer/submit?number=1")
    page = answering.words(answer.text)
    assert answer.status == 409
    assert "Round 1 closed before you sent your answers" in page
    assert "What you had answered is saved and counts." in page
    assert "Items answered in full: 1 of 3" in page
    for words in ("not saved", "There is a problem", "Send my answers", "After sending", "blank"):
        assert words not in page
    assert len(answering.own(world)) == 2
    told = bob.post("/answer/submit?number=1", **answering.JSON)
    assert "saved and counts" in told.text


@pytest.mark.usefixtures("open_round")
def test_who_had_not_sent_is_told_that_the_answers_count(world: World, study: answering.Study) -> None:
    bob, grace = answering.begin(_agreed(world)), answering.begin(_agreed(world, "grace"))
    grace.post("/answer/submit?number=1")
    answering.close(world)
    assert "You had not sent your answers of round 1 when it closed" in bob.get("/answer").text
    assert "You had not sent" not in grace.get("/answer").text


@pytest.mark.usefixtures("open_round")
def test_the_page_after_the_items_says_how_many_are_blank_and_leads_back(
    world: World, study: answering.Study
) -> None:
    bob = answering.begin(_agreed(world))
    full = {study.field(item, criterion): "7" for item in (0, 1, 2) for criterion in (0, 1)}
    last = full.pop(study.field(2, 1))
    answer = bob.post("/answer/round?number=1", full | {"go": "on"})
    page = bob.get(answer.location).text
    assert "1 item of 3 is not answered in full." in page
    assert f'<a href="/answer/round#{study.card(2)}">Go to the first blank item' in page
    assert "all the items" not in page
    bob.post("/answer/round?number=1", {study.field(2, 1): last, "go": "on"})
    page = bob.get(answer.location).text
    assert "You have answered all the items." in page
    assert "blank" not in page


@pytest.mark.usefixtures("open_round")
def test_the_review_says_gently_where_a_reason_may_still_be_given(
    world: World, study: answering.Study
) -> None:
    bob, one = answering.begin(_agreed(world)), study.field()
    bob.post("/answer/round", {study.field(item): "6" for item in (0, 1, 2)})
    answering.open_next(world)
    bob.post("/answer/begin")
    given = {one: "8", study.field(1): "5", study.field(2): "unable"}
    assert bob.post("/answer/round?number=2", given | {"go": "on"}).location == "/answer/review"
    review = bob.get("/answer/review").text
    said = answering.words(review.partition("If you like, say why")[2].partition("<h2>")[0])
    assert "1 Item one , Usefulness: 6 before, 8 now" in said
    assert "Item two" not in said  # it stayed in its band
    assert "3 Item three , Usefulness: unable to rate" in said
    assert "Send my answers as they are" in review
    assert f'href="/answer/round#{one}.why"' in review
    assert f"id={one}.why" in bob.get("/answer/round").text
    unable = {study.field(2): "unable", study.field(2) + ".unable": "1"}
    bob.post("/answer/round", unable | {one + ".why": "The comments."})
    assert "If you like, say why" not in bob.get("/answer/review").text


@pytest.mark.usefixtures("open_round")
def test_the_two_last_questions_are_kept_changed_and_taken_back(world: World) -> None:
    bob = answering.begin(_agreed(world))
    assert "Could any of these do harm?" in bob.get("/answer/questions").text
    answer = bob.post("/answer/questions?number=1", {"missing": "Bus fares.", "harm": "Queues."})
    assert answer.location == "/answer/review"
    assert "Bus fares." in bob.get("/answer/questions").text
    bob.post("/answer/questions?number=1", {"missing": "Bus fares.", "harm": ""})
    kept = answering.act(
        world,
        lambda s: participations.own_suggestions(s, answering.round_(s), answering.panellist(s, "bob")),
    )
    assert kept == {SuggestionKind.MISSING: "Bus fares."}


@pytest.mark.usefixtures("open_round")
def test_the_two_last_questions_say_that_answers_are_not_monitored(world: World) -> None:
    page = answering.begin(_agreed(world)).get("/answer/questions").text
    assert "Nobody reads this while the round is open" in page
    assert "call 999" in page


@pytest.mark.usefixtures("open_round")
@pytest.mark.parametrize(("typed", "status"), [("x" * 4001, 422), ("Fine.", 409)])
def test_a_refused_last_question_keeps_what_was_typed(world: World, typed: str, status: int) -> None:
    bob = answering.begin(_agreed(world))
    if status == 409:
        answering.close(world)
    answer = bob.post("/answer/questions?number=1", {"missing": typed, "harm": "Queues."})
    assert (answer.status, typed in answer.text, "Queues." in answer.text) == (status, True, True)
    assert ("Save and go on" in answer.text) == (status == 422)


@pytest.mark.usefixtures("open_round")
def test_the_two_last_questions_are_not_asked_again_where_nothing_is_new(world: World) -> None:
    answering.begin(_agreed(world))
    answering.open_next(world)
    bob = answering.begin(_agreed(world))
    assert bob.get("/answer/questions").location == "/answer"
    assert participations.NOT_ASKED in bob.get("/answer").text
    assert bob.post("/answer/questions?number=2", {"missing": "Late."}).status == 409
    assert bob.post("/answer/round?number=2", {"go": "on"}).location == "/answer/review"
    assert "what could do harm" not in bob.get("/answer/review").text


@pytest.mark.usefixtures("open_round")
def test_a_later_round_with_an_item_that_is_new_asks_them_too_and_says_what_has_no_ring(world: World) -> None:
    bob = answering.begin(_agreed(world))
    answering.open_next(world, opens=False)
    why = Why("Two comments said so.", "alice", NOW)
    answering.act(world, lambda s: changing.add(s, answering.round_(s, 2), Text("Longer visits"), why))
    answering.act(world, lambda s: rounds.open_(s, answering.round_(s, 2), closes_at=None, now=NOW, by="a"))
    bob.post("/answer/begin")
    page = bob.get("/answer/round").text
    assert "An item that was not asked in the round before has no figures and no ring." in page
    assert "An item with a new wording" not in page
    assert bob.post("/answer/round?number=2", {"go": "on"}).location == "/answer/questions"
    answer = bob.post("/answer/questions?number=2", {"harm": "Long waits."})
    assert answer.location == "/answer/review"
    assert 'href="/answer/questions"' in bob.get("/answer/review").text
    assert "Long waits." in bob.get("/answer/summary").text


@pytest.mark.usefixtures("open_round")
def test_in_the_record_unable_and_its_reason_are_one_answer(world: World, study: answering.Study) -> None:
    bob, one, other = answering.begin(_agreed(world)), study.field(), study.field(0, 1)
    for given in ({one: "7"}, {one: "unable"}, {one: "unable", one + ".unable": "2"}, {other: "unable"}):
        bob.post("/answer/round", given)
    page = answering.words(bob.get("/answer/summary").text)
    assert "unable: I don’t know (first chosen in this round: 7)" in page
    assert "Feasibility unable to rate" in page
    form = answering.sent_by(bob.get("/answer/round").text)
    bob.post("/answer/round", form | {"clear": f"{study.items[0]}.{study.criteria[1]}"})
    page = answering.words(bob.get("/answer/summary").text)
    assert "Feasibility not answered (first chosen in this round: unable to rate)" in page


@pytest.mark.usefixtures("open_round")
def test_published_grids_are_said_to_be_there(world: World, study: answering.Study) -> None:
    bob = answering.begin(_agreed(world))
    answering.open_next(world)
    assert "/grids/" not in bob.get("/answer").text
    answering.act(world, lambda s: publications.publish(s, answering.round_(s), now=NOW, by="alice"))
    for page in (bob.get("/answer").text, answering.begin(bob).get("/answer").text):
        assert "What the panels found up to round 1 is public" in page
        assert page.count('href="/grids/fairer-care"') == 2  # in a sentence, and on the way ahead
    answering.close(world, 2)
    page = bob.get("/answer").text
    assert "will be put together" in page
    assert "up to round 1 is public" in page
    answering.act(world, lambda s: publications.publish(s, answering.round_(s, 2), now=NOW, by="alice"))
    page = bob.get("/answer").text
    assert "What the panels found is public now" in page
    assert "See what the panels found" in page
    assert "will be put together" not in page
    assert "puts together" not in page


@pytest.mark.usefixtures("open_round")
def test_the_record_has_all_that_was_answered_and_changed(world: World, study: answering.Study) -> None:
    bob, one, why = answering.begin(_agreed(world)), study.field(), study.field() + ".why"
    bob.post("/answer/round", {one: "3", study.card() + ".comment": "At first."})
    bob.post("/answer/round", {one: "6", study.field(0, 1): "unable", study.field(0, 1) + ".unable": "3"})
    bob.post("/answer/questions", {"missing": "Bus fares.", "harm": "Queues."})
    answering.open_next(world)
    bob.post("/answer/begin")
    bob.post("/answer/round", {one: "8", why: "The comments.", study.card() + ".comment": "Now."})
    page = bob.get("/answer/summary").text
    newest, _, first = page.partition("Round 1 ")
    for words in ("<b>8</b>, after 6 in round 1", "The comments.", "Now.", "open: you can still change"):
        assert words in newest
    for words in ("<b>6</b>", "first chosen in this round: 3", "unable: I’d rather not say", "At first.",
                  "closed 2 March 2026", "Bus fares.", "Queues.", "Not answered"):  # fmt: skip
        assert words in first


def test_the_record_of_somebody_who_has_not_begun_is_empty(world: World) -> None:
    assert "You have not begun a round" in _agreed(world).get("/answer/summary").text
