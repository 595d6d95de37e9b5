"""A grid as a file of its own: the square, its key beside it, and the words that belong to it, in one SVG."""

from dataclasses import dataclass
from itertools import accumulate
from zoneinfo import ZoneInfo

from delphi import captions, charts, lettering, plots
from delphi.charts import Drawing
from delphi.findings_in_words import joined
from delphi.outlines import Shape
from delphi.page import environment
from surveys.grid_items import Placed
from surveys.grids import Grid

TEMPLATE = "figures/grid.svg"
MARGIN, GUTTER = 32, 36
TITLE_ROOM, CELL_ROOM = 268, 208  # of the key's columns
NUMBER_ROOM = 34
KEY_WIDTH = NUMBER_ROOM + TITLE_ROOM + 14 + CELL_ROOM
WIDTH = MARGIN + plots.SIZE + GUTTER + KEY_WIDTH + MARGIN
_TITLE_SIZE, _TITLE_LINE = 26, 32
_SUBTITLE_SIZE, _SUBTITLE_LINE = 14, 20
_HEAD_ROOM = 830  # beside it stand the flags
_NOTE_SIZE, _NOTE_LINE = 13, 18
_NOTE_ROOM = plots.PLOT.right - plots.PLOT.left
_KEY_HEAD = 24


@dataclass(frozen=True)
class Setting:
    """How the key is set: letters, height of a line, space between rows, and whether marks fit in."""

    size: float
    line: float
    space: float
    has_marks: bool


_SETTINGS = (
    Setting(13, 17, 11, has_marks=True),
    Setting(12, 14.5, 4, has_marks=False),
    Setting(12, 14.5, 2, has_marks=False),
    Setting(11.5, 13.5, 2, has_marks=False),
)


@dataclass(frozen=True)
class Words:
    """What is said around a figure: above it, at its right end, and below it."""

    title: str
    subtitle: str
    flags: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """An item in the key: the lines of its title and cell, where they begin, and the rule above them."""

    item: Placed
    title: tuple[str, ...]
    cell: tuple[str, ...]
    y: float
    rule: float
    is_earlier: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The file as plain values, in the figure's units."""

    width: int
    height: int
    margin: int
    head: int
    key_left: int
    key_titles: int
    key_cells: int
    key_right: int
    size: float
    line: float
    has_marks: bool
    mark: Shape
    note_left: int
    note_line: int
    title: tuple[str, ...]
    title_line: int
    subtitle: tuple[str, ...]
    subtitle_top: int
    subtitle_line: int
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    drawing: Drawing
    rows: tuple[Row, ...]


def render_svg(grid: Grid, zone: ZoneInfo) -> str:
    """The grid as an SVG file that needs nothing beside it. Equal grids give equal text."""
    return render(grid, words_of(grid, zone))


def render(grid: Grid, words: Words) -> str:
    """The same with other words than a study's."""
    return environment().get_template(TEMPLATE).render(sheet=lay_out(grid, words))


def words_of(grid: Grid, zone: ZoneInfo) -> Words:
    """The words around the grid of a study."""
    return Words(
        title=f"Priority grid: {grid.audience.name}{f', only {grid.only}' if grid.only else ''}",
        subtitle=f"{grid.study_title}. {captions.when(grid, zone)}. {captions.answered(grid)}.",
        flags=_flags(grid),
        notes=_notes(grid),
    )


def lay_out(grid: Grid, words: Words) -> Sheet:
    """Where everything goes."""
    notes = tuple(line for note in words.notes for line in lettering.wrap(note, _NOTE_SIZE, _NOTE_ROOM))
    left_end = plots.SIZE + 14 + len(notes) * _NOTE_LINE
    setting, rows = _key(grid, left_end)
    drawing, key_left = charts.draw(grid), MARGIN + plots.SIZE + GUTTER
    title = lettering.wrap(words.title, _TITLE_SIZE, _HEAD_ROOM, is_bold=True)
    subtitle = lettering.wrap(words.subtitle, _SUBTITLE_SIZE, _HEAD_ROOM)
    subtitle_top = MARGIN + len(title) * _TITLE_LINE + 6
    head = subtitle_top + len(subtitle) * _SUBTITLE_LINE
    return Sheet(
        width=WIDTH,
        height=round(head + max(left_end, _end(rows, setting)) + MARGIN),
        margin=MARGIN,
        head=head,
        key_left=key_left,
        key_titles=key_left + NUMBER_ROOM,
        key_cells=key_left + NUMBER_ROOM + TITLE_ROOM + 14,
        key_right=key_left + KEY_WIDTH,
        size=setting.size,
        line=setting.line,
        has_marks=setting.has_marks,
        mark=Shape(drawing.shape.name, 12 if drawing.shape.name == "diamond" else 10),
        title=title,
        title_line=_TITLE_LINE,
        subtitle=subtitle,
        subtitle_top=subtitle_top,
        subtitle_line=_SUBTITLE_LINE,
        note_left=MARGIN + plots.PLOT.left,
        note_line=_NOTE_LINE,
        flags=words.flags,
        notes=notes,
        drawing=drawing,
        rows=rows,
    )


def _flags(grid: Grid) -> tuple[str, ...]:
    simulated = (captions.SIMULATED,) if grid.is_simulated else ()
    return simulated if grid.is_public else (*simulated, captions.NOT_FOR_PUBLICATION)


def _notes(grid: Grid) -> tuple[str, ...]:
    missing = (
        f"Not in the grid: {joined([f'{item.number}' for item in items])}. {reason}"
        for reason, items in captions.not_shown(grid)
    )
    sure = captions.how_sure_is_meant(grid)
    return (captions.caption(grid), *captions.notes(grid), *([sure] if sure else []), *missing)


def _key(grid: Grid, room: float) -> tuple[Setting, tuple[Row, ...]]:
    """The key in the largest setting that ends where the figure and its notes do, or else in the smallest."""
    for setting in _SETTINGS[:-1]:
        rows = _rows(grid, setting)
        if _end(rows, setting) <= room:
            return setting, rows
    return _SETTINGS[-1], _rows(grid, _SETTINGS[-1])


def _rows(grid: Grid, setting: Setting) -> tuple[Row, ...]:
    lines = [
        (
            lettering.wrap(item.title, setting.size, TITLE_ROOM),
            lettering.wrap(_stands(item), setting.size, CELL_ROOM),
        )
        for item in grid.placed
    ]
    heights = (max(len(title), len(cell)) * setting.line + setting.space for title, cell in lines)
    tops = accumulate(heights, initial=_KEY_HEAD + setting.line + setting.space / 2)
    return tuple(
        Row(
            item,
            title,
            cell,
            y=round(top, 1),
            rule=round(top - setting.size - setting.space / 2, 1),
            is_earlier=item.round_number < grid.through.number,
        )
        for item, (title, cell), top in zip(grid.placed, lines, tops, strict=False)
    )


def _stands(item: Placed) -> str:
    """Its cell, and how sure that is."""
    return "; ".join(filter(None, (item.cell, captions.sure_word(item.sure.cell))))


def _end(rows: tuple[Row, ...], setting: Setting) -> float:
    """Where the last row ends."""
    return max((row.y + max(len(row.title), len(row.cell)) * setting.line for row in rows[-1:]), default=0)
