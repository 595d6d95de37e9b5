"""What a pilot is made of: the study copied under another key, and test panellists with their links."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import access, panels, studies
from surveys.access import Key
from surveys.exchange import study_files
from surveys.exchange.panellist_files import LONGEST
from surveys.items import Item, Wording
from surveys.panels import Panel
from surveys.studies import Study
from surveys.translations.texts import Translation

CHANNEL = "pilot"


def of_study(session: Session, study: Study, now: datetime) -> Study:
    """The same study again, under a key of its own and without its items."""
    key, vocabularies = _free_key(session, study), study.vocabularies
    pilot = studies.create(session, key, study.protocol, now=now, vocabularies=vocabularies)
    pilot.pilot_of_id, pilot.is_simulated = study.id, study.is_simulated
    pilot.languages, pilot.time_zone = dict(study.languages), study.time_zone
    session.flush()
    _copy_translations(session, study, pilot)
    return pilot


def _copy_translations(session: Session, study: Study, pilot: Study) -> None:
    """Every language is tried as well. Keys and versions are the same, so that places have the same names."""
    written = session.scalars(select(Translation).where(Translation.study_id == study.id))
    session.add_all(
        Translation(
            study_id=pilot.id,
            language=one.language,
            place=one.place,
            text=one.text,
            source=one.source,
            at=one.at,
            by=one.by,
        )
        for one in written
    )


def of_items(session: Session, pilot: Study, asked: Sequence[Item]) -> list[Item]:
    """These items under their own numbers, each in its newest wording."""
    copied = [
        Item(
            study_id=pilot.id,
            key=item.key,
            position=item.position,
            tags=item.tags,
            notes=item.notes,
            wordings=[
                Wording(version=one.version, language=one.language, title=one.title, vignette=one.vignette)
                for one in item.wordings
                if one.version == item.wording.version
            ],
        )
        for item in asked
    ]
    session.add_all(copied)
    session.flush()
    session.expire(pilot, ["items"])
    return copied


def add_people(session: Session, key: Key, pilot: Study, people: Mapping[str, int], now: datetime) -> None:
    """Test panellists by panel, each with a personal link."""
    added = [
        panels.add(session, panel, f"T-{_short(panel)}-{number}", now=now, channel=CHANNEL)
        for panel in pilot.panels
        for number in range(1, people.get(panel.key, 0) + 1)
    ]
    session.flush()
    for panellist in added:
        access.create_personal_link(session, key, panellist, now=now)


def _short(panel: Panel) -> str:
    """The panel in the codes of its test panellists, which have an end."""
    return panel.key if len(panel.key) <= LONGEST["code"] - len("T--99") else str(panel.position + 1)


def _free_key(session: Session, study: Study) -> str:
    """The study's key with a word behind it that says what this is, also in the names of files."""
    number, stem = 1, f"{study.key[: study_files.LONGEST_KEY - 10]}-pilot"
    key = stem
    while studies.find(session, key):
        number += 1
        key = f"{stem}-{number}"
    return key
