"""Studies of one criterion for tests of ranked strips: rounds closed with the ratings of each panel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from analysis.tallies import Tally
from surveys import findings, items, protocol, results, rounds, studies
from surveys.findings import About
from surveys.items import ItemPlan
from surveys.protocol import Protocol
from surveys.rounds import Round, RoundStatus
from surveys.strips import RankedStrip
from surveys.studies import Study
from tests.surveys import examples

Rated = Mapping[int, int]  # of an item: how many gave each rating


def one_criterion() -> Protocol:
    """The example's protocol with usefulness alone, and so without grids."""
    return examples.protocol(criteria=examples.protocol_data()["criteria"][:1], grids=None)


def study(session: Session, key: str = "ranked", *, now: datetime, plan: Protocol | None = None) -> Study:
    """A study of three items, planned."""
    made = studies.create(session, key, plan or one_criterion(), now=now)
    items.add(session, made, [ItemPlan(name, f"Item {name}") for name in ("one", "two", "three")])
    rounds.plan_first(session, made)
    return made


def close(
    session: Session,
    study: Study,
    panels: Sequence[Sequence[Rated]],
    *,
    now: datetime,
    keys: Sequence[str] = (),
) -> Round:
    """The planned round, or the next with the items of these keys, closed with the same on each criterion."""
    last, plan = rounds.list_rounds(session, study)[-1], study.protocol
    wanted = [item for item in study.items if item.key in keys]
    round_ = last if last.status == RoundStatus.PLANNED else rounds.plan(session, study, wanted)
    rated = dict(zip([panel.key for panel in plan.panels], panels, strict=True))
    tallies = {
        (criterion.key, panel): _tally(plan, ratings)
        for criterion in plan.criteria
        for panel, ratings in rated.items()
    }
    about = About(
        round_number=round_.number,
        is_simulated=study.is_simulated,
        invited=dict.fromkeys(rated, 20),
        responders={panel: max(sum(one.values()) for one in ratings) for panel, ratings in rated.items()},
    )
    found = findings.compute(plan, [asked.item_id for asked in round_.items], tallies, about)
    round_.status, round_.closed_at = RoundStatus.CLOSED, now
    results.keep(session, round_, found, now=now)
    return round_


def _tally(plan: Protocol, ratings: Sequence[Rated]) -> Tally:
    scale = protocol.scale_of(plan)
    return Tally.from_counts(scale, [[one.get(value, 0) for value in scale.categories] for one in ratings])


def many(strip: RankedStrip, number: int) -> RankedStrip:
    """The same strip with so many items, all like its first but for number and title."""
    first = strip.ranked[0]
    items = (
        replace(first, place=n, number=n, key=f"item-{n}", title=f"Item number {n}")
        for n in range(1, number + 1)
    )
    return replace(strip, ranked=tuple(items))
