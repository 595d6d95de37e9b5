"""What a letter would look like, for a panellist or for somebody made up. Nobody's own link is in it."""

from dataclasses import dataclass

from delphi import addresses, mail
from delphi.visits import Visit
from surveys import rounds, turnout
from surveys.letters import writing
from surveys.letters.texts import Wording
from surveys.letters.writing import Reader
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.translations import reading
from surveys.translations.languages import FIRST
from surveys.turnout import Progress

MADE_UP = "Alex Example"
NO_LINK = "their-own-link"  # where the token stands in the letter itself


@dataclass(frozen=True)
class Preview:
    """A letter as somebody would read it."""

    whom: str
    sender: str
    reply_to: str
    subject: str
    body: str


def of(
    visit: Visit, study: Study, wording: Wording, panellist: Panellist | None, language: str = FIRST
) -> Preview:
    """The letter to this panellist as things stand; without one, to somebody made up who is half way."""
    round_ = _round(visit, study)
    link = addresses.personal_link(visit.settings, NO_LINK)
    words = reading.words_of(visit.session, study, language)
    reader = Reader(_name(panellist), link, _progress(visit, round_, panellist), language, words)
    subject, body = writing.filled(wording, study, round_, reader, mail.stationery(visit.settings))
    return Preview(
        whom=f"panellist {panellist.code}" if panellist else f"{MADE_UP}, who is made up and half way",
        sender=visit.settings.mail_from,
        reply_to=study.protocol.information.contact_email,
        subject=subject,
        body=body,
    )


def _name(panellist: Panellist | None) -> str:
    if panellist is None:
        return MADE_UP
    return panellist.person.name if panellist.person else ""


def _round(visit: Visit, study: Study) -> Round | None:
    """The newest round that was opened, or else the first that will be."""
    known = rounds.list_rounds(visit.session, study)
    return rounds.find_current(visit.session, study) or (known[0] if known else None)


def _progress(visit: Visit, round_: Round | None, panellist: Panellist | None) -> Progress:
    if round_ is None:
        return turnout.NOTHING
    if panellist is None:
        return Progress(has_begun=True, has_submitted=False, answers=writing.asked(round_) // 2)
    return turnout.of_panellist(visit.session, round_, panellist)
