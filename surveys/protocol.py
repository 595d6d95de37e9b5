"""The protocol: the part of a study that is fixed before its first round, and its fingerprint.

Plain frozen values, read from and written to builtins; where they come from (a TOML file, a row) is not known
here.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import msgspec

from analysis import consensus
from analysis.rules import check_fits
from analysis.scales import Band, Scale

FILE = "protocol.toml"

_kept: dict[str, "Protocol"] = {}  # by fingerprint: equal fingerprints are equal protocols


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """One table of the protocol: an unknown key is a mistake, not a wish."""


class ScalePlan(Part, frozen=True, kw_only=True):
    """The categories in order, and which of them make the low, middle and high band."""

    low: int
    high: int
    bands: dict[Literal["low", "middle", "high"], tuple[int, int]]


class Anchors(Part, frozen=True, kw_only=True):
    """The words at the ends and in the middle of a scale."""

    low: str
    middle: str
    high: str


class Criterion(Part, frozen=True, kw_only=True):
    """What every item is judged by, and the words of the question."""

    key: str
    name: str
    question: str
    anchors: Anchors
    more: str  # how the axis of a grid reads: "more useful"
    may_drop: bool = True  # may this criterion alone drop an item?


class PanelPlan(Part, frozen=True, kw_only=True):
    """A group of panellists whose verdict stands by itself."""

    key: str
    name: str
    recruitment: str
    perspective: str
    weight: float = 1.0
    beside_grids: bool = False  # its comments stand beside the grids


class RulePlan(Part, frozen=True, kw_only=True):
    """When the protocol calls an item in, out or undecided; for one criterion, one panel, or all of them."""

    into: str = msgspec.field(name="in")
    out: str = "mirror"
    denominator: Literal["rated", "rated+unable"] = "rated"
    minimum_n: int = 5
    criterion: str = ""
    panel: str = ""

    def covers(self, criterion: str, panel: str) -> bool:
        return self.criterion in ("", criterion) and self.panel in ("", panel)

    @property
    def specificity(self) -> int:
        return bool(self.criterion) + bool(self.panel)


class RoundsPlan(Part, frozen=True, kw_only=True):
    """How many rounds, who may join late, and how the items are laid out."""

    last: int
    join_late: bool = False
    block_size: int = 10


class Reopening(Part, frozen=True, kw_only=True):
    """When a settled item is asked again: so many panellists of one panel ask for it, or as the words say."""

    requests: int = 0  # 0: panellists are not asked
    otherwise: str = ""


class FeedbackPlan(Part, frozen=True, kw_only=True):
    """What a panellist sees of the round before."""

    panels: Literal["all", "own", "none"] = "all"
    comments: bool = True
    ask_why: bool = True  # ask the reason of a change that crosses a band


class Suppression(Part, frozen=True, kw_only=True):
    """Small groups: below `hidden_below` others nothing, below `limited_below` median and band shares."""

    hidden_below: int = 5
    limited_below: int = 10


class Information(Part, frozen=True, kw_only=True):
    """The information sheet, paragraph by paragraph; `version` goes into every consent."""

    version: str
    about: str
    scale_help: str
    duration: str
    pausing: str
    withdrawing: str
    answers: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    support: str = ""
    emergency_number: str = "999"


class ConsentTexts(Part, frozen=True, kw_only=True):
    """What a panellist agrees to, in the words that a committee approved; Delphi's own where empty."""

    take_part: str = ""
    show_comments: str = ""
    quote: str = ""


class GridsPlan(Part, frozen=True, kw_only=True):
    """The two criteria of the priority grid, and the vocabulary whose terms are its audiences."""

    across: str
    up: str
    audiences: str = ""


class Protocol(Part, frozen=True, kw_only=True):
    """A whole protocol. Equal protocols have equal fingerprints."""

    title: str
    aims: str
    scale: ScalePlan
    criteria: tuple[Criterion, ...]
    panels: tuple[PanelPlan, ...]
    rules: tuple[RulePlan, ...]
    rounds: RoundsPlan
    information: Information
    grids: GridsPlan | None = None
    reopening: Reopening | None = None
    consents: ConsentTexts | None = None
    feedback: FeedbackPlan = FeedbackPlan()
    suppression: Suppression = Suppression()
    quantiles: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9] = 7
    provenance: dict[str, str] = {}

    def criterion(self, key: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.key == key)

    def panel(self, key: str) -> PanelPlan:
        return next(panel for panel in self.panels if panel.key == key)


def to_builtins(protocol: Protocol) -> dict[str, Any]:
    """Dicts, lists, text and numbers: `protocol_reading` gives the same protocol back."""
    data = msgspec.to_builtins(protocol)
    return {key: value for key, value in data.items() if value is not None}


def read(fingerprint: str, data: Callable[[], dict[str, Any]]) -> Protocol:
    """The protocol kept under this fingerprint; it was checked then, so this only converts, and once."""
    if fingerprint not in _kept:
        _kept[fingerprint] = msgspec.convert(data(), Protocol)
    return _kept[fingerprint]


def canonical_json(protocol: Protocol) -> str:
    """One text for one protocol: sorted keys, no spaces."""
    return json.dumps(to_builtins(protocol), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(protocol: Protocol) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(protocol).encode()).hexdigest()


def sheet_fingerprint(information: Information, consents: ConsentTexts | None = None) -> str:
    """SHA-256 of the information sheet, and of what is agreed to where that is in the study's own words."""
    said = msgspec.to_builtins(information)
    if consents is not None:
        said["consents"] = msgspec.to_builtins(consents)
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sheet_of(protocol: Protocol) -> str:
    """The fingerprint of what the panellists of this protocol agree to."""
    return sheet_fingerprint(protocol.information, protocol.consents)


def scale_of(protocol: Protocol) -> Scale:
    """The scale as the analysis knows it."""
    plan = protocol.scale
    bands = tuple((name, *plan.bands[name]) for name in ("low", "middle", "high") if name in plan.bands)
    return _scale(plan.low, plan.high, bands)


@cache
def _scale(low: int, high: int, bands: tuple[tuple[str, int, int], ...]) -> Scale:
    return Scale(low, high, tuple(Band(*band) for band in bands))


def rule_plan(protocol: Protocol, criterion: str, panel: str) -> RulePlan:
    """The most specific plan that covers this criterion and panel; `protocol_reading` made sure of one."""
    return max(
        (plan for plan in protocol.rules if plan.covers(criterion, panel)), key=lambda plan: plan.specificity
    )


def rule(protocol: Protocol, criterion: str, panel: str) -> consensus.Rule:
    """The rule that decides this criterion for this panel."""
    return _parsed(rule_plan(protocol, criterion, panel), protocol.quantiles)


def _parsed(plan: RulePlan, quantiles: int) -> consensus.Rule:
    return consensus.parse_rule(
        plan.into, out=plan.out, denominator=plan.denominator, minimum_n=plan.minimum_n, quantiles=quantiles
    )


def check_rule(protocol: Protocol, plan: RulePlan) -> None:
    """Raise `ValueError` where a rule cannot be read."""
    _parsed(plan, protocol.quantiles)


def check_rule_fits(protocol: Protocol, plan: RulePlan) -> None:
    """Raise `ValueError` where a rule cannot be read, or does not fit the scale."""
    check_fits(_parsed(plan, protocol.quantiles), scale_of(protocol))
