"""A protocol while it may still be changed: begun, saved part by part, fixed when round 1 opens.

A part is saved against what its form was made from, so that of two researchers the second is told of the
first's change. The rows of criteria, panels and items follow the protocol.
"""

import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import audit, counted_panels, panels, protocol_reading, rounds, studies
from surveys import protocol as protocols
from surveys.access import Account
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles
from surveys.panels import Panel, Panellist
from surveys.protocol import Protocol
from surveys.protocol_reading import LONGEST_TITLE
from surveys.rounds import RoundStatus
from surveys.sign_ups import entries, forgetting
from surveys.studies import Study, StudyCriterion

FIXED = "Round 1 has been opened, so the protocol is fixed and cannot be changed here."
STALE = "Somebody else saved this part meanwhile, so yours is not saved yet. Look it over, and save again."
HAS_ENTRIES = (
    "People have signed up for the panel “{}”, so it stays. Only a panel without entries on its sign-up page"
    " can be taken out."
)
HAS_PEOPLE = "The panel “{}” has people on it, so it stays. Only a panel that nobody is on can be taken out."
NOT_SEEN = "Somebody changed the protocol since this page was made, so it is not fixed. Look it over again."
NO_TITLE = "Give the study a title. You can change it later."

# What is edited together, and so saved together: the keys of the protocol.
PARTS = MappingProxyType(
    {
        "aims": ("title", "aims"),
        "scale": ("scale",),
        "criteria": ("criteria",),
        "panels": ("panels",),
        "rules": ("rules", "quantiles"),
        "rounds": ("rounds", "feedback", "reopening", "suppression"),
        "information": ("information", "consents"),
        "grids": ("grids",),
        "notes": ("provenance",),
    }
)


def begin(
    session: Session, files: StudyFiles, title: str, account: Account, *, source: str, now: datetime
) -> Study:
    """A new study of this account, of these files under this title, round 1 planned with every item."""
    session.refresh(account, with_for_update=True)  # a button that is pressed twice: one after the other
    protocol = msgspec.structs.replace(files.protocol, title=_checked_title(title))
    key = _free_key(session, protocol.title)
    study = study_files.load(session, replace(files, protocol=protocol), key, now=now)
    audit.note(session, study.id, "study begun", by=account.email, now=now, source=source)
    studies.add_member(session, study, account, by=account.email, now=now)
    return study


def standing(protocol: Protocol, part: str) -> str:
    """A few digits that tell one standing of a part from another."""
    data = protocols.to_builtins(protocol)
    text = json.dumps([data.get(key) for key in PARTS[part]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(  # noqa: PLR0913  # whose change of what, made from which standing, when
    session: Session, study: Study, part: str, data: dict[str, Any], *, seen: str, by: str, now: datetime
) -> None:
    """Put this in the part's place, if nobody else did meanwhile and the whole protocol still holds."""
    hold_draft(session, study)
    check_standing(study, part, seen)
    protocol = with_part(study.protocol, part, data)
    if protocol == study.protocol:
        return
    adopt(session, study, protocol)
    audit.note(
        session, study.id, "protocol changed", by=by, now=now, part=part, fingerprint=study.fingerprint
    )
    session.flush()


def check_standing(study: Study, part: str, seen: str) -> None:
    """Refuse what was made from another standing of a part than it has now."""
    if standing(study.protocol, part) != seen:
        raise NotNow(STALE)


def with_part(protocol: Protocol, part: str, data: dict[str, Any]) -> Protocol:
    """The protocol with this in the part's place; FaultyFile where the whole does not hold."""
    rest = {key: value for key, value in protocols.to_builtins(protocol).items() if key not in PARTS[part]}
    return protocol_reading.from_builtins(rest | data)


def check_can_change(study: Study) -> None:
    """Refuse a change of a protocol that is fixed."""
    if study.locked_at is not None:
        raise NotNow(FIXED)


def check_seen(session: Session, study: Study, seen: str) -> None:
    """Refuse to fix a protocol that is no longer the one whose fingerprint stood on the page."""
    if study.locked_at is None and seen:
        hold(session, study)
        if seen != study.fingerprint:
            raise NotNow(NOT_SEEN)


def hold_draft(session: Session, study: Study) -> None:
    """Hold the study, as it stands, against every other change and against opening, till this ends."""
    hold(session, study)
    panels.hold_all(session, study)
    check_can_change(study)


def hold(session: Session, study: Study) -> None:
    """Hold the study, as it stands: rounds first, as whoever opens one does, or two could wait for ever."""
    for round_ in rounds.list_rounds(session, study):
        rounds.lock(session, round_)
    session.refresh(
        study, with_for_update={"key_share": True}
    )  # rows that point at it may be added meanwhile


def adopt(session: Session, study: Study, protocol: Protocol) -> None:
    """Make this the study's protocol; whoever calls holds the study."""
    _follow_criteria(session, study, protocol)
    _follow_panels(session, study, protocol)
    study.title = protocol.title
    study.protocol_json = protocols.to_builtins(protocol)
    study.fingerprint = protocols.fingerprint(protocol)
    planned = [one for one in rounds.list_rounds(session, study) if one.status == RoundStatus.PLANNED]
    for round_ in planned:
        for asked in round_.items:
            asked.block = rounds.block_of(asked.position, protocol)
    session.flush()
    session.expire(study, ["criteria", "panels"])


def _checked_title(title: str) -> str:
    tidy = " ".join(title.split())
    if not tidy:
        raise InvalidInput(NO_TITLE, "title")
    if len(tidy) > LONGEST_TITLE:
        raise InvalidInput(f"This has {len(tidy)} characters; a title has at most {LONGEST_TITLE}.", "title")
    return tidy


def _free_key(session: Session, title: str) -> str:
    """A key out of the title that no other study has."""
    stem = key_of(title)
    number, key = 1, stem
    while key in study_files.RESERVED or studies.find(session, key):
        number += 1
        key = f"{stem}-{number}"
    return key


def key_of(title: str) -> str:
    """The title as it can stand in an address.

    >>> key_of("Making care fairer: a study"), key_of("公平")
    ('making-care-fairer-a-study', 'study')
    """
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:60].rstrip("-") or "study"


def _follow_criteria(session: Session, study: Study, protocol: Protocol) -> None:
    known = {row.key: row for row in study.criteria}
    for key in known.keys() - {criterion.key for criterion in protocol.criteria}:
        session.delete(known[key])
    for position, criterion in enumerate(protocol.criteria):
        if criterion.key in known:
            known[criterion.key].position = position
        else:
            session.add(StudyCriterion(study_id=study.id, key=criterion.key, position=position))


def check_panels(session: Session, study: Study, protocol: Protocol) -> None:
    """Refuse a protocol without a panel that somebody is on or has signed up for."""
    kept = {panel.key for panel in protocol.panels}
    for panel in study.panels:
        is_used = select(func.count()).where(Panellist.panel_id == panel.id)
        if panel.key not in kept and session.scalar(is_used):
            raise InvalidInput(HAS_PEOPLE.format(panel.name), "panels")
        if panel.key not in kept and entries.has_any(session, panel):
            raise InvalidInput(HAS_ENTRIES.format(panel.name), "panels")


def _follow_panels(session: Session, study: Study, protocol: Protocol) -> None:
    check_panels(session, study, protocol)
    known = {row.key: row for row in study.panels}
    for key in known.keys() - {panel.key for panel in protocol.panels}:
        counted_panels.forget_panel(session, known[key])
        forgetting.forget_panel(session, known[key])
        session.delete(known[key])
    for position, plan in enumerate(protocol.panels):
        if plan.key in known:
            known[plan.key].position, known[plan.key].name = position, plan.name
        else:
            session.add(Panel(study_id=study.id, key=plan.key, name=plan.name, position=position))
