"""The words round a grid: what it shows, whose answers they are, and what is not in it."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from delphi import certainty, formats
from delphi.certainty import Certainty
from delphi.findings_in_words import people
from delphi.formats import number, plural
from surveys.cells import in_sentence
from surveys.grid_items import Placed, Unplaced
from surveys.grids import Grid
from surveys.looks import Shows

SIMULATED = "Simulated data: nobody gave these answers."
_MIDDLES = {"medians": "middle answer (the median)", "means": "mean of the answers"}
_ELLIPSES = "Ellipses: the 95 % region of both means."
_WHISKERS = {
    "medians": "Whiskers: the medians of 95 in 100 panels that were drawn again of the same people.",
    "means": "Whiskers: the 95 % interval of each mean.",
}
NOT_FOR_PUBLICATION = "Not for publication: small groups are not hidden here."


def summary(grid: Grid) -> str:
    """The first thing to know: how many items stand in the best cell."""
    who = "All panels together" if len(grid.lens.panels) > 2 else "Both panels together"
    who = who if grid.lens.is_combined else grid.lens.name
    if not grid.cells:
        return f"{who}: {plural(len(grid.placed), 'item')} by their {grid.by}."
    best = grid.cells[-1].words
    count = sum(item.cell == best for item in grid.placed)
    return f"{who} place {count or 'none'} of {plural(len(grid.placed), 'item')} in the cell “{best}”."


def caption(grid: Grid) -> str:
    """What the figure shows."""
    whose = f"{in_sentence(grid.lens.name)}," if grid.lens.is_combined else in_sentence(grid.lens.name)
    axes = f"{in_sentence(grid.across.name)} across, {in_sentence(grid.up.name)} up"
    return (
        f"Each mark is an item. It stands where the {_MIDDLES[grid.by]} of {whose} lies, from {grid.low} to"
        f" {grid.high}: {axes}."
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
    sentences = [f"Only items with {grid.only} stand here."] if grid.only else []
    if len(set(points)) < len(points):
        sentences.append(f"Items with the same {grid.by} stand round their point; a thin line leads to it.")
    if any(item.round_number < grid.through.number for item in grid.placed):
        newest = grid.through.number
        sentences.append(
            f"Dashed marks were not rated in round {newest}; their {grid.by} are of an earlier round."
        )
    if grid.note:
        sentences.append(grid.note)
    shown = grid.look.shows if grid.look else ()
    if Shows.CHANCE in shown:
        sentences.extend(_spreads(grid))
    if Shows.CHANGE in shown and any(item.before for item in grid.placed):
        sentences.append("An arrow comes from where the item stood in the round before.")
    if any(item.panels_differ for item in grid.placed):
        sentences.append("A ring at a mark’s corner: the panels place that item in different cells.")
    if grid.price:
        sentences.append(grid.price)
    return tuple(sentences)


def _spreads(grid: Grid) -> list[str]:
    """What is drawn about the places, each kind that there is."""
    drawn = {
        _ELLIPSES if item.sure.ellipse else _WHISKERS[grid.by]
        for item in grid.placed
        if item.sure.ellipse or (item.sure.x and item.sure.y)
    }
    return sorted(drawn)


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


def sure_word(chance: float | None) -> str:
    """The word for the chance of a cell: certain, likely or toss-up; nothing where there is none.

    >>> [sure_word(chance) for chance in (0.97, 0.8, 0.5, None)]
    ['certain', 'likely', 'toss-up', '']
    """
    word = certainty.of(None if chance is None else round(chance, 2))
    return "toss-up" if word == Certainty.OPEN else word.value


def how_sure(chance: float | None) -> str:
    """The word and the chance, which is rounded before its word is chosen: likely, 81 in 100.

    >>> how_sure(0.811), how_sure(0.7961), how_sure(0.9999), how_sure(None)
    ('likely, 81 in 100', 'likely, 80 in 100', 'certain, over 99 in 100', '')
    """
    if chance is None:
        return ""
    hundredths = round(100 * chance)
    told = {0: "under 1 in 100", 100: "over 99 in 100"}.get(hundredths, f"{hundredths} in 100")
    return f"{sure_word(chance)}, {told}"


def how_sure_is_meant(grid: Grid) -> str:
    """What the words for chances mean; nothing where none is shown."""
    if not grid.sure_by:
        return ""
    missing = any(item.sure.cell is None for item in grid.placed)
    return (
        "How sure a cell is: the chance that the same people, their answers drawn again, would place the item"
        f" in it. Certain is from {certainty.CERTAIN * 100:.0f} in 100 on, likely from"
        f" {certainty.LIKELY * 100:.0f}; below that it is a toss-up. It covers who was asked, not whether"
        " something works."
        + (" Where nothing is said, too few of a panel answered both questions." if missing else "")
    )


def stood_before(item: Placed) -> str:
    """Where it stood in the round before: 6 and 7.5 (round 1)."""
    if item.before is None:
        return formats.NOTHING
    return f"{number(item.before.x)} and {number(item.before.y)} (round {item.before.round_number})"


def differing(grid: Grid) -> tuple[tuple[str, str], ...]:
    """The items that the panels place in different cells, each with what every panel says."""
    return tuple(
        (
            f"{item.number}. {item.title}",
            "; ".join(f"{name}: {cell or formats.NOTHING}" for name, cell in item.cells_by_panel),
        )
        for item in sorted(grid.placed, key=lambda item: item.number)
        if item.panels_differ
    )


def order_holds(grid: Grid, between: tuple[float, float] | None) -> str:
    """From which to which weight the order holds; nothing for the usual order."""
    if between is None or grid.look is None or grid.look.weight is None:
        return ""
    start, stop = (number(100 * one) for one in between)
    across, up = in_sentence(grid.across.name), in_sentence(grid.up.name)
    weight = number(100 * float(grid.look.weight))
    rest = number(100 - 100 * float(grid.look.weight))
    return (
        f"Here {across} weighs {weight} and {up} {rest}. This order holds from {start} to {stop}."
        if start != stop
        else f"Here {across} weighs {weight} and {up} {rest}, and just there items change places."
    )


def in_brackets(grid: Grid) -> str:
    """What the numbers beside a median are."""
    names = " + ".join(in_sentence(name) for _, name in grid.lens.panels)
    return f"In brackets, how many rated it: {names}."


def ranking(grid: Grid) -> str:
    """By what the key is ordered."""
    across, up = in_sentence(grid.across.name), in_sentence(grid.up.name)
    where = "In brackets" if grid.cells else "Below each"
    values = f"{where}, its {grid.by}: {across} and {up}."
    if grid.look is not None and grid.look.weight is not None:
        return f"In the order of {across} and {up} by their weights. {values}"
    if not grid.orders_by_shares:
        return f"In the order of {across}; where that is equal, of {up}. {values}"
    then = ", then by its share of high ratings" if grid.cells else ""
    return f"In the order of {across}: by its median{then}. Where that is equal, by {up}. {values}"
