"""Placing marks so that none covers another: each at its point, or packed round it as near as can be.

Medians lie on a lattice of half points, so many items share one. The marks of a shared point take the nearest
free slots of a tight packing grown from it, beside the marks that are there already. Everything is reckoned
in whole numbers, so equal input gives equal output on every machine.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from math import isqrt
from typing import NamedTuple

GAP = 2
_ROWS = 28  # how far a packing is grown to either side; beyond it, any free place is taken
_SWEEPS = 3
_STEPS = (8, 4, 2, 1)
_DIRECTIONS = tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if x or y)


class Point(NamedTuple):
    """A place in whole units, x to the right and y downwards."""

    x: int
    y: int


class Box(NamedTuple):
    """An upright rectangle, its edges included."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, at: Point, reach: int = 0) -> bool:
        """Whether a mark of this reach lies inside."""
        return (
            self.left + reach <= at.x <= self.right - reach
            and self.top + reach <= at.y <= self.bottom - reach
        )

    def touches(self, at: Point, reach: int) -> bool:
        """Whether a mark of this reach may lie over some of it."""
        return self.left - reach < at.x < self.right + reach and self.top - reach < at.y < self.bottom + reach


class Shape(NamedTuple):
    """The outline of a mark: from its centre to its furthest point, and how two are told apart."""

    name: str  # circle, diamond, square or hexagon
    reach: int

    @property
    def pitch(self) -> int:
        """How far apart two neighbours stand."""
        return 2 * self.reach + GAP

    def clears(self, one: Point, other: Point) -> bool:
        """Whether marks at these places leave the gap between them."""
        across, down = abs(one.x - other.x), abs(one.y - other.y)
        match self.name:
            case "diamond":
                return across + down >= self.pitch
            case "square":
                return max(across, down) >= self.pitch
            case _:
                return across * across + down * down >= self.pitch * self.pitch


@dataclass
class _Placed:
    """The marks that have their place, in squares of one pitch so that neighbours are found at once."""

    shape: Shape
    squares: dict[tuple[int, int], list[Point]] = field(default_factory=lambda: defaultdict(list))

    def add(self, at: Point) -> None:
        self.squares[at.x // self.shape.pitch, at.y // self.shape.pitch].append(at)

    def remove(self, at: Point) -> None:
        self.squares[at.x // self.shape.pitch, at.y // self.shape.pitch].remove(at)

    def leaves(self, at: Point) -> bool:
        """Whether a mark here would cover none of them."""
        column, row = at.x // self.shape.pitch, at.y // self.shape.pitch
        return all(
            self.shape.clears(at, other)
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in self.squares.get((x, y), ())
        )


@dataclass(frozen=True)
class Ground:
    """Where marks may lie: inside `bounds`, each in its cell where that has room, off `words` if possible."""

    bounds: Box
    cells: tuple[Box, ...] = ()
    words: tuple[Box, ...] = ()

    def cell_of(self, at: Point) -> Box:
        """The cell that holds this point, or else all there is."""
        return next((cell for cell in self.cells if cell.holds(at)), self.bounds)

    def hides_words(self, at: Point, reach: int) -> bool:
        """Whether a mark here may cover words."""
        return any(words.touches(at, reach) for words in self.words)


def place(points: Sequence[Point], shape: Shape, ground: Ground) -> tuple[Point, ...]:
    """Where the mark of each point goes. A `ValueError` where the ground is too small for so many marks.

    The largest groups are placed first, as they suffer most from what is there already. Then marks change
    places where that shortens their ways, and slide towards their points as far as their neighbours let them.
    """
    groups: dict[Point, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        groups[point].append(index)
    placed = _Placed(shape)
    where: dict[int, Point] = {}
    for point in sorted(groups, key=lambda point: (-len(groups[point]), point)):
        where.update(zip(groups[point], _slots_for(point, len(groups[point]), placed, ground), strict=True))
    for _ in range(_SWEEPS):
        _exchange(points, where, ground)
        _slide(points, where, placed, ground)
    for members in groups.values():
        # Numbers of one point are read as text is: line by line.
        slots = sorted((where[index] for index in members), key=lambda at: (at.y, at.x))
        where.update(zip(members, slots, strict=True))
    return tuple(where[index] for index in range(len(points)))


def largest_shape(count: int, name: str, reaches: Sequence[int], bounds: Box) -> Shape:
    """The first of these reaches, largest first, with which there is surely room for so many marks.

    A mark keeps others out of a square of two pitches at most, whatever its outline.
    """
    shapes = [Shape(name, reach) for reach in reaches]
    return next(
        (shape for shape in shapes if count * (2 * shape.pitch) ** 2 < _room(shape, bounds)), shapes[-1]
    )


def _room(shape: Shape, bounds: Box) -> int:
    return (bounds.right - bounds.left - 2 * shape.reach) * (bounds.bottom - bounds.top - 2 * shape.reach)


def _exchange(points: Sequence[Point], where: dict[int, Point], ground: Ground) -> None:
    """Let two marks change places while that shortens their ways and takes neither out of its cell."""
    cells = [ground.cell_of(point) for point in points]
    pairs = [pair for pair in combinations(range(len(points)), 2) if points[pair[0]] != points[pair[1]]]
    is_better = True
    while is_better:
        is_better = False
        for one, other in pairs:
            here, there = where[one], where[other]
            gain = _squared(points[one], here) + _squared(points[other], there)
            gain -= _squared(points[one], there) + _squared(points[other], here)
            if gain > 0 and cells[one].holds(there) and cells[other].holds(here):
                where[one], where[other], is_better = there, here, True


def _slide(points: Sequence[Point], where: dict[int, Point], placed: _Placed, ground: Ground) -> None:
    """Let each mark, the furthest first, slide towards its point as far as it comes."""
    for index in sorted(where, key=lambda index: (-_squared(points[index], where[index]), index)):
        placed.remove(where[index])
        here = where[index]
        while (nearer := _find_nearer(points[index], here, placed, ground)) is not None:
            here = nearer
        placed.add(here)
        where[index] = here


def _find_nearer(point: Point, here: Point, placed: _Placed, ground: Ground) -> Point | None:
    """A free place in the same cell that is nearer to the point, by the longest step that leads to one."""
    reach, cell = placed.shape.reach, ground.cell_of(point)
    box = cell if cell.holds(here, reach) else ground.bounds
    is_off_words = not ground.hides_words(here, reach)
    way = _squared(point, here)
    for step in _STEPS:
        ahead = (Point(here.x + x * step, here.y + y * step) for x, y in _DIRECTIONS)
        free = [
            at
            for at in ahead
            if _squared(point, at) < way
            and box.holds(at, reach)
            and not (is_off_words and ground.hides_words(at, reach))
            and placed.leaves(at)
        ]
        if free:
            return min(free, key=lambda at: (_squared(point, at), at))
    return None


def _slots_for(point: Point, count: int, placed: _Placed, ground: Ground) -> list[Point]:
    """The nearest free places for a group, all of them taken."""
    slots = min(
        (_grown(point, packing, count, placed, ground) for packing in _packings(placed.shape)),
        key=lambda found: (-len(found), sum(_squared(point, slot) for slot in found)),
    )
    for slot in slots:
        placed.add(slot)
    while len(slots) < count:
        slots.append(_anywhere(point, placed, ground.bounds))
        placed.add(slots[-1])
    return slots


def _grown(point: Point, packing: "_Packing", count: int, placed: _Placed, ground: Ground) -> list[Point]:
    """The nearest free slots of one packing: in the cell and off the words, in the cell, anywhere."""
    reach, cell = placed.shape.reach, ground.cell_of(point)
    slots: list[Point] = []
    for box, spares_words in ((cell, True), (cell, False), (ground.bounds, False)):
        for away in packing.offsets(_furthest(point, box)):
            if len(slots) == count:
                return slots
            at = Point(point.x + away.x, point.y + away.y)
            is_allowed = box.holds(at, reach) and not (spares_words and ground.hides_words(at, reach))
            is_own_place = at == point and ground.bounds.holds(at, reach)
            if (is_allowed or is_own_place) and at not in slots and placed.leaves(at):
                slots.append(at)
    return slots


def _anywhere(point: Point, placed: _Placed, bounds: Box) -> Point:
    """The nearest free place of all, where a packing had too few left."""
    reach = placed.shape.reach
    places = (
        Point(x, y)
        for x in range(bounds.left + reach, bounds.right - reach + 1, 2)
        for y in range(bounds.top + reach, bounds.bottom - reach + 1, 2)
    )
    for at in sorted(places, key=lambda at: (_squared(point, at), at)):
        if placed.leaves(at):
            return at
    raise ValueError("There are more marks than the figure has room for.")


class _Packing(NamedTuple):
    """A lattice on which marks stand as close as they may, seen from the point that it is grown from."""

    one: Point
    other: Point
    origin: Point

    def offsets(self, furthest: int) -> Iterator[Point]:
        """Its slots as steps from the point, the nearest first."""
        return (at for at in _offsets(self) if at.x * at.x + at.y * at.y <= furthest)


@cache
def _packings(shape: Shape) -> tuple[_Packing, ...]:
    """Rows or columns, the point on a mark, between two, or among three: what suits a group best differs."""
    pitch, half = shape.pitch, shape.reach + GAP // 2
    # The square root of 3/4, rounded up, for what is round.
    row = {"diamond": half, "square": pitch}.get(shape.name, isqrt(3 * pitch * pitch // 4) + 1)
    bases = [(Point(pitch, 0), Point(half, row)), (Point(0, pitch), Point(row, half))]
    return tuple(
        _Packing(one, other, origin)
        for one, other in bases
        for origin in (
            Point(0, 0),
            Point(one.x // 2, one.y // 2),
            Point(other.x // 2, other.y // 2),
            Point((one.x + other.x) // 3, (one.y + other.y) // 3),
        )
    )


@cache
def _offsets(packing: _Packing) -> tuple[Point, ...]:
    one, other, origin = packing
    steps = range(-_ROWS, _ROWS + 1)
    slots = (
        Point(a * one.x + b * other.x - origin.x, a * one.y + b * other.y - origin.y)
        for a in steps
        for b in steps
    )
    return tuple(sorted(slots, key=lambda at: (at.x * at.x + at.y * at.y, at.y, at.x)))


def _squared(one: Point, other: Point) -> int:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2


def _furthest(point: Point, box: Box) -> int:
    """The squared distance of the furthest corner."""
    return (
        max(point.x - box.left, box.right - point.x) ** 2 + max(point.y - box.top, box.bottom - point.y) ** 2
    )
