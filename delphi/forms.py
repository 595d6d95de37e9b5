"""What a browser sends, made fit to work with, once for every form and every address.

A database refuses NUL and numbers beyond its own, and a field that comes twice is a list where text is meant.
"""

from collections.abc import Mapping
from typing import Any

from delphi.page import Form
from surveys import characters
from surveys.database import LARGEST_NUMBER
from surveys.errors import NotFound

NO_PAGE = "There is no page at this address."


def tidied(form: Form) -> Form:
    """The form with one value a field, the last, and without what no text has; files stay as they are."""
    return {characters.without_controls(name): _tidied(value) for name, value in form.items()}


def named(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in an address, in its path or after it; a number that can name nothing is refused."""
    if any(isinstance(value, int) and abs(value) > LARGEST_NUMBER for value in parts.values()):
        raise NotFound(NO_PAGE)
    return {name: _tidied(value) for name, value in parts.items()}


def _tidied(value: Any) -> Any:
    last = value[-1] if isinstance(value, list) and value else value
    return characters.without_controls(last) if isinstance(last, str) else last
