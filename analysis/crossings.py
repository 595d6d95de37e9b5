"""Cross tables of each item: the same people in two rounds, or on two criteria, counted pair by pair.

A transition table has one row and one column more than the scale has categories: no rating, whether somebody
left, was unable to rate or left the item blank. Stability is about those who rated in both rounds, attrition
about the rest. Notation: R panellists, I items, K categories.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally, frozen_counts, integers


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
        earlier, later = _columns(scale, before), _columns(scale, after)
        return cls(scale, _crossed(earlier, later, scale.size + 1))

    @property
    def items(self) -> int:
        """I, the number of items."""
        return len(self.counts)

    @property
    def paired(self) -> IntArray:
        """Those who rated in both rounds (I, K, K)."""
        return self.counts[:, :-1, :-1]

    @property
    def pairs(self) -> IntArray:
        """How many rated in both rounds, n (I,)."""
        pairs: IntArray = self.paired.sum(axis=(1, 2))
        return pairs

    @property
    def stayers_before(self) -> Tally:
        """What those who rated in both rounds chose in the earlier one."""
        return Tally.from_counts(self.scale, self.paired.sum(axis=2).reshape(-1, self.scale.size))

    @property
    def stayers_after(self) -> Tally:
        """What those who rated in both rounds chose in the later one."""
        return Tally.from_counts(self.scale, self.paired.sum(axis=1).reshape(-1, self.scale.size))

    @property
    def leavers(self) -> Tally:
        """What those who rated in the earlier round alone had chosen there."""
        return Tally.from_counts(self.scale, self.counts[:, :-1, -1].reshape(-1, self.scale.size))

    @property
    def joiners(self) -> Tally:
        """What those who rated in the later round alone chose there."""
        return Tally.from_counts(self.scale, self.counts[:, -1, :-1].reshape(-1, self.scale.size))

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
        table = _crossed(_columns(scale, across), _columns(scale, up), scale.size + 1)
        return cls(scale, table[:, :-1, :-1])

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


def _columns(scale: Scale, ratings: ArrayLike) -> IntArray:
    """The column (R, I) of each rating, K for no rating."""
    codes = integers(ratings, "rating")
    if codes.ndim != 2:
        raise ValueError(f"A matrix of ratings is panellists by items; this one has the shape {codes.shape}.")
    missing = (codes == UNABLE) | (codes == BLANK)
    wrong = np.argwhere(~missing & ((codes < scale.low) | (codes > scale.high)))
    if wrong.size:
        rater, item = wrong[0].tolist()
        raise ValueError(
            f"The rating {codes[rater, item]} of panellist {rater} for item {item} is not on the scale"
            f" {scale}."
        )
    return np.where(missing, scale.size, codes - scale.low)


def _crossed(first: IntArray, second: IntArray, size: int) -> IntArray:
    """Counts (I, size, size) of the pairs of columns."""
    if first.shape != second.shape:
        raise ValueError(
            f"The two matrices are of the same panellists and items; their shapes are {first.shape} and"
            f" {second.shape}."
        )
    items = first.shape[1]
    flat = (np.arange(items) * size + first) * size + second
    counted: IntArray = np.bincount(flat.ravel(), minlength=items * size * size).astype(np.int64)
    return counted.reshape(items, size, size)


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
