"""How far the files are that are being read: kept in this process, and forgotten with it.

While SQLite writes, its one connection is taken, so whoever asks how far a file is must not need the
database. A form has a token that nobody guesses; by it alone two numbers are told, and nothing else.
"""

import re
import secrets
from collections.abc import Callable

MOST_KEPT = 256  # uploads; the oldest is forgotten first

Tell = Callable[[int, int], None]
_TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def new_token() -> str:
    """What a form names its upload by."""
    return secrets.token_urlsafe(24)


class Uploads:
    """Uploads by token. Threads share it: each thread writes its own."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int]] = {}

    def find(self, token: str) -> tuple[int, int] | None:
        """How many rows are done, and of how many, if this process is at that upload."""
        return self._known.get(token)

    def halves(self, token: str) -> tuple[Tell, Tell]:
        """Where to tell how far the reading of a file is, and then the adding of what was read."""

        def reading(done: int, of: int) -> None:
            self._tell(token, done, 2 * of)

        def adding(done: int, of: int) -> None:
            self._tell(token, of + done, 2 * of)

        return reading, adding

    def _tell(self, token: str, done: int, of: int) -> None:
        if not _TOKEN.fullmatch(token):
            return
        while len(self._known) >= MOST_KEPT and token not in self._known:
            self._known.pop(next(iter(self._known), ""), None)
        self._known[token] = (done, of)
