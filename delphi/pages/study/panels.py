"""The panels: who is on them and how far each has come, and adding panellists by a file or one by one."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import addresses, uploads
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined, people
from delphi.formats import plural
from delphi.page import CSV, Form, Link, Page, download
from delphi.pages.study import channel_tables, panel_tables, tabs
from delphi.pages.study.panel_tables import PanelTable
from delphi.visits import Visit
from surveys import attributes, invitations
from surveys.errors import InvalidInput
from surveys.exchange import csv_files, panellist_files
from surveys.exchange.panellist_files import LinkRow, PanellistPlan
from surveys.invitations import HandedOut
from surveys.permissions import Power
from surveys.sign_ups import entries, forms
from surveys.studies import Study

COLUMNS = ("panel", "code", "name", "email", "language", "channel")
EXAMPLE = ("", "Ada Example", "ada@example.org", "en", "own list", "participant", "", "")
CHOOSE_FILE = "Choose a file first."


@dataclass(frozen=True, kw_only=True)
class PanelsPage(Page):
    """All panels, with the forms to add people."""

    template: ClassVar[str] = "pages/study/panels.html"
    home: str
    open_round: int | None
    whom: str
    panels: tuple[PanelTable, ...]
    choices: tuple[tuple[str, str], ...]
    typed: PanellistPlan
    kept: str
    token: str
    channels: tuple[tuple[str | int, ...], ...]
    channel_columns: tuple[tuple[str, str], ...]
    waiting: int
    may_invite: bool
    has_ended: bool

    @property
    def channel_files(self) -> tuple[Link, ...]:
        """The register as a file."""
        return (Link("How they were invited (CSV)", f"{self.home}/panels/channels.csv"),)

    @cached_property
    def is_empty(self) -> bool:
        """Whether nobody is on any panel."""
        return not any(panel.panellists for panel in self.panels)

    # Asked at each row, so looked up once: of ten thousand people each would be asked for each.
    @cached_property
    def progress_heading(self) -> str:
        """What stands above how far each has come; nothing where there is nothing to say of anybody."""
        if self.open_round:
            return f"Round {self.open_round}"
        is_said = any(panellist.progress for panel in self.panels for panellist in panel.panellists)
        return "Now" if is_said else ""

    @property
    def sentence(self) -> str:
        """How many are on each panel."""
        counted = [people(panel.staying, panel.name) for panel in self.panels]
        return f"{joined(counted)}."

    @cached_property
    def has_attributes(self) -> bool:
        """Whether anything is kept of anybody beside the name."""
        return any(panellist.attributes for panel in self.panels for panellist in panel.panellists)

    @cached_property
    def has_names(self) -> bool:
        """Whether anybody’s name is kept."""
        return any(panellist.name for panel in self.panels for panellist in panel.panellists)


def panels_page(visit: Visit, key: str) -> PanelsPage:
    """The panels, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    known = panel_tables.known(visit, study)
    return PanelsPage(
        title="Panels",
        frame=tabs.frame(visit, study, "/panels"),
        home=tabs.address(study),
        open_round=known.current.number if known.current else None,
        whom=known.whom,
        panels=panel_tables.tables(visit, known),
        choices=tuple((panel.key, panel.name) for panel in study.panels),
        typed=_typed(visit.form),
        kept=visit.typed("attributes", ", ".join(_named_before(visit, study))),
        token=uploads.new_token(),
        channels=channel_tables.rows(visit.session, study),
        channel_columns=channel_tables.COLUMNS,
        waiting=entries.count_waiting(visit.session, study) if known.shows_names else 0,
        may_invite=known.shows_names,
        has_ended=study.ended_at is not None,
    )


class PanelsPages(Controller):
    """Who is asked."""

    path = "/studies/{key:str}/panels"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def panels(self, visit: Visit, key: FromPath[str]) -> PanelsPage:
        return panels_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panels_page)
    def add_one(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, who = tabs.study_of(visit, key), visit.account.email
        added = invitations.invite_one(visit.session, study, _typed(form), by=who, now=visit.now)
        told = f"{added.code} is on the panel “{added.panel.name}”."
        return visit.go(f"{tabs.address(study)}/panels", told)

    @post("/file", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panels_page)
    def add_file(self, visit: Visit, upload: Form, key: FromPath[str]) -> Response[Any]:
        study, (name, data) = tabs.study_of(visit, key), _sent(upload)
        kept = tuple(attributes.read_names(str(upload.get("attributes", ""))))
        reading, adding = visit.service.uploads.halves(str(upload.get("token", "")))
        plans = panellist_files.read(visit.session, study, data, name, kept=kept, progress=reading)
        by = visit.account.email
        added = invitations.invite(visit.session, study, plans, by=by, now=visit.now, progress=adding)
        told = f"{plural(len(added), 'panellist')} added."
        return visit.go(f"{tabs.address(study)}/panels", told)

    @get("/template.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def template(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        data = csv_files.write((*COLUMNS, *panellist_files.DECLARED), [(study.panels[0].key, *EXAMPLE)])
        return download(panellist_files.FILE, data, CSV)

    @get("/panellists.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        known = panel_tables.known(visit, study)
        data = panel_tables.as_csv(known, panel_tables.tables(visit, known))
        return download(f"{study.key}-panellists.csv", data, CSV)

    @get("/channels.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def channels(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        return download(f"{study.key}-channels.csv", channel_tables.as_csv(visit.session, study), CSV)

    # A download that may make links, and is noted in the trail: so it is no GET.
    @post("/links.csv", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def links(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study, who = tabs.study_of(visit, key), visit.account.email
        given = invitations.hand_out_all(visit.session, visit.key, study, by=who, now=visit.now)
        data = panellist_files.links_csv([_link_row(visit, one) for one in given])
        return download(f"{study.key}-links.csv", data, CSV)


def _named_before(visit: Visit, study: Study) -> list[str]:
    """The attributes that the next file may have as well; what has a column anyway need not be named."""
    known = forms.list_attributes(visit.session, study)
    return [name for name in known if name not in panellist_files.DECLARED]


def _typed(form: Form) -> PanellistPlan:
    panel, code, name, email, language, channel = (str(form.get(one, "")).strip() for one in COLUMNS)
    return PanellistPlan(panel, code, name, email, language, channel)


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
