"""A study as an Excel workbook: what `write` writes, `read` gives the same study for."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from surveys import protocol
from surveys.errors import InvalidInput
from surveys.exchange import vocabulary_files, workbook_layout
from surveys.exchange.study_files import StudyFiles
from surveys.exchange.vocabulary_files import ITEM_COLUMNS, SEPARATOR
from surveys.exchange.workbook_layout import NOTES, SETTINGS, SHEETS, STUDY, TAG_COLUMNS
from surveys.exchange.workbook_reading import read

__all__ = ["read", "write"]

LONGEST_CELL = 32_767  # Excel's own limit
_WIDE, _NARROW = 60, 18
_WIDE_NAMES = {"Value", "Question", "Whom you look for", "Where they answer from", "Note", "In", "Explained"}


def write(files: StudyFiles) -> bytes:
    """A workbook of this study, with a sheet that explains it."""
    book = Workbook()
    first = book.active
    if first is None:
        raise TypeError("a new workbook has a sheet")
    first.title = workbook_layout.READ_ME
    _put(first, [], [[line] for line in workbook_layout.EXPLAINED])
    first.column_dimensions["A"].width = 110
    data = protocol.to_builtins(files.protocol)
    settings = [[one.name, _setting(data, one.key), one.hint] for one in SETTINGS]
    _put(book.create_sheet(STUDY), ["Setting", "Value", "Explained"], settings)
    for sheet in SHEETS:
        rows = [[_find(row, column.key) for column in sheet.columns] for row in data[sheet.table]]
        hints = [column.hint for column in sheet.columns]
        _put(book.create_sheet(sheet.name), [column.name for column in sheet.columns], rows, hints)
    _put(book.create_sheet(workbook_layout.ITEMS), *_items(files))
    _put(book.create_sheet(NOTES.name), [one.name for one in NOTES.columns], data["provenance"].items())
    _put(book.create_sheet(TAG_COLUMNS.name), [one.name for one in TAG_COLUMNS.columns], _tags(files))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _items(files: StudyFiles) -> tuple[list[str], list[list[str]]]:
    notes = list(dict.fromkeys(name for plan in files.items for name in plan.notes))
    tags = files.vocabularies
    header = [*ITEM_COLUMNS, *(one.column for one in tags.values()), *notes]
    rows = [
        [
            plan.key,
            plan.title,
            plan.vignette,
            *(SEPARATOR.join(plan.tags.get(key, ())) for key in tags),
            *(plan.notes.get(name, "") for name in notes),
        ]
        for plan in files.items
    ]
    return header, rows


def _tags(files: StudyFiles) -> list[list[str]]:
    return [
        [key, one["label"], one["column"], one["source"], term, words]
        for key, one in vocabulary_files.to_builtins(files.vocabularies).items()
        for term, words in one["terms"].items()
    ]


def _setting(data: dict[str, Any], key: str) -> Any:
    """What a protocol says at a key; nothing where it does not."""
    stem, _, last = key.rpartition(".")
    if last.isdigit():
        band = _find(data, stem)
        return band[int(last)] if band else None
    return _find(data, key)


def _find(data: Any, key: str) -> Any:
    for part in key.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _put(
    sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[Any]], hints: Sequence[str] = ()
) -> None:
    """Write the rows below their header, text as text: what begins like a formula is none."""
    for number, row in enumerate([header, *rows] if header else rows, start=1):
        for column, value in enumerate(row, start=1):
            _write_cell(sheet, number, column, value)
    for column, name in enumerate(header, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDE if name in _WIDE_NAMES else _NARROW
    sheet.freeze_panes = "A2" if header else None
    for column, hint in enumerate(hints, start=1):
        if hint:
            _explain(sheet, column, hint)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise InvalidInput(f"A text of {len(value)} characters is too long for a cell of a workbook.")
        cell.value, cell.data_type = value, "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value
        cell.alignment = Alignment(horizontal="left", vertical="top")


def _explain(sheet: Worksheet, column: int, hint: str) -> None:
    """Say beside the cells of a column what they take, as the program does when one is chosen."""
    said = DataValidation(promptTitle=str(sheet.cell(1, column).value)[:32], prompt=hint[:255])
    said.showInputMessage = True
    letter = get_column_letter(column)
    said.add(f"{letter}2:{letter}200")
    sheet.add_data_validation(said)
