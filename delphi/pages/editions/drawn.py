"""The grid of an edition on its pages: the drawing, its key, the same as a table, and the files of it."""

from dataclasses import dataclass

from litestar import Response

from delphi import charts, edition_grids, formats
from delphi.charts import Drawing
from delphi.page import Link, download
from surveys.editions import drawing
from surveys.editions.drawing import LocalGrid
from surveys.editions.showing import Shown
from surveys.grid_items import Placed
from surveys.grids import Grid


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A grid as a page shows it."""

    drawing: Drawing
    key: tuple[Placed, ...]
    newest: int
    caption: str
    people: str
    notes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What there is to see and to keep; without `drawn` the items are a list, or none has a place."""

    drawn: Drawn | None
    is_list: bool  # whether the study has no grids
    order: str
    files: tuple[Link, ...]


def sheet(shown: Shown, home: str) -> Sheet:
    """The grid of an edition as it is shown, with files that say the same."""
    one = drawing.of_shown(shown)
    return Sheet(
        drawn=_drawn(one) if drawing.has_grid(one) else None,
        is_list=one.source.grids is None,
        order=edition_grids.order(one),
        files=tuple(
            Link(form.words, f"{home}/grid/{name}?strength={one.findings.strength:g}")
            for name, form in edition_grids.files(one)
        ),
    )


def respond(shown: Shown, name: str) -> Response[bytes]:
    """A file of the grid to keep; its name says whose it is and of which version."""
    one = drawing.of_shown(shown)
    content = edition_grids.content(one, name)
    whole = f"{one.source.study_key}-local-edition-version-{shown.draft.number}"
    kept = whole + name.removeprefix("grid") if name.startswith("grid") else f"{whole}-{name}"
    return download(kept, content, edition_grids.get(name).media_type)


def _drawn(one: LocalGrid) -> Drawn:
    grid = drawing.grid(one)
    return Drawn(
        drawing=charts.draw(grid),
        key=grid.placed,
        newest=grid.through.number,
        caption=edition_grids.caption(one, grid),
        people=edition_grids.people(one.source, one.local).rstrip("."),
        notes=edition_grids.notes(one, grid),
        columns=_columns(grid),
        rows=tuple(_rows(one, grid)),
    )


def _columns(grid: Grid) -> tuple[tuple[str, str], ...]:
    return (
        ("Item", "text"),
        ("Place in the order", "number"),
        (f"{grid.across.name}, median", "number"),
        (f"{grid.up.name}, median", "number"),
        ("Where it stands", "text"),
        ("Here", "text"),
    )


def _rows(one: LocalGrid, grid: Grid) -> list[tuple[object, ...]]:
    """By number, so that a mark can be looked up."""
    found = {item.item: item for item in one.findings.items}
    return [
        (
            f"{item.number}. {item.title}",
            found[item.key].place,
            formats.number(item.x),
            formats.number(item.y),
            item.cell or formats.NOTHING,
            found[item.key].standing,
        )
        for item in sorted(grid.placed, key=lambda item: item.number)
    ]
