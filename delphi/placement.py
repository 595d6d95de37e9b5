"""Placing marks so that none covers another: each at its point, or packed round it as near as can be.

Medians lie on a lattice of half points, so many items share one. The marks of a shared point take the nearest
free slots of a tight packing grown from it, beside the marks that are there already. Everything is reckoned
in whole numbers, so equal input gives equal output on every machine.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from delphi.outlines import Box, Point, Shape, squared
from delphi.packings import Packing, packings

_SWEEPS = 3
_STEPS = (8, 4, 2, 1)
_DIRECTIONS = tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if x or y)


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

    def hides_words(self, at: Point, shape: Shape) -> bool:
        """Whether a mark here covers words."""
        return any(shape.covers(at, words) for words in self.words)


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
            own, others = points[one], points[other]
            # The squared ways less those after a change are minus twice this product.
            product = (own.x - others.x) * (here.x - there.x) + (own.y - others.y) * (here.y - there.y)
            if product < 0 and cells[one].holds(there) and cells[other].holds(here):
                where[one], where[other], is_better = there, here, True


def _slide(points: Sequence[Point], where: dict[int, Point], placed: _Placed, ground: Ground) -> None:
    """Let each mark, the furthest first, slide towards its point as far as it comes."""
    for index in sorted(where, key=lambda index: (-squared(points[index], where[index]), index)):
        placed.remove(where[index])
        here = where[index]
        while (nearer := _find_nearer(points[index], here, placed, ground)) is not None:
            here = nearer
        placed.add(here)
        where[index] = here


def _find_nearer(point: Point, here: Point, placed: _Placed, ground: Ground) -> Point | None:
    """A free place in the same cell that is nearer to the point, by the longest step that leads to one."""
    if here == point:
        return None
    reach, cell = placed.shape.reach, ground.cell_of(point)
    box = cell if cell.holds(here, reach) else ground.bounds
    is_off_words = not ground.hides_words(here, placed.shape)
    way = squared(point, here)
    for step in _STEPS:
        ahead = (Point(here.x + x * step, here.y + y * step) for x, y in _DIRECTIONS)
        free = [
            at
            for at in ahead
            if squared(point, at) < way
            and box.holds(at, reach)
            and not (is_off_words and ground.hides_words(at, placed.shape))
            and placed.leaves(at)
        ]
        if free:
            return min(free, key=lambda at: (squared(point, at), at))
    return None


def _slots_for(point: Point, count: int, placed: _Placed, ground: Ground) -> list[Point]:
    """The nearest free places for a group, all of them taken."""
    slots = min(
        (_grown(point, packing, count, placed, ground) for packing in packings(placed.shape)),
        key=lambda found: (-len(found), sum(squared(point, slot) for slot in found)),
    )
    for slot in slots:
        placed.add(slot)
    while len(slots) < count:
        slots.append(_anywhere(point, placed, ground.bounds))
        placed.add(slots[-1])
    return slots


def _grown(point: Point, packing: Packing, count: int, placed: _Placed, ground: Ground) -> list[Point]:
    """The nearest free slots of one packing: in the cell and off the words, in the cell, anywhere."""
    reach, cell = placed.shape.reach, ground.cell_of(point)
    slots: list[Point] = []
    for box, spares_words in ((cell, True), (cell, False), (ground.bounds, False)):
        for away in packing.offsets(_furthest(point, box)):
            if len(slots) == count:
                return slots
            at = Point(point.x + away.x, point.y + away.y)
            is_allowed = box.holds(at, reach) and not (spares_words and ground.hides_words(at, placed.shape))
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
    for at in sorted(places, key=lambda at: (squared(point, at), at)):
        if placed.leaves(at):
            return at
    raise ValueError("There are more marks than the figure has room for.")


def _furthest(point: Point, box: Box) -> int:
    """The squared distance of the furthest corner."""
    return (
        max(point.x - box.left, box.right - point.x) ** 2 + max(point.y - box.top, box.bottom - point.y) ** 2
    )
