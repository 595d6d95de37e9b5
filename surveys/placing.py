"""Where the items of a grid stand, and in which order they come, from what may be seen of their ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np

from analysis import priority, ranking, summaries, weighting
from analysis.consensus import Verdict
from analysis.scales import Scale
from analysis.tallies import FloatArray, Tally
from surveys import lenses
from surveys import protocol as protocols
from surveys.evidence import Evidence
from surveys.lenses import Lens
from surveys.looks import By, Look
from surveys.protocol import Protocol
from surveys.visibility import Level

Value = Fraction | None


@dataclass(frozen=True)
class Places:
    """Where each item stands on both axes; None for nowhere."""

    x: tuple[Value, ...]
    y: tuple[Value, ...]


def find(protocol: Protocol, found: Sequence[Evidence | None], look: Look) -> Places:
    """The places by a look; of evidence that is missing, and of what may not be seen, there is none."""
    if not any(found):
        return Places((None,) * len(found), (None,) * len(found))
    on_axes = [_values(of_panels, look) for of_panels in _on_both(protocol, found, look)]
    pairs = [pair if None not in pair else (None, None) for pair in zip(*on_axes, strict=True)]
    x, y = (tuple(pair[n] for pair in pairs) for n in (0, 1))
    return Places(x, y)


def order(protocol: Protocol, found: Sequence[Evidence], look: Look, places: Places) -> tuple[int, ...]:
    """The items that have a place, in the usual order, by shares too where all of these may be seen."""
    usual: Sequence[int] = _from_the_highest(places)
    if found and orders_by_shares(found, look):
        usual = priority.order(*_on_both(protocol, found, look), look.lens.weights or None)
    return tuple(n for n in usual if places.x[n] is not None)


def orders_by_shares(found: Sequence[Evidence], look: Look) -> bool:
    """Whether equal medians are told apart by shares: an order by what is hidden would tell it."""
    return look.by == By.MEDIAN and all(one.level != Level.LIMITED for one in found)


def ranked(places: Places, shown: Sequence[int], weight: Value) -> list[tuple[int, int]]:
    """The items shown, in the usual order or by the weight of the axis across, each with its rank.

    By a weight, items with equal values share a rank, and come as usual among each other.
    """
    if weight is None:
        return [(n, rank) for rank, n in enumerate(shown, start=1)]
    at = ranking.order_at([places.x[n] for n in shown], [places.y[n] for n in shown], weight)
    return [(shown[n], int(at.rank[n])) for n in at.order]


def may_be_used(one: Evidence, look: Look) -> bool:
    """Whether the counts may be used for this look, whose viewer is known to the evidence."""
    return bool(one.findings) and one.level == (Level.FULL if look.needs_all_counts else one.level)


def tallies(protocol: Protocol, found: Sequence[Evidence | None], criterion: str, look: Look) -> list[Tally]:
    """One tally a panel, or one of all answers where they are pooled; what may not be seen is not rated."""
    scale = protocols.scale_of(protocol)
    of_panels = [
        Tally.from_counts(scale, [_counts(scale, one, criterion, panel, look) for one in found])
        for panel, _ in look.lens.panels
    ]
    if not look.lens.is_pooled:
        return of_panels
    heard_by_all = np.logical_and.reduce([tally.rated > 0 for tally in of_panels])
    together = sum(tally.counts for tally in of_panels) * heard_by_all[:, np.newaxis]
    return [Tally.from_counts(scale, together)]


def verdicts(protocol: Protocol, one: Evidence, lens: Lens) -> tuple[str, str]:
    """The verdict on both criteria: of several panels, what all of them say, or else no consensus."""
    plan = lenses.plan_of(protocol)
    return _together(one, plan.across, lens), _together(one, plan.up, lens)


def _together(one: Evidence, criterion: str, lens: Lens) -> str:
    if not one.findings or one.level == Level.HIDDEN:
        return Verdict.TOO_FEW
    weights = lens.weights or (Fraction(1),) * len(lens.panels)
    heard = [panel for (panel, _), weight in zip(lens.panels, weights, strict=True) if weight]
    said = {one.findings[criterion, panel].verdict or Verdict.TOO_FEW for panel in heard}
    if Verdict.TOO_FEW in said:
        return Verdict.TOO_FEW
    return said.pop() if len(said) == 1 else Verdict.NO_CONSENSUS


def _counts(scale: Scale, one: Evidence | None, criterion: str, panel: str, look: Look) -> tuple[int, ...]:
    nothing = (0,) * scale.size
    if one is None or one.level == Level.HIDDEN or not may_be_used(one, look):
        return nothing
    return one.findings[criterion, panel].counts or nothing


def _on_both(
    protocol: Protocol, found: Sequence[Evidence | None], look: Look
) -> tuple[list[Tally], list[Tally]]:
    plan = lenses.plan_of(protocol)
    return tallies(protocol, found, plan.across, look), tallies(protocol, found, plan.up, look)


def _values(of_panels: Sequence[Tally], look: Look) -> tuple[Value, ...]:
    weights = look.lens.weights or None
    if look.by == By.MEAN:
        return weighting.weigh(of_panels, weights).exact_means
    medians: FloatArray = summaries.weighted_median(of_panels, weights)
    return tuple(None if isnan(one) else Fraction(one) for one in medians.tolist())


def _from_the_highest(places: Places) -> list[int]:
    return sorted(range(len(places.x)), key=lambda n: (-(places.x[n] or 0), -(places.y[n] or 0)))
