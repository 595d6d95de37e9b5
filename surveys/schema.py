"""Every table, gathered: importing this module makes `Base.metadata` complete, for Alembic and for tests."""

from surveys import (  # noqa: F401  # imported for their tables
    access,
    attributes,
    audit,
    comments,
    counted_panels,
    declarations,
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
    write_ups,
)
from surveys.base import Base
from surveys.concerns import leads, passing  # noqa: F401  # the same
from surveys.designing import amendments  # noqa: F401  # the same
from surveys.editions import (  # noqa: F401  # the same
    editions,
    local_ratings,
    local_rounds,
    sharing,
    sources,
)
from surveys.histories import changes, reopening  # noqa: F401  # the same
from surveys.letters import (  # noqa: F401  # the same
    schedules,
    sending,
    stops,
    texts,
)
from surveys.payments import ledger, offers  # noqa: F401  # the same
from surveys.sign_ups import entries, forms, links  # noqa: F401  # the same
from surveys.themes import codebook, codings, comparisons  # noqa: F401  # the same
from surveys.translations import texts as translations  # noqa: F401  # the same

metadata = Base.metadata
