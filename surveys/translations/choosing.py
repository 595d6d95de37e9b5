"""A panellist's own choice of a language, on any page of its own."""

from sqlalchemy.orm import Session

from surveys import panels, policies
from surveys.errors import NotFound, NotNow
from surveys.panels import Panellist
from surveys.translations.languages import FIRST
from surveys.translations.texts import NO_LANGUAGE


def choose(session: Session, panellist: Panellist, language: str) -> None:
    """Let this panellist read the study in this language from here on, on every device, and in letters."""
    panels.hold(session, panellist)
    if panellist.withdrawn_at is not None:
        raise NotNow(policies.WITHDRAWN)
    if language not in (FIRST, *panellist.study.languages):
        raise NotFound(NO_LANGUAGE)
    panellist.language = language
    session.flush()
