"""Whether the words of a study are there in each of its languages: asked in the check, and before a round."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.designing.guidelines import NO_GUIDELINE
from surveys.designing.reporting import Point
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study
from surveys.translations import languages, reading, texts
from surveys.translations.languages import FIRST

PART = "languages"


def points(session: Session, study: Study) -> tuple[Point, ...]:
    """What is asked of a study in several languages; nothing of one in one."""
    if not study.languages:
        return ()
    missing = list(_missing(session, study))
    named = " and ".join(map(languages.name, study.languages))
    return (
        Point(
            "Every language is whole",
            "Whoever reads another language is asked the same, in words that mean the same.",
            NO_GUIDELINE,
            "" if missing else f"All words are there in {named}.",
            PART,
        ),
    )


def warnings(session: Session, study: Study) -> tuple[str, ...]:
    """What is not there yet for panellists of another language; they would be shown English."""
    return (*_missing(session, study), *_unoffered(session, study))


def _missing(session: Session, study: Study) -> Iterator[str]:
    for code in study.languages:
        found = texts.coverage(texts.entries(session, study, code))
        if not found.is_whole:
            left = found.of - found.done
            are = "text is" if left == 1 else "texts are"
            yield f"{languages.name(code)}: {left} of {found.of} {are} not translated, and shown in English."


def _unoffered(session: Session, study: Study) -> Iterator[str]:
    counted = select(Person.language, func.count()).join(Panellist, Panellist.person_id == Person.id)
    own = counted.where(Panellist.study_id == study.id, Panellist.withdrawn_at.is_(None))
    for language, count in session.execute(own.group_by(Person.language).order_by(Person.language)):
        short = language.partition("-")[0]
        if short != FIRST and reading.offered(study, language) == FIRST:
            read = "panellist reads" if count == 1 else "panellists read"
            yield f"{count} {read} {languages.name(language)}, which the study is not in: they see English."
