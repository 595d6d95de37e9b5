"""The information sheet, and what is agreed to, each by itself; to be read again and changed at any time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from markupsafe import Markup

from delphi import formats, study_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.pages.answer import way
from delphi.questionnaire import scales
from delphi.questionnaire.scales import Criterion
from delphi.visits import Visit
from surveys import panels, standings
from surveys import protocol as protocols
from surveys.marks import marked
from surveys.panels import Consent, ConsentKind
from surveys.protocol import ConsentTexts, Protocol
from surveys.standings import Stage
from surveys.translations import places
from surveys.translations.reading import Words

FIELDS = {
    "take_part": ConsentKind.TAKE_PART,
    "show_comments": ConsentKind.SHOW_COMMENTS,
    "quote": ConsentKind.QUOTE,
}
CONSENTS = {
    "take_part": marked("I have read this, and I want to take part."),
    "show_comments": marked("My comments may be shown to the others in the next round, without my name."),
    "quote": marked("My comments may be quoted in reports, without my name."),
}
KEPT = marked("Thank you. What you agree to is kept. You can change it under “Information”.")
_EXAMPLE = "i0.c0"


@dataclass(frozen=True)
class Section:
    """One heading of the sheet, with its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InformationPage(Page):
    """The sheet, an example of the scale, and three questions."""

    template: ClassVar[str] = "pages/answer/information.html"
    before_scale: tuple[Section, ...]
    scale: Section
    after_scale: tuple[Section, ...]
    consents: dict[str, str]
    example: Criterion
    example_rating: int
    example_own: Mapping[str, Markup]
    version: str
    agreed: str
    was_amended: bool
    ticked: frozenset[str]


def information_page(visit: Visit) -> InformationPage:
    """The sheet as it stands, for this panellist's panel."""
    study = visit.panellist.study
    newest = panels.consents(visit.session, visit.panellist).get(ConsentKind.TAKE_PART)
    is_current = newest is not None and newest.sheet_fingerprint == protocols.sheet_of(study.protocol)
    return InformationPage(
        frame=way.frame(visit, study),
        **sheet(study.protocol, visit.panellist.panel.key, visit.words),
        agreed=formats.date(newest.at, visit.zone) if newest else "",
        was_amended=newest is not None and not is_current,
        ticked=_ticked(visit, is_current),
    )


def sheet(protocol: Protocol, panel: str, words: Words) -> dict[str, Any]:
    """What the page says to everybody on a panel."""
    before, scale, after = _sections(protocol, panel, words)
    rating = protocol.scale.high - 1
    return {
        "title": gettext("About this study"),
        "before_scale": before,
        "scale": scale,
        "after_scale": after,
        "consents": _consents(protocol, words),
        "example": scales.criterion(protocol, protocol.criteria[0], 0, words),
        "example_rating": rating,
        "example_own": _Example({f"{_EXAMPLE}={rating}": Markup(" checked")}),
        "version": protocol.information.version,
    }


class InformationPages(Controller):
    """Reading the sheet, and agreeing."""

    path = way.INFORMATION

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def read(self, visit: Visit) -> InformationPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        if standing.stage == Stage.WITHDRAWN:
            return way.elsewhere(visit, standing)
        return information_page(visit)

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=information_page)
    def agree(self, visit: Visit, form: Form) -> Response[Any]:
        given = {kind: form.get(name) == "yes" for name, kind in FIELDS.items()}
        standings.agree(visit.session, visit.panellist, given, now=visit.now)
        return visit.go(way.START, notice=gettext(KEPT))


class _Example(dict[str, Markup]):
    """What the scale's macro asks for a person; nothing but what is given."""

    def __missing__(self, name: str) -> Markup:
        return Markup()


def _sections(
    protocol: Protocol, panel: str, words: Words
) -> tuple[tuple[Section, ...], Section, tuple[Section, ...]]:
    def section(heading: str, part: str) -> Section:
        return _section(heading, words, places.sheet(part), getattr(protocol.information, part))

    perspective = places.panel(panel, "perspective"), protocol.panel(panel).perspective
    before = (
        section(gettext("What it is about"), "about"),
        _section(gettext("Whose view to take"), words, *perspective),
    )
    after = (
        section(gettext("How long it takes"), "duration"),
        section(gettext("Stopping for a while"), "pausing"),
        section(gettext("Leaving the study"), "withdrawing"),
        section(gettext("What becomes of your answers"), "answers"),
    )
    return before, section(gettext("How to answer"), "scale_help"), after


def _consents(protocol: Protocol, words: Words) -> dict[str, str]:
    """What is agreed to, by the name of its box: in the study's own words, or in ours."""
    own = protocol.consents or ConsentTexts()
    return {
        name: study_words.shown(words, places.consent(name), getattr(own, name)) or gettext(ours)
        for name, ours in CONSENTS.items()
    }


def _section(heading: str, words: Words, place: str, source: str) -> Section:
    text, language = study_words.found(words, place, source)
    parts = filter(None, (part.strip() for part in text.split("\n\n")))
    return Section(heading, tuple(study_words.marked_up(part, language) for part in parts))


def _ticked(visit: Visit, is_current: bool) -> frozenset[str]:
    if visit.refusal is not None:
        return frozenset(name for name in FIELDS if visit.typed(name) == "yes")
    if not is_current:
        return frozenset()
    newest: dict[ConsentKind, Consent] = panels.consents(visit.session, visit.panellist)
    return frozenset(name for name, kind in FIELDS.items() if kind in newest and newest[kind].is_given)
