"""A grid as a CSV file: one row an item in the order of the ranking, then those without a place and why."""

from collections.abc import Iterator

from surveys.exchange import csv_files
from surveys.grids import Grid, Placed, Unplaced


def write(grid: Grid) -> bytes:
    """The file. A number that may not be seen is empty, as it is in the grid."""
    panels = [key for key, _ in grid.lens.panels]
    counts = [f"n_{axis.criterion}_{key}" for key in panels for axis in (grid.across, grid.up)]
    medians = [f"median_{axis.criterion}" for axis in (grid.across, grid.up)]
    beside = ["round", "not_placed", "audience", "panel", "simulated", "for_publication"]
    header = ["place", "number", "item", "title", *medians, "cell", *counts, *beside]
    return csv_files.write(header, [*_placed(grid), *(_unplaced(grid, item) for item in grid.unplaced)])


def _placed(grid: Grid) -> Iterator[list[object]]:
    for place, item in enumerate(grid.placed, start=1):
        yield [
            place,
            *_item(item),
            f"{item.x:g}",
            f"{item.y:g}",
            csv_files.inert(item.cell),
            *(n for answers in item.answers for n in (answers.across, answers.up)),
            item.round_number,
            "",
            *_beside(grid),
        ]


def _unplaced(grid: Grid, item: Unplaced) -> list[object]:
    unknown = [""] * (3 + 2 * len(grid.lens.panels) + 1)  # medians, cell, counts, round
    return ["", *_item(item), *unknown, csv_files.inert(item.reason), *_beside(grid)]


def _item(item: Placed | Unplaced) -> list[object]:
    return [item.number, csv_files.inert(item.key), csv_files.inert(item.title)]


def _beside(grid: Grid) -> list[object]:
    yes_or_no = {True: "yes", False: "no"}
    return [grid.audience.key, grid.lens.key, yes_or_no[grid.is_simulated], yes_or_no[grid.is_public]]
