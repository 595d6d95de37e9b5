"""How many panellists: the weights of an assumed truth, and the chances that come of it."""

import pytest

from surveys.designing import panel_sizes
from surveys.designing.panel_sizes import NO_MIDDLE, TO_HUNDRED
from surveys.errors import InvalidInput
from tests.surveys import examples

EVEN = {"low": 1, "high": 4, "bands": {"low": [1, 2], "high": [3, 4]}}


def test_shares_are_spread_over_their_bands() -> None:
    assert panel_sizes.weights(examples.protocol(), high=75, low=10) == [10, 10, 10, 15, 15, 15, 75, 75, 75]


def test_bands_of_other_widths_keep_their_shares() -> None:
    scale = {"low": 1, "high": 5, "bands": {"low": [1, 2], "middle": [3, 3], "high": [4, 5]}}
    found = panel_sizes.weights(examples.protocol(scale=scale), high=60, low=20)
    assert found == [20, 20, 40, 60, 60]
    assert (sum(found[3:]) / sum(found), sum(found[:2]) / sum(found)) == (0.6, 0.2)


def test_the_chances_are_those_of_the_rule() -> None:
    # At least 7 of 10 high and fewer than 15 of 100 low; nobody is low here: a binomial tail.
    rule = [{"in": "share >= 70 high"}]
    found = panel_sizes.curve(examples.protocol(rules=rule), "usefulness", "practitioners", high=75, low=0)
    ten = found.at(10)
    assert ten is not None
    assert ten.into == pytest.approx(0.7759, abs=5e-5)
    assert found.from_eight_in_ten is not None
    after = [one.into for one in found.chances if one.size >= found.from_eight_in_ten]
    assert min(after) >= 0.8 > found.at(found.from_eight_in_ten - 1).into
    assert found.at(4) is None


def test_below_the_rules_minimum_there_is_no_chance() -> None:
    rule = [{"in": "rand/ucla", "minimum_n": 8}]
    found = panel_sizes.curve(examples.protocol(rules=rule), "usefulness", "practitioners", high=90, low=0)
    assert [one.into is None for one in found.chances if one.size in (5, 7, 8)] == [True, True, False]


def test_a_chance_that_is_never_reached_has_no_size() -> None:
    found = panel_sizes.curve(examples.protocol(), "usefulness", "practitioners", high=50, low=20)
    assert (found.from_eight_in_ten, found.from_nine_in_ten) == (None, None)


@pytest.mark.parametrize(
    ("scale", "high", "low", "sentence"),
    [(None, 80, 30, TO_HUNDRED), (None, 101, 0, TO_HUNDRED), (EVEN, 70, 20, NO_MIDDLE)],
)
def test_shares_that_are_no_parts_of_a_hundred_are_refused(
    scale: dict[str, object] | None, high: int, low: int, sentence: str
) -> None:
    protocol = examples.protocol(**({"scale": scale} if scale else {}))
    with pytest.raises(InvalidInput, match=sentence):
        panel_sizes.weights(protocol, high=high, low=low)
