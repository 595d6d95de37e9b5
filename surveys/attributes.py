"""Attributes of panellists: what a study keeps of each, such as a profession or a region.

They stand with the panellist, not with the person, so that a panel can be described without a name. Their
names are chosen by the researcher; none may be taken for a column that panellists have anyway.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ForeignKey, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys.base import Base
from surveys.panels import Panellist
from surveys.studies import Study

LONGEST_NAME, LONGEST_VALUE = 40, 200
MOST = 10  # more of them tell who somebody is
CAPACITY = "taking part as"  # participant or public contributor: asked of whoever signs up
COLUMNS = ("panel", "code", "name", "email", "language", "channel", "link", "other experience", "interests")
TAKEN = frozenset((*COLUMNS, "agreed_to", "open_round", "progress", "simulated"))
_NAME = re.compile(r"[^\W_][\w ()/’'-]*")


class PanellistAttribute(Base):
    """One attribute of one panellist."""

    __tablename__ = "panellist_attributes"

    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST_VALUE))


def name_fault(name: str) -> str:
    """What is wrong with the name of an attribute; nothing where it can be one.

    >>> name_fault("profession"), name_fault("E-mail address"), name_fault("email")
    ('', '', 'Panellists have “email” anyway. Choose another name.')
    """
    if name.casefold() in TAKEN:
        return f"Panellists have “{name}” anyway. Choose another name."
    if len(name) > LONGEST_NAME:
        return f"The name of an attribute has at most {LONGEST_NAME} characters."
    return "" if _NAME.fullmatch(name) else "Write a name that begins with a letter, such as profession."


def add(session: Session, known: Iterable[tuple[Panellist, Mapping[str, str]]]) -> None:
    """Keep what is known of new panellists, in one statement however many they are; no empty ones."""
    rows = [
        {"panellist_id": panellist.id, "name": name, "value": value}
        for panellist, values in known
        for name, value in values.items()
        if value
    ]
    if rows:
        session.execute(insert(PanellistAttribute), rows)


def by_panellist(session: Session, study: Study) -> dict[int, dict[str, str]]:
    """The attributes of each panellist (by id) who has any, by their names."""
    known: dict[int, dict[str, str]] = {}
    own = select(PanellistAttribute).join(Panellist).where(Panellist.study_id == study.id)
    for one in session.scalars(own.order_by(PanellistAttribute.name)):
        known.setdefault(one.panellist_id, {})[one.name] = one.value
    return known


def of(session: Session, panellist: Panellist) -> dict[str, str]:
    """The attributes of one panellist, by their names."""
    own = select(PanellistAttribute).where(PanellistAttribute.panellist_id == panellist.id)
    return {one.name: one.value for one in session.scalars(own.order_by(PanellistAttribute.name))}


def list_names(session: Session, study: Study) -> list[str]:
    """The names of the attributes that some panellist of the study has."""
    own = select(PanellistAttribute.name).join(Panellist).where(Panellist.study_id == study.id)
    return sorted(session.scalars(own.distinct()), key=str.casefold)


def put(session: Session, panellist: Panellist, name: str, value: str) -> None:
    """Keep this in the place of what was kept by this name; nothing where it is empty."""
    known = session.get(PanellistAttribute, (panellist.id, name))
    if known is not None and value:
        known.value = value
    elif known is not None:
        session.delete(known)
    elif value:
        session.add(PanellistAttribute(panellist_id=panellist.id, name=name, value=value))
    session.flush()


def forget(session: Session, panellist: Panellist) -> None:
    """Delete what is kept of this panellist."""
    session.execute(delete(PanellistAttribute).where(PanellistAttribute.panellist_id == panellist.id))


def read_names(text: str) -> Iterator[str]:
    """The names in a list that was typed, each once.

    >>> list(read_names("profession, region,, profession"))
    ['profession', 'region']
    """
    yield from dict.fromkeys(filter(None, (" ".join(part.split()) for part in re.split(r"[,;\n]", text))))


def in_words(values: Mapping[str, str], names: Iterable[str] = ()) -> str:
    """The attributes in one phrase, those named first.

    >>> in_words({"region": "North", "profession": "nurse"})
    'region: North; profession: nurse'
    """
    ordered = (*(name for name in names if name in values), *(n for n in values if n not in set(names)))
    return "; ".join(f"{name}: {values[name]}" for name in ordered)
