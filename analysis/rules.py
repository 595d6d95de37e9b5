"""Consensus rules: when a panel has agreed that an item is *in*, and when that it is *out*.

Rules are values: they hold conditions with exact thresholds and print as text. `analysis.grammar` reads that
text back, and `analysis.consensus` applies the rules to tallies.
"""

import operator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from analysis.scales import Scale
from analysis.summaries import QUANTILE_DEFINITIONS
from analysis.tallies import BoolArray, Denominator, IntArray

# Below five people each is more than a fifth of the share; a study may choose another number.
DEFAULT_MINIMUM_N: Final = 5
# The panel sizes of table 7 in BMC Med Inform Decis Mak 2012;12:93 begin with eight.
RAND_UCLA_MINIMUM_N: Final = 8

Measure = Literal["high", "low", "median", "iqr"]
# When a panel disagrees by RAND/UCLA, and how a rule's text says so; see `appropriateness.in_disagreement`.
Reading = Literal["table", "1/3", "ipras", "binomial"]
READINGS: Final[dict[str, Reading]] = {
    "disagreement by table": "table",
    "disagreement at 1/3": "1/3",
    "disagreement by ipras": "ipras",
    "disagreement by binomial test": "binomial",
}
Sign = Literal[">=", ">", "<=", "<"]
_COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}
_TURNED: dict[str, Sign] = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_SHARES = ("high", "low")
_DECIMALS = 10**6


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with an exact number: a band's share in percent, or a median or IQR in scale points."""

    measure: Measure
    sign: Sign
    value: Fraction

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure) or self.sign not in get_args(Sign):
            raise ValueError(f"There is no condition '{self.measure} {self.sign}'.")
        if _DECIMALS % self.value.denominator:
            raise ValueError(f"{self.value} is not a decimal of up to six places.")
        if self.is_share and not 0 <= self.value <= 100:
            raise ValueError(f"A share is between 0 and 100 percent, not {_decimal(self.value)}.")

    @property
    def is_share(self) -> bool:
        """Whether the value is a percentage of a band, rather than scale points."""
        return self.measure in _SHARES

    def holds(self, numerators: IntArray, denominators: IntArray | int) -> BoolArray:
        """Whether numerators / denominators (I,) meet the condition, compared in whole numbers."""
        left = numerators * ((100 if self.is_share else 1) * self.value.denominator)
        met: BoolArray = _COMPARE[self.sign](left, self.value.numerator * denominators)
        return met

    def mirrored(self, scale: Scale) -> "Condition":
        """The same condition on the scale turned round: bands swap, medians reflect, a spread stays."""
        if self.measure == "iqr":
            return self
        if self.measure == "median":
            return Condition("median", _TURNED[self.sign], scale.low + scale.high - self.value)
        return Condition("low" if self.measure == "high" else "high", self.sign, self.value)

    def __str__(self) -> str:
        if self.is_share:
            return f"share {self.sign} {_decimal(self.value)} {self.measure}"
        return f"{self.measure} {self.sign} {_decimal(self.value)}"


Conditions: TypeAlias = tuple[Condition, ...]
Out: TypeAlias = Conditions | Literal["mirror"]


@dataclass(frozen=True)
class ShareRule:
    """*In* where the high band's share reaches a threshold and, if so stated, the low band's stays limited.

    `out` is "mirror", the rule's own conditions, all of which must hold, or () for a rule by which nothing is
    out.
    """

    conditions: Conditions
    out: Out = "mirror"
    denominator: Denominator = Denominator.RATED
    minimum_n: int = DEFAULT_MINIMUM_N

    def __post_init__(self) -> None:
        _settle(self, needed="high", allowed={"high": (">=", ">"), "low": ("<", "<=")})

    def __str__(self) -> str:
        return "; ".join(
            [
                *_texts(self.conditions, self.out),
                *([] if self.denominator is Denominator.RATED else [f"denominator {self.denominator}"]),
                *_minimum(self.minimum_n, DEFAULT_MINIMUM_N),
            ]
        )


@dataclass(frozen=True)
class MedianIqrRule:
    """*In* where the median reaches a threshold and, if so stated, the IQR by `quantiles` stays limited."""

    conditions: Conditions
    out: Out = "mirror"
    quantiles: int = 7
    minimum_n: int = DEFAULT_MINIMUM_N

    def __post_init__(self) -> None:
        _settle(self, needed="median", allowed={"median": (">=", ">"), "iqr": ("<", "<=")})
        _check_definition(self.quantiles)

    def __str__(self) -> str:
        return "; ".join(
            [
                *_texts(self.conditions, self.out),
                *_quantiles(self.quantiles),
                *_minimum(self.minimum_n, DEFAULT_MINIMUM_N),
            ]
        )


@dataclass(frozen=True)
class RandUclaRule:
    """The rule of the RAND/UCLA Appropriateness Method: appropriate is *in*, inappropriate *out*.

    `disagreement` says by which reading panels disagree: the manual's "table" of panel sizes, "1/3" in each
    of the outer bands, an IPR beyond the "ipras" (the only one with `quantiles`, and the one for more than
    25), or the manual's "binomial" test for large panels. Without a `discussion` between its rounds a study
    is RAND/UCLA-style. Fewer than eight give no verdict.

    Source: Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269.
    """

    disagreement: Reading = "table"
    discussion: bool = False
    minimum_n: int = RAND_UCLA_MINIMUM_N
    quantiles: int = 7

    def __post_init__(self) -> None:
        if self.disagreement not in get_args(Reading):
            raise ValueError(
                f"Panels disagree by table, 1/3, ipras or binomial, not by '{self.disagreement}'."
            )
        _check_definition(self.quantiles)
        if self.quantiles != 7 and self.disagreement != "ipras":
            raise ValueError("Only disagreement by ipras has quantiles: leave them out.")
        if self.minimum_n < RAND_UCLA_MINIMUM_N:
            raise ValueError(
                f"RAND/UCLA is defined from {RAND_UCLA_MINIMUM_N} ratings up, not {self.minimum_n}."
            )

    @property
    def name(self) -> str:
        """What a report may call it."""
        return "RAND/UCLA" if self.discussion else "RAND/UCLA-style"

    def __str__(self) -> str:
        options = [text for text, reading in READINGS.items() if reading == self.disagreement != "table"]
        discussion = ["with discussion"] if self.discussion else []
        return "; ".join(
            [
                ", ".join(["rand/ucla", *options, *discussion]),
                *_quantiles(self.quantiles),
                *_minimum(self.minimum_n, RAND_UCLA_MINIMUM_N),
            ]
        )


Rule: TypeAlias = ShareRule | MedianIqrRule | RandUclaRule


def out_conditions(rule: ShareRule | MedianIqrRule, scale: Scale) -> Conditions:
    """The conditions under which an item is out on this scale; () where nothing ever is."""
    if rule.out == "mirror":
        return tuple(condition.mirrored(scale) for condition in rule.conditions)
    return rule.out


def check_fits(rule: Rule, scale: Scale) -> None:
    """Raise `ValueError` where the rule needs bands that the scale lacks, or medians that lie outside it."""
    if isinstance(rule, MedianIqrRule):
        for condition in (*rule.conditions, *out_conditions(rule, scale)):
            if condition.measure == "median" and not scale.low <= condition.value <= scale.high:
                raise ValueError(f"'{condition}' lies outside the scale {scale}.")
    elif scale.bands is None:
        raise ValueError(
            f"The rule '{rule}' needs bands, and the scale {scale} has none: state them, such as"
            f" {scale.example_bands}."
        )


def _settle(rule: ShareRule | MedianIqrRule, needed: Measure, allowed: dict[str, tuple[Sign, Sign]]) -> None:
    """Put the conditions in order, the needed one first, and raise `ValueError` where they make no rule."""
    _check_measures(rule.conditions, allowed)
    for condition in rule.conditions:
        if condition.sign not in allowed[condition.measure]:
            wanted = " or ".join(f"'{sign}'" for sign in allowed[condition.measure])
            raise ValueError(
                f"'{condition}' points the wrong way for a rule that an item is in: use {wanted}."
            )
    if needed not in {condition.measure for condition in rule.conditions}:
        raise ValueError(f"The rule needs a condition on {_WHAT[needed]}, such as '{_EXAMPLE[needed]}'.")
    if rule.minimum_n < 1:
        raise ValueError(f"The minimum is at least one rating, not {rule.minimum_n}.")
    object.__setattr__(rule, "conditions", _ordered(rule.conditions))
    if rule.out != "mirror":
        _check_measures(rule.out, allowed)
        object.__setattr__(rule, "out", _ordered(rule.out))


_WHAT = {"high": "the high band", "median": "the median"}
_EXAMPLE = {"high": "share >= 70 high", "median": "median >= 7"}


def _check_measures(conditions: Conditions, allowed: dict[str, tuple[Sign, Sign]]) -> None:
    measures = [condition.measure for condition in conditions]
    for condition in conditions:
        if condition.measure not in allowed:
            raise ValueError(f"'{condition}' does not go with a rule on {' and '.join(allowed)}.")
        if measures.count(condition.measure) > 1:
            raise ValueError(f"The rule has two conditions on {condition.measure}: keep one.")


def _ordered(conditions: Conditions) -> Conditions:
    return tuple(sorted(conditions, key=lambda condition: get_args(Measure).index(condition.measure)))


def _texts(conditions: Conditions, out: Out) -> list[str]:
    written = [", ".join(map(str, conditions))]
    if out != "mirror":
        written.append("out: " + (", ".join(map(str, out)) or "none"))
    return written


def _check_definition(quantiles: int) -> None:
    if quantiles not in QUANTILE_DEFINITIONS:
        raise ValueError(f"Quantile definitions are numbered 1 to 9, not {quantiles}.")


def _quantiles(definition: int) -> list[str]:
    return [] if definition == 7 else [f"quantiles {definition}"]


def _minimum(minimum_n: int, usual: int) -> list[str]:
    return [] if minimum_n == usual else [f"minimum {minimum_n}"]


def _decimal(value: Fraction) -> str:
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"
