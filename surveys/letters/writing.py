"""Writing: what a letter says to one panellist, found as it goes out, after a last look whether it should."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
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
from surveys.translations import places, reading
from surveys.translations.reading import UNTRANSLATED, Words
from surveys.turnout import Progress

ROUND_OVER = "the round was no longer open"
END_PASSED = "the announced end of the round had passed"
STUDY_OVER = "the study had ended"


@dataclass(frozen=True)
class Stationery:
    """What letters take from the installation: the address of a link, and how a moment is written."""

    link: Callable[[str], str]  # of the token
    moment: Callable[[datetime, Study], str]  # in the zone of the study
    speaking: Callable[[str], AbstractContextManager[None]] = lambda _language: nullcontext()


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
    language: str = texts.ENGLISH  # that the letter is in
    words: Words = UNTRANSLATED  # of the study in it


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
    written = sending.wordings(about)
    language = texts.language_for(written, panellist.language or panellist.person.language)
    reader = Reader(
        panellist.person.name,
        stationery.link(token) if token else "",
        facts.progress,
        language,
        reading.words_of(session, about.study, language),
    )
    subject, body = filled(written[language], about.study, round_, reader, stationery)
    contact = about.study.protocol.information.contact_email
    return Written(panellist.person.email, subject, body, contact)


def filled(
    wording: Wording, study: Study, round_: Round | None, reader: Reader, stationery: Stationery
) -> tuple[str, str]:
    """The subject, on one line, and the body for this reader."""
    with stationery.speaking(reader.language):
        known = values(study, round_, reader, stationery)
    subject = " ".join(placeholders.fill(wording.subject, known).split())
    body = placeholders.fill(wording.body, known)
    if study.is_simulated:
        said = texts.phrases(reader.language)
        subject, body = f"{said['simulated_subject']} {subject}", f"{said['simulated']}\n\n{body}"
    return subject, f"{body}\n"


def values(study: Study, round_: Round | None, reader: Reader, stationery: Stationery) -> Mapping[str, str]:
    """What stands for each placeholder."""
    sheet, said, words = study.protocol.information, texts.phrases(reader.language), reader.words
    return {
        "name": " ".join(reader.name.split()) or said["nobody"],
        "study": words.text(places.TITLE, study.title),
        "link": reader.link,
        "duration": " ".join(words.text(places.sheet("duration"), sheet.duration).split()),
        "round": f"{round_.number}" if round_ else "",
        "progress": _progress(round_, reader.progress, said) if round_ else "",
        "until": _until(round_, stationery, said) if round_ else "",
        "contact": said["contact"].format(name=sheet.contact_name, email=sheet.contact_email),
        "stop": said["stop"].format(email=sheet.contact_email),
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


def _progress(round_: Round, progress: Progress, said: Mapping[str, str]) -> str:
    """How far somebody is, in a sentence."""
    questions = asked(round_)
    if not progress.answers:
        return said["not_begun"].format(questions=questions)
    which = "all_answered" if progress.answers >= questions else "some_answered"
    return said[which].format(answers=progress.answers, questions=questions)


def _until(round_: Round, stationery: Stationery, said: Mapping[str, str]) -> str:
    if round_.closes_at is None:
        return ""
    return said["until"].format(moment=stationery.moment(round_.closes_at, round_.study))
