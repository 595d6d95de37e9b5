"""Local answers and a published panel's, weighed against each other: the arithmetic behind local updates.

Notation: I items, K categories, R parts between lines, n local ratings of an item, m published ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from analysis.cuts import Lines
from analysis.exact_laws import binomial_cdf, median_law
from analysis.exact_values import Value, exactly
from analysis.population_cells import first_above, parts_between
from analysis.tallies import FloatArray, IntArray, Tally, check_alike

# Strengths are read to a ten-thousandth, so that the counts stay whole numbers of a size.
_FINEST: Final = 10**4


@dataclass(frozen=True, eq=False)
class Weighing:
    """Local and published answers, and what the latter are worth: each counts `parts` / `whole` (I,)."""

    local: Tally
    published: Tally
    strength: Fraction
    parts: IntArray
    whole: IntArray

    @classmethod
    def of(cls, local: Tally, published: Tally, strength: Fraction, most_answers: int | None) -> "Weighing":
        n, m = local.rated, published.rated
        most = np.minimum(m, n if most_answers is None else most_answers)
        most = np.where(n == 0, m, most)
        return cls(
            local, published, strength, strength.numerator * most, strength.denominator * np.maximum(m, 1)
        )

    @property
    def answers(self) -> FloatArray:
        """For how many answers the published counts stand (I,)."""
        return self.parts * self.published.rated / self.whole

    @property
    def counts(self) -> IntArray:
        """Local and published counts together (I, K), in whole numbers of 1 / `whole`."""
        return (
            self.local.counts * self.whole[:, np.newaxis] + self.published.counts * self.parts[:, np.newaxis]
        )

    @property
    def tally(self) -> Tally:
        """The same as a tally, of which medians can be taken."""
        return Tally.from_counts(self.local.scale, self.counts)

    @property
    def parameters(self) -> FloatArray:
        """The posterior's parameters (I, K): a prior worth one answer, published and local counts."""
        return 1 / self.local.scale.size + self.counts / self.whole[:, np.newaxis]

    def chance_of_parts(self, lines: Lines) -> FloatArray:
        """P(the median lies in each part) (I, R), the local people drawn from the published distribution."""
        reached = [np.ones(self.local.items), *(self.chance_to_reach(line) for line in lines.at)]
        return parts_between(np.stack(reached, axis=1))

    def chance_to_reach(self, line: Fraction) -> FloatArray:
        """P(the median reaches a line) (I,) if the local people are drawn from the published distribution."""
        alone = median_law(self.published, drawn=self.local.rated).at_least(float(line))
        scale, counts, n = self.local.scale, self.published.counts, self.local.rated
        first = first_above(line, scale.low, scale.size)
        below = counts[:, :first].sum(axis=1)
        share = below / np.maximum(counts.sum(axis=1), 1)
        return np.where(self.parts == 0, alone, binomial_cdf(self.most_below(line), n, share))

    def most_below(self, line: Fraction) -> IntArray:
        """How many local people at most may be below a line for the median to reach it (I,), parts above 0.

        Where just half of all weighs below, the median is half-way between two published categories, since
        local people drawn from the published distribution bring no other.
        """
        scale, published = self.local.scale, self.published.counts
        first = first_above(line, scale.low, scale.size)
        total = self.counts.sum(axis=1)
        spare = total - 2 * self.parts * published[:, :first].sum(axis=1)
        chosen = np.where(published > 0, np.arange(scale.size), -1)
        last_below = chosen[:, :first].max(axis=1, initial=-1)
        first_beyond = np.where(chosen < first, scale.size, chosen).min(axis=1, initial=scale.size)
        half_way = 2 * scale.low + last_below + first_beyond
        reaches = half_way * line.denominator >= 2 * line.numerator
        limit: IntArray = (spare - 1 + reaches) // (2 * self.whole)
        return limit


def weighings(
    local: Tally, published: Tally, strengths: Sequence[Value], most_answers: int | None
) -> list[Weighing]:
    """Local and published answers at each strength; errors as for `local_update`."""
    check_alike((local, published))
    if most_answers is not None and most_answers < 0:
        raise ValueError(f"The published counts cannot stand for {most_answers} answers.")
    return [Weighing.of(local, published, _strength(one), most_answers) for one in strengths]


def _strength(value: Value) -> Fraction:
    written = exactly(value)
    strength = None if written is None else written.limit_denominator(_FINEST)
    if strength is None or not 0 <= strength <= 1:
        raise ValueError(f"A strength lies between 0 and 1, not {value}.")
    return strength
