"""A study as files: what is loaded comes back as it went, and a mistake loads nothing."""

import re
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import library, protocol_reading, rounds, studies
from surveys.errors import FaultyFile, InvalidInput
from surveys.exchange import item_files, study_files
from surveys.exchange.study_files import StudyFiles
from surveys.exchange.vocabulary_files import ITEM_COLUMNS, Vocabulary
from surveys.items import Item, ItemPlan
from surveys.protocol import Protocol
from surveys.studies import Study
from tests.surveys import examples, texts

FAIRSTEPS = library.folder("fairsteps")

# Ends are without blanks, as whatever was read is; within, anything that a file and a database can hold.
CHARACTERS = texts.CHARACTERS
TEXT = st.text(CHARACTERS, max_size=30).map(str.strip)
WORDS = TEXT.filter(bool)
KEYS = WORDS.filter(lambda key: "|" not in key)
NAMES = st.sampled_from(["about", "a,b", "x;y", 'say "so"', "Quelle", "=sum", "of\ntwo lines", "kind"])


@st.composite
def vocabularies(draw: st.DrawFn) -> dict[str, Vocabulary]:
    columns = draw(st.lists(NAMES, unique=True, max_size=3))
    return {
        draw(WORDS): Vocabulary(
            label=draw(WORDS),
            column=column,
            terms=draw(st.dictionaries(KEYS, WORDS, min_size=1, max_size=4)),
            source=draw(TEXT),
        )
        for column in columns
    }


@st.composite
def item_plans(draw: st.DrawFn, words: dict[str, Vocabulary]) -> tuple[ItemPlan, ...]:
    taken = {*ITEM_COLUMNS, *(vocabulary.column for vocabulary in words.values())}
    notes = st.dictionaries(NAMES.filter(lambda name: name not in taken), WORDS, max_size=2)
    keys = draw(st.lists(WORDS, unique=True, min_size=1, max_size=5))
    many = {"min_size": len(keys), "max_size": len(keys)}
    titles = draw(st.lists(WORDS, unique_by=str.casefold, **many))
    return tuple(
        ItemPlan(key, title, draw(TEXT), draw(_tags(words)), draw(notes))
        for key, title in zip(keys, titles, strict=True)
    )


@st.composite
def _tags(draw: st.DrawFn, words: dict[str, Vocabulary]) -> dict[str, list[str]]:
    return {
        key: draw(st.lists(st.sampled_from(sorted(vocabulary.terms)), unique=True, min_size=1))
        for key, vocabulary in words.items()
        if draw(st.booleans())
    }


@st.composite
def protocols(draw: st.DrawFn, audiences: list[str]) -> Protocol:
    data = examples.protocol_data(title=draw(WORDS), aims=draw(TEXT), quantiles=draw(st.integers(1, 9)))
    data["panels"] = [
        panel | {"recruitment": draw(TEXT), "weight": draw(_WEIGHTS)} for panel in data["panels"]
    ]
    data["information"] |= {"about": draw(TEXT), "support": draw(TEXT)}
    data["provenance"] = draw(st.dictionaries(TEXT, TEXT, max_size=3))
    data["grids"] |= {"audiences": draw(st.sampled_from(["", *audiences]))}
    if draw(st.booleans()):
        del data["grids"]
    return protocol_reading.from_builtins(data)


_WEIGHTS = st.floats(0, exclude_min=True, allow_infinity=False)


@st.composite
def studies_as_files(draw: st.DrawFn) -> StudyFiles:
    words = draw(vocabularies())
    return StudyFiles(draw(protocols(list(words))), draw(item_plans(words)), words)


@given(studies_as_files())
def test_what_is_written_is_read(files: StudyFiles) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study_files.write(files, Path(folder))
        assert study_files.read(Path(folder)) == files


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=studies_as_files())
def test_what_is_loaded_comes_back_as_it_went(session: Session, now: datetime, files: StudyFiles) -> None:
    with session.begin_nested() as savepoint:
        study_files.load(session, files, "again", now=now)
        session.flush()
        session.expire_all()
        assert study_files.of(studies.get(session, "again")) == files
        savepoint.rollback()


def test_written_over_a_tagged_study_an_untagged_one_has_no_tags(tmp_path: Path) -> None:
    study_files.write(study_files.read(FAIRSTEPS), tmp_path)
    plain = StudyFiles(examples.protocol(), (ItemPlan("a", "A"),))
    study_files.write(plain, tmp_path)
    assert study_files.read(tmp_path) == plain


def test_the_library_loads_with_62_items_and_three_audiences(session: Session, now: datetime) -> None:
    study = study_files.load(session, study_files.read(FAIRSTEPS), "fairsteps", now=now)
    assert len(study.items) == 62
    assert study.protocol.grids is not None
    audiences = study_files.of(study).vocabularies[study.protocol.grids.audiences].terms
    assert list(audiences) == ["commissioners", "networks_practices", "education_training"]
    assert all(set(item.tags["fairsteps_audience"]) <= set(audiences) for item in study.items)
    assert [len(rounds.get_round(session, study, 1).items), study.locked_at] == [62, None]
    assert [(c.key, c.may_drop) for c in study.protocol.criteria] == [
        ("usefulness", True),
        ("feasibility", False),
    ]
    assert [(p.key, p.weight, p.beside_grids) for p in study.protocol.panels] == [
        ("practitioners", 1, False),
        ("lived_experience", 1, True),
    ]


def test_the_library_names_only_fictional_people() -> None:
    sheet = study_files.read(FAIRSTEPS).protocol.information
    assert sheet.contact_email.endswith("@example.org")


@pytest.mark.parametrize("key", ["", "Fair Steps", "a/b", "-a", "a--b", "ä", "x" * 81])
def test_a_key_that_is_no_address_is_refused(session: Session, now: datetime, key: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the key of a study"):
        study_files.load(session, study_files.read(FAIRSTEPS), key, now=now)


def test_a_key_that_is_taken_loads_nothing(session: Session, study: Study, now: datetime) -> None:
    before = session.scalar(select(func.count(Item.id)))
    with pytest.raises(InvalidInput, match="There is a study “fairer-care” already"):
        study_files.load(session, study_files.read(FAIRSTEPS), study.key, now=now)
    assert session.scalar(select(func.count(Item.id))) == before


Change = Callable[[str], str]


def cut(pattern: str) -> Change:
    return lambda text: re.sub(pattern, "", text, flags=re.MULTILINE)


def put(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new, 1)


ITEMS, PROTOCOL, WORDS_FILE = "items.csv", "protocol.toml", "frameworks.toml"
BAD = {
    "a tag": (
        ITEMS,
        put(",commissioners,", ",comissioners,"),
        "items.csv, line 2, column “audiences”: “comissioners” is not a key of “Audience”. Did you",
    ),
    "a tag like no other": (
        ITEMS,
        put(",commissioners,", ",gps,"),
        "It can be commissioners, networks_practices or education_training.",
    ),
    "a tag column": (
        ITEMS,
        put("audiences", "audience"),
        "items.csv, line 1: The column “audiences” is missing. Did you mean “audience”?",
    ),
    "a key twice": (
        ITEMS,
        put("pcn-need-funding", "weighted-list"),
        "items.csv, line 3, column “key”: “weighted-list” stands in line 2 too.",
    ),
    "a title twice": (
        ITEMS,
        put("Share out money by need", "pay practices more in poorer areas"),
        "items.csv, line 3, column “title”: “pay practices more in poorer areas” stands in line 2 too.",
    ),
    "no key": (ITEMS, put("weighted-list", " "), "items.csv, line 2, column “key”: The key is empty."),
    "no title": (
        ITEMS,
        put("Pay practices more in poorer areas", ""),
        "line 2, column “title”: The title is empty.",
    ),
    "a long title": (
        ITEMS,
        put("Pay practices more", "x" * 501),
        "column “title”: This has 517 characters; at most 500",
    ),
    "no items": (ITEMS, lambda text: text.splitlines()[0], "items.csv: There are no items."),
    "too many items": (
        ITEMS,
        lambda text: text + "a,A" + "," * 11 + "\n" + ("b,B" + "," * 11 + "\n") * 500,
        "items.csv: There are 563 items; at most 500",
    ),
    "no such audiences": (
        PROTOCOL,
        put('"fairsteps_audience"', '"fairsteps_audiences"'),
        "protocol.toml, grids.audiences: There is no vocabulary “fairsteps_audiences” in frameworks.toml.",
    ),
    "a missing key": (
        PROTOCOL,
        cut("^version = .*$"),
        "protocol.toml, information: The key “version” is missing.",
    ),
    "a word without quotes": (
        PROTOCOL,
        put('"Usefulness"', "Usefulness"),
        "protocol.toml, line 23, column 8: What follows “=”",
    ),
    "a vocabulary without terms": (
        WORDS_FILE,
        put("[fairsteps_audience.terms]", "[another.terms]"),
        "frameworks.toml, fairsteps_audience: The key “terms” is missing.",
    ),
    "a vocabulary in a taken column": (
        WORDS_FILE,
        put('column = "audiences"', 'column = "title"'),
        "frameworks.toml, fairsteps_audience.column: “title” is taken already.",
    ),
    "a vocabulary in no column": (
        WORDS_FILE,
        put('column = "audiences"', 'column = ""'),
        "fairsteps_audience.column: Name the column",
    ),
    "a term with a bar": (
        WORDS_FILE,
        put("commissioners =", '"a|b" ='),
        "fairsteps_audience.terms: The key “a|b” cannot be told in a cell",
    ),
    "a term without words": (
        WORDS_FILE,
        put('"Primary care commissioners"', '""'),
        "The key “commissioners” has no words",
    ),
    "a nameless vocabulary": (
        WORDS_FILE,
        put('label = "Audience"', 'label = ""'),
        "fairsteps_audience.label: This must not be empty",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example study, to be spoilt."""
    for name in (ITEMS, PROTOCOL, WORDS_FILE):
        (tmp_path / name).write_bytes((FAIRSTEPS / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize(("name", "change", "said"), BAD.values(), ids=BAD)
def test_a_mistake_names_the_file_the_place_and_the_way_out(
    folder: Path, name: str, change: Change, said: str
) -> None:
    good = (folder / name).read_text(encoding="utf-8")
    bad = change(good)
    assert bad != good
    (folder / name).write_text(bad, encoding="utf-8")
    with pytest.raises(FaultyFile) as refused:
        study_files.read(folder)
    assert said in str(refused.value)


def test_the_mistakes_of_all_files_are_named_together(folder: Path) -> None:
    for name in (ITEMS, PROTOCOL, WORDS_FILE):
        (folder / name).write_text("x", encoding="utf-8")
    with pytest.raises(FaultyFile) as refused:
        study_files.read(folder)
    assert {fault.file for fault in refused.value.faults} == {ITEMS, PROTOCOL, WORDS_FILE}


@pytest.mark.parametrize("name", [ITEMS, PROTOCOL])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(FaultyFile, match=f"{name}: There is no such file"):
        study_files.read(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile, match="nowhere: There is no such folder"):
        study_files.read(tmp_path / "nowhere")


def test_a_column_of_tags_that_a_file_has_not_leaves_the_tags_of_known_items() -> None:
    files = study_files.read(FAIRSTEPS)
    known = next(plan for plan in files.items if len(plan.tags) > 1)
    (first, vocabulary), *_ = [(key, files.vocabularies[key]) for key in known.tags]
    text = f"key,title\n{known.key},Known\nnew,New\n".encode()
    assert [plan.tags for plan in item_files.read_over(text, files.vocabularies, files.items)] == [
        known.tags,
        {},
    ]
    emptied = f"key,title,{vocabulary.column}\n{known.key},Known,\n".encode()
    (plan,) = item_files.read_over(emptied, files.vocabularies, files.items)
    assert plan.tags == {key: terms for key, terms in known.tags.items() if key != first}
