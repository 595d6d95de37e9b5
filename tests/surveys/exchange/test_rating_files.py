"""Ratings as a long CSV: what counts as a rating, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import FaultyFile
from surveys.exchange import csv_files, rating_files
from surveys.exchange.rating_files import UNABLE, RatingFile, RatingRow
from tests import enlight
from tests.surveys import texts

ONE_TO_NINE = range(1, 10)


def read(text: str, categories: range = ONE_TO_NINE, **options) -> RatingFile:
    return rating_files.read(text.encode(), categories, **options)


def refusal(text: str, **options) -> str:
    with pytest.raises(FaultyFile) as refused:
        read(text, **options)
    return str(refused.value)


def test_a_category_unable_and_blank_are_three_things() -> None:
    file = read("panellist,item,importance\nA,1,7\nA,2,unable\nA,3,\nA,4, Unable \nA,5,7.0\n")
    assert [row.marks for row in file.rows] == [(7,), (UNABLE,), (None,), (UNABLE,), (7,)]


def test_identifiers_are_text() -> None:
    file = read("panellist,item,x\n007,11.1,7\n7,11.10,7\n")
    assert [(row.panellist, row.item) for row in file.rows] == [("007", "11.1"), ("7", "11.10")]


def test_a_row_knows_its_line_its_panel_and_its_round() -> None:
    file = read('panellist,item,panel,round,x\nA,"an\nitem",nurses,2,7\nB,b,nurses,2.0,\n')
    assert file.rows == (
        RatingRow(2, "A", "an\nitem", "nurses", 2, (7,)),
        RatingRow(4, "B", "b", "nurses", 2, (None,)),
    )


def test_without_criteria_every_other_column_of_ratings_is_one_and_the_rest_is_named() -> None:
    file = read("panellist,item,useful,sure,age,note,simulated\nA,1,7,unable,44,,yes\nA,2,,3,45,,yes\n")
    assert file.criteria == ("useful", "sure")
    assert [row.marks for row in file.rows] == [(7, UNABLE), (None, 3)]
    assert file.ignored == {
        "age": "line 2 has “44”, which is not a whole number from 1 to 9 or “unable”",
        "note": "it is empty",
        "simulated": "it says that these ratings are simulated",
    }
    assert file.is_simulated


def test_a_criterion_with_one_slip_is_named_with_the_slip() -> None:
    file = read("panellist,item,useful,sure\nA,1,7,7\nA,2,7,77\n")
    assert file.ignored == {"sure": "line 3 has “77”, which is not a whole number from 1 to 9 or “unable”"}


def test_criteria_that_are_asked_for_are_the_criteria() -> None:
    file = read("panellist,item,age,useful\nA,1,4,7\n", criteria=["useful"])
    assert (file.criteria, file.ignored) == (("useful",), {"age": "it was not asked for"})


def test_columns_are_read_under_the_names_they_are_given() -> None:
    text = "respondent,item_no,item,q1\nA,11.1,5,7\n"
    file = read(text, columns={"panellist": "respondent", "item": "item_no", "useful": "q1"})
    assert file.rows == (RatingRow(2, "A", "11.1", "", None, (7,)),)
    assert (file.criteria, file.ignored) == (("useful",), {"item": "another column is read for it"})


HEAD = "panellist,item,panel,round,useful\n"
BAD = {
    "outside the scale": (
        "A,1,p,1,10",
        "line 2, column “useful”: “10” is not a whole number from 1 to 9 or “unable”.",
    ),
    "below the scale": ("A,1,p,1,0", "line 2, column “useful”: “0” is not a whole number"),
    "a fraction": ("A,1,p,1,6.5", "“6.5” is not a whole number"),
    "a word for missing": (
        "A,1,p,1,NA",
        "“NA” is not a whole number from 1 to 9 or “unable”. Leave the cell empty",
    ),
    "no panellist": (" ,1,p,1,7", "line 2, column “panellist”: The panellist is empty."),
    "no item": ("A,,p,1,7", "line 2, column “item”: The item is empty."),
    "no round": ("A,1,p,,7", "line 2, column “round”: “” is not the number of a round."),
    "a round of words": ("A,1,p,first,7", "line 2, column “round”: “first” is not the number of a round."),
    "round nought": ("A,1,p,0,7", "“0” is not the number of a round."),
    "twice": (
        "A,1,p,1,7\nA,2,p,1,7\nA,1,p,1,7",
        "line 4: “A” rates “1” in line 2 too. Delete one of the rows.",
    ),
    "two panels": ("A,1,p,1,7\nA,2,q,1,7", "line 3, column “panel”: “A” is in panel “p” above."),
    "no rows": ("", "ratings.csv: There are no ratings."),
}


@pytest.mark.parametrize(("rows", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_line_and_with_the_way_out(rows: str, said: str) -> None:
    assert said in refusal(HEAD + rows, criteria=["useful"])


def test_the_same_item_in_another_round_is_no_repetition() -> None:
    assert len(read(HEAD + "A,1,p,1,7\nA,1,p,2,7\n").rows) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {},
            "The columns here are who, item or x. Or say which column is meant: --columns panellist=COLUMN.",
        ),
        (
            {"columns": {"panellist": "whom"}},
            "Did you mean “who”? Rename it. Or say which column is meant: --columns panellist=COLUMN.",
        ),
        ({"columns": {"panellist": "who"}, "criteria": ["y"]}, "The column “y” is missing."),
        (
            {"columns": {"panellist": "who"}},
            "No column holds ratings. Column “x”: line 2 has “12”, which is not",
        ),
        ({"columns": {"panellist": "item", "item": "item"}}, "The column “item” is asked for twice."),
        ({"columns": {"panellist": "who", "round": "item"}}, "The column “item” is asked for twice."),
        ({"columns": {"panellist": "who", "panel": "item"}}, "The column “item” is asked for twice."),
        ({"columns": {"panellist": "item"}}, "The column “item” is asked for twice."),
    ],
)
def test_a_column_that_cannot_be_found_is_named(options: dict, said: str) -> None:
    assert said in refusal("who,item,x\nA,1,12\n", **options)


COLUMNS = ("panellist", "item", "panel", "round", "useful", "simulated", "spare")


@given(
    st.dictionaries(st.sampled_from((*COLUMNS, "other")), st.sampled_from(COLUMNS)),
    st.none() | st.lists(st.sampled_from((*COLUMNS, "other")), max_size=2),
)
def test_whatever_columns_are_asked_for_are_read_or_refused(
    columns: dict[str, str], criteria: list[str] | None
) -> None:
    try:
        file = read(f"{','.join(COLUMNS)}\n1,2,3,4,5,6,7\n", columns=columns, criteria=criteria)
    except FaultyFile:
        return
    assert len(file.rows) == 1


MARKS = st.none() | st.just(UNABLE) | st.integers(1, 9)
NAMES = st.text(texts.CHARACTERS, min_size=1).map(str.strip).filter(bool)


@given(
    st.dictionaries(st.tuples(NAMES, NAMES, st.integers(1, 9)), st.tuples(MARKS, MARKS), min_size=1),
    st.booleans(),
)
def test_what_is_written_is_read(marks: dict, simulated: bool) -> None:
    rows = tuple(RatingRow(0, who, what, "p", when, given) for (who, what, when), given in marks.items())
    file = RatingFile("ratings.csv", ("useful", "feasible"), rows, {}, simulated)
    again = rating_files.read(rating_files.write(file), ONE_TO_NINE, criteria=file.criteria)
    assert [row._replace(line=0) for row in again.rows] == list(rows)
    assert again.is_simulated == simulated


@enlight.needed
def test_a_real_study_is_read_whole() -> None:
    file = rating_files.read(enlight.RATINGS.read_bytes(), range(1, 8), columns={"item": "item_no"})
    assert len({row.panellist for row in file.rows}) == 65
    assert len({row.item for row in file.rows}) == 61
    assert sum(row.marks != (None,) for row in file.rows) == enlight.ANSWERS
    assert (file.criteria, list(file.ignored)) == (("importance",), ["item"])
    assert csv_files.BYTE_ORDER_MARK not in file.rows[0].panellist
