"""Access: every route stands in the table below, a handler that forgot to say who may come in is closed, and a
study's pages exist for its team alone.
"""

import re

import pytest
from litestar import Litestar, get

from delphi.auth import Access
from tests.delphi.conftest import Answer, Browser, World

# A new route fails here until it is entered: who may come in is decided twice.
ROUTES = """
GET      /                                                       public
GET      /answer                                                 panellist
POST     /answer/begin                                           panellist
GET POST /answer/information                                     panellist
GET POST /answer/questions                                       panellist
GET      /answer/review                                          panellist
GET POST /answer/round                                           panellist
POST     /answer/submit                                          panellist
GET      /answer/summary                                         panellist
GET POST /answer/withdraw                                        panellist
POST     /demo/panellist/{panel}                                 public
POST     /demo/researcher                                        public
GET      /grids/{key}                                            public
GET      /grids/{key}/{audience}                                 public
GET      /grids/{key}/{audience}/grid.csv                        public
GET      /grids/{key}/{audience}/grid.svg                        public
GET POST /join/{link}                                            public
GET POST /sign-in                                                public
POST     /sign-in/link                                           public
GET POST /sign-in/link/{token}                                   public
POST     /sign-in/out                                            public
GET      /static/{file_path}                                     public
GET      /studies                                                researcher
GET      /studies/{key}                                          researcher
GET      /studies/{key}/grids                                    researcher
GET      /studies/{key}/grids/{audience}                         researcher
GET      /studies/{key}/grids/{audience}/grid.csv                researcher
GET      /studies/{key}/grids/{audience}/grid.svg                researcher
GET      /studies/{key}/items                                    researcher
GET      /studies/{key}/items.csv                                researcher
GET POST /studies/{key}/panels                                   researcher
POST     /studies/{key}/panels/file                              researcher
POST     /studies/{key}/panels/links.csv                         researcher
GET      /studies/{key}/panels/template.csv                      researcher
GET      /studies/{key}/panels/{panellist_id}                    researcher
POST     /studies/{key}/panels/{panellist_id}/link               researcher
POST     /studies/{key}/panels/{panellist_id}/link/new           researcher
POST     /studies/{key}/panels/{panellist_id}/link/revoke        researcher
GET      /studies/{key}/protocol                                 researcher
GET      /studies/{key}/protocol.json                            researcher
GET POST /studies/{key}/publication                              researcher
GET POST /studies/{key}/publication/withdrawal                   researcher
GET      /studies/{key}/rounds/{number}                          researcher
GET POST /studies/{key}/rounds/{number}/close                    researcher
GET      /studies/{key}/rounds/{number}/comments                 researcher
POST     /studies/{key}/rounds/{number}/comments/{panellist_id}/{item_id} researcher
POST     /studies/{key}/rounds/{number}/extend                   researcher
POST     /studies/{key}/rounds/{number}/open                     researcher
GET      /studies/{key}/rounds/{number}/results                  researcher
GET      /studies/{key}/rounds/{number}/results.csv              researcher
GET POST /studies/{key}/rounds/{number}/settle                   researcher
POST     /studies/{key}/rounds/{number}/settle/change            researcher
POST     /studies/{key}/rounds/{number}/settle/last-look         researcher
GET      /studies/{key}/trail                                    researcher
GET      /studies/{key}/trail.csv                                researcher
GET      /withdrawn                                              public
"""
PLACES = {"key": "fairer-care", "number": "1", "panellist_id": "1", "item_id": "1", "audience": "all"}

TABLE = {
    (method, path): Access(access)
    for line in ROUTES.strip().splitlines()
    for *methods, path, access in [line.split()]
    for method in methods
}
OF_A_STUDY = [place for place in TABLE if place[1].startswith("/studies/{key}")]
OF_PANELLISTS = [place for place, access in TABLE.items() if access == Access.PANELLIST]


def _declared(application: Litestar) -> dict[tuple[str, str], Access | None]:
    """What each handler declares; the framework answers HEAD and OPTIONS by itself."""
    return {
        (method, route.path_format): handler.opt.get("access")
        for route in application.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods - {"HEAD", "OPTIONS"}
    }


def _ask(browser: Browser, method: str, path: str) -> Answer:
    filled = re.sub(r"\{(\w+)\}", lambda match: PLACES[match[1]], path)
    if method == "GET":
        return browser.get(filled)
    files = {"files": {"file": ("people.csv", b"panel\n", "text/csv")}} if filled.endswith("/file") else {}
    return browser.post(filled, **files)


def test_every_route_declares_the_access_that_the_table_says(world: World) -> None:
    assert _declared(world.application) == TABLE


@pytest.mark.parametrize(("method", "path"), OF_A_STUDY)
def test_a_study_does_not_exist_for_somebody_off_its_team(charlie: Browser, method: str, path: str) -> None:
    assert _ask(charlie, method, path).status == 404


@pytest.mark.parametrize(("method", "path"), OF_A_STUDY)
def test_nobody_is_shown_the_way_to_sign_in(world: World, method: str, path: str) -> None:
    answer = _ask(world.browser(), method, path)
    assert answer.status == 403
    assert 'href="/sign-in/"' in answer.text


@pytest.mark.parametrize(("method", "path"), OF_A_STUDY)
def test_a_panellist_sees_nothing_of_its_study_but_the_questionnaire(
    bob: Browser, method: str, path: str
) -> None:
    assert _ask(bob, method, path).status == 403


@pytest.mark.parametrize(("method", "path"), OF_PANELLISTS)
def test_a_researcher_has_no_questionnaire(alice: Browser, method: str, path: str) -> None:
    assert _ask(alice, method, path).status == 403


def test_a_handler_that_forgot_its_access_is_closed(world: World) -> None:
    @get("/forgotten", sync_to_thread=True)
    def forgotten() -> str:
        return "open to all"

    world.application.register(forgotten)
    assert world.browser().get("/forgotten").status == 404


def test_a_handler_that_cannot_know_who_came_is_closed(world: World) -> None:
    @get("/careless", access=Access.RESEARCHER, sync_to_thread=True)
    def careless() -> str:
        return "open to all"

    world.application.register(careless)
    assert world.browser().get("/careless").status == 404
    assert world.as_account("alice@example.org").get("/careless").status == 404
