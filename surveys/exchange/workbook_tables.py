"""One table in a workbook: the sheet that is meant, its cells as text, its mistakes as those of a CSV."""

import io

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from surveys.errors import Fault, FaultyFile
from surveys.exchange import csv_files, workbook_cells, workbook_safety
from surveys.exchange.csv_files import Columns, FaultList, Row, Table
from surveys.exchange.workbook_cells import Book

ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".ods")
SPLIT = "Split the file."


def is_workbook(data: bytes, name: str) -> bool:
    """Whether this is, or calls itself, a workbook; what cannot be read of it is told when it is read."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or name.lower().endswith(ENDINGS)


def read(data: bytes, sheet: str, columns: Columns, faults: FaultList, *, most_rows: int) -> Table:
    """The table on the sheet of this name, or on the only sheet with something in it."""
    workbook_safety.check(data, faults.file, most_rows=most_rows, advice=SPLIT)
    book = Book(faults.file)
    found = _sheet(book, data, sheet)
    workbook_cells.check_cells(book, found.title, found)
    book.check()
    lines = list(workbook_cells.lines(found))
    if not lines:
        faults.refuse("There is nothing in this workbook.")
    width = max(at for row in lines for at, cell in enumerate(row.cells, start=1) if cell.strip())
    rows = [Row(line, [*cells, *[""] * width][:width]) for line, cells in lines]
    return csv_files.table(rows[0], rows[1:], columns, faults)


def _sheet(book: Book, data: bytes, name: str) -> Worksheet:
    try:
        made: Workbook = load_workbook(io.BytesIO(data), keep_links=False)
    except workbook_cells.UNREADABLE as error:
        raise FaultyFile([Fault(book.file, "", workbook_safety.BROKEN)]) from error
    for sheet in made.worksheets:
        if sheet.title.strip().casefold() == name.casefold():
            return sheet
    filled = [
        sheet for sheet in made.worksheets if any(any(row) for row in sheet.iter_rows(values_only=True))
    ]
    if len(filled) > 1:
        several = f"There is something on {len(filled)} sheets. Name the one that is meant “{name}”."
        raise FaultyFile([Fault(book.file, "", several)])
    return (filled or made.worksheets)[0]
