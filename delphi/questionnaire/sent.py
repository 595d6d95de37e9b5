"""What a rating form brings back: only what differs from what its cards were rendered with.

A field that was not sent did not change, and neither did one that still says what its card said. So a page
gone stale undoes nothing that another device wrote.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from delphi.page import FieldFault
from delphi.questionnaire.entries import REASONS, UNABLE, Entries, fingerprint, read_was
from surveys.errors import InvalidInput
from surveys.marks import marked
from surveys.participations import checked_text, tidied
from surveys.ratings import Place

NOT_A_RATING = marked("A rating is one of the numbers on the scale, or “unable to rate”.")

_FIELD = re.compile(r"i(\d{1,18})\.(?:c(\d{1,18})(\.unable|\.why)?|(comment))")
_CATEGORY = re.compile(r"-?\d{1,4}")
_BEYOND = 2**31 - 1  # a greater number names nothing, and no database could look for it


@dataclass(frozen=True)
class Sent:
    """What changed, what of it cannot be kept and why, and `was` of every card that came."""

    changed: Entries
    faults: tuple[FieldFault, ...]
    was: Mapping[int, Mapping[str, str]]

    def check(self) -> None:
        """Refuse all of it for its first fault: one request is kept whole or not at all."""
        if self.faults:
            raise InvalidInput(self.faults[0].sentence, self.faults[0].field)

    def new_was(self, item_id: int) -> dict[str, str]:
        """What a card is to say from now on: what it said, with what has been saved."""
        said = {**self.was.get(item_id, {}), **_said(self.changed, item_id)}
        return {name: value for name, value in said.items() if value}


def read(form: Mapping[str, Any]) -> Sent:
    """What this form changes."""
    typed = _typed(form)
    was = {item_id: read_was(str(form.get(f"was.i{item_id}", ""))) for item_id in _items_in(typed)}
    changed = _changed(typed, was)
    return Sent(changed, tuple(_faults(changed)), was)


def pressed_place(form: Mapping[str, Any], button: str) -> Place | None:
    """The item and criterion whose button of this name was pressed: “keep” or “clear”."""
    pressed = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", str(form.get(button, "")))
    return None if pressed is None else (int(pressed[1]), int(pressed[2]))


def _typed(form: Mapping[str, Any]) -> Entries:
    choices: dict[Place, str] = {}
    unable: dict[Place, str] = {}
    comments: dict[int, str] = {}
    reasons: dict[Place, str] = {}
    for name, value in form.items():
        if (known := _FIELD.fullmatch(name)) is None:
            continue
        item_id, criterion = _number(known[1]), _number(known[2] or "0")
        if known[4]:
            comments[item_id] = tidied(str(value))
        else:
            kind = {None: choices, ".unable": unable, ".why": reasons}[known[3]]
            kind[item_id, criterion] = tidied(str(value))
    codes = {place: _code(choices.get(place), unable.get(place, "")) for place in choices | unable}
    if cleared := pressed_place(form, "clear"):
        codes[cleared] = ""
    return Entries(codes, comments, reasons)


def _code(choice: str | None, reason: str) -> str:
    """The code of an answer; a reason alone means unable."""
    return UNABLE + reason if choice in (None, "unable") else choice or ""


def _changed(typed: Entries, was: Mapping[int, Mapping[str, str]]) -> Entries:
    def said(item_id: int, name: str) -> str:
        return was[item_id].get(name, "")

    return Entries(
        {(i, c): code for (i, c), code in typed.codes.items() if code != said(i, f"c{c}")},
        {i: text for i, text in typed.comments.items() if fingerprint(text) != said(i, "m")},
        {(i, c): text for (i, c), text in typed.reasons.items() if fingerprint(text) != said(i, f"y{c}")},
    )


def _faults(changed: Entries) -> Iterator[FieldFault]:
    for (item_id, criterion), code in changed.codes.items():
        if sentence := _code_fault(code):
            yield FieldFault(f"i{item_id}.c{criterion}", sentence)
    texts = {f"i{item_id}.comment": text for item_id, text in changed.comments.items()}
    texts |= {f"i{item_id}.c{criterion}.why": text for (item_id, criterion), text in changed.reasons.items()}
    for field, text in texts.items():
        try:
            checked_text(text, field)
        except InvalidInput as refusal:
            yield FieldFault(field, refusal.sentence)


def _code_fault(code: str) -> str:
    if code.startswith(UNABLE):
        return "" if code == UNABLE or code[1:] in REASONS else NOT_A_RATING
    return "" if not code or _CATEGORY.fullmatch(code) else NOT_A_RATING


def _said(entries: Entries, item_id: int) -> dict[str, str]:
    codes = {f"c{c}": code for (i, c), code in entries.codes.items() if i == item_id}
    reasons = {f"y{c}": fingerprint(text) for (i, c), text in entries.reasons.items() if i == item_id}
    comment = entries.comments.get(item_id)
    return codes | reasons | ({} if comment is None else {"m": fingerprint(comment)})


def _items_in(typed: Entries) -> set[int]:
    return {item_id for item_id, _ in [*typed.codes, *typed.reasons]} | set(typed.comments)


def _number(digits: str) -> int:
    return min(int(digits), _BEYOND)
