"""How far ratings changed between two rounds: the panel's distribution, its spread and its mean.

Only those who rated an item in both rounds enter. The distribution can stay as it was while everybody
changes, so the share who kept their rating stands beside every figure of the group. Notation: I items, n
pairs.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from analysis.crossings import Transitions
from analysis.results import Result
from analysis.summaries import mean, sd
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio, reasons

NOBODY_RATED_TWICE: Final = "Nobody rated the item in both rounds."
ONLY_ONE_RATED_TWICE: Final = "Only one rated the item in both rounds, so there is no spread."
NO_MEAN_ABOVE_ZERO: Final = "A mean is not above the scale's zero, so the coefficient of variation has none."
EVERYBODY_CHANGED_ALIKE: Final = (
    "Everybody changed by the same, so the interval would have no width: the mean alone is compared."
)

# Half a category, within which the rounded mean stays; the literature has no limit of its own.
HALF_A_CATEGORY: Final = 0.5

Zero = Literal["scale", "low"]


def share_unchanged(transitions: Transitions) -> FloatArray:
    """The share (I,) of those who rated in both rounds who chose the same category; NaN where nobody did.

    Source: Chaffin WW, Talley WK. Technological Forecasting and Social Change 1980;16:67-73,
    doi:10.1016/0040-1625(80)90074-8.

    >>> from analysis.scales import Scale
    >>> share_unchanged(Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])).round(6)
    array([0.45082])
    """
    return ratio(_kept(transitions), transitions.pairs)


def unchanged_at_least(transitions: Transitions, least: Fraction) -> BoolArray:
    """Whether the share unchanged (I,) reaches a limit, compared in whole numbers; false for n = 0."""
    reached: BoolArray = _kept(transitions) * least.denominator >= transitions.pairs * least.numerator
    return reached & (transitions.pairs > 0)


def net_change(transitions: Transitions) -> FloatArray:
    """Scheibe's net change (I,): half the sum of differences between the two distributions; NaN for n = 0.

    It lies between 0 and 1. Two panellists who exchange their ratings cancel, so a net change of 0 does not
    say that anybody kept theirs.

    Source: Scheibe M, Skutsch M, Schofer J. Experiments in Delphi methodology. In: Linstone HA, Turoff M. The
    Delphi Method. Addison-Wesley 1975.

    >>> from analysis.scales import Scale
    >>> net_change(Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])).round(6)
    array([0.07377])
    """
    return ratio(_twice_moved(transitions), 2 * transitions.pairs)


def net_change_below(transitions: Transitions, limit: Fraction) -> BoolArray:
    """Whether the net change (I,) is below a limit, compared in whole numbers; false for n = 0."""
    below: BoolArray = _twice_moved(transitions) * limit.denominator < 2 * transitions.pairs * limit.numerator
    return below & (transitions.pairs > 0)


def _kept(transitions: Transitions) -> IntArray:
    return transitions.changes[:, transitions.scale.size - 1]


def _twice_moved(transitions: Transitions) -> IntArray:
    moved: IntArray = np.abs(transitions.margin_after - transitions.margin_before).sum(axis=1)
    return moved


@dataclass(frozen=True, eq=False)
class CvChange(Result):
    """The coefficients of variation of both rounds (I,), and `change`, the later less the earlier."""

    before: FloatArray
    after: FloatArray
    change: FloatArray
    reasons: tuple[str | None, ...]

    @property
    def distance(self) -> FloatArray:
        """How far (I,) the coefficient moved either way."""
        return np.abs(self.change)


def cv_change(transitions: Transitions, zero: Zero = "scale") -> CvChange:
    """The change of the coefficient of variation, SD / mean with n - 1, among those who rated in both rounds.

    It depends on where the scale has its zero: "scale" takes the categories as they are numbered, "low"
    measures them from the lowest, x - low, so state which. NaN for n < 2 and where a mean is not above that
    zero. Another zero is a `ValueError`.

    Source: Dajani JS, Sincoff MZ, Talley WK. Technological Forecasting and Social Change 1979;13:83-90,
    doi:10.1016/0040-1625(79)90007-6; Shah HA, Kalaian SA. Journal of Modern Applied Statistical Methods
    2009;8:554-560, doi:10.22237/jmasm/1257035160.

    >>> from analysis.scales import Scale
    >>> four = Transitions.from_pairs(
    ...     Scale(1, 4), [[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 2, 1], [0, 0, 0, 6]]
    ... )
    >>> cv_change(four).change.round(6)
    array([-0.071478])
    """
    if zero not in ("scale", "low"):
        raise ValueError(f"The zero of a coefficient of variation is 'scale' or 'low', not '{zero}'.")
    start = transitions.scale.low if zero == "low" else 0
    rounds = (transitions.stayers_before, transitions.stayers_after)
    before, after = (_cv(tally, start) for tally in rounds)
    n = transitions.pairs
    return CvChange(
        before,
        after,
        after - before,
        reasons(
            transitions.items,
            (n == 0, NOBODY_RATED_TWICE),
            (n == 1, ONLY_ONE_RATED_TWICE),
            (np.isnan(after - before), NO_MEAN_ABOVE_ZERO),
        ),
    )


def _cv(tally: Tally, start: int) -> FloatArray:
    return ratio(sd(tally), mean(tally) - start)


@dataclass(frozen=True, eq=False)
class MeanChange(Result):
    """The mean change in scale points, later less earlier, with its interval; a reason for each NaN.

    `mean`, `lower` and `upper` are (I,). An item `is_equivalent` where the interval lies wholly within
    `delta` either way, or, where everybody changed by the same, the mean alone; None for n < 2.
    """

    mean: FloatArray
    lower: FloatArray
    upper: FloatArray
    delta: float
    level: float
    is_equivalent: tuple[bool | None, ...]
    reasons: tuple[str | None, ...]


def mean_change(transitions: Transitions, delta: float = HALF_A_CATEGORY, level: float = 0.9) -> MeanChange:
    """The mean change of those who rated in both rounds, and whether it is equivalent to none.

    A test that fails to find a difference does not show that there is none. This one asks whether Student's
    interval of the mean change lies within `delta` scale points either way: at the level .9, that is two
    one-sided tests at 5 %. `delta` is the study's to state; no limit is published for Delphi studies, and
    half a category is taken unless told. The mean is NaN for n = 0, the interval also for n = 1 and where
    everybody changed by the same. A `ValueError` for a delta not above 0 and a level outside 0 to 1.

    Source: Schuirmann DJ. Journal of Pharmacokinetics and Biopharmaceutics 1987;15:657-680,
    doi:10.1007/BF01068419.

    >>> from analysis.scales import Scale
    >>> found = mean_change(Transitions.from_pairs(Scale(1, 3), [[8, 2, 0], [1, 9, 1], [0, 2, 7]]))
    >>> found.mean, found.lower.round(6), found.upper.round(6), found.is_equivalent
    (array([0.]), array([-0.141105]), array([0.141105]), (True,))
    """
    if not delta > 0:
        raise ValueError(f"Equivalence needs a delta above 0, not {delta}.")
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not at {level}.")
    n, size = transitions.pairs, transitions.scale.size
    steps = np.arange(1 - size, size)
    total, squares = transitions.changes @ steps, transitions.changes @ steps**2
    # n times the sum of squares about the mean, in whole numbers: 0 is 0.
    around = n * squares - total**2
    centre = ratio(total, n)
    # The cube of millions would outgrow 64 bits.
    spread = _student(n - 1, level) * np.sqrt(ratio(around, n.astype(np.float64) ** 2 * (n - 1)))
    inside = (centre - spread > -delta) & (centre + spread < delta)
    spread[around == 0] = np.nan
    equivalent = tuple(bool(yes) if of > 1 else None for yes, of in zip(inside, n.tolist(), strict=True))
    why = reasons(
        transitions.items,
        (n == 0, NOBODY_RATED_TWICE),
        (n == 1, ONLY_ONE_RATED_TWICE),
        (around == 0, EVERYBODY_CHANGED_ALIKE),
    )
    return MeanChange(centre, centre - spread, centre + spread, delta, level, equivalent, why)


def _student(df: IntArray, level: float) -> FloatArray:
    """Student's two-sided quantiles (I,), each found once; NaN for no degrees of freedom."""
    from scipy.special import stdtrit  # noqa: PLC0415  # scipy takes its time, and only the interval needs it

    distinct, position = np.unique(df, return_inverse=True)
    quantiles = np.full(len(distinct), np.nan)
    quantiles[distinct > 0] = stdtrit(distinct[distinct > 0], 0.5 + level / 2)
    found: FloatArray = quantiles[position]
    return found
