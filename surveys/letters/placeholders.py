"""Placeholders in the text of a letter, such as {name}: checked when it is kept, filled when it is sent."""

import re
from collections.abc import Mapping

from surveys import hints
from surveys.errors import InvalidInput
from surveys.letters.kinds import NEEDS_LINK, PLACEHOLDERS, LetterKind

NO_LINK = "Nobody could answer: the text has no personal link. Put {link} where it is to stand."
LINK_IN_SUBJECT = (
    "A personal link must not stand in the subject, which others may see on a screen. Put {link} in the text."
)
LONE_BRACE = "There is a brace that opens or closes no placeholder. Braces stand around placeholders only."

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_GAP = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+")


def check(kind: LetterKind, subject: str, body: str) -> None:
    """Refuse a placeholder that this kind of letter does not have, and a text without what it needs."""
    for field, text in (("subject", subject), ("body", body)):
        for name in names(text):
            if name not in PLACEHOLDERS[kind]:
                raise InvalidInput(_unknown(name, kind), field)
        if set("{}") & set(_PLACEHOLDER.sub("", text)):
            raise InvalidInput(LONE_BRACE, field)
    if "{link}" in subject:
        raise InvalidInput(LINK_IN_SUBJECT, "subject")
    if kind in NEEDS_LINK and "{link}" not in body:
        raise InvalidInput(NO_LINK, "body")


def names(text: str) -> list[str]:
    """The placeholders in a text, in their order.

    >>> names("Dear {name}, see {link}")
    ['name', 'link']
    """
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    r"""The text with each placeholder's value; a paragraph of which nothing is left leaves no gap.

    >>> fill("Dear {name},\n\n{until}\n\nThank you.", {"name": "Ada", "until": ""})
    'Dear Ada,\n\nThank you.'
    """
    return _GAP.sub("\n\n", _PLACEHOLDER.sub(lambda found: values[found[1]], text)).strip()


def _unknown(name: str, kind: LetterKind) -> str:
    known = [f"{{{one}}}" for one in PLACEHOLDERS[kind]]
    return f"There is no placeholder {{{name}}} in this letter. It can have {hints.listed(known)}."
