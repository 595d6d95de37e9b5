"""How wide a text is when drawn, so that a figure can break its lines without a browser.

The widths are those of Helvetica, which Arial, Liberation Sans and Nimbus Sans share: wherever a figure goes,
one of the four is there.
"""

import unicodedata
from functools import cache, lru_cache

_BOLD = 1.08  # bold letters are at most this much wider, on average over a word

# Adobe's font metrics for Helvetica, in thousandths of the size: the characters 32 to 126, then a few signs.
_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
    722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
    278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_SIGNS = {"–": 556, "‘": 222, "’": 222, "“": 333, "”": 333, "·": 278, "•": 350, "×": 584, "−": 584}
_WIDEST = 1015  # of any other: better a line too short than one too long


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """How wide the text is at this size.

    >>> width("Delphi", 10)
    28.34
    """
    return sum(map(_of, text)) * size / 1000 * (_BOLD if is_bold else 1)


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, room: float, *, is_bold: bool = False) -> tuple[str, ...]:
    """The lines of the text in this much room, broken at blanks; a word longer than that is broken too.

    >>> wrap("Plan changes together with patients", 12, 130)
    ('Plan changes together', 'with patients')
    """
    lines = [""]
    for word in text.split():
        for part in _parts(word, size, room, is_bold=is_bold):
            longer = f"{lines[-1]} {part}".strip()
            if width(longer, size, is_bold=is_bold) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
    return tuple(lines if lines[0] or len(lines) == 1 else lines[1:])


def _parts(word: str, size: float, room: float, *, is_bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and width(parts[-1] + letter, size, is_bold=is_bold) > room:
            parts.append("")
        parts[-1] += letter
    return parts


@cache
def _of(letter: str) -> int:
    """The width of a letter; one with an accent is as wide as the letter under it."""
    base = unicodedata.normalize("NFD", letter)[0]
    if " " <= base <= "~":
        return _ASCII[ord(base) - 32]
    return _SIGNS.get(letter, _WIDEST)
