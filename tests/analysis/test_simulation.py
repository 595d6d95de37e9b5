"""Panels made up: the same seed, the distributions asked for, who moves, who leaves."""

from itertools import pairwise

import numpy as np
import pytest

from analysis.scales import Scale
from analysis.simulation import Persuasion, simulated_rounds
from analysis.summaries import iqr, median
from analysis.tallies import BLANK, UNABLE, Tally
from tests.analysis.examples import NINE

SPREAD = np.array([[1, 1, 2, 2, 3, 3, 4, 3, 1], [9, 1, 0, 0, 0, 0, 0, 1, 9]])


def test_the_same_seed_is_the_same_panel() -> None:
    design = Persuasion(0.4, unable=0.1, leaving=0.1)
    first, again, other = (simulated_rounds(NINE, SPREAD, 30, 3, seed, design) for seed in (1, 1, 2))
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert (first[0] != other[0]).any()
    assert [ratings.shape for ratings in first] == [(30, 2)] * 3


def test_first_ratings_have_their_distributions() -> None:
    (ratings,) = simulated_rounds(NINE, SPREAD, 100_000, 1, 1)
    found = Tally.from_matrix(NINE, ratings).counts / 100_000
    np.testing.assert_allclose(found, SPREAD / SPREAD.sum(axis=1, keepdims=True), atol=0.006)
    assert (found[SPREAD == 0] == 0).all()


def test_a_moved_rating_goes_one_category_towards_the_median() -> None:
    before, after = simulated_rounds(NINE, SPREAD, 1000, 2, 1, Persuasion(moved=1))
    middle = median(Tally.from_matrix(NINE, before))
    assert (np.abs(after - before) == (np.abs(before - middle) >= 1)).all()
    assert (np.abs(after - middle) <= np.abs(before - middle)).all()
    nobody, still = simulated_rounds(NINE, SPREAD, 1000, 2, 1, Persuasion(moved=0))
    assert (nobody == still).all()


def test_so_many_move_as_are_asked_to() -> None:
    before, after = simulated_rounds(NINE, SPREAD[:1], 50_000, 2, 1, Persuasion(moved=0.3))
    far = np.abs(before - median(Tally.from_matrix(NINE, before))) >= 1
    assert (before != after)[far].mean() == pytest.approx(0.3, abs=0.01)


def test_persuasion_narrows_the_panel() -> None:
    rounds = simulated_rounds(NINE, SPREAD[:1], 200, 5, 1, Persuasion(moved=0.5))
    spreads = [float(iqr(Tally.from_matrix(NINE, ratings))[0]) for ratings in rounds]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < spreads[0]


def test_the_unable_stay_unable_and_leavers_stay_away() -> None:
    rounds = simulated_rounds(NINE, SPREAD, 5000, 3, 1, Persuasion(0.3, unable=0.2, leaving=0.1))
    assert (rounds[0] == UNABLE).mean() == pytest.approx(0.2, abs=0.02)
    for before, after in pairwise(rounds):
        gone = (after == BLANK).all(axis=1)
        was_gone = (before == BLANK).all(axis=1)
        assert gone[was_gone].all()
        assert gone[~was_gone].mean() == pytest.approx(0.1, abs=0.02)
        assert ((before == UNABLE) == (after == UNABLE))[~gone].all()


def test_an_item_that_nobody_could_rate_moves_nobody() -> None:
    everybody = simulated_rounds(Scale(1, 5), [[1, 1, 1, 1, 1]], 4, 2, 1, Persuasion(1, unable=1))
    assert all((ratings == UNABLE).all() for ratings in everybody)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="share moved lies between 0 and 1, not 30"):
        Persuasion(moved=30)
    with pytest.raises(ValueError, match="items by 9 categories"):
        simulated_rounds(NINE, [[1, 2, 3]], 5, 1, 1)
    with pytest.raises(ValueError, match="not all zero for an item"):
        simulated_rounds(NINE, [[0] * 9], 5, 1, 1)
    with pytest.raises(ValueError, match="not all zero for an item"):
        simulated_rounds(NINE, [[np.nan] + [1] * 8], 5, 1, 1)
    with pytest.raises(ValueError, match="not 0 and 1"):
        simulated_rounds(NINE, SPREAD, 0, 1, 1)
