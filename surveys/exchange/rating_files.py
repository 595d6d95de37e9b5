"""Ratings as a long CSV: a row for each panellist and item, a column for each criterion. Knows no database.

A cell is a category of the scale, `unable` for unable to rate, or empty for blank. A row of blanks still says
that the panellist was asked. Identifiers are text: 11.1 and 11.10 are two items. Beside a criterion may stand
why somebody was unable, as `unable_` and its name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from surveys.exchange import csv_files
from surveys.exchange.csv_files import Columns, FaultList, Table

PLACE_COLUMNS: Final = ("panellist", "item", "panel", "round")
SIMULATED: Final = "simulated"  # the column by which an export of a simulated study says so
UNABLE: Final = "unable"
REASON: Final = "unable_"  # how the column begins that says why; a criterion's name follows
REMEDY = "Or say which column is meant: --columns {}=COLUMN."

_ROUND = re.compile(r"([1-9][0-9]{0,2})(\.0)?")

Mark: TypeAlias = int | Literal["unable"] | None  # None is blank


class RatingRow(NamedTuple):
    """What one panellist made of one item: a mark for each criterion of the file."""

    line: int
    panellist: str
    item: str
    panel: str  # empty where the file does not say
    round: int | None  # None where the file does not say
    marks: tuple[Mark, ...]
    reasons: tuple[str, ...] = ()  # why unable, as long as `marks`; () where the file does not say


@dataclass(frozen=True)
class RatingFile:
    """A file of ratings as it was read; `ignored` says why, for each column that was not."""

    name: str
    criteria: tuple[str, ...]
    rows: tuple[RatingRow, ...]
    ignored: Mapping[str, str]
    is_simulated: bool = False


def read(
    data: bytes,
    categories: range,
    name: str = "ratings.csv",
    *,
    criteria: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> RatingFile:
    """The ratings in a long CSV file, on a scale of these categories.

    Without `criteria`, every other column is one whose cells are all categories, `unable` or empty. `columns`
    says which column of the file is meant by a name here, such as item → item_no.
    """
    faults, by_name = FaultList(name), columns or {}
    wanted = ("panellist", "item", *(criteria or ()), *by_name)
    remedies = {by_name.get(name, name): REMEDY.format(name) for name in wanted}
    asked = Columns((*remedies,), PLACE_COLUMNS, allow_others=True, remedies=remedies)
    table = csv_files.read(data, asked, faults)
    _check_read_once([by_name.get(name, name) for name in dict.fromkeys(wanted)], faults)
    if not table.rows and not faults.faults:
        faults.refuse("There are no ratings. Write one in each line below the names of the columns.")
    reading = _Reading(table, by_name, categories, faults)
    found = reading.find_criteria(criteria)
    rows = tuple(reading.rows(found))
    faults.check()
    return RatingFile(name, found, rows, reading.ignored(found), SIMULATED in table.header)


def write(file: RatingFile) -> bytes:
    """A CSV file that `read` gives the same rows for: identifiers are left as they are, formulas included."""
    simulated = {SIMULATED: "yes"} if file.is_simulated else {}
    reasons = [f"{REASON}{name}" for name in file.criteria] if any(row.reasons for row in file.rows) else []
    rows = (
        (
            *(row.panellist, row.item, row.panel, row.round or ""),
            *map(_text, row.marks),
            *(row.reasons or [""] * len(reasons)),
            *simulated.values(),
        )
        for row in file.rows
    )
    return csv_files.write((*PLACE_COLUMNS, *file.criteria, *reasons, *simulated), rows)


class _Reading:
    """One table being read: what each column stands for, which texts are marks, and what was said before."""

    def __init__(
        self, table: Table, by_name: Mapping[str, str], categories: range, faults: FaultList
    ) -> None:
        self.table, self.faults = table, faults
        self.index = {name: table.header.index(column) for name, column in by_name.items()}
        unmapped = {*table.header} - {*by_name, *by_name.values()}
        self.index |= {column: n for n, column in enumerate(table.header) if column in unmapped}
        self.marks = _marks(categories)
        self.wanted = f"a whole number from {categories[0]} to {categories[-1]} or “{UNABLE}”"
        self.unlike: dict[str, str] = {}
        self.first_line: dict[tuple[str, str, int | None], int] = {}
        self.panel_of: dict[tuple[str, int | None], str] = {}

    def others(self) -> list[str]:
        """The names that say nothing of who, what and when, in the order of the file."""
        names = sorted(self.index, key=self.index.__getitem__)
        beside = {SIMULATED, *PLACE_COLUMNS, *(f"{REASON}{name}" for name in names)}
        return [name for name in names if name not in beside]

    def find_criteria(self, wanted: Sequence[str] | None) -> tuple[str, ...]:
        """The criteria that are wanted, or else every other column that holds ratings."""
        if wanted:
            return tuple(dict.fromkeys(wanted))
        self.unlike = self._unlike()
        found = tuple(name for name in self.others() if name not in self.unlike)
        if not found:
            told = " ".join(f"Column “{name}”: {reason}." for name, reason in self.unlike.items())
            self.faults.refuse(f"No column holds ratings. {told}".strip())
        return found

    def _unlike(self) -> dict[str, str]:
        """Why a column holds no ratings, for each of the others that does not."""
        reasons = {}
        for name in self.others():
            n = self.index[name]
            wrong = next(
                ((line, cells[n]) for line, cells in self.table.rows if not self._is_mark(cells[n])), None
            )
            if wrong is not None:
                reasons[name] = f"line {wrong[0]} has “{wrong[1].strip()[:40]}”, which is not {self.wanted}"
            elif not any(cells[n].strip() for _, cells in self.table.rows):
                reasons[name] = "it is empty"
        return reasons

    def ignored(self, found: Sequence[str]) -> dict[str, str]:
        """Why each column of the file was not read, in its order."""
        names = {n: name for name, n in self.index.items()}
        read = {*PLACE_COLUMNS, *found, *(f"{REASON}{name}" for name in found)}
        reasons = {}
        for n, column in enumerate(self.table.header):
            name = names.get(n)
            if name is None:
                reasons[column] = "another column is read for it"
            elif name == SIMULATED:
                reasons[column] = "it says that these ratings are simulated"
            elif name not in read:
                reasons[column] = self.unlike.get(name, "it was not asked for")
        return reasons

    def rows(self, criteria: Sequence[str]) -> Iterator[RatingRow]:
        """Every row; its mistakes are noted."""
        where = [self.index[name] for name in criteria]
        beside = [f"{REASON}{name}" for name in criteria]
        has_reasons = any(name in self.index for name in beside)
        for line, cells in self.table.rows:
            row = RatingRow(
                line,
                self._cell(cells, "panellist"),
                self._cell(cells, "item"),
                self._cell(cells, "panel"),
                self._round(line, cells),
                tuple([self._mark(line, cells, n) for n in where]),
                tuple([self._cell(cells, name) for name in beside]) if has_reasons else (),
            )
            self._check_place(row)
            yield row

    def _cell(self, cells: list[str], name: str) -> str:
        n = self.index.get(name)
        return "" if n is None else cells[n].strip()

    def _column(self, name: str) -> str:
        return self.table.header[self.index[name]]

    def _round(self, line: int, cells: list[str]) -> int | None:
        if "round" not in self.index:
            return None
        text = self._cell(cells, "round")
        if found := _ROUND.fullmatch(text):
            return int(found[1])
        self.faults.add(
            f"“{text[:40]}” is not the number of a round. Write 1, 2 and so on.", line, self._column("round")
        )
        return None

    def _is_mark(self, cell: str) -> bool:
        return cell in self.marks or cell.strip().lower() in self.marks

    def _mark(self, line: int, cells: list[str], n: int) -> Mark:
        if cells[n] in self.marks:
            return self.marks[cells[n]]
        text = cells[n].strip()
        if text.lower() not in self.marks:
            sentence = f"“{text[:40]}” is not {self.wanted}. Leave the cell empty for a blank."
            self.faults.add(sentence, line, self.table.header[n])
        return self.marks.get(text.lower())

    def _check_place(self, row: RatingRow) -> None:
        for name, text in (("panellist", row.panellist), ("item", row.item)):
            if not text:
                self.faults.add(
                    f"The {name} is empty. Say whose rating of what this is.", row.line, self._column(name)
                )
        earlier = self.first_line.setdefault((row.panellist, row.item, row.round), row.line)
        if earlier != row.line and row.panellist and row.item:
            sentence = f"“{row.panellist}” rates “{row.item}” in line {earlier} too. Delete one of the rows."
            self.faults.add(sentence, row.line)
        # From one round to the next somebody may have been moved.
        if (panel := self.panel_of.setdefault((row.panellist, row.round), row.panel)) != row.panel:
            sentence = f"“{row.panellist}” is in panel “{panel}” above. A panellist is in one panel."
            self.faults.add(sentence, row.line, self._column("panel"))


def _check_read_once(columns: Iterable[str], faults: FaultList) -> None:
    for column, times in Counter(columns).items():
        if times > 1:
            faults.refuse(f"The column “{column}” is asked for twice. Each name needs a column of its own.")


def _marks(categories: range) -> dict[str, Mark]:
    """What a cell may say; 7.0 is how pandas and R write a whole number in a column with gaps."""
    marks: dict[str, Mark] = {"": None, UNABLE: UNABLE}
    for category in categories:
        marks |= {f"{category}": category, f"{category}.0": category}
    return marks


def _text(mark: Mark) -> str:
    return "" if mark is None else f"{mark}"
