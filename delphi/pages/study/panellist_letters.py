"""The letters to one panellist: which went and how they fared, the address, and whether mail may go there."""

from dataclasses import dataclass

from delphi import letters_in_words
from delphi.formats import date
from delphi.pages.study import letters
from delphi.visits import Visit
from surveys.letters import records, stops
from surveys.letters.stops import Stop, StopKind
from surveys.panels import Panellist

MARKS = (("bounced", "Mail to it came back"), ("unwanted", "This person wants no more mail"))


@dataclass(frozen=True)
class LetterLine:
    """One letter and how it fared."""

    what: str
    fate: str


@dataclass(frozen=True)
class Correspondence:
    """All that there is to say of mail to one panellist; `stopped` is why none goes, or nothing."""

    letters: tuple[LetterLine, ...]
    stopped: str
    reason: str


def of(visit: Visit, panellist: Panellist) -> Correspondence:
    """The mail to this panellist."""
    stop = stops.find(visit.session, panellist)
    return Correspondence(
        letters=tuple(
            LetterLine(letters_in_words.about(entry), letters.fate(visit, entry))
            for entry in records.of_panellist(visit.session, panellist)
        ),
        stopped=_stopped(visit, stop) if stop else "",
        reason=stop.reason if stop else "",
    )


def _stopped(visit: Visit, stop: Stop) -> str:
    """Why no mail goes to an address, who said so and when."""
    why = "mail to it came back" if stop.kind == StopKind.BOUNCED else "the person wants none"
    who = "the mail server said so" if stop.by == stops.MAIL_SERVER else f"noted by {stop.by}"
    return f"No mail goes to this address: {why}, {who} on {date(stop.at, visit.zone)}."
