"""A workbook for a draft that is there: first what would change, then the change, as one.

What was sent comes back with the list of changes and is read again when that is agreed to, so nothing is kept
in between.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, Page
from delphi.pages.design import overview
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.designing import drafts, replacing
from surveys.designing.replacing import Differences
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import vocabulary_files
from surveys.exchange.study_files import StudyFiles
from surveys.permissions import Power
from surveys.studies import Study

CHOOSE_FILE = "Choose a workbook (.xlsx) first."
LARGEST = 7  # megabytes: it comes back in a form, as letters, of which four stand for three bytes
TOO_LARGE = f"A workbook can have at most {LARGEST} MB here. Make it smaller, such as by taking out pictures."
AGAIN = "That workbook did not come through whole. Choose it again."
TAKEN = "The workbook is taken: {}."
NOTHING = "The draft says what the workbook says already. Nothing was changed."


@dataclass(frozen=True)
class PartChange:
    """A part that would change: what it says in a line, and what it would say; the same where the line is."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """An item that would change, by its titles and descriptions; either is empty where there is none."""

    before: str
    before_text: str
    after: str
    after_text: str


@dataclass(frozen=True, kw_only=True)
class WorkbookPage(Page):
    """The form that takes a workbook."""

    template: ClassVar[str] = "pages/design/workbook.html"
    home: str


@dataclass(frozen=True, kw_only=True)
class WorkbookChangesPage(WorkbookPage):
    """What a workbook would change, and the button that takes it."""

    template: ClassVar[str] = "pages/design/workbook_changes.html"
    parts: tuple[PartChange, ...]
    added: tuple[str, ...]
    reworded: tuple[ItemChange, ...]
    dropped: tuple[str, ...]
    others: tuple[str, ...]
    is_any: bool
    file: str
    sent: str
    seen: str


def workbook_page(visit: Visit, key: str) -> WorkbookPage:
    """The form, with the mistakes of the file that was refused."""
    study = tabs.study_of(visit, key)
    drafts.check_can_change(study)
    return WorkbookPage(
        title="Take a workbook", frame=tabs.frame(visit, study, "/design"), home=tabs.address(study)
    )


def taking_page(visit: Visit, key: str) -> WorkbookPage:
    """The list of changes anew, where somebody else changed the draft meanwhile; else the form."""
    if isinstance(visit.refusal, NotNow) and visit.refusal.sentence == replacing.STALE:
        study = tabs.study_of(visit, key)
        drafts.check_can_change(study)
        return _changes(visit, study, _returned(visit.form), visit.typed("name"))
    return workbook_page(visit, key)


class WorkbookPages(Controller):
    """Taking a workbook into a draft."""

    path = "/studies/{key:str}/design/workbook"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> WorkbookPage:
        return workbook_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True, status_code=200)
    @transaction(again=workbook_page)
    def list_changes(self, visit: Visit, upload: Form, key: FromPath[str]) -> WorkbookChangesPage:
        study, file = tabs.study_of(visit, key), upload.get("file")
        if file is None or not getattr(file, "filename", ""):
            raise InvalidInput(CHOOSE_FILE, "file")
        if len(data := file.file.read()) > LARGEST * 1024 * 1024:
            raise InvalidInput(TOO_LARGE, "file")
        return _changes(visit, study, data, file.filename)

    @post("/take", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=taking_page)
    def take(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, name = tabs.study_of(visit, key), str(form.get("name", ""))
        files, seen, who = _read(_returned(form), name), str(form.get("seen", "")), visit.account.email
        found = replacing.take(visit.session, study, files, seen=seen, source=name, by=who, now=visit.now)
        told = TAKEN.format(_told(found)) if found else NOTHING
        return visit.go(f"{tabs.address(study)}/design", told)


def _changes(visit: Visit, study: Study, data: bytes, name: str) -> WorkbookChangesPage:
    drafts.check_can_change(study)
    files = _read(data, name)
    found = replacing.compare(visit.session, study, files)
    return WorkbookChangesPage(
        title="What would change",
        frame=tabs.frame(visit, study, "/design"),
        home=tabs.address(study),
        parts=_parts(study, files, found),
        added=tuple(plan.title for plan in found.added),
        reworded=tuple(
            ItemChange(one.before.title, one.before.vignette, one.after.title, one.after.vignette)
            for one in found.reworded
        ),
        dropped=tuple(plan.title for plan in found.dropped),
        others=tuple(_others(found)),
        is_any=bool(found),
        file=name,
        sent=base64.urlsafe_b64encode(data).decode(),
        seen=replacing.standing(study),
    )


def _parts(study: Study, files: StudyFiles, found: Differences) -> tuple[PartChange, ...]:
    tags = vocabulary_files.to_builtins(files.vocabularies)
    before = overview.sentences(study.protocol, study.vocabularies)
    after = overview.sentences(files.protocol, tags)
    said = dict(zip(FORMS, zip(before, after, strict=True), strict=True))
    return tuple(PartChange(FORMS[part].title, *said[part]) for part in found.parts)


def _others(found: Differences) -> list[str]:
    """What else would change, a sentence each."""
    said = {
        "The words that items can be tagged with change.": found.vocabularies,
        f"{plural(found.retagged, 'item')} that you have would have other tags or notes.": found.retagged,
        "The items that you have would stand in another order.": found.is_reordered,
    }
    return [sentence for sentence, holds in said.items() if holds]


def _told(found: Differences) -> str:
    said = [f"{plural(len(found.parts), 'part')} changed"]
    counts = {"added": found.added, "reworded": found.reworded, "dropped": found.dropped}
    said += [f"{plural(len(those), 'item')} {how}" for how, those in counts.items() if those]
    return ", ".join(said)


def _read(data: bytes, name: str) -> StudyFiles:
    from surveys.exchange import workbook_files  # noqa: PLC0415  # few ever send one

    return workbook_files.read(data, name)


def _returned(form: Form) -> bytes:
    """The workbook as it came back with the list of changes."""
    try:
        return base64.urlsafe_b64decode(str(form.get("sent", "")).encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        raise InvalidInput(AGAIN, "file") from None
