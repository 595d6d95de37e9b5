"""The time zone of a study: in it its days and times are shown, typed and scheduled."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import zones
from surveys.permissions import Power

SAVED = "Saved. The study’s times are those of {}."


@dataclass(frozen=True, kw_only=True)
class ZonePage(Page):
    """The zones to choose from, and what time it is in the one that is chosen."""

    template: ClassVar[str] = "pages/study/zone.html"
    home: str
    chosen: str
    names: tuple[str, ...]
    service: str
    it_is: str
    may_choose: bool


def zone_page(visit: Visit, key: str) -> ZonePage:
    """The page, with what was typed."""
    study = tabs.study_of(visit, key)
    return ZonePage(
        title="Time zone",
        frame=tabs.frame(visit, study, "/design"),
        home=tabs.address(study),
        chosen=visit.typed("zone", study.time_zone),
        names=zones.names(),
        service=visit.settings.time_zone,
        it_is=date_and_time(visit.now, visit.zone),
        may_choose=tabs.may(visit, study, Power.RUN),
    )


class ZonePages(Controller):
    """Choosing the zone."""

    path = "/studies/{key:str}/time-zone"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> ZonePage:
        return zone_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=zone_page)
    def choose(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, by = tabs.study_of(visit, key), visit.account.email
        zones.choose(visit.session, study, str(form.get("zone", "")), by=by, now=visit.now)
        told = SAVED.format(study.time_zone or visit.settings.time_zone)
        return visit.go(f"{tabs.address(study)}/time-zone", told)
