"""`delphi grid`: a priority grid as a figure or a table."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import click

from delphi.cli import console, local_grid, options, storage

if TYPE_CHECKING:
    from delphi.cli.storage import Work
    from surveys.grids import Grid


ENDINGS = ("svg", "png", "pdf", "csv", "json")
_FORM_HELP = "Without it, as the name after -o ends."


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    study_key: str
    audience: str
    panel: str
    look: str
    number: int | None
    public: bool
    output: Path


@click.command()
@click.argument("study_key", metavar="[STUDY]", default="")
@click.option("--audience", metavar="KEY", help="For whom; a key of the study's audiences.")
@click.option(
    "--panel", default="", metavar="KEY", help="One panel alone. Without it, as the protocol weighs."
)
@click.option(
    "--look",
    default="",
    metavar="QUERY",
    help="Another way to look at it, as the address of a grid has it: by=mean&cut=midpoint&order=60.",
)
@options.round_("Up to which closed round. Without it, the last one.")
@click.option("--public", is_flag=True, help="As the public may see it, small groups hidden.")
@click.option(
    "--positions", type=options.FILE, metavar="FILE", help="Published positions instead of a study."
)
@click.option("--label", metavar="COLUMN", help="Of positions: the column that names the items.")
@click.option("--x", metavar="COLUMN", help="Of positions: the column across.")
@click.option("--y", metavar="COLUMN", help="Of positions: the column up.")
@click.option("--cuts", metavar="X,Y", help="Of positions: from where on they are high, such as 3.43,3.30.")
@local_grid.local_options
@click.option("--format", "form", type=click.Choice(["json", "csv", "svg", "png", "pdf"]), help=_FORM_HELP)
@click.option(
    "-o", "--output", type=options.FILE, required=True, metavar="FILE", help="Where to write the grid."
)
def grid(**typed: Any) -> None:
    """Draw a priority grid of STUDY, from its closed rounds.

    With --ratings, --weights, --weight, --strength or --from it is the grid of a local edition, made of what
    the study has published, and of the answers of your own people if there are any.

    Or of positions that were published without ratings: --positions FILE.csv with --label, --x, --y and
    --cuts. The form is that of the file's name: .svg, .png or .pdf for the figure, .csv or .json for data.
    """
    of_positions = {name: typed.pop(name) for name in ("positions", "label", "x", "y", "cuts")}
    form = typed.pop("form") or typed["output"].suffix.lower().removeprefix(".")
    if of_positions["positions"] is not None:
        content = _of_positions(of_positions, form, typed["output"])
        typed["output"].write_bytes(content)
        console.note(f"Wrote {of_positions['positions'].name} to {typed['output']}.")
        return
    of_local = {name: typed.pop(name) for name in local_grid.NAMES}
    if local_grid.is_asked(of_local):
        _check_form(form, ENDINGS, typed["output"])
        with console.progress("Drawing ..."):
            content = local_grid.content(typed | of_local, form)
        typed["output"].write_bytes(content)
        console.note(f"Wrote the grid of a local edition to {typed['output']}. {local_grid.NOT_THE_STUDYS}")
        return
    _check_study(typed, form)
    asked = Asked(**typed)
    with storage.reading() as work, console.progress("Drawing ..."):
        found = _grid(work, asked)
        content = _content(work, found, form)
    asked.output.write_bytes(content)
    console.note(f"Wrote {found.audience.name}, {found.lens.name}, to {asked.output}.")
    if not found.is_public:
        console.note("It is not for publication: small groups are not hidden. See --public.")


def _check_study(typed: dict[str, Any], form: str) -> None:
    if not typed["study_key"]:
        raise click.UsageError("Name a STUDY, or give --positions FILE.")
    if not typed["audience"]:
        raise click.UsageError("Missing option '--audience'.")
    _check_form(form, ENDINGS, typed["output"])


def _check_form(form: str, known: tuple[str, ...], output: Path) -> None:
    if form not in known:
        endings = ", ".join(f".{ending}" for ending in known)
        raise click.BadParameter(f"“{output.name}” must end with one of {endings}.", param_hint="-o")


def _of_positions(typed: dict[str, Any], form: str, output: Path) -> bytes:
    from delphi.cli import positions

    for name in ("label", "x", "y", "cuts"):
        if not typed[name]:
            raise click.UsageError(f"--positions needs --{name} too.")
    _check_form(form, positions.ENDINGS, output)
    cuts = tuple(part.strip() for part in typed["cuts"].split(","))
    if len(cuts) != 2:
        raise click.BadParameter("Two numbers, such as 3.43,3.30: across first.", param_hint="--cuts")
    wanted = positions.Wanted(typed["positions"], typed["label"], typed["x"], typed["y"], cuts)
    return positions.content(wanted, form)


def _grid(work: "Work", asked: Asked) -> "Grid":
    from surveys import grids, lenses, looks, studies
    from surveys.visibility import Viewer

    study = studies.get(work.session, asked.study_key)
    query = parse_qs(asked.look.removeprefix("?"))
    look = looks.read(study, query | ({"panel": [asked.panel]} if asked.panel else {}))
    return grids.build(
        work.session,
        study,
        lenses.get_audience(study, asked.audience),
        replace(look, asks_how_sure=True),
        through=storage.closed_round(work.session, study, asked.number),
        viewer=Viewer.PUBLIC if asked.public else Viewer.RESEARCHER,
    )


def _content(work: "Work", found: "Grid", form: str) -> bytes:
    from delphi import grid_forms
    from surveys import studies, zones

    zone = zones.of(studies.get(work.session, found.study_key), work.settings.zone)
    return grid_forms.get(f"grid.{form}").bytes(found, zone)
