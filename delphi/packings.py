"""Tight packings: the lattices on which marks of one shape stand as close as they may."""

from collections.abc import Iterator
from functools import cache
from math import isqrt
from typing import NamedTuple

from delphi.outlines import GAP, Point, Shape

_ROWS = 28  # how far a packing is grown to either side


class Packing(NamedTuple):
    """A lattice on which marks stand as close as they may, seen from the point that it is grown from."""

    one: Point
    other: Point
    origin: Point

    def offsets(self, furthest: int) -> Iterator[Point]:
        """Its slots as steps from the point, the nearest first."""
        return (at for at in _offsets(self) if at.x * at.x + at.y * at.y <= furthest)


@cache
def packings(shape: Shape) -> tuple[Packing, ...]:
    """Rows or columns, the point on a mark, between two, or among three: what suits a group best differs."""
    pitch, half = shape.pitch, shape.reach + GAP // 2
    # The square root of 3/4, rounded up, for what is round.
    row = {"diamond": half, "square": pitch}.get(shape.name, isqrt(3 * pitch * pitch // 4) + 1)
    bases = [(Point(pitch, 0), Point(half, row)), (Point(0, pitch), Point(row, half))]
    return tuple(
        Packing(one, other, origin)
        for one, other in bases
        for origin in (
            Point(0, 0),
            Point(one.x // 2, one.y // 2),
            Point(other.x // 2, other.y // 2),
            Point((one.x + other.x) // 3, (one.y + other.y) // 3),
        )
    )


@cache
def _offsets(packing: Packing) -> tuple[Point, ...]:
    one, other, origin = packing
    steps = range(-_ROWS, _ROWS + 1)
    slots = (
        Point(a * one.x + b * other.x - origin.x, a * one.y + b * other.y - origin.y)
        for a in steps
        for b in steps
    )
    return tuple(sorted(slots, key=lambda at: (at.x * at.x + at.y * at.y, at.y, at.x)))
