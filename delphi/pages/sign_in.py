"""Signing in and out: with a password, or by a link that works once and only by its button."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import auth, mail
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Form, Page
from surveys import access
from surveys.errors import InvalidInput

LINK_SENT = (
    "If there is an account for this address, a link is on its way to it."
    " It works once, within a quarter of an hour."
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


def sign_in_page(visit: Visit) -> SignInPage:
    """The form; a wrong try is noted here, since the transaction that refused it was rolled back."""
    email = visit.typed("email")
    if isinstance(visit.refusal, InvalidInput):
        access.note_failed_sign_in(visit.session, visit.key, email, _origin(visit), now=visit.now)
    return SignInPage(title="Sign in", frame=visit.frame(), email=email)


def asked_page(visit: Visit) -> SignInPage:
    """The form, where no link could be sent to what was typed."""
    return SignInPage(title="Sign in", frame=visit.frame(), email=visit.typed("email"))


class SignInPages(Controller):
    """The researchers' door."""

    path = "/sign-in"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def form(self, visit: Visit) -> SignInPage:
        return sign_in_page(visit)

    @post("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=sign_in_page)
    def sign_in(self, visit: Visit, form: Form) -> Response[Any]:
        typed = str(form.get("email", "")), str(form.get("password", ""))
        token = access.sign_in(visit.session, visit.key, *typed, origin=_origin(visit), now=visit.now)
        return _signed_in(visit, token)

    @post("/link", access=Access.PUBLIC, sync_to_thread=True)
    @transaction(again=asked_page)
    def send_link(self, visit: Visit, form: Form) -> Response[Any]:
        asked = access.ask_for_sign_in_link(
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

    @post("/out", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def sign_out(self, visit: Visit) -> Response[Any]:
        if token := visit.request.cookies.get(auth.SESSION_COOKIE):
            access.close_session(visit.session, visit.key, token)
        answer = visit.go("/", notice="You are signed out.")
        answer.delete_cookie(auth.SESSION_COOKIE)
        return answer


def _signed_in(visit: Visit, token: str) -> Response[Any]:
    answer = visit.go("/studies")
    answer.set_cookie(auth.session_cookie(token, visit.settings, access.ACCOUNT_SESSION))
    return answer


def _origin(visit: Visit) -> str:
    client = visit.request.client
    return client.host if client else ""
