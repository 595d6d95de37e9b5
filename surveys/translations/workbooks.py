"""A language as an Excel workbook, for a translator who works elsewhere: sent out, filled in, taken back.

A row carries the text that was translated and what stood beside it, so that a late one undoes nothing: where
the text has changed since it is stale, and where somebody else wrote meanwhile it is refused.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from surveys.errors import Fault, FaultyFile
from surveys.exchange import workbook_cells, workbook_safety
from surveys.exchange.csv_files import Row
from surveys.exchange.workbook_cells import UNREADABLE, Book
from surveys.translations import languages
from surveys.translations.texts import Draft, Entry, State

WORDS, READ_ME = "Words", "Read me"
PLACE, WHAT, ENGLISH, TRANSLATION, BEFORE = COLUMNS = (
    "Place",
    "What it is",
    "English",
    "Translation",
    "Translation before",
)
_WIDTHS = (24, 30, 60, 60, 30)
_EXPLAINED = (
    "The words of the study “{title}”, to be put into {language}.",
    "Write each text into the column “Translation” of the sheet “Words”, beside its English.",
    "Use plain words: many people read them on a phone, and for some it is not their first language.",
    "A yellow row has a translation of an earlier English text: look it over, and write it into the column.",
    "Leave the other columns as they are. A row whose translation is empty is left as it is.",
)
_STALE = PatternFill("solid", fgColor="FFF2CC")
NO_SHEET = "The sheet “Words” is missing. Download the file of this language again to see it."
NO_COLUMN = "The column “{}” is missing."
UNKNOWN = "There is no text of this place in the study any more. Delete the row."
TWICE = "This place stands in row {} already. Delete one of the two."
SOMEBODY_ELSE = "Somebody else saved another translation meanwhile: “{}”. Download the file again to see it."
ABOUT = "A study has some thousand texts at most."


@dataclass(frozen=True)
class Taken:
    """What a workbook says: the draft to keep, and how many rows were made from an earlier English text."""

    draft: Draft
    stale: int


@dataclass(frozen=True)
class _Line:
    row: int
    english: str
    translation: str
    before: str


def write(title: str, language: str, found: Sequence[Entry]) -> bytes:
    """The workbook of a language, with a sheet that explains it."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title = WORDS
    _put(sheet, 1, COLUMNS)
    for row, entry in enumerate(found, start=2):
        place, is_stale = entry.place, entry.state == State.STALE
        what = f"{place.heading}: {place.label.lower()}"
        _put(sheet, row, (place.name, what, place.source, "" if is_stale else entry.text, entry.text))
        if is_stale:
            sheet.cell(row, COLUMNS.index(TRANSLATION) + 1).fill = _STALE
    for column, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
        sheet[f"{column}1"].font = Font(bold=True)
    sheet.freeze_panes = "A2"
    explained = book.create_sheet(READ_ME)
    for row, line in enumerate(_EXPLAINED, start=1):
        _put(explained, row, (line.format(title=title, language=languages.name(language)),))
    explained.column_dimensions["A"].width = 110
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, name: str, found: Sequence[Entry]) -> Taken:
    """What a workbook says of these places; FaultyFile with every mistake by its cell."""
    workbook_safety.check(data, name, advice=ABOUT)
    book = Book(name)
    sheet = _open(book, data)
    lines = _lines(book, sheet, {entry.place.name for entry in found})
    known = {entry.place.name: entry for entry in found}
    wanted = {name: line for name, line in lines.items() if _is_wanted(book, known[name], line)}
    book.check()
    sources = {name: line.english for name, line in wanted.items()}
    draft = Draft({name: line.translation for name, line in wanted.items()}, frozenset(wanted), sources)
    return Taken(draft, sum(line.english != known[name].place.source for name, line in wanted.items()))


def _open(book: Book, data: bytes) -> Worksheet:
    try:
        made: Workbook = load_workbook(io.BytesIO(data), keep_links=False)
    except UNREADABLE as error:
        raise FaultyFile([Fault(book.file, "", workbook_safety.BROKEN)]) from error
    sheet = next((one for one in made.worksheets if one.title.strip().casefold() == WORDS.casefold()), None)
    if sheet is None:
        raise FaultyFile([Fault(book.file, "", NO_SHEET)])
    workbook_cells.check_cells(book, WORDS, sheet)
    book.check()
    return sheet


def _lines(book: Book, sheet: Worksheet, known: set[str]) -> dict[str, _Line]:
    """The rows by their places; a row of an unknown place, and a second of the same, are mistakes."""
    head, *rows = list(workbook_cells.lines(sheet)) or [Row(1, [])]
    at = {name.strip().casefold(): number for number, name in enumerate(head.cells)}
    for name in (PLACE, ENGLISH, TRANSLATION, BEFORE):
        if name.casefold() not in at:
            book.add(f"sheet “{WORDS}”", NO_COLUMN.format(name))
    book.check()
    lines: dict[str, _Line] = {}
    for number, cells in rows:
        place = _cell(cells, at, PLACE).strip()
        where = workbook_cells.at(WORDS, f"{get_column_letter(at[PLACE.casefold()] + 1)}{number}")
        if place in lines:
            book.add(where, TWICE.format(lines[place].row))
        elif place not in known:
            book.add(where, UNKNOWN)
        else:
            texts = (_cell(cells, at, name) for name in (ENGLISH, TRANSLATION, BEFORE))
            lines[place] = _Line(number, *(text.strip() for text in texts))
    return lines


def _cell(cells: Sequence[str], at: Mapping[str, int], name: str) -> str:
    column = at[name.casefold()]
    return cells[column] if column < len(cells) else ""


def _is_wanted(book: Book, entry: Entry, line: _Line) -> bool:
    """Whether a row says something new; to undo what somebody else wrote meanwhile is a mistake."""
    is_earlier = line.english != entry.place.source
    is_untouched = line.translation == line.before and (is_earlier or entry.state != State.STALE)
    is_there = line.translation == entry.text and entry.state == State.DONE
    if not line.translation or is_untouched or is_there:
        return False
    if entry.text not in (line.before, line.translation) or (is_earlier and entry.state == State.DONE):
        book.add(f"sheet “{WORDS}”, row {line.row}", SOMEBODY_ELSE.format(entry.text[:80]))
        return False
    return True


def _put(sheet: Worksheet, row: int, values: Sequence[str]) -> None:
    """Write a row, text as text: what begins like a formula is none."""
    for column, value in enumerate(values, start=1):
        if value:
            cell = sheet.cell(row, column)
            cell.value, cell.data_type = value, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
