"""Translations: the words of a study in other languages, each kept with the text that it is a translation of.

Where that text has changed since, the translation is stale: it is shown to translators and to no panellist.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, characters
from surveys.base import Base
from surveys.designing import drafts
from surveys.errors import Fault, FaultyFile, InvalidInput, NotFound, NotNow
from surveys.studies import Study
from surveys.translations import languages, places
from surveys.translations.places import Place

LONGEST, LONGEST_REASON = 10_000, 1000
ENDED = "This study has ended, so its words stay as they are."
STALE = "Somebody else saved this language meanwhile, so yours is not saved yet. Look, and save again."
NO_LANGUAGE = "This study is not offered in this language."
UNKNOWN_LANGUAGE = "Choose a language from the list."
WHY = "Round 1 has been opened, and people answer by these words. Say why they change."
CONTROL = "There is a character here that cannot be seen. Write the text again without it."


class Translation(Base):
    """A text in another language; `source` is the text that it is a translation of."""

    __tablename__ = "translations"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(languages.LONGEST_CODE), primary_key=True)
    place: Mapped[str] = mapped_column(String(300), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))


class State(StrEnum):
    """How a place stands in a language."""

    MISSING = "missing"
    STALE = "stale"
    DONE = "done"


@dataclass(frozen=True)
class Entry:
    """A place with what is written there. `source` is what a stale text was a translation of."""

    place: Place
    state: State
    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class Coverage:
    """How much of a study is there in a language."""

    done: int
    stale: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.done == self.of


@dataclass(frozen=True)
class Draft:
    """What is to stand at some places, and of which places the stale text was found to be right still."""

    texts: Mapping[str, str]
    still_right: Collection[str] = ()
    # The text that was translated, where it is not the one that stands there now.
    sources: Mapping[str, str] = field(default_factory=dict)


def add_language(session: Session, study: Study, language: str, *, why: str, by: str, now: datetime) -> None:
    """Offer the study in another language; what was written in it before is there again."""
    if language not in languages.CODES:
        raise InvalidInput(UNKNOWN_LANGUAGE, "language")
    hold(session, study)
    if language in study.languages:
        return
    _note(session, study, "language added", language, why=why, by=by, now=now)
    _mark(session, study, language)


def remove_language(
    session: Session, study: Study, language: str, *, why: str, by: str, now: datetime
) -> None:
    """Offer the study in this language no more; what was written in it is kept."""
    hold(session, study)
    if language not in study.languages:
        return
    _note(session, study, "language removed", language, why=why, by=by, now=now)
    study.languages = {code: mark for code, mark in study.languages.items() if code != language}
    session.flush()


def check_offered(study: Study, language: str) -> None:
    """Refuse a language that the study is not offered in."""
    if language not in study.languages:
        raise NotFound(NO_LANGUAGE)


def entries(session: Session, study: Study, language: str) -> tuple[Entry, ...]:
    """Every place of the study as it stands in this language."""
    kept = _kept(session, study, language)
    return tuple(_entry(place, kept) for place in places.of(study))


def coverage(found: Sequence[Entry]) -> Coverage:
    """How many of these are translated, and how many were once."""
    states = [entry.state for entry in found]
    return Coverage(states.count(State.DONE), states.count(State.STALE), len(states))


def save(  # noqa: PLR0913  # whose words of what, why, made from which standing, when
    session: Session,
    study: Study,
    language: str,
    draft: Draft,
    *,
    seen: str,
    why: str,
    by: str,
    now: datetime,
) -> int:
    """Keep these texts, if nobody saved the language meanwhile; how many changed."""
    hold(session, study)
    check_offered(study, language)
    if study.languages[language] != seen:
        raise NotNow(STALE)
    return put(session, study, language, draft, why=why, by=by, now=now)


def put(  # noqa: PLR0913  # the same
    session: Session, study: Study, language: str, draft: Draft, *, why: str, by: str, now: datetime
) -> int:
    """Keep these texts; whoever calls holds the study."""
    _check(draft)
    kept = _kept(session, study, language)
    wanted = [place for place in places.of(study) if place.name in draft.texts]
    changed = [place for place in wanted if _differs(_entry(place, kept), draft, is_own=place.name in kept)]
    if not changed:
        return 0
    _note(session, study, "translation changed", language, why=why, by=by, now=now, count=len(changed))
    for place in changed:
        row = kept.get(place.name) or Translation(study_id=study.id, language=language, place=place.name)
        row.text, row.source = draft.texts[place.name], draft.sources.get(place.name, place.source)
        row.by, row.at = by, now
        if row.text:
            session.add(row)
        else:
            session.delete(row)
    _mark(session, study, language)
    return len(changed)


def hold(session: Session, study: Study) -> None:
    """Hold the study against every other change of its words, and refuse where it has ended."""
    drafts.hold(session, study)
    if study.ended_at is not None:
        raise NotNow(ENDED)


def _differs(entry: Entry, draft: Draft, *, is_own: bool) -> bool:
    """Whether the draft says something new of a place: another text, none, or that the stale one is right."""
    name, text = entry.place.name, draft.texts[entry.place.name]
    if not text:
        return is_own
    return text != entry.text or name in draft.still_right


def _entry(place: Place, kept: Mapping[str, Translation]) -> Entry:
    if (own := kept.get(place.name)) is not None:
        state = State.DONE if own.source == place.source else State.STALE
        return Entry(place, state, own.text, own.source)
    before = next((kept[name] for name in place.earlier if name in kept), None)
    if before is not None:
        return Entry(place, State.STALE, before.text, before.source)
    return Entry(place, State.MISSING)


def _kept(session: Session, study: Study, language: str) -> dict[str, Translation]:
    own = select(Translation).where(Translation.study_id == study.id, Translation.language == language)
    return {row.place: row for row in session.scalars(own)}


def _mark(session: Session, study: Study, language: str) -> None:
    """Say beside the study how the language stands, so that what was made of it is known to be old."""
    session.flush()
    rows = sorted((row.place, row.text, row.source) for row in _kept(session, study, language).values())
    mark = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
    study.languages = study.languages | {language: mark}
    session.flush()


def _check(draft: Draft) -> None:
    faults = []
    for name, text in draft.texts.items():
        if len(text) > LONGEST:
            too_long = f"This has {len(text):,} characters; at most {LONGEST:,} can be kept."
            faults.append(Fault("", name, too_long))
        elif characters.has_control(text):
            faults.append(Fault("", name, CONTROL))
    if faults:
        raise FaultyFile(faults)


def _note(  # noqa: PLR0913  # what is noted, and of whom
    session: Session,
    study: Study,
    act: str,
    language: str,
    *,
    why: str,
    by: str,
    now: datetime,
    **details: int,
) -> None:
    """Into the trail; once people answer by the words, with the reason."""
    if study.locked_at is not None:
        if not why.strip():
            raise InvalidInput(WHY, "reason")
        if len(why) > LONGEST_REASON:
            raise InvalidInput(f"This has {len(why):,} characters; at most {LONGEST_REASON:,}.", "reason")
    said = {"reason": why.strip()} if study.locked_at is not None else {}
    audit.note(session, study.id, act, by=by, now=now, language=languages.name(language), **said, **details)
