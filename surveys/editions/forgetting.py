"""Forgetting editions that somebody began and never wrote in: nobody has their link by heart."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys.editions.editions import Edition, EditionVersion
from surveys.editions.local_rounds import LocalRound
from surveys.editions.sharing import EditionMail, EditionSharing

AFTER = timedelta(days=90)


def forget_untouched(session: Session, *, now: datetime) -> int:
    """Delete editions made long ago in which nothing was saved, shared or asked; tells how many."""
    used = (
        select(EditionVersion.edition_id).where(EditionVersion.number > 1),
        select(Edition.copied_from_id).where(Edition.copied_from_id.is_not(None)),
        select(LocalRound.edition_id),
        select(EditionSharing.edition_id),
        select(EditionMail.edition_id),
    )
    old = select(Edition.id).where(
        Edition.created_at < now - AFTER, *(Edition.id.not_in(ids) for ids in used)
    )
    ids = list(session.scalars(old))
    session.execute(delete(EditionVersion).where(EditionVersion.edition_id.in_(ids)))
    session.execute(delete(Edition).where(Edition.id.in_(ids)))
    return len(ids)
