"""Who answers a local round, and what: a browser in a panel, without a name, and its ratings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base
from surveys.editions.local_tallies import Place
from surveys.ratings import UNABLE_BY_CODE, Answer


class Respondent(Base):
    """One browser in which somebody answers a local round: a panel, and no name."""

    __tablename__ = "local_respondents"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("local_rounds.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    panel: Mapped[str] = mapped_column(String(80))
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class LocalRating(Base):
    """A category, or unable with its reason: exactly one of the two. A blank has no row."""

    __tablename__ = "local_ratings"
    __table_args__ = (CheckConstraint("(value IS NULL) <> (unable IS NULL)", name="rated_or_unable"),)

    respondent_id: Mapped[int] = mapped_column(ForeignKey("local_respondents.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(200), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int | None] = mapped_column(SmallInteger)
    unable: Mapped[int | None] = mapped_column(SmallInteger)


def answers_of(session: Session, respondent: Respondent) -> dict[Place, Answer]:
    """What this respondent has answered."""
    found: dict[Place, Answer] = {}
    for row in session.execute(_RATED.where(LocalRating.respondent_id == respondent.id)):
        found[row.item, row.criterion] = _answer(row.value, row.unable)
    return found


def given(session: Session, round_id: int) -> list[tuple[str, dict[Place, Answer]]]:
    """The panel of each respondent of a round, and what it answered."""
    people = select(Respondent.id, Respondent.panel).where(Respondent.round_id == round_id)
    found: dict[int, tuple[str, dict[Place, Answer]]] = {
        one: (panel, {}) for one, panel in session.execute(people.order_by(Respondent.id))
    }
    rated = _RATED.join(Respondent, Respondent.id == LocalRating.respondent_id)
    for row in session.execute(rated.where(Respondent.round_id == round_id)):
        found[row.respondent_id][1][row.item, row.criterion] = _answer(row.value, row.unable)
    return list(found.values())


def people(session: Session, round_id: int) -> dict[str, tuple[int, int]]:
    """How many of each panel have begun and finished."""
    counted = select(Respondent.panel, func.count(), func.count(Respondent.finished_at))
    rows = session.execute(counted.where(Respondent.round_id == round_id).group_by(Respondent.panel))
    return {panel: (begun, finished) for panel, begun, finished in rows}


_RATED = select(
    LocalRating.respondent_id, LocalRating.item, LocalRating.criterion, LocalRating.value, LocalRating.unable
)


def _answer(value: int | None, unable: int | None) -> Answer:
    return Answer(value, None if unable is None else UNABLE_BY_CODE[unable])
