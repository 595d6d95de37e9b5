"""The grids as the study's own team sees them: of any closed round, in full, and not for publication."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, urlencode

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi import formats
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages.design import tags
from delphi.pages.design.tags import Untagged
from delphi.pages.grids import files, looking, strips, views
from delphi.pages.grids.looking import View
from delphi.pages.grids.strips import StripPage
from delphi.pages.grids.views import Card, GridPage
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import evidence, lenses, publications
from surveys.publications import Publication
from surveys.studies import Study
from surveys.visibility import Viewer


@dataclass(frozen=True, kw_only=True)
class TeamGridsPage(Page):
    """For whom there is a grid, of which round, and what is public. `wait` says why there is none yet."""

    template: ClassVar[str] = "pages/grids/team.html"
    wait: str
    through: int
    rounds: tuple[Link, ...]
    cards: tuple[Card, ...]
    write_ups: str
    untagged: Untagged | None
    published: str  # "round 2, since 3 March 2026"; empty for nothing
    public_address: str
    publish: Link | None  # none where just these are public
    withdraw: Link | None


class TeamGridPages(Controller):
    """Any closed round, in full."""

    path = "/studies/{key:str}/grids"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def study(
        self, visit: Visit, key: FromPath[str], through: FromQuery[int] = 0
    ) -> TeamGridsPage | StripPage:
        study = tabs.study_of(visit, key)
        if not lenses.has_grids(study):
            return strips.team_page(visit, study, through)
        if wait := _wait(visit, study):
            return _waiting(visit, study, wait)
        return _page(visit, _view(visit, key, through))

    @get("/{audience:str}", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def grid(
        self,
        visit: Visit,
        key: FromPath[str],
        audience: FromPath[str],
        through: FromQuery[int] = 0,
    ) -> GridPage | StripPage:
        view = _view(visit, key, through)
        if not lenses.has_grids(view.study):
            return strips.team_page(visit, view.study, through, audience)
        found = looking.find_grid(visit, view, audience)
        links = _round_links(visit, view, f"/{quote(audience, safe='')}", looking.asked(found))
        frame, back = tabs.frame(visit, view.study, "/grids"), Link("All grids", home(view.study))
        return views.grid_page(visit, view, found, frame, back, links)

    @get("/{audience:str}/{file:str}", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(
        self,
        visit: Visit,
        key: FromPath[str],
        audience: FromPath[str],
        file: FromPath[str],
        through: FromQuery[int] = 0,
    ) -> Response[bytes]:
        view = _view(visit, key, through)
        if not lenses.has_grids(view.study):
            return strips.team_file(visit, view.study, through, audience, file)
        return files.respond(visit, view, looking.find_grid(visit, view, audience), file)


def home(study: Study) -> str:
    """Where the grids are, for the team."""
    return f"{tabs.address(study)}/grids"


def _view(visit: Visit, key: str, through: int) -> View:
    study = tabs.study_of(visit, key)
    asked = (("through", f"{through}"),) if through else ()
    return View(
        study, evidence.get_round(visit.session, study, through), Viewer.RESEARCHER, home(study), asked
    )


def _wait(visit: Visit, study: Study) -> str:
    return "" if evidence.list_rounds(visit.session, study) else evidence.NOT_CLOSED


def _waiting(visit: Visit, study: Study, wait: str) -> TeamGridsPage:
    return TeamGridsPage(
        title="Priority grids",
        frame=tabs.frame(visit, study, "/grids"),
        wait=wait,
        through=0,
        rounds=(),
        cards=(),
        write_ups="",
        untagged=tags.untagged(visit, study),
        published="",
        public_address="",
        publish=None,
        withdraw=None,
    )


def _page(visit: Visit, view: View) -> TeamGridsPage:
    study, number = view.study, view.round.number
    address = f"{tabs.address(study)}/publication"
    published = publications.find(visit.session, study)
    is_public = published is not None and published.round.number == number
    return TeamGridsPage(
        title="Priority grids",
        frame=tabs.frame(visit, study, "/grids"),
        wait="",
        through=number,
        rounds=_round_links(visit, view),
        cards=views.cards(visit, view),
        write_ups=f"{tabs.address(study)}/write-ups",
        untagged=tags.untagged(visit, study),
        published=_published(visit, published),
        public_address=f"{visit.settings.public_address}/grids/{study.key}",
        publish=None
        if is_public
        else Link(f"Publish the grids of round {number}", f"{address}?through={number}"),
        withdraw=Link("Take them back", f"{address}/withdrawal"),
    )


def _published(visit: Visit, published: Publication | None) -> str:
    if published is None:
        return ""
    return f"round {published.round.number}, since {formats.date(published.at, visit.zone)}"


def _round_links(
    visit: Visit, view: View, below: str = "", asked: tuple[tuple[str, str], ...] = ()
) -> tuple[Link, ...]:
    """The closed rounds, where there are several, each with the page that this is for it."""
    closed = sorted(evidence.list_rounds(visit.session, view.study), key=lambda one: one.number)
    return tuple(
        Link(
            f"Up to round {one.number}",
            f"{home(view.study)}{below}?{urlencode([*asked, ('through', one.number)])}",
            is_current=one.number == view.round.number,
        )
        for one in closed
        if len(closed) > 1
    )
