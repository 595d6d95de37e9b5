"""Signing in and out: with a password, or by a link that works once and only by its button."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import auth, mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.visits import Visit
from surveys import access, sign_ins
from surveys.panels import Panellist
from surveys.sign_ins import Proof

LINK_SENT = (
    "If there is an account for this address, a link is on its way to it."
    " It works once, within a quarter of an hour."
)
DEMO_SENDS_NONE = (
    "This demonstration sends no mail, so there is no link. Come in by a button on the first page,"
    " or with the password that stands where it was started."
)


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """The form for address and password."""

    template: ClassVar[str] = "pages/sign_in/sign_in.html"
    email: str


@dataclass(frozen=True, kw_only=True)
class SignInLinkPage(Page):
    """The button behind a sign-in link. A mail scanner that follows the link signs nobody in."""

    template: ClassVar[str] = "pages/sign_in/link.html"
    token: str


@dataclass(frozen=True, kw_only=True)
class SignedOutPage(Page):
    """What a panellist is told who has left this device: how to come back."""

    template: ClassVar[str] = "pages/sign_in/out.html"


def sign_in_page(visit: Visit) -> SignInPage:
    """The form, with the address that was typed."""
    return SignInPage(title="Sign in", frame=visit.frame(), email=visit.typed("email"))


def tried(visit: Visit, form: Form) -> Callable[[], Proof]:
    """Count the try, and say what is left to do: to compare the password."""
    email, password = (str(form.get(field, "")) for field in ("email", "password"))
    counted = sign_ins.begin(visit.session, visit.key, email, origin=_origin(visit), now=visit.now)
    return partial(sign_ins.prove, counted, password)


class SignInPages(Controller):
    """The researchers' door."""

    path = "/sign-in"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def form(self, visit: Visit) -> SignInPage:
        return sign_in_page(visit)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=sign_in_page, first=tried)
    def sign_in(self, visit: Visit, found: Proof) -> Response[Any]:
        return _signed_in(visit, sign_ins.finish(visit.session, visit.key, found, now=visit.now))

    @post("/link", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=sign_in_page)
    def send_link(self, visit: Visit, form: Form) -> Response[Any]:
        if visit.settings.is_demo:
            return visit.go("/sign-in", notice=DEMO_SENDS_NONE)
        asked = sign_ins.ask_for_link(
            visit.session, visit.key, str(form.get("email", "")), origin=_origin(visit), now=visit.now
        )
        if asked is not None:
            mail.queue_sign_in_link(visit.session, visit.settings, *asked, now=visit.now)
        return visit.go("/sign-in", notice=LINK_SENT)

    @get("/link/{token:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def link(self, visit: Visit, token: FromPath[str]) -> SignInLinkPage:
        return SignInLinkPage(title="Sign in", frame=visit.frame(), token=token)

    @post("/link/{token:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def use_link(self, visit: Visit, token: FromPath[str]) -> Response[Any]:
        return _signed_in(visit, access.use_sign_in_link(visit.session, visit.key, token, now=visit.now))

    @get("/out", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def out(self, visit: Visit) -> SignedOutPage | Response[Any]:
        if visit.visitor is not None:
            return visit.go("/")
        here = visit.in_last_language()
        return SignedOutPage(title=gettext("You are signed out"), frame=here.frame())

    @post("/out", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def sign_out(self, visit: Visit) -> Response[Any]:
        if token := visit.request.cookies.get(auth.SESSION_COOKIE):
            access.close_session(visit.session, visit.key, token)
        is_panellist = isinstance(visit.visitor, Panellist)
        answer = visit.go("/sign-in/out") if is_panellist else visit.go("/", notice="You are signed out.")
        answer.delete_cookie(auth.SESSION_COOKIE)
        return answer


def _signed_in(visit: Visit, token: str) -> Response[Any]:
    answer = visit.go("/studies")
    answer.set_cookie(auth.session_cookie(token, visit.settings, access.ACCOUNT_SESSION))
    answer.delete_cookie(auth.LANGUAGE_COOKIE)  # whoever has read a panellist's pages here reads English now
    return answer


def _origin(visit: Visit) -> str:
    client = visit.request.client
    return client.host if client else ""
