"""A panel's two sides on one criterion, local and published, and what they are together at any strength."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analysis import cuts
from analysis.cuts import Lines
from analysis.local_update import LocalUpdate, local_update
from analysis.local_weighing import Weighing
from analysis.tallies import IntArray, Tally
from surveys.editions import answers
from surveys.editions.pairing import Counts, Pair
from surveys.editions.sources import Source


@dataclass(frozen=True)
class Sides:
    """The tallies of a panel's answers on one criterion, local and published; zeros where there are none."""

    local: Tally
    published: Tally

    def mixed(self, strength: Fraction) -> Tally:
        """Both together. Each row is scaled to whole numbers, of which a median takes no notice."""
        weighing = Weighing.of(self.local, self.published, strength, None)
        return Tally.from_counts(self.local.scale, weighing.counts)

    def update(self, lines: Lines | None, strengths: Sequence[Fraction]) -> LocalUpdate:
        """What comes of both at each strength. Without lines there are no bands, and one serves as well."""
        return local_update(
            self.local, self.published, lines or cuts.midpoint_cut(self.local.scale).across, strengths
        )


def of(source: Source, pairs: Sequence[Pair], criterion: str) -> Sides:
    """A panel's answers on this criterion, items in the order of the pairs."""
    scale = answers.scale_of(source.scale)

    def table(of_items: Sequence[Counts]) -> IntArray:
        rows = [counts.get(criterion, (0,) * scale.size) for counts in of_items]
        return np.array(rows, dtype=np.int64).reshape(len(rows), scale.size)

    local, published = table([one.local for one in pairs]), table([one.published for one in pairs])
    return Sides(Tally.from_counts(scale, local), Tally.from_counts(scale, published))
