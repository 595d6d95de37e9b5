"""The order of a grid's items, and which place each would take if one criterion weighed more, or less."""

from collections.abc import Sequence
from dataclasses import dataclass

from delphi import captions
from delphi.formats import number
from surveys.grid_items import Placed
from surveys.grid_ranks import Ranked
from surveys.grids import Grid

TOP = 10
WIDTH, HEIGHT = 160, 22  # of the small chart


@dataclass(frozen=True)
class Entry:
    """A line of the key. `held` is for the script: rank, and from and to which weight in 100, one a place."""

    number: int
    title: str
    cell: str
    values: str
    sure: str
    word: str  # certain, likely or toss-up
    round_number: int
    panels_differ: bool
    held: str


@dataclass(frozen=True)
class Bar:
    """The share of the weights at which an item holds a rank, as a bar of the small chart."""

    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class RankRow:
    """What becomes of an item at every weight."""

    title: str
    best: int
    worst: int
    top: str
    is_on_front: bool
    bars: tuple[Bar, ...]
    said: str  # the chart in words


def key(grid: Grid, ranks: Sequence[Ranked]) -> tuple[Entry, ...]:
    """The items in the order of the grid."""
    return tuple(_entry(item, one) for item, one in zip(grid.placed, ranks, strict=True))


def rows(grid: Grid, ranks: Sequence[Ranked]) -> tuple[RankRow, ...]:
    """The items by their share of the weights at which they are among the first."""
    first = first_places(grid)
    ordered = sorted(
        zip(grid.placed, ranks, strict=True), key=lambda pair: (-pair[1].share_up_to(first), pair[1].worst)
    )
    return tuple(_row(item, one, first, len(ranks)) for item, one in ordered)


def first_places(grid: Grid) -> int:
    """How many places count as the first."""
    return min(TOP, max(len(grid.placed) // 2, 1))


def _entry(item: Placed, ranked: Ranked) -> Entry:
    return Entry(
        number=item.number,
        title=item.title,
        cell=item.cell,
        values=f"{number(item.x)} and {number(item.y)}",
        sure=captions.how_sure(item.sure.cell),
        word=captions.sure_word(item.sure.cell),
        round_number=item.round_number,
        panels_differ=item.panels_differ,
        held=";".join(f"{one.rank} {_hundredths(one.start)} {_hundredths(one.stop)}" for one in ranked.held),
    )


def _row(item: Placed, ranked: Ranked, first: int, items: int) -> RankRow:
    highest = max((share for _, share in ranked.shares), default=1)
    slot = WIDTH / items
    return RankRow(
        title=f"{item.number}. {item.title}",
        best=ranked.best,
        worst=ranked.worst,
        top=f"{100 * ranked.share_up_to(first):.0f}",
        is_on_front=ranked.is_on_front,
        bars=tuple(
            Bar(
                x=round((rank - 1) * slot, 1),
                width=round(max(slot - 0.4, 1), 1),
                y=round(HEIGHT - _height(share, highest), 1),
                height=_height(share, highest),
            )
            for rank, share in ranked.shares
        ),
        said=_said(ranked),
    )


def _height(share: float, highest: float) -> float:
    return round(max(HEIGHT * share / highest, 1.5), 1)


def _said(ranked: Ranked) -> str:
    """Its likeliest place."""
    rank, share = max(ranked.shares, key=lambda pair: pair[1])
    return f"Most often in place {rank}, at {100 * share:.0f} of 100 weights"


def _hundredths(weight: float) -> str:
    return number(100 * weight, 2).replace("−", "-")
