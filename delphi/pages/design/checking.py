"""Check my design: what reporting guidelines will ask, what the protocol says of it, what is open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi import navigation
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import pilot, tabs
from delphi.visits import Visit
from surveys import panels, pilots
from surveys.concerns import leads
from surveys.designing import reporting
from surveys.designing.guidelines import GUIDELINES, PILOT, SAFEGUARDING
from surveys.designing.notes import NOTES
from surveys.designing.reporting import Point
from surveys.permissions import Power
from surveys.studies import Study
from surveys.translations import completeness


@dataclass(frozen=True)
class PointRow:
    """A point with the page on which it is answered; without one where the protocol is fixed.

    `way` leads to what answers it by being done.
    """

    point: Point
    page: str
    href: str
    way: Link | None


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """Every point, the open ones first."""

    template: ClassVar[str] = "pages/design/check.html"
    home: str
    locked: bool
    open_points: tuple[PointRow, ...]
    answered: tuple[PointRow, ...]
    warnings: tuple[str, ...]
    left: tuple[Link, ...]
    guidelines: tuple[tuple[str, str, str], ...]


class CheckPages(Controller):
    """Looking the design over."""

    path = "/studies/{key:str}/design/check"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def check(self, visit: Visit, key: FromPath[str]) -> CheckPage:
        study = tabs.study_of(visit, key)
        people, is_locked = panels.count_by_panel(visit.session, study), study.locked_at is not None
        may_change = not is_locked and tabs.may(visit, study, Power.DESIGN)
        home, lead = tabs.address(study), leads.find(visit.session, study)
        points = reporting.points(
            study.protocol,
            people,
            pilot.tried(visit, study),
            lead.name if lead else "",
            reporting.notes_not_own(study),
        )
        rows = [
            PointRow(point, *_page(visit, study, point, may_change=may_change), _way(visit, study, point))
            for point in (*points, *completeness.points(visit.session, study))
        ]
        return CheckPage(
            title="Check my design",
            frame=tabs.frame(visit, study, "/design"),
            home=home,
            locked=is_locked,
            open_points=tuple(row for row in rows if row.point.is_open),
            answered=tuple(row for row in rows if not row.point.is_open),
            warnings=() if is_locked else reporting.warnings(study.protocol, people),
            left=() if is_locked else _left(home if may_change else "", reporting.left(study)),
            guidelines=GUIDELINES,
        )


def _page(visit: Visit, study: Study, point: Point, *, may_change: bool) -> tuple[str, str]:
    home = tabs.address(study)
    if point.part == "people":
        may_add = tabs.may(visit, study, Power.RUN)
        return "Panels: add people", f"{home}/panels" if may_add else ""
    if point.part == completeness.PART:
        return "Languages", f"{home}/design/languages"
    if point.part == SAFEGUARDING:
        return "Safeguarding", f"{home}/safeguarding"
    field = next((f"#note.{note.field}.text" for note in NOTES if note.key == point.note), "")
    return FORMS[point.part].title, f"{home}/design/parts/{point.part}{field}" if may_change else ""


def _way(visit: Visit, study: Study, point: Point) -> Link | None:
    """Where a pilot is started or waits to be answered, while nobody has tried the questions."""
    if point.note != PILOT or not point.is_open:
        return None
    is_running = pilots.find(visit.session, study) is not None
    return Link("Open the pilot" if is_running else "Start a pilot", navigation.pilot(study))


def _left(home: str, left: Collection[str]) -> tuple[Link, ...]:
    """The pages on which a template's words are left; without a home, only what they are called."""
    places = {form.title: f"parts/{part}" for part, form in FORMS.items() if part in left}
    places |= {"Items": "items"} if "items" in left else {}
    return tuple(Link(title, home and f"{home}/design/{path}") for title, path in places.items())
