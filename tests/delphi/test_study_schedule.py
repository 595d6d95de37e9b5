"""The schedule of a round: added, shown, changed, cancelled; every time that cannot be has its sentence."""

import pytest

from delphi import local_times
from delphi.pages.study import schedule
from surveys import rounds, studies, turnout
from surveys.letters import keeping, schedules
from tests.delphi.answering import act, begin, close
from tests.delphi.conftest import Browser, World

ROUND = "/studies/fairer-care/rounds/1"
SCHEDULE = f"{ROUND}/schedule"
PLACE = f"{ROUND}#schedule"
OPENING = {"act": "open", "at": "2026-03-10T09:00", "closes_at": "2026-03-31T17:00", "tells": "yes"}


def test_an_opening_is_scheduled_changed_and_cancelled(alice: Browser) -> None:
    assert "Nothing is scheduled." in alice.get(ROUND).text
    assert alice.post(SCHEDULE, OPENING).location == PLACE
    page = alice.get(ROUND).text
    assert "Scheduled for 10 March 2026, 09:00." in page
    # The end is after the clocks go forward: 17:00 by the wall, not by the earth.
    assert "open the round until 31 March 2026, 17:00, and tell the panellists" in page
    form = alice.get(f"{SCHEDULE}/1").text
    assert 'value="2026-03-10T09:00"' in form
    assert 'value="2026-03-31T17:00"' in form
    assert alice.post(f"{SCHEDULE}/1", OPENING | {"at": "2026-03-11T09:00", "tells": ""}).location == PLACE
    page = alice.get(ROUND).text
    assert "11 March 2026, 09:00" in page
    assert "tell the panellists</" not in page
    assert alice.post(f"{SCHEDULE}/1/cancel").location == PLACE
    page = alice.get(ROUND).text
    assert "cancelled" in page
    assert f'href="{SCHEDULE}/1"' not in page


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"act": ""}, "act", schedule.CHOOSE),
        ({"act": "explode"}, "act", schedule.CHOOSE),
        ({"at": ""}, "at", schedules.SAY_WHEN),
        ({"at": "tomorrow"}, "at", local_times.UNREADABLE),
        ({"at": "2026-03-01T09:00"}, "at", schedules.PASSED),
        ({"at": "2026-03-02T09:00"}, "at", schedules.PASSED),  # now
        ({"at": "2026-03-29T01:30"}, "at", local_times.SKIPPED),
        ({"at": "2026-10-25T01:30"}, "at", local_times.TWICE),
        ({"closes_at": "2026-10-25T01:30"}, "closes_at", local_times.TWICE),
        ({"closes_at": "2026-03-10T09:00"}, "closes_at", schedules.END_TOO_SOON),
        ({"act": "closing soon"}, "act", schedules.NO_END),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_is_lost(
    alice: Browser, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = alice.post(SCHEDULE, OPENING | typed)
    assert answer.status == 422
    assert f'<a href="#{field}">{sentence}</a>' in answer.text
    assert f'value="{(OPENING | typed)["closes_at"]}"' in answer.text
    assert "Nothing is scheduled." in alice.get(ROUND).text


def test_what_was_not_done_says_why_on_the_rounds_page(alice: Browser, world: World, open_round: int) -> None:
    alice.post(SCHEDULE, {"act": "close", "at": "2026-03-10T09:00"})
    world.clock.wait(days=8, minutes=10)
    alice = world.as_account("alice@example.org")
    page = alice.get(ROUND).text
    assert schedule.IS_OVERDUE.partition("`")[0] in page
    act(world, lambda s: keeping.keep(s, 1, now=world.clock.now))
    page = alice.get(ROUND).text
    assert turnout.NOBODY.format(1) in page
    assert "not done" in page
    assert "<h1>Round 1</h1>" in page


def test_an_open_round_cannot_be_scheduled_to_open(alice: Browser, open_round: int) -> None:
    assert 'value="open"' not in alice.get(SCHEDULE).text
    answer = alice.post(SCHEDULE, OPENING)
    assert (answer.status, "Round 1 has been opened already." in answer.text) == (409, True)


def test_what_was_done_meanwhile_is_not_changed(alice: Browser, world: World) -> None:
    alice.post(SCHEDULE, OPENING)
    world.clock.wait(days=9)
    alice = world.as_account("alice@example.org")
    act(world, lambda s: keeping.keep(s, 1, now=world.clock.now))
    for path in (f"{SCHEDULE}/1", f"{SCHEDULE}/1/cancel"):
        answer = alice.post(path, OPENING)
        assert (answer.status, schedules.NOT_WAITING in answer.text) == (409, True)
    assert alice.get(f"{SCHEDULE}/1").status == 409
    status = act(world, lambda s: rounds.get_round(s, studies.get(s, "fairer-care"), 1).status)
    assert status == rounds.RoundStatus.OPEN


def test_an_entry_that_is_not_there_is_not_found(alice: Browser) -> None:
    assert [alice.get(f"{SCHEDULE}/7").status, alice.post(f"{SCHEDULE}/7/cancel").status] == [404, 404]


def test_a_closed_round_has_no_schedule_to_add_to(
    alice: Browser, world: World, bob: Browser, open_round: int
) -> None:
    begin(bob)
    close(world)
    answer = alice.get(SCHEDULE)
    assert (answer.status, "nothing can be scheduled for it any more" in answer.text) == (409, True)
