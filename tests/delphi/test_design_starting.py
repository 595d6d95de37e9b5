"""A new study begins in the browser: from a template, an earlier study, or files; every mistake is named."""

import io

import pytest
from openpyxl import load_workbook

from surveys import library, studies
from surveys.designing import drafts, templates
from surveys.designing.templates import CHOOSE_ONE, TEMPLATES
from surveys.exchange import study_files, workbook_files
from tests.delphi.conftest import Answer, Browser, World

NEW = "/studies/new"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(browser: Browser, form: dict[str, str] | None = None, **files: tuple[str, bytes]) -> Answer:
    sent = {field: (name, data, "application/octet-stream") for field, (name, data) in files.items()}
    return browser.post(f"{NEW}/file", form, files=sent)


def starter() -> bytes:
    return workbook_files.write(study_files.read(library.folder("starter")))


def title_of(world: World, key: str) -> str:
    with world.session() as session:
        return studies.get(session, key).title


@pytest.mark.parametrize("key", [template.key for template in TEMPLATES])
def test_a_template_makes_a_study(charlie: Browser, world: World, key: str) -> None:
    answer = charlie.post(NEW, {"template": key, "title": "  Our   study "})
    assert (answer.status, answer.location) == (303, "/studies/our-study/design")
    assert title_of(world, "our-study") == "Our study"
    assert charlie.get(answer.location).status == 200
    assert "Our study" in charlie.get("/studies").text


def test_what_was_typed_is_still_there_when_it_is_refused(charlie: Browser) -> None:
    answer = charlie.post(NEW, {"template": "likert", "title": ""})
    assert answer.status == 422
    assert drafts.NO_TITLE in answer.text
    assert 'value="likert" checked' in answer.text
    odd = charlie.post(NEW, {"template": "none", "title": "Ours"})
    assert (odd.status, CHOOSE_ONE in odd.text, 'value="Ours"' in odd.text) == (422, True, True)


def test_the_makers_study_is_nobody_elses(charlie: Browser, alice: Browser) -> None:
    charlie.post(NEW, {"template": "likert", "title": "Ours"})
    assert alice.get("/studies/ours/design").status == 404


def test_an_earlier_study_can_be_copied_by_its_team_only(alice: Browser, charlie: Browser) -> None:
    answer = alice.post(f"{NEW}/copy", {"study": "fairer-care", "copy_title": ""})
    assert answer.location == "/studies/copy-of-fairer-care/design"
    assert charlie.post(f"{NEW}/copy", {"study": "fairer-care"}).status == 422


def test_a_workbook_makes_a_study(charlie: Browser, world: World) -> None:
    template = charlie.get(f"{NEW}/template.xlsx")
    assert template.headers["content-type"] == XLSX
    answer = send(charlie, file=("study.xlsx", starter()))
    assert answer.location == "/studies/a-study-to-start-from/design"
    other = send(charlie, {"file_title": "Ours"}, file=("study.xlsx", starter()))
    assert title_of(world, other.location.split("/")[2]) == "Ours"


def test_the_mistakes_of_a_workbook_are_listed_by_their_cells(charlie: Browser) -> None:
    book = load_workbook(io.BytesIO(starter()))
    book["Study"]["B2"], book["Items"]["A2"] = None, "=A3"
    out = io.BytesIO()
    book.save(out)
    answer = send(charlie, {"file_title": "Kept"}, file=("ours.xlsx", out.getvalue()))
    assert answer.status == 422
    assert "ours.xlsx, sheet “Items”, cell A2" in answer.text
    assert 'value="Kept"' in answer.text


def test_files_make_a_study(charlie: Browser) -> None:
    folder = library.folder("fairsteps")
    protocol, items, tags = (
        (name, (folder / name).read_bytes()) for name in ("protocol.toml", "items.csv", "frameworks.toml")
    )
    answer = send(charlie, file=protocol, items=items, frameworks=tags)
    assert answer.status == 303
    assert "62 items" in charlie.get(answer.location).text
    without = send(charlie, file=protocol)
    assert (without.status, "items.csv: This file is missing" in without.text) == (422, True)


def test_no_file_at_all_is_said(charlie: Browser) -> None:
    answer = charlie.post(f"{NEW}/file", {"file_title": "x"}, files={"items": ("", b"", "text/csv")})
    assert (answer.status, "Choose a file first" in answer.text) == (422, True)


def test_a_design_can_be_downloaded_and_begun_again(alice: Browser) -> None:
    data = alice.client.get("/studies/fairer-care/design/study.xlsx").content
    answer = send(alice, {"file_title": "Again"}, file=("fairer-care.xlsx", data))
    assert answer.location == "/studies/again/design"


def test_every_template_is_on_the_page(charlie: Browser) -> None:
    page = charlie.get(NEW).text
    assert all(f'value="{template.key}"' in page for template in templates.TEMPLATES)
    assert "From an earlier study" not in page
