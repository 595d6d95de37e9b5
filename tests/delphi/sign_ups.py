"""A panel whose sign-up page is open, and what somebody sends by it."""

from surveys import studies
from surveys.sign_ups import forms, links
from tests.delphi.conftest import World
from tests.surveys.sign_ups.examples import ASKED

SENT = {
    "q1": "yes",
    "q2": "Longer",
    "q3": "Longer appointments for those who need them.",
    "q4": "nurse",
    "capacity": "participant",
    "name": "Uma Field",
    "email": "uma@example.net",
}


def opened(world: World, panel: int = 0) -> str:
    """The address of the panel's sign-up page, which asks all kinds of questions."""
    with world.session() as session, session.begin():
        about = studies.get(session, "fairer-care").panels[panel]
        links.open_(session, world.service.key, about, by="alice", now=world.clock.now)
        forms.save(session, about, ASKED, seen=forms.fingerprint(()), by="alice", now=world.clock.now)
        return f"/sign-up/{links.find_token(session, world.service.key, about)}"


def sent(world: World, address: str, **changes: str) -> None:
    """Somebody sends the page."""
    answer = world.browser().post(address, SENT | changes)
    assert (answer.status, answer.location) == (303, f"{address}/thanks")
