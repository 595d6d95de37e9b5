"""The multiverse table: the same answers under a stated list of published rules, side by side.

From 0 to 84 % of the same items reach consensus, depending on the rule that is picked afterwards (Grant S and
others 2018, RAND EP67566), so a study locks its rule before its first round, and shows what the others would
have said. Notation: I items, R rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.consensus import Verdict, extrapolated, verdicts
from analysis.published_rules import PUBLISHED_RULES, PublishedRule
from analysis.results import Result
from analysis.rules import Rule
from analysis.scales import Scale
from analysis.tallies import BoolArray, IntArray, Tally

__all__ = ["PUBLISHED_RULES", "Multiverse", "PublishedRule", "RuleOutcomes", "multiverse"]


@dataclass(frozen=True)
class RuleOutcomes(Result):
    """Under each of R rules how many items are `into`, `out`, without consensus and with too few ratings.

    `changed` is how many have another verdict than by the study's own rule, and `extrapolated` on how many
    the rule goes beyond what it was made for.
    """

    key: tuple[str, ...]
    rule: tuple[str, ...]
    into: IntArray
    out: IntArray
    no_consensus: IntArray
    too_few: IntArray
    changed: IntArray
    extrapolated: IntArray


@dataclass(frozen=True)
class Multiverse(Result):
    """The verdicts of I items under each of R rules; as a table, a row an item and a column a rule.

    `verdicts` (I, R) are in the order of `rules`, `own` (I,) are the study's own, empty where it stated no
    rule. `depends_on_rule` (I,) says where two of the rules, or one and the study's own, reach different
    verdicts, and `changed` (I, R) where one differs from the study's own; *too few* is no verdict and differs
    from none. `left_out` holds the key of each rule that does not fit the scale, and why.
    """

    rules: tuple[PublishedRule, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    own: tuple[Verdict, ...]
    depends_on_rule: BoolArray
    changed: BoolArray
    by_rule: RuleOutcomes
    left_out: tuple[tuple[str, str], ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: the study's own verdict, one under each rule, and whether they differ."""
        own: dict[str, list[Any]] = {"own": [*map(str, self.own)]} if self.own else {}
        under = {rule.key: [str(row[at]) for row in self.verdicts] for at, rule in enumerate(self.rules)}
        return own | under | {"depends_on_rule": self.depends_on_rule.tolist()}


def multiverse(
    tally: Tally, rules: Sequence[PublishedRule] | None = None, own: Rule | None = None
) -> Multiverse:
    """The verdicts on I items under each of R published rules, PUBLISHED_RULES unless told.

    Each rule is taken as `PublishedRule.on` puts it on the scale; one that does not fit is left out with the
    reason. The study's `own` rule, if given, is compared with each. Where a source asks the rule of every
    panel, give each panel's tally and take `combining.every_panel` of the verdicts. A `ValueError` where two
    rules have the same key, and where the own rule does not fit the scale.

    Sources: Grant S, Booth M, Khodyakov D. Journal of Clinical Epidemiology 2018;99:96-105,
    doi:10.1016/j.jclinepi.2018.03.007. Steegen S and others. Perspectives on Psychological Science
    2016;11:702-712, doi:10.1177/1745691616658637.

    >>> from analysis.grammar import parse_rule
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 3, 3, 0, 0, 14, 0, 0])
    >>> found = multiverse(twenty, PUBLISHED_RULES[:4], own=parse_rule("share >= 70 high, share < 15 low"))
    >>> print(found)
             own         comet  comet_not_strict  comet_out_by_half         focus  depends_on_rule
    no consensus  no consensus                in       no consensus  no consensus             True
    >>> found.by_rule.changed
    array([0, 1, 0, 0])
    """
    stated = PUBLISHED_RULES if rules is None else tuple(rules)
    if len({rule.key for rule in stated}) < len(stated):
        raise ValueError("Two of the rules have the same key: give each its own.")
    kept, left_out = _fitting(stated, tally.scale)
    under = [verdicts(rule, tally) for _, rule in kept]
    of_own = () if own is None else verdicts(own, tally)
    codes = _codes(under, tally.items)
    own_codes = _codes([of_own] if of_own else [], tally.items)
    changed = _differ(codes, own_codes) if of_own else np.zeros(codes.shape, dtype=np.bool_)
    beyond = [int(extrapolated(rule, tally).sum()) for _, rule in kept]
    return Multiverse(
        rules=tuple(published for published, _ in kept),
        verdicts=tuple(zip(*under, strict=True)) if under else ((),) * tally.items,
        own=of_own,
        depends_on_rule=_is_disputed(np.concatenate([codes, own_codes])),
        changed=changed.T,
        by_rule=_outcomes(kept, codes, changed, beyond),
        left_out=left_out,
    )


_IN_ORDER = tuple(Verdict)
_TOO_FEW = _IN_ORDER.index(Verdict.TOO_FEW)
_Kept = list[tuple[PublishedRule, Rule]]


def _fitting(stated: Sequence[PublishedRule], scale: Scale) -> tuple[_Kept, tuple[tuple[str, str], ...]]:
    """The rules that fit the scale, as they are on it, and the keys of the others with the reason."""
    kept: _Kept = []
    left_out = []
    for published in stated:
        try:
            kept.append((published, published.on(scale)))
        except ValueError as fault:
            left_out.append((published.key, str(fault)))
    return kept, tuple(left_out)


def _codes(under: Sequence[Sequence[Verdict]], items: int) -> IntArray:
    """The verdicts as places in `_IN_ORDER`, (R, I)."""
    place = {verdict: at for at, verdict in enumerate(_IN_ORDER)}
    return np.array([[place[one] for one in found] for found in under], np.int64).reshape(len(under), items)


def _differ(codes: IntArray, own: IntArray) -> BoolArray:
    differ: BoolArray = (codes != own) & (codes != _TOO_FEW) & (own != _TOO_FEW)
    return differ


def _is_disputed(codes: IntArray) -> BoolArray:
    """Whether an item (I,) has two different verdicts among R; too few is none."""
    reached = np.array([(codes == at).any(axis=0) for at in range(len(_IN_ORDER)) if at != _TOO_FEW])
    disputed: BoolArray = reached.sum(axis=0) > 1
    return disputed


def _outcomes(kept: _Kept, codes: IntArray, changed: BoolArray, beyond: list[int]) -> RuleOutcomes:
    into, out, no_consensus, too_few = ((codes == at).sum(axis=1) for at in range(len(_IN_ORDER)))
    return RuleOutcomes(
        tuple(published.key for published, _ in kept),
        tuple(str(rule) for _, rule in kept),
        into,
        out,
        no_consensus,
        too_few,
        changed.sum(axis=1),
        np.array(beyond, dtype=np.int64),
    )
