"""Reading: the words of a study in one language, for whoever is shown them; what is stale is not there."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.items import Item
from surveys.panels import Panellist
from surveys.studies import Study
from surveys.translations import places
from surveys.translations.languages import FIRST
from surveys.translations.texts import Translation

MOST_KEPT = 64  # studies and languages at once
_kept: dict[tuple[int, datetime, str], tuple[str, "Words"]] = {}


@dataclass(frozen=True)
class Words:
    """The translated texts of a study by place and by the text that they translate."""

    language: str = FIRST
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, place: str, source: str) -> str | None:
        """This text in the language, if it was translated as it stands."""
        return self.texts.get((place, source))

    def text(self, place: str, source: str) -> str:
        """The text in the language, or as it was written."""
        return self.texts.get((place, source), source)

    def item(self, item_id: int, part: str, source: str) -> str:
        """An item's title or vignette in the language, under whichever wording it was asked."""
        return self.text(item_place(item_id, part), source)


UNTRANSLATED = Words()


def item_place(item_id: int, part: str) -> str:
    """The name by which an item's text is read: a round asks an item, not its key."""
    return f"item {item_id} {part}"


def language_of(panellist: Panellist) -> str:
    """The language that this panellist reads: chosen on a page, or kept with the name, if it is offered."""
    study = panellist.study
    if not study.languages:
        return FIRST
    wanted = panellist.language or (panellist.person.language if panellist.person else FIRST)
    return offered(study, wanted)


def offered(study: Study, wanted: str) -> str:
    """The language of the study that comes nearest to the one wanted; the first where none does."""
    short = wanted.partition("-")[0]
    return wanted if wanted in study.languages else short if short in study.languages else FIRST


def words_of(session: Session, study: Study, language: str) -> Words:
    """The words of the study in this language, read once for as long as they stand."""
    if (mark := study.languages.get(language)) is None:
        return UNTRANSLATED
    # The number of a pilot that was removed may come again, on SQLite; not at the same moment.
    known = _kept.get((study.id, study.created_at, language))
    if known is not None and known[0] == mark:
        return known[1]
    made = _read(session, study, language)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[study.id, study.created_at, language] = (mark, made)
    return made


def sheet_language(session: Session, panellist: Panellist) -> str:
    """The language that this panellist reads the sheet in: the first, where any of it is in that."""
    study, language = panellist.study, language_of(panellist)
    words = words_of(session, study, language)
    sheet = [place for place in places.of_sheet(study.protocol.information) if place.source.strip()]
    is_whole = all(words.find(place.name, place.source) is not None for place in sheet)
    return language if is_whole else FIRST


def _read(session: Session, study: Study, language: str) -> Words:
    own = select(Translation.place, Translation.source, Translation.text).where(
        Translation.study_id == study.id, Translation.language == language
    )
    items = select(Item.key, Item.id).where(Item.study_id == study.id)
    ids = {row[0]: row[1] for row in session.execute(items)}
    texts = {}
    for place, source, text in session.execute(own):
        item = places.item_of(place)
        name = item_place(ids.get(item[0], 0), item[1]) if item else place
        texts[name, source] = text
    return Words(language, texts)
