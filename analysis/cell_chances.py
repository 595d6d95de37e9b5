"""How sure the cell of an item is: the probability of each cell of a grid.

As in `analysis.uncertainty` there are two, which answer different questions, so neither is shown without its
name: the same panel asked again, which draws its own answers with replacement, and the posterior of the
people behind it, under a prior worth one answer in all, spread evenly over the pairs of categories. Cells
need the cross table, since one person's ratings on both criteria go together. One panel's are exact sums or
quadratures; those of several with weights are drawn, by the caller's seed. Lines that are the items' own are
taken as they lie. One criterion alone is in `analysis.band_chances`. Notation: I items, K categories, G
panels, R parts across and C up.

Sources: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552. Gelman A and others. Bayesian
Data Analysis, third edition, section 3.4. Chapman and Hall 2013. Berger JO, Bernardo JM, Sun D. Bayesian
Analysis 2015;10:189-221, doi:10.1214/14-BA915, for a prior worth one answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from analysis.crossings import Crossing
from analysis.cuts import Cells, Cut, Lines
from analysis.exact_laws import ROUNDING, median_law
from analysis.joint_medians import both_medians_reach
from analysis.population_cells import (
    cells_of_population,
    collapsed,
    drawn_parts,
    frequencies,
    parts_between,
)
from analysis.positions import Measure
from analysis.redraws import Redraws, redrawn, standard_error, whole_weights
from analysis.resampling import DRAWS, Chance
from analysis.results import Result
from analysis.tallies import FloatArray, Tally, check_alike
from analysis.uncertainty import EXACT_BOOTSTRAP
from analysis.undefined import reasons
from analysis.weighting import Weights

NOBODY_RATED_BOTH: Final = "A panel that has a weight has nobody who rated the item on both criteria."
POSTERIOR_OF_CELLS: Final = "posterior, Dirichlet prior worth one answer over the pairs of categories"
POSTERIOR_OF_BANDS: Final = "posterior, Dirichlet prior worth one answer over the categories"
SUMMED: Final = "exact sum"
QUADRATURE: Final = "quadrature"
DRAWN: Final = "drawn"


class Sureness(NamedTuple):
    """A word, and the least probability for which it stands."""

    word: str
    least: float


# The words for a probability, highest first. The limits are ours: 95 % as in the intervals beside them, and
# one in five is the most that "likely" leaves open.
SURENESS: Final = (Sureness("certain", 0.95), Sureness("likely", 0.80), Sureness("toss-up", 0.0))


def sureness(chance: float) -> str | None:
    """The word for the probability of an item's cell, by `SURENESS`; None for NaN. No source: limits of ours.

    >>> [sureness(chance) for chance in (0.95, 0.94, 0.8, 0.5, float("nan"))]
    ['certain', 'likely', 'likely', 'toss-up', None]
    """
    return next((word for word, least in SURENESS if chance >= least - ROUNDING), None)


@dataclass(frozen=True, eq=False)
class CellChances(Result):
    """The probability (I, R, C) of each cell by a `cut`, in sum 1, and its `standard_error`, 0 where exact.

    `definition` says what they are probabilities of, and belongs wherever they are shown; `method` how they
    were found, by how many `draws`, 0 where none. A row of NaN has a reason.
    """

    chances: FloatArray
    standard_error: FloatArray
    cut: Cut
    definition: str
    method: str
    draws: int
    reasons: tuple[str | None, ...]

    def of(self, cells: Cells) -> FloatArray:
        """The probability (I,) of each item's cell; NaN where it has none, `ValueError` by another cut."""
        if cells.cut != self.cut:
            raise ValueError(f"The cells are by another cut: {cells.cut}, not {self.cut}.")
        across, up = _lines(self.cut)
        places = [
            None if one is None or two is None else (item, across.names.index(one), up.names.index(two))
            for item, (one, two) in enumerate(zip(cells.across, cells.up, strict=True))
        ]
        return np.array(
            [np.nan if place is None else self.chances[place] for place in places], dtype=np.float64
        )

    def columns(self) -> dict[str, list[Any]]:
        """A column for each cell, named across-up, then what they are."""
        across, up = _lines(self.cut)
        cells = {
            f"{one}-{two}": self.chances[:, i, j].tolist()
            for i, one in enumerate(across.names)
            for j, two in enumerate(up.names)
        }
        return cells | same_on_every_row(self.definition, self.method, self.draws, self.reasons)


def cells_same_panel_again(  # what, by which cut and weights, and how drawn
    crossings: Sequence[Crossing],
    cut: Cut,
    weights: Weights | None = None,
    *,
    measure: str = Measure.MEDIAN,
    chance: Chance | Redraws | None = None,
    draws: int = DRAWS,
) -> CellChances:
    """The chance that both medians lie in each cell if the panels' answers were drawn again.

    This is the case bootstrap. Of one panel, or one of positive weight, it is an exact sum: the cross table
    collapsed at the lines, and where just half of an even number reach one, the law of the two middle
    ratings, a median half-way between two bands being the higher's. Several panels, and means (`measure`),
    are drawn by `chance`, a seed, a generator or draws made before, with a standard error; without one they
    are a `ValueError`. NaN with a reason where a panel of positive weight has nobody who rated an item on
    both criteria. The cut of verdicts has no lines and is a `ValueError`, as are other scales or items.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> from analysis.cuts import midpoint_cut
    >>> from analysis.scales import Scale
    >>> three = Crossing.from_matrices(Scale(1, 4), [[4], [4], [1]], [[4], [2], [1]])
    >>> cells_same_panel_again([three], midpoint_cut(Scale(1, 4))).chances.round(6)[0]
    array([[0.259259, 0.      ],
           [0.481481, 0.259259]])
    """
    across, up = _lines(cut)
    heard, _, told = _heard(crossings, weights)
    if Measure(measure) is Measure.MEDIAN and len(heard) == 1:
        found, method, drawn_times = _summed(heard[0], across, up), SUMMED, 0
    else:
        drawn = chance if isinstance(chance, Redraws) else redrawn(crossings, given(chance), draws)
        weighed = whole_weights(len(crossings), weights)
        reaching = drawn.medians_reaching if measure == Measure.MEDIAN else drawn.means_reaching
        rows, columns = reaching([across.at, up.at], weighed)
        found = frequencies(rows, columns, (len(across.names), len(up.names)))
        method, drawn_times = DRAWN, drawn.draws
    chances, error = with_error(found, drawn_times, told)
    return CellChances(chances, error, cut, EXACT_BOOTSTRAP, method, drawn_times, told)


def posterior_cells(
    crossings: Sequence[Crossing],
    cut: Cut,
    weights: Weights | None = None,
    *,
    chance: Chance | None = None,
    draws: int = DRAWS,
) -> CellChances:
    """The probability, given the answers, that both medians of the people behind them lie in each cell.

    Each panel's pairs of categories have a Dirichlet prior worth one answer in all, 1 / K^2 on each;
    collapsed at the lines it is still one answer. One panel's are quadratures, of an error below 2e-5.
    Several panels are drawn by `chance`, a seed or generator; the population is then theirs in the proportion
    of the weights. Missing and errors as for `cells_same_panel_again`.

    Source: Gelman A and others. Bayesian Data Analysis, third edition, section 3.4. Chapman and Hall 2013.

    >>> from analysis.cuts import midpoint_cut
    >>> from analysis.scales import Scale
    >>> three = Crossing.from_matrices(Scale(1, 4), [[4], [4], [1]], [[4], [2], [1]])
    >>> posterior_cells([three], midpoint_cut(Scale(1, 4))).chances.round(3)[0]
    array([[0.25 , 0.038],
           [0.462, 0.25 ]])
    """
    across, up = _lines(cut)
    heard, whole, told = _heard(crossings, weights)
    low = heard[0].scale.low
    parameters = [one.counts + np.float64(1 / one.scale.size**2) for one in heard]
    if len(heard) == 1:
        found, method, draws = cells_of_population(parameters[0], low, across.at, up.at), QUADRATURE, 0
    else:
        parts = [collapsed(of_panel, low, across.at, up.at) for of_panel in parameters]
        shares = [weight / sum(whole) for weight in whole]
        found, method = drawn_parts(parts, shares, given(chance), draws), DRAWN
    chances, error = with_error(found, draws, told)
    return CellChances(chances, error, cut, POSTERIOR_OF_CELLS, method, draws, told)


def _summed(crossing: Crossing, across: Lines, up: Lines) -> FloatArray:
    """The chances (I, R, C) of one panel."""
    scale, counts = crossing.scale, crossing.counts
    reached = np.ones((crossing.items, len(across.names), len(up.names)))
    ends = [[-(-2 * line.numerator // line.denominator) for line in lines.at] for lines in (across, up)]
    for axis, of_one in enumerate(ends):
        law = median_law(Tally.from_counts(scale, counts.sum(axis=2 - axis)))
        for i, twice in enumerate(of_one, start=1):
            reached[(slice(None), i, 0) if axis == 0 else (slice(None), 0, i)] = law.at_least(twice / 2)
    for i, twice_x in enumerate(ends[0], start=1):
        for j, twice_y in enumerate(ends[1], start=1):
            reached[:, i, j] = both_medians_reach(counts, scale.low, twice_x, twice_y)
    return parts_between(reached)


def _heard(
    crossings: Sequence[Crossing], weights: Weights | None
) -> tuple[list[Crossing], list[int], tuple[str | None, ...]]:
    """The cross tables of positive weight, the weights as whole numbers, and why an item is undefined."""
    check_alike([Tally.from_counts(one.scale, one.counts.sum(axis=2)) for one in crossings])
    pairs = zip(crossings, whole_weights(len(crossings), weights), strict=True)
    kept = [(one, weight) for one, weight in pairs if weight]
    nobody = np.logical_or.reduce([one.rated == 0 for one, _ in kept])
    told = reasons(len(nobody), (nobody, NOBODY_RATED_BOTH))
    return [one for one, _ in kept], [weight for _, weight in kept], told


def _lines(cut: Cut) -> tuple[Lines, Lines]:
    if cut.across is None or cut.up is None:
        raise ValueError("Verdicts have no lines: how sure they are is told by `analysis.uncertainty`.")
    return cut.across, cut.up


def given(chance: Chance | Redraws | None) -> Chance:
    """The seed or generator; `ValueError` where there is none, and panels have to be drawn."""
    if chance is None or isinstance(chance, Redraws):
        raise ValueError("Several panels, and means, are drawn again: give a seed or a generator as chance.")
    return chance


def with_error(found: FloatArray, draws: int, told: tuple[str | None, ...]) -> tuple[FloatArray, FloatArray]:
    """The chances, NaN where there is a reason, and their standard errors, 0 without draws."""
    known = np.array([reason is None for reason in told], dtype=np.bool_)
    chances = np.where(known.reshape(-1, *[1] * (found.ndim - 1)), found, np.nan)
    return chances, standard_error(chances, draws) if draws else 0 * chances


def same_on_every_row(
    definition: str, method: str, draws: int, told: tuple[str | None, ...]
) -> dict[str, list[Any]]:
    """The columns that say what the probabilities are, and why one is missing."""
    how = f"{method} {draws or ''}".rstrip()
    return {"definition": [definition] * len(told), "method": [how] * len(told), "reasons": list(told)}
