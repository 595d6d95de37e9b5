"""What a study has published as a JSON file, for local teams: what the public may see, and nothing more.

It is all that a grid of one's own is made from, so `delphi grid --from` needs no database.
"""

from typing import Literal

import msgspec

from surveys import shapes
from surveys.editions import edition_files, json_files, notices
from surveys.editions.sources import Source
from surveys.errors import Fault, FaultyFile

FORMAT: Literal["delphi published study 1"] = "delphi published study 1"
NAME = "published-study.json"
NEITHER = (
    "This is neither a published study nor an edition. Download the one or the other from the pages of an"
    " edition."
)


class SourceFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    format: Literal["delphi published study 1"]
    credit: str
    source: Source


def write(source: Source) -> bytes:
    """The file of a published study; equal publications give equal bytes."""
    file = SourceFile(format=FORMAT, credit=notices.credit(source), source=source)
    return msgspec.json.format(msgspec.json.encode(file, order="sorted"), indent=1) + b"\n"


def read(data: bytes, name: str = NAME) -> Source:
    """The study of a file, or FaultyFile with every mistake by its key."""
    return shapes.convert(json_files.parsed(data, name), SourceFile, name).source


def format_of(data: bytes, name: str) -> str:
    """Whether this is the file of a study or of an edition, as it says itself; any other is refused."""
    whole = json_files.parsed(data, name)
    said = whole.get("format") if isinstance(whole, dict) else None
    if said not in (FORMAT, edition_files.FORMAT):
        raise FaultyFile([Fault(name, "", NEITHER)])
    return str(said)
