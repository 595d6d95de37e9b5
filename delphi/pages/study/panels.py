"""The panels: who is on them and how far each has come, and adding panellists by a file or one by one."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import addresses
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.findings_in_words import inside, joined
from delphi.formats import date, plural
from delphi.page import CSV, Form, Page, download
from delphi.pages.study import tabs
from surveys import invitations, panels, rounds, turnout
from surveys.errors import InvalidInput
from surveys.exchange import csv_files, panellist_files
from surveys.exchange.panellist_files import LinkRow, PanellistPlan
from surveys.invitations import HandedOut
from surveys.panels import Consent, ConsentKind, Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.turnout import Progress

COLUMNS = ("panel", "code", "name", "email", "language")
EXAMPLE = ("", "Ada Example", "ada@example.org", "en")
CHOOSE_FILE = "Choose a file first."
_MORE = {ConsentKind.SHOW_COMMENTS: "show comments", ConsentKind.QUOTE: "quote"}


@dataclass(frozen=True)
class PanellistRow:
    """A panellist as the team sees it: who and how far, never what was answered."""

    code: str
    href: str
    name: str
    consents: str
    progress: str


@dataclass(frozen=True)
class PanelTable:
    """A panel and its people; `staying` have not withdrawn."""

    name: str
    mark: int
    staying: int
    panellists: tuple[PanellistRow, ...]


@dataclass(frozen=True, kw_only=True)
class PanelsPage(Page):
    """All panels, with the forms to add people."""

    template: ClassVar[str] = "pages/study/panels.html"
    home: str
    open_round: int | None
    panels: tuple[PanelTable, ...]
    choices: tuple[tuple[str, str], ...]
    typed: PanellistPlan
    has_ended: bool

    @property
    def is_empty(self) -> bool:
        """Whether nobody is on any panel."""
        return not any(panel.panellists for panel in self.panels)

    @property
    def progress_heading(self) -> str:
        """What stands above how far each has come; nothing where there is nothing to say of anybody."""
        if self.open_round:
            return f"Round {self.open_round}"
        is_said = any(panellist.progress for panel in self.panels for panellist in panel.panellists)
        return "Now" if is_said else ""

    @property
    def sentence(self) -> str:
        """How many are on each panel."""
        counted = [f"{panel.staying} {inside(panel.name)}" for panel in self.panels]
        return f"{joined(counted)}."

    @property
    def has_names(self) -> bool:
        """Whether anybody’s name is kept."""
        return any(panellist.name for panel in self.panels for panellist in panel.panellists)


@dataclass(frozen=True)
class _Known:
    """What is known of all panellists of a study, read once."""

    study: Study
    current: Round | None
    invited: frozenset[int]
    progress: dict[int, Progress]
    consents: dict[tuple[int, ConsentKind], Consent]

    @property
    def asked(self) -> int:
        return len(self.current.items) * len(self.study.criteria) if self.current else 0


def panels_page(visit: Visit, key: str) -> PanelsPage:
    """The panels, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    known = _known(visit, study)
    return PanelsPage(
        title="Panels",
        frame=tabs.frame(visit, study, "/panels"),
        home=tabs.address(study),
        open_round=known.current.number if known.current else None,
        panels=_tables(visit, known),
        choices=tuple((panel.key, panel.name) for panel in study.panels),
        typed=_typed(visit.form),
        has_ended=study.ended_at is not None,
    )


class PanelsPages(Controller):
    """Who is asked."""

    path = "/studies/{key:str}/panels"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def panels(self, visit: Visit, key: FromPath[str]) -> PanelsPage:
        return panels_page(visit, key)

    @post("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=panels_page)
    def add_one(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, who = tabs.study_of(visit, key), visit.account.email
        added = invitations.invite_one(visit.session, study, _typed(form), by=who, now=visit.now)
        told = f"{added.code} is on the panel “{added.panel.name}”."
        return visit.go(f"{tabs.address(study)}/panels", told)

    @post("/file", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction(again=panels_page)
    def add_file(self, visit: Visit, upload: Form, key: FromPath[str]) -> Response[Any]:
        study, (name, data) = tabs.study_of(visit, key), _sent(upload)
        plans = panellist_files.read(visit.session, study, data, name)
        added = invitations.invite(visit.session, study, plans, by=visit.account.email, now=visit.now)
        told = f"{plural(len(added), 'panellist')} added."
        return visit.go(f"{tabs.address(study)}/panels", told)

    @get("/template.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def template(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        data = csv_files.write(COLUMNS, [(study.panels[0].key, *EXAMPLE)])
        return download(panellist_files.FILE, data, CSV)

    # A download that may make links, and is noted in the trail: so it is no GET.
    @post("/links.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def links(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study, who = tabs.study_of(visit, key), visit.account.email
        given = invitations.hand_out_all(visit.session, visit.key, study, by=who, now=visit.now)
        data = panellist_files.links_csv([_link_row(visit, one) for one in given])
        return download(f"{study.key}-links.csv", data, CSV)


def consents_in_words(given: dict[ConsentKind, bool]) -> str:
    """What a panellist has agreed to, in a phrase."""
    if ConsentKind.TAKE_PART not in given:
        return "not asked yet"
    if not given[ConsentKind.TAKE_PART]:
        return "declined"
    return ", ".join(["take part", *(words for kind, words in _MORE.items() if given.get(kind))])


def progress_in_words(progress: Progress, asked: int) -> str:
    """How far a panellist has come in the open round."""
    if not progress.has_begun:
        return "not begun"
    return f"{progress.answers} of {asked}{', submitted' if progress.has_submitted else ''}"


def _known(visit: Visit, study: Study) -> _Known:
    newest = rounds.find_current(visit.session, study)
    current = newest if newest is not None and newest.is_open else None
    return _Known(
        study=study,
        current=current,
        invited=_invited(visit, current) if current else frozenset(),
        progress=turnout.by_panellist(visit.session, current) if current else {},
        consents=panels.newest_consents(visit.session, study),
    )


def _invited(visit: Visit, round_: Round) -> frozenset[int]:
    return frozenset(panellist.id for panellist in turnout.list_invited(visit.session, round_))


def _tables(visit: Visit, known: _Known) -> tuple[PanelTable, ...]:
    everyone = panels.list_panellists(visit.session, known.study)
    return tuple(
        PanelTable(
            name=panel.name,
            mark=panel.position + 1,
            staying=sum(one.panel_id == panel.id and one.withdrawn_at is None for one in everyone),
            panellists=tuple(_row(visit, known, one) for one in everyone if one.panel_id == panel.id),
        )
        for panel in known.study.panels
    )


def _row(visit: Visit, known: _Known, panellist: Panellist) -> PanellistRow:
    return PanellistRow(
        code=panellist.code,
        href=f"{tabs.address(known.study)}/panels/{panellist.id}",
        name=panellist.person.name if panellist.person else "",
        consents=consents_in_words(_given(known, panellist)),
        progress=_progress(visit, known, panellist),
    )


def _given(known: _Known, panellist: Panellist) -> dict[ConsentKind, bool]:
    newest = {kind: known.consents.get((panellist.id, kind)) for kind in ConsentKind}
    return {kind: consent.is_given for kind, consent in newest.items() if consent}


def _progress(visit: Visit, known: _Known, panellist: Panellist) -> str:
    if panellist.withdrawn_at is not None:
        return f"withdrew {date(panellist.withdrawn_at, visit.settings.zone)}"
    if known.current is None:
        return ""
    if panellist.id not in known.invited:
        return "not asked"
    return progress_in_words(known.progress.get(panellist.id, turnout.NOTHING), known.asked)


def _typed(form: Form) -> PanellistPlan:
    return PanellistPlan(**{column: str(form.get(column, "")).strip() for column in COLUMNS})


def _sent(upload: Form) -> tuple[str, bytes]:
    """The name and the bytes of the file that was sent."""
    file = upload.get("file")
    if file is None or not getattr(file, "filename", ""):
        raise InvalidInput(CHOOSE_FILE, "file")
    return file.filename, file.file.read()


def _link_row(visit: Visit, given: HandedOut) -> LinkRow:
    person = given.panellist.person
    return LinkRow(
        code=given.panellist.code,
        panel=given.panellist.panel.name,
        name=person.name if person else "",
        email=person.email if person else "",
        link=addresses.personal_link(visit.settings, given.token),
    )
