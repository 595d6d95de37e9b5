"""A panel whose people can be written to, and a mail server that keeps what it is given."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import outbox, panels
from surveys.access import Key
from surveys.errors import NotNow
from surveys.letters import writing
from surveys.letters.sending import Posting
from surveys.letters.writing import Stationery, Written
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study

PAPER = Stationery(
    link=lambda token: f"https://delphi.example.org/join/{token}", moment=lambda at, _study: f"{at}"
)

Invite = Callable[..., Panellist]
Deliver = Callable[[], list[Written | str]]


@pytest.fixture
def invite(session: Session, study: Study, now: datetime) -> Invite:
    """Put somebody on a panel, with a name and an address."""

    def add(code: str, panel: int = 0, email: str = "", language: str = "en") -> Panellist:
        person = Person(
            name=code.capitalize(), email=email or f"{code}@example.org", language=language, created_at=now
        )
        made = panels.add(session, study.panels[panel], code, now=now, person=person)
        session.flush()
        return made

    return add


@pytest.fixture
def deliver(session: Session, key: Key, now: datetime) -> Deliver:
    """Send what waits, as the worker does; each letter, or why it was withheld."""

    def send() -> list[Written | str]:
        gone: list[Written | str] = []
        while (message := outbox.claim(session, now=now)) is not None:
            try:
                posting = writing.find(session, message)
                assert posting is not None
                gone.append(writing.write(session, posting, key, PAPER, now=now))
                outbox.mark_sent(message, now=now)
            except NotNow as refusal:
                gone.append(refusal.sentence)
                outbox.mark_withheld(message, refusal.sentence)
        return gone

    return send


def codes(session: Session) -> list[str]:
    """For whom there are letters, in the order in which they were queued."""
    rows = session.scalars(select(Posting).order_by(Posting.message_id))
    return [row.panellist.code for row in rows]
