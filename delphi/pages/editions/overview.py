"""Making an edition, and its first page: the link to keep, the four steps, what is done, who may see it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import addresses, formats, mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, download
from delphi.pages.editions import around, progress
from delphi.pages.editions.around import STEPS, Around, EditionPage
from delphi.pages.editions.progress import StepLine
from delphi.pages.editions.result import JSON
from delphi.visits import Visit
from surveys import publications
from surveys.editions import editions, local_rounds, sharing, source_files, sources
from surveys.editions.plans import Gone
from surveys.editions.sharing import Letter
from surveys.editions.sources import SourceState

MADE = "Your edition is made. Keep its link: there is no other way back to it."
MAIL_QUEUED = "The link is on its way to {}."
DEMO_SENDS_NONE = "This demonstration sends no mail. Copy the link instead."
UP_TO_DATE = "The edition is up to date with the study. Everything of yours is kept."
PUBLISHED = "The edition as it stands now is public."
TAKEN_BACK = "The edition is no longer public."


@dataclass(frozen=True)
class VersionRow:
    """A version: its number, what made it, when, and where it can be read."""

    number: int
    what: str
    when: str
    href: str


@dataclass(frozen=True, kw_only=True)
class EditionOverviewPage(EditionPage):
    """Where a local team stands, and what to do next."""

    template: ClassVar[str] = "pages/editions/overview.html"
    link: str
    email: str
    study: str
    study_href: str  # empty where nothing is public any more
    study_file: str  # the same as a file
    state: SourceState
    gone: tuple[Gone, ...]
    steps: tuple[StepLine, ...]
    ratings: str
    versions: tuple[VersionRow, ...]
    public_address: str  # empty where it is not public
    public_since: str
    is_behind: bool  # whether what is public is older than what is kept


def overview_page(visit: Visit, token: str) -> EditionOverviewPage:
    """The first page of an edition."""
    edition = around.open_(visit, token)
    draft, shared = edition.draft, sharing.find(visit.session, edition.edition)
    source, zone = draft.source, visit.zone
    return EditionOverviewPage(
        title=edition.place or "Your local edition",
        frame=edition.frame(""),
        head=edition.head,
        link=addresses.front(visit.settings, edition.home),
        email=visit.typed("email"),
        study=source.study_title,
        study_href="" if draft.state == SourceState.WITHDRAWN else f"/grids/{source.study_key}",
        study_file=f"/editions/of/{source.study_key}/study.json",
        state=draft.state,
        gone=draft.plan.gone,
        steps=progress.steps(edition),
        ratings=_ratings(edition),
        versions=_versions(edition),
        public_address=addresses.front(visit.settings, f"/editions/at/{shared.slug}") if shared else "",
        public_since=formats.date_and_time(shared.shared_at, zone) if shared else "",
        is_behind=shared is not None and shared.version != draft.number,
    )


class EditionPages(Controller):
    """An edition, for whoever has its link."""

    path = "/editions"

    @post("/of/{key:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def make(self, visit: Visit, key: FromPath[str]) -> Response[Any]:
        made = editions.create(visit.session, visit.key, key, origin=around.origin(visit), now=visit.now)
        return visit.go(f"/editions/{made.token}", MADE)

    @get("/of/{key:str}/study.json", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def study_file(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        source = sources.look(visit.session, publications.get(visit.session, key))
        return download(f"{key}-{source_files.NAME}", source_files.write(source), JSON)

    @get("/{token:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def overview(self, visit: Visit, token: FromPath[str]) -> EditionOverviewPage:
        return overview_page(visit, token)

    @post("/{token:str}/mail", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=overview_page)
    def send_link(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        edition, to = around.open_(visit, token), str(form.get("email", "")).strip()
        if visit.settings.is_demo:
            return visit.go(edition.home, DEMO_SENDS_NONE)
        sharing.mail(
            visit.session,
            visit.key,
            edition.edition,
            _letter(edition, to),
            origin=around.origin(visit),
            now=visit.now,
        )
        return visit.go(edition.home, MAIL_QUEUED.format(to))

    @post("/{token:str}/up-to-date", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def bring_up_to_date(self, visit: Visit, token: FromPath[str]) -> Response[Any]:
        edition = around.open_(visit, token)
        editions.bring_up_to_date(visit.session, edition.edition, now=visit.now)
        return visit.go(edition.home, UP_TO_DATE)

    @post("/{token:str}/sharing", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def publish(self, visit: Visit, token: FromPath[str]) -> Response[Any]:
        edition = around.open_(visit, token)
        sharing.publish(visit.session, edition.edition, now=visit.now)
        return visit.go(f"{edition.home}#sharing", PUBLISHED)

    @post("/{token:str}/sharing/end", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def take_back(self, visit: Visit, token: FromPath[str]) -> Response[Any]:
        edition = around.open_(visit, token)
        sharing.take_back(visit.session, edition.edition, now=visit.now)
        return visit.go(f"{edition.home}#sharing", TAKEN_BACK)


def _letter(edition: Around, to: str) -> Letter:
    address = addresses.front(edition.visit.settings, edition.home)
    subject, body = mail.text("edition_link", study=edition.draft.source.study_title, address=address)
    return Letter(to, subject, body)


def _ratings(edition: Around) -> str:
    """How far asking one's own people has come, in a sentence."""
    rounds = local_rounds.list_all(edition.visit.session, edition.edition)
    if not rounds:
        return "Nobody has been asked here yet."
    last = rounds[-1]
    if last.is_open and last.turnout is not None:
        return (
            f"A local round is open: {plural(last.turnout.finished, 'person has', 'people have')} finished."
        )
    return f"Local answers are in, since {formats.date(last.closed_at, edition.visit.zone)}."


def _versions(edition: Around) -> tuple[VersionRow, ...]:
    zone = edition.visit.zone
    names = {step.value: f"step {n} saved" for n, step in enumerate(STEPS, start=1)}
    return tuple(
        VersionRow(
            line.number,
            names.get(line.origin, line.origin),
            formats.date_and_time(line.at, zone),
            f"{edition.home}/versions/{line.number}",
        )
        for line in editions.list_versions(edition.visit.session, edition.edition)
    )
