"""Correcting the name and the language of a panellist: the trail says that it was done, and no word of it."""

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import audit, panels, studies
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import panellist_files
from surveys.panels import Panellist
from surveys.people import Person
from surveys.translations.languages import FIRST

WITHDRAWN = "This panellist has withdrawn from the study: the name is gone."
IN_A_PILOT = "Nobody’s name is kept in it."
STALE = (
    "Somebody else changed this since you opened the page, so yours was not saved. What you wrote is still"
    " here; what stands now is above. Save again to put yours in its place."
)


@dataclass(frozen=True)
class About:
    """What is kept of who a panellist is, beside the address."""

    name: str = ""
    language: str = ""


def of(panellist: Panellist) -> About:
    """What is kept of this panellist."""
    person = panellist.person
    return About(person.name, person.language) if person else About()


def fingerprint(about: About) -> str:
    """What tells one state from another."""
    return hashlib.sha256(json.dumps(astuple(about)).encode()).hexdigest()[:16]


def correct(
    session: Session, panellist: Panellist, about: About, *, seen: str, by: str, now: datetime
) -> None:
    """Keep this name and language; an empty language is English."""
    studies.check_is_no_pilot(panellist.study, IN_A_PILOT)
    panels.hold(session, panellist)
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    _check(about)
    before = of(panellist)
    changed = [part for part, text in vars(about).items() if text != getattr(before, part)]
    if not changed:
        return
    if seen != fingerprint(before):
        raise NotNow(STALE)
    if panellist.person is None:
        panellist.person = Person(email="", created_at=now)
    panellist.person.name, panellist.person.language = about.name, about.language or FIRST
    details = {"panellist": panellist.code, "parts": ", ".join(changed)}
    audit.note(session, panellist.study_id, "person corrected", by=by, now=now, **details)
    session.flush()


def _check(about: About) -> None:
    texts = {"code": "", "email": "", "channel": "", **vars(about)}
    for field, sentence in panellist_files.text_faults(texts):
        raise InvalidInput(sentence, field)
