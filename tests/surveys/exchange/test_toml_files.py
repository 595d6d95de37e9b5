"""TOML files: mistakes in words, and text that comes back as it went."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import FaultyFile
from surveys.exchange import text_files, toml_files
from tests.surveys import texts

BAD = {
    "no quotes": (
        "title = Our study",
        "line 1, column 9: What follows “=” is not a value. Text needs quotes",
    ),
    "curly quotes": ("title = “Our study”", "line 1, column 9: What follows “=” is not a value."),
    "an open quote": ('a = 1\ntitle = "Our\nb = 2', "line 2, column 13: A quote opens on this line"),
    "an open long quote": (
        'title = """Our\nstudy',
        "end of the file: A bracket or quote opens and is not closed.",
    ),
    "no sign": ("a = 1\ntitle", "line 2, column 6: A line is a key, “=” and a value"),
    "a key twice": ("a = 1\na = 2", "line 2, column 6: This key or table stands twice"),
    "a table twice": ("[scale]\nlow = 1\n[scale]", "line 3, column 7: This key or table stands twice"),
    "a backslash": (r'a = "C:\data"', "A backslash in quoted text begins a code."),
    "two values": ('a = "b" "c"', "line 1, column 9: Something follows the value on this line."),
    "an open bracket": ("[[criteria]\n", "A bracket or quote opens and is not closed."),
    "an escaped control": ('[a]\nb = ["c", "\\u0000"]', "a.b 2: There is a control character in this text"),
    "an escaped tab that is none": ('title = "Tea\\u000B time"', "title: There is a control character in"),
    "a control": ('a = 1\ntitle = "Tea\x0b time"', "line 2: There is a control character here (U+000B)"),
    "nested too deeply": ("a = " + "[" * 100_000, "Its brackets are nested too deeply."),
    "a number beyond all measure": ("a = " + "9" * 10_000, "protocol.toml: "),
    "UTF-16": ("a = 1".encode("utf-16"), "This file is in UTF-16"),
    "Latin-1": ("a = 'é'".encode("latin-1"), "is not UTF-8. Open it in a text editor and save it as UTF-8."),
    "a flood": (b" " * (text_files.LARGEST + 1), "at most 10 MB can be read. Is it the right file?"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_line_and_with_the_way_out(text: str | bytes, said: str) -> None:
    with pytest.raises(FaultyFile) as refused:
        toml_files.parse(text if isinstance(text, bytes) else text.encode(), "protocol.toml")
    assert str(refused.value).startswith("protocol.toml")
    assert said in str(refused.value)
    assert "Excel" not in str(refused.value).replace("which Excel calls", "")


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert toml_files.parse("\ufeffa = 1".encode(), "protocol.toml") == {"a": 1}


TEXT = st.text(texts.CHARACTERS)
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    lambda values: st.lists(values) | st.dictionaries(TEXT, values),
)


@given(st.dictionaries(TEXT, VALUES))
def test_what_is_written_is_read(data: dict[str, Any]) -> None:
    assert toml_files.parse(toml_files.dump(data), "protocol.toml") == data


def test_long_text_is_written_as_it_reads() -> None:
    assert toml_files.dump({"aims": "One.\nTwo."}) == b'aims = """\nOne.\nTwo."""\n'
