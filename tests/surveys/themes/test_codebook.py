"""The codebook: named codes that two may change, of whom the second is shown what the first did."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.access import Account
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.rounds import Round
from surveys.studies import Study
from surveys.themes import codebook, codings, texts
from surveys.themes.codebook import Code, Wanted
from surveys.themes.codings import Ticked
from tests.surveys.themes.conftest import BY


def test_codes_stand_by_theme_and_name(
    session: Session, study: Study, language: Code, cost: Code, now: datetime
) -> None:
    codebook.add(session, study, Wanted("  Buses  and\ntrains ", theme="Getting there"), by=BY, now=now)
    named = [(one.theme, one.name) for one in codebook.list_codes(session, study)]
    assert named == [("Getting there", "Buses and trains"), ("Getting there", "Cost"), ("", "Language")]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(" "), "name"),
        (Wanted("x" * 81), "name"),
        (Wanted("x", "y" * 1001), "definition"),
        (Wanted("x", "", "y" * 81), "theme"),
        (Wanted("COST"), "name"),
    ],
)
def test_a_code_that_cannot_be_kept_is_refused_at_its_field(
    session: Session, study: Study, cost: Code, now: datetime, wanted: Wanted, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        codebook.add(session, study, wanted, by=BY, now=now)
    assert refused.value.field == field


def test_of_two_who_change_a_code_the_second_is_shown_the_first_s_change(
    session: Session, study: Study, cost: Code, now: datetime
) -> None:
    seen = codebook.standing(cost)
    codebook.change(session, study, cost.id, Wanted("Fares"), seen=seen, by="ben@example.org", now=now)
    with pytest.raises(NotNow, match=r"ben@example.org has changed .* “Fares”"):
        codebook.change(session, study, cost.id, Wanted("Price"), seen=seen, by=BY, now=now)
    assert cost.name == "Fares"
    codebook.change(session, study, cost.id, Wanted("Price"), seen=codebook.standing(cost), by=BY, now=now)
    assert cost.name == "Price"


def test_a_repeat_of_a_change_changes_nothing(
    session: Session, study: Study, cost: Code, now: datetime
) -> None:
    seen = codebook.standing(cost)
    for _ in range(2):
        codebook.change(session, study, cost.id, Wanted("Fares"), seen=seen, by=BY, now=now)
    assert cost.name == "Fares"


def test_merging_moves_what_was_coded(
    session: Session, closed: Round, alice: Account, cost: Code, language: Code, now: datetime
) -> None:
    first, second = (one.key for one in texts.list_texts(session, closed)[:2])
    codings.code(session, closed, first, Ticked(frozenset({cost.id, language.id})), by=alice, now=now)
    codings.code(session, closed, second, Ticked(frozenset({language.id})), by=alice, now=now)
    codebook.merge(session, closed.study, language.id, cost.id, by=BY, now=now)
    given = codings.of_coder(session, closed, alice)
    assert [given[key].codes for key in (first, second)] == [{cost.id}, {cost.id}]
    assert [one.name for one in codebook.list_codes(session, closed.study)] == ["Cost"]
    with pytest.raises(InvalidInput):
        codebook.merge(session, closed.study, cost.id, cost.id, by=BY, now=now)


def test_only_an_unused_code_is_removed(
    session: Session, closed: Round, alice: Account, cost: Code, language: Code, now: datetime
) -> None:
    key = texts.list_texts(session, closed)[0].key
    codings.code(session, closed, key, Ticked(frozenset({cost.id})), by=alice, now=now)
    with pytest.raises(NotNow, match="“Cost” is used for 1 text"):
        codebook.remove(session, closed.study, cost.id, by=BY, now=now)
    codebook.remove(session, closed.study, language.id, by=BY, now=now)
    with pytest.raises(NotFound):
        codebook.get(session, closed.study, language.id)
