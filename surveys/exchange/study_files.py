"""A study as a folder: `protocol.toml`, `items.csv` and, where items are tagged, `frameworks.toml`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session, object_session

from surveys import items, protocol, protocol_reading, rounds, studies
from surveys.errors import Fault, FaultyFile, InvalidInput
from surveys.exchange import item_files, text_files, toml_files, vocabulary_files
from surveys.exchange.vocabulary_files import Vocabularies
from surveys.hints import hint
from surveys.histories import changes
from surveys.histories.changes import ALL_ROUNDS
from surveys.items import ItemPlan
from surveys.protocol import Protocol
from surveys.studies import Study

T = TypeVar("T")

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 80
RESERVED = frozenset({"new"})  # an address of its own beside those of studies


@dataclass(frozen=True)
class StudyFiles:
    """What a study's files say, and nothing of any database."""

    protocol: Protocol
    items: tuple[ItemPlan, ...]
    vocabularies: Vocabularies = field(default_factory=dict)


def read(folder: Path) -> StudyFiles:
    """What the files in this folder say; FaultyFile with the mistakes of all of them together."""
    if not folder.is_dir():
        raise FaultyFile([Fault(folder.name, "", "There is no such folder. A study is a folder of files.")])
    has_tags = (folder / vocabulary_files.FILE).exists()
    return _read(lambda name: text_files.read_bytes(folder / name), has_tags=has_tags)


def read_sent(sent: Mapping[str, bytes]) -> StudyFiles:
    """What these files say, by their names in a folder; FaultyFile with the mistakes of all together."""
    return _read(lambda name: _sent(sent, name), has_tags=vocabulary_files.FILE in sent)


def _read(bytes_of: Callable[[str], bytes], *, has_tags: bool) -> StudyFiles:
    faults: list[Fault] = []
    plan = _try(lambda: _protocol(bytes_of(protocol.FILE)), faults)
    vocabularies = _try(lambda: _vocabularies(bytes_of, has_tags=has_tags), faults)
    plans = _try(lambda: item_files.read(bytes_of(item_files.FILE), vocabularies or {}), faults)
    if plan is not None and vocabularies is not None:
        faults += audience_faults(plan, vocabularies)
    if faults or plan is None or plans is None or vocabularies is None:
        raise FaultyFile(faults)
    return StudyFiles(plan, plans, vocabularies)


def write(files: StudyFiles, folder: Path) -> None:
    """Write the files into this folder, over those of the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    frameworks = folder / vocabulary_files.FILE
    (folder / protocol.FILE).write_bytes(toml_files.dump(protocol.to_builtins(files.protocol)))
    (folder / item_files.FILE).write_bytes(item_files.write(files.items, files.vocabularies))
    if files.vocabularies or frameworks.exists():  # an older file would be read with the new ones
        frameworks.write_bytes(vocabulary_files.write(files.vocabularies))


def load(session: Session, files: StudyFiles, key: str, *, now: datetime) -> Study:
    """A new study of these files under this key, its first round planned with every item."""
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        example = "Use lower-case letters, digits and hyphens, such as fairsteps-2."
        raise InvalidInput(f"“{key}” cannot be the key of a study. {example}", "key")
    if key in RESERVED:
        raise InvalidInput(f"“{key}” is the address of another page. Give the study another key.", "key")
    vocabularies = vocabulary_files.to_builtins(files.vocabularies)
    study = studies.create(session, key, files.protocol, now=now, vocabularies=vocabularies)
    items.add(session, study, list(files.items))
    rounds.plan_first(session, study)
    return study


def of(study: Study) -> StudyFiles:
    """What the files of this study would say; of items that gave way to others they say nothing."""
    session = object_session(study)
    gone = changes.gone(session, study, ALL_ROUNDS) if session else frozenset[int]()
    return StudyFiles(
        protocol=study.protocol,
        items=tuple(items.plan_of(item) for item in study.items if item.id not in gone),
        vocabularies=vocabulary_files.from_builtins(study.vocabularies),
    )


def _protocol(data: bytes) -> Protocol:
    return protocol_reading.from_builtins(toml_files.parse(data, protocol.FILE))


def _vocabularies(bytes_of: Callable[[str], bytes], *, has_tags: bool) -> Vocabularies:
    return vocabulary_files.read(bytes_of(vocabulary_files.FILE)) if has_tags else {}


def _sent(sent: Mapping[str, bytes], name: str) -> bytes:
    if name not in sent:
        raise FaultyFile([Fault(name, "", "This file is missing. Choose it beside the others.")])
    return sent[name]


def _try(reading: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return reading()
    except FaultyFile as refusal:
        faults.extend(refusal.faults)
        return None


def audience_faults(plan: Protocol, vocabularies: Vocabularies) -> list[Fault]:
    """The mistake of grids for audiences that no item is tagged with."""
    wanted = plan.grids.audiences if plan.grids else ""
    if not wanted or wanted in vocabularies:
        return []
    sentence = f"There is no vocabulary “{wanted}” in {vocabulary_files.FILE}. {hint(wanted, vocabularies)}"
    return [Fault(protocol.FILE, "grids.audiences", sentence)]
