"""The door: which access a handler declares, whose browser is asking, and the cookie that says so.

A handler that declares no access is closed, and so is one that declares a personal access but opens no
transaction in which the person could be known.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from sqlalchemy.orm import Session

from delphi import languages
from delphi.settings import Settings
from surveys import access, permissions
from surveys.access import Key
from surveys.errors import NotFound
from surveys.permissions import Visitor

SESSION_COOKIE = "delphi_session"
NOTICE_COOKIE = "delphi_notice"
LANGUAGE_COOKIE = "delphi_language"


class Access(StrEnum):
    """Who may come in."""

    PUBLIC = "public"
    RESEARCHER = "researcher"
    PANELLIST = "panellist"


_CHECKS: dict[Access, Callable[[Visitor], object]] = {
    Access.PUBLIC: lambda visitor: visitor,
    Access.RESEARCHER: permissions.check_is_account,
    Access.PANELLIST: permissions.check_is_panellist,
}


def check_is_guarded(_: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: refuse a handler that forgot to say who may come in, or that could not know who came."""
    declared = handler.opt.get("access")
    function = getattr(handler.fn, "func", handler.fn)  # what runs in a thread is wrapped
    opens_transaction = getattr(function, "opens_transaction", False)
    if declared is None or (declared != Access.PUBLIC and not opens_transaction):
        raise NotFound("There is no page at this address.")


def admit(request: Request[Any, Any, Any], session: Session, key: Key, now: datetime) -> Visitor:
    """Whose browser this is, if the handler's declared access lets it in."""
    token = request.cookies.get(SESSION_COOKIE)
    visitor = access.find_visitor(session, key, token, now=now) if token else None
    _CHECKS[Access(request.route_handler.opt["access"])](visitor)
    return visitor


def is_for_panellists(request: Request[Any, Any, Any]) -> bool:
    """Whether the page that is asked for is a panellist's own."""
    return bool(request.route_handler.opt["access"] == Access.PANELLIST)


def last_language(request: Request[Any, Any, Any]) -> str:
    """The language that a panellist's page spoke last in this browser, for a page that knows of nobody."""
    return languages.nearest(request.cookies.get(LANGUAGE_COOKIE, ""))


def keep_language(request: Request[Any, Any, Any], answer: Response[Any], settings: Settings) -> None:
    """Let this browser keep which language a panellist's page speaks: that, and nothing about anybody."""
    if is_for_panellists(request) and (spoken := languages.spoken()) != last_language(request):
        answer.set_cookie(
            key=LANGUAGE_COOKIE, value=spoken, httponly=True, secure=settings.is_public, samesite="lax",
            max_age=int(access.PANELLIST_SESSION.total_seconds()),
        )  # fmt: skip


def session_cookie(token: str, settings: Settings, lasts: timedelta) -> Cookie:
    """The cookie that keeps somebody signed in."""
    return Cookie(
        key=SESSION_COOKIE, value=token, path="/", httponly=True, secure=settings.is_public, samesite="lax",
        max_age=int(lasts.total_seconds()),
    )  # fmt: skip
