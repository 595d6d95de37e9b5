"""What is kept of one panellist beside its answers: attributes, what it declared, and its panels."""

from dataclasses import dataclass

from delphi.formats import date
from delphi.visits import Visit
from surveys import attributes, correcting, counted_panels, declarations, panel_moves
from surveys.attributes import CAPACITY
from surveys.correcting import About
from surveys.counted_panels import PanelMove
from surveys.declarations import Capacity, Declared
from surveys.panels import Panellist
from surveys.studies import Study

NOT_SAID = "Not said"


@dataclass(frozen=True)
class MoveLine:
    """One move between panels, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class Kept:
    """All of it, and the forms that change it; `hindrance` says why it cannot be moved now."""

    rows: tuple[tuple[str, str], ...]
    capacities: tuple[tuple[str, str, str], ...]
    typed: Declared
    seen: str
    is_declaring: bool
    moves: tuple[MoveLine, ...]
    panel: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    reason: str
    is_moving: bool
    hindrance: str
    person: About
    person_seen: str
    is_correcting: bool


def of(visit: Visit, study: Study, panellist: Panellist) -> Kept:
    """What is kept of this panellist, with what was typed where it was refused."""
    stands = declarations.of(visit.session, panellist)
    own, person = panellist.panel.key, correcting.of(panellist)
    return Kept(
        rows=_rows(visit, panellist, stands),
        capacities=_capacities(stands.capacity),
        typed=Declared(*(visit.typed(name, text) for name, text in vars(stands).items())),
        seen=declarations.fingerprint(stands),
        is_declaring="experience" in visit.form,
        moves=tuple(_line(visit, one) for one in counted_panels.list_moves(visit.session, panellist)),
        panel=own,
        choices=tuple((panel.key, panel.name) for panel in study.panels if panel.key != own),
        chosen=visit.typed("panel"),
        reason=visit.typed("reason"),
        is_moving="reason" in visit.form,
        hindrance=panel_moves.hindrance(visit.session, study, panellist),
        person=About(*(visit.typed(name, text) for name, text in vars(person).items())),
        person_seen=correcting.fingerprint(person),
        is_correcting="stood" in visit.form,
    )


def _rows(visit: Visit, panellist: Panellist, stands: Declared) -> tuple[tuple[str, str], ...]:
    known = attributes.of(visit.session, panellist)
    others = [(name, value) for name, value in known.items() if name != CAPACITY]
    return (
        ("Invited by", panellist.channel),
        ("Takes part as", stands.capacity or NOT_SAID),
        *((name[:1].upper() + name[1:], value) for name, value in others),
        ("Other experience", stands.experience or NOT_SAID),
        ("Interests", stands.interests or NOT_SAID),
    )


def _capacities(stands: str) -> tuple[tuple[str, str, str], ...]:
    """What can be chosen; what a file of an earlier version said stays, if it is neither."""
    known = [*Capacity, *([stands] if stands and stands not in tuple(Capacity) else [])]
    return (*((f"{one}", f"{one.capitalize()}", "") for one in known), ("", NOT_SAID, ""))


def _line(visit: Visit, one: PanelMove) -> MoveLine:
    when, since = date(one.at, visit.zone), f"counted there from round {one.round_number} on"
    what = f"Moved from {one.before.name} to {one.after.name} on {when} by {one.by}, and {since}."
    return MoveLine(what, one.reason)
