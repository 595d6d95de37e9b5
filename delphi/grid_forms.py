"""The forms that a grid can be had in: for a report, a slide, a wall, a spreadsheet or the next program."""

from collections.abc import Callable, Sequence
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


def pdf(grids: Sequence[Grid], zone: ZoneInfo, paper: papers.Paper, title: str = "") -> bytes:
    """A page for each of these grids; the title is the first one's unless there is one for all."""
    return papers.pdf(
        [_figure(grid, zone) for grid in grids], title=title or charts.title(grids[0]), paper=paper
    )


def _png(grid: Grid, zone: ZoneInfo) -> bytes:
    return papers.png(_figure(grid, zone), title=charts.title(grid))


def _figure(grid: Grid, zone: ZoneInfo) -> papers.Figure:
    return papers.Figure(sheets.render_svg(grid, zone), charts.description(grid))


FORMS = {
    "grid.pdf": Form("On a page of A4 (PDF)", "application/pdf", lambda grid, zone: pdf([grid], zone, "a4")),
    "poster.pdf": Form("A poster of A3 (PDF)", "application/pdf", lambda grid, zone: pdf([grid], zone, "a3")),
    "grid.png": Form(
        "Picture (PNG)",
        "image/png",
        lambda grid, zone: papers.png(_figure(grid, zone), title=charts.title(grid)),
    ),
    "grid.svg": Form("Drawing (SVG)", "image/svg+xml", sheets.render_svg),
    "grid.csv": Form("Table (CSV)", CSV, lambda grid, _: grid_files.write(grid)),
    "grid.json": Form("Data (JSON)", "application/json", lambda grid, _: grid_files.write_json(grid)),
}
