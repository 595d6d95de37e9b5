"""Which place each item of a grid takes at every weight between its two axes, exactly."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isnan

from analysis import ranking
from analysis.exact_values import Value
from surveys.grids import Grid

EQUAL_WEIGHT = Fraction(1, 2)


@dataclass(frozen=True)
class Held:
    """A rank, and from which to which weight of the axis across it is held."""

    rank: int
    start: float
    stop: float


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One item: its ranks over all weights, the share of the weights at each, and whether none beats it.

    `central` is the middle of the weights at which it is first; None where it never is.
    """

    number: int
    held: tuple[Held, ...]
    best: int
    worst: int
    shares: tuple[tuple[int, float], ...]
    central: float | None
    is_on_front: bool

    def share_up_to(self, rank: int) -> float:
        """The share of the weights at which it is among the first so many."""
        return sum(share for at, share in self.shares if at <= rank)

    def at(self, weight: Fraction) -> Held:
        """What it holds at a weight; where two items change places there, what it holds beyond."""
        held = [one for one in self.held if one.start <= float(weight)]
        return held[-1] if held else self.held[0]


def find(grid: Grid) -> tuple[Ranked, ...]:
    """Every item with a place, in the order of the grid."""
    by_number = sorted(grid.placed, key=lambda item: item.number)
    found = _over_all_weights(
        tuple(item.number for item in by_number), tuple(item.exact or (item.x, item.y) for item in by_number)
    )
    return tuple(found[item.number] for item in grid.placed)


@lru_cache(maxsize=128)
def _over_all_weights(numbers: tuple[int, ...], places: tuple[tuple[Value, Value], ...]) -> dict[int, Ranked]:
    """By the items' numbers; kept, since another cut or order leaves all of it as it is."""
    if not places:
        return {}
    x, y = zip(*places, strict=True)
    sweep, front = ranking.weight_sweep(x, y), ranking.pareto_front(x, y)
    shares, central = sweep.acceptability.tolist(), sweep.central_weight.tolist()
    return {
        number: Ranked(
            number=number,
            held=tuple(Held(rank, float(start), float(stop)) for rank, start, stop in sweep.places(n)),
            best=int(sweep.best[n]),
            worst=int(sweep.worst[n]),
            shares=tuple((rank, share) for rank, share in enumerate(shares[n], start=1) if share > 0),
            central=None if isnan(central[n]) else central[n],
            is_on_front=bool(front.on_front[n]),
        )
        for n, number in enumerate(numbers)
    }


def holds(grid: Grid) -> tuple[float, float] | None:
    """From which to which weight the order holds that the grid has; None for the usual order."""
    if grid.look is None or grid.look.weight is None or not grid.placed:
        return None
    at = ranking.order_at(*_places(grid), grid.look.weight)
    return float(at.interval.start), float(at.interval.stop)


def _places(grid: Grid) -> tuple[list[Value], list[Value]]:
    """The items' places on both axes, exact where they are known so."""
    places = [item.exact or (item.x, item.y) for item in grid.placed]
    return [x for x, _ in places], [y for _, y in places]
