"""Coding: each for herself until she has finished; what counts is what coders gave alike or decided on."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import access, withdrawing
from surveys.access import Account
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.exchange import theme_files
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.themes import codebook, codings, comparisons, deciding, drafts, finishing, found, texts
from surveys.themes.codebook import Code, Wanted
from surveys.themes.codings import Key, Ticked

NONE = Ticked(frozenset(), none_fits=True)


def ticked(*codes: Code) -> Ticked:
    return Ticked(frozenset(one.id for one in codes), none_fits=not codes)


def keys(session: Session, round_: Round) -> list[Key]:
    return [one.key for one in texts.list_texts(session, round_)]


@pytest.fixture
def coded(
    session: Session,
    closed: Round,
    alice: Account,
    ben: Account,
    cost: Code,
    language: Code,
    now: datetime,
) -> Round:
    """Both coded all; of the four texts they differ about the second."""
    every = keys(session, closed)
    for coder, given in (
        (alice, [ticked(cost), ticked(cost), ticked(language), NONE]),
        (ben, [ticked(cost), NONE, ticked(language), NONE]),
    ):
        for key, of_text in zip(every, given, strict=True):
            codings.code(session, closed, key, of_text, by=coder, now=now)
        finishing.finish(session, closed, coder, now=now)
    return closed


def test_what_was_written_is_listed_with_its_place(session: Session, closed: Round) -> None:
    told = [(one.kind, one.code, one.text, one.quote) for one in texts.list_texts(session, closed)]
    assert told == [
        ("comment", "L01", "Bus fares cost a lot.", ""),
        ("comment", "P01", "The bus costs too much.", "The bus costs too much."),
        ("comment", "P01", "No interpreter.", ""),
        ("missing", "L01", "A quiet room.", ""),
    ]


def test_an_open_round_has_nothing_to_code(
    session: Session, open_round: Round, bob: Panellist, alice: Account, cost: Code, now: datetime
) -> None:
    with pytest.raises(NotNow, match="after the round has closed"):
        codings.code(session, open_round, (bob.id, "harm"), ticked(cost), by=alice, now=now)
    with pytest.raises(NotNow):
        finishing.finish(session, open_round, alice, now=now)


@pytest.mark.parametrize("bad", ["nothing", "both", "gone"])
def test_ticks_that_say_nothing_or_two_things_are_refused(
    session: Session, closed: Round, alice: Account, cost: Code, now: datetime, bad: str
) -> None:
    given = {
        "nothing": Ticked(frozenset()),
        "both": Ticked(frozenset({cost.id}), none_fits=True),
        "gone": Ticked(frozenset({cost.id + 1000})),
    }[bad]
    with pytest.raises(InvalidInput) as refused:
        codings.code(session, closed, keys(session, closed)[0], given, by=alice, now=now)
    assert refused.value.field == "codes"


def test_a_text_that_is_not_there_is_not_found(
    session: Session, closed: Round, alice: Account, bob: Panellist, cost: Code, now: datetime
) -> None:
    for key in ((bob.id, "harm"), (0, "harm")):
        with pytest.raises(NotFound):
            codings.code(session, closed, key, ticked(cost), by=alice, now=now)


def test_nobody_sees_another_s_codes_before_finishing(
    session: Session, closed: Round, alice: Account, ben: Account, cost: Code, now: datetime
) -> None:
    key = keys(session, closed)[0]
    codings.code(session, closed, key, ticked(cost), by=alice, now=now)
    finishing.finish(session, closed, alice, now=now)
    for look in (
        codings.of_everyone,
        codings.agreed,
        found.find,
        deciding.list_coded,
        comparisons.list_pairs,
    ):
        with pytest.raises(NotNow, match="when you have finished"):
            look(session, closed, ben)
    finishing.finish(session, closed, ben, now=now)
    assert codings.of_everyone(session, closed, ben)[alice.id][key].codes == {cost.id}


def test_a_coding_that_is_finished_stays_as_it_is(
    session: Session, coded: Round, alice: Account, cost: Code, now: datetime
) -> None:
    finishing.finish(session, coded, alice, now=now)  # again changes nothing
    with pytest.raises(NotNow, match="finished"):
        codings.code(session, coded, keys(session, coded)[3], ticked(cost), by=alice, now=now)
    with pytest.raises(NotNow, match="finished"):
        drafts.take(session, coded, Wanted("Cost"), keys(session, coded), by=alice, now=now)


def test_agreement_is_by_code_and_over_all(session: Session, coded: Round, alice: Account) -> None:
    """Cost: 1 both, 1 one alone, 2 neither: p_o = 3/4, p_e = (2 + 6) / 16. Language: all alike."""
    (pair,) = comparisons.list_pairs(session, coded, alice)
    figures = pair.figures
    assert (pair.first, pair.second, figures.texts, figures.used) == ("Alice", "Ben", 4, 2)
    cost, language = figures.codes
    assert (cost.both, cost.first_only, cost.second_only, cost.agreed) == (1, 1, 0, 0.75)
    assert cost.kappa == pytest.approx((0.75 - 0.5) / 0.5)
    assert (language.agreed, language.kappa, language.ac1) == (1, 1, 1)
    assert figures.alpha == pytest.approx(1 - (16 - 1) * 2 / (2 * 5 * 11))


def test_what_comes_after_finishing_changes_no_agreement(
    session: Session, coded: Round, bob: Panellist, alice: Account, cost: Code, now: datetime
) -> None:
    """Whoever has finished sees the differences, and could merge them away."""
    before = comparisons.list_pairs(session, coded, alice)
    other = codebook.add(session, coded.study, Wanted("Anything else"), by=alice.email, now=now)
    codebook.merge(session, coded.study, cost.id, other.id, by=alice.email, now=now)
    withdrawing.withdraw(session, coded.study, bob, keep_answers=True, now=now)
    finishing.finish(session, coded, alice, now=now)
    assert comparisons.list_pairs(session, coded, alice) == before


def test_each_two_are_compared_as_the_codebook_stands_when_the_second_finishes(
    session: Session, coded: Round, alice: Account, cost: Code, language: Code, now: datetime
) -> None:
    cora = access.create_account(session, "cora@example.org", "Cora", None, now=now)
    key = keys(session, coded)[2]
    codings.code(session, coded, key, ticked(cost), by=cora, now=now)
    codebook.merge(session, coded.study, language.id, cost.id, by=cora.email, now=now)  # she has seen nothing
    finishing.finish(session, coded, cora, now=now)
    told = [
        (one.first, one.second, one.figures.texts, one.figures.used)
        for one in comparisons.list_pairs(session, coded, cora)
    ]
    assert told == [("Alice", "Ben", 4, 2), ("Alice", "Cora", 1, 1), ("Ben", "Cora", 1, 1)]


def test_whoever_coded_nothing_is_compared_with_nobody(session: Session, coded: Round, now: datetime) -> None:
    dora = access.create_account(session, "dora@example.org", "Dora", None, now=now)
    finishing.finish(session, coded, dora, now=now)
    assert len(comparisons.list_pairs(session, coded, dora)) == 1


def test_a_text_about_which_coders_differ_counts_when_it_is_decided(
    session: Session, coded: Round, ben: Account, language: Code, now: datetime
) -> None:
    before = found.find(session, coded, ben)
    assert (before.counted.texts, before.waiting, before.none_fits) == (3, 1, 1)
    key = keys(session, coded)[1]
    deciding.decide(session, coded, key, ticked(language), seen="", by=ben, now=now)
    after = found.find(session, coded, ben)
    assert (after.counted.texts, after.waiting) == (4, 0)
    told = {theme.codes[0].name: theme.codes[0].count for theme in after.themes}
    assert (told["Language"].texts, told["Language"].panellists) == (2, (1, 0))
    assert (told["Cost"].texts, told["Cost"].panellists) == (1, (0, 1))


def test_of_two_who_decide_the_second_is_shown_what_the_first_decided(
    session: Session, coded: Round, alice: Account, ben: Account, cost: Code, now: datetime
) -> None:
    key = keys(session, coded)[1]
    for _ in range(2):
        deciding.decide(session, coded, key, ticked(cost), seen="", by=ben, now=now)
    with pytest.raises(NotNow, match="Ben has decided meanwhile: Cost"):
        deciding.decide(session, coded, key, NONE, seen="", by=alice, now=now)
    known = next(one for one in deciding.list_coded(session, coded, alice) if one.text.key == key)
    deciding.decide(session, coded, key, NONE, seen=deciding.standing(known), by=alice, now=now)
    assert codings.agreed(session, coded, alice)[key].codes == frozenset()


def test_what_coders_gave_alike_is_not_decided(
    session: Session, coded: Round, ben: Account, cost: Code, now: datetime
) -> None:
    with pytest.raises(NotNow, match="do not differ"):
        deciding.decide(session, coded, keys(session, coded)[0], ticked(cost), seen="", by=ben, now=now)


def test_only_what_may_be_quoted_stands_in_the_table(
    session: Session, coded: Round, ben: Account, cost: Code, now: datetime
) -> None:
    deciding.decide(session, coded, keys(session, coded)[1], ticked(cost), seen="", by=ben, now=now)
    theme = found.find(session, coded, ben).themes[0]
    assert (theme.name, theme.count.texts, theme.count.panellists) == ("Getting there", 2, (1, 1))
    assert [one.quote for one in theme.codes[0].quotes] == ["The bus costs too much."]


def test_a_withdrawal_takes_the_codings_along(
    session: Session, study: Study, coded: Round, bob: Panellist, ben: Account, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert all(
        bob.id != panellist_id
        for given in codings.of_everyone(session, coded, ben).values()
        for panellist_id, _ in given
    )
    assert found.find(session, coded, ben).total.texts == 2


def test_a_draft_is_of_what_one_has_not_coded_and_is_taken_as_a_code(
    session: Session, closed: Round, alice: Account, cost: Code, now: datetime
) -> None:
    (group,) = (suggested := drafts.suggest(session, closed, alice)).groups
    assert {one.text for one in group.texts} == {"Bus fares cost a lot.", "The bus costs too much."}
    assert (group.words[0], suggested.compared, suggested.alone) == ("bus", 4, 2)
    assert codings.of_coder(session, closed, alice) == {}
    chosen = [one.key for one in group.texts]
    for _ in range(2):
        taken = drafts.take(session, closed, Wanted("cost"), chosen, by=alice, now=now)
    assert taken.id == cost.id
    assert {one.codes for one in codings.of_coder(session, closed, alice).values()} == {frozenset({cost.id})}
    assert drafts.suggest(session, closed, alice).groups == ()
    with pytest.raises(InvalidInput, match="at least one"):
        drafts.take(session, closed, Wanted("cost"), [], by=alice, now=now)


def test_files_have_the_table_and_every_coding(session: Session, coded: Round, ben: Account) -> None:
    themes = theme_files.write_themes(session, coded, ben).decode("utf-8-sig").splitlines()
    assert themes[0].startswith("theme,theme_code,definition,texts,panellists_practitioners")
    assert "Getting there,Cost,What it costs to come.,1,0,1,3,1,no" in themes
    rows = theme_files.write_codings(session, coded, ben).decode("utf-8-sig").splitlines()
    assert "1,comment,1,one,,lived_experience,L01,Bus fares cost a lot.,agreed,Cost,no" in rows
    assert sum(",agreed," in row for row in rows) == 3
