"""Panellists as CSV: who comes into the study, and who does not."""

import csv
import io
from datetime import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from surveys import items, panels, studies, withdrawing
from surveys.errors import FaultyFile
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
    with pytest.raises(FaultyFile, match="names its columns: code, name, email, language, panel"):
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
    "too many": ("practitioners,,,,\n" * 5001, "There are 5001 panellists; at most 5000 at once."),
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
