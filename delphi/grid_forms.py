"""The forms that a grid can be had in: for a report, a slide, a wall, a spreadsheet or the next program."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from delphi import charts, kept_files, papers, sheets
from delphi.kept_files import Form
from delphi.page import CSV
from surveys.exchange import grid_files
from surveys.grids import Grid


def get(file: str) -> Form[Grid]:
    """The form that a file of this name has."""
    return kept_files.find(FORMS, file)


def pdf(grids: Sequence[Grid], zone: ZoneInfo, paper: papers.Paper, title: str = "") -> bytes:
    """A page for each of these grids; the title is the first one's unless there is one for all."""
    return papers.pdf(
        [_figure(grid, zone) for grid in grids], title=title or charts.title(grids[0]), paper=paper
    )


def _png(grid: Grid, zone: ZoneInfo) -> bytes:
    return papers.png(_figure(grid, zone), title=charts.title(grid))


def _figure(grid: Grid, zone: ZoneInfo) -> papers.Figure:
    return papers.Figure(sheets.render_svg(grid, zone), charts.description(grid))


FORMS: dict[str, Form[Grid]] = {
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
