"""Access: every route stands in one table, a handler that forgot to say who may come in is closed.

And a study's pages exist for its team alone: everybody else is walked through all of them.
"""

import re
from dataclasses import replace

import pytest
from litestar import Litestar, get

from delphi import app
from delphi.auth import Access
from tests.delphi.conftest import Answer, Browser, World

# A new route fails here until it is entered: who may come in is decided twice.
ROUTES = """
GET      /                                                       public
GET      /answer                                                 panellist
POST     /answer/begin                                           panellist
GET POST /answer/changes                                         panellist
POST     /answer/language                                        panellist
GET POST /answer/information                                     panellist
GET POST /answer/questions                                       panellist
GET      /answer/review                                          panellist
GET POST /answer/round                                           panellist
POST     /answer/submit                                          panellist
GET      /answer/summary                                         panellist
GET POST /answer/withdraw                                        panellist
POST     /demo/panellist/{panel}                                 public
POST     /demo/researcher                                        public
GET POST /concerns/{token}                                       public
GET      /editions/at/{slug}                                     public
POST     /editions/at/{slug}/copy                                public
GET      /editions/at/{slug}/edition.json                        public
GET      /editions/at/{slug}/grid/{file}                         public
GET      /editions/at/{slug}/plan                                public
POST     /editions/of/{key}                                      public
GET      /editions/of/{key}/study.json                           public
GET      /editions/{token}                                       public
GET      /editions/{token}/edition.json                          public
GET      /editions/{token}/grid/{file}                           public
POST     /editions/{token}/mail                                  public
GET      /editions/{token}/plan                                  public
GET      /editions/{token}/ratings                               public
POST     /editions/{token}/ratings/close                         public
POST     /editions/{token}/ratings/file                          public
POST     /editions/{token}/ratings/open                          public
GET      /editions/{token}/ratings/template.csv                  public
GET      /editions/{token}/result                                public
POST     /editions/{token}/sharing                               public
POST     /editions/{token}/sharing/end                           public
GET POST /editions/{token}/steps/{step}                          public
POST     /editions/{token}/up-to-date                            public
GET      /editions/{token}/versions/{number}                     public
GET      /grids/{key}                                            public
GET      /grids/{key}/{audience}                                 public
GET      /grids/{key}/{audience}/embed                           public
GET      /grids/{key}/{audience}/{file}                          public
GET POST /join/{link}                                            public
GET POST /local/{token}                                          public
GET POST /local/{token}/items                                    public
GET      /local/{token}/screen                                   public
GET      /local/{token}/thanks                                   public
GET POST /sign-in                                                public
POST     /sign-in/link                                           public
GET POST /sign-in/link/{token}                                   public
GET POST /sign-in/out                                            public
GET POST /sign-up/{token}                                        public
GET      /sign-up/{token}/thanks                                 public
GET      /static/{file_path}                                     public
GET      /studies                                                researcher
GET POST /studies/new                                            researcher
POST     /studies/new/copy                                       researcher
POST     /studies/new/file                                       researcher
GET      /studies/new/template.xlsx                              researcher
GET      /studies/{key}                                          researcher
GET POST /studies/{key}/codebook                                 researcher
POST     /studies/{key}/codebook/{code_id}                       researcher
POST     /studies/{key}/codebook/{code_id}/merge                 researcher
POST     /studies/{key}/codebook/{code_id}/remove                researcher
GET      /studies/{key}/design                                   researcher
GET POST /studies/{key}/design/amend/{part}                      researcher
GET      /studies/{key}/design/amendments/{number}/before.json   researcher
GET      /studies/{key}/design/check                             researcher
GET POST /studies/{key}/design/items                             researcher
POST     /studies/{key}/design/items/file                        researcher
GET POST /studies/{key}/design/languages                         researcher
GET POST /studies/{key}/design/languages/{language}              researcher
POST     /studies/{key}/design/languages/{language}/file         researcher
POST     /studies/{key}/design/languages/{language}/remove       researcher
GET      /studies/{key}/design/languages/{language}/words.xlsx   researcher
GET      /studies/{key}/design/panel-size                        researcher
GET POST /studies/{key}/design/parts/{part}                      researcher
GET      /studies/{key}/design/preview                           researcher
GET      /studies/{key}/design/preview/seen                      researcher
GET      /studies/{key}/design/study.xlsx                        researcher
GET POST /studies/{key}/design/workbook                          researcher
POST     /studies/{key}/design/workbook/take                     researcher
GET POST /studies/{key}/end                                      researcher
GET      /studies/{key}/grids                                    researcher
GET      /studies/{key}/grids/{audience}                         researcher
GET      /studies/{key}/grids/{audience}/{file}                  researcher
GET      /studies/{key}/items                                    researcher
GET      /studies/{key}/items.csv                                researcher
GET      /studies/{key}/items/history                            researcher
GET      /studies/{key}/items/history.csv                        researcher
GET POST /studies/{key}/items/{item_id}/tags                     researcher
GET      /studies/{key}/mail                                     researcher
GET      /studies/{key}/mail/record.csv                          researcher
GET POST /studies/{key}/mail/{kind}                              researcher
GET POST /studies/{key}/mail/{kind}/text                         researcher
POST     /studies/{key}/mail/{kind}/text/reset                   researcher
GET POST /studies/{key}/panels                                   researcher
POST     /studies/{key}/panels/file                              researcher
POST     /studies/{key}/panels/links.csv                         researcher
GET      /studies/{key}/panels/channels.csv                      researcher
GET      /studies/{key}/panels/panellists.csv                    researcher
GET      /studies/{key}/panels/template.csv                      researcher
GET      /studies/{key}/panels/{panellist_id}                    researcher
POST     /studies/{key}/panels/{panellist_id}/address            researcher
POST     /studies/{key}/panels/{panellist_id}/declaration        researcher
POST     /studies/{key}/panels/{panellist_id}/link               researcher
POST     /studies/{key}/panels/{panellist_id}/link/new           researcher
POST     /studies/{key}/panels/{panellist_id}/link/revoke        researcher
POST     /studies/{key}/panels/{panellist_id}/mail               researcher
POST     /studies/{key}/panels/{panellist_id}/mail/again         researcher
POST     /studies/{key}/panels/{panellist_id}/move               researcher
POST     /studies/{key}/panels/{panellist_id}/person             researcher
GET      /studies/{key}/payments                                 researcher
POST     /studies/{key}/payments/mark                            researcher
POST     /studies/{key}/payments/offer                           researcher
GET      /studies/{key}/payments/payments.csv                    researcher
POST     /studies/{key}/payments/words                           researcher
GET POST /studies/{key}/pilot                                    researcher
GET POST /studies/{key}/pilot/removal                            researcher
GET      /studies/{key}/protocol                                 researcher
GET      /studies/{key}/protocol.json                            researcher
GET POST /studies/{key}/publication                              researcher
GET POST /studies/{key}/publication/withdrawal                   researcher
GET      /studies/{key}/rounds/{number}                          researcher
GET POST /studies/{key}/rounds/{number}/close                    researcher
GET      /studies/{key}/rounds/{number}/comments                 researcher
POST     /studies/{key}/rounds/{number}/comments/harms           researcher
POST     /studies/{key}/rounds/{number}/comments/{panellist_id}/{item_id} researcher
POST     /studies/{key}/rounds/{number}/extend                   researcher
GET      /studies/{key}/rounds/{number}/items                    researcher
POST     /studies/{key}/rounds/{number}/items/changes/{change_id}/take-back researcher
GET POST /studies/{key}/rounds/{number}/items/merge              researcher
GET POST /studies/{key}/rounds/{number}/items/new                researcher
GET POST /studies/{key}/rounds/{number}/items/reopen/{item_id}   researcher
GET POST /studies/{key}/rounds/{number}/items/reword/{item_id}   researcher
GET POST /studies/{key}/rounds/{number}/items/split/{item_id}    researcher
POST     /studies/{key}/rounds/{number}/next                     researcher
POST     /studies/{key}/rounds/{number}/open                     researcher
GET      /studies/{key}/rounds/{number}/results                  researcher
GET      /studies/{key}/rounds/{number}/results.csv              researcher
GET      /studies/{key}/rounds/{number}/rules                    researcher
GET      /studies/{key}/rounds/{number}/rules.csv                researcher
GET POST /studies/{key}/rounds/{number}/schedule                 researcher
GET POST /studies/{key}/rounds/{number}/schedule/{schedule_id}   researcher
POST     /studies/{key}/rounds/{number}/schedule/{schedule_id}/cancel researcher
GET POST /studies/{key}/rounds/{number}/settle                   researcher
POST     /studies/{key}/rounds/{number}/settle/change            researcher
POST     /studies/{key}/rounds/{number}/settle/last-look         researcher
GET POST /studies/{key}/rounds/{number}/concerns/{panellist_id}/{place} researcher
GET      /studies/{key}/rounds/{number}/themes                   researcher
GET      /studies/{key}/rounds/{number}/themes/agreement         researcher
GET      /studies/{key}/rounds/{number}/themes/codings.csv       researcher
GET      /studies/{key}/rounds/{number}/themes/differences       researcher
POST     /studies/{key}/rounds/{number}/themes/differences/{panellist_id}/{place} researcher
POST     /studies/{key}/rounds/{number}/themes/finish            researcher
GET      /studies/{key}/rounds/{number}/themes/found             researcher
GET POST /studies/{key}/rounds/{number}/themes/groups            researcher
POST     /studies/{key}/rounds/{number}/themes/texts/{panellist_id}/{place} researcher
GET      /studies/{key}/rounds/{number}/themes/themes.csv        researcher
GET      /studies/{key}/rounds/{number}/watch                    researcher
GET      /studies/{key}/rounds/{number}/watch/blanks.csv         researcher
GET      /studies/{key}/rounds/{number}/watch/days.csv           researcher
GET      /studies/{key}/rounds/{number}/watch/leavers            researcher
GET      /studies/{key}/rounds/{number}/words.csv                researcher
GET POST /studies/{key}/safeguarding                             researcher
POST     /studies/{key}/safeguarding/concerns/{concern_id}/close researcher
POST     /studies/{key}/safeguarding/concerns/{concern_id}/send  researcher
POST     /studies/{key}/safeguarding/remove                      researcher
GET      /studies/{key}/sign-ups                                 researcher
POST     /studies/{key}/sign-ups/entries/{entry_id}/approve      researcher
POST     /studies/{key}/sign-ups/entries/{entry_id}/decline      researcher
POST     /studies/{key}/sign-ups/entries/{entry_id}/erase        researcher
GET POST /studies/{key}/sign-ups/forms/{panel}                   researcher
POST     /studies/{key}/sign-ups/links/{panel}                   researcher
POST     /studies/{key}/sign-ups/links/{panel}/end               researcher
GET POST /studies/{key}/team                                     researcher
POST     /studies/{key}/team/{account_id}                        researcher
POST     /studies/{key}/team/{account_id}/remove                 researcher
GET POST /studies/{key}/time-zone                                researcher
GET      /studies/{key}/trail                                    researcher
GET      /studies/{key}/trail.csv                                researcher
GET POST /studies/{key}/write-ups                                researcher
GET      /uploads/{token}                                        public
GET      /withdrawn                                              public
"""
PLACES = {
    "change_id": "1",
    "account_id": "1",
    "code_id": "1",
    "concern_id": "1",
    "place": "harm",
    "key": "fairer-care",
    "number": "1",
    "entry_id": "1",
    "panel": "practitioners",
    "panellist_id": "1",
    "schedule_id": "1",
    "kind": "invitation",
    "item_id": "1",
    "language": "pl",
    "audience": "all",
    "file": "grid.csv",
    "slug": "x",
    "step": "group",
    "part": "aims",
    "token": "x",
    "link": "x",
}

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


def _not(status: int, browser: Browser, places: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The places that answer this browser with another status."""
    answers = {(method, path): _ask(browser, method, path).status for method, path in places}
    return {place: found for place, found in answers.items() if found != status}


def test_every_route_declares_the_access_that_the_table_says(world: World) -> None:
    assert _declared(world.application) == TABLE


def test_a_study_does_not_exist_for_somebody_off_its_team(charlie: Browser) -> None:
    assert _not(404, charlie, OF_A_STUDY) == {}


def test_nobody_is_shown_the_way_to_sign_in(world: World) -> None:
    nobody = world.browser()
    assert _not(403, nobody, OF_A_STUDY) == {}
    assert all('href="/sign-in/"' in page for page in nobody.pages)


def test_a_panellist_sees_no_page_for_the_team(bob: Browser) -> None:
    assert _not(403, bob, OF_A_STUDY) == {}


def test_a_researcher_has_no_questionnaire(alice: Browser) -> None:
    assert _not(403, alice, OF_PANELLISTS) == {}


def test_what_the_framework_would_answer_by_itself_is_closed(world: World) -> None:
    assert world.browser().client.options("/studies").status_code == 404


@pytest.fixture
def apart(world: World) -> World:
    """The same world behind an application of its own, which a test may add to."""
    own = app.create(world.service.settings, clock=world.clock)
    own.state.service.engine.dispose()
    own.state.service = world.service
    return replace(world, application=own)


def test_a_handler_that_forgot_its_access_is_closed(apart: World) -> None:
    @get("/forgotten", sync_to_thread=True)
    def forgotten() -> str:
        return "open to all"

    apart.application.register(forgotten)
    assert apart.browser().get("/forgotten").status == 404


def test_a_handler_that_cannot_know_who_came_is_closed(apart: World) -> None:
    @get("/careless", access=Access.RESEARCHER, sync_to_thread=True)
    def careless() -> str:
        return "open to all"

    apart.application.register(careless)
    assert apart.browser().get("/careless").status == 404
    assert apart.as_account("alice@example.org").get("/careless").status == 404


@pytest.mark.parametrize("path", ["/nowhere", "/static/nowhere.css", "/studies/fairer-care/nowhere"])
def test_an_address_that_leads_nowhere_is_a_page_that_can_be_read(world: World, path: str) -> None:
    answer = world.browser().get(path)
    assert (answer.status, "Page not found" in answer.text) == (404, True)
