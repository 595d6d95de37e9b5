"""The themes of a round: how many texts, and how many panellists of each panel, have each code and theme.

Only what counts is counted: see `deciding`. For the study's own team, since small numbers stand in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from surveys.access import Account
from surveys.rounds import Round
from surveys.themes import codebook, deciding
from surveys.themes.codebook import Code
from surveys.themes.deciding import Coded
from surveys.themes.texts import Text

MOST_QUOTES = 3


@dataclass(frozen=True)
class Count:
    """How many texts, and how many panellists of each panel, in the order of the study's panels."""

    texts: int
    panellists: tuple[int, ...]


@dataclass(frozen=True)
class FoundCode:
    """A code, what has it, and a few texts that may be quoted."""

    name: str
    definition: str
    count: Count
    quotes: tuple[Text, ...]


@dataclass(frozen=True)
class FoundTheme:
    """A theme with its codes; its name is empty for codes that have none."""

    name: str
    count: Count
    codes: tuple[FoundCode, ...]


@dataclass(frozen=True)
class Themes:
    """What was found in a round, and of how many texts.

    `counted` are the texts whose codes are known, `single` those of them that one person coded alone,
    `waiting` those about which coders differ, and `uncoded` those that nobody who has finished has coded.
    """

    themes: tuple[FoundTheme, ...]
    total: Count
    counted: Count
    single: int
    waiting: int
    uncoded: int
    none_fits: int


def find(session: Session, round_: Round, viewer: Account) -> Themes:
    """The themes of the round, the most told first, for a viewer who has finished coding it."""
    coded = deciding.list_coded(session, round_, viewer)
    panels = tuple(panel.key for panel in round_.study.panels)
    counted = [one for one in coded if one.counts is not None]
    codes = codebook.list_codes(session, round_.study)
    themes = (
        _theme(name, tuple(of_theme), counted, panels)
        for name, of_theme in groupby(codes, key=lambda code: code.theme)
    )
    return Themes(
        themes=tuple(sorted(themes, key=lambda theme: (not theme.name, -theme.count.texts))),
        total=_count(coded, panels),
        counted=_count(counted, panels),
        single=sum(len(one.given) == 1 for one in counted),
        waiting=sum(one.counts is None and one.differs for one in coded),
        uncoded=sum(not one.given for one in coded),
        none_fits=sum(not one.counts for one in counted),
    )


def _theme(
    name: str, codes: tuple[Code, ...], counted: Sequence[Coded], panels: tuple[str, ...]
) -> FoundTheme:
    ids = {code.id for code in codes}
    found = (_code(code, counted, panels) for code in codes)
    return FoundTheme(
        name=name,
        count=_count([one for one in counted if ids & (one.counts or set())], panels),
        codes=tuple(sorted(found, key=lambda one: -one.count.texts)),
    )


def _code(code: Code, counted: Sequence[Coded], panels: tuple[str, ...]) -> FoundCode:
    having = [one for one in counted if code.id in (one.counts or ())]
    quotes = [one.text for one in having if one.text.quote]
    return FoundCode(code.name, code.definition, _count(having, panels), _spread(quotes))


def _spread(quotes: list[Text]) -> tuple[Text, ...]:
    """A few of them: of as many panels, and then of as many writers, as there are."""
    taken: list[Text] = []
    while quotes and len(taken) < MOST_QUOTES:
        panels, writers = [one.panel for one in taken], [one.panellist_id for one in taken]
        best = min(quotes, key=lambda one: (panels.count(one.panel), writers.count(one.panellist_id)))
        quotes.remove(best)
        taken.append(best)
    return tuple(taken)


def _count(coded: Sequence[Coded], panels: tuple[str, ...]) -> Count:
    writers = {(one.text.panel, one.text.panellist_id) for one in coded}
    return Count(len(coded), tuple(sum(key == panel for key, _ in writers) for panel in panels))
