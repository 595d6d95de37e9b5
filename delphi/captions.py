"""The words round a grid: what it shows, whose answers they are, and what is not in it."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from delphi import formats
from delphi.findings_in_words import people
from delphi.formats import number, plural
from surveys.cells import in_sentence
from surveys.grids import Grid, Unplaced

SIMULATED = "Simulated data: nobody gave these answers."
NOT_FOR_PUBLICATION = "Not for publication: small groups are not hidden here."


def summary(grid: Grid) -> str:
    """The first thing to know: how many items stand in the best cell."""
    who = "All panels together" if len(grid.lens.panels) > 2 else "Both panels together"
    who = who if grid.lens.is_combined else grid.lens.name
    if not grid.cells:
        return f"{who}: {plural(len(grid.placed), 'item')} by their medians."
    best = grid.cells[-1].words
    count = sum(item.cell == best for item in grid.placed)
    return f"{who} place {count or 'none'} of {plural(len(grid.placed), 'item')} in the cell “{best}”."


def caption(grid: Grid) -> str:
    """What the figure shows."""
    whose = f"{in_sentence(grid.lens.name)}," if grid.lens.is_combined else in_sentence(grid.lens.name)
    axes = f"{in_sentence(grid.across.name)} across, {in_sentence(grid.up.name)} up"
    return (
        "Each mark is an item. It stands where the middle answer (the median) of"
        f" {whose} lies, from {grid.low} to {grid.high}: {axes}."
    )


def answered(grid: Grid) -> str:
    """How many of the lens's panels answered the newest round."""
    own = dict(grid.lens.panels).values()
    told = [
        people(1, name) if words == "1" else f"{words} {in_sentence(name)}"
        for name, words in grid.through.answered
        if name in own
    ]
    return f"{' and '.join(told)} answered round {grid.through.number}"


def when(grid: Grid, zone: ZoneInfo) -> str:
    """Which round it is of, and when that closed."""
    return f"Round {grid.through.number}, closed {formats.date(grid.through.closed_at, zone)}"


def notes(grid: Grid) -> tuple[str, ...]:
    """How to read what may puzzle: shared points, earlier rounds, and the price of equal weight."""
    points = [(item.x, item.y) for item in grid.placed]
    sentences = []
    if len(set(points)) < len(points):
        sentences.append("Items with the same medians stand round their point; a thin line leads to it.")
    if any(item.round_number < grid.through.number for item in grid.placed):
        newest = grid.through.number
        sentences.append(
            f"Dashed marks were not rated in round {newest}; their medians are of an earlier round."
        )
    if lines := sorted({cell.left for cell in grid.cells} - {grid.low - 0.5}):
        told = " and ".join(f"{number(line, 2)}" for line in lines)
        sentences.append(
            f"Lines between cells lie at {told}: a median half way between two bands belongs to the higher."
        )
    if grid.price:
        sentences.append(grid.price)
    return tuple(sentences)


def not_shown(grid: Grid) -> tuple[tuple[str, tuple[Unplaced, ...]], ...]:
    """The items without a place, by the reason."""
    ordered = sorted(grid.unplaced, key=lambda item: item.reason)
    return tuple((reason, tuple(items)) for reason, items in groupby(ordered, key=lambda item: item.reason))


def median_words(median: float, counts: Sequence[int | None], few: str) -> str:
    """A median with how many rated, panel by panel: 7.5 (34 + 13).

    >>> median_words(7.5, [34, None], "5 to 9")
    '7.5 (34 + 5 to 9)'
    """
    rated = " + ".join(few if count is None else f"{count}" for count in counts)
    return f"{number(median)} ({rated})"


def in_brackets(grid: Grid) -> str:
    """What the numbers beside a median are."""
    names = " + ".join(in_sentence(name) for _, name in grid.lens.panels)
    return f"In brackets, how many rated it: {names}."


def ranking(grid: Grid) -> str:
    """By what the key is ordered."""
    across, up = in_sentence(grid.across.name), in_sentence(grid.up.name)
    then = ", then by its share of high ratings" if grid.cells else ""
    where = "In brackets" if grid.cells else "Below each"
    return (
        f"In the order of {across}: by its median{then}. Where that is equal, by {up}."
        f" {where}, its medians: {across} and {up}."
    )
