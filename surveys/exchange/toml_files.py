"""TOML in and out: plain values, mistakes by line and column, and text that comes back exactly as it went."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import tomli_w

from surveys import characters
from surveys.errors import Fault, FaultyFile
from surveys.exchange import text_files

DELETE = "There is a control character in this text, which cannot be seen. Delete it."

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_MEANINGS = (
    (r".*character '\\n'", "A quote opens on this line and is not closed. Long text needs three quotes."),
    (r".*character", "This character cannot stand here. Copy the text without control characters."),
    (r"Invalid value", 'What follows “=” is not a value. Text needs quotes, such as title = "Our study".'),
    (r"Expected '='|Invalid st", 'A line is a key, “=” and a value, such as title = "Our study".'),
    (r"Cannot (declare|overwrite|mutate)", "This key or table stands twice in the file. Delete one."),
    (r"Unescaped", "A backslash in quoted text begins a code. Double it where a backslash is meant."),
    (r"Expected newline", "Something follows the value on this line. Check its quotes, or begin a new line."),
    (r"Unclosed|Unterminated|Expected '\]", "A bracket or quote opens and is not closed. Close it."),
)


def parse(data: bytes, name: str) -> dict[str, Any]:
    """The tables and values of a TOML file."""
    text = text_files.decode(data, name)
    try:
        parsed = tomllib.loads(f"{text}\n")  # with a last line end, every mistake has a line
    except RecursionError as error:
        raise FaultyFile([Fault(name, "", "Its brackets are nested too deeply.")]) from error
    except ValueError as error:
        raise FaultyFile([_fault_of(name, str(error))]) from error
    if faults := [Fault(name, where, DELETE) for where in _control_places(parsed, "")]:
        raise FaultyFile(faults)
    return parsed


def dump(data: dict[str, Any]) -> bytes:
    """A TOML file of these tables and values, long text as it reads."""
    # Text in a block of several lines would lose its CRs, so where there is any, all text is escaped instead.
    has_return = r"\r" in json.dumps(data)
    return tomli_w.dumps(data, multiline_strings=not has_return).encode()


def _fault_of(name: str, message: str) -> Fault:
    place = _PLACE.search(message)
    where = (
        ""
        if place is None
        else "end of the file"
        if place[1] is None
        else f"line {place[1]}, column {place[2]}"
    )
    raw = _PLACE.sub("", message)
    meaning = next((sentence for pattern, sentence in _MEANINGS if re.match(pattern, raw)), f"{raw}.")
    return Fault(name, where, meaning)


def _control_places(value: Any, where: str) -> Iterator[str]:
    """Where a text holds a control character, which TOML can write and no text has."""
    if isinstance(value, str) and characters.has_control(value):
        yield characters.without_controls(where)
    elif isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _control_places(one, f"{where} {number}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _control_places(key, f"{where}.{key}".strip("."))
            yield from _control_places(one, f"{where}.{key}".strip("."))
