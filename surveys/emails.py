"""Email addresses: the one rule for what is taken as one, be it typed, in a file or in a setting.

It is the rule of browsers (HTML Living Standard, 4.10.5.1.5), stricter than RFC 5322 where nobody has such an
address. And a domain has a dot, since one without is a slip; but for this machine's own.
"""

import re

from surveys.errors import InvalidInput

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
NEEDED = "An email address is needed, such as ada@example.org."

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NO_CODE = r"(?!.*=\?)"  # mail programs take =? for the beginning of an encoded word
_ADDRESS = re.compile(
    rf"{_NO_CODE}[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@(?:localhost|{_LABEL}(?:\.{_LABEL})+)",
    re.ASCII | re.IGNORECASE,
)


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as the text tells.

    >>> is_address("ada@example.org"), is_address("ada@example"), is_address("<@"), is_address("a@[")
    (True, False, False, False)
    """
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def check(text: str, field: str = "") -> None:
    """Refuse what is not an address."""
    if not is_address(text):
        raise InvalidInput(NEEDED, field)
