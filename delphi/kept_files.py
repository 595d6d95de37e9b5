"""The forms in which something can be had as a file to keep: for a report, a wall, or a spreadsheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from surveys.errors import NotFound

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Form(Generic[Thing]):
    """One form: what a link to it says, what a browser is told, and how it is made."""

    words: str
    media_type: str
    content: Callable[[Thing, ZoneInfo], str | bytes]

    def bytes(self, thing: Thing, zone: ZoneInfo) -> bytes:
        """The file. Equal things give equal bytes."""
        made = self.content(thing, zone)
        return made if isinstance(made, bytes) else made.encode()


def find(forms: Mapping[str, Form[Thing]], file: str) -> Form[Thing]:
    """The form that a file of this name has."""
    if (form := forms.get(file)) is None:
        raise NotFound("There is no page at this address.")
    return form
