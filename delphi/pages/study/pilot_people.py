"""Who tries a pilot: its test panellists by panel, how far each is, and the link that each answers by."""

from dataclasses import dataclass

from delphi import addresses
from delphi.visits import Visit
from surveys import invitations, rounds, watching
from surveys import panels as panels_
from surveys.panels import Panellist
from surveys.studies import Study


@dataclass(frozen=True)
class TestPanellist:
    """Somebody who tries the questions; `link` is none where it opens nothing any more."""

    code: str
    state: str
    link: str | None
    id: str


@dataclass(frozen=True)
class TestPanel:
    """The test panellists of a panel."""

    name: str
    mark: int
    people: tuple[TestPanellist, ...]


def panels(visit: Visit, pilot: Study) -> tuple[TestPanel, ...]:
    """Each panel's test panellists with their links, which open somebody's answers: for who may see names."""
    current = rounds.find_current(visit.session, pilot)
    watched = watching.list_people(visit.session, current) if current else ()
    states = {one.id: str(one.state) for one in watched}
    everyone = panels_.list_panellists(visit.session, pilot)
    made = [
        TestPanel(
            panel.name,
            panel.position + 1,
            tuple(_person(visit, one, states) for one in everyone if one.panel_id == panel.id),
        )
        for panel in pilot.panels
    ]
    return tuple(panel for panel in made if panel.people)


def _person(visit: Visit, panellist: Panellist, states: dict[int, str]) -> TestPanellist:
    token = invitations.find_token(visit.session, visit.key, panellist, now=visit.now)
    is_live = panellist.withdrawn_at is None and not panellist.study.is_over
    return TestPanellist(
        code=panellist.code,
        state="withdrew" if panellist.withdrawn_at else states.get(panellist.id, "not asked"),
        link=addresses.personal_link(visit.settings, token) if token and is_live else None,
        id=f"link-{panellist.id}",
    )
