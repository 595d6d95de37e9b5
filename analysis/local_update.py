"""A published tally made local: the answers of a local team's own people, combined with a published panel's.

Panel with panel only, item by item and on one scale. The published counts stand for a stated number of
answers, from none, "only ours", to as many as there are local ones, so that they never outvote them unless
told. The place of an item is the median of the counts so weighed, and has no prior, so that it is the local
median at strength 0 and the published one where nobody local rated. Probabilities are of the Dirichlet law of
these counts with a prior worth one answer in all. What is published is taken as it stands: that it has chance
in it too is said by `conflict`. Notation: I items, K categories, R parts between lines, n local ratings, m
published ones.

Source: Gelman A and others. Bayesian Data Analysis, third edition, sections 2.4 and 3.4. Chapman and Hall
2013.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final

import numpy as np
from scipy import special

from analysis.consensus import NEGLIGIBLE_CLIFFS_DELTA
from analysis.contrasts import CliffsDelta, cliffs_delta
from analysis.cuts import Lines, bands_cut
from analysis.exact_values import Value
from analysis.local_weighing import Weighing, weighings
from analysis.population_cells import bands_of_population, first_above
from analysis.results import Result
from analysis.summaries import median
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio, reasons

STRENGTHS: Final = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1))
# What "a difference of ten points" is, in shares.
TEN_POINTS: Final = 0.10

NO_ANSWERS: Final = "Nobody local rated the item, and the published answers are left out."
NOTHING_PUBLISHED: Final = "Nobody rated the item in the published study."


@dataclass(frozen=True, eq=False)
class AtStrength(Result):
    """What I items look like with the published counts at one `strength`.

    `answers` (I,) is for how many answers they stand, `median` (I,) the place and `band` its part; `chances`
    (I, R) are the posterior probabilities of each part, `moved` (I,) that of another part than the published
    one, `ten_points` (I,) that of a share above the highest line ten points or more from the published one,
    and `by_chance` (I,) the probability that so many local people who are just like the panel would show
    another part. NaN or None with a reason. `weighing` has the counts so weighed; it is no column.
    """

    strength: Fraction
    answers: FloatArray
    median: FloatArray
    band: tuple[str | None, ...]
    chances: FloatArray
    moved: FloatArray
    ten_points: FloatArray
    by_chance: FloatArray
    weighing: Weighing
    reasons: tuple[str | None, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name, without the counts."""
        names = [field.name for field in fields(self) if field.name not in ("weighing", "strength")]
        columns = {name: getattr(self, name) for name in names}
        plain = {name: list(v) if isinstance(v, tuple) else v.tolist() for name, v in columns.items()}
        return {"strength": [str(self.strength)] * len(self.answers)} | plain

    @property
    def expected_by_chance(self) -> float:
        """How many items would show another part than the published one by chance alone."""
        return float(np.nansum(self.by_chance))


@dataclass(frozen=True, eq=False)
class LocalUpdate(Result):
    """One panel's published and local answers on one criterion, combined at several strengths.

    `published_median` (I,) and `published_band` are as published. `conflict` says of each item whether the
    local and the published ratings differ beyond chance: the 95 % interval of `delta`, Cliff's, local against
    published, lies wholly beyond -.147 to .147, the margin of `consensus.finding`; None where it is
    undefined, with the reason in `delta`.
    """

    lines: Lines
    local: IntArray
    published_median: FloatArray
    published_band: tuple[str | None, ...]
    delta: CliffsDelta
    conflict: tuple[bool | None, ...]
    at: tuple[AtStrength, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: as published, the conflict, then median, band and chances at each strength."""
        named: dict[str, list[Any]] = {
            "local": self.local.tolist(),
            "published_median": self.published_median.tolist(),
            "published_band": list(self.published_band),
            "conflict": list(self.conflict),
        }
        for one in self.at:
            columns = {
                name: one.columns()[name] for name in ("answers", "median", "band", "moved", "ten_points")
            }
            named |= {f"{name}_at_{one.strength}": column for name, column in columns.items()}
        return named


def local_update(
    local: Tally,
    published: Tally,
    lines: Lines | None = None,
    strengths: Sequence[Value] = STRENGTHS,
    most_answers: int | None = None,
) -> LocalUpdate:
    """The local answers of I items combined with the published ones of the same panel, criterion and scale.

    At strength s, from 0 to 1, the published counts of an item are worth s N answers, N being as many as
    there are local ones, or `most_answers`, and never more than were published. Where nobody local rated the
    item N is all of them. Parts lie between `lines`, the bands of the scale unless told. A `ValueError` for
    other scales or items, a strength outside 0 to 1, and negative `most_answers`.

    Sources: Gelman A and others. Bayesian Data Analysis, third edition, sections 2.4 and 3.4. Chapman and
    Hall 2013. Cliff N. Psychological Bulletin 1993;114:494-509, doi:10.1037/0033-2909.114.3.494, for the
    conflict.

    >>> from analysis.scales import Scale
    >>> ours, theirs = ([0, 0, 1, 3, 2, 1, 1, 0, 0], [0, 0, 0, 0, 0, 4, 10, 4, 2])
    >>> found = local_update(*(Tally.from_counts(Scale.thirds(1, 9), counts) for counts in (ours, theirs)))
    >>> [(float(one.answers[0]), float(one.median[0]), one.band[0]) for one in found.at]
    [(0.0, 4.5, 'middle'), (2.0, 5.0, 'middle'), (4.0, 5.5, 'middle'), (8.0, 6.0, 'middle')]
    >>> found.published_band, found.at[0].moved.round(3), found.conflict
    (('high',), array([0.991]), (True,))
    """
    found = weighings(local, published, strengths, most_answers)
    parts = lines or bands_cut(local.scale).across
    if parts is None:
        raise ValueError("A criterion is cut by lines.")
    delta = cliffs_delta(local, published)
    middle = median(published)
    bands = tuple(parts.name_of(value) for value in middle.tolist())
    return LocalUpdate(
        lines=parts,
        local=local.rated,
        published_median=middle,
        published_band=bands,
        delta=delta,
        conflict=_conflicts(delta),
        at=tuple(_at_strength(weighing, parts, bands) for weighing in found),
    )


def local_updates(
    local: Mapping[str, Tally],
    published: Mapping[str, Tally],
    lines: Lines | None = None,
    strengths: Sequence[Value] = STRENGTHS,
    most_answers: int | None = None,
) -> dict[str, LocalUpdate]:
    """The same for each published panel, by name: panel with panel only, one never updates another.

    A panel without local people stays as published. A local panel that the study does not have is a
    `ValueError` that names it, as are those of `local_update`.
    """
    for name in local:
        if name not in published:
            raise ValueError(f"The published study has no panel '{name}'; it has {', '.join(published)}.")
    return {
        name: local_update(local.get(name) or _nobody(tally), tally, lines, strengths, most_answers)
        for name, tally in published.items()
    }


def _at_strength(weighing: Weighing, lines: Lines, published: Sequence[str | None]) -> AtStrength:
    local = weighing.local
    nothing = weighing.counts.sum(axis=1) == 0
    place = median(weighing.tally)
    parameters = weighing.parameters
    chances = np.where(
        nothing[:, np.newaxis], np.nan, bands_of_population(parameters, local.scale.low, lines.at)
    )
    by_chance = np.where(nothing[:, np.newaxis], np.nan, weighing.chance_of_parts(lines))
    nobody = weighing.published.rated == 0
    return AtStrength(
        strength=weighing.strength,
        answers=np.where(nothing, np.nan, weighing.answers),
        median=place,
        band=tuple(lines.name_of(value) for value in place.tolist()),
        chances=chances,
        moved=1 - _of(chances, lines, published),
        ten_points=np.where(nothing | nobody, np.nan, _ten_points(weighing, lines)),
        by_chance=1 - _of(by_chance, lines, published),
        weighing=weighing,
        reasons=reasons(local.items, (nothing, NO_ANSWERS), (nobody, NOTHING_PUBLISHED)),
    )


def _of(chances: FloatArray, lines: Lines, bands: Sequence[str | None]) -> FloatArray:
    """The chance (I,) of each item's band; NaN where it has none."""
    column = np.array([-1 if band is None else lines.names.index(band) for band in bands], dtype=np.int64)
    found = chances[np.arange(len(column)), column]
    return np.where(column < 0, np.nan, found)


def _ten_points(weighing: Weighing, lines: Lines) -> FloatArray:
    """P(the share from the highest line up is ten points or more from the published share) (I,)."""
    scale, parameters = weighing.local.scale, weighing.parameters
    first = first_above(lines.at[-1], scale.low, scale.size)
    published = weighing.published.counts
    share = np.nan_to_num(ratio(published[:, first:].sum(axis=1), published.sum(axis=1)))
    above, below = parameters[:, first:].sum(axis=1), parameters[:, :first].sum(axis=1)
    if first in (0, scale.size):
        return np.zeros(len(share))
    inside = special.betainc(above, below, np.minimum(share + TEN_POINTS, 1))
    found: FloatArray = 1 - inside + special.betainc(above, below, np.maximum(share - TEN_POINTS, 0))
    return found


def _conflicts(delta: CliffsDelta) -> tuple[bool | None, ...]:
    beyond: BoolArray = (delta.lower > NEGLIGIBLE_CLIFFS_DELTA) | (delta.upper < -NEGLIGIBLE_CLIFFS_DELTA)
    known = ~np.isnan(delta.lower)
    return tuple(bool(b) if k else None for b, k in zip(beyond.tolist(), known.tolist(), strict=True))


def _nobody(tally: Tally) -> Tally:
    return Tally.from_counts(tally.scale, np.zeros_like(tally.counts))
