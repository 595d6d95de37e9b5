"""CSV files: what is read from them, and what is said of bad ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import FaultyFile
from surveys.exchange import csv_files, text_files
from surveys.exchange.csv_files import Columns, FaultList, Row, Table
from tests.surveys import texts

COLUMNS = Columns(required=("key", "title"), optional=("vignette",))


def read(data: bytes, columns: Columns = COLUMNS) -> Table:
    faults = FaultList("items.csv")
    table = csv_files.read(data, columns, faults)
    faults.check()
    return table


def refusal(data: bytes, columns: Columns = COLUMNS) -> str:
    with pytest.raises(FaultyFile) as refused:
        read(data, columns)
    return str(refused.value)


BAD = {
    "empty": (
        b"",
        "items.csv: The file is empty. Its first line names the columns: key, title. It may also name vign",
    ),
    "a column is missing": (
        b"key,titel\na,A\n",
        "line 1: The column “title” is missing. Did you mean “titel”?",
    ),
    "a column is missing and nothing is like it": (b"key,x\n", "The columns here are key or x."),
    "a column is unknown": (
        b"key,title,vignete\n",
        "column “vignete”: This column is not known here. Did you mean",
    ),
    "a column stands twice": (b"key,title,title\n", "line 1, column “title”: This column stands twice."),
    "a column has no name": (b"key,title,\na,A,x\n", "line 1: A column has no name."),
    "too few cells": (b"key,title\na,A\nb\n", "line 3: This row has 1 of 2 cells."),
    "too many cells": (b"key,title\na,A,B\n", "line 2: This row has 3 cells for 2 columns. Put quotes"),
    "a line after a cell of three lines": (
        b'key,title\na,"A\nB\nC"\nb\n',
        "line 5: This row has 1 of 2 cells.",
    ),
    "a quote left open": (
        b'key,title\na,A\nb,"B\nc,C\n',
        "line 3: A quote opens in this row and is never closed.",
    ),
    "a quote closed early": (b'key,title\na,"A" B\n', "line 2: A quote closes before the cell ends."),
    "a cell beyond all measure": (
        b'key,title\na,"' + b"x" * 200_000 + b'"\n',
        "line 2: A cell has more than",
    ),
    "a quote left open in the header": (b'key,"title\n' + b"x" * 200_000, "line 1: A cell has more than"),
    "not UTF-8": (
        "key,title\na,Café\n".encode("latin-1"),
        "line 2: Byte 16 of the file (0xe9) is not UTF-8.",
    ),
    "UTF-16": ("key,title\na,A\n".encode("utf-16"), "items.csv: This file is in UTF-16"),
    "UTF-16 without a mark": ("key,title\na,A\n".encode("utf-16-le"), "items.csv: This file is in UTF-16"),
    "a vertical tab": (b"key,title\na,Tea\x0b time\n", "line 2: There is a control character here (U+000B)"),
    "a control of Latin-1": ("key,title\na,\x93Tea\x94\n".encode(), "character here (U+0093)"),
    "several": (b"key,title\na,\x01\nb,\x7f\n", "line 3: There is a control character here (U+007F)"),
    "a NUL byte": (b"key,title\na,A\nb,B\0\n", "line 3: There is a NUL byte here"),
    "a workbook": (b"PK\x03\x04" + b"x" * 100, "This is an Excel or LibreOffice workbook, not a text file."),
    "too large": (b"x" * (text_files.LARGEST + 1), "This file has 10.0 MB; at most 10 MB can be read."),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_line_and_with_the_way_out(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_every_mistake_is_named_and_beyond_twenty_counted() -> None:
    said = refusal(b"key,title\n" + b"a\n" * 30).splitlines()
    assert [line.split(":")[0] for line in said[:20]] == [f"items.csv, line {n}" for n in range(2, 22)]
    assert said[20:] == ["items.csv: There are 10 more mistakes after these."]


def test_how_to_save_as_utf_8_is_said() -> None:
    assert "CSV UTF-8" in refusal(b"key,title\n\xff\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_delimiters_line_ends_and_encodings(delimiter: str, line_end: str, encoding: str) -> None:
    lines = [("key", "title"), ("a", '"One, two; three"'), ("b", "Ü"), ("", "")]
    data = line_end.join(delimiter.join(line) for line in lines).encode(encoding)
    assert read(data) == Table(("key", "title"), (Row(2, ["a", "One, two; three"]), Row(3, ["b", "Ü"])))


def test_a_known_header_decides_on_the_delimiter() -> None:
    columns = Columns(required=("key", "title"), allow_others=True)
    assert read(b'key;title;"a,b,c,d"\n1;2;3\n', columns).header == ("key", "title", "a,b,c,d")


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    path = tmp_path / "items.csv"
    with path.open("wb") as file:
        file.truncate(50 * text_files.MEGABYTE)
    monkeypatch.setattr(type(path), "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(FaultyFile, match=r"This file has 50\.0 MB; at most 10 MB can be read"):
        text_files.read_bytes(path)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path) -> None:
    with pytest.raises(FaultyFile, match="There is no such file"):
        text_files.read_bytes(tmp_path / "items.csv")
    with pytest.raises(FaultyFile, match="Check that it is a file"):
        text_files.read_bytes(tmp_path)


CELLS = st.text(texts.CHARACTERS)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_what_is_written_is_read(rows: list[tuple[str, str]]) -> None:
    table = read(csv_files.write(("key", "title"), rows))
    assert [row.cells for row in table.rows] == [list(row) for row in rows if any(row)]


@given(CELLS)
def test_no_spreadsheet_takes_an_inert_cell_for_a_formula(text: str) -> None:
    assert not csv_files.inert(text).startswith(csv_files.FORMULA_STARTS)
    assert csv_files.inert(text).endswith(text)


def test_a_written_file_begins_with_the_mark_that_excel_needs() -> None:
    assert csv_files.write(("key",), [("é",)]) == b"\xef\xbb\xbfkey\r\n\xc3\xa9\r\n"
