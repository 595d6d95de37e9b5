"""What Hypothesis draws: every kind of scale, small panels, items that nobody rated, no items at all."""

from itertools import repeat

import numpy as np
from hypothesis import strategies as st

from analysis.scales import Scale
from analysis.tallies import IntArray, Tally

NINE = Scale.thirds(1, 9)
SCALES = (
    NINE,
    Scale.parse("1-7", "1-3,4,5-7"),
    Scale.parse("1-5", "1-2,3,4-5"),
    Scale.parse("1-4", "1-2,3-4"),
    Scale.parse("0-10", "0-3,4-6,7-10"),
    Scale.parse("-3-3", "-3--1,0,1-3"),
)


@st.composite
def panels(draw: st.DrawFn, number: int, scale: Scale | None = None, most: int = 6) -> list[Tally]:
    """Tallies of the same 0 to 4 items by several panels."""
    on = scale or draw(st.sampled_from(SCALES))
    items = draw(st.integers(0, 4))
    cells = st.integers(0, most) | st.just(0)

    def table(columns: int) -> IntArray:
        flat = draw(st.lists(cells, min_size=items * columns, max_size=items * columns))
        return np.array(flat, dtype=np.int64).reshape(items, columns)

    return [Tally(on, table(on.size), table(1)[:, 0], table(1)[:, 0]) for _ in repeat(None, number)]


def tallies(scale: Scale | None = None, most: int = 6) -> st.SearchStrategy[Tally]:
    """The tally of one panel."""
    return panels(1, scale, most).map(lambda drawn: drawn[0])


def turned_round(tally: Tally) -> Tally:
    """The same answers on a scale whose bands mirror each other, with its ends exchanged."""
    return Tally(tally.scale, tally.counts[:, ::-1], tally.unable, tally.blank)


def ratings_of(tally: Tally, item: int) -> list[int]:
    """The ratings of one item, one by one, lowest first."""
    pairs = zip(tally.scale.categories, tally.counts[item].tolist(), strict=True)
    return [category for category, count in pairs for _ in range(count)]


def tally_of(ratings: list[int], scale: Scale = NINE) -> Tally:
    """The tally of one item from its ratings."""
    return Tally.from_ratings(scale, 1, [0] * len(ratings), ratings)
