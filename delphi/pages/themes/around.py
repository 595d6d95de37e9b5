"""What the pages of a round's themes share: the way between them, a text as it stands there, its ticks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from delphi.page import FieldFault, Form, Frame, Link, Page
from delphi.pages.study import tabs
from delphi.questionnaire.scales import mark
from delphi.visits import Visit
from surveys.participations import SuggestionKind
from surveys.protocol import Protocol
from surveys.rounds import Round
from surveys.themes import codebook, texts
from surveys.themes.codings import Key, Ticked
from surveys.themes.texts import Text

NONE_FITS = "none_fits"
_ABOUT = {
    SuggestionKind.HARM: "Could any of these do harm?",
    SuggestionKind.MISSING: "What is missing?",
}
_PARTS = (
    ("Code", ""),
    ("Suggested groups", "/groups"),
    ("Agreement", "/agreement"),
    ("Differences", "/differences"),
    ("Themes", "/found"),
)


@dataclass(frozen=True)
class TextCard:
    """A text as a coder reads it: what it is about, the panel and code of its writer, and its words."""

    id: str
    number: int
    about: str
    more: str
    panel: str
    mark: int
    code: str
    text: str


@dataclass(frozen=True)
class CodeTick:
    """A code that can be ticked."""

    id: int
    name: str
    definition: str
    is_ticked: bool


@dataclass(frozen=True)
class Ticks:
    """The codes by theme, with what is ticked; the last theme's name is empty."""

    themes: tuple[tuple[str, tuple[CodeTick, ...]], ...]
    none_fits: bool


@dataclass(frozen=True, kw_only=True)
class ThemesPage(Page):
    """One of the pages; `address` is the round's, `parts` the way to the others."""

    address: str
    number: int
    codebook: str
    parts: tuple[Link, ...]


def common(visit: Visit, round_: Round, part: str, title: str) -> dict[str, Any]:
    """What each of the pages begins with; `part` is its path below the round's themes."""
    texts.check_is_closed(round_)
    here = f"{tabs.round_address(round_)}/themes"
    return {
        "title": f"{title} of round {round_.number}" if title else f"Themes of round {round_.number}",
        "frame": tabs.round_frame(visit, round_),
        "address": tabs.round_address(round_),
        "number": round_.number,
        "codebook": f"{tabs.address(round_.study)}/codebook",
        "parts": tuple(Link(words, here + path, is_current=path == part) for words, path in _PARTS),
    }


def card(round_: Round, one: Text) -> TextCard:
    """A text with its item, if it is about one."""
    return cards(round_, [one])[0]


def cards(round_: Round, every: Sequence[Text]) -> list[TextCard]:
    """Texts with their items."""
    titles = {asked.item_id: (asked.item.position, asked.wording.title) for asked in round_.items}
    plan = round_.study.protocol
    return [
        _card(plan, one, *titles[one.item_id])
        if one.item_id
        else _card(plan, one, 0, _ABOUT[SuggestionKind(one.kind)])
        for one in every
    ]


def _card(plan: Protocol, one: Text, number: int, title: str) -> TextCard:
    return TextCard(
        id=text_id(one.key),
        number=number,
        about=title,
        more=f"why the rating of {plan.criterion(one.criterion).name} changed" if one.criterion else "",
        panel=plan.panel(one.panel).name,
        mark=mark(plan, one.panel),
        code=one.code,
        text=one.text,
    )


def text_id(key: Key) -> str:
    """How a text is named in fields and addresses."""
    return f"{key[0]}-{key[1]}"


def key_of(text: str) -> Key:
    """The text of that name; one that cannot be is nobody's."""
    panellist, _, place = text.partition("-")
    return int(panellist) if panellist.isascii() and panellist.isdigit() and len(panellist) < 10 else 0, place


def ticks(visit: Visit, round_: Round, codes: Collection[int], *, none_fits: bool, typed: bool) -> Ticks:
    """The codebook with these ticked; with what was ticked in the form instead, where it is shown again."""
    chosen = ticked(visit.form) if typed else Ticked(frozenset(codes), none_fits)
    known = codebook.list_codes(visit.session, round_.study)
    by_theme = groupby(known, key=lambda code: code.theme)
    return Ticks(
        tuple((theme, tuple(_tick(code, chosen) for code in of_theme)) for theme, of_theme in by_theme),
        chosen.none_fits,
    )


def ticked(form: Form) -> Ticked:
    """What was ticked in a form."""
    named = (name.removeprefix("code.") for name in form if name.startswith("code."))
    ids = frozenset(int(name) for name in named if name.isascii() and name.isdigit() and len(name) < 10)
    return Ticked(ids, NONE_FITS in form)


def led(frame: Frame, id_: str, fields: Sequence[str]) -> Frame:
    """The frame with the faults of these fields led to those of one of several forms on a page."""
    faults = (
        FieldFault(f"{one.field}-{id_}" if one.field in fields else one.field, one.sentence)
        for one in frame.faults
    )
    return replace(frame, faults=tuple(faults))


def _tick(code: codebook.Code, chosen: Ticked) -> CodeTick:
    return CodeTick(code.id, code.name, code.definition, code.id in chosen.codes)
