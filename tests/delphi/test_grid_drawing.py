"""The figure of a grid: no mark covers another whatever the medians, and the file stands by itself."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delphi import charts, lettering, page, placement, sheets
from delphi.charts import Drawing
from delphi.outlines import Box, Point, Shape
from delphi.placement import Ground
from surveys.lenses import Lens
from tests.delphi import grid_examples
from tests.surveys import examples

LONDON = ZoneInfo("Europe/London")
SVG = "{http://www.w3.org/2000/svg}"
SCALES = {
    "1 to 9": {"low": 1, "high": 9, "bands": {"low": [1, 3], "middle": [4, 6], "high": [7, 9]}},
    "1 to 4": {"low": 1, "high": 4, "bands": {"low": [1, 2], "high": [3, 4]}},
    "0 to 10": {"low": 0, "high": 10, "bands": {"low": [0, 3], "middle": [4, 6], "high": [7, 10]}},
}
medians = st.integers(2, 18).map(lambda twice: twice / 2)
# Few different places make crowds, many make a field.
places = st.one_of(
    st.lists(st.tuples(medians, medians), max_size=62),
    st.lists(st.sampled_from([(7.0, 7.0), (7.5, 7.0), (9.0, 9.0), (1.0, 1.0), (6.0, 6.5)]), max_size=62),
)
lenses = st.sampled_from(grid_examples.LENSES)


def is_sound(drawing: Drawing) -> bool:
    """Whether no mark covers another, and each lies inside the figure."""
    at = [mark.at for mark in drawing.marks]
    return all(drawing.plot.holds(one, drawing.shape.reach) for one in at) and all(
        drawing.shape.clears(one, other) for one, other in combinations(at, 2)
    )


def test_cells_are_named_in_one_corner_where_no_mark_is() -> None:
    fields = charts.draw(grid_examples.grid([(9.0, 9.0)])).fields
    assert len(fields) == 9
    assert {(one.anchor, one.at.x - one.box.left, one.at.y - one.box.top) for one in fields} == {
        ("start", 7, 15)
    }


@given(places, lenses)
@settings(max_examples=60)
def test_no_mark_covers_another_and_all_lie_inside(where: list[tuple[float, float]], lens: Lens) -> None:
    assert is_sound(charts.draw(grid_examples.grid(where, lens)))


@pytest.mark.parametrize("lens", grid_examples.LENSES)
@pytest.mark.parametrize("where", [(9.0, 9.0), (1.0, 1.0), (5.0, 5.0), (6.5, 3.5)])
def test_62_items_on_one_point_have_room(where: tuple[float, float], lens: Lens) -> None:
    assert is_sound(charts.draw(grid_examples.grid([where] * 62, lens)))


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
@settings(max_examples=10)
def test_any_scale_can_be_drawn(scale: str, data: st.DataObject) -> None:
    plan = examples.protocol(scale=SCALES[scale], rules=[{"in": "share >= 70 high", "minimum_n": 5}])
    one = st.integers(2 * plan.scale.low, 2 * plan.scale.high).map(lambda twice: twice / 2)
    where = data.draw(st.lists(st.tuples(one, one), max_size=62))
    assert is_sound(charts.draw(grid_examples.grid(where, protocol=plan)))


def test_200_items_have_room_with_smaller_marks() -> None:
    drawing = charts.draw(grid_examples.grid([(7.0, 7.0)] * 200))
    assert is_sound(drawing)
    assert drawing.shape.reach < charts.draw(grid_examples.grid([(7.0, 7.0)] * 62)).shape.reach


@given(places, lenses)
@settings(max_examples=10)
def test_the_same_grid_gives_the_same_bytes(where: list[tuple[float, float]], lens: Lens) -> None:
    charts._laid_out.cache_clear()
    first = sheets.render_svg(grid_examples.grid(where, lens), LONDON)
    charts._laid_out.cache_clear()
    assert sheets.render_svg(grid_examples.grid(where, lens), LONDON) == first


def test_marks_with_room_stand_on_their_points() -> None:
    drawing = charts.draw(grid_examples.grid([(7, 7), (8, 8), (3, 5.5)]))
    assert [mark.at for mark in drawing.marks] == [mark.point for mark in drawing.marks]
    assert not any(mark.leads for mark in drawing.marks)


def test_marks_of_one_point_stand_round_it_and_in_its_cell() -> None:
    drawing = charts.draw(grid_examples.grid([(8, 8)] * 7))
    (x, y), reach = drawing.marks[0].point, drawing.shape.pitch
    assert all(abs(mark.at.x - x) <= reach and abs(mark.at.y - y) <= reach for mark in drawing.marks)
    assert sum(mark.at.x - x for mark in drawing.marks) == 0


def test_a_crowd_stays_in_its_cell() -> None:
    drawing = charts.draw(grid_examples.grid([(6.5, 6.5)] * 30))
    box = next(field.box for field in drawing.fields if field.box.holds(drawing.marks[0].point))
    assert all(box.holds(mark.at) for mark in drawing.marks)


def test_numbers_of_one_point_are_read_line_by_line() -> None:
    at = [mark.at for mark in charts.draw(grid_examples.grid([(8, 8)] * 9)).marks]
    assert at == sorted(at, key=lambda one: (one.y, one.x))


def test_a_mark_that_had_to_move_far_has_a_line_to_its_point() -> None:
    marks = charts.draw(grid_examples.grid([(8, 8)] * 20)).marks
    assert any(mark.leads for mark in marks)


def test_no_words_of_a_cell_are_covered_in_an_ordinary_grid() -> None:
    where = [(6 + n % 7 / 2, 4 + n % 9 / 2) for n in range(40)]
    drawing = charts.draw(grid_examples.grid(where))
    assert not any(
        drawing.shape.covers(mark.at, field.words) for field in drawing.fields for mark in drawing.marks
    )


def test_too_many_marks_for_the_ground_are_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        placement.place([Point(10, 10)] * 9, Shape("circle", 10), Ground(Box(0, 0, 40, 40)))


def test_every_shape_has_its_outline_for_what_is_near() -> None:
    one, pitch = Point(0, 0), Shape("circle", 10).pitch
    aside, slanted = Point(pitch, 0), Point(pitch // 2, pitch // 2)
    clear = {
        name: Shape(name, 10).clears(one, slanted) for name in ("circle", "diamond", "square", "hexagon")
    }
    assert clear == {"circle": False, "diamond": True, "square": False, "hexagon": False}
    assert all(Shape(name, 10).clears(one, aside) for name in clear)


def test_the_file_is_a_whole_svg_with_its_key() -> None:
    where = [(8.0, 7.0), (8.0, 7.0), (3.0, 2.0)]
    root = ET.fromstring(sheets.render_svg(grid_examples.grid(where), LONDON))  # our own text
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = {element.get("id") for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set((root.get("aria-labelledby") or "").split()) == named
    text = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    for wanted in (
        "Item number 3 & its",
        "more useful →",
        "easier to do →",
        "useful, easier to do",
        "12 practitioners",
    ):
        assert wanted in text


def test_the_file_needs_nothing_beside_it() -> None:
    svg = sheets.render_svg(grid_examples.grid([(8, 7)]), LONDON)
    assert not re.search(r"\sstyle=|<style|<script|href=|url\(|@import|<image", svg)
    assert "font-family" in svg


def test_simulated_answers_say_so_inside_the_figure() -> None:
    simulated = replace(grid_examples.grid([(8, 7)]), is_simulated=True)
    real = grid_examples.grid([(8, 7)])
    template = page.environment().from_string(
        '{% from "macros/grid.html" import figure %}{{ figure(drawing) }}'
    )
    assert "Simulated data" in template.render(drawing=charts.draw(simulated))
    assert "Simulated data" not in template.render(drawing=charts.draw(real))
    assert "Simulated data" in sheets.render_svg(simulated, LONDON)


def test_what_only_the_team_may_see_says_so_inside_the_figure() -> None:
    team = replace(grid_examples.grid([(8, 7)]), is_public=False)
    assert "Not for publication" in sheets.render_svg(team, LONDON)
    assert "Not for publication" not in sheets.render_svg(replace(team, is_public=True), LONDON)


def test_an_item_of_an_earlier_round_is_dashed() -> None:
    newest = grid_examples.grid([(8, 7), (3, 3)])
    earlier = grid_examples.of_round(newest, 1)
    assert "stroke-dasharray" not in sheets.render_svg(newest, LONDON)
    assert "stroke-dasharray" in sheets.render_svg(earlier, LONDON)


def test_the_description_counts_the_items_of_each_cell() -> None:
    told = charts.description(grid_examples.grid([(8, 7), (8, 8), (8, 2)]))
    assert told.startswith("3 items by their medians: usefulness across, feasibility up, from 1 to 9.")
    assert "useful, easier to do: 2; useful, harder to do: 1." in told


def test_an_empty_grid_can_be_drawn() -> None:
    assert charts.draw(grid_examples.grid([])).marks == ()


def test_a_word_longer_than_its_line_is_broken() -> None:
    lines = lettering.wrap("Donaudampfschifffahrt", 12, 60)
    assert "".join(lines) == "Donaudampfschifffahrt"
    assert all(lettering.width(line, 12) <= 60 for line in lines)
