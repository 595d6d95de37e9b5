"""Findings as sentences: what each panel says of an item on one criterion, and what the panels say together.

Pure functions from plain values to English. A sentence claims no more than its verdict: a panel without
consensus “is divided” only where the ratings are (see `PanelVerdict`), else it has “not agreed”.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from surveys.cells import in_sentence

_NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}

Mind = tuple[str | None, bool]  # a verdict, and whether the ratings are divided
_STRENGTH = re.compile(r"^(very|extremely|highly) +", re.IGNORECASE)

# kind: the sign and colour of a tag; see templates/macros/results.html
VERDICTS = {
    "in": ("in", "In"),
    "out": ("out", "Out"),
    "no consensus": ("none", "No consensus"),
    "too few": ("few", "Too few"),
}
FINDINGS = {
    "all in": ("in", "All in"),
    "all out": ("out", "All out"),
    "panels diverge": ("diverge", "Panels diverge"),
    "not yet": ("open", "Not yet"),
}
_AFTER_A_NOUN = ("", "with", "in", "of", "from", "who", "for", "at")
NOT_SHOWN = ("few", "Not shown")


@dataclass(frozen=True)
class Quality:
    """What an item is found to be on one criterion, or not: “this is useful”, “this is not useful”."""

    yes: str
    no: str


@dataclass(frozen=True)
class PanelsSay:
    """What one or several panels say with one voice."""

    panels: tuple[str, ...]
    verdict: str | None
    is_divided: bool


@dataclass(frozen=True)
class PanelVerdict:
    """One panel's verdict; `is_divided` where its RAND/UCLA disagreement index is above 1."""

    panel: str
    verdict: str | None
    is_divided: bool = False


def quality(name: str, more: str, low: str = "", high: str = "") -> Quality:
    """The words for a criterion: from its name, from how its axis reads, from the ends of its scale.

    A condition in how the axis reads (“easier to do, with support”) stays part of what is said.

    >>> quality("Feasibility", "easier to do, with support", low="Very hard to do", high="Very easy to do")
    Quality(yes='this is easy to do, with support', no='this is hard to do, even with support')
    >>> quality("Usefulness", "more useful")
    Quality(yes='this is useful', no='this is not useful')
    >>> quality("Feasibility", "easier to do").yes
    'its feasibility is high'
    """
    comparative, _, condition = more.partition(", ")
    yes, no = _from_anchors(low, high) or _from_axis(comparative) or _from_name(name)
    return Quality(yes + (condition and f", {condition}"), no + (condition and f", even {condition}"))


def across(verdicts: Sequence[PanelVerdict], finding: str | None, words: Quality, delta: float | None) -> str:
    """What the panels have found together. `delta` is Cliff's delta of the first panel against the second.

    >>> useful = quality("Usefulness", "more useful")
    >>> split = [PanelVerdict("Nurses", "in"), PanelVerdict("Patients", "no consensus", is_divided=True)]
    >>> across(split, "not yet", useful, None)
    'Nurses agree that this is useful. Patients are divided.'
    """
    said = [PanelsSay(tuple(one.panel for one in group), *key) for key, group in _of_one_mind(verdicts)]
    are_all = len(said) == 1
    first, *others = (_statement(one, words, are_all=are_all, is_first=n == 0) for n, one in enumerate(said))
    return " ".join([first, *others, *_difference(verdicts, finding, delta)])


def people(count: int, panel: str) -> str:
    """So many of a panel, one of them in the singular: “1 expert”, “40 practitioners”.

    >>> [people(1, name) for name in ("Experts", "People with lived experience", "Staff", "Old members")]
    ['1 expert', '1 person with lived experience', '1 of staff', '1 of old members']
    """
    name = in_sentence(panel)
    if count != 1:
        return f"{count} {name}"
    first, space, rest = name.partition(" ")
    if first == "people":
        return f"1 person{space}{rest}"
    is_plural = first.endswith("s") and rest.split(" ")[0] in _AFTER_A_NOUN
    return f"1 {first[:-1]}{space}{rest}" if is_plural else f"1 of {name}"


def joined(words: Sequence[str]) -> str:
    """Words in a row: “a”, “a and b”, “a, b and c”."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def verdict_tag(verdict: str | None) -> tuple[str, str]:
    """The kind and the word of a verdict's tag."""
    return NOT_SHOWN if verdict is None else VERDICTS[verdict]


def finding_tag(finding: str | None, verdicts: Sequence[PanelVerdict]) -> tuple[str, str]:
    """The kind and the word of a finding's tag; nobody has found anything where every panel is too small."""
    if finding is None:
        return NOT_SHOWN
    if all(one.verdict == "too few" for one in verdicts):
        return VERDICTS["too few"]
    return FINDINGS[finding]


def _from_anchors(low: str, high: str) -> tuple[str, str] | None:
    """Where the highest category is “very …”: that much is said of the whole band, without the “very”."""
    strong, weak = _STRENGTH.sub("", high), _STRENGTH.sub("", low)
    if strong == high or not weak or not (weak != low or low.lower().startswith("not ")):
        return None
    return f"this is {in_sentence(strong)}", f"this is {in_sentence(weak)}"


def _from_axis(comparative: str) -> tuple[str, str] | None:
    adjective = comparative.removeprefix("more ")
    return None if adjective == comparative else (f"this is {adjective}", f"this is not {adjective}")


def _from_name(name: str) -> tuple[str, str]:
    return f"its {in_sentence(name)} is high", f"its {in_sentence(name)} is low"


def _of_one_mind(verdicts: Sequence[PanelVerdict]) -> Iterator[tuple[Mind, Iterable[PanelVerdict]]]:
    """The panels that say the same, together, where the first of them stands."""
    minds = [_mind(one) for one in verdicts]
    return groupby(sorted(verdicts, key=lambda one: minds.index(_mind(one))), key=_mind)


def _mind(one: PanelVerdict) -> Mind:
    return one.verdict, one.is_divided and one.verdict == "no consensus"


def _statement(said: PanelsSay, words: Quality, *, are_all: bool, is_first: bool) -> str:
    """What these panels say; the first statement names the quality, so that the others need not."""
    who = _together(said.panels, are_all)
    whether = f" whether {words.yes}" if is_first else ""
    match said.verdict:
        case "in" | "out":
            return f"{who} agree that {words.yes if said.verdict == 'in' else words.no}."
        case "no consensus" if said.is_divided:
            return f"{who} are divided{whether and ' over'}{whether}."
        case "no consensus":
            return f"{_none_of(said.panels, are_all)} agreed{whether}."
        case "too few":
            return f"Too few {_listed(said.panels)} rated it to say{whether}."
        case _:
            return f"What {_listed(said.panels)} found is not shown."


def _together(panels: Sequence[str], are_all: bool) -> str:
    if len(panels) == 1 or not are_all:
        return joined([panels[0], *map(in_sentence, panels[1:])])
    return "Both panels" if len(panels) == 2 else f"All {_NUMBERS.get(len(panels), len(panels))} panels"


def _none_of(panels: Sequence[str], are_all: bool) -> str:
    """“A and B have not agreed” could mean: with one another. So each is said to have not."""
    if len(panels) == 1:
        return f"{panels[0]} have not"
    if are_all:
        return "Neither panel has" if len(panels) == 2 else "No panel has"
    return f"{_together(panels, are_all)} have each not"


def _listed(panels: Sequence[str]) -> str:
    return joined([*map(in_sentence, panels)])


def _difference(verdicts: Sequence[PanelVerdict], finding: str | None, delta: float | None) -> list[str]:
    """A difference that the verdicts do not tell of themselves."""
    if finding != "panels diverge" or {"in", "out"} <= {one.verdict for one in verdicts}:
        return []
    if len(verdicts) != 2 or not delta:
        return ["The panels rate it differently, by more than chance."]
    higher = verdicts[0] if delta > 0 else verdicts[1]
    return [f"{higher.panel} rate it higher, by more than chance."]
