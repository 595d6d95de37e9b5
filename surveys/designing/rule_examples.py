"""Rules that studies use, to choose from when a rule is written; on a scale of the study's own."""

from dataclasses import dataclass

from surveys import protocol as protocols
from surveys.protocol import Protocol, RulePlan


@dataclass(frozen=True)
class RuleExample:
    """A rule as it is written, what it is known as, and where it is from."""

    text: str
    name: str
    source: str
    minimum_n: int = 5


_EXAMPLES = (
    RuleExample("share >= 70 high, share < 15 low", "70/15", "core outcome sets: Trials 2012;13:132"),
    RuleExample("share >= 75 high", "75 % high", "the usual threshold: J Clin Epidemiol 2014;67:401-409"),
    RuleExample("share >= 80 high", "80 % high", "a stricter one"),
    RuleExample("share > 50 high", "more than half high", "a majority"),
    RuleExample(
        "median >= {high}, iqr <= {spread}",
        "median and spread",
        "Technol Forecast Soc Change 2012;79:1525-1536",
    ),
    RuleExample("rand/ucla", "RAND/UCLA, eight ratings at least", "RAND 2001, MR-1269", minimum_n=8),
)


def fitting(protocol: Protocol) -> tuple[RuleExample, ...]:
    """The examples that this scale allows."""
    high = protocol.scale.bands["high"][0]
    spread = 2 if protocol.scale.high - protocol.scale.low >= 8 else 1
    examples = (
        RuleExample(one.text.format(high=high, spread=spread), one.name, one.source, one.minimum_n)
        for one in _EXAMPLES
    )
    return tuple(one for one in examples if _fits(protocol, one))


def _fits(protocol: Protocol, one: RuleExample) -> bool:
    try:
        protocols.check_rule_fits(protocol, RulePlan(into=one.text, minimum_n=one.minimum_n))
    except (ValueError, TypeError):
        return False
    return True
