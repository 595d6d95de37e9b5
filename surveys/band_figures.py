"""The figures of a ranked strip: the median of each item, its interval, its band, and how sure that band is.

It brings scipy along, so it is loaded where figures are wanted and not at a start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

from analysis import band_chances, cell_chances, positions
from analysis.band_chances import BandChances
from analysis.cuts import bands_cut
from analysis.scales import Scale
from analysis.tallies import Tally
from surveys import protocol as protocols
from surveys.protocol import Protocol

SEED = 20100  # of what cannot be summed: a page looked at twice says the same
INTERVAL = 0.95

Counts = Sequence[Sequence[int]]  # of a panel: for each item how many chose each category


@dataclass(frozen=True)
class BandFigures:
    """Where an item stands, and how sure that is; what cannot be computed is None or empty.

    `chance` is that the median of all such people lies in this band, and `sureness` the word for it.
    """

    median: float
    lower: float | None
    upper: float | None
    band: str
    chance: float | None
    sureness: str


@dataclass(frozen=True)
class Found:
    """The figures of all items, and by what they were found; `words` for a chance, each from which on."""

    items: tuple[BandFigures, ...]
    interval: str
    chance: str
    words: tuple[tuple[str, float], ...]


def find(protocol: Protocol, panels: Sequence[Counts], weights: Sequence[Fraction]) -> Found:
    """The figures of items that every one of these panels rated; without weights all weigh the same."""
    scale = protocols.scale_of(protocol)
    tallies = [Tally.from_counts(scale, counts) for counts in panels]
    where = positions.position(tallies, weights or None, level=INTERVAL, chance=SEED)
    chances = _chances(scale, tallies, weights)
    numbers = zip(where.value.tolist(), where.lower.tolist(), where.upper.tolist(), strict=True)
    return Found(
        items=tuple(_figures(scale, *of_item, chances, n) for n, of_item in enumerate(numbers)),
        interval=where.method,
        chance=_method(chances),
        words=tuple((one.word, one.least) for one in cell_chances.SURENESS),
    )


def _chances(scale: Scale, tallies: Sequence[Tally], weights: Sequence[Fraction]) -> BandChances | None:
    """Exact for one panel, drawn for several; None on a scale without bands."""
    lines = bands_cut(scale).across if scale.bands else None
    if lines is None:
        return None
    return band_chances.posterior_bands(tallies, lines, weights or None, chance=SEED)


def _figures(
    scale: Scale, median: float, lower: float, upper: float, chances: BandChances | None, item: int
) -> BandFigures:
    if chances is None:
        return BandFigures(median, _known(lower), _known(upper), "", None, "")
    band = scale.band_of(median) or ""
    chance = float(chances.chances[item, chances.lines.names.index(band)])
    word = cell_chances.sureness(chance) or ""
    return BandFigures(median, _known(lower), _known(upper), band, _known(chance), word)


def _method(chances: BandChances | None) -> str:
    if chances is None:
        return ""
    drawn = f"; drawn {chances.draws:,} times, always the same" if chances.draws else "; an exact sum"
    return chances.definition + drawn


def _known(value: float) -> float | None:
    return None if isnan(value) else value
