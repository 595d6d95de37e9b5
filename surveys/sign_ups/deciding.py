"""Deciding on an entry: approving puts one on a panel, declining keeps a reason, erasing keeps nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import attributes, audit, panels
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.panels import Panellist
from surveys.sign_ups import forms
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.studies import Study

CHANNEL = "sign-up"
LONGEST_REASON = 1000
STUDY_ENDED = "This study has ended, so nobody can be approved any more."
APPROVED = "Somebody of the team has approved this entry already."
ON_PANEL = (
    "This address is on a panel already, so this entry cannot be approved. A person is on one panel only:"
    " decline the entry or erase it, and send the link that this person has once more."
)
REASON_NEEDED = "Write why, in a few words. Only the team reads it."
REASON_LONG = f"A reason has at most {LONGEST_REASON} characters."


def approve(session: Session, study: Study, entry: SignUp, *, by: str, now: datetime) -> Panellist:
    """Put this person on the panel, with a code. The name and the address are kept with the person only."""
    if study.ended_at is not None:
        raise NotNow(STUDY_ENDED)
    _hold(session, study, entry)
    if (entry.email or "").casefold() in panellist_files.taken(session, study).email:
        raise NotNow(ON_PANEL)
    (panellist,) = panellist_files.add(session, study, [_plan(entry)], now=now)
    entry.panellist_id, entry.name, entry.email = panellist.id, None, None
    _decide(entry, SignUpStatus.APPROVED, "", by, now)
    audit.note(
        session, study.id, "sign-up approved", by=by, now=now, entry=entry.id, panellist=panellist.code
    )
    session.flush()
    return panellist


def decline(session: Session, study: Study, entry: SignUp, reason: str, *, by: str, now: datetime) -> None:
    """Decline this entry; the reason is for the team, stands with the entry and goes with it."""
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidInput(REASON_LONG if why else REASON_NEEDED, f"reason-{entry.id}")
    _hold(session, study, entry)
    _decide(entry, SignUpStatus.DECLINED, why, by, now)
    audit.note(session, study.id, "sign-up declined", by=by, now=now, entry=entry.id)
    session.flush()


def erase(session: Session, study: Study, entry: SignUp, *, by: str, now: datetime) -> None:
    """Delete all of this entry. Whoever came on a panel by it stays there, by the name kept there."""
    panels.hold_all(session, study)
    if entry.status != SignUpStatus.APPROVED:  # the register counts those on the panel
        forms.count_erased(session, entry.panel_id)
    audit.note(session, study.id, "sign-up erased", by=by, now=now, entry=entry.id)
    session.delete(entry)
    session.flush()


def _hold(session: Session, study: Study, entry: SignUp) -> None:
    """Of two who decide at once the second waits here, and sees what the first did."""
    panels.hold_all(session, study)
    session.refresh(entry)
    if entry.status == SignUpStatus.APPROVED:
        raise NotNow(APPROVED)


def _decide(entry: SignUp, status: SignUpStatus, reason: str, by: str, now: datetime) -> None:
    entry.status, entry.reason, entry.decided_by, entry.decided_at = status, reason, by, now


def _plan(entry: SignUp) -> PanellistPlan:
    return PanellistPlan(
        panel=entry.panel.key,
        name=entry.name or "",
        email=entry.email or "",
        channel=CHANNEL,
        attributes={**entry.attributes, attributes.CAPACITY: entry.capacity.value},
        experience=entry.experience,
        interests=entry.interests,
    )
