"""Two rounds for the tests of stability: those of publications, and random ones."""

import numpy as np

from analysis.crossings import Transitions
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, IntArray
from tests.analysis.examples import NINE

# Chaffin and Talley 1980, tables 2a and 3a.
CHAFFIN_2A = Transitions.from_pairs(Scale(1, 3), [[26, 0, 0], [7, 62, 2], [0, 0, 25]])
CHAFFIN_3A = Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])
# Cohen 1968, table 1.
COHEN = Transitions.from_pairs(Scale(1, 3), [[88, 14, 18], [10, 40, 10], [2, 6, 12]])
# Unaided distance vision of the right and the left eye of 7477 women, Stuart 1955.
VISION = Transitions.from_pairs(
    Scale(1, 4),
    [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]],
)
TOY = Transitions.from_matrices(
    NINE,
    np.array([[5, 6, 4, 7, 8, 3, 6, 7, 5, 9, 7, 6, 5, 8, 4]]).T,
    np.array([[7, 6, 6, 7, 8, 5, 7, 7, 7, 8, 7, 7, 6, 8, 6]]).T,
)
FOUR = Scale.parse("1-4", "1-2,3-4")
# Six statements, ten experts, rounds 1 and 2: the vignette "Delphi rounds" of the R package contentvalidR.
SIX = Transitions.from_matrices(
    FOUR,
    np.array(
        [
            [4, 4, 3, 4, 3, 4, 2, 4, 3, 4],
            [3, 4, 3, 2, 4, 3, 4, 3, 2, 4],
            [2, 1, 2, 2, 1, 3, 2, 1, 2, 2],
            [4, 2, 3, 1, 4, 2, 3, 1, 4, 2],
            [2, 3, 2, 3, 2, 4, 3, 2, 3, 2],
            [3, 2, 4, 1, 3, 2, 4, 1, 3, 2],
        ]
    ).T,
    np.array(
        [
            [4, 4, 4, 4, 3, 4, 3, 4, 3, 4],
            [4, 4, 4, 4, 4, 4, 4, 3, 4, 4],
            [2, 1, 2, 2, 1, 2, 2, 1, 2, 2],
            [4, 2, 3, 1, 4, 1, 3, 2, 4, 2],
            [3, 3, 2, 3, 3, 4, 3, 2, 3, 3],
            [2, 3, 1, 4, 2, 3, 1, 4, 2, 3],
        ]
    ).T,
)
SWAP = 5  # the sixth statement


def random_rounds(seed: int, raters: int, items: int, scale: Scale = NINE) -> tuple[IntArray, IntArray]:
    """Two matrices (R, I) of ratings that hang together, some of them missing in one round or both.

    How widely an item is rated and how much it moves differs from item to item, unanimous ones among them.
    """
    generator = np.random.default_rng(seed)
    width = generator.integers(0, scale.size, items)
    start = generator.integers(0, scale.size, items)
    before = start + generator.integers(0, width + 1, (raters, items))
    moves = generator.integers(-2, 4, (raters, items)) * (
        generator.random((raters, items)) < generator.random(items)
    )
    matrices = [np.clip(codes, 0, scale.size - 1) + scale.low for codes in (before, before + moves)]
    missing = generator.random((2, raters, items))
    for matrix, chance in zip(matrices, missing, strict=True):
        matrix[chance < 0.1] = BLANK
        matrix[chance < 0.05] = UNABLE
    return matrices[0], matrices[1]


def both_rated(before: IntArray, after: IntArray, item: int) -> tuple[IntArray, IntArray]:
    """The ratings of those who rated the item in both rounds."""
    rated = (before[:, item] > BLANK + 1) & (after[:, item] > BLANK + 1)
    return before[rated, item], after[rated, item]
