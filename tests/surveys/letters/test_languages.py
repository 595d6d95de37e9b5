"""Letters in the languages of a study: for whom, in which text, and with the study's own words."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys.errors import NotNow
from surveys.letters import placeholders, sending, texts
from surveys.letters.kinds import LetterKind
from surveys.letters.sending import Order, Seen
from surveys.letters.texts import Edit, Wording
from surveys.letters.writing import Written
from surveys.studies import Study
from surveys.translations import texts as translations
from surveys.translations.texts import Draft
from tests.surveys.letters.conftest import Deliver, Invite

INVITATION = LetterKind.INVITATION


def _offer(session: Session, study: Study, now: datetime, language: str) -> None:
    translations.add_language(session, study, language, why="", by="alice", now=now)


def _delivered(session: Session, study: Study, deliver: Deliver, now: datetime) -> dict[str, Written]:
    sending.queue(session, study, Order(INVITATION), by="alice", now=now)
    return {letter.to.partition("@")[0]: letter for letter in deliver() if isinstance(letter, Written)}


@pytest.mark.parametrize("kind", LetterKind)
def test_the_polish_texts_name_what_the_english_ones_do(kind: LetterKind) -> None:
    polish, english = texts.default(kind, "pl"), texts.default(kind)
    assert polish != english
    for one, other in ((polish.subject, english.subject), (polish.body, english.body)):
        assert sorted(placeholders.names(one)) == sorted(placeholders.names(other))
    assert texts.phrases("pl").keys() == texts.phrases("en").keys()


def test_each_gets_the_letter_in_the_own_language(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    _offer(session, study, now, "pl")
    draft = Draft({"title": "Sprawiedliwa opieka", "information.duration": "Dziesięć minut."})
    translations.put(session, study, "pl", draft, why="", by="alice", now=now)
    invite("ewa", language="pl")
    invite("ada")
    invite("ali", language="ur")
    chose = invite("jan")
    chose.language = "pl"
    got = _delivered(session, study, deliver, now)
    assert got["ewa"].subject == "Zaproszenie do badania: Sprawiedliwa opieka"
    assert "Dziesięć minut. Możesz przerwać" in got["ewa"].body
    assert "Napisz: Ada Example, ada@example.org" in got["ewa"].body
    assert {got[name].subject for name in ("ada", "ali")} == {"Will you take part? Fairer care"}
    assert got["jan"].subject == got["ewa"].subject


def test_a_language_that_the_study_is_not_in_is_not_written_in(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    invite("ewa", language="pl")
    assert _delivered(session, study, deliver, now)["ewa"].subject == "Will you take part? Fairer care"


def test_a_text_of_the_studys_own_stands_in_place_of_the_one_that_comes_with_delphi(
    session: Session, study: Study, invite: Invite, deliver: Deliver, now: datetime
) -> None:
    _offer(session, study, now, "ur")
    wording = Wording("دعوت: {study}", "{link}")
    seen = texts.get(session, study, INVITATION, "ur").fingerprint
    texts.save(session, study, Edit(INVITATION, seen, wording, "ur"), by="alice", now=now)
    invite("ali", language="ur")
    assert _delivered(session, study, deliver, now)["ali"].subject == "دعوت: Fairer care"
    assert texts.get(session, study, INVITATION).subject == "Will you take part? {study}"


def test_a_change_of_any_language_is_a_change_of_what_was_seen(
    session: Session, study: Study, invite: Invite, now: datetime
) -> None:
    _offer(session, study, now, "pl")
    invite("ewa", language="pl")
    seen = Seen(1, texts.standing(session, study, INVITATION))
    kept = texts.get(session, study, INVITATION, "pl").fingerprint
    texts.save(session, study, Edit(INVITATION, kept, Wording("Hej", "{link}"), "pl"), by="bob", now=now)
    with pytest.raises(NotNow, match="Somebody changed the text"):
        sending.confirm(session, study, Order(INVITATION), seen, by="alice", now=now + timedelta(minutes=1))
