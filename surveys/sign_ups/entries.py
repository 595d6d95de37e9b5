"""Entries: what somebody wrote on a sign-up page. It waits; nothing is promised, nor told who is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys import attributes, declarations, emails, panels
from surveys.access import Key
from surveys.base import Base, words
from surveys.declarations import Capacity
from surveys.errors import Fault, FaultyFile, NotFound, NotNow
from surveys.panels import Panel, Panellist
from surveys.sign_ups import forms, links, throttling
from surveys.sign_ups.forms import LONGEST_ANSWER, Kind, Question
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study

LONGEST_NAME = 200
MOST_WAITING = 2000  # in one panel: far beyond what a team can look through
FULL = "So many people have signed up that the team cannot take more names at the moment. Please try later."
NO_ENTRY = "There is no such entry in this study."


class SignUpStatus(StrEnum):
    """What became of an entry."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class SignUp(Base):
    """An entry. Once approved, the name and the address are the person's, and stand here no more."""

    __tablename__ = "sign_ups"
    __table_args__ = (Index("ix_sign_ups_study_id_email", "study_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"), index=True)
    panellist_id: Mapped[int | None] = mapped_column(ForeignKey("panellists.id"), index=True)
    at: Mapped[datetime]
    status: Mapped[SignUpStatus] = mapped_column(words(SignUpStatus))
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    capacity: Mapped[Capacity] = mapped_column(words(Capacity))
    experience: Mapped[str] = mapped_column(Text)
    interests: Mapped[str] = mapped_column(Text)
    answers: Mapped[list[Any]] = mapped_column(JSON)  # pairs of a question as it was asked, and its answer
    attributes: Mapped[dict[str, str]] = mapped_column(JSON)
    origin_hash: Mapped[str | None] = mapped_column(String(64))
    repeats: Mapped[int] = mapped_column(default=0)  # how often the same address was sent again
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(320), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    panel: Mapped[Panel] = relationship()
    panellist: Mapped[Panellist | None] = relationship()


@dataclass(frozen=True)
class Sent:
    """What was typed on a sign-up page; `answers` by the number of the question, from 1."""

    name: str
    email: str
    capacity: str
    experience: str
    interests: str
    answers: Mapping[int, str]


def enter(session: Session, key: Key, link: SignUpLink, sent: Sent, *, origin: str, now: datetime) -> None:
    """Let this entry wait. An address that waits or was declined already keeps its first entry.

    Whoever sends it learns nothing of that: the answer to all of them is the same.
    """
    study = link.panel.study
    asked = forms.questions(session, link.panel)
    if faults := [Fault("", field, sentence) for field, sentence in _faults(asked, sent)]:
        raise FaultyFile(faults)
    throttling.count(session, key, origin, now=now)
    panels.hold_all(session, study)
    links.check_live(session, link)  # its panel may have been taken out meanwhile
    if (known := _find(session, study, sent.email)) is not None:
        known.repeats += 1
        return
    _check_room(session, link.panel)
    session.add(_entry(link.panel, asked, sent, key.hash(f"sign-up to {study.id} from {origin}"), now))
    session.flush()


def get(session: Session, study: Study, entry_id: int) -> SignUp:
    """This study's entry with this number; another study's does not exist here."""
    own = select(SignUp).where(SignUp.id == entry_id, SignUp.study_id == study.id)
    if (entry := session.scalar(own)) is None:
        raise NotFound(NO_ENTRY)
    return entry


def list_all(session: Session, study: Study) -> list[SignUp]:
    """Every entry of the study, oldest first."""
    own = select(SignUp).where(SignUp.study_id == study.id)
    with_names = own.options(joinedload(SignUp.panellist).joinedload(Panellist.person))
    return list(session.scalars(with_names.order_by(SignUp.at, SignUp.id)))


def has_any(session: Session, panel: Panel) -> bool:
    """Whether anybody has signed up for this panel."""
    return session.scalar(select(SignUp.id).where(SignUp.panel_id == panel.id).limit(1)) is not None


def count_waiting(session: Session, study: Study) -> int:
    """How many wait for a decision."""
    waiting = select(func.count()).select_from(SignUp)
    own = waiting.where(SignUp.study_id == study.id, SignUp.status == SignUpStatus.WAITING)
    return session.scalar(own) or 0


def _find(session: Session, study: Study, email: str) -> SignUp | None:
    """The entry with this address, in any case of letters, that waits or was declined."""
    own = select(SignUp).where(SignUp.study_id == study.id, SignUp.email == email.lower())
    return session.scalar(own.limit(1))


def _check_room(session: Session, panel: Panel) -> None:
    waiting = select(func.count()).where(SignUp.panel_id == panel.id, SignUp.status == SignUpStatus.WAITING)
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise NotNow(FULL)


def _entry(panel: Panel, asked: tuple[Question, ...], sent: Sent, origin: str, now: datetime) -> SignUp:
    answered = [(one, sent.answers.get(number, "")) for number, one in enumerate(asked, start=1)]
    return SignUp(
        study_id=panel.study_id,
        panel=panel,
        at=now,
        status=SignUpStatus.WAITING,
        name=sent.name,
        email=sent.email.lower(),
        capacity=Capacity(sent.capacity),
        experience=sent.experience,
        interests=sent.interests,
        answers=[[one.text, answer] for one, answer in answered if not one.attribute],
        attributes={one.attribute: answer for one, answer in answered if one.attribute and answer},
        origin_hash=origin,
        repeats=0,
    )


def _faults(asked: tuple[Question, ...], sent: Sent) -> Iterator[tuple[str, str]]:
    """What is missing or too long, in the order of the page, each at its field."""
    for number, one in enumerate(asked, start=1):
        if sentence := _answer_fault(one, sent.answers.get(number, "")):
            yield f"q{number}", sentence
    if sent.capacity not in tuple(Capacity):
        yield "capacity", "Choose how you want to take part."
    for field, text in (("experience", sent.experience), ("interests", sent.interests)):
        if len(text) > declarations.LONGEST:
            yield field, f"This has {len(text)} characters. Please use at most {declarations.LONGEST}."
    if not sent.name:
        yield "name", "Write your name."
    elif len(sent.name) > LONGEST_NAME:
        yield "name", f"Please use at most {LONGEST_NAME} characters for your name."
    if not emails.is_address(sent.email):
        yield "email", "Write your email address, such as ada@example.org."


def _answer_fault(one: Question, answer: str) -> str:
    if not answer:
        return f"Answer this question: {one.text}" if one.is_needed else ""
    if one.kind != Kind.TEXT:
        return "" if answer in one.answers else "Choose one of the answers."
    most = attributes.LONGEST_VALUE if one.attribute else LONGEST_ANSWER
    return f"This has {len(answer)} characters. Please use at most {most}." if len(answer) > most else ""
