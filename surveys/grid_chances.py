"""How sure the places of a grid are: the chance of each cell, the intervals, and the ellipse of two means.

The chance is that the same panels, their answers drawn again, place an item in a cell. Only where all
numbers of a panel may be seen. Loaded when it is needed: scipy takes a second. What is drawn is drawn item by
item, by one seed, so an item's chance does not depend on the others shown, and is kept for whoever asks next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analysis import cell_chances, mean_regions, positions, redraws
from analysis.cell_chances import CellChances
from analysis.crossings import Crossing
from analysis.cuts import Cut
from analysis.mean_regions import MeanRegion
from analysis.redraws import Redraws
from analysis.scales import Scale
from analysis.tallies import IntArray, Tally
from analysis.uncertainty import EXACT_BOOTSTRAP
from surveys import lenses, pairs, placing, visibility
from surveys import protocol as protocols
from surveys.grid_items import Sure
from surveys.looks import By
from surveys.pairs import PanelPairs
from surveys.visibility import Level

if TYPE_CHECKING:
    from surveys.grid_items import Basis

SEED = 20_221
DRAWS = 1000  # an error of at most 1.6 in 100
NEARLY_ALL = 0.8  # of those who rated an item on a criterion, so that the chance speaks of its place
_AT_ONCE = 2_000_000  # numbers of one panel and criterion that are worked on together

_MOST_KEPT = 20_000  # items by look

Found = TypeVar("Found")
Parts = tuple[tuple[float, ...], ...]
Interval = tuple[float, float] | None
_PARTS: dict[Any, Parts] = {}
_INTERVALS: dict[Any, Interval] = {}

Counted = tuple[tuple[int, int, int], ...]  # category across, category up, and how many chose both


@dataclass(frozen=True)
class _Known:
    """The items whose numbers may be seen: their indexes, and what each panel, or all pooled, rated."""

    scale: Scale
    items: tuple[int, ...]
    by_panel: tuple[tuple[Counted, ...], ...]

    def crossings(self) -> list[Crossing]:
        return [_crossing(self.scale, of_panel) for of_panel in self.by_panel]


def find(basis: "Basis") -> tuple[dict[int, Sure], str]:
    """How sure each item's place is, by its index, and what the chances are called."""
    known = _known(basis)
    if not known.items:
        return {}, ""
    parts = _parts(basis, known)
    x, y = (_intervals(basis, known, axis.criterion) for axis in (basis.cut.across, basis.cut.up))
    region = _region(basis, known)
    return {
        item: Sure(
            cell=_own_cell(basis, item, parts[n]),
            parts=parts[n],
            x=x[n],
            y=y[n],
            ellipse=_ellipse(region, n),
        )
        for n, item in enumerate(known.items)
    }, EXACT_BOOTSTRAP if basis.cut.cut else ""


def _known(basis: "Basis") -> _Known:
    kept = {one.round.number: pairs.read(one.results.pairs) for one in basis.heard}
    items = [
        (n, [kept[one.round_number].get((one.item.id, panel)) for panel, _ in basis.look.lens.panels])
        for n, one in enumerate(basis.found)
        if basis.places.x[n] is not None and one.level == Level.FULL
    ]
    heard = [
        (n, [one.counts for one in of_item if one]) for n, of_item in items if _stand_for(basis, n, of_item)
    ]
    by_panel: list[tuple[Counted, ...]] = [
        tuple(of_one) for of_one in zip(*(c for _, c in heard), strict=True)
    ]
    if basis.look.lens.is_pooled:
        by_panel = [tuple(sum(of_item, ()) for of_item in zip(*by_panel, strict=True))]
    return _Known(protocols.scale_of(basis.protocol), tuple(n for n, _ in heard), tuple(by_panel))


def _stand_for(basis: "Basis", item: int, both: Sequence[PanelPairs | None]) -> bool:
    """Whether those who rated both criteria are enough to be seen, and nearly all who rated either."""
    plan, found = lenses.plan_of(basis.protocol), basis.found[item].findings
    for (panel, _), pair in zip(basis.look.lens.panels, both, strict=True):
        people = sum(times for *_, times in pair.counts) if pair else 0
        rated = max(found[plan.across, panel].n or 0, found[plan.up, panel].n or 0)
        level = visibility.level(people, basis.viewer, basis.protocol.suppression)
        if level != Level.FULL or people < NEARLY_ALL * rated:
            return False
    return True


def _crossing(scale: Scale, of_items: Sequence[Counted]) -> Crossing:
    counts: IntArray = np.zeros((len(of_items), scale.size, scale.size), dtype=np.int64)
    cells = [
        (n, x - scale.low, y - scale.low, people)
        for n, counted in enumerate(of_items)
        for x, y, people in counted
    ]
    *at, people = np.array(cells, dtype=np.int64).reshape(-1, 4).T
    np.add.at(counts, tuple(at), people)
    return Crossing(scale, counts)


def _parts(basis: "Basis", known: _Known) -> list[Parts]:
    """The chances of every cell, item by item; verdicts have no lines."""
    cut, lens, by = basis.cut.cut, basis.look.lens, basis.look.by
    if cut is None or cut.across is None or cut.up is None:
        return [()] * len(known.items)
    how = (known.scale, cut.across.at, cut.up.at, lens.weights, by)
    of_items = list(zip(*known.by_panel, strict=True))

    def found(missing: list[int]) -> list[Parts]:
        some = tuple(zip(*(of_items[n] for n in missing), strict=True))
        return _chances(_Known(known.scale, tuple(missing), some), cut, lens.weights or None, by)

    return _each(_PARTS, [(*how, of_item) for of_item in of_items], found)


def _chances(known: _Known, cut: Cut, weights: Sequence[Fraction] | None, by: By) -> list[Parts]:
    """Of one panel's medians an exact sum, of all else by draws."""
    crossings = known.crossings()
    if len(crossings) == 1 and by == By.MEDIAN:
        return _as_parts(cell_chances.cells_same_panel_again(crossings, cut, weights))
    several = [_redrawn(known.scale, of_item) for of_item in zip(*known.by_panel, strict=True)]
    size = max(_AT_ONCE // (DRAWS * known.scale.size), 1)
    return [
        parts
        for n in range(0, len(several), size)
        for parts in _as_parts(
            cell_chances.cells_same_panel_again(
                [Crossing(one.scale, one.counts[n : n + size]) for one in crossings],
                cut,
                weights,
                measure=by,
                chance=_together(several[n : n + size]),
            )
        )
    ]


def _as_parts(chances: CellChances) -> list[Parts]:
    return [
        () if np.isnan(of_item).any() else tuple(tuple(row) for row in of_item.tolist())
        for of_item in chances.chances
    ]


@lru_cache(maxsize=256)
def _redrawn(scale: Scale, by_panel: tuple[Counted, ...]) -> Redraws:
    drawn = redraws.redrawn([_crossing(scale, [counted]) for counted in by_panel], SEED, DRAWS)
    # Many are kept, and few panels have more people than the smallest kind of number holds.
    kind = np.min_scalar_type(int(drawn.rated.max()))
    return replace(drawn, below=tuple(below.astype(kind) for below in drawn.below))


def _together(several: Sequence[Redraws]) -> Redraws:
    rated = np.concatenate([one.rated for one in several], axis=1)
    below = tuple(
        np.concatenate(on_axis, axis=1).astype(np.int64)
        for on_axis in zip(*(one.below for one in several), strict=True)
    )
    return Redraws(several[0].scale, rated, below, DRAWS)


def _intervals(basis: "Basis", known: _Known, criterion: str) -> list[Interval]:
    """The interval of each item's place on one axis."""
    look = basis.look
    tallies = placing.tallies(basis.protocol, [basis.found[n] for n in known.items], criterion, look)
    of_items = list(zip(*(map(tuple, tally.counts.tolist()) for tally in tallies), strict=True))

    def found(missing: list[int]) -> list[Interval]:
        some = [Tally.from_counts(tally.scale, tally.counts[missing]) for tally in tallies]
        at = positions.position(some, look.lens.weights or None, look.by, chance=SEED)
        ends = zip(at.lower.tolist(), at.upper.tolist(), strict=True)
        return [None if isnan(low) or isnan(high) else (low, high) for low, high in ends]

    how = (known.scale, look.lens.weights, look.by)
    return _each(_INTERVALS, [(*how, of_item) for of_item in of_items], found)


def _each(
    kept: dict[Any, Found], keys: Sequence[Any], find: Callable[[list[int]], list[Found]]
) -> list[Found]:
    """What was found for each key, now or before: results are frozen, so it stays as it is."""
    if len(kept) > _MOST_KEPT:
        kept.clear()
    known = {key: kept[key] for key in keys if key in kept}
    if missing := [n for n, key in enumerate(keys) if key not in known]:
        known |= {keys[n]: found for n, found in zip(missing, find(missing), strict=True)}
        kept.update(known)
    return [known[key] for key in keys]


def _region(basis: "Basis", known: _Known) -> MeanRegion | None:
    if basis.look.by != By.MEAN:
        return None
    return mean_regions.mean_region(known.crossings(), basis.look.lens.weights or None)


def _own_cell(basis: "Basis", item: int, parts: Parts) -> float | None:
    own, cut = basis.cut.parts[item], basis.cut.cut
    if own is None or not parts or cut is None or cut.across is None or cut.up is None:
        return None
    return parts[cut.across.names.index(own[0])][cut.up.names.index(own[1])]


def _ellipse(region: MeanRegion | None, n: int) -> tuple[float, float, float] | None:
    if region is None or np.isnan(region.major[n]):
        return None
    return float(region.major[n]), float(region.minor[n]), float(region.angle[n])
