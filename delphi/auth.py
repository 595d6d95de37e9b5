"""The door: which access a handler declares, whose browser is asking, and the cookie that says so.

A handler that declares no access is closed, and so is one that declares a personal access but opens no
transaction in which the person could be known.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from sqlalchemy.orm import Session

from delphi.settings import Settings
from surveys import access, permissions
from surveys.access import Key
from surveys.errors import NotFound
from surveys.permissions import Visitor

SESSION_COOKIE = "delphi_session"
NOTICE_COOKIE = "delphi_notice"


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


def session_cookie(token: str, settings: Settings, lasts: timedelta) -> Cookie:
    """The cookie that keeps somebody signed in."""
    return Cookie(
        key=SESSION_COOKIE, value=token, path="/", httponly=True, secure=settings.is_public, samesite="lax",
        max_age=int(lasts.total_seconds()),
    )  # fmt: skip
