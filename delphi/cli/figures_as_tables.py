"""The report of a study for reading, and as CSV for the next program."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from analysis.items import ItemFigures
from analysis.report import Place, StudyReport
from delphi import formats
from delphi.cli.figures import round_of
from surveys.exchange.csv_files import inert
from surveys.exchange.rating_files import RatingFile

_BARS = " ▁▂▃▄▅▆▇█"
_UNSEEN = ("counts", "posterior_definition", "repeat_definition", "reasons")
_FILE_WIDTH = 160  # where a table goes to a file or a pipe
_NUMBERS = ("n", "unable", "blank", "median", "IQR", "low", "middle", "high", "DI", "again", "holds")
_COLUMNS = ("item", "distribution", *_NUMBERS[:-2], "verdict", "again", "holds")
_LEAST = (
    "blank",
    "unable",
    "DI",
    "middle",
    "holds",
    "IQR",
    "low",
    "again",
)  # left out first where there is little room
_ROOM_FOR_ITEM = 28
_SHARES = ("share_low", "share_middle", "share_high")


def as_table(found: StudyReport, file: RatingFile, *, width: int | None) -> str:
    """A table for each criterion, round and panel, with the distribution drawn in each row."""
    text = io.StringIO()
    is_seen = width is not None
    console = Console(
        file=text, width=width or _FILE_WIDTH, force_terminal=is_seen, highlight=False, markup=False
    )
    if file.is_simulated:
        console.print("Simulated ratings.", style="bold")
    for place, figures in found.items.items():
        console.print(_table(found, place, figures, console.width))
    return text.getvalue()


def as_csv(found: StudyReport, file: RatingFile) -> str:
    """A row for each item, unrounded; the counts are a column each, c1 the lowest category."""
    out = io.StringIO()
    rows = [row | ({"simulated": "yes"} if file.is_simulated else {}) for row in _rows(found)]
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _rows(found: StudyReport) -> Iterator[dict[str, Any]]:
    for place, figures in found.items.items():
        scale = found.matrices[place].scale
        for n, item in enumerate(found.matrices[place].items):
            row = figures.row(n)
            counts = {f"c{c}": count for c, count in zip(scale.categories, row["counts"], strict=True)}
            told = {name: value for name, value in row.items() if name not in _UNSEEN}
            where = {
                "criterion": place.criterion,
                "round": round_of(place),
                "panel": place.panel or None,
                "item": item,
            }
            yield where | counts | told


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else value


def _table(found: StudyReport, place: Place, figures: ItemFigures, width: int) -> Table:
    matrix, number = found.matrices[place], round_of(place)
    parts = (place.criterion, "" if number is None else f"round {number}", place.panel)
    title = Text(", ".join(filter(None, parts)), style="bold")
    table = Table(title=title, title_justify="left", pad_edge=False, box=None)
    cells = [_cells(item, figures.row(n)) for n, item in enumerate(matrix.items)]
    heads = dict.fromkeys(_COLUMNS) | {"distribution": f"{matrix.scale.low} … {matrix.scale.high}"}
    said = [name for name in _COLUMNS if any(row[name] for row in cells)]
    wide = {name: max(len(heads[name] or name), *(len(row[name]) for row in cells)) for name in said}
    shown = _that_fit(wide, width)
    room = max(width - sum(wide[name] + 2 for name in shown if name != "item"), _ROOM_FOR_ITEM // 2)
    for name in shown:
        justify: JustifyMethod = "right" if name in _NUMBERS else "left"
        most = room if name == "item" else None  # it is the items that are cut
        table.add_column(
            heads[name] or name, justify=justify, no_wrap=True, overflow="ellipsis", max_width=most
        )
    for row in cells:
        table.add_row(*(Text(row[name] or formats.NOTHING) for name in shown))
    return table


def _that_fit(wide: Mapping[str, int], width: int) -> list[str]:
    """The columns without those that matter least, until there is room to know the items by."""
    kept = list(wide)
    for least in _LEAST:
        others = sum(wide[name] + 2 for name in kept if name != "item")
        if width - others >= min(wide.get("item", 0), _ROOM_FOR_ITEM):
            break
        kept = [name for name in kept if name != least]
    return kept


def _cells(item: str, row: dict[str, Any]) -> dict[str, str]:
    """What is read of one item; "" where there is nothing to say."""
    shares = {name.removeprefix("share_"): _percent(row[name]) for name in _SHARES}
    return {
        "item": item,
        "distribution": bar(row["counts"]),
        "n": f"{row['n']}",
        "unable": f"{row['unable']}" if row["unable"] else "",
        "blank": f"{row['blank']}" if row["blank"] else "",
        "median": _number(row["median"]),
        "IQR": _number(row["iqr"]),
        **shares,
        "DI": "" if row["disagreement_index"] is None else f"{row['disagreement_index']:.2f}",
        "verdict": row["verdict"] or "",
        "again": _chance(row["repeat_probability"]),
        "holds": _chance(row["posterior_probability"]),
    }


def bar(counts: Sequence[int]) -> str:
    """One block for each category, the highest for the one most chosen; whoever chose is seen.

    >>> bar([0, 1, 4, 8])
    ' ▁▄█'
    """
    most = max(counts, default=0)
    return "".join(_BARS[-(-8 * count // most)] if most else " " for count in counts) if most else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _chance(chance: float | None) -> str:
    """In whole percent; nothing that is not certain is written so."""
    if chance is None:
        return ""
    return "> 99 %" if chance > 0.99 else "< 1 %" if chance < 0.01 else f"{100 * chance:.0f} %"
