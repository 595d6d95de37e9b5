"""Feedback made up, so that a later round can be looked at before anybody has answered; nothing is kept.

The chance is handed in: the same chance makes up the same figures. An item stands for what is said of a panel
of which too few answered, another for what is said of a small one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from surveys import protocol as protocols
from surveys.comments import Cleared
from surveys.protocol import Protocol
from surveys.ratings import Answer, Place
from surveys.results import Results

COMMENT = "A made-up comment, where a comment by somebody on this panel will stand once you have released it."
PEOPLE = 24  # on each panel, unless so few are already shown in full
_SPREAD = 0.18  # of the way from one end of the scale to the other
_SHOWN_WITH_FEW = 1, 2  # in which place of the questionnaire: the second item and the third


@dataclass(frozen=True)
class Feedback:
    """What might be fed back of a round, and the items (by id) that few of each panel answered."""

    results: Results
    cleared: tuple[Cleared, ...]
    few: tuple[int, ...]


def feedback(protocol: Protocol, item_ids: Sequence[int], chance: Random) -> Feedback:
    """The findings and comments of a round that nobody answered, for these items."""
    from analysis.tallies import Tally  # noqa: PLC0415  # scipy takes a second, and one preview needs it
    from surveys import findings  # noqa: PLC0415  # the same

    scale = protocols.scale_of(protocol)
    people = _people(protocol, len(item_ids))
    places = [(criterion.key, panel.key) for criterion in protocol.criteria for panel in protocol.panels]
    tallies = {
        place: Tally.from_counts(scale, [_counts(protocol, number, chance) for number in people])
        for place in places
    }
    answering = {panel.key: max(people, default=0) for panel in protocol.panels}
    about = findings.About(round_number=1, is_simulated=True, invited=answering, responders=answering)
    return Feedback(
        results=findings.compute(protocol, item_ids, tallies, about),
        cleared=tuple(_comments(protocol, item_ids)),
        few=tuple(item_ids[n] for n in _SHOWN_WITH_FEW if n < len(item_ids)),
    )


def own_answers(protocol: Protocol, places: Collection[Place], chance: Random) -> dict[Place, Answer]:
    """What somebody might have answered the last time, at these items and criteria (by id)."""
    scale = protocol.scale
    return {place: Answer(chance.randint((scale.low + scale.high) // 2, scale.high)) for place in places}


def _people(protocol: Protocol, items: int) -> list[int]:
    """How many of a panel answered each item: enough, but for those that show what is said of few."""
    small = protocol.suppression
    people = [max(PEOPLE, small.limited_below + 1)] * items
    few = max(small.hidden_below - 1, 1), max(small.hidden_below + 1, 1)
    for n, number in zip(_SHOWN_WITH_FEW, few, strict=True):
        people[n : n + 1] = [number] * len(people[n : n + 1])
    return people


def _counts(protocol: Protocol, people: int, chance: Random) -> list[int]:
    """How many of so many people choose each category: most near one place on the scale."""
    last = protocol.scale.high - protocol.scale.low
    middle = chance.uniform(0.35, 0.9)
    chosen = [round(min(max(chance.gauss(middle, _SPREAD), 0), 1) * last) for _ in range(people)]
    return [chosen.count(category) for category in range(last + 1)]


def _comments(protocol: Protocol, item_ids: Sequence[int]) -> Iterator[Cleared]:
    """One of each panel on the first item, and one of the first panel on the last."""
    writers = [(item_ids[0], panel.key) for panel in protocol.panels] if item_ids else []
    writers += [(item_ids[-1], protocol.panels[0].key)] if len(item_ids) > 1 else []
    for number, (item_id, panel) in enumerate(writers, start=1):
        yield Cleared(item_id, panel, number, COMMENT, may_be_quoted=False)
