"""The information sheet, and what is agreed to, each by itself; to be read again and changed at any time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from markupsafe import Markup

from delphi import formats, study_words
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.pages.answer import way
from delphi.questionnaire import scales
from delphi.questionnaire.scales import Criterion
from surveys import panels, standings
from surveys import protocol as protocols
from surveys.marks import marked
from surveys.panels import Consent, ConsentKind
from surveys.protocol import Protocol
from surveys.standings import Stage
from surveys.studies import Study
from surveys.translations import places
from surveys.translations.reading import Words

FIELDS = {
    "take_part": ConsentKind.TAKE_PART,
    "show_comments": ConsentKind.SHOW_COMMENTS,
    "quote": ConsentKind.QUOTE,
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
    is_current = newest is not None and newest.sheet_fingerprint == _sheet(study)
    before, scale, after = _sections(study.protocol, visit.panellist.panel.key, visit.words)
    rating = study.protocol.scale.high - 1
    return InformationPage(
        title=gettext("About this study"),
        frame=way.frame(visit, study),
        before_scale=before,
        scale=scale,
        after_scale=after,
        example=scales.criterion(study.protocol, study.protocol.criteria[0], 0, visit.words),
        example_rating=rating,
        example_own=_Example({f"{_EXAMPLE}={rating}": Markup(" checked")}),
        version=study.protocol.information.version,
        agreed=formats.date(newest.at, visit.zone) if newest else "",
        was_amended=newest is not None and not is_current,
        ticked=_ticked(visit, is_current),
    )


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


def _sheet(study: Study) -> str:
    return protocols.sheet_fingerprint(study.protocol.information)


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
