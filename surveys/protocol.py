"""The protocol: the part of a study that is fixed before its first round, and its fingerprint.

Plain frozen values, read from and written to builtins; where they come from (a TOML file, a row) is not known
here.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Literal

import msgspec

from analysis import consensus
from analysis.rules import check_fits
from analysis.scales import Band, Scale
from surveys import shapes
from surveys.errors import Fault, FaultyFile
from surveys.hints import hint

FILE = "protocol.toml"
RATING_COLUMNS = ("panellist", "item", "panel", "round", "simulated")  # no criterion may be called so

# What the tables keep: a database may refuse more.
LONGEST_KEY, LONGEST_VERSION, LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT = 80, 40, 200, 300, 4000

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
    feedback: FeedbackPlan = FeedbackPlan()
    suppression: Suppression = Suppression()
    quantiles: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9] = 7
    provenance: dict[str, str] = {}

    def criterion(self, key: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.key == key)

    def panel(self, key: str) -> PanelPlan:
        return next(panel for panel in self.panels if panel.key == key)


def from_builtins(data: dict[str, Any]) -> Protocol:
    """The protocol that `data` says, or FaultyFile with every mistake by its key."""
    protocol = shapes.convert(data, Protocol, FILE)
    if faults := _faults_in(protocol):
        raise FaultyFile(faults)
    return protocol


def to_builtins(protocol: Protocol) -> dict[str, Any]:
    """Dicts, lists, text and numbers: `from_builtins` gives the same protocol back."""
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


def sheet_fingerprint(information: Information) -> str:
    """SHA-256 of the information sheet: what a consent was given to."""
    text = json.dumps(
        msgspec.to_builtins(information), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def scale_of(protocol: Protocol) -> Scale:
    """The scale as the analysis knows it."""
    plan = protocol.scale
    bands = tuple((name, *plan.bands[name]) for name in ("low", "middle", "high") if name in plan.bands)
    return _scale(plan.low, plan.high, bands)


@cache
def _scale(low: int, high: int, bands: tuple[tuple[str, int, int], ...]) -> Scale:
    return Scale(low, high, tuple(Band(*band) for band in bands))


def rule_plan(protocol: Protocol, criterion: str, panel: str) -> RulePlan:
    """The most specific plan that covers this criterion and panel; `from_builtins` made sure of one."""
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


def _faults_in(protocol: Protocol) -> list[Fault]:
    return [
        Fault(FILE, where, sentence)
        for check in (_scale_faults, _name_faults, _text_faults, _rule_faults, _grid_faults, _number_faults)
        for where, sentence in check(protocol)
    ]


def _scale_faults(protocol: Protocol) -> list[tuple[str, str]]:
    return [("scale", sentence) for sentence in _refusal(scale_of, protocol)]


def _name_faults(protocol: Protocol) -> list[tuple[str, str]]:
    faults = []
    for table, parts in (("criteria", protocol.criteria), ("panels", protocol.panels)):
        keys = [part.key for part in parts]
        if not keys:
            faults.append((table, f"At least one is needed: add a table [[{table}]]."))
        for number, key in enumerate(keys, start=1):
            if sentence := _key_fault(key, keys[: number - 1], RATING_COLUMNS if table == "criteria" else ()):
                faults.append((f"{table} {number}, key", sentence))
    return faults


def _key_fault(key: str, earlier: Sequence[str], taken: Sequence[str]) -> str:
    if not _is_key(key):
        return f"“{key}” must begin with a lower-case letter, then letters, digits and “_”."
    if key in earlier:
        return f"“{key}” stands twice: give each its own."
    return f"“{key}” is another column in files of ratings: choose another key." if key in taken else ""


def _is_key(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text == text.lower() and len(text) <= LONGEST_KEY


def _text_faults(protocol: Protocol) -> list[tuple[str, str]]:
    faults = []
    for where, text, most in _texts(protocol):
        if not text.strip():
            faults.append((where, "This must not be empty: people read it."))
        elif len(text) > most:
            faults.append((where, f"This has {len(text)} characters; at most {most} can be kept."))
    return faults


def _texts(protocol: Protocol) -> Iterator[tuple[str, str, int]]:
    sheet = protocol.information
    yield "title", protocol.title, LONGEST_TITLE
    yield "information.version", sheet.version, LONGEST_VERSION
    yield "information.contact_name", sheet.contact_name, LONGEST_NAME
    yield "information.contact_email", sheet.contact_email, LONGEST_NAME
    for number, criterion in enumerate(protocol.criteria, start=1):
        yield f"criteria {number}, name", criterion.name, LONGEST_NAME
        yield f"criteria {number}, question", criterion.question, LONGEST_TEXT
    for number, panel in enumerate(protocol.panels, start=1):
        yield f"panels {number}, name", panel.name, LONGEST_NAME


def _rule_faults(protocol: Protocol) -> list[tuple[str, str]]:
    criteria, panels = [c.key for c in protocol.criteria], [p.key for p in protocol.panels]
    faults = []
    for number, plan in enumerate(protocol.rules, start=1):
        for kind, key, keys in (("criterion", plan.criterion, criteria), ("panel", plan.panel, panels)):
            if key and key not in keys:
                faults.append((f"rules {number}, {kind}", f"There is no {kind} “{key}”. {hint(key, keys)}"))
        faults += [(f"rules {number}", sentence) for sentence in _refusal(_check_rule, protocol, plan)]
    return faults + [fault for c in criteria for p in panels for fault in _coverage_faults(protocol, c, p)]


def _check_rule(protocol: Protocol, plan: RulePlan) -> None:
    parsed = _parsed(plan, protocol.quantiles)
    if not _scale_faults(protocol):
        check_fits(parsed, scale_of(protocol))


def _coverage_faults(protocol: Protocol, criterion: str, panel: str) -> list[tuple[str, str]]:
    covering = Counter(plan.specificity for plan in protocol.rules if plan.covers(criterion, panel))
    if not covering:
        return [("rules", f"No rule covers {criterion} for {panel}: add one without criterion and panel.")]
    if covering[max(covering)] > 1:
        return [("rules", f"Two rules cover {criterion} for {panel} alike: keep one.")]
    return []


def _grid_faults(protocol: Protocol) -> list[tuple[str, str]]:
    if protocol.grids is None:
        return []
    criteria = [criterion.key for criterion in protocol.criteria]
    axes = {"across": protocol.grids.across, "up": protocol.grids.up}
    return [
        (f"grids.{axis}", f"There is no criterion “{key}”. {hint(key, criteria)}")
        for axis, key in axes.items()
        if key not in criteria
    ]


def _number_faults(protocol: Protocol) -> list[tuple[str, str]]:
    small = protocol.suppression
    ordered = 1 <= small.hidden_below <= small.limited_below
    checks = [
        ("rounds.last", protocol.rounds.last >= 1, "A study has at least one round."),
        ("rounds.block_size", protocol.rounds.block_size >= 1, "A block holds at least one item."),
        ("suppression", ordered, "hidden_below must be at least 1, and limited_below no smaller."),
        *(
            (f"panels {n}, weight", 0 < panel.weight < math.inf, "A weight is a number above 0.")
            for n, panel in enumerate(protocol.panels, start=1)
        ),
    ]
    return [(where, sentence) for where, holds, sentence in checks if not holds]


def _refusal(check: Callable[..., object], *args: object) -> list[str]:
    """The sentence by which `analysis` refuses, if it does."""
    try:
        check(*args)
    except (ValueError, TypeError) as error:
        return [f"{error}"]
    return []
