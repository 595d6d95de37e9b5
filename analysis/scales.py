"""A rating scale: its categories in order, its bands and its midpoint.

Categories are consecutive integers from `low` to `high`; a band is a run of them, named low, middle or high.
Bands differ between studies that use the same scale, so they are declared and never guessed (the thirds of
1-9, which the RAND/UCLA manual fixed, are the one convention that `Scale.parse` applies).
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from typing import Self

BAND_NAMES = {2: ("low", "high"), 3: ("low", "middle", "high")}
# The longest scale in use is the visual analogue of 0-100; the codes for no rating lie well below.
LOWEST_CATEGORY, HIGHEST_CATEGORY = -100, 100

_RANGE = re.compile(r"(-?\d{1,4})(?:\s*[-–]\s*(-?\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Band:
    """A run of categories, `first` to `last` inclusive, under the name low, middle or high."""

    name: str
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(
                f"The {self.name} band runs from {self.first} down to {self.last}: turn it round."
            )

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Scale:
    """K consecutive integer categories from `low` to `high`, with two or three bands, or none.

    Two bands are low and high, three are low, middle and high, and cover the scale from its lowest category
    up. A `ValueError` says what is wrong with fewer than two categories, and with bands that overlap, leave
    gaps or are misnamed.

    >>> Scale(1, 4, parse_bands("1-2,3-4")).midpoint
    2.5
    """

    low: int
    high: int
    bands: tuple[Band, ...] | None = None

    def __post_init__(self) -> None:
        _check_whole(self.low)
        _check_whole(self.high)
        if not LOWEST_CATEGORY <= self.low <= self.high <= HIGHEST_CATEGORY:
            raise ValueError(
                f"A scale runs upwards within {LOWEST_CATEGORY} to {HIGHEST_CATEGORY}, not from {self.low} to"
                f" {self.high}."
            )
        if self.size < 2:
            raise ValueError(f"A scale needs at least two categories; this one has only {self.low}.")
        if self.bands is not None:
            _check_bands(self.bands, self.low, self.high)

    @classmethod
    def thirds(cls, low: int, high: int) -> Self:
        """The scale with three bands of equal length; a `ValueError` where K is not a multiple of three.

        >>> str(Scale.thirds(1, 9)), [str(band) for band in Scale.thirds(1, 9).bands]
        ('1-9', ['1-3', '4-6', '7-9'])
        """
        third, rest = divmod(high - low + 1, 3)
        if rest or third < 1:
            example = cls(low, high).example_bands
            raise ValueError(f"{low}-{high} does not divide into thirds: state its bands, such as {example}.")
        cuts = [low, low + third, low + 2 * third, high + 1]
        return cls(low, high, _named((first, after - 1) for first, after in pairwise(cuts)))

    @classmethod
    def parse(cls, text: str, bands: str | None = None) -> Self:
        """Read "1-9", with bands such as "1-3,4-6,7-9"; without them there are thirds on 1-9, else none.

        >>> Scale.parse("1-7", "1-3,4,5-7").band_of(4)
        'middle'
        """
        low, high = _parse_range(text, "scale")
        if bands is not None:
            return cls(low, high, parse_bands(bands))
        return cls.thirds(low, high) if (low, high) == (1, 9) else cls(low, high)

    @property
    def categories(self) -> range:
        """The K categories, lowest first."""
        return range(self.low, self.high + 1)

    @property
    def size(self) -> int:
        """K, the number of categories offered, whether or not anybody chose them."""
        return self.high - self.low + 1

    @property
    def example_bands(self) -> str:
        """Bands as they could be written for this scale: outer ones of a third, rounded down.

        >>> Scale(1, 7).example_bands, Scale(0, 1).example_bands
        ('1-2,3-5,6-7', '0,1')
        """
        third = max(self.size // 3, 1)
        ends = [(self.low, self.low + third - 1), (self.high - third + 1, self.high)]
        if self.size > 2:
            ends.insert(1, (self.low + third, self.high - third))
        return _joined(_named(ends))

    @property
    def midpoint(self) -> float:
        """(low + high) / 2; on an even scale it lies between two categories and is nobody's answer."""
        return (self.low + self.high) / 2

    @property
    def is_one_to_nine(self) -> bool:
        """Whether this is the 1-9 scale in thirds, for which the RAND/UCLA method was defined."""
        return self == type(self).thirds(1, 9)

    def find_band(self, name: str) -> Band | None:
        """The band of that name; None where the scale has no such band."""
        return next((band for band in self.bands or () if band.name == name), None)

    def band_of(self, value: float) -> str | None:
        """The name of the band that holds a category or a median; None without bands and for NaN.

        A value between two categories belongs to the nearer one, and a half to the higher: on 1-9 the medians
        3.5 and 6.5 are middle and high (Fitch and others 2001, The RAND/UCLA Appropriateness Method User's
        Manual, MR-1269). A value outside the scale is a `ValueError`.

        >>> [Scale.thirds(1, 9).band_of(value) for value in (3, 3.5, 6, 6.5)]
        ['low', 'middle', 'middle', 'high']
        """
        if math.isnan(value) or self.bands is None:
            return None
        if not self.low <= value <= self.high:
            raise ValueError(f"{value:g} is not on the scale {self}.")
        category = math.floor(value + 0.5)
        return next(band.name for band in self.bands if category <= band.last)

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


def parse_bands(text: str) -> tuple[Band, ...]:
    """Read two or three bands from the lowest up, separated by commas.

    >>> parse_bands("1-3, 4, 5-7")[1]
    Band(name='middle', first=4, last=4)
    """
    return _named(_parse_range(part, "band") for part in text.split(","))


def _named(ranges: Iterable[tuple[int, int]]) -> tuple[Band, ...]:
    found = tuple(ranges)
    if len(found) not in BAND_NAMES:
        raise ValueError(f"A scale has two bands (low, high) or three (low, middle, high), not {len(found)}.")
    return tuple(Band(name, *ends) for name, ends in zip(BAND_NAMES[len(found)], found, strict=True))


def _parse_range(text: str, what: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text.strip()}' is not a {what}: write its first and last category, such as 1-9.")
    first = int(match[1])
    return first, first if match[2] is None else int(match[2])


def _check_whole(end: object) -> None:
    if isinstance(end, bool) or not isinstance(end, Integral):
        raise ValueError(f"A scale runs from a whole number to another, and {end!r} is none.")  # noqa: TRY004


def _check_bands(bands: tuple[Band, ...], low: int, high: int) -> None:
    names = tuple(band.name for band in bands)
    if names not in BAND_NAMES.values():
        raise ValueError(
            f"Bands are named low, high or low, middle, high, in this order, not {', '.join(names)}."
        )
    if (bands[0].first, bands[-1].last) != (low, high):
        raise ValueError(f"The bands {_joined(bands)} do not cover the scale {low}-{high} from end to end.")
    for lower, upper in pairwise(bands):
        if upper.first != lower.last + 1:
            fault = "overlap" if upper.first <= lower.last else "leave a gap"
            raise ValueError(f"The bands {_joined(bands)} {fault} between {lower} and {upper}.")


def _joined(bands: tuple[Band, ...]) -> str:
    return ",".join(map(str, bands))
