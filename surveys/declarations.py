"""Declarations: as what a panellist takes part, and the other experience and interests that it has declared.

The first is an attribute, since it describes a panel without a name. What was written in free words may tell
who somebody is: it stands here, is shown where names are, and goes when the panellist withdraws.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import attributes, audit, panels
from surveys.attributes import CAPACITY, PanellistAttribute
from surveys.base import Base
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panellist
from surveys.studies import Study

LONGEST = 1000
EXPERIENCE, INTERESTS = "other experience", "interests"  # the columns of files
WITHDRAWN = "This panellist has withdrawn from the study: what was declared is gone."
STALE = (
    "Somebody else changed this since you opened the page, so yours was not saved. What you wrote is still"
    " here; what stands now is above. Save again to put yours in its place."
)


class Capacity(StrEnum):
    """How somebody means to take part."""

    PARTICIPANT = "participant"
    CONTRIBUTOR = "public contributor"


class Declaration(Base):
    """The other experience of one panellist, and its interests, in its own words."""

    __tablename__ = "declarations"

    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    experience: Mapped[str] = mapped_column(Text)
    interests: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Declared:
    """All that one panellist has declared; what is empty was not asked or not said."""

    capacity: str = ""
    experience: str = ""
    interests: str = ""

    @property
    def has_words(self) -> bool:
        """Whether anything was said in free words."""
        return bool(self.experience or self.interests)


def capacity_fault(text: str) -> str:
    """What is wrong with this as that as which somebody takes part; nothing where it can be kept.

    >>> capacity_fault("Participant"), capacity_fault("patient")
    ('', '“patient” is neither “participant” nor “public contributor”.')
    """
    if not text or text.casefold() in tuple(Capacity):
        return ""
    return f"“{text[:80]}” is neither “{Capacity.PARTICIPANT}” nor “{Capacity.CONTRIBUTOR}”."


def words_fault(text: str) -> str:
    """What is wrong with free words; nothing where they can be kept."""
    return f"This has {len(text)} characters; at most {LONGEST} can be kept." if len(text) > LONGEST else ""


def add(session: Session, known: Iterable[tuple[Panellist, Declared]]) -> None:
    """Keep what new panellists said in free words, in one statement however many they are; no empty ones."""
    rows = [
        {"panellist_id": panellist.id, "experience": said.experience, "interests": said.interests}
        for panellist, said in known
        if said.has_words
    ]
    if rows:
        session.execute(insert(Declaration), rows)


def of(session: Session, panellist: Panellist) -> Declared:
    """What this panellist has declared."""
    words = session.get(Declaration, panellist.id)
    capacity = session.get(PanellistAttribute, (panellist.id, CAPACITY))
    return Declared(
        capacity.value if capacity else "",
        words.experience if words else "",
        words.interests if words else "",
    )


def by_panellist(session: Session, study: Study) -> dict[int, Declaration]:
    """The free words of each panellist (by id) who has declared any."""
    own = select(Declaration).join(Panellist).where(Panellist.study_id == study.id)
    return {one.panellist_id: one for one in session.scalars(own)}


def fingerprint(declared: Declared) -> str:
    """What tells one state from another."""
    return hashlib.sha256(json.dumps(astuple(declared)).encode()).hexdigest()[:16]


def declare(
    session: Session, panellist: Panellist, said: Declared, *, seen: str, by: str, now: datetime
) -> None:
    """Keep this in the place of what stood there. The trail says which parts changed, and no word of them."""
    panels.hold(session, panellist)
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    before = of(session, panellist)
    changed = [name for name, text in vars(said).items() if text != getattr(before, name)]
    if not changed:
        return
    for field, sentence in _faults(said):
        if field in changed:
            raise InvalidInput(sentence, field)
    if seen != fingerprint(before):
        raise NotNow(STALE)
    attributes.put(session, panellist, CAPACITY, said.capacity)
    forget(session, panellist)
    add(session, [(panellist, said)])
    details = {"panellist": panellist.code, "parts": ", ".join(changed)}
    audit.note(session, panellist.study_id, "declaration changed", by=by, now=now, **details)
    session.flush()


def forget(session: Session, panellist: Panellist) -> None:
    """Delete the free words of this panellist."""
    session.execute(delete(Declaration).where(Declaration.panellist_id == panellist.id))


def _faults(said: Declared) -> Iterator[tuple[str, str]]:
    found = {
        "capacity": capacity_fault(said.capacity),
        "experience": words_fault(said.experience),
        "interests": words_fault(said.interests),
    }
    yield from ((field, sentence) for field, sentence in found.items() if sentence)
