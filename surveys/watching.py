"""Watching a round: who has begun and who finished, by day and by group; where people stop, what is blank.

Counts of people, and of answers that are there or not. Never what anybody answered: an open round keeps that
to itself. What those who left had said in the round before, which is closed, is in `leavers`.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from surveys import counted_panels, participations, rounds, turnout
from surveys.attributes import PanellistAttribute
from surveys.errors import NotNow
from surveys.panels import Panel, Panellist
from surveys.participations import Participation
from surveys.people import Person
from surveys.ratings import Rating
from surveys.rounds import REFUSALS, Round, RoundItem, RoundStatus
from surveys.studies import Study


class State(StrEnum):
    """How far somebody is in a round."""

    NOT_BEGUN = "not begun"
    BEGUN = "begun"
    FINISHED = "finished"


@dataclass(frozen=True)
class Watched:
    """A panellist whom the round asks, when it began and when it sent its answers."""

    id: int
    code: str
    name: str
    panel_id: int
    began_at: datetime | None
    finished_at: datetime | None
    has_withdrawn: bool

    @property
    def state(self) -> State:
        if self.began_at is None:
            return State.NOT_BEGUN
        return State.BEGUN if self.finished_at is None else State.FINISHED


@dataclass(frozen=True)
class Group:
    """Some of those whom the round asks, in counts; everybody is in one of the three."""

    name: str
    not_begun: int
    begun: int  # and not finished
    finished: int

    @property
    def asked(self) -> int:
        return self.not_begun + self.begun + self.finished


@dataclass(frozen=True)
class Day:
    """How many began and how many finished on a day."""

    on: date
    began: int
    finished: int


@dataclass(frozen=True)
class Reached:
    """How far somebody came who has not finished: answers given, and the last page with one; 0 for none.

    Pages are counted in the order in which this panellist is asked.
    """

    answers: int
    page: int


@dataclass(frozen=True)
class PageReached:
    """How many came so far, whether or not they went on, and how many got no further without finishing."""

    number: int
    came: int
    stopped: int


@dataclass(frozen=True)
class Gap:
    """Of those who finished, how many left an item blank and how many were unable, criterion by criterion."""

    number: int
    title: str
    blank: tuple[int, ...]
    unable: tuple[int, ...]

    @property
    def count(self) -> int:
        return sum(self.blank) + sum(self.unable)


def check_can_watch(round_: Round) -> None:
    """Refuse a round that nobody can have answered."""
    if round_.status == RoundStatus.PLANNED:
        raise NotNow(f"{REFUSALS[round_.status]} There is nothing to watch yet.")


def list_people(session: Session, round_: Round) -> tuple[Watched, ...]:
    """Whom the round asks (see `turnout.list_invited`), by panel and code."""
    known = participations.took_part_before(session, round_)
    moved = {who: panel.id for who, panel in counted_panels.moved_since(session, round_).items()}
    # A column that is joined from outside may be empty, which its type does not know.
    rows: Iterable[Any] = session.execute(_PEOPLE, {"study_id": round_.study_id, "round_id": round_.id})
    return tuple(
        Watched(id_, code, name or "", moved.get(id_, panel_id), began, finished, withdrawn is not None)
        for id_, code, name, panel_id, added, withdrawn, began, finished in rows
        if began is not None or turnout.is_asked(round_, added, withdrawn, took_part=id_ in known)
    )


def count(name: str, people: Iterable[Watched]) -> Group:
    """These people, in counts, under this name."""
    states = Counter(one.state for one in people)
    return Group(name, states[State.NOT_BEGUN], states[State.BEGUN], states[State.FINISHED])


def by_attribute(
    session: Session, study: Study, people: Sequence[Watched]
) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """The same by each attribute that some panellist has, the largest group first."""
    watched = {one.id: one for one in people}
    groups: dict[str, dict[str, list[Watched]]] = defaultdict(lambda: defaultdict(list))
    for panellist_id, name, value in session.execute(_ATTRIBUTES, {"study_id": study.id}):
        if panellist_id in watched:
            groups[name][value].append(watched[panellist_id])
    return tuple((name, _counted(of_value)) for name, of_value in groups.items())


def by_day(people: Iterable[Watched], first: date, last: date, zone: ZoneInfo) -> tuple[Day, ...]:
    """How many began and finished on each day of the zone, from the first to the last, quiet ones too."""
    known = tuple(people)
    began = Counter(one.began_at.astimezone(zone).date() for one in known if one.began_at)
    finished = Counter(one.finished_at.astimezone(zone).date() for one in known if one.finished_at)
    days = (first + timedelta(days=n) for n in range(max((last - first).days, 0) + 1))
    return tuple(Day(day, began[day], finished[day]) for day in days)


def median_time(people: Iterable[Watched]) -> timedelta | None:
    """The median time from beginning to sending, pauses included; none where nobody has finished."""
    taken = [one.finished_at - one.began_at for one in people if one.began_at and one.finished_at]
    # Of clock times and not of ratings, for which `analysis` has medians of tallies.
    return timedelta(seconds=statistics.median(one.total_seconds() for one in taken)) if taken else None


def list_reached(session: Session, round_: Round) -> dict[int, Reached]:
    """How far everybody came (by panellist id) who has begun and not finished."""
    given: dict[int, dict[int, int]] = defaultdict(dict)
    for panellist_id, block, answers in session.execute(_ANSWERS_BY_BLOCK, {"round_id": round_.id}):
        given[panellist_id][block] = answers
    orders = session.execute(_UNFINISHED, {"round_id": round_.id})
    return {panellist_id: _reached(order, given[panellist_id]) for panellist_id, order in orders}


def by_page(round_: Round, finished: int, reached: Iterable[Reached]) -> tuple[PageReached, ...]:
    """Each page, in everybody's own order, with how many came so far and how many got no further."""
    stopped = Counter(one.page for one in reached)
    pages = range(1, len({asked.block for asked in round_.items}) + 1)
    came = {page: finished + sum(stopped[later] for later in pages if later >= page) for page in pages}
    return tuple(PageReached(page, came[page], stopped[page]) for page in pages)


def list_gaps(session: Session, round_: Round, finished: int) -> tuple[Gap, ...]:
    """What those who finished left blank or could not rate, most first; `finished` says how many they are."""
    rows = session.execute(_ANSWERED, {"round_id": round_.id})
    known = {(item_id, criterion_id): (answered, rated) for item_id, criterion_id, answered, rated in rows}
    gaps = (
        _gap(asked, finished, [known.get((asked.item_id, one.id), (0, 0)) for one in round_.study.criteria])
        for asked in rounds.list_asked(session, round_)
    )
    return tuple(sorted((gap for gap in gaps if gap.count), key=lambda gap: (-gap.count, gap.number)))


def _counted(of_value: Mapping[str, list[Watched]]) -> tuple[Group, ...]:
    groups = (count(value, people) for value, people in of_value.items())
    return tuple(sorted(groups, key=lambda group: (-group.asked, group.name.casefold())))


def _reached(order: Sequence[int], given: Mapping[int, int]) -> Reached:
    pages = [page for page, block in enumerate(order, start=1) if block in given]
    return Reached(sum(given.values()), max(pages, default=0))


def _gap(asked: rounds.Asked, finished: int, answered: Sequence[tuple[int, int]]) -> Gap:
    """The gaps of an item, by how many answered each question and how many of these rated."""
    return Gap(
        number=asked.number,
        title=asked.title,
        blank=tuple(max(finished - count, 0) for count, _ in answered),  # somebody may finish while we count
        unable=tuple(count - rated for count, rated in answered),
    )


# Asked again and again while somebody watches, so they are put together once.
_PEOPLE = (
    select(
        Panellist.id,
        Panellist.code,
        Person.name,
        Panellist.panel_id,
        Panellist.added_at,
        Panellist.withdrawn_at,
        Participation.began_at,
        Participation.submitted_at,
    )
    .join(Panel, Panel.id == Panellist.panel_id)
    .outerjoin(Person, Person.id == Panellist.person_id)
    .outerjoin(
        Participation,
        (Participation.panellist_id == Panellist.id) & (Participation.round_id == bindparam("round_id")),
    )
    .where(Panellist.study_id == bindparam("study_id"))
    .order_by(Panel.position, Panellist.code)
)
_ATTRIBUTES = (
    select(PanellistAttribute.panellist_id, PanellistAttribute.name, PanellistAttribute.value)
    .join(Panellist, Panellist.id == PanellistAttribute.panellist_id)
    .where(Panellist.study_id == bindparam("study_id"))
    .order_by(PanellistAttribute.name)
)
_IS_UNFINISHED = (Participation.round_id == bindparam("round_id")) & Participation.submitted_at.is_(None)
_UNFINISHED = select(Participation.panellist_id, Participation.block_order).where(_IS_UNFINISHED)
_WHO_IS_UNFINISHED = select(Participation.panellist_id).where(_IS_UNFINISHED)
_ANSWERS_BY_BLOCK = (
    select(Rating.panellist_id, RoundItem.block, func.count())
    .join(RoundItem, (RoundItem.round_id == Rating.round_id) & (RoundItem.item_id == Rating.item_id))
    .where(Rating.round_id == bindparam("round_id"), Rating.panellist_id.in_(_WHO_IS_UNFINISHED))
    .group_by(Rating.panellist_id, RoundItem.block)
)
# Not “of those who have finished”, which is the same: fewer have not, and PostgreSQL takes half as long.
_ANSWERED = (
    select(Rating.item_id, Rating.criterion_id, func.count(), func.count(Rating.value))
    .where(Rating.round_id == bindparam("round_id"), Rating.panellist_id.not_in(_WHO_IS_UNFINISHED))
    .group_by(Rating.item_id, Rating.criterion_id)
)
