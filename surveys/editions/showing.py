"""An edition as it is shown: its plan, its source, what local people said, what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.editions import editions, findings, local_rounds, notices, sharing
from surveys.editions.editions import Draft, Edition
from surveys.editions.findings import USUAL_STRENGTH, EditionFindings
from surveys.editions.local_rounds import LocalRound
from surveys.editions.local_tallies import LocalView
from surveys.editions.sharing import Shared


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything that a page, a print or a file of an edition says, as plain values."""

    draft: Draft
    local: LocalView | None
    local_closed_at: datetime | None
    findings: EditionFindings
    notices: tuple[str, ...]
    credit: str
    shared: Shared | None


def own(
    session: Session, edition: Edition, *, strength: float = USUAL_STRENGTH, number: int | None = None
) -> Shown:
    """An edition as its team sees it: the newest version, or the one with this number."""
    draft = editions.draft(session, edition, number)
    closed = local_rounds.find_latest(session, edition)
    return _shown(draft, closed, sharing.find(session, edition), strength)


def public(session: Session, slug: str, *, strength: float = USUAL_STRENGTH) -> Shown:
    """An edition as anybody sees it: what was made public, and nothing that came after."""
    known = sharing.get(session, slug)
    draft = editions.draft(session, known.edition, known.version)
    return _shown(draft, known.local_round, sharing.find(session, known.edition), strength)


def _shown(draft: Draft, closed: LocalRound | None, shared: Shared | None, strength: float) -> Shown:
    local = None if closed is None else local_rounds.view(closed, draft.source)
    return Shown(
        draft=draft,
        local=local,
        local_closed_at=closed.closed_at if closed else None,
        findings=findings.find(draft.source, draft.plan, local, strength),
        notices=notices.of(draft.source, local, draft.state),
        credit=notices.credit(draft.source),
        shared=shared,
    )
