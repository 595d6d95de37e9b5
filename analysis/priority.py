"""Priority grids: where each item stands on two criteria, in which cell, and in which order.

One criterion runs across the grid and one up, such as usefulness and feasibility; both are rated by the same
panels on one scale. A position is the median on each, of one panel or of several with stated weights, equal
ones unless told. An item that a panel did not rate on either criterion has no position. Nothing here uses
means of ratings. Where a study published no ratings but positions, `quadrants` cuts these as they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import TypeAlias

from analysis.scales import Scale
from analysis.summaries import check_weights, weighted_median
from analysis.tallies import Tally, check_alike

Weights = Sequence[int | Fraction]
# A number as it was published, such as "3.43".
Published: TypeAlias = str | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Position:
    """An item's median on the criterion across (`x`) and on the one up (`y`), in scale points."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid: its band on the criterion across, and its band on the one up."""

    across: str
    up: str


def positions(
    across: Sequence[Tally], up: Sequence[Tally], weights: Weights | None = None
) -> tuple[Position | None, ...]:
    """The position of each of I items, from one tally a panel on each criterion, panels in one order.

    Several panels are combined by `summaries.weighted_median`, in which every panel weighs the same unless
    `weights` says otherwise, however large it is. None where a panel of positive weight has no rating on
    either criterion. Other scales, items or numbers of panels are a `ValueError`.

    Source: the grid, Waltz TJ and others. Implementation Science 2015;10:109, doi:10.1186/s13012-015-0295-0,
    where the positions are means and the cuts their means; medians and the scale's own bands are ours.

    >>> useful = Tally.from_counts(Scale.thirds(1, 9), [[0, 0, 0, 0, 0, 0, 3, 4, 3], [0] * 9])
    >>> feasible = Tally.from_counts(Scale.thirds(1, 9), [[0, 2, 4, 4, 0, 0, 0, 0, 0], [1] * 9])
    >>> positions([useful], [feasible])
    (Position(x=8.0, y=3.0), None)
    """
    _check_panels(across, up)
    x, y = weighted_median(across, weights).tolist(), weighted_median(up, weights).tolist()
    return tuple(None if isnan(a) or isnan(b) else Position(a, b) for a, b in zip(x, y, strict=True))


def cell_of(x: float, y: float, scale: Scale) -> Cell | None:
    """The cell of a position by the bands of the scale; None on a scale without bands.

    Medians between two bands belong to the higher one, as in `Scale.band_of`, which also refuses what is off
    the scale. Source: as for `positions`.

    >>> cell_of(7, 6.5, Scale.thirds(1, 9))
    Cell(across='high', up='high')
    """
    across, up = scale.band_of(x), scale.band_of(y)
    return None if across is None or up is None else Cell(across, up)


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Whether a position reaches the cut of the criterion across, `x_high`, and of the one up, `y_high`."""

    x_high: bool
    y_high: bool

    def __str__(self) -> str:
        return "-".join("high" if is_high else "low" for is_high in (self.x_high, self.y_high))


def quadrants(
    x: Sequence[Published], y: Sequence[Published], cuts: tuple[Published, Published]
) -> tuple[Quadrant | None, ...]:
    """The quadrant of each of I published positions by a stated cut on each criterion, the one across first.

    At or above a cut is high. Numbers are read as they are written and compared exactly, so the float 3.3
    reaches the cut "3.30", and units are whatever the study's are. None for NaN on either criterion. A
    `ValueError` for other numbers of x and y, and for what is no finite number, with its place.

    Source of the cuts: Waltz TJ and others. Implementation Science 2015;10:109,
    doi:10.1186/s13012-015-0295-0.

    >>> [str(one) for one in quadrants([4.6, 3.97, 2.73], [4.57, 3.2, 3.1], ("3.43", "3.30"))]
    ['high-high', 'high-low', 'low-low']
    """
    if len(x) != len(y):
        raise ValueError(f"There are {len(x)} positions on one criterion and {len(y)} on the other.")
    of_cuts = [_read(cut, f"cut {criterion}") for criterion, cut in zip(("x", "y"), cuts, strict=True)]
    across, up = (
        [_reaches(value, cut, f"{criterion} at position {item}") for item, value in enumerate(values)]
        for criterion, values, cut in zip(("x", "y"), (x, y), of_cuts, strict=True)
    )
    return tuple(
        None if one is None or two is None else Quadrant(one, two)
        for one, two in zip(across, up, strict=True)
    )


def order(across: Sequence[Tally], up: Sequence[Tally], weights: Weights | None = None) -> tuple[int, ...]:
    """The indexes of all I items, highest priority first.

    The order is by the median across, then by the share of the high band across, then by the median up, then
    by the share of the high band up, each from the highest down, and then as the items came. Medians and
    shares are those of the weighted panels, compared exactly; on a scale without bands shares play no part.
    Items without a position come last, as they came. No source: the order is this engine's own.

    >>> nine = Scale.thirds(1, 9)
    >>> useful = Tally.from_counts(nine, [[0, 0, 0, 0, 0, 0, 3, 4, 3], [0] * 9, [0] * 8 + [9]])
    >>> feasible = Tally.from_counts(nine, [[0, 2, 4, 4, 0, 0, 0, 0, 0], [1] * 9, [1] * 9])
    >>> order([useful], [feasible])
    (2, 0, 1)
    """
    found = positions(across, up, weights)
    shares_across, shares_up = _high_shares(across, weights), _high_shares(up, weights)

    def key(item: int) -> tuple[bool, float, Fraction, float, Fraction]:
        position = found[item]
        if position is None:
            return True, 0, Fraction(0), 0, Fraction(0)
        return False, -position.x, -shares_across[item], -position.y, -shares_up[item]

    return tuple(sorted(range(len(found)), key=key))


def _high_shares(tallies: Sequence[Tally], weights: Weights | None) -> list[Fraction]:
    """The weighted mean over the panels of the share of the high band among those who rated, item by item."""
    if tallies[0].scale.bands is None:
        return [Fraction(0)] * tallies[0].items
    exact = check_weights(len(tallies), weights)
    parts = [
        [
            weight * Fraction(high, max(n, 1))
            for high, n in zip(tally.in_band("high").tolist(), tally.rated.tolist(), strict=True)
        ]
        for tally, weight in zip(tallies, exact, strict=True)
    ]
    return [sum(of_item, Fraction(0)) for of_item in zip(*parts, strict=True)]


def _check_panels(across: Sequence[Tally], up: Sequence[Tally]) -> None:
    if len(across) != len(up):
        raise ValueError(f"There are {len(across)} panels on one criterion and {len(up)} on the other.")
    check_alike([*across, *up])


def _reaches(value: Published, cut: Fraction, what: str) -> bool | None:
    return None if value != value else _read(value, what) >= cut  # noqa: PLR0124  # NaN alone is not itself


def _read(value: Published, what: str) -> Fraction:
    """The number as it is written: a float is the shortest decimal that stands for it."""
    written = repr(float(value)) if isinstance(value, float) else str(value)
    try:
        return Fraction(written)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"The {what} is no number: {value!r}.") from None
