"""The forms that a grid can be had in: for a report, a slide, a wall, a spreadsheet or the next program."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from delphi import charts, papers, sheets
from delphi.page import CSV
from surveys.errors import NotFound
from surveys.exchange import grid_files
from surveys.grids import Grid

Content = Callable[[Grid, ZoneInfo], str | bytes]


@dataclass(frozen=True)
class Form:
    """One form: what a link to it says, what a browser is told, and how it is made."""

    words: str
    media_type: str
    content: Content

    def bytes(self, grid: Grid, zone: ZoneInfo) -> bytes:
        """The file. Equal grids give equal bytes."""
        made = self.content(grid, zone)
        return made if isinstance(made, bytes) else made.encode()


def get(file: str) -> Form:
    """The form that a file of this name has."""
    if (form := FORMS.get(file)) is None:
        raise NotFound("There is no page at this address.")
    return form


def _said(grid: Grid) -> dict[str, str]:
    drawing = charts.draw(grid)
    return {"title": drawing.title, "description": drawing.description}


def _pdf(paper: papers.Paper) -> Content:
    return lambda grid, zone: papers.pdf(sheets.render_svg(grid, zone), paper=paper, **_said(grid))


def _png(grid: Grid, zone: ZoneInfo) -> bytes:
    return papers.png(sheets.render_svg(grid, zone), **_said(grid))


FORMS = {
    "grid.pdf": Form("On a page of A4 (PDF)", "application/pdf", _pdf("a4")),
    "poster.pdf": Form("A poster of A3 (PDF)", "application/pdf", _pdf("a3")),
    "grid.png": Form("Picture (PNG)", "image/png", _png),
    "grid.svg": Form("Drawing (SVG)", "image/svg+xml", sheets.render_svg),
    "grid.csv": Form("Table (CSV)", CSV, lambda grid, _: grid_files.write(grid)),
    "grid.json": Form("Data (JSON)", "application/json", lambda grid, _: grid_files.write_json(grid)),
}
