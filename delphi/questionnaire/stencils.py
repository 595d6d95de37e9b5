"""Stencils: HTML that is rendered once, with named holes, and filled in for each person, as bytes.

A template asks a mapping for whatever belongs to one person. `HOLES` answers every name with a mark; where
the marks stand in what was rendered, text is put in later, in a hundredth of the time of rendering again.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup

_MARK = "\x00"
_MARKED = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")


class Holes:
    """Something that a template may ask for anything: every name is a hole."""

    def __getitem__(self, name: str) -> Markup:
        return Markup(f"{_MARK}{name}{_MARK}")  # noqa: S704  # names are our own


HOLES = Holes()


class Stencil:
    """HTML with named holes, each of which stands once.

    >>> Stencil(f"<p>{HOLES['greeting']}, you.</p>").fill({"greeting": "Hello"})
    b'<p>Hello, you.</p>'
    """

    def __init__(self, marked: str) -> None:
        texts_and_names = _MARKED.split(marked)  # by turns
        names = texts_and_names[1::2]
        self._holes = {name: 2 * n + 1 for n, name in enumerate(names)}
        if len(self._holes) != len(names):
            raise ValueError("a hole stands twice")
        self._parts = [b"" if n % 2 else text.encode() for n, text in enumerate(texts_and_names)]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The HTML with these values, which must be safe to stand there; other holes stay empty."""
        parts = self._parts.copy()
        for name, value in values.items():
            parts[self._holes[name]] = value.encode()
        return b"".join(parts)
