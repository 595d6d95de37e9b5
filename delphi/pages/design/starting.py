"""A new study: from a template, from an earlier study, or from files. Whoever makes it owns it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page, download
from delphi.pages.design.overview import XLSX
from delphi.visits import Visit
from surveys import protocol as protocols
from surveys import studies
from surveys.designing import drafts, templates
from surveys.designing.templates import TEMPLATES
from surveys.errors import InvalidInput
from surveys.exchange import item_files, study_files, vocabulary_files
from surveys.exchange.study_files import StudyFiles
from surveys.studies import Study
from surveys.translations import copying

STARTED = "Your study is there. Change what you like: nothing is fixed before round 1 opens."
CHOOSE_STUDY = "Choose the study that you want to copy."
CHOOSE_FILE = "Choose a file first: a workbook (.xlsx) or protocol.toml."
STARTER = "core-outcome-set"


@dataclass(frozen=True, kw_only=True)
class NewStudyPage(Page):
    """The ways to begin a study."""

    template: ClassVar[str] = "pages/design/new.html"
    choices: tuple[tuple[str, str, str], ...]
    earlier: tuple[tuple[str, str], ...]
    chosen: str
    study_title: str
    copied: str
    copy_title: str
    file_title: str


def new_page(visit: Visit) -> NewStudyPage:
    """The ways to begin, with what was typed where it was refused."""
    own = studies.list_for(visit.session, visit.account)
    return NewStudyPage(
        title="New study",
        frame=visit.frame(),
        choices=tuple((one.key, one.name, one.sentence) for one in TEMPLATES),
        earlier=tuple((study.key, study.title) for study in own),
        chosen=visit.typed("template", TEMPLATES[0].key),
        study_title=visit.typed("title"),
        copied=visit.typed("study"),
        copy_title=visit.typed("copy_title"),
        file_title=visit.typed("file_title"),
    )


class NewStudyPages(Controller):
    """Beginning a study."""

    path = "/studies/new"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit) -> NewStudyPage:
        return new_page(visit)

    @post("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=new_page)
    def from_template(self, visit: Visit, form: Form) -> Response[Any]:
        chosen = str(form.get("template", ""))
        files = templates.read(chosen, visit.account)
        return _begun(visit, files, str(form.get("title", "")), f"template {chosen}")

    @post("/copy", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=new_page)
    def from_study(self, visit: Visit, form: Form) -> Response[Any]:
        earlier = studies.find_for(visit.session, str(form.get("study", "")), visit.account)
        if earlier is None:
            raise InvalidInput(CHOOSE_STUDY, "study")
        title = str(form.get("copy_title", "")) or f"Copy of {earlier.title}"[:300]
        return _begun(visit, study_files.of(earlier), title, f"study {earlier.key}", earlier)

    @post("/file", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=new_page)
    def from_files(self, visit: Visit, upload: Form) -> Response[Any]:
        files, name = _sent(upload)
        title = str(upload.get("file_title", "")).strip() or files.protocol.title
        return _begun(visit, files, title, f"file {name}")

    @get("/template.xlsx", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def workbook(self, visit: Visit) -> Response[bytes]:
        from surveys.exchange import workbook_files  # noqa: PLC0415  # few ever ask for one

        files = templates.read(STARTER, visit.account)
        return download("study template.xlsx", workbook_files.write(files), XLSX)


def _begun(
    visit: Visit, files: StudyFiles, title: str, source: str, earlier: Study | None = None
) -> Response[Any]:
    study = drafts.begin(visit.session, files, title, visit.account, source=source, now=visit.now)
    if earlier is not None:
        copying.copy(visit.session, earlier, study, by=visit.account.email, now=visit.now)
    return visit.go(f"/studies/{study.key}/design", STARTED)


def _sent(upload: Form) -> tuple[StudyFiles, str]:
    """What the files that were sent say, and the name of the first."""
    name, data = _file(upload, "file")
    if not data:
        raise InvalidInput(CHOOSE_FILE, "file")
    if not name.lower().endswith(".toml"):
        from surveys.exchange import workbook_files  # noqa: PLC0415  # few ever send one

        return workbook_files.read(data, name), name
    sent = {protocols.FILE: data}
    for field, known in (("items", item_files.FILE), ("frameworks", vocabulary_files.FILE)):
        if other := _file(upload, field)[1]:
            sent[known] = other
    return study_files.read_sent(sent), name


def _file(upload: Form, field: str) -> tuple[str, bytes]:
    """The name and the bytes of a file; nothing where none was chosen."""
    file = upload.get(field)
    if file is None or not getattr(file, "filename", ""):
        return "", b""
    return file.filename, file.file.read()
