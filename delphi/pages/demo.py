"""The doors of the demonstration: by one button anybody is its researcher, or one of its panellists.

They are there only where the setting says so, and lead into a simulated study only.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from delphi import auth, demo
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.demo import guests
from delphi.pages.answer import way
from surveys import access, publications, studies
from surveys.errors import NotFound
from surveys.studies import Study


@dataclass(frozen=True)
class Door:
    """A way into the demonstration: a form's button, or where `is_link`, a place to go."""

    title: str
    sentence: str
    button: str
    href: str
    is_link: bool = False


class DemoPages(Controller):
    """Coming in without a password or a link."""

    path = "/demo"

    @post("/researcher", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def researcher(self, visit: Visit) -> Response[Any]:
        study = _study(visit)
        account = access.find_account(visit.session, demo.RESEARCHER_EMAIL)
        if account is None:
            raise NotFound(guests.NO_DOOR)
        token = access.open_account_session(visit.session, visit.key, account, now=visit.now)
        return _let_in(visit, token, f"/studies/{study.key}")

    @post("/panellist/{panel:str}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def panellist(self, visit: Visit, panel: FromPath[str]) -> Response[Any]:
        own = guests.let_in(visit.session, visit.key, _study(visit), panel, now=visit.now)
        link = access.get_personal_link(visit.session, visit.key, own)
        token = access.open_panellist_session(visit.session, visit.key, link, now=visit.now)
        return _let_in(visit, token, way.START)


def doors(visit: Visit) -> tuple[Door, ...]:
    """The doors for the first page; none where this is no demonstration."""
    study = studies.find(visit.session, demo.STUDY) if visit.settings.is_demo else None
    if study is None or not study.is_simulated:
        return ()
    answering = tuple(_panel_door(panel.key) for panel in study.panels if panel.key in demo.GUEST_NAMES)
    public = (_GRIDS_DOOR,) if publications.find(visit.session, study) else ()
    return (_RESEARCHER_DOOR, *answering, *public)


_RESEARCHER_DOOR = Door(
    "The researcher",
    "Round 1 is settled, round 2 is open. See the protocol, who answers, the results, the comments.",
    "Sign in as the researcher",
    "/demo/researcher",
)
_GRIDS_DOOR = Door(
    "A local team",
    "Look at the priority grids of round 1: what each audience could do first.",
    "Look at the grids",
    f"/grids/{demo.STUDY}",
    is_link=True,
)


def _panel_door(panel: str) -> Door:
    name = demo.GUEST_NAMES[panel]
    return Door(
        name[:1].upper() + name[1:],
        "You answered round 1. Answer round 2, with what both panels said beside each question.",
        f"Answer as {name}",
        f"/demo/panellist/{panel}",
    )


def _study(visit: Visit) -> Study:
    study = studies.find(visit.session, demo.STUDY) if visit.settings.is_demo else None
    if study is None or not study.is_simulated:
        raise NotFound(guests.NO_DOOR)
    return study


def _let_in(visit: Visit, token: str, path: str) -> Response[Any]:
    answer = visit.go(path)
    answer.set_cookie(auth.session_cookie(token, visit.settings, access.ACCOUNT_SESSION))
    return answer
