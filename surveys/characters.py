"""Characters that no text has: controls other than tab and line ends, half characters and no characters.

PostgreSQL keeps no NUL, XML (so a figure) and HTML allow none of the others, and they are not to be seen.
"""

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def find_controls(text: str) -> list[int]:
    r"""Where they stand.

    >>> find_controls("tea\x0b time"), find_controls("tea\ttime\r\n")
    ([3], [])
    """
    return [found.start() for found in _CONTROL.finditer(text)]


def has_control(text: str) -> bool:
    """Whether there is any."""
    return _CONTROL.search(text) is not None


def without_controls(text: str) -> str:
    r"""The text without them.

    >>> without_controls("tea\x00 time")
    'tea time'
    """
    return _CONTROL.sub("", text)
