"""A grid as a table or as JSON: items in the order of the ranking, then those without a place and why."""

import json
from collections.abc import Iterator

from surveys.exchange import csv_files
from surveys.grid_items import Placed, Unplaced
from surveys.grids import Grid

JSON_VERSION = "1"  # another one where a field goes or comes to mean something else


def write(grid: Grid) -> bytes:
    """The file. A number that may only be seen roughly is written as the page has it: “5 to 9”."""
    panels = [key for key, _ in grid.lens.panels]
    counts = [f"n_{axis.criterion}_{key}" for key in panels for axis in (grid.across, grid.up)]
    of_both = [grid.across.criterion, grid.up.criterion]
    medians = [f"{grid.by.removesuffix('s')}_{criterion}" for criterion in of_both]
    spread = [f"{criterion}_{end}" for criterion in of_both for end in ("from", "to")]
    moved = [f"before_{criterion}" for criterion in of_both]
    sure = ["round", *spread, "chance_of_cell", *moved, "before_round"]
    beside = ["not_placed", "audience", "only", "panel", "cells_by", "simulated", "for_publication"]
    header = ["place", "number", "item", "title", *medians, "cell", *counts, *sure, *beside]
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
        "look": [list(pair) for pair in grid.look.query] if grid.look else [],
        "only": grid.only or None,
        "chances": grid.sure_by or None,
        "items": [_as_json(grid, item) for item in grid.placed],
        "not_placed": [
            {"number": item.number, "item": item.key, "title": item.title, "reason": item.reason}
            for item in grid.unplaced
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _as_json(grid: Grid, item: Placed) -> dict[str, object]:
    panels = [key for key, _ in grid.lens.panels]
    return {
        "place": item.rank,
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
        "chance_of_cell": item.sure.cell,
        "chances": _chances(item),
        "interval_x": item.sure.x,
        "interval_y": item.sure.y,
        "ellipse": item.sure.ellipse,
        "before": item.before and {"x": item.before.x, "y": item.before.y, "round": item.before.round_number},
        "cells_by_panel": dict(item.cells_by_panel) or None,
    }


def _chances(item: Placed) -> list[list[float]] | None:
    """Of every cell, from the lowest part across and within that from the lowest up."""
    return [list(row) for row in item.sure.parts] or None


def _spread(item: Placed) -> list[object]:
    """How sure it is and where it stood before, empty where that may not be seen or there is nothing."""
    ends = [end for pair in (item.sure.x, item.sure.y) for end in (pair or (None, None))]
    before = [item.before.x, item.before.y, item.before.round_number] if item.before else [None] * 3
    known = ["" if one is None else f"{one:g}" for one in (*ends, item.sure.cell, *before)]
    return [*known]


def _placed(grid: Grid) -> Iterator[list[object]]:
    for item in grid.placed:
        yield [
            item.rank,
            *_item(item),
            f"{item.x:g}",
            f"{item.y:g}",
            csv_files.inert(item.cell),
            *(_count(grid, n) for answers in item.answers for n in (answers.across, answers.up)),
            item.round_number,
            *_spread(item),
            "",
            *_beside(grid),
        ]


def _unplaced(grid: Grid, item: Unplaced) -> list[object]:
    unknown = [""] * (3 + 2 * len(grid.lens.panels) + 9)  # place, cell, counts, round, and how sure
    return ["", *_item(item), *unknown, csv_files.inert(item.reason), *_beside(grid)]


def _count(grid: Grid, number: int | None) -> object:
    return grid.few if number is None else number


def _item(item: Placed | Unplaced) -> list[object]:
    return [item.number, csv_files.inert(item.key), csv_files.inert(item.title)]


def _beside(grid: Grid) -> list[object]:
    yes_or_no = {True: "yes", False: "no"}
    cells_by = grid.look.cut.value if grid.look else ""
    flags = yes_or_no[grid.is_simulated], yes_or_no[grid.is_public]
    return [grid.audience.key, csv_files.inert(grid.only), grid.lens.key, cells_by, *flags]
