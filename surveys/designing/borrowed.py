"""Words of a template that are true of the template only: its notes, and a sheet that counts its items."""

import re
from functools import cache

import msgspec

from surveys import library
from surveys.designing.notes import NOTES
from surveys.designing.templates import TEMPLATES
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles
from surveys.protocol import Protocol


def notes(protocol: Protocol) -> frozenset[str]:
    """The notes (by key) that still say what a template says of itself."""
    written = {note.key: protocol.provenance.get(note.key, "") for note in NOTES}
    known = [files.protocol.provenance for files in _templates()]
    return frozenset(key for key, text in written.items() if text and text in [one.get(key) for one in known])


def is_sheet(protocol: Protocol, items: int) -> bool:
    """Whether a text of the sheet says how many items a template has, where the study has another number."""
    own = set(msgspec.structs.astuple(protocol.information))
    counts = ((len(files.items), files.protocol.information) for files in _templates())
    told = (
        text
        for count, sheet in counts
        if count != items
        for text in msgspec.structs.astuple(sheet)
        if re.search(rf"\b{count}\b", text)
    )
    return any(text in own for text in told)


@cache
def _templates() -> tuple[StudyFiles, ...]:
    return tuple(study_files.read(library.folder(template.key)) for template in TEMPLATES)
