"""The consensus rules of the literature, each with its source: the stated list of the multiverse table.

Shares and medians are written for the scale 1-9 with the bands 1-3, 4-6 and 7-9, and put on another scale by
its own bands.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from analysis.grammar import parse_rule
from analysis.rules import Condition, MedianIqrRule, Rule, check_fits
from analysis.scales import Scale

_ELICIT = "Trials 2015;16, ELICIT protocol, table 1, doi:10.1186/s13063-015-1011-8"
_MANUAL = "Fitch K and others. The RAND/UCLA Appropriateness Method User's Manual. RAND 2001, MR-1269"
_GRACHT = (
    "von der Gracht HA. Technol Forecast Soc Change 2012;79:1525-1536, doi:10.1016/j.techfore.2012.04.013"
)
_SETS = "One of the rules in a review of 26 core outcome sets, doi:10.22541/au.158274340.04867742"


@dataclass(frozen=True)
class PublishedRule:
    """A rule of the literature: a key, a name, its text on the scale 1-9, and its source.

    `sizes` are the fewest and the most categories of the scales that it was made for; None where its
    thresholds do not depend on the length of the scale.
    """

    key: str
    name: str
    text: str
    source: str
    sizes: tuple[int, int] | None = None

    def on(self, scale: Scale) -> Rule:
        """The rule on this scale: a median has to reach the first category of its high band, 7 on 1-9.

        A `ValueError` says why the rule does not fit: no bands, or a scale that it was not made for.

        >>> str(find_rule("median_iqr_1").on(Scale.parse("1-5", "1-2,3,4-5")))
        'median >= 4, iqr <= 1'
        """
        if self.sizes is not None and not self.sizes[0] <= scale.size <= self.sizes[1]:
            raise ValueError(
                f"It was made for scales of {self.sizes[0]} to {self.sizes[1]} categories, and {scale} has"
                f" {scale.size}."
            )
        high = scale.find_band("high")
        if high is None:
            raise ValueError(f"It needs bands, and the scale {scale} has none.")
        rule = parse_rule(self.text)
        if isinstance(rule, MedianIqrRule):
            moved = (_moved(condition, high.first) for condition in rule.conditions)
            rule = replace(rule, conditions=tuple(moved))
        check_fits(rule, scale)
        return rule


PUBLISHED_RULES: tuple[PublishedRule, ...] = (
    PublishedRule("comet", "70/15", "share >= 70 high, share < 15 low", _ELICIT),
    PublishedRule(
        "comet_not_strict",
        "70/15, 15 % itself allowed",
        "share >= 70 high, share <= 15 low",
        f"The same with the limit read as at most 15 %; compare {_ELICIT}",
    ),
    PublishedRule(
        "comet_out_by_half",
        "70/15, out by at most half high",
        "share >= 70 high, share < 15 low; out: share <= 50 high",
        "PMC10860107, table 2",
    ),
    PublishedRule(
        "focus",
        "80/10, out by at most half high",
        "share >= 80 high, share <= 10 low; out: share <= 50 high",
        "BMC Geriatrics 2022;22, FOCUS, table 1, doi:10.1186/s12877-022-02993-w",
    ),
    PublishedRule(
        "first_round_half",
        "50/15 in round 1, before 70/15 in round 2",
        "share >= 50 high, share < 15 low",
        "Value Health 2021;24:539-547, table 1, doi:10.1016/j.jval.2020.10.002",
    ),
    PublishedRule("majority", "More than half high", "share > 50 high", _SETS),
    PublishedRule("seventy", "70 % high", "share >= 70 high", _SETS),
    PublishedRule(
        "seventy_five",
        "75 % high",
        "share >= 75 high",
        "The median threshold of 25 studies: Diamond IR and others. J Clin Epidemiol 2014;67:401-409,"
        " doi:10.1016/j.jclinepi.2013.12.002",
    ),
    PublishedRule(
        "eighty",
        "80 % high",
        "share >= 80 high",
        "Guidelines for Designing and Conducting Delphi Consensus Studies: An Expert Consensus Delphi Study",
    ),
    PublishedRule(
        "median_iqr_2", "Median in the high band, IQR at most 2", "median >= 7, iqr <= 2", _GRACHT, (9, 11)
    ),
    PublishedRule(
        "median_iqr_1", "Median in the high band, IQR at most 1", "median >= 7, iqr <= 1", _GRACHT, (4, 5)
    ),
    PublishedRule("rand_ucla", "RAND/UCLA by panel size", "rand/ucla", _MANUAL),
    PublishedRule(
        "rand_ucla_third",
        "RAND/UCLA, a third at both ends",
        "rand/ucla, disagreement at 1/3",
        "A paraphrase of the manual that differs from its table at n = 10, 13 and 16: arcade-consensus.org",
    ),
    PublishedRule("rand_ucla_ipras", "RAND/UCLA by IPRAS", "rand/ucla, disagreement by ipras", _MANUAL),
    PublishedRule(
        "rand_ucla_test",
        "RAND/UCLA by binomial test",
        "rand/ucla, disagreement by binomial test",
        _MANUAL,
    ),
)


def find_rule(key: str) -> PublishedRule:
    """The published rule of that key; a `ValueError` names the keys there are."""
    for rule in PUBLISHED_RULES:
        if rule.key == key:
            return rule
    keys = ", ".join(rule.key for rule in PUBLISHED_RULES)
    raise ValueError(f"No published rule is called '{key}': there are {keys}.")


def _moved(condition: Condition, first_high: int) -> Condition:
    return replace(condition, value=Fraction(first_high)) if condition.measure == "median" else condition
