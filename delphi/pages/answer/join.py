"""The personal link: a page with a button, so that a mail scanner that follows the link does nothing."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import auth
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Page
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import access
from surveys.translations import reading


@dataclass(frozen=True, kw_only=True)
class JoinPage(Page):
    """The button behind a personal link. It can be pressed again, on any device, until the study ends."""

    template: ClassVar[str] = "pages/answer/join.html"
    token: str


class JoinPages(Controller):
    """The panellists' door. Whatever is wrong with a link, the answer is the same."""

    path = "/join"

    @get("/{link:path}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def door(self, visit: Visit, link: FromPath[str]) -> JoinPage:
        token = token_in(link)
        panellist = access.get_personal_link(visit.session, visit.key, token).panellist
        frame = visit.in_language(reading.language_of(panellist)).frame(panellist.study)
        return JoinPage(title=frame.study_title, frame=frame, token=token)

    @post("/{link:path}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def enter(self, visit: Visit, link: FromPath[str]) -> Response[Any]:
        known = access.get_personal_link(visit.session, visit.key, token_in(link))
        session = access.open_panellist_session(visit.session, visit.key, known, now=visit.now)
        answer = visit.go(way.START)
        answer.set_cookie(auth.session_cookie(session, visit.settings, access.PANELLIST_SESSION))
        return answer


def token_in(link: str) -> str:
    """The token in what was opened, without what mail programs leave at its ends.

    >>> token_in("/abc-DEF_1>.")
    'abc-DEF_1'
    """
    return re.sub(r"^[^\w-]+|[^\w-]+$", "", link, flags=re.ASCII)
