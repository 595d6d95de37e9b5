"""Those who have not come back: how many, and what they had said in the round before, beside those who have.

That round is closed. Of the round that is watched nothing is read but who has begun it, so this may be asked
while it is open. The figures are for the study's own team (see `visibility`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from analysis import attrition, summaries
from analysis.attrition import LeaversByItem
from analysis.crossings import Transitions
from analysis.scales import Scale
from analysis.tallies import FloatArray, IntArray, Tally
from surveys import counted_panels, results, visibility
from surveys import protocol as protocols
from surveys.panels import Panel, Panellist
from surveys.participations import Participation
from surveys.ratings import Rating
from surveys.results import Results
from surveys.rounds import Round
from surveys.studies import StudyCriterion
from surveys.visibility import Level, Viewer

SURE = 0.05  # the usual level; p is adjusted over the items before it is compared


@dataclass(frozen=True)
class Side:
    """All that some people had said on a criterion: ratings, their median, and the share of high ones.

    Figures that may not be seen, or that the scale does not have, are None.
    """

    people: int
    ratings: int
    median: float | None
    high: float | None


@dataclass(frozen=True)
class Apart:
    """An item on which they differ by more than chance: the shares of high ratings, and Cliff's delta."""

    item_id: int
    left: float | None
    stayed: float | None
    delta: float


@dataclass(frozen=True)
class Compared:
    """Those of a panel who left and who stayed, by what they had said on a criterion.

    `reason` says why no item could be compared; `items` is how many could.
    """

    panel: str
    criterion: str
    left: Side
    stayed: Side
    items: int
    apart: tuple[Apart, ...]
    reason: str


@dataclass(frozen=True)
class Return:
    """How many of a panel took part in the round before, and how many of them have begun this one."""

    panel_id: int
    took_part: int
    returned: int
    withdrew: int  # without having begun this one


def compare(session: Session, before: Round, round_: Round) -> tuple[Compared, ...]:
    """Each panel on each criterion, by the frozen results of the round before."""
    found = results.get(session, before)
    ids = {"before": before.id, "round_id": round_.id}
    left = _left(session, ids)
    people = dict(session.execute(_PEOPLE, ids).all())
    return tuple(
        _compared(before, found, panel, criterion, left[panel.id, criterion.id], people.get(panel.id, 0))
        for panel in round_.study.panels
        for criterion in round_.study.criteria
    )


def count_returns(session: Session, before: Round, round_: Round) -> tuple[Return, ...]:
    """Of each panel's people who took part in the round before, how many have begun this one.

    Whoever was moved in between took part with the panel before, and has come back, in whichever panel.
    """
    asked = {"before": before.id, "before_number": before.number, "round_id": round_.id}
    rows = session.execute(_RETURNS, asked)
    return tuple(Return(*row) for row in rows)


Given = dict[tuple[int, int | None], int]  # by item and category: how many who left had chosen it


def _left(session: Session, ids: Mapping[str, int]) -> dict[tuple[int, int], Given]:
    """What those had said who left, by panel and criterion."""
    left: dict[tuple[int, int], Given] = defaultdict(dict)
    for item_id, criterion_id, panel_id, value, count in session.execute(_RATINGS, ids):
        left[panel_id, criterion_id][item_id, value] = count
    return left


def _compared(
    before: Round, found: Results, panel: Panel, criterion: StudyCriterion, given: Given, people: int
) -> Compared:
    scale = protocols.scale_of(before.study.protocol)
    of_all = {
        f.item_id: f for f in found.panel_findings if (f.criterion, f.panel) == (criterion.key, panel.key)
    }
    left = np.array([[given.get((item, value), 0) for value in scale.categories] for item in of_all])
    stayed = np.array([finding.counts for finding in of_all.values()]) - left
    by_item = attrition.leavers_by_item(_transitions(scale, left, stayed))
    others = found.responders.get(panel.key, 0) - people
    can_tell = ~np.isnan(by_item.p)
    return Compared(
        panel=panel.key,
        criterion=criterion.key,
        left=_side(before, left, people),
        stayed=_side(before, stayed, others),
        items=int(can_tell.sum()),
        apart=_apart(scale, list(of_all), by_item, left, stayed),
        reason="" if can_tell.any() else next(filter(None, by_item.reasons), ""),
    )


def _transitions(scale: Scale, left: IntArray, stayed: IntArray) -> Transitions:
    """Who stayed stands on the diagonal: only earlier ratings are compared, and no later ones are known."""
    table = np.zeros((len(left), scale.size + 1, scale.size + 1), dtype=np.int64)
    table[:, range(scale.size), range(scale.size)] = stayed
    table[:, :-1, -1] = left
    return Transitions(scale, table)


def _side(before: Round, counts: IntArray, people: int) -> Side:
    scale, suppression = protocols.scale_of(before.study.protocol), before.study.protocol.suppression
    pooled = Tally.from_counts(scale, counts.sum(axis=0))
    if visibility.level(people, Viewer.RESEARCHER, suppression) == Level.HIDDEN:
        return Side(people, int(pooled.rated[0]), None, None)
    (median,), (high,) = summaries.median(pooled), _high(pooled)
    return Side(people, int(pooled.rated[0]), _number(median), _number(high))


def _apart(
    scale: Scale, items: Sequence[int], found: LeaversByItem, left: IntArray, stayed: IntArray
) -> tuple[Apart, ...]:
    """The items, those furthest apart first."""
    of_left, of_stayed = (_high(Tally.from_counts(scale, counts)) for counts in (left, stayed))
    apart = [
        Apart(items[n], _number(of_left[n]), _number(of_stayed[n]), float(found.delta[n]))
        for n in np.flatnonzero(found.p_bh < SURE).tolist()
    ]
    return tuple(sorted(apart, key=lambda one: -abs(one.delta)))


def _high(tally: Tally) -> FloatArray:
    """The share of high ratings of each item; NaN on a scale without bands."""
    if tally.scale.bands is None:
        return np.full(tally.items, np.nan)
    return summaries.shares(tally).high


def _number(value: float) -> float | None:
    return None if isnan(value) else float(value)


# Who rated in the round before and has not begun the one that is watched.
_GAVE = Rating.round_id == bindparam("before")
_HAS_LEFT = Rating.panellist_id.not_in(
    select(Participation.panellist_id).where(Participation.round_id == bindparam("round_id"))
)
_PLACE = (Rating.item_id, Rating.criterion_id, Rating.panel_id, Rating.value)
_RATINGS = select(*_PLACE, func.count()).where(_GAVE, _HAS_LEFT, Rating.value.is_not(None)).group_by(*_PLACE)
_PEOPLE = (
    select(Rating.panel_id, func.count(Rating.panellist_id.distinct()))
    .where(_GAVE, _HAS_LEFT)
    .group_by(Rating.panel_id)
)
_THEN, _NOW = aliased(Participation), aliased(Participation)
_TOOK_PART_IN = counted_panels.panel_in(bindparam("before_number")).label("took_part_in")
_RETURNS = (
    select(
        _TOOK_PART_IN,
        func.count(),
        func.count(_NOW.panellist_id),
        func.count(case((_NOW.panellist_id.is_(None), Panellist.withdrawn_at))),
    )
    .select_from(_THEN)
    .join(Panellist, Panellist.id == _THEN.panellist_id)
    .outerjoin(_NOW, (_NOW.panellist_id == _THEN.panellist_id) & (_NOW.round_id == bindparam("round_id")))
    .where(_THEN.round_id == bindparam("before"))
    .group_by(_TOOK_PART_IN)
)
