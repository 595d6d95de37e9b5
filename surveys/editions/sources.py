"""What an edition is made from: a published study as the public may see it, taken once and never changed.

The same publication gives the same source, byte for byte, kept once under its digest. It holds no number that
`visibility` hides from the public.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import publications, results, rounds
from surveys.base import Base
from surveys.editions import answers
from surveys.editions.answers import Heard
from surveys.histories import changes
from surveys.items import Item
from surveys.protocol import (
    Criterion,
    GridsPlan,
    Information,
    PanelPlan,
    Part,
    Protocol,
    RoundsPlan,
    ScalePlan,
    Suppression,
)
from surveys.publications import Publication
from surveys.results import PanelFinding
from surveys.rounds import Asked
from surveys.studies import Study

POPULATION = "population_group"
PRINCIPLES = "equalise_principle"
# EQUALISE, 2022: five principles of equitable general practice; of a study that brings no such vocabulary.
FIVE_PRINCIPLES = {
    "connected": "Connected",
    "intersectional": "Intersectional",
    "flexible": "Flexible",
    "inclusive": "Inclusive",
    "community_centred": "Community-centred",
}
# What each of them asks for, in our words.
PRINCIPLES_MEAN = {
    "connected": "Services work as one, and none of them is left to do it alone.",
    "intersectional": "What adds up in a life, such as poverty, illness and racism, is looked at together.",
    "flexible": "Time, place, language and way of contact fit the person.",
    "inclusive": "People’s own culture and view of the world are part of their care.",
    "community_centred": "Those it is for help to plan it and to run it.",
}
PRINCIPLES_SOURCE = "EQUALISE: Gkiouleka and others, Lancet Public Health 2023; in our words"
LICENCE = "licence"  # the entry of a protocol's provenance that names it


class Terms(Part, frozen=True, kw_only=True):
    """A vocabulary by which the study's items are tagged: what it is called, and the words of each key."""

    label: str
    terms: dict[str, str]


class Published(Part, frozen=True, kw_only=True):
    """What a panel answered to an item in the latest round in which it rated all of it, by criterion."""

    panel: str
    round_number: int
    answers: dict[str, Heard]


class SourceItem(Part, frozen=True, kw_only=True):
    """An item as it was asked, and what each panel answered."""

    key: str
    number: int
    title: str
    text: str
    tags: dict[str, tuple[str, ...]]
    panels: tuple[Published, ...]

    def of(self, panel: str) -> Published:
        return next(one for one in self.panels if one.panel == panel)


class Source(Part, frozen=True, kw_only=True):
    """A published study as the public may see it."""

    study_key: str
    study_title: str
    round_number: int
    closed_on: str
    fingerprint: str
    version: str  # of the software that made it
    licence: str
    is_simulated: bool
    had_feedback: bool  # whether the panel had seen what others said before it answered last
    scale: ScalePlan
    criteria: tuple[Criterion, ...]
    panels: tuple[PanelPlan, ...]
    grids: GridsPlan | None
    suppression: Suppression
    vocabularies: dict[str, Terms]
    items: tuple[SourceItem, ...]

    def find(self, key: str) -> SourceItem | None:
        """The item with this key."""
        return next((item for item in self.items if item.key == key), None)


class KeptSource(Base):
    """A source under the SHA-256 of its bytes, for all editions that are made from it. Never changed."""

    __tablename__ = "edition_sources"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime]


class SourceState(StrEnum):
    """How a source stands to what its study publishes now."""

    CURRENT = "current"
    OUTDATED = "outdated"
    WITHDRAWN = "withdrawn"


def take(session: Session, published: Publication, *, now: datetime) -> KeptSource:
    """The source of what this study has published, kept if it was not yet."""
    payload = msgspec.json.encode(look(session, published), order="deterministic")
    digest = hashlib.sha256(payload).hexdigest()
    if (known := session.get(KeptSource, digest)) is not None:
        return known
    kept = KeptSource(
        digest=digest,
        study_id=published.study_id,
        round_id=published.round_id,
        payload=payload,
        taken_at=now,
    )
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError:  # somebody else has taken it at the same moment
        return session.get_one(KeptSource, digest)
    return kept


def look(session: Session, published: Publication) -> Source:
    """What this study has published, as the public may see it; nothing is kept."""
    study, through = published.study, published.round
    protocol = study.protocol
    return Source(
        study_key=study.key,
        study_title=study.title,
        round_number=through.number,
        closed_on=through.closed_at.date().isoformat() if through.closed_at else "",
        fingerprint=study.fingerprint,
        version=version("delphi"),
        licence=protocol.provenance.get(LICENCE, ""),
        is_simulated=study.is_simulated,
        had_feedback=through.number > 1 and protocol.feedback.panels != "none",
        scale=protocol.scale,
        criteria=protocol.criteria,
        panels=protocol.panels,
        grids=protocol.grids,
        suppression=protocol.suppression,
        vocabularies=_vocabularies(study),
        items=_items(session, published),
    )


def read(kept: KeptSource) -> Source:
    """What was taken."""
    return _decoded(kept.payload)


def state(session: Session, kept: KeptSource) -> SourceState:
    """Whether this is what the study publishes now."""
    published = session.get(Publication, kept.study_id)
    if published is None:
        return SourceState.WITHDRAWN
    is_same = published.round_id == kept.round_id and published.study.fingerprint == read(kept).fingerprint
    return SourceState.CURRENT if is_same else SourceState.OUTDATED


def get_published(session: Session, kept: KeptSource) -> Publication:
    """What the study of this source publishes now; one that publishes nothing is refused."""
    return publications.get(session, read(kept).study_key)


def principles(source: Source) -> dict[str, str]:
    """The principles of the checklist, by key."""
    known = source.vocabularies.get(PRINCIPLES)
    return known.terms if known else FIVE_PRINCIPLES


def axes(source: Source) -> tuple[str, ...]:
    """The criteria that place an item: across and up, or all where the study has no grids."""
    if source.grids is None:
        return tuple(criterion.key for criterion in source.criteria)
    return source.grids.across, source.grids.up


def filtered(source: Source, filters: Mapping[str, Sequence[str]]) -> tuple[SourceItem, ...]:
    """The items that have one of the terms of each vocabulary that is asked for."""
    return tuple(
        item
        for item in source.items
        if all(set(terms) & set(item.tags.get(name, ())) for name, terms in filters.items() if terms)
    )


def outline(source: Source) -> Protocol:
    """A protocol with the parts that grids are made of; all others are blank."""
    return Protocol(
        title=source.study_title,
        aims="",
        scale=source.scale,
        criteria=source.criteria,
        panels=source.panels,
        rules=(),
        rounds=RoundsPlan(last=source.round_number),
        information=_NO_INFORMATION,
        grids=source.grids,
        suppression=source.suppression,
    )


_NO_INFORMATION = Information(**dict.fromkeys(Information.__struct_fields__, ""))


@lru_cache(maxsize=32)
def _decoded(payload: bytes) -> Source:
    return msgspec.json.decode(payload, type=Source)


def _vocabularies(study: Study) -> dict[str, Terms]:
    return {
        key: Terms(label=vocabulary["label"], terms=vocabulary["terms"])
        for key, vocabulary in study.vocabularies.items()
    }


class _Round(msgspec.Struct):
    """A closed round: what it asked, by item id, and what was found."""

    number: int
    asked: dict[int, Asked]
    found: dict[tuple[int, str, str], PanelFinding]


def _items(session: Session, published: Publication) -> tuple[SourceItem, ...]:
    closed = [
        _Round(
            round_.number,
            {asked.item_id: asked for asked in rounds.list_asked(session, round_)},
            results.get(session, round_).by_place(),
        )
        for round_ in reversed(rounds.list_rounds(session, published.study))
        if round_.has_results and round_.number <= published.round.number
    ]
    gone = changes.gone(session, published.study, published.round.number)
    stand = [item for item in published.study.items if item.id not in gone]
    by_item = [(item, [one for one in closed if item.id in one.asked]) for item in stand]
    protocol = published.study.protocol
    return tuple(_item(protocol, item, asked) for item, asked in by_item if asked)


def _item(protocol: Protocol, item: Item, asked: Sequence[_Round]) -> SourceItem:
    """The item as the newest round worded it; answers to another wording are left out."""
    newest = asked[0].asked[item.id]
    alike = [one for one in asked if _wording(one.asked[item.id]) == _wording(newest)]
    return SourceItem(
        key=item.key,
        number=item.position,
        title=newest.title,
        text=newest.text,
        tags={name: tuple(terms) for name, terms in item.tags.items()},
        panels=tuple(_published(protocol, item, alike, panel.key) for panel in protocol.panels),
    )


def _published(protocol: Protocol, item: Item, asked: Sequence[_Round], panel: str) -> Published:
    found = [
        {criterion.key: one.found[item.id, criterion.key, panel] for criterion in protocol.criteria}
        for one in asked
    ]
    rated = [n for n, by_criterion in enumerate(found) if all(one.n for one in by_criterion.values())]
    latest = rated[0] if rated else 0
    return Published(
        panel=panel,
        round_number=asked[latest].number,
        answers=answers.together(found[latest], protocol.suppression),
    )


def _wording(asked: Asked) -> tuple[str, str]:
    return asked.title, asked.text
