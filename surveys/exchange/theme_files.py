"""Themes as CSV: the table of a round's themes, and every coding of it.

For the study's own team: what stands there is not cleared, and small numbers stand in full.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from surveys.access import Account
from surveys.exchange import csv_files
from surveys.exchange.csv_files import inert
from surveys.rounds import Round
from surveys.themes import codebook, codings, deciding, found
from surveys.themes.deciding import NONE_FITS, Coded

CODINGS = (
    "round",
    "kind",
    "number",
    "item",
    "criterion",
    "panel",
    "code",
    "text",
    "coder",
    "theme_codes",
    "simulated",
)
AGREED = "agreed"


def write_themes(session: Session, round_: Round, viewer: Account) -> bytes:
    """The table: a row for each theme and for each code, with the panellists of each panel."""
    keys = [panel.key for panel in round_.study.panels]
    header = ("theme", "theme_code", "definition", "texts", *(f"panellists_{key}" for key in keys))
    themes = found.find(session, round_, viewer)
    rows: list[tuple[object, ...]] = []
    for theme in themes.themes:
        told = [("", "", theme.count)] if theme.name else []
        told += [(inert(one.name), inert(one.definition), one.count) for one in theme.codes]
        rows += [(inert(theme.name), *words, count.texts, *count.panellists) for *words, count in told]
    beside = (themes.counted.texts, round_.number, _yes(round_))
    return csv_files.write((*header, "of_texts", "round", "simulated"), [(*row, *beside) for row in rows])


def write_codings(session: Session, round_: Round, viewer: Account) -> bytes:
    """Every coding of those who have finished, and what was agreed on: a row for each text and coder."""
    coded = deciding.list_coded(session, round_, viewer)
    coders = codings.list_coders(session, round_)
    names = {one.id: one.name for one in codebook.list_codes(session, round_.study)}
    return csv_files.write(CODINGS, _codings(round_, coded, coders, names))


def _codings(
    round_: Round, coded: list[Coded], coders: Mapping[int, str], names: Mapping[int, str]
) -> Iterator[tuple[object, ...]]:
    items = {asked.item_id: (asked.item.position, inert(asked.item.key)) for asked in round_.items}
    for one in coded:
        text = one.text
        place = (round_.number, text.kind, *items.get(text.item_id, ("", "")), text.criterion, text.panel)
        given = [(coders[coder], codes) for coder, codes in one.given.items()]
        given += [(AGREED, one.counts)] if one.counts is not None else []
        for coder, codes in given:
            told = "; ".join(names[code] for code in names if code in codes) or NONE_FITS
            yield (*place, inert(text.code), inert(text.text), inert(coder), inert(told), _yes(round_))


def _yes(round_: Round) -> str:
    return "yes" if round_.study.is_simulated else "no"
