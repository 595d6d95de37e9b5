"""Readdressing: another address for a panellist. What stood against mail to the old one counts no more."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import audit, emails, studies
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import panellist_files
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study

WITHDRAWN = "This panellist has withdrawn from the study: the address is gone, and no mail goes there."
TAKEN = "Another panellist of this study has that address."


def readdress(
    session: Session, study: Study, panellist: Panellist, email: str, *, by: str, now: datetime
) -> None:
    """Write to this panellist at another address from now on. The trail says that, not where."""
    studies.check_is_no_pilot(study, "Nobody is written to.")
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    emails.check(email, "email")
    before = panellist.person.email if panellist.person else ""
    if email == before:
        return
    if email.casefold() in panellist_files.taken(session, study).email - {before.casefold()}:
        raise InvalidInput(TAKEN, "email")
    if panellist.person is None:
        panellist.person = Person(name="", email=email, language="en", created_at=now)
    else:
        panellist.person.email = email
    audit.note(session, study.id, "address changed", by=by, now=now, panellist=panellist.code)
    session.flush()
