"""Positions and lines as exact fractions, whether they were computed or copied from a publication."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

# A position as it was computed or published, such as "3.43"; None or NaN where there is none.
Value: TypeAlias = int | float | str | Decimal | Fraction | None


def exactly(value: Value) -> Fraction | None:
    """The number as it is written, a float as the shortest decimal that stands for it; None for NaN and None.

    A `ValueError` says what is no finite number.

    >>> exactly(3.3) == exactly("3.30") == Fraction(33, 10)
    True
    """
    if value is None or value != value:  # noqa: PLR0124  # NaN alone is not itself
        return None
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(repr(float(value)) if isinstance(value, float) else str(value))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"A position or a line is a number, not {value!r}.") from None
