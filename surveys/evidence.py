"""What the panels of a lens said of an item, in which round, and how much of it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from surveys import results, rounds, visibility
from surveys.errors import NotFound, NotNow
from surveys.histories import changes
from surveys.items import Item
from surveys.lenses import Lens, plan_of
from surveys.protocol import Protocol
from surveys.results import PanelFinding, Results
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Level, Viewer

NOT_CLOSED = "The grids come when the first round has closed."


@dataclass(frozen=True)
class Evidence:
    """What the panels of a lens said of an item in one round, and how much of it this viewer may see."""

    item: Item
    title: str
    round_number: int
    findings: dict[tuple[str, str], PanelFinding]  # by criterion and panel
    level: Level
    before: "Evidence | None" = (
        None  # the round before in which they rated it too, if they saw the same words
    )

    def count(self, criterion: str, panel: str) -> int | None:
        """How many rated it, as far as that may be seen."""
        return visibility.seen(self.findings[criterion, panel], self.level).n


@dataclass(frozen=True)
class Heard:
    """A closed round with its results."""

    round: Round
    results: Results
    by_place: dict[tuple[int, str, str], PanelFinding]
    titles: dict[int, str]
    wordings: dict[int, int]  # by item, the number of the wording that it asked


def list_rounds(session: Session, study: Study) -> list[Round]:
    """The rounds that grids can be made of, the newest first."""
    return [round_ for round_ in reversed(rounds.list_rounds(session, study)) if round_.has_results]


def get_round(session: Session, study: Study, number: int = 0) -> Round:
    """The closed round with this number, or the newest; before the first has closed there are no grids."""
    closed = {round_.number: round_ for round_ in list_rounds(session, study)}
    if not closed:
        raise NotNow(NOT_CLOSED)
    if number and number not in closed:
        raise NotFound(f"Round {number} of this study has not closed.")
    return closed[number or max(closed)]


def list_heard(session: Session, study: Study, through: Round) -> list[Heard]:
    """The closed rounds up to this one, with their results, the newest first."""
    # Of the items all wordings are loaded at once, of a round each by itself.
    titles = {wording.id: wording.title for item in study.items for wording in item.wordings}
    heard = []
    for round_ in list_rounds(session, study):
        if round_.number > through.number:
            continue
        found = results.get(session, round_)
        wordings = {asked.item_id: asked.wording_id for asked in round_.items}
        asked = {item_id: titles[wording_id] for item_id, wording_id in wordings.items()}
        heard.append(Heard(round_, found, found.by_place(), asked, wordings))
    return heard


def list_standing(
    session: Session, study: Study, items: Sequence[Item], heard: Sequence[Heard]
) -> list[Item]:
    """Those of the items that these rounds asked, and that had not given way to others by the newest."""
    gone = changes.gone(session, study, heard[0].round.number) if heard else frozenset()
    asked = {item_id for one in heard for item_id in one.titles}
    return [item for item in items if item.id in asked - gone]


def find(protocol: Protocol, item: Item, heard: list[Heard], lens: Lens, viewer: Viewer) -> Evidence:
    """An item that was asked, in the latest round in which all of the lens rated it, or else the latest.

    Of rounds that asked it in other words than the newest nothing is taken: they asked something else.
    """
    plan = plan_of(protocol)
    places = [(criterion, panel) for criterion in (plan.across, plan.up) for panel, _ in lens.panels]
    said = [_said(protocol, item, one, places, viewer) for one in in_the_same_words(item, heard)]
    rated = [one for one in said if all(finding.n for finding in one.findings.values())] or said[:1]
    return replace(rated[0], before=rated[1] if len(rated) > 1 else None)


def in_the_same_words(item: Item, heard: Sequence[Heard]) -> list[Heard]:
    """Those of the rounds that asked the item as the newest of them did, which comes first."""
    asked = [one for one in heard if item.id in one.wordings]
    return [one for one in asked if one.wordings[item.id] == asked[0].wordings[item.id]]


def worded_since(heard: Sequence[Heard]) -> dict[int, int]:
    """By item id, the first of these rounds (by number) that asked it in the words of the newest."""
    newest: dict[int, int] = {}
    since: dict[int, int] = {}
    for one in heard:
        for item_id, wording in one.wordings.items():
            if newest.setdefault(item_id, wording) == wording:
                since[item_id] = one.round.number
    return since


def _said(
    protocol: Protocol, item: Item, one: Heard, places: list[tuple[str, str]], viewer: Viewer
) -> Evidence:
    findings = {place: one.by_place[item.id, *place] for place in places}
    level = visibility.least(
        visibility.level_of(finding, viewer, protocol.suppression) for finding in findings.values()
    )
    return Evidence(item, one.titles[item.id], one.round.number, findings, level)
