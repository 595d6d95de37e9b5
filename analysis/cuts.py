"""Where a priority grid is cut, and the cell of each item by that cut.

A cut lies at fixed lines of the scale, between its bands or at its midpoint, which grids of different places
have in common; or at the items' own medians or means, as in the go-zones of concept mapping, which is
relative: about half of the items are low however good they are. Or it is no line at all but the panels'
verdicts. At or above a line is high, and everything is compared exactly. Notation: I items.

Sources: Kane M, Trochim WMK. Concept Mapping for Planning and Evaluation. Sage 2007, for go-zones. Fitch K
and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269, for a half between bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeAlias

from analysis.consensus import Verdict
from analysis.exact_values import Value, exactly
from analysis.results import Result
from analysis.scales import Scale

Pair: TypeAlias = tuple[Fraction, Fraction]

NO_POSITION: Final = "The item has no position on one of the criteria."
TOO_FEW_FOR_A_VERDICT: Final = "Too few rated the item for a verdict on one of the criteria."
NOT_USEFUL: Final = "The item is not at least useful: its position is below the high band."
LOW_AND_HIGH: Final = ("low", "high")
USEFUL: Final = ("useful", "more useful")
EASIER: Final = ("harder to do, even with support", "easier to do, with support")


class CutKind(StrEnum):
    """What a grid is cut by."""

    BANDS = "bands of the scale"
    MIDPOINT = "midpoint of the scale"
    MEDIANS = "medians of the items"
    MEANS = "means of the items"
    STATED = "stated lines"
    VERDICTS = "verdicts"
    FAIRSTEPS = "FAIRSTEPS"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one criterion, ascending, `at` exact values, and the `names` between them, lowest first.

    A `ValueError` says so where they do not ascend, or there is not one name more.

    >>> Lines((Fraction(7, 2), Fraction(13, 2)), ("low", "middle", "high")).name_of(3.5)
    'middle'
    """

    at: tuple[Fraction, ...]
    names: tuple[str, ...] = LOW_AND_HIGH

    def __post_init__(self) -> None:
        if len(self.names) != len(self.at) + 1 or len(set(self.names)) != len(self.names):
            raise ValueError(
                f"{len(self.at)} lines part {len(self.at) + 1} names, not {', '.join(self.names)}."
            )
        if any(lower >= upper for lower, upper in pairwise(self.at)):
            raise ValueError(f"The lines ascend; {', '.join(map(str, self.at))} do not.")

    def reached(self, value: Value) -> int | None:
        """How many of the lines the value reaches, compared exactly; None where there is no value."""
        exact = exactly(value)
        return None if exact is None else sum(line <= exact for line in self.at)

    def name_of(self, value: Value) -> str | None:
        """The name of the part in which the value lies; None where there is no value."""
        reached = self.reached(value)
        return None if reached is None else self.names[reached]


@dataclass(frozen=True, slots=True)
class Cut:
    """The lines of both criteria, how they came about, and whether they are `relative` to the items.

    By verdicts there are no lines, and `across` and `up` hold names alone.
    """

    kind: CutKind
    across: Lines | None
    up: Lines | None
    relative: bool = False

    def __str__(self) -> str:
        lines = [", ".join(f"{float(line):g}" for line in one.at) for one in (self.across, self.up) if one]
        where = f": {lines[0]} across, {lines[1]} up" if lines else ""
        return f"{self.kind}{where}" + (" (relative to the items shown)" if self.relative else "")


@dataclass(frozen=True)
class Cells(Result):
    """The cell of each item, its part `across` and its part `up`, by a `cut`; None with a reason."""

    across: tuple[str | None, ...]
    up: tuple[str | None, ...]
    cut: Cut
    reasons: tuple[str | None, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name; the cut as text, the same on every row."""
        across, up = list(self.across), list(self.up)
        return {
            "across": across,
            "up": up,
            "cell": [None if one is None else f"{one}-{two}" for one, two in zip(across, up, strict=True)],
            "cut": [str(self.cut)] * len(across),
            "reasons": list(self.reasons),
        }


def bands_cut(scale: Scale) -> Cut:
    """Between the bands of the scale, half a point below each band's first category, on both criteria.

    So cut, a median half-way between two bands is the higher's, as in `Scale.band_of`. The default of grids.
    A scale without bands is a `ValueError`. No source: the bands are the protocol's.

    >>> str(bands_cut(Scale.thirds(1, 9)))
    'bands of the scale: 3.5, 6.5 across, 3.5, 6.5 up'
    """
    if scale.bands is None:
        raise ValueError(f"The scale {scale} has no bands: state them, such as 1-3,4-6,7-9.")
    at = tuple(Fraction(2 * band.first - 1, 2) for band in scale.bands[1:])
    lines = Lines(at, tuple(band.name for band in scale.bands))
    return Cut(CutKind.BANDS, lines, lines)


def midpoint_cut(scale: Scale) -> Cut:
    """At (low + high) / 2 on both criteria; the middle category of an odd scale is then high.

    No source: the scale's own middle.

    >>> str(midpoint_cut(Scale(1, 4)))
    'midpoint of the scale: 2.5 across, 2.5 up'
    """
    lines = Lines((Fraction(scale.low + scale.high, 2),))
    return Cut(CutKind.MIDPOINT, lines, lines)


def stated_cut(x: Value, y: Value) -> Cut:
    """At a stated value on each criterion, read as it is written; a `ValueError` where one is missing.

    No source: somebody states it.

    >>> cells([4.6, 2.73], ["4.57", "3.30"], stated_cut(3.43, "3.30")).columns()["cell"]
    ['high-high', 'low-high']
    """
    across, up = exactly(x), exactly(y)
    if across is None or up is None:
        raise ValueError("A cut is stated on both criteria.")
    return Cut(CutKind.STATED, Lines((across,)), Lines((up,)))


def items_cut(x: Sequence[Value], y: Sequence[Value], by: str = "median") -> Cut:
    """At the median or the mean of the items' own positions on each criterion: the go-zones, and relative.

    Items without a position on either criterion are left out. A `ValueError` where none has one, for other
    numbers of x and y, and for another `by` than "median" and "mean".

    Source: Kane M, Trochim WMK. Concept Mapping for Planning and Evaluation. Sage 2007.

    >>> str(items_cut([7, 8, 6.5], [4, 5, 9], by="mean"))
    'means of the items: 7.16667 across, 6 up (relative to the items shown)'
    """
    if by not in _CENTRES:
        raise ValueError(f"Items are cut at their median or mean, not '{by}'.")
    placed = [pair for pair in _pairs(x, y) if pair is not None]
    if not placed:
        raise ValueError("No item has a position on both criteria, so there is nothing to cut.")
    kind, centre = _CENTRES[by]
    across, up = (Lines((centre(sorted(values)),)) for values in zip(*placed, strict=True))
    return Cut(kind, across, up, relative=True)


def cells(x: Sequence[Value], y: Sequence[Value], cut: Cut) -> Cells:
    """The cell of each of I items by a cut, from positions such as `Positions.x.exact` or as published.

    At or above a line is high; floats are the shortest decimals that stand for them. None with a reason where
    an item has no position on either criterion. A `ValueError` for other numbers of x and y, for what is no
    number, and for the cut of verdicts, which `verdict_cells` makes. Source: as for `items_cut`.

    >>> cells([6.5, 6, None], [3, 3.5, 9], bands_cut(Scale.thirds(1, 9))).columns()["cell"]
    ['high-low', 'middle-middle', None]
    """
    if cut.across is None or cut.up is None:
        raise ValueError("Verdicts have no lines: their cells are those of `verdict_cells`.")
    found = [pair and (cut.across.name_of(pair[0]), cut.up.name_of(pair[1])) for pair in _pairs(x, y)]
    return _cells([pair or (None, None) for pair in found], cut, NO_POSITION)


def verdict_cells(across: Sequence[Verdict], up: Sequence[Verdict]) -> Cells:
    """The cell of each of I items by its verdicts on both criteria: in, or not in, with or without consensus.

    None with a reason where there were too few ratings for a verdict. Other numbers are a `ValueError`.
    No source: the verdicts have theirs.

    >>> verdict_cells([Verdict.IN, Verdict.OUT], [Verdict.NO_CONSENSUS, Verdict.IN]).columns()["cell"]
    ['in-not in', 'not in-in']
    """
    _check_numbers(across, up)
    found = [
        (None, None)
        if Verdict.TOO_FEW in pair
        else tuple("in" if one is Verdict.IN else "not in" for one in pair)
        for pair in zip(across, up, strict=True)
    ]
    return _cells(found, Cut(CutKind.VERDICTS, None, None), TOO_FEW_FOR_A_VERDICT)


def fairsteps(
    x: Sequence[Value], y: Sequence[Value], scale: Scale, more_useful: Value = None, easier: Value = None
) -> Cells:
    """FAIRSTEPS's grid: only what is at least useful, *useful* or *more useful*, *easier* or *harder* to do.

    At least useful is a median in the high band on the criterion across, usefulness. The lines among these
    items are their own medians on each criterion, and relative, unless `more_useful` or `easier` states one.
    The names say "with support", which the question has assumed. None with a reason for the other items and
    those without a position. A scale without bands and other numbers of x and y are a `ValueError`. Where no
    item is useful, the lines are those of the high band.

    Source: FAIRSTEPS, 2022: one priority grid for each audience.

    >>> fairsteps([8, 7, 9, 4], [3, 6, 7, 9], Scale.thirds(1, 9)).up
    ('harder to do, even with support', 'easier to do, with support', 'easier to do, with support', None)
    """
    high = _highest(scale)
    placed = _pairs(x, y)
    shown = [pair if pair is not None and pair[0] >= high else None for pair in placed]
    useful, hard = _unzipped([pair for pair in shown if pair is not None])
    across = Lines((_stated_or_median(more_useful, useful, high),), USEFUL)
    up = Lines((_stated_or_median(easier, hard, high),), EASIER)
    is_relative = bool(useful) and None in (exactly(more_useful), exactly(easier))
    found = cells(*_unzipped(shown), Cut(CutKind.FAIRSTEPS, across, up, is_relative))
    told = (
        NOT_USEFUL if pair is not None and seen is None else reason
        for pair, seen, reason in zip(placed, shown, found.reasons, strict=True)
    )
    return replace(found, reasons=tuple(told))


def _pairs(x: Sequence[Value], y: Sequence[Value]) -> list[Pair | None]:
    _check_numbers(x, y)
    both = [(exactly(across), exactly(up)) for across, up in zip(x, y, strict=True)]
    return [None if across is None or up is None else (across, up) for across, up in both]


def _check_numbers(x: Sequence[object], y: Sequence[object]) -> None:
    if len(x) != len(y):
        raise ValueError(f"There are {len(x)} items on one criterion and {len(y)} on the other.")


def _cells(found: Sequence[tuple[str | None, ...]], cut: Cut, why_not: str) -> Cells:
    across, up = tuple(one for one, _ in found), tuple(two for _, two in found)
    return Cells(across, up, cut, tuple(why_not if one is None else None for one in across))


def _unzipped(pairs: Sequence[Pair | None]) -> tuple[list[Fraction | None], list[Fraction | None]]:
    return [pair and pair[0] for pair in pairs], [pair and pair[1] for pair in pairs]


def _highest(scale: Scale) -> Fraction:
    """The line below the high band."""
    lines = bands_cut(scale).across
    if lines is None:
        raise ValueError(f"The scale {scale} has no lines.")
    return lines.at[-1]


def _stated_or_median(stated: Value, values: Sequence[Fraction | None], otherwise: Fraction) -> Fraction:
    line, known = exactly(stated), sorted(value for value in values if value is not None)
    return line if line is not None else _median(known) if known else otherwise


def _median(values: Sequence[Fraction]) -> Fraction:
    """The median of sorted values, of which there is at least one."""
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


_CENTRES: Final = {"median": (CutKind.MEDIANS, _median), "mean": (CutKind.MEANS, _mean)}
