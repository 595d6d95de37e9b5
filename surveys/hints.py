"""The way out of a misspelt name: what was probably meant, or what there is to choose from."""

import difflib
from collections.abc import Iterable

MOST_LISTED = 12


def hint(wrong: str, known: Iterable[str]) -> str:
    """A sentence that names the closest of the known names, or all of them where none is close.

    >>> hint("feasability", ["usefulness", "feasibility"])
    'Did you mean “feasibility”?'
    """
    names = list(known)
    if close := near(wrong, names):
        return close
    if not names:
        return "None is known here."
    return f"It can be {listed(names)}."


def near(wrong: str, known: Iterable[str]) -> str:
    """A sentence that names the closest of the known names; nothing where none is close."""
    close = _closest(wrong, list(known))
    return f"Did you mean “{close}”?" if close else ""


def listed(names: Iterable[str]) -> str:
    """The names in a sentence, the first dozen of many.

    >>> listed(["low", "middle", "high"])
    'low, middle or high'
    >>> [listed(map(str, range(many))).rpartition(" or ")[2] for many in (13, 14)]
    ['12', 'one of 2 more']
    """
    every = list(names)
    if len(every) > MOST_LISTED + 1:  # one more is named, not counted
        return f"{', '.join(every[:MOST_LISTED])} or one of {len(every) - MOST_LISTED} more"
    return " or ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))


def _closest(wrong: str, names: list[str]) -> str | None:
    by_fold = {name.casefold(): name for name in reversed(names)}
    close = difflib.get_close_matches(wrong.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else None
