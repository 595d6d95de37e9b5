"""Cells of a published grid made local: `analysis.local_update` for both criteria at once, from cross tables.

Where the published study gives the cross table of an item, whose cells are small groups and are often kept
back, the probability of each cell of the local grid is found as that of the published one, and so is how many
items would change their cells by chance alone. Places on each criterion are `local_update`'s. Notation: I
items, K categories, R parts across and C up, n local people who rated on both criteria, m published ones.

Source: Gelman A and others. Bayesian Data Analysis, third edition, sections 2.4 and 3.4. Chapman and Hall
2013.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.crossings import Crossing
from analysis.cuts import Cells, Cut, Lines, cells
from analysis.exact_values import Value
from analysis.joint_binomials import FourCells, at_least
from analysis.joint_medians import both_medians_reach
from analysis.local_update import NO_ANSWERS, NOTHING_PUBLISHED, STRENGTHS
from analysis.local_weighing import Weighing, weighings
from analysis.population_cells import cells_of_population, collapsed, parts_between
from analysis.results import Result
from analysis.summaries import median
from analysis.tallies import FloatArray, IntArray, Tally
from analysis.undefined import reasons


@dataclass(frozen=True, eq=False)
class CellsAtStrength(Result):
    """The cells of I items with the published counts at one `strength`.

    `answers` (I,) is for how many answers they stand; `chances` (I, R, C) are the posterior probabilities of
    each cell, `moved` (I,) that of another cell than the published one, and `by_chance` (I,) the probability
    that so many local people who are just like the panel would show another. NaN with a reason.
    """

    strength: Fraction
    answers: FloatArray
    chances: FloatArray
    moved: FloatArray
    by_chance: FloatArray
    reasons: tuple[str | None, ...]

    @property
    def expected_by_chance(self) -> float:
        """How many items would show another cell than the published one by chance alone."""
        return float(np.nansum(self.by_chance))


@dataclass(frozen=True, eq=False)
class LocalCells(Result):
    """One panel's published and local answers on both criteria, combined at several strengths.

    `published` are the cells of those who rated an item on both criteria in the published study.
    """

    published: Cells
    at: tuple[CellsAtStrength, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: the published cell, then answers, moved and by chance at each strength."""
        named = {"published": self.published.columns()["cell"]}
        for one in self.at:
            columns = {"answers": one.answers, "moved": one.moved, "by_chance": one.by_chance}
            named |= {f"{name}_at_{one.strength}": array.tolist() for name, array in columns.items()}
        return named


def local_cells(
    local: Crossing,
    published: Crossing,
    cut: Cut,
    strengths: Sequence[Value] = STRENGTHS,
    most_answers: int | None = None,
) -> LocalCells:
    """The local cells of I items combined with the published ones of the same panel, from cross tables.

    Strengths, `most_answers` and errors are those of `local_update`; the prior is worth one answer over the
    pairs of categories, as in `cell_chances.posterior_cells`, whose quadrature this takes. What would happen
    by chance alone is summed exactly. The cut of verdicts has no lines and is a `ValueError`.

    Source: Gelman A and others. Bayesian Data Analysis, third edition, sections 2.4 and 3.4. Chapman and Hall
    2013.

    >>> from analysis.cuts import midpoint_cut
    >>> from analysis.scales import Scale
    >>> ours = Crossing.from_matrices(Scale(1, 4), [[1], [2], [1], [2]], [[4], [3], [4], [3]])
    >>> theirs = Crossing.from_matrices(Scale(1, 4), [[4], [3], [4], [3]], [[4], [3], [4], [3]])
    >>> found = local_cells(ours, theirs, midpoint_cut(Scale(1, 4)))
    >>> found.published.columns()["cell"], [float(one.moved[0].round(2)) for one in found.at]
    (['high-high'], [0.99, 0.92, 0.79, 0.5])
    """
    if cut.across is None or cut.up is None:
        raise ValueError("Verdicts have no lines, so there is no probability of their cells.")
    pairs = [
        (Tally.from_counts(local.scale, one), Tally.from_counts(published.scale, two))
        for one, two in zip(_margins(local), _margins(published), strict=True)
    ]
    medians = [median(theirs).tolist() for _, theirs in pairs]
    own = cells(medians[0], medians[1], cut)
    by_strength = zip(
        *(weighings(ours, theirs, strengths, most_answers) for ours, theirs in pairs), strict=True
    )
    return LocalCells(own, tuple(_at_strength(local, published, both, own) for both in by_strength))


def _margins(crossing: Crossing) -> tuple[IntArray, IntArray]:
    return crossing.counts.sum(axis=2), crossing.counts.sum(axis=1)


def _at_strength(
    local: Crossing, published: Crossing, both: tuple[Weighing, Weighing], own: Cells
) -> CellsAtStrength:
    across, up = own.cut.across or Lines(()), own.cut.up or Lines(())
    weighing, scale = both[0], local.scale
    nothing, nobody = weighing.counts.sum(axis=1) == 0, published.rated == 0
    share = (weighing.parts / weighing.whole)[:, np.newaxis, np.newaxis]
    parameters = 1 / scale.size**2 + local.counts + share * published.counts
    known = ~nothing[:, np.newaxis, np.newaxis]
    chances = np.where(known, cells_of_population(parameters, scale.low, across.at, up.at), np.nan)
    again = np.where(known, _chance_of_parts(published, both, across, up), np.nan)
    return CellsAtStrength(
        strength=weighing.strength,
        answers=np.where(nothing, np.nan, weighing.answers),
        chances=chances,
        moved=1 - _of(chances, own, across, up),
        by_chance=1 - _of(again, own, across, up),
        reasons=reasons(local.items, (nothing, NO_ANSWERS), (nobody, NOTHING_PUBLISHED)),
    )


def _of(chances: FloatArray, own: Cells, across: Lines, up: Lines) -> FloatArray:
    """The chance (I,) of each item's own cell; NaN where it has none."""
    found = np.full(len(chances), np.nan)
    for item, (one, two) in enumerate(zip(own.across, own.up, strict=True)):
        if one is not None and two is not None:
            found[item] = chances[item, across.names.index(one), up.names.index(two)]
    return found


def _chance_of_parts(
    published: Crossing, both: tuple[Weighing, Weighing], across: Lines, up: Lines
) -> FloatArray:
    """P(the medians lie in each cell) (I, R, C), the local people drawn from the published cross table."""
    reached = np.ones((published.items, len(across.names), len(up.names)))
    for i, line in enumerate(across.at, start=1):
        reached[:, i, 0] = both[0].chance_to_reach(line)
    for j, line in enumerate(up.at, start=1):
        reached[:, 0, j] = both[1].chance_to_reach(line)
    for i, line in enumerate(across.at, start=1):
        for j, other in enumerate(up.at, start=1):
            reached[:, i, j] = _chance_to_reach(published, both, line, other)
    return parts_between(reached)


def _chance_to_reach(
    published: Crossing, both: tuple[Weighing, Weighing], line: Fraction, other: Fraction
) -> FloatArray:
    """P(both medians reach their lines) (I,)."""
    scale, n, counts = published.scale, both[0].local.rated, published.counts
    ends = [-(-2 * one.numerator // one.denominator) for one in (line, other)]
    alone = both_medians_reach(counts, scale.low, ends[0], ends[1], drawn=n)
    total = np.maximum(published.rated, 1)
    (neither, up), (across, above) = (
        collapsed(counts.astype(np.float64), scale.low, (line,), (other,)).transpose(1, 2, 0) / total
    )
    wanted = [n - weighing.most_below(one) for weighing, one in zip(both, (line, other), strict=True)]
    together = at_least(n, wanted[0], wanted[1], FourCells(above, across, up, neither))
    return np.where(both[0].parts == 0, alone, together)
