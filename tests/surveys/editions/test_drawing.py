"""The grid of an edition as plain values: numbers, lens, places, and its files."""

import json
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import drawing, edition_files, editions, grid_tables, showing, source_files, sources
from surveys.editions.drawing import LocalGrid
from surveys.editions.editions import Edition
from surveys.editions.plans import Step
from surveys.errors import FaultyFile
from tests.surveys.editions import examples


def grid_of(session: Session, edition: Edition) -> LocalGrid:
    return drawing.of_shown(showing.own(session, edition))


def weigh(session: Session, edition: Edition, now: datetime, **weights: float) -> None:
    newest = editions.draft(session, edition).number
    editions.save(session, edition, Step.INGREDIENTS, {"panel_weights": weights}, seen=newest, now=now)


def test_items_stand_where_the_findings_put_them_in_their_order(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    one = grid_of(session, edition)
    grid = drawing.grid(one)
    found = [(item.item, item.on[0].median, item.on[1].median, item.cell) for item in one.findings.items]
    assert [(item.key, item.x, item.y, item.cell) for item in grid.placed] == found
    assert grid.is_public
    assert grid.audience.name == "North Network, local edition"


def test_items_that_the_panels_place_in_different_cells_are_known(session: Session, edition: Edition):
    by_item = {item.key: item for item in drawing.grid(grid_of(session, edition)).placed}
    assert by_item["words"].cells_by_panel == (
        ("Practitioners", "usefulness in between, easier to do"),
        ("People with lived experience", "useful, easier to do"),
    )
    assert by_item["words"].panels_differ


def test_own_items_are_numbered_after_the_studys(session: Session, edition: Edition, now: datetime):
    own = [{"title": "A walking group"}, {"title": "A bench"}]
    step = {"choices": examples.choices("bus"), "local_items": own}
    editions.save(session, edition, Step.ISSUES, step, seen=2, now=now)
    one = grid_of(session, edition)
    assert drawing.numbers(one.plan, one.source)["local-2"] == len(examples.ITEMS) + 2
    assert {item.number for item in drawing.grid(one).unplaced} == {7, 8}


@pytest.mark.parametrize(
    ("weights", "name", "mark"),
    [
        ((1, 1), "Both panels, equal weight", 0),
        ((2, 1), "Both panels, weighted 2 : 1", 0),
        ((0, 1), "People with lived experience", 2),
        ((0.5, 0), "Practitioners", 1),
    ],
)
def test_the_lens_is_of_the_panels_that_weigh(
    session: Session, edition: Edition, now: datetime, weights: tuple[float, float], name: str, mark: int
):
    weigh(session, edition, now, practitioners=weights[0], lived_experience=weights[1])
    lens = drawing.grid(grid_of(session, edition)).lens
    assert (lens.name, lens.mark, sum(lens.weights) in (0, 1)) == (name, mark, True)


def test_answers_of_an_earlier_round_are_marked_as_such(
    session: Session, key: Key, edition: Edition, published, now: datetime
):
    examples.publish_again(session, published, ["bus", "words"], now=now)
    editions.bring_up_to_date(session, edition, now=now)
    rounds = {item.key: item.round_number for item in drawing.grid(grid_of(session, edition)).placed}
    assert rounds == {"bus": 2, "words": 2, "hours": 1, "link": 1}


def test_the_grid_of_a_file_is_that_of_the_edition(
    session: Session, key: Key, edition: Edition, now: datetime
):
    examples.ask(session, key, edition, now=now)
    shown = showing.own(session, edition, strength=0.25)
    read = drawing.of_file(edition_files.read(edition_files.write(shown)))
    assert read == drawing.of_shown(shown)
    assert grid_tables.as_json(read) == grid_tables.as_json(drawing.of_shown(shown))


def test_titles_that_a_spreadsheet_would_compute_are_made_inert(
    session: Session, edition: Edition, now: datetime
):
    step = {"choices": examples.choices("bus"), "local_items": [{"title": "=1+1"}]}
    editions.save(session, edition, Step.ISSUES, step, seen=2, now=now)
    assert b",=1+1" not in grid_tables.as_csv(grid_of(session, edition))


def test_a_published_study_is_the_same_file_each_time_and_reads_back(session: Session, published):
    source = sources.look(session, publications.get(session, examples.STUDY))
    data = source_files.write(source)
    assert source_files.read(data) == source
    assert source_files.write(source_files.read(data)) == data
    assert json.loads(data)["credit"].startswith("Made from “Fairer care”")


def test_a_file_of_a_study_holds_no_count_that_is_not_public(session: Session, now: datetime):
    few = {panel: [(((8, 3),), ((5, 3),))] * 6 for panel in examples.PUBLISHED}
    examples.publish(session, now=now, ratings=few, key="few")
    data = source_files.write(sources.look(session, publications.get(session, "few")))
    heard = [
        one
        for item in json.loads(data)["source"]["items"]
        for panel in item["panels"]
        for one in panel["answers"].values()
    ]
    assert {(one["level"], one["counts"], one["median"]) for one in heard} == {("hidden", None, None)}


def test_a_file_of_a_study_that_was_changed_by_hand_is_refused_by_its_keys(session: Session, published):
    data = source_files.write(sources.look(session, publications.get(session, examples.STUDY)))
    with pytest.raises(FaultyFile, match="round_number"):
        source_files.read(data.replace(b'"round_number": 1,', b'"round_number": "one",'))
