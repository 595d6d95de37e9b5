"""The study's own words on a page: translated where they are, marked where the page speaks another language.

A text in another language than the page's has its language and direction beside it, so that it is read aloud
and laid out as it should be.
"""

from dataclasses import replace

from markupsafe import Markup

from delphi import languages
from surveys import protocol as protocols
from surveys.histories.telling import Read, Told
from surveys.translations import places
from surveys.translations.languages import FIRST, direction
from surveys.translations.reading import Words, item_place

_MARKED = Markup('<bdi lang="{}" dir="{}">{}</bdi>')


def found(words: Words, place: str, source: str) -> tuple[str, str]:
    """The text of a place as it is read, and the language that it is in."""
    known = words.find(place, source)
    return (source, FIRST) if known is None else (known, words.language)


def shown(words: Words, place: str, source: str) -> str:
    """The text of a place as it stands on a page; markup where it says its language."""
    return marked_up(*found(words, place, source))


def item(words: Words, item_id: int, part: str, source: str) -> str:
    """An item's title or vignette as it stands on a page."""
    return shown(words, item_place(item_id, part), source)


def criterion(words: Words, plan: protocols.Criterion) -> str:
    """A criterion's name as it stands on a page."""
    return shown(words, places.criterion(plan.key, "name"), plan.name)


def panel(words: Words, key: str, name: str) -> str:
    """A panel's name as it stands on a page."""
    return shown(words, places.panel(key, "name"), name)


def told(words: Words, change: Told) -> Told:
    """What changed for a round, its items in the language that is read; the reason is as it was written."""
    before, after = (tuple(_read(words, one) for one in those) for those in (change.before, change.after))
    return replace(change, before=before, after=after, reason=marked_up(change.reason, FIRST))


def language_at(words: Words, place: str, source: str) -> str:
    """The language of the text of a place, where it is not the page's; for where no markup can stand."""
    _, language = found(words, place, source)
    return "" if _is_spoken(language) else language


def marked_up(text: str, language: str) -> str:
    """The text, with its language where the page speaks another.

    >>> marked_up("Fairer care", "en"), marked_up("<b>", "ur")
    ('Fairer care', Markup('<bdi lang="ur" dir="rtl">&lt;b&gt;</bdi>'))
    """
    if not text or _is_spoken(language):
        return text
    return _MARKED.format(language, direction(language), text)


def _read(words: Words, one: Read) -> Read:
    title, text = item(words, one.item_id, "title", one.title), item(words, one.item_id, "vignette", one.text)
    return replace(one, title=title, text=text)


def _is_spoken(language: str) -> bool:
    """Whether the page speaks it, or a language that it is a kind of."""
    return language.partition("-")[0] == languages.spoken().partition("-")[0]
