"""What the panels of a lens said of an item on one criterion, in which round, and what of it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from surveys import evidence, visibility
from surveys.cells import in_sentence
from surveys.evidence import Heard
from surveys.items import Item
from surveys.lenses import Lens
from surveys.protocol import Criterion, Protocol, rule_plan
from surveys.results import ItemFinding, PanelFinding
from surveys.visibility import Level, Viewer

FindingsByPlace = dict[tuple[int, str], ItemFinding]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one panel said of an item, as much of it as may be seen."""

    panel: str
    name: str
    mark: int
    level: Level
    finding: PanelFinding


@dataclass(frozen=True)
class Look:
    """Which criterion, through whose eyes, and who looks."""

    protocol: Protocol
    criterion: Criterion
    lens: Lens
    viewer: Viewer

    def level_of(self, finding: PanelFinding) -> Level:
        """How much of this may be seen."""
        return visibility.level_of(finding, self.viewer, self.protocol.suppression)

    @property
    def counts_unable(self) -> bool:
        """Whether shares are of all who answered, those unable to rate among them."""
        plans = (rule_plan(self.protocol, self.criterion.key, panel) for panel, _ in self.lens.panels)
        return any(plan.denominator != "rated" for plan in plans)


@dataclass(frozen=True)
class Found:
    """An item in one round, a finding a panel of the lens."""

    item: Item
    title: str
    round_number: int
    findings: tuple[PanelFinding, ...]
    together: str | None  # what all panels of the study find
    level: Level

    @property
    def is_rated(self) -> bool:
        """Whether every panel of the lens rated it."""
        return bool(self.findings) and all(finding.n for finding in self.findings)

    @property
    def is_shown(self) -> bool:
        """Whether they did, and the viewer may see what came of it."""
        return self.is_rated and self.level != Level.HIDDEN


def find(look: Look, items: Sequence[Item], heard: Sequence[Heard]) -> list[Found]:
    """Each item, which some round asked, in the latest in which all of the lens rated it, or the latest."""
    with_findings = [(one, one.results.findings_by_place()) for one in heard]
    return [_latest(look, item, with_findings) for item in items]


def said(look: Look, one: Found) -> tuple[Said, ...]:
    """What each panel of the lens said."""
    marks = {plan.key: mark for mark, plan in enumerate(look.protocol.panels, start=1)}
    levels = [look.level_of(finding) for finding in one.findings]
    return tuple(
        Said(panel=key, name=name, mark=marks[key], level=level, finding=_seen(finding, level))
        for (key, name), level, finding in zip(look.lens.panels, levels, one.findings, strict=True)
    )


def reason(look: Look, one: Found) -> str:
    """Why an item has no place."""
    if one.level == Level.HIDDEN:
        whose = " in one of the panels" if look.lens.is_combined else ""
        few = look.protocol.suppression.hidden_below
        return f"Fewer than {few} people{whose} rated it, so its place is not shown."
    name = next(name for (_, name), each in zip(look.lens.panels, one.findings, strict=True) if not each.n)
    return f"{name}: nobody rated its {in_sentence(look.criterion.name)}."


def _seen(finding: PanelFinding, level: Level) -> PanelFinding:
    """A verdict narrows down what a coarse share may have been, so it goes with the counts."""
    seen = visibility.seen(finding, level)
    return seen if level == Level.FULL else msgspec.structs.replace(seen, verdict=None)


def _latest(look: Look, item: Item, heard: Sequence[tuple[Heard, FindingsByPlace]]) -> Found:
    alike = {one.round.number for one in evidence.in_the_same_words(item, [one for one, _ in heard])}
    asked = [_found(look, item, one, together) for one, together in heard if one.round.number in alike]
    return next((one for one in asked if one.is_rated), asked[0])


def _found(look: Look, item: Item, one: Heard, together: FindingsByPlace) -> Found:
    key = look.criterion.key
    findings = tuple(one.by_place[item.id, key, panel] for panel, _ in look.lens.panels)
    level = visibility.least(look.level_of(finding) for finding in findings)
    across = together[item.id, key].finding
    return Found(item, one.titles[item.id], one.round.number, findings, across, level)
