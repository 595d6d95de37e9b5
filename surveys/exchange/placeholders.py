"""What a study's files still say that the starter only put there to be changed."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from surveys import library, protocol
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles

STARTER = "starter"
# Beside its questions to whoever writes the study, which end so, but for those that panellists are asked.
_NAMES = {"title", "information.contact_name", "information.contact_email"}
_ASKED = "question"


def left(files: StudyFiles) -> list[str]:
    """Where such texts stand: keys of the protocol, then titles of items."""
    own, meant = _texts(protocol.to_builtins(files.protocol), ""), _placeholders()
    titles = {plan.title for plan in _starter().items}
    items = [f"the title of item “{plan.key}”" for plan in files.items if plan.title in titles]
    return [*(where for where, text in own if text in meant), *items]


@cache
def _starter() -> StudyFiles:
    return study_files.read(library.folder(STARTER))


@cache
def _placeholders() -> frozenset[str]:
    texts = _texts(protocol.to_builtins(_starter().protocol), "")
    return frozenset(
        text
        for where, text in texts
        if where in _NAMES or (text.endswith("?") and not where.endswith(_ASKED))
    )


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text with its key, written as mistakes name it: “panels 1, recruitment”."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, one in value.items():
            between = ", " if where[-1:].isdigit() else "." if where else ""
            yield from _texts(one, f"{where}{between}{key}")
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value, start=1):
            yield from _texts(one, f"{where} {number}")
