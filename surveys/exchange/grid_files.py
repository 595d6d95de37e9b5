"""A grid as a table or as JSON: items in the order of the ranking, then those without a place and why."""

import json
from collections.abc import Iterator

from surveys.exchange import csv_files
from surveys.grids import Grid, Placed, Unplaced

JSON_VERSION = "1"  # another one where a field goes or comes to mean something else


def write(grid: Grid) -> bytes:
    """The file. A number that may only be seen roughly is written as the page has it: “5 to 9”."""
    panels = [key for key, _ in grid.lens.panels]
    counts = [f"n_{axis.criterion}_{key}" for key in panels for axis in (grid.across, grid.up)]
    medians = [f"median_{axis.criterion}" for axis in (grid.across, grid.up)]
    beside = ["round", "not_placed", "audience", "panel", "simulated", "for_publication"]
    header = ["place", "number", "item", "title", *medians, "cell", *counts, *beside]
    return csv_files.write(header, [*_placed(grid), *(_unplaced(grid, item) for item in grid.unplaced)])


def write_json(grid: Grid) -> bytes:
    """The grid as JSON, for the next program: equal grids give equal bytes. What may not be seen is null."""
    whole = {
        "version": JSON_VERSION,
        "study": {"key": grid.study_key, "title": grid.study_title},
        "audience": grid.audience.key,
        "panels": dict(grid.lens.panels),
        "weights": [str(weight) for weight in grid.lens.weights] or None,
        "scale": {"low": grid.low, "high": grid.high},
        "across": {"criterion": grid.across.criterion, "name": grid.across.name, "more": grid.across.more},
        "up": {"criterion": grid.up.criterion, "name": grid.up.name, "more": grid.up.more},
        "through_round": grid.through.number,
        "simulated": grid.is_simulated,
        "for_publication": grid.is_public,
        "items": [_as_json(grid, place, item) for place, item in enumerate(grid.placed, start=1)],
        "not_placed": [
            {"number": item.number, "item": item.key, "title": item.title, "reason": item.reason}
            for item in grid.unplaced
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _as_json(grid: Grid, place: int, item: Placed) -> dict[str, object]:
    panels = [key for key, _ in grid.lens.panels]
    return {
        "place": place,
        "number": item.number,
        "item": item.key,
        "title": item.title,
        "x": item.x,
        "y": item.y,
        "cell": item.cell or None,
        "round": item.round_number,
        "n": {
            key: {grid.across.criterion: answers.across, grid.up.criterion: answers.up}
            for key, answers in zip(panels, item.answers, strict=True)
        },
    }


def _placed(grid: Grid) -> Iterator[list[object]]:
    for place, item in enumerate(grid.placed, start=1):
        yield [
            place,
            *_item(item),
            f"{item.x:g}",
            f"{item.y:g}",
            csv_files.inert(item.cell),
            *(_count(grid, n) for answers in item.answers for n in (answers.across, answers.up)),
            item.round_number,
            "",
            *_beside(grid),
        ]


def _unplaced(grid: Grid, item: Unplaced) -> list[object]:
    unknown = [""] * (3 + 2 * len(grid.lens.panels) + 1)  # medians, cell, counts, round
    return ["", *_item(item), *unknown, csv_files.inert(item.reason), *_beside(grid)]


def _count(grid: Grid, number: int | None) -> object:
    return grid.few if number is None else number


def _item(item: Placed | Unplaced) -> list[object]:
    return [item.number, csv_files.inert(item.key), csv_files.inert(item.title)]


def _beside(grid: Grid) -> list[object]:
    yes_or_no = {True: "yes", False: "no"}
    return [grid.audience.key, grid.lens.key, yes_or_no[grid.is_simulated], yes_or_no[grid.is_public]]
