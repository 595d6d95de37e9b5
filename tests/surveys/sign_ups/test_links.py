"""The public link: one for each panel, shown again, and of no use once it was taken back."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import audit
from surveys.access import Account, Key
from surveys.errors import NotFound, NotNow
from surveys.sign_ups import links
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study


def test_a_link_is_shown_again_and_kept_as_a_hash(
    session: Session, study: Study, key: Key, link: SignUpLink
) -> None:
    token = links.find_token(session, key, study.panels[0])
    assert token == links.find_token(session, key, study.panels[0])
    assert token not in (link.nonce, link.token_hash)
    assert links.get(session, key, token) is link


def test_making_it_again_changes_nothing(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    token = links.find_token(session, key, study.panels[0])
    links.open_(session, key, study.panels[0], by="alice", now=now)
    assert links.find_token(session, key, study.panels[0]) == token
    assert session.scalar(select(func.count()).select_from(SignUpLink)) == 1


def test_each_panel_has_its_own(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    links.open_(session, key, study.panels[1], by="alice", now=now)
    tokens = {links.find_token(session, key, panel) for panel in study.panels}
    assert len(tokens) == 2


def test_a_link_that_was_taken_back_opens_nothing_and_another_is_another(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    panel = study.panels[0]
    token = links.find_token(session, key, panel)
    links.take_back(session, panel, by="alice", now=now)
    links.take_back(session, panel, by="alice", now=now)
    assert links.find_token(session, key, panel) == ""
    links.open_(session, key, panel, by="alice", now=now)
    with pytest.raises(NotFound, match="Nobody can sign up at this address"):
        links.get(session, key, token)
    acts = [entry.act for entry in audit.list_entries(session, study.id)]
    assert [act for act in acts if "link" in act] == [
        "sign-up link made",
        "sign-up link taken back",
        "sign-up link made",
    ]


def test_another_key_opens_nothing(session: Session, study: Study, key: Key, link: SignUpLink) -> None:
    with pytest.raises(NotFound):
        links.get(session, Key(b"another"), links.find_token(session, key, study.panels[0]))


def test_the_links_of_an_ended_study_open_nothing(
    session: Session, study: Study, key: Key, alice: Account, link: SignUpLink, now: datetime
) -> None:
    token = links.find_token(session, key, study.panels[0])
    study.ended_at = now
    with pytest.raises(NotFound):
        links.get(session, key, token)
    with pytest.raises(NotNow, match="has ended"):
        links.open_(session, key, study.panels[1], by="alice", now=now)


def test_a_panel_that_is_not_there_is_not_found(study: Study) -> None:
    with pytest.raises(NotFound):
        links.get_panel(study, "nurses")
