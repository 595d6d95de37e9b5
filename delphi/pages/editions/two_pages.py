"""How many items of a plan stand on its two sides of A4, estimated from their words.

The browser does the setting. In points, as css/edition.css sets the plan on paper. The estimate is rather too
careful, so that what it says to fit does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from delphi import lettering

PAGE = 750.0  # its height
WHOLE, COLUMN, BESIDE = 515.0, 246.0, 190.0  # widths: of a page, a column, and what stands beside the grid
SIZE, LINE, HEADING = 8.5, 12.0, 24.0
HEAD = 110.0  # the lines above: whose it is, and its title
FOOT = 80.0  # the lines below: that the answers are simulated, and whose software it is
GRID = 392.0  # the grid with its caption
TITLE_SIZE, TITLE_LINE, MARK = 9.5, 15.0, 24.0
NAMES = 64.0  # the column of names such as “Leads”
SPACE = 18.0  # round an item
TOO_CAREFUL = 50.0  # at least so much higher is a first page estimated than it is set

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What an item says on paper: its title, sentences, and pairs of name and text in two columns."""

    title: str
    sentences: Sequence[str]
    work: Pairs

    @property
    def height(self) -> float:
        title = len(lettering.wrap(self.title, TITLE_SIZE, COLUMN - MARK, is_bold=True)) * TITLE_LINE
        return title + _sentences(self.sentences, COLUMN) + _pairs(self.work, COLUMN) + SPACE


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands before and after the items: across the page, beside the grid, and below."""

    above: Sequence[str]
    beside: Sequence[str]
    work: Pairs
    has_grid: bool
    below: Sequence[str]


def fits(around: Around, items: Sequence[Written]) -> int:
    """How many of the items, the first first, end on the second page. An item is never broken."""
    top, below = _top(around), _below(around)
    first = max(PAGE - top, 0.0)
    second = max(PAGE - below - max(top - PAGE, 0.0), 0.0)
    return _ending(items, (first, first, second, second))


def is_parted(around: Around, items: Sequence[Written]) -> bool:
    """Whether the items begin on the second page, where they would leave too little for it.

    There is room for all of them with the lines below, and on the first page there is none for both.
    """
    room, top = PAGE - _below(around), _top(around)
    if _stand(items, room - top + TOO_CAREFUL) or not _stand(items, room - HEADING):
        return False
    return around.has_grid or _stand(items, PAGE - top)


def _top(around: Around) -> float:
    """How high everything is that stands above the items."""
    beside = HEADING + _sentences(around.beside, BESIDE) + HEADING + _pairs(around.work, BESIDE)
    return HEAD + _sentences(around.above, WHOLE) + max(beside, GRID if around.has_grid else 0) + HEADING


def _below(around: Around) -> float:
    return HEADING + _sentences(around.below, WHOLE) + FOOT


def _stand(items: Sequence[Written], room: float) -> bool:
    """Whether all of the items stand in two columns of this height."""
    return _ending(items, (max(room, 0.0), max(room, 0.0))) == len(items)


def _ending(items: Sequence[Written], rooms: Sequence[float]) -> int:
    """How many of the items, the first first, end within columns of these heights."""
    columns = iter(rooms)
    left = next(columns)
    for count, item in enumerate(items):
        while item.height > left:
            if (left := next(columns, -1.0)) < 0:
                return count
        left -= item.height
    return len(items)


def _sentences(sentences: Sequence[str], room: float) -> float:
    return sum(len(lettering.wrap(one, SIZE, room)) for one in sentences if one) * LINE


def _pairs(pairs: Pairs, room: float) -> float:
    lines = (line for _, text in pairs for line in text.splitlines())
    return _sentences([*lines], room - NAMES)
