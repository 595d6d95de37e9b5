"""One request, one transaction: opened, and committed or rolled back, in the handler's own thread.

A handler takes a `visit` and, for a form, `form` or (with a file) `upload`; the decorator turns that into
what Litestar can fill in. Where a form is refused, the transaction is rolled back and `again`, the page that
holds the form, is shown anew in a fresh one with what was typed and what is wrong with it.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from litestar import Request, Response
from litestar.params import MultipartBody, URLEncodedBody
from sqlalchemy.orm import Session

from delphi import auth, forms, languages
from delphi import page as pages
from delphi.page import Form, Page
from delphi.visits import Service, Visit, wants_json
from surveys.access import Account
from surveys.errors import FaultyFile, InvalidInput, NotNow, SurveyError, Throttled
from surveys.panels import Panellist
from surveys.permissions import Visitor
from surveys.translations import reading
from surveys.translations.languages import FIRST

_REFUSAL_STATUS: dict[type[SurveyError], int] = {NotNow: 409, Throttled: 429}
# The name by which a handler asks for what was sent says how it was sent: typed, or with a file.
_BODIES = {"form": URLEncodedBody[dict[str, Any]], "upload": MultipartBody[dict[str, Any]]}
_OURS = {"visit", "found", *_BODIES}  # parameters of a handler that are no part of the address


def transaction(
    handler: Callable[..., Any] | None = None,
    *,
    again: Callable[..., Page] | None = None,
    first: Callable[[Visit, Form], Callable[[], Any]] | None = None,
) -> Callable[..., Any]:
    """Run a handler in one transaction; it returns a page or an answer. See the module.

    What has to be kept though the request is refused is done `first`, in a transaction of its own. What that
    returns is called while none is open, since it takes long; what comes of it, the handler takes as `found`.
    """
    if handler is None:
        return functools.partial(transaction, again=again, first=first)

    body = _body(handler)

    @functools.wraps(handler)
    def run(*args: Any, request: Request[Any, Any, Any], **kwargs: Any) -> Response[Any]:
        service: Service = request.app.state.service
        form = forms.tidied(kwargs.pop("data", None) or {})
        kwargs = forms.named(kwargs)
        with _framed(service, request, str(kwargs.get("key", ""))):
            try:
                found = {} if first is None else {"found": _found(first, service, request, form)}
                with _visit(service, request, form) as visit:
                    answer = handler(*args, visit=visit, **kwargs, **found, **dict.fromkeys(body, form))
                return _respond(service, request, answer)
            except (InvalidInput, FaultyFile, NotNow, Throttled) as refusal:
                if again is None or wants_json(request):
                    raise
                with _visit(service, request, form, refusal) as visit:
                    answer = again(visit, **kwargs)
                return pages.respond(request, answer, status=_REFUSAL_STATUS.get(type(refusal), 422))

    run.__signature__, run.__annotations__ = _for_litestar(handler, body or _body(first))  # type: ignore[attr-defined]
    run.opens_transaction = True  # type: ignore[attr-defined]
    return run


@contextmanager
def _visit(
    service: Service, request: Request[Any, Any, Any], form: Form, refusal: SurveyError | None = None
) -> Iterator[Visit]:
    engine = service.engine if request.method == "GET" else service.writing
    with Session(engine) as session, session.begin():
        now = service.clock()
        visitor = auth.admit(request, session, service.key, now)
        language = _language_of(request, visitor)
        yield Visit(request, service, session, visitor, now, form, refusal, language)


def _language_of(request: Request[Any, Any, Any], visitor: Visitor) -> str:
    """The language that this request is answered in, spoken from here on: a panellist's on its own pages."""
    is_own = isinstance(visitor, Panellist) and auth.is_for_panellists(request)
    language = reading.language_of(visitor) if is_own and isinstance(visitor, Panellist) else FIRST
    languages.speak(language)
    if is_own or isinstance(visitor, Account):  # of anybody else a refusal asks what was last read
        request.state.language = language
    return language


@contextmanager
def _framed(service: Service, request: Request[Any, Any, Any], study_key: str) -> Iterator[None]:
    """Where all is refused, keep for the page that says so who is there; it is made outside this thread."""
    try:
        yield
    except SurveyError:
        if not wants_json(request):
            with suppress(SurveyError), _visit(service, request, {}) as visit:
                request.state.frame = visit.frame_of_refusal(study_key)
        raise


def _found(
    first: Callable[[Visit, Form], Callable[[], Any]],
    service: Service,
    request: Request[Any, Any, Any],
    form: Form,
) -> Any:
    with _visit(service, request, form) as visit:
        work = first(visit, form)
    return work()


def _respond(service: Service, request: Request[Any, Any, Any], answer: Any) -> Response[Any]:
    if isinstance(answer, Page):
        answer = pages.respond(request, answer)
        auth.keep_language(request, answer, service.settings)
        if auth.NOTICE_COOKIE in request.cookies:
            answer.delete_cookie(auth.NOTICE_COOKIE)
    return answer  # type: ignore[no-any-return]


def _body(function: Callable[..., Any] | None) -> list[str]:
    """The name by which it takes what was sent, if it does."""
    taken = inspect.signature(function).parameters if function else ()
    return [name for name in taken if name in _BODIES]


def _for_litestar(handler: Callable[..., Any], body: list[str]) -> tuple[inspect.Signature, dict[str, Any]]:
    """The handler's signature with `visit` given way to the request, and the form to the body."""
    known = inspect.signature(handler, eval_str=True).parameters.values()
    kept = [parameter for parameter in known if parameter.name not in _OURS]
    added = [inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request[Any, Any, Any])]
    added += [
        inspect.Parameter("data", inspect.Parameter.KEYWORD_ONLY, annotation=_BODIES[name]) for name in body
    ]
    ordered = [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY) if p.name != "self" else p for p in kept
    ] + added
    signature = inspect.Signature(ordered, return_annotation=Response[Any])
    hints = {p.name: p.annotation for p in ordered if p.annotation is not inspect.Parameter.empty}
    return signature, hints | {"return": Response[Any]}
