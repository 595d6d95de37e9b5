"""Telephone numbers: what is taken as one. Pages make a link of it, so that a phone can call it at once."""

import re

NEEDED = "Write a telephone number: digits, and + ( ) - or spaces between them."
_NUMBER = re.compile(r"[0-9+() -]*[0-9][0-9+() -]*")


def is_number(text: str) -> bool:
    """Whether this can be called.

    >>> is_number("+44 (0)1632 960-123"), is_number("999"), is_number("abc"), is_number("+ ")
    (True, True, False, False)
    """
    return _NUMBER.fullmatch(text) is not None
