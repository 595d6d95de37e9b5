"""`make bench`: measure everything, print it, and keep it in docs/speed.md."""

import os
import platform
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    closing,
    grids,
    mailing,
    rating_page,
    saving,
    starting,
    statistics,
    studies_at_work,
    watching,
    whole_study,
)
from tests.benchmarks.measures import Measure

KEPT = Path(__file__).parents[2] / "docs" / "speed.md"
STATISTICS = (grids.measure_edition, grids.measure_drawing, statistics.measure, whole_study.measure)
HEAD = """# Speed

Measured by `make bench` on {when}: {cores} cores with client and server together, {system}, Python {python}.
Figures of one run on a shared machine vary by 20 to 30 %. What stands beside a figure is of the same run.

| what | measured | wanted | beside it |
|---|---|---|---|
"""


def measures() -> Iterator[Measure]:
    """Every measure, each on databases of its own."""
    for part in (
        saving_on_each,
        closing_on_each,
        page_on_each,
        grids_on_each,
        mailing_on_each,
        watching_on_each,
        starting_on_one,
        *STATISTICS,
    ):
        yield from part()


def saving_on_each() -> Iterator[Measure]:
    """How many ratings a second are saved."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from saving.measure(place, Path(folder))


def closing_on_each() -> Iterator[Measure]:
    """How long closing takes."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from closing.measure(place)


def page_on_each() -> Iterator[Measure]:
    """How long the rating page takes, and how large it is."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from rating_page.measure(place)


def grids_on_each() -> Iterator[Measure]:
    """How long a grid takes."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from grids.measure(place)


def mailing_on_each() -> Iterator[Measure]:
    """How long queueing takes."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from mailing.measure(place)


def watching_on_each() -> Iterator[Measure]:
    """How long a look at an open round takes."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        for place in places:
            yield from watching.measure(place)


def starting_on_one() -> Iterator[Measure]:
    """How long starting takes."""
    with tempfile.TemporaryDirectory() as folder, studies_at_work.databases(Path(folder)) as places:
        yield from starting.measure(places[0])


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
