"""What a grid says: places, cells, order, the round each is from, what is hidden and what stands beside."""

import csv
import io
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import comments, grids, items, lenses, panels, protocol_reading, rounds, studies
from surveys import protocol as protocols
from surveys.comments import ClearingStatus, Ruling
from surveys.errors import NotFound
from surveys.exchange import grid_files
from surveys.grids import Grid
from surveys.items import ItemPlan
from surveys.looks import Look
from surveys.panels import ConsentKind, Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Viewer
from tests.surveys import examples, grid_examples

PRACTITIONERS, LIVED = "practitioners", "lived_experience"
SECOND = {PRACTITIONERS: [((5, 12), (5, 12))], LIVED: [((5, 11), (5, 11))]}  # a second round, of one item


def grid_of(
    session: Session, study: Study, round_: Round, panel: str = "", viewer: Viewer = Viewer.RESEARCHER
) -> Grid:
    audience = lenses.audiences(study)[0]
    look = Look(lens=lenses.get_lens(study, panel))
    return grids.build(session, study, audience, look, through=round_, viewer=viewer)


def places(grid: Grid) -> dict[str, tuple[float, float]]:
    return {item.key: (item.x, item.y) for item in grid.placed}


def reasons(grid: Grid) -> dict[str, str]:
    return {item.key: item.reason for item in grid.unplaced}


def read(grid: Grid) -> list[dict[str, str]]:
    data = grid_files.write(grid)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def closed(session: Session, study: Study, now: datetime) -> Round:
    """Round 1: twenty practitioners and ten people with lived experience, of one mind within each panel."""
    return grid_examples.close(
        session,
        study,
        {
            PRACTITIONERS: [((8, 20), (7, 20)), ((8, 20), (3, 20)), ((2, 20), (5, 20))],
            LIVED: [((6, 10), (7, 10)), ((9, 10), (5, 10)), ((2, 10), (5, 10))],
        },
        now=now,
    )


def test_an_item_stands_at_its_panels_medians(session: Session, study: Study, closed: Round) -> None:
    grid = grid_of(session, study, closed, PRACTITIONERS)
    assert places(grid) == {"one": (8, 7), "two": (8, 3), "three": (2, 5)}
    assert [item.key for item in grid.placed] == ["one", "two", "three"]
    assert grid.placed[0].answers[0].across == 20


def test_cells_have_words_made_of_the_criteria(session: Session, study: Study, closed: Round) -> None:
    found = {item.key: item.cell for item in grid_of(session, study, closed, PRACTITIONERS).placed}
    assert found == {
        "one": "useful, easier to do",
        "two": "useful, harder to do",
        "three": "less useful, feasibility in between",
    }


def test_all_panels_weigh_the_same_however_many_answered(
    session: Session, study: Study, closed: Round
) -> None:
    grid = grid_of(session, study, closed)
    # Half the weight on each panel's one rating: the median lies half way between.
    assert places(grid) == {"one": (7, 7), "two": (8.5, 4), "three": (2, 5)}
    assert [item.key for item in grid.placed] == ["two", "one", "three"]


def test_equal_weight_states_its_price(session: Session, study: Study, closed: Round) -> None:
    assert "one answer of people with lived experience counts as much as 2.0 of practitioners" in (
        grid_of(session, study, closed).price
    )
    assert grid_of(session, study, closed, PRACTITIONERS).price == ""


def test_an_item_left_out_of_the_last_round_keeps_its_place_of_an_earlier_one(
    session: Session, study: Study, closed: Round, now: datetime
) -> None:
    second = grid_examples.close(
        session,
        study,
        {PRACTITIONERS: [((5, 12), (5, 12))], LIVED: [((5, 11), (5, 11))]},
        now=now,
        keys=["one"],
    )
    grid = grid_of(session, study, second, PRACTITIONERS)
    assert {item.key: item.round_number for item in grid.placed} == {"one": 2, "two": 1, "three": 1}
    assert places(grid)["one"] == (5, 5)
    assert grid.through.number == 2


def test_a_grid_of_an_earlier_round_knows_nothing_of_a_later_one(
    session: Session, study: Study, closed: Round, now: datetime
) -> None:
    before = grid_of(session, study, closed)
    grid_examples.close(
        session,
        study,
        {PRACTITIONERS: [((5, 12), (5, 12))], LIVED: [((5, 11), (5, 11))]},
        now=now,
        keys=["one"],
    )
    assert grid_of(session, study, closed) == before


def test_a_round_in_which_a_panel_rated_nothing_is_passed_over(
    session: Session, study: Study, closed: Round, now: datetime
) -> None:
    second = grid_examples.close(
        session,
        study,
        {PRACTITIONERS: [((5, 12), (5, 12))], LIVED: [((5, 0), (5, 0))]},
        now=now,
        keys=["one"],
    )
    assert places(grid_of(session, study, second, LIVED))["one"] == (6, 7)
    assert grid_of(session, study, second).placed[1].round_number == 1
    assert places(grid_of(session, study, second, PRACTITIONERS))["one"] == (5, 5)


@pytest.mark.parametrize(
    ("people", "is_placed", "n"), [(4, False, None), (5, True, None), (9, True, None), (10, True, 10)]
)
def test_small_groups_are_hidden_from_the_public(
    session: Session, study: Study, now: datetime, people: int, is_placed: bool, n: int | None
) -> None:
    same = ((8, people), (8, people))
    closed = grid_examples.close(
        session, study, {PRACTITIONERS: [((8, 20), (8, 20))] * 3, LIVED: [same] * 3}, now=now
    )
    for panel in (LIVED, ""):
        grid = grid_of(session, study, closed, panel, Viewer.PUBLIC)
        assert len(grid.placed) == (3 if is_placed else 0)
        assert all(item.answers[-1].across == n for item in grid.placed)
        assert all("Fewer than 5 people" in reason for reason in reasons(grid).values())
    assert len(grid_of(session, study, closed, PRACTITIONERS, Viewer.PUBLIC).placed) == 3
    assert len(grid_of(session, study, closed, LIVED).placed) == 3


def test_a_hidden_panel_cannot_be_had_from_the_combination(
    session: Session, study: Study, now: datetime
) -> None:
    closed = grid_examples.close(
        session, study, {PRACTITIONERS: [((8, 20), (8, 20))] * 3, LIVED: [((1, 7), (1, 7))] * 3}, now=now
    )
    grid = grid_of(session, study, closed, "", Viewer.PUBLIC)
    assert {answers.across for item in grid.placed for answers in item.answers} == {None}
    assert "2." not in grid.price
    assert dict(grid.through.answered) == {"Practitioners": "20", "People with lived experience": "5 to 9"}


def test_an_item_that_nobody_could_rate_is_listed_with_the_reason(
    session: Session, study: Study, now: datetime
) -> None:
    closed = grid_examples.close(
        session,
        study,
        {
            PRACTITIONERS: [((8, 20), (8, 20))] * 3,
            LIVED: [((8, 12), (8, 0)), ((8, 12), (8, 12)), ((8, 12), (8, 12))],
        },
        now=now,
    )
    assert reasons(grid_of(session, study, closed)) == {
        "one": "People with lived experience: nobody rated its feasibility."
    }


def test_an_item_that_waits_for_its_round_is_not_told_of(
    session: Session, study: Study, closed: Round, now: datetime
) -> None:
    items.add(session, study, [ItemPlan("four", "Item four")])
    grid = grid_of(session, study, closed)
    assert "four" not in {item.key for item in (*grid.placed, *grid.unplaced)}


def test_each_audience_has_the_items_that_are_tagged_with_it(session: Session, now: datetime) -> None:
    protocol = examples.protocol(grids={"across": "usefulness", "up": "feasibility", "audiences": "audience"})
    vocabularies = {"audience": {"label": "For", "column": "for", "terms": {"gps": "GPs", "nhs": "The NHS"}}}
    study = studies.create(session, "tagged", protocol, now=now, vocabularies=vocabularies)
    tags = ([], ["gps"], ["gps", "nhs"])
    plans = [ItemPlan(f"i{n}", f"Item {n}", tags={"audience": own}) for n, own in enumerate(tags)]
    items.add(session, study, plans)
    named = {audience.name: audience for audience in lenses.audiences(study)}
    assert [item.key for item in lenses.items_of(study, named["GPs"])] == ["i1", "i2"]
    assert [item.key for item in lenses.items_of(study, named["The NHS"])] == ["i2"]
    with pytest.raises(NotFound, match="nhs"):
        lenses.get_audience(study, "nsh")


def test_a_study_without_audiences_has_one_grid_of_all_items(study: Study) -> None:
    (only,) = lenses.audiences(study)
    assert len(lenses.items_of(study, only)) == 3


def test_a_study_of_one_panel_has_one_lens(session: Session, now: datetime) -> None:
    one = examples.protocol_data()["panels"][:1]
    study = studies.create(session, "one-panel", examples.protocol(panels=one), now=now)
    assert [lens.key for lens in lenses.lenses(study)] == [PRACTITIONERS]
    assert lenses.get_lens(study, "all").key == PRACTITIONERS
    with pytest.raises(NotFound):
        lenses.get_lens(study, LIVED)


def test_a_protocol_without_grids_has_none(session: Session, now: datetime) -> None:
    data = {key: part for key, part in examples.protocol_data().items() if key != "grids"}
    study = studies.create(session, "none", protocol_reading.from_builtins(data), now=now)
    assert not lenses.has_grids(study)
    with pytest.raises(NotFound):
        lenses.audiences(study)


@pytest.fixture
def commented(session: Session, study: Study, bob: Panellist, grace: Panellist, now: datetime) -> Round:
    """Round 1, closed, with a released comment of bob and of grace on the first item."""
    round_ = rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=now, by="alice")
    for one in (bob, grace):
        comments.save(session, round_, one, {study.items[0].id: f"{one.code} says so."}, now=now)
    rounds.close(session, round_, now=now, by="alice")
    for one in (bob, grace):
        ruling = Ruling(one.id, study.items[0].id, ClearingStatus.RELEASED)
        comments.clear(session, round_, ruling, by="alice", now=now)
    return round_


def consent(session: Session, panellist: Panellist, now: datetime, **given: bool) -> None:
    answers = {ConsentKind.SHOW_COMMENTS: True, ConsentKind.QUOTE: True} | {
        ConsentKind[name.upper()]: yes for name, yes in given.items()
    }
    panels.record_consents(session, panellist, answers, version="1", sheet="sheet", now=now)


def test_lived_experience_stands_beside_the_grid_in_its_own_words(
    session: Session, study: Study, commented: Round, bob: Panellist, grace: Panellist, now: datetime
) -> None:
    consent(session, bob, now)
    consent(session, grace, now)
    for panel in ("", PRACTITIONERS, LIVED):
        grid = grid_of(session, study, commented, panel, Viewer.PUBLIC)
        assert [(quote.number, quote.text) for quote in grid.quotes] == [(1, "L01 says so.")]


@pytest.mark.parametrize("refused", ["quote", "show_comments"])
def test_nobody_is_quoted_who_did_not_agree(
    session: Session, study: Study, commented: Round, grace: Panellist, now: datetime, refused: str
) -> None:
    consent(session, grace, now, **{refused: False})
    assert grid_of(session, study, commented).quotes == ()


def test_a_withheld_comment_is_not_quoted(
    session: Session, study: Study, commented: Round, grace: Panellist, now: datetime
) -> None:
    consent(session, grace, now)
    ruling = Ruling(grace.id, study.items[0].id, ClearingStatus.WITHHELD, reason="It names somebody.")
    comments.clear(session, commented, ruling, by="alice", now=now)
    assert grid_of(session, study, commented).quotes == ()


def test_a_comment_moves_no_item(
    session: Session, study: Study, closed: Round, grace: Panellist, now: datetime
) -> None:
    assert grid_of(session, study, closed).quotes == ()


def test_the_file_says_the_same_as_the_grid(session: Session, study: Study, closed: Round) -> None:
    grid = grid_of(session, study, closed)
    data = grid_files.write(grid)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [
        (row["item"], float(row["median_usefulness"]), float(row["median_feasibility"])) for row in rows
    ] == [(item.key, item.x, item.y) for item in grid.placed]
    assert {row["simulated"] for row in rows} == {"no"}
    assert {row["for_publication"] for row in rows} == {"no"}
    assert rows[0]["n_usefulness_lived_experience"] == "10"


def test_the_file_of_simulated_answers_says_so_in_every_row(
    session: Session, study: Study, now: datetime
) -> None:
    study.is_simulated = True
    closed = grid_examples.close(
        session, study, {PRACTITIONERS: [((8, 3), (8, 3))] * 3, LIVED: [((8, 3), (8, 3))] * 3}, now=now
    )
    rows = read(grid_of(session, study, closed, "", Viewer.PUBLIC))
    assert len(rows) == 3
    assert all(
        row["simulated"] == "yes" and row["not_placed"] and not row["median_usefulness"] for row in rows
    )


def test_equal_studies_give_equal_grids(session: Session, study: Study, closed: Round) -> None:
    assert grid_of(session, study, closed) == grid_of(session, study, closed)


def test_the_protocols_weights_move_the_items_and_state_their_price(
    session: Session, study: Study, closed: Round
) -> None:
    equal = grid_of(session, study, closed)
    plans = zip(examples.protocol_data()["panels"], (3.0, 1.0), strict=True)
    amended = examples.protocol(panels=[plan | {"weight": weight} for plan, weight in plans])
    study.protocol_json, study.fingerprint = protocols.to_builtins(amended), protocols.fingerprint(amended)
    weighted = grid_of(session, study, closed)
    assert (equal.lens.name, weighted.lens.name) == (
        "Both panels, equal weight",
        "Both panels, weighted 3 : 1",
    )
    assert (places(equal)["one"], places(weighted)["one"]) == ((7.0, 7.0), (8.0, 7.0))
    assert "so one answer of people with lived experience counts as much as 2.0 of" in equal.price.lower()
    assert "so one answer of practitioners counts as much as 1.5 of" in weighted.price.lower()
