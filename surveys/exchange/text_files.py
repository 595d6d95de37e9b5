"""Bytes to text: how large a file may be, and in which encoding. Both are checked before anything else."""

from pathlib import Path

from surveys import characters
from surveys.errors import Fault, FaultyFile

MEGABYTE = 1024 * 1024
MOST_CONTROLS = 20  # as many as are named
LARGEST = 10 * MEGABYTE  # 100,000 rows of ratings are about 4 MB

SAVE_AS = "In Excel or LibreOffice, choose Save as and then “CSV UTF-8”; in a text editor, choose UTF-8."
SAVE_TEXT_AS = "Open it in a text editor and save it as UTF-8."

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS = {
    b"PK\x03\x04": "an Excel or LibreOffice workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


def read_bytes(path: Path) -> bytes:
    """What the file holds; a file over 10 MB is refused before it is read."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path.name, "", _too_large(path.stat().st_size, path.name))
        with path.open("rb") as file:
            return file.read(LARGEST + 1)  # a pipe has no size beforehand
    except FileNotFoundError as error:
        raise _refused(path.name, "", "There is no such file. Check the name and the folder.") from error
    except OSError as error:
        sentence = f"It cannot be read ({error.strerror}). Check that it is a file, and that you may read it."
        raise _refused(path.name, "", sentence) from error


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; anything else is refused."""
    if len(data) > LARGEST:
        raise _refused(name, "", _too_large(len(data), name))
    if sentence := _other_kind(data, name):
        raise _refused(name, "", sentence)
    if (at := data.find(b"\0")) >= 0:
        raise _refused(
            name, _line(data, at), f"There is a NUL byte here, so this is not plain text. {_save_as(name)}"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = (
            f"Byte {error.start + 1} of the file ({data[error.start]:#04x}) is not UTF-8. {_save_as(name)}"
        )
        raise _refused(name, _line(data, error.start), sentence) from error
    if faults := [_control_fault(text, at, name) for at in characters.find_controls(text)[:MOST_CONTROLS]]:
        raise FaultyFile(faults)
    return text


def _control_fault(text: str, at: int, name: str) -> Fault:
    """A character that may have come with a text from elsewhere, and that no figure can be drawn with."""
    sentence = f"There is a control character here (U+{ord(text[at]):04X}), which cannot be seen. Delete it."
    return Fault(name, f"line {text.count(chr(10), 0, at) + 1}", sentence)


def _save_as(name: str) -> str:
    """How to save a file of this name in UTF-8: no spreadsheet writes one that is no table."""
    return SAVE_AS if _is_table(name) else SAVE_TEXT_AS


def _is_table(name: str) -> bool:
    return not name.lower().endswith(".toml")


def _other_kind(data: bytes, name: str) -> str:
    for start, kind in _SPREADSHEETS.items():
        if data.startswith(start):
            return f"This is {kind}, not a text file. {_save_as(name)}"
    if data.startswith(_UTF16) or data.count(b"\0") > len(data) // 4:
        return f"This file is in UTF-16, which Excel calls “Unicode text”. {_save_as(name)}"
    return ""


def _too_large(size: int, name: str) -> str:
    way = "Split it." if _is_table(name) else "Is it the right file?"
    return f"This file has {size / MEGABYTE:.1f} MB; at most {LARGEST // MEGABYTE} MB can be read. {way}"


def _line(data: bytes, at: int) -> str:
    return "line " + str(data.count(b"\n", 0, at) + 1)


def _refused(name: str, where: str, sentence: str) -> FaultyFile:
    return FaultyFile([Fault(name, where, sentence)])
