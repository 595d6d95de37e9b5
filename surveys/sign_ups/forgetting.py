"""Forgetting entries: what is not needed any more goes by itself, and what somebody leaves goes with them."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveys.panels import Panel, Panellist
from surveys.sign_ups import forms
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.sign_ups.forms import SignUpForm
from surveys.sign_ups.links import SignUpLink
from surveys.sign_ups.signs import WITHIN
from surveys.studies import Study

KEPT_DAYS = 90  # long enough to ask why, and told to whoever signs up
KEPT = timedelta(days=KEPT_DAYS)


def forget_old(session: Session, *, now: datetime) -> None:
    """Erase entries declined long ago or left over when a study ended, and networks not needed any more."""
    ended = select(Study.id).where(Study.ended_at < now - KEPT)
    declined = (SignUp.status == SignUpStatus.DECLINED) & (SignUp.decided_at < now - KEPT)
    left_over = (SignUp.status != SignUpStatus.APPROVED) & SignUp.study_id.in_(ended)
    over = declined | left_over
    erased = session.scalars(delete(SignUp).where(over).returning(SignUp.panel_id))
    for panel_id, count in Counter(erased).items():
        forms.count_erased(session, panel_id, count)
    decided = (SignUp.decided_at < now - WITHIN) & SignUp.origin_hash.is_not(None)
    session.execute(update(SignUp).where(decided).values(origin_hash=None))


def forget_panel(session: Session, panel: Panel) -> None:
    """Delete the links and the form of a panel that is taken out."""
    for table in (SignUpLink, SignUpForm):
        session.execute(delete(table).where(table.panel_id == panel.id))


def forget(session: Session, panellist: Panellist) -> None:
    """Delete the entry by which this panellist came."""
    session.execute(delete(SignUp).where(SignUp.panellist_id == panellist.id))
