"""In which order items come on two criteria: the Pareto front, and every weight between the two, exactly.

With the weight w of the first criterion an item's value is v = w a + (1 - w) b, a straight line, so two items
change places at one weight at most, and between two crossings the order stands still: nothing is sampled.
Values in common share a rank, and the next is left out (1, 1, 3). Everything is compared in whole numbers;
floats are read as the shortest decimals that stand for them. Notation: I items, of which those without a
value on both criteria have no rank.

Sources: Lahdelma R, Salminen P. Operations Research 2001;49:444-454, doi:10.1287/opre.49.3.444.11220, for
rank acceptabilities, which two criteria allow to be exact. Pareto V. Manuale di economia politica. Milano
1906.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from analysis.exact_values import Value, exactly
from analysis.results import Result
from analysis.tallies import FloatArray
from analysis.undefined import ratio
from analysis.weight_lines import Place, Points

NEVER_FIRST: Final = "The item is first at no weight of the range, so it has no central weight."


@dataclass(frozen=True)
class ParetoFront(Result):
    """Whether an item is `on_front`, and how many it dominates and is `dominated_by`, each (I,).

    Counts are NaN, and `on_front` is None, with a reason, where an item has no position.
    """

    on_front: tuple[bool | None, ...]
    dominates: FloatArray
    dominated_by: FloatArray
    reasons: tuple[str | None, ...]


def pareto_front(a: Sequence[Value], b: Sequence[Value]) -> ParetoFront:
    """The items that no other dominates: at least as high on both criteria, and higher on one.

    Items at the same place do not dominate each other. None and NaN have no position. A `ValueError` for
    other numbers of a and b, and for what is no number.

    Source: Pareto V. Manuale di economia politica. Milano 1906.

    >>> print(pareto_front([8, 7, 6, 3, 3], [3, 5, 6, 8, 2]))
    on_front  dominates  dominated_by
        True          1             0
        True          1             0
        True          1             0
        True          1             0
       False          0             4
    """
    points = Points.of(a, b)
    first, second = points.first, points.second
    at_least = (first[:, np.newaxis] >= first) & (second[:, np.newaxis] >= second)
    dominates = (at_least & ~at_least.T).astype(np.bool_)
    above, below = (points.spread(dominates.sum(axis=axis).astype(np.float64)) for axis in (0, 1))
    front = tuple(None if np.isnan(count) else count == 0 for count in above.tolist())
    return ParetoFront(front, below, above, points.reasons)


class Interval(NamedTuple):
    """The weights from `start` to `stop`, both exact."""

    start: Fraction
    stop: Fraction


@dataclass(frozen=True)
class OrderAt(Result):
    """The order of the items at one `weight` of the first criterion, and the interval over which it holds.

    `rank` and `value` are (I,), NaN without a position; `order` has the indexes from the first down, those of
    the same rank as the items came. At a crossing the interval is that weight alone, where items are tied.
    """

    rank: FloatArray
    value: FloatArray
    weight: Fraction
    order: tuple[int, ...]
    interval: Interval
    reasons: tuple[str | None, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: rank and value of each item, the weight and its interval on every row."""
        rows = len(self.rank)
        same = {"weight": self.weight, "from": self.interval.start, "to": self.interval.stop}
        return {
            "rank": self.rank.tolist(),
            "value": self.value.tolist(),
            **{name: [str(value)] * rows for name, value in same.items()},
            "reasons": list(self.reasons),
        }


def order_at(
    a: Sequence[Value], b: Sequence[Value], weight: Value, least: Value = 0, most: Value = 1
) -> OrderAt:
    """The order of I items at a weight, and from which to which weight it holds within the range.

    Only neighbours in the order can change places next, so the cost is that of sorting: what a slider asks
    for. Errors as for `pareto_front`, a weight outside the range, and a range not within 0 to 1.

    >>> found = order_at([8, 7, 6, 3], [3, 5, 6, 8], "0.5")
    >>> found.rank, found.interval
    (array([3., 1., 1., 3.]), Interval(start=Fraction(1, 2), stop=Fraction(1, 2)))
    >>> order_at([8, 7, 6, 3], [3, 5, 6, 8], 0.55).interval
    Interval(start=Fraction(1, 2), stop=Fraction(3, 5))
    """
    start, stop = _range(least, most)
    w = exactly(weight)
    if w is None or not start <= w <= stop:
        raise ValueError(f"The weight lies between {start} and {stop}, not {weight}.")
    points = Points.of(a, b)
    values = points.values_at(w)
    order = sorted(range(len(values)), key=lambda place: (-values[place], place))
    ranked = [values[place] for place in order]
    ranks = dict(zip(reversed(ranked), range(len(ranked), 0, -1), strict=True))
    interval = Interval(*points.without_crossing(order, w, start, stop))
    scale = float(points.unit * w.denominator)
    return OrderAt(
        points.spread(np.array([ranks[value] for value in values], dtype=np.float64)),
        points.spread(np.array([value / scale for value in values], dtype=np.float64)),
        w,
        tuple(points.placed[place] for place in order),
        interval,
        points.reasons,
    )


@dataclass(frozen=True, eq=False)
class WeightSweep(Result):
    """Every order of the items for weights from `least` to `most`; its printed table has a row an item.

    `acceptability` (I, I) is the share of the weights at which an item holds each rank, the first rank in the
    first column; `best` and `worst` (I,) are the ranks that it holds over some interval, and `central_weight`
    (I,) is the mean of the weights at which it is first, NaN where it never is. NaN without a position. Each
    NaN has a reason.
    """

    acceptability: FloatArray
    best: FloatArray
    worst: FloatArray
    central_weight: FloatArray
    least: Fraction
    most: Fraction
    points: Points
    reasons: tuple[str | None, ...]

    @cached_property
    def breakpoints(self) -> tuple[Fraction, ...]:
        """The weights within the range at which some items change places, ascending, without the ends."""
        return self.points.crossings(self.least, self.most)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals between the breakpoints, over each of which one order holds."""
        return tuple(Interval(*ends) for ends in pairwise((self.least, *self.breakpoints, self.most)))

    def interval_of(self, weight: Value) -> Interval:
        """The interval in which a weight lies; at a breakpoint the one above it, if there is one."""
        w = exactly(weight)
        if w is None or not self.least <= w <= self.most:
            raise ValueError(f"The weight lies between {self.least} and {self.most}, not {weight}.")
        ends = (self.least, *self.breakpoints, self.most)
        above = min(bisect_right(ends, w), len(ends) - 1)
        return Interval(ends[above - 1], ends[above])

    def places(self, item: int) -> tuple[Place, ...]:
        """The ranks that an item holds, each with its interval, from the least weight up; exact.

        Empty where it has no position. At the ends of an interval it is tied with whom it changes places.

        >>> [(rank, str(stop)) for rank, _, stop in weight_sweep([8, 7, 6, 3], [3, 5, 6, 8]).places(1)]
        [(3, '3/7'), (2, '1/2'), (1, '2/3'), (2, '1')]
        """
        return self.points.places(item, self.least, self.most)

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: best and worst rank, central weight, and the acceptability of each rank."""
        named = {"best": self.best, "worst": self.worst, "central_weight": self.central_weight}
        ranks = {f"rank_{rank}": column for rank, column in enumerate(self.acceptability.T, start=1)}
        columns: dict[str, list[Any]] = {name: array.tolist() for name, array in (named | ranks).items()}
        return columns | {"reasons": list(self.reasons)}


def weight_sweep(a: Sequence[Value], b: Sequence[Value], least: Value = 0, most: Value = 1) -> WeightSweep:
    """What becomes of each item's rank as the weight of the first criterion goes from `least` to `most`.

    The weight is taken to be uniform on that range, 0 to 1 unless told. Orders and crossings are exact, and
    acceptabilities are exact but for the rounding of their floats. Missing and errors as for `pareto_front`,
    and a range not within 0 to 1.

    Source: Lahdelma R, Salminen P. Operations Research 2001;49:444-454, doi:10.1287/opre.49.3.444.11220.

    >>> print(weight_sweep([8, 7, 6, 3], [3, 5, 6, 8]))
    best  worst  central_weight  rank_1   rank_2  rank_3   rank_4
       1      4          0.8333  0.3333  0.06667     0.1      0.5
       1      3          0.5833  0.1667   0.4048  0.4286        0
       1      3            0.45     0.1      0.5     0.4        0
       1      4             0.2     0.4  0.02857  0.07143     0.5
    """
    start, stop = _range(least, most)
    points = Points.of(a, b)
    ranks, lengths, middles = points.segments(start, stop)
    items = len(points.placed)
    index = np.arange(items)[:, np.newaxis] * items + ranks - 1
    shares = np.bincount(index.ravel(), lengths.ravel(), minlength=items * items).reshape(items, items)
    held = lengths > 0
    first = np.where(ranks == 1, lengths, 0)
    spread = points.spread(ratio((first * middles).sum(axis=1), first.sum(axis=1)))
    acceptability = np.full((len(points.reasons),) * 2, np.nan)
    acceptability[np.ix_(points.placed, range(items))] = shares
    acceptability[points.placed, items:] = 0
    told = [
        why or (NEVER_FIRST if np.isnan(c) else None)
        for why, c in zip(points.reasons, spread.tolist(), strict=True)
    ]
    return WeightSweep(
        acceptability,
        points.spread(np.where(held, ranks, items).min(axis=1, initial=items).astype(np.float64)),
        points.spread(np.where(held, ranks, 1).max(axis=1, initial=1).astype(np.float64)),
        spread,
        start,
        stop,
        points,
        tuple(told),
    )


def _range(least: Value, most: Value) -> tuple[Fraction, Fraction]:
    start, stop = exactly(least), exactly(most)
    if start is None or stop is None or not 0 <= start <= stop <= 1:
        raise ValueError(f"Weights range upwards within 0 to 1, not from {least} to {most}.")
    return start, stop
