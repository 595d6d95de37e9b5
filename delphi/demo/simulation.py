"""Simulated panellists: how they rate and what they say. The same seed always gives the same.

Each item has a place on each criterion that all share, each panel sees it a little differently, and each
panellist is a little milder or stricter. Later on people stay where they were, or move towards their panel.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec

from surveys.protocol import ScalePlan
from surveys.ratings import Answer, Unable

SEED = "Delphi, simulated"
UNABLE, BLANK = 0.02, 0.02
WAITS = "waits"  # a comment that the simulated researcher has not come to yet


@dataclass(frozen=True)
class Tendency:
    """Where the items of a criterion lie between the ends of the scale, 0 and 1: mean and spread."""

    mean: float
    spread: float


# Most interventions that reach a panel are useful; how hard they are to do differs far more.
TENDENCIES = {"usefulness": Tendency(0.83, 0.09), "feasibility": Tendency(0.58, 0.27)}
OTHERWISE = Tendency(0.65, 0.15)
PANELS_APART, PEOPLE_APART, WITHIN_A_PERSON = 0.03, 0.05, 0.10
STAYS, MOVES = 0.55, 0.35  # in a later round; the rest think it over anew

# By how much all see an item otherwise than most: of little use, and easily done.
APART: dict[str, dict[str, float]] = {
    "free-elearning": {"usefulness": -0.66, "feasibility": 0.3},
    "entitlement-posters": {"usefulness": -0.62, "feasibility": 0.3},
    "small-targets": {"usefulness": -0.58},
}

# By how much people with lived experience see an item otherwise than practitioners do, on every criterion.
DIVERGING = {
    "tobacco-programme": -0.40,
    "mecc": -0.38,
    "digital-inclusion": -0.30,
    "remote-self-management": -0.34,
    "sdh-coding": -0.28,
    "weight-low-income": -0.26,
    "flexible-appointments": 0.26,
    "community-transport": 0.28,
}


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment on an item, and what the simulated researcher decided about it."""

    item: str
    panel: str
    text: str
    decision: str = "released"
    shown: str = ""
    reason: str = ""


class Idea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to one of the questions at the end of the first round."""

    kind: str
    panel: str
    text: str


Text = TypeVar("Text", Voice, Idea)
T = TypeVar("T")


class Voices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the simulated panellists write."""

    reasons: tuple[str, ...]  # why an answer left its band
    in_short: dict[str, str]  # written up of an item
    comments: tuple[Voice, ...]
    suggestions: tuple[Idea, ...]


@cache
def voices() -> Voices:
    """What stands in voices.toml."""
    path = Path(__file__).with_name("voices.toml")
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Voices)


def chance(*names: Any) -> Random:
    """The dice for one purpose: as random as need be, and the same every time."""
    return Random(" ".join(map(str, (SEED, *names))))  # noqa: S311  # nothing here is a secret


def first_answer(scale: ScalePlan, panellist: str, panel: str, item: str, criterion: str) -> Answer:
    """What this panellist answers in the first round."""
    dice = chance(panellist, item, criterion)
    kind = dice.random()
    if kind < UNABLE:
        return Answer(unable=dice.choice(list(Unable)))
    if kind < UNABLE + BLANK:
        return Answer()
    mildness = chance(panellist).gauss(0, PEOPLE_APART)
    return _category(scale, _place(item, criterion, panel) + mildness + dice.gauss(0, WITHIN_A_PERSON))


def next_answer(
    scale: ScalePlan, place: tuple[str, str, str], before: Answer, median: float | None
) -> Answer:
    """What is answered to an item and criterion (`place`) once the median was seen: mostly the same."""
    dice = chance(*place, "again")
    if before.value is None or median is None:
        return before
    thought = dice.random()
    if thought < STAYS:
        return before
    if thought < STAYS + MOVES:
        return Answer(before.value + (median > before.value) - (median < before.value))
    return _category(
        scale, (before.value - scale.low) / (scale.high - scale.low) + dice.gauss(0, WITHIN_A_PERSON)
    )


def handed_round(texts: Iterable[Text], panels: Mapping[str, Sequence[T]]) -> Iterator[tuple[T, Text]]:
    """Whose each of these texts is: handed round its panel, so that nobody writes everything."""
    turns = {
        panel: cycle(chance("whose", panel).sample(people, len(people))) for panel, people in panels.items()
    }
    return ((next(turns[text.panel]), text) for text in texts)


def _place(item: str, criterion: str, panel: str) -> float:
    tendency = TENDENCIES.get(criterion, OTHERWISE)
    shared = tendency.mean + chance(item, criterion).gauss(0, tendency.spread)
    shared += APART.get(item, {}).get(criterion, 0.0)
    own = chance(item, criterion, panel).gauss(0, PANELS_APART)
    return shared + own + (DIVERGING.get(item, 0.0) if panel == "lived_experience" else 0.0)


def _category(scale: ScalePlan, share: float) -> Answer:
    """The category nearest to this share of the way from the lowest to the highest."""
    exact = scale.low + share * (scale.high - scale.low)
    return Answer(min(max(round(exact), scale.low), scale.high))
