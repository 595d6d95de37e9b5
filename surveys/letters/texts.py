"""What letters say: a text for each kind and language, the study's own or the one that comes with Delphi."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, panels
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotNow
from surveys.letters import placeholders
from surveys.letters.kinds import LetterKind
from surveys.studies import Study

ENGLISH = "en"  # as BCP 47 names languages; whoever reads another gets this one while there is no other
LONGEST_SUBJECT = 150
LONGEST_BODY = 10_000
CHANGED = (
    "This text was changed by {} while you wrote. Nothing of yours is lost: it is still in the fields, and"
    " the other text stands below. Save again to put yours in its place."
)


class LetterText(Base):
    """A kind of letter as a study's researchers have written it in one language."""

    __tablename__ = "letter_texts"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(words(LetterKind), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    body: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(320))


@dataclass(frozen=True)
class Wording:
    """The subject and the body of a letter, with placeholders."""

    subject: str
    body: str

    @property
    def fingerprint(self) -> str:
        """What tells whether it is still the text that somebody saw."""
        return hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()[:16]


def find_own(session: Session, study: Study, kind: LetterKind, language: str = ENGLISH) -> LetterText | None:
    """The study's own text of this kind."""
    return session.get(LetterText, (study.id, kind, language))


def get(session: Session, study: Study, kind: LetterKind, language: str = ENGLISH) -> Wording:
    """The text of this kind as it stands: the study's own, or the one that comes with Delphi."""
    own = find_own(session, study, kind, language)
    return Wording(own.subject, own.body) if own else default(kind)


def in_all_languages(session: Session, study: Study, kind: LetterKind) -> dict[str, Wording]:
    """The text of this kind by language."""
    own = select(LetterText).where(LetterText.study_id == study.id, LetterText.kind == kind)
    written = {text.language: Wording(text.subject, text.body) for text in session.scalars(own)}
    return {ENGLISH: default(kind)} | written


def for_reader(texts: Mapping[str, Wording], language: str) -> Wording:
    """The text in the reader's language, or in the language that it comes nearest to, or in English.

    >>> for_reader({"en": Wording("Hello", ""), "cy": Wording("Helo", "")}, "cy-GB").subject
    'Helo'
    """
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts[ENGLISH]


@cache
def default(kind: LetterKind) -> Wording:
    """The text that comes with Delphi."""
    given = tomllib.loads(Path(__file__).with_name("english.toml").read_text(encoding="utf-8"))[kind]
    return checked(kind, given["subject"], given["body"])


def checked(kind: LetterKind, subject: str, body: str) -> Wording:
    """What was typed as it is kept, if it can be sent."""
    wording = Wording(" ".join(subject.split()), body.replace("\r\n", "\n").strip())
    for field, text, most in (
        ("subject", wording.subject, LONGEST_SUBJECT),
        ("body", wording.body, LONGEST_BODY),
    ):
        if not text:
            raise InvalidInput(f"The {_NAMES[field]} is empty.", field)
        if len(text) > most:
            raise InvalidInput(
                f"The {_NAMES[field]} has {len(text):,} characters; at most {most:,} can be kept.", field
            )
    placeholders.check(kind, wording.subject, wording.body)
    return wording


@dataclass(frozen=True)
class Edit:
    """A change of a text, by somebody who saw the one with this fingerprint."""

    kind: LetterKind
    seen: str
    wording: Wording


def save(session: Session, study: Study, edit: Edit, *, by: str, now: datetime) -> None:
    """Keep a text. Letters on their way keep theirs."""
    check_unchanged(session, study, edit.kind, edit.seen)
    own = find_own(session, study, edit.kind)
    if own is None:
        own = LetterText(study_id=study.id, kind=edit.kind, language=ENGLISH)
        session.add(own)
    own.subject, own.body = edit.wording.subject, edit.wording.body
    own.changed_at, own.changed_by = now, by
    audit.note(session, study.id, f"letter “{edit.kind}” changed", by=by, now=now)
    session.flush()


def reset(session: Session, study: Study, kind: LetterKind, *, seen: str, by: str, now: datetime) -> None:
    """Go back to the text that comes with Delphi."""
    check_unchanged(session, study, kind, seen)
    if (own := find_own(session, study, kind)) is not None:
        session.delete(own)
        audit.note(session, study.id, f"letter “{kind}” put back", by=by, now=now)
        session.flush()


def check_unchanged(session: Session, study: Study, kind: LetterKind, seen: str) -> None:
    """Refuse where somebody else has changed the text since the one with this fingerprint was seen."""
    panels.hold_all(session, study)  # whoever else writes or sends waits here
    if (own := find_own(session, study, kind)) is not None:
        session.refresh(own)
    if get(session, study, kind).fingerprint != seen:
        raise NotNow(CHANGED.format(own.changed_by if own else "somebody else"))


_NAMES = {"subject": "subject", "body": "text"}
