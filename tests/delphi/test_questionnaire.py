"""The questionnaire: stencils, what a form changes, strips as small groups allow, and what is kept."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from delphi.questionnaire import entries, scales, sent, shelf
from delphi.questionnaire.cards import MOST_KEPT, Person
from delphi.questionnaire.entries import Entries
from delphi.questionnaire.stencils import HOLES, Stencil
from surveys import feedback, studies
from surveys.protocol import Suppression
from surveys.ratings import Answer, Unable
from surveys.results import PanelFinding
from surveys.visibility import Level
from tests.delphi import answering
from tests.delphi.conftest import Browser, World
from tests.surveys import examples

ANSWERS = st.one_of(
    st.just(Answer()),
    st.integers(1, 9).map(Answer),
    st.sampled_from(Unable).map(lambda r: Answer(unable=r)),
)


def test_a_hole_without_a_value_stays_empty() -> None:
    assert Stencil(f"a{HOLES['x']}b{HOLES['y']}c").fill({"y": "é"}) == "abéc".encode()


def test_a_hole_may_stand_once_only() -> None:
    with pytest.raises(ValueError, match="twice"):
        Stencil(f"{HOLES['x']}{HOLES['x']}")


def test_a_value_for_a_hole_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        Stencil("text").fill({"x": "1"})


@given(ANSWERS)
def test_the_code_of_an_answer_says_the_answer(answer: Answer) -> None:
    assert entries.answer_of(entries.code_of(answer)) == answer


def test_a_reason_that_was_never_stated_is_unable_alone() -> None:
    assert entries.code_of(Answer(unable=Unable.NOT_STATED)) == "u"


@given(st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 2)), ANSWERS), st.text(max_size=50))
def test_a_form_that_comes_back_as_it_went_changes_nothing(known: dict[Any, Answer], comment: str) -> None:
    shown = Entries(
        {place: entries.code_of(answer) for place, answer in known.items()},
        {1: comment.replace("\x00", "").replace("\r", "").strip()},
    )
    form = {f"was.i{n}": entries.write_was(shown.was(n, (1, 2))) for n in (1, 2, 3)}
    for (item_id, criterion), code in shown.codes.items():
        if code:
            form[f"i{item_id}.c{criterion}"] = "unable" if code.startswith("u") else code
            form[f"i{item_id}.c{criterion}.unable"] = code[1:] if code.startswith("u") else ""
    form["i1.comment"] = shown.comments[1].replace("\n", "\r\n")
    found = sent.read(form)
    assert (found.changed, found.faults) == (Entries(), ())


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"i1.c2": "7"}, "7"),
        ({"i1.c2": "7", "i1.c2.unable": "1"}, "7"),
        ({"i1.c2": "unable", "i1.c2.unable": "1"}, "u1"),
        ({"i1.c2.unable": "3"}, "u3"),
        ({"i1.c2": ""}, None),
        ({"i1.c2": "", "was.i1": "c2=7"}, ""),
        ({"i1.c2": "7", "was.i1": "c2=7"}, None),
        ({"i1.c2": "7", "was.i1": "c2=u1;m=abc"}, "7"),
        ({"i1.c2": "unable", "was.i1": "c2=u"}, None),
        ({"i1.c2": "unable"}, "u"),
        ({"i1.c2": "unable", "was.i1": "c2=7"}, "u"),
        ({"i1.c2": "7", "was.i1": "c2=7", "clear": "1.2"}, ""),
        ({"i1.c2": "7", "was.i1": "c2=3", "clear": "1.2"}, ""),
        ({"i1.c2": "7", "clear": "1.2"}, None),
        ({"i1.c2": "7", "clear": "1.3"}, "7"),
        ({"i1.c2": "7", "was.i1": ";;c2;=;x=c2=7"}, "7"),
        ({"i1c2": "7", "I1.c2": "7", "i1.c2x": "7", "i1.c": "7", "xi1.c2": "7"}, None),
    ],
)
def test_what_a_form_says_of_one_answer(form: dict[str, str], code: str | None) -> None:
    assert sent.read(form).changed.codes.get((1, 2)) == code


@given(st.dictionaries(st.text("i.cwas0123456789unable-;=", max_size=14), st.text(max_size=9)))
def test_no_form_makes_reading_fail(form: dict[str, str]) -> None:
    sent.read(form)
    sent.pressed_place(form, "keep")


def test_a_card_says_from_now_on_what_it_said_and_what_was_saved() -> None:
    said = Entries({(1, 1): "7", (1, 2): "3"}, {1: "Hm."}).was(1, (1, 2))
    found = sent.read({"was.i1": entries.write_was(said), "i1.c2": "8", "i1.comment": "", "i1.c1.why": "So."})
    assert found.new_was(1) == Entries({(1, 1): "7", (1, 2): "8"}, {}, {(1, 1): "So."}).was(1, (1, 2))


def _finding(**known: Any) -> PanelFinding:
    empty = dict.fromkeys(PanelFinding.__struct_fields__)
    return PanelFinding(
        **(empty | {"item_id": 1, "criterion": "usefulness", "panel": "practitioners"} | known)
    )


def _strip(level: Level, small: Suppression | None = None, **known: Any) -> scales.Strip:
    seen = feedback.Strip("practitioners", "Practitioners", True, True, level, _finding(**known))
    whole = msgspec.structs.replace(examples.protocol(), suppression=small or Suppression())
    return scales.strip(whole, seen)


def test_a_strip_takes_the_form_that_its_level_allows() -> None:
    shares = {"share_low": 0.125, "share_middle": 0.0, "share_high": 0.875}
    full = _strip(Level.FULL, n=3, counts=(0, 1, 2), median=3.0, **shares)
    assert (full.answers, full.counts, full.shares, full.sentence) == (3, (0, 1, 2), (), "")
    limited = _strip(Level.LIMITED, median=7.5, **shares)
    assert limited.shares == (("1 to 3", 12, 3), ("4 to 6", 0, 3), ("7 to 9", 88, 3))
    assert (limited.counts, limited.sentence) == ((), "You and 5 to 9 others, median 7.5")
    exact = _strip(Level.LIMITED, Suppression(hidden_below=2, limited_below=3), median=7.5, **shares)
    assert exact.sentence == "You and 2 others, median 7.5"
    hidden = _strip(Level.HIDDEN)
    assert (hidden.counts, hidden.shares, hidden.median) == ((), (), None)
    assert hidden.sentence == "Fewer than five others answered: not shown."


@pytest.mark.parametrize(
    ("high", "words", "between"),
    [(9, ["not at all", "", "", "", "somewhat", "", "", "", "extremely"], ""),
     (4, ["not at all", "", "", "extremely"], "somewhat")],
)  # fmt: skip
def test_the_words_stand_at_the_ends_and_in_the_middle(high: int, words: list[str], between: str) -> None:
    bands = {"low": [1, high // 2], "high": [high // 2 + 1, high]}
    whole = examples.protocol(scale={"low": 1, "high": high, "bands": bands})
    made = scales.criterion(whole, whole.criteria[0], 5)
    assert [category.word for category in made.categories] == words
    assert made.middle == between


def _amend(session: Session) -> None:
    study = answering.round_(session).study
    study.protocol_json = study.protocol_json | {"aims": "Others."}
    study.fingerprint = "another"


def test_a_questionnaire_is_kept_until_what_it_shows_changes(world: World) -> None:
    kept = shelf.Shelf()

    def get(session: Session) -> object:
        return kept.get(session, answering.round_(session), "practitioners")

    first = answering.act(world, get)
    assert answering.act(world, get) is first
    answering.act(world, _amend)
    assert answering.act(world, get) is not first


def test_a_shelf_holds_so_much_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_KEPT", 1)
    kept = shelf.Shelf()
    for panel in ("practitioners", "lived_experience"):
        answering.act(world, lambda s, panel=panel: kept.get(s, answering.round_(s), panel))
    assert len(kept._kept) == 1


def test_a_card_is_rendered_once_for_all_who_see_the_same(world: World) -> None:
    made = answering.act(world, lambda s: shelf.make(s, answering.round_(s), "practitioners"))
    pages = [b"".join(made.cards(Person(n, Entries()), ())) for n in (1, 2)]
    assert pages[0] == pages[1]
    assert len(made._cards) == 3 < MOST_KEPT


def test_the_blocks_come_in_the_panellists_own_order(world: World) -> None:
    made = answering.act(world, lambda s: shelf.make(s, answering.round_(s), "practitioners"))
    page = b"".join(made.cards(Person(1, Entries()), [1, 0]))
    assert [page.index(f"Item {n}".encode()) for n in ("three", "one", "two")] == sorted(
        page.index(f"Item {n}".encode()) for n in ("one", "two", "three")
    )


def test_a_number_that_comes_again_when_a_pilot_was_removed_brings_no_old_questionnaire(
    world: World, alice: Browser
) -> None:
    """SQLite gives the highest number anew; PostgreSQL never does."""
    for title in ("Item one", "Item one, edited"):
        alice.post(
            "/studies/fairer-care/pilot", {"people.practitioners": "1", "people.lived_experience": "0"}
        )
        tester = answering.begin(world.as_panellist("T-practitioners-1", "fairer-care-pilot"))
        assert title in tester.get("/answer/round").text
        page = alice.get("/studies/fairer-care/pilot/removal").text
        seen = page.split('name="seen" value="')[1].split('"')[0]
        assert alice.post("/studies/fairer-care/pilot/removal", {"seen": seen, "sure": "yes"}).status == 303
        answering.act(world, _edit_the_first)
        world.clock.wait(minutes=1)


def _edit_the_first(session: Session) -> None:
    studies.get(session, "fairer-care").items[0].wording.title = "Item one, edited"
