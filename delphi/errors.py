"""One table from what went wrong to the status and the page that says so. No trace is ever shown."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.template.base import csrf_token

from delphi import page as pages
from delphi.page import Frame, Page
from surveys.errors import FaultyFile, InvalidInput, NotAllowed, NotFound, NotNow, SurveyError, Throttled

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
    403: "You cannot open this page",
    404: "Page not found",
    405: "Page not found",
    409: "This cannot be done now",
    413: "This file is too large",
    422: "Something needs to be changed",
    429: "Please wait a little",
}
_SENTENCES = {
    403: "This page was open for too long or was sent in an odd way. Go back, load it again and try again.",
    404: "There is no page at this address.",
    405: "There is no page at this address.",
    413: "At most 10 MB can be sent. Nothing was changed.",
}
_TROUBLE = "Something went wrong on our side. Nothing was half done. Please try again in a few minutes."


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong, in a sentence, and where to go from here."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    sentence: str
    sign_in: bool = False


def refused(request: Request[Any, Any, Any], error: SurveyError) -> Response[Any]:
    """The answer to a refusal of ours."""
    return _answer(request, STATUS[type(error)], error.sentence, sign_in=isinstance(error, NotAllowed))


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to what the framework refused, or to what nobody thought of."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status >= 500:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(request, status, _SENTENCES.get(status, _TROUBLE))


HANDLERS: dict[type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SurveyError: refused,
    HTTPException: failed,
    Exception: failed,
}


def _answer(
    request: Request[Any, Any, Any], status: int, sentence: str, *, sign_in: bool = False
) -> Response[Any]:
    if "application/json" in request.headers.get("accept", ""):
        return Response({"error": sentence}, status_code=status)
    frame = Frame(csrf_token=csrf_token({"request": request}))
    title = _TITLES.get(status, "Something went wrong")
    error = ErrorPage(title=title, frame=frame, status=status, sentence=sentence, sign_in=sign_in)
    return pages.respond(request, error, status=status)
