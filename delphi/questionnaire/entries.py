"""What stands in the rating form: each answer as a short code, comments and reasons as they were typed.

An answer's code is its category (`7`), or `u` and the number of the reason (`u3`); `u` alone is unable with
no reason stated. `was` says the same of one card, as it was rendered (see
templates/macros/item.html), so that what comes back can be told from what was there.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from surveys.ratings import UNABLE_CODES, Answer, Place, Unable
from surveys.responses import Response

UNABLE = "u"
REASONS = {f"{code}": reason for reason, code in UNABLE_CODES.items() if reason != Unable.NOT_STATED}
_CODES: dict[Unable, str] = {reason: code for code, reason in REASONS.items()}
_BY_CODE = {"": Unable.NOT_STATED} | REASONS


@dataclass(frozen=True)
class Entries:
    """Codes by place, comments by item, reasons of a change by place."""

    codes: Mapping[Place, str] = field(default_factory=dict)
    comments: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[Place, str] = field(default_factory=dict)

    @classmethod
    def of(cls, response: Response) -> Self:
        """What is kept, as it stands in the form."""
        codes = {place: code_of(answer) for place, answer in response.answers.items()}
        return cls(codes, response.comments, response.reasons)

    def response(self) -> Response:
        """What can be kept of this."""
        answers = {place: answer_of(code) for place, code in self.codes.items()}
        return Response(answers, dict(self.comments), dict(self.reasons))

    def under(self, typed: "Entries") -> "Entries":
        """These with what was typed over them."""
        return Entries(
            {**self.codes, **typed.codes},
            {**self.comments, **typed.comments},
            {**self.reasons, **typed.reasons},
        )

    def was(self, item_id: int, criteria: Iterable[int]) -> dict[str, str]:
        """What one card shows, by short names; what is blank is left out."""
        shown = {"m": fingerprint(self.comments.get(item_id, ""))}
        for criterion in criteria:
            place = (item_id, criterion)
            shown[f"c{criterion}"] = self.codes.get(place, "")
            shown[f"y{criterion}"] = fingerprint(self.reasons.get(place, ""))
        return {name: value for name, value in shown.items() if value}


def code_of(answer: Answer) -> str:
    """The answer as a code; nothing for a blank."""
    if answer.unable is not None:
        return UNABLE + _CODES.get(answer.unable, "")
    return "" if answer.value is None else f"{answer.value}"


def answer_of(code: str) -> Answer:
    """The answer that a code says."""
    if code.startswith(UNABLE):
        return Answer(unable=_BY_CODE[code[1:]])
    return Answer(int(code)) if code else Answer()


def fingerprint(text: str) -> str:
    """Eight digits that tell one text from another; nothing for no text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


def write_was(was: Mapping[str, str]) -> str:
    """`was` as it stands in a card.

    >>> write_was({"c2": "u3", "m": "91c0ffee"})
    'c2=u3;m=91c0ffee'
    """
    return ";".join(f"{name}={value}" for name, value in was.items())


def read_was(text: str) -> dict[str, str]:
    """`was` read back; what cannot be read is as if it had not been shown.

    >>> read_was("c2=u3;nonsense;m=91c0ffee")
    {'c2': 'u3', 'm': '91c0ffee'}
    """
    pairs = (pair.partition("=") for pair in text.split(";"))
    return {name: value for name, equals, value in pairs if equals}
