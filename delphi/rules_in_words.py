"""Consensus rules as sentences, from the text in which a protocol and its results keep them.

What cannot be put into words is left as it stands: a sentence that said something else would mislead.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from delphi.formats import plural
from surveys.protocol import Reopening

_SHARE = re.compile(r"share (>=|>|<=|<) ([\d.]+) (high|low)")
_POINTS = re.compile(r"(median|iqr) (>=|>|<=|<) (-?[\d.]+)")
_AMOUNT = {">=": "at least {}", ">": "more than {}", "<=": "at most {}", "<": "fewer than {}"}
_POINT = {">=": "{} or higher", ">": "above {}", "<=": "{} or lower", "<": "below {}"}
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_OTHER = {"high": "low", "low": "high"}


@dataclass(frozen=True)
class ScaleWords:
    """What of the scale a rule's sentence needs: its ends, and the bands as words: “7 to 9”."""

    low: int
    high: int
    bands: dict[str, str]


def sentences(rule: str, scale: ScaleWords) -> tuple[str, ...]:
    """What a rule says, a sentence each for in, out, and who counts.

    >>> scale = ScaleWords(1, 9, {"high": "7 to 9", "low": "1 to 3"})
    >>> for sentence in sentences("share >= 70 high; minimum 8", scale):
    ...     print(sentence)
    In, when at least 70 % rate it 7 to 9.
    Out, when at least 70 % rate it 1 to 3.
    Answers “unable to rate” do not count towards the percentages.
    With fewer than 8 ratings there is no verdict.
    """
    body, *clauses = rule.split("; ")
    told = dict(_clause(clause) for clause in clauses)
    if body.startswith("rand/ucla"):
        return _rand_ucla(body, told)
    return (
        f"In, when {_all_of(body, scale)}.",
        _out(body, told.get("out", "mirror"), scale),
        *_who_counts(body, told),
        f"With fewer than {told.get('minimum', '5')} ratings there is no verdict.",
    )


def _clause(text: str) -> tuple[str, str]:
    name, _, value = text.partition(" ")
    return name.rstrip(":"), value


def _all_of(conditions: str, scale: ScaleWords, *, mirrored: bool = False) -> str:
    return " and ".join(_condition(part, scale, mirrored=mirrored) for part in conditions.split(", "))


def _condition(text: str, scale: ScaleWords, *, mirrored: bool) -> str:
    if match := _SHARE.fullmatch(text):
        sign, percent, band = match.groups()
        among = scale.bands.get(_OTHER[band] if mirrored else band, f"{band}")
        return f"{_AMOUNT[sign].format(percent)} % rate it {among}"
    if match := _POINTS.fullmatch(text):
        measure, sign, value = match.groups()
        if measure == "iqr":
            return f"the interquartile range is {_POINT[sign].format(value)}"
        if mirrored:
            sign, value = _TURNED[sign], _number(scale.low + scale.high - Decimal(value))
        return f"the median is {_POINT[sign].format(value)}"
    return text


def _out(body: str, out: str, scale: ScaleWords) -> str:
    if out == "none":
        return "No item is ever out."
    told = _all_of(body, scale, mirrored=True) if out == "mirror" else _all_of(out, scale)
    return f"Out, when {told}."


def _who_counts(body: str, told: dict[str, str]) -> tuple[str, ...]:
    if body.startswith("share"):
        counted = "also count" if told.get("denominator") == "rated+unable" else "do not count"
        return (f"Answers “unable to rate” {counted} towards the percentages.",)
    return _quantiles(told)


def _rand_ucla(body: str, told: dict[str, str]) -> tuple[str, ...]:
    """The appropriateness method has its own conditions; its name depends on whether the panel met."""
    name = "RAND/UCLA" if "with discussion" in body else "RAND/UCLA-style, without a discussion"
    return (
        f"By the appropriateness method ({name}).",
        "In, when the median lies in the high band; out, when it lies in the low band.",
        f"Neither, when the panel disagrees: {_disagrees(body)}.",
        *_quantiles(told),
        f"With fewer than {told.get('minimum', '8')} ratings there is no verdict.",
    )


def _disagrees(body: str) -> str:
    if "by ipras" in body:
        return "when the 30th to 70th percentile range exceeds the method’s limit (IPRAS)"
    if "by binomial test" in body:
        return "when a binomial test finds more than 10 % of such people in each outer band"
    many = "a third of the ratings" if "1/3" in body else "as many ratings as the method’s table says"
    return f"when {many} lie in each outer band"


def _quantiles(told: dict[str, str]) -> tuple[str, ...]:
    return (f"Quantiles are of Hyndman and Fan’s type {told['quantiles']}.",) if "quantiles" in told else ()


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def reopening(rule: Reopening | None) -> str:
    """When a settled item is asked again.

    >>> from surveys.protocol import Reopening
    >>> reopening(None)
    'A settled item stays settled.'
    >>> reopening(Reopening(requests=1))
    'A settled item is asked again if at least 1 panellist of one panel asks for it.'
    >>> reopening(Reopening(requests=3))
    'A settled item is asked again if at least 3 panellists of one panel ask for it.'
    """
    if rule is None:
        return "A settled item stays settled."
    ask = "asks" if rule.requests == 1 else "ask"
    number = (
        f"at least {plural(rule.requests, 'panellist')} of one panel {ask} for it" if rule.requests else ""
    )
    words = rule.otherwise.strip().rstrip(".")
    if number and words:
        return f"A settled item is asked again if {number}; or: {words}."
    return f"A settled item is asked again {f'if {number}' if number else f'by this rule: {words}'}."
