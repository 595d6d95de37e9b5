"""`make bench`: measure everything, print it, and keep it in docs/speed.md."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    closing,
    grids,
    importing,
    mailing,
    rating_page,
    results_page,
    saving,
    starting,
    statistics,
    studies_at_work,
    watching,
    whole_study,
)
from tests.benchmarks.measures import Measure
from tests.benchmarks.studies_at_work import Place

KEPT = Path(__file__).parents[2] / "docs" / "speed.md"
HEAD = """# Speed

Measured by `make bench` on {when}: {cores} cores with client and server together, {system}, Python {python}.
Figures of one run on a shared machine vary by 20 to 30 %. What stands beside a figure is of the same run.

| what | measured | wanted | beside it |
|---|---|---|---|
"""


def measures() -> Iterator[Measure]:
    """Every measure, each on databases of its own."""
    for part in (
        saving.measure,
        *map(of_place, (closing.measure, rating_page.measure, grids.measure, importing.measure)),
        *map(of_place, (mailing.measure, watching.measure, results_page.measure)),
    ):
        yield from on_each(part)
    with places() as (_, each):
        yield from starting.measure(each[0])
    for alone in (grids.measure_edition, grids.measure_drawing, statistics.measure, whole_study.measure):
        yield from alone()


def on_each(part: Callable[[Place, Path], Iterator[Measure]]) -> Iterator[Measure]:
    """What is measured on each kind of database, one after the other."""
    with places() as (folder, each):
        for place in each:
            yield from part(place, folder)


def of_place(part: Callable[[Place], Iterator[Measure]]) -> Callable[[Place, Path], Iterator[Measure]]:
    """A measure that needs no folder."""
    return lambda place, _: part(place)


@contextmanager
def places() -> Iterator[tuple[Path, list[Place]]]:
    """A folder, and empty databases of each kind."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as each:
        yield Path(folder), list(each)


def main() -> None:
    """Print each measure as it comes, and keep them all."""
    console, found = Console(), []
    for measure in measures():
        console.print(f"{measure.what}: [bold]{measure.figure}[/] ({measure.wanted}) {measure.beside}")
        found.append(measure)
    table = Table("what", "measured", "wanted", "beside it")
    for measure in found:
        table.add_row(measure.what, measure.figure, measure.wanted, measure.beside)
    console.print(table)
    KEPT.write_text(_document(found), encoding="utf-8")


def _document(found: list[Measure]) -> str:
    head = HEAD.format(
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        cores=os.cpu_count(),
        system=platform.system(),
        python=platform.python_version(),
    )
    return head + "".join(f"| {m.what} | {m.figure} | {m.wanted} | {m.beside} |\n" for m in found)


if __name__ == "__main__":
    main()
