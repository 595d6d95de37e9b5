"""Where each item stands on one criterion or two, by median or mean, and how sure that is.

One panel, all panels pooled (`combining.pooled`), or several with equal or stated weights; a panel's say is
its weight, whatever its size. The interval of a median is that of its exact bootstrap law; a mean has its
interval by Student's t, and two means together have the region of `analysis.mean_regions`. Positions are kept
as exact fractions beside the floats, so that a cut can be compared with them. Notation: I items, G panels,
n_g ratings of an item in panel g, w_g its weight, the weights having the sum 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from scipy import special

from analysis.exact_laws import Law
from analysis.redraws import redrawn_tallies
from analysis.resampling import DRAWS, Chance
from analysis.results import Result
from analysis.summaries import sd, weighted_median
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.uncertainty import EXACT_BOOTSTRAP
from analysis.undefined import reasons
from analysis.weighted_laws import can_enumerate, weighted_median_law
from analysis.weighting import NOBODY_RATED, Weighed, Weights, weigh

# None where an item has no position.
Exact: TypeAlias = tuple[Fraction | None, ...]

ONE_RATED: Final = "A panel of one has no interval."
ALL_ALIKE: Final = "All ratings of a panel are equal, so the mean has no interval by Student's t."
TOO_LARGE: Final = "The panels are too many and too large for the exact law: give a seed, and it is drawn."
STUDENTS_T: Final = "Student's t with the degrees of freedom of the smallest panel"


class Measure(StrEnum):
    """What a position is."""

    MEDIAN = "median"
    MEAN = "mean"

    @classmethod
    def _missing_(cls, value: object) -> "Measure":
        raise ValueError(f"A position is a median or a mean, not '{value}'.")


@dataclass(frozen=True, eq=False)
class CriterionPosition(Result):
    """The `value` (I,) of each item on a criterion, its interval, and how both were found.

    `exact` has the same values as fractions, None where undefined; it is no column.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    measure: Measure
    method: str
    exact: Exact
    reasons: tuple[str | None, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name, without the exact fractions."""
        return {name: column for name, column in super().columns().items() if name != "exact"}


@dataclass(frozen=True, eq=False)
class Positions(Result):
    """The position of each item on the criterion across, `x`, and on the one up, `y`."""

    x: CriterionPosition
    y: CriterionPosition

    @property
    def placed(self) -> BoolArray:
        """Whether an item has a position on both (I,)."""
        placed: BoolArray = ~np.isnan(self.x.value) & ~np.isnan(self.y.value)
        return placed

    def columns(self) -> dict[str, list[Any]]:
        """The columns of both, each under x_ or y_ and its name."""
        both = (("x", self.x.columns()), ("y", self.y.columns()))
        return {f"{axis}_{name}": column for axis, columns in both for name, column in columns.items()}


def positions(  # one setting each, as in `position`
    across: Sequence[Tally],
    up: Sequence[Tally],
    weights: Weights | None = None,
    measure: str = Measure.MEDIAN,
    *,
    level: float = 0.95,
    chance: Chance | None = None,
) -> Positions:
    """The position of each of I items, from one tally a panel on each criterion, panels in one order.

    Each criterion is found as in `position`, from all who rated it there. An item that a panel of positive
    weight did not rate on a criterion has no position on that one. Other scales, items or numbers of panels
    are a `ValueError`.

    >>> from analysis.scales import Scale
    >>> useful = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 0, 0, 1, 3, 4, 3])
    >>> feasible = Tally.from_counts(Scale.thirds(1, 9), [0, 2, 4, 4, 0, 0, 0, 0, 0])
    >>> found = positions([useful], [feasible])
    >>> found.x.value, found.x.lower, found.x.upper, found.y.exact
    (array([8.]), array([7.]), array([9.]), (Fraction(3, 1),))
    """
    if len(across) != len(up):
        raise ValueError(f"There are {len(across)} panels on one criterion and {len(up)} on the other.")
    weigh([*across, *up])
    x, y = (position(each, weights, measure, level=level, chance=chance) for each in (across, up))
    return Positions(x, y)


def position(
    tallies: Sequence[Tally],
    weights: Weights | None = None,
    measure: str = Measure.MEDIAN,
    *,
    level: float = 0.95,
    chance: Chance | None = None,
) -> CriterionPosition:
    """The position of each of I items on one criterion, from one tally a panel, with its interval.

    A median is `summaries.weighted_median`, which for one panel is its median, with the percentile interval
    of its exact bootstrap law. Where several panels are too large for it, 2,000 draws by `chance`, a seed or
    generator, stand in, and `method` says so; without one the interval is NaN. A mean is sum w_g m_g, with
    Student's t about it, variance sum w_g^2 s_g^2 / n_g and the smallest n_g - 1 as degrees of freedom, which
    for one panel is the usual interval. Without weights all weigh the same. The position is NaN where a panel
    of positive weight has no rating; the interval also where one has a single rating, and that of a mean
    where no panel has any variance. Errors as for `weighting.weighted_share`.

    Sources: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552. Student. Biometrika
    1908;6:1-25, doi:10.1093/biomet/6.1.1.

    >>> from analysis.scales import Scale
    >>> twelve = Tally.from_counts(Scale(1, 9), [0, 0, 1, 0, 2, 2, 3, 2, 2])
    >>> found = position([twelve], measure="mean")
    >>> found.exact, found.lower.round(4), found.upper.round(4)
    ((Fraction(20, 3),), array([5.5387]), array([7.7946]))
    """
    weighed = weigh(tallies, weights)
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    if Measure(measure) is Measure.MEAN:
        return _mean_position(weighed, level)
    return _median_position(weighed, level, chance)


def _median_position(weighed: Weighed, level: float, chance: Chance | None) -> CriterionPosition:
    value = weighted_median(weighed.tallies, weighed.whole)
    law, method = _median_law(weighed, chance)
    told = _told(weighed, (np.full(len(value), law is None), TOO_LARGE))
    missing = np.array([reason is not None for reason in told], dtype=np.bool_)
    lower, upper = (value, value) if law is None else law.interval(level)
    return CriterionPosition(
        value=value,
        lower=np.where(missing, np.nan, lower),
        upper=np.where(missing, np.nan, upper),
        measure=Measure.MEDIAN,
        method=method,
        exact=tuple(None if np.isnan(middle) else Fraction(middle) for middle in value.tolist()),
        reasons=told,
    )


def _median_law(weighed: Weighed, chance: Chance | None) -> tuple[Law | None, str]:
    if can_enumerate(weighed.tallies, weighed.whole):
        return weighted_median_law(weighed.tallies, weighed.whole), EXACT_BOOTSTRAP
    if chance is None:
        return None, EXACT_BOOTSTRAP
    drawn = redrawn_tallies(weighed.tallies, chance, DRAWS)
    return drawn.median_law(weighed.whole), f"bootstrap with {DRAWS:,} draws"


def _mean_position(weighed: Weighed, level: float) -> CriterionPosition:
    exact = weighed.exact_means
    value = np.array([np.nan if mean is None else float(mean) for mean in exact], dtype=np.float64)
    rated = np.array([tally.rated for tally in weighed.tallies])
    w = np.array(weighed.whole)[:, np.newaxis] / sum(weighed.whole)
    variances = np.array([np.nan_to_num(sd(tally)) ** 2 for tally in weighed.tallies])
    variance = (w**2 * variances / np.maximum(rated, 1)).sum(axis=0)
    told = _told(weighed, (variance == 0, ALL_ALIKE))
    known = np.array([reason is None for reason in told], dtype=np.bool_)
    freedom = np.where(known, rated.min(axis=0) - 1, 1)
    reach = np.where(known, special.stdtrit(freedom, 0.5 + level / 2) * np.sqrt(variance), np.nan)
    return CriterionPosition(
        value, value - reach, value + reach, Measure.MEAN, STUDENTS_T, exact=exact, reasons=told
    )


def _told(weighed: Weighed, *cases: tuple[BoolArray, str]) -> tuple[str | None, ...]:
    rated: IntArray = np.array([tally.rated for tally in weighed.tallies]).min(axis=0)
    return reasons(len(rated), (rated == 0, NOBODY_RATED), (rated == 1, ONE_RATED), *cases)
