"""Cross tables of two criteria for the tests of grids: drawn by Hypothesis, or at random."""

import numpy as np
from hypothesis import strategies as st

from analysis.crossings import Crossing
from analysis.scales import Scale
from analysis.tallies import IntArray, Tally
from tests.analysis.examples import NINE, SCALES


@st.composite
def crossings(draw: st.DrawFn, scale: Scale | None = None, most: int = 5) -> Crossing:
    """The cross tables of 1 to 3 items, each of 0 to `most` people."""
    on = scale or draw(st.sampled_from(SCALES))
    ratings = st.tuples(*2 * [st.integers(0, on.size - 1)])
    table = np.zeros((draw(st.integers(1, 3)), on.size, on.size), dtype=np.int64)
    for item in table:
        for pair in draw(st.lists(ratings, max_size=most)):
            item[pair] += 1
    return Crossing(on, table)


def margins(crossing: Crossing) -> tuple[Tally, Tally]:
    """The tallies of those who rated on both criteria: across, up."""
    counts = crossing.counts
    return tuple(Tally.from_counts(crossing.scale, counts.sum(axis=axis)) for axis in (2, 1))  # type: ignore[return-value]


def exchanged(crossing: Crossing) -> Crossing:
    """The same with the criteria exchanged."""
    return Crossing(crossing.scale, crossing.counts.swapaxes(1, 2))


def random_crossing(seed: int, people: int, items: int, scale: Scale = NINE) -> Crossing:
    """People whose ratings on both criteria go together, some items high and some low."""
    return Crossing.from_matrices(scale, *random_pairs(seed, people, items, scale))


def random_pairs(seed: int, people: int, items: int, scale: Scale = NINE) -> tuple[IntArray, IntArray]:
    """The ratings (R, I) behind `random_crossing`, across and up."""
    generator = np.random.default_rng(seed)
    centres = generator.uniform(scale.low + 1, scale.high, size=(items, 2))
    spread = (scale.high - scale.low) / 4
    own = generator.normal(0, spread, size=(people, 1, 1))
    both = centres + own + generator.normal(0, spread / 2, size=(people, items, 2))
    rated = np.clip(np.round(both), scale.low, scale.high).astype(np.int64)
    return rated[..., 0], rated[..., 1]
