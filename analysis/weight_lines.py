"""Items as straight lines of a weight, v = w a + (1 - w) b, in whole numbers: where they cross.

The arithmetic behind `analysis.ranking`. Notation: I items that have a place on both criteria, J crossings of
an item with the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.cuts import NO_POSITION
from analysis.exact_values import Value, exactly
from analysis.tallies import BoolArray, FloatArray, IntArray

# Whole numbers up to here, times a weight's denominator up to here, fit into 64 bits.
_SMALL: Final = 2**28


class Place(NamedTuple):
    """The `rank` that an item holds between two weights."""

    rank: int
    start: Fraction
    stop: Fraction


@dataclass(frozen=True, eq=False)
class Points:
    """The places of the `placed` items in whole numbers of 1 / `unit` (I,), and why others have none."""

    first: NDArray[Any]
    second: NDArray[Any]
    unit: int
    placed: tuple[int, ...]
    reasons: tuple[str | None, ...]

    @classmethod
    def of(cls, a: Sequence[Value], b: Sequence[Value]) -> "Points":
        """Read the values of all items; a `ValueError` for other numbers of them, and what is no number."""
        if len(a) != len(b):
            raise ValueError(f"There are {len(a)} items on one criterion and {len(b)} on the other.")
        both = [(exactly(one), exactly(two)) for one, two in zip(a, b, strict=True)]
        pairs = {
            item: (one, two) for item, (one, two) in enumerate(both) if one is not None and two is not None
        }
        unit = lcm(*(value.denominator for pair in pairs.values() for value in pair))
        whole = np.array([[int(value * unit) for value in pair] for pair in pairs.values()], dtype=object)
        whole = whole.reshape(-1, 2)
        if max(map(abs, whole.ravel()), default=0) < _SMALL:
            whole = whole.astype(np.int64)
        told = tuple(None if item in pairs else NO_POSITION for item in range(len(both)))
        return cls(whole[:, 0], whole[:, 1], unit, tuple(pairs), told)

    def spread(self, found: FloatArray) -> FloatArray:
        """What was found for the placed, as an array of all items, NaN for the others."""
        whole = np.full(len(self.reasons), np.nan)
        whole[list(self.placed)] = found
        return whole

    def values_at(self, w: Fraction) -> list[int]:
        """The value of each item at a weight, times unit and denominator."""
        p, q = w.numerator, w.denominator - w.numerator
        pairs = zip(self.first.tolist(), self.second.tolist(), strict=True)
        return [p * one + q * two for one, two in pairs]

    def without_crossing(
        self, order: Sequence[int], w: Fraction, start: Fraction, stop: Fraction
    ) -> tuple[Fraction, Fraction]:
        """From where to where the order at w holds: until two neighbours in it cross."""
        first, second = self.first.tolist(), self.second.tolist()
        for one, two in pairwise(order):
            rise = second[two] - second[one]
            slopes = first[one] - second[one] - first[two] + second[two]
            crossing = Fraction(rise, slopes) if slopes else None
            if crossing == w:
                return w, w
            if crossing is not None and crossing < w:
                start = max(start, crossing)
            elif crossing is not None:
                stop = min(stop, crossing)
        return start, stop

    def crossings(self, start: Fraction, stop: Fraction) -> tuple[Fraction, ...]:
        """The weights between start and stop, without these, at which two items cross; ascending."""
        rise, slopes, within = self._pairs(start, stop)
        upper = np.triu(within, 1)
        rise, slopes = rise[upper], slopes[upper]
        common = np.gcd(rise, slopes)
        different = sorted(
            set(zip((rise // common).tolist(), (slopes // common).tolist(), strict=True)), key=_quotient
        )
        found = [Fraction(*pair) for pair in different]
        # Python divides to the nearest float, so only what rounds to the same may stand the wrong way round.
        is_sorted = all(one < two for one, two in pairwise(different) if _quotient(one) == _quotient(two))
        return tuple(found if is_sorted else sorted(found))

    def segments(self, start: Fraction, stop: Fraction) -> tuple[IntArray, FloatArray, FloatArray]:
        """Each item's ranks (I, J + 1) between crossings, what share of the range each is, and its middle."""
        items = len(self.placed)
        if start == stop:
            ranks, only = self.ranks_from(start, False), np.ones((items, 1))
            return ranks[:, np.newaxis], only, only * float(start)
        rise, slopes, within = self._pairs(start, stop)
        weights = np.full((items, items), float(stop))
        weights[within] = rise[within] / slopes[within]
        order = np.argsort(weights, axis=1, kind="stable")
        slope = self.first - self.second
        steps = np.where(within, np.where(slope > slope[:, np.newaxis], 1, -1), 0)
        steps = np.cumsum(np.take_along_axis(steps, order, axis=1), axis=1)
        ranks = self.ranks_from(start, True)[:, np.newaxis] + np.pad(steps, ((0, 0), (1, 0)))
        ends = np.array([[float(start), float(stop)]]).repeat(items, axis=0)
        bounds = np.hstack([ends[:, :1], np.take_along_axis(weights, order, axis=1), ends[:, 1:]])
        return ranks, np.diff(bounds, axis=1) / float(stop - start), (bounds[:, 1:] + bounds[:, :-1]) / 2

    def ranks_from(self, w: Fraction, is_beyond: bool) -> IntArray:
        """The rank of each item (I,) at a weight, or just beyond it: there what rises faster is above."""
        slopes = (self.first - self.second).tolist() if is_beyond else [0] * len(self.placed)
        keys = list(zip(self.values_at(w), slopes, strict=True))
        ranked = sorted(keys)
        highest = {key: len(ranked) - place for place, key in enumerate(ranked)}
        return np.array([highest[key] for key in keys], dtype=np.int64)

    def places(self, item: int, start: Fraction, stop: Fraction) -> tuple[Place, ...]:
        """The ranks of one item between start and stop, one after another, with the exact weights."""
        if item not in self.placed:
            return ()
        own = self.placed.index(item)
        if start == stop:
            return (Place(int(self.ranks_from(start, False)[own]), start, stop),)
        rise, slopes, within = (array[0] for array in self._pairs(start, stop, slice(own, own + 1)))
        slope = self.first - self.second
        changes: dict[Fraction, int] = {}
        for other in np.flatnonzero(within).tolist():
            crossing = Fraction(int(rise[other]), int(slopes[other]))
            changes[crossing] = changes.get(crossing, 0) + (1 if slope[other] > slope[own] else -1)
        rank = int(self.ranks_from(start, True)[own])
        found = [Place(rank, start, stop)]
        for crossing in sorted(weight for weight, change in changes.items() if change):
            rank += changes[crossing]
            found[-1:] = [found[-1]._replace(stop=crossing), Place(rank, crossing, stop)]
        return tuple(found)

    def _pairs(
        self, start: Fraction, stop: Fraction, of: slice = slice(None)
    ) -> tuple[NDArray[Any], NDArray[Any], BoolArray]:
        """The crossings of some items with all (S, I), rise / slopes, slopes from 0 up; which are within."""
        first, second = self.first, self.second
        if max(start.denominator, stop.denominator) >= _SMALL:
            first, second = first.astype(object), second.astype(object)
        slope = first - second
        rise, slopes = second - second[of, np.newaxis], slope[of, np.newaxis] - slope
        turned = np.where(slopes < 0, -1, 1)
        rise, slopes = rise * turned, slopes * turned
        beyond = rise * start.denominator > start.numerator * slopes
        within = (slopes > 0) & beyond & (rise * stop.denominator < stop.numerator * slopes)
        return rise, slopes, within.astype(np.bool_)


def _quotient(pair: tuple[int, int]) -> float:
    return pair[0] / pair[1]
