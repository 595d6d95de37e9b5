"""An edition as a JSON file: what it is made from and what comes of it; equal editions give equal bytes.

`read` takes the inputs and computes the rest anew, so what is regenerated from a file equals the page. A file
holds nothing that may not be seen.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from surveys import shapes
from surveys.editions import findings, json_files, notices, plan_reading
from surveys.editions.findings import EditionFindings
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import EditionPlan, Step, step_of
from surveys.editions.showing import Shown
from surveys.editions.sources import Source
from surveys.errors import Fault, FaultyFile

FORMAT: Literal["delphi edition 1"] = "delphi edition 1"
NAME = "edition.json"
NO_FIT = "The parts of this file do not fit together: it was changed by hand. Download it again."


class EditionFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file. `findings` is for other programs; here it is computed anew."""

    format: Literal["delphi edition 1"]
    notices: tuple[str, ...]
    credit: str
    version: int
    strength: float
    source: Source
    plan: EditionPlan
    local: LocalView | None
    findings: dict[str, Any]


@dataclass(frozen=True)
class Regenerated:
    """An edition that was read from a file."""

    file: EditionFile
    findings: EditionFindings


def write(shown: Shown) -> bytes:
    """The file of an edition as it is shown."""
    file = EditionFile(
        format=FORMAT,
        notices=shown.notices,
        credit=shown.credit,
        version=shown.draft.number,
        strength=shown.findings.strength,
        source=shown.draft.source,
        plan=shown.draft.plan,
        local=shown.local,
        findings=msgspec.to_builtins(shown.findings),
    )
    return msgspec.json.format(msgspec.json.encode(file, order="sorted"), indent=1) + b"\n"


def read(data: bytes, name: str = NAME) -> Regenerated:
    """The edition of a file, or FaultyFile with every mistake by its key."""
    file = shapes.convert(json_files.parsed(data, name), EditionFile, name)
    for step in Step:
        plan_reading.check(step_of(file.plan, step), file.plan, file.source)
    try:
        return Regenerated(file, findings.find(file.source, file.plan, file.local, file.strength))
    except (ValueError, KeyError, StopIteration) as error:
        raise FaultyFile([Fault(name, "", NO_FIT)]) from error


def sentences(file: EditionFile) -> tuple[str, ...]:
    """What stands on every edition, for a file too, whatever the file itself says."""
    return (*notices.always(file.source), *notices.absent(file.source, file.local))
