"""The languages that pages speak: catalogues of our own sentences, and whose language it is just now.

English is what the code and the templates are written in, and what a sentence is known by; a catalogue in
`locales/` has the others. Which language is spoken belongs to the request: `speak` is called once for each.
"""

import gettext as catalogues
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from surveys.translations.languages import FIRST

LOCALES = Path(__file__).parent / "locales"
FILE = "LC_MESSAGES/delphi.po"
_spoken = ContextVar("spoken", default=FIRST)
_SENTENCE_END = re.compile(r"(?<=[.?!]) ")


def spoken() -> str:
    """The language that is spoken just now."""
    return _spoken.get()


def speak(language: str) -> None:
    """From here on in this request, speak this language if there is a catalogue of it, else English."""
    _spoken.set(nearest(language))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language for a while."""
    token = _spoken.set(nearest(language))
    try:
        yield
    finally:
        _spoken.reset(token)


def nearest(language: str) -> str:
    """The catalogue of this language, or of the one that it is a kind of, or English.

    >>> nearest("pl-PL"), nearest("ur")
    ('pl', 'en')
    """
    known = available()
    short = language.partition("-")[0]
    return language if language in known else short if short in known else FIRST


@cache
def available() -> tuple[str, ...]:
    """The languages that the pages can speak, English first."""
    return (FIRST, *sorted(path.parts[-3] for path in LOCALES.glob(f"*/{FILE}")))


def gettext(text: str, **values: Any) -> str:
    """A sentence of ours in the language that is spoken, with these values where it has `%(name)s`.

    >>> gettext("Round %(number)s", number=2)
    'Round 2'
    """
    return _filled(look_up(text), values)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The form of a sentence that this number wants; `%(num)s` stands for it.

    >>> ngettext("%(num)s item", "%(num)s items", 3)
    '3 items'
    """
    return _filled(look_up_number(one, many, num), {"num": num, **values})


def look_up(text: str) -> str:
    """A sentence as the catalogue has it, its places not filled in."""
    return _catalogue(_spoken.get()).gettext(text)


def look_up_number(one: str, many: str, num: int) -> str:
    """The same for a number."""
    return _catalogue(_spoken.get()).ngettext(one, many, num)


def translated(text: str) -> str:
    """What `surveys` said in English, sentence by sentence where it said several.

    >>> translated("This is in no catalogue. Neither is that.")
    'This is in no catalogue. Neither is that.'
    """
    if _spoken.get() == FIRST:
        return text
    said, left = [], _SENTENCE_END.split(text)
    while left:
        joined = ((end, " ".join(left[:end])) for end in range(len(left), 0, -1))
        end, known = next(((end, one) for end, one in joined if look_up(one) != one), (1, left[0]))
        said.append(look_up(known))
        left = left[end:]
    return " ".join(said)


def _filled(text: str, values: dict[str, Any]) -> str:
    """With its values; where one of them is markup, so is the whole."""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(text) % values
    return text % values


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    """Compiled in memory as it is first wanted, so that what translators write is all that is kept."""
    if language == FIRST:
        return catalogues.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # a page in English needs none of it
    from babel.messages.pofile import read_po  # noqa: PLC0415  # the same

    with (LOCALES / language / FILE).open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)
