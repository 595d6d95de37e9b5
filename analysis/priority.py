"""Priority grids: where each item stands on two criteria, and in which order.

One criterion runs across the grid and one up, such as usefulness and feasibility; both are rated by the same
panels on one scale. A position is the median on each, of one panel or of several with stated weights, equal
ones unless told. An item that a panel did not rate on either criterion has no position. Nothing here uses
means of ratings. `analysis.cuts` has the cells, of published positions too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

from analysis.summaries import check_weights, weighted_median
from analysis.tallies import Tally, check_alike

Weights = Sequence[int | Fraction]


@dataclass(frozen=True, slots=True)
class Position:
    """An item's median on the criterion across (`x`) and on the one up (`y`), in scale points."""

    x: float
    y: float


def positions(
    across: Sequence[Tally], up: Sequence[Tally], weights: Weights | None = None
) -> tuple[Position | None, ...]:
    """The position of each of I items, from one tally a panel on each criterion, panels in one order.

    Several panels are combined by `summaries.weighted_median`, in which every panel weighs the same unless
    `weights` says otherwise, however large it is. None where a panel of positive weight has no rating on
    either criterion. Other scales, items or numbers of panels are a `ValueError`.

    Source: the grid, Waltz TJ and others. Implementation Science 2015;10:109, doi:10.1186/s13012-015-0295-0,
    where the positions are means and the cuts their means; medians and the scale's own bands are ours.

    >>> from analysis.scales import Scale
    >>> useful = Tally.from_counts(Scale.thirds(1, 9), [[0, 0, 0, 0, 0, 0, 3, 4, 3], [0] * 9])
    >>> feasible = Tally.from_counts(Scale.thirds(1, 9), [[0, 2, 4, 4, 0, 0, 0, 0, 0], [1] * 9])
    >>> positions([useful], [feasible])
    (Position(x=8.0, y=3.0), None)
    """
    _check_panels(across, up)
    x, y = weighted_median(across, weights).tolist(), weighted_median(up, weights).tolist()
    return tuple(None if isnan(a) or isnan(b) else Position(a, b) for a, b in zip(x, y, strict=True))


def order(across: Sequence[Tally], up: Sequence[Tally], weights: Weights | None = None) -> tuple[int, ...]:
    """The indexes of all I items, highest priority first.

    The order is by the median across, then by the share of the high band across, then by the median up, then
    by the share of the high band up, each from the highest down, and then as the items came. Medians and
    shares are those of the weighted panels, compared exactly; on a scale without bands shares play no part.
    Items without a position come last, as they came. No source: the order is this engine's own.

    >>> from analysis.scales import Scale
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
