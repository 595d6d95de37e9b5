"""The audit trail: what was done to a study, when and by whom; written with the change, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base


class AuditEntry(Base):
    """One act. `by` is an account's address, a panellist's code or “command line”; never a name."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))
    act: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


def note(session: Session, study_id: int, act: str, *, by: str, now: datetime, **details: Any) -> None:
    """Write one line of the trail, in the transaction of the act itself."""
    session.add(AuditEntry(study_id=study_id, at=now, by=by, act=act, details=details))


def list_entries(session: Session, study_id: int) -> list[AuditEntry]:
    """The trail of a study, oldest first."""
    own = select(AuditEntry).where(AuditEntry.study_id == study_id)
    return list(session.scalars(own.order_by(AuditEntry.id)))
