"""A study as a workbook: what is written is read back the same, and every mistake stands at its cell."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from surveys import library, protocol_reading
from surveys.designing.templates import TEMPLATES
from surveys.errors import FaultyFile, InvalidInput
from surveys.exchange import study_files, workbook_cells, workbook_files, workbook_safety
from surveys.exchange.study_files import StudyFiles
from surveys.items import ItemPlan
from tests.surveys import examples

NAME = "study.xlsx"


def files(**changes: Any) -> StudyFiles:
    plans = (ItemPlan("one", "Item one", "About one."), ItemPlan("two", "Item two"))
    return StudyFiles(examples.protocol(**changes), plans)


def changed(change: Callable[[Workbook], object], source: StudyFiles | None = None) -> bytes:
    """A good workbook with one thing changed."""
    book = load_workbook(io.BytesIO(workbook_files.write(source or files())))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(data: bytes, name: str = NAME) -> dict[str, str]:
    """The sentence of each mistake, by where it is."""
    with pytest.raises(FaultyFile) as refusal:
        workbook_files.read(data, name)
    assert {fault.file for fault in refusal.value.faults} == {name}
    return {fault.where: fault.sentence for fault in refusal.value.faults}


def repacked(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The packed file with these parts added or in place of its own."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, content in parts.items():
            after.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("key", [*(template.key for template in TEMPLATES), "starter"])
def test_every_study_of_the_library_comes_back_the_same(key: str) -> None:
    source = study_files.read(library.folder(key))
    assert workbook_files.read(workbook_files.write(source), NAME) == source


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=40)


@settings(max_examples=25)  # each writes and reads a workbook
@given(aims=TEXT, about=TEXT.filter(str.strip), note=TEXT, out=st.sampled_from(["mirror", "none"]))
def test_any_text_comes_back_the_same(aims: str, about: str, note: str, out: str) -> None:
    rules = [{"in": "share > 50.5 high", "out": out, "denominator": "rated+unable", "panel": "practitioners"}]
    rules += [{"in": "median >= 7, iqr <= 2"}]
    source = files(aims=aims, rules=rules, provenance={about.strip(): note}, quantiles=6)
    assert workbook_files.read(workbook_files.write(source), NAME) == source


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-", "@here", "'so", "1.0", "007", "true", "#N/A", "1/2/2026"]
)
def test_what_looks_like_a_formula_or_number_stays_text(text: str) -> None:
    source = StudyFiles(examples.protocol(aims=text), (ItemPlan("one", text, text),))
    assert workbook_files.read(workbook_files.write(source), NAME) == source


def test_a_study_without_grids_and_with_weights_comes_back_the_same() -> None:
    data = examples.protocol_data()
    del data["grids"]
    data["panels"][0]["weight"] = 2.5
    source = StudyFiles(protocol_reading.from_builtins(data), files().items)
    assert workbook_files.read(workbook_files.write(source), NAME) == source


def test_what_people_type_is_taken_as_it_is_meant() -> None:
    def typed(book: Workbook) -> None:
        book["Study"]["B3"] = "What\r\nfor."
        book["Study"]["B4"], book["Study"]["B13"] = 1.0, "3"
        book["Criteria"]["H2"], book["Criteria"]["H3"] = "Yes", "FALSE"
        book["Panels"]["E2"] = 2
        book["Items"]["A1"] = " KEY "
        book["Study"].title = " study "

    found = workbook_files.read(changed(typed), NAME)
    assert (found.protocol.aims, found.protocol.rounds.last) == ("What\nfor.", 3)
    assert [one.may_drop for one in found.protocol.criteria] == [True, False]
    assert found.protocol.panels[0].weight == 2.0


def test_a_text_too_long_for_a_cell_is_not_cut() -> None:
    with pytest.raises(InvalidInput, match="too long for a cell"):
        workbook_files.write(files(aims="x" * 32_768))


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "where", "words"),
    [
        ("Study", "B2", None, "sheet “Study”, cell B2", "must not be empty"),
        ("Study", "B4", "one", "sheet “Study”, cell B4", "whole number"),
        ("Study", "B4", None, "sheet “Study”, cell B4", "needed"),
        ("Study", "B6", None, "sheet “Study”, cell B6", "first and a last"),
        ("Study", "B14", "maybe", "sheet “Study”, cell B14", "yes or no"),
        ("Study", "B18", "most", "sheet “Study”, cell B18", "“all”, “none” or “own”"),
        ("Study", "B16", 2.5, "sheet “Study”, cell B16", "whole number"),
        ("Study", "B31", "nowhere", "sheet “Study”, cell B31", "Panellists write there"),
        ("Study", "B38", "useful", "sheet “Study”, cell B38", "Did you mean “usefulness”?"),
        ("Study", "A2", "Titel", "sheet “Study”, cell A2", "Did you mean “Title”?"),
        ("Study", "A3", "Title", "sheet “Study”, cell A3", "stands twice"),
        ("Criteria", "A2", "Useful ness", "sheet “Criteria”, cell A2", "lower-case letter"),
        ("Criteria", "B3", None, "sheet “Criteria”, cell B3", "must not be empty"),
        ("Criteria", "C1", "Qestion", "sheet “Criteria”, cell C1", "Did you mean “Question”?"),
        ("Criteria", "H2", "perhaps", "sheet “Criteria”, cell H2", "yes or no"),
        ("Panels", "E2", "heavy", "sheet “Panels”, cell E2", "Write a number"),
        ("Panels", "E2", -1, "sheet “Panels”, cell E2", "above 0"),
        ("Rules", "A2", "share >= 70 hihg", "sheet “Rules”, row 2", ""),
        ("Rules", "F2", "nobody", "sheet “Rules”, cell F2", "no panel “nobody”"),
        ("Rules", "C2", "all", "sheet “Rules”, cell C2", "rated"),
        ("Items", "A2", None, "sheet “Items”, cell A2", "The key is empty"),
        ("Items", "A3", "one", "sheet “Items”, cell A3", "stands in row 2 too"),
        ("Items", "B2", "x" * 501, "sheet “Items”, cell B2", "501 characters"),
        ("Items", "E3", "what is this?", "sheet “Items”, cell E1", "has no name"),
    ],
)
def test_a_mistake_stands_at_its_cell(sheet: str, cell: str, value: object, where: str, words: str) -> None:
    def spoil(book: Workbook) -> None:
        book[sheet][cell] = value

    found = faults(changed(spoil))
    assert where in found
    assert words in found[where]


def test_every_mistake_is_listed() -> None:
    def spoil(book: Workbook) -> None:
        book["Study"]["B4"] = "one"
        book["Criteria"]["H2"] = "perhaps"
        book["Items"]["A2"] = None

    assert len(faults(changed(spoil))) == 3


def test_of_very_many_mistakes_the_rest_is_counted() -> None:
    def spoil(book: Workbook) -> None:
        for row in range(2, 40):
            book["Items"][f"A{row}"] = None
            book["Items"][f"B{row}"] = f"Item {row}"

    with pytest.raises(FaultyFile) as refusal:
        workbook_files.read(changed(spoil), NAME)
    assert refusal.value.faults[-1].sentence == "There are 18 more mistakes after these."


def test_merged_cells_are_named() -> None:
    found = faults(changed(lambda book: book["Items"].merge_cells("A2:B3")))
    assert found["sheet “Items”, cells A2:B3"] == workbook_cells.MERGED


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("=A1&B1", workbook_cells.FORMULA),
        (datetime(2026, 3, 1), workbook_cells.A_DATE),  # noqa: DTZ001  # a workbook knows no zones
        ("#REF!", workbook_cells.AN_ERROR),
    ],
)
def test_a_cell_that_holds_no_plain_value_is_named(value: object, sentence: str) -> None:
    def spoil(book: Workbook) -> None:
        book["Items"]["C2"] = value

    assert faults(changed(spoil)) == {"sheet “Items”, cell C2": sentence}


def test_a_sheet_that_is_missing_or_not_known_is_named() -> None:
    def spoil(book: Workbook) -> None:
        book["Criteria"].title = "Criterias"

    found = faults(changed(spoil))
    assert "Did you mean “Criteria”?" in found["sheet “Criterias”"]
    assert "“Criteria” is missing" in found[""]


def test_an_empty_sheet_beside_the_others_is_no_mistake() -> None:
    data = changed(lambda book: book.create_sheet("Sheet1"))
    assert workbook_files.read(data, NAME) == files()


@pytest.mark.parametrize("sheet", ["Criteria", "Panels", "Rules", "Items"])
def test_a_sheet_without_rows_is_named(sheet: str) -> None:
    found = faults(changed(lambda book: book[sheet].delete_rows(2, 9)))
    assert f"sheet “{sheet}”" in found


def test_tags_are_checked_with_their_items() -> None:
    source = study_files.read(library.folder("fairsteps"))

    def spoil(book: Workbook) -> None:
        book["Items"]["D2"] = "commissioner"
        book["Tags"]["F2"] = None

    found = faults(changed(spoil, source))
    assert any("has no words" in sentence for sentence in found.values())


def test_fifty_thousand_rows_are_refused_unread() -> None:
    def spoil(book: Workbook) -> None:
        for row in range(2, 6000):
            book["Items"].cell(row, 1, f"k{row}")

    assert "Sheet “Items”: There are 5,999 rows" in faults(changed(spoil))[""]


def test_a_hundred_items_too_many_are_counted() -> None:
    def spoil(book: Workbook) -> None:
        for row in range(2, 602):
            book["Items"].cell(row, 1, f"k{row}")
            book["Items"].cell(row, 2, f"Item {row}")

    assert "There are 600 items" in faults(changed(spoil))["sheet “Items”"]


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", NAME, workbook_safety.NO_WORKBOOK),
        (b"key,title\n", "items.csv", workbook_safety.NO_WORKBOOK),
        (b"\xd0\xcf\x11\xe0 old", "old.xls", workbook_safety.OLD),
        (b"PK\x03\x04 broken", NAME, workbook_safety.BROKEN),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, name: str, sentence: str) -> None:
    assert faults(data, name) == {"": sentence}


@pytest.mark.parametrize(
    ("parts", "name", "sentence"),
    [
        ({"xl/vbaProject.bin": b"macro"}, NAME, workbook_safety.MACROS),
        ({}, "study.xlsm", workbook_safety.MACROS),
        ({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, NAME, workbook_safety.BROKEN),
        ({"xl/worksheets/sheet2.xml": b"<worksheet><sheetData>"}, NAME, workbook_safety.BROKEN),
        ({"xl/_rels/workbook.xml.rels": b"<a"}, NAME, workbook_safety.BROKEN),
    ],
)
def test_what_should_not_be_opened_is_not(parts: dict[str, bytes], name: str, sentence: str) -> None:
    assert faults(repacked(workbook_files.write(files()), parts), name) == {"": sentence}


def test_a_bomb_is_not_unpacked() -> None:
    data = repacked(workbook_files.write(files()), {"xl/media/bomb.bin": b"\0" * 50 * 1024 * 1024})
    assert len(data) < 1024 * 1024
    assert "Unpacked, this workbook has" in faults(data)[""]


def test_a_workbook_of_libreoffice_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert faults(out.getvalue(), "study.ods") == {"": workbook_safety.OPEN_DOCUMENT}
