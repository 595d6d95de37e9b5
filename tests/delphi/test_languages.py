"""A study in several languages: for researchers who write them, and for panellists who read them."""

import io
import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from openpyxl import Workbook, load_workbook

from delphi import formats, languages
from delphi.auth import LANGUAGE_COOKIE
from delphi.pages.design.translating import field_of
from surveys import access, panels, studies
from surveys.panels import ConsentKind
from surveys.people import Person
from surveys.translations import places
from tests.delphi import answered
from tests.delphi.conftest import Answer, Browser, World

HERE = "/studies/fairer-care/design/languages"


def _add(alice: Browser, language: str = "pl") -> None:
    assert alice.post(HERE, {"language": language, "reason": "Somebody asked."}).status == 303


def _seen(world: World) -> str:
    with world.session() as session:
        return studies.get(session, "fairer-care").languages["pl"]


def _translate(world: World, alice: Browser, **said: str) -> None:
    typed = {field_of(name.replace("__", ".")): text for name, text in said.items()}
    typed |= {"seen": _seen(world), "reason": "It was missing."}
    assert alice.post(f"{HERE}/pl", typed).status == 303


def test_a_language_is_added_translated_and_counted(world: World, alice: Browser) -> None:
    _add(alice)
    _translate(world, alice, title="Sprawiedliwa opieka", items__one__1__title="Pierwszy")
    page = alice.get(HERE).text
    assert "2 of 27 texts translated" in page
    assert "Buttons and notices are in Polish too." in page
    assert ">Sprawiedliwa opieka</textarea>" in alice.get(f"{HERE}/pl").text.replace("\n", "")
    assert "English and Polish." in alice.get("/studies/fairer-care/design").text


def test_the_second_of_two_translators_sees_the_first_and_loses_nothing(world: World, alice: Browser) -> None:
    _add(alice)
    old = _seen(world)
    _translate(world, alice, title="Opieka", items__one__1__title="Jeden")
    typed = {"title": "Moja", "items.two.1.title": "Dwa", "items.one.1.title": ""}
    mine = {field_of(name): text for name, text in typed.items()}
    was = json.dumps(dict.fromkeys(mine, ""))
    answer = alice.post(f"{HERE}/pl", {"seen": old, "was": was, **mine})
    assert (answer.status, "Saved by somebody else meanwhile:" in answer.text) == (409, True)
    for text in (">Moja<", "<q>Opieka</q>", ">Dwa<", ">Jeden<", "Taken over"):
        assert text in answer.text.replace("\n", "")


def test_a_workbook_goes_out_and_its_mistakes_are_listed_by_cell(world: World, alice: Browser) -> None:
    _add(alice)
    sent = alice.client.get(f"{HERE}/pl/words.xlsx").content
    book = load_workbook(io.BytesIO(sent))
    book["Words"]["D2"], book["Words"]["A3"] = "Opieka", "nowhere"
    assert "sheet “Words”, cell A3: There is no text of this place" in _put(alice, book).text
    book["Words"].delete_rows(3)
    assert _put(alice, book).status == 303
    assert "Opieka" in alice.get(f"{HERE}/pl").text


def _put(alice: Browser, book: Workbook) -> Answer:
    out = io.BytesIO()
    book.save(out)
    return alice.post(f"{HERE}/pl/file", files={"file": ("pl.xlsx", out.getvalue())})


def test_what_cannot_be_done_is_said(world: World, alice: Browser, open_round: int) -> None:
    assert "Choose a language from the list." in alice.post(HERE, {"language": "xx"}).text
    assert "Say why they change." in alice.post(HERE, {"language": "pl"}).text
    assert alice.get(f"{HERE}/pl").status == 404
    assert alice.post(HERE, {"language": "ur", "reason": "Somebody asked."}).status == 303
    answer = alice.post(f"{HERE}/ur/remove", {"remove_reason": ""})
    assert (answer.status, 'id="remove_reason-fault"' in answer.text) == (422, True)
    assert "buttons and notices stay English" in alice.get(HERE).text


def _in_polish(world: World, alice: Browser) -> None:
    """All of the study in Polish, but for the second item."""
    _add(alice)
    with world.session() as session:
        study = studies.get(session, "fairer-care")
        found = [place for place in places.of(study) if not place.name.startswith("items.two.")]
    _translate(world, alice, **{place.name: f"pl:{place.source}" for place in found})


def _choose(browser: Browser, language: str, back: str = "/answer/round") -> Answer:
    return browser.post("/answer/language", {"language": language, "back": back})


def test_a_panellist_reads_the_whole_way_in_polish(
    world: World, alice: Browser, bob: Browser, open_round: int
) -> None:
    _in_polish(world, alice)
    assert 'lang="en">' in bob.get("/answer/information").text
    assert _choose(bob, "pl", "/answer/information").location == "/answer/information"
    page = bob.get("/answer/information").text
    for words in ('<html lang="pl">', "Na co się zgadzasz?", "<p>pl:About.</p>", "pl:How useful?"):
        assert words in page
    answer = bob.post("/answer/information", {"show_comments": "yes"})
    assert "Zaznacz to pole, jeśli chcesz wziąć udział." in answer.text
    bob.post("/answer/information", {"take_part": "yes"})
    assert "Do oceny są 3 pozycje." in bob.get("/answer").text
    bob.post("/answer/begin")
    card = bob.get("/answer/round").text
    assert "pl:Item one" in card
    assert '<bdi lang="en" dir="ltr">Item two</bdi>' in card
    assert "Nie mogę ocenić" in card
    assert "Not saved yet. Trying again.&#34;: &#34;Jeszcze nie zapisano." in card
    review = bob.get("/answer/review").text
    assert "Pełne odpowiedzi: 0 z 3 pozycji. 3 są niepełne" in review
    with world.session() as session:
        study = studies.get(session, "fairer-care")
        person = panels.list_panellists(session, study)[0]
        assert panels.consents(session, person)[ConsentKind.TAKE_PART].language == "pl"


def test_the_second_round_says_in_polish_what_others_answered(world: World, alice: Browser) -> None:
    _in_polish(world, alice)
    answered.round_1(world, practitioners=5, others=5)
    answered.round_2(world, closed=False)
    writer = world.as_panellist("P0")
    _choose(writer, "pl")
    card = writer.get("/answer/round").text.partition("Item two")[0]
    for words in (
        "<b>pl:Practitioners</b> Ty i od 5 do 9 innych osób, mediana 5",
        "<li class=w3><span>Od 4 do 6:</span> około 100 %</li>",
        "<b>pl:People with lived experience</b> Od 5 do 9 innych osób, mediana 5",
        "Zostaw <b>5</b><span> z poprzedniej rundy</span>",
        "<p class=sv>Zapisano</p>",
    ):
        assert words in card
    assert "<b>8</b>, wcześniej: 5 w rundzie 1" in writer.get("/answer/summary").text
    assert "Nic się nie zmieniło" in writer.get("/answer/changes").text


def test_what_was_translated_since_is_shown_and_each_reads_its_own(
    world: World, alice: Browser, bob: Browser, grace: Browser, open_round: int
) -> None:
    _add(alice)
    for browser in (bob, grace):
        browser.post("/answer/information", {"take_part": "yes"})
        browser.post("/answer/begin")
    _choose(bob, "pl")
    assert '<bdi lang="en" dir="ltr">Item one</bdi>' in bob.get("/answer/round").text
    _translate(world, alice, items__one__1__title="Jeden")
    assert "> Jeden</h2>" in bob.get("/answer/round").text
    page = grace.get("/answer/round").text
    assert ("> Item one</h2>" in page, '<html lang="en">' in page) == (True, True)


def test_a_study_begun_from_another_has_its_translations(world: World, alice: Browser) -> None:
    _add(alice)
    _translate(world, alice, items__one__1__title="Pierwszy", information__about="Wstęp.")
    began = alice.post("/studies/new/copy", {"study": "fairer-care", "copy_title": "The same again"})
    page = alice.get(f"{began.location}/languages/pl").text.replace("\n", "")
    assert (">Pierwszy<" in page, ">Wstęp.<" in page) == (True, True)
    assert "2 of 27 texts translated" in alice.get(f"{began.location}/languages").text


def test_a_letter_has_a_text_in_each_language(world: World, alice: Browser) -> None:
    _add(alice)
    _add(alice, "ur")
    text = "/studies/fairer-care/mail/thanks/text"
    assert "There is no text in Urdu yet" in alice.get(f"{text}?language=ur").text
    page = alice.get(f"{text}?language=pl").text
    assert 'value="Dziękujemy: {study}"' in page
    assert "Jeśli nie chcesz więcej takich wiadomości" in page
    seen = re.search('name="seen" value="([0-9a-f]+)"', page)
    typed = {"seen": seen and seen[1], "subject": "Dzięki", "body": "{nam}", "press": "save"}
    assert "There is no placeholder {nam}" in alice.post(f"{text}?language=pl", typed).text
    saved = alice.post(f"{text}?language=pl", typed | {"body": "{name}"})
    assert (saved.status, saved.location) == (303, f"{text}?language=pl")
    assert "comes with Delphi. It is in English" in alice.get(text).text
    assert alice.post(f"{text}/reset?language=pl", {"seen": "x"}).status == 409
    assert alice.get(f"{text}?language=cy").status == 404


def test_words_from_the_right_stand_on_a_page_whose_buttons_stay_english(
    world: World, alice: Browser, bob: Browser
) -> None:
    _add(alice, "ur")
    with world.session() as session:
        mark = studies.get(session, "fairer-care").languages["ur"]
    typed = {field_of("information.about"): "تعارف", field_of("title"): "انصاف"}
    alice.post(f"{HERE}/ur", {"seen": mark, **typed})
    assert _choose(bob, "ur", "https://elsewhere.example").location == "/answer"
    page = bob.get("/answer/information").text
    assert '<html lang="en">' in page
    assert '<p><bdi lang="ur" dir="rtl">تعارف</bdi></p>' in page
    assert '<p class="d-header__study" lang="ur" dir="auto">انصاف</p>' in page
    assert _choose(bob, "pl").status == 404


def test_a_language_that_is_gone_is_english_again_and_who_left_is_told_in_theirs(
    world: World, alice: Browser, bob: Browser, grace: Browser
) -> None:
    _add(alice)
    for browser in (bob, grace):
        _choose(browser, "pl")
    left = bob.post("/answer/withdraw", {"sure": "yes"})
    assert left.location == "/withdrawn?language=pl"
    assert "Nie bierzesz już udziału w badaniu" in bob.get(left.location).text
    alice.post(f"{HERE}/pl/remove")
    page = grace.get("/answer/information").text
    assert ('<html lang="en">' in page, "d-languages" in page) == (True, False)


def test_the_door_and_a_refusal_are_in_the_language_of_whoever_is_invited(
    world: World, alice: Browser, bob: Browser
) -> None:
    _add(alice)
    with world.session() as session, session.begin():
        person = panels.list_panellists(session, studies.get(session, "fairer-care"))[0]
        person.person = Person(name="Bob", email="bob@example.org", language="pl", created_at=world.clock.now)
        link = access.create_personal_link(session, world.service.key, person, now=world.clock.now)
        session.flush()
        token = access.personal_token(world.service.key, link)
    assert ">Wejdź<" in world.browser().get(f"/join/{token}").text
    refused = bob.post("/answer/begin")
    assert "Najpierw przeczytaj informacje o badaniu" in refused.text
    told = bob.client.get("/answer/nowhere", headers={"Accept": "application/json"})
    assert told.status_code == 404


def test_a_page_that_knows_of_nobody_speaks_what_was_last_read_in_this_browser(
    world: World, alice: Browser, bob: Browser
) -> None:
    _add(alice)
    bob.get("/answer/information")
    assert LANGUAGE_COOKIE not in bob.client.cookies  # English is what it speaks without
    bob.get(_choose(bob, "pl").location)
    assert bob.client.cookies[LANGUAGE_COOKIE] == "pl"
    out = bob.post("/sign-in/out")
    for path, words in (
        (out.location, "Wylogowano Cię"),
        ("/answer/round", "Najpierw otwórz to badanie swoim osobistym linkiem."),
        ("/join/unknown", "Ten link niczego nie otwiera."),
        ("/nowhere", "Pod tym adresem nie ma żadnej strony."),
    ):
        page = bob.get(path).text
        assert ('<html lang="pl">' in page, words in page) == (True, True)
    assert '<html lang="en">' in world.browser().get("/nowhere").text
    bob.post("/sign-in", {"email": "alice@example.org", "password": "correct horse battery"})
    assert '<html lang="en">' in bob.get("/nowhere").text


@pytest.mark.parametrize("language", languages.available()[1:])
def test_a_catalogue_has_every_sentence_with_its_places(language: str) -> None:
    catalogue = _catalogue(language)
    wanted = _sentences()
    known = {message.id for message in catalogue if message.id}
    assert sorted(map(str, wanted - known)) == []
    assert sorted(map(str, known - wanted)) == []
    faulty = [message.id for message in catalogue if message.id and not _is_whole(message)]
    assert faulty == []


def _catalogue(language: str) -> Catalog:
    with (languages.LOCALES / language / languages.FILE).open("rb") as source:
        return read_po(source, locale=language)


def _sentences() -> set[str | tuple[str, ...]]:
    """Every sentence that is marked, as `pybabel extract -F pyproject.toml -k marked .` finds them."""
    root = Path(__file__).parents[2]
    mappings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    keywords = DEFAULT_KEYWORDS | {"marked": None}
    return {
        message
        for mapping in mappings
        for pattern in ([mapping["pattern"]] if isinstance(mapping["pattern"], str) else mapping["pattern"])
        for path in sorted(root.glob(pattern.replace("/**.", "/**/*.")))
        for _, message, *_ in extract_from_file(mapping["method"], path, keywords, options=mapping)
    }


def _is_whole(message: Message) -> bool:
    """Whether there is a text in each form, with the same places and the same tags as in English."""
    ids, texts = ([one] if isinstance(one, str) else list(one) for one in (message.id, message.string))
    marks = re.compile(r"%\(\w+\)s|%%|</?\w+|href=\"[^\"]*\"")
    wanted = [sorted(marks.findall(one)) for one in ids]
    return all(text and sorted(marks.findall(text)) in wanted for text in texts)


def test_numbers_and_days_are_written_as_the_language_writes_them() -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    with languages.speaking("pl"):
        assert formats.date(noon, ZoneInfo("Europe/London")) == "3 marca 2026"
        assert formats.decimal(6.5) == "6,5"
        said = [languages.ngettext("There is %(num)s item to rate.", "…", n) for n in (1, 3, 5, 12, 22)]
    assert [text.split()[-2:] for text in said] == [
        ["1", "pozycja."],
        ["3", "pozycje."],
        ["5", "pozycji."],
        ["12", "pozycji."],
        ["22", "pozycje."],
    ]
