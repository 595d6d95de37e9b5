"""People: names and addresses, kept apart from every answer. A panellist may point here, never back."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.base import Base


class Person(Base):
    """Somebody who can be written to. Erasing this row leaves the panellist's answers without a name."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), index=True)
    language: Mapped[str] = mapped_column(String(35), default="en")
    created_at: Mapped[datetime]
