"""The RAND/UCLA Appropriateness Method: agreement and disagreement in a panel, IPRAS, the disagreement index.

The method was made for panels of 8 to 25 on the scale 1-9 with the bands 1-3, 4-6 and 7-9. Elsewhere the same
formulas hold, and the functions named `..._extrapolated` say so. Notation: I items, n ratings of an item.
"""

from fractions import Fraction
from typing import Final, Literal, TypeAlias

import numpy as np

from analysis.scales import Scale
from analysis.summaries import exact_quantile, median
from analysis.tallies import BoolArray, FloatArray, Tally

# The rows of the method's table: BMC Med Inform Decis Mak 2012;12:93, table 7; to n = 25 in PMC5966219, table
# 4.
SMALLEST_PANEL: Final = 8
LARGEST_PANEL: Final = 25

# How many extreme ratings on both sides are disagreement: by the table of panel sizes, or a third of those
# who rated.
Reading: TypeAlias = Literal["table", "1/3"]


def in_disagreement(tally: Tally, reading: Reading = "table") -> BoolArray:
    """Whether so many rated each item (I,) low, and so many high, that they disagree; False below n = 8.

    By the table that number is floor((n + 1) / 3): 3 of 8 to 10, 4 of 11 to 13, 5 of 14 to 16, and so on. By
    "1/3" it is a third of n, which is one more at n = 10, 13 and 16. A scale without bands is a `ValueError`.

    Source: BMC Medical Informatics and Decision Making 2012;12:93, table 7, doi:10.1186/1472-6947-12-93.
    """
    rated = tally.rated
    enough = (rated + 1) // 3 if reading == "table" else (rated + 2) // 3
    return (np.minimum(tally.in_band("low"), tally.in_band("high")) >= enough) & (rated >= SMALLEST_PANEL)


def in_agreement(tally: Tally) -> BoolArray:
    """Whether at most floor((n + 1) / 3) - 1 rated an item (I,) outside its median's band; False below n = 8.

    That is 2 of 8 to 10, 3 of 11 to 13, 4 of 14 to 16, and so on. Source and errors as for `in_disagreement`.
    """
    rated = tally.rated
    inside = sum(median_in_band(tally, name) * tally.in_band(name) for name in ("low", "middle", "high"))
    return (rated - inside <= (rated + 1) // 3 - 1) & (rated >= SMALLEST_PANEL)


def median_in_band(tally: Tally, name: str) -> BoolArray:
    """Whether each median (I,) lies in the band, a half between two bands in the higher; False for n = 0.

    >>> halves = Tally.from_counts(
    ...     Scale.thirds(1, 9), [[0, 0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1, 0, 0]]
    ... )
    >>> median_in_band(halves, "middle"), median_in_band(halves, "high")
    (array([ True, False]), array([False,  True]))
    """
    band = tally.scale.find_band(name)
    if band is None:
        return np.zeros(tally.items, dtype=np.bool_)
    middle = median(tally)
    return (band.first - 0.5 <= middle) & (middle < band.last + 0.5)


def rule_extrapolated(tally: Tally) -> BoolArray:
    """Whether the rule by panel size leaves its table on an item (I,): n above 25, or not 1-9 in thirds.

    Above 25 the closed form tolerates too many dissenters, 19 of 60: prefer the disagreement index.
    """
    return (tally.rated > LARGEST_PANEL) | (not tally.scale.is_one_to_nine)


def index_extrapolated(scale: Scale) -> bool:
    """Whether IPRAS and the disagreement index leave the scale 1-9, to which their constants were fitted."""
    return (scale.low, scale.high) != (1, 9)


def ipras(tally: Tally, definition: int = 7) -> FloatArray:
    """The interpercentile range adjusted for symmetry (I,), in points of the scale 1-9; NaN for n = 0.

    IPRAS = 2.35 + 1.5 |5 - (Q(.30) + Q(.70)) / 2|, with ratings on another scale first stretched to 1-9, and
    the quantiles by a Hyndman-Fan definition.

    Source: Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269. Worked
    example: BMJ Open 2012;2:e001431, table 1, doi:10.1136/bmjopen-2012-001431.
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


def _percentiles(tally: Tally, definition: int) -> tuple[FloatArray, FloatArray]:
    """Q(.30) and Q(.70), each (I,), stretched to 1-9."""
    low, stretch = tally.scale.low, 8 / (tally.scale.high - tally.scale.low)
    lower, upper = (
        exact_quantile(tally, Fraction(tenths, 10), definition).as_floats(tally.rated) for tenths in (3, 7)
    )
    return 1 + stretch * (lower - low), 1 + stretch * (upper - low)
