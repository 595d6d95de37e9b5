"""Panellists as CSV or as a workbook: who comes into the study, and who does not."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy.orm import Session

from surveys import declarations, items, panels, studies, withdrawing
from surveys.declarations import Declared
from surveys.errors import FaultyFile, InvalidInput
from surveys.exchange import csv_files, panellist_files
from surveys.exchange.panellist_files import CODE_LENGTH, CODE_LETTERS, LinkRow, PanellistPlan
from surveys.items import ItemPlan
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study
from tests.surveys import examples

FULL = """\
panel,code,name,email,language
practitioners,P09,Ada Example,ada@example.org,
People with lived experience,,Grace Example,grace@example.org,cy
lived_experience,L09,,,
"""


def test_panellists_are_read_by_the_key_or_the_name_of_their_panel(session: Session, study: Study) -> None:
    assert panellist_files.read(session, study, FULL.encode()) == [
        PanellistPlan("practitioners", "P09", "Ada Example", "ada@example.org"),
        PanellistPlan("lived_experience", "", "Grace Example", "grace@example.org", "cy"),
        PanellistPlan("lived_experience", "L09"),
    ]


def workbook(*rows: tuple[Any, ...], **sheets: list[tuple[Any, ...]]) -> bytes:
    """A workbook with these rows on its first sheet, and others beside it."""
    book = Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADER = ("panel", "code", "name", "email", "channel", "region")
MANY = tuple(f"more {n}" for n in range(10))
ADA = ("practitioners", 7, "Ada Example", "ada@example.org", "Royal College", "North")


def test_a_workbook_says_what_a_csv_file_says(session: Session, study: Study) -> None:
    data = workbook(HEADER, ADA, (None,) * 6, ("lived_experience", "L1"))
    assert panellist_files.read(session, study, data, "people.xlsx", kept=["region"]) == [
        PanellistPlan(
            *("practitioners", "7", "Ada Example", "ada@example.org", "", "Royal College"),
            {"region": "North"},
        ),
        PanellistPlan("lived_experience", "L1"),
    ]


def test_of_several_sheets_the_one_called_panellists_is_read(session: Session, study: Study) -> None:
    data = workbook(("notes",), Panellists=[HEADER, ADA])
    assert len(panellist_files.read(session, study, data, "people.xlsx", kept=["region"])) == 1


def _with_macro() -> bytes:
    out = io.BytesIO(workbook(HEADER, ADA))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


def _merged() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(ADA)
    sheet.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BAD_BOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a formula": (
        lambda: workbook(HEADER, (*ADA[:2], "=A1", *ADA[3:])),
        "sheet “Sheet”, cell C2: There is a formula here.",
    ),
    "a date": (
        lambda: workbook(HEADER, (*ADA[:5], datetime(2026, 3, 2))),  # noqa: DTZ001  # as a cell has it
        "cell F2: The spreadsheet made a date of this.",
    ),
    "merged cells": (_merged, "cells A2:A3: These cells are merged"),
    "macros": (_with_macro, "This workbook has macros, which are never run here."),
    "two sheets": (lambda: workbook(HEADER, ADA, Other=[ADA]), "Name the one that is meant “Panellists”."),
    "nothing": (workbook, "There is nothing in this workbook."),
    "no rows": (lambda: workbook(HEADER), "There are no panellists."),
    "50,000 rows": (lambda: workbook(HEADER, *[("practitioners",)] * 50_000), "There are 50,001 rows"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0", "This is an old Excel workbook"),
    "no workbook": (lambda: b"panel\npractitioners\n", "This is no Excel workbook."),
    "a broken one": (lambda: workbook(HEADER, ADA)[:900], "This workbook is damaged"),
    "a mistake in a row": (
        lambda: workbook(HEADER, ("nurses", *ADA[1:])),
        "people.xlsx, line 2, column “panel”: There is no panel “nurses”.",
    ),
    "an unknown column": (
        lambda: workbook((*HEADER, "phone"), (*ADA, "1")),
        "column “phone”: This column",
    ),
    "many attributes": (
        lambda: workbook((*HEADER, *MANY), (*ADA, *MANY)),
        "people.xlsx: It has 11 attributes; at most 10 are kept.",
    ),
    "a long attribute": (
        lambda: workbook(HEADER, (*ADA[:5], "x" * 201)),
        "line 2, column “region”: This has 201 characters; at most 200",
    ),
}


@pytest.mark.parametrize(("make", "said"), BAD_BOOKS.values(), ids=BAD_BOOKS)
def test_a_bad_workbook_is_refused_with_the_way_out(
    session: Session, study: Study, make: Callable[[], bytes], said: str
) -> None:
    with pytest.raises(FaultyFile) as refused:
        panellist_files.read(session, study, make(), "people.xlsx", kept=["region", *MANY])
    assert said in str(refused.value)


def test_ten_thousand_come_in_by_one_file(session: Session, study: Study, now: datetime) -> None:
    rows = [("practitioners", f"P{n}", f"Name {n}", f"n{n}@example.org", "", "North") for n in range(10_000)]
    for data, name in ((workbook(HEADER, *rows), "people.xlsx"), (_csv(HEADER, rows), "people.csv")):
        assert len(panellist_files.read(session, study, data, name, kept=["region"])) == 10_000


def test_whoever_asks_is_told_how_far_a_file_is(session: Session, study: Study, now: datetime) -> None:
    rows = [("practitioners", f"P{n}", f"Name {n}", f"n{n}@example.org", "", "North") for n in range(600)]
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    data = _csv(HEADER, rows)
    plans = panellist_files.read(session, study, data, kept=["region"], progress=tell)
    panellist_files.add(session, study, plans, now=now, progress=tell)
    assert told == [(250, 600), (500, 600), (600, 600)] * 2


def test_what_people_declare_comes_in_with_them(session: Session, study: Study, now: datetime) -> None:
    text = (
        "panel,code,taking part as,other experience,interests\n"
        "practitioners,P1,PARTICIPANT,A carer too,\npractitioners,P2,,,\n"
    )
    plans = panellist_files.read(session, study, text.encode(), kept=["taking part as"])
    first, second = panellist_files.add(session, study, plans, now=now)
    assert declarations.of(session, first) == Declared("participant", "A carer too", "")
    assert declarations.of(session, second) == Declared()
    assert list(declarations.by_panellist(session, study)) == [first.id]
    withdrawing.withdraw(session, study, first, keep_answers=True, now=now)
    assert declarations.of(session, first) == Declared("participant")


def _csv(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    return "\n".join(map(",".join, [header, *rows])).encode()


@pytest.mark.parametrize("names", [["email"], ["?"], ["x" * 41]])
def test_odd_names_of_attributes_are_refused(session: Session, study: Study, names: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        panellist_files.read(session, study, FULL.encode(), kept=names)
    assert refused.value.field == "attributes"


def test_added_panellists_have_codes_and_only_those_with_a_name_are_people(
    session: Session, study: Study, now: datetime
) -> None:
    plans = panellist_files.read(session, study, FULL.encode())
    ada, grace, nobody = panellist_files.add(session, study, plans, now=now)
    assert (ada.code, ada.panel.key) == ("P09", "practitioners")
    assert len(grace.code) == CODE_LENGTH
    assert set(grace.code) <= set(CODE_LETTERS)
    assert grace.person is not None
    assert (grace.person.email, grace.person.language) == ("grace@example.org", "cy")
    assert nobody.person is None


def test_made_codes_are_unique(
    session: Session, study: Study, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter("CCCCCCCCCCDDDDDCCCCCFFFFF")
    monkeypatch.setattr(panellist_files, "secrets", SimpleNamespace(choice=lambda _: next(drawn)))
    plans = [PanellistPlan("practitioners")] * 2 + [PanellistPlan("practitioners", "ddddd")]
    added = panellist_files.add(session, study, plans, now=now)
    assert [panellist.code for panellist in added] == ["CCCCC", "FFFFF", "ddddd"]


def test_a_study_of_one_panel_needs_no_panel_column(session: Session, now: datetime) -> None:
    data = examples.protocol_data()
    study = studies.create(session, "one", examples.protocol(panels=data["panels"][:1]), now=now)
    items.add(session, study, [ItemPlan("a", "A")])
    (plan,) = panellist_files.read(session, study, b"name\nAda Example\n")
    assert plan == PanellistPlan("practitioners", name="Ada Example")


def test_an_empty_file_is_told_which_columns_there_are(session: Session, study: Study) -> None:
    with pytest.raises(FaultyFile, match=r"names the columns: panel\. It may also name code, name, email"):
        panellist_files.read(session, study, b"")
    one_panel = examples.protocol(panels=examples.protocol_data()["panels"][:1])
    only = studies.create(session, "one", one_panel, now=study.created_at)
    with pytest.raises(FaultyFile, match="names its columns: code, name, email, language, channel, panel"):
        panellist_files.read(session, only, b"")


HEAD = "panel,code,name,email,language\n"
BAD = {
    "no panel": (
        ",,Ada,,",
        "line 2, column “panel”: The panel is empty. It can be practitioners or lived_experience.",
    ),
    "another panel": ("nurses,,Ada,,", "line 2, column “panel”: There is no panel “nurses”."),
    "nearly a panel": (
        "practitioner,,Ada,,",
        "There is no panel “practitioner”. Did you mean “practitioners”?",
    ),
    "no address": (
        "practitioners,,Ada,ada at example,",
        "column “email”: “ada at example” is not an email address",
    ),
    "two addresses": ("practitioners,,Ada,a@b.org;c@d.org,", "column “email”: “a@b.org;c@d.org” is not"),
    "no language": (
        "practitioners,,Ada,,Welsh language",
        "column “language”: “Welsh language” is not the code of a",
    ),
    "a long name": (f"practitioners,,{'x' * 201},,", "column “name”: This has 201 characters; at most 200"),
    "a code twice": (
        "practitioners,X1,,,\npractitioners,x1,,,",
        "line 3, column “code”: “x1” stands in line 2 too.",
    ),
    "an address twice": (
        "practitioners,,A,a@b.org,\nlived_experience,,B,A@B.org,",
        "line 3, column “email”: “A@B.org” stands in line 2 too.",
    ),
    "a code of the study": ("practitioners,p01,,,", "line 2, column “code”: “p01” is in this study already."),
    "an address of the study": (
        "practitioners,,,BOB@example.org,",
        "“BOB@example.org” is in this study already.",
    ),
    "nobody": ("", "panellists.csv: There are no panellists."),
    "too many": ("practitioners,,,,\n" * 10_001, "There are 10001 panellists; at most 10000 at once."),
}


@pytest.mark.parametrize(("rows", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_line_and_with_the_way_out(
    session: Session, study: Study, bob: Panellist, now: datetime, rows: str, said: str
) -> None:
    bob.person = Person(name="Bob Example", email="bob@example.org", created_at=now)
    session.flush()
    with pytest.raises(FaultyFile) as refused:
        panellist_files.read(session, study, (HEAD + rows).encode())
    assert said in str(refused.value)


@pytest.mark.parametrize("column", ["e-mail", "Name", "phone"])
def test_what_is_not_asked_for_is_not_taken_in(session: Session, study: Study, column: str) -> None:
    with pytest.raises(FaultyFile, match=f"column “{column}”: This column is not known here"):
        panellist_files.read(session, study, f"panel,{column}\npractitioners,x\n".encode())


def test_the_address_of_somebody_who_withdrew_is_free_again(
    session: Session, study: Study, now: datetime
) -> None:
    data = b"panel,email\npractitioners,ada@example.org\n"
    (ada,) = panellist_files.add(session, study, panellist_files.read(session, study, data), now=now)
    withdrawing.withdraw(session, study, ada, keep_answers=True, now=now)
    assert len(panellist_files.read(session, study, data)) == 1


def test_another_study_takes_no_code_away(
    session: Session, study: Study, bob: Panellist, now: datetime
) -> None:
    other = studies.create(session, "other", examples.protocol(), now=now)
    plans = panellist_files.read(session, other, f"panel,code\npractitioners,{bob.code}\n".encode())
    panellist_files.add(session, other, plans, now=now)
    assert [panellist.code for panellist in panels.list_panellists(session, other)] == [bob.code]


def test_no_personal_link_file_runs_as_a_formula() -> None:
    row = LinkRow("P01", "Practitioners", '=HYPERLINK("x")', "@ada@example.org", "https://example.org/p/x")
    (cells,) = list(csv.DictReader(io.StringIO(panellist_files.links_csv([row]).decode("utf-8-sig"))))
    assert cells == {
        "code": "P01",
        "panel": "Practitioners",
        "name": '\'=HYPERLINK("x")',
        "email": "'@ada@example.org",
        "link": "https://example.org/p/x",
    }


@given(
    st.lists(
        st.builds(LinkRow, *[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))] * 5)
    )
)
def test_no_cell_of_any_links_begins_a_formula(rows: list[LinkRow]) -> None:
    text = panellist_files.links_csv(rows).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    assert not any(cell.startswith(csv_files.FORMULA_STARTS) for cell in cells)
