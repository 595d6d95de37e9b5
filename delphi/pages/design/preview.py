"""The rating page as a panellist of each panel will see it, from the draft; nothing on it is saved.

It stands in a frame of the width of a phone or of the window, so that its own rules for narrow windows hold.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from delphi import page as pages
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Link, Page
from delphi.pages.study import tabs
from delphi.questionnaire import shelf
from delphi.questionnaire.cards import Person, Questionnaire
from delphi.questionnaire.entries import Entries
from delphi.questionnaire.scales import Criterion
from surveys import rounds
from surveys.errors import NotFound
from surveys.studies import Study

WIDTHS = {"phone": "On a phone", "desk": "At a desk"}
NO_PREVIEW = "There is no such preview."
MOST_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class PreviewPage(Page):
    """The frame with the questionnaire, and the choice of its width and panel."""

    template: ClassVar[str] = "pages/design/preview.html"
    home: str
    width: str
    widths: tuple[Link, ...]
    panels: tuple[Link, ...]
    panel: str
    framed: str


@dataclass(frozen=True, kw_only=True)
class SeenPage(Page):
    """The first items of round 1 as somebody on a panel sees them."""

    template: ClassVar[str] = "pages/design/seen.html"
    perspective: str
    criteria: tuple[Criterion, ...]
    cards: Markup
    shown: int
    total: int


class PreviewPages(Controller):
    """Looking at the questionnaire."""

    path = "/studies/{key:str}/design/preview"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def preview(
        self, visit: Visit, key: FromPath[str], at: FromQuery[str] = "phone", panel: FromQuery[str] = ""
    ) -> PreviewPage:
        study = tabs.study_of(visit, key)
        if at not in WIDTHS:
            raise NotFound(NO_PREVIEW)
        return _page(visit, study, at, _panel(study, panel))

    @get("/round", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def seen(self, visit: Visit, key: FromPath[str], panel: FromQuery[str] = "") -> Response[Any]:
        study = tabs.study_of(visit, key)
        answer = pages.respond(visit.request, _seen(visit, study, _panel(study, panel)))
        # A page of ours frames this one, which has no form that does anything.
        answer.headers["Content-Security-Policy"] = pages.CONTENT_POLICY.format(ancestors="'self'")
        return answer


def _panel(study: Study, panel: str) -> str:
    known = [one.key for one in study.panels]
    if panel and panel not in known:
        raise NotFound(NO_PREVIEW)
    return panel or known[0]


def _page(visit: Visit, study: Study, at: str, panel: str) -> PreviewPage:
    home = tabs.address(study)
    here = f"{home}/design/preview"
    return PreviewPage(
        title="Preview",
        frame=tabs.frame(visit, study, "/design"),
        home=home,
        width=at,
        widths=tuple(
            Link(words, f"{here}?at={width}&panel={panel}", is_current=width == at)
            for width, words in WIDTHS.items()
        ),
        panels=tuple(
            Link(one.name, f"{here}?at={at}&panel={one.key}", is_current=one.key == panel)
            for one in study.panels
        ),
        panel=study.protocol.panel(panel).name,
        framed=f"{here}/round?panel={panel}",
    )


def _seen(visit: Visit, study: Study, panel: str) -> SeenPage:
    # Made anew each time: items may change where the fingerprint does not.
    made = shelf.make(visit.session, rounds.get_round(visit.session, study, 1), panel)
    shown = made.items[:MOST_SHOWN]
    return SeenPage(
        title="Round 1",
        frame=replace(visit.frame(study), visitor="", role="panellist", notice=""),
        perspective=study.protocol.panel(panel).perspective,
        criteria=made.criteria,
        cards=_cards(replace(made, items=shown)),
        shown=len(shown),
        total=len(made.items),
    )


def _cards(made: Questionnaire) -> Markup:
    """The cards as they are before anybody answers."""
    cards = made.cards(Person(0, kept=Entries()), ())
    return Markup("".join(card.decode() for card in cards))  # noqa: S704  # by our own templates, escaped
