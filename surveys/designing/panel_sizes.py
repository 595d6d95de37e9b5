"""How many panellists: the chance that a panel of each size meets the study's own rule, by an assumed truth.

What such people would say is assumed: how many in a hundred would rate an item high, and how many low; within
a band all numbers alike. The chances are exact; see `analysis.planning`.
"""

import math
from dataclasses import dataclass

from surveys import protocol as protocols
from surveys.errors import InvalidInput
from surveys.protocol import Protocol

SMALLEST, LARGEST = 5, 120
TO_HUNDRED = "The two shares are parts of a hundred people, so they add up to 100 at most."
NO_MIDDLE = "This scale has no middle, so the two shares add up to 100."


@dataclass(frozen=True)
class Chances:
    """The chance that a panel of this size says in, and out; None below the rule's minimum."""

    size: int
    into: float | None
    out: float | None


@dataclass(frozen=True)
class Curve:
    """The chances of every size, and the size from which the chance of *in* stays at least so high."""

    chances: tuple[Chances, ...]
    from_eight_in_ten: int | None
    from_nine_in_ten: int | None

    def at(self, size: int) -> Chances | None:
        """The chances of this size, if it is drawn."""
        return next((one for one in self.chances if one.size == size), None)


def curve(protocol: Protocol, criterion: str, panel: str, *, high: int, low: int) -> Curve:
    """The chances of panels of 5 to 120, where `high` and `low` in a hundred would rate so."""
    from analysis import planning  # noqa: PLC0415  # scipy takes a second, and only this page needs it
    from analysis.tallies import Tally  # noqa: PLC0415  # the same

    truth = Tally.from_counts(protocols.scale_of(protocol), weights(protocol, high=high, low=low))
    rule = protocols.rule(protocol, criterion, panel)
    found = planning.rule_curve(rule, truth, range(SMALLEST, LARGEST + 1))
    return Curve(
        tuple(
            Chances(int(size), _known(into), _known(out))
            for size, into, out in zip(found.sizes, found.into, found.out, strict=True)
        ),
        _lasting(found.size_from_which(0.8)),
        _lasting(found.size_from_which(0.9)),
    )


def weights(protocol: Protocol, *, high: int, low: int) -> list[int]:
    """How many of those who would rate choose each category, as whole numbers."""
    scale = protocol.scale
    if high < 0 or low < 0 or high + low > 100:
        raise InvalidInput(TO_HUNDRED, "low")
    shares = {"high": high, "low": low, "rest": 100 - high - low}
    named = [_band(protocol, value) for value in range(scale.low, scale.high + 1)]
    if shares["rest"] and "rest" not in named:
        raise InvalidInput(NO_MIDDLE, "low")
    widths = {name: named.count(name) for name in set(named)}
    every = math.lcm(*widths.values())
    return [shares[name] * every // widths[name] for name in named]


def _lasting(size: int | None) -> int | None:
    """The size from which a chance holds; at the end of the curve it has held for no other size yet."""
    return None if size == LARGEST else size


def _band(protocol: Protocol, value: int) -> str:
    """The outer band of a category, or the rest."""
    for name in ("low", "high"):
        first, last = protocol.scale.bands[name]
        if first <= value <= last:
            return name
    return "rest"


def _known(chance: float) -> float | None:
    return None if math.isnan(chance) else float(chance)
