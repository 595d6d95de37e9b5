"""The people of a watched round: how far each panel, each group and each panellist has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from delphi.formats import number, plural
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import watching
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.watching import Group, Reached, State, Watched

_MOST_VALUES = 12  # of an attribute; more of them are a list of people
_HEADINGS = {
    State.NOT_BEGUN: "Not begun",
    State.BEGUN: "Begun and not finished",
    State.FINISHED: "Finished",
}
_FINISHED_JUST_NOW = Reached(0, 0)  # between two questions to the database


@dataclass(frozen=True)
class Who:
    """A panellist in one of the lists, with a word on how far or when."""

    code: str
    name: str
    href: str
    more: str


@dataclass(frozen=True)
class WhoList:
    """Those in one state."""

    id: str
    heading: str
    people: tuple[Who, ...]

    @property
    def is_short(self) -> bool:
        """Whether there is no more to say of them than their codes."""
        return not any(one.name or one.more for one in self.people)


@dataclass(frozen=True)
class PanelRow:
    """How far a panel has come, as a line of counts and a sentence on its time."""

    name: str
    mark: int
    group: Group
    time: str


@dataclass(frozen=True)
class Known:
    """What is known of a round, read once."""

    round: Round
    people: tuple[Watched, ...]
    all: Group
    reached: Mapping[int, Reached]
    shows_codes: bool
    shows_names: bool

    @cached_property
    def by_panel(self) -> Mapping[int, Sequence[Watched]]:
        """The same people by the number of their panel."""
        found: dict[int, list[Watched]] = {panel.id: [] for panel in self.round.study.panels}
        for one in self.people:
            found[one.panel_id].append(one)
        return found


def known(visit: Visit, round_: Round) -> Known:
    """What is known of everybody whom the round asks."""
    everyone = watching.list_people(visit.session, round_)
    return Known(
        round=round_,
        people=everyone,
        all=watching.count("", everyone),
        reached=watching.list_reached(visit.session, round_),
        shows_codes=tabs.may(visit, round_.study, Power.SEE_CODES),
        shows_names=tabs.may(visit, round_.study, Power.RUN),
    )


def panels(about: Known) -> tuple[PanelRow, ...]:
    """A row a panel."""
    rows = []
    for panel in about.round.study.panels:
        own = about.by_panel[panel.id]
        group = watching.count(panel.name, own)
        rows.append(PanelRow(panel.name, panel.position + 1, group, _time(watching.median_time(own), group)))
    return tuple(rows)


def _time(taken: timedelta | None, group: Group) -> str:
    if taken is None:
        return ""
    if group.finished == 1:
        return f"The one who has finished took {duration(taken)}."
    return f"Half of those who have finished took {duration(taken)} or less."


def duration(taken: timedelta) -> str:
    """A time that somebody took, in the unit that tells.

    >>> [duration(timedelta(minutes=m)) for m in (0.4, 1, 34, 95, 60 * 5, 60 * 60)]
    ['under a minute', '1 minute', '34 minutes', '1 hour 35 minutes', '5 hours', '2.5 days']
    """
    minutes = round(taken.total_seconds() / 60)
    if minutes < 1:
        return "under a minute"
    if minutes >= 48 * 60:
        return f"{number(minutes / 60 / 24)} days"
    hours, rest = divmod(minutes, 60)
    told = [plural(hours, "hour")] if hours else []
    return " ".join(told + ([plural(rest, "minute")] if rest else []))


def attributes(visit: Visit, about: Known) -> tuple[tuple[str, tuple[Group, ...], int], ...]:
    """By each attribute the largest groups, and how many people are in the others, for whoever may see codes.

    A group may be one person, and then it is as good as a code.
    """
    if not about.shows_codes:
        return ()
    known = watching.by_attribute(visit.session, about.round.study, about.people)
    return tuple(
        (name, groups[:_MOST_VALUES], sum(group.asked for group in groups[_MOST_VALUES:]))
        for name, groups in known
    )


def lists(visit: Visit, about: Known) -> tuple[WhoList, ...]:
    """A list for each state, for whoever may see codes."""
    if not about.shows_codes:
        return ()
    found: dict[State, list[Who]] = {state: [] for state in State}
    for one in about.people:
        found[one.state].append(_who(visit, about, one))
    return tuple(
        WhoList(state.replace(" ", "-"), _HEADINGS[state], tuple(own)) for state, own in found.items()
    )


def _who(visit: Visit, about: Known, one: Watched) -> Who:
    """A code, with the name and the way to the panellist's page for whoever may see them."""
    more = _more(visit, about, one)
    if not about.shows_names:
        return Who(one.code, "", "", more)
    return Who(one.code, one.name, f"{tabs.address(about.round.study)}/panels/{one.id}", more)


def _more(visit: Visit, about: Known, one: Watched) -> str:
    left = ["withdrew"] if one.has_withdrawn else []
    if one.finished_at:
        return ", ".join([_day(visit, one.finished_at), *left])
    if not one.began_at:
        return ", ".join(left)
    answers = about.reached.get(one.id, _FINISHED_JUST_NOW).answers
    asked = len(about.round.items) * len(about.round.study.criteria)
    return ", ".join([f"{answers} of {asked} answers", f"began {_day(visit, one.began_at)}", *left])


def _day(visit: Visit, moment: datetime) -> str:
    return _written(moment.astimezone(visit.zone).date())


@lru_cache(maxsize=512)
def _written(day: date) -> str:
    """The days of a round are few, and its people many."""
    return f"{day.day} {day:%B}"
