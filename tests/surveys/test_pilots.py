"""Pilots: a copy to be tried, whose answers are in nothing of the real study and go at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import (
    access,
    audit,
    comments,
    ending,
    invitations,
    panels,
    participations,
    pilots,
    publications,
    ratings,
    removing,
    results,
    rounds,
    settling,
    standings,
    studies,
    teams,
    write_ups,
)
from surveys.access import Account, Key
from surveys.comments import ClearingStatus, Ruling
from surveys.designing import amendments
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.exchange.panellist_files import PanellistPlan
from surveys.letters import schedules, sending
from surveys.letters.kinds import LetterKind
from surveys.letters.schedules import Act, Plan
from surveys.letters.sending import Order
from surveys.panels import ConsentKind, Panellist
from surveys.participations import SuggestionKind
from surveys.people import Person
from surveys.permissions import Role
from surveys.ratings import Answer
from surveys.rounds import Round, RoundStatus
from surveys.settling import Departure, Outcome
from surveys.sign_ups import links
from surveys.standings import Stage
from surveys.studies import Study
from surveys.teams import NewMember
from surveys.write_ups import Typed
from tests.surveys.test_removing import counts

BY = "alice@example.org"
TWO_EACH = {"practitioners": 2, "lived_experience": 2}


@pytest.fixture
def pilot(session: Session, key: Key, study: Study, alice: Account, now: datetime) -> Study:
    return pilots.start(session, key, study, TWO_EACH, by=BY, now=now)


def answered(session: Session, pilot: Study, number: int, now: datetime) -> Round:
    """This round of the pilot with answers and words of everybody."""
    round_ = rounds.get_round(session, pilot, number)
    for place, panellist in enumerate(panels.list_panellists(session, pilot)):
        consents = dict.fromkeys(ConsentKind, True)
        panels.record_consents(session, panellist, consents, version="1", sheet="s", now=now)
        given = {(a.item_id, c.id): Answer(5 + place % 2) for a in round_.items for c in pilot.criteria}
        ratings.save(session, round_, panellist, given, now=now)
        ratings.save(session, round_, panellist, {next(iter(given)): Answer(9)}, now=now)
        comments.save(session, round_, panellist, {round_.items[0].item_id: "Is it clear?"}, now=now)
        if number == 1:
            participations.suggest(session, round_, panellist, SuggestionKind.MISSING, "Time.", now=now)
        participations.submit(session, round_, panellist, now=now)
    return round_


def through(session: Session, pilot: Study, now: datetime) -> Round:
    """The pilot through its first round: answered, closed, a comment cleared, settled; the next is open."""
    round_ = rounds.close(session, answered(session, pilot, 1, now), now=now, by=BY)
    item, writer = round_.items[0].item_id, panels.list_panellists(session, pilot)[0]
    comments.clear(session, round_, Ruling(writer.id, item, ClearingStatus.RELEASED), by=BY, now=now)
    departures = {item: Departure(Outcome.KEPT, "For the test.")}
    following = settling.settle(session, round_, results.get(session, round_), departures, now=now, by=BY)
    assert following is not None
    return rounds.open_(session, following, closes_at=None, now=now, by=BY)


def test_it_is_the_same_protocol_with_the_same_items_and_leaves_the_study_a_draft(
    session: Session, study: Study, pilot: Study
) -> None:
    assert pilot.fingerprint == study.fingerprint
    assert [(i.key, i.position, i.wording.title) for i in pilot.items] == [
        (i.key, i.position, i.wording.title) for i in study.items
    ]
    assert [p.code for p in panels.list_panellists(session, pilot)] == [
        "T-practitioners-1",
        "T-practitioners-2",
        "T-lived_experience-1",
        "T-lived_experience-2",
    ]
    assert rounds.get_round(session, pilot, 1).is_open
    assert study.locked_at is None
    assert rounds.get_round(session, study, 1).status == RoundStatus.PLANNED
    assert panels.list_panellists(session, study) == []


def test_a_second_one_is_shown_the_first(
    session: Session, key: Key, study: Study, pilot: Study, now: datetime
) -> None:
    assert pilots.start(session, key, study, {"practitioners": 5}, by=BY, now=now) is pilot
    assert len(panels.list_panellists(session, pilot)) == 4
    assert [entry.act for entry in pilots.list_past(session, study)] == [pilots.STARTED]


def test_it_asks_what_the_next_planned_round_asks_under_the_same_numbers(
    session: Session, key: Key, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    with pytest.raises(NotNow, match="No round is planned"):
        pilots.start(session, key, study, TWO_EACH, by=BY, now=now)
    rounds.close(session, open_round, now=now, by=BY)
    found = results.get(session, open_round)
    departures = {study.items[1].id: Departure(Outcome.DROPPED, "Not clear.")}
    settling.settle(session, open_round, found, departures, now=now, by=BY)
    pilot = pilots.start(session, key, study, TWO_EACH, by=BY, now=now)
    asked = rounds.list_asked(session, rounds.get_round(session, pilot, 1))
    assert [(item.number, item.title) for item in asked] == [(1, "Item one"), (3, "Item three")]
    assert pilots.number_tried(session, study, pilot.created_at) == 2
    tester, first = panels.list_panellists(session, pilot)[0], rounds.get_round(session, pilot, 1)
    with pytest.raises(NotNow, match="asked in the first round"):
        participations.suggest(session, first, tester, SuggestionKind.MISSING, "Time.", now=now)


def test_its_second_round_does_not_end_with_the_two_questions_again(
    session: Session, pilot: Study, now: datetime
) -> None:
    assert participations.asks_at_end(session, rounds.get_round(session, pilot, 1))
    assert not participations.asks_at_end(session, through(session, pilot, now))


def test_it_was_tried_by_the_last_one_that_somebody_answered(
    session: Session, key: Key, study: Study, pilot: Study, now: datetime
) -> None:
    assert pilots.find_tried(session, study) is None
    answered(session, pilot, 1, now)
    first = pilots.find_tried(session, study)
    assert first == (pilots.list_past(session, study)[0], 4 * 3 * 2)
    pilots.remove(session, study, pilots.standing(pilot), by=BY, now=now)
    pilots.start(session, key, study, TWO_EACH, by=BY, now=now)
    assert pilots.find_tried(session, study) == first


def test_it_ends_with_the_study(
    session: Session, key: Key, study: Study, pilot: Study, now: datetime
) -> None:
    tester, round_ = panels.list_panellists(session, pilot)[0], rounds.get_round(session, pilot, 1)
    token = str(invitations.find_token(session, key, tester, now=now))
    assert access.get_personal_link(session, key, token).panellist is tester
    study.ended_at = now
    with pytest.raises(NotFound):
        access.get_personal_link(session, key, token)
    with pytest.raises(NotNow, match=r"This study has ended\. Your answer was not saved"):
        participations.hold(session, round_, tester, now=now)
    assert standings.get(session, tester).stage == Stage.FINISHED


@pytest.mark.parametrize("count", [-1, 21])
def test_a_panel_has_at_most_twenty_test_panellists(
    session: Session, key: Key, study: Study, now: datetime, count: int
) -> None:
    with pytest.raises(InvalidInput, match="from 0 to 20") as refused:
        pilots.start(session, key, study, {"practitioners": count}, by=BY, now=now)
    assert refused.value.field == "people.practitioners"


def test_it_needs_somebody_and_something_to_try(
    session: Session, key: Key, study: Study, protocol: object, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        pilots.start(session, key, study, {"practitioners": 0}, by=BY, now=now)
    empty = studies.create(session, "empty", study.protocol, now=now)
    with pytest.raises(NotNow, match="no items"):
        pilots.start(session, key, empty, TWO_EACH, by=BY, now=now)
    study.ended_at = now
    with pytest.raises(NotNow, match="has ended"):
        pilots.start(session, key, study, TWO_EACH, by=BY, now=now)


def test_its_key_is_free_and_says_what_it_is(session: Session, key: Key, study: Study, now: datetime) -> None:
    studies.create(session, "fairer-care-pilot", study.protocol, now=now)
    pilot = pilots.start(session, key, study, TWO_EACH, by=BY, now=now)
    assert pilot.key == "fairer-care-pilot-2"
    study.key = "k" * 80
    pilots.remove(session, study, pilots.standing(pilot), by=BY, now=now)
    assert len(pilots.start(session, key, study, TWO_EACH, by=BY, now=now).key) <= 80


def test_its_team_is_that_of_the_study_also_of_who_comes_later(
    session: Session, study: Study, pilot: Study, alice: Account, now: datetime
) -> None:
    assert studies.get_for(session, pilot.key, alice) is pilot
    assert studies.list_for(session, alice) == [study]
    dave = teams.invite(session, study, NewMember("dave@example.org", "Dave", "viewer"), by=BY, now=now)
    assert teams.role_of(session, pilot, dave) == Role.VIEWER
    assert teams.list_members(session, pilot) == teams.list_members(session, study)
    stranger = access.create_account(session, "charlie@example.org", "Charlie", None, now=now)
    with pytest.raises(NotFound):
        studies.get_for(session, pilot.key, stranger)


def test_nothing_of_it_is_in_the_study_and_nothing_is_left_of_it(
    session: Session, key: Key, study: Study, alice: Account, bob: Panellist, now: datetime
) -> None:
    before, trail = counts(session), len(audit.list_entries(session, study.id))
    pilot = pilots.start(session, key, study, TWO_EACH, by=BY, now=now)
    through(session, pilot, now)
    had_mail(session, pilot, now)
    answered(session, pilot, 2, now)
    written = {pilot.items[0].id: Typed("Written.", "")}
    write_ups.write(session, pilot, rounds.get_round(session, pilot, 1), written, by=BY, now=now)
    for panellist in panels.list_panellists(session, pilot):
        link = access.get_personal_link(
            session, key, str(invitations.find_token(session, key, panellist, now=now))
        )
        access.open_panellist_session(session, key, link, now=now)
    assert ratings.progress(session, rounds.get_round(session, study, 1)) == {}
    given = pilots.count_answers(session, pilot)
    assert given == 4 * 3 * 2 + 4 * 2 * 2
    seen = pilots.standing(pilot)
    pilots.remove(session, study, seen, by=BY, now=now)
    pilots.remove(session, study, seen, by=BY, now=now)
    assert pilots.find(session, study) is None
    entries = audit.list_entries(session, study.id)[trail:]
    assert [(entry.act, entry.by) for entry in entries] == [(pilots.STARTED, BY), (pilots.REMOVED, BY)]
    assert entries[1].details == {"answers": given}
    assert counts(session) == before | {"audit_entries": before["audit_entries"] + 2}
    assert panels.list_panellists(session, study) == [bob]


def had_mail(session: Session, pilot: Study, now: datetime) -> None:
    """Letters, a schedule and a publication, as if it had been a study like any other."""
    study_id, pilot.pilot_of_id = pilot.pilot_of_id, None
    round_ = rounds.get_round(session, pilot, 2)
    person = Person(name="Tess", email="tess@example.org", created_at=now)
    panels.list_panellists(session, pilot)[0].person = person
    session.flush()
    assert sending.queue(session, pilot, Order(LetterKind.OPENED), by=BY, now=now) == 1
    schedules.add(session, round_, Plan(Act.CLOSE, now + timedelta(days=1)), by=BY, now=now)
    publications.publish(session, rounds.get_round(session, pilot, 1), now=now, by=BY)
    pilot.pilot_of_id = study_id
    session.flush()


def test_one_that_took_the_place_of_what_was_seen_stays(
    session: Session, key: Key, study: Study, pilot: Study, now: datetime
) -> None:
    seen = pilots.standing(pilot)
    pilots.remove(session, study, seen, by=BY, now=now)
    later = pilots.start(session, key, study, TWO_EACH, by=BY, now=now + timedelta(seconds=1))
    with pytest.raises(NotNow, match="another one started"):
        pilots.remove(session, study, seen, by=BY, now=now)
    assert pilots.find(session, study) is later


def test_a_draft_goes_with_its_pilot(session: Session, study: Study, pilot: Study, now: datetime) -> None:
    answered(session, pilot, 1, now)
    removing.remove(session, study)
    assert studies.list_all(session) == []


REFUSED: dict[str, Callable[[Session, Key, Study, datetime], object]] = {
    "cannot be published": lambda s, k, p, now: publications.publish(
        s, rounds.get_round(s, p, 1), now=now, by=BY
    ),
    "Amend the study": lambda s, k, p, now: amendments.check_can_amend(s, p, "aims"),
    "removed, not ended": lambda s, k, p, now: ending.end(s, p, now=now, by=BY),
    "Nobody can sign up": lambda s, k, p, now: links.open_(s, k, p.panels[0], by=BY, now=now),
    "Nothing of it is scheduled": lambda s, k, p, now: schedules.add(
        s, rounds.get_round(s, p, 1), Plan(Act.REMIND, now), by=BY, now=now
    ),
    "Nobody is written to": lambda s, k, p, now: sending.queue(
        s, p, Order(LetterKind.INVITATION), by=BY, now=now
    ),
    "nobody can be added": lambda s, k, p, now: invitations.invite_one(
        s, p, PanellistPlan("practitioners"), by=BY, now=now
    ),
    "Its team is": lambda s, k, p, now: teams.invite(
        s, p, NewMember("dave@example.org", "Dave", "viewer"), by=BY, now=now
    ),
    "no pilot of its own": lambda s, k, p, now: pilots.start(s, k, p, TWO_EACH, by=BY, now=now),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_it_is_not_for_is_refused(
    session: Session, key: Key, pilot: Study, now: datetime, sentence: str
) -> None:
    with pytest.raises(NotNow, match=sentence) as refused:
        REFUSED[sentence](session, key, pilot, now)
    assert refused.value.sentence.startswith("This is a pilot")
