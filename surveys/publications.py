"""Publishing: anyone with the link may see the grids of a closed round, as `visibility` allows."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from surveys import audit, studies
from surveys.base import Base
from surveys.errors import NotFound, NotNow
from surveys.rounds import Round
from surveys.studies import Study

NOT_PUBLISHED = "There is no published study at this address."


class Publication(Base):
    """The newest closed round whose grids a study has made public."""

    __tablename__ = "publications"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
    study: Mapped[Study] = relationship()
    round: Mapped[Round] = relationship()


def publish(session: Session, round_: Round, *, now: datetime, by: str) -> None:
    """Make the grids up to this closed round public; a later round takes its place."""
    studies.check_is_no_pilot(round_.study, "It cannot be published.")
    if not round_.has_results:
        raise NotNow("Only the grids of a closed round can be published.")
    session.merge(Publication(study_id=round_.study_id, round_id=round_.id, by=by, at=now))
    audit.note(session, round_.study_id, f"round {round_.number}: grids published", by=by, now=now)
    session.flush()


def withdraw(session: Session, study: Study, *, now: datetime, by: str) -> None:
    """Take the grids back from the public."""
    if (published := session.get(Publication, study.id)) is not None:
        session.delete(published)
        audit.note(session, study.id, "grids no longer published", by=by, now=now)
        session.flush()


def find(session: Session, study: Study) -> Publication | None:
    """What this study has published."""
    return session.get(Publication, study.id)


def get(session: Session, study_key: str) -> Publication:
    """What the study with this key has published; unknown and unpublished are refused alike."""
    published = session.scalar(select(Publication).join(Study).where(Study.key == study_key))
    if published is None:
        raise NotFound(NOT_PUBLISHED)
    return published
