"""Removing a study that never began, or a pilot: nothing of it is left, as if it had not been loaded."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select
from sqlalchemy.orm import Session

from surveys import rounds
from surveys.access import PersonalLink
from surveys.base import Base
from surveys.errors import NotNow
from surveys.letters.sending import is_letter_of
from surveys.outbox import Message
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study

HAS_BEGUN = "Round 1 of “{}” has been opened, so it stays: what was answered and done is kept."

_STUDIES = Base.metadata.tables[Study.__tablename__]
_PEOPLE = Base.metadata.tables[Person.__tablename__]
_MESSAGES = Base.metadata.tables[Message.__tablename__]


def check_can_remove(study: Study) -> None:
    """Refuse a study whose first round was ever opened: somebody may have answered. A pilot can always go."""
    if study.locked_at is not None and not study.is_pilot:
        raise NotNow(HAS_BEGUN.format(study.title))


def remove(session: Session, study: Study) -> None:
    """Delete the study with its pilot and all that hangs on them, and the people who are in no other.

    What hangs on a study is known from the tables themselves, so that a new one is not forgotten here.
    """
    whole = [study, *session.scalars(select(Study).where(Study.pilot_of_id == study.id))]
    for one in whole:
        for round_ in rounds.list_rounds(session, one):
            rounds.lock(session, round_)
    session.refresh(study)
    check_can_remove(study)
    ids = [one.id for one in whole]
    _hold_people(session, ids)
    people = list(session.scalars(select(Panellist.person_id).where(Panellist.study_id.in_(ids))))
    for table, where in _doomed(whole, people):
        session.execute(delete(table).where(where).execution_options(synchronize_session=False))
    session.expire_all()


def _hold_people(session: Session, ids: Sequence[int]) -> None:
    """Hold all who may come in or agree at this moment: who does is waited for, or told that it is gone."""
    whose = select(Panellist.id).where(Panellist.study_id.in_(ids)).order_by(Panellist.id)
    session.execute(whose.with_for_update())
    links = select(PersonalLink.id).where(PersonalLink.panellist_id.in_(whose.order_by(None)))
    session.execute(links.order_by(PersonalLink.id).with_for_update())


def _doomed(
    whole: Sequence[Study], people: Sequence[int | None]
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """What is deleted of each table, in the order in which it can be: first what points at others."""
    from surveys import schema  # noqa: PLC0415  # every table is known only when all modules are

    ids = [study.id for study in whole]
    for table in reversed(schema.metadata.sorted_tables):
        if table is _PEOPLE:
            yield table, Person.id.in_(people) & Person.id.not_in(_kept_people())
        elif table is _MESSAGES:
            yield table, or_(*map(is_letter_of, whole))
        elif (hanging := _hangs_on(table, ids)) is not None:
            yield table, hanging


def _hangs_on(table: Table, ids: Sequence[int]) -> ColumnElement[bool] | None:
    """Which rows of a table belong to these studies; none where its rows belong to no study.

    A row that must point at something of a study belongs to that one, whatever else it points at.
    """
    if table is _STUDIES:
        return table.c.id.in_(ids)
    ways = []
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table
            if target is table or (whose := _hangs_on(target, ids)) is None:
                continue
            way = column.in_(ids if target is _STUDIES else select(key.column).where(whose))
            if not column.nullable:
                return way
            ways.append(way)
    return or_(*ways) if ways else None


def _kept_people() -> Select[int]:
    """The people who are panellists of some study."""
    return select(Person.id).join(Panellist, Panellist.person_id == Person.id)
