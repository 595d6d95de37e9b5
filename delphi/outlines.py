"""Places, boxes and the outlines of marks, in whole units, and when two marks are clear of each other."""

from typing import NamedTuple

GAP = 2  # what neighbours leave between them


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
        return self._is_off(abs(one.x - other.x), abs(one.y - other.y), self.pitch)

    def covers(self, at: Point, box: Box) -> bool:
        """Whether a mark at this place lies over some of the box."""
        across = max(box.left - at.x, 0, at.x - box.right)
        down = max(box.top - at.y, 0, at.y - box.bottom)
        return not self._is_off(across, down, self.reach)

    def _is_off(self, across: int, down: int, distance: int) -> bool:
        match self.name:
            case "diamond":
                return across + down >= distance
            case "square":
                return max(across, down) >= distance
            case _:
                return across * across + down * down >= distance * distance


def squared(one: Point, other: Point) -> int:
    """The squared distance of two places."""
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2
