"""Deciding: the approved are panellists like any other; the declined and erased leave no name behind."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import attributes, audit, declarations, invitations, panels, withdrawing
from surveys.access import Key
from surveys.declarations import Declared
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panellist
from surveys.people import Person
from surveys.sign_ups import deciding, entries, forgetting, forms
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.sign_ups.forgetting import KEPT
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study
from tests.surveys.sign_ups.examples import entered


@pytest.fixture
def entry(session: Session, key: Key, link: SignUpLink, now: datetime) -> SignUp:
    return entered(session, key, link, now)


def test_who_is_approved_has_a_code_a_name_and_a_link(
    session: Session, study: Study, entry: SignUp, key: Key, now: datetime
) -> None:
    added = deciding.approve(session, study, entry, by="alice", now=now)
    assert (added.panel, added.channel, added.withdrawn_at) == (study.panels[0], "sign-up", None)
    assert added.person is not None
    assert (added.person.name, added.person.email) == ("Ada Example", "ada@example.org")
    assert attributes.of(session, added) == {"profession": "nurse", "taking part as": "participant"}
    assert invitations.find_token(session, key, added, now=now)


def test_what_was_declared_goes_along(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    entry = entered(session, key, link, now, experience="A carer too.", interests="None.")
    added = deciding.approve(session, study, entry, by="alice", now=now)
    assert declarations.of(session, added) == Declared("participant", "A carer too.", "None.")


def test_an_approved_entry_has_no_name_of_its_own(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    added = deciding.approve(session, study, entry, by="alice", now=now)
    assert (entry.name, entry.email, entry.panellist_id) == (None, None, added.id)
    assert (entry.status, entry.decided_by) == (SignUpStatus.APPROVED, "alice")


def test_nobody_is_approved_twice(session: Session, study: Study, entry: SignUp, now: datetime) -> None:
    deciding.approve(session, study, entry, by="alice", now=now)
    for again in (
        lambda: deciding.approve(session, study, entry, by="charlie", now=now),
        lambda: deciding.decline(session, study, entry, "No.", by="charlie", now=now),
    ):
        with pytest.raises(NotNow, match="has approved this entry already"):
            again()
    assert len(panels.list_panellists(session, study)) == 1


def test_a_person_is_on_one_panel_only(
    session: Session, study: Study, entry: SignUp, bob: Panellist, now: datetime
) -> None:
    bob.person = Person(name="Ada", email="Ada@Example.org", created_at=now)
    session.flush()
    with pytest.raises(NotNow, match="on a panel already"):
        deciding.approve(session, study, entry, by="alice", now=now)
    assert entry.status == SignUpStatus.WAITING


def test_nobody_is_approved_for_an_ended_study(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    study.ended_at = now
    with pytest.raises(NotNow, match="has ended"):
        deciding.approve(session, study, entry, by="alice", now=now)


def test_declining_needs_a_reason_which_stays_with_the_entry(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="Write why") as refused:
        deciding.decline(session, study, entry, "  ", by="alice", now=now)
    assert refused.value.field == f"reason-{entry.id}"
    deciding.decline(session, study, entry, "Lives elsewhere.", by="alice", now=now)
    assert (entry.status, entry.reason) == (SignUpStatus.DECLINED, "Lives elsewhere.")


def test_who_was_declined_can_be_approved_after_all(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    deciding.decline(session, study, entry, "Lives elsewhere.", by="alice", now=now)
    deciding.approve(session, study, entry, by="alice", now=now)
    assert (entry.status, entry.reason) == (SignUpStatus.APPROVED, "")


def test_the_trail_has_every_act_and_no_name(
    session: Session, study: Study, entry: SignUp, key: Key, link: SignUpLink, now: datetime
) -> None:
    other = entered(session, key, link, now, email="b@example.org", name="Bea Example")
    deciding.decline(session, study, other, "Bea is no nurse.", by="alice", now=now)
    deciding.erase(session, study, other, by="alice", now=now)
    deciding.approve(session, study, entry, by="alice", now=now)
    trail = audit.list_entries(session, study.id)
    assert [one.act for one in trail][-3:] == ["sign-up declined", "sign-up erased", "sign-up approved"]
    told = " ".join(f"{one.act} {one.details}" for one in trail)
    assert not any(name in told for name in ("Ada", "Bea", "example.org"))


def test_an_erased_entry_is_counted_and_no_more(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    deciding.erase(session, study, entry, by="alice", now=now)
    assert entries.list_all(session, study) == []
    assert forms.get(session, study.panels[0]).erased == 1


def test_erasing_what_an_approved_person_wrote_leaves_the_panellist(
    session: Session, study: Study, entry: SignUp, now: datetime
) -> None:
    added = deciding.approve(session, study, entry, by="alice", now=now)
    deciding.erase(session, study, entry, by="alice", now=now)
    assert added.person is not None
    assert forms.get(session, study.panels[0]).erased == 0


@pytest.mark.parametrize(("keep", "left"), [(True, {"profession", "taking part as"}), (False, set())])
def test_who_withdraws_takes_the_entry_along(
    session: Session, study: Study, entry: SignUp, now: datetime, keep: bool, left: set[str]
) -> None:
    added = deciding.approve(session, study, entry, by="alice", now=now)
    withdrawing.withdraw(session, study, added, keep_answers=keep, now=now)
    assert entries.list_all(session, study) == []
    assert set(attributes.of(session, added)) == left


def test_declined_entries_go_after_their_time(
    session: Session, study: Study, entry: SignUp, key: Key, link: SignUpLink, now: datetime
) -> None:
    waiting = entered(session, key, link, now, email="b@example.org")
    deciding.decline(session, study, entry, "Lives elsewhere.", by="alice", now=now)
    forgetting.forget_old(session, now=now + KEPT)
    assert entries.list_all(session, study) == [entry, waiting]
    forgetting.forget_old(session, now=now + KEPT + timedelta(seconds=1))
    session.expire_all()
    assert entries.list_all(session, study) == [waiting]
    assert forms.get(session, study.panels[0]).erased == 1


def test_entries_that_waited_when_the_study_ended_go_too(
    session: Session, study: Study, entry: SignUp, key: Key, link: SignUpLink, now: datetime
) -> None:
    approved = entered(session, key, link, now, email="b@example.org")
    deciding.approve(session, study, approved, by="alice", now=now)
    study.ended_at = now
    session.flush()
    forgetting.forget_old(session, now=now + KEPT + timedelta(days=1))
    session.expire_all()
    assert entries.list_all(session, study) == [approved]


def test_the_network_is_forgotten_a_day_after_the_decision(
    session: Session, study: Study, entry: SignUp, key: Key, link: SignUpLink, now: datetime
) -> None:
    waiting = entered(session, key, link, now, email="b@example.org")
    deciding.approve(session, study, entry, by="alice", now=now)
    forgetting.forget_old(session, now=now + timedelta(days=2))
    session.expire_all()
    assert (entry.origin_hash, waiting.origin_hash is not None) == (None, True)
