"""The register: how many were asked, by panel and channel, so that response rates have their denominators.

Whoever was moved is counted in the panel where it is now, in every column alike.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import panels, participations
from surveys.panels import ConsentKind, Panellist
from surveys.sign_ups.deciding import CHANNEL
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.sign_ups.forms import SignUpForm
from surveys.studies import Study


@dataclass(frozen=True)
class Line:
    """One panel and one channel. Who signed up without being approved was never asked, and stands apart."""

    panel: str  # its key
    channel: str
    on_panel: int  # ever, whoever has withdrawn among them
    agreed: int  # to take part, by their newest answer
    took_part: int  # began a round
    withdrew: int
    signed_up: int | None = None  # entries on the sign-up page, approved or not; None for another channel


def lines(session: Session, study: Study) -> tuple[Line, ...]:
    """A line for each channel of each panel, in the order of the panels, the largest channel first."""
    everyone = panels.list_panellists(session, study)
    agreed = _agreed(session, study)
    begun = participations.begun_any(session, study)
    signed_up = _signed_up(session, study)
    found = []
    for panel in study.panels:
        channels: dict[str, list[Panellist]] = {CHANNEL: []} if signed_up[panel.id] else {}
        for one in everyone:
            if one.panel_id == panel.id:
                channels.setdefault(one.channel, []).append(one)
        made = [_line(panel.key, name, whose, agreed, begun) for name, whose in channels.items()]
        of_panel = [
            Line(**vars(one) | {"signed_up": signed_up[panel.id]}) if one.channel == CHANNEL else one
            for one in made
        ]
        found += sorted(of_panel, key=lambda one: (-one.on_panel, one.channel.casefold()))
    return tuple(found)


def _line(
    panel: str, channel: str, whose: list[Panellist], agreed: frozenset[int], begun: frozenset[int]
) -> Line:
    return Line(
        panel=panel,
        channel=channel,
        on_panel=len(whose),
        agreed=sum(one.id in agreed for one in whose),
        took_part=sum(one.id in begun for one in whose),
        withdrew=sum(one.withdrawn_at is not None for one in whose),
    )


def _agreed(session: Session, study: Study) -> frozenset[int]:
    newest = panels.newest_consents(session, study)
    return frozenset(
        who for (who, kind), one in newest.items() if kind == ConsentKind.TAKE_PART and one.is_given
    )


def _signed_up(session: Session, study: Study) -> dict[int, int]:
    """How many ever signed up for each panel (by id): those on it, the entries beside, and the erased."""
    of_panels = [panel.id for panel in study.panels]
    on_panel = select(Panellist.panel_id, func.count()).where(Panellist.channel == CHANNEL)
    beside = select(SignUp.panel_id, func.count()).where(SignUp.status != SignUpStatus.APPROVED)
    erased = select(SignUpForm.panel_id, SignUpForm.erased)
    parts = (
        on_panel.where(Panellist.study_id == study.id).group_by(Panellist.panel_id),
        beside.where(SignUp.study_id == study.id).group_by(SignUp.panel_id),
        erased.where(SignUpForm.panel_id.in_(of_panels)),
    )
    totals = dict.fromkeys(of_panels, 0)
    for part in parts:
        for row in session.execute(part):
            totals[row[0]] += row[1]
    return totals
