"""Where the study itself placed its items: all panels by the published weights, in the cells of its own grid.

Of public counts alone: where those of a panel that weighs are not public, nothing is said of the item.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np

from analysis import summaries
from analysis.tallies import FloatArray, Tally
from surveys.editions import answers, edges
from surveys.editions.answers import Heard
from surveys.editions.sources import Source


@dataclass(frozen=True)
class StudyPlace:
    """The words of an item's cell, empty where there are no cells, and its medians, axis by axis."""

    cell: str
    medians: tuple[float, ...]


def find(source: Source) -> Mapping[str, StudyPlace]:
    """The place of every item that has one, by its key."""
    of_axes = edges.of_bands(source)
    columns = [_medians(source, one.axis.criterion) for one in of_axes]
    rows = zip(source.items, zip(*(column.tolist() for column in columns), strict=True), strict=True)
    return {
        item.key: StudyPlace(edges.words(of_axes, list(map(edges.Edges.band, of_axes, own))), own)
        for item, own in rows
        if not any(map(isnan, own))
    }


def _medians(source: Source, criterion: str) -> FloatArray:
    """The median (I,) of every item on a criterion, all panels by their weights."""
    weights = {panel.key: Fraction(str(panel.weight)) for panel in source.panels if panel.weight}
    return summaries.weighted_median([_tally(source, key, criterion) for key in weights], [*weights.values()])


def _tally(source: Source, panel: str, criterion: str) -> Tally:
    """What a panel answered to every item; zeros where it is not public."""
    scale = answers.scale_of(source.scale)
    found = [item.of(panel).answers.get(criterion, answers.NOTHING) for item in source.items]
    return Tally.from_counts(scale, np.array([_counts(one, scale.size) for one in found], dtype=np.int64))


def _counts(heard: Heard, size: int) -> tuple[int, ...]:
    return heard.counts or (0,) * size
