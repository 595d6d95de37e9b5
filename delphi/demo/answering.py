"""How the simulated panellists go through the rounds: by the operations of a real panellist's pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delphi.demo import CROWDS, GUESTS, simulation
from surveys import comments, feedback, panels, participations, ratings
from surveys import protocol as protocols
from surveys.panels import ConsentKind, Panellist
from surveys.participations import SuggestionKind
from surveys.ratings import Answer, Place
from surveys.results import Results
from surveys.rounds import Round
from surveys.studies import Study

NEVER_CAME, STOPPED_HALF_WAY = 0.10, 0.08
SHOWS_COMMENTS, MAY_BE_QUOTED = 0.92, 0.75
HAS_ANSWERED_AGAIN = 0.45  # of those who may, a few days into round 2
SAYS_WHY = 0.4  # of changes that cross a band
A_BLOCK = timedelta(minutes=6)


@dataclass(frozen=True)
class Stage:
    """Where the story plays: one transaction, and the day on which it is told."""

    session: Session
    study: Study
    today: datetime

    def ago(self, days: int, hour: int = 9) -> datetime:
        """An hour of an earlier day, or with a negative number of a later one."""
        return (self.today - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def answer_first(stage: Stage, round_: Round, people: Iterable[Panellist]) -> list[Panellist]:
    """Everybody's first round; tells who answered to the end."""
    arrivals = sorted((_arrival(stage, round_, one), one.code, one) for one in people if _comes(one))
    came = [one for arrived, _, one in arrivals if _rate_first(stage, round_, one, arrived)]
    _write_comments(stage, round_, came)
    _suggest(stage, round_, came)
    return came


def answer_again(stage: Stage, first: Round, second: Round, came: list[Panellist], found: Results) -> None:
    """Round 2 as far as it has come: some have answered it, none of the guests has."""
    for panellist in came:
        if not _is_guest(panellist) and _happens(panellist, "again", HAS_ANSWERED_AGAIN):
            before = ratings.own(stage.session, first, panellist)
            after = _second_thoughts(stage, second, panellist, before, found)
            submitted = _rate(stage, second, panellist, after, _arrival(stage, second, panellist))
            _say_why(stage, second, panellist, _crossings(stage, before, after), submitted)


def _rate_first(stage: Stage, round_: Round, panellist: Panellist, now: datetime) -> bool:
    """Whether it came to the end."""
    _consent(stage, panellist, now)
    is_whole = _is_guest(panellist) or not _happens(panellist, "stops", STOPPED_HALF_WAY)
    _rate(stage, round_, panellist, _first_thoughts(stage, round_, panellist), now, is_whole=is_whole)
    return is_whole


def _rate(
    stage: Stage,
    round_: Round,
    panellist: Panellist,
    answers: Mapping[Place, Answer],
    now: datetime,
    *,
    is_whole: bool = True,
) -> datetime:
    """Save block after block and submit, or stop half way; tells when that was."""
    order = participations.begin(stage.session, round_, panellist, now=now).block_order
    for block in order if is_whole else order[: len(order) // 2]:
        now += A_BLOCK
        asked = {asked.item_id for asked in round_.items if asked.block == block}
        in_block = {place: answer for place, answer in answers.items() if place[0] in asked}
        ratings.save(stage.session, round_, panellist, in_block, now=now)
    if is_whole:
        participations.submit(stage.session, round_, panellist, now=now)
    return now


def _first_thoughts(stage: Stage, round_: Round, panellist: Panellist) -> dict[Place, Answer]:
    return {
        (asked.item_id, criterion.id): simulation.first_answer(
            stage.study.protocol.scale,
            panellist.code,
            panellist.panel.key,
            asked.item.key,
            criterion.key,
        )
        for asked in round_.items
        for criterion in stage.study.criteria
    }


def _second_thoughts(
    stage: Stage, round_: Round, panellist: Panellist, before: Mapping[Place, Answer], found: Results
) -> dict[Place, Answer]:
    own_panel = (one for one in found.panel_findings if one.panel == panellist.panel.key)
    medians = {(one.item_id, one.criterion): one.median for one in own_panel}
    return {
        (asked.item_id, criterion.id): simulation.next_answer(
            stage.study.protocol.scale,
            (panellist.code, asked.item.key, criterion.key),
            before.get((asked.item_id, criterion.id), Answer()),
            medians[asked.item_id, criterion.key],
        )
        for asked in round_.items
        for criterion in stage.study.criteria
    }


def _consent(stage: Stage, panellist: Panellist, now: datetime) -> None:
    sheet = stage.study.protocol.information
    shows = _is_guest(panellist) or _happens(panellist, "shows comments", SHOWS_COMMENTS)
    given = {
        ConsentKind.TAKE_PART: True,
        ConsentKind.SHOW_COMMENTS: shows,
        ConsentKind.QUOTE: shows and _happens(panellist, "may be quoted", MAY_BE_QUOTED),
    }
    fingerprint = protocols.sheet_of(stage.study.protocol)
    panels.record_consents(stage.session, panellist, given, version=sheet.version, sheet=fingerprint, now=now)


def _write_comments(stage: Stage, round_: Round, came: list[Panellist]) -> None:
    ids = {asked.item.key: asked.item_id for asked in round_.items}
    for panellist, voice in simulation.handed_round(simulation.voices().comments, _by_panel(came)):
        now = _last_seen(stage, round_, panellist)
        comments.save(stage.session, round_, panellist, {ids[voice.item]: voice.text}, now=now)


def _suggest(stage: Stage, round_: Round, came: list[Panellist]) -> None:
    for panellist, idea in simulation.handed_round(simulation.voices().suggestions, _by_panel(came)):
        now = _last_seen(stage, round_, panellist)
        participations.suggest(
            stage.session, round_, panellist, SuggestionKind(idea.kind), idea.text, now=now
        )


def _crossings(stage: Stage, before: Mapping[Place, Answer], after: Mapping[Place, Answer]) -> list[Place]:
    protocol = stage.study.protocol
    return [place for place in after if feedback.crosses_band(protocol, before.get(place), after[place])]


def _say_why(
    stage: Stage, round_: Round, panellist: Panellist, crossings: Iterable[Place], now: datetime
) -> None:
    for place in crossings:
        dice = simulation.chance(panellist.code, *place, "why")
        if dice.random() < SAYS_WHY:
            why = dice.choice(simulation.voices().reasons)
            ratings.give_reason(stage.session, round_, panellist, place, why, now=now)


def _arrival(stage: Stage, round_: Round, panellist: Panellist) -> datetime:
    """When this panellist begins: soon after the round has opened, or a good while later."""
    opened = round_.opened_at or stage.today
    longest = min(stage.today, round_.closes_at or stage.today) - opened - timedelta(hours=2)
    return opened + longest * simulation.chance(panellist.code, round_.number, "arrives").betavariate(1, 2)


def _last_seen(stage: Stage, round_: Round, panellist: Panellist) -> datetime:
    part = participations.find(stage.session, round_, panellist)
    return (part and part.submitted_at) or stage.today


def _by_panel(came: list[Panellist]) -> dict[str, list[Panellist]]:
    return {panel: [one for one in came if one.panel.key == panel] for panel in CROWDS}


def _comes(panellist: Panellist) -> bool:
    return _is_guest(panellist) or not _happens(panellist, "never comes", NEVER_CAME)


def _happens(panellist: Panellist, what: str, probability: float) -> bool:
    return simulation.chance(panellist.code, what).random() < probability


def _is_guest(panellist: Panellist) -> bool:
    return panellist.code in CROWDS[panellist.panel.key].codes[:GUESTS]
