"""The information sheet and the rounds as a panellist of each panel will see them; nothing on them is saved.

They stand in a frame, as wide as a phone or as the window, so that their own rules for narrow windows hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi import page as pages
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages.design import seen
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.errors import NotFound
from surveys.studies import Study
from surveys.translations.languages import FIRST, own_name

INFORMATION = "information"
WIDTHS = {"phone": "On a phone", "desk": "At a desk"}
NO_PREVIEW = "There is no such preview."


@dataclass(frozen=True)
class Choice:
    """What of the preview can be chosen, and what is."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class PreviewPage(Page):
    """The frame with what a panellist sees, and the choice of what, whose, how wide and in which language."""

    template: ClassVar[str] = "pages/design/preview.html"
    home: str
    width: str
    choices: tuple[Choice, ...]
    what: str
    panel: str
    framed: str


@dataclass(frozen=True)
class _Shown:
    """What is looked at: a part of the address of every link."""

    show: str
    panel: str
    language: str
    at: str

    def but(self, **other: str) -> str:
        """The address of the same preview, but for this."""
        return f"?{urlencode(self.__dict__ | other)}"

    @classmethod
    def of(cls, visit: Visit, study: Study, asked: dict[str, str]) -> Self:
        """What was asked for; the first of each where nothing was."""
        known = {
            "show": [INFORMATION, *map(str, seen.numbers(visit, study))],
            "panel": [one.key for one in study.panels],
            "language": [FIRST, *study.languages],
            "at": [*WIDTHS],
        }
        chosen = {name: asked[name] or ("1" if name == "show" else known[name][0]) for name in known}
        if any(chosen[name] not in values for name, values in known.items()):
            raise NotFound(NO_PREVIEW)
        return cls(**chosen)


class PreviewPages(Controller):
    """Looking at the questionnaire."""

    path = "/studies/{key:str}/design/preview"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def preview(  # what may be chosen, by the name that it has in the address
        self,
        visit: Visit,
        key: FromPath[str],
        show: FromQuery[str] = "",
        at: FromQuery[str] = "",
        panel: FromQuery[str] = "",
        language: FromQuery[str] = "",
    ) -> PreviewPage:
        study = tabs.study_of(visit, key)
        asked = {"show": show, "panel": panel, "language": language, "at": at}
        return _page(visit, study, _Shown.of(visit, study, asked))

    @get("/seen", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def seen(
        self,
        visit: Visit,
        key: FromPath[str],
        show: FromQuery[str] = "",
        panel: FromQuery[str] = "",
        language: FromQuery[str] = "",
    ) -> Response[Any]:
        study = tabs.study_of(visit, key)
        shown = _Shown.of(visit, study, {"show": show, "panel": panel, "language": language, "at": ""})
        answer = pages.respond(visit.request, _seen(visit.in_language(shown.language), study, shown))
        # A page of ours frames this one, which has no form that does anything.
        answer.headers["Content-Security-Policy"] = pages.CONTENT_POLICY.format(ancestors="'self'")
        return answer


def _page(visit: Visit, study: Study, shown: _Shown) -> PreviewPage:
    home = tabs.address(study)
    rounds = {str(number): f"Round {number}" for number in seen.numbers(visit, study)}
    every = {
        "show": ("What is shown", {INFORMATION: "Information and consent"} | rounds),
        "panel": ("Panel", {one.key: one.name for one in study.panels}),
        "language": ("Language", {code: own_name(code) for code in (FIRST, *study.languages)}),
        "at": ("Width", WIDTHS),
    }
    return PreviewPage(
        title="Preview",
        frame=tabs.frame(visit, study, "/design"),
        home=home,
        width=shown.at,
        choices=tuple(
            Choice(label, tuple(_links(shown, name, values.items())))
            for name, (label, values) in every.items()
            if len(values) > 1
        ),
        what=every["show"][1][shown.show],
        panel=study.protocol.panel(shown.panel).name,
        framed=f"{home}/design/preview/seen{shown.but()}",
    )


def _links(shown: _Shown, name: str, values: Iterable[tuple[str, str]]) -> Iterable[Link]:
    for value, words in values:
        yield Link(words, shown.but(**{name: value}), is_current=getattr(shown, name) == value)


def _seen(visit: Visit, study: Study, shown: _Shown) -> Page:
    if shown.show == INFORMATION:
        return seen.information_page(visit, study, shown.panel)
    return seen.round_page(visit, study, shown.panel, int(shown.show))
