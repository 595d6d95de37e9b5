"""The figures of `delphi analyse`: from a file of ratings to a row for each item, panel, round and criterion.

It imports the statistics, so it is imported by the command itself and by nothing that help needs.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from analysis import appropriateness, consensus, summaries
from analysis.consensus import Rule, ShareRule
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, FloatArray, Tally
from delphi import formats
from delphi.cli import console
from surveys.errors import InvalidInput
from surveys.exchange.csv_files import inert
from surveys.exchange.rating_files import Mark, RatingFile, RatingRow

_SHARES = ("share_low", "share_middle", "share_high")
_WORDS = ("criterion", "round", "panel", "item", "verdict", "simulated")


@dataclass(frozen=True)
class Wish:
    """By what the ratings are to be judged."""

    scale: Scale
    rule: Rule | None
    denominator: str
    quantiles: int


@dataclass(frozen=True)
class Figure:
    """What one panel made of one item on one criterion in one round; None is what cannot be said."""

    criterion: str
    round: int | None
    panel: str | None
    item: str
    n: int
    unable: int
    blank: int
    median: float | None
    quartile_1: float | None
    quartile_3: float | None
    iqr: float | None
    share_low: float | None
    share_middle: float | None
    share_high: float | None
    disagreement_index: float | None
    verdict: str | None


def wish(scale: str, bands: str | None, rule: str | None, denominator: str, quantiles: int) -> Wish:
    """What was asked for, or a refusal that says what cannot be read."""
    try:
        meant = Scale.parse(scale, bands)
        parsed = None
        if rule is not None:
            parsed = consensus.parse_rule(rule, denominator=denominator, quantiles=quantiles)
            consensus.check_fits(parsed, meant)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    among = str(parsed.denominator) if isinstance(parsed, ShareRule) else denominator
    return Wish(meant, parsed, among, quantiles)


def figures(file: RatingFile, wanted: Wish) -> list[Figure]:
    """Every figure, by criterion, round and panel, items in the order of the file."""
    found = []
    for number, criterion in enumerate(file.criteria):
        for round_ in _in_order(row.round for row in file.rows):
            of_round = [row for row in file.rows if row.round == round_]
            items = _in_order(row.item for row in of_round)
            for panel in _in_order(row.panel for row in of_round):
                rows = [row for row in of_round if row.panel == panel]
                place = {"criterion": criterion, "round": round_, "panel": panel or None}
                found += _of_panel(place, items, _tally(rows, items, number, wanted.scale), wanted)
    return found


def verdict_counts(found: Iterable[Figure]) -> list[str]:
    """A sentence for each criterion, round and panel: how many items are in, out and so on."""
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for figure in found:
        place = (figure.criterion, f"round {figure.round}" if figure.round else "", figure.panel or "")
        groups.setdefault(tuple(filter(None, place)), Counter())[figure.verdict or ""] += 1
    return [
        f"{', '.join(place)}: {', '.join(f'{n} {verdict}' for verdict, n in counts.most_common())}."
        for place, counts in groups.items()
    ]


def as_table(found: Sequence[Figure], file: RatingFile, *, width: int | None) -> str:
    """Columns for reading; in a terminal of this width, long items are cut."""
    header, rows = _rows(found, file, leave_out=("criterion",) if len(file.criteria) == 1 else ())
    columns = [_texts(name, cells) for name, cells in zip(header, zip(*rows, strict=True), strict=True)]
    shown = [list(row) for row in zip(*columns, strict=True)]
    if width is not None:
        shown = _narrowed(header, shown, width)
    titles = [name.replace("disagreement_index", "DI").replace("_", " ") for name in header]
    right = [title for title, name in zip(titles, header, strict=True) if name not in _WORDS]
    return console.table(titles, shown, right=right) + "\n"


def as_csv(found: Sequence[Figure], file: RatingFile) -> str:
    """A row for each figure, unrounded, for the next program."""
    header, rows = _rows(found, file)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *([_cell(c) for c in row] for row in rows)])
    return out.getvalue()


def as_json(found: Sequence[Figure], file: RatingFile, wanted: Wish) -> str:
    """The figures with all that they were computed by."""
    by = {
        "file": file.name,
        "simulated": file.is_simulated,
        "scale": str(wanted.scale),
        "bands": [str(band) for band in wanted.scale.bands or ()],
        "rule": None if wanted.rule is None else str(wanted.rule),
        "denominator": wanted.denominator,
        "quantiles": f"Hyndman-Fan type {wanted.quantiles}",
    }
    return json.dumps(by | {"figures": [asdict(f) for f in found]}, ensure_ascii=False, indent=1) + "\n"


def _in_order(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _tally(rows: Sequence[RatingRow], items: Sequence[str], criterion: int, scale: Scale) -> Tally:
    index = {item: n for n, item in enumerate(items)}
    return Tally.from_ratings(
        scale, len(items), [index[row.item] for row in rows], [_code(row.marks[criterion]) for row in rows]
    )


def _code(mark: Mark) -> int:
    if mark is None:
        return BLANK
    return mark if isinstance(mark, int) else UNABLE


def _of_panel(place: dict[str, Any], items: Sequence[str], tally: Tally, wanted: Wish) -> list[Figure]:
    columns = _columns(tally, wanted)
    numbers: list[dict[str, Any]] = [
        {name: _number(column, n) for name, column in columns.items()} for n in range(tally.items)
    ]
    verdicts = None if wanted.rule is None else consensus.verdicts(wanted.rule, tally)
    return [
        Figure(
            **place,
            item=item,
            n=int(tally.rated[n]),
            unable=int(tally.unable[n]),
            blank=int(tally.blank[n]),
            verdict=None if verdicts is None else verdicts[n].value,
            **numbers[n],
        )
        for n, item in enumerate(items)
    ]


def _columns(tally: Tally, wanted: Wish) -> dict[str, FloatArray | None]:
    shares = None if tally.scale.bands is None else summaries.shares(tally, wanted.denominator)
    return {
        "median": summaries.median(tally),
        "quartile_1": summaries.quantile(tally, summaries.QUARTILE, wanted.quantiles),
        "quartile_3": summaries.quantile(tally, summaries.THREE_QUARTERS, wanted.quantiles),
        "iqr": summaries.iqr(tally, wanted.quantiles),
        "share_low": None if shares is None else shares.low,
        "share_middle": None if shares is None else shares.middle,
        "share_high": None if shares is None else shares.high,
        "disagreement_index": appropriateness.disagreement_index(tally, wanted.quantiles),
    }


def _number(column: FloatArray | None, n: int) -> float | None:
    return None if column is None or isnan(column[n]) else float(column[n])


def _rows(
    found: Sequence[Figure], file: RatingFile, leave_out: Sequence[str] = ()
) -> tuple[list[str], list[list[Any]]]:
    """The columns that say anything, and their cells; a simulated file says so on every line."""
    rows = [asdict(figure) | ({"simulated": "yes"} if file.is_simulated else {}) for figure in found]
    names = [n for n in rows[0] if n not in leave_out and any(row[n] is not None for row in rows)]
    return names, [[row[name] for name in names] for row in rows]


def _texts(name: str, cells: Sequence[Any]) -> list[str]:
    """A column as it is read: shares in percent, other figures with as many digits as any of them needs."""
    figures = [cell for cell in cells if isinstance(cell, float)]
    digits = next((d for d in (0, 1) if all(round(figure, d) == figure for figure in figures)), 2)
    return [formats.NOTHING if cell is None else _text(name, cell, digits) for cell in cells]


def _text(name: str, cell: Any, digits: int) -> str:
    if name in _SHARES:
        return f"{cell * 100:.1f} %"
    return f"{cell:.{digits}f}" if isinstance(cell, float) else str(cell)


def _cell(cell: Any) -> Any:
    return "" if cell is None else inert(cell) if isinstance(cell, str) else cell


def _narrowed(header: Sequence[str], rows: list[list[str]], width: int) -> list[list[str]]:
    """Items cut so that a line fits, though never below twelve characters."""
    at = header.index("item")
    others = len(console.table(header, rows).partition("\n")[0])
    longest = max(len(row[at]) for row in rows)
    room = max(12, longest - max(0, others - width))
    return [
        [cell if n != at or len(cell) <= room else cell[: room - 1] + "…" for n, cell in enumerate(row)]
        for row in rows
    ]
