"""The full matrix of ratings: who rated which item how, for what counts alone cannot tell.

Panellists and items have ids, which are text, so that rounds and criteria are matched by them and never by
their place. Matrices come from long frames, and give the tables that nearly all measures need. Notation: R
panellists, I items, K categories.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from analysis.crossings import Crossing, Transitions
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray, Tally, integers

if TYPE_CHECKING:
    from pandas import DataFrame

UNABLE_TEXT: Final = "unable"
BLANK_TEXT: Final = ""

_NUMBERS = int | float | np.integer | np.floating
_BY_TEXT = {UNABLE_TEXT: UNABLE, BLANK_TEXT: BLANK}
_WHOLE = re.compile(r"-?[0-9]{1,3}")


@dataclass(frozen=True, eq=False)
class RatingMatrix:
    """Ratings `codes` (R, I), read-only: categories, and the codes UNABLE and BLANK for no rating.

    `panellists` (R,) and `items` (I,) are their ids, each once. A `ValueError` names the id that is not text,
    or empty, or there twice, the rating that is not on the scale, whose it is and of which item, and the
    shape that does not fit.

    >>> RatingMatrix(Scale(1, 3), [[3, UNABLE], [2, 1]], ("ann", "ben"), ("a", "b")).tally().unable
    array([0, 1])
    """

    scale: Scale
    codes: IntArray
    panellists: tuple[str, ...]
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        for what in ("panellist", "item"):
            ids = tuple(getattr(self, f"{what}s"))
            _check_ids(ids, what)
            object.__setattr__(self, f"{what}s", ids)
        codes = integers(self.codes, "rating").copy()
        if codes.shape != (len(self.panellists), len(self.items)):
            raise ValueError(
                f"{len(self.panellists)} panellists and {len(self.items)} items need a matrix of that shape,"
                f" not {codes.shape}."
            )
        self._check_codes(codes)
        codes.flags.writeable = False
        object.__setattr__(self, "codes", codes)

    def _check_codes(self, codes: IntArray) -> None:
        rated = (codes >= self.scale.low) & (codes <= self.scale.high)
        wrong = np.argwhere(~rated & (codes != UNABLE) & (codes != BLANK))
        if wrong.size:
            rater, item = wrong[0].tolist()
            raise ValueError(
                f"The rating {codes[rater, item]} of panellist '{self.panellists[rater]}' for item"
                f" '{self.items[item]}' is not on the scale {self.scale}."
            )

    @classmethod
    def from_frame(
        cls,
        scale: Scale,
        frame: "DataFrame",
        *,
        panellist: str = "panellist",
        item: str = "item",
        rating: str = "rating",
        items: Sequence[str] | None = None,
    ) -> Self:
        """Read a long frame, a row for each panellist and item, from the columns named.

        A rating is a whole number, or text of one, or "unable", or "" where the item was left blank: read
        files with `keep_default_na=False`, or pandas makes NaN of it. Where a panellist has no row for an
        item it is blank too. Ids are text, and stand in the order in which they first appear; `items` gives
        all that were asked, in order, those without a row among them. A `ValueError` names the column that is
        missing, the id that is not text, the second rating of an item by the same panellist, the item that
        `items` does not have, and any other value, NaN and None among them, with its row (from 0), its
        panellist and its item.

        >>> import pandas as pd
        >>> rows = [("ann", "a", "3"), ("ann", "b", "unable"), ("ben", "a", "2")]
        >>> long = pd.DataFrame(rows, columns=["panellist", "item", "rating"])
        >>> RatingMatrix.from_frame(Scale(1, 3), long).codes
        array([[   3, -998],
               [   2, -999]])
        """
        who, which, values = (_column(frame, name) for name in (panellist, item, rating))
        for what, ids in (("panellist", who), ("item", which)):
            _check_texts(ids, what)
        raters, asked = tuple(dict.fromkeys(who)), tuple(dict.fromkeys(which) if items is None else items)
        _check_ids(asked, "item")
        rows, columns = _indexes(who, raters, "panellist"), _indexes(which, asked, "item")
        _check_once(rows * len(asked) + columns, who, which)
        codes = np.full((len(raters), len(asked)), BLANK, dtype=np.int64)
        codes[rows, columns] = _codes(values, scale, who, which)
        return cls(scale, codes, raters, asked)

    def tally(self) -> Tally:
        """How many chose each category of each item, how many were unable, and how many left it blank."""
        return Tally.from_matrix(self.scale, self.codes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RatingMatrix):
            return NotImplemented
        mine, theirs = ((m.scale, m.panellists, m.items) for m in (self, other))
        return mine == theirs and np.array_equal(self.codes, other.codes)

    __hash__ = None  # type: ignore[assignment]


def transitions(before: RatingMatrix, after: RatingMatrix, items: Sequence[str] | None = None) -> Transitions:
    """The table of each item from one round to the next, panellists and items matched by their ids.

    Somebody who is in one round only has no rating in the other. The items stand in the order of the earlier
    round, or are those of `items`, in its order, where the study chooses among those that both rounds have.
    Rounds with different items and no choice are a `ValueError` that names them, and so are a chosen item
    that a round lacks and different scales.

    >>> one = RatingMatrix(Scale(1, 3), [[3], [2]], ("ann", "ben"), ("a",))
    >>> two = RatingMatrix(Scale(1, 3), [[1], [2]], ("cem", "ben"), ("a",))
    >>> transitions(one, two).counts[0]
    array([[0, 0, 0, 0],
           [0, 1, 0, 0],
           [0, 0, 0, 1],
           [1, 0, 0, 0]])
    """
    return Transitions.from_matrices(before.scale, *_aligned(before, after, items, "rounds"))


def crossing(across: RatingMatrix, up: RatingMatrix, items: Sequence[str] | None = None) -> Crossing:
    """The table of each item from one criterion to another, matched by ids; otherwise as `transitions`."""
    return Crossing.from_matrices(across.scale, *_aligned(across, up, items, "criteria"))


def _aligned(
    first: RatingMatrix, second: RatingMatrix, items: Sequence[str] | None, what: str
) -> tuple[IntArray, IntArray]:
    """The codes of both for the same items, and for everybody in either, blank where somebody was not."""
    if first.scale != second.scale:
        raise ValueError(f"The scales differ: {first.scale} and {second.scale}, or their bands.")
    chosen = _shared(first, second, what) if items is None else tuple(items)
    _check_ids(chosen, "item")
    everybody = tuple(dict.fromkeys((*first.panellists, *second.panellists)))
    place = {panellist: row for row, panellist in enumerate(everybody)}
    spread = []
    for matrix in (first, second):
        columns = _indexes(chosen, matrix.items, "item")
        codes = np.full((len(everybody), len(chosen)), BLANK, dtype=np.int64)
        codes[[place[panellist] for panellist in matrix.panellists]] = matrix.codes[:, columns]
        spread.append(codes)
    return spread[0], spread[1]


def _shared(first: RatingMatrix, second: RatingMatrix, what: str) -> tuple[str, ...]:
    alone = [f"'{item}' only in the first" for item in _missing(first.items, second.items)]
    alone += [f"'{item}' only in the second" for item in _missing(second.items, first.items)]
    if alone:
        raise ValueError(f"These are {what} with different items: {', '.join(alone)}. Choose with items=.")
    return first.items


def _column(frame: "DataFrame", name: str) -> list[Any]:
    found = list(frame.columns).count(name)
    if found != 1:
        raise ValueError(f"The frame has {found or 'no'} columns named '{name}', and it needs one.")
    values: list[Any] = frame[name].tolist()
    return values


def _check_texts(ids: Sequence[object], what: str) -> None:
    for row, value in enumerate(ids):
        if not isinstance(value, str) or not value:
            raise ValueError(f"The {what} {value!r} in row {row} is not an id: ids are text, and not empty.")


def _check_ids(ids: Sequence[object], what: str) -> None:
    for position, value in enumerate(ids):
        if not isinstance(value, str) or not value:
            raise ValueError(
                f"The {what} {value!r} at position {position} is not an id: ids are text, and not empty."
            )
    twice = [value for value, times in Counter(ids).items() if times > 1]
    if twice:
        raise ValueError(f"The {what} '{twice[0]}' is there more than once.")


def _indexes(ids: Sequence[str], known: Sequence[str], what: str) -> IntArray:
    """The place of each id among those known; a `ValueError` names those that are not there."""
    absent = _missing(ids, known)
    if absent:
        named = ", ".join(f"'{value}'" for value in absent)
        raise ValueError(f"There is no {what} {named} among the {what}s.")
    place = {value: index for index, value in enumerate(known)}
    return np.array([place[value] for value in ids], dtype=np.int64)


def _missing(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    there = frozenset(known)
    return [value for value in dict.fromkeys(ids) if value not in there]


def _check_once(places: IntArray, who: Sequence[str], which: Sequence[str]) -> None:
    _, first = np.unique(places, return_index=True)
    if len(first) < len(places):
        row = int(np.setdiff1d(np.arange(len(places)), first)[0])
        raise ValueError(f"Row {row} is a second rating of the item '{which[row]}' by '{who[row]}'.")


def _codes(values: list[Any], scale: Scale, who: Sequence[str], which: Sequence[str]) -> IntArray:
    """The code of each value; a `ValueError` says whose rating of which item is none."""
    # True is 1 to a dictionary, so the type goes along; what is no text and no number has no code anyway.
    kinds = [(type(value), value if isinstance(value, str | _NUMBERS) else None) for value in values]
    known = {kind: _code(kind[1], scale) for kind in set(kinds)}
    codes = [known[kind] for kind in kinds]
    if None in codes:
        row = codes.index(None)
        raise ValueError(
            f"The rating {values[row]!r} in row {row}, by '{who[row]}' of the item '{which[row]}', is none:"
            f" write a whole number on the scale {scale}, '{UNABLE_TEXT}', or '{BLANK_TEXT}' for a blank."
        )
    return np.array(codes, dtype=np.int64)


def _code(value: object, scale: Scale) -> int | None:
    """The category or code that a value stands for; None where it is none of them."""
    if isinstance(value, str):
        if value in _BY_TEXT:
            return _BY_TEXT[value]
        category = int(value) if _WHOLE.fullmatch(value) else None
    elif isinstance(value, bool) or not isinstance(value, _NUMBERS) or value != value // 1:
        return None
    else:
        category = int(value)
    return category if category in scale.categories else None
