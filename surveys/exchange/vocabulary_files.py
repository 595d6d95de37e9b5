"""Vocabularies: the words that items are tagged by, each with the column of items.csv that holds its keys."""

from collections.abc import Iterator
from typing import Any

import msgspec

from surveys import shapes
from surveys.errors import Fault, FaultyFile
from surveys.exchange import toml_files

FILE = "frameworks.toml"
SEPARATOR = "|"  # between several keys in a cell
ITEM_COLUMNS = ("key", "title", "vignette")


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to tag items: a label, the column of its keys, where it is from, and the words for each key."""

    label: str
    column: str
    terms: dict[str, str]
    source: str = ""


Vocabularies = dict[str, Vocabulary]  # by key


def read(data: bytes, name: str = FILE) -> Vocabularies:
    """The vocabularies that a TOML file says."""
    return from_builtins(toml_files.parse(data, name), name)


def from_builtins(data: dict[str, Any], name: str = FILE) -> Vocabularies:
    """The vocabularies that `data` says, or FaultyFile with every mistake by its key."""
    vocabularies = shapes.convert(data, Vocabularies, name)
    if faults := [Fault(name, where, sentence) for where, sentence in _faults_in(vocabularies)]:
        raise FaultyFile(faults)
    return vocabularies


def to_builtins(vocabularies: Vocabularies) -> dict[str, Any]:
    """Dicts and text, as a study keeps them: `from_builtins` gives the same vocabularies back."""
    return {key: msgspec.to_builtins(vocabulary) for key, vocabulary in vocabularies.items()}


def write(vocabularies: Vocabularies) -> bytes:
    """A TOML file that `read` gives the same vocabularies for."""
    return toml_files.dump(to_builtins(vocabularies))


def _faults_in(vocabularies: Vocabularies) -> Iterator[tuple[str, str]]:
    columns = set(ITEM_COLUMNS)
    for key, vocabulary in vocabularies.items():
        if not vocabulary.label.strip():
            yield f"{key}.label", "This must not be empty: people read it."
        if not vocabulary.column or vocabulary.column != vocabulary.column.strip():
            yield (
                f"{key}.column",
                "Name the column of items.csv that holds the keys, with no blanks around it.",
            )
        elif vocabulary.column in columns:
            yield f"{key}.column", f"“{vocabulary.column}” is taken already. Name a column of its own."
        columns.add(vocabulary.column)
        yield from ((f"{key}.terms", sentence) for sentence in _term_faults(vocabulary.terms))


def _term_faults(terms: dict[str, str]) -> Iterator[str]:
    if not terms:
        yield 'At least one term is needed, such as commissioners = "Commissioners".'
    for key, words in terms.items():
        if not key or key != key.strip() or SEPARATOR in key:
            yield f"The key “{key}” cannot be told in a cell: no blank ends, no “{SEPARATOR}”."
        if not words.strip():
            yield f"The key “{key}” has no words: people read them."
