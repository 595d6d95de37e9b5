"""Texts that share their telling words: weights and cosines by hand, and groups by nothing but the words."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.similar_texts import STOP_WORDS, similar_texts, similarities, word_weights

TEXTS = st.lists(st.sampled_from("bus late food train fare clinic".split()).map(str), max_size=4).map(
    " ".join
)
SAID = ["The bus is always late", "Bus late again", "No interpreter", "Interpreter, please", "Fine"]


def test_weights_by_hand() -> None:
    """Of three texts two have “bus” (twice in the first), one “late”."""
    bus, late = 2 * log(3 / 2), log(3)
    length = sqrt(bus**2 + late**2)
    assert word_weights(["Bus! A late BUS", "the bus", "food"])[0] == pytest.approx(
        {"bus": bus / length, "late": late / length}
    )


def test_cosine_by_hand() -> None:
    """Each has “bus”, which two of three have, and a word of its own."""
    shared, own = log(3 / 2) ** 2, log(3) ** 2
    found = similarities(word_weights(["late bus", "bus fare", "food"]))
    assert found[0, 1] == pytest.approx(shared / (shared + own))
    assert found[0, 2] == 0


def test_stop_words_and_words_of_every_text_tell_nothing() -> None:
    assert word_weights(["I’d say the bus", "They say a train"])[0] == pytest.approx({"bus": 1})
    assert {"i'd", "the", "say"} & STOP_WORDS == {"i'd", "the"}


def test_texts_that_are_like_no_others_are_left_alone() -> None:
    groups = similar_texts(SAID)
    assert [group.texts for group in groups] == [(0, 1), (2, 3)]
    assert groups[0].words[:2] == ("bus", "late")


def test_average_linkage_cuts_at_the_mean() -> None:
    """The third shares a word with the first two: it joins where the mean of both cosines is enough."""
    texts = ["bus fare", "bus fare", "bus stop", "food", "rent"]
    mean = float(similarities(word_weights(texts))[2, :2].mean())
    assert similar_texts(texts, least=mean)[0].texts == (0, 1, 2)
    assert similar_texts(texts, least=mean + 1e-6)[0].texts == (0, 1)


@pytest.mark.parametrize("texts", [[], ["one text"], ["", ""], ["the", "and of"], ["bus", "bus"]])
def test_few_empty_and_equal_texts_are_no_mistake(texts: list[str]) -> None:
    assert similar_texts(texts) == ()


@given(st.lists(TEXTS, max_size=12), st.randoms())
def test_the_order_of_the_texts_is_all_one(texts: list[str], chance: object) -> None:
    places = list(range(len(texts)))
    chance.shuffle(places)  # type: ignore[attr-defined]
    known = {frozenset(texts[n] for n in group.texts) for group in similar_texts(texts)}
    moved = [texts[n] for n in places]
    assert {frozenset(moved[n] for n in group.texts) for group in similar_texts(moved)} == known


@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_similarities_are_those_of_vectors(texts: list[str]) -> None:
    weights = word_weights(texts)
    words = sorted({word for of_text in weights for word in of_text})
    matrix = np.array([[of_text.get(word, 0.0) for word in words] for of_text in weights])
    expected = matrix @ matrix.T
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(similarities(weights), expected, atol=1e-12)


@pytest.mark.parametrize("least", [0, -1, 1.5])
def test_a_cut_that_is_none_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match="alike"):
        similar_texts(SAID, least=least)
