"""Asking one's own people: a local round by link and QR code, or a file; and how far it has come."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import segno
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from delphi import addresses, edition_grids, formats
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import CSV, FieldFault, Form, download
from delphi.pages.editions import around
from delphi.pages.editions.around import Around, EditionPage
from delphi.visits import Visit
from surveys.cells import in_sentence
from surveys.editions import answers, local_files, local_rounds, plans
from surveys.editions.editions import Draft
from surveys.editions.local_files import Imported
from surveys.editions.local_rounds import LocalKind, LocalRound
from surveys.editions.sources import Source
from surveys.errors import FaultyFile, InvalidInput
from surveys.exchange import csv_files
from surveys.exchange.csv_files import inert

OPENED = "The local round is open. Pass its link on."
CLOSED = "The local round is closed. What may be seen of it stands in the result."
TAKEN = "{0} and {1} were read{2}. What may be seen of them stands in the result."
TICK_FIRST = "Tick the box first: a closed round takes no more answers."
CHOOSE_FILE = "Choose a file first."
TEMPLATE = "local-ratings.csv"
EXAMPLE_PEOPLE = 2
PLACES = ("panellist", "item", "panel")


@dataclass(frozen=True)
class TurnoutRow:
    """A panel, and how many of it have begun and finished."""

    name: str
    begun: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class LocalRatingsPage(EditionPage):
    """How to ask, how far it is, and what came of it."""

    template: ClassVar[str] = "pages/editions/local.html"
    items: int
    criteria: tuple[str, ...]
    is_open: bool
    asked: int
    link: str
    code: Markup
    screen: str
    turnout: tuple[TurnoutRow, ...]
    finished: int
    past: tuple[tuple[str, str, str], ...]  # a closed round: its number, how it was asked, when it closed
    people: tuple[tuple[str, str], ...]  # whose counts are used: panel and number as words
    there: str  # how many people’s answers are there, in words
    panels: tuple[tuple[str, str], ...]  # key and name
    example: str

    @property
    def turnout_cells(self) -> tuple[tuple[object, ...], ...]:
        """The turnout as a table."""
        return tuple((row.name, row.begun, row.finished) for row in self.turnout)


def local_page(visit: Visit, token: str) -> LocalRatingsPage:
    """The page of the local ratings."""
    edition = around.open_(visit, token)
    round_ = local_rounds.find_open(visit.session, edition.edition)
    link = respondents_link(visit, round_) if round_ else ""
    frame = edition.frame("/ratings")
    if isinstance(visit.refusal, FaultyFile):
        frame = replace(frame, faults=tuple(FieldFault("file", str(one)) for one in visit.refusal.faults))
    source = edition.draft.source
    turnout = turnout_rows(visit, round_, source) if round_ else ()
    return LocalRatingsPage(
        title="Local ratings",
        frame=frame,
        head=edition.head,
        items=len(plans.in_play(edition.draft.plan, source)),
        criteria=tuple(in_sentence(criterion.name) for criterion in source.criteria),
        is_open=round_ is not None,
        asked=len(local_rounds.questionnaire(round_).items) if round_ else 0,
        link=link,
        code=qr_code(link) if link else Markup(""),
        screen=f"{link}/screen",
        turnout=turnout,
        finished=sum(row.finished for row in turnout),
        past=_past(edition),
        people=_people(edition),
        there=_there(edition),
        panels=tuple((panel.key, panel.name) for panel in source.panels),
        example=",".join((*PLACES, *_criteria(source))),
    )


class LocalRatingPages(Controller):
    """The team's side of a local round."""

    path = "/editions/{token:str}/ratings"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, token: FromPath[str]) -> LocalRatingsPage:
        return local_page(visit, token)

    @post("/open", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=local_page)
    def open_round(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        edition, sure = around.open_(visit, token), form.get("replace_round") == "yes"
        local_rounds.open_(visit.session, visit.key, edition.edition, now=visit.now, is_replacing=sure)
        return visit.go(f"{edition.home}/ratings", OPENED)

    @post("/close", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=local_page)
    def close(self, visit: Visit, form: Form, token: FromPath[str]) -> Response[Any]:
        edition = around.open_(visit, token)
        if form.get("sure") != "yes":
            raise InvalidInput(TICK_FIRST, "sure")
        round_ = local_rounds.get_open(visit.session, edition.edition)
        local_rounds.close(visit.session, round_, now=visit.now)
        return visit.go(f"{edition.home}/ratings", CLOSED)

    @post("/file", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=local_page)
    def add_file(self, visit: Visit, upload: Form, token: FromPath[str]) -> Response[Any]:
        edition, (name, data) = around.open_(visit, token), _sent(upload)
        sure = upload.get("replace_file") == "yes"
        taken = local_files.import_(
            visit.session, edition.edition, data, name, now=visit.now, is_replacing=sure
        )
        return visit.go(f"{edition.home}/ratings", _read(taken))

    @get("/template.csv", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def template(self, visit: Visit, token: FromPath[str]) -> Response[bytes]:
        return download(TEMPLATE, _template(around.open_(visit, token).draft), CSV)


def respondents_link(visit: Visit, round_: LocalRound) -> str:
    """The address that is passed on."""
    return addresses.front(visit.settings, f"/local/{local_rounds.link_token(visit.key, round_)}")


def qr_code(address: str) -> Markup:
    """The address as a code to scan, as an inline figure with a title; black on white in either scheme."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        title="QR code of the link for your people",
        svgclass="ed-qr",
        lineclass=None,
        omitsize=True,
        dark="#000",
        light="#fff",
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  # drawn here, of an address of ours


def turnout_rows(visit: Visit, round_: LocalRound, source: Source) -> tuple[TurnoutRow, ...]:
    """How many have begun and finished, by panel."""
    names = {panel.key: panel.name for panel in source.panels}
    by_panel = local_rounds.turnout(visit.session, round_).by_panel
    return tuple(TurnoutRow(names.get(key, key), begun, finished) for key, begun, finished in by_panel)


def _past(edition: Around) -> tuple[tuple[str, str, str], ...]:
    visit = edition.visit
    kinds = {LocalKind.LINK: "by a link", LocalKind.FILE: "from a file"}
    return tuple(
        (
            f"Round {one.number}",
            f"{plural(one.items, 'item')}, {kinds[one.kind]}",
            formats.date_and_time(one.closed_at, visit.zone),
        )
        for one in local_rounds.list_all(visit.session, edition.edition)
        if not one.is_open
    )


def _people(edition: Around) -> tuple[tuple[str, str], ...]:
    if edition.local is None:
        return ()
    people = edition_grids.local_people(edition.draft.source, edition.local)
    return tuple((in_sentence(name), words) for name, words in people)


def _there(edition: Around) -> str:
    """How many people’s answers are there: in one number where it may be said, else panel by panel."""
    if edition.local is None:
        return ""
    said = {name: words for name, words in _people(edition) if words != answers.NOBODY}
    if all(words.isdigit() for words in said.values()):
        return plural(sum(map(int, said.values())), "person", "people")
    return "; ".join(f"{name}, {words}" for name, words in said.items())


def _read(taken: Imported) -> str:
    """How much was read of a file."""
    unable = f", and {plural(taken.unable, 'answer')} “unable to rate”" if taken.unable else ""
    people, ratings = plural(taken.people, "person", "people"), plural(taken.ratings, "rating")
    return TAKEN.format(people, ratings, unable)


def _template(draft: Draft) -> bytes:
    """A table to fill in for two people, of two panels where there are; keys with what they are called."""
    source, blanks = draft.source, [""] * len(draft.source.criteria)
    rows = [
        (f"Person {n + 1}", item.key, inert(item.title), panel.key, inert(panel.name), *blanks)
        for n in range(EXAMPLE_PEOPLE)
        for panel in (source.panels[n % len(source.panels)],)
        for item in plans.in_play(draft.plan, source)
    ]
    header = ("panellist", "item", "item_title", "panel", "panel_name", *_criteria(source))
    return csv_files.write(header, rows)


def _criteria(source: Source) -> tuple[str, ...]:
    return tuple(criterion.key for criterion in source.criteria)


def _sent(upload: Form) -> tuple[str, bytes]:
    """The name and the bytes of the file that was sent."""
    file = upload.get("file")
    if file is None or not getattr(file, "filename", ""):
        raise InvalidInput(CHOOSE_FILE, "file")
    return file.filename, file.file.read()
