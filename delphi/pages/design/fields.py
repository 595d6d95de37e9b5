"""The fields of a form: what stands in them, how they are read, and what somebody else saved meanwhile.

Rows of a form are named by what they are about: `criterion.usefulness.name`, and `criterion.new1.name` for
one that is being written. So two researchers who change different rows never mix them up.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from delphi.page import Form
from surveys.errors import Fault, FaultyFile
from surveys.studies import Study

TICKED, GONE = "yes", "gone"
MOST_ROWS = 40
A_NUMBER, A_WHOLE_NUMBER = "Write a number, such as 1.5.", "Write a whole number, such as 9."

_CHOSEN = {"denominator"}  # an empty row has a choice in it all the same
_NEW = re.compile(r"new\d{1,3}")


@dataclass(frozen=True)
class Filled:
    """What stands in a form, and what it was made from: `seen` and, field by field, `was`.

    `beside` is what somebody else saved where both changed a field; in the fields `taken` stands what only
    they changed.
    """

    values: Mapping[str, str]
    was: Mapping[str, str]
    seen: str
    beside: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    @property
    def was_written(self) -> str:
        """`was` as the form carries it."""
        return json.dumps(dict(self.was), ensure_ascii=False)

    def rows(self, prefix: str, more: int = 1) -> tuple[str, ...]:
        """The rows of this name, those that are there first, and empty ones to write in."""
        used = handles({**self.was, **self.beside, **self.values}, prefix)
        numbers = [int(handle[3:]) for handle in used if is_new(handle)]
        free = range(max(numbers, default=0) + 1, max(numbers, default=0) + more + 1)
        return (*used, *(f"new{number}" for number in free))


@dataclass
class Read:
    """What a form says, as a part's data; where each place of it was typed; and what cannot be read."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def check(self) -> None:
        """Refuse the form if a field cannot be read."""
        if self.faults:
            raise FaultyFile(self.faults)

    def refuse(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.faults.append(Fault("", name, sentence))
        self.places[name] = name

    def whole(self, form: Form, name: str) -> int:
        """The whole number in a field."""
        text = text_of(form, name)
        if re.fullmatch(r"-?\d{1,6}", text, re.ASCII):
            return int(text)
        self.refuse(name, A_WHOLE_NUMBER)
        return 0

    def within(self, form: Form, name: str, least: int, most: int = 0) -> int:
        """The whole number in a field, if it is not too small, and not too large."""
        known = len(self.faults)
        number = self.whole(form, name)
        if len(self.faults) == known and (number < least or (most and number > most)):
            self.refuse(name, f"Write a whole number from {least} {f'to {most}' if most else 'up'}.")
        return number

    def number(self, form: Form, name: str) -> float:
        """The number in a field."""
        text = text_of(form, name)
        if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text, re.ASCII):
            return float(text)
        self.refuse(name, A_NUMBER)
        return 1.0


@dataclass(frozen=True)
class PartForm:
    """How a part is written into fields and read out of them."""

    title: str
    lede: str
    written: Callable[[Study], dict[str, str]]
    read: Callable[[Form, Study], Read]


def text_of(form: Mapping[str, Any], name: str) -> str:
    """What was typed into a field, with plain line ends and no blank ends."""
    return plain(form.get(name, "")).strip()


def ticked(value: object) -> str:
    """What a box says that is ticked, or not."""
    return TICKED if value else ""


def plain(value: object) -> str:
    """Text of a form with plain line ends."""
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def handles(values: Mapping[str, Any], prefix: str) -> list[str]:
    """The rows of this name in which anything stands, in order."""
    found = (name.split(".") for name, value in values.items() if value and name.startswith(f"{prefix}."))
    rows = (parts[1] for parts in found if len(parts) == 3 and not (is_new(parts[1]) and parts[2] in _CHOSEN))
    return list(dict.fromkeys(rows))[:MOST_ROWS]


def is_new(handle: str) -> bool:
    """Whether a row is one that is being written."""
    return _NEW.fullmatch(handle) is not None


def written_rows(form: Form, prefix: str, names: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    """The rows of this name that stay, each with its fields: with something in them, and not taken out."""
    known = tuple(names)
    rows = (
        (handle, {name: text_of(form, f"{prefix}.{handle}.{name}") for name in known})
        for handle in handles(form, prefix)
        if not form.get(f"{prefix}.{handle}.{GONE}")
    )
    return [(handle, row) for handle, row in rows if any(row.values())]


def key_of(handle: str, name: str, known: Iterable[str], taken: Iterable[str], otherwise: str) -> str:
    """The key of a row: its own where it is there already, else one made of its name.

    >>> key_of("new1", "Ease of use", ["panel"], [], "criterion"), key_of("new1", "公平", [], [], "criterion")
    ('ease_of_use', 'criterion')
    """
    if handle in known:
        return handle
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40].rstrip("_")
    stem = words if words[:1].isalpha() and not words.startswith("unable") else otherwise
    number, key, others = 1, stem, {*taken, *known}
    while key in others:
        number += 1
        key = f"{stem}_{number}"
    return key


def merged(was: Mapping[str, str], kept: Mapping[str, str], typed: Mapping[str, str], seen: str) -> Filled:
    """Three texts of a form put together: what it was made from, what is kept now, and what was typed.

    >>> merged({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, {"a": "3", "b": "1"}, "x").values
    {'a': '3', 'b': '2'}
    """
    theirs = {
        name: kept.get(name, "")
        for name in dict.fromkeys((*kept, *was))
        if kept.get(name, "") not in (was.get(name, ""), typed.get(name, ""))
    }
    untouched = {name for name in theirs if name in was and typed.get(name, "") == was.get(name, "")}
    untouched |= {name for name in theirs if name not in was and not typed.get(name, "")}
    values = dict(typed) | {name: theirs[name] for name in theirs if name in untouched}
    beside = {name: text for name, text in theirs.items() if name not in untouched}
    return Filled(values, kept, seen, beside, frozenset(untouched))


def read_was(form: Form) -> dict[str, str]:
    """What the form that was sent was made from; nothing where it does not say."""
    try:
        found = json.loads(str(form.get("was", "")))
    except (ValueError, RecursionError):
        return {}
    return {f"{name}": plain(text) for name, text in found.items()} if isinstance(found, dict) else {}
