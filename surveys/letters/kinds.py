"""The kinds of letters, and what each may name: its placeholders."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class LetterKind(StrEnum):
    """What a letter is for, in the order of a study."""

    INVITATION = "invitation"
    OPENED = "opened"
    REMINDER = "reminder"
    CLOSING = "closing"
    FEEDBACK = "feedback"
    THANKS = "thanks"


# The kinds about an open round, which go to those only who have something left to do in it.
OF_OPEN_ROUND = (LetterKind.OPENED, LetterKind.REMINDER, LetterKind.CLOSING, LetterKind.FEEDBACK)
NEEDS_LINK = (LetterKind.INVITATION, *OF_OPEN_ROUND)

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "name": "the name, or “panel member” where none is kept",
        "study": "the title of the study",
        "link": "the person’s own link",
        "duration": "how long answering takes, as your information sheet says it",
        "round": "the number of the round",
        "progress": "how far this person is, in a sentence",
        "until": "when the round ends, in a sentence; nothing where no end is announced",
        "contact": "who helps, with the address of your information sheet",
        "stop": "how to stop these mails, in two sentences",
    }
)
_ALWAYS = ("contact", "stop")
_OPEN_ROUND = ("name", "study", "link", "round", "progress", "until", *_ALWAYS)
PLACEHOLDERS: Mapping[LetterKind, tuple[str, ...]] = MappingProxyType(
    {
        LetterKind.INVITATION: ("name", "study", "link", "duration", *_ALWAYS),
        **dict.fromkeys(OF_OPEN_ROUND, _OPEN_ROUND),
        LetterKind.THANKS: ("name", "study", "round", *_ALWAYS),
    }
)
