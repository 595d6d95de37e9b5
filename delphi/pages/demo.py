"""The doors of the demonstration: by one button anybody is its researcher, or one of its panellists.

They are there only where the setting says so, and lead into a simulated study only.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from delphi import auth, demo
from delphi.auth import Access
from delphi.db import transaction
from delphi.demo import guests
from delphi.findings_in_words import joined
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import access, publications, rounds, studies
from surveys.cells import in_sentence
from surveys.errors import NotFound
from surveys.publications import Publication
from surveys.rounds import Round
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
    known = rounds.list_rounds(visit.session, study)
    answering = tuple(
        _panel_door(panel.key, known) for panel in study.panels if panel.key in demo.GUEST_NAMES
    )
    published = publications.find(visit.session, study)
    return (_researcher_door(known), *answering, *([_grids_door(published)] if published else []))


def _researcher_door(known: list[Round]) -> Door:
    told = joined([in_sentence(f"Round {one.number} is {one.status}") for one in known])
    return Door(
        "The researcher",
        f"{told[:1].upper()}{told[1:]}. See the protocol, who answers, the results, the comments.",
        "Sign in as the researcher",
        "/demo/researcher",
    )


def _grids_door(published: Publication) -> Door:
    return Door(
        "A local team",
        f"Look at the priority grids of round {published.round.number}: what each audience could do first.",
        "Look at the grids",
        f"/grids/{demo.STUDY}",
        is_link=True,
    )


def _panel_door(panel: str, known: list[Round]) -> Door:
    name, newest = demo.GUEST_NAMES[panel], known[-1]
    button, sentence = f"Come in as {name}", "Look at what you answered, and at where the study stands."
    if newest.is_open:
        button = f"Answer as {name}"
        beside = "" if newest.number == 1 else ", with what both panels said before beside each question"
        sentence = f"Answer round {newest.number}{beside}."
    return Door(name[:1].upper() + name[1:], sentence, button, f"/demo/panellist/{panel}")


def _study(visit: Visit) -> Study:
    study = studies.find(visit.session, demo.STUDY) if visit.settings.is_demo else None
    if study is None or not study.is_simulated:
        raise NotFound(guests.NO_DOOR)
    return study


def _let_in(visit: Visit, token: str, path: str) -> Response[Any]:
    answer = visit.go(path)
    answer.set_cookie(auth.session_cookie(token, visit.settings, access.ACCOUNT_SESSION))
    return answer
