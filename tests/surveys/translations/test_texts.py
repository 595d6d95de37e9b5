"""Words in other languages: kept with what they translate, stale when that changes, read by panellists."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import panels, people, standings, studies
from surveys import protocol as protocols
from surveys.access import Account
from surveys.audit import AuditEntry
from surveys.designing import drafts, item_lists
from surveys.designing.item_lists import Wanted
from surveys.errors import FaultyFile, InvalidInput, NotFound, NotNow
from surveys.items import Wording
from surveys.panels import ConsentKind, Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.translations import completeness, places, reading, texts
from surveys.translations.texts import Draft, State

WHO = "alice@example.org"


@pytest.fixture
def polish(session: Session, study: Study, now: datetime) -> str:
    texts.add_language(session, study, "pl", why="", by=WHO, now=now)
    return "pl"


def _save(session: Session, study: Study, now: datetime, why: str = "", still: str = "", **said: str) -> int:
    draft = Draft({name.replace("__", "."): text for name, text in said.items()}, {still} if still else set())
    return texts.save(session, study, "pl", draft, seen=study.languages["pl"], why=why, by=WHO, now=now)


def _state(session: Session, study: Study, place: str) -> tuple[State, str]:
    found = next(e for e in texts.entries(session, study, "pl") if e.place.name == place)
    return found.state, found.text


def _read(session: Session, study: Study, item: int = 0) -> str:
    one = study.items[item]
    return reading.words_of(session, study, "pl").item(one.id, "title", one.wording.title)


def test_what_is_translated_is_read_and_the_rest_stays_as_written(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    assert _save(session, study, now, title="Sprawiedliwa opieka", items__one__1__title="Pierwszy") == 2
    words = reading.words_of(session, study, polish)
    assert words.text("title", "Fairer care") == "Sprawiedliwa opieka"
    assert (_read(session, study), _read(session, study, 1)) == ("Pierwszy", "Item two")
    assert words.find(places.criterion("usefulness", "name"), "Usefulness") is None


def test_a_repeat_changes_nothing(session: Session, study: Study, polish: str, now: datetime) -> None:
    _save(session, study, now, title="Sprawiedliwa opieka")
    assert _save(session, study, now, title="Sprawiedliwa opieka") == 0
    assert texts.coverage(texts.entries(session, study, polish)).done == 1


def test_a_text_that_changed_makes_its_translation_stale_until_somebody_says_it_is_right(
    session: Session, study: Study, alice: Account, polish: str, now: datetime
) -> None:
    _save(session, study, now, title="Sprawiedliwa opieka")
    data = {"title": "Fair care", "aims": study.protocol.aims}
    seen = drafts.standing(study.protocol, "aims")
    drafts.save(session, study, "aims", data, seen=seen, by=WHO, now=now)
    assert _state(session, study, "title") == (State.STALE, "Sprawiedliwa opieka")
    assert reading.words_of(session, study, polish).text("title", "Fair care") == "Fair care"
    assert _save(session, study, now, title="Sprawiedliwa opieka") == 0
    assert _save(session, study, now, still="title", title="Sprawiedliwa opieka") == 1
    assert reading.words_of(session, study, polish).text("title", "Fair care") == "Sprawiedliwa opieka"


def test_an_item_reworded_in_the_design_is_read_in_the_first_language(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    _save(session, study, now, items__one__1__title="Pierwszy")
    wanted = [Wanted(f"{i.wording.title}!", i.wording.vignette, i.id) for i in study.items]
    item_lists.save(session, study, wanted, seen=item_lists.standing(study), by=WHO, now=now)
    assert _read(session, study) == "Item one!"
    assert _state(session, study, "items.one.1.title") == (State.STALE, "Pierwszy")


def test_a_new_wording_begins_with_the_old_translation_and_old_ratings_keep_it(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    _save(session, study, now, items__one__1__title="Pierwszy")
    session.add(Wording(item_id=study.items[0].id, version=2, title="Item one, reworded"))
    session.flush()
    session.expire(study.items[0])
    assert _state(session, study, "items.one.2.title") == (State.STALE, "Pierwszy")
    assert _save(session, study, now, items__one__2__title="Pierwszy") == 0
    _save(session, study, now, items__one__2__title="Pierwszy, inaczej")
    words = reading.words_of(session, study, polish)
    assert words.item(study.items[0].id, "title", "Item one") == "Pierwszy"
    assert words.item(study.items[0].id, "title", "Item one, reworded") == "Pierwszy, inaczej"


def test_the_second_of_two_translators_is_told(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    seen = study.languages[polish]
    _save(session, study, now, title="Sprawiedliwa opieka")
    with pytest.raises(NotNow, match="Somebody else saved this language"):
        texts.save(session, study, polish, Draft({"title": "Inna"}), seen=seen, why="", by=WHO, now=now)


def test_once_people_answer_a_change_has_its_reason_in_the_trail(
    session: Session, study: Study, polish: str, open_round: Round, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        _save(session, study, now, title="Sprawiedliwa opieka")
    _save(session, study, now, why="A word was wrong.", title="Sprawiedliwa opieka")
    entry = session.query(AuditEntry).filter_by(act="translation changed").one()
    assert entry.details == {"language": "Polish", "reason": "A word was wrong.", "count": 1}


def test_what_ended_stays(session: Session, study: Study, polish: str, now: datetime) -> None:
    study.ended_at = now
    with pytest.raises(NotNow, match="has ended"):
        _save(session, study, now, title="Sprawiedliwa opieka")


def test_a_language_that_goes_and_comes_back_has_its_words(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    _save(session, study, now, title="Sprawiedliwa opieka")
    mark = study.languages[polish]
    texts.remove_language(session, study, polish, why="", by=WHO, now=now)
    assert reading.words_of(session, study, polish) is reading.UNTRANSLATED
    with pytest.raises(NotFound):
        texts.check_offered(study, polish)
    texts.add_language(session, study, polish, why="", by=WHO, now=now)
    assert study.languages == {polish: mark}


def test_what_is_no_language_and_what_is_no_text_is_refused(
    session: Session, study: Study, polish: str, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="Choose a language"):
        texts.add_language(session, study, "klingon", why="", by=WHO, now=now)
    with pytest.raises(FaultyFile) as refusal:
        _save(session, study, now, title="x" * 10_001, criteria__usefulness__name="\x07")
    assert [fault.where for fault in refusal.value.faults] == ["title", "criteria.usefulness.name"]


def test_a_panellist_reads_what_it_chose_else_what_is_kept_with_its_name(
    session: Session, study: Study, polish: str, bob: Panellist, now: datetime
) -> None:
    assert reading.language_of(bob) == "en"
    bob.person = people.Person(name="Bob", email="bob@example.org", language="pl-PL", created_at=now)
    assert reading.language_of(bob) == polish
    bob.language = "en"
    assert reading.language_of(bob) == "en"
    bob.person.language = bob.language = "ur"
    assert reading.language_of(bob) == "en"


def test_a_consent_tells_the_language_in_which_all_of_the_sheet_was_read(
    session: Session, study: Study, polish: str, bob: Panellist, now: datetime
) -> None:
    bob.language = polish
    assert reading.sheet_language(session, bob) == "en"
    sheet = [p.name for p in places.of(study) if p.group == places.INFORMATION]
    _save(session, study, now, **{name.replace(".", "__"): f"PL {name}" for name in sheet})
    standings.agree(session, bob, {ConsentKind.TAKE_PART: True}, now=now)
    given = panels.consents(session, bob)[ConsentKind.TAKE_PART]
    english = protocols.sheet_fingerprint(study.protocol.information)
    assert (given.language, given.sheet_fingerprint) == (polish, english)


def test_another_study_is_not_touched(session: Session, study: Study, polish: str, now: datetime) -> None:
    _save(session, study, now, title="Sprawiedliwa opieka")
    other = studies.create(session, "other", study.protocol, now=now)
    texts.add_language(session, other, polish, why="", by=WHO, now=now)
    assert texts.coverage(texts.entries(session, other, polish)).done == 0


def test_what_is_missing_is_said_before_a_round_and_in_the_check(
    session: Session, study: Study, polish: str, bob: Panellist, now: datetime
) -> None:
    bob.person = people.Person(name="Bob", email="bob@example.org", language="cy", created_at=now)
    session.flush()
    assert completeness.warnings(session, study) == (
        "Polish: 27 of 27 texts are not translated, and shown in English.",
        "1 panellist reads Welsh, which the study is not in: they see English.",
    )
    assert completeness.points(session, study)[0].is_open
    _save(session, study, now, **{p.name.replace(".", "__"): "Tak" for p in places.of(study)})
    bob.person.language = "en-GB"
    assert completeness.warnings(session, study) == ()
    assert completeness.points(session, study)[0].said == "All words are there in Polish."
    study.languages = {}
    assert completeness.points(session, study) == ()
