"""A ranked strip as a drawing: a row an item, its title to the left, its dot and whisker along the scale.

One figure as tall as the items are many, or several of a page's height. Equal strips give equal text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from zoneinfo import ZoneInfo

from delphi import lettering, strip_captions
from delphi.formats import number
from delphi.page import environment
from surveys.strips import Ranked, RankedStrip

TEMPLATE = "figures/strip.svg"
MARGIN = 24
WIDTH = 930
PAGE = 1350  # as high as a page of A4 within its margins, where the figure is as wide as they leave
SIZE, LINE = 13, 17
_PLACE, _TITLE = MARGIN + 32, 270  # where places end and how wide titles are
_TITLES = _PLACE + 10
_LEFT = _TITLES + _TITLE + 14  # of the plot
_RIGHT = _LEFT + 210
_MEDIANS = _RIGHT + 12
_STANDS, _STANDS_ROOM = _MEDIANS + 92, 142
_VERDICTS = _STANDS + _STANDS_ROOM + 8
_VERDICT_ROOM = WIDTH - MARGIN - _VERDICTS
_ROOM = WIDTH - 2 * MARGIN
_HEAD_SIZE, _HEAD_LINE = 24, 30
_SPACE = 9  # between rows
_COLUMNS = 62  # above the rows: the names of the columns, and the categories
_MOST_TICKS = 11
_SHAPES = {0: "hexagon", 1: "circle", 2: "diamond"}  # and square; a panel keeps its mark everywhere
_SHADES = {"low": 0, "middle": 2, "high": 4}


@dataclass(frozen=True)
class Tint:
    """A band of the scale: from where to where, and how dark."""

    left: int
    right: int
    shade: int


@dataclass(frozen=True)
class Dot:
    """Where a median lies, and its whisker; `reaches` is empty where no interval may be seen."""

    at: int
    reaches: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """An item: its words in lines, its dot, and where its first line, its middle and its rule are."""

    place: str
    title: tuple[str, ...]
    median: str
    interval: str
    stands: tuple[str, ...]
    verdict: tuple[str, ...]
    dot: Dot
    is_earlier: bool
    y: int
    middle: int
    rule: int


@dataclass(frozen=True, kw_only=True)
class Head:
    """The words above the rows in lines, and where they end."""

    title: str
    heading: tuple[str, ...]
    subtitle: tuple[str, ...]
    summary: tuple[str, ...]
    flags: tuple[str, ...]
    end: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One figure as plain values; all of a strip, or a page of it."""

    width: int
    height: int
    margin: int
    description: str
    head: Head
    end: int  # where the rows end
    places: int
    titles: int
    left: int
    right: int
    medians: int
    stands: int
    verdicts: int
    more: str
    panel: int
    shape: str
    ticks: tuple[tuple[int, int], ...]
    tints: tuple[Tint, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    line: int


def render_svg(strip: RankedStrip, zone: ZoneInfo) -> str:
    """The strip as one SVG file that needs nothing beside it."""
    drafts = [_row(strip, item) for item in strip.ranked]
    return _render(_sheet(strip, _head(strip, zone), drafts, _notes(strip)))


def render_pages(strip: RankedStrip, zone: ZoneInfo) -> tuple[str, ...]:
    """The strip on pages of A4, each an SVG; the notes stand on the last."""
    notes = _notes(strip)
    head = _head(strip, zone, " (page 99 of 99)")
    parts = _paginated([_row(strip, item) for item in strip.ranked], PAGE - head.end - _COLUMNS, len(notes))
    pages = len(parts)
    return tuple(
        _render(
            replace(
                _sheet(strip, _head(strip, zone, _page_words(n, pages)), part, notes if n == pages else ()),
                height=PAGE,
            )
        )
        for n, part in enumerate(parts, start=1)
    )


def description(strip: RankedStrip) -> str:
    """What the figure shows, for whoever cannot see it: its sentence, and the items in their order."""
    order = "; ".join(f"{strip_captions.place(item)} {item.title}" for item in strip.ranked)
    simulated = f" {strip_captions.SIMULATED}" if strip.is_simulated else ""
    return f"{strip_captions.summary(strip)} In order: {order}.{simulated}"


def _render(sheet: Sheet) -> str:
    return environment().get_template(TEMPLATE).render(sheet=sheet)


def _head(strip: RankedStrip, zone: ZoneInfo, page: str = "") -> Head:
    """The words above the rows, in lines."""
    about = (strip.lens.name, strip_captions.when(strip, zone), strip_captions.answered(strip))
    title = f"{strip_captions.title(strip)}{page}"
    heading = lettering.wrap(title, _HEAD_SIZE, _ROOM, is_bold=True)
    subtitle = lettering.wrap(f"{strip.study_title}. {'. '.join(about)}.", SIZE, _ROOM)
    summary = lettering.wrap(strip_captions.summary(strip), SIZE, _ROOM)
    flags = _flags(strip)
    lines = len(subtitle) + len(summary) + len(flags)
    end = MARGIN + len(heading) * _HEAD_LINE + lines * LINE + 8
    return Head(title=title, heading=heading, subtitle=subtitle, summary=summary, flags=flags, end=end)


def _sheet(strip: RankedStrip, head: Head, drafts: Sequence[Row], notes: tuple[str, ...]) -> Sheet:
    """These rows below one another, as high as they are together."""
    rules = list(accumulate(map(_height, drafts), initial=head.end + _COLUMNS))
    return Sheet(
        width=WIDTH,
        height=rules[-1] + 20 + len(notes) * LINE + MARGIN,
        margin=MARGIN,
        description=description(strip),
        head=head,
        end=rules[-1],
        places=_PLACE,
        titles=_TITLES,
        left=_LEFT,
        right=_RIGHT,
        medians=_MEDIANS,
        stands=_STANDS,
        verdicts=_VERDICTS,
        more=strip.criterion.more,
        panel=strip.lens.mark,
        shape=_SHAPES.get(strip.lens.mark, "square"),
        ticks=tuple((_x(strip, value), value) for value in _ticks(strip)),
        tints=_tints(strip),
        rows=tuple(_at(row, rule) for row, rule in zip(drafts, rules, strict=False)),
        notes=notes,
        line=LINE,
    )


def _page_words(number: int, pages: int) -> str:
    return f" (page {number} of {pages})" if pages > 1 else ""


def _flags(strip: RankedStrip) -> tuple[str, ...]:
    simulated = (strip_captions.SIMULATED,) if strip.is_simulated else ()
    return simulated if strip.is_public else (*simulated, strip_captions.NOT_FOR_PUBLICATION)


def _notes(strip: RankedStrip) -> tuple[str, ...]:
    """What stands below the rows, in lines."""
    missing = (
        f"Not in the strip: {strip_captions.numbers(items)}. {reason}"
        for reason, items in strip_captions.not_shown(strip)
    )
    drawn = "Each mark is at the median, with its interval as a whisker. Lines part the bands:"
    sentences = (f"{drawn} {strip_captions.bands(strip)}.", *strip_captions.notes(strip), *missing)
    return tuple(line for sentence in sentences for line in lettering.wrap(sentence, SIZE, _ROOM))


def _row(strip: RankedStrip, item: Ranked) -> Row:
    """The item where the first row of all would stand."""
    _, verdict = strip_captions.verdict(strip, item)
    return Row(
        place=strip_captions.place(item),
        title=lettering.wrap(item.title, SIZE, _TITLE),
        median=number(item.median),
        interval=strip_captions.interval(item),
        stands=lettering.wrap(strip_captions.band(strip, item), SIZE, _STANDS_ROOM),
        verdict=lettering.wrap(verdict if item.sure else "", SIZE, _VERDICT_ROOM),
        dot=_dot(strip, item),
        is_earlier=item.round_number < strip.through.number,
        y=0,
        middle=0,
        rule=0,
    )


def _height(row: Row) -> int:
    return max(len(row.title), len(row.stands), len(row.verdict)) * LINE + _SPACE


def _at(row: Row, rule: int) -> Row:
    return replace(row, rule=rule, y=rule + _SPACE // 2 + SIZE, middle=rule + _height(row) // 2)


def _dot(strip: RankedStrip, item: Ranked) -> Dot:
    sure = item.sure
    ends = () if sure is None or sure.lower is None or sure.upper is None else (sure.lower, sure.upper)
    return Dot(_x(strip, item.median), tuple(_x(strip, end) for end in ends))


def _paginated(drafts: Sequence[Row], room: int, notes: int) -> list[list[Row]]:
    """The rows by pages, as many as there is room for; the last has room for the notes too."""
    pages: list[list[Row]] = [[]]
    for row in drafts:
        if pages[-1] and sum(map(_height, [*pages[-1], row])) + MARGIN > room:
            pages.append([])
        pages[-1].append(row)
    if len(pages[-1]) > 1 and sum(map(_height, pages[-1])) + 20 + notes * LINE + MARGIN > room:
        half = len(pages[-1]) // 2
        pages[-1:] = [pages[-1][:half], pages[-1][half:]]
    return pages


def _tints(strip: RankedStrip) -> tuple[Tint, ...]:
    """From edge to edge, meeting half way between two categories."""
    last = strip.bands[-1]
    return tuple(
        Tint(
            _LEFT if band.first == strip.low else _x(strip, band.first - 0.5),
            _RIGHT if band == last else _x(strip, band.last + 0.5),
            _SHADES[band.name],
        )
        for band in strip.bands
    )


def _x(strip: RankedStrip, value: float) -> int:
    """Where a value lies; the ends of the scale stand off the edges by half a category, or by a mark."""
    length, span = _RIGHT - _LEFT, strip.high - strip.low
    pad = max(length // (2 * (span + 1)), 10)
    return _LEFT + round(pad + (value - strip.low) * (length - 2 * pad) / span)


def _ticks(strip: RankedStrip) -> range:
    """Every category, or every tenth of a long scale."""
    size = strip.high - strip.low + 1
    return range(strip.low, strip.high + 1, 1 if size <= _MOST_TICKS else size // 10)
