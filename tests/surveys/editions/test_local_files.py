"""Local ratings from a file: counted like a round's, or refused whole with every line that does not fit."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import editions, findings, local_files, local_rounds, plans, showing, sources
from surveys.editions.editions import Edition
from surveys.errors import FaultyFile, InvalidInput, NotNow
from surveys.studies import Study
from tests.surveys.editions import examples

HEAD = "panellist,item,panel,usefulness,feasibility\n"


def test_a_file_and_a_round_of_the_same_answers_are_equal(
    session: Session, key: Key, edition: Edition, now: datetime
):
    asked = examples.ask(session, key, edition, now=now)
    read = local_files.import_(
        session, edition, examples.csv(), "local.csv", now=now, is_replacing=True
    ).round
    assert (read.questions, read.tally) == (asked.questions, asked.tally)
    assert local_rounds.find_latest(session, edition) is read


def test_the_same_file_again_changes_nothing(session: Session, edition: Edition, now: datetime):
    first = local_files.import_(session, edition, examples.csv(), "local.csv", now=now)
    again = local_files.import_(session, edition, examples.csv(), "again.csv", now=now)
    assert again.round is first.round
    assert len(local_rounds.list_all(session, edition)) == 1


def test_a_grid_without_a_team_finds_what_an_edition_finds(
    session: Session, key: Key, published: Study, now: datetime
):
    edition = examples.begin_with(session, key, [item.key for item in examples.ITEMS], now=now).edition
    examples.ask(session, key, edition, now=now)
    source = sources.look(session, publications.get(session, published.key))
    plan = plans.everything(source)
    file = examples.csv([item.key for item in examples.ITEMS])
    found = findings.find(source, plan, local_files.view(file, plan, source))
    assert found == showing.own(session, edition).findings


def test_nobodys_name_is_kept(session: Session, edition: Edition, now: datetime):
    data = examples.csv().replace(b"N00", b"Ann Example")
    kept = local_files.import_(session, edition, data, "local.csv", now=now).round
    assert b"Ann" not in (kept.tally or b"") + kept.questions


def test_items_and_panels_may_be_called_by_their_names(session: Session, edition: Edition, now: datetime):
    rows = "".join(f"N{n},Longer opening hours,Practitioners,8,7\n" for n in range(12))
    kept = local_files.import_(session, edition, (HEAD + rows).encode(), "local.csv", now=now).round
    view = local_rounds.view(kept, editions.draft(session, edition).source)
    assert [item.item for item in view.questionnaire.items] == ["hours"]
    assert view.of("hours", "practitioners")["usefulness"].counts == (0, 0, 0, 0, 0, 0, 0, 12, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "N1,buss,practitioners,8,7\n", "Did you mean “bus”?"),
        (HEAD + "N1,bus,practitioner,8,7\n", "Did you mean “practitioners”?"),
        (HEAD + "N1,bus,,8,7\n", "panel of “N1” is not said"),
        (HEAD + "N1,bus,practitioners,10,7\n", "not a whole number from 1 to 9"),
        (HEAD + "N1,bus,practitioners,8,7\nN1,bus,practitioners,8,7\n", "in line 2 too"),
        (HEAD + "N1,bus,practitioners,8,7\nN2,A bus that brings a nurse,practitioners,8,7\n", "are one item"),
        ("panellist,item,panel,usefulness\nN1,bus,practitioners,8\n", "column “feasibility” is missing"),
        (
            HEAD.replace("panel,", "panel,round,")
            + "N1,bus,practitioners,1,8,7\nN1,bus,practitioners,2,8,7\n",
            "several rounds",
        ),
        (
            "panellist,item,panel,usefulness,feasibility,simulated\nN1,bus,practitioners,8,7,yes\n",
            "these ratings are simulated",
        ),
        (HEAD, "no ratings"),
        (HEAD + "N1,bus,practitioners,,\n", "There is no rating in it"),
        (HEAD + "N1,bus,practitioners,unable,\n", "empty, or say “unable”"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(
    session: Session, edition: Edition, now: datetime, text: str, sentence: str
):
    with pytest.raises(FaultyFile) as refused:
        local_files.import_(session, edition, text.encode(), "local.csv", now=now)
    assert sentence.lower() in refused.value.sentence.lower()
    assert local_rounds.list_all(session, edition) == ()


def test_what_was_read_is_counted(session: Session, edition: Edition, now: datetime):
    rows = "N1,bus,practitioners,8,unable\nN1,hours,practitioners,7,\nN2,bus,lived_experience,,\n"
    taken = local_files.import_(session, edition, (HEAD + rows).encode(), "local.csv", now=now)
    assert (taken.people, taken.ratings, taken.unable) == (1, 2, 1)


def test_answers_that_are_there_are_kept_till_it_is_said_that_others_take_their_place(
    session: Session, key: Key, edition: Edition, now: datetime
):
    asked = examples.ask(session, key, edition, now=now)
    with pytest.raises(InvalidInput, match="nothing was changed") as refused:
        local_files.import_(session, edition, examples.csv(people=3), "three.csv", now=now)
    assert refused.value.field == "replace_file"
    with pytest.raises(InvalidInput, match="nothing was changed") as refused:
        local_rounds.open_(session, key, edition, now=now)
    assert refused.value.field == "replace_round"
    assert local_rounds.find_latest(session, edition) is asked
    assert len(local_rounds.list_all(session, edition)) == 1
    taken = local_files.import_(
        session, edition, examples.csv(people=3), "three.csv", now=now, is_replacing=True
    )
    assert local_rounds.find_latest(session, edition) is taken.round


def test_a_round_that_nobody_answered_is_replaced_without_asking(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now, raters={"practitioners": 0})
    assert local_files.import_(session, edition, examples.csv(), "local.csv", now=now).people == 12


def test_a_file_waits_till_the_open_round_has_closed(
    session: Session, key: Key, edition: Edition, now: datetime
):
    local_rounds.open_(session, key, edition, now=now)
    with pytest.raises(NotNow, match="Close it first"):
        local_files.import_(session, edition, examples.csv(), "local.csv", now=now)
