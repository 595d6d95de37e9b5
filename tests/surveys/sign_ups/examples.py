"""What somebody sends by a sign-up page, for tests to begin with."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.panels import Panel
from surveys.sign_ups import entries, forms, links
from surveys.sign_ups.entries import Sent, SignUp
from surveys.sign_ups.forms import Kind, Question
from surveys.sign_ups.links import SignUpLink

ASKED = (
    Question(text="Do you work in general practice?", kind=Kind.YES_NO),
    Question(text="For how long?", kind=Kind.CHOICE, choices=("Under a year", "Longer")),
    Question(text="What would you change first?"),
    Question(text="What do you do?", attribute="profession"),
)
ANSWERS = {1: "yes", 2: "Longer", 3: "Longer appointments for those who need them.", 4: "nurse"}
SENT = Sent("Ada Example", "ada@example.org", "participant", "", "", ANSWERS)


def opened(session: Session, key: Key, panel: Panel, now: datetime) -> SignUpLink:
    """The live link of a panel whose page asks all kinds of questions."""
    links.open_(session, key, panel, by="alice", now=now)
    forms.save(session, panel, ASKED, seen=forms.fingerprint(()), by="alice", now=now)
    return links.get(session, key, links.find_token(session, key, panel))


def entered(
    session: Session, key: Key, link: SignUpLink, now: datetime, origin: str = "10.0.0.1", **changes: Any
) -> SignUp:
    """The newest entry after this was sent."""
    entries.enter(session, key, link, replace(SENT, **changes), origin=origin, now=now)
    session.flush()
    return max(entries.list_all(session, link.panel.study), key=lambda one: one.id)
