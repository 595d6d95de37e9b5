"""The cells of a workbook: opened, looked over for what is no plain value, and read one by one."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from surveys import characters
from surveys.errors import Fault, FaultyFile
from surveys.exchange import workbook_safety
from surveys.exchange.csv_files import MOST_FAULTS, Row
from surveys.exchange.workbook_layout import ITEMS, NOTES, READ_ME, SHEETS, STUDY, TAGS, Kind
from surveys.hints import hint

FORMULA = "There is a formula here. Put its result in its place: copy, then paste the values only."
A_DATE = "The spreadsheet made a date of this. Format the cell as text, and write it again."
AN_ERROR = "The spreadsheet shows an error here. Write what is meant."
MERGED = "These cells are merged, so it is not clear which row they belong to. Unmerge them."
CONTROL = "There is a character here that cannot be seen. Write the text again without it."
YES_OR_NO, A_WHOLE, A_NUMBER = (
    "Write yes or no.",
    "Write a whole number, such as 9.",
    "Write a number, such as 1.",
)
_WANTED = {"yes": YES_OR_NO, "whole": A_WHOLE, "number": A_NUMBER}
_YES = {"yes": True, "true": True, "no": False, "false": False}
UNREADABLE = (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError)
_SHEETS = (READ_ME, STUDY, *(sheet.name for sheet in SHEETS), ITEMS, NOTES.name, TAGS)
_NEEDED = (STUDY, *(sheet.name for sheet in SHEETS), ITEMS)


@dataclass
class Book:
    """A workbook as it is read: its known sheets, where everything stood, and what is wrong."""

    file: str
    sheets: dict[str, Worksheet] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, where: str, sentence: str) -> None:
        self.faults.append(Fault(self.file, where, sentence))

    def check(self) -> None:
        """Refuse the workbook for what is wrong with it, the first twenty named."""
        if not self.faults:
            return
        more = len(self.faults) - MOST_FAULTS
        rest = [Fault(self.file, "", f"There are {more} more mistakes after these.")] if more > 0 else []
        raise FaultyFile([*self.faults[:MOST_FAULTS], *rest])


def open_(book: Book, data: bytes) -> None:
    """Open the workbook, and refuse it where a sheet is missing or a cell holds no plain value."""
    try:
        made: Workbook = load_workbook(io.BytesIO(data), keep_links=False)
    except UNREADABLE as error:
        raise FaultyFile([Fault(book.file, "", workbook_safety.BROKEN)]) from error
    known = {name.casefold(): name for name in _SHEETS}
    for sheet in made.worksheets:
        if (name := known.get(sheet.title.strip().casefold())) is not None:
            book.sheets[name] = sheet
            check_cells(book, name, sheet)
        elif any(cell.value is not None for row in sheet.iter_rows() for cell in row):
            advice = f"{hint(sheet.title, _SHEETS[1:])} Rename it, or delete it."
            book.add(f"sheet “{sheet.title}”", f"This sheet is not known here. {advice}")
    for name in _NEEDED:
        if name not in book.sheets:
            book.add("", f"The sheet “{name}” is missing. Download the study template to see it.")
    book.check()


def check_cells(book: Book, name: str, sheet: Worksheet) -> None:
    """Note every cell of a sheet that holds no plain value; the sheet that explains is not looked at."""
    if name == READ_ME:
        return
    for merged in sheet.merged_cells.ranges:
        book.add(at(name, f"{merged.coord}"), MERGED)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and (sentence := _cell_fault(cell)):
                book.add(at(name, cell.coordinate), sentence)


def _cell_fault(cell: Cell) -> str:
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return AN_ERROR
    if isinstance(cell.value, (date, datetime, time, timedelta)):
        return A_DATE
    return CONTROL if isinstance(cell.value, str) and characters.has_control(cell.value) else ""


def at(sheet: str, cell: str) -> str:
    """Where a cell or several are, for people."""
    return f"sheet “{sheet}”, cell {cell}" if ":" not in cell else f"sheet “{sheet}”, cells {cell}"


def text(value: Any) -> str:
    """What a cell says, as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() else f"{value!r}"
    return f"{value}".replace("\r\n", "\n").replace("\r", "\n")


def lines(sheet: Worksheet) -> Iterator[Row]:
    """The rows with something in them, by their numbers."""
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [text(value) for value in values]
        if any(cell.strip() for cell in cells):
            yield Row(number, cells)


def value(book: Book, where: str, kind: Kind, text: str) -> Any:
    """The value in a cell, or None and a mistake."""
    tidy = text.strip()
    value: Any = None
    match kind:
        case "text":
            return text
        case "yes":
            value = _YES.get(tidy.casefold())
        case "whole" if re.fullmatch(r"-?\d{1,9}", tidy, re.ASCII):
            value = int(tidy)
        case "number" if re.fullmatch(r"-?\d{1,9}(\.\d{1,17})?", tidy, re.ASCII):
            value = float(tidy)
    if value is None:
        book.add(where, _WANTED[kind])
    return value
