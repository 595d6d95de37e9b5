"""One table from what went wrong to the status and the page that says so. No trace is ever shown."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.template.base import csrf_token

from delphi import auth, languages
from delphi import page as pages
from delphi.languages import gettext
from delphi.page import Frame, Link, Page
from surveys.errors import FaultyFile, InvalidInput, NotAllowed, NotFound, NotNow, SurveyError, Throttled
from surveys.marks import marked
from surveys.translations.languages import direction

_SIGN_IN = Link(marked("Sign in"), "/sign-in/")
_log = logging.getLogger("delphi")

STATUS: dict[type[SurveyError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    NotNow: 409,
    Throttled: 429,
    InvalidInput: 422,
    FaultyFile: 422,
}

_TITLES = {
    400: marked("This cannot be read"),
    403: marked("You cannot open this page"),
    404: marked("Page not found"),
    405: marked("Page not found"),
    409: marked("This cannot be done now"),
    413: marked("This file is too large"),
    422: marked("Something needs to be changed"),
    429: marked("Please wait a little"),
}
_WRONG = marked("Something went wrong")
_SENTENCES = {
    400: marked(
        "What was sent cannot be read, so nothing was changed. Go back, load the page again and try again."
    ),
    403: marked(
        "This page was open for too long or was sent in an odd way. Go back, load it again and try again."
    ),
    404: marked("There is no page at this address."),
    405: marked("There is no page at this address."),
    413: marked("At most 10 MB can be sent. Nothing was changed."),
}
_COPIED = marked(
    "If you followed a link from an invitation, look whether all of it was copied, or ask whoever sent it"
    " for a new one. What you answered in a study is kept. If you were trying a study out, that may be over:"
    " what is answered in a pilot is deleted with it."
)
_OPEN_AGAIN = marked(
    "If you take part in a study, open your personal link again: it is in your invitation. If you were"
    " trying a study out and your link opens nothing, the pilot is over."
)
_USED = "A sign-in link works once, within a quarter of an hour of being made."
_TELL = marked(
    "What was saved before is still there."
    " If it happens again, tell whoever runs the study what you were doing."
)
_TROUBLE = marked(
    "Something went wrong on our side. Nothing was half done. Please try again in a few minutes."
)


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong, in a sentence, and where to go from here."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    sentence: str
    advice: str = ""
    way: Link | None = None


def refused(request: Request[Any, Any, Any], error: SurveyError) -> Response[Any]:
    """The answer to a refusal of ours."""
    frame = getattr(request.state, "frame", None)
    if isinstance(error, NotAllowed) and (frame is None or frame.role != "researcher"):
        return _answer(request, STATUS[NotAllowed], error.sentence, (_OPEN_AGAIN, _SIGN_IN))
    return _answer(request, STATUS[type(error)], error.sentence)


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to what the framework refused, or to what nobody thought of."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status >= 500:
        _log.error("%s %s failed", request.method, _route_of(request), exc_info=error)
    return _answer(request, status, _SENTENCES.get(status, _TROUBLE))


HANDLERS: dict[type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SurveyError: refused,
    HTTPException: failed,
    Exception: failed,
}


def _route_of(request: Request[Any, Any, Any]) -> str:
    """The route as it was declared: the address itself may hold a personal link."""
    return str(cast("Mapping[str, Any]", request.scope).get("path_template", "an address without a route"))


def _answer(
    request: Request[Any, Any, Any], status: int, sentence: str, ways: tuple[str, Link | None] | None = None
) -> Response[Any]:
    if "application/json" in request.headers.get("accept", ""):
        return Response({"error": _in_language(request, sentence)}, status_code=status)
    frame = getattr(request.state, "frame", None) or _frame(request)
    advice, way = ways or _ways(request, status, frame)
    title = _TITLES.get(status, _WRONG)
    with languages.speaking(_language_of(request)):
        spoken = languages.spoken()
        error = ErrorPage(
            title=gettext(title),
            frame=replace(frame, language=spoken, direction=direction(spoken)),
            status=status,
            sentence=languages.translated(sentence),
            advice=gettext(advice) if advice else "",
            way=replace(way, text=gettext(way.text)) if way else None,
        )
        return pages.respond(request, error, status=status)


def _in_language(request: Request[Any, Any, Any], sentence: str) -> str:
    """A sentence of ours as whoever asked reads it."""
    with languages.speaking(_language_of(request)):
        return languages.translated(sentence)


def _language_of(request: Request[Any, Any, Any]) -> str:
    """The language that the page would have spoken; where nobody knows who asks, what was last read here."""
    return str(getattr(request.state, "language", "") or auth.last_language(request))


def _frame(request: Request[Any, Any, Any]) -> Frame:
    """What stands around a page of which nobody knows to whom it goes."""
    return Frame(
        csrf_token=csrf_token({"request": request}),
        is_simulated=request.app.state.service.settings.is_demo,
    )


def _ways(request: Request[Any, Any, Any], status: int, frame: Frame) -> tuple[str, Link | None]:
    """What may help, and where to go from here."""
    advice = _TELL if status >= 500 else ""
    if (way_back := getattr(request.state, "way_back", None)) is not None:  # whoever was let in by a link
        return advice, way_back
    if request.url.path.startswith("/sign-in/link/"):
        return _USED, Link("Ask for a new link", "/sign-in/")
    if status == 422 and "/grids/" in request.url.path and request.url.query:
        return advice, Link("The grid as the study has it", request.url.path)
    if frame.role == "researcher":
        study = Link("Back to the overview", f"/studies/{frame.study_key}")
        return advice, study if frame.study_key else Link("Your studies", "/studies")
    if frame.role == "panellist":
        return advice, Link(marked("Go on with your study"), "/answer")
    return advice or (_COPIED if status == 404 else ""), Link(marked("Go to the first page"), "/")
