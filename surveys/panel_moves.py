"""Moving a panellist to another panel, where somebody was put on the wrong one. A person is on one panel.

Closed rounds stay as they are. What was answered in an open round goes along: a panel is who its people
are, so an answer counts with the panel that its writer belongs to, and half a person in each would be in
neither. Nobody has seen those answers, so nobody can choose by them whom to move. But where the protocol
feeds back the own panel alone, whoever has begun has answered with the other panel's figures before the
eyes; such answers are the new panel's no more than the old one's, and the move waits till the round closes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys import audit, feedback, panels, participations, rounds
from surveys.counted_panels import PanelMove
from surveys.errors import InvalidInput, NotNow
from surveys.panels import Panel, Panellist
from surveys.ratings import Rating
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study

LONGEST_REASON = 1000
ENDED = "This study has ended, so nobody can be moved any more."
WITHDRAWN = "This panellist has withdrawn from the study and cannot be moved."
CHOOSE = "Choose the panel that this person belongs to."
REASON_NEEDED = "Write why, in a few words. Only the team reads it."
REASON_LONG = f"A reason has at most {LONGEST_REASON} characters."
MOVED_ALREADY = "Somebody else has moved this panellist to “{}” meanwhile. Nothing was changed."
HAS_SEEN = (
    "This panellist has begun round {0}, in which each panel is shown its own figures only. Its answers were"
    " given after seeing those of “{1}”, so they are counted there. Move it when round {0} has closed."
)


@dataclass(frozen=True)
class Wish:
    """To which panel (by its key) and why, as it was typed; `seen` is the panel that the page showed."""

    panel: str
    reason: str
    seen: str


def move(session: Session, study: Study, panellist: Panellist, wish: Wish, *, by: str, now: datetime) -> None:
    """Put this panellist on another panel, with its answers of an open round. A repeat changes nothing."""
    target, reason = _target(study, wish.panel), wish.reason.strip()
    known = rounds.list_rounds(session, study)
    for round_ in known:  # before the panellist, as everywhere, or two could wait for ever
        rounds.share(session, round_)
    panels.hold(session, panellist)
    if panellist.panel_id == target.id:
        return
    _check(study, panellist, wish, reason)
    if sentence := hindrance(session, study, panellist):
        raise NotNow(sentence)
    # The first round in which the new panel counts it: the one that is open, or else the next.
    counted_from = max((round_.number for round_ in known if round_.has_results), default=0) + 1
    before, panellist.panel = panellist.panel, target
    _take_along(session, study, panellist)
    details = {"from": before.key, "to": target.key, "counted from round": counted_from}
    session.add(
        PanelMove(
            panellist_id=panellist.id,
            before=before,
            after=target,
            round_number=counted_from,
            at=now,
            by=by,
            reason=reason,
        )
    )
    audit.note(session, study.id, "panellist moved", by=by, now=now, panellist=panellist.code, **details)
    session.flush()


def hindrance(session: Session, study: Study, panellist: Panellist) -> str:
    """Why this panellist cannot be moved now: it has seen what only its own panel is shown; or nothing."""
    round_ = rounds.find_current(session, study)
    if round_ is None or not round_.is_open or study.protocol.feedback.panels != "own":
        return ""
    if feedback.find_round_before(session, round_) is None:
        return ""
    has_begun = participations.find(session, round_, panellist) is not None
    return HAS_SEEN.format(round_.number, panellist.panel.name) if has_begun else ""


def _target(study: Study, key: str) -> Panel:
    found = next((panel for panel in study.panels if panel.key == key), None)
    if found is None:
        raise InvalidInput(CHOOSE, "panel")
    return found


def _check(study: Study, panellist: Panellist, wish: Wish, reason: str) -> None:
    if study.ended_at is not None:
        raise NotNow(ENDED)
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    if panellist.panel.key != wish.seen:
        raise NotNow(MOVED_ALREADY.format(panellist.panel.name))
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(REASON_LONG if reason else REASON_NEEDED, "reason")


def _take_along(session: Session, study: Study, panellist: Panellist) -> None:
    is_open = select(Round.id).where(Round.study_id == study.id, Round.status == RoundStatus.OPEN)
    own = update(Rating).where(Rating.panellist_id == panellist.id, Rating.round_id.in_(is_open))
    session.execute(own.values(panel_id=panellist.panel.id).execution_options(synchronize_session=False))
