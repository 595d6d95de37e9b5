"""A grid as files to keep, one for each form that it can be had in, and all audiences together on paper."""

from litestar import Response

from delphi import grid_forms
from delphi.page import Link, download
from delphi.pages.grids.looking import View, asked, find_each, look_of
from delphi.papers import Paper
from delphi.visits import Visit
from surveys import lenses
from surveys.errors import NotNow
from surveys.grids import Grid

EVERY_AUDIENCE: dict[str, tuple[str, Paper]] = {
    "audiences.pdf": ("Every audience, a page of A4 each (PDF)", "a4"),
    "posters.pdf": ("Every audience, a poster of A3 each (PDF)", "a3"),
}


def respond(visit: Visit, view: View, grid: Grid, file: str) -> Response[bytes]:
    """The grid as a file to keep, in the form that a file of this name has."""
    if file in EVERY_AUDIENCE:
        return _every_audience(visit, view, grid, file)
    form = grid_forms.get(file)
    name = _file_name(grid, grid.audience.key, file)
    return download(name, form.bytes(grid, visit.zone), form.media_type)


def downloads(view: View, grid: Grid) -> tuple[Link, ...]:
    """A link to each form of the grid as it is looked at, those for programs last."""
    every = EVERY_AUDIENCE if len(lenses.audiences(view.study)) > 1 else {}
    words = {file: form.words for file, form in grid_forms.FORMS.items()}
    ordered = {name: words[name] for name in words if name.endswith(".pdf")}
    ordered |= {name: said for name, (said, _) in every.items()} | words
    return tuple(
        Link(said, view.address(grid.audience, asked(grid), f"/{file}")) for file, said in ordered.items()
    )


def _every_audience(visit: Visit, view: View, grid: Grid, file: str) -> Response[bytes]:
    """All audiences by the look of this one; one in which no item stands has no page."""
    each = [one for one in find_each(visit, view, look_of(grid)) if one.placed]
    if not each:
        raise NotNow("No item can be placed on any of these grids yet.")
    _, paper = EVERY_AUDIENCE[file]
    made = grid_forms.pdf(each, visit.zone, paper, f"Priority grids: {grid.study_title}")
    return download(_file_name(grid, "audiences", file), made, "application/pdf")


def _file_name(grid: Grid, whose: str, file: str) -> str:
    """Whose grid it is and up to which round; a poster says so."""
    parts = (grid.study_key, whose, grid.lens.key, f"round-{grid.through.number}")
    kept = "-".join(part.replace("_", "-") for part in parts)
    stem, _, ending = file.rpartition(".")
    return f"{kept}.{ending}" if stem in ("grid", "audiences") else f"{kept}-{file}"
