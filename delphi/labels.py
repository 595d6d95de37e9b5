"""Where the words of a grid's cells go: into a corner of each, or where they cover no mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from delphi import lettering
from delphi.placement import Box, Point, Shape
from surveys.cells import Cell

SIZE, LINE = 12, 15
_INSET = 7
_NARROWEST = 70
_SHADES = {"low": 0, "middle": 1, "high": 2}


@dataclass(frozen=True)
class Field:
    """A cell as it is drawn; `shade` is how good it is, from 0 to 2 on each axis, added up."""

    box: Box
    shade: int
    label: tuple[str, ...]
    at: Point  # the baseline of the first line
    anchor: str  # start or end

    @property
    def words(self) -> Box:
        """The room that its words take."""
        left = self.at.x if self.anchor == "start" else self.at.x - _length(self.label)
        top = self.at.y - SIZE + 2
        return Box(left, top, left + _length(self.label), top + LINE * len(self.label) - 2)


def field(cell: Cell, box: Box, places: Sequence[Point], shape: Shape) -> Field:
    """The cell with its words where they cover no mark, or else fewest."""
    near = [at for at in places if box.touches(at, shape.reach)]
    fields = (
        Field(box, _SHADES[cell.across] + _SHADES[cell.up], lines, at, anchor)
        for lines, anchor, at in _ways_to_write(cell, box)
    )
    best, fewest = None, len(near) + 1
    for one in fields:
        words = one.words
        covered = sum(words.touches(at, shape.reach) for at in near)
        if covered < fewest:
            best, fewest = one, covered
        if not covered:
            break
    if best is None:
        raise ValueError("A cell has at least its corners for its words.")
    return best


def _ways_to_write(cell: Cell, box: Box) -> Iterator[tuple[tuple[str, ...], str, Point]]:
    """Best first: broad in its corners, narrow in its corners, then anywhere from its top down."""
    room = box.right - box.left - 2 * _INSET
    broad, narrow = (lettering.wrap(cell.words, SIZE, long) for long in (room, max(room / 2, _NARROWEST)))
    for lines in (broad, narrow):
        yield from ((lines, anchor, at) for anchor, at in _corners(cell, box, len(lines)))
    for lines in (broad, narrow):
        upper, lower = sorted(_heights(cell, box, len(lines)))
        for y in range(upper, lower + 1, LINE // 3):
            for x in range(box.left + _INSET, box.right - _length(lines) - _INSET + 1, _INSET):
                yield lines, "start", Point(x, y)


def _corners(cell: Cell, box: Box, lines: int) -> list[tuple[str, Point]]:
    """The corners of a cell, the one at the corner of the figure first."""
    left, right = ("start", box.left + _INSET), ("end", box.right - _INSET)
    sides = [right, left] if cell.across == "high" else [left, right]
    return [(anchor, Point(x, y)) for y in _heights(cell, box, lines) for anchor, x in sides]


def _heights(cell: Cell, box: Box, lines: int) -> tuple[int, int]:
    """Where the first line stands at the upper and lower edge, the one at the edge of the figure first."""
    upper, lower = box.top + SIZE + 3, box.bottom - 8 - (lines - 1) * LINE
    return (lower, upper) if cell.up == "low" else (upper, lower)


def _length(lines: tuple[str, ...]) -> int:
    return round(max(lettering.width(line, SIZE) for line in lines))
