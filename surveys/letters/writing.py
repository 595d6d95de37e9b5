"""Writing: what a letter says to one panellist, found as it goes out, after a last look whether it should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import invitations, rounds
from surveys.access import Key
from surveys.errors import NotNow
from surveys.letters import placeholders, recipients, sending, texts
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import WhyNot
from surveys.letters.sending import Posting
from surveys.letters.texts import Wording
from surveys.outbox import Message
from surveys.rounds import Round
from surveys.studies import Study
from surveys.turnout import Progress

ROUND_OVER = "the round was no longer open"
END_PASSED = "the announced end of the round had passed"
STUDY_OVER = "the study had ended"
SIMULATED = "This study has simulated data: nobody real is asked."
NOBODY = "panel member"


@dataclass(frozen=True)
class Stationery:
    """What letters take from the installation: the address of a link, and how a moment is written."""

    link: Callable[[str], str]  # of the token
    moment: Callable[[datetime], str]


@dataclass(frozen=True)
class Written:
    """A letter as it goes out. `reply_to` is whoever helps with the study."""

    to: str
    subject: str
    body: str
    reply_to: str


@dataclass(frozen=True)
class Reader:
    """Whom a letter is to, as far as it says it."""

    name: str
    link: str
    progress: Progress


def find(session: Session, message: Message) -> Posting | None:
    """The letter behind a message, where it is one."""
    return session.get(Posting, message.id)


def write(session: Session, posting: Posting, key: Key, stationery: Stationery, *, now: datetime) -> Written:
    """The letter to its panellist as things stand; refused, with the reason, where it should go no more."""
    about, panellist = posting.sending, posting.panellist
    if about.kind == LetterKind.INVITATION:
        recipients.check_can_come_in(rounds.find_current(session, about.study))
    round_ = _round_of(about.round, about.kind, now)
    facts = recipients.facts_of(session, round_, panellist)
    if about.study.ended_at is not None and about.kind != LetterKind.THANKS:
        raise NotNow(STUDY_OVER)
    # Checked before, but somebody may have withdrawn or finished since, or have no address any more.
    why = recipients.why_not(about.kind, panellist, facts)
    if why is not None or panellist.person is None:
        raise NotNow((why or WhyNot.NO_ADDRESS).value)
    token = invitations.find_token(session, key, panellist, now=now)
    reader = Reader(panellist.person.name, stationery.link(token) if token else "", facts.progress)
    wording = texts.for_reader(sending.wordings(about), panellist.person.language)
    subject, body = filled(wording, about.study, round_, reader, stationery)
    contact = about.study.protocol.information.contact_email
    return Written(panellist.person.email, subject, body, contact)


def filled(
    wording: Wording, study: Study, round_: Round | None, reader: Reader, stationery: Stationery
) -> tuple[str, str]:
    """The subject, on one line, and the body for this reader."""
    known = values(study, round_, reader, stationery)
    subject = " ".join(placeholders.fill(wording.subject, known).split())
    body = placeholders.fill(wording.body, known)
    if study.is_simulated:
        subject, body = f"[Simulated] {subject}", f"{SIMULATED}\n\n{body}"
    return subject, f"{body}\n"


def values(study: Study, round_: Round | None, reader: Reader, stationery: Stationery) -> Mapping[str, str]:
    """What stands for each placeholder."""
    sheet = study.protocol.information
    return {
        "name": " ".join(reader.name.split()) or NOBODY,
        "study": study.title,
        "link": reader.link,
        "duration": " ".join(sheet.duration.split()),
        "round": f"{round_.number}" if round_ else "",
        "progress": _progress(round_, reader.progress) if round_ else "",
        "until": _until(round_, stationery) if round_ else "",
        "contact": f"Write to {sheet.contact_name}: {sheet.contact_email}",
        "stop": f"To get no more of these mails, write to {sheet.contact_email} and say so."
        " You can leave the study at any time. You do not have to say why.",
    }


def asked(round_: Round) -> int:
    """How many questions a round has for each."""
    return len(round_.items) * len(round_.study.criteria)


def _round_of(round_: Round | None, kind: LetterKind, now: datetime) -> Round | None:
    """The round that the letter is about; what leads into it is not sent once it is over."""
    if round_ is not None and kind != LetterKind.THANKS and not round_.is_open:
        raise NotNow(ROUND_OVER)
    if recipients.is_past_end(round_, kind, now):
        raise NotNow(END_PASSED)
    return round_


def _progress(round_: Round, progress: Progress) -> str:
    """How far somebody is, in a sentence."""
    questions = asked(round_)
    if not progress.answers:
        return f"You have not begun yet. There are {questions} questions."
    if progress.answers >= questions:
        return f"You have answered all {questions} questions. Please look them over and send them."
    return f"You have answered {progress.answers} of {questions} questions. Your answers are saved."


def _until(round_: Round, stationery: Stationery) -> str:
    if round_.closes_at is None:
        return ""
    return f"You can answer until {stationery.moment(round_.closes_at)}."
