"""A study at a glance: where it stands, what to do next, its rounds, its panels and its fingerprint."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi import navigation
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined
from delphi.formats import date
from delphi.page import Link, Page
from delphi.pages.study import standing, tabs
from delphi.pages.study.standing import Facts, Step
from delphi.visits import Visit
from surveys import ending, panels, pilots
from surveys.cells import in_sentence
from surveys.permissions import Power
from surveys.studies import Study


@dataclass(frozen=True)
class PanelRow:
    """A panel with how many are on it and how many have left."""

    name: str
    mark: int
    panellists: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    """A study at a glance."""

    template: ClassVar[str] = "pages/study/overview.html"
    home: str
    sentence: str
    next: Link
    steps: tuple[Step, ...]
    items: int
    criteria: str
    panels: tuple[PanelRow, ...]
    fingerprint: str
    locked: str
    may_end: bool
    has_pilot: bool


class OverviewPages(Controller):
    """Where a study stands."""

    path = "/studies/{key:str}"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def overview(self, visit: Visit, key: FromPath[str]) -> OverviewPage | Response[Any]:
        study = tabs.study_of(visit, key)
        if study.pilot_of is not None:  # it stands on a page of the study that it tries
            return visit.go(navigation.pilot(study.pilot_of))
        facts = standing.facts(visit.session, study, now=visit.now, zone=visit.zone)
        return OverviewPage(
            title="Overview",
            frame=tabs.frame(visit, study, ""),
            home=facts.home,
            sentence=standing.sentence(facts),
            next=_next(visit, study, facts),
            steps=standing.steps(facts),
            items=len(study.items),
            criteria=joined([in_sentence(criterion.name) for criterion in study.protocol.criteria]),
            panels=_panels(visit, study),
            fingerprint=study.fingerprint,
            locked=date(study.locked_at, visit.zone) if study.locked_at else "",
            may_end=study.locked_at is not None
            and tabs.may(visit, study, Power.LEAD)
            and ending.may_end(visit.session, study),
            has_pilot=pilots.find(visit.session, study) is not None,
        )


def _next(visit: Visit, study: Study, facts: Facts) -> Link:
    """The next thing to do; for whoever does not run the study, the round that it would be done to."""
    if facts.rounds and not tabs.may(visit, study, Power.RUN):
        number = facts.rounds[-1].number
        return Link(f"See round {number}", facts.home + navigation.round_path(number))
    return standing.next_step(facts)


def _panels(visit: Visit, study: Study) -> tuple[PanelRow, ...]:
    known = panels.list_panellists(visit.session, study)
    return tuple(
        PanelRow(
            name=panel.name,
            mark=panel.position + 1,
            panellists=sum(p.panel_id == panel.id and p.withdrawn_at is None for p in known),
            withdrawn=sum(p.panel_id == panel.id and p.withdrawn_at is not None for p in known),
        )
        for panel in study.panels
    )
