"""The shelf: questionnaires that are kept between requests, and made anew when what they show has changed."""

from sqlalchemy.orm import Session

from delphi.questionnaire import scales
from delphi.questionnaire.cards import Questionnaire
from surveys import comments, feedback, results, rounds
from surveys.histories import telling
from surveys.rounds import Round
from surveys.translations import reading
from surveys.translations.languages import FIRST
from surveys.translations.reading import UNTRANSLATED, Words

MOST_KEPT = 24  # rounds, panels and languages at once; each holds its cards

_Identity = tuple[object, ...]
_Stamp = tuple[object, ...]


class Shelf:
    """Questionnaires by round, panel and language. Threads share it: at worst two of them make the same."""

    def __init__(self) -> None:
        self._kept: dict[_Identity, tuple[_Stamp, Questionnaire]] = {}

    def get(self, session: Session, round_: Round, panel: str, language: str = FIRST) -> Questionnaire:
        """The questionnaire of this round for this panel in this language, as it is now."""
        whose = _identity(round_, panel, language)
        known = self._kept.get(whose)
        before_id = known[1].before_id if known else _before_id(session, round_)
        stamp = (round_.study.languages.get(language), *_stamp(session, round_, before_id))
        if known is not None and known[0] == stamp:
            return known[1]
        made = make(session, round_, panel, reading.words_of(session, round_.study, language))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[whose] = (stamp, made)
        return made


def make(session: Session, round_: Round, panel: str, words: Words = UNTRANSLATED) -> Questionnaire:
    """The questionnaire of a round for the panel with this key; its cards are rendered as they are wanted."""
    protocol = round_.study.protocol
    before = feedback.find_round_before(session, round_)
    cleared = comments.list_cleared(session, before) if before else ()
    return Questionnaire(
        protocol=protocol,
        panel=panel,
        criteria=tuple(
            scales.criterion(protocol, protocol.criterion(known.key), known.id, words)
            for known in round_.study.criteria
        ),
        items=tuple(rounds.list_asked(session, round_)),
        before_id=before.id if before else None,
        results=results.get(session, before) if before else None,
        cleared=feedback.shown_comments(protocol, cleared, panel),
        alike=rounds.list_alike(session, before, round_) if before else frozenset(),
        told=telling.by_item(telling.list_changed(session, round_)) if before else {},
        words=words,
    )


def _identity(round_: Round, panel: str, language: str) -> _Identity:
    """A number may come again when a pilot has been removed, on SQLite; with these moments it does not."""
    study = round_.study
    return (round_.id, study.key, study.created_at, round_.number, round_.opened_at, panel, language)


def _before_id(session: Session, round_: Round) -> int | None:
    before = feedback.find_round_before(session, round_)
    return before.id if before else None


def _stamp(session: Session, round_: Round, before_id: int | None) -> _Stamp:
    fingerprint = round_.study.fingerprint
    return (
        (fingerprint,) if before_id is None else (fingerprint, *comments.clearing_stamp(session, before_id))
    )
