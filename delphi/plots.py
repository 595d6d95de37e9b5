"""Where a place on the scale lies in the square of a grid, in whole units."""

from typing import Protocol

from delphi.outlines import Box, Point

SIZE = 720  # of the whole square
PLOT = Box(58, 34, 706, 682)


class Scaled(Protocol):
    """Anything that knows the ends of its scale."""

    @property
    def low(self) -> int: ...

    @property
    def high(self) -> int: ...


def point(scaled: Scaled, x: float, y: float) -> Point:
    """Where this place lies."""
    return Point(across(scaled, x), up(scaled, y))


def across(scaled: Scaled, value: float) -> int:
    """How far from the left a value lies."""
    return PLOT.left + round(_along(scaled, value))


def up(scaled: Scaled, value: float) -> int:
    """How far from the top a value lies."""
    return PLOT.bottom - round(_along(scaled, value))


def unit(scaled: Scaled) -> float:
    """How long one point of the scale is."""
    return (PLOT.right - PLOT.left - 2 * _pad(scaled)) / (scaled.high - scaled.low)


def _along(scaled: Scaled, value: float) -> float:
    return _pad(scaled) + (value - scaled.low) * unit(scaled)


def _pad(scaled: Scaled) -> int:
    """The ends of the scale stand off the edges by half a category, or by a mark."""
    return max((PLOT.right - PLOT.left) // (2 * (scaled.high - scaled.low + 1)), 20)
