"""Tallies: how many of a panel chose each category of each item on a criterion, and how many did not rate it.

Nearly every measure of a Delphi study is a function of these counts, so its cost does not grow with the
panel. A tally knows nothing of people, panels or rounds: its caller knows whose it is. Tallies of the same
items on the same scale add up, over sites and over panels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.scales import BAND_NAMES, Scale

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Codes for no rating where ratings come as numbers; no scale reaches so far down.
UNABLE: Final = -998
BLANK: Final = -999

_MOST: Final = 2**53  # up to here every whole number is exact as a float


class Denominator(StrEnum):
    """What a share is a share of: those who rated the item, or these and the ones unable to rate it."""

    RATED = "rated"
    RATED_AND_UNABLE = "rated+unable"

    @classmethod
    def _missing_(cls, value: object) -> Self:
        raise ValueError(f"The denominator is 'rated' or 'rated+unable', not '{value}'.")


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of I items on a scale of K categories, read-only.

    `counts` (I, K) says how many chose each category, lowest first; `unable` (I,) how many said that they
    could not rate the item; `blank` (I,) how many took part and left it out. Neither of the two enters any
    measure unless a denominator says so. A `ValueError` says which shapes or numbers do not fit.

    >>> tally = Tally.from_counts(Scale(1, 3), [[2, 0, 5], [0, 0, 0]], unable=[1, 4])
    >>> tally.rated, tally.denominator("rated+unable")
    (array([7, 0]), array([8, 4]))
    """

    scale: Scale
    counts: IntArray
    unable: IntArray
    blank: IntArray

    def __post_init__(self) -> None:
        counts = frozen_counts(self.counts, "counts")
        if counts.ndim != 2 or counts.shape[1] != self.scale.size:
            raise ValueError(
                f"Counts on {self.scale} have {self.scale.size} columns, not the shape {counts.shape}."
            )
        object.__setattr__(self, "counts", counts)
        for name in ("unable", "blank"):
            beside = frozen_counts(getattr(self, name), name)
            if beside.shape != counts.shape[:1]:
                raise ValueError(f"There are {len(counts)} items, but {name} has the shape {beside.shape}.")
            object.__setattr__(self, name, beside)

    @classmethod
    def from_counts(
        cls, scale: Scale, counts: ArrayLike, unable: ArrayLike = 0, blank: ArrayLike = 0
    ) -> Self:
        """The tally of counts (I, K), or (K,) for one item; unable and blank are (I,) or one number."""
        table = integers(counts, "count")
        table = np.zeros((0, scale.size), np.int64) if table.shape == (0,) else np.atleast_2d(table)
        beside = (integers(array, "count") for array in (unable, blank))
        return cls(scale, table, *(array if array.ndim else np.full(len(table), array) for array in beside))

    @classmethod
    def from_ratings(
        cls, scale: Scale, items: int, item: ArrayLike, rating: ArrayLike, times: ArrayLike = 1
    ) -> Self:
        """Count a long list of R ratings of `items` items.

        `item` (R,) holds indexes from 0, `rating` (R,) categories or the codes UNABLE and BLANK, and `times`
        (R,), or one number, how often each line counts, for rows that a database has grouped. A `ValueError`
        names the first index or rating that does not fit, and where it stands: NaN, None and text among them.

        >>> Tally.from_ratings(Scale(1, 3), 2, item=[0, 0, 1], rating=[3, UNABLE, 1]).counts
        array([[0, 0, 1],
               [1, 0, 0]])
        """
        rows, codes = integers(item, "item index"), integers(rating, "rating")
        if rows.shape != codes.shape:
            raise ValueError(f"There are {rows.size} item indexes and {codes.size} ratings.")
        outside = np.flatnonzero((rows < 0) | (rows >= items))
        if outside.size:
            raise ValueError(
                f"Item index {rows[outside[0]]} at position {outside[0]} is not one of {items} items."
            )
        table = np.zeros((items, scale.size + 2), dtype=np.int64)
        np.add.at(table, (rows, _columns(scale, codes)), integers(times, "count"))
        return cls._of_table(scale, table)

    @classmethod
    def from_matrix(cls, scale: Scale, ratings: ArrayLike) -> Self:
        """Count a matrix (raters, I) of categories and the codes UNABLE and BLANK, as `from_ratings` does."""
        matrix = integers(ratings, "rating")
        if matrix.ndim != 2:
            raise ValueError(
                f"A matrix of ratings is raters by items; this one has the shape {matrix.shape}."
            )
        items, columns = matrix.shape[1], scale.size + 2
        cells = _columns(scale, matrix)
        cells += columns * np.arange(items)
        table = np.bincount(cells.ravel(), minlength=items * columns)
        return cls._of_table(scale, table.reshape(items, columns))

    @classmethod
    def _of_table(cls, scale: Scale, table: IntArray) -> Self:
        """The tally of a table (I, K + 2): the categories, then unable, then blank."""
        return cls(scale, table[:, :-2], table[:, -2], table[:, -1])

    @property
    def items(self) -> int:
        """I, the number of items."""
        return len(self.counts)

    @property
    def rated(self) -> IntArray:
        """How many rated each item, n (I,)."""
        rated: IntArray = self.counts.sum(axis=1)
        return rated

    def denominator(self, kind: str) -> IntArray:
        """How many (I,) a share is a share of: "rated" or "rated+unable"."""
        return self.rated if Denominator(kind) is Denominator.RATED else self.rated + self.unable

    def in_band(self, name: str) -> IntArray:
        """How many (I,) chose a category of the band; none are in the middle of a scale of two bands.

        A scale without bands and a name other than low, middle or high are a `ValueError`.
        """
        if name not in BAND_NAMES[3]:
            raise ValueError(f"A band is low, middle or high, not '{name}'.")
        if self.scale.bands is None:
            raise ValueError(f"The scale {self.scale} has no bands: state them, such as 1-3,4-6,7-9.")
        band = self.scale.find_band(name)
        if band is None:
            return np.zeros(self.items, dtype=np.int64)
        first, last = band.first - self.scale.low, band.last - self.scale.low
        chosen: IntArray = self.counts[:, first : last + 1].sum(axis=1)
        return chosen

    def __add__(self, other: "Tally") -> "Tally":
        """The tally of both groups together, item by item; a `ValueError` where scales or items differ."""
        if not isinstance(other, Tally):
            return NotImplemented
        check_alike((self, other))
        return Tally(
            self.scale, self.counts + other.counts, self.unable + other.unable, self.blank + other.blank
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        pairs = ((self.counts, other.counts), (self.unable, other.unable), (self.blank, other.blank))
        return self.scale == other.scale and all(np.array_equal(one, two) for one, two in pairs)

    __hash__ = None  # type: ignore[assignment]


def check_alike(tallies: tuple[Tally, ...] | list[Tally]) -> None:
    """Raise `ValueError` unless there is a tally, and all have the same scale and number of items."""
    if not tallies:
        raise ValueError("There is no panel: give at least one tally.")
    for tally in tallies[1:]:
        if tally.scale != tallies[0].scale:
            raise ValueError(f"The scales differ: {tallies[0].scale} and {tally.scale}, or their bands.")
        if tally.items != tallies[0].items:
            raise ValueError(f"The items differ: {tallies[0].items} in one tally, {tally.items} in another.")


def stacked(tallies: Sequence[Tally]) -> Tally:
    """One tally of all their items, one tally's after the other's; a `ValueError` where scales differ.

    >>> stacked([Tally.from_counts(Scale(1, 2), [1, 0]), Tally.from_counts(Scale(1, 2), [0, 1])]).counts
    array([[1, 0],
           [0, 1]])
    """
    if len({tally.scale for tally in tallies}) != 1:
        raise ValueError("Tallies of one scale can be put together, and at least one.")
    counts, unable, blank = (
        np.concatenate([getattr(tally, name) for tally in tallies]) for name in ("counts", "unable", "blank")
    )
    return Tally(tallies[0].scale, counts, unable, blank)


def integers(values: ArrayLike, what: str) -> IntArray:
    """The values as int64; a `ValueError` names the first that is not a whole number, and where it stands."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"There are rows of unequal length where each {what} should stand.") from None
    if array.dtype.kind in "iu" or array.size == 0:
        return array.astype(np.int64, copy=False)
    if array.dtype.kind == "f" and (np.abs(array) < _MOST).all() and (array == np.floor(array)).all():
        return array.astype(np.int64)
    for position, value in enumerate(array.ravel().tolist()):
        if not _is_whole(value):
            raise ValueError(
                f"The {what} {value!r} at position {position} is not a whole number"
                f" (no rating is written UNABLE, {UNABLE}, or BLANK, {BLANK})."
            )
    return array.astype(np.int64)


def _is_whole(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < _MOST and value == value // 1  # type: ignore[arg-type, operator]


def frozen_counts(values: ArrayLike, what: str) -> IntArray:
    """The values as read-only int64 of their own; a `ValueError` for what is not a whole number from 0 up."""
    array = integers(values, what).copy()
    wrong = np.flatnonzero((array < 0) | (array >= _MOST))
    if wrong.size:
        place = ", ".join(map(str, np.unravel_index(wrong[0], array.shape)))
        number = array.ravel()[wrong[0]]
        fault = "cannot be negative" if number < 0 else f"are below {_MOST}"
        raise ValueError(f"Numbers of people {fault}, but {what} has {number} at position {place}.")
    array.flags.writeable = False
    return array


def _columns(scale: Scale, codes: IntArray) -> IntArray:
    """The column of each code in a table of K categories, then unable, then blank."""
    columns = codes - scale.low
    # Without a sign what lies below the scale is large too, so that one comparison finds both.
    beyond = np.flatnonzero(columns.view(np.uint64) >= scale.size)
    missing = codes.ravel()[beyond]
    wrong = np.flatnonzero((missing != UNABLE) & (missing != BLANK))
    if wrong.size:
        raise ValueError(
            f"The rating {missing[wrong[0]]} at position {beyond[wrong[0]]} is not on the scale {scale}."
        )
    np.put(columns, beyond, np.where(missing == UNABLE, scale.size, scale.size + 1))
    return columns
