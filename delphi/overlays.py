"""What a grid shows over its cells when asked for: how sure each place is, and where it came from."""

from dataclasses import dataclass
from math import hypot

from delphi import plots
from delphi.outlines import Point
from surveys.grid_items import Placed, Sure
from surveys.grids import Grid

_HEAD = 9  # of an arrow
_LEAST_WAY = 12  # a shorter one is no more than its head


@dataclass(frozen=True)
class Whiskers:
    """The interval of a median on both axes, from end to end about its point."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Ellipse:
    """The region of two means: semi-axes in units, and degrees as the figure turns."""

    reach: float
    other: float
    turn: float


@dataclass(frozen=True)
class Arrow:
    """From where an item stood to where it stands, and the two corners of its head."""

    start: Point
    end: Point
    corners: tuple[Point, Point]


def spread(grid: Grid, sure: Sure) -> Whiskers | Ellipse | None:
    """How sure the place is, as it is drawn; nothing where that may not be seen or cannot be said."""
    if sure.ellipse is not None:
        major, minor, degrees = sure.ellipse
        unit = plots.unit(grid)
        return Ellipse(round(major * unit, 1), round(minor * unit, 1), round(-degrees, 1))
    if sure.x is None or sure.y is None:
        return None
    (left, right), (bottom, top) = sure.x, sure.y
    return Whiskers(
        plots.across(grid, max(left, grid.low)),
        plots.across(grid, min(right, grid.high)),
        plots.up(grid, min(top, grid.high)),
        plots.up(grid, max(bottom, grid.low)),
    )


def arrow(grid: Grid, item: Placed) -> Arrow | None:
    """The way since the round before; nothing for an item that was new or has not moved."""
    if item.before is None:
        return None
    start, end = plots.point(grid, item.before.x, item.before.y), plots.point(grid, item.x, item.y)
    way = hypot(end.x - start.x, end.y - start.y)
    if way < _LEAST_WAY:
        return None
    dx, dy = (end.x - start.x) / way, (end.y - start.y) / way
    return Arrow(start, end, (_corner(end, dx, dy, 1), _corner(end, dx, dy, -1)))


def _corner(end: Point, dx: float, dy: float, side: int) -> Point:
    back, out = _HEAD, side * _HEAD * 0.45
    return Point(round(end.x - back * dx - out * dy), round(end.y - back * dy + out * dx))
