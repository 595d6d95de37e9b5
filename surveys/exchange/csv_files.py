"""CSV in and out: the wanted columns, rows with the lines that they stand on, and every mistake by its place.

Cells stay text; what they mean is for the module of the kind of file. Lines are those of the file itself, so
a cell of three lines counts three. Written files begin with a byte order mark, by which Excel knows UTF-8.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from surveys.errors import Fault, FaultyFile
from surveys.exchange import text_files
from surveys.hints import hint, listed

MOST_FAULTS = 20  # as many as anybody mends before trying again
DELIMITERS = ",;\t"
BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for a formula: OWASP, CSV Injection.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Columns:
    """Which columns a file must have, may have, and whether it may have any others.

    `remedies` has what is said beside a missing column, where there is a way other than renaming.
    """

    required: Sequence[str]
    optional: Sequence[str] = ()
    allow_others: bool = False
    remedies: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> tuple[str, ...]:
        """All that have a name here."""
        return (*self.required, *self.optional)


class Row(NamedTuple):
    """One record: the line that it begins on, and a cell for each column."""

    line: int
    cells: list[str]


class FaultList:
    """The mistakes of one file as they are found; the first twenty are named, the others counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.more = 0

    def add(self, sentence: str, line: int | None = None, column: str = "") -> None:
        """Note one mistake at its line and column."""
        where = [f"line {line}"] if line else []
        where += [f"column “{column}”"] if column else []
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.file, ", ".join(where), sentence))
        else:
            self.more += 1

    def refuse(self, sentence: str, line: int | None = None) -> NoReturn:
        """Refuse the file for this mistake and those before it."""
        self.add(sentence, line)
        raise FaultyFile(self._listed())

    def check(self) -> None:
        """Refuse the file if there was any mistake."""
        if self.faults:
            raise FaultyFile(self._listed())

    def _listed(self) -> list[Fault]:
        if not self.more:
            return self.faults
        return [*self.faults, Fault(self.file, "", f"There are {self.more} more mistakes after these.")]


@dataclass(frozen=True)
class Table:
    """A CSV file as it was read: a header without doubles, and rows that fit it."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as its line and its cells by column, with blank ends taken off."""
        for line, cells in self.rows:
            yield line, {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}


def read(data: bytes, columns: Columns, faults: FaultList) -> Table:
    """The table in a CSV file. Rows that do not fit are noted and left out; a wrong header is refused."""
    text = text_files.decode(data, faults.file)
    rows = _rows(text, _delimiter(text, columns), faults)
    head = next(rows, None)
    if head is None:
        faults.refuse(f"The file is empty. {_named(columns)}")
    return table(head, rows, columns, faults)


def table(head: Row, rows: Iterable[Row], columns: Columns, faults: FaultList) -> Table:
    """The table below this header. Rows that do not fit are noted and left out; a wrong header is refused.

    A column that is not known is only noted, so that what is wrong in the others is named as well.
    """
    header = tuple(name.strip() for name in head.cells)
    _check_header(header, head.line, columns, faults)
    _note_others(header, head.line, columns, faults)
    return Table(header, tuple(_fitting(rows, len(header), faults)))


def _named(columns: Columns) -> str:
    """What the first line of a file says."""
    must = f"names the columns: {', '.join(columns.required)}" if columns.required else "names its columns"
    may = f"{'. It may also name' if columns.required else ':'} {', '.join(columns.optional)}"
    return f"Its first line {must}{may if columns.optional else ''}."


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file, every cell as it is."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    # The default line end, CR LF, also makes the writer quote a lone CR in a cell.
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def inert(text: str) -> str:
    """The text so that no spreadsheet runs it: with an apostrophe before what would begin a formula.

    For files that people open and nothing reads back. A file that must come back as it went is left as it is.

    >>> inert("=HYPERLINK(A1)"), inert("a = b")
    ("'=HYPERLINK(A1)", 'a = b')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _delimiter(text: str, columns: Columns) -> str:
    """The delimiter by which the header shows most of the columns that are known, or else most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        lines = io.StringIO(text, newline="")
        try:
            names = [name.strip() for name in next(csv.reader(lines, delimiter=delimiter), [])]
        except csv.Error:  # a quote opens a cell by this delimiter, so it is the one; told when rows are read
            return 0, 2
        return len(set(names) & set(columns.known)), len(names)

    return max(DELIMITERS, key=score)


def _rows(text: str, delimiter: str, faults: FaultList) -> Iterator[Row]:
    """The records with something in them, up to the first broken quote: nothing after it can be trusted."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        faults.add(_broken(error), line)


def _broken(error: csv.Error) -> str:
    match str(error):
        case "unexpected end of data":
            return "A quote opens in this row and is never closed. Close it, or double a quote that is meant."
        case sentence if "field larger" in sentence:
            longest = csv.field_size_limit()
            return (
                f"A cell has more than {longest} characters: most likely a quote opens and is never closed."
            )
        case sentence if "expected after" in sentence:
            return 'A quote closes before the cell ends. Double a quote that is meant: ""so"".'
        case sentence:
            return f"This row cannot be read ({sentence})."


def _check_header(header: tuple[str, ...], line: int, columns: Columns, faults: FaultList) -> None:
    for name, times in Counter(header).items():
        if not name:
            faults.add("A column has no name. Name it, or delete it.", line)
        elif times > 1:
            faults.add("This column stands twice. Delete or rename one.", line, name)
    for name in columns.required:
        if name not in header:
            remedy = columns.remedies.get(name, "")
            faults.add(f"The column “{name}” is missing. {_instead(name, header)} {remedy}".strip(), line)
    faults.check()


def _note_others(header: tuple[str, ...], line: int, columns: Columns, faults: FaultList) -> None:
    for name in header:
        if name not in columns.known and not columns.allow_others:
            faults.add(f"This column is not known here. {hint(name, columns.known)}", line, name)


def _instead(name: str, header: tuple[str, ...]) -> str:
    found = hint(name, header)
    return f"{found} Rename it." if found.startswith("Did") else f"The columns here are {listed(header)}."


def _fitting(rows: Iterable[Row], width: int, faults: FaultList) -> Iterator[Row]:
    for row in rows:
        if len(row.cells) == width:
            yield row
        else:
            faults.add(_misfit(len(row.cells), width), row.line)


def _misfit(cells: int, width: int) -> str:
    if cells < width:
        return (
            f"This row has {cells} of {width} cells. Add what is missing, or close a quote left open above."
        )
    return f"This row has {cells} cells for {width} columns. Put quotes around a cell that holds a delimiter."
