"""The audit trail as one of the team sees it: what was done, but for what the role is told nowhere else.

Who may run nothing is not told of concerns. Who may see no codes is not told whose code an act was about or
by, and no name in the codebook, which may be words of a text.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys import audit, panels, permissions
from surveys.audit import AuditEntry
from surveys.concerns import passing
from surveys.permissions import Power, Role
from surveys.studies import Study

A_PANELLIST = "a panellist"
HIDDEN = "(hidden)"
_CODES = frozenset(("code", "panellist", "was", "into"))  # details that say codes: of people, or of texts


@dataclass(frozen=True)
class Entry:
    """One act as it may be seen."""

    at: datetime
    by: str
    act: str
    details: Mapping[str, Any]


def list_seen(session: Session, study: Study, role: Role) -> list[Entry]:
    """The trail of a study for a member with this role, oldest first."""
    runs = permissions.may(role, Power.RUN)
    entries = (one for one in audit.list_entries(session, study.id) if runs or one.act not in passing.ACTS)
    if permissions.may(role, Power.SEE_CODES):
        return [Entry(one.at, one.by, one.act, one.details) for one in entries]
    codes = {one.code for one in panels.list_panellists(session, study)}
    return [_without_codes(one, codes) for one in entries]


def _without_codes(entry: AuditEntry, codes: Collection[str]) -> Entry:
    details = {name: HIDDEN if name in _CODES else value for name, value in entry.details.items()}
    return Entry(entry.at, A_PANELLIST if entry.by in codes else entry.by, entry.act, details)
