"""The texts of letters: what comes with Delphi, what researchers write, and what is refused."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit
from surveys.errors import InvalidInput, NotNow
from surveys.letters import placeholders, texts
from surveys.letters.kinds import ABOUT, NEEDS_LINK, PLACEHOLDERS, LetterKind
from surveys.letters.texts import Edit, Wording
from surveys.studies import Study

REMINDER = LetterKind.REMINDER
OURS = Wording("Round {round}", "Dear {name},\n\n{progress}\n\n{link}")


def save(
    session: Session, study: Study, wording: Wording, now: datetime, seen: str = "", by: str = "alice"
) -> None:
    known = seen or texts.get(session, study, REMINDER).fingerprint
    texts.save(session, study, Edit(REMINDER, known, wording), by=by, now=now)


@pytest.mark.parametrize("kind", LetterKind)
def test_a_text_comes_with_delphi_for_every_kind(kind: LetterKind) -> None:
    """Reading it checks it, as one that is typed."""
    wording = texts.default(kind)
    assert "{stop}" in wording.body
    assert "{contact}" in wording.body


@pytest.mark.parametrize("kind", LetterKind)
def test_its_sentences_are_short(kind: LetterKind) -> None:
    plain = placeholders.fill(texts.default(kind).body, dict.fromkeys(ABOUT, "")).replace("\n", " ")
    assert max(len(sentence.split()) for sentence in plain.replace(":", ".").split(".")) <= 20


def test_every_placeholder_says_what_it_stands_for() -> None:
    assert {name for names in PLACEHOLDERS.values() for name in names} == ABOUT.keys()


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_placeholder_that_does_not_exist_is_refused_by_its_name(field: str) -> None:
    typed = {"subject": "Hello", "body": "{link}"} | {field: "Dear {nam}, {link}"}
    with pytest.raises(InvalidInput) as refused:
        texts.checked(LetterKind.INVITATION, **typed)
    assert refused.value.field == field
    assert refused.value.sentence == (
        "There is no placeholder {nam} in this letter. "
        "It can have {name}, {study}, {link}, {duration}, {contact} or {stop}."
    )


def test_a_placeholder_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"no placeholder \{progress\}"):
        texts.checked(LetterKind.INVITATION, "Hello", "{progress} {link}")


@pytest.mark.parametrize("kind", NEEDS_LINK)
def test_a_letter_without_the_personal_link_is_refused(kind: LetterKind) -> None:
    with pytest.raises(InvalidInput, match="no personal link") as refused:
        texts.checked(kind, "Hello", "Please answer.")
    assert refused.value.field == "body"


@pytest.mark.parametrize(
    ("subject", "body", "field", "sentence"),
    [
        ("", "{link}", "subject", "The subject is empty."),
        ("Hello", " \n ", "body", "The text is empty."),
        ("{link}", "{link}", "subject", placeholders.LINK_IN_SUBJECT),
        ("Hello", "{link} and {", "body", placeholders.LONE_BRACE),
        ("Hello", "{link} {{name}}", "body", placeholders.LONE_BRACE),
        ("x" * 151, "{link}", "subject", "The subject has 151 characters; at most 150 can be kept."),
        (
            "Hello",
            "{link}" + "x" * 10_000,
            "body",
            "The text has 10,006 characters; at most 10,000 can be kept.",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    subject: str, body: str, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        texts.checked(LetterKind.INVITATION, subject, body)
    assert (refused.value.field, refused.value.sentence) == (field, sentence)


def test_a_subject_is_one_line() -> None:
    typed = texts.checked(LetterKind.INVITATION, " Hello\r\nBcc: eve@example.org ", "{link}\r\nBye ")
    assert (typed.subject, typed.body) == ("Hello Bcc: eve@example.org", "{link}\nBye")


def test_a_name_is_not_taken_for_a_placeholder() -> None:
    assert placeholders.fill("{name}: {link}", {"name": "{link}", "link": "L"}) == "{link}: L"


def test_a_text_is_kept_and_put_back(session: Session, study: Study, now: datetime) -> None:
    save(session, study, OURS, now)
    assert texts.get(session, study, REMINDER) == OURS
    texts.reset(session, study, REMINDER, seen=OURS.fingerprint, by="alice", now=now)
    assert texts.get(session, study, REMINDER) == texts.default(REMINDER)
    acts = [entry.act for entry in audit.list_entries(session, study.id)]
    assert acts[-2:] == ["letter “reminder” changed", "letter “reminder” put back"]


def test_who_saves_second_is_told_and_nothing_is_overwritten(
    session: Session, study: Study, now: datetime
) -> None:
    seen = texts.default(REMINDER).fingerprint
    save(session, study, OURS, now, seen, by="bob@example.org")
    other = Wording("Another", "{link}")
    with pytest.raises(NotNow, match=r"changed by bob@example\.org while you wrote"):
        save(session, study, other, now, seen)
    assert texts.get(session, study, REMINDER) == OURS
    save(session, study, other, now, OURS.fingerprint)
    assert texts.get(session, study, REMINDER) == other


def test_a_reader_gets_the_language_that_there_is() -> None:
    known = {"en": Wording("Hello", ""), "cy": Wording("Helo", "")}
    assert [texts.for_reader(known, code).subject for code in ("cy", "cy-GB", "fr", "en")] == [
        "Helo", "Helo", "Hello", "Hello",
    ]  # fmt: skip
