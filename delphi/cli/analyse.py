"""`delphi analyse`: a file of ratings, and what it says. No database is needed."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delphi.cli import console, options

if TYPE_CHECKING:
    from surveys.exchange.rating_files import RatingFile


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    file: Path
    scale: str
    bands: str | None
    criteria: tuple[str, ...] | None
    columns: dict[str, str]
    panel: str | None
    round: str | None
    rule: str | None
    denominator: str
    quantiles: int
    form: str | None
    output: Path | None

    @property
    def written_as(self) -> str:
        """In which form: as was asked, or as the file's name ends, or a table."""
        return self.form or (self.output.suffix.removeprefix(".").lower() if self.output else "table")


@click.command()
@click.argument("file", type=options.FILE)
@click.option("--scale", required=True, metavar="1-9", help="The first and the last category.")
@click.option(
    "--bands",
    metavar="1-3,4-6,7-9",
    help="The low, middle and high band, or the low and the high one. Without it, thirds on 1-9, else none.",
)
@options.rating_columns
@click.option("--panel", metavar="COLUMN", help="The column that names the panel, if it is not “panel”.")
@click.option("--round", metavar="COLUMN", help="The column that numbers the round, if it is not “round”.")
@click.option(
    "--rule",
    metavar="RULE",
    help='When an item is in, such as "share>=70 high, share<15 low" or "median>=7, iqr<=2".',
)
@click.option(
    "--denominator",
    type=click.Choice(["rated", "rated+unable"]),
    default="rated",
    show_default=True,
    help="What a share is a share of.",
)
@click.option(
    "--quantiles",
    type=click.IntRange(1, 9),
    metavar="N",
    default=7,
    show_default=True,
    help="The type of quantiles by Hyndman and Fan.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    help="Without it, as the name after -o ends, else a table.",
)
@options.output
def analyse(**typed: Any) -> None:
    """Analyse the ratings in FILE, a long CSV.

    It has the columns panellist and item, perhaps panel and round, and one for each criterion, whose cells
    are categories of the scale, “unable”, or empty for a blank.

    For each item: how many rated it, were unable or left it blank, median, quartiles, shares, the RAND/UCLA
    disagreement index, agreement, and by a rule the verdict with how sure it is. As JSON also agreement over
    all items, between panels and between rounds. Nothing is suppressed: the file is your own.
    """
    asked = Asked(**typed)
    with console.progress("Analysing ..."):
        text, notes = _analysed(asked)
    if asked.output is None:
        click.echo(text, nl=False)
    else:
        asked.output.write_text(text, encoding="utf-8")
        notes = [*notes, f"Wrote {asked.output}."]
    for sentence in notes:
        console.note(sentence)


def read(
    path: Path, categories: range, criteria: tuple[str, ...] | None, columns: dict[str, str]
) -> "RatingFile":
    """The ratings in a file."""
    from surveys.exchange import rating_files, text_files

    data = text_files.read_bytes(path)
    return rating_files.read(data, categories, path.name, criteria=criteria, columns=columns)


def remarks(file: "RatingFile") -> list[str]:
    """What was ignored in a file and why, and that it is simulated."""
    ignored = [f"Ignored the column “{column}”: {why}." for column, why in file.ignored.items()]
    return [*ignored, *(["These ratings are simulated."] if file.is_simulated else [])]


def _analysed(asked: Asked) -> tuple[str, Sequence[str]]:
    """The result as text, and what to say beside it."""
    from delphi.cli import figures, figures_as_json, figures_as_tables

    wanted = figures.wish(asked.scale, asked.bands, asked.rule, asked.denominator, asked.quantiles)
    columns = asked.columns | ({"panel": asked.panel} if asked.panel else {})
    columns |= {"round": asked.round} if asked.round else {}
    file = read(asked.file, wanted.scale.categories, asked.criteria, columns)
    found = figures.report_of(file, wanted)
    match asked.written_as:
        case "csv":
            text = figures_as_tables.as_csv(found, file)
        case "json":
            text = figures_as_json.as_json(found, file, wanted)
        case _:
            text = figures_as_tables.as_table(found, file, width=_width(asked.output))
    return text, [*remarks(file), *(figures.verdict_counts(found) if asked.rule else ())]


def _width(output: Path | None) -> int | None:
    """How wide a table may be: as the terminal, if it goes to one."""
    return shutil.get_terminal_size().columns if output is None and sys.stdout.isatty() else None
