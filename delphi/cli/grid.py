"""`delphi grid`: a priority grid as a figure or a table."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delphi.cli import console, options, storage

if TYPE_CHECKING:
    from delphi.cli.storage import Work
    from surveys.grids import Grid


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    study_key: str
    audience: str
    panel: str
    number: int | None
    public: bool
    output: Path


@click.command()
@click.argument("study_key", metavar="STUDY")
@click.option("--audience", required=True, metavar="KEY", help="For whom; a key of the study's audiences.")
@click.option("--panel", default="", metavar="KEY", help="One panel alone. Without it, all weigh the same.")
@options.round_("Up to which closed round. Without it, the last one.")
@click.option("--public", is_flag=True, help="As the public may see it, small groups hidden.")
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    required=True,
    metavar="FILE",
    help="Where to write: .svg for the figure, .csv for the same as a table.",
)
def grid(**typed: Any) -> None:
    """Draw a priority grid of STUDY, from its closed rounds."""
    asked = Asked(**typed)
    if asked.output.suffix.lower() not in (".svg", ".csv"):
        raise click.BadParameter(f"“{asked.output.name}” must end with .svg or .csv.", param_hint="-o")
    with storage.reading() as work, console.progress("Drawing ..."):
        found = _grid(work, asked)
        content = _content(work, found, asked.output)
    asked.output.write_bytes(content)
    console.note(f"Wrote {found.audience.name}, {found.lens.name}, to {asked.output}.")
    if not found.is_public:
        console.note("It is not for publication: small groups are not hidden. See --public.")


def _grid(work: "Work", asked: Asked) -> "Grid":
    from surveys import grids, lenses, studies
    from surveys.visibility import Viewer

    study = studies.get(work.session, asked.study_key)
    return grids.build(
        work.session,
        study,
        lenses.get_audience(study, asked.audience),
        lenses.get_lens(study, asked.panel),
        through=storage.closed_round(work.session, study, asked.number),
        viewer=Viewer.PUBLIC if asked.public else Viewer.RESEARCHER,
    )


def _content(work: "Work", found: "Grid", output: Path) -> bytes:
    from delphi import sheets
    from surveys.exchange import grid_files

    if output.suffix.lower() == ".csv":
        return grid_files.write(found)
    return sheets.render_svg(found, work.settings.zone).encode()
