"""In which order the items of an edition come, by the weights of its axes, and at which weights else.

Two axes are weighed exactly, and every weight between them is known, so that a slider needs no request. With
another number of axes there is the one order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

from analysis import ranking
from analysis.exact_values import exactly
from analysis.ranking import OrderAt, WeightSweep


@dataclass(frozen=True)
class Order:
    """An order of the items, by their indexes; those without a place come last, as they came."""

    at: OrderAt
    sweep: WeightSweep | None

    @property
    def items(self) -> tuple[int, ...]:
        return *self.at.order, *(n for n, rank in enumerate(self.at.rank.tolist()) if isnan(rank))

    @property
    def holds(self) -> tuple[float, float] | None:
        """From which to which weight of the first axis this order holds."""
        return None if self.sweep is None else (float(self.at.interval.start), float(self.at.interval.stop))

    def place(self, item: int) -> int | None:
        """Its place from 1; equal values share one."""
        return None if isnan(self.at.rank[item]) else int(self.at.rank[item])

    def score(self, item: int) -> float | None:
        """Its value on both axes by their weights."""
        return None if isnan(self.at.value[item]) else float(self.at.value[item])

    def places(self, item: int) -> tuple[tuple[int, float, float], ...]:
        """Each place that it holds at some weight of the first axis, from which to which."""
        held = self.sweep.places(item) if self.sweep is not None else ()
        return tuple((rank, float(start), float(stop)) for rank, start, stop in held)


def of(values: Sequence[Sequence[float]], weights: Mapping[str, float]) -> Order:
    """The order by the items' values on each axis, NaN for none, and the weights of the axes."""
    exact = [exactly(weight) or Fraction(0) for weight in weights.values()]
    if len(values) == 2:
        across, up = values
        return Order(ranking.order_at(across, up, exact[0] / sum(exact)), ranking.weight_sweep(across, up))
    whole = [_weighed(of_item, exact) for of_item in zip(*values, strict=True)]
    return Order(ranking.order_at(whole, whole, 1), None)


def _weighed(values: Sequence[float], weights: Sequence[Fraction]) -> Fraction | None:
    if any(map(isnan, values)):
        return None
    return sum((w * Fraction(v) for w, v in zip(weights, values, strict=True)), Fraction(0)) / sum(weights)
