"""What letters say: a text for each kind and language, the study's own or the one that comes with Delphi."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, panels
from surveys.base import Base, words
from surveys.errors import InvalidInput, NotNow
from surveys.letters import placeholders
from surveys.letters.kinds import LetterKind
from surveys.studies import Study
from surveys.translations.languages import name as language_name

ENGLISH = "en"  # as BCP 47 names languages; whoever reads another gets this one while there is no other
_FILES = {ENGLISH: "english.toml", "pl": "polish.toml"}  # the texts that come with Delphi
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
    """The study's own text of this kind in this language."""
    return session.get(LetterText, (study.id, kind, language))


def get(session: Session, study: Study, kind: LetterKind, language: str = ENGLISH) -> Wording:
    """The text of this kind as it stands: the study's own, or the one that comes with Delphi."""
    own = find_own(session, study, kind, language)
    return Wording(own.subject, own.body) if own else default(kind, language)


def in_all_languages(session: Session, study: Study, kind: LetterKind) -> dict[str, Wording]:
    """The text of this kind by language: those of the study in which it is written, or comes with Delphi."""
    own = select(LetterText).where(LetterText.study_id == study.id, LetterText.kind == kind)
    offered = (ENGLISH, *study.languages)
    written = {text.language: Wording(text.subject, text.body) for text in session.scalars(own)}
    known = {language: default(kind, language) for language in offered if comes_with(language)}
    return known | {language: text for language, text in written.items() if language in offered}


def standing(session: Session, study: Study, kind: LetterKind) -> str:
    """What tells whether the texts of this kind are still those that somebody saw."""
    known = in_all_languages(session, study, kind)
    others = [f"{code} {known[code].fingerprint}" for code in sorted(known) if code != ENGLISH]
    whole = Wording(known[ENGLISH].subject, "\n".join([known[ENGLISH].body, *others]))
    return whole.fingerprint


def language_for(texts: Mapping[str, Wording], language: str) -> str:
    """The language in which a reader of this one gets a letter: its own, the nearest to it, or English.

    >>> language_for({"en": Wording("Hello", ""), "cy": Wording("Helo", "")}, "cy-GB")
    'cy'
    """
    short = language.partition("-")[0]
    return language if language in texts else short if short in texts else ENGLISH


def for_reader(texts: Mapping[str, Wording], language: str) -> Wording:
    """The text in the language in which this reader gets it."""
    return texts[language_for(texts, language)]


def comes_with(language: str) -> bool:
    """Whether Delphi has texts of its own in this language."""
    return language in _FILES


@cache
def default(kind: LetterKind, language: str = ENGLISH) -> Wording:
    """The text that comes with Delphi, in English where there is none in this language."""
    given = _file(_FILES.get(language, _FILES[ENGLISH]))[kind]
    return checked(kind, given["subject"], given["body"])


def phrases(language: str) -> Mapping[str, str]:
    """What Delphi itself puts into a letter in this language, in English where there is no other."""
    words: Mapping[str, str] = _file(_FILES.get(language, _FILES[ENGLISH]))["words"]
    return words


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


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
    language: str = ENGLISH


def save(session: Session, study: Study, edit: Edit, *, by: str, now: datetime) -> None:
    """Keep a text. Letters on their way keep theirs."""
    check_unchanged(session, study, edit.kind, edit.seen, edit.language)
    own = find_own(session, study, edit.kind, edit.language)
    if own is None:
        own = LetterText(study_id=study.id, kind=edit.kind, language=edit.language)
        session.add(own)
    own.subject, own.body = edit.wording.subject, edit.wording.body
    own.changed_at, own.changed_by = now, by
    audit.note(session, study.id, f"letter “{edit.kind}” changed", by=by, now=now, **_said(edit.language))
    session.flush()


def reset(  # noqa: PLR0913  # which text of whom, as it was seen, by whom and when
    session: Session,
    study: Study,
    kind: LetterKind,
    *,
    seen: str,
    by: str,
    now: datetime,
    language: str = ENGLISH,
) -> None:
    """Go back to the text that comes with Delphi."""
    check_unchanged(session, study, kind, seen, language)
    if (own := find_own(session, study, kind, language)) is not None:
        session.delete(own)
        audit.note(session, study.id, f"letter “{kind}” put back", by=by, now=now, **_said(language))
        session.flush()


def check_unchanged(
    session: Session, study: Study, kind: LetterKind, seen: str, language: str = ENGLISH
) -> None:
    """Refuse where somebody else has changed the text since the one with this fingerprint was seen."""
    panels.hold_all(session, study)  # whoever else writes or sends waits here
    if (own := find_own(session, study, kind, language)) is not None:
        session.refresh(own)
    if get(session, study, kind, language).fingerprint != seen:
        raise NotNow(CHANGED.format(own.changed_by if own else "somebody else"))


def _said(language: str) -> dict[str, str]:
    """The language as the trail says it, where it is not the first."""
    return {} if language == ENGLISH else {"language": language_name(language)}


_NAMES = {"subject": "subject", "body": "text"}
