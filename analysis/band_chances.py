"""How sure the band of an item is on one criterion: `analysis.cell_chances` without the other criterion.

So a study of one criterion has its probabilities too. Notation: I items, K categories, G panels, R parts.

Sources: as for `analysis.cell_chances`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analysis.cell_chances import DRAWN, SUMMED, given, same_on_every_row, with_error
from analysis.cuts import Lines
from analysis.population_cells import bands_of_population, collapsed, drawn_parts
from analysis.redraws import redrawn_tallies
from analysis.resampling import DRAWS, Chance
from analysis.results import Result
from analysis.tallies import FloatArray, Tally
from analysis.uncertainty import EXACT_BOOTSTRAP
from analysis.undefined import reasons
from analysis.weighted_laws import can_enumerate, weighted_median_law
from analysis.weighting import NOBODY_RATED, Weights, weigh

POSTERIOR_OF_BANDS: Final = "posterior, Dirichlet prior worth one answer over the categories"


@dataclass(frozen=True, eq=False)
class BandChances(Result):
    """The probability (I, R) of each part of one criterion by its `lines`; otherwise as `CellChances`."""

    chances: FloatArray
    standard_error: FloatArray
    lines: Lines
    definition: str
    method: str
    draws: int
    reasons: tuple[str | None, ...]

    def of(self, bands: Sequence[str | None]) -> FloatArray:
        """The probability (I,) of each item's own band, by its name; NaN where it has none."""
        places = [
            None if one is None else (item, self.lines.names.index(one)) for item, one in enumerate(bands)
        ]
        return np.array(
            [np.nan if place is None else self.chances[place] for place in places], dtype=np.float64
        )

    def columns(self) -> dict[str, list[Any]]:
        """A column for each band, then what they are."""
        bands = {name: self.chances[:, i].tolist() for i, name in enumerate(self.lines.names)}
        return bands | same_on_every_row(self.definition, self.method, self.draws, self.reasons)


def bands_same_panel_again(
    tallies: Sequence[Tally],
    lines: Lines,
    weights: Weights | None = None,
    *,
    chance: Chance | None = None,
    draws: int = DRAWS,
) -> BandChances:
    """The chance that the median lies in each band if the panels' answers were drawn again: one criterion.

    Exact, by `exact_laws.median_law` for one panel and by `weighted_laws.weighted_median_law` for several;
    panels too large for that are drawn by `chance`. Missing and errors as for `cells_same_panel_again`.

    >>> from analysis.cuts import bands_cut
    >>> from analysis.scales import Scale
    >>> four = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 0, 0, 2, 2, 0, 0])
    >>> print(bands_same_panel_again([four], bands_cut(Scale.thirds(1, 9)).across))
    low  middle    high                                     definition     method
      0  0.3125  0.6875  exact bootstrap: the panel's answers drawn again  exact sum
    """
    if can_enumerate(tallies, weights):
        law, method, draws = weighted_median_law(tallies, weights), SUMMED, 0
    else:
        drawn = redrawn_tallies(tallies, given(chance), draws)
        law, method = drawn.median_law(weights), DRAWN
    reached = np.array([lines.reached(float(value)) for value in law.values])
    found = law.chances @ (reached[:, np.newaxis] == np.arange(len(lines.names))).astype(np.float64)
    chances, error = with_error(found, draws, law.reasons)
    return BandChances(chances, error, lines, EXACT_BOOTSTRAP, method, draws, law.reasons)


def posterior_bands(
    tallies: Sequence[Tally],
    lines: Lines,
    weights: Weights | None = None,
    *,
    chance: Chance | None = None,
    draws: int = DRAWS,
) -> BandChances:
    """The probability, given the answers, that the median of the people behind them lies in each band.

    Each panel's categories have a Dirichlet prior of 1 / K, worth one answer in all. Exact for one panel, by
    the Beta law of the share above a line; several are drawn by `chance`. Missing and errors as for
    `cells_same_panel_again`.

    >>> from analysis.cuts import bands_cut
    >>> from analysis.scales import Scale
    >>> four = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 0, 0, 2, 2, 0, 0])
    >>> posterior_bands([four], bands_cut(Scale.thirds(1, 9)).across).chances.round(4)
    array([[0.0074, 0.5571, 0.4356]])
    """
    weighed = weigh(tallies, weights)
    low, size = weighed.scale.low, weighed.scale.size
    parameters = [tally.counts + np.float64(1 / size) for tally in weighed.tallies]
    if len(parameters) == 1:
        found, method, draws = bands_of_population(parameters[0], low, lines.at), SUMMED, 0
    else:
        parts = [collapsed(of_panel, low, lines.at)[:, :, np.newaxis] for of_panel in parameters]
        shares = [weight / sum(weighed.whole) for weight in weighed.whole]
        found, method = drawn_parts(parts, shares, given(chance), draws)[:, :, 0], DRAWN
    told = reasons(len(found), (~weighed.all_have(1), NOBODY_RATED))
    chances, error = with_error(found, draws, told)
    return BandChances(chances, error, lines, POSTERIOR_OF_BANDS, method, draws, told)
