"""Languages: those that a study may offer beside its first, what they are called, and how they run."""

from functools import cache
from typing import Literal

FIRST = "en"  # in which protocols and items are written; codes are those of BCP 47
LONGEST_CODE = 35
Direction = Literal["ltr", "rtl"]

# The languages most asked for in health services in Britain and Europe; another needs only its code.
_LISTED = """
af am ar bg bn bs ca cs cy da de el es et eu fa fi fil fr ga gd gl gu ha he hi hr hu hy id ig is it ja ka km
kn ko ku lt lv mk ml mr ms mt my nb ne nl nn pa pl ps pt pt-BR ro ru si sk sl so sq sr sv sw ta te th ti tl
tr uk ur uz vi yo zh-Hans zh-Hant zu
"""
CODES = tuple(_LISTED.split())


@cache
def name(code: str) -> str:
    """The language by its English name.

    >>> name("pl"), name("pt-BR"), name("zz-none")
    ('Polish', 'Portuguese (Brazil)', 'zz-none')
    """
    return _display(code, FIRST) or code


@cache
def own_name(code: str) -> str:
    """The language as those call it who speak it.

    >>> own_name("pl"), own_name("en")
    ('Polski', 'English')
    """
    said = _display(code, code)
    return said[:1].upper() + said[1:] if said else code


@cache
def direction(code: str) -> Direction:
    """Whether it is written from the left or from the right.

    >>> direction("ur"), direction("pl")
    ('rtl', 'ltr')
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  # few studies have another language

    try:
        return "rtl" if Locale.parse(code, sep="-").text_direction == "rtl" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "ltr"


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Every language that can be offered: its code and what it is called, by the names."""
    named = [(code, f"{name(code)} – {own_name(code)}") for code in CODES]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _display(code: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  # the same

    try:
        return Locale.parse(code, sep="-").get_display_name(Locale.parse(language, sep="-")) or ""
    except (UnknownLocaleError, ValueError):
        return ""
