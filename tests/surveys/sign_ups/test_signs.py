"""Signs: what deserves a look is found, and what is common is left in peace."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.panels import Panellist
from surveys.people import Person
from surveys.sign_ups import deciding, entries, signs
from surveys.sign_ups.entries import SignUp
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study
from tests.surveys.sign_ups.examples import ANSWERS, entered

COPIED = """study_id panel_id at status capacity experience interests answers attributes origin_hash
    repeats decided_by reason""".split()
BOB: dict[str, Any] = {
    "origin": "10.0.0.2",
    "email": "bob@example.net",
    "name": "Bob Example",
    "answers": ANSWERS | {3: "A bus to the surgery, since many have no car."},
}


def found(session: Session, study: Study) -> list[tuple[str, ...]]:
    """The signs of every entry, in their order."""
    known = entries.list_all(session, study)
    return [signs.of_study(session, study, known)[one.id] for one in known]


def test_two_who_have_nothing_in_common_have_no_sign(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    entered(session, key, link, now)
    entered(session, key, link, now, **BOB)
    assert found(session, study) == [(), ()]


ALIKE: dict[str, tuple[dict[str, Any], str]] = {
    "network": ({"origin": "10.0.0.1"}, "Sent from the same network as entry {} within a day."),
    "words": (
        {"answers": ANSWERS | {3: "longer appointments, for those who need them"}},
        "Has the same words as entry {} within a day.",
    ),
    "address": ({"email": "a.d.a7+x@example.org"}, "The address is nearly that of entry {}."),
    "name": ({"name": "ada EXAMPLE"}, "The name is that of entry {}."),
}


@pytest.mark.parametrize(("same", "said"), ALIKE.values(), ids=ALIKE)
def test_what_two_share_is_told_of_both(
    session: Session,
    study: Study,
    key: Key,
    link: SignUpLink,
    now: datetime,
    same: dict[str, Any],
    said: str,
) -> None:
    one = entered(session, key, link, now)
    two = entered(session, key, link, now + timedelta(hours=23), **BOB | same)
    assert found(session, study) == [(said.format(two.id),), (said.format(one.id),)]


@pytest.mark.parametrize("kind", ["network", "words"])
def test_days_apart_one_network_and_the_same_words_are_no_sign(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime, kind: str
) -> None:
    entered(session, key, link, now)
    entered(session, key, link, now + timedelta(hours=25), **BOB | ALIKE[kind][0])
    assert found(session, study) == [(), ()]


def test_short_answers_are_the_same_by_chance(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    short = {"answers": ANSWERS | {3: "More staff."}}
    entered(session, key, link, now, **short)
    entered(session, key, link, now, **BOB | short)
    assert found(session, study) == [(), ()]


def test_many_from_one_place_are_counted(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    for number in range(7):
        about = {"name": f"Name {'abcdefg'[number]}", "email": f"{'abcdefg'[number]}@example.org"}
        entered(session, key, link, now, answers=ANSWERS | {3: "Short."}, **about)
    assert found(session, study)[0] == ("Sent from the same network as 6 other entries within a day.",)


def test_a_flood_is_told_without_counting_all_of_it(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    known = [entered(session, key, link, now)]
    about = {name: getattr(known[0], name) for name in COPIED}
    copies = [
        SignUp(**about, name=f"{chr(97 + n // 26)}{chr(97 + n % 26)}", email=f"x@{n}.org")
        for n in range(signs.MANY + 5)
    ]
    session.add_all(copies)
    session.flush()
    said = "Sent from the same network as 50 or more other entries within a day."
    assert all(said in told for told in found(session, study))


def test_an_address_on_a_panel_and_one_that_was_sent_again_are_told(
    session: Session, study: Study, key: Key, link: SignUpLink, bob: Panellist, now: datetime
) -> None:
    bob.person = Person(name="Ada", email="Ada@example.org", created_at=now)
    session.flush()
    entered(session, key, link, now)
    entered(session, key, link, now)
    assert found(session, study) == [
        (
            "The address is on a panel already, with the code P01.",
            "The form was sent again with this address. The first one is shown.",
        )
    ]


def test_an_approved_entry_still_tells_on_those_like_it(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    one = entered(session, key, link, now)
    entered(session, key, link, now, **BOB | {"origin": "10.0.0.1"})
    deciding.approve(session, study, one, by="alice", now=now)
    known = entries.list_all(session, study)
    told = signs.of_study(session, study, known)
    assert told == {known[1].id: (f"Sent from the same network as entry {one.id} within a day.",)}
