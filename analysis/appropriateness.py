"""The RAND/UCLA Appropriateness Method: agreement and disagreement in a panel, IPRAS, the disagreement index.

The method was made for panels of 8 to 25 on the scale 1-9 with the bands 1-3, 4-6 and 7-9. Elsewhere the same
formulas hold, and the functions named `..._extrapolated` say so. Notation: I items, n ratings of an item.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import Final, TypeVar, get_args

import numpy as np

from analysis.results import Result
from analysis.rules import Reading
from analysis.scales import Scale
from analysis.summaries import ExactQuantile, exact_quantile, median
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally

# The rows of the method's table: BMC Med Inform Decis Mak 2012;12:93, table 7; to n = 25 in PMC5966219, table
# 4.
SMALLEST_PANEL: Final = 8
LARGEST_PANEL: Final = 25

# The hypotheses of the manual's statistical definitions for large panels, and the levels of their tests.
AGREEING_SHARE, AGREEMENT_LEVEL = 0.8, 0.33
WIDE_REGION_SHARE, DISAGREEMENT_LEVEL = 0.9, 0.1

TOO_FEW: Final = "Fewer than eight rated the item, and the method says nothing of so few."


_Class = TypeVar("_Class", bound=StrEnum)


class Agreement(StrEnum):
    """Whether a panel is of one mind about an item, whatever it says of it."""

    AGREEMENT = "agreement"
    DISAGREEMENT = "disagreement"
    INDETERMINATE = "indeterminate"


class Appropriateness(StrEnum):
    """What a panel says of an item: *uncertain* for a median in the middle, and for any disagreement."""

    APPROPRIATE = "appropriate"
    UNCERTAIN = "uncertain"
    INAPPROPRIATE = "inappropriate"


@dataclass(frozen=True)
class Classification(Result):
    """Both classes of each of I items, None with a reason below n = 8; `extrapolated` (I,) as the rule is."""

    rated: IntArray
    agreement: tuple[Agreement | None, ...]
    appropriateness: tuple[Appropriateness | None, ...]
    extrapolated: BoolArray
    reasons: tuple[str | None, ...]


def classify(tally: Tally, reading: Reading = "table", definition: int = 7) -> Classification:
    """Agreement and appropriateness of each item, apart from each other, by a reading of disagreement.

    n is those who rated that item. Where disagreement and agreement hold at once, as both tests allow, it is
    disagreement. `definition` is that of the quantiles in IPRAS. Below n = 8 both classes are None with a
    reason. Source and errors as for `in_disagreement`.

    >>> nine = [[0, 0, 1, 0, 0, 0, 8, 0, 0], [0, 3, 0, 0, 0, 0, 0, 6, 0]]
    >>> print(classify(Tally.from_counts(Scale.thirds(1, 9), nine)))
    rated     agreement  appropriateness  extrapolated
        9     agreement      appropriate         False
        9  disagreement        uncertain         False
    """
    apart = in_disagreement(tally, reading, definition)
    at_one = np.where(apart, 1, np.where(in_agreement(tally, reading), 0, 2))
    placed = np.where(median_in_band(tally, "high"), 0, np.where(median_in_band(tally, "low"), 2, 1))
    few = (tally.rated < SMALLEST_PANEL).tolist()
    return Classification(
        tally.rated,
        _classes(tuple(Agreement), at_one, few),
        _classes(tuple(Appropriateness), np.where(apart, 1, placed), few),
        rule_extrapolated(tally, reading),
        tuple(TOO_FEW if is_few else None for is_few in few),
    )


def _classes(names: tuple[_Class, ...], codes: IntArray, few: list[bool]) -> tuple[_Class | None, ...]:
    return tuple(None if is_few else names[code] for code, is_few in zip(codes.tolist(), few, strict=True))


def in_disagreement(tally: Tally, reading: Reading = "table", definition: int = 7) -> BoolArray:
    """Whether those who rated each item (I,) disagree, by one of four readings; False below n = 8.

    "table": floor((n + 1) / 3) or more rated it low, and as many high: 3 of 8 to 10, 4 of 11 to 13, and so
    on. "1/3": a third of n did, which is one more at n = 10, 13 and 16. "ipras": the IPR is above the IPRAS,
    a disagreement index above 1, compared exactly, by the quantile `definition`. "binomial": neither that
    90 % of such raters are below the high band nor that 90 % are above the low one survives an exact
    one-sided binomial test at .10. Another reading is a `ValueError`, and so is a scale without bands but for
    "ipras".

    Sources: BMC Medical Informatics and Decision Making 2012;12:93, table 7, doi:10.1186/1472-6947-12-93.
    Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269.

    >>> sixty = Tally.from_counts(Scale.thirds(1, 9), [12, 0, 0, 0, 6, 0, 0, 0, 42])
    >>> [bool(in_disagreement(sixty, reading)[0]) for reading in ("table", "ipras", "binomial")]
    [False, False, True]
    """
    _check_reading(reading)
    large = tally.rated >= SMALLEST_PANEL
    if reading == "ipras":
        return large & exceeds_ipras(*_exact_percentiles(tally, definition), tally.scale)
    both = np.minimum(tally.in_band("low"), tally.in_band("high"))
    if reading == "binomial":
        return large & _is_rejected(tally.rated - both, tally.rated, WIDE_REGION_SHARE, DISAGREEMENT_LEVEL)
    return large & (both >= (tally.rated + (1 if reading == "table" else 2)) // 3)


def in_agreement(tally: Tally, reading: Reading = "table") -> BoolArray:
    """Whether those who rated each item (I,) agree; False below n = 8.

    By "table" and "1/3" at most floor((n + 1) / 3) - 1 rated it outside its median's band: 2 of 8 to 10, 3 of
    11 to 13, 4 of 14 to 16, and so on. By "binomial" the hypothesis that 80 % of such raters are in that band
    survives an exact one-sided binomial test at .33. "ipras" defines disagreement alone: agreement is then by
    the table, and above its last n, 25, by the test. Sources and errors as for `in_disagreement`.

    >>> nine = [[0, 0, 0, 0, 3, 0, 6, 0, 0], [0, 0, 0, 0, 2, 0, 7, 0, 0]]
    >>> in_agreement(Tally.from_counts(Scale.thirds(1, 9), nine))
    array([False,  True])
    """
    _check_reading(reading)
    rated = tally.rated
    inside = np.zeros_like(rated)
    for name in ("low", "middle", "high"):
        inside += median_in_band(tally, name) * tally.in_band(name)
    agree: BoolArray = rated - inside <= (rated + 1) // 3 - 1
    first_tested = {"binomial": SMALLEST_PANEL, "ipras": LARGEST_PANEL + 1}.get(reading)
    if first_tested is not None and (rated >= first_tested).any():
        survives = ~_is_rejected(inside, rated, AGREEING_SHARE, AGREEMENT_LEVEL)
        agree = np.where(rated >= first_tested, survives, agree)
    return agree & (rated >= SMALLEST_PANEL)


def _check_reading(reading: str) -> None:
    if reading not in get_args(Reading):
        raise ValueError(f"Panels disagree by table, 1/3, ipras or binomial, not by '{reading}'.")


def _is_rejected(inside: IntArray, rated: IntArray, share: float, level: float) -> BoolArray:
    """Whether so few are inside (I,) that P(Bin(n, share) <= inside) is at most the level."""
    from scipy.special import bdtr  # noqa: PLC0415  # scipy takes its time, and only the tests need it

    rejected: BoolArray = bdtr(inside.astype(np.float64), rated, share) <= level
    return rejected


def median_in_band(tally: Tally, name: str) -> BoolArray:
    """Whether each median (I,) lies in the band, a half between two bands in the higher; False for n = 0.

    >>> halves = Tally.from_counts(
    ...     Scale.thirds(1, 9), [[0, 0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1, 0, 0]]
    ... )
    >>> median_in_band(halves, "middle"), median_in_band(halves, "high")
    (array([ True, False]), array([False,  True]))
    """
    return within(median(tally), tally.scale, name)


def within(middle: FloatArray, scale: Scale, name: str) -> BoolArray:
    """Whether each median (I,) lies in the band; False for NaN, and on a scale without such a band."""
    band = scale.find_band(name)
    if band is None:
        return np.zeros(middle.shape, dtype=np.bool_)
    return (band.first - 0.5 <= middle) & (middle < band.last + 0.5)


def rule_extrapolated(tally: Tally, reading: Reading = "table") -> BoolArray:
    """Whether the rule goes beyond what it was made for on an item (I,): n above 25, or not 1-9 in thirds.

    Above 25 the closed form tolerates too many dissenters, 19 of 60: prefer "ipras", which has no upper end,
    nor has "binomial". Sources as for `in_disagreement`.

    >>> unanimous = [[0, 0, 0, 0, 0, 0, 0, 0, n] for n in (25, 26)]
    >>> rule_extrapolated(Tally.from_counts(Scale.thirds(1, 9), unanimous))
    array([False,  True])
    """
    _check_reading(reading)
    beyond = (tally.rated > LARGEST_PANEL) & (reading in ("table", "1/3"))
    return beyond | (not tally.scale.is_one_to_nine)


def index_extrapolated(scale: Scale) -> bool:
    """Whether IPRAS and the disagreement index leave the scale 1-9, to which their constants were fitted.

    Source: see `ipras`.

    >>> index_extrapolated(Scale(1, 9)), index_extrapolated(Scale(1, 5))
    (False, True)
    """
    return (scale.low, scale.high) != (1, 9)


def ipras(tally: Tally, definition: int = 7) -> FloatArray:
    """The interpercentile range adjusted for symmetry (I,), in points of the scale 1-9; NaN for n = 0.

    IPRAS = 2.35 + 1.5 |5 - (Q(.30) + Q(.70)) / 2|, with ratings on another scale first stretched to 1-9, and
    the quantiles by a Hyndman-Fan definition.

    Source: Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269. Worked
    example: BMJ Open 2012;2:e001431, table 1, doi:10.1136/bmjopen-2012-001431.

    >>> ipras(Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 1, 1, 1, 5, 5, 2])).round(6)
    array([6.1])
    """
    lower, upper = _percentiles(tally, definition)
    return 2.35 + 1.5 * np.abs(5 - (lower + upper) / 2)


def disagreement_index(tally: Tally, definition: int = 7) -> FloatArray:
    """The disagreement index (I,) IPR / IPRAS, above 1 for disagreement; NaN for n = 0. Source: see `ipras`.

    >>> fifteen = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 0, 1, 1, 1, 5, 5, 2])
    >>> ipras(fifteen).round(2), disagreement_index(fifteen).round(6)
    (array([6.1]), array([0.163934]))
    """
    lower, upper = _percentiles(tally, definition)
    return (upper - lower) / ipras(tally, definition)


def exceeds_ipras(lower: ExactQuantile, upper: ExactQuantile, scale: Scale) -> BoolArray:
    """Whether Q(.70) - Q(.30) is above the IPRAS (I,): both stretched to 1-9, compared in whole numbers."""
    common = lcm(lower.denominator, upper.denominator)
    low, high = (each.numerators * (common // each.denominator) for each in (lower, upper))
    # IPR = 8 (high - low) / (common width) and IPRAS = 47/20 + 6 |low + high - 2 midpoint| / (common width).
    beside = np.abs(low + high - common * (scale.low + scale.high))
    wider: BoolArray = 160 * (high - low) > 47 * common * (scale.high - scale.low) + 120 * beside
    return wider


def _percentiles(tally: Tally, definition: int) -> tuple[FloatArray, FloatArray]:
    """Q(.30) and Q(.70), each (I,), stretched to 1-9."""
    low, stretch = tally.scale.low, 8 / (tally.scale.high - tally.scale.low)
    lower, upper = (exact.as_floats(tally.rated) for exact in _exact_percentiles(tally, definition))
    return 1 + stretch * (lower - low), 1 + stretch * (upper - low)


def _exact_percentiles(tally: Tally, definition: int) -> tuple[ExactQuantile, ExactQuantile]:
    return (
        exact_quantile(tally, Fraction(3, 10), definition),
        exact_quantile(tally, Fraction(7, 10), definition),
    )
