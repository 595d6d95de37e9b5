"""Reading a protocol from builtins: every mistake by its key, with the way out, or the protocol."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from surveys import emails, phones, shapes
from surveys import protocol as protocols
from surveys.errors import Fault, FaultyFile
from surveys.hints import hint
from surveys.protocol import FILE, Information, Protocol

RATING_COLUMNS = ("panellist", "item", "panel", "round", "simulated")  # no criterion may be called so

# What the pages can draw: buttons in a row, and panels each with a colour and a sign of its own.
FEWEST_CATEGORIES, MOST_CATEGORIES, MOST_PANELS = 3, 11, 4
MOST_ROUNDS = 10

# What the tables keep: a database may refuse more.
LONGEST_CONSENT = 500
LONGEST_KEY, LONGEST_VERSION, LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT = 80, 40, 200, 300, 4000


def from_builtins(data: dict[str, Any]) -> Protocol:
    """The protocol that `data` says, or FaultyFile with every mistake by its key."""
    protocol = shapes.convert(data, Protocol, FILE)
    if faults := _faults_in(protocol):
        raise FaultyFile(faults)
    return protocol


def _faults_in(protocol: Protocol) -> list[Fault]:
    return [Fault(FILE, where, sentence) for check in _CHECKS for where, sentence in check(protocol)]


def _scale_faults(protocol: Protocol) -> list[tuple[str, str]]:
    return [("scale", sentence) for sentence in _refusal(protocols.scale_of, protocol)]


def _drawing_faults(protocol: Protocol) -> list[tuple[str, str]]:
    """What could be counted and not be drawn."""
    categories, panels = protocol.scale.high - protocol.scale.low + 1, len(protocol.panels)
    fits = FEWEST_CATEGORIES <= categories <= MOST_CATEGORIES or bool(_scale_faults(protocol))
    width = f"{FEWEST_CATEGORIES} to {MOST_CATEGORIES} categories fit on a phone; there are {categories}."
    signs = f"At most {MOST_PANELS} panels can be told apart; there are {panels}."
    checks = [("scale", fits, width), ("panels", panels <= MOST_PANELS, signs)]
    return [(where, sentence) for where, holds, sentence in checks if not holds]


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
    is_taken = key in taken or (bool(taken) and key.startswith("unable_"))
    return f"“{key}” is another column in files of ratings: choose another key." if is_taken else ""


def _is_key(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text == text.lower() and len(text) <= LONGEST_KEY


def _text_faults(protocol: Protocol) -> list[tuple[str, str]]:
    faults = []
    for where, text, most in _texts(protocol):
        if not text.strip():
            faults.append((where, "This must not be empty: people read it."))
        elif len(text) > most:
            faults.append((where, f"This has {len(text)} characters; at most {most} can be kept."))
    address = protocol.information.contact_email
    if address.strip() and not emails.is_address(address):
        faults.append(("information.contact_email", f"Panellists write there. {emails.NEEDED}"))
    return [*faults, *_phone_faults(protocol.information)]


def _phone_faults(sheet: Information) -> Iterator[tuple[str, str]]:
    if sheet.contact_phone.strip() and not phones.is_number(sheet.contact_phone.strip()):
        yield "information.contact_phone", phones.NEEDED
    if not phones.is_number(sheet.emergency_number.strip()):
        yield "information.emergency_number", f"Panellists call it in danger. {phones.NEEDED}"


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
    check = protocols.check_rule if _scale_faults(protocol) else protocols.check_rule_fits
    for number, plan in enumerate(protocol.rules, start=1):
        for kind, key, keys in (("criterion", plan.criterion, criteria), ("panel", plan.panel, panels)):
            if key and key not in keys:
                faults.append((f"rules {number}, {kind}", f"There is no {kind} “{key}”. {hint(key, keys)}"))
        faults += [(f"rules {number}", sentence) for sentence in _refusal(check, protocol, plan)]
    return faults + [fault for c in criteria for p in panels for fault in _coverage_faults(protocol, c, p)]


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
    checks = [
        ("rounds.last", protocol.rounds.last >= 1, "A study has at least one round."),
        ("rounds.last", protocol.rounds.last <= MOST_ROUNDS, f"A study has at most {MOST_ROUNDS} rounds."),
        ("rounds.block_size", protocol.rounds.block_size >= 1, "A block holds at least one item."),
        ("suppression.hidden_below", small.hidden_below >= 1, "This is a number of people: 1 or more."),
        (
            "suppression.limited_below",
            small.limited_below >= small.hidden_below,
            f"This is at least {small.hidden_below}, below which nothing is shown.",
        ),
        *(
            (f"panels {n}, weight", 0 < panel.weight < math.inf, "A weight is a number above 0.")
            for n, panel in enumerate(protocol.panels, start=1)
        ),
    ]
    return [(where, sentence) for where, holds, sentence in checks if not holds]


def _reopening_faults(protocol: Protocol) -> list[tuple[str, str]]:
    rule = protocol.reopening
    if rule is None:
        return []
    if rule.requests < 0:
        return [("reopening.requests", "This is a number of panellists: 0 or more.")]
    if len(rule.otherwise) > LONGEST_TEXT:
        return [("reopening.otherwise", f"At most {LONGEST_TEXT} characters can be kept.")]
    is_said = rule.requests or rule.otherwise.strip()
    return [] if is_said else [("reopening", "Say when a settled item is asked again, or leave this out.")]


def _consent_faults(protocol: Protocol) -> list[tuple[str, str]]:
    said = msgspec.structs.asdict(protocol.consents) if protocol.consents else {}
    return [
        (f"consents.{name}", f"This has {len(text)} characters; at most {LONGEST_CONSENT} can be kept.")
        for name, text in said.items()
        if len(text) > LONGEST_CONSENT
    ]


def _refusal(check: Callable[..., object], *args: object) -> list[str]:
    """The sentence by which `analysis` refuses, if it does."""
    try:
        check(*args)
    except (ValueError, TypeError) as error:
        return [f"{error}"]
    return []


_CHECKS = (
    _scale_faults,
    _drawing_faults,
    _name_faults,
    _text_faults,
    _rule_faults,
    _grid_faults,
    _reopening_faults,
    _consent_faults,
    _number_faults,
)
