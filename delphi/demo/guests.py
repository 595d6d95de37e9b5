"""As whom one comes into the demonstration by a panel's door."""

from datetime import datetime

from sqlalchemy.orm import Session

from delphi.demo import GUEST_NAMES
from surveys import invitations, panels
from surveys.access import Key
from surveys.errors import NotFound
from surveys.panels import Panellist
from surveys.studies import Study

NO_DOOR = "There is no page at this address."
NOBODY_LEFT = "Everybody on this panel has withdrawn. Start over with “delphi demo --fresh”."
BY = "demonstration"


def let_in(session: Session, key: Key, study: Study, panel: str, *, now: datetime) -> str:
    """The token of the guest's personal link."""
    guest = _get(session, study, panel)
    # A door that is only shown again on a later start is no act of its own.
    known = invitations.find_token(session, key, guest, now=now)
    return known or invitations.hand_out(session, key, study, guest, by=BY, now=now).token


def _get(session: Session, study: Study, panel: str) -> Panellist:
    """The first of the panel who has not withdrawn: the first few answered round 1 and not yet round 2."""
    if panel not in GUEST_NAMES:
        raise NotFound(NO_DOOR)
    staying = (p for p in panels.list_panellists(session, study) if p.withdrawn_at is None)
    guest = next((p for p in staying if p.panel.key == panel), None)
    if guest is None:
        raise NotFound(NOBODY_LEFT)
    return guest
