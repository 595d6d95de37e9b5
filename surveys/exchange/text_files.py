"""Bytes to text: how large a file may be, and in which encoding. Both are checked before anything else."""

from pathlib import Path

from surveys.errors import Fault, FaultyFile

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE  # 100,000 rows of ratings are about 4 MB

SAVE_AS = "In Excel or LibreOffice, choose Save as and then “CSV UTF-8”; in a text editor, choose UTF-8."

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS = {
    b"PK\x03\x04": "an Excel or LibreOffice workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


def read_bytes(path: Path) -> bytes:
    """What the file holds; a file over 10 MB is refused before it is read."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path.name, "", _too_large(path.stat().st_size))
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
        raise _refused(name, "", _too_large(len(data)))
    if sentence := _other_kind(data):
        raise _refused(name, "", sentence)
    if (at := data.find(b"\0")) >= 0:
        raise _refused(
            name, _line(data, at), f"There is a NUL byte here, so this is not plain text. {SAVE_AS}"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"Byte {error.start + 1} of the file ({data[error.start]:#04x}) is not UTF-8. {SAVE_AS}"
        raise _refused(name, _line(data, error.start), sentence) from error


def _other_kind(data: bytes) -> str:
    for start, kind in _SPREADSHEETS.items():
        if data.startswith(start):
            return f"This is {kind}, not a text file. {SAVE_AS}"
    if data.startswith(_UTF16) or data.count(b"\0") > len(data) // 4:
        return f"This file is in UTF-16, which Excel calls “Unicode text”. {SAVE_AS}"
    return ""


def _too_large(size: int) -> str:
    return f"This file has {size / MEGABYTE:.1f} MB; at most {LARGEST // MEGABYTE} MB can be read. Split it."


def _line(data: bytes, at: int) -> str:
    return "line " + str(data.count(b"\n", 0, at) + 1)


def _refused(name: str, where: str, sentence: str) -> FaultyFile:
    return FaultyFile([Fault(name, where, sentence)])
