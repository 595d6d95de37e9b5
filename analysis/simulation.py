"""Panels made up, with persuasion between their rounds: what a design would do before anybody is asked.

A simulation is as good as its assumptions, and these are few: first ratings drawn from given distributions,
a share of panellists who move one category towards the median that was fed back, and people who leave. It is
for trying out designs and for testing the analysis, and no evidence of anything. Chance comes from the
generator or seed that the caller gives. Notation: R panellists, I items, K categories, T rounds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.resampling import Chance
from analysis.scales import Scale
from analysis.summaries import median
from analysis.tallies import BLANK, UNABLE, FloatArray, IntArray, Tally


@dataclass(frozen=True)
class Persuasion:
    """How answers change between rounds: shares between 0 and 1, or a `ValueError` names the one that is not.

    `moved` of the ratings further than a point from the fed back median go one category towards it, each by
    its own chance; `unable` of all answers are no rating, of the same people in every round; `leaving` of
    those still there do not return for the next round.
    """

    moved: float = 0.3
    unable: float = 0.0
    leaving: float = 0.0

    def __post_init__(self) -> None:
        for name in ("moved", "unable", "leaving"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"The share {name} lies between 0 and 1, not {getattr(self, name)}.")


def simulated_rounds(  # a design and its chance
    scale: Scale,
    distributions: ArrayLike,
    people: int,
    rounds: int,
    chance: Chance,
    persuasion: Persuasion | None = None,
) -> tuple[IntArray, ...]:
    """The ratings (R, I) of each of T rounds of one panel, with the codes UNABLE and BLANK.

    `distributions` (I, K) are weights of the categories, in which each panellist's first ratings are drawn
    one by one. Each round feeds back its median, of all who rated in it. Who has left has BLANK from then on.
    The same `chance` gives the same panel. A `ValueError` for weights of another shape, negative or all 0 in
    a row, and for fewer than one panellist or round. No source: the model is this engine's own, so that the
    analysis has panels whose making is known.

    >>> first, second = simulated_rounds(Scale(1, 5), [[1, 1, 1, 1, 6]], 6, 2, 1, Persuasion(moved=1))
    >>> first[:, 0], second[:, 0]
    (array([5, 5, 2, 5, 4, 5]), array([5, 5, 3, 5, 5, 5]))
    """
    weights = _checked(scale, distributions, people, rounds)
    design = persuasion or Persuasion()
    generator = np.random.default_rng(chance)
    cumulative = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    drawn = generator.random((people, len(weights), 1))
    ratings = scale.low + (drawn >= cumulative[:, :-1]).sum(axis=2).astype(np.int64)
    ratings[generator.random(ratings.shape) < design.unable] = UNABLE
    found = [ratings]
    for _ in range(rounds - 1):
        found.append(_next_round(scale, found[-1], design, generator))
    return tuple(found)


def _next_round(
    scale: Scale, ratings: IntArray, design: Persuasion, generator: np.random.Generator
) -> IntArray:
    middle = median(Tally.from_matrix(scale, ratings))
    rated = ratings >= scale.low
    with_median = rated & ~np.isnan(middle)
    apart = np.where(with_median, np.nan_to_num(middle) - ratings, 0.0)
    persuaded = (np.abs(apart) >= 1) & (generator.random(ratings.shape) < design.moved)
    moved: IntArray = ratings + (np.sign(apart) * persuaded).astype(np.int64)
    leaves = generator.random(len(ratings)) < design.leaving
    moved[leaves] = BLANK
    return moved


def _checked(scale: Scale, distributions: ArrayLike, people: int, rounds: int) -> FloatArray:
    weights = np.asarray(distributions, dtype=np.float64)
    if weights.ndim != 2 or weights.shape[1] != scale.size:
        raise ValueError(
            f"Distributions on {scale} are items by {scale.size} categories, not {weights.shape}."
        )
    if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any(axis=1).all():
        raise ValueError("The weights of categories are not negative, and not all zero for an item.")
    if people < 1 or rounds < 1:
        raise ValueError(f"There is at least one panellist and one round, not {people} and {rounds}.")
    return weights
