"""Joint resampling: the same panellists drawn again for all items, for what no single item's law can tell.

A statement about several items, such as how many have reached consensus, a rank, or alpha, depends on who
gave which ratings together. Drawing R panellists with replacement gives each a weight, and the weights (B, R)
times the ratings one-hot (R, I K) are the counts of all items in all draws, in one matrix product. Chance
comes from the generator or seed that the caller gives. Criteria rated by the same people stand side by side,
as more items. Notation: R panellists, I items, K categories, B draws, M numbers that a measure gives.

Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.consensus import Verdict, verdicts
from analysis.results import Result
from analysis.rules import Rule
from analysis.scales import Scale
from analysis.tallies import UNABLE, FloatArray, IntArray, Tally, integers
from analysis.undefined import reasons

Chance: TypeAlias = np.random.Generator | int
DRAWS: Final = 2000

UNDEFINED: Final = "The measure is undefined for the panel itself."
NEVER_DEFINED: Final = "The measure was undefined in every draw."

# Numbers in one block of counts: 64 MB in single precision.
_BLOCK: Final = 2**24
# Up to here a count is exact in single precision.
_EXACT: Final = 2**24


@dataclass(frozen=True, eq=False)
class Resampled(Result):
    """A measure (M,) of the panel, its standard error and percentile interval over the draws.

    `undefined` (M,) is in how many of the `draws` the measure was undefined; these are left out.
    """

    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    undefined: IntArray
    draws: int
    reasons: tuple[str | None, ...]


def resampled_tallies(
    scale: Scale, ratings: ArrayLike, chance: Chance, draws: int = DRAWS
) -> Iterator[tuple[int, Tally]]:
    """Blocks of draws: how many, b, and the tally of their b I items, those of one draw together.

    `ratings` (R, I) holds categories and the codes UNABLE and BLANK, as `Tally.from_matrix` takes them, with
    the same errors; no panellists and fewer than one draw are a `ValueError` too. Whoever is drawn brings all
    answers, those of no rating among them. The same `chance` gives the same draws in the same order.

    >>> from analysis.scales import Scale
    >>> blocks = resampled_tallies(Scale(1, 3), [[1, 3], [2, 3], [3, 3]], chance=1, draws=4)
    >>> [(number, tally.counts.shape, tally.counts[1]) for number, tally in blocks]
    [(4, (8, 3), array([0, 0, 3]))]
    """
    codes = _checked(scale, ratings, draws)
    people, items = codes.shape
    hot = _one_hot(scale, codes)
    generator = np.random.default_rng(chance)
    block = max(1, min(_BLOCK // max(hot.shape[1], 1), _BLOCK // people))
    for start in range(0, draws, block):
        number = min(block, draws - start)
        weights = _weights(generator, people, number).astype(hot.dtype)
        table = np.matmul(weights, hot).astype(np.int64).reshape(number * items, scale.size + 2)
        yield number, Tally(scale, table[:, :-2], table[:, -2], table[:, -1])


def resampled(  # what is measured, of what, and how
    measure: Callable[[Tally, int], ArrayLike],
    scale: Scale,
    ratings: ArrayLike,
    chance: Chance,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Resampled:
    """Any measure of the counts of all items, over draws of the panel.

    `measure` is called with a tally of b I items, those of one draw together, and b, and gives (b, M) numbers
    or (b,). NaN with a reason where it is undefined for the panel itself; a draw in which it is undefined is
    counted. Errors as for `resampled_tallies`, and for a level outside 0 to 1. Source: see the module.

    >>> def share_high(tally: Tally, draws: int) -> FloatArray:
    ...     return (tally.in_band("high") / tally.rated).reshape(draws, -1)
    >>> ratings = [[9, 1]] * 8 + [[5, 2]] * 2
    >>> resampled(share_high, Scale.thirds(1, 9), ratings, chance=1).estimate
    array([0.8, 0. ])
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    own = np.asarray(measure(Tally.from_matrix(scale, ratings), 1), dtype=np.float64).reshape(-1)
    blocks = [
        np.asarray(measure(tally, number), dtype=np.float64).reshape(number, -1)
        for number, tally in resampled_tallies(scale, ratings, chance, draws)
    ]
    return _summary(own, np.concatenate(blocks), level)


def one_by_one(measure: Callable[[Tally], float | Sequence[float]]) -> Callable[[Tally, int], FloatArray]:
    """A measure of one tally, such as alpha, as `resampled` takes it: called for each draw in turn."""

    def for_each(tally: Tally, number: int) -> FloatArray:
        items = tally.items // number
        parts = (slice(draw * items, (draw + 1) * items) for draw in range(number))
        taken = (
            Tally(tally.scale, tally.counts[part], tally.unable[part], tally.blank[part]) for part in parts
        )
        return np.array([measure(each) for each in taken], dtype=np.float64)

    return for_each


def consensus_counts(
    rule: Rule, scale: Scale, ratings: ArrayLike, chance: Chance, draws: int = DRAWS
) -> Resampled:
    """How many items are in, and how many are out, by a rule: two numbers with their 95 % intervals.

    Source: see the module.

    >>> from analysis.consensus import parse_rule
    >>> ratings = [[9, 1, 5]] * 8 + [[8, 2, 9]] * 2
    >>> print(consensus_counts(parse_rule("share >= 70 high"), Scale.thirds(1, 9), ratings, chance=1))
    estimate  standard_error  lower  upper  undefined  draws
           1         0.03161      1      1          0   2000
           1               0      1      1          0   2000
    """

    def numbers(tally: Tally, number: int) -> FloatArray:
        found = np.array(verdicts(rule, tally), dtype=np.str_).reshape(number, -1)
        return np.stack([(found == verdict).sum(axis=1) for verdict in (Verdict.IN, Verdict.OUT)], axis=1)

    return resampled(numbers, scale, ratings, chance, draws)


def ranks(  # what is measured, of what, and how
    by_item: Callable[[Tally], FloatArray],
    scale: Scale,
    ratings: ArrayLike,
    chance: Chance,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Resampled:
    """The rank (I,) of each item by a measure of items, the highest first, with its interval.

    Items that tie share the mean of their ranks; one that is undefined has no rank, nor a place among others.
    Source: see the module.

    >>> from analysis.summaries import mean
    >>> found = ranks(mean, Scale(1, 9), [[9, 1, 5]] * 8 + [[8, 2, 9]] * 2, chance=1)
    >>> found.estimate
    array([1., 3., 2.])
    """

    def ranked(tally: Tally, number: int) -> FloatArray:
        return _midranks(np.asarray(by_item(tally), dtype=np.float64).reshape(number, -1))

    return resampled(ranked, scale, ratings, chance, draws, level)


def change_between_rounds(  # what is measured, of what, and how
    statistic: Callable[[IntArray], float],
    before: ArrayLike,
    after: ArrayLike,
    chance: Chance,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Resampled:
    """A statistic of a matrix before, after, and the change between them: three numbers with intervals.

    Both matrices (R, I) have the same panellists in the same order, who are drawn together. With Kendall's W
    it shows a plateau: the interval of the change is narrow about 0. `statistic` is called twice a draw.
    Matrices of unlike shape are a `ValueError`. Source: see the module.

    >>> before, after = [[1, 2], [2, 1], [1, 3]], [[1, 2], [1, 2], [1, 2]]
    >>> spread = lambda ratings: float(ratings[:, 0].std())
    >>> change_between_rounds(spread, before, after, chance=1).estimate.round(6)
    array([ 0.471405,  0.      , -0.471405])
    """
    earlier, later = integers(before, "rating"), integers(after, "rating")
    if earlier.shape != later.shape or earlier.ndim != 2 or not len(earlier):
        raise ValueError(
            f"Both rounds need the same panellists and items, not {earlier.shape} and {later.shape}."
        )
    if draws < 1:
        raise ValueError(f"There is at least one draw, not {draws}.")
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    people = len(earlier)
    drawn = np.random.default_rng(chance).integers(people, size=(draws, people))
    pairs = [(earlier, later), *((earlier[who], later[who]) for who in drawn)]
    found = np.array([[statistic(one), statistic(other)] for one, other in pairs], dtype=np.float64)
    three = np.column_stack([found, found[:, 1] - found[:, 0]])
    return _summary(three[0], three[1:], level)


def _checked(scale: Scale, ratings: ArrayLike, draws: int) -> IntArray:
    Tally.from_matrix(scale, ratings)  # a `ValueError` says which rating is not on the scale
    codes = integers(ratings, "rating")
    if not len(codes):
        raise ValueError("There are no panellists to draw.")
    if draws < 1:
        raise ValueError(f"There is at least one draw, not {draws}.")
    return codes


def _one_hot(scale: Scale, codes: IntArray) -> NDArray[np.floating[Any]]:
    """Each rating as a row of K + 2 zeros and a one (R, I (K + 2)), unable and blank after the categories."""
    columns = np.where(codes >= scale.low, codes - scale.low, np.where(codes == UNABLE, -2, -1)) % (
        scale.size + 2
    )
    precision = np.float32 if len(codes) < _EXACT else np.float64
    hot = np.zeros((*codes.shape, scale.size + 2), dtype=precision)
    np.put_along_axis(hot, columns[:, :, np.newaxis], 1, axis=2)
    return hot.reshape(len(codes), -1)


def _weights(generator: np.random.Generator, people: int, number: int) -> IntArray:
    """How often each panellist is drawn (b, R): a multinomial, by counting who was drawn."""
    drawn = generator.integers(people, size=(number, people))
    places = drawn + np.arange(number)[:, np.newaxis] * people
    weights: IntArray = np.bincount(places.ravel(), minlength=number * people).reshape(number, people)
    return weights


def _midranks(values: FloatArray) -> FloatArray:
    """Ranks along each row, the highest first, ties sharing their mean; NaN for NaN."""
    rows = np.arange(len(values))[:, np.newaxis]
    order = np.argsort(-values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    places = np.arange(values.shape[1])
    begins = np.ones(values.shape, dtype=np.bool_)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    ends = np.roll(begins, -1, axis=1)
    ends[:, -1:] = True
    last = np.minimum.accumulate(np.where(ends, places, values.shape[1])[:, ::-1], axis=1)[:, ::-1]
    found = np.empty(values.shape)
    found[rows, order] = (first + last) / 2 + 1
    return np.where(np.isnan(values), np.nan, found)


def _summary(own: FloatArray, drawn: FloatArray, level: float) -> Resampled:
    undefined = np.isnan(drawn).sum(axis=0)
    lost, never = np.isnan(own), undefined == len(drawn)
    known = ~(lost | never)
    error, lower, upper = np.full((3, len(own)), np.nan)
    if known.any():
        some = drawn[:, known]
        error[known] = np.nanstd(some, axis=0)
        ends = [(1 - level) / 2, (1 + level) / 2]
        lower[known], upper[known] = np.nanquantile(some, ends, axis=0, method="inverted_cdf")
    return Resampled(
        estimate=own,
        standard_error=error,
        lower=lower,
        upper=upper,
        undefined=undefined,
        draws=len(drawn),
        reasons=reasons(len(own), (lost, UNDEFINED), (never, NEVER_DEFINED)),
    )
