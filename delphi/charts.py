"""The priority grid as a drawing: a square in whole units, ready for a template that only writes it down."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from delphi import labels, lettering, overlays, placement, plots
from delphi.formats import plural
from delphi.labels import Field
from delphi.outlines import Box, Point, Shape
from delphi.overlays import Arrow, Ellipse, Whiskers
from delphi.placement import Ground
from delphi.plots import PLOT, SIZE
from surveys.cells import Cell, in_sentence
from surveys.grid_items import Placed
from surveys.grids import Grid
from surveys.looks import Shows

HEADING_SIZE = 13

# A panel keeps its mark everywhere; all panels together have one of their own. Many marks reach less far.
_SHAPES = {0: "hexagon", 1: "circle", 2: "diamond"}  # and square
_REACHES = {
    "circle": (12, 11, 8, 5, 3),
    "diamond": (15, 14, 10, 6, 4),
    "square": (11, 10, 7, 5, 3),
    "hexagon": (13, 12, 9, 6, 4),
}
_FEW = 30  # up to so many items, marks have their full size
_MOST_TICKS = 11


@dataclass(frozen=True)
class Tick:
    """A number of the scale at its place along an axis."""

    at: int
    number: int


@dataclass(frozen=True)
class Mark:
    """The numbered mark of an item, and where its item really is."""

    number: int
    at: Point
    point: Point
    title: str
    is_earlier: bool
    leads: bool  # whether it had to move so far that a line leads to its point
    is_in_group: bool  # whether it stands round a point that it shares
    whiskers: Whiskers | None
    ellipse: Ellipse | None
    arrow: Arrow | None
    panels_differ: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that the figure consists of, in units of which the square has `size` a side."""

    size: int
    plot: Box
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    fields: tuple[Field, ...]
    marks: tuple[Mark, ...]
    shape: Shape
    panel: int  # the panel's number, 0 for all
    heading: str
    earlier_at: int  # where the sign for earlier rounds stands in the heading; 0 for none
    across: str
    more_across: str
    up: str
    more_up: str
    title: str
    description: str
    is_simulated: bool
    is_public: bool
    shows_chance: bool
    shows_change: bool


def draw(grid: Grid) -> Drawing:
    """The figure of this grid."""
    shown = grid.look.shows if grid.look else ()
    points = tuple(plots.point(grid, item.x, item.y) for item in grid.placed)
    boxes = tuple(_box(grid, cell) for cell in grid.cells)
    shape, places, fields = _laid_out(points, _SHAPES.get(grid.lens.mark, "square"), grid.cells, boxes)
    marks = _marks(grid, points, places, shape)
    has_earlier = any(mark.is_earlier for mark in marks)
    legend = PLOT.left + 54 + round(lettering.width(grid.lens.name, HEADING_SIZE, is_bold=True))
    return Drawing(
        size=SIZE,
        plot=PLOT,
        columns=tuple(Tick(plots.across(grid, number), number) for number in _ticks(grid)),
        rows=tuple(Tick(plots.up(grid, number), number) for number in _ticks(grid)),
        fields=fields,
        marks=marks,
        shape=shape,
        panel=grid.lens.mark,
        heading=grid.lens.name,
        earlier_at=legend if has_earlier else 0,
        across=grid.across.name,
        more_across=grid.across.more,
        up=grid.up.name,
        more_up=grid.up.more,
        title=title(grid),
        description=description(grid),
        is_simulated=grid.is_simulated,
        is_public=grid.is_public,
        shows_chance=Shows.CHANCE in shown,
        shows_change=Shows.CHANGE in shown,
    )


def title(grid: Grid) -> str:
    """Whose grid it is, and through whose eyes."""
    return f"Priority grid: {grid.audience.name}, {in_sentence(grid.lens.name)}"


def description(grid: Grid) -> str:
    """What the figure shows, for whoever cannot see it: how many items stand in each cell."""
    counts = Counter(item.cell for item in grid.placed)
    told = [f"{cell.words}: {counts[cell.words]}" for cell in reversed(grid.cells) if counts[cell.words]]
    axes = f"{in_sentence(grid.across.name)} across, {in_sentence(grid.up.name)} up"
    sentences = [
        f"{plural(len(grid.placed), 'item')} by their {grid.by}: {axes}, from {grid.low} to {grid.high}."
    ]
    if told:
        sentences.append(f"Items in each cell: {'; '.join(told)}.")
    if grid.is_simulated:
        sentences.append("The data are simulated.")
    return " ".join(sentences)


@lru_cache(maxsize=128)
def _laid_out(
    points: tuple[Point, ...], name: str, cells: tuple[Cell, ...], boxes: tuple[Box, ...]
) -> tuple[Shape, tuple[Point, ...], tuple[Field, ...]]:
    """The shape of the marks, their places, and the cells with their words, which the marks then keep off."""
    reaches = _REACHES[name] if len(points) <= _FEW else _REACHES[name][1:]
    shape = placement.largest_shape(len(points), name, reaches, PLOT)
    first = placement.place(points, shape, Ground(PLOT, boxes))
    fields = tuple(labels.field(cell, box, first, shape) for cell, box in zip(cells, boxes, strict=True))
    words = tuple(field.words for field in fields)
    if any(shape.covers(at, box) for box in words for at in first):
        return shape, placement.place(points, shape, Ground(PLOT, boxes, words)), fields
    return shape, first, fields


def _marks(
    grid: Grid, points: tuple[Point, ...], places: tuple[Point, ...], shape: Shape
) -> tuple[Mark, ...]:
    crowd = Counter(points)
    return tuple(
        _mark(grid, item, point, at, shape, is_shared=crowd[point] > 1)
        for item, point, at in zip(grid.placed, points, places, strict=True)
    )


def _mark(grid: Grid, item: Placed, point: Point, at: Point, shape: Shape, *, is_shared: bool) -> Mark:
    spread = overlays.spread(grid, item.sure)
    way = (at.x - point.x) ** 2 + (at.y - point.y) ** 2
    return Mark(
        number=item.number,
        at=at,
        point=point,
        title=f"{item.number}. {item.title}",
        is_earlier=item.round_number < grid.through.number,
        leads=way > shape.reach**2,
        is_in_group=is_shared and way <= 2 * shape.pitch**2,
        whiskers=spread if isinstance(spread, Whiskers) else None,
        ellipse=spread if isinstance(spread, Ellipse) else None,
        arrow=overlays.arrow(grid, item),
        panels_differ=item.panels_differ,
    )


def _box(grid: Grid, cell: Cell) -> Box:
    """Where the cell lies; the outermost reach to the edges."""
    lowest, highest = grid.low - 0.5, grid.high + 0.5
    return Box(
        PLOT.left if cell.left == lowest else plots.across(grid, cell.left),
        PLOT.top if cell.top == highest else plots.up(grid, cell.top),
        PLOT.right if cell.right == highest else plots.across(grid, cell.right),
        PLOT.bottom if cell.bottom == lowest else plots.up(grid, cell.bottom),
    )


def _ticks(grid: Grid) -> range:
    """Every category, or every tenth of a long scale."""
    size = grid.high - grid.low + 1
    return range(grid.low, grid.high + 1, 1 if size <= _MOST_TICKS else size // 10)
