"""What the sign-up page of a panel asks: screening questions, and attributes to be kept with the panellist.

The answers decide nothing by themselves: which of them qualify is for the person who approves.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import attributes, audit, panels
from surveys.base import Base
from surveys.errors import Fault, FaultyFile, NotNow
from surveys.panels import Panel
from surveys.studies import Study

MOST_QUESTIONS, MOST_CHOICES = 8, 20
LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_ANSWER = 300, 100, 500
STALE = (
    "Somebody else changed this form since you opened it, so yours was not saved. What you wrote is still"
    " here; what stands now is below. Save again to put yours in its place."
)


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes or no"
    CHOICE = "choose one"
    TEXT = "short text"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the page. With an `attribute`, its answer is kept with the panellist by that name."""

    text: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    attribute: str = ""

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be answered; nothing where it is free."""
        return ("yes", "no") if self.kind == Kind.YES_NO else self.choices

    @property
    def is_needed(self) -> bool:
        """Screening has to be answered; an attribute may be left out."""
        return not self.attribute


class SignUpForm(Base):
    """The questions of a panel; and how many of its entries were erased, since the register counts all."""

    __tablename__ = "sign_up_forms"

    panel_id: Mapped[int] = mapped_column(ForeignKey("panels.id"), primary_key=True)
    questions: Mapped[list[Any]] = mapped_column(JSON)
    erased: Mapped[int] = mapped_column(default=0)


def questions(session: Session, panel: Panel) -> tuple[Question, ...]:
    """What the page of this panel asks beside name and address."""
    form = session.get(SignUpForm, panel.id)
    return msgspec.convert(form.questions, tuple[Question, ...]) if form else ()


def fingerprint(asked: tuple[Question, ...]) -> str:
    """What tells one state of a form from another."""
    text = json.dumps(msgspec.to_builtins(asked), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(
    session: Session, panel: Panel, asked: tuple[Question, ...], *, seen: str, by: str, now: datetime
) -> None:
    """Ask this from now on. Entries keep the questions that they answered."""
    if faults := [Fault("", field, sentence) for field, sentence in _faults(asked)]:
        raise FaultyFile(faults)
    panels.hold_all(session, panel.study)
    standing = fingerprint(questions(session, panel))
    if standing == fingerprint(asked):
        return
    if standing != seen:
        raise NotNow(STALE)
    get(session, panel).questions = msgspec.to_builtins(asked)
    audit.note(session, panel.study_id, "sign-up form changed", by=by, now=now, panel=panel.key)
    session.flush()


def get(session: Session, panel: Panel) -> SignUpForm:
    """The form of this panel, begun if it was not yet; whoever begins it holds the study's panels."""
    if (form := session.get(SignUpForm, panel.id)) is None:
        form = SignUpForm(panel_id=panel.id, questions=[], erased=0)
        session.add(form)
        session.flush()
    return form


def count_erased(session: Session, panel_id: int, count: int = 1) -> None:
    """Count entries of a panel that are erased; a panel that ever had a link has a form."""
    own = update(SignUpForm).where(SignUpForm.panel_id == panel_id)
    session.execute(own.values(erased=SignUpForm.erased + count))


def list_attributes(session: Session, study: Study) -> list[str]:
    """The attributes that the study asks for or has, by name."""
    asked = (one.attribute for panel in study.panels for one in questions(session, panel) if one.attribute)
    return sorted({*asked, *attributes.list_names(session, study)}, key=str.casefold)


def _faults(asked: tuple[Question, ...]) -> Iterator[tuple[str, str]]:
    """The mistakes, each with the number of its question and the field."""
    names: set[str] = set()
    for number, one in enumerate(asked, start=1):
        yield from ((f"{number}.{field}", sentence) for field, sentence in _faults_of(one))
        if one.attribute and one.attribute.casefold() in names:
            yield f"{number}.attribute", f"“{one.attribute}” is asked for twice."
        names.add(one.attribute.casefold())


def _faults_of(one: Question) -> Iterator[tuple[str, str]]:
    if not one.text:
        yield "text", "Write the question, or empty the rest of it to take it away."
    if len(one.text) > LONGEST_QUESTION:
        yield "text", f"A question has at most {LONGEST_QUESTION} characters."
    if one.attribute and (sentence := attributes.name_fault(one.attribute)):
        yield "attribute", sentence
    if one.attribute.casefold() == attributes.CAPACITY:
        yield "attribute", "That is asked of everybody anyway."
    if one.kind == Kind.CHOICE:
        yield from (("choices", sentence) for sentence in _choice_faults(one.choices))


def _choice_faults(choices: tuple[str, ...]) -> Iterator[str]:
    if len(choices) < 2:
        yield "Write at least two answers to choose from, one in each line."
    if len(choices) > MOST_CHOICES:
        yield f"There are {len(choices)} answers; at most {MOST_CHOICES} can be shown."
    if len({choice.casefold() for choice in choices}) < len(choices):
        yield "An answer stands there twice. Delete one."
    if any(len(choice) > LONGEST_CHOICE for choice in choices):
        yield f"An answer has at most {LONGEST_CHOICE} characters."
