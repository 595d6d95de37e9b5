"""Every table, gathered: importing this module makes `Base.metadata` complete, for Alembic and for tests."""

from surveys import (
    access,
    audit,
    comments,
    items,
    outbox,
    panels,
    participations,
    people,
    publications,
    ratings,
    results,
    rounds,
    settling,
    studies,
)
from surveys.base import Base

MODULES = (
    access,
    audit,
    comments,
    items,
    outbox,
    panels,
    participations,
    people,
    publications,
    ratings,
    results,
    rounds,
    settling,
    studies,
)
metadata = Base.metadata
