"""Every table, gathered: importing this module makes `Base.metadata` complete, for Alembic and for tests."""

from surveys import (  # noqa: F401  # imported for their tables
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
    sign_ins,
    studies,
)
from surveys.base import Base
from surveys.editions import (  # noqa: F401  # the same
    editions,
    local_ratings,
    local_rounds,
    sharing,
    sources,
)

metadata = Base.metadata
