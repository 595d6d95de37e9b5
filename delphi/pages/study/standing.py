"""Where a study stands: one sentence, the next thing to do, and its rounds in order."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from delphi import asked_in_words, formats
from delphi.page import Link
from surveys import comments, harms, panels, publications, rounds, strips, turnout
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study


@dataclass(frozen=True)
class RoundFacts:
    """A round as far as it matters for what comes next."""

    number: int
    status: RoundStatus
    items: int
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    invited: int = 0
    submitted: int = 0
    undecided: int = 0
    unread: int = 0  # harms


@dataclass(frozen=True)
class Facts:
    """A study as far as it matters for what comes next. `last` is the number of the protocol's last round."""

    home: str
    panellists: int
    rounds: tuple[RoundFacts, ...]
    last: int
    takes_all: bool  # whether somebody may join in a later round
    outcome: str  # what the study shows in the end: "grids"
    published: tuple[int, datetime] | None  # up to which round the grids are public, and since when
    ended_at: datetime | None
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Step:
    """One round in the order of the study; see templates/macros/steps.html."""

    name: str
    state: str
    when: str
    sentence: str
    href: str


def facts(session: Session, study: Study, *, now: datetime, zone: ZoneInfo) -> Facts:
    """What is known of the study now."""
    known = rounds.list_rounds(session, study)
    public = publications.find(session, study)
    staying = [p for p in panels.list_panellists(session, study) if p.withdrawn_at is None]
    return Facts(
        home=f"/studies/{study.key}",
        panellists=len(staying),
        rounds=tuple(_round_facts(session, round_, is_newest=round_ == known[-1]) for round_ in known),
        last=study.protocol.rounds.last,
        takes_all=study.protocol.rounds.join_late,
        outcome=strips.outcome(study),
        published=(public.round.number, public.at) if public else None,
        ended_at=study.ended_at,
        now=now,
        zone=zone,
    )


def undecided_comments(session: Session, round_: Round) -> int:
    """How many comments may be shown and wait for a decision."""
    return sum(one.may_be_shown and one.status is None for one in comments.list_written(session, round_))


def sentence(about: Facts) -> str:
    """Where the study stands."""
    if about.ended_at is not None:
        return f"This study ended on {formats.date(about.ended_at, about.zone)}."
    if not about.rounds:
        return "This study has no rounds yet."
    return _round_sentence(about, about.rounds[-1])


def next_step(about: Facts) -> Link:
    """The one thing to do next."""
    if not about.rounds:
        return Link("See the protocol", f"{about.home}/protocol")
    words, path = _next_of_round(about, about.rounds[-1])
    return Link(words, about.home + path)


def steps(about: Facts) -> tuple[Step, ...]:
    """The rounds that are and those that the protocol has in store, and the grids at the end."""
    known = [_step(about, round_) for round_ in about.rounds]
    is_done = bool(about.rounds) and about.rounds[-1].status == RoundStatus.SETTLED
    coming = [] if is_done else range(len(known) + 1, about.last + 1)
    ahead = [Step(f"Round {number}", "next", "", "", "") for number in coming]
    return (*known, *ahead, _last_step(about, is_now=is_done))


def _last_step(about: Facts, *, is_now: bool) -> Step:
    """What the study shows: there from the first closed round on, done when the newest is public."""
    closed = [round_.number for round_ in about.rounds if round_.closed_at is not None]
    href = f"{about.home}/grids" if closed else ""
    name = about.outcome.capitalize()
    if about.published is None:
        sentence = f"Up to round {closed[-1]}, for your team; not public yet." if closed else ""
        return Step(name, "now" if is_now else "next", "", sentence, href)
    through, since = about.published
    is_newest = through == closed[-1]
    sentence = f"Up to round {through}."
    sentence += "" if is_newest else f" Those of round {closed[-1]} are not public yet."
    when = f"public since {formats.date(since, about.zone)}"
    return Step(name, "done" if is_newest or not is_now else "now", when, sentence, href)


def _round_facts(session: Session, round_: Round, *, is_newest: bool) -> RoundFacts:
    counted = turnout.by_panel(session, round_)
    return RoundFacts(
        number=round_.number,
        status=round_.status,
        items=len(round_.items),
        opened_at=round_.opened_at,
        closes_at=round_.closes_at,
        closed_at=round_.closed_at,
        invited=sum(panel.invited for panel in counted),
        submitted=sum(panel.submitted for panel in counted),
        undecided=undecided_comments(session, round_) if is_newest and round_.has_results else 0,
        unread=harms.count_unread(session, round_) if is_newest and round_.has_results else 0,
    )


def _round_sentence(about: Facts, round_: RoundFacts) -> str:
    name = f"Round {round_.number}"
    match round_.status:
        case RoundStatus.PLANNED if not about.panellists:
            return f"{name} is planned. Nobody is on the panels yet."
        case RoundStatus.PLANNED:
            people = formats.plural(about.panellists, "person", "people")
            return f"{name} is planned: {formats.plural(round_.items, 'item')} for {people}."
        case RoundStatus.OPEN:
            whom = asked_in_words.of_people(round_.number, round_.invited, takes_all=about.takes_all)
            return f"{_until(about, round_)} {round_.submitted} {whom} have submitted."
        case RoundStatus.CLOSED:
            return f"{name} is closed and its results are there. {_waiting(round_)}"
        case _:
            return f"All rounds are done. The {about.outcome} show what the panels found."


def _waiting(round_: RoundFacts) -> str:
    """What is to be done with a closed round."""
    if round_.undecided:
        return f"{formats.plural(round_.undecided, 'comment waits', 'comments wait')} to be cleared."
    if round_.unread:
        waiting = formats.plural(round_.unread, "harm that was named waits", "harms that were named wait")
        return f"{waiting} to be read."
    return "What becomes of each item is to be settled."


def _next_of_round(about: Facts, round_: RoundFacts) -> tuple[str, str]:
    """What to do next, in words and as a path below the study’s."""
    here, number = f"/rounds/{round_.number}", round_.number
    if round_.status == RoundStatus.PLANNED:
        return (f"Open round {number}", here) if about.panellists else ("Add panellists", "/panels")
    if round_.status == RoundStatus.OPEN:
        is_over = _is_over(about, round_)
        return (
            (f"Close round {number}", f"{here}/close")
            if is_over
            else ("See who has answered", f"{here}/watch")
        )
    if round_.status == RoundStatus.SETTLED:
        return f"See the {about.outcome}", "/grids"
    if round_.undecided:
        return "Clear the comments", f"{here}/comments"
    if round_.unread:
        return "Read the harms that were named", f"{here}/comments"
    return f"Settle round {number}", f"{here}/settle"


def _until(about: Facts, round_: RoundFacts) -> str:
    if round_.closes_at is None:
        return f"Round {round_.number} is open."
    end = formats.date_and_time(round_.closes_at, about.zone)
    if _is_over(about, round_):
        return f"Round {round_.number} was to end on {end}. It takes answers until you close it."
    return f"Round {round_.number} is open until {end}."


def _is_over(about: Facts, round_: RoundFacts) -> bool:
    return round_.closes_at is not None and round_.closes_at <= about.now


def _step(about: Facts, round_: RoundFacts) -> Step:
    is_past = round_.status == RoundStatus.SETTLED
    return Step(
        name=f"Round {round_.number}",
        state="done" if is_past else "now",
        when=_when(about, round_),
        sentence=_came_of(about, round_),
        href=f"{about.home}/rounds/{round_.number}",
    )


def _when(about: Facts, round_: RoundFacts) -> str:
    match round_.status:
        case RoundStatus.PLANNED:
            return "planned"
        case RoundStatus.OPEN:
            return f"open since {formats.date(round_.opened_at, about.zone)}"
        case _:
            return f"closed {formats.date(round_.closed_at, about.zone)}"


def _came_of(about: Facts, round_: RoundFacts) -> str:
    asked = formats.plural(round_.items, "item")
    if round_.status == RoundStatus.PLANNED:
        return f"{asked}."
    whom = asked_in_words.of_people(round_.number, round_.invited, takes_all=about.takes_all)
    return f"{asked}; {round_.submitted} {whom} submitted."
