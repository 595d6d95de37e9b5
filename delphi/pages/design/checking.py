"""Check my design: what reporting guidelines will ask, what the protocol says of it, what is open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Link, Page
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import tabs
from surveys import panels
from surveys.designing import reporting
from surveys.designing.guidelines import GUIDELINES
from surveys.designing.notes import NOTES
from surveys.designing.reporting import Point


@dataclass(frozen=True)
class PointRow:
    """A point with the page on which it is answered; without one where the protocol is fixed."""

    point: Point
    page: str
    href: str


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
        home = tabs.address(study)
        rows = [
            PointRow(point, *_page(home, point, is_locked=is_locked))
            for point in reporting.points(study.protocol, people)
        ]
        return CheckPage(
            title="Check my design",
            frame=tabs.frame(visit, study, "/design"),
            home=home,
            locked=is_locked,
            open_points=tuple(row for row in rows if row.point.is_open),
            answered=tuple(row for row in rows if not row.point.is_open),
            warnings=() if is_locked else reporting.warnings(study.protocol, people),
            left=() if is_locked else _left(home, reporting.left(study)),
            guidelines=GUIDELINES,
        )


def _page(home: str, point: Point, *, is_locked: bool) -> tuple[str, str]:
    if point.part == "people":
        return "Panels: add people", f"{home}/panels"
    field = next((f"#note.{note.field}.text" for note in NOTES if note.key == point.note), "")
    return FORMS[point.part].title, "" if is_locked else f"{home}/design/parts/{point.part}{field}"


def _left(home: str, left: Collection[str]) -> tuple[Link, ...]:
    """The pages on which a template's words are left."""
    parts = tuple(
        Link(form.title, f"{home}/design/parts/{part}") for part, form in FORMS.items() if part in left
    )
    return (*parts, *([Link("Items", f"{home}/design/items")] if "items" in left else []))
