"""A language as a workbook: what goes out comes back, and nothing that happened meanwhile is undone."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from surveys.errors import FaultyFile
from surveys.studies import Study
from surveys.translations import texts, workbooks
from surveys.translations.texts import Draft, State

WHO = "alice@example.org"
Cells = dict[tuple[str, str], str]


@pytest.fixture(autouse=True)
def polish(session: Session, study: Study, now: datetime) -> None:
    texts.add_language(session, study, "pl", why="", by=WHO, now=now)


def _sent(session: Session, study: Study) -> bytes:
    return workbooks.write(study.title, "pl", texts.entries(session, study, "pl"))


def _filled(data: bytes, cells: Cells) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheet = book["Words"]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows()}
    for (place, column), text in cells.items():
        sheet[f"{column}{rows[place]}"] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _take(session: Session, study: Study, data: bytes, now: datetime) -> tuple[int, int]:
    taken = workbooks.read(data, "pl.xlsx", texts.entries(session, study, "pl"))
    return texts.put(session, study, "pl", taken.draft, why="", by=WHO, now=now), taken.stale


def _faults(session: Session, study: Study, data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(FaultyFile) as refusal:
        workbooks.read(data, "pl.xlsx", texts.entries(session, study, "pl"))
    return [(fault.where, fault.sentence) for fault in refusal.value.faults]


def _put(session: Session, study: Study, text: str, now: datetime, source: str = "") -> None:
    draft = Draft({"title": text}, sources={"title": source} if source else {})
    texts.put(session, study, "pl", draft, why="", by=WHO, now=now)


def _title(session: Session, study: Study) -> tuple[State, str]:
    found = texts.entries(session, study, "pl")[0]
    return found.state, found.text


def test_what_a_translator_fills_in_is_kept_and_the_rest_stays(
    session: Session, study: Study, now: datetime
) -> None:
    _put(session, study, "Sprawiedliwa opieka", now)
    data = _filled(_sent(session, study), {("items.two.1.title", "D"): "=Drugi"})
    cell = load_workbook(io.BytesIO(data))["Words"]
    assert cell["D2"].value == "Sprawiedliwa opieka"
    assert _faults(session, study, data)[0][0].startswith("sheet “Words”, cell D")  # a formula is refused
    data = _filled(_sent(session, study), {("items.two.1.title", "D"): "Drugi"})
    assert _take(session, study, data, now) == (1, 0)
    assert _take(session, study, data, now) == (0, 0)
    assert _title(session, study) == (State.DONE, "Sprawiedliwa opieka")


def test_a_row_of_an_earlier_english_text_is_kept_as_stale(
    session: Session, study: Study, now: datetime
) -> None:
    data = _filled(_sent(session, study), {("title", "D"): "Opieka", ("title", "C"): "Care as it was"})
    assert _take(session, study, data, now) == (1, 1)
    assert _title(session, study) == (State.STALE, "Opieka")


def test_a_stale_row_is_left_to_be_filled_in_and_may_be_filled_in_with_the_same(
    session: Session, study: Study, now: datetime
) -> None:
    _put(session, study, "Opieka", now, source="Care as it was")
    data = _sent(session, study)
    assert load_workbook(io.BytesIO(data))["Words"]["D2"].value is None
    assert _take(session, study, data, now) == (0, 0)
    assert _take(session, study, _filled(data, {("title", "D"): "Opieka"}), now) == (1, 0)
    assert _title(session, study) == (State.DONE, "Opieka")


def test_what_somebody_else_wrote_meanwhile_is_not_undone(
    session: Session, study: Study, now: datetime
) -> None:
    data = _filled(_sent(session, study), {("title", "D"): "Moja"})
    _put(session, study, "Inna", now)
    ((where, sentence),) = _faults(session, study, data)
    assert (where, "“Inna”" in sentence) == ("sheet “Words”, row 2", True)
    assert _title(session, study) == (State.DONE, "Inna")


def test_every_mistake_is_listed_by_its_cell(session: Session, study: Study) -> None:
    data = _filled(
        _sent(session, study), {("title", "A"): "nothing", ("items.one.1.title", "A"): "panels.x.y"}
    )
    data = _filled(data, {("items.two.1.title", "A"): "items.three.1.title"})
    found = _faults(session, study, data)
    assert [where.partition(",")[0] for where, _ in found] == ["sheet “Words”"] * 3
    assert found[0] == ("sheet “Words”, cell A2", workbooks.UNKNOWN)
    assert "already" in found[-1][1]


def test_what_is_no_such_workbook_is_refused_with_a_sentence(session: Session, study: Study) -> None:
    assert "no Excel workbook" in _faults(session, study, b"place,text\n")[0][1]
    book = load_workbook(io.BytesIO(_sent(session, study)))
    book["Words"].title = "Other"
    out = io.BytesIO()
    book.save(out)
    assert _faults(session, study, out.getvalue()) == [("", workbooks.NO_SHEET)]
