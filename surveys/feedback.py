"""Feedback: what a panellist is shown of the round before, and when a change of mind asks for its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import protocol as protocols
from surveys import visibility
from surveys.comments import Cleared
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.results import PanelFinding, Results
from surveys.rounds import Round, RoundStatus
from surveys.visibility import Level, Viewer


@dataclass(frozen=True)
class Strip:
    """What one panel said of one item on one criterion, as this panellist may see it."""

    panel: str
    name: str
    is_own: bool
    counts_reader: bool
    level: Level
    finding: PanelFinding


def find_round_before(session: Session, round_: Round) -> Round | None:
    """The last closed round before this one; an open round is never fed back."""
    earlier = select(Round).where(
        Round.study_id == round_.study_id,
        Round.number < round_.number,
        Round.status.in_((RoundStatus.CLOSED, RoundStatus.SETTLED)),
    )
    return session.scalar(earlier.order_by(Round.number.desc()).limit(1))


def strips(
    protocol: Protocol, results: Results, item_id: int, criterion: str, *, panel: str, counted_in: str | None
) -> tuple[Strip, ...]:
    """One strip a panel, own first, for a panellist of `panel`.

    `counted_in` is the panel whose counts of that round have the reader's own rating of this; None where it
    did not rate it. Whoever was moved since then was counted in another panel than the own.
    """
    found = results.by_place()
    known = [(plan, found.get((item_id, criterion, plan.key))) for plan in _shown_panels(protocol, panel)]
    return tuple(
        _strip(protocol, plan.name, finding, is_own=plan.key == panel, counted=plan.key == counted_in)
        for plan, finding in known
        if finding is not None
    )


def shown_comments(protocol: Protocol, cleared: Iterable[Cleared], panel: str) -> tuple[Cleared, ...]:
    """The cleared comments of the panels that a panellist of `panel` is shown."""
    shown = {plan.key for plan in _shown_panels(protocol, panel)} if protocol.feedback.comments else set()
    return tuple(comment for comment in cleared if comment.panel_key in shown)


def others_comments(cleared: Iterable[Cleared], item_id: int, panellist_id: int) -> tuple[Cleared, ...]:
    """The cleared comments on an item, but for the panellist's own."""
    return tuple(c for c in cleared if c.item_id == item_id and c.panellist_id != panellist_id)


def crosses_band(protocol: Protocol, before: Answer | None, after: Answer) -> bool:
    """Whether a rating has left the band that it was in the round before."""
    if before is None or before.value is None or after.value is None:
        return False
    scale = protocols.scale_of(protocol)
    return scale.band_of(before.value) != scale.band_of(after.value)


def _shown_panels(protocol: Protocol, own: str) -> list[protocols.PanelPlan]:
    shown = {"all": lambda _: True, "own": lambda plan: plan.key == own, "none": lambda _: False}
    panels = filter(shown[protocol.feedback.panels], protocol.panels)
    return sorted(panels, key=lambda plan: plan.key != own)


def _strip(protocol: Protocol, name: str, finding: PanelFinding, *, is_own: bool, counted: bool) -> Strip:
    level = visibility.level_of(finding, Viewer.PANELLIST, protocol.suppression, is_own=counted)
    return Strip(finding.panel, name, is_own, counted, level, visibility.seen(finding, level))
