"""A study begun from an earlier one has its translations too, as far as it has the same texts."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys.studies import Study
from surveys.translations import places, texts
from surveys.translations.texts import Draft


def copy(session: Session, source: Study, study: Study, *, by: str, now: datetime) -> None:
    """Offer the study in the languages of the other, with what was written in them."""
    for language in source.languages:
        texts.add_language(session, study, language, why="", by=by, now=now)
        kept = {_what(entry.place.name): entry for entry in texts.entries(session, source, language)}
        found = {
            place.name: entry
            for place in places.of(study)
            if (entry := kept.get(_what(place.name))) is not None and entry.text
        }
        draft = Draft(
            {name: entry.text for name, entry in found.items()},
            sources={name: entry.source for name, entry in found.items()},
        )
        texts.put(session, study, language, draft, why="", by=by, now=now)


def _what(place: str) -> str | tuple[str, str]:
    """A place without the version of a wording: a copy begins with the newest as its first."""
    return places.item_of(place) or place
