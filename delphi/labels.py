"""Where the words of a grid's cells go: into a corner of each, or where they cover no mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from delphi import lettering
from delphi.outlines import Box, Point, Shape
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
    near = [at for at in places if shape.covers(at, box)]
    fields = (
        Field(box, _SHADES[cell.across] + _SHADES[cell.up], lines, at, anchor)
        for lines, anchor, at in _ways_to_write(cell, box)
    )
    best, fewest = None, len(near) + 1
    for one in fields:
        words = one.words
        covered = sum(shape.covers(at, words) for at in near)
        if covered < fewest:
            best, fewest = one, covered
        if not covered:
            break
    if best is None:
        raise ValueError("A cell has at least its corners for its words.")
    return best


def _ways_to_write(cell: Cell, box: Box) -> Iterator[tuple[tuple[str, ...], str, Point]]:
    """Best first: in the corner where all begin, then in another, the broader the better, then anywhere."""
    room = box.right - box.left - 2 * _INSET
    widths = (room, max(room / 2, _NARROWEST), _NARROWEST)
    ways = list(dict.fromkeys(lines for width in widths for lines in _broken(cell.words, width)))
    yield from ((lines, *_corners(box, len(lines))[0]) for lines in ways)
    for lines in ways:
        yield from ((lines, anchor, at) for anchor, at in _corners(box, len(lines)))
    for lines in ways:
        upper, lower = _heights(box, len(lines))
        for y in range(upper, lower + 1, LINE // 3):
            for x in range(box.left + _INSET, box.right - _length(lines) - _INSET + 1, _INSET):
                yield lines, "start", Point(x, y)


def _corners(box: Box, lines: int) -> list[tuple[str, Point]]:
    """The corners of a cell, the upper left one first, so that names are looked for in one place."""
    sides = (("start", box.left + _INSET), ("end", box.right - _INSET))
    return [(anchor, Point(x, y)) for y in _heights(box, lines) for anchor, x in sides]


def _heights(box: Box, lines: int) -> tuple[int, int]:
    """Where the first line stands at the upper and at the lower edge."""
    return box.top + SIZE + 3, box.bottom - 8 - (lines - 1) * LINE


def _broken(words: str, room: float) -> tuple[tuple[str, ...], ...]:
    """The words in lines of this length: first with a line of its own for each band, then as they come."""
    plain = lettering.wrap(words, SIZE, room)
    across, comma, up = words.partition(", ")
    if len(plain) == 1 or not comma:
        return (plain,)
    return (*lettering.wrap(f"{across},", SIZE, room), *lettering.wrap(up, SIZE, room)), plain


def _length(lines: tuple[str, ...]) -> int:
    return round(max(lettering.width(line, SIZE) for line in lines))
