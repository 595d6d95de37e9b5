"""`delphi grid --positions`: a grid from published positions, cut where the study cut it."""

import csv
import io
import json
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from pathlib import Path

from analysis import cuts
from surveys.cells import Axis, Cell
from surveys.errors import InvalidInput
from surveys.exchange import position_files, text_files
from surveys.exchange.csv_files import inert
from surveys.exchange.position_files import PositionRow
from surveys.grid_items import Placed
from surveys.grids import Grid, RoundHeard
from surveys.lenses import Audience, Lens

_NOTE = (
    "Each mark is an item at its published place. The lines lie at {across} across and {up} up; on a line is"
    " high. Where the lines are means of the items, high and low are relative."
)
ENDINGS = ("json", "csv", "svg")


@dataclass(frozen=True)
class Wanted:
    """Which columns of which file, and where the cuts lie, the one across first."""

    file: Path
    label: str
    x: str
    y: str
    cuts: tuple[str, str]


def content(wanted: Wanted, form: str) -> bytes:
    """The items with their cells in this form. At or above a cut is high; equal files give equal bytes."""
    data = text_files.read_bytes(wanted.file)
    rows = position_files.read(data, wanted.file.name, label=wanted.label, x=wanted.x, y=wanted.y)
    try:
        cut = cuts.stated_cut(*wanted.cuts)
        found = cuts.cells([row.x for row in rows], [row.y for row in rows], cut)
    except ValueError as error:
        raise InvalidInput(f"{error} See --cuts.", "cuts") from error
    placed = zip(rows, found.across, found.up, strict=True)
    items = [_item(row, across, up) for row, across, up in placed if across and up]
    if form == "svg":
        return _svg(wanted, items)
    return _json(wanted, items) if form == "json" else _csv(items)


def _item(row: PositionRow, across: str, up: str) -> dict[str, object]:
    return {
        "label": row.label,
        "x": float(row.x),
        "y": float(row.y),
        "x_high": across == "high",
        "y_high": up == "high",
        "cell": f"{across}-{up}",
    }


def _json(wanted: Wanted, items: list[dict[str, object]]) -> bytes:
    cuts = dict(zip("xy", map(float, wanted.cuts), strict=True))
    whole = {"version": "1", "x": wanted.x, "y": wanted.y, "cuts": cuts, "items": items}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _csv(items: list[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ("label", "x", "y", "x_high", "y_high", "cell"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(item | {"label": inert(str(item["label"]))} for item in items)
    return out.getvalue().encode()


def _svg(wanted: Wanted, items: list[dict[str, object]]) -> bytes:
    from delphi import sheets
    from delphi.sheets import Words

    grid = _grid(wanted, items)
    across, up = wanted.cuts
    words = Words(
        title=_spoken(wanted.file.stem),
        subtitle=f"{_spoken(wanted.x)} across, {_spoken(wanted.y)} up.",
        flags=(),
        notes=(_NOTE.format(across=across, up=up),),
    )
    return sheets.render(grid, words).encode()


def _grid(wanted: Wanted, items: list[dict[str, object]]) -> Grid:
    """The positions as a grid that the drawing understands; nobody's round, and everybody's to see."""
    values = [float(str(item[axis])) for item in items for axis in "xy"] + [float(c) for c in wanted.cuts]
    low, high = floor(min(values)), ceil(max(values))
    high = max(high, low + 1)
    placed = [
        Placed(
            number=number,
            key=str(item["label"]),
            title=str(item["label"]),
            x=float(str(item["x"])),
            y=float(str(item["y"])),
            cell=_words(wanted, str(item["cell"])),
            round_number=1,
            answers=(),
        )
        for number, item in enumerate(items, start=1)
    ]
    return Grid(
        study_key=wanted.file.stem,
        study_title=wanted.file.stem,
        audience=Audience("all-items", _spoken(wanted.file.stem)),
        lens=Lens("all", "Published positions", (), 1),
        across=Axis(criterion=wanted.x, name=_spoken(wanted.x), more="higher", bands=()),
        up=Axis(criterion=wanted.y, name=_spoken(wanted.y), more="higher", bands=()),
        low=low,
        high=high,
        cells=tuple(_cells(wanted, low, high)),
        placed=tuple(sorted(placed, key=lambda item: (-item.x, -item.y))),
        unplaced=(),
        quotes=(),
        rounds=(RoundHeard(number=1, closed_at=None, answered=()),),
        price="",
        few="",
        is_simulated=False,
        is_public=True,
        by="published places",
    )


def _cells(wanted: Wanted, low: int, high: int) -> list[Cell]:
    across, up = (float(Decimal(cut)) for cut in wanted.cuts)
    ends = {"low": (low - 0.5, across), "high": (across, high + 0.5)}
    rise = {"low": (low - 0.5, up), "high": (up, high + 0.5)}
    return [
        Cell(
            across=x,
            up=y,
            words=_words(wanted, f"{x}-{y}"),
            left=ends[x][0],
            right=ends[x][1],
            bottom=rise[y][0],
            top=rise[y][1],
        )
        for y in ("low", "high")
        for x in ("low", "high")
    ]


def _words(wanted: Wanted, cell: str) -> str:
    x, _, y = cell.partition("-")
    return f"{x} {_spoken(wanted.x)}, {y} {_spoken(wanted.y)}"


def _spoken(name: str) -> str:
    """The name of a column or file as it is read."""
    return name.replace("_", " ")
