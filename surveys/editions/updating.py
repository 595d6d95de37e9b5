"""The arithmetic of an edition: published and local answers put together, item by item and panel by panel.

A panel's published answers are added to the local answers of the same panel alone, scaled to count as many
answers as the strength says: see `pairing` for which. Pure: the same input gives the same findings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isnan

from analysis import summaries
from analysis.tallies import FloatArray
from surveys.cells import in_sentence
from surveys.editions import edges, orders, pairing, plans, sides, sources
from surveys.editions.edges import Edges
from surveys.editions.findings import (
    STRENGTHS,
    AtStrength,
    EditionFindings,
    ItemFindings,
    OnAxis,
    PanelFindings,
)
from surveys.editions.local_tallies import LocalView
from surveys.editions.orders import Order
from surveys.editions.pairing import Pair
from surveys.editions.plans import EditionPlan, LocalItem
from surveys.editions.sides import Sides
from surveys.editions.sources import Source, SourceItem
from surveys.editions.updates import Update

NO_PLACE = "{panel}: there are no answers on {criterion} to place it by."
METHOD = (
    "Medians of a panel's local and published answers together, the published ones counting as many answers"
    " as the strength says, at most as many as the local ones; panels put together by their weighted median."
    " Chances by the Dirichlet law of these answers with a prior worth one answer in all."
)


@dataclass(frozen=True)
class Work:
    """All that the findings are made of: the items in play, and the counts of every panel on every axis."""

    source: Source
    plan: EditionPlan
    items: tuple[SourceItem | LocalItem, ...]
    pairs: Mapping[str, Sequence[Pair]]  # by panel, in the order of the items
    sides: Mapping[tuple[str, str], Sides]  # by panel and criterion
    strength: Fraction

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        """The weight of each panel that has one."""
        weights = plans.panel_weights(self.plan, self.source)
        return {panel: Fraction(str(weight)) for panel, weight in weights.items() if weight}

    @cached_property
    def together(self) -> list[FloatArray]:
        """The medians (I,) of all panels by their weights on each axis, at the strength asked for."""
        return [
            summaries.weighted_median(
                [self.sides[panel, criterion].mixed(self.strength) for panel in self.weights],
                list(self.weights.values()),
            )
            for criterion in sources.axes(self.source)
        ]


def find(source: Source, plan: EditionPlan, local: LocalView | None, strength: float) -> EditionFindings:
    """See `surveys.editions.findings.find`."""
    work = _work(source, plan, local, Fraction(str(strength)))
    values = [of_axis.tolist() for of_axis in work.together]
    lines = edges.of_plan(source, plan.ingredients.cuts, values)
    order = orders.of(values, plans.criterion_weights(plan, source))
    updates = {panel.key: _updates(work, lines, panel.key) for panel in source.panels}
    panels = [_panel(work, updates[panel.key], panel.key, panel.name) for panel in source.panels]
    return EditionFindings(
        strength=strength,
        axes=tuple(one.axis for one in lines),
        cells=edges.drawn(source, lines),
        items=tuple(_item(work, lines, order, n, [of_panel[n] for of_panel in panels]) for n in order.items),
        order_holds=order.holds,
        moves=tuple(update.moves(p.key, p.name) for p in source.panels for update in updates[p.key]),
        panel_weights=tuple(plans.panel_weights(plan, source).items()),
        criterion_weights=tuple(plans.criterion_weights(plan, source).items()),
        method=METHOD,
    )


def _work(source: Source, plan: EditionPlan, local: LocalView | None, strength: Fraction) -> Work:
    items = plans.in_play(plan, source)
    pairs = {
        panel.key: [pairing.pair(source, item, panel.key, local) for item in items] for panel in source.panels
    }
    counted = {
        (panel, criterion): sides.of(source, of_panel, criterion)
        for panel, of_panel in pairs.items()
        for criterion in sources.axes(source)
    }
    return Work(source, plan, items, pairs, counted, strength)


def _updates(work: Work, lines: Sequence[Edges], panel: str) -> list[Update]:
    """A panel's answers put together, axis by axis, at the usual strengths and then at the one asked for."""
    strengths = [*(Fraction(str(one)) for one in STRENGTHS), work.strength]
    of_axes = [(one, work.sides[panel, one.axis.criterion]) for one in lines]
    return [Update(one, both, both.update(one.lines, strengths)) for one, both in of_axes]


def _panel(work: Work, updates: Sequence[Update], panel: str, name: str) -> list[PanelFindings]:
    """What this panel finds of every item."""
    return [
        PanelFindings(
            panel=panel,
            name=name,
            local_level=one.local_level,
            published_level=one.published_level,
            published_round=one.published_round,
            on_local=one.on_local,
            on_published=one.on_published,
            at=tuple(_at(updates, n, at) for at in range(len(STRENGTHS))),
            now=_at(updates, n, len(STRENGTHS)),
            compared=tuple(update.compared(n) for update in updates),
        )
        for n, one in enumerate(work.pairs[panel])
    ]


def _at(updates: Sequence[Update], item: int, at: int) -> AtStrength:
    """Where an item stands at one of the strengths."""
    found = [update.on(item, at) for update in updates]
    on = () if None in found else tuple(one for one in found if one is not None)
    return AtStrength(
        strength=float(updates[0].found.at[at].strength),
        stands_for=min(update.stands_for(item, at) for update in updates),
        on=on,
        cell=edges.words([one.edges for one in updates], [one.band for one in on]) if on else "",
    )


def _item(
    work: Work, lines: Sequence[Edges], order: Order, n: int, panels: Sequence[PanelFindings]
) -> ItemFindings:
    item = work.items[n]
    on = _together(work, lines, n)
    return ItemFindings(
        item=item.key,
        number=None if isinstance(item, LocalItem) else item.number,
        title=item.title,
        is_local=isinstance(item, LocalItem),
        standing=plans.standing_of(work.plan, item),
        place=order.place(n),
        score=order.score(n),
        places=order.places(n),
        on=on,
        cell=edges.words(lines, [one.band for one in on]) if on else "",
        unplaced="" if on else _unplaced(work, n),
        panels=tuple(panels),
    )


def _together(work: Work, lines: Sequence[Edges], item: int) -> tuple[OnAxis, ...]:
    """Where all panels together place it; nowhere where one that weighs cannot."""
    medians = [float(of_axis[item]) for of_axis in work.together]
    if any(map(isnan, medians)):
        return ()
    return tuple(
        OnAxis(criterion=one.axis.criterion, median=median, band=one.band(median))
        for one, median in zip(lines, medians, strict=True)
    )


def _unplaced(work: Work, n: int) -> str:
    """Which panel that weighs has nothing to place the item by."""
    for panel in (panel for panel in work.source.panels if panel.key in work.weights):
        for criterion in (one for one in work.source.criteria if one.key in sources.axes(work.source)):
            if not work.sides[panel.key, criterion.key].mixed(work.strength).rated[n]:
                return NO_PLACE.format(panel=panel.name, criterion=in_sentence(criterion.name))
    return ""
