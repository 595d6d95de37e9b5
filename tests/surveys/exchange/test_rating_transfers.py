"""Ratings from a file into a round and out again: the same tally, and all of it or nothing."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import audit, panels, participations, ratings, rounds, withdrawing
from surveys.errors import FaultyFile, NotNow
from surveys.exchange import csv_files, rating_files, rating_transfers
from surveys.exchange.rating_files import RatingFile
from surveys.exchange.rating_transfers import Imported
from surveys.panels import Panellist
from surveys.ratings import Answer, Cell, Rating, Unable
from surveys.rounds import Round
from surveys.studies import Study

GOOD = """\
panellist,panel,item,usefulness,feasibility
P01,practitioners,one,7,unable
P01,practitioners,two,,3
L07,People with lived experience,Item three,9,9
L08,lived_experience,one,,
"""


def file_of(text: str, criteria: tuple[str, ...] | None = ("usefulness", "feasibility")) -> RatingFile:
    return rating_files.read(text.encode(), range(1, 10), criteria=criteria)


def refusal(session: Session, round_: Round, text: str, now: datetime) -> str:
    with pytest.raises(FaultyFile) as refused:
        rating_transfers.import_ratings(session, round_, file_of(text, None), now=now)
    return str(refused.value)


def answers_of(session: Session, round_: Round, code: str) -> dict[tuple[str, str], Answer]:
    people = {panellist.code: panellist for panellist in panels.list_panellists(session, round_.study)}
    items = {item.id: item.key for item in round_.study.items}
    criteria = {criterion.id: criterion.key for criterion in round_.study.criteria}
    own = ratings.own(session, round_, people[code])
    return {
        (items[item_id], criteria[criterion_id]): answer for (item_id, criterion_id), answer in own.items()
    }


def test_ratings_come_in_with_the_panellists_who_are_missing(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    done = rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    assert done == Imported(panellists=3, new_panellists=2, changed_ratings=5, rows_left_out=0)
    assert answers_of(session, open_round, "P01") == {
        ("one", "usefulness"): Answer(7),
        ("one", "feasibility"): Answer(unable=Unable.NOT_STATED),
        ("two", "feasibility"): Answer(3),
    }
    assert answers_of(session, open_round, "L07")["three", "usefulness"] == Answer(9)
    (entry,) = [one for one in audit.list_entries(session, study.id) if "imported" in one.act]
    assert (entry.by, entry.details["new_panellists"]) == ("command line", 2)


def test_a_code_in_other_letters_is_nobody_new(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    text = "panellist,item,usefulness\np01,one,7\n"
    done = rating_transfers.import_ratings(session, open_round, file_of(text, None), now=now)
    assert (done.panellists, done.new_panellists) == (1, 0)
    assert panels.list_panellists(session, study) == [bob]
    assert answers_of(session, open_round, "P01") == {("one", "usefulness"): Answer(7)}


def test_a_row_of_blanks_says_that_the_panellist_was_asked(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    asked = {
        p.code: participations.find(session, open_round, p) for p in panels.list_panellists(session, study)
    }
    assert asked["L08"] is not None
    assert answers_of(session, open_round, "L08") == {}


def test_the_same_file_again_changes_nothing(session: Session, open_round: Round, now: datetime) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    again = rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    assert again == Imported(panellists=3, new_panellists=0, changed_ratings=0, rows_left_out=0)


def test_blank_takes_nothing_back_and_unable_keeps_its_reason(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    item, criteria = study.items[0].id, [criterion.id for criterion in study.criteria]
    before = {(item, criteria[0]): Answer(5), (item, criteria[1]): Answer(unable=Unable.NOT_KNOWN)}
    ratings.save(session, open_round, bob, before, now=now)
    text = "panellist,item,usefulness,feasibility\nP01,one,,unable\n"
    rating_transfers.import_ratings(session, open_round, file_of(text), now=now)
    assert ratings.own(session, open_round, bob) == before


def test_rows_of_other_rounds_are_left_out_and_counted(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    text = "panellist,item,round,usefulness\nP01,one,1,7\nP01,one,2,8\n"
    done = rating_transfers.import_ratings(session, open_round, file_of(text, None), now=now)
    assert (done.changed_ratings, done.rows_left_out) == (1, 1)


HEAD = "panellist,panel,item,usefulness\n"
BAD = {
    "an unknown item": (HEAD + "P01,,fuor,7", "line 2, column “item”: This round does not ask “fuor”."),
    "nearly an item": (HEAD + "P01,,thre,7", "This round does not ask “thre”. Did you mean “three”?"),
    "an item by two names": (
        HEAD + "P01,,one,7\nP01,,Item one,8",
        "line 3, column “item”: “Item one” and “one” are one",
    ),
    "a code in two ways": (
        HEAD + "P01,,one,7\np01,,two,8",
        "line 3, column “panellist”: “p01” and “P01” are one panellist.",
    ),
    "a panel for a newcomer": (
        HEAD + "Z,,one,7",
        "line 2, column “panel”: “Z” is new, and its panel is not said.",
    ),
    "an unknown panel": (HEAD + "Z,nurses,one,7", "line 2, column “panel”: There is no panel “nurses”."),
    "another panel": (
        HEAD + "P01,lived_experience,one,7",
        "column “panel”: “P01” is in another panel of this study.",
    ),
    "a long code": (HEAD + "Z" * 81 + ",practitioners,one,7", "has 81 characters; a code has at most 80."),
    "another criterion": (
        "panellist,item,usefulnes\nP01,one,7",
        "column “usefulnes”: This study has no such criterion.",
    ),
    "no rows of this round": (
        "panellist,item,round,usefulness\nP01,one,2,7",
        "There are no ratings of round 1 in it.",
    ),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_whole_and_by_its_line(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime, text: str, said: str
) -> None:
    assert said in refusal(session, open_round, text + "\n", now)
    assert session.scalar(select(func.count()).select_from(Rating)) == 0
    assert [panellist.code for panellist in panels.list_panellists(session, study)] == ["P01"]


def test_two_items_of_one_title_need_their_keys(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    study.items[1].wording.title = study.items[0].wording.title
    session.flush()
    assert "2 items are called “Item one”" in refusal(session, open_round, HEAD + "P01,,Item one,7\n", now)


def test_whoever_withdrew_gets_no_ratings(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    withdrawing.withdraw(session, study, bob, keep_answers=True, now=now)
    assert "“P01” has withdrawn from this study." in refusal(session, open_round, HEAD + "P01,,one,7\n", now)


def test_nobody_joins_late_by_a_file(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rounds.close(session, open_round, now=now, by="alice")
    rounds.mark_settled(session, open_round, now=now, by="alice")
    second = rounds.open_(
        session, rounds.plan(session, study, study.items), closes_at=None, now=now, by="alice"
    )
    said = refusal(session, second, HEAD + "P01,,one,7\nZ,practitioners,one,7\n", now)
    assert "line 2, column “panellist”: “P01” answered no earlier round" in said
    assert "line 3, column “panellist”: “Z” is new, and this study lets nobody join late." in said


def test_a_closed_round_takes_no_file(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    rounds.close(session, open_round, now=now, by="alice")
    with pytest.raises(NotNow, match="Ratings can be imported while it is open"):
        rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)


def tally(session: Session, round_: Round) -> set[Cell]:
    return set(ratings.count(session, round_))


def test_what_is_exported_and_imported_gives_the_same_tally(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    before, data = tally(session, open_round), rating_transfers.export_ratings(session, open_round)
    for panellist in panels.list_panellists(session, study):
        ratings.forget(session, panellist, open_round)
        participations.forget(session, panellist, open_round)
    assert tally(session, open_round) == set()
    rating_transfers.import_ratings(session, open_round, rating_files.read(data, range(1, 10)), now=now)
    assert tally(session, open_round) == before
    assert rating_transfers.export_ratings(session, open_round) == data


def test_an_export_is_long_by_code_and_key(session: Session, open_round: Round, now: datetime) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    lines = rating_transfers.export_ratings(session, open_round).decode("utf-8-sig").split("\r\n")
    assert lines[:4] == [
        "panellist,item,panel,round,usefulness,feasibility,unable_usefulness,unable_feasibility",
        "P01,one,practitioners,1,7,unable,,no reason stated",
        "P01,two,practitioners,1,,3,,",
        "P01,three,practitioners,1,,,,",
    ]
    assert lines[-4:] == [
        "L08,one,lived_experience,1,,,,",
        "L08,two,lived_experience,1,,,,",
        "L08,three,lived_experience,1,,,,",
        "",
    ]


def test_an_export_of_simulated_ratings_says_so_in_every_row(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    study.is_simulated = True
    data = rating_transfers.export_ratings(session, open_round)
    head, *rows = data.decode("utf-8-sig").splitlines()
    assert head.endswith(",simulated")
    assert all(row.endswith(",yes") for row in rows)
    assert rating_files.read(data, range(1, 10)).is_simulated


@pytest.mark.parametrize(("keep_answers", "codes"), [(True, {"P01", "L07", "L08"}), (False, {"L07", "L08"})])
def test_whoever_withdrew_is_exported_only_with_answers_that_were_left(
    session: Session, study: Study, open_round: Round, now: datetime, keep_answers: bool, codes: set[str]
) -> None:
    rating_transfers.import_ratings(session, open_round, file_of(GOOD), now=now)
    (bob,) = [one for one in panels.list_panellists(session, study) if one.code == "P01"]
    withdrawing.withdraw(session, study, bob, keep_answers=keep_answers, now=now)
    text = (
        rating_transfers.export_ratings(session, open_round).decode().removeprefix(csv_files.BYTE_ORDER_MARK)
    )
    assert {row.split(",")[0] for row in text.splitlines()[1:]} == codes


def test_simulated_ratings_never_enter_a_real_study(
    session: Session, study: Study, open_round: Round, now: datetime
) -> None:
    data = "panellist,panel,item,usefulness,simulated\nP01,practitioners,one,7,yes\n"
    assert "simulated, and this study is real" in refusal(session, open_round, data, now)
    assert tally(session, open_round) == set()
    study.is_simulated = True
    assert (
        rating_transfers.import_ratings(session, open_round, file_of(data, None), now=now).changed_ratings
        == 1
    )


def test_why_somebody_was_unable_goes_out_and_comes_back(
    session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime
) -> None:
    item, criteria = study.items[0], study.criteria
    unable = Answer(unable=Unable.NOT_UNDERSTOOD)
    given = {(item.id, criteria[0].id): unable, (item.id, criteria[1].id): Answer(5)}
    ratings.save(session, open_round, bob, given, now=now)
    exported = rating_transfers.export_ratings(session, open_round)
    assert "P01,one,practitioners,1,unable,5,I don’t understand,\r\n" in exported.decode()
    renamed = exported.decode().replace("P01,", "P02,").replace("don’t", "DON'T").encode()
    file = rating_files.read(renamed, range(1, 10))
    assert (file.criteria, file.ignored) == (("usefulness", "feasibility"), {})
    rating_transfers.import_ratings(session, open_round, file, now=now)
    assert answers_of(session, open_round, "P02")["one", "usefulness"] == unable


def test_a_reason_that_there_is_not_is_refused(session: Session, open_round: Round, now: datetime) -> None:
    text = "panellist,panel,item,usefulness,unable_usefulness\nP01,practitioners,one,unable,too tired\n"
    told = refusal(session, open_round, text, now)
    assert "line 2, column “unable_usefulness”: “too tired” is not a reason. It can be I don’t" in told
