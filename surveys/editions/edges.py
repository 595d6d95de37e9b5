"""Where the cells of an edition begin on each axis: at the bands of the scale, or at a cut.

A median lies on a category or half way between two; at a band's edge the half belongs to the higher band, and
what is at or above a cut is high. Lines are drawn where no median can lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isnan

import msgspec

from analysis import cuts
from analysis.cuts import Lines
from analysis.scales import Scale
from surveys import cells
from surveys.cells import Axis, Cell
from surveys.editions import answers, sources
from surveys.editions.plans import Cuts
from surveys.editions.sources import Source
from surveys.protocol import ScalePlan

RELATIVE = ("medians", "means")


@dataclass(frozen=True)
class Edges:
    """An axis, and the lines between its bands; none on a scale without bands and without a cut."""

    axis: Axis
    lines: Lines | None

    def band(self, value: float) -> str:
        """The band of a value; empty where there is none."""
        return (self.lines and self.lines.name_of(value)) or ""


def of_plan(source: Source, plan: Cuts, values: Sequence[Sequence[float]]) -> tuple[Edges, ...]:
    """The edges by a plan's cuts; `values` are those of the items on each axis, for cuts relative to them."""
    placed = [of_item for of_item in zip(*values, strict=True) if not any(map(isnan, of_item))]
    if plan.kind == "bands" or (plan.kind in RELATIVE and not placed):
        return of_bands(source)
    scale, parted = answers.scale_of(source.scale), _parted(source)
    return tuple(
        Edges(_axis(parted, criterion), _lines_of(scale, plan, criterion, [one[n] for one in placed]))
        for n, criterion in enumerate(sources.axes(source))
    )


def of_bands(source: Source) -> tuple[Edges, ...]:
    """The bands of the scale on every axis."""
    lines = cuts.bands_cut(answers.scale_of(source.scale)).across if source.scale.bands else None
    return tuple(Edges(_axis(source, criterion), lines) for criterion in sources.axes(source))


def words(edges: Sequence[Edges], bands: Sequence[str]) -> str:
    """What the cell of these bands is called; empty where a band is missing."""
    if not all(bands):
        return ""
    if len(edges) == 2:
        return cells.cell_words(edges[0].axis, edges[1].axis, *bands)
    return ", ".join(one.axis.words(band) for one, band in zip(edges, bands, strict=True))


def drawn(source: Source, edges: tuple[Edges, ...]) -> tuple[Cell, ...]:
    """Every cell, from the bottom left; none where the study has no grids."""
    if source.grids is None or not all(one.lines for one in edges):
        return ()
    across, up = edges
    return tuple(
        Cell(
            across=column,
            up=row,
            words=words(edges, (column, row)),
            left=left,
            right=right,
            bottom=bottom,
            top=top,
        )
        for row, bottom, top in _lines(source, up)
        for column, left, right in _lines(source, across)
    )


def _lines(source: Source, edges: Edges) -> list[tuple[str, float, float]]:
    """Each band with where it begins and ends along the axis, a quarter before its first value."""
    if edges.lines is None:
        return []
    inner = [ceil(2 * line) / 2 - 0.25 for line in edges.lines.at]
    ends = pairwise([source.scale.low - 0.5, *inner, source.scale.high + 0.5])
    return [(name, *of_band) for name, of_band in zip(edges.lines.names, ends, strict=True)]


def _lines_of(scale: Scale, plan: Cuts, criterion: str, values: Sequence[float]) -> Lines | None:
    """The lines of one axis by the plan, of which `values` are the items'."""
    match plan.kind:
        case "bands":
            return cuts.bands_cut(scale).across
        case "midpoint":
            return cuts.midpoint_cut(scale).across
        case "own":
            return cuts.stated_cut(plan.at[criterion], plan.at[criterion]).across
        case "medians" | "means":
            return cuts.items_cut(values, values, plan.kind.removesuffix("s")).across


def _parted(source: Source) -> Source:
    """The source with a scale of two bands, by which the axes then have their words."""
    low, high = source.scale.low, source.scale.high
    scale = ScalePlan(low=low, high=high, bands={"low": (low, low), "high": (low + 1, high)})
    return msgspec.structs.replace(source, scale=scale)


def _axis(source: Source, criterion: str) -> Axis:
    return cells.axis(sources.outline(source), criterion)
