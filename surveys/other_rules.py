"""What other published rules would have said of the same answers. The study's own rule holds."""

from dataclasses import dataclass

from analysis import multiverse
from analysis.tallies import Tally
from surveys import protocol as protocols
from surveys.protocol import Protocol
from surveys.results import PanelFinding, Results

NAMES = tuple(rule.name for rule in multiverse.PUBLISHED_RULES)


@dataclass(frozen=True)
class UnderRule:
    """How many items one rule calls what, and how many otherwise than the study's own rule does."""

    name: str
    text: str
    source: str
    into: int
    out: int
    no_consensus: int
    too_few: int
    changed: int


@dataclass(frozen=True)
class ItemUnderRules:
    """An item, the verdict of the study's own rule, and that of each other in their order."""

    item_id: int
    own: str
    verdicts: tuple[str, ...]
    depends_on_rule: bool


@dataclass(frozen=True)
class UnderOthers:
    """One panel on one criterion. `left_out` are the names of rules that do not fit the scale, and why."""

    own: str
    rules: tuple[UnderRule, ...]
    items: tuple[ItemUnderRules, ...]
    left_out: tuple[tuple[str, str], ...]


def find(protocol: Protocol, results: Results, criterion: str, panel: str) -> UnderOthers:
    """The verdicts of this panel on this criterion under every published rule that fits the scale."""
    found = [one for one in results.panel_findings if (one.criterion, one.panel) == (criterion, panel)]
    own = protocols.rule(protocol, criterion, panel)
    under = multiverse.multiverse(_tally(protocol, found), own=own)
    of = under.by_rule
    names = {rule.key: rule.name for rule in multiverse.PUBLISHED_RULES}
    return UnderOthers(
        own=str(own),
        rules=tuple(
            UnderRule(
                rule.name,
                text,
                rule.source,
                *(int(column[n]) for column in (of.into, of.out, of.no_consensus, of.too_few, of.changed)),
            )
            for n, (rule, text) in enumerate(zip(under.rules, of.rule, strict=True))
        ),
        items=tuple(
            ItemUnderRules(one.item_id, str(under.own[n]), tuple(map(str, under.verdicts[n])), bool(disputed))
            for n, (one, disputed) in enumerate(zip(found, under.depends_on_rule, strict=True))
        ),
        left_out=tuple((names[key], why) for key, why in under.left_out),
    )


def _tally(protocol: Protocol, found: list[PanelFinding]) -> Tally:
    scale = protocols.scale_of(protocol)
    counts = [one.counts or (0,) * scale.size for one in found]
    return Tally.from_counts(
        scale, counts, [one.unable or 0 for one in found], [one.blank or 0 for one in found]
    )
