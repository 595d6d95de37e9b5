"""Several panels of a local edition together, each updated by its own people alone, with the team's weights.

Notation: I items, K categories, G panels, R parts between lines.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.band_chances import BandChances
from analysis.cell_chances import DRAWN, SUMMED, given, with_error
from analysis.cuts import Lines
from analysis.local_update import NO_ANSWERS, AtStrength
from analysis.population_cells import bands_of_population, collapsed, drawn_parts
from analysis.redraws import whole_weights
from analysis.resampling import DRAWS, Chance
from analysis.summaries import weighted_median
from analysis.tallies import FloatArray
from analysis.undefined import reasons
from analysis.weighting import Weights

POSTERIOR_OF_EDITION: Final = (
    "posterior, Dirichlet prior worth one answer a panel, published counts at a stated strength"
)


def edition_position(panels: Sequence[AtStrength], weights: Weights | None = None) -> FloatArray:
    """The weighted median (I,) of the panels' local and published counts, at one strength of each.

    Without weights all weigh the same, whatever their size: `summaries.weighted_median`. NaN where a panel of
    positive weight has no answers on an item. No panels, other scales or items, and weights that are negative
    or all zero, are a `ValueError`.

    >>> from analysis.local_update import local_update
    >>> from analysis.scales import Scale
    >>> from analysis.tallies import Tally
    >>> nurses = ([0, 0, 0, 0, 0, 0, 2, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 9])
    >>> patients = ([0, 0, 1, 0, 0, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0, 0, 0, 0])
    >>> scale = Scale.thirds(1, 9)
    >>> tallies = [[Tally.from_counts(scale, one) for one in both] for both in (nurses, patients)]
    >>> edition_position([local_update(*both).at[-1] for both in tallies], weights=[2, 1])
    array([7.])
    """
    return weighted_median([panel.weighing.tally for panel in panels], _weights(panels, weights))


def edition_chances(
    panels: Sequence[AtStrength],
    lines: Lines,
    weights: Weights | None = None,
    *,
    chance: Chance | None = None,
    draws: int = DRAWS,
) -> BandChances:
    """The posterior probability of each part for the weighted panels together, at one strength of each.

    Exact for one panel of positive weight; several are drawn by `chance`, a seed or generator, with a
    standard error, and without it they are a `ValueError`. Missing and errors as for `edition_position`.

    >>> from analysis.cuts import bands_cut
    >>> from analysis.local_update import local_update
    >>> from analysis.scales import Scale
    >>> from analysis.tallies import Tally
    >>> nine = Scale.thirds(1, 9)
    >>> ours, theirs = (Tally.from_counts(nine, [0, 0, 0, 0, 0, 0, n, 0, 0]) for n in (4, 20))
    >>> at = local_update(ours, theirs).at[-1]
    >>> edition_chances([at], bands_cut(nine).across).chances.round(2)
    array([[0., 0., 1.]])
    """
    whole = _weights(panels, weights)
    heard = [(panel, weight) for panel, weight in zip(panels, whole, strict=True) if weight]
    parameters = [panel.weighing.parameters for panel, _ in heard]
    low = heard[0][0].weighing.local.scale.low
    if len(heard) == 1:
        found, method, draws = bands_of_population(parameters[0], low, lines.at), SUMMED, 0
    else:
        parts = [collapsed(of_panel, low, lines.at)[:, :, np.newaxis] for of_panel in parameters]
        shares = [weight / sum(whole) for _, weight in heard]
        found, method = drawn_parts(parts, shares, given(chance), draws)[:, :, 0], DRAWN
    nothing = np.logical_or.reduce([np.isnan(panel.median) for panel, _ in heard])
    told = reasons(len(found), (nothing, NO_ANSWERS))
    chances, error = with_error(found, draws, told)
    return BandChances(chances, error, lines, POSTERIOR_OF_EDITION, method, draws, told)


def _weights(panels: Sequence[AtStrength], weights: Weights | None) -> tuple[int, ...]:
    if not panels:
        raise ValueError("There is no panel: give at least one update.")
    return whole_weights(len(panels), weights)
