"""The drawings of distribution strips, kept: of frozen results the same strip is drawn at every look."""

from functools import lru_cache
from typing import Any

from markupsafe import Markup

from delphi import languages
from delphi.page import environment
from delphi.questionnaire.scales import Strip

MOST_KEPT = 8192  # strips, of some 700 bytes each


def drawing(strip: Strip, width: int) -> Markup:
    """The strip without its words, over so many categories."""
    return _drawn(strip, width, languages.spoken())


@lru_cache(maxsize=MOST_KEPT)
def _drawn(strip: Strip, width: int, _language: str) -> Markup:
    macros: Any = environment().get_template("macros/strip.html").module
    return Markup(macros.drawing(strip, width))  # noqa: S704  # the macro has escaped it
