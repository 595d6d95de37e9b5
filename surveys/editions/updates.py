"""One panel's answers on one axis put together, as the plain values of `findings`."""

from dataclasses import dataclass
from functools import cached_property
from math import isnan

from analysis import summaries
from analysis.local_update import LocalUpdate
from analysis.tallies import FloatArray
from surveys.editions.edges import Edges
from surveys.editions.findings import Compared, OnAxis, PanelMoves
from surveys.editions.sides import Sides


@dataclass(frozen=True)
class Update:
    """What came of a panel's two sides on one axis; the last of its strengths is the one asked for."""

    edges: Edges
    sides: Sides
    found: LocalUpdate

    @cached_property
    def local_median(self) -> FloatArray:
        """The medians of the local answers alone."""
        return summaries.median(self.sides.local)

    def stands_for(self, item: int, at: int) -> float:
        """How many answers the published ones count as."""
        return _number(self.found.at[at].answers, item) or 0.0

    def on(self, item: int, at: int) -> OnAxis | None:
        """Where the item stands at one of the strengths; None where nobody says."""
        one, lines = self.found.at[at], self.edges.lines
        if (median := _number(one.median, item)) is None:
            return None
        criterion, band = self.edges.axis.criterion, self.edges.band(median)
        if lines is None:
            return OnAxis(criterion=criterion, median=median, band=band)
        return OnAxis(
            criterion=criterion,
            median=median,
            band=band,
            chance=float(one.chances[item, lines.names.index(band)]),
            moved=_number(one.moved, item),
            ten_points=_number(one.ten_points, item),
        )

    def compared(self, item: int) -> Compared:
        """Local and published answers to the item, each by itself."""
        published = _number(self.found.published_median, item)
        return Compared(
            criterion=self.edges.axis.criterion,
            local_median=_number(self.local_median, item),
            published_median=published,
            published_band="" if published is None else self.edges.band(published),
            delta=_number(self.found.delta.delta, item),
            delta_low=_number(self.found.delta.lower, item),
            delta_high=_number(self.found.delta.upper, item),
            is_conflict=self.found.conflict[item],
        )

    def moves(self, panel: str, name: str) -> PanelMoves:
        """How many items lie in another band than published, and how many would by chance."""
        last = self.found.at[-1]
        rated = (self.sides.local.rated > 0) & (self.sides.published.rated > 0)
        both = [n for n, is_rated in enumerate(rated.tolist()) if is_rated and self.edges.lines is not None]
        return PanelMoves(
            panel=panel,
            name=name,
            criterion=self.edges.axis.criterion,
            compared=len(both),
            moved=sum(last.band[n] != self.found.published_band[n] for n in both),
            by_chance=sum((float(last.by_chance[n]) for n in both), 0.0),
        )


def _number(column: FloatArray, item: int) -> float | None:
    return None if isnan(column[item]) else float(column[item])
