"""Panels' answers drawn again: what is left where several panels have weights and no sum is short enough.

Each panel's answers are drawn with replacement, as many as it has, Multinomial(n, counts / n), on one
criterion or on two at once. The draws do not depend on weights or cuts, so one set of them serves every lens
of a grid. Chance comes from the generator or seed that the caller gives; what comes of it has the standard
error of the number of draws. Notation: I items, K categories, G panels, B draws, D cells that anybody chose.

Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np

from analysis.crossings import Crossing
from analysis.exact_laws import Law
from analysis.resampling import DRAWS, Chance
from analysis.scales import Scale
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally, check_alike
from analysis.undefined import reasons
from analysis.weighting import NOBODY_RATED, Weights, exact_weights

_INT64: Final = 2**62


@dataclass(frozen=True, eq=False)
class Redraws:
    """What G panels were drawn to say on one or two criteria, for any weights and cuts.

    `below` has for each criterion how many of a panel chose each category or a lower one, (G, I, B, K), and
    `rated` (G, I) how many rated the item, on both criteria where there are two.
    """

    scale: Scale
    rated: IntArray
    below: tuple[IntArray, ...]
    draws: int

    def defined(self, weights: Weights | None = None) -> BoolArray:
        """Whether every panel that has a weight rated the item (I,)."""
        heard = np.array(whole_weights(len(self.rated), weights)) > 0
        return np.asarray((self.rated[heard] > 0).all(axis=0), dtype=np.bool_)

    def twice_medians(self, weights: Weights | None = None) -> tuple[IntArray, ...]:
        """Twice the weighted median (I, B) of each draw, a criterion each; for n = 0 it means nothing."""
        units, total = self._units(weights)
        last, half = self.scale.size - 1, total[:, np.newaxis, np.newaxis]
        found = []
        for below in self.below:
            twice = 2 * np.sum(units[:, :, np.newaxis, np.newaxis] * below, axis=0)
            first = np.minimum((twice < half).sum(axis=2), last)
            found.append(2 * self.scale.low + first + np.minimum((twice <= half).sum(axis=2), last))
        return tuple(found)

    def medians_reaching(
        self, lines: Sequence[Sequence[Fraction]], weights: Weights | None = None
    ) -> list[IntArray]:
        """How many of each criterion's lines the weighted median reaches in each draw (I, B)."""
        twice = self.twice_medians(weights)
        return [
            sum(((middle >= _upwards(2 * line)).astype(np.int64) for line in of_one), np.zeros_like(middle))
            for middle, of_one in zip(twice, lines, strict=True)
        ]

    def means_reaching(
        self, lines: Sequence[Sequence[Fraction]], weights: Weights | None = None
    ) -> list[IntArray]:
        """How many of each criterion's lines the weighted mean reaches in each draw (I, B)."""
        units, total = self._units(weights)
        found = []
        for below, of_one in zip(self.below, lines, strict=True):
            short = np.sum(units[:, :, np.newaxis] * below[..., :-1].sum(axis=3), axis=0)
            summed = self.scale.high * total[:, np.newaxis] - short
            limits = [-(-line.numerator * total.astype(object) // line.denominator) for line in of_one]
            reached = [(summed >= limit[:, np.newaxis]).astype(np.int64) for limit in limits]
            found.append(sum(reached, np.zeros(summed.shape, dtype=np.int64)))
        return found

    def median_law(self, weights: Weights | None = None) -> Law:
        """How often each value was the weighted median on the first criterion, in place of its exact law."""
        size, defined = self.scale.size, self.defined(weights)
        steps = self.twice_medians(weights)[0] - 2 * self.scale.low
        cells = (2 * size - 1) * np.arange(len(steps))[:, np.newaxis] + steps
        often = np.bincount(cells.ravel(), minlength=(2 * size - 1) * len(steps))
        often = often.reshape(len(steps), 2 * size - 1)
        chances = np.where(defined[:, np.newaxis], often / self.draws, np.nan)
        values = self.scale.low + np.arange(2 * size - 1) / 2
        return Law(values, chances, reasons(len(steps), (~defined, NOBODY_RATED)))

    def _units(self, weights: Weights | None) -> tuple[IntArray, IntArray]:
        """What one rating of each panel weighs (G, I), in whole numbers, and all together (I,)."""
        whole = np.array(whole_weights(len(self.rated), weights), dtype=object)
        rated = np.maximum(self.rated, 1).astype(object)
        common = np.lcm.reduce(rated, axis=0)
        units, total = whole[:, np.newaxis] * (common // rated), whole.sum() * common
        highest = max(abs(self.scale.low), abs(self.scale.high), 2)
        kind = np.int64 if highest * max(total, default=0) < _INT64 else object
        return units.astype(kind), total.astype(kind)


def redrawn(crossings: Sequence[Crossing], chance: Chance, draws: int = DRAWS) -> Redraws:
    """The answers of G panels drawn again on both criteria at once, from one cross table a panel.

    The same `chance` gives the same draws. No panels, other scales or items, and fewer than one draw are a
    `ValueError`.

    >>> from analysis.scales import Scale
    >>> two = Crossing.from_matrices(Scale(1, 3), [[1], [3]], [[2], [2]])
    >>> [middle.tolist() for middle in redrawn([two], chance=1, draws=4).twice_medians()]
    [[[4, 2, 6, 2]], [[4, 4, 4, 4]]]
    """
    margins = [Tally.from_counts(one.scale, one.counts.sum(axis=2)) for one in crossings]
    check_alike(margins)
    tables = [one.counts.reshape(one.items, one.scale.size**2) for one in crossings]
    across, up = np.divmod(np.arange(margins[0].scale.size ** 2), margins[0].scale.size)
    return _redrawn(margins[0].scale, tables, (across, up), chance, draws)


def redrawn_tallies(tallies: Sequence[Tally], chance: Chance, draws: int = DRAWS) -> Redraws:
    """The answers of G panels drawn again on one criterion; otherwise as `redrawn`."""
    check_alike(list(tallies))
    scale = tallies[0].scale
    return _redrawn(scale, [tally.counts for tally in tallies], (np.arange(scale.size),), chance, draws)


def _redrawn(
    scale: Scale, tables: Sequence[IntArray], categories: tuple[IntArray, ...], chance: Chance, draws: int
) -> Redraws:
    if draws < 1:
        raise ValueError(f"At least one draw is needed, not {draws}.")
    generator = np.random.default_rng(chance)
    by_panel = [_drawn(scale.size, table, categories, generator, draws) for table in tables]
    below = tuple(np.stack(panels) for panels in zip(*by_panel, strict=True))
    return Redraws(scale, np.array([table.sum(axis=1) for table in tables]), below, draws)


def _drawn(
    size: int, table: IntArray, categories: tuple[IntArray, ...], generator: np.random.Generator, draws: int
) -> list[IntArray]:
    """For each criterion how many were drawn at or below each category (I, B, K), from counts (I, C)."""
    rated = table.sum(axis=1)
    # The most chosen cells first, and none that nobody chose: a draw ends when nobody is left.
    order = np.argsort(-table, axis=1, kind="stable")[
        :, : max(int((table > 0).sum(axis=1).max(initial=1)), 1)
    ]
    chosen = np.take_along_axis(table, order, axis=1)
    shares = chosen / np.maximum(rated, 1)[:, np.newaxis]
    drawn = generator.multinomial(rated, shares, size=(draws, len(table))).transpose(1, 0, 2)
    found = []
    for category in categories:
        is_below = category[order][:, :, np.newaxis] <= np.arange(size)
        found.append((drawn.astype(np.float64) @ is_below).astype(np.int64))
    return found


def whole_weights(panels: int, weights: Weights | None) -> tuple[int, ...]:
    """The weights as whole numbers in proportion, a float read as it is meant; errors as `check_weights`."""
    exact = exact_weights(panels, weights)
    common = lcm(*(weight.denominator for weight in exact))
    return tuple(int(weight * common) for weight in exact)


def standard_error(chances: FloatArray, draws: int) -> FloatArray:
    """What a chance found in so many draws may be off by: sqrt(p (1 - p) / draws)."""
    error: FloatArray = np.sqrt(chances * (1 - chances) / draws)
    return error


def _upwards(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
