"""What weighing the panels costs: how much more an answer of one counts than an answer of another."""

from collections.abc import Sequence
from fractions import Fraction

from surveys.cells import in_sentence
from surveys.lenses import Lens

EQUAL = "Every panel weighs the same here, however many of it answered."
STATED = "The panels weigh here what the protocol says, however many of each answered."
OWN = "The panels weigh here what you asked for, however many of each answered."
POOLED = "Every answer weighs the same here, whichever panel it is of: the larger panel decides more."


def sentence(lens: Lens, answers: Sequence[int | None]) -> str:
    """The price, from the answers of each panel, None where their number may not be seen; none for one."""
    if not lens.is_combined:
        return ""
    if lens.is_pooled:
        return POOLED
    prices = _prices(lens, [count for count in answers if count])
    begin = EQUAL if lens.is_equal else OWN if lens.is_own else STATED
    return f"{begin} So {', and '.join(prices)}." if prices else begin


def _prices(lens: Lens, counts: Sequence[int]) -> list[str]:
    """Against the panel whose single answer counts least of those that count at all."""
    if len(counts) < len(lens.panels):
        return []
    weights = lens.weights or (Fraction(1),) * len(counts)
    each = {
        name: weight / count
        for (_, name), weight, count in zip(lens.panels, weights, counts, strict=True)
        if weight
    }
    least = min(each, key=each.__getitem__)
    return [
        f"one answer of {in_sentence(name)} counts as much as {float(one / each[least]):.1f} of"
        f" {in_sentence(least)}"
        for name, one in each.items()
        if one > each[least]
    ]
