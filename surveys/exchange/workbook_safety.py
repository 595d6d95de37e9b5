"""Whether a file is a workbook that may be opened: of the right kind, without macros, and of a sane size.

All of it is asked of the packed file, before anything of it is unpacked into memory whole.
"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree as ET

from surveys.errors import Fault, FaultyFile
from surveys.exchange.text_files import LARGEST, MEGABYTE

LARGEST_UNPACKED = 40 * MEGABYTE
MOST_ROWS, MOST_CELLS, MOST_PARTS = 5000, 100_000, 500
ABOUT_STUDIES = "A study has at most 500 items."

SAVE_AS = "Open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”."
NO_WORKBOOK = f"This is no Excel workbook. {SAVE_AS}"
OLD = f"This is an old Excel workbook (.xls), or one with a password. {SAVE_AS} Take the password off."
OPEN_DOCUMENT = f"This is a LibreOffice workbook. {SAVE_AS}"
MACROS = (
    "This workbook has macros, which are never run here. Save it as “Excel Workbook (.xlsx)”, without them."
)
BROKEN = f"This workbook is damaged and cannot be read. {SAVE_AS}"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError)


def check(data: bytes, name: str, *, most_rows: int = MOST_ROWS, advice: str = ABOUT_STUDIES) -> None:
    """Refuse, with a sentence, a file that is no workbook or that it would be unwise to open."""
    if sentence := _refusal(data, name, most_rows, advice):
        raise FaultyFile([Fault(name, "", sentence)])


def _refusal(data: bytes, name: str, most_rows: int, advice: str) -> str:
    if len(data) > LARGEST:
        return f"This file has {len(data) / MEGABYTE:.1f} MB; at most {LARGEST // MEGABYTE} MB can be read."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return OLD
    if not data.startswith(b"PK\x03\x04"):
        return NO_WORKBOOK
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return (
                _kind_fault(packed, name) or _size_fault(packed) or _content_fault(packed, most_rows, advice)
            )
    except (*_UNREADABLE, ET.ParseError):
        return BROKEN


def _kind_fault(packed: zipfile.ZipFile, name: str) -> str:
    names = set(packed.namelist())
    if name.lower().endswith((".xlsm", ".xltm")) or any(one.endswith("vbaProject.bin") for one in names):
        return MACROS
    if "xl/workbook.xml" in names:
        return ""
    return OPEN_DOCUMENT if "mimetype" in names else NO_WORKBOOK


def _size_fault(packed: zipfile.ZipFile) -> str:
    """What is said of its sizes is asked; a part that unpacks to more than it says is damaged."""
    parts = packed.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED // MEGABYTE
        return (
            f"Unpacked, this workbook has {len(parts)} parts and {whole / MEGABYTE:.0f} MB; at most"
            f" {MOST_PARTS} and {most} MB are read. Copy what is wanted into the study template."
        )
    return ""


def _content_fault(packed: zipfile.ZipFile, most_rows: int, advice: str) -> str:
    for part in packed.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = packed.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            return BROKEN
        if part.filename.startswith("xl/worksheets/") and (sentence := _many_fault(content, most_rows)):
            sheet = _sheet_name(packed, part.filename)
            where = f"Sheet “{sheet}”: " if sheet else ""
            return f"{where}{sentence} {advice} Delete the rows that are not wanted, empty ones as well."
    return ""


def _many_fault(content: bytes, most_rows: int) -> str:
    rows = len(re.findall(rb"<(?:\w+:)?row[ >/]", content))
    cells = len(re.findall(rb"<(?:\w+:)?c[ >/]", content))
    if rows > most_rows or cells > MOST_CELLS:
        return (
            f"There are {rows:,} rows and {cells:,} cells; at most {most_rows:,} and {MOST_CELLS:,} are read."
        )
    return ""


def _sheet_name(packed: zipfile.ZipFile, part: str) -> str:
    """The name by which people know a sheet; nothing where the workbook does not say."""
    targets = {
        one.get("Id"): one.get("Target", "").rpartition("/")[2]
        for one in ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # no DOCTYPE in it
    }
    for sheet in ET.fromstring(packed.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):  # noqa: S314  # the same
        if targets.get(sheet.get(_ID)) == part.rpartition("/")[2]:
            return sheet.get("name", "")
    return ""
