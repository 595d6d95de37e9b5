"""The questions of a sign-up page as fields, and what was typed into them."""

from dataclasses import dataclass

from delphi.page import Form
from surveys.participations import tidied
from surveys.sign_ups.entries import Sent
from surveys.sign_ups.forms import Kind, Question

FIELDS = ("name", "email", "capacity", "experience", "interests")
MOST_IN_A_ROW = 6  # more answers than these are a list to open
WORDS = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class Asked:
    """One question as the page shows it: `shape` is “radios”, “select” or “text”."""

    field: str
    text: str
    shape: str
    choices: tuple[tuple[str, str], ...]
    value: str
    is_needed: bool

    @property
    def radios(self) -> tuple[tuple[str, str, str], ...]:
        """The answers to press."""
        return tuple((value, words, "") for value, words in self.choices)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """The answers of a list to open, in which none is chosen beforehand."""
        return (("", "Choose one" if self.is_needed else "I would rather not say"), *self.choices)


def asked(questions: tuple[Question, ...], form: Form) -> tuple[Asked, ...]:
    """The fields of these questions, with what was typed."""
    return tuple(_asked(number, one, form) for number, one in enumerate(questions, start=1))


def typed(form: Form, count: int) -> Sent:
    """What was typed into the page of so many questions."""
    answers = {number: _text(form, f"q{number}") for number in range(1, count + 1)}
    name, email, capacity, experience, interests = (_text(form, field) for field in FIELDS)
    return Sent(" ".join(name.split()), email, capacity, experience, interests, answers)


def _asked(number: int, one: Question, form: Form) -> Asked:
    field = f"q{number}"
    return Asked(
        field=field,
        text=one.text,
        shape=_shape(one),
        choices=tuple((answer, WORDS.get(answer, answer)) for answer in one.answers),
        value=_text(form, field),
        is_needed=one.is_needed,
    )


def _shape(one: Question) -> str:
    if one.kind == Kind.TEXT:
        return "text"
    return "radios" if one.is_needed and len(one.answers) <= MOST_IN_A_ROW else "select"


def _text(form: Form, field: str) -> str:
    value = form.get(field, "")
    return tidied(value) if isinstance(value, str) else ""
