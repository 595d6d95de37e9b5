"""Reading a study from a workbook: every mistake by its sheet and cell, or the study."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl.utils import get_column_letter

from surveys import protocol_reading
from surveys.errors import Fault, FaultyFile
from surveys.exchange import csv_files, item_files, vocabulary_files, workbook_cells, workbook_safety
from surveys.exchange.csv_files import FaultList, Row
from surveys.exchange.study_files import StudyFiles, audience_faults
from surveys.exchange.vocabulary_files import Vocabularies
from surveys.exchange.workbook_cells import Book
from surveys.exchange.workbook_layout import (
    ITEMS,
    NOTES,
    SETTINGS,
    SHEETS,
    STUDY,
    TAG_COLUMNS,
    TAGS,
    Rows,
)
from surveys.hints import hint
from surveys.items import ItemPlan

NEEDED = "This is needed."
BOTH_ENDS = "A band has a first and a last number: write both, or neither."
NOTHING = "There is nothing below the names of the columns. At least one row is needed."


def read(data: bytes, name: str) -> StudyFiles:
    """The study that a workbook says; FaultyFile with every mistake by its sheet and cell."""
    workbook_safety.check(data, name)
    book = Book(name)
    workbook_cells.open_(book, data)
    whole = _settings(book)
    for sheet in SHEETS:
        whole[sheet.table] = _rows(book, sheet)
    whole["provenance"] = {row["about"]: row["note"] for row in _notes(book)}
    vocabularies = _vocabularies(book)
    plans = _items(book, vocabularies)
    book.check()
    return _study(book, whole, plans, vocabularies)


def _settings(book: Book) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    typed = _typed_settings(book)
    for one in SETTINGS:
        where, text = typed.get(one.name.casefold(), (f"sheet “{STUDY}”", ""))
        book.places[one.key] = where
        if one.kind == "text":
            _set(whole, one.key, text if one.key != "title" else " ".join(text.split()))
        elif text.strip():
            _set(whole, one.key, workbook_cells.value(book, where, one.kind, text))
        elif one.is_needed:
            book.add(where, f"“{one.name}”: {NEEDED}")
    _settle(book, whole)
    return whole


def _typed_settings(book: Book) -> dict[str, tuple[str, str]]:
    """What the sheet Study says, by the names of its settings, with the cell of each."""
    typed: dict[str, tuple[str, str]] = {}
    names = {one.name.casefold(): one for one in SETTINGS}
    for row, cells in list(workbook_cells.lines(book.sheets[STUDY]))[1:]:
        name, value = cells[0].strip().casefold(), cells[1] if len(cells) > 1 else ""
        if name in typed:
            book.add(workbook_cells.at(STUDY, f"A{row}"), "This setting stands twice. Delete one.")
        elif name not in names:
            advice = hint(cells[0].strip(), [one.name for one in SETTINGS])
            book.add(workbook_cells.at(STUDY, f"A{row}"), f"This setting is not known here. {advice}")
        typed.setdefault(name, (workbook_cells.at(STUDY, f"B{row}"), value))
    return typed


def _settle(book: Book, whole: dict[str, Any]) -> None:
    """Bands as pairs; no grids and the like where nothing is said of them; choices without blank ends."""
    scale = whole.setdefault("scale", {})
    bands = scale.get("bands", {})
    for name, ends in bands.items():
        if len(ends) < 2:
            missing = f"scale.bands.{name}.{1 if '0' in ends else 0}"
            book.add(book.places[missing], BOTH_ENDS)
    scale["bands"] = {name: [ends[end] for end in sorted(ends)] for name, ends in bands.items()}
    grids = {key: text.strip() for key, text in whole.pop("grids", {}).items()}
    if any(grids.values()):
        whole["grids"] = grids
    for part in ("reopening", "consents"):
        said = whole.pop(part, {})
        if any(said.values()):
            whole[part] = said
    feedback = whole.setdefault("feedback", {})
    feedback["panels"] = str(feedback.get("panels", "")).strip().casefold() or "all"
    sheet = whole["information"]
    whole["information"] = {key: text for key, text in sheet.items() if text or key != "emergency_number"}


def _set(whole: dict[str, Any], key: str, value: Any) -> None:
    *stems, last = key.split(".")
    for stem in stems:
        whole = whole.setdefault(stem, {})
    whole[last] = value


def _rows(book: Book, sheet: Rows) -> list[dict[str, Any]]:
    """The rows of a sheet as the protocol has them; where each cell stood is kept."""
    made = []
    for number, (line, cells) in enumerate(_table(book, sheet), start=1):
        row: dict[str, Any] = {}
        book.places[f"{sheet.table} {number}"] = f"sheet “{sheet.name}”, row {line}"
        for column in sheet.columns:
            where, text = cells[column.key]
            book.places[f"{sheet.table} {number}, {column.key}"] = where
            if column.kind == "text":
                is_default = not text.strip() and column.key in ("out", "denominator")
                tidy = text.strip() if column.key not in ("recruitment", "perspective", "question") else text
                if not is_default:
                    _set(row, column.key, tidy)
            elif text.strip():
                _set(row, column.key, workbook_cells.value(book, where, column.kind, text))
        made.append(row)
    if not made and sheet.name in book.sheets:
        book.add(f"sheet “{sheet.name}”", NOTHING)
    return made


def _table(book: Book, sheet: Rows) -> Iterator[tuple[int, dict[str, tuple[str, str]]]]:
    """Each row of a sheet: its line, and by the columns' keys the cell and its text."""
    lines = list(workbook_cells.lines(book.sheets[sheet.name])) if sheet.name in book.sheets else []
    if not lines:
        return
    header = {name.strip().casefold(): at for at, name in enumerate(lines[0].cells) if name.strip()}
    known = {column.name.casefold() for column in sheet.columns}
    for name, at in header.items():
        if name not in known:
            advice = hint(name, [column.name for column in sheet.columns])
            cell = f"{get_column_letter(at + 1)}{lines[0].line}"
            book.add(workbook_cells.at(sheet.name, cell), f"This column is not known here. {advice}")
    for column in sheet.columns:
        if column.name.casefold() not in header:
            book.add(f"sheet “{sheet.name}”", f"The column “{column.name}” is missing.")
    for line, cells in lines[1:]:
        yield line, _named_cells(sheet, header, line, cells)


def _named_cells(
    sheet: Rows, header: Mapping[str, int], line: int, cells: list[str]
) -> dict[str, tuple[str, str]]:
    named = {}
    for column in sheet.columns:
        at = header.get(column.name.casefold())
        cell = f"{get_column_letter(at + 1)}{line}" if at is not None else f"A{line}"
        named[column.key] = (
            workbook_cells.at(sheet.name, cell),
            cells[at] if at is not None and at < len(cells) else "",
        )
    return named


def _notes(book: Book) -> list[dict[str, str]]:
    notes = [
        {key: text for key, (_, text) in cells.items()} | {"where": cells["about"][0]}
        for _, cells in _table(book, NOTES)
    ]
    seen: set[str] = set()
    for note in notes:
        note["about"] = note["about"].strip()
        if not note["about"] or note["about"] in seen:
            book.add(note["where"], "A note says what it is about, each in words of its own.")
        seen.add(note["about"])
    return notes


def _vocabularies(book: Book) -> Vocabularies:
    whole: dict[str, Any] = {}
    for _, cells in _table(book, TAG_COLUMNS):
        row = {key: text.strip() for key, (_, text) in cells.items()}
        one = whole.setdefault(
            row["key"], {**{key: row[key] for key in ("label", "column", "source")}, "terms": {}}
        )
        if row["term"] in one["terms"]:
            book.add(cells["term"][0], f"“{row['term']}” stands twice among these tags.")
        one["terms"][row["term"]] = row["words"]
        book.places.setdefault(f"{TAGS} {row['key']}", cells["key"][0])
    try:
        return vocabulary_files.from_builtins(whole)
    except FaultyFile as refusal:
        for fault in refusal.faults:
            where = book.places.get(f"{TAGS} {fault.where.partition('.')[0]}", f"sheet “{TAGS}”")
            book.add(where, fault.sentence)
        return {}


class _ItemFaults(FaultList):
    """The mistakes of the sheet Items, each at its cell."""

    def __init__(self, file: str, header: list[str]) -> None:
        super().__init__(file)
        self._letters = {name.strip(): get_column_letter(at) for at, name in enumerate(header, start=1)}

    def add(self, sentence: str, line: int | None = None, column: str = "") -> None:
        """Note one mistake at its cell, or its row."""
        if line and column in self._letters:
            where = workbook_cells.at(ITEMS, f"{self._letters[column]}{line}")
        else:
            where = f"sheet “{ITEMS}”, row {line}" if line else f"sheet “{ITEMS}”"
        self.faults.append(Fault(self.file, where, sentence.replace("in line ", "in row ")))


def _items(book: Book, vocabularies: Vocabularies) -> tuple[ItemPlan, ...]:
    lines = list(workbook_cells.lines(book.sheets[ITEMS]))
    if not lines:
        book.add(f"sheet “{ITEMS}”", NOTHING)
        return ()
    width = max((at for at, name in enumerate(lines[0].cells, start=1) if name.strip()), default=0)
    width = max(width, *(at for row in lines for at, cell in enumerate(row.cells, start=1) if cell.strip()))
    rows = [Row(line, [*cells, *[""] * width][:width]) for line, cells in lines]
    head = rows[0]._replace(
        cells=[name.strip().lower() if at < 3 else name for at, name in enumerate(rows[0].cells)]
    )
    faults = _ItemFaults(book.file, head.cells)
    try:
        table = csv_files.table(head, rows[1:], item_files.columns(vocabularies), faults)
        return item_files.from_table(table, vocabularies, faults)
    except FaultyFile as refusal:
        book.faults.extend(refusal.faults)
        return ()


def _study(
    book: Book, whole: dict[str, Any], plans: tuple[ItemPlan, ...], vocabularies: Vocabularies
) -> StudyFiles:
    try:
        protocol = protocol_reading.from_builtins(whole)
    except FaultyFile as refusal:
        for fault in refusal.faults:
            book.add(_place(book, fault.where), fault.sentence)
        book.check()
        raise
    for fault in audience_faults(protocol, vocabularies):
        book.add(_place(book, fault.where), fault.sentence)
    book.check()
    return StudyFiles(protocol, plans, vocabularies)


def _place(book: Book, where: str) -> str:
    """The cell of a place in the protocol, or the row or sheet that it stands in."""
    if where in book.places:
        return book.places[where]
    row = where.partition(", ")[0]
    if row in book.places:
        return book.places[row]
    sheets = {sheet.table: sheet.name for sheet in SHEETS}
    top = re.split(r"[ .]", where)[0]
    return f"sheet “{sheets.get(top, STUDY)}”"
