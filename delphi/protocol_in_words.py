"""A protocol as sentences: its rules, rounds, feedback and grids for a reader outside the team."""

from collections.abc import Mapping
from typing import Any

from delphi import rules_in_words
from delphi.findings_in_words import joined
from delphi.rules_in_words import ScaleWords
from surveys import protocol as protocols
from surveys.cells import in_sentence
from surveys.protocol import Protocol

Place = tuple[str, str]  # a criterion's name and a panel's
Ruled = tuple[str, tuple[str, ...]]  # what a rule decides, and what it says

_SHOWN = {
    "all": "From round 2 on, a panellist sees what each panel said in the round before, its own first.",
    "own": "From round 2 on, a panellist sees what its own panel said in the round before.",
    "none": "A panellist does not see what others said in the round before.",
}


def scale(plan: Protocol) -> ScaleWords:
    """What of the scale a rule's sentence needs."""
    return ScaleWords(plan.scale.low, plan.scale.high, bands(plan))


def bands(plan: Protocol) -> dict[str, str]:
    """Each band by its name: “7 to 9”."""
    return {
        name: f"{low} to {high}" if low < high else f"{low}" for name, (low, high) in plan.scale.bands.items()
    }


def own_rules(plan: Protocol) -> tuple[Ruled, ...]:
    """The rules of the protocol."""
    return rules(
        plan,
        {
            (criterion.key, panel.key): str(protocols.rule(plan, criterion.key, panel.key))
            for criterion in plan.criteria
            for panel in plan.panels
        },
    )


def rules(plan: Protocol, text_by_place: Mapping[tuple[str, str], str]) -> tuple[Ruled, ...]:
    """Each rule once, with every criterion and panel (by their keys) that it decides."""
    places: dict[str, list[Place]] = {}
    for (criterion, panel), text in text_by_place.items():
        places.setdefault(text, []).append((plan.criterion(criterion).name, plan.panel(panel).name))
    words = scale(plan)
    return tuple(
        (_decides(plan, decided), rules_in_words.sentences(text, words)) for text, decided in places.items()
    )


def rounds(plan: Protocol) -> tuple[str, ...]:
    """How many rounds, for whom, and what becomes of an item."""
    return (
        "There is one round." if plan.rounds.last == 1 else f"There are at most {plan.rounds.last} rounds.",
        "Somebody may join in a later round."
        if plan.rounds.join_late
        else "A later round is for those who took part in an earlier one.",
        f"Items are asked in blocks of {plan.rounds.block_size}; panellists begin with different blocks.",
        "An item goes on to the next round unless every criterion is in or out in every panel.",
        *_never_drops(plan),
        rules_in_words.reopening(plan.reopening),
    )


def feedback(plan: Protocol) -> tuple[str, ...]:
    """What a panellist sees of the round before."""
    shown, why = plan.feedback.comments, plan.feedback.ask_why
    return (
        _SHOWN[plan.feedback.panels],
        "Cleared comments of others are shown." if shown else "Comments are not shown to other panellists.",
        "Whoever moves a rating to another band is asked why, and need not say."
        if why
        else "Nobody is asked why a rating was changed.",
    )


def suppression(plan: Protocol) -> tuple[str, ...]:
    """What is shown of small groups."""
    hidden, limited = plan.suppression.hidden_below, plan.suppression.limited_below
    return (
        f"Where fewer than {hidden} others answered, nothing of a panel is shown.",
        f"Where fewer than {limited} others answered, only the median and each band’s share are shown.",
        "The study’s own team sees closed rounds in full, marked “not for publication”.",
        "Of an open round even the team sees no more than how many have answered.",
    )


def grids(plan: Protocol, vocabularies: Mapping[str, Any]) -> tuple[str, ...]:
    """The axes of the grids, and for whom there is one."""
    if plan.grids is None:
        return ()
    across, up = plan.criterion(plan.grids.across), plan.criterion(plan.grids.up)
    terms = vocabularies.get(plan.grids.audiences, {}).get("terms", {})
    audiences = joined([*map(in_sentence, terms.values())])
    return (
        f"{across.name} runs across, {in_sentence(up.name)} upwards.",
        f"There is one grid for each audience: {audiences}." if terms else "There is one grid.",
    )


def information(plan: Protocol) -> tuple[Place, ...]:
    """The information sheet, each part under its name."""
    sheet = plan.information
    contact = joined([*filter(None, (sheet.contact_name, sheet.contact_email, sheet.contact_phone))])
    parts = (
        ("Version", sheet.version),
        ("About", sheet.about),
        ("How to use the scale", sheet.scale_help),
        ("How long it takes", sheet.duration),
        ("Pausing", sheet.pausing),
        ("Withdrawing", sheet.withdrawing),
        ("What becomes of answers", sheet.answers),
        ("Contact", contact),
        ("Support", sheet.support),
    )
    return tuple((name, text) for name, text in parts if text)


def _decides(plan: Protocol, places: list[Place]) -> str:
    if len(places) == len(plan.criteria) * len(plan.panels):
        return "Every criterion and every panel"
    by_criterion: dict[str, list[str]] = {}
    for criterion, panel in places:
        by_criterion.setdefault(criterion, []).append(in_sentence(panel))
    return "; ".join(f"{criterion}, {joined(panels)}" for criterion, panels in by_criterion.items())


def _never_drops(plan: Protocol) -> tuple[str, ...]:
    """The criteria by which alone no item is dropped."""
    never = [criterion.name for criterion in plan.criteria if not criterion.may_drop]
    names = joined([*never[:1], *map(in_sentence, never[1:])])
    return (f"{names} alone never drops an item.",) if never else ()
