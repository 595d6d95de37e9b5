"""Cross tables of each item: the same people in two rounds, or on two criteria, counted pair by pair.

A transition table has one row and one column more than the scale has categories: no rating, whether somebody
left, was unable to rate or left the item blank. Stability is about those who rated in both rounds, attrition
about the rest. Notation: R panellists, I items, K categories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally, frozen_counts, integers

_AT_A_TIME = 2**15


@dataclass(frozen=True, eq=False)
class Transitions:
    """How many went from each category to each between two rounds, `counts` (I, K + 1, K + 1), read-only.

    Rows are the earlier round, columns the later one, lowest category first; the last of both is no rating.
    Tables of the same items on the same scale add up. A `ValueError` says which shape or number does not fit.

    >>> two = Transitions.from_matrices(Scale(1, 3), [[1], [3]], [[2], [BLANK]])
    >>> two.counts[0]
    array([[0, 1, 0, 0],
           [0, 0, 0, 0],
           [0, 0, 0, 1],
           [0, 0, 0, 0]])
    """

    scale: Scale
    counts: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", _squares(self.counts, self.scale.size + 1, self.scale))

    @classmethod
    def from_pairs(cls, scale: Scale, paired: ArrayLike) -> Self:
        """The tables of those who rated in both rounds, (I, K, K), or (K, K) for one item."""
        table = integers(paired, "count")
        table = table[np.newaxis] if table.ndim == 2 else table
        return cls(scale, np.pad(table, ((0, 0), (0, 1), (0, 1))))

    @classmethod
    def from_matrices(cls, scale: Scale, before: ArrayLike, after: ArrayLike) -> Self:
        """Count two matrices (R, I) of the same panellists and items, as `Tally.from_matrix` takes them."""
        return cls(scale, _crossed(scale, before, after))

    @property
    def items(self) -> int:
        """I, the number of items."""
        return len(self.counts)

    @cached_property
    def paired(self) -> IntArray:
        """Those who rated in both rounds (I, K, K)."""
        return _read_only(self.counts[:, :-1, :-1].copy())

    @cached_property
    def pairs(self) -> IntArray:
        """How many rated in both rounds, n (I,)."""
        return _read_only(self.margin_before.sum(axis=1))

    @cached_property
    def margin_before(self) -> IntArray:
        """How many of those who rated in both rounds chose each category in the earlier one (I, K)."""
        return _read_only(self.paired.sum(axis=2))

    @cached_property
    def margin_after(self) -> IntArray:
        """How many of those who rated in both rounds chose each category in the later one (I, K)."""
        return _read_only(self.paired.sum(axis=1))

    @cached_property
    def changes(self) -> IntArray:
        """How many went up by each number of categories (I, 2 K - 1), from -(K - 1) to K - 1.

        >>> Transitions.from_pairs(Scale(1, 3), [[2, 1, 0], [0, 3, 0], [4, 0, 0]]).changes
        array([[4, 0, 5, 1, 0]])
        """
        size = self.scale.size
        later, earlier = np.arange(size), np.arange(size)[:, np.newaxis]
        # Each row of the table moves along until equal changes stand in one column.
        sheared = np.zeros((self.items, size, 2 * size - 1), dtype=np.int64)
        sheared[:, earlier, size - 1 + later - earlier] = self.paired
        return _read_only(sheared.sum(axis=1))

    @cached_property
    def stayers_before(self) -> Tally:
        """What those who rated in both rounds chose in the earlier one."""
        return Tally.from_counts(self.scale, self.margin_before)

    @cached_property
    def stayers_after(self) -> Tally:
        """What those who rated in both rounds chose in the later one."""
        return Tally.from_counts(self.scale, self.margin_after)

    @property
    def leavers(self) -> Tally:
        """What those who rated in the earlier round alone had chosen there."""
        return Tally.from_counts(self.scale, self.counts[:, :-1, -1])

    @property
    def joiners(self) -> Tally:
        """What those who rated in the later round alone chose there."""
        return Tally.from_counts(self.scale, self.counts[:, -1, :-1])

    @property
    def before(self) -> Tally:
        """The earlier round: stayers and leavers."""
        return self.stayers_before + self.leavers

    @property
    def after(self) -> Tally:
        """The later round: stayers and joiners."""
        return self.stayers_after + self.joiners

    def __add__(self, other: "Transitions") -> "Transitions":
        """The tables of both groups together; a `ValueError` where scales or numbers of items differ."""
        if not isinstance(other, Transitions):
            return NotImplemented
        _check_alike(self, other)
        return Transitions(self.scale, self.counts + other.counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Transitions):
            return NotImplemented
        return self.scale == other.scale and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Crossing:
    """How many chose each pair of categories on two criteria of one scale, `counts` (I, K, K), read-only.

    Rows are the criterion across the grid, columns the one up. Only those who rated an item on both enter.
    Crossings of the same items on the same scale add up. Errors as for `Transitions`.
    """

    scale: Scale
    counts: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", _squares(self.counts, self.scale.size, self.scale))

    @classmethod
    def from_matrices(cls, scale: Scale, across: ArrayLike, up: ArrayLike) -> Self:
        """Count two matrices (R, I) of the same panellists and items, one a criterion."""
        return cls(scale, _crossed(scale, across, up)[:, :-1, :-1])

    @property
    def items(self) -> int:
        """I, the number of items."""
        return len(self.counts)

    @property
    def rated(self) -> IntArray:
        """How many rated each item on both criteria, n (I,)."""
        rated: IntArray = self.counts.sum(axis=(1, 2))
        return rated

    def __add__(self, other: "Crossing") -> "Crossing":
        """The tables of both groups together; a `ValueError` where scales or numbers of items differ."""
        if not isinstance(other, Crossing):
            return NotImplemented
        _check_alike(self, other)
        return Crossing(self.scale, self.counts + other.counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Crossing):
            return NotImplemented
        return self.scale == other.scale and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]


def _crossed(scale: Scale, first: ArrayLike, second: ArrayLike) -> IntArray:
    """Counts (I, K + 1, K + 1) of the pairs of ratings in two matrices (R, I), no rating last."""
    one, two = _matrix(first), _matrix(second)
    if one.shape != two.shape:
        raise ValueError(
            f"The two matrices are of the same panellists and items; their shapes are {one.shape} and"
            f" {two.shape}."
        )
    (raters, items), size = one.shape, scale.size + 1
    table = np.zeros(items * size * size, dtype=np.int64)
    # A few panellists at a time: what stays in the cache is counted several times faster.
    step = max(_AT_A_TIME // max(items, 1), 1)
    for start in range(0, raters, step):
        before, after = (_columns(scale, matrix[start : start + step], start) for matrix in (one, two))
        pairs = (np.arange(items) * size + before) * size + after
        table += np.bincount(pairs.ravel(), minlength=table.size)
    return table.reshape(items, size, size)


def _matrix(ratings: ArrayLike) -> IntArray:
    array = np.asarray(ratings)
    codes = array if array.dtype == np.int64 else integers(array, "rating")
    if codes.ndim != 2:
        raise ValueError(f"A matrix of ratings is panellists by items; this one has the shape {codes.shape}.")
    return codes


def stacked(tables: Sequence[Transitions]) -> Transitions:
    """One table of all their items, one's after the other's; a `ValueError` where scales differ.

    >>> stacked([Transitions.from_pairs(Scale(1, 2), [[1, 0], [0, n]]) for n in (2, 3)]).pairs
    array([3, 4])
    """
    if len({table.scale for table in tables}) != 1:
        raise ValueError("Transitions on one scale can be put together, and at least one.")
    return Transitions(tables[0].scale, np.concatenate([table.counts for table in tables]))


def _columns(scale: Scale, codes: IntArray, first_rater: int) -> IntArray:
    """The column of each rating, K for no rating."""
    columns = codes - scale.low
    unrated = (columns < 0) | (columns >= scale.size)
    missing = codes[unrated]
    wrong = np.flatnonzero((missing != UNABLE) & (missing != BLANK))
    if wrong.size:
        rater, item = np.argwhere(unrated)[wrong[0]].tolist()
        raise ValueError(
            f"The rating {codes[rater, item]} of panellist {first_rater + rater} for item {item} is not on"
            f" the scale {scale}."
        )
    columns[unrated] = scale.size
    return columns


def _read_only(array: IntArray) -> IntArray:
    array.flags.writeable = False
    return array


def _squares(counts: ArrayLike, size: int, scale: Scale) -> IntArray:
    table = frozen_counts(counts, "counts")
    if table.ndim != 3 or table.shape[1:] != (size, size):
        raise ValueError(f"Counts on {scale} are items by {size} by {size}, not of the shape {table.shape}.")
    return table


def _check_alike(one: Transitions | Crossing, two: Transitions | Crossing) -> None:
    if one.scale != two.scale:
        raise ValueError(f"The scales differ: {one.scale} and {two.scale}, or their bands.")
    if one.items != two.items:
        raise ValueError(f"The items differ: {one.items} in one table, {two.items} in another.")
