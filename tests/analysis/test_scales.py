"""Scales, their bands, and what is wrong with them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scales import Band, Scale, parse_bands
from tests.analysis.examples import NINE


def test_nine_points_divide_into_thirds() -> None:
    assert NINE.bands == (Band("low", 1, 3), Band("middle", 4, 6), Band("high", 7, 9))
    assert (NINE.size, NINE.midpoint, list(NINE.categories)) == (9, 5.0, [1, 2, 3, 4, 5, 6, 7, 8, 9])


def test_an_even_scale_has_no_middle_band_and_a_midpoint_between_categories() -> None:
    four = Scale(1, 4, parse_bands("1-2,3-4"))
    assert [band.name for band in four.bands or ()] == ["low", "high"]
    assert four.midpoint == 2.5
    assert four.find_band("middle") is None
    assert four.band_of(2.5) == "high"


def test_medians_between_two_bands_belong_to_the_higher() -> None:
    """RAND/UCLA manual: 3.5 is uncertain and 6.5 appropriate."""
    assert (NINE.band_of(3.5), NINE.band_of(6.5)) == ("middle", "high")
    assert (NINE.band_of(3.25), NINE.band_of(3), NINE.band_of(9)) == ("low", "low", "high")


def test_nothing_has_no_band() -> None:
    assert NINE.band_of(math.nan) is None
    assert Scale(1, 9).band_of(5) is None


@pytest.mark.parametrize("value", [0, 0.9, 9.5, 10, math.inf])
def test_a_value_off_the_scale_has_no_band_to_be_in(value: float) -> None:
    with pytest.raises(ValueError, match="is not on the scale 1-9"):
        NINE.band_of(value)


def test_parsing_takes_thirds_on_nine_points_and_otherwise_guesses_no_bands() -> None:
    assert Scale.parse("1-9") == NINE
    assert Scale.parse("1-7").bands is None
    assert Scale.parse("1 - 7", "1-3, 4, 5-7") == Scale(
        1, 7, (Band("low", 1, 3), Band("middle", 4, 4), Band("high", 5, 7))
    )
    assert Scale.parse("-3-3", "-3--1,0,1-3").low == -3


def test_only_nine_points_in_thirds_are_those_of_the_rand_ucla_manual() -> None:
    assert NINE.is_one_to_nine
    assert not Scale(1, 9).is_one_to_nine
    assert not Scale.parse("1-9", "1-2,3-7,8-9").is_one_to_nine
    assert not Scale.parse("1-4", "1-2,3-4").is_one_to_nine


@pytest.mark.parametrize(
    ("text", "bands", "complaint"),
    [
        ("1-1", None, "at least two categories; this one has only 1"),
        ("9-1", None, "runs upwards"),
        ("0-101", None, "runs upwards within -100 to 100"),
        ("one to nine", None, "'one to nine' is not a scale"),
        ("", None, "'' is not a scale"),
        ("1-9", "1-9", "two bands .* or three .*, not 1"),
        ("1-9", "1-2,3-4,5-6,7-9", "not 4"),
        ("1-9", "1-3,4-6,7", "do not cover the scale 1-9"),
        ("1-9", "1-4,4-6,7-9", "overlap between 1-4 and 4-6"),
        ("1-9", "1-3,5-6,7-9", "leave a gap between 1-3 and 5-6"),
        ("1-9", "3-1,4-6,7-9", "low band runs from 3 down to 1"),
        ("1-9", "1-3,middle,7-9", "'middle' is not a band"),
    ],
)
def test_what_is_wrong_with_a_scale_is_said(text: str, bands: str | None, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Scale.parse(text, bands)


def test_bands_have_the_three_names_in_order() -> None:
    with pytest.raises(ValueError, match="low, high or low, middle, high"):
        Scale(1, 4, (Band("bad", 1, 2), Band("good", 3, 4)))


@pytest.mark.parametrize(("low", "high"), [(1, 7), (1, 2)])
def test_a_scale_that_does_not_divide_asks_for_its_bands(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="does not divide into thirds"):
        Scale.thirds(low, high)


@given(...)
def test_every_category_is_in_one_band_and_text_reads_back(scale: Scale) -> None:
    bands = scale.bands or ()
    for category in scale.categories:
        (only,) = (band for band in bands if band.first <= category <= band.last)
        assert scale.band_of(category) == only.name
    assert Scale.parse(str(scale), ",".join(map(str, bands))) == scale


@given(st.from_type(Scale), st.data())
def test_a_higher_value_is_never_in_a_lower_band(scale: Scale, data: st.DataObject) -> None:
    order = [band.name for band in scale.bands or ()]
    lower, upper = sorted(data.draw(st.tuples(*2 * [st.floats(scale.low, scale.high)])))
    assert order.index(str(scale.band_of(lower))) <= order.index(str(scale.band_of(upper)))
