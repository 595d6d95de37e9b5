"""Turnout: how far a round has come, in counts of people and answers. Never what anybody answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import counted_panels, panels, participations, ratings, rounds
from surveys.errors import NotNow
from surveys.panels import Panel, Panellist
from surveys.rounds import Round


@dataclass(frozen=True)
class Progress:
    """How far one panellist has come in a round."""

    has_begun: bool
    has_submitted: bool
    answers: int


@dataclass(frozen=True)
class PanelTurnout:
    """How far one panel has come in a round. `asked` is how many answers there could be."""

    panel: str
    name: str
    invited: int
    begun: int
    submitted: int
    answers: int
    asked: int

    @property
    def unfinished(self) -> int:
        """How many have begun and not submitted."""
        return self.begun - self.submitted


NOBODY = "Nobody has answered in round {}, so it stays open. Remind people, or announce a later end."
NOTHING = Progress(has_begun=False, has_submitted=False, answers=0)


def check_can_close(session: Session, round_: Round) -> None:
    """Hold the round, and refuse to close it in which nobody has answered: there is nothing to freeze."""
    rounds.lock(session, round_)
    rounds.check_can(round_, rounds.Act.CLOSE)
    if not ratings.responders(session, round_):
        raise NotNow(NOBODY.format(round_.number))


def by_panellist(session: Session, round_: Round) -> dict[int, Progress]:
    """How far each panellist (by id) has come who has begun this round."""
    answers = ratings.progress(session, round_)
    return {
        panellist_id: Progress(
            has_begun=True, has_submitted=own.submitted_at is not None, answers=answers.get(panellist_id, 0)
        )
        for panellist_id, own in participations.by_panellist(session, round_).items()
    }


def of_panellist(session: Session, round_: Round, panellist: Panellist) -> Progress:
    """How far one panellist has come, without counting everybody."""
    own = participations.find(session, round_, panellist)
    if own is None:
        return NOTHING
    answers = ratings.count_own(session, round_, panellist)
    return Progress(has_begun=True, has_submitted=own.submitted_at is not None, answers=answers)


def by_panel(session: Session, round_: Round) -> tuple[PanelTurnout, ...]:
    """How far each panel has come, in the protocol's order."""
    known = by_panellist(session, round_)
    invited = list_invited(session, round_)
    asked = len(round_.items) * len(round_.study.criteria)
    of_panel: dict[int, list[Progress]] = {panel.id: [] for panel in round_.study.panels}
    moved = counted_panels.moved_since(session, round_)
    for one in invited:
        of_panel[moved.get(one.id, one.panel).id].append(known.get(one.id, NOTHING))
    return tuple(_turnout(panel, of_panel[panel.id], asked) for panel in round_.study.panels)


def list_invited(session: Session, round_: Round) -> list[Panellist]:
    """Whose answers this round has or waits for: not those who left, nor late comers whom it refuses.

    Of a closed round these are the people as they stood when it closed.
    """
    began = set(participations.by_panellist(session, round_))
    known = participations.took_part_before(session, round_)
    return [
        one
        for one in panels.list_panellists(session, round_.study)
        if one.id in began or is_asked(round_, one.added_at, one.withdrawn_at, took_part=one.id in known)
    ]


def is_asked(round_: Round, added_at: datetime, withdrawn_at: datetime | None, *, took_part: bool) -> bool:
    """Whether the round asks somebody who has not begun it; `took_part` in an earlier one."""
    if round_.number > 1 and not took_part and not round_.study.protocol.rounds.join_late:
        return False
    return _stood(round_, added_at, withdrawn_at)


def _stood(round_: Round, added_at: datetime, withdrawn_at: datetime | None) -> bool:
    """Whether somebody was on the panel, at the round's close or else now."""
    if round_.closed_at is None:
        return withdrawn_at is None
    left = withdrawn_at is not None and withdrawn_at <= round_.closed_at
    return added_at <= round_.closed_at and not left


def _turnout(panel: Panel, progress: list[Progress], asked: int) -> PanelTurnout:
    return PanelTurnout(
        panel=panel.key,
        name=panel.name,
        invited=len(progress),
        begun=sum(one.has_begun for one in progress),
        submitted=sum(one.has_submitted for one in progress),
        answers=sum(one.answers for one in progress),
        asked=asked * len(progress),
    )
