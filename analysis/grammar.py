"""The grammar of consensus rules, the same in a protocol file and on the command line.

Neither case nor spacing matters; what `str(rule)` writes is read back as an equal rule.

    rule        conditions, or rand/ucla; then clauses, each after a semicolon
    conditions  share >= 70 high, share < 15 low   percent in a band, >= or > high; low, by < or <=, may lack
                median >= 7, iqr <= 2              scale points, >= or > median; iqr, by < or <=, may lack
    rand/ucla   rand/ucla [, a reading of disagreement] [, with discussion]
    readings    disagreement by table | at 1/3 | by ipras | by binomial test; by table where there is none
    clauses     out: mirror | out: none | out: share <= 50 high [, ...] | out: median <= 3 [, ...]
                denominator rated | denominator rated+unable     (share rules)
                quantiles 7                                      (median and iqr; disagreement by ipras)
                minimum 5                                        (ratings below which there is no verdict)

Numbers are decimals of up to six places, kept as exact fractions. *Out* mirrors *in* unless the rule has its
own: the bands swap, and a median of at least a becomes one of at most low + high - a.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from analysis.rules import (
    DEFAULT_MINIMUM_N,
    RAND_UCLA_MINIMUM_N,
    READINGS,
    Condition,
    Conditions,
    MedianIqrRule,
    Out,
    RandUclaRule,
    Rule,
    ShareRule,
)
from analysis.tallies import Denominator

_SHARE = re.compile(r"share ?(>=|<=|>|<) ?(\d+(?:\.\d{1,6})?) ?%? ?(high|low)")
_POINTS = re.compile(r"(median|iqr) ?(>=|<=|>|<) ?(-?\d+(?:\.\d{1,6})?)")
_CLAUSE = re.compile(r"(out|denominator|minimum|quantiles) ?:? ?(.+)")


def parse_rule(
    text: str,
    *,
    out: str = "mirror",
    denominator: str = Denominator.RATED,
    minimum_n: int = DEFAULT_MINIMUM_N,
    quantiles: int = 7,
) -> Rule:
    """Read a rule by the grammar at the head of this module.

    The keywords hold where the text has no such clause, and where the kind of rule has a use for them: a
    RAND/UCLA rule has no denominator, quantiles only by IPRAS, and its minimum is never below eight. A
    `ValueError` names the part that cannot be read and shows one that can.

    >>> str(parse_rule("share>=70 high, share<15 low"))
    'share >= 70 high, share < 15 low'
    >>> parse_rule("share > 75 high", denominator="rated+unable").denominator
    <Denominator.RATED_AND_UNABLE: 'rated+unable'>
    """
    body, *rest = re.sub(r"\s+", " ", text.replace("≥", ">=").replace("≤", "<=").lower()).split(";")
    clauses = _parse_clauses(rest)
    least = _number(clauses.pop("minimum", str(minimum_n)), "minimum")
    way_out = clauses.pop("out", out)
    rule: Rule
    if body.strip().startswith("rand/ucla"):
        rule = _parse_rand_ucla(body, way_out, least)
        if rule.disagreement == "ipras":
            rule = replace(rule, quantiles=_number(clauses.pop("quantiles", str(quantiles)), "quantiles"))
    elif body.strip().startswith("share"):
        among = Denominator(clauses.pop("denominator", denominator))
        rule = ShareRule(_parse_conditions(body), _parse_out(way_out), among, least)
    else:
        definition = _number(clauses.pop("quantiles", str(quantiles)), "quantiles")
        rule = MedianIqrRule(_parse_conditions(body), _parse_out(way_out), definition, least)
    if clauses:
        raise ValueError(f"A rule that begins '{body.strip()}' has no '{next(iter(clauses))}': leave it out.")
    return rule


def _parse_conditions(text: str) -> Conditions:
    return tuple(_parse_condition(part.strip()) for part in re.split(r",| and ", text))


def _parse_condition(part: str) -> Condition:
    if match := _SHARE.fullmatch(part):
        sign, value, measure = match.groups()
    elif match := _POINTS.fullmatch(part):
        measure, sign, value = match.groups()
    else:
        raise ValueError(
            f"'{part}' is not a condition of a rule: write, for example, 'share >= 70 high',"
            " 'share < 15 low', 'median >= 7', 'iqr <= 2', or the whole rule 'rand/ucla'."
        )
    return Condition(measure, sign, Fraction(value))  # type: ignore[arg-type]  # the patterns allow no other


def _parse_out(text: str) -> Out:
    if text.strip() in ("mirror", "none"):
        return "mirror" if text.strip() == "mirror" else ()
    return _parse_conditions(re.sub(r"\s+", " ", text).strip().lower())


def _parse_clauses(parts: Sequence[str]) -> dict[str, str]:
    clauses: dict[str, str] = {}
    for part in parts:
        match = _CLAUSE.fullmatch(part.strip())
        if match is None:
            raise ValueError(
                f"'{part.strip()}' is not a clause of a rule: write 'out: none', 'denominator rated+unable',"
                " 'minimum 5' or 'quantiles 7'."
            )
        if match[1] in clauses:
            raise ValueError(f"The rule says '{match[1]}' twice: keep one.")
        clauses[match[1]] = match[2]
    return clauses


def _parse_rand_ucla(body: str, out: str, minimum_n: int) -> RandUclaRule:
    if out.strip() != "mirror":
        raise ValueError(f"In rand/ucla, out means inappropriate: leave out 'out: {out.strip()}'.")
    name, *options = (part.strip() for part in body.split(","))
    if name != "rand/ucla":
        raise ValueError(f"'{name}' is not a rule: write 'rand/ucla'.")
    for option in options:
        if option not in (*READINGS, "with discussion"):
            raise ValueError(
                f"'{option}' is no option of rand/ucla: write 'disagreement at 1/3', 'disagreement by ipras',"
                " 'disagreement by binomial test' or 'with discussion'."
            )
    readings = [READINGS[option] for option in options if option in READINGS] or ["table"]
    if len(readings) > 1:
        raise ValueError("The rule has two readings of disagreement: keep one.")
    return RandUclaRule(
        disagreement=readings[0],
        discussion="with discussion" in options,
        minimum_n=max(minimum_n, RAND_UCLA_MINIMUM_N),
    )


def _number(text: str, what: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(f"'{what} {text.strip()}' needs a whole number, such as '{what} 7'.")
    return int(text)
